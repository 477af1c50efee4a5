// SPDX-License-Identifier: Apache-2.0
//
// Nearly every constant expression is one instruction, which `eval_single` handles without a
// stack. The rest runs on a small stack machine whose stack the collector can see, because
// struct.new and its kin allocate.
#include "runtime/const_expr.hpp"

#include <cstring>

#include "base/reader.hpp"
#include "runtime/gc/heap.hpp"
#include "runtime/store.hpp"
#include "wasm/op.hpp"

namespace nacre::runtime {
namespace {

using wasm::Op;

struct Entry {
  Slot value[2] = {0, 0};
  bool gc_ref = false;
};

Op read_op(Reader& r) {
  const uint8_t byte = r.u8();
  if (!wasm::is_prefix_byte(byte)) return wasm::op_from_byte(byte);
  return wasm::op_from_prefixed(byte, r.leb_u32());
}

// An instruction that only pushes a value; false for all others.
bool push_simple(Instance& instance, Op op, Reader& r, Entry& out) {
  switch (op) {
    case Op::i32_const:
      out.value[0] = static_cast<uint32_t>(r.leb_s32());
      return true;
    case Op::i64_const:
      out.value[0] = static_cast<uint64_t>(r.leb_s64());
      return true;
    case Op::f32_const:
      out.value[0] = r.fixed<uint32_t>();
      return true;
    case Op::f64_const:
      out.value[0] = r.fixed<uint64_t>();
      return true;
    case Op::v128_const: {
      const Bytes b = r.bytes(16);
      if (b.size() == 16) std::memcpy(out.value, b.data(), 16);
      return true;
    }
    case Op::ref_null:
      r.leb_s33();
      return true;
    case Op::ref_func:
      out.value[0] = reinterpret_cast<uintptr_t>(instance.func(r.leb_u32()));
      return true;
    case Op::global_get: {
      const Global& g = *instance.globals[r.leb_u32()];
      out.value[0] = g.value[0];
      out.value[1] = g.type.type.is_vec() ? g.value[1] : 0;
      out.gc_ref = g.holds_gc_ref;
      return true;
    }
    default:
      return false;
  }
}

class Evaluator final : private gc::RootSource {
 public:
  explicit Evaluator(Instance& instance)
      : RootSource(instance.store().heap()), instance_(instance), heap_(instance.store().heap()) {}

  Trap run(Bytes code, Slot out[2]) {
    Reader r(code);
    while (!r.at_end()) {
      const Op op = read_op(r);
      if (op == Op::end) break;
      Entry e;
      if (push_simple(instance_, op, r, e)) stack_.push_back(e);
      else if (const Trap t = step(op, r); t != Trap::none) return t;
    }
    if (stack_.empty()) return Trap::none;
    out[0] = stack_.back().value[0];
    out[1] = stack_.back().value[1];
    return Trap::none;
  }

 private:
  void visit_roots(RootVisitor& v) override {
    for (Entry& e : stack_)
      if (e.gc_ref) v.visit(e.value[0]);
  }

  Trap step(Op op, Reader& r) {
    switch (op) {
      case Op::i32_add:
        return binary(
            [](uint64_t a, uint64_t b) -> uint64_t { return static_cast<uint32_t>(a + b); });
      case Op::i32_sub:
        return binary(
            [](uint64_t a, uint64_t b) -> uint64_t { return static_cast<uint32_t>(a - b); });
      case Op::i32_mul:
        return binary(
            [](uint64_t a, uint64_t b) -> uint64_t { return static_cast<uint32_t>(a * b); });
      case Op::i64_add:
        return binary([](uint64_t a, uint64_t b) { return a + b; });
      case Op::i64_sub:
        return binary([](uint64_t a, uint64_t b) { return a - b; });
      case Op::i64_mul:
        return binary([](uint64_t a, uint64_t b) { return a * b; });
      case Op::ref_i31:
        stack_.back().value[0] = gc::make_i31(static_cast<uint32_t>(stack_.back().value[0]));
        stack_.back().gc_ref = true;
        return Trap::none;
      case Op::struct_new:
        return struct_new(type(r), true);
      case Op::struct_new_default:
        return struct_new(type(r), false);
      case Op::array_new:
        return array_new(type(r), true);
      case Op::array_new_default:
        return array_new(type(r), false);
      case Op::array_new_fixed: {
        const RuntimeType* t = type(r);
        return array_new_fixed(t, r.leb_u32());
      }
      // any.convert_extern and extern.convert_any keep the bits.
      default:
        return Trap::none;
    }
  }
  template <class F>
  Trap binary(F f) {
    const uint64_t b = stack_.back().value[0];
    stack_.pop_back();
    stack_.back().value[0] = f(stack_.back().value[0], b);
    return Trap::none;
  }
  const RuntimeType* type(Reader& r) const {
    return instance_.module->types[instance_.wasm_module().types[r.leb_u32()]];
  }
  Trap push_object(GcRef r) {
    Entry e;
    e.value[0] = r;
    e.gc_ref = true;
    stack_.push_back(e);
    return Trap::none;
  }
  Trap struct_new(const RuntimeType* t, bool from_stack) {
    const GcRef r = heap_.new_struct(t);
    if (r == 0) return Trap::out_of_memory;
    if (from_stack) {
      const size_t base = stack_.size() - t->fields.size();
      for (size_t i = 0; i < t->fields.size(); ++i)
        heap_.store_field(r, t->fields[i].offset, t->fields[i], stack_[base + i].value);
      stack_.resize(base);
    }
    return push_object(r);
  }
  Trap array_new(const RuntimeType* t, bool from_stack) {
    const auto length = static_cast<uint32_t>(stack_.back().value[0]);
    stack_.pop_back();
    const GcRef r = heap_.new_array(t, length);
    if (r == 0) return Trap::out_of_memory;
    if (from_stack) {
      const Entry init = stack_.back();
      stack_.pop_back();
      const FieldLayout& f = t->fields[0];
      if (init.value[0] != 0 || init.value[1] != 0)
        for (uint64_t i = 0; i < length; ++i)
          heap_.store_field(r, element_offset(f, i), f, init.value);
    }
    return push_object(r);
  }
  Trap array_new_fixed(const RuntimeType* t, uint32_t length) {
    const GcRef r = heap_.new_array(t, length);
    if (r == 0) return Trap::out_of_memory;
    const FieldLayout& f = t->fields[0];
    const size_t base = stack_.size() - length;
    for (uint32_t i = 0; i < length; ++i)
      heap_.store_field(r, element_offset(f, i), f, stack_[base + i].value);
    stack_.resize(base);
    return push_object(r);
  }
  static uint32_t element_offset(const FieldLayout& f, uint64_t i) {
    return static_cast<uint32_t>(gc::header_bytes + i * f.size);
  }

  Instance& instance_;
  gc::Heap& heap_;
  std::vector<Entry> stack_;
};

bool eval_single(Instance& instance, Bytes code, Slot out[2]) {
  Reader r(code);
  Entry e;
  if (!push_simple(instance, read_op(r), r, e)) return false;
  if (r.remaining() != 1) return false;  // the `end`
  out[0] = e.value[0];
  out[1] = e.value[1];
  return true;
}

}  // namespace

Trap eval_const(Instance& instance, const wasm::ConstExpr& expr, Slot out[2]) {
  if (eval_single(instance, expr.code, out)) return Trap::none;
  return Evaluator(instance).run(expr.code, out);
}

}  // namespace nacre::runtime

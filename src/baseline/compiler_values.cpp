// SPDX-License-Identifier: Apache-2.0
//
// Constants, locals, globals, arithmetic: what is deferred and what is computed at once.
#include <cassert>

#include "baseline/compiler.hpp"
#include "binary/op_reader.hpp"

namespace nacre::baseline {

using codegen::Extra;

namespace {

uint16_t number(RowOp op) { return op.number; }

RowOp select_of(ValueClass cls) {
  switch (cls) {
    case ValueClass::i32:
      return Extra::select_i32;
    case ValueClass::f32:
      return Extra::select_f32;
    case ValueClass::f64:
      return Extra::select_f64;
    case ValueClass::v128:
      return Extra::select_v128;
    default:
      return Extra::select_i64;
  }
}

bool is_add(uint16_t op) { return op == number(Op::i32_add) || op == number(Op::i64_add); }
bool is_shl(uint16_t op) { return op == number(Op::i32_shl) || op == number(Op::i64_shl); }

}  // namespace

// --- constants

Value Compiler::constant(ValType type, uint64_t bits) {
  return push_constant(codegen::class_of(type), bits);
}

Value Compiler::constant_v128(const V128& bits) {
  Node& n = push(NodeKind::constant, ValueClass::v128, top_node());
  n.a = static_cast<uint32_t>(vectors_.size());
  vectors_.push_back(bits);
  return {top_node() - 1};
}

// --- locals

Value Compiler::local_get(uint32_t index, ValType type) {
  return push_local(index, local(index).cls, type.is_ref() && is_gc_ref(type));
}

// The values on the stack that read the local before its assignment get copies; `below`: nodes
// from there on belong to the new value itself.
void Compiler::detach_readers(uint32_t index, uint32_t below) {
  uint32_t* link = &local(index).head;
  while (*link != UINT32_MAX && *link >= below) link = &nodes_[*link].next;
  uint32_t n = *link;
  *link = UINT32_MAX;
  while (n != UINT32_MAX) {
    Node& x = nodes_[n];
    const uint32_t next = x.next;
    x.linked = false;
    if (x.kind == NodeKind::local) {
      if (n < flushed_) spill(n);
      else materialize(n);
    }
    n = next;
  }
}

void Compiler::assign_local(uint32_t index, Value v) {
  const uint32_t start = nodes_[v.node].start;
  if (local(index).head != UINT32_MAX) detach_readers(index, start);
  const Local& l = local(index);
  if (l.pin != no_reg) {
    const uint32_t bit = 1u << l.pin;
    emit_into(v.node, l.cls, pins_[l.pin].reg);
    state_.in_reg |= bit;
    state_.in_mem &= ~bit;
    audit_.pin_written(l.pin, file_of(l.cls), pins_[l.pin].reg);
    audit_.home_is_stale(l.home);
    return truncate(start);
  }
  const Node& x = nodes_[v.node];
  if (x.kind == NodeKind::local && x.a == index) return truncate(start);
  const bool narrow =
      x.kind == NodeKind::constant && x.cls != ValueClass::v128 &&
      (bytes_of(x.cls) == 4 || static_cast<int64_t>(x.bits) == static_cast<int32_t>(x.bits));
  if (narrow) {
    a.mov(bytes_of(x.cls) == 8 ? Size::q : Size::d, home(index), static_cast<int32_t>(x.bits));
    audit_.home_written(l.home, bytes_of(l.cls));
    return truncate(start);
  }
  const Mark mark = begin();
  const uint8_t reg = to_reg(v);
  x64::store_value(a, l.cls, home(index), reg);
  audit_.home_written(l.home, bytes_of(l.cls));
  close(mark);
  truncate(start);
}

void Compiler::local_set(uint32_t index, ValType, Value v) {
  assign_local(index, v);
  verify();
}

Value Compiler::local_tee(uint32_t index, ValType type, Value v) {
  if (local(index).pin == no_reg && !is_constant(v)) {
    // Keep the register: it saves reading the home again.
    if (local(index).head != UINT32_MAX) detach_readers(index, nodes_[v.node].start);
    const Mark mark = begin();
    const bool is_ref = nodes_[v.node].is_ref;
    const uint8_t reg = to_owned_reg(v);
    x64::store_value(a, local(index).cls, home(index), reg);
    audit_.home_written(local(index).home, bytes_of(local(index).cls));
    return push_result(mark, v, local(index).cls, reg, is_ref);
  }
  assign_local(index, v);
  return local_get(index, type);
}

// --- globals

// Where the value of a global is; may use the scratch register.
Mem Compiler::global_place(uint32_t index, ValType type) {
  using runtime::VmContext;
  const uint32_t imported = module_.num_imported_globals;
  if (index >= imported && !type.is_vec())
    return mem(x64::vm_reg, runtime::own_global_offset(index - imported));
  a.mov(x64::scratch_reg, vm_field(offsetof(VmContext, globals)));
  a.mov(x64::scratch_reg, mem(x64::scratch_reg, static_cast<int32_t>(index * sizeof(void*))));
  return mem(x64::scratch_reg, 0);
}

Value Compiler::global_get(uint32_t index, ValType type) {
  const ValueClass cls = codegen::class_of(type);
  const wasm::Global* own =
      index >= module_.num_imported_globals ? &module_.globals[index] : nullptr;
  if (own != nullptr && !own->type.is_mutable && type.is_num()) {
    binary::OpReader reader(module_, own->init.code, own->init.offset);
    binary::Instr in, last;
    if (reader.next(in) && reader.next(last) && last.op == Op::end &&
        (in.op == Op::i32_const || in.op == Op::i64_const || in.op == Op::f32_const ||
         in.op == Op::f64_const))
      return push_constant(cls, in.bits);
  }
  const Mark mark = begin();
  const uint8_t reg = alloc(file_of(cls));
  x64::load_value(a, cls, reg, global_place(index, type));
  close(mark);
  return push_reg(cls, reg, type.is_ref() && is_gc_ref(type));
}

void Compiler::global_set(uint32_t index, ValType type, Value v) {
  const ValueClass cls = codegen::class_of(type);
  flush_if_loads_before(first_of(v));
  compute(v);
  const Mark mark = begin();
  const uint8_t reg = to_reg(v);
  Mem to = global_place(index, type);
  if (cls == ValueClass::i32) a.mov(to, r64(reg));
  else x64::store_value(a, cls, to, reg);
  if (cls == ValueClass::f32) {
    to.disp += 4;
    a.mov(Size::d, to, 0);
  }
  close(mark);
  pop_from(v);
  verify();
}

// --- parametric

void Compiler::drop(ValType, Value v) {
  const uint32_t start = nodes_[v.node].start;
  // A load that is not wanted still traps.
  if (!pending_loads_.empty() && pending_loads_.back() >= start) materialize(v.node);
  truncate(start);
}

Value Compiler::select(ValType type, Value x, Value y, Value condition) {
  const ValueClass cls = codegen::class_of(type);
  if (!is_simple(x.node)) materialize(x.node);
  if (!is_simple(y.node)) materialize(y.node);
  if (!is_simple(condition.node) && flags_row(node(condition)) == nullptr)
    materialize(condition.node);
  const bool is_ref = nodes_[x.node].is_ref || nodes_[y.node].is_ref;
  Node& n = push(NodeKind::op, cls, nodes_[x.node].start);
  n.op = number(select_of(cls));
  n.arity = 3;
  n.is_ref = is_ref;
  return {top_node() - 1};
}

// --- arithmetic

const Row* Compiler::flags_row(const Node& n) const {
  if (n.kind != NodeKind::op || n.op >= wasm::op_count) return nullptr;
  const Row* row = rows_.flags(static_cast<Op>(n.op));
  return row != nullptr && row->scratch_gprs + row->scratch_vecs == 0 ? row : nullptr;
}

// Which operands of an operation may stay trees: those that its code can absorb.
bool Compiler::absorbs(Op op, uint32_t operand) const {
  const Node& x = nodes_[operand];
  if (x.kind == NodeKind::load) return true;
  if (op == Op::i32_eqz) return flags_row(x) != nullptr;
  if (op != Op::i32_add && op != Op::i64_add) return false;
  const auto small_shift = [&](uint32_t n) {
    const Node& s = nodes_[n];
    if (s.kind != NodeKind::op || !is_shl(s.op)) return false;
    const Node& count = nodes_[operand_of(n, 1)];
    return count.kind == NodeKind::constant && count.bits <= 3 && is_simple(operand_of(n, 0));
  };
  if (small_shift(operand)) return true;
  return is_add(x.op) && x.op == number(op);
}

Value Compiler::defer(Op op, ValueClass cls, unsigned arity, Value first) {
  Node& n = push(NodeKind::op, cls, nodes_[first.node].start);
  n.op = number(op);
  n.arity = static_cast<uint8_t>(arity);
  return {top_node() - 1};
}

Value Compiler::unary(Op op, Value x) {
  const Row* row = rows_.value(op);
  if (row->traps[0] != Trap::none) return row_result(*row, {&x, 1});
  if (!is_simple(x.node) && !absorbs(op, x.node)) materialize(x.node);
  return defer(op, row->out[0].cls, 1, x);
}

Value Compiler::binary(Op op, Value x, Value y) {
  const Row* row = rows_.value(op);
  const Node& c = nodes_[y.node];
  if (row->traps[0] != Trap::none) {
    const Row* special =
        c.kind == NodeKind::constant
            ? rows_.constant(op, c.cls == ValueClass::i32 ? static_cast<int32_t>(c.bits)
                                                          : static_cast<int64_t>(c.bits))
            : nullptr;
    if (special == nullptr) {
      const Value in[] = {x, y};
      return row_result(*row, in);
    }
  }
  const bool nested_sum = (op == Op::i32_add || op == Op::i64_add) &&
                          nodes_[x.node].kind == NodeKind::op && is_add(nodes_[x.node].op);
  if (!is_simple(x.node) && (!absorbs(op, x.node) || (nested_sum && c.kind != NodeKind::constant)))
    materialize(x.node);
  // Sums of sums: only (x + y) + constant is one instruction.
  const bool y_sum = nodes_[y.node].kind == NodeKind::op && is_add(nodes_[y.node].op);
  if (!is_simple(y.node) && (y_sum || !absorbs(op, y.node))) materialize(y.node);
  const bool commutes = row->has(codegen::effect::commutes);
  const NodeKind xk = nodes_[x.node].kind, yk = nodes_[y.node].kind;
  const bool swap =
      commutes && ((xk == NodeKind::constant && yk != NodeKind::constant) ||
                   (xk == NodeKind::load && yk != NodeKind::constant && yk != NodeKind::load));
  const Value v = defer(op, row->out[0].cls, 2, x);
  nodes_[v.node].swapped = swap;
  return v;
}

Value Compiler::ternary(Op op, Value x, Value y, Value z) {
  for (const Value v : {x, y, z})
    if (!is_simple(v.node)) materialize(v.node);
  return defer(op, rows_.value(op)->out[0].cls, 3, x);
}

// 128-bit arithmetic: two results.
void Compiler::wide(Op op, std::span<const Value> in, std::span<Value, 2> out) {
  const Row& row = *rows_.value(op);
  uint32_t nodes[4] = {};
  for (size_t i = 0; i < in.size(); ++i) nodes[i] = in[i].node;
  const uint32_t start = nodes_[in[0].node].start;
  const Mark mark = begin();
  prepare_inputs(row, nodes, false);
  // Inputs that become outputs are in registers of their own.
  for (unsigned k = 0; k < row.out_count; ++k)
    if (row.out[k].tied != no_reg) to_owned_reg({nodes[row.out[k].tied]});
  Operands o;
  place_inputs(row, nodes, o, false);
  place_outputs(row, nodes, o, no_reg);
  emit_row(row, o);
  close(mark);
  truncate(start);
  for (unsigned k = 0; k < 2; ++k) free_[0] &= ~(1u << o.out[k]);
  for (unsigned k = 0; k < 2; ++k) out[k] = push_reg(ValueClass::i64, o.out[k]);
  verify();
}

Value Compiler::extract_lane(Op op, uint8_t lane, Value x) {
  return row_result(*rows_.value(op), {&x, 1}, lane);
}

Value Compiler::replace_lane(Op op, uint8_t lane, Value x, Value y) {
  const Value in[] = {x, y};
  return row_result(*rows_.value(op), in, lane);
}

Value Compiler::shuffle(const V128& lanes, Value x, Value y) {
  const Value in[] = {x, y};
  return row_result(*rows_.value(Op::i8x16_shuffle), in, 0, &lanes);
}

}  // namespace nacre::baseline

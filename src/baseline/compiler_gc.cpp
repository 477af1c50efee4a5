// SPDX-License-Identifier: Apache-2.0
//
// Structures, arrays, i31 and functions as references. Objects lie at the heap's base + reference:
// fields and elements are read and written in place after the checks. Small objects are made by
// moving the heap's allocation pointer; when that fails, a cold call (compiler_cold.cpp) makes the
// object instead. Bulk operations and large objects are builtins.
#include "baseline/compiler.hpp"
#include "codegen/rows/x64/simd.hpp"
#include "runtime/gc/heap.hpp"

namespace nacre::baseline {
namespace {

namespace gc = runtime::gc;
using codegen::BuiltinId;
using runtime::FieldLayout;
using runtime::RuntimeType;
using runtime::VmContext;

// Objects up to this size with up to so many values are made inline.
constexpr uint64_t max_inline_bytes = 256;
constexpr uint32_t max_inline_values = 24;
constexpr int32_t elements_at = gc::header_bytes;
constexpr uint32_t max_constant_index = 1u << 24;

ValueClass class_of(const FieldLayout& f) { return codegen::class_of(f.type.type().unpacked()); }

uint64_t array_bytes(const FieldLayout& f, uint64_t n) {
  return (gc::header_bytes + n * f.size + 7) & ~uint64_t{7};
}

Size size_of(const FieldLayout& f) { return static_cast<Size>(f.size); }

uint8_t scale_of(uint8_t size) {
  return static_cast<uint8_t>(size == 1 ? 0 : size == 2 ? 1 : size == 4 ? 2 : 3);
}

}  // namespace

// --- access

// A register for a handler's result: that of the operand `v` if nothing else needs it.
uint8_t Compiler::result_reg(Value v, unsigned file) {
  const Node& x = node(v);
  return x.kind == NodeKind::reg && file_of(x.cls) == file ? x.reg : alloc(file);
}

void Compiler::load_gc_base(Gpr d) {
  a.mov(d, vm_field(offsetof(VmContext, gc_base)));
  a.mov(d, mem(d));
}

// The 32-bit reference must not be null.
void Compiler::check_not_null(uint8_t ref, Trap trap) {
  a.test(r32(ref), r32(ref));
  a.j(Cond::e, trap_label(trap));
}

void Compiler::load_field(const FieldLayout& f, bool is_signed, uint8_t d, const Mem& m) {
  if (f.size == 1 && is_signed) return a.movsx8(r32(d), m);
  if (f.size == 1) return a.movzx8(r32(d), m);
  if (f.size == 2 && is_signed) return a.movsx16(r32(d), m);
  if (f.size == 2) return a.movzx16(r32(d), m);
  // References to objects are half as wide as their slots.
  if (file_of(class_of(f)) == 0) return a.mov(Gpr{d, size_of(f)}, m);
  x64::load_value(a, class_of(f), d, m);
}

// A value that needs no code of its own, into an object. Destroys the scratch registers unless it
// is in a register or a constant that fits 32 bits; allocates nothing.
void Compiler::store_field(const FieldLayout& f, const Mem& m, Value v) {
  const Node& x = node(v);
  const unsigned file = file_of(x.cls);
  if (x.kind == NodeKind::constant && x.cls != ValueClass::v128) {
    const auto bits = static_cast<int32_t>(static_cast<uint32_t>(x.bits));
    if (f.size == 1) return a.mov(Size::b, m, static_cast<int8_t>(bits));
    if (f.size == 2) return a.mov(Size::w, m, static_cast<int16_t>(bits));
    if (f.size == 4 || static_cast<int64_t>(x.bits) == bits) return a.mov(size_of(f), m, bits);
    a.mov_imm(x64::scratch_reg, x.bits);
    return a.mov(m, x64::scratch_reg);
  }
  uint8_t reg = file == 0 ? x64::scratch_reg.code : x64::scratch_xmm.code;
  const uint8_t pin = x.kind == NodeKind::local ? local(x.a).pin : no_reg;
  if (x.kind == NodeKind::reg) reg = x.reg;
  else if (pin != no_reg && (state_.in_reg >> pin & 1) != 0) reg = pins_[pin].reg;
  else load_simple(v.node, reg);
  if (file == 0) a.mov(m, Gpr{reg, size_of(f)});
  else x64::store_value(a, x.cls, m, reg);
}

// The value for store_field: in a register or a constant.
void Compiler::prepare_stored(const FieldLayout& f, Value v) {
  const Node& x = node(v);
  if (x.kind == NodeKind::constant &&
      (f.size <= 4 ||
       (f.size == 8 && static_cast<int64_t>(x.bits) == static_cast<int32_t>(x.bits))))
    return;
  if (x.kind == NodeKind::local && local(x.a).pin != no_reg) {
    to_reg(v);
    return;
  }
  to_owned_reg(v);
}

// --- structures

Value Compiler::struct_get(Op op, TypeId type, uint32_t field, Value v) {
  const FieldLayout& f = compiled_.types[type]->fields[field];
  const ValueClass cls = class_of(f);
  flush_loads();
  const Mark mark = begin();
  const uint8_t object = to_reg(v);
  const uint8_t d = result_reg(v, file_of(cls));
  check_not_null(object, Trap::null_structure);
  load_gc_base(x64::scratch_reg);
  load_field(f, op == Op::struct_get_s, d,
             mem(x64::scratch_reg, r64(object), 0, static_cast<int32_t>(f.offset)));
  return push_result(mark, v, cls, d, f.is_gc_ref);
}

void Compiler::struct_set(TypeId type, uint32_t field, Value object, Value v) {
  const FieldLayout& f = compiled_.types[type]->fields[field];
  flush_loads();
  compute(object, v);
  const Mark mark = begin();
  const uint8_t ref = to_reg(object);
  prepare_stored(f, v);
  check_not_null(ref, Trap::null_structure);
  load_gc_base(x64::scratch_reg);
  store_field(f, mem(x64::scratch_reg, r64(ref), 0, static_cast<int32_t>(f.offset)), v);
  close(mark);
  pop_from(object);
  verify();
}

// --- arrays

// The checked element `i` of `array`; in terms of the scratch register and registers of the mark
// that is open. Nothing must be allocated between this and its use.
Mem Compiler::array_element(const FieldLayout& f, uint8_t array, Value i) {
  const Gpr base = x64::scratch_reg;
  const bool constant = is_constant(i) && node(i).bits < max_constant_index;
  const uint8_t index = constant ? no_reg : to_reg(i);
  const uint8_t scaled = !constant && f.size == 16 ? alloc(0) : no_reg;
  check_not_null(array, Trap::null_array);
  load_gc_base(base);
  a.add(base, r64(array));
  if (constant) {
    const auto n = static_cast<int32_t>(node(i).bits);
    a.cmp(Size::d, mem(base, array_length_at), n);
    a.j(Cond::be, array_trap_label(no_reg, node(i).bits));
    return mem(base, elements_at + n * f.size);
  }
  a.cmp(r32(index), mem(base, array_length_at));
  a.j(Cond::ae, array_trap_label(index, 0));
  if (f.size != 16) return mem(base, r64(index), scale_of(f.size), elements_at);
  a.mov(r32(scaled), r32(index));
  a.shl(r64(scaled), 4);
  return mem(base, r64(scaled), 0, elements_at);
}

Value Compiler::array_get(Op op, TypeId type, Value array, Value i) {
  const FieldLayout& f = compiled_.types[type]->fields[0];
  const ValueClass cls = class_of(f);
  flush_loads();
  compute(array, i);
  const Mark mark = begin();
  const uint8_t ref = to_reg(array);
  const uint8_t d = result_reg(array, file_of(cls));
  const Mem element = array_element(f, ref, i);
  load_field(f, op == Op::array_get_s, d, element);
  return push_result(mark, array, cls, d, f.is_gc_ref);
}

void Compiler::array_set(TypeId type, Value array, Value i, Value v) {
  const FieldLayout& f = compiled_.types[type]->fields[0];
  flush_loads();
  compute(array, i, v);
  const Mark mark = begin();
  const uint8_t ref = to_reg(array);
  prepare_stored(f, v);
  store_field(f, array_element(f, ref, i), v);
  close(mark);
  pop_from(array);
  verify();
}

Value Compiler::array_len(Value array) {
  flush_loads();
  const Mark mark = begin();
  const uint8_t ref = to_reg(array);
  const uint8_t d = result_reg(array, 0);
  check_not_null(ref, Trap::null_array);
  load_gc_base(x64::scratch_reg);
  a.mov(r32(d), mem(x64::scratch_reg, r64(ref), 0, array_length_at));
  return push_result(mark, array, ValueClass::i32, d);
}

// --- allocation

// A new object of constant size with its header, but nothing else when `zeroed` is false: its
// reference and where the heap is. `slow` makes it when there is no room.
Compiler::Fresh Compiler::allocate(TypeId type, uint32_t bytes, uint32_t length, bool zeroed,
                                   BuiltinId slow) {
  const Gpr bump = x64::scratch_reg;
  const uint8_t object = alloc(0), other = alloc(0);
  const auto bump_at = [&](size_t field) { return mem(bump, static_cast<int32_t>(field)); };
  a.mov(bump, vm_field(offsetof(VmContext, gc_bump)));
  a.mov(r32(object), bump_at(offsetof(gc::Bump, top)));
  a.lea(r32(other), mem(r64(object), static_cast<int32_t>(bytes)));
  a.cmp(r32(other), bump_at(offsetof(gc::Bump, limit)));
  const codegen::Label back = cold_call(Cond::a, slow, type, 0, length, object);
  a.mov(bump_at(offsetof(gc::Bump, top)), r32(other));
  a.mov(r64(other), vm_field(offsetof(VmContext, types)));
  a.mov(r64(other), mem(r64(other), static_cast<int32_t>(type * sizeof(void*))));
  a.mov(r32(other), mem(r64(other), static_cast<int32_t>(offsetof(RuntimeType, id))));
  load_gc_base(bump);
  a.mov(mem(bump, r64(object)), r64(other));
  if (length != 0)
    a.mov(Size::d, mem(bump, r64(object), 0, array_length_at), static_cast<int32_t>(length));
  if (zeroed && bytes > gc::header_bytes) {
    x64::Simd simd(a);
    simd.zero(x64::scratch_xmm);
    uint32_t at = gc::header_bytes;
    for (; at + 16 <= bytes; at += 16)
      simd.movups(mem(bump, r64(object), 0, static_cast<int32_t>(at)), x64::scratch_xmm);
    if (at < bytes) a.mov(Size::q, mem(bump, r64(object), 0, static_cast<int32_t>(at)), 0);
  }
  a.bind(back);
  if (!zeroed) load_gc_base(r64(other));
  return {object, other};
}

Value Compiler::new_object(TypeId type, uint32_t bytes, uint32_t length, const Value* first,
                           BuiltinId slow) {
  const Mark mark = begin();
  const Fresh fresh = allocate(type, bytes, length, true, slow);
  if (first != nullptr) return push_result(mark, *first, ValueClass::i64, fresh.object, true);
  close(mark);
  return push_reg(ValueClass::i64, fresh.object, true);
}

Value Compiler::struct_new_default(TypeId type) {
  const uint32_t bytes = compiled_.types[type]->struct_size;
  if (bytes <= max_inline_bytes)
    return new_object(type, bytes, 0, nullptr, BuiltinId::struct_new_default);
  call_builtin(BuiltinId::struct_new_default, type, 0, top_node());
  return push_slot(ValueClass::i64, true);
}

Value Compiler::struct_new(TypeId type, Ops fields) {
  const RuntimeType& t = *compiled_.types[type];
  if (fields.empty()) return struct_new_default(type);
  if (t.struct_size > max_inline_bytes || fields.size() > max_inline_values) {
    call_builtin(BuiltinId::struct_new, type, 0, first_of(fields[0].value));
    return push_slot(ValueClass::i64, true);
  }
  for (const auto& field : fields)
    if (!is_simple(field.value.node)) materialize(field.value.node);
  const Mark mark = begin();
  const Fresh fresh = allocate(type, t.struct_size, 0, false, BuiltinId::struct_new_default);
  for (size_t i = 0; i < fields.size(); ++i)
    store_field(
        t.fields[i],
        mem(r64(fresh.base), r64(fresh.object), 0, static_cast<int32_t>(t.fields[i].offset)),
        fields[i].value);
  return push_result(mark, fields[0].value, ValueClass::i64, fresh.object, true);
}

Value Compiler::array_new_default(TypeId type, Value n) {
  const FieldLayout& f = compiled_.types[type]->fields[0];
  if (is_constant(n) && array_bytes(f, node(n).bits) <= max_inline_bytes)
    return new_object(type, static_cast<uint32_t>(array_bytes(f, node(n).bits)),
                      static_cast<uint32_t>(node(n).bits), &n, BuiltinId::array_new_default);
  call_builtin(BuiltinId::array_new_default, type, 0, first_of(n));
  return push_slot(ValueClass::i64, true);
}

Value Compiler::array_new(TypeId type, Value init, Value n) {
  const FieldLayout& f = compiled_.types[type]->fields[0];
  const bool zero = is_constant(init) && node(init).cls != ValueClass::v128 && node(init).bits == 0;
  if (zero && is_constant(n) && array_bytes(f, node(n).bits) <= max_inline_bytes)
    return new_object(type, static_cast<uint32_t>(array_bytes(f, node(n).bits)),
                      static_cast<uint32_t>(node(n).bits), &init, BuiltinId::array_new_default);
  call_builtin(BuiltinId::array_new, type, 0, first_of(init));
  return push_slot(ValueClass::i64, true);
}

Value Compiler::array_new_fixed(TypeId type, Ops elements) {
  const FieldLayout& f = compiled_.types[type]->fields[0];
  const auto n = static_cast<uint32_t>(elements.size());
  const uint64_t bytes = array_bytes(f, n);
  if (n == 0)
    return new_object(type, static_cast<uint32_t>(bytes), 0, nullptr, BuiltinId::array_new_default);
  if (bytes > max_inline_bytes || n > max_inline_values) {
    call_builtin(BuiltinId::array_new_fixed, type, n, first_of(elements[0].value));
    return push_slot(ValueClass::i64, true);
  }
  for (const auto& element : elements)
    if (!is_simple(element.value.node)) materialize(element.value.node);
  const Mark mark = begin();
  const Fresh fresh =
      allocate(type, static_cast<uint32_t>(bytes), n, false, BuiltinId::array_new_default);
  for (uint32_t i = 0; i < n; ++i)
    store_field(
        f,
        mem(r64(fresh.base), r64(fresh.object), 0, elements_at + static_cast<int32_t>(i * f.size)),
        elements[i].value);
  return push_result(mark, elements[0].value, ValueClass::i64, fresh.object, true);
}

Value Compiler::array_new_data(TypeId type, uint32_t data, Value offset, Value) {
  call_builtin(BuiltinId::array_new_data, type, data, first_of(offset));
  return push_slot(ValueClass::i64, true);
}

Value Compiler::array_new_elem(TypeId type, uint32_t elem, Value offset, Value) {
  call_builtin(BuiltinId::array_new_elem, type, elem, first_of(offset));
  return push_slot(ValueClass::i64, true);
}

// --- arrays in bulk

void Compiler::array_fill(TypeId type, Value array, Value, Value, Value) {
  call_builtin(BuiltinId::array_fill, type, 0, first_of(array));
}

void Compiler::array_copy(TypeId dst_type, TypeId src_type, Value dst, Value, Value, Value, Value) {
  call_builtin(BuiltinId::array_copy, dst_type, src_type, first_of(dst));
}

void Compiler::array_init_data(TypeId type, uint32_t data, Value array, Value, Value, Value) {
  call_builtin(BuiltinId::array_init_data, type, data, first_of(array));
}

void Compiler::array_init_elem(TypeId type, uint32_t elem, Value array, Value, Value, Value) {
  call_builtin(BuiltinId::array_init_elem, type, elem, first_of(array));
}

// --- i31

Value Compiler::ref_i31(Value v) {
  const Mark mark = begin();
  const uint8_t x = to_reg(v), d = result_reg(v, 0);
  a.lea(r32(d), mem(r64(x), r64(x), 0, 1));
  return push_result(mark, v, ValueClass::i64, d);
}

Value Compiler::i31_get(Op op, Value v) {
  flush_loads();
  const Mark mark = begin();
  const uint8_t x = to_reg(v), d = result_reg(v, 0);
  check_not_null(x, Trap::null_i31);
  x64::move_value(a, ValueClass::i32, d, x);
  if (op == Op::i31_get_s) a.sar(r32(d), 1);
  else a.shr(r32(d), 1);
  return push_result(mark, v, ValueClass::i32, d);
}

}  // namespace nacre::baseline

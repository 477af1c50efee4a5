// SPDX-License-Identifier: Apache-2.0
//
// Builtins of references, structs and arrays. Operands are read after the allocation, which may
// have moved what they refer to.
#include "codegen/builtin_operands.hpp"
#include "runtime/gc/heap.hpp"
#include "runtime/ops.hpp"

namespace nacre::codegen::builtin {
namespace {

namespace ops = runtime::ops;
namespace gc = runtime::gc;
using runtime::FieldLayout;
using runtime::Func;
using runtime::GcRef;
using runtime::RuntimeType;
using runtime::Slot;
using runtime::VmContext;

uint32_t id(uint64_t x) { return static_cast<uint32_t>(x); }
bool is_v128(const FieldLayout& f) { return f.size == 16; }
// Slots of an element on the operand stack.
uint32_t element_slots(const FieldLayout& f) { return is_v128(f) ? 2 : 1; }
const FieldLayout& element(const RuntimeType* array) { return array->fields[0]; }

bool matches(const BuiltinOperands& s, uint64_t heap_code, uint64_t nullable) {
  const runtime::RefBits ref = s.u64(0);
  if (ref == 0) return nullable != 0;
  return ops::ref_matches(s.instance(), ref, wasm::HeapType::from_code(id(heap_code)));
}

}  // namespace

// --- references

uint64_t ref_func(VmContext* vm, Slot* operands, uint64_t index, uint64_t) {
  const BuiltinOperands s(vm, operands);
  return s.result(reinterpret_cast<uintptr_t>(s.instance().func(id(index))));
}

uint64_t ref_test(VmContext* vm, Slot* operands, uint64_t heap_code, uint64_t nullable) {
  const BuiltinOperands s(vm, operands);
  return s.result(matches(s, heap_code, nullable) ? 1 : 0);
}

uint64_t ref_cast(VmContext* vm, Slot* operands, uint64_t heap_code, uint64_t nullable) {
  const BuiltinOperands s(vm, operands);
  return matches(s, heap_code, nullable) ? BuiltinOperands::done() : s.fail(Trap::cast_failure);
}

uint64_t check_signature(VmContext* vm, Slot* operands, uint64_t type, uint64_t) {
  const BuiltinOperands s(vm, operands);
  const auto* f = reinterpret_cast<const Func*>(static_cast<uintptr_t>(s.u64(0)));
  if (f == nullptr) return s.fail(Trap::uninitialized_element);
  return f->type->is_subtype_of(s.type(type)) ? BuiltinOperands::done()
                                              : s.fail(Trap::indirect_call_type_mismatch);
}

// --- structs

uint64_t struct_new(VmContext* vm, Slot* operands, uint64_t type, uint64_t) {
  const BuiltinOperands s(vm, operands);
  const RuntimeType* const t = s.type(type);
  const GcRef object = s.heap().new_struct(t);
  if (object == 0) return s.fail(Trap::out_of_memory);
  uint32_t i = 0;
  for (const FieldLayout& f : t->fields) {
    s.heap().store_field(object, f.offset, f, s.value(i, is_v128(f)));
    i += element_slots(f);
  }
  return s.result(object);
}

uint64_t struct_new_default(VmContext* vm, Slot* operands, uint64_t type, uint64_t) {
  const BuiltinOperands s(vm, operands);
  return s.object(s.heap().new_struct(s.type(type)));
}

// --- arrays

uint64_t array_new(VmContext* vm, Slot* operands, uint64_t type, uint64_t) {
  const BuiltinOperands s(vm, operands);
  const FieldLayout& f = element(s.type(type));
  const uint32_t n = s.u32(element_slots(f));
  const GcRef array = s.heap().new_array(s.type(type), n);
  if (array == 0) return s.fail(Trap::out_of_memory);
  const Trap t = ops::array_fill(s.instance(), id(type), array, 0, s.value(0, is_v128(f)), n);
  return s.outcome(t, array);
}

uint64_t array_new_default(VmContext* vm, Slot* operands, uint64_t type, uint64_t) {
  const BuiltinOperands s(vm, operands);
  return s.object(s.heap().new_array(s.type(type), s.u32(0)));
}

uint64_t array_new_fixed(VmContext* vm, Slot* operands, uint64_t type, uint64_t length) {
  const BuiltinOperands s(vm, operands);
  const FieldLayout& f = element(s.type(type));
  const uint32_t n = static_cast<uint32_t>(length);
  const GcRef array = s.heap().new_array(s.type(type), n);
  if (array == 0) return s.fail(Trap::out_of_memory);
  for (uint32_t i = 0; i < n; ++i)
    s.heap().store_field(array, gc::header_bytes + i * f.size, f,
                         s.value(i * element_slots(f), is_v128(f)));
  return s.result(array);
}

uint64_t array_new_data(VmContext* vm, Slot* operands, uint64_t type, uint64_t data) {
  const BuiltinOperands s(vm, operands);
  GcRef out = 0;
  const Trap t = ops::array_new_data(s.instance(), id(type), id(data), s.u32(0), s.u32(1), out);
  return s.outcome(t, out);
}

uint64_t array_new_elem(VmContext* vm, Slot* operands, uint64_t type, uint64_t elem) {
  const BuiltinOperands s(vm, operands);
  GcRef out = 0;
  const Trap t = ops::array_new_elem(s.instance(), id(type), id(elem), s.u32(0), s.u32(1), out);
  return s.outcome(t, out);
}

uint64_t array_fill(VmContext* vm, Slot* operands, uint64_t type, uint64_t) {
  const BuiltinOperands s(vm, operands);
  const FieldLayout& f = element(s.type(type));
  return BuiltinOperands::outcome(ops::array_fill(s.instance(), id(type), s.ref(0), s.u32(1),
                                                  s.value(2, is_v128(f)),
                                                  s.u32(2 + element_slots(f))));
}

uint64_t array_copy(VmContext* vm, Slot* operands, uint64_t to_type, uint64_t) {
  const BuiltinOperands s(vm, operands);
  return BuiltinOperands::outcome(
      ops::array_copy(s.instance(), id(to_type), s.ref(0), s.u32(1), s.ref(2), s.u32(3), s.u32(4)));
}

uint64_t array_init_data(VmContext* vm, Slot* operands, uint64_t type, uint64_t data) {
  const BuiltinOperands s(vm, operands);
  return BuiltinOperands::outcome(ops::array_init_data(s.instance(), id(type), id(data), s.ref(0),
                                                       s.u32(1), s.u32(2), s.u32(3)));
}

uint64_t array_init_elem(VmContext* vm, Slot* operands, uint64_t type, uint64_t elem) {
  const BuiltinOperands s(vm, operands);
  return BuiltinOperands::outcome(ops::array_init_elem(s.instance(), id(type), id(elem), s.ref(0),
                                                       s.u32(1), s.u32(2), s.u32(3)));
}

}  // namespace nacre::codegen::builtin

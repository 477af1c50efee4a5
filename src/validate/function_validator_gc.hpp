// SPDX-License-Identifier: Apache-2.0
//
// Part of function_validator.hpp: structures, arrays, i31 and conversions.
#pragma once

#include "validate/function_validator.hpp"

namespace nacre::validate {

// --- structures

template <class C>
void FunctionValidator<C>::struct_new(bool from_defaults) {
  const TypeId type = in_.type;
  if (!check_kind(type, in_.index, wasm::CompositeKind::struct_)) return;
  const auto fields = types_.fields(type);
  if (from_defaults) {
    if (!has_default(type)) return fail(Fault::not_defaultable);
    push(ref_to(type, false), live_ ? consumer_.struct_new_default(type) : Value{});
    return;
  }
  if (!check_elements(fields.size(), [&](size_t i) { return fields[i].type().unpacked(); })) return;
  const Value made = live_ ? consumer_.struct_new(type, top(fields.size())) : Value{};
  drop_top(fields.size());
  push(ref_to(type, false), made);
}

// Like check_top for n operands, the i-th of type type_of(i). On a polymorphic stack only those
// that are there are looked at, so the work is bounded by what was pushed.
template <class C>
template <class TypeOf>
bool FunctionValidator<C>::check_elements(size_t n, TypeOf&& type_of) {
  const size_t have = std::min(n, available());
  bool fits = have == n || frame().unreachable;
  for (size_t i = 1; i <= have && fits; ++i)
    fits = types_.matches(top_[-static_cast<ptrdiff_t>(i)].type, type_of(n - i));
  if (NACRE_LIKELY(fits)) return true;
  std::vector<ValType> wanted;
  for (size_t i = 0; i < n; ++i) wanted.push_back(type_of(i));
  fail_mismatch(wanted);
  return false;
}

// Whether all fields of a structure have default values; remembered by type, since a structure
// may have far more fields than struct.new_default has bytes.
template <class C>
bool FunctionValidator<C>::has_default(TypeId type) {
  enum : uint8_t { unknown, yes, no };
  if (defaults_.size() <= type) defaults_.resize(types_.size(), unknown);
  if (defaults_[type] == unknown) {
    const auto fields = types_.fields(type);
    defaults_[type] = std::all_of(fields.begin(), fields.end(),
                                  [](wasm::FieldType f) { return f.type().defaultable(); })
                          ? yes
                          : no;
  }
  return defaults_[type] == yes;
}

// The field that the instruction at hand names.
template <class C>
bool FunctionValidator<C>::find_field(wasm::FieldType& field) {
  if (!check_kind(in_.type, in_.index, wasm::CompositeKind::struct_)) return false;
  const auto fields = types_.fields(in_.type);
  if (in_.index2 >= fields.size()) return fail_unknown(Space::field, in_.index2), false;
  field = fields[in_.index2];
  return true;
}

// Packed storage is read with a sign, other storage without.
template <class C>
bool FunctionValidator<C>::readable(Op op, Op plain, ValType storage) {
  if (storage.is_packed() == (op != plain)) return true;
  fail(Fault::packed_access);
  return false;
}

template <class C>
void FunctionValidator<C>::struct_get(Op op) {
  const TypeId type = in_.type;
  wasm::FieldType field;
  if (!find_field(field) || !readable(op, Op::struct_get, field.type())) return;
  const Value object = pop(ref_to(type, true));
  push(field.type().unpacked(),
       live_ ? consumer_.struct_get(op, type, in_.index2, object) : Value{});
}

template <class C>
void FunctionValidator<C>::struct_set() {
  const TypeId type = in_.type;
  wasm::FieldType field;
  if (!find_field(field)) return;
  if (!field.is_mutable()) return fail(Fault::immutable_field);
  const Value value = pop(field.type().unpacked());
  const Value object = pop(ref_to(type, true));
  if (live_) consumer_.struct_set(type, in_.index2, object, value);
}

// --- arrays

// The element type of the array type at hand.
template <class C>
bool FunctionValidator<C>::find_array(wasm::FieldType& elem, bool written) {
  if (!check_kind(in_.type, in_.index, wasm::CompositeKind::array)) return false;
  elem = types_.array_elem(in_.type);
  if (!written || elem.is_mutable()) return true;
  fail(Fault::immutable_array);
  return false;
}

template <class C>
void FunctionValidator<C>::array_new() {
  const TypeId type = in_.type;
  wasm::FieldType elem;
  if (!find_array(elem, false)) return;
  const Value n = pop(wasm::i32_type);
  const Value init = pop(elem.type().unpacked());
  push(ref_to(type, false), live_ ? consumer_.array_new(type, init, n) : Value{});
}

template <class C>
void FunctionValidator<C>::array_new_default() {
  const TypeId type = in_.type;
  wasm::FieldType elem;
  if (!find_array(elem, false)) return;
  if (!elem.type().defaultable()) return fail(Fault::not_defaultable);
  const Value n = pop(wasm::i32_type);
  push(ref_to(type, false), live_ ? consumer_.array_new_default(type, n) : Value{});
}

template <class C>
void FunctionValidator<C>::array_new_fixed() {
  const TypeId type = in_.type;
  const uint32_t n = in_.index2;
  wasm::FieldType elem;
  if (!find_array(elem, false)) return;
  if (n > limits_.max_array_new_fixed) return fail(Fault::array_limit);
  if (!check_elements(n, [&](size_t) { return elem.type().unpacked(); })) return;
  const Value made = live_ ? consumer_.array_new_fixed(type, top(n)) : Value{};
  drop_top(n);
  push(ref_to(type, false), made);
}

template <class C>
void FunctionValidator<C>::array_new_data() {
  const TypeId type = in_.type;
  wasm::FieldType elem;
  if (!find_array(elem, false) || !check_data(in_.index2)) return;
  if (elem.type().is_ref()) return fail(Fault::array_not_numeric);
  const Value n = pop(wasm::i32_type);
  const Value offset = pop(wasm::i32_type);
  push(ref_to(type, false),
       live_ ? consumer_.array_new_data(type, in_.index2, offset, n) : Value{});
}

template <class C>
void FunctionValidator<C>::array_new_elem() {
  const TypeId type = in_.type;
  wasm::FieldType elem;
  if (!find_array(elem, false) || !check_elem(in_.index2)) return;
  if (!types_.matches(module_.elems[in_.index2].type, elem.type()))
    return fail(Fault::elem_segment_type);
  const Value n = pop(wasm::i32_type);
  const Value offset = pop(wasm::i32_type);
  push(ref_to(type, false),
       live_ ? consumer_.array_new_elem(type, in_.index2, offset, n) : Value{});
}

template <class C>
void FunctionValidator<C>::array_get(Op op) {
  const TypeId type = in_.type;
  wasm::FieldType elem;
  if (!find_array(elem, false) || !readable(op, Op::array_get, elem.type())) return;
  const Value index = pop(wasm::i32_type);
  const Value array = pop(ref_to(type, true));
  push(elem.type().unpacked(), live_ ? consumer_.array_get(op, type, array, index) : Value{});
}

template <class C>
void FunctionValidator<C>::array_set() {
  const TypeId type = in_.type;
  wasm::FieldType elem;
  if (!find_array(elem, true)) return;
  const Value value = pop(elem.type().unpacked());
  const Value index = pop(wasm::i32_type);
  const Value array = pop(ref_to(type, true));
  if (live_) consumer_.array_set(type, array, index, value);
}

template <class C>
void FunctionValidator<C>::array_len() {
  const Value array = pop(ValType::ref(wasm::Heap::array, true));
  push(wasm::i32_type, live_ ? consumer_.array_len(array) : Value{});
}

template <class C>
void FunctionValidator<C>::array_fill() {
  const TypeId type = in_.type;
  wasm::FieldType elem;
  if (!find_array(elem, true)) return;
  const Value n = pop(wasm::i32_type);
  const Value value = pop(elem.type().unpacked());
  const Value index = pop(wasm::i32_type);
  const Value array = pop(ref_to(type, true));
  if (live_) consumer_.array_fill(type, array, index, value, n);
}

template <class C>
void FunctionValidator<C>::array_copy() {
  const TypeId dst = in_.type, src = in_.type2;
  wasm::FieldType elem;
  if (!find_array(elem, true) || !check_kind(src, in_.index2, wasm::CompositeKind::array)) return;
  if (!types_.matches(types_.array_elem(src).type(), elem.type())) return fail(Fault::array_types);
  const Value n = pop(wasm::i32_type);
  const Value src_index = pop(wasm::i32_type);
  const Value src_array = pop(ref_to(src, true));
  const Value dst_index = pop(wasm::i32_type);
  const Value dst_array = pop(ref_to(dst, true));
  if (live_) consumer_.array_copy(dst, src, dst_array, dst_index, src_array, src_index, n);
}

template <class C>
void FunctionValidator<C>::array_init_data() {
  const TypeId type = in_.type;
  wasm::FieldType elem;
  if (!find_array(elem, true)) return;
  if (elem.type().is_ref()) return fail(Fault::array_not_numeric);
  if (!check_data(in_.index2)) return;
  const Value n = pop(wasm::i32_type);
  const Value offset = pop(wasm::i32_type);
  const Value index = pop(wasm::i32_type);
  const Value array = pop(ref_to(type, true));
  if (live_) consumer_.array_init_data(type, in_.index2, array, index, offset, n);
}

template <class C>
void FunctionValidator<C>::array_init_elem() {
  const TypeId type = in_.type;
  wasm::FieldType elem;
  if (!find_array(elem, true) || !check_elem(in_.index2)) return;
  if (!types_.matches(module_.elems[in_.index2].type, elem.type()))
    return fail(Fault::elem_segment_type);
  const Value n = pop(wasm::i32_type);
  const Value offset = pop(wasm::i32_type);
  const Value index = pop(wasm::i32_type);
  const Value array = pop(ref_to(type, true));
  if (live_) consumer_.array_init_elem(type, in_.index2, array, index, offset, n);
}

// --- i31 and conversions

template <class C>
void FunctionValidator<C>::ref_i31() {
  const Value value = pop(wasm::i32_type);
  push(ValType::ref(wasm::Heap::i31, false), live_ ? consumer_.ref_i31(value) : Value{});
}

template <class C>
void FunctionValidator<C>::i31_get(Op op) {
  const Value ref = pop(ValType::ref(wasm::Heap::i31, true));
  push(wasm::i32_type, live_ ? consumer_.i31_get(op, ref) : Value{});
}

// The result is nullable exactly when the operand is.
template <class C>
void FunctionValidator<C>::convert_extern(Op op, wasm::Heap from, wasm::Heap to) {
  const Entry ref = pop_below(ValType::ref(from, true));
  const bool nullable = ref.type.is_ref() && ref.type.nullable();
  push(ValType::ref(to, nullable), live_ ? consumer_.convert_extern(op, ref.value) : Value{});
}

}  // namespace nacre::validate

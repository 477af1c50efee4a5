// SPDX-License-Identifier: Apache-2.0
//
// Part of function_validator.hpp: variables, tables, bulk memory, references.
#pragma once

#include "validate/function_validator.hpp"

namespace nacre::validate {

// --- locals and globals, drop, select

// Whether a local of this type has no initial value: !type.defaultable() in one comparison,
// small enough to be inlined even into the driver's loop.
constexpr bool must_be_set(ValType type) {
  constexpr uint32_t non_null = ValType::ref(wasm::Heap::func, false).bits();
  constexpr uint32_t mask = 15 | (non_null ^ wasm::funcref_type.bits());
  return (type.bits() & mask) == (non_null & mask);
}
static_assert(must_be_set(ValType::ref(wasm::Heap::any, false)) &&
              !must_be_set(wasm::anyref_type) && !must_be_set(wasm::i32_type) &&
              !must_be_set(wasm::v128_type));

template <class C>
NACRE_INLINE void FunctionValidator<C>::local_get() {
  ValType type;
  if (NACRE_UNLIKELY(!find_local(in_.index, type))) return;
  if (NACRE_UNLIKELY(must_be_set(type)) && !is_set(in_.index))
    return fail(Fault::uninitialized_local);
  push(type, live_ ? consumer_.local_get(in_.index, type) : Value{});
}

template <class C>
NACRE_INLINE void FunctionValidator<C>::local_set(bool tee) {
  ValType type;
  if (NACRE_UNLIKELY(!find_local(in_.index, type))) return;
  const Value value = pop(type);
  if (NACRE_UNLIKELY(must_be_set(type))) mark_set(in_.index);
  if (tee) push(type, live_ ? consumer_.local_tee(in_.index, type, value) : Value{});
  else if (live_) consumer_.local_set(in_.index, type, value);
}

template <class C>
void FunctionValidator<C>::global_get() {
  const uint32_t index = in_.index;
  if (index >= visible_globals_) return fail_unknown(Space::global, index);
  const wasm::GlobalType& global = module_.globals[index].type;
  if (constant_ && !constant_global(index, global)) return;
  push(global.type, live_ ? consumer_.global_get(index, global.type) : Value{});
}

// Since garbage collection, constant expressions see all globals before them; earlier, the imported
// ones.
template <class C>
bool FunctionValidator<C>::constant_global(uint32_t index, const wasm::GlobalType& global) {
  const bool seen = index < module_.num_imported_globals || features_.has(Feature::gc);
  if (global.is_mutable && seen) fail(Fault::constant_required);
  else if (global.is_mutable) fail_unknown(Space::global, index);
  else if (!seen) feature_off(Feature::gc, binary::Part::earlier_global, index);
  return !failed_;
}

template <class C>
void FunctionValidator<C>::global_set() {
  const uint32_t index = in_.index;
  if (index >= visible_globals_) return fail_unknown(Space::global, index);
  const wasm::GlobalType& global = module_.globals[index].type;
  if (!global.is_mutable) return fail(Fault::immutable_global);
  const Value value = pop(global.type);
  if (live_) consumer_.global_set(index, global.type, value);
}

template <class C>
void FunctionValidator<C>::drop_op() {
  const Entry entry = pop_any();
  if (live_) consumer_.drop(entry.type, entry.value);
}

template <class C>
void FunctionValidator<C>::select_op() {
  const Value condition = pop(wasm::i32_type);
  const Entry b = pop_any();
  const Entry a = pop_any();
  const ValType type = a.type.is_bot() ? b.type : a.type;
  if (a.type.is_ref() || b.type.is_ref()) return fail(Fault::not_a_number);
  if (a.type != b.type && !a.type.is_bot() && !b.type.is_bot()) {
    return fail_with(describe_mismatch({&a.type, 1}, {&b.type, 1}, false, place()));
  }
  push(type, live_ ? consumer_.select(type, a.value, b.value, condition) : Value{});
}

template <class C>
void FunctionValidator<C>::select_typed() {
  if (in_.count != 1) return fail(Fault::result_arity);
  const ValType type = in_.value;
  const Value condition = pop(wasm::i32_type);
  const Value b = pop(type);
  const Value a = pop(type);
  push(type, live_ ? consumer_.select(type, a, b, condition) : Value{});
}

// --- tables

// The index type for moving between two tables or memories: i64 only when both are.
inline ValType common_index_type(ValType a, ValType b) {
  return a == wasm::i64_type && b == wasm::i64_type ? wasm::i64_type : wasm::i32_type;
}

template <class C>
void FunctionValidator<C>::table_get() {
  const uint32_t table = in_.index;
  if (!check_table(table)) return;
  const ValType elem = table_elem_type(table);
  const Value index = pop(table_index_type(table));
  push(elem, live_ ? consumer_.table_get(table, elem, index) : Value{});
}

template <class C>
void FunctionValidator<C>::table_set() {
  const uint32_t table = in_.index;
  if (!check_table(table)) return;
  const Value value = pop(table_elem_type(table));
  const Value index = pop(table_index_type(table));
  if (live_) consumer_.table_set(table, index, value);
}

template <class C>
void FunctionValidator<C>::table_size() {
  const uint32_t table = in_.index;
  if (!check_table(table)) return;
  push(table_index_type(table), live_ ? consumer_.table_size(table) : Value{});
}

template <class C>
void FunctionValidator<C>::table_grow() {
  const uint32_t table = in_.index;
  if (!check_table(table)) return;
  const Value n = pop(table_index_type(table));
  const Value init = pop(table_elem_type(table));
  push(table_index_type(table), live_ ? consumer_.table_grow(table, init, n) : Value{});
}

template <class C>
void FunctionValidator<C>::table_fill() {
  const uint32_t table = in_.index;
  if (!check_table(table)) return;
  const Value n = pop(table_index_type(table));
  const Value value = pop(table_elem_type(table));
  const Value first = pop(table_index_type(table));
  if (live_) consumer_.table_fill(table, first, value, n);
}

template <class C>
void FunctionValidator<C>::table_copy() {
  const uint32_t dst = in_.index, src = in_.index2;
  if (!check_table(dst) || !check_table(src)) return;
  if (!types_.matches(table_elem_type(src), table_elem_type(dst)))
    return fail(Fault::table_elem_type);
  const Value n = pop(common_index_type(table_index_type(dst), table_index_type(src)));
  const Value from = pop(table_index_type(src));
  const Value to = pop(table_index_type(dst));
  if (live_) consumer_.table_copy(dst, src, to, from, n);
}

template <class C>
void FunctionValidator<C>::table_init() {
  const uint32_t elem = in_.index, table = in_.index2;
  if (!check_table(table) || !check_elem(elem)) return;
  if (!types_.matches(module_.elems[elem].type, table_elem_type(table)))
    return fail(Fault::elem_segment_type);
  const Value n = pop(wasm::i32_type);
  const Value from = pop(wasm::i32_type);
  const Value to = pop(table_index_type(table));
  if (live_) consumer_.table_init(elem, table, to, from, n);
}

template <class C>
void FunctionValidator<C>::elem_drop() {
  if (check_elem(in_.index) && live_) consumer_.elem_drop(in_.index);
}

// --- bulk memory

template <class C>
void FunctionValidator<C>::memory_copy() {
  const uint32_t dst = in_.index, src = in_.index2;
  if (!check_memory(dst) || !check_memory(src)) return;
  const Value n = pop(common_index_type(memory_index_type(dst), memory_index_type(src)));
  const Value from = pop(memory_index_type(src));
  const Value to = pop(memory_index_type(dst));
  if (live_) consumer_.memory_copy(dst, src, to, from, n);
}

template <class C>
void FunctionValidator<C>::memory_init() {
  const uint32_t data = in_.index, memory = in_.index2;
  if (!check_memory(memory) || !check_data(data)) return;
  const Value n = pop(wasm::i32_type);
  const Value from = pop(wasm::i32_type);
  const Value to = pop(memory_index_type(memory));
  if (live_) consumer_.memory_init(data, memory, to, from, n);
}

template <class C>
void FunctionValidator<C>::data_drop() {
  if (check_data(in_.index) && live_) consumer_.data_drop(in_.index);
}

// --- references

template <class C>
void FunctionValidator<C>::ref_null() {
  const HeapType heap = in_.heap;
  push(ValType::ref(heap, true), live_ ? consumer_.ref_null(heap) : Value{});
}

template <class C>
void FunctionValidator<C>::ref_is_null() {
  const Entry ref = pop_ref();
  push(wasm::i32_type, live_ ? consumer_.ref_is_null(ref.type, ref.value) : Value{});
}

template <class C>
void FunctionValidator<C>::ref_func() {
  const uint32_t func = in_.index;
  if (func >= module_.funcs.size()) return fail_unknown(Space::func, func);
  if (constant_) {
    if (found_ != nullptr) found_->add(func);
  } else {
    if (declared_ == nullptr) {
      own_declared_ = declared_funcs(module_);
      declared_ = &own_declared_;
    }
    if (!declared_->has(func)) return fail(Fault::undeclared_reference);
  }
  push(ref_to(module_.funcs[func], false), live_ ? consumer_.ref_func(func) : Value{});
}

template <class C>
void FunctionValidator<C>::ref_eq() {
  const ValType eqref = ValType::ref(wasm::Heap::eq, true);
  const Value b = pop(eqref);
  const Value a = pop(eqref);
  push(wasm::i32_type, live_ ? consumer_.ref_eq(a, b) : Value{});
}

template <class C>
void FunctionValidator<C>::ref_as_non_null() {
  const Entry ref = pop_ref();
  push(ref.type.with_nullable(false),
       live_ ? consumer_.ref_as_non_null(ref.type, ref.value) : Value{});
}

template <class C>
void FunctionValidator<C>::ref_test(bool null) {
  const ValType target = ValType::ref(in_.heap, null);
  const Entry ref = pop_below(ValType::ref(types_.top(in_.heap), true));
  push(wasm::i32_type, live_ ? consumer_.ref_test(ref.type, target, ref.value) : Value{});
}

template <class C>
void FunctionValidator<C>::ref_cast(bool null) {
  const ValType target = ValType::ref(in_.heap, null);
  const Entry ref = pop_below(ValType::ref(types_.top(in_.heap), true));
  push(target, live_ ? consumer_.ref_cast(ref.type, target, ref.value) : Value{});
}

// An operand that matches `expected`, with its own type.
template <class C>
typename FunctionValidator<C>::Entry FunctionValidator<C>::pop_below(ValType expected) {
  const ValType type = top_ != floor_ ? top_[-1].type : ValType(wasm::Kind::bot);
  return {type, pop(expected)};
}

}  // namespace nacre::validate

// SPDX-License-Identifier: Apache-2.0
#include "binary/input.hpp"

#include <array>

namespace nacre::binary {

using wasm::Feature;
using wasm::Heap;
using wasm::HeapType;
using wasm::TypeId;
using wasm::ValType;

namespace {

constexpr uint8_t byte_ref_null = 0x63;
constexpr uint8_t byte_ref = 0x64;

struct HeapByte {
  Heap heap;
  uint8_t byte;
};
constexpr std::array<HeapByte, 12> heap_bytes = {{
    {Heap::exn, 0x69},
    {Heap::array, 0x6a},
    {Heap::struct_, 0x6b},
    {Heap::i31, 0x6c},
    {Heap::eq, 0x6d},
    {Heap::any, 0x6e},
    {Heap::extern_, 0x6f},
    {Heap::func, 0x70},
    {Heap::none, 0x71},
    {Heap::noextern, 0x72},
    {Heap::nofunc, 0x73},
    {Heap::noexn, 0x74},
}};

Feature feature_of(Heap h) {
  switch (h) {
    case Heap::func:
    case Heap::extern_:
      return Feature::ref_types;
    case Heap::exn:
    case Heap::noexn:
      return Feature::exceptions;
    default:
      return Feature::gc;
  }
}

}  // namespace

Heap heap_from_byte(uint8_t byte) {
  if (byte < 0x69 || byte > 0x74) return Heap::count;
  return heap_bytes[byte - 0x69u].heap;
}

uint8_t heap_to_byte(Heap h) {
  for (const HeapByte& row : heap_bytes)
    if (row.heap == h) return row.byte;
  return 0;
}

TypeId Input::resolve(uint32_t index, uint64_t at) {
  if (index - group_first_ < group_size_) return wasm::rec_type(index - group_first_);
  if (index < module_->types.size()) return module_->types[index];
  if (ignore_unknown_types_) return 0;
  fault(Fault::unknown_type, at, index);
  return wasm::no_type;
}

TypeId Input::type_index(uint32_t& index) {
  const uint64_t at = offset();
  index = leb_u32();
  return failed() ? wasm::no_type : resolve(index, at);
}

TypeId Input::func_type_index(uint32_t& index) {
  const uint64_t at = offset();
  const TypeId id = type_index(index);
  if (ignore_unknown_types_) return id;
  if (id != wasm::no_type && !wasm::is_rec_type(id) && !module_->type_table.is_func(id))
    fault(Fault::not_a_function_type, at, index);
  return failed() ? wasm::no_type : id;
}

HeapType Input::concrete_heap(int64_t code, uint64_t at, uint32_t& index) {
  if (code < 0) {
    fault(Fault::malformed_heap_type, at, static_cast<uint64_t>(code));
    return Heap::any;
  }
  if (!has_concrete_refs()) {
    feature_off(Feature::fref, Part::concrete_type, at);
    return Heap::any;
  }
  index = static_cast<uint32_t>(code);
  const TypeId id = resolve(index, at);
  return id == wasm::no_type ? HeapType(Heap::any) : HeapType::concrete(id);
}

HeapType Input::heap_type(uint32_t& index) {
  index = wasm::no_index;
  const uint64_t at = offset();
  const uint8_t byte = peek();
  const Heap h = heap_from_byte(byte);
  if (h != Heap::count) {
    u8();
    if (!has(feature_of(h))) feature_off(feature_of(h), Part::heap_type, at, byte);
    return h;
  }
  const int64_t code = leb_s33();
  return failed() ? HeapType(Heap::any) : concrete_heap(code, at, index);
}

ValType Input::short_ref_type(uint8_t byte, uint64_t at) {
  const Heap h = heap_from_byte(byte);
  if (h == Heap::count) fault(Fault::malformed_value_type, at, byte);
  else if (!has(feature_of(h))) feature_off(feature_of(h), Part::value_type, at, byte);
  return failed() ? wasm::i32_type : ValType::ref(h, true);
}

ValType Input::val_type() {
  const uint64_t at = offset();
  const uint8_t byte = u8();
  switch (byte) {
    case 0x7f:
      return wasm::i32_type;
    case 0x7e:
      return wasm::i64_type;
    case 0x7d:
      return wasm::f32_type;
    case 0x7c:
      return wasm::f64_type;
    case 0x7b:
      if (!has(Feature::simd)) feature_off(Feature::simd, Part::value_type, at, byte);
      return wasm::v128_type;
    case byte_ref_null:
    case byte_ref:
      if (has_concrete_refs()) return ValType::ref(heap_type(), byte == byte_ref_null);
      feature_off(Feature::fref, Part::value_type, at, byte);
      return wasm::i32_type;
    default:
      return short_ref_type(byte, at);
  }
}

ValType Input::ref_type() {
  const uint64_t at = offset();
  const uint8_t byte = peek();
  // In 1.0 tables hold functions, and nothing else is a reference.
  if (byte == 0x70 && !has(Feature::ref_types)) {
    u8();
    return wasm::funcref_type;
  }
  const bool number = byte >= 0x7b && byte <= 0x7f;
  const bool known =
      byte == byte_ref_null || byte == byte_ref || heap_from_byte(byte) != Heap::count;
  if (!at_end() && (number || !known)) {
    fault(Fault::malformed_reference_type, at, byte);
    return wasm::funcref_type;
  }
  const ValType t = val_type();
  return failed() ? wasm::funcref_type : t;
}

}  // namespace nacre::binary

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

bool Input::heap_enabled(Heap h) const {
  switch (h) {
    case Heap::count:
    case Heap::bot:
      return false;
    case Heap::func:
    case Heap::extern_:
      return has(Feature::ref_types);
    case Heap::exn:
    case Heap::noexn:
      return has(Feature::exceptions);
    default:
      return has(Feature::gc);
  }
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
  if (code < 0 || !(has(Feature::fref) || has(Feature::gc))) {
    fault(Fault::malformed_heap_type, at, static_cast<uint64_t>(code));
    return Heap::any;
  }
  index = static_cast<uint32_t>(code);
  const TypeId id = resolve(index, at);
  return id == wasm::no_type ? HeapType(Heap::any) : HeapType::concrete(id);
}

HeapType Input::heap_type(uint32_t& index) {
  index = wasm::no_index;
  const uint64_t at = offset();
  const Heap h = heap_from_byte(peek());
  if (heap_enabled(h)) {
    u8();
    return h;
  }
  const int64_t code = leb_s33();
  return failed() ? HeapType(Heap::any) : concrete_heap(code, at, index);
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
      if (has(Feature::simd)) return wasm::v128_type;
      break;
    case byte_ref_null:
    case byte_ref:
      if (has(Feature::fref) || has(Feature::gc))
        return ValType::ref(heap_type(), byte == byte_ref_null);
      break;
    default: {
      const Heap h = heap_from_byte(byte);
      if (heap_enabled(h)) return ValType::ref(h, true);
    }
  }
  fault(Fault::malformed_value_type, at, byte);
  return wasm::i32_type;
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
      byte == byte_ref_null || byte == byte_ref || heap_enabled(heap_from_byte(byte));
  if (!at_end() && (number || !known)) {
    fault(Fault::malformed_reference_type, at, byte);
    return wasm::funcref_type;
  }
  const ValType t = val_type();
  return failed() ? wasm::funcref_type : t;
}

}  // namespace nacre::binary

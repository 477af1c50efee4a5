// SPDX-License-Identifier: Apache-2.0
//
// The type section, and the types of imports and definitions.
#include "binary/decoder.hpp"

namespace nacre::binary {

using wasm::CompositeKind;
using wasm::Feature;
using wasm::FieldType;
using wasm::TypeId;
using wasm::ValType;

namespace {

constexpr uint8_t form_rec = 0x4e, form_sub_final = 0x4f, form_sub = 0x50, form_array = 0x5e,
                  form_struct = 0x5f, form_func = 0x60;
constexpr bool is_gc_form(uint8_t form) {
  return form == form_rec || form == form_sub_final || form == form_sub || form == form_array ||
         form == form_struct;
}

constexpr uint8_t packed_i8 = 0x78, packed_i16 = 0x77;

constexpr uint8_t flag_has_max = 1, flag_shared = 2, flag_is64 = 4, flag_page_size = 8;

}  // namespace

void Decoder::type_section() {
  const uint32_t n = items(0, limits_.max_types, Fault::limit_types);
  reserve(module_.types, n, 2);
  for (uint32_t i = 0; i < n && !in_.failed(); ++i) rec_group();
}

void Decoder::rec_group() {
  uint32_t size = 1;
  const bool gc = in_.has(Feature::gc);
  const auto first = static_cast<uint32_t>(module_.types.size());
  if (gc && in_.peek() == form_rec) {
    in_.u8();
    size = items(first, limits_.max_types, Fault::limit_types);
  } else if (first >= limits_.max_types) {
    return in_.fault(Fault::limit_types, in_.offset(), uint64_t{first} + 1);
  }
  if (gc) in_.enter_group(first, size);
  module_.type_table.begin_group(
      std::min<uint32_t>(size, static_cast<uint32_t>(in_.remaining() / 2)));
  for (uint32_t i = 0; i < size && !in_.failed(); ++i) {
    place(Item::type, size_t{first} + i);
    sub_type(i);
  }
  in_.leave_group();
  if (in_.failed()) return;
  const TypeId id = module_.type_table.end_group();
  for (uint32_t i = 0; i < size; ++i) module_.types.push_back(id + i);
}

void Decoder::sub_type(uint32_t member) {
  const uint8_t form = in_.peek();
  if (!in_.has(Feature::gc) || (form != form_sub && form != form_sub_final))
    return composite_type(true, wasm::no_type);
  in_.u8();
  const uint64_t at = in_.offset();
  const uint32_t supers = in_.count(1);
  if (supers > 1) return in_.fault(Fault::several_supertypes, at, supers);
  TypeId super = wasm::no_type;
  if (supers == 1) {
    const uint64_t super_at = in_.offset();
    uint32_t index;
    super = in_.type_index(index);
    const auto self = static_cast<uint32_t>(module_.types.size()) + member;
    if (!in_.failed() && index >= self) return in_.fault(Fault::unknown_type, super_at, index);
  }
  if (!in_.failed()) composite_type(form == form_sub_final, super);
}

void Decoder::composite_type(bool is_final, TypeId super) {
  const uint64_t at = in_.offset();
  const uint8_t form = in_.u8();
  wasm::TypeTable& table = module_.type_table;
  if (form >= 0x80) return in_.fail(ReadFault::leb_too_long, at);
  if (!in_.has(Feature::gc) && is_gc_form(form))
    return in_.feature_off(Feature::gc, Part::composite_type, at, form);
  if (form != form_func && form != form_array && form != form_struct)
    return in_.fault(Fault::malformed_type_form, at, form);
  const CompositeKind kind = form == form_func    ? CompositeKind::func
                             : form == form_array ? CompositeKind::array
                                                  : CompositeKind::struct_;
  table.begin_type(kind, is_final, super);
  if (table.new_depth() > limits_.max_subtype_depth)
    return in_.fault(Fault::limit_subtype_depth, at, table.new_depth());
  if (kind == CompositeKind::func) return function_type();
  const uint32_t n =
      kind == CompositeKind::array ? 1 : items(0, limits_.max_struct_fields, Fault::limit_fields);
  for (uint32_t i = 0; i < n && !in_.failed(); ++i) table.push_field(field_type());
}

void Decoder::function_type() {
  value_types(limits_.max_params, Fault::limit_params);
  module_.type_table.end_params();
  const uint64_t at = in_.offset();
  const uint32_t results = value_types(limits_.max_results, Fault::limit_results);
  if (results > 1 && !in_.has(Feature::multi_value))
    in_.feature_off(Feature::multi_value, Part::several_results, at, results);
}

uint32_t Decoder::value_types(uint32_t max, Fault too_many) {
  const uint32_t n = items(0, max, too_many);
  for (uint32_t i = 0; i < n && !in_.failed(); ++i) module_.type_table.push_value(in_.val_type());
  return n;
}

FieldType Decoder::field_type() {
  const uint8_t byte = in_.peek();
  ValType storage;
  if (byte == packed_i8 || byte == packed_i16) {
    in_.u8();
    storage = byte == packed_i8 ? wasm::Kind::i8 : wasm::Kind::i16;
  } else {
    storage = in_.val_type();
  }
  return FieldType(storage, mutability());
}

bool Decoder::mutability() {
  const uint64_t at = in_.offset();
  const uint8_t byte = in_.u8();
  if (byte > 1) in_.fault(Fault::malformed_mutability, at, byte);
  return byte == 1;
}

// Before 64-bit memories the flags were an integer of one bit. A lone flag for a page size is told
// as 3.0 tells it, which does not know the flag.
uint8_t Decoder::limits_flags(bool of_memory) {
  const uint64_t at = in_.offset();
  const uint8_t flags = in_.u8();
  const bool known = (flags & ~(of_memory ? flag_has_max | flag_shared | flag_is64 | flag_page_size
                                          : flag_has_max | flag_is64)) == 0;
  const bool lone_page_size = known && (flags & flag_page_size) != 0 && in_.at_end();
  if (known && !lone_page_size) {
    limits_features(flags, of_memory, at);
    return flags;
  }
  if (in_.has(Feature::memory64) || lone_page_size)
    in_.fault(Fault::malformed_limits_flags, at, flags);
  else in_.fail(flags >= 0x80 ? ReadFault::leb_too_long : ReadFault::leb_too_large, at);
  return 0;
}

void Decoder::limits_features(uint8_t flags, bool of_memory, uint64_t at) {
  if ((flags & flag_shared) != 0 && !in_.has(Feature::threads))
    in_.feature_off(Feature::threads, Part::shared_memory, at);
  if ((flags & flag_is64) != 0 && !in_.has(Feature::memory64))
    in_.feature_off(Feature::memory64, of_memory ? Part::memory64 : Part::table64, at);
  if ((flags & flag_page_size) != 0 && !in_.has(Feature::custom_page_sizes))
    in_.feature_off(Feature::custom_page_sizes, Part::page_size, at);
}

wasm::SizeLimits Decoder::size_limits(uint8_t flags) {
  wasm::SizeLimits l;
  l.has_max = (flags & flag_has_max) != 0;
  l.shared = (flags & flag_shared) != 0;
  l.is64 = (flags & flag_is64) != 0;
  const bool wide = in_.has(Feature::memory64);
  l.min = wide ? in_.leb_u64() : in_.leb_u32();
  if (l.has_max) l.max = wide ? in_.leb_u64() : in_.leb_u32();
  return l;
}

wasm::MemoryType Decoder::memory_type() {
  const uint8_t flags = limits_flags(true);
  wasm::MemoryType m;
  m.limits = size_limits(flags);
  if ((flags & flag_page_size) == 0) return m;
  const uint64_t at = in_.offset();
  const uint32_t exponent = in_.leb_u32();
  if (exponent > 63) in_.fault(Fault::malformed_page_size, at, exponent);
  else if (exponent != 0 && exponent != 16) in_.fault(Fault::invalid_page_size, at, exponent);
  m.page_size_log2 = static_cast<uint8_t>(exponent);
  return m;
}

wasm::TableType Decoder::table_type() {
  wasm::TableType t;
  t.elem = in_.ref_type();
  t.limits = size_limits(limits_flags(false));
  return t;
}

wasm::GlobalType Decoder::global_type() {
  wasm::GlobalType g;
  g.type = in_.val_type();
  g.is_mutable = mutability();
  return g;
}

wasm::TagType Decoder::tag_type() {
  const uint64_t at = in_.offset();
  const uint8_t attribute = in_.u8();
  if (attribute != 0) in_.fault(Fault::malformed_tag_attribute, at, attribute);
  uint32_t index;
  return {in_.func_type_index(index)};
}

}  // namespace nacre::binary

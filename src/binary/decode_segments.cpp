// SPDX-License-Identifier: Apache-2.0
//
// Element and data segments.
#include "binary/decoder.hpp"

namespace nacre::binary {

using wasm::Feature;
using wasm::SegmentMode;

namespace {

// The number that starts a segment is a set of flags since 2.0. Bit 1 means an explicit index
// in an active segment, and a declarative one otherwise.
constexpr uint32_t flag_not_active = 1, flag_explicit = 2, flag_exprs = 4;

// Entries given as function indices are never null.
constexpr wasm::ValType func_entries = wasm::ValType::ref(wasm::Heap::func, false);

}  // namespace

void Decoder::element_section() {
  const uint32_t n = items(0, limits_.max_elem_segments, Fault::limit_elem_segments);
  reserve(module_.elems, n, 2);
  for (uint32_t i = 0; i < n && !in_.failed(); ++i) module_.elems.push_back(element());
}

wasm::Elem Decoder::element() {
  wasm::Elem elem;
  elem.position = in_.offset();
  uint32_t flags = in_.leb_u32();
  elem.mode = SegmentMode::active;
  elem.type = func_entries;
  if (!in_.has(Feature::bulk) && !in_.has(Feature::ref_types)) {
    if (flags != 0 && flags <= 7)
      in_.feature_off(Feature::bulk, Part::element_kind, elem.position, flags);
    elem.table = flags;  // 1.0 has only active segments, with a table index
    flags = 0;
  }
  if (flags > 7) {
    in_.fault(Fault::malformed_segment_flags, elem.position, flags);
    return elem;
  }
  if ((flags & flag_not_active) != 0)
    elem.mode = (flags & flag_explicit) != 0 ? SegmentMode::declarative : SegmentMode::passive;
  else if ((flags & flag_explicit) != 0) elem.table = in_.leb_u32();
  if (elem.mode == SegmentMode::active) elem.offset = const_expr();
  const bool typed = (flags & (flag_not_active | flag_explicit)) != 0;
  if ((flags & flag_exprs) != 0) {
    elem.type = typed ? in_.ref_type() : wasm::funcref_type;
    element_exprs(elem);
    return elem;
  }
  if (typed) {
    const uint64_t at = in_.offset();
    const uint8_t kind = in_.u8();
    if (kind != 0) in_.fault(Fault::malformed_elem_kind, at, kind);
  }
  element_funcs(elem);
  return elem;
}

void Decoder::element_funcs(wasm::Elem& elem) {
  const uint32_t n = items(0, limits_.max_table_entries, Fault::limit_segment_entries);
  reserve(elem.funcs, n, 1);
  for (uint32_t i = 0; i < n && !in_.failed(); ++i) elem.funcs.push_back(in_.leb_u32());
}

void Decoder::element_exprs(wasm::Elem& elem) {
  const uint32_t n = items(0, limits_.max_table_entries, Fault::limit_segment_entries);
  reserve(elem.exprs, n, 1);
  for (uint32_t i = 0; i < n && !in_.failed(); ++i) elem.exprs.push_back(const_expr());
}

void Decoder::data_section() {
  const uint32_t n = items(0, limits_.max_data_segments, Fault::limit_data_segments);
  reserve(module_.datas, n, 2);
  for (uint32_t i = 0; i < n && !in_.failed(); ++i) module_.datas.push_back(data());
}

wasm::Data Decoder::data() {
  wasm::Data data;
  data.position = in_.offset();
  uint32_t flags = in_.leb_u32();
  if (!in_.has(Feature::bulk)) {
    if (flags == 1 || flags == 2)
      in_.feature_off(Feature::bulk, Part::data_kind, data.position, flags);
    data.memory = flags;  // 1.0: a memory index
    flags = 0;
  }
  if (flags > 2) {
    in_.fault(Fault::malformed_segment_flags, data.position, flags);
    return data;
  }
  data.mode = flags == 1 ? SegmentMode::passive : SegmentMode::active;
  if (flags == 2) data.memory = in_.leb_u32();
  if (data.mode == SegmentMode::active) data.offset = const_expr();
  data.bytes = in_.sized_bytes();
  return data;
}

void Decoder::data_count_section() {
  const uint64_t at = in_.offset();
  const uint32_t n = in_.leb_u32();
  if (n > limits_.max_data_segments) return in_.fault(Fault::limit_data_segments, at, n);
  module_.data_count = n;
}

}  // namespace nacre::binary

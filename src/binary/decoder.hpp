// SPDX-License-Identifier: Apache-2.0
//
// Decoder: the state of one decode, private to src/binary. The sections are read by
// decode_sections.cpp and decode_segments.cpp, types by decode_types.cpp, the file's frame by
// decode.cpp.
//
// Like the specification's decoder this one reads on past a section's declared end and compares
// afterwards, so that the errors come out as the official suite expects.
#pragma once

#include <algorithm>
#include <vector>

#include "binary/decode.hpp"
#include "binary/op_reader.hpp"

namespace nacre::binary {

class Decoder {
 public:
  Decoder(wasm::Module& module, const DecodeOptions& options)
      : module_(module), limits_(options.limits), in_(module, module.bytes, 0) {}

  // Reads the whole file. False on failure: see error().
  bool run();
  Error error() const { return in_.error(); }
  // Reads as far as to this item: where it begins, or Error::no_offset.
  uint64_t find(Item item, uint32_t index) {
    wanted_ = item;
    wanted_index_ = index;
    run();
    return found_;
  }

 private:
  // decode.cpp
  void header();
  void section();
  void section_contents(uint8_t id);
  void custom_section(uint64_t end);
  bool in_order(uint8_t id);
  bool section_enabled(uint8_t id) const;
  void section_off(uint8_t id, uint64_t at);
  void check_whole();
  void blame_last_body();

  // decode_types.cpp
  void type_section();
  void rec_group();
  void sub_type(uint32_t member);
  void composite_type(bool is_final, wasm::TypeId super);
  void function_type();
  uint32_t value_types(uint32_t max, Fault too_many);
  wasm::FieldType field_type();
  uint8_t limits_flags(bool of_memory);
  void limits_features(uint8_t flags, bool of_memory, uint64_t at);
  wasm::SizeLimits size_limits(uint8_t flags);
  wasm::MemoryType memory_type();
  wasm::TableType table_type();
  wasm::GlobalType global_type();
  wasm::TagType tag_type();
  bool mutability();

  // decode_sections.cpp
  void import_section();
  void import_item();
  void function_section();
  void table_section();
  void add_table(const wasm::Table& table, uint64_t at);
  void memory_section();
  void add_memory();
  void tag_section();
  void global_section();
  void export_section();
  void check_export_kind(const wasm::Export& e, uint64_t at);
  void check_export_names();
  void start_section();
  void code_section();
  void add_func();
  wasm::ConstExpr const_expr();
  wasm::ConstExpr skip_expr();
  void missing_end();

  // decode_segments.cpp
  void element_section();
  wasm::Elem element();
  void element_funcs(wasm::Elem& elem);
  void element_exprs(wasm::Elem& elem);
  void data_section();
  wasm::Data data();
  void data_count_section();

  // An item begins at `at`.
  void place(Item item, size_t index, uint64_t at) {
    if (item != wanted_ || index != wanted_index_) return;
    found_ = at;
    in_.stop();
  }
  void place(Item item, size_t index) { place(item, index, in_.offset()); }

  // The length of a vector, when `have` items exist already and `limit` may.
  uint32_t items(size_t have, uint32_t limit, Fault too_many);
  // Makes room for n more items that take at least min_bytes each, as far as the input can have
  // that many.
  template <class T>
  void reserve(std::vector<T>& items, uint32_t n, uint32_t min_bytes) {
    items.reserve(items.size() + std::min<size_t>(n, in_.remaining() / min_bytes));
  }

  wasm::Module& module_;
  const wasm::Limits& limits_;
  OpReader in_;
  uint8_t last_order_ = 0;    // rank of the last non-custom section
  uint8_t last_section_ = 0;  // its id
  Item wanted_ = Item::none;  // by find
  uint32_t wanted_index_ = 0;
  uint64_t found_ = Error::no_offset;
  uint64_t section_end_ = 0;  // where the section being read should end
};

// Section ids.
namespace section_id {
inline constexpr uint8_t custom = 0, type = 1, import = 2, function = 3, table = 4, memory = 5,
                         global = 6, export_ = 7, start = 8, element = 9, code = 10, data = 11,
                         data_count = 12, tag = 13, count = 14;
}  // namespace section_id

}  // namespace nacre::binary

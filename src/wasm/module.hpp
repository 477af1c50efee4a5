// SPDX-License-Identifier: Apache-2.0
//
// Module: a decoded module as a struct of vectors. Function bodies, constant expressions, names
// and data stay spans of the binary, which `bytes` keeps alive through `owner`. Every index
// space lists its imports first. Type indices have become canonical ids of `type_table`.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"
#include "wasm/features.hpp"
#include "wasm/type_table.hpp"
#include "wasm/types.hpp"

namespace nacre::wasm {

enum class ExternKind : uint8_t { func, table, memory, global, tag };  // binary codes 0..4

inline constexpr uint32_t no_index = 0xffffffff;

// An import. `index` is its place in the index space of its kind, where its type is found.
struct Import {
  std::string_view module, name;
  ExternKind kind;
  uint32_t index;
};

struct Export {
  std::string_view name;
  ExternKind kind;
  uint32_t index;
};

// A constant expression: its instructions including the final `end`.
struct ConstExpr {
  Bytes code;
  uint64_t offset = 0;  // of code[0] in the binary
};

struct Table {
  TableType type;
  ConstExpr init;
};  // init.code empty: null entries, or imported
struct Global {
  GlobalType type;
  ConstExpr init;
};  // init.code empty: imported

enum class SegmentMode : uint8_t { active, passive, declarative };

struct Elem {
  SegmentMode mode = SegmentMode::passive;
  uint32_t table = 0;
  ConstExpr offset;  // active only
  ValType type = funcref_type;
  std::vector<uint32_t> funcs;   // entries as function indices ...
  std::vector<ConstExpr> exprs;  // ... or as expressions; one of the two is empty
  uint64_t position = 0;         // of the segment in the binary
  size_t size() const { return funcs.size() + exprs.size(); }
};

struct Data {
  SegmentMode mode = SegmentMode::passive;
  uint32_t memory = 0;
  ConstExpr offset;  // active only
  Bytes bytes;
  uint64_t position = 0;
};

// A defined function's body: the locals declaration and the instructions with the final `end`.
struct Body {
  uint64_t offset = 0;  // of the first byte (the locals count) in the binary
  uint32_t size = 0;
};

struct CustomSection {
  std::string_view name;
  Bytes bytes;          // the contents after the name
  uint64_t offset = 0;  // of bytes[0]
  uint8_t after = 0;    // id of the last non-custom section before it (0: none)
};

struct Module {
  std::shared_ptr<const void> owner;  // keeps `bytes` alive; null when the caller does
  Bytes bytes;
  Features features;  // those it was decoded with

  TypeTable type_table;
  std::vector<TypeId> types;  // by type index
  std::vector<Import> imports;
  std::vector<TypeId> funcs;                // type of each function
  std::vector<uint32_t> func_type_indices;  // its type index as written, for printing
  std::vector<Table> tables;
  std::vector<MemoryType> memories;
  std::vector<Global> globals;
  std::vector<TagType> tags;
  std::vector<Export> exports;
  std::vector<Elem> elems;
  std::vector<Data> datas;
  std::vector<Body> bodies;  // bodies[i] is of function num_imported_funcs + i
  std::vector<CustomSection> customs;
  uint32_t start = no_index;
  uint32_t data_count = no_index;  // no_index: no data count section
  uint32_t num_imported_funcs = 0, num_imported_tables = 0, num_imported_memories = 0,
           num_imported_globals = 0, num_imported_tags = 0;

  Bytes body_bytes(uint32_t defined_index) const {
    return bytes.subspan(bodies[defined_index].offset, bodies[defined_index].size);
  }
  uint32_t num_defined_funcs() const {
    return static_cast<uint32_t>(funcs.size()) - num_imported_funcs;
  }
  const CustomSection* custom(std::string_view name) const {
    for (const CustomSection& c : customs)
      if (c.name == name) return &c;
    return nullptr;
  }
};

}  // namespace nacre::wasm

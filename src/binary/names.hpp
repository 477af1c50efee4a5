// SPDX-License-Identifier: Apache-2.0
//
// The name section: names of a module's things for people to read.
//
// It is advisory. `NameSection` takes what it can read and leaves out the rest, so a broken
// section costs names and nothing else; `check_name_section` says whether it is well-formed.
// Parsing a section only finds its parts. A map of names is read when it is asked for, twelve
// bytes a name, and keeps pointing into the section's bytes.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include <nacre/result.hpp>

#include "base/bytes.hpp"
#include "wasm/module.hpp"

namespace nacre::binary {

// Subsections by their id.
enum class NameKind : uint8_t {
  module,
  function,
  local,
  label,
  type,
  table,
  memory,
  global,
  elem,
  data,
  field,
  tag,
  count
};

// Index -> name. Names are UTF-8 and not empty.
class NameMap {
 public:
  struct Entry {
    uint32_t index, offset, length;
  };

  NameMap() = default;
  NameMap(Bytes bytes, std::vector<Entry> entries) : bytes_(bytes), entries_(std::move(entries)) {}

  bool empty() const { return entries_.empty(); }
  // In order of index.
  const std::vector<Entry>& entries() const { return entries_; }
  std::string_view name(const Entry& e) const {
    return {reinterpret_cast<const char*>(bytes_.data()) + e.offset, e.length};
  }
  // Empty when there is none.
  std::string_view find(uint32_t index) const;

 private:
  Bytes bytes_;
  std::vector<Entry> entries_;
};

// Index -> map: locals and labels by function, fields by type.
class IndirectNameMap {
 public:
  struct Entry {
    uint32_t index, offset, length;
  };

  IndirectNameMap() = default;
  IndirectNameMap(Bytes bytes, std::vector<Entry> entries)
      : bytes_(bytes), entries_(std::move(entries)) {}
  bool empty() const { return entries_.empty(); }
  // Reads the inner map of `index`; empty when there is none.
  NameMap find(uint32_t index) const;

 private:
  Bytes bytes_;
  std::vector<Entry> entries_;
};

class NameSection {
 public:
  NameSection() = default;
  // `contents` is the custom section's payload and must stay alive.
  static NameSection parse(Bytes contents);
  // Of the module's last custom section called "name"; without names when there is none.
  static NameSection of(const wasm::Module& module);

  std::string_view module_name() const;
  // Of any kind but module, local, label and field.
  NameMap names(NameKind kind) const;
  // Of local, label and field.
  IndirectNameMap indirect_names(NameKind kind) const;

 private:
  Bytes parts_[static_cast<unsigned>(NameKind::count)];
};

// Whether a name section's contents are well-formed: subsections in order, each once and of the
// size it says, indices ascending, names UTF-8. Unknown subsections are allowed.
// `offset` is that of contents[0].
Result<void> check_name_section(Bytes contents, uint64_t offset);

}  // namespace nacre::binary

// SPDX-License-Identifier: Apache-2.0
//
// The identifiers a printed module uses.
//
// A name becomes `$name`, or `$"name"` when it has characters identifiers cannot have. Identifiers
// must differ within an index space and names need not: a repeated one gets its index appended.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "binary/names.hpp"
#include "wasm/module.hpp"

namespace nacre::text {

// Appends `s` as a string literal. Bytes that are not printable are escaped; well-formed
// characters beyond ASCII stay when `keep_unicode`.
void append_string(std::string& out, std::string_view s, bool keep_unicode);

// The identifiers of one index space.
class Identifiers {
 public:
  // Replaces what there was by the names of `map` below `limit`.
  void assign(const binary::NameMap& map, uint32_t limit);
  void clear();
  // With `$`; empty when the index has no name.
  std::string_view of(uint32_t index) const;
  // Whether the identifier is not the name itself.
  bool altered(uint32_t index) const;

 private:
  struct Entry {
    uint32_t index;
    bool altered;
    std::string id;
  };
  const Entry* find(uint32_t index) const;

  std::vector<Entry> entries_;
  std::unordered_set<std::string> used_;
};

class PrintNames {
 public:
  using Kind = binary::NameKind;

  PrintNames() = default;
  explicit PrintNames(const wasm::Module& module);

  std::string_view module_name() const { return section_.module_name(); }
  // Of the kinds with module scope.
  const Identifiers& of(Kind kind) const { return spaces_[static_cast<unsigned>(kind)]; }
  const binary::NameMap& names(Kind kind) const { return maps_[static_cast<unsigned>(kind)]; }
  binary::NameMap locals(uint32_t func) const { return locals_.find(func); }
  binary::NameMap labels(uint32_t func) const { return labels_.find(func); }
  binary::NameMap fields(uint32_t type) const { return fields_.find(type); }

 private:
  void load(Kind kind, size_t limit);

  static constexpr unsigned kinds = static_cast<unsigned>(Kind::count);
  binary::NameSection section_;
  std::array<binary::NameMap, kinds> maps_;
  std::array<Identifiers, kinds> spaces_;
  binary::IndirectNameMap locals_, labels_, fields_;
};

}  // namespace nacre::text

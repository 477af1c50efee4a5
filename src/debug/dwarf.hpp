// SPDX-License-Identifier: Apache-2.0
//
// Dwarf: from an offset in a module's binary to functions, files, lines and columns, with the
// calls that the compiler inlined there. Reads DWARF 2 to 5 in the module's custom sections.
//
// Nothing is read before the first question. That one reads every unit's root for an index of
// addresses; what a unit contains is read when an address of it is asked for, and kept for a few
// units. Sections are hostile: everything is bounded by their size and nothing recurses, so the
// worst that a broken section costs is an answer.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "debug/budget.hpp"
#include "debug/sections.hpp"
#include "debug/unit.hpp"
#include "wasm/module.hpp"

namespace nacre::debug {

// One source-level function at an address.
struct Location {
  std::string function;           // as the compiler mangled it, else as written; empty if unknown
  std::string file;               // empty if unknown
  uint32_t line = 0, column = 0;  // from 1; 0 if unknown
};

class Dwarf {
 public:
  // The module's binary must outlive this.
  explicit Dwarf(const wasm::Module& module)
      : Dwarf(Sections::of(module), code_section_offset(module.bytes)) {}
  Dwarf(const Sections& sections, uint64_t code_offset)
      : sections_(sections), code_offset_(code_offset) {}
  Dwarf(const Dwarf&) = delete;
  Dwarf& operator=(const Dwarf&) = delete;

  bool empty() const { return sections_.empty(); }
  // What runs at `offset` of the binary: the innermost inlined function first, the function itself
  // last. Empty when nothing is known. Any thread.
  std::vector<Location> find(uint64_t offset);
  // Whether some unit says its information is in a file of its own (-gsplit-dwarf). Any thread.
  bool is_split();

 private:
  struct UnitRange {
    uint32_t begin, end, unit;
  };

  void build_index();
  void add_unit(const UnitHeader& header, Budget& budget);
  // The unit whose entries include `offset` of .debug_info.
  std::shared_ptr<Unit> unit_around(uint64_t offset);
  std::shared_ptr<Unit> unit(size_t index);
  std::vector<Location> locations(Unit& unit, uint32_t address);
  // The function's entry and those inlined around `address`, outermost first.
  std::vector<Die> chain(const Unit& unit, uint64_t function, uint32_t address, Budget& budget);
  std::string name(const std::shared_ptr<Unit>& unit, const Die& d, Budget& budget);

  const Sections sections_;
  const uint64_t code_offset_;
  std::mutex mutex_;
  bool indexed_ = false, split_ = false;
  std::vector<uint64_t> unit_offsets_;
  std::vector<UnitRange> ranges_;  // by address
  std::map<size_t, std::shared_ptr<Unit>> units_;
};

}  // namespace nacre::debug

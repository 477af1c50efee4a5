// SPDX-License-Identifier: Apache-2.0
//
// Unit: one unit of .debug_info: its header, the attributes of its root, and, read when first
// asked for, its abbreviations, functions and line table.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "debug/abbrev.hpp"
#include "debug/budget.hpp"
#include "debug/line_table.hpp"
#include "debug/sections.hpp"

namespace nacre::debug {

struct UnitHeader {
  Encoding encoding;
  uint8_t type = DW_UT_compile;
  uint64_t offset = 0;  // in .debug_info
  uint64_t dies = 0;    // offset of the root
  uint64_t end = 0;     // offset past the unit
  uint64_t abbrevs = 0;

  // Reads the header at r, leaving it at the next unit; false when there is none.
  static bool read(Reader& r, UnitHeader& out);
};

// The attributes of an entry that matter here.
struct Die {
  uint64_t offset = 0;
  uint16_t tag = 0;
  bool has_children = false;
  AttrValue name, linkage_name, low_pc, high_pc, ranges, origin, specification;
  AttrValue stmt_list, comp_dir, str_offsets_base, addr_base, rnglists_base, dwo_name;
  uint64_t call_file = 0, call_line = 0, call_column = 0;
};

// A function's code.
struct FunctionRange {
  uint32_t begin, end;
  uint32_t die;  // offset in .debug_info
};

class Unit {
 public:
  // Reads the root. With `index_only` just enough of the abbreviations is read for it.
  Unit(const Sections& sections, const UnitHeader& header, bool index_only, Budget& budget);

  const UnitHeader& header() const { return header_; }
  const Die& root() const { return root_; }
  bool is_split() const { return static_cast<bool>(root_.dwo_name); }
  const Sections& sections() const { return sections_; }

  // Reads the entry at r (which is at a nonzero code); false at a null entry or when it cannot be
  // read (then r has failed or is at its end). Attributes of tags that do not matter are skipped.
  bool read_die(Reader& r, Die& out, Budget& budget) const;
  // A reader of this unit's entries from `offset` of .debug_info on.
  Reader dies_from(uint64_t offset) const;

  std::string_view string(const AttrValue& v) const;
  std::optional<uint64_t> address(const AttrValue& v) const;
  // Calls f(begin, end) for each range of addresses of an entry, without those the linker dropped.
  template <class F>
  void for_each_range(const Die& d, Budget& budget, F&& f) const {
    if (d.ranges) {
      RangeReader ranges(*this, d.ranges);
      uint64_t begin, end;
      while (budget.spend() && ranges.next(begin, end))
        if (is_live(begin, end)) f(begin, end);
      return;
    }
    const std::optional<uint64_t> low = d.low_pc ? address(d.low_pc) : std::nullopt;
    if (!low || !d.high_pc) return;
    const bool absolute = d.high_pc.form == DW_FORM_addr || is_address_index(d.high_pc.form);
    const uint64_t end = absolute ? address(d.high_pc).value_or(0) : *low + d.high_pc.number;
    if (is_live(*low, end)) f(*low, end);
  }
  // The offset in .debug_info that a reference means, or nothing.
  std::optional<uint64_t> reference(const AttrValue& v) const;

  // Every function with code, by address. Read once; `budget` pays for that.
  const std::vector<FunctionRange>& functions(Budget& budget);
  // Null when the unit has none.
  const LineTable* lines(Budget& budget);

 private:
  // A range list of either format.
  class RangeReader {
   public:
    RangeReader(const Unit& unit, const AttrValue& v);
    // False at the end.
    bool next(uint64_t& begin, uint64_t& end);

   private:
    bool next_v4(uint64_t& begin, uint64_t& end);
    bool next_v5(uint64_t& begin, uint64_t& end);
    const Unit& unit_;
    Reader r_;
    uint64_t base_;
  };

  static bool is_address_index(uint16_t form);
  bool is_live(uint64_t begin, uint64_t end) const;
  std::optional<uint64_t> indexed_address(uint64_t index) const;
  uint64_t max_address() const {
    return header_.encoding.address_size == 8 ? ~uint64_t{0} : 0xffffffffu;
  }
  void set_attr(Die& d, uint16_t name, const AttrValue& v) const;

  const Sections& sections_;
  UnitHeader header_;
  AbbrevTable abbrevs_;
  Die root_;
  uint64_t low_pc_ = 0, addr_base_ = 0, rnglists_base_ = 0, str_offsets_base_ = 0;
  bool functions_read_ = false, lines_read_ = false;
  std::vector<FunctionRange> functions_;
  std::unique_ptr<LineTable> lines_;
};

}  // namespace nacre::debug

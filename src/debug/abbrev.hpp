// SPDX-License-Identifier: Apache-2.0
//
// Abbreviation tables (.debug_abbrev) and the values of attributes (DW_FORM_*).
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "debug/budget.hpp"
#include "debug/dwarf_constants.hpp"
#include "debug/sections.hpp"

namespace nacre::debug {

// How a unit (or a line table) encodes its values.
struct Encoding {
  uint16_t version = 0;
  uint8_t address_size = 4;
  uint8_t offset_size = 4;  // 8 in the 64-bit format
};

struct AttrSpec {
  uint16_t name, form;     // codes past 16 bits are unknown anyway: 0
  int64_t implicit_const;  // DW_FORM_implicit_const only
};

struct AbbrevDecl {
  uint64_t code;
  uint16_t tag;
  bool has_children;
  bool variable_size;   // some value's size is only known by reading it
  uint32_t fixed_size;  // otherwise the size of all
  uint32_t first_attr, num_attrs;
};

class AbbrevTable {
 public:
  // Reads the table at `offset`, up to the declaration `last_code` if that is not 0. What cannot
  // be read is left out.
  AbbrevTable(Bytes section, uint64_t offset, const Encoding& e, Budget& budget,
              uint64_t last_code = 0);

  // Null when there is none.
  const AbbrevDecl* find(uint64_t code) const;
  const AttrSpec* attrs(const AbbrevDecl& d) const { return attrs_.data() + d.first_attr; }

 private:
  bool read_decl(Reader& r, uint64_t code, const Encoding& e, Budget& budget);
  std::vector<AbbrevDecl> decls_;  // by code
  std::vector<AttrSpec> attrs_;
};

// An attribute's value as written: an offset or index still has to be looked up.
struct AttrValue {
  uint16_t form = 0;      // 0: there is no such attribute
  uint64_t number = 0;    // constants, offsets, indices, addresses
  std::string_view text;  // DW_FORM_string
  explicit operator bool() const { return form != 0; }
};

// Size of a value of this form if it is always the same, or -1.
int fixed_form_size(uint16_t form, const Encoding& e);
// Reads a value; fails the reader at an unknown form. Blocks are skipped.
AttrValue read_form(Reader& r, uint16_t form, int64_t implicit_const, const Encoding& e);

}  // namespace nacre::debug

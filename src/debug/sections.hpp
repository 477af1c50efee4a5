// SPDX-License-Identifier: Apache-2.0
//
// Where a module keeps its debug information, and how to read the section's primitive values.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/bytes.hpp"
#include "base/reader.hpp"
#include "wasm/module.hpp"

namespace nacre::debug {

// Spans of the module's binary; empty where it has no such section.
struct Sections {
  Bytes info, abbrev, line, str, line_str, str_offsets, addr, ranges, rnglists;

  static Sections of(const wasm::Module& module);
  bool empty() const { return info.empty() && line.empty(); }
  uint64_t total_size() const {
    return uint64_t{info.size()} + abbrev.size() + line.size() + str.size() + line_str.size() +
           str_offsets.size() + addr.size() + ranges.size() + rnglists.size();
  }
};

// Offset of the code section's contents in the binary, which DWARF's addresses count from;
// 0 when there is no code section.
uint64_t code_section_offset(Bytes module);

// The bytes of `section` from `offset` on; empty when that is past its end.
inline Bytes tail(Bytes section, uint64_t offset) {
  return offset < section.size() ? section.subspan(static_cast<size_t>(offset)) : Bytes();
}

// An unsigned integer of 1 to 8 bytes.
uint64_t read_uint(Reader& r, unsigned size);
// A NUL-terminated string; fails without the NUL.
std::string_view read_cstr(Reader& r);
// The NUL-terminated string at `offset`; empty when there is none.
std::string_view cstr_at(Bytes section, uint64_t offset);

}  // namespace nacre::debug

// SPDX-License-Identifier: Apache-2.0
//
// LineTable: one line-number program (.debug_line), versions 2 to 5.
//
// A program is a run of instructions for a small machine whose rows map addresses to lines.
// Rows are not kept: reading a program once leaves a checkpoint for every sequence and every few
// thousand instructions, and looking an address up runs the machine from the checkpoint before it.
// Code addresses are offsets in a module's code section, so 32 bits hold them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "debug/abbrev.hpp"
#include "debug/budget.hpp"
#include "debug/sections.hpp"

namespace nacre::debug {

struct LineRow {
  uint32_t address = 0, file = 1, line = 1, column = 0;
};

class LineTable {
 public:
  // Reads the table at `offset` of .debug_line. `unit` is the encoding of the unit it belongs to,
  // `comp_dir` the unit's directory. What cannot be read is left out.
  LineTable(const Sections& sections, uint64_t offset, const Encoding& unit,
            std::string_view comp_dir, Budget& budget);

  // The row that covers `address`, or false. Its line is 0 for code that no line of the source
  // stands for: made by the compiler, or common to several places.
  bool find(uint64_t address, LineRow& out) const;
  // The path of a file of this table, with its directories; empty when there is none.
  std::string file(uint64_t index) const;
  // Calls f(begin, end) for the addresses of every sequence.
  template <class F>
  void for_each_range(F&& f) const {
    for (const Checkpoint& c : checkpoints_) f(c.row.address, c.end);
  }

 private:
  struct Checkpoint {
    LineRow row;      // the first row
    uint32_t end;     // first address past what it covers
    uint32_t resume;  // where the program goes on
  };
  struct FileEntry {
    std::string_view name;
    uint32_t directory;
  };
  class Machine;
  class Indexer;

  bool read_header(Reader& r, const Encoding& unit);
  void read_files_v4(Reader& r);
  void read_entries_v5(Reader& r, bool files);
  void index(Budget& budget);

  const Sections& sections_;
  std::string_view comp_dir_;
  Encoding encoding_;
  uint8_t min_instruction_length_ = 1;
  int8_t line_base_ = 0;
  uint8_t line_range_ = 1;
  uint8_t opcode_base_ = 1;
  uint8_t operand_counts_[256] = {};
  Bytes program_;
  std::vector<std::string_view> directories_;
  std::vector<FileEntry> files_;
  std::vector<Checkpoint> checkpoints_;  // by address
};

// Reads a unit_length: sets the encoding's offset size.
uint64_t read_unit_length(Reader& r, Encoding& e);
// `path` seen from `directory`, without "." in it; an absolute path stays what it is.
std::string join_path(std::string_view directory, std::string_view path);

}  // namespace nacre::debug

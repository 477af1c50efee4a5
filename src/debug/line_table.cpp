// SPDX-License-Identifier: Apache-2.0
#include "debug/line_table.hpp"

#include <algorithm>

namespace nacre::debug {
namespace {

constexpr uint32_t checkpoint_distance = 4096;  // instructions
constexpr uint64_t max_find_steps = 1 << 20;
constexpr size_t max_path = 4096;

bool is_absolute(std::string_view p) {
  if (p.empty()) return false;
  if (p[0] == '/' || p[0] == '\\') return true;
  return p.size() > 2 && p[1] == ':' && (p[2] == '/' || p[2] == '\\');
}

// Appends `path` to `out` leaving out "." and empty components.
void append_components(std::string& out, std::string_view path) {
  size_t at = 0;
  if (out.empty() && !path.empty() && path[0] == '/') out = "/";
  while (at < path.size()) {
    size_t end = path.find('/', at);
    if (end == std::string_view::npos) end = path.size();
    const std::string_view part = path.substr(at, end - at);
    at = end + 1;
    if (part.empty() || part == ".") continue;
    if (!out.empty() && out.back() != '/') out += '/';
    out += part;
  }
}

}  // namespace

std::string join_path(std::string_view directory, std::string_view path) {
  std::string out;
  if (directory.size() + path.size() > max_path) return out;
  if (!is_absolute(path)) append_components(out, directory);
  append_components(out, path);
  return out;
}

uint64_t read_unit_length(Reader& r, Encoding& e) {
  constexpr uint32_t is_64_bit = 0xffffffff;
  const uint32_t n = r.fixed<uint32_t>();
  e.offset_size = n == is_64_bit ? 8 : 4;
  return n == is_64_bit ? r.fixed<uint64_t>() : n;
}

// The state machine, one instruction at a time.
class LineTable::Machine {
 public:
  enum class Step { quiet, row, end };

  Machine(const LineTable& table, uint64_t from, const LineRow& state)
      : row(state), table_(table), r_(tail(table.program_, from), from) {}

  bool at_end() const { return r_.at_end(); }
  uint32_t offset() const { return static_cast<uint32_t>(r_.offset()); }

  Step step() {
    const uint8_t op = r_.u8();
    if (op >= table_.opcode_base_) return special(op);
    switch (op) {
      case DW_LNS_extended:
        return extended();
      case DW_LNS_copy:
        return Step::row;
      case DW_LNS_advance_pc:
        advance(r_.leb_u64());
        break;
      case DW_LNS_advance_line:
        row.line += static_cast<uint32_t>(r_.leb_s64());
        break;
      case DW_LNS_set_file:
        row.file = static_cast<uint32_t>(r_.leb_u64());
        break;
      case DW_LNS_set_column:
        row.column = static_cast<uint32_t>(r_.leb_u64());
        break;
      case DW_LNS_const_add_pc:
        advance((255u - table_.opcode_base_) / table_.line_range_);
        break;
      case DW_LNS_fixed_advance_pc:
        row.address += r_.fixed<uint16_t>();
        break;
      default:
        for (unsigned i = 0; i < table_.operand_counts_[op]; ++i) r_.leb_u64();
        break;
    }
    return Step::quiet;
  }

  LineRow row;

 private:
  void advance(uint64_t n) {
    row.address += static_cast<uint32_t>(n * table_.min_instruction_length_);
  }
  Step special(uint8_t op) {
    const unsigned n = op - static_cast<unsigned>(table_.opcode_base_);
    advance(n / table_.line_range_);
    row.line += static_cast<uint32_t>(table_.line_base_ + static_cast<int>(n % table_.line_range_));
    return Step::row;
  }
  Step extended() {
    const Bytes body = r_.bytes(r_.leb_u64());
    if (body.empty()) return Step::quiet;
    if (body[0] == DW_LNE_end_sequence) return Step::end;
    if (body[0] == DW_LNE_set_address && body.size() <= 9) {
      Reader operand(body.subspan(1));
      const uint64_t address = read_uint(operand, static_cast<unsigned>(body.size() - 1));
      row.address = static_cast<uint32_t>(std::min<uint64_t>(address, 0xffffffff));
    }
    return Step::quiet;
  }

  const LineTable& table_;
  Reader r_;
};

// Runs a whole program once and leaves its checkpoints.
class LineTable::Indexer {
 public:
  explicit Indexer(LineTable& table) : table_(table), machine_(table, 0, first_row()) {}

  void run(Budget& budget) {
    while (!machine_.at_end() && budget.spend()) {
      ++steps_;
      switch (machine_.step()) {
        case Machine::Step::quiet:
          break;
        case Machine::Step::row:
          row();
          break;
        case Machine::Step::end:
          if (open_) close(machine_.row.address);
          machine_.row = first_row();
          break;
      }
    }
  }

  static LineRow first_row() { return {}; }

 private:
  void row() {
    const LineRow& row = machine_.row;
    const bool backwards = row.address < last_;
    if (open_ && (steps_ >= checkpoint_distance || backwards))
      close(backwards ? last_ : row.address);
    if (!open_) {
      open_ = true;
      steps_ = 0;
      table_.checkpoints_.push_back({row, 0, machine_.offset()});
    }
    last_ = row.address;
  }
  void close(uint32_t end) {
    open_ = false;
    last_ = 0;
    Checkpoint& c = table_.checkpoints_.back();
    c.end = end;
    // Code that the linker dropped is at 0 or at the top of the address space.
    if (end <= c.row.address || c.row.address == 0 || c.row.address >= 0xfffffffe)
      table_.checkpoints_.pop_back();
  }

  LineTable& table_;
  Machine machine_;
  bool open_ = false;
  uint32_t last_ = 0, steps_ = 0;
};

LineTable::LineTable(const Sections& sections, uint64_t offset, const Encoding& unit,
                     std::string_view comp_dir, Budget& budget)
    : sections_(sections), comp_dir_(comp_dir) {
  Reader start(tail(sections.line, offset));
  const uint64_t length = read_unit_length(start, encoding_);
  Reader r(start.bytes(std::min<uint64_t>(length, start.remaining())));
  if (read_header(r, unit)) index(budget);
}

bool LineTable::read_header(Reader& r, const Encoding& unit) {
  encoding_.version = r.fixed<uint16_t>();
  if (encoding_.version < 2 || encoding_.version > 5) return false;
  encoding_.address_size = unit.address_size;
  if (encoding_.version >= 5) {
    encoding_.address_size = r.u8();
    r.u8();  // size of a segment selector
  }
  const uint64_t header_length = read_uint(r, encoding_.offset_size);
  Reader header(r.bytes(header_length));
  program_ = r.bytes(r.remaining());
  min_instruction_length_ = header.u8();
  if (encoding_.version >= 4) header.u8();  // operations per instruction
  header.u8();                              // default_is_stmt
  line_base_ = static_cast<int8_t>(header.u8());
  line_range_ = header.u8();
  opcode_base_ = header.u8();
  if (!r.ok() || !header.ok() || line_range_ == 0 || opcode_base_ == 0) return false;
  for (unsigned i = 1; i < opcode_base_; ++i) operand_counts_[i] = header.u8();
  if (encoding_.version >= 5) {
    read_entries_v5(header, false);
    read_entries_v5(header, true);
  } else {
    read_files_v4(header);
  }
  return true;
}

void LineTable::read_files_v4(Reader& r) {
  directories_.push_back(comp_dir_);
  while (!r.at_end()) {
    const std::string_view name = read_cstr(r);
    if (name.empty()) break;
    directories_.push_back(name);
  }
  files_.push_back({});  // files count from 1
  while (!r.at_end()) {
    const std::string_view name = read_cstr(r);
    if (name.empty()) break;
    const uint64_t directory = r.leb_u64();
    r.leb_u64();  // time
    r.leb_u64();  // length
    if (!r.ok()) break;
    files_.push_back({name, static_cast<uint32_t>(std::min<uint64_t>(directory, 0xffffffff))});
  }
}

// A table whose columns are described before it: of directories, then of files.
void LineTable::read_entries_v5(Reader& r, bool files) {
  struct Column {
    uint64_t content;
    uint16_t form;
  } columns[256];
  const unsigned num_columns = r.u8();
  for (unsigned i = 0; i < num_columns; ++i) {
    const uint64_t content = r.leb_u64(), form = r.leb_u64();
    columns[i] = {content, form <= 0xffff ? static_cast<uint16_t>(form) : uint16_t{0}};
  }
  const uint64_t count = r.leb_u64();
  for (uint64_t n = 0; n < count && r.ok(); ++n) {
    const size_t before = r.remaining();
    FileEntry entry{};
    for (unsigned i = 0; i < num_columns && r.ok(); ++i) {
      const AttrValue v = read_form(r, columns[i].form, 0, encoding_);
      if (columns[i].content == DW_LNCT_directory_index) {
        entry.directory = static_cast<uint32_t>(std::min<uint64_t>(v.number, 0xffffffff));
      } else if (columns[i].content == DW_LNCT_path) {
        entry.name = v.form == DW_FORM_string      ? v.text
                     : v.form == DW_FORM_line_strp ? cstr_at(sections_.line_str, v.number)
                     : v.form == DW_FORM_strp      ? cstr_at(sections_.str, v.number)
                                                   : std::string_view();
      }
    }
    if (r.remaining() == before || !r.ok()) break;  // entries without size would never end
    if (files) files_.push_back(entry);
    else directories_.push_back(entry.name);
  }
}

void LineTable::index(Budget& budget) {
  Indexer indexer(*this);
  indexer.run(budget);
  // A sequence that the program does not end covers nothing.
  if (!checkpoints_.empty() && checkpoints_.back().end == 0) checkpoints_.pop_back();
  std::sort(checkpoints_.begin(), checkpoints_.end(), [](const Checkpoint& a, const Checkpoint& b) {
    return a.row.address != b.row.address ? a.row.address < b.row.address : a.resume < b.resume;
  });
}

bool LineTable::find(uint64_t address, LineRow& out) const {
  auto at = std::upper_bound(checkpoints_.begin(), checkpoints_.end(), address,
                             [](uint64_t a, const Checkpoint& c) { return a < c.row.address; });
  if (at == checkpoints_.begin() || address >= (--at)->end) return false;
  LineRow best = at->row;
  Machine machine(*this, at->resume, at->row);
  for (uint64_t steps = 0; steps < max_find_steps && !machine.at_end(); ++steps) {
    const Machine::Step step = machine.step();
    if (step == Machine::Step::quiet) continue;
    if (step == Machine::Step::end || machine.row.address > address ||
        machine.row.address < best.address)
      break;
    best = machine.row;
  }
  out = best;
  return true;
}

std::string LineTable::file(uint64_t index) const {
  if (index >= files_.size()) return {};
  const FileEntry& f = files_[static_cast<size_t>(index)];
  if (f.name.empty()) return {};
  const std::string_view directory =
      f.directory < directories_.size() ? directories_[f.directory] : std::string_view();
  if (is_absolute(f.name) || is_absolute(directory) || f.directory == 0)
    return join_path(f.directory == 0 && directory.empty() ? comp_dir_ : directory, f.name);
  return join_path(comp_dir_, join_path(directory, f.name));
}

}  // namespace nacre::debug

// SPDX-License-Identifier: Apache-2.0
//
// The disassembler is given an ELF object and gives a line for each instruction,
//
//    1f:<tab>call   40 <f3+0x10>
//
// which is shown with its offset in the function; targets become offsets or names of functions.
#include "disassemble.hpp"

#include <algorithm>
#include <atomic>
#include <cinttypes>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>

#include "input.hpp"
#include "nacre/span.hpp"
#include "os/clock.hpp"

namespace nacre::cli {

namespace {

namespace fs = std::filesystem;
using baseline::DataRange;
using baseline::ListedFunction;

// A folder of our own for what goes to and comes from the disassembler.
class Scratch {
 public:
  Scratch() {
    uint64_t now = 0;
    os::clock_now(os::Clock::realtime, now);
    std::error_code error;
    const fs::path parent = fs::temp_directory_path(error);
    for (int i = 0; i < 100 && !error && folder_.empty(); ++i) {
      const fs::path folder = parent / ("nacre-" + std::to_string(now + static_cast<uint64_t>(i)));
      if (fs::create_directory(folder, error)) folder_ = folder;
    }
    fs::permissions(folder_, fs::perms::owner_all, error);
  }
  ~Scratch() {
    std::error_code error;
    if (!folder_.empty()) fs::remove_all(folder_, error);
  }
  bool ok() const { return !folder_.empty(); }
  std::string path(const char* name) const { return (folder_ / name).string(); }

 private:
  fs::path folder_;
};

// What the disassembler said about the range of addresses, in `to`. False without one.
bool disassemble(const Scratch& scratch, uint64_t begin, uint64_t end, const std::string& to) {
  char range[80];
  std::snprintf(range, sizeof range, "--start-address=0x%" PRIx64 " --stop-address=0x%" PRIx64,
                begin, end);
  const std::string rest = " -d --no-show-raw-insn " + std::string(range) + " \"" +
                           scratch.path("code.o") + "\" >\"" + to + "\" 2>\"" +
                           scratch.path("errors") + "\"";
  for (const char* tool : {"objdump -w -M intel", "llvm-objdump --x86-asm-syntax=intel"})
    if (std::system((tool + rest).c_str()) == 0) return true;
  return false;
}

std::string hex(uint64_t x) {
  char text[24];
  std::snprintf(text, sizeof text, "%" PRIx64, x);
  return text;
}

// The disassembler's lines of instructions: address and text.
class Instructions {
 public:
  explicit Instructions(const std::string& path) : file_(std::fopen(path.c_str(), "rb")) { next(); }
  ~Instructions() {
    if (file_ != nullptr) std::fclose(file_);
  }
  Instructions(const Instructions&) = delete;
  Instructions& operator=(const Instructions&) = delete;

  bool done() const { return done_; }
  uint64_t address() const { return address_; }
  const std::string& text() const { return text_; }

  void next() {
    std::string line;
    while (read(line))
      if (parse(line)) return;
    done_ = true;
  }

 private:
  bool read(std::string& line) {
    line.clear();
    for (int c; file_ != nullptr && (c = std::fgetc(file_)) != EOF;) {
      if (c == '\n') return true;
      line += static_cast<char>(c);
    }
    return !line.empty();
  }
  bool parse(const std::string& line) {
    if (line.empty() || line[0] != ' ') return false;
    char* end = nullptr;
    const uint64_t at = std::strtoull(line.c_str(), &end, 16);
    if (end == line.c_str() || *end != ':') return false;
    address_ = at;
    text_.clear();
    for (const char* p = end + 1; *p != 0; ++p) {
      const bool space = *p == ' ' || *p == '\t' || *p == '\r';
      if (!space) text_ += *p;
      else if (!text_.empty() && text_.back() != ' ') text_ += ' ';
    }
    while (!text_.empty() && text_.back() == ' ') text_.pop_back();
    return !text_.empty();
  }

  std::FILE* file_;
  bool done_ = false;
  uint64_t address_ = 0;
  std::string text_;
};

class Writer {
 public:
  Writer(std::FILE* out, const Listing& listing) : out_(out), listing_(listing) {}

  // With the lines of `from` that are its, or without lines.
  void function(const ListedFunction& f, Instructions* from) {
    site_ = 0;
    std::fprintf(out_, "%s: %zu bytes at 0x%" PRIx32 ", frame %" PRIu32 "%s\n",
                 listing_.name(f.index).c_str(), f.code.size(), f.offset, f.frame.bytes,
                 f.frame.leaf ? ", leaf" : "");
    uint32_t at = 0;
    for (const DataRange& d : f.data) {
      code(f, at, d.begin, from);
      data(f, d);
      at = d.end;
    }
    code(f, at, static_cast<uint32_t>(f.code.size()), from);
  }

 private:
  void code(const ListedFunction& f, uint32_t begin, uint32_t end, Instructions* from) {
    if (from == nullptr) {
      for (uint32_t i = begin; i < end; i += 16) bytes(f, i, std::min(i + 16, end));
      return;
    }
    while (!from->done() && from->address() < uint64_t{f.offset} + begin) from->next();
    while (!from->done() && from->address() < uint64_t{f.offset} + end) {
      const auto at = static_cast<uint32_t>(from->address() - f.offset);
      std::string text = shown(f, from->text());
      from->next();
      const uint64_t after = from->done() ? f.offset + end : from->address();
      if (at == f.direct && at != 0) std::fputs(" direct:\n", out_);
      line(f, at, static_cast<uint32_t>(std::min<uint64_t>(after - f.offset, end)), text);
    }
  }
  void bytes(const ListedFunction& f, uint32_t begin, uint32_t end) {
    std::string text;
    for (uint32_t i = begin; i < end; ++i) {
      char two[4];
      std::snprintf(two, sizeof two, "%02x ", f.code[i]);
      text += two;
    }
    text.pop_back();
    line(f, begin, end, text);
  }
  void line(const ListedFunction& f, uint32_t begin, uint32_t end, const std::string& text) {
    std::string note;
    for (; site_ < f.sites.size() && f.sites[site_].offset < end; ++site_)
      note += (note.empty() ? "; " : ", ") + about(f.sites[site_]);
    if (note.empty()) std::fprintf(out_, "%6" PRIx32 "  %s\n", begin, text.c_str());
    else std::fprintf(out_, "%6" PRIx32 "  %-40s %s\n", begin, text.c_str(), note.c_str());
  }
  std::string about(const codegen::Site& s) const {
    if (s.kind == codegen::Site::Kind::trap && s.trap == Trap::stack_exhausted)
      return trap_message(s.trap);
    std::string text =
        "@0x" + hex(s.wasm) + " " + baseline::instruction_at(listing_.module, s.wasm);
    if (s.kind == codegen::Site::Kind::trap) text += std::string(": ") + trap_message(s.trap);
    if (s.kind == codegen::Site::Kind::dynamic) text += ": trap";
    return text;
  }
  void data(const ListedFunction& f, const DataRange& d) {
    if (!d.table) {
      for (uint32_t i = d.begin; i < d.end; i += 16) bytes(f, i, std::min(i + 16, d.end));
      return;
    }
    for (uint32_t i = d.begin; i < d.end; i += 4)
      line(f, i, i + 4, "to " + hex(d.begin + load_le<uint32_t>(f.code.data() + i)));
  }

  // "jmp 5f <f3+0x1f>" with the target as an offset in the function, or by the other's name.
  std::string shown(const ListedFunction& f, const std::string& text) const {
    const size_t open = text.find(" <");
    if (open == std::string::npos || text.back() != '>') return text;
    size_t number = open;
    while (number > 0 && std::isxdigit(static_cast<unsigned char>(text[number - 1]))) --number;
    const uint64_t target = std::strtoull(text.c_str() + number, nullptr, 16);
    if (number >= 2 && text.compare(number - 2, 2, "0x") == 0) number -= 2;
    const std::string before = text.substr(0, number);
    if (target >= f.offset && target < f.offset + f.code.size())
      return before + hex(target - f.offset);
    if (target >= listing_.image.code().size()) return before + hex(target);
    const codegen::FunctionTable& all = listing_.image.functions();
    const uint32_t defined = all.find(static_cast<uint32_t>(target));
    std::string name = listing_.name(listing_.image.first_defined() + defined);
    const uint64_t into = target - all[defined].offset;
    if (target != all[defined].direct && into != 0) name += "+0x" + hex(into);
    return before + name;
  }

  std::FILE* out_;
  const Listing& listing_;
  size_t site_ = 0;
};

}  // namespace

bool write_listing(std::FILE* out, const Listing& listing,
                   const std::vector<ListedFunction>& functions) {
  Writer writer(out, listing);
  if (functions.empty()) return true;
  const Scratch scratch;
  const std::string text = scratch.path("code.txt");
  const ListedFunction& last = functions.back();
  const bool shown =
      scratch.ok() &&
      write_output(scratch.path("code.o"), baseline::elf_object(listing.image, functions)) &&
      disassemble(scratch, functions.front().offset, uint64_t{last.offset} + last.code.size(),
                  text);
  if (shown) {
    Instructions lines(text);
    for (const ListedFunction& f : functions) writer.function(f, &lines);
  } else {
    for (const ListedFunction& f : functions) writer.function(f, nullptr);
  }
  return shown;
}

}  // namespace nacre::cli

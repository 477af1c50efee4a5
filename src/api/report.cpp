// SPDX-License-Identifier: Apache-2.0
//
// describe: an error as people read it.
#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <set>

#include "api/debug_info.hpp"
#include "debug/demangle.hpp"

namespace nacre {
namespace {

std::string hex(uint64_t n) {
  char buf[24];
  std::snprintf(buf, sizeof buf, "0x%" PRIx64, n);
  return buf;
}

class Report {
 public:
  Report(const Error& error, const ReportOptions& options) : error_(error), options_(options) {}

  std::string run() {
    switch (error_.kind) {
      case ErrorKind::trap:
        out_ = "trap: ";
        break;
      case ErrorKind::exception:
        out_ = "exception: ";
        break;
      default:
        break;
    }
    out_ += detail::printable(error_.message);
    if (error_.offset != Error::no_offset) out_ += " (at offset " + hex(error_.offset) + ")";
    backtrace();
    if (options_.notes) notes();
    return std::move(out_);
  }

 private:
  void line(const std::string& text) { out_ += "\n" + text; }
  void backtrace();
  void frame(size_t number, const Frame& f);
  void quote(const SourceLocation& l);
  std::string place(const SourceLocation& l) const;
  std::string module_prefix(const Frame& f) const;
  void notes();
  void note(const std::string& text) { line("note: " + text); }
  void note_missing_lines(const runtime::CompiledModule& module);

  const Error& error_;
  const ReportOptions& options_;
  std::string out_;
  bool quoted_ = false;
  // The innermost function of a module was met; there is debug information about it.
  bool met_ = false, located_ = false;
};

bool same(const Frame& a, const Frame& b) {
  return a.func_index == b.func_index && a.offset == b.offset && a.func_name == b.func_name &&
         a.module_name == b.module_name;
}

// How often the `period` frames at `at` repeat there, at least 1.
size_t repeats(const List<Frame>& frames, size_t at, size_t period) {
  size_t n = 1;
  while (at + (n + 1) * period <= frames.size()) {
    for (size_t i = 0; i < period; i++)
      if (!same(frames[at + i], frames[at + n * period + i])) return n;
    n++;
  }
  return n;
}

void Report::backtrace() {
  const List<Frame>& frames = error_.backtrace;
  constexpr size_t max_period = 8;
  for (size_t i = 0; i < frames.size();) {
    size_t period = 1, n = 1;
    for (size_t p = 1; p <= max_period; p++) {
      const size_t r = repeats(frames, i, p);
      if (r > 2 && r * p > n * period) {
        n = r;
        period = p;
      }
    }
    for (size_t k = 0; k < period; k++) frame(i + k, frames[i + k]);
    if (n > 1)
      line("       ... " + std::to_string(n - 1) + " more times " +
           (period == 1 ? "the same frame" : "the same " + std::to_string(period) + " frames"));
    i += period * n;
  }
  if (error_.frames_total > frames.size())
    line("       ... and " + std::to_string(error_.frames_total - frames.size()) +
         " frames further out");
}

std::string Report::module_prefix(const Frame& f) const {
  return f.module_name.empty() ? "" : detail::printable(f.module_name) + ": ";
}

// "compute at app.c:7:37"
std::string Report::place(const SourceLocation& l) const {
  std::string out = l.function.empty() ? "?" : detail::printable(l.function);
  if (l.file.empty()) return out;
  std::string_view file = l.file;
  const std::string_view base = options_.base;
  if (base.size() > 1 && file.size() > base.size() + 1 && file.starts_with(base) &&
      (base.back() == '/' || file[base.size()] == '/'))
    file.remove_prefix(base.size() + (base.back() == '/' ? 0 : 1));
  out += " at " + detail::printable(file);
  if (l.line != 0) out += ":" + std::to_string(l.line);
  if (l.line != 0 && l.column != 0) out += ":" + std::to_string(l.column);
  return out;
}

void Report::frame(size_t number, const Frame& f) {
  char head[32];
  std::snprintf(head, sizeof head, "%5zu: ", number);
  const std::string offset = f.offset != 0 ? " @ " + hex(f.offset) : "";
  const List<SourceLocation> locations = source_locations(f);
  if (!met_ && detail::module_of(f) != nullptr) {
    met_ = true;
    located_ = !locations.empty();
  }
  if (locations.empty()) {
    const std::string name = f.func_name.empty() ? "func[" + std::to_string(f.func_index) + "]"
                                                 : detail::printable(debug::demangle(f.func_name));
    line(head + module_prefix(f) + name + offset);
    return;
  }
  for (size_t i = 0; i < locations.size(); ++i) {
    const SourceLocation& l = locations[i];
    line((i == 0 ? head + module_prefix(f) : "       inlined into ") + place(l) +
         (i + 1 == locations.size() ? offset : ""));
    if (options_.quote_source && !quoted_) quote(l);
  }
}

void Report::quote(const SourceLocation& l) {
  const std::optional<detail::SourceLine> source =
      detail::read_source_line(l.file, l.line, l.column);
  if (!source) return;
  quoted_ = true;
  char head[32];
  std::snprintf(head, sizeof head, "%11" PRIu32 " | ", l.line);
  line(head + source->text);
  if (source->has_caret) line("            | " + std::string(source->caret, ' ') + "^");
}

void Report::notes() {
  std::set<const runtime::CompiledModule*> seen;
  bool unnamed = false;
  for (const Frame& f : error_.backtrace) {
    const runtime::CompiledModule* module = detail::module_of(f);
    if (module == nullptr || !seen.insert(module).second) continue;
    unnamed |= !detail::debug_info(*module).has_function_names;
    if (seen.size() == 1) note_missing_lines(*module);
  }
  if (unnamed)
    note("functions without names: the module has no name section; link without -s, --strip-all");
}

void Report::note_missing_lines(const runtime::CompiledModule& module) {
  detail::DebugInfo& info = detail::debug_info(module);
  if (info.dwarf.is_split())
    note(
        "what is inlined is told by .dwo files, which are not read: compile without -gsplit-dwarf");
  if (located_) return;
  if (!info.external_file.empty())
    note("the debug information is in " + detail::printable(info.external_file) +
         ", which is not read: keep it in the module (no -gseparate-dwarf)");
  else if (info.dwarf.empty() && !info.source_map.empty())
    note("source maps (" + detail::printable(info.source_map) +
         ") are not read: compile with -g for DWARF to see files and lines");
  else if (info.dwarf.empty())
    note("no debug information: compile and link with -g to see files and lines");
  else note("the innermost function has no debug information: compile its file with -g too");
}

}  // namespace

String describe(const Error& error, const ReportOptions& options) {
  return Report(error, options).run();
}

}  // namespace nacre

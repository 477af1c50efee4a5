// SPDX-License-Identifier: Apache-2.0
#include "report.hpp"

#include <cinttypes>
#include <cstdio>

namespace nacre::cli {

namespace {

// Guest-controlled text must not drive the terminal: control characters are shown escaped.
std::string printable(const std::string& text) {
  std::string out;
  for (unsigned char c : text) {
    if (c >= 0x20 && c != 0x7f) {
      out += static_cast<char>(c);
      continue;
    }
    char buf[8];
    std::snprintf(buf, sizeof buf, "\\x%02x", c);
    out += buf;
  }
  return out;
}

std::string frame_line(const Frame& f) {
  char buf[96];
  std::string where = f.module_name.empty() ? "" : printable(f.module_name) + ": ";
  if (!f.func_name.empty()) {
    where += printable(f.func_name);
  } else {
    std::snprintf(buf, sizeof buf, "func[%" PRIu32 "]", f.func_index);
    where += buf;
  }
  if (f.offset != 0) {
    std::snprintf(buf, sizeof buf, " @ 0x%" PRIx64, f.offset);
    where += buf;
  }
  return where;
}

bool same(const Frame& a, const Frame& b) {
  return a.func_index == b.func_index && a.offset == b.offset && a.func_name == b.func_name &&
         a.module_name == b.module_name;
}

// How often the `period` frames at `at` repeat there, at least 1.
size_t repeats(const std::vector<Frame>& frames, size_t at, size_t period) {
  size_t n = 1;
  while (at + (n + 1) * period <= frames.size()) {
    for (size_t i = 0; i < period; i++)
      if (!same(frames[at + i], frames[at + n * period + i])) return n;
    n++;
  }
  return n;
}

}  // namespace

std::string format_backtrace(const std::vector<Frame>& frames) {
  std::string out;
  constexpr size_t max_period = 8;
  for (size_t i = 0; i < frames.size();) {
    size_t period = 1, n = 1;
    for (size_t p = 1; p <= max_period; p++) {
      size_t r = repeats(frames, i, p);
      if (r > 2 && r * p > n * period) {
        n = r;
        period = p;
      }
    }
    for (size_t k = 0; k < period; k++) {
      char number[32];
      std::snprintf(number, sizeof number, "%5zu: ", i + k);
      if (!out.empty()) out += '\n';
      out += number + frame_line(frames[i + k]);
    }
    if (n > 1) {
      out += "\n       ... " + std::to_string(n - 1) + " more times ";
      out += period == 1 ? "the same frame" : "the same " + std::to_string(period) + " frames";
    }
    i += period * n;
  }
  return out;
}

void print_error(const std::string& file, const Error& error) {
  if (error.message.empty()) return;
  std::fprintf(stderr, "nacre: %s: %s", file.c_str(), printable(error.message).c_str());
  if (error.offset != Error::no_offset)
    std::fprintf(stderr, " (at offset 0x%" PRIx64 ")", error.offset);
  std::fputc('\n', stderr);
}

void print_trap(const Error& error) {
  const char* what = error.kind == ErrorKind::exception ? "exception" : "trap";
  std::fprintf(stderr, "nacre: %s: %s\n", what, printable(error.message).c_str());
  if (!error.backtrace.empty())
    std::fprintf(stderr, "%s\n", format_backtrace(error.backtrace).c_str());
  if (error.frames_total > error.backtrace.size())
    std::fprintf(stderr, "       ... and %" PRIu64 " frames further out\n",
                 error.frames_total - error.backtrace.size());
}

}  // namespace nacre::cli

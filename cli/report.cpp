// SPDX-License-Identifier: Apache-2.0
#include "report.hpp"

#include <cinttypes>
#include <cstdio>
#include <filesystem>
#include <system_error>

namespace nacre::cli {

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

void print_error(const std::string& file, const Error& error) {
  if (error.message.empty()) return;
  std::fprintf(stderr, "nacre: %s: %s", file.c_str(), printable(error.message).c_str());
  if (error.offset != Error::no_offset)
    std::fprintf(stderr, " (at offset 0x%" PRIx64 ")", error.offset);
  std::fputc('\n', stderr);
}

void print_trap(const Error& error) {
  std::error_code none;
  const std::string here = std::filesystem::current_path(none).generic_string();
  ReportOptions options;
  options.quote_source = true;
  options.base = here;
  std::fprintf(stderr, "nacre: %s\n", describe(error, options).c_str());
}

}  // namespace nacre::cli

// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>
#include <system_error>

#include "api/debug_info.hpp"
#include "base/utf8.hpp"
#include "os/file_map.hpp"

namespace nacre::detail {
namespace {

constexpr uintmax_t max_file = 16 << 20;
constexpr size_t max_text = 400, max_line = 200, tab = 4;

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

// A file whose reading ends and stops nothing: no pipe, no device.
bool is_harmless(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error) || error) return false;
  const uintmax_t size = std::filesystem::file_size(path, error);
  return !error && size <= max_file;
}

std::string_view find_line(std::string_view text, uint32_t line) {
  for (; line > 1; --line) {
    const size_t end = text.find('\n');
    if (end == std::string_view::npos) return {};
    text.remove_prefix(end + 1);
  }
  text = text.substr(0, text.find('\n'));
  if (text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

}  // namespace

std::string printable(std::string_view text) {
  static constexpr char digits[] = "0123456789abcdef";
  const bool cut = text.size() > max_text;
  if (cut) {
    size_t n = max_text;
    while (n > 0 && is_continuation(text[n])) --n;
    text = text.substr(0, n);
  }
  std::string out;
  for (char ch : text) {
    const auto c = static_cast<unsigned char>(ch);
    if (c >= 0x20 && c != 0x7f) {
      out += ch;
    } else {
      out += "\\x";
      out += digits[c >> 4];
      out += digits[c & 15];
    }
  }
  return cut ? out + "..." : out;
}

std::optional<SourceLine> read_source_line(const std::string& path, uint32_t line,
                                           uint32_t column) {
  if (path.empty() || line == 0 || path.find('\0') != std::string::npos || !is_harmless(path))
    return std::nullopt;
  os::FileMap file;
  if (os::map_file(path, &file) != 0 || file.bytes.size() > max_file) return std::nullopt;
  const std::string_view text =
      find_line({reinterpret_cast<const char*>(file.bytes.data()), file.bytes.size()}, line);
  if (text.find_first_not_of(" \t") == std::string_view::npos || !is_utf8(text))
    return std::nullopt;
  SourceLine out;
  size_t width = 0;
  for (size_t i = 0; i < text.size() && width < max_line; ++i) {
    if (i + 1 == column) {
      out.caret = width;
      out.has_caret = true;
    }
    if (text[i] == '\t') {
      out.text.append(tab, ' ');
      width += tab;
      continue;
    }
    const std::string shown = printable(text.substr(i, 1));
    out.text += shown;
    if (!is_continuation(text[i])) width += shown.size();
  }
  while (!out.text.empty() && is_continuation(out.text.back()) && width >= max_line &&
         !is_utf8(out.text))
    out.text.pop_back();
  return out;
}

}  // namespace nacre::detail

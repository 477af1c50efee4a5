// SPDX-License-Identifier: Apache-2.0
#include "base/quote.hpp"

#include "base/utf8.hpp"

namespace nacre {
namespace {

constexpr size_t max_bytes = 200;

void append_escaped(std::string& out, std::string_view bytes) {
  static constexpr char digits[] = "0123456789abcdef";
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out += '\\';
    out += digits[byte >> 4];
    out += digits[byte & 15];
  }
}

}  // namespace

std::string quoted_name(std::string_view name) {
  std::string out = "\"";
  size_t well_formed = utf8_error(name);
  size_t at = 0;
  while (at < name.size() && at < max_bytes) {
    const size_t start = at;
    if (at == well_formed) {
      append_escaped(out, name.substr(at++, 1));
      well_formed = at + utf8_error(name.substr(at));
      continue;
    }
    const uint32_t c = utf8_next(name, at);
    const std::string_view bytes = name.substr(start, at - start);
    if (c == '"' || c == '\\') (out += '\\') += bytes;
    else if (c < 0x20 || c == 0x7f || is_deceptive(c)) append_escaped(out, bytes);
    else out += bytes;
  }
  return out + (at < name.size() ? "...\"" : "\"");
}

}  // namespace nacre

// SPDX-License-Identifier: Apache-2.0
//
// Rust's legacy scheme: nested C++ names whose last part is a hash, which is left out as in Rust's
// own backtraces, and whose parts spell punctuation as "$LT$".
#include "base/utf8.hpp"
#include "debug/demangle.hpp"
#include "debug/rust_text.hpp"

namespace nacre::debug {
namespace {

bool is_hash(std::string_view s) {
  if (s.size() != 17 || s[0] != 'h') return false;
  for (char c : s.substr(1))
    if (!is_hex(c)) return false;
  return true;
}

// "$LT$" and the like; leaves `s` after it.
bool escape(std::string_view& s, std::string& out) {
  struct Escape {
    std::string_view code;
    char text;
  };
  static constexpr Escape escapes[] = {{"SP", '@'}, {"BP", '*'}, {"RF", '&'}, {"LT", '<'},
                                       {"GT", '>'}, {"LP", '('}, {"RP", ')'}, {"C", ','}};
  const size_t end = s.find('$', 1);
  if (end == std::string_view::npos) return false;
  const std::string_view code = s.substr(1, end - 1);
  s.remove_prefix(end + 1);
  for (const Escape& e : escapes) {
    if (code != e.code) continue;
    out += e.text;
    return true;
  }
  if (code.size() < 2 || code.size() > 7 || code[0] != 'u') return false;
  uint32_t c = 0;
  for (char h : code.substr(1)) {
    if (!is_hex(h)) return false;
    c = c * 16 + static_cast<uint32_t>(hex_value(h));
  }
  if (!is_scalar(c) || c < 0x20) return false;
  utf8_append(out, c);
  return true;
}

bool append_part(std::string_view s, std::string& out) {
  if (s.starts_with("_$")) s.remove_prefix(1);
  while (!s.empty()) {
    if (s[0] == '$') {
      if (!escape(s, out)) return false;
    } else if (s.starts_with("..")) {
      out += "::";
      s.remove_prefix(2);
    } else {
      out += s[0];
      s.remove_prefix(1);
    }
  }
  return true;
}

}  // namespace

std::optional<std::string> demangle_rust_legacy(std::string_view in) {
  if (!in.starts_with("_ZN") || in.size() > max_demangled) return std::nullopt;
  in.remove_prefix(3);
  std::string out;
  std::string_view last;
  bool any = false;
  while (!in.empty() && in[0] != 'E') {
    size_t n = 0, digits = 0;
    for (; digits < in.size() && is_digit(in[digits]) && n < in.size(); ++digits)
      n = n * 10 + static_cast<size_t>(in[digits] - '0');
    in.remove_prefix(digits);
    if (digits == 0 || n == 0 || n > in.size()) return std::nullopt;
    if (!last.empty()) {
      if (any) out += "::";
      any = true;
      if (!append_part(last, out)) return std::nullopt;
    }
    last = in.substr(0, n);
    in.remove_prefix(n);
  }
  if (in.empty() || !any || !is_hash(last)) return std::nullopt;
  in.remove_prefix(1);
  if (!in.empty() && in[0] != '.') return std::nullopt;  // ".llvm.123" and the like
  return out;
}

std::optional<std::string> demangle_rust_half(std::string_view in) {
  constexpr size_t hash = 17, separator = 2;
  if (in.size() < hash + separator + 1 || in.size() > max_demangled ||
      !is_hash(in.substr(in.size() - hash)) ||
      in.substr(in.size() - hash - separator, separator) != "::")
    return std::nullopt;
  in.remove_suffix(hash + separator);
  std::string out;
  while (!in.empty()) {
    const size_t end = in.find("::");
    if (!append_part(in.substr(0, end), out)) return std::nullopt;
    if (end == std::string_view::npos) break;
    out += "::";
    in.remove_prefix(end + separator);
  }
  return out;
}

}  // namespace nacre::debug

// SPDX-License-Identifier: Apache-2.0
#include "wasi/path_resolver.hpp"

#include "base/utf8.hpp"

namespace nacre::wasi {
namespace {

// Names Windows gives to devices, in every directory and with any extension. A '#' stands for a
// digit, also for the superscripts 1, 2 and 3 that Windows takes for digits.
constexpr std::string_view devices[] = {
    "CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$", "CLOCK$", "COM#", "LPT#",
};
constexpr std::string_view refused_characters = "\\:<>\"|?*";

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

// Bytes of the digit at the start of `s`; 0: none.
size_t digit_bytes(std::string_view s) {
  if (s.empty()) return 0;
  if (s[0] >= '0' && s[0] <= '9') return 1;
  for (std::string_view superscript : {"\xc2\xb9", "\xc2\xb2", "\xc2\xb3"})
    if (s.substr(0, 2) == superscript) return 2;
  return 0;
}

bool matches_device(std::string_view stem, std::string_view device) {
  for (char d : device) {
    size_t n = d == '#' ? digit_bytes(stem) : (!stem.empty() && upper(stem[0]) == d ? 1 : 0);
    if (n == 0) return false;
    stem.remove_prefix(n);
  }
  return stem.empty();
}

bool is_device(std::string_view name) {
  std::string_view stem = name.substr(0, name.find('.'));
  while (!stem.empty() && stem.back() == ' ') stem.remove_suffix(1);
  for (std::string_view device : devices)
    if (matches_device(stem, device)) return true;
  return false;
}

bool windows_accepts(std::string_view name) {
  if (name == "..") return true;
  for (char c : name)
    if (static_cast<unsigned char>(c) < 0x20 ||
        refused_characters.find(c) != std::string_view::npos)
      return false;
  return name.back() != '.' && name.back() != ' ' && !is_device(name);
}

}  // namespace

Errno resolve_path(std::string_view text, NameRules rules, Path* out) {
  if (text.empty()) return Errno::noent;
  if (text.size() > max_path_bytes) return Errno::nametoolong;
  if (text.find('\0') != std::string_view::npos) return Errno::inval;
  if (!is_utf8(text)) return Errno::ilseq;
  if (text[0] == '/') return Errno::notcapable;
  out->components.clear();
  for (std::string_view rest = text; !rest.empty();) {
    size_t slash = rest.find('/');
    std::string_view name = rest.substr(0, slash);
    bool last = slash == std::string_view::npos;
    rest.remove_prefix(last ? rest.size() : slash + 1);
    bool dots = name == "." || name == "..";
    if (last || !name.empty()) out->ends_in_dot = dots;
    out->must_be_directory = !last || dots;
    if (name.empty() || name == ".") continue;
    if (name.size() > max_name_bytes) return Errno::nametoolong;
    if (rules == NameRules::windows_names && !windows_accepts(name)) return Errno::notcapable;
    out->components.push_back(name);
  }
  return Errno::success;
}

}  // namespace nacre::wasi

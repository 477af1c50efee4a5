// SPDX-License-Identifier: Apache-2.0
#include "wasi/path_resolver.hpp"

#include <gtest/gtest.h>

#include "wasi/errno.hpp"

namespace nacre::wasi {
namespace {

// "a/b/" as "a|b|/": components, then whether it must be a directory.
std::string resolved(std::string_view text, NameRules rules = NameRules::unix_names) {
  Path p;
  Errno e = resolve_path(text, rules, &p);
  if (e != Errno::success) return std::string("!") + errno_name(e);
  std::string out;
  for (std::string_view c : p.components) (out += c) += '|';
  if (p.must_be_directory) out += '/';
  if (p.ends_in_dot) out += '.';
  return out;
}

TEST(PathResolver, Splits) {
  struct Case {
    std::string_view text, expected;
  };
  const Case cases[] = {
      {"a", "a|"},
      {"a/b", "a|b|"},
      {"a//b", "a|b|"},
      {"./a", "a|"},
      {"a/", "a|/"},
      {"a///", "a|/"},
      {"a/.", "a|/."},
      {".", "/."},
      {"./", "/."},
      {"..", "..|/."},
      {"a/..", "a|..|/."},
      {"../a", "..|a|"},
      {"a/./b/../c", "a|b|..|c|"},
      {"...", "...|"},
      {"a\\b", "a\\b|"},
      {"c:/x", "c:|x|"},
      {"nul", "nul|"},
      {"a b. ", "a b. |"},
      {"\xc3\xa4", "\xc3\xa4|"},
  };
  for (const Case& c : cases) EXPECT_EQ(resolved(c.text), c.expected) << c.text;
}

TEST(PathResolver, Refuses) {
  EXPECT_EQ(resolved(""), "!noent");
  EXPECT_EQ(resolved("/"), "!notcapable");
  EXPECT_EQ(resolved("/etc/passwd"), "!notcapable");
  EXPECT_EQ(resolved("//a"), "!notcapable");
  EXPECT_EQ(resolved(std::string_view("a\0b", 3)), "!inval");
  EXPECT_EQ(resolved("\xff"), "!ilseq");
  EXPECT_EQ(resolved("\xc0\xaf"), "!ilseq");
  EXPECT_EQ(resolved(std::string(256, 'a')), "!nametoolong");
  EXPECT_EQ(resolved(std::string(255, 'a')), std::string(255, 'a') + "|");
  std::string deep;
  for (int i = 0; i < 2049; ++i) deep += "a/";
  EXPECT_EQ(resolved(deep), "!nametoolong");
}

TEST(PathResolver, WindowsNames) {
  const char* refused[] = {
      "a\\b",        "\\\\server\\share",
      "C:",          "c:/x",
      "c:x",         "file:stream",
      "a/b:c",       "a*",
      "a?",          "a<b",
      "a>b",         "a|b",
      "a\"b",        "\x01",
      "x/\x1f",      "con",
      "CON",         "Con.txt",
      "nul",         "NUL.tar.gz",
      "aux",         "prn",
      "com1",        "COM9.log",
      "com0",        "lpt1",
      "LPT\xc2\xb9", "com\xc2\xb2.x",
      "conin$",      "CONOUT$",
      "clock$",      "a/nul/b",
      "dir/aux",     "nul ",
      "nul .txt",    "a.",
      "a ",          "a./b",
      "...",         "a /b",
      "..\\..",
  };
  for (const char* text : refused)
    EXPECT_EQ(resolved(text, NameRules::windows_names), "!notcapable") << text;
  struct Case {
    std::string_view text, expected;
  };
  const Case fine[] = {
      {"a.b", "a.b|"},         {"console", "console|"}, {"com", "com|"}, {"com10", "com10|"},
      {"lpt", "lpt|"},         {"xnul", "xnul|"},       {"..", "..|/."}, {"a/../b", "a|..|b|"},
      {".hidden", ".hidden|"}, {"a b", "a b|"},
  };
  for (const Case& c : fine)
    EXPECT_EQ(resolved(c.text, NameRules::windows_names), c.expected) << c.text;
}

}  // namespace
}  // namespace nacre::wasi

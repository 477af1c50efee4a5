// SPDX-License-Identifier: Apache-2.0
#include "text/lexer.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace nacre::text {
namespace {

using K = TokenKind;

std::vector<K> kinds(std::string_view source) {
  Lexer lexer(source);
  std::vector<K> out;
  for (;;) {
    const Token t = lexer.next();
    if (t.kind == K::eof) return out;
    out.push_back(t.kind);
    if (t.kind == K::error) return out;
  }
}

std::string error_of(std::string_view source) {
  Lexer lexer(source);
  for (;;) {
    const Token t = lexer.next();
    if (t.kind == K::eof) return "";
    if (t.kind == K::error) return lexer.error();
  }
}

TEST(Lexer, Kinds) {
  EXPECT_EQ(kinds("(module $m)"), (std::vector{K::lparen, K::keyword, K::id, K::rparen}));
  EXPECT_EQ(kinds("0 0x1f -1 +2 1.5 1e3 inf -nan nan:0x4"),
            (std::vector{K::nat, K::nat, K::integer, K::integer, K::float_, K::float_, K::float_,
                         K::float_, K::float_}));
  EXPECT_EQ(kinds("\"a\\\"b\" $\"x y\""), (std::vector{K::string, K::quoted_id}));
  EXPECT_EQ(kinds("0drop _1 1__0 0x 1_ @a nan:1"),
            std::vector<K>({K::reserved, K::reserved, K::reserved, K::reserved, K::reserved,
                            K::reserved, K::keyword}));
  EXPECT_EQ(kinds("nan:canonical offset=8"), (std::vector{K::keyword, K::keyword}));
}

TEST(Lexer, GluedTokensAreReserved) {
  for (const char* s :
       {"a\"b\"", "\"a\"b", "\"a\"\"b\"", "$a\"b\"", "$\"a\"b", "0\"a\"", "0$l", ","})
    EXPECT_EQ(kinds(s), std::vector<K>{K::reserved}) << s;
}

TEST(Lexer, TokenOffsets) {
  Lexer lexer("  (func ;; c\n $x)");
  EXPECT_EQ(lexer.offset_of(lexer.next()), 2u);
  const Token func = lexer.next();
  EXPECT_EQ(func.text, "func");
  EXPECT_EQ(lexer.offset_of(func), 3u);
  EXPECT_EQ(lexer.offset_of(lexer.next()), 14u);
}

TEST(Lexer, Comments) {
  EXPECT_EQ(kinds("a ;; b\nc ;; d\re ;; f\r\ng"), std::vector<K>(4, K::keyword));
  EXPECT_EQ(kinds("a(; b (; c ;) ;; ;)d"), std::vector<K>(2, K::keyword));
  EXPECT_EQ(kinds("(;;)(;(;);)"), (std::vector<K>{K::error}));
  EXPECT_EQ(error_of("(; (; ;)"), "unclosed comment");
  EXPECT_EQ(error_of(";; \x80\n"), "malformed UTF-8 encoding");
  EXPECT_EQ(error_of("(; \xc0\x80 ;)"), "malformed UTF-8 encoding");
  EXPECT_EQ(error_of(";; \xe2\x82\xac"), "");
}

TEST(Lexer, Annotations) {
  EXPECT_EQ(kinds("(@a (b \")\" (;);) ) x) c"), std::vector<K>{K::keyword});
  EXPECT_EQ(kinds("(@custom \"x\")"), (std::vector{K::annotation, K::string, K::rparen}));
  EXPECT_EQ(kinds("( @a)"), (std::vector{K::lparen, K::reserved, K::rparen}));
  EXPECT_EQ(error_of("(@)"), "empty annotation id");
  EXPECT_EQ(error_of("(@\"\")"), "empty annotation id");
  EXPECT_EQ(error_of("(@x (y)"), "unclosed annotation");
  EXPECT_EQ(error_of("(@x \""), "unclosed string literal");
  EXPECT_EQ(error_of("(@x \x01)"), "illegal character");
  EXPECT_EQ(error_of("(@x \xc3\x9f)"), "illegal character");
  EXPECT_EQ(error_of("(@x \xff)"), "malformed UTF-8 encoding");
}

TEST(Lexer, Strings) {
  EXPECT_EQ(decode_string(R"("\t\n\r\"\'\\\41\u{20ac}z")"), "\t\n\r\"'\\A\xe2\x82\xacz");
  EXPECT_EQ(decode_string(R"("\u{1_F4_A9}")"), "\xf0\x9f\x92\xa9");
  EXPECT_EQ(decode_string(R"("\00\ff")"), std::string("\0\xff", 2));
  for (const char* bad : {R"("\q")", R"("\4")", R"("\u{}")", R"("\u{d800}")", R"("\u{110000}")",
                          R"("\u{1_}")", R"("\u{100000000000041}")"})
    EXPECT_EQ(error_of(bad), "illegal escape") << bad;
  EXPECT_EQ(error_of("\"a\nb\""), "unclosed string literal");
  EXPECT_EQ(error_of("\"a\tb\""), "illegal control character in string literal");
  EXPECT_EQ(error_of("\"\x80\""), "malformed UTF-8 encoding");
}

TEST(Lexer, Identifiers) {
  EXPECT_EQ(error_of("$"), "empty identifier");
  EXPECT_EQ(error_of("$ \"a\""), "empty identifier");
  EXPECT_EQ(error_of("$\"\""), "empty identifier");
  EXPECT_EQ(error_of("$\"a\nb\""), "empty identifier");
  EXPECT_EQ(error_of("$\"\\ef\""), "malformed UTF-8 encoding");
}

TEST(Lexer, ErrorsStay) {
  Lexer lexer("a $ b");
  EXPECT_EQ(lexer.next().kind, K::keyword);
  EXPECT_EQ(lexer.next().kind, K::error);
  EXPECT_EQ(lexer.next().kind, K::error);
  EXPECT_EQ(lexer.error_offset(), 2u);
}

}  // namespace
}  // namespace nacre::text

// SPDX-License-Identifier: Apache-2.0
#include "text/cursor.hpp"

#include <algorithm>
#include <iterator>
#include <span>

#include "base/utf8.hpp"
#include "binary/errors.hpp"
#include "text/numbers.hpp"
#include "text/type_words.hpp"

namespace nacre::text {
namespace {

// Every keyword that is no instruction, sorted.
// clang-format off
constexpr std::string_view words[] = {
    "after", "any", "anyref", "array", "arrayref", "assert_exception", "assert_exhaustion",
    "assert_invalid", "assert_invalid_custom", "assert_malformed", "assert_malformed_custom",
    "assert_return", "assert_return_arithmetic_nan", "assert_return_canonical_nan", "assert_trap",
    "assert_unlinkable", "before", "binary", "catch", "catch_all", "catch_all_ref", "catch_ref",
    "data", "declare", "definition", "delegate", "do", "either", "elem", "else", "end", "eq",
    "eqref", "exn", "exnref", "export", "extern", "externref", "f32", "f32x4", "f64", "f64x2",
    "field", "final", "func", "funcref", "get", "global", "i16", "i16x8", "i31", "i31ref", "i32",
    "i32x4", "i64", "i64x2", "i8", "i8x16", "import", "input", "instance", "invoke", "item", "local",
    "memory", "module", "mut", "nan:arithmetic", "nan:canonical", "noexn", "noextern", "nofunc",
    "none", "null", "nullexnref", "nullexternref", "nullfuncref", "nullref", "offset", "output",
    "pagesize", "param", "quote", "rec", "ref", "ref.any", "ref.array", "ref.extern", "ref.host",
    "ref.struct", "register", "result", "script", "shared", "start", "struct", "structref", "sub",
    "table", "tag", "then", "thread", "type", "v128", "wait",
};
// clang-format on

// What is written around types. Tags belong to both proposals for exceptions.
constexpr TypeWord structure_words[] = {
    {"rec", 0, wasm::Feature::gc},
    {"sub", 0, wasm::Feature::gc},
    {"final", 0, wasm::Feature::gc},
    {"field", 0, wasm::Feature::gc},
    {"shared", 0, wasm::Feature::threads},
    {"tag", 0, wasm::Feature::exceptions},
    {"pagesize", 0, wasm::Feature::custom_page_sizes},
};

bool is_memarg_word(std::string_view word) {
  const size_t eq = word.find('=');
  if (eq == std::string_view::npos) return false;
  const std::string_view key = word.substr(0, eq);
  return (key == "offset" || key == "align") &&
         classify_number(word.substr(eq + 1)) == NumberClass::nat;
}

// The text of a token as it may stand in a message.
std::string quoted(const Token& t) {
  constexpr size_t longest = 60;
  std::string s(t.text.substr(0, longest));
  std::replace_if(
      s.begin(), s.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  return t.text.size() > longest ? s + "..." : s;
}

}  // namespace

std::optional<wasm::Op> find_instruction(std::string_view word, wasm::Features features) {
  const auto op = wasm::op_from_text(word);
  if (!op || features.has(wasm::op_info(*op).feature)) return op;
  if (*op == wasm::Op::throw_ && features.has(wasm::Feature::legacy_exceptions)) return op;
  return std::nullopt;
}

std::optional<wasm::Feature> feature_switched_off(std::string_view word, wasm::Features features) {
  std::optional<wasm::Feature> feature;
  const auto op = wasm::op_from_text(word);
  if (op && !std::binary_search(std::begin(words), std::end(words), word)) {
    if (!find_instruction(word, features)) feature = wasm::op_info(*op).feature;
    return feature;
  }
  // A heap type, but much else before; one proposal's as much as another's.
  if (word == "func" || (word == "tag" && features.has(wasm::Feature::legacy_exceptions)))
    return feature;
  for (const std::span<const TypeWord> rows :
       {std::span<const TypeWord>(value_words), std::span<const TypeWord>(ref_words),
        std::span<const TypeWord>(heap_words), std::span<const TypeWord>(packed_words),
        std::span<const TypeWord>(structure_words)})
    for (const TypeWord& row : rows)
      if (row.word == word && !features.has(row.feature)) feature = row.feature;
  return feature;
}

bool is_known_keyword(std::string_view word, wasm::Features features) {
  if (std::binary_search(std::begin(words), std::end(words), word)) return true;
  return is_memarg_word(word) || find_instruction(word, features).has_value();
}

void Cursor::seek(size_t offset) {
  head_ = count_ = 0;
  lexer_.seek(offset);
}

bool Cursor::take_keyword(std::string_view word) {
  if (!at_keyword(word)) return false;
  take();
  return true;
}

bool Cursor::take_list(std::string_view word) {
  if (!at_list(word)) return false;
  take();
  take();
  return true;
}

bool Cursor::expect(TokenKind kind) {
  if (at(kind)) {
    take();
    return true;
  }
  unexpected();
  return false;
}

bool Cursor::expect_keyword(std::string_view word) {
  if (take_keyword(word)) return true;
  unexpected();
  return false;
}

void Cursor::skip_list() {
  for (size_t depth = 1; depth > 0;) {
    const TokenKind kind = peek().kind;
    if (kind == TokenKind::eof || kind == TokenKind::error) return;
    if (kind == TokenKind::lparen || kind == TokenKind::annotation) ++depth;
    if (kind == TokenKind::rparen) --depth;
    take();
  }
}

std::string_view Cursor::id_name(const Token& t) {
  if (t.kind == TokenKind::id) return t.text.substr(1);
  return keep(decode_string(t.text.substr(1)));
}

std::string Cursor::take_string() {
  if (at(TokenKind::string)) return decode_string(take().text);
  unexpected();
  return {};
}

std::string Cursor::take_name() {
  const Token t = peek();
  std::string s = take_string();
  // The first edition of the test suite words it differently.
  if (!is_utf8(s))
    fail(has(wasm::Feature::sign_ext) ? "malformed UTF-8 encoding" : "invalid UTF-8 encoding", t);
  return s;
}

uint32_t Cursor::take_u32() {
  if (!at(TokenKind::nat)) return unexpected(), 0;
  const Token t = take();
  const auto value = parse_nat(t.text);
  if (value && *value <= 0xffffffff) return static_cast<uint32_t>(*value);
  fail("i32 constant out of range", t);
  return 0;
}

uint64_t Cursor::take_u64() {
  if (!at(TokenKind::nat)) return unexpected(), 0;
  const Token t = take();
  const auto value = parse_nat(t.text);
  if (!value) fail("i64 constant out of range", t);
  return value.value_or(0);
}

void Cursor::fail(std::string message, const Token& where, ErrorKind kind) {
  if (failed_) return;
  error_offset_ = offset_of(where);
  error_message_ = std::move(message);
  error_kind_ = kind;
  failed_ = true;
  head_ = count_ = 0;
}

void Cursor::feature_off(wasm::Feature f, const std::string& what, const Token& where) {
  fail(binary::switched_off(what, f), where, ErrorKind::unsupported);
}

void Cursor::unexpected(const Token& t) {
  switch (t.kind) {
    case TokenKind::error:
      return fail(lexer_.error() != nullptr ? lexer_.error() : "unexpected token", t);
    case TokenKind::eof:
      return fail("unexpected token: end of input", t);
    case TokenKind::reserved:
      return fail("unknown operator " + quoted(t), t);
    case TokenKind::keyword:
      if (const auto f = feature_switched_off(t.text, features_))
        return feature_off(*f, quoted(t), t);
      if (!is_known_keyword(t.text, features_)) return fail("unknown operator " + quoted(t), t);
      break;
    case TokenKind::annotation: {
      const std::string_view name = t.text.substr(1);
      if (name == "@metadata.code.branch_hint")
        return fail(std::string(name) + " annotation: not in a function", t);
      return fail("misplaced " + std::string(name) + " annotation", t);
    }
    default:
      break;
  }
  fail("unexpected token " + quoted(t), t);
}

}  // namespace nacre::text

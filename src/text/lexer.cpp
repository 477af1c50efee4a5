// SPDX-License-Identifier: Apache-2.0
#include "text/lexer.hpp"

#include <algorithm>
#include <array>

#include "base/utf8.hpp"
#include "text/numbers.hpp"

namespace nacre::text {
namespace {

// Character classes.
constexpr uint8_t id_char = 1;  // may stand in an identifier
constexpr uint8_t space_char = 2;
constexpr uint8_t plain_char = 4;  // may stand in a string as itself
constexpr uint8_t quiet_char = 8;  // needs no look inside a comment
constexpr uint8_t hex_char = 16;

constexpr std::array<uint8_t, 256> make_classes() {
  std::array<uint8_t, 256> t{};
  for (unsigned c = 0x21; c < 0x7f; ++c) t[c] |= id_char;
  for (char c : {'"', '(', ')', ',', ';', '[', ']', '{', '}'}) t[static_cast<uint8_t>(c)] = 0;
  for (char c : {' ', '\t', '\n', '\r'}) t[static_cast<uint8_t>(c)] |= space_char;
  for (unsigned c = 0x20; c < 0x7f; ++c)
    if (c != '"' && c != '\\') t[c] |= plain_char;
  for (unsigned c = 0; c < 0x80; ++c)
    if (c != '(' && c != ';' && c != '\n' && c != '\r') t[c] |= quiet_char;
  for (unsigned c = '0'; c <= '9'; ++c) t[c] |= hex_char;
  for (unsigned c = 'a'; c <= 'f'; ++c) t[c] |= hex_char;
  for (unsigned c = 'A'; c <= 'F'; ++c) t[c] |= hex_char;
  return t;
}
constexpr std::array<uint8_t, 256> classes = make_classes();

bool is(char c, uint8_t cls) { return (classes[static_cast<uint8_t>(c)] & cls) != 0; }

uint32_t hex_digit(char c) {
  if (c <= '9') return static_cast<uint32_t>(c - '0');
  return static_cast<uint32_t>((c | 0x20) - 'a' + 10);
}

constexpr size_t no_escape = 0;

// Length of the escape at s[0] == '\\' and the value it stands for; no_escape when malformed.
struct Escape {
  size_t length = no_escape;
  uint32_t value = 0;
  bool is_code_point = false;
};

Escape read_unicode_escape(std::string_view s) {  // s starts with "\u"
  if (s.size() < 4 || s[2] != '{' || !is(s[3], hex_char)) return {};
  uint32_t value = 0;
  for (size_t i = 3; i < s.size(); ++i) {
    if (s[i] == '}') {
      if (value > 0x10ffff || (value >= 0xd800 && value < 0xe000)) return {};
      return {i + 1, value, true};
    }
    if (s[i] == '_' && s[i - 1] != '_' && i + 1 < s.size() && is(s[i + 1], hex_char)) continue;
    if (!is(s[i], hex_char)) return {};
    value = value > 0x10ffff ? value : value << 4 | hex_digit(s[i]);
  }
  return {};
}

Escape read_escape(std::string_view s) {
  if (s.size() < 2) return {};
  switch (s[1]) {
    case 't':
      return {2, '\t', false};
    case 'n':
      return {2, '\n', false};
    case 'r':
      return {2, '\r', false};
    case '"':
    case '\'':
    case '\\':
      return {2, static_cast<uint8_t>(s[1]), false};
    case 'u':
      return read_unicode_escape(s);
    default:
      break;
  }
  if (s.size() < 3 || !is(s[1], hex_char) || !is(s[2], hex_char)) return {};
  return {3, hex_digit(s[1]) << 4 | hex_digit(s[2]), false};
}

// Length of the well-formed UTF-8 sequence at s[0]; 0 when there is none.
size_t sequence_length(std::string_view s) {
  const auto lead = static_cast<uint8_t>(s[0]);
  const size_t n = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  return is_utf8(s.substr(0, n)) ? n : 0;
}

}  // namespace

bool understood_annotation(std::string_view name) {
  return name == "custom" || name == "name" || name == "metadata.code.branch_hint";
}

void decode_string(std::string_view token, std::string& out) {
  std::string_view s = token.substr(1, token.size() - 2);
  while (!s.empty()) {
    const size_t plain = std::min(s.find('\\'), s.size());
    out.append(s.substr(0, plain));
    s.remove_prefix(plain);
    if (s.empty()) return;
    const Escape e = read_escape(s);
    if (e.is_code_point) utf8_append(out, e.value);
    else out += static_cast<char>(e.value);
    s.remove_prefix(e.length);
  }
}

bool Lexer::fail(const char* message, size_t offset) {
  if (error_ == nullptr) {
    error_ = message;
    error_offset_ = offset;
  }
  pos_ = source_.size();
  return false;
}

Token Lexer::fail_token() { return {TokenKind::error, source_.substr(error_offset_, 0)}; }

// Skips one character outside ASCII if it is well-formed; reports `otherwise` when given.
bool Lexer::skip_utf8(const char* otherwise) {
  const size_t n = sequence_length(source_.substr(pos_));
  if (n == 0) return fail("malformed UTF-8 encoding", pos_);
  if (otherwise != nullptr) return fail(otherwise, pos_);
  pos_ += n;
  return true;
}

bool Lexer::skip_line_comment() {
  while (pos_ < source_.size() && source_[pos_] != '\n' && source_[pos_] != '\r') {
    if (static_cast<uint8_t>(source_[pos_]) < 0x80) ++pos_;
    else if (!skip_utf8(nullptr)) return false;
  }
  return true;
}

bool Lexer::skip_block_comment() {
  const size_t begin = pos_;
  pos_ += 2;
  for (size_t depth = 1; depth > 0;) {
    while (pos_ < source_.size() && is(source_[pos_], quiet_char)) ++pos_;
    if (pos_ >= source_.size()) return fail("unclosed comment", begin);
    const char c = source_[pos_];
    if (static_cast<uint8_t>(c) >= 0x80) {
      if (!skip_utf8(nullptr)) return false;
    } else if (c == '(' && at(pos_ + 1, ';')) {
      ++depth;
      pos_ += 2;
    } else if (c == ';' && at(pos_ + 1, ')')) {
      --depth;
      pos_ += 2;
    } else {
      ++pos_;
    }
  }
  return true;
}

// Skips white space, comments and annotations not understood. False on an error.
bool Lexer::skip_space() {
  while (pos_ < source_.size()) {
    const char c = source_[pos_];
    if (is(c, space_char)) {
      ++pos_;
    } else if (c == ';' && at(pos_ + 1, ';')) {
      if (!skip_line_comment()) return false;
    } else if (c == '(' && at(pos_ + 1, ';')) {
      if (!skip_block_comment()) return false;
    } else {
      return true;
    }
  }
  return true;
}

// Scans a string; pos_ is at its opening quote.
bool Lexer::scan_string() {
  const size_t begin = pos_++;
  for (;;) {
    while (pos_ < source_.size() && is(source_[pos_], plain_char)) ++pos_;
    if (pos_ >= source_.size()) return fail("unclosed string literal", begin);
    const char c = source_[pos_];
    if (c == '"') {
      ++pos_;
      return true;
    }
    if (c == '\\') {
      const size_t n = read_escape(source_.substr(pos_)).length;
      if (n == no_escape) return fail("illegal escape", pos_);
      pos_ += n;
    } else if (static_cast<uint8_t>(c) >= 0x80) {
      if (!skip_utf8(nullptr)) return false;
    } else if (c == '\n' || c == '\r') {
      return fail("unclosed string literal", begin);
    } else {
      return fail("illegal control character in string literal", pos_);
    }
  }
}

// Scans identifier characters and strings glued to each other. True when strings were among them.
bool Lexer::scan_atom() {
  bool has_string = false;
  while (pos_ < source_.size()) {
    if (is(source_[pos_], id_char)) ++pos_;
    else if (source_[pos_] != '"') break;
    else {
      has_string = true;
      if (!scan_string()) break;
    }
  }
  return has_string;
}

Token Lexer::scan_id() {
  const size_t begin = pos_++;
  TokenKind kind = TokenKind::id;
  if (at(pos_, '"')) {
    const size_t quote = pos_;
    if (!scan_string()) {
      const std::string_view message = error_;
      const bool no_string =
          message.starts_with("unclosed") || message.starts_with("illegal control");
      if (no_string) {
        error_ = "empty identifier";
        error_offset_ = begin;
      }
      return fail_token();
    }
    if (pos_ == quote + 2) return fail("empty identifier", begin), fail_token();
    if (!is_utf8(decode_string(source_.substr(quote, pos_ - quote))))
      return fail("malformed UTF-8 encoding", quote), fail_token();
    kind = TokenKind::quoted_id;
    const size_t end = pos_;
    scan_atom();
    if (pos_ != end) kind = TokenKind::reserved;
  } else {
    if (scan_atom()) kind = TokenKind::reserved;
    else if (pos_ == begin + 1) return fail("empty identifier", begin), fail_token();
  }
  return error_ != nullptr ? fail_token() : make(kind, begin);
}

Token Lexer::scan_token() {
  const size_t begin = pos_;
  const char c = source_[pos_];
  if (c == '(') {
    ++pos_;
    return make(TokenKind::lparen, begin);
  }
  if (c == ')') {
    ++pos_;
    return make(TokenKind::rparen, begin);
  }
  if (c == '$') return scan_id();
  if (c == '"') {
    if (!scan_string()) return fail_token();
    const size_t end = pos_;
    scan_atom();
    if (error_ != nullptr) return fail_token();
    return make(pos_ == end ? TokenKind::string : TokenKind::reserved, begin);
  }
  if (is(c, id_char)) {
    if (scan_atom()) return error_ != nullptr ? fail_token() : make(TokenKind::reserved, begin);
    const std::string_view text = source_.substr(begin, pos_ - begin);
    const bool lower = c >= 'a' && c <= 'z';
    NumberClass number = NumberClass::none;
    if (!lower || c == 'i' || c == 'n') number = classify_number(text);
    switch (number) {
      case NumberClass::nat:
        return {TokenKind::nat, text};
      case NumberClass::integer:
        return {TokenKind::integer, text};
      case NumberClass::float_:
        return {TokenKind::float_, text};
      case NumberClass::none:
        break;
    }
    return {lower ? TokenKind::keyword : TokenKind::reserved, text};
  }
  if (static_cast<uint8_t>(c) >= 0x80) return skip_utf8("illegal character"), fail_token();
  if (static_cast<uint8_t>(c) < 0x20 || c == 0x7f)
    return fail("illegal character", pos_), fail_token();
  ++pos_;  // one of , ; [ ] { }
  return make(TokenKind::reserved, begin);
}

// Skips the rest of an annotation up to its closing parenthesis. Annotations in it are
// just parentheses, but their names must not be empty.
bool Lexer::skip_annotation() {
  const size_t begin = pos_;
  for (size_t depth = 1; depth > 0;) {
    if (!skip_space()) return false;
    if (pos_ >= source_.size()) return fail("unclosed annotation", begin);
    const Token t = scan_token();
    if (t.kind == TokenKind::error) return false;
    if (t.kind == TokenKind::lparen) ++depth;
    if (t.kind == TokenKind::rparen) --depth;
  }
  return true;
}

Token Lexer::next() {
  for (;;) {
    if (error_ != nullptr) return fail_token();
    if (!skip_space()) return fail_token();
    if (pos_ >= source_.size()) return {TokenKind::eof, source_.substr(source_.size(), 0)};
    if (source_[pos_] != '(' || !at(pos_ + 1, '@')) return scan_token();
    const size_t begin = pos_;
    pos_ += 2;
    const size_t name = pos_;
    if (at(pos_, '"')) {
      if (!scan_string()) {
        const std::string_view message = error_;
        if (message.starts_with("unclosed") || message.starts_with("illegal control")) {
          error_ = "empty annotation id";
          error_offset_ = begin;
        }
        return fail_token();
      }
      if (pos_ == name + 2) return fail("empty annotation id", begin), fail_token();
      if (!is_utf8(decode_string(source_.substr(name, pos_ - name))))
        return fail("malformed UTF-8 encoding", name), fail_token();
    } else {
      while (pos_ < source_.size() && is(source_[pos_], id_char)) ++pos_;
      if (pos_ == name) return fail("empty annotation id", begin), fail_token();
      if (understood_annotation(source_.substr(name, pos_ - name)))
        return make(TokenKind::annotation, begin);
    }
    if (!skip_annotation()) return fail_token();
  }
}

}  // namespace nacre::text

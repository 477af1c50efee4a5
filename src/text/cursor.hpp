// SPDX-License-Identifier: Apache-2.0
//
// Cursor: tokens with a little lookahead, and the one place where syntax errors are made.
//
// Errors are sticky: after the first one every peek gives eof, so loops end by themselves
// and the parser asks `ok` once at the end. Modules and scripts are parsed on top of it.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "nacre/result.hpp"
#include "text/lexer.hpp"
#include "wasm/features.hpp"
#include "wasm/op.hpp"

namespace nacre::text {

class Cursor {
 public:
  Cursor(std::string_view source, wasm::Features features) : lexer_(source), features_(features) {}

  bool ok() const { return !failed_; }
  ErrorKind error_kind() const { return error_kind_; }
  const std::string& error_message() const { return error_message_; }
  size_t error_offset() const { return error_offset_; }
  bool failed_on_name() const { return failed_on_name_; }

  // The n-th token ahead; n at most 3.
  const Token& peek(unsigned n = 0) {
    while (count_ <= n) ring_[(head_ + count_++) & 3] = failed_ ? Token{} : lexer_.next();
    return ring_[(head_ + n) & 3];
  }
  Token take() {
    const Token t = peek();
    head_ = (head_ + 1) & 3;
    --count_;
    last_ = t;
    return t;
  }
  // Where the token taken last ends.
  size_t last_end() const {
    return last_.text.data() == nullptr ? 0 : lexer_.offset_of(last_) + last_.text.size();
  }
  // Continues at a byte offset that lies between tokens.
  void seek(size_t offset);
  size_t offset_of(const Token& t) const {
    return t.text.data() == nullptr ? error_offset_ : lexer_.offset_of(t);
  }

  bool at(TokenKind kind) { return peek().kind == kind; }
  bool at_keyword(std::string_view word) { return is_keyword(peek(), word); }
  // The next two tokens are `(` and this keyword.
  bool at_list(std::string_view word) {
    return peek().kind == TokenKind::lparen && is_keyword(peek(1), word);
  }
  bool at_id() { return is_id(peek()); }
  bool at_index() { return at_id() || at(TokenKind::nat); }
  static bool is_keyword(const Token& t, std::string_view word) {
    return t.kind == TokenKind::keyword && t.text == word;
  }
  static bool is_id(const Token& t) {
    return t.kind == TokenKind::id || t.kind == TokenKind::quoted_id;
  }
  static bool is_index(const Token& t) { return is_id(t) || t.kind == TokenKind::nat; }

  bool take_keyword(std::string_view word);
  // Takes `(` and the keyword when both are next.
  bool take_list(std::string_view word);
  bool expect(TokenKind kind);
  bool expect_keyword(std::string_view word);
  void expect_close() { expect(TokenKind::rparen); }
  // Skips to the parenthesis that closes the innermost open list and takes it. Quiet at the end of
  // input.
  void skip_list();

  // The name of an identifier token, without `$`, escapes decoded.
  std::string_view id_name(const Token& t);
  // Takes an identifier when there is one; empty when not (a name is never empty).
  std::string_view take_optional_id() { return at_id() ? id_name(take()) : std::string_view(); }
  // A string as bytes; an empty one after an error.
  std::string take_string();
  // A string that must be UTF-8.
  std::string take_name();
  uint32_t take_u32();
  uint64_t take_u64();

  void fail(std::string message, const Token& where, ErrorKind kind = ErrorKind::malformed);
  void feature_off(wasm::Feature f, const std::string& what, const Token& where);
  // Says why `t` cannot stand where it is: lexical error, unknown keyword, a feature that is off,
  // misplaced annotation, or just "unexpected token".
  void unexpected(const Token& t);
  void unexpected() {
    const Token t = peek();
    unexpected(t);
  }

  wasm::Features features() const { return features_; }
  bool has(wasm::Feature f) const { return features_.has(f); }

 protected:
  std::string_view keep(std::string s) { return kept_.emplace_back(std::move(s)); }
  void fail_name(std::string message, const Token& where) {
    if (!failed_) failed_on_name_ = true;
    fail(std::move(message), where);
  }
  void replace_error(const char* message, size_t offset) {
    error_message_ = message;
    error_offset_ = offset;
  }
  Lexer lexer_;

 private:
  wasm::Features features_;
  Token ring_[4];
  Token last_;
  unsigned head_ = 0, count_ = 0;
  bool failed_ = false;
  bool failed_on_name_ = false;  // an unknown identifier, perhaps because the end was not reached
  ErrorKind error_kind_ = ErrorKind::malformed;
  std::string error_message_;
  size_t error_offset_ = 0;
  std::deque<std::string> kept_;  // decoded identifiers; addresses stay
};

// The feature a keyword belongs to, when that is switched off.
std::optional<wasm::Feature> feature_switched_off(std::string_view word, wasm::Features features);

// Whether the text format knows `word` as a keyword at these features.
bool is_known_keyword(std::string_view word, wasm::Features features);

// The instruction of this spelling when its row's feature is on; `throw` belongs to both forms of
// exceptions.
std::optional<wasm::Op> find_instruction(std::string_view word, wasm::Features features);

}  // namespace nacre::text

// SPDX-License-Identifier: Apache-2.0
//
// Lexer: the lexical grammar of the text format, one token at a time.
//
// A token is a kind and a span of the source, nothing is copied. Comments nest by counting,
// not by recursion. Annotations are skipped as balanced tokens, except those named in
// `understood_annotation`, which come out as an `annotation` token followed by their contents.
//
// Keywords are not looked up here: what a keyword means depends on where it stands, so the
// parser says "unknown operator". A malformed token comes out once as `error`; then the
// lexer stays at the end and `error()` has the message.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace nacre::text {

enum class TokenKind : uint8_t {
  eof,
  error,
  lparen,
  rparen,
  keyword,    // starts with a lower-case letter; includes offset=8
  id,         // $name
  quoted_id,  // $"name", escapes not yet decoded
  string,     // with its quotes, escapes not yet decoded
  nat,
  integer,  // with a sign
  float_,
  annotation,  // (@name of an annotation this library understands
  reserved,
};

struct Token {
  TokenKind kind = TokenKind::eof;
  std::string_view text;
};

class Lexer {
 public:
  explicit Lexer(std::string_view source) : source_(source) {}

  Token next();
  // Continues at byte `offset`, which must lie between tokens. Forgets an error.
  void seek(size_t offset) {
    pos_ = offset;
    error_ = nullptr;
  }
  size_t position() const { return pos_; }
  std::string_view source() const { return source_; }
  // Byte offset of a token in the source.
  size_t offset_of(const Token& t) const {
    return static_cast<size_t>(t.text.data() - source_.data());
  }

  const char* error() const { return error_; }  // null when there is none
  size_t error_offset() const { return error_offset_; }

 private:
  bool skip_space();
  bool skip_block_comment();
  bool skip_line_comment();
  bool skip_annotation();
  bool skip_utf8(const char* otherwise);
  bool scan_string();
  bool scan_atom();
  Token scan_token();
  Token scan_id();
  Token make(TokenKind kind, size_t begin) const {
    return {kind, source_.substr(begin, pos_ - begin)};
  }
  Token fail_token();
  bool fail(const char* message, size_t offset);
  bool at(size_t offset, char c) const { return offset < source_.size() && source_[offset] == c; }

  std::string_view source_;
  size_t pos_ = 0;
  const char* error_ = nullptr;
  size_t error_offset_ = 0;
};

// Whether `name` (without "(@") is an annotation whose contents the parser reads.
bool understood_annotation(std::string_view name);

// Appends the bytes a string token (quotes included) stands for. Precondition: the lexer
// accepted it.
void decode_string(std::string_view token, std::string& out);
inline std::string decode_string(std::string_view token) {
  std::string out;
  decode_string(token, out);
  return out;
}

}  // namespace nacre::text

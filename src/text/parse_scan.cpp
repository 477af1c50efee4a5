// SPDX-License-Identifier: Apache-2.0
//
// The first pass over a module: which identifiers it binds to which indices, and its types.
// Apart from duplicate identifiers and types it reports no errors; what it cannot read, it
// skips, and the second pass says what is wrong with it.
#include "base/utf8.hpp"
#include "text/module_parser.hpp"

namespace nacre::text {
namespace {

const char* const space_names[] = {"type",   "function", "table",        "memory",
                                   "global", "tag",      "elem segment", "data segment"};

}  // namespace

// `(@name "...")`: empty when there is none.
std::string_view ModuleParser::take_name_annotation() {
  if (peek().kind != TokenKind::annotation || peek().text != "(@name") return {};
  take();
  if (!at(TokenKind::string)) {
    fail("@name annotation: unexpected token", peek());
    return {};
  }
  const Token t = take();
  std::string name = decode_string(t.text);
  if (!is_utf8(name)) fail("@name annotation: malformed UTF-8 encoding", t);
  if (!at(TokenKind::rparen)) fail("@name annotation: unexpected token", peek());
  else take();
  return keep(std::move(name));
}

// An identifier and `(@name "...")`, either of which may be missing: enters the identifier in
// `map`, when there is one, and gives the name to show. False when both are missing.
bool ModuleParser::take_binding(NameMap* map, uint32_t value, uint32_t scope, const char* what,
                                std::string_view& shown) {
  const bool named = at_id();
  if (named) {
    const Token t = take();
    const std::string_view name = id_name(t);
    if (map != nullptr && !map->insert(name, value, scope))
      fail(std::string("duplicate ") + what + " " + std::string(t.text), t);
    if (emit_names_) shown = name;
  }
  const std::string_view annotated = take_name_annotation();
  if (!annotated.empty()) shown = annotated;
  return named || !annotated.empty();
}

// After the keyword of something that takes the next index of `space`.
void ModuleParser::bind(Space space) {
  const auto s = static_cast<size_t>(space);
  const uint32_t at = bound_count_[s]++;
  std::string_view shown;
  take_binding(&names_[s], at, 0, space_names[s], shown);
  if (!shown.empty()) bound_[s].push_back({at, shown});
}

void ModuleParser::scan_definition(Space space) {
  bind(space);
  skip_list();
}

// A table or memory: it may define a segment inline.
void ModuleParser::scan_inline_segment() {
  for (;;) {
    const TokenKind kind = peek().kind;
    if (kind == TokenKind::rparen || kind == TokenKind::eof || kind == TokenKind::error) break;
    const Token t = take();
    if (t.kind != TokenKind::lparen && t.kind != TokenKind::annotation) continue;
    if (t.kind == TokenKind::lparen && at_keyword("elem"))
      ++bound_count_[static_cast<size_t>(Space::elem)];
    if (t.kind == TokenKind::lparen && at_keyword("data"))
      ++bound_count_[static_cast<size_t>(Space::data)];
    skip_list();
  }
  skip_list();
}

void ModuleParser::scan_import() {
  if (at(TokenKind::string)) take();
  if (at(TokenKind::string)) take();
  if (at(TokenKind::lparen)) {
    take();
    if (take_keyword("func")) bind(Space::func);
    else if (take_keyword("table")) bind(Space::table);
    else if (take_keyword("memory")) bind(Space::memory);
    else if (take_keyword("global")) bind(Space::global);
    else if (take_keyword("tag")) bind(Space::tag);
    skip_list();
  }
  skip_list();
}

uint32_t ModuleParser::scan_rec() {
  uint32_t size = 0;
  for (; take_list("type"); ++size) scan_definition(Space::type);
  skip_list();
  return size;
}

void ModuleParser::scan_field() {
  const bool bulk = has(wasm::Feature::bulk);
  // With 1.0, an identifier after elem or data names the table or memory.
  if (take_keyword("type")) scan_definition(Space::type);
  else if (take_keyword("func")) scan_definition(Space::func);
  else if (take_keyword("global")) scan_definition(Space::global);
  else if (take_keyword("tag")) scan_definition(Space::tag);
  else if (take_keyword("rec")) type_fields_.back().size = scan_rec();
  else if (take_keyword("import")) scan_import();
  else if (take_keyword("table")) bind(Space::table), scan_inline_segment();
  else if (take_keyword("memory")) bind(Space::memory), scan_inline_segment();
  else if (bulk && take_keyword("elem")) scan_definition(Space::elem);
  else if (bulk && take_keyword("data")) scan_definition(Space::data);
  else skip_list();
}

// `(module $id (@name "...")`, or nothing when the source is bare fields.
void ModuleParser::scan_module_head() {
  bare_ = !at_list("module");
  if (bare_) return;
  take();
  take();
  take_keyword("definition");
  const std::string_view id = take_optional_id();
  if (emit_names_) module_name_ = id;
  const std::string_view annotated = take_name_annotation();
  if (!annotated.empty()) {
    module_name_ = annotated;
    has_module_name_annotation_ = true;
    if (peek().kind == TokenKind::annotation && peek().text == "(@name")
      fail("@name annotation: multiple module", peek());
  }
}

void ModuleParser::scan_fields() {
  for (;;) {
    const Token t = peek();
    if (t.kind == TokenKind::lparen) {
      const Token& word = peek(1);
      const bool rec = is_keyword(word, "rec");
      if (rec || is_keyword(word, "type")) type_fields_.push_back({offset_of(t), rec, 1});
      take();
      scan_field();
    } else if (t.kind == TokenKind::annotation) {
      take();
      skip_list();
    } else {
      break;
    }
  }
  if (lexer_.error() != nullptr) {
    scan_lexical_error_ = lexer_.error();
    scan_lexical_offset_ = lexer_.error_offset();
  }
}

}  // namespace nacre::text

// SPDX-License-Identifier: Apache-2.0
#include "text/script.hpp"

#include <algorithm>

#include "text/cursor.hpp"
#include "text/numbers.hpp"

namespace nacre::text {
namespace {

using Kind = ScriptValue::Kind;

struct AssertionWord {
  std::string_view word;
  CommandKind kind;
};
constexpr AssertionWord assertion_words[] = {
    {"assert_return", CommandKind::assert_return},
    {"assert_return_canonical_nan", CommandKind::assert_return_canonical_nan},
    {"assert_return_arithmetic_nan", CommandKind::assert_return_arithmetic_nan},
    {"assert_exception", CommandKind::assert_exception},
    {"assert_exhaustion", CommandKind::assert_exhaustion},
    {"assert_trap", CommandKind::assert_trap},
    {"assert_unlinkable", CommandKind::assert_unlinkable},
    {"assert_invalid", CommandKind::assert_invalid},
    {"assert_malformed", CommandKind::assert_malformed},
    {"assert_invalid_custom", CommandKind::assert_invalid_custom},
    {"assert_malformed_custom", CommandKind::assert_malformed_custom},
};

constexpr std::string_view field_words[] = {"data",   "elem", "export", "func",  "global", "import",
                                            "memory", "rec",  "start",  "table", "tag",    "type"};

class ScriptParser : public Cursor {
 public:
  explicit ScriptParser(std::string_view source)
      : Cursor(source, wasm::Features::all()), source_(source) {}

  Script parse() {
    if (is_bare_module()) parse_bare_module();
    else
      while (ok() && step()) continue;
    return std::move(script_);
  }

 private:
  bool step();
  bool is_bare_module();
  void parse_bare_module();
  void parse_command();
  void parse_module_command(Command& c);
  void parse_assertion(Command& c);
  void parse_thread(Command& c);
  void parse_script(Command& c);
  void open_group(Command& c);
  void close_group();
  ModuleSource parse_module();
  Action parse_action();
  void parse_results(std::vector<ScriptValue>& out);
  ScriptValue parse_simple_value(bool is_result);
  void parse_number(ScriptValue& v, bool is_result);
  void parse_v128(ScriptValue& v, bool is_result);
  void parse_ref(ScriptValue& v, std::string_view what, bool is_result);
  NanPattern take_nan_pattern(bool is_result);
  std::string take_id() { return std::string(take_optional_id()); }
  void skip_annotations();
  size_t line_at(size_t offset);
  Command& add(CommandKind kind, size_t line) {
    Command& c = script_.commands.emplace_back();
    c.kind = kind;
    c.line = line;
    return c;
  }

  std::string_view source_;
  Script script_;
  std::vector<size_t> open_groups_;  // threads and scripts being read
  size_t line_ = 1, line_offset_ = 0;
};

// Commands come in order, so lines are counted once.
size_t ScriptParser::line_at(size_t offset) {
  for (; line_offset_ < offset; ++line_offset_) {
    const char c = source_[line_offset_];
    const bool crlf =
        c == '\r' && line_offset_ + 1 < source_.size() && source_[line_offset_ + 1] == '\n';
    if (c == '\n' || (c == '\r' && !crlf)) ++line_;
  }
  return line_;
}

void ScriptParser::skip_annotations() {
  while (at(TokenKind::annotation)) {
    take();
    skip_list();
  }
}

bool ScriptParser::is_bare_module() {
  if (!at(TokenKind::lparen) && !at(TokenKind::annotation)) return false;
  const Token& word = peek(1);
  return word.kind == TokenKind::keyword &&
         std::find(std::begin(field_words), std::end(field_words), word.text) !=
             std::end(field_words);
}

void ScriptParser::parse_bare_module() {
  Command& c = add(CommandKind::module, 1);
  c.module.text = source_;
  c.module.line = 1;
}

bool ScriptParser::step() {
  skip_annotations();
  if (at(TokenKind::eof) && open_groups_.empty()) return false;
  if (at(TokenKind::rparen) && !open_groups_.empty()) close_group();
  else if (at(TokenKind::lparen)) parse_command();
  else unexpected();
  return true;
}

void ScriptParser::parse_command() {
  const size_t line = line_at(offset_of(peek()));
  const Token word = peek(1);
  if (is_keyword(word, "module")) return parse_module_command(add(CommandKind::module, line));
  if (is_keyword(word, "invoke") || is_keyword(word, "get")) {
    Command& c = add(CommandKind::action, line);
    c.has_action = true;
    c.action = parse_action();
    return;
  }
  for (const AssertionWord& a : assertion_words)
    if (is_keyword(word, a.word)) return parse_assertion(add(a.kind, line));
  take();
  take();
  if (is_keyword(word, "thread")) return parse_thread(add(CommandKind::thread, line));
  if (is_keyword(word, "script")) return parse_script(add(CommandKind::script, line));
  if (is_keyword(word, "register")) {
    Command& c = add(CommandKind::register_, line);
    c.text = take_name();
    c.id = take_id();
  } else if (is_keyword(word, "wait")) {
    add(CommandKind::wait, line).id = take_id();
  } else if (is_keyword(word, "input") || is_keyword(word, "output")) {
    Command& c = add(word.text == "input" ? CommandKind::input : CommandKind::output, line);
    c.id = take_id();
    if (at(TokenKind::string)) c.text = take_string();
  } else {
    return unexpected(word);
  }
  expect_close();
}

void ScriptParser::parse_module_command(Command& c) {
  c.module = parse_module();
  c.id = c.module.id;
  c.module_id = c.module.module_id;
  if (c.module.is_instance) c.kind = CommandKind::instance;
}

// `(module ...)` of every form, with its parentheses.
ModuleSource ScriptParser::parse_module() {
  ModuleSource m;
  const size_t begin = offset_of(peek());
  m.line = line_at(begin);
  if (!take_list("module")) return unexpected(at(TokenKind::lparen) ? peek(1) : peek()), m;
  if (take_keyword("instance")) {
    m.is_instance = true;
    m.id = take_id();
    m.module_id = take_id();
    expect_close();
    return m;
  }
  m.is_definition = take_keyword("definition");
  m.id = take_id();
  if (at_keyword("binary") || at_keyword("quote")) {
    m.form = take().text == "binary" ? ModuleSource::Form::binary : ModuleSource::Form::quote;
    while (at(TokenKind::string)) decode_string(take().text, m.bytes);
    expect_close();
    return m;
  }
  skip_list();
  if (at(TokenKind::error)) unexpected();
  // The lookahead may already be past the module; its end is where the skipped list closed.
  const size_t end = last_end();
  if (ok() && (end <= begin || source_[end - 1] != ')')) unexpected();
  m.text = source_.substr(begin, end - begin);
  return m;
}

Action ScriptParser::parse_action() {
  Action a;
  take();
  const Token word = take();
  a.is_get = is_keyword(word, "get");
  if (!a.is_get && !is_keyword(word, "invoke")) return unexpected(word), a;
  a.instance = take_id();
  a.name = take_name();
  while (!a.is_get && at(TokenKind::lparen)) a.args.push_back(parse_simple_value(false));
  expect_close();
  return a;
}

void ScriptParser::parse_assertion(Command& c) {
  take();
  take();
  skip_annotations();
  const bool is_module = at_list("module");
  switch (c.kind) {
    case CommandKind::assert_trap:
      c.has_action = !is_module;
      break;
    case CommandKind::assert_unlinkable:
    case CommandKind::assert_invalid:
    case CommandKind::assert_malformed:
    case CommandKind::assert_invalid_custom:
    case CommandKind::assert_malformed_custom:
      break;
    default:
      c.has_action = true;
      break;
  }
  if (!at(TokenKind::lparen)) return unexpected();
  if (c.has_action) {
    c.action = parse_action();
  } else {
    c.module = parse_module();
    c.id = c.module.id;
    c.module_id = c.module.module_id;
  }
  if (c.kind == CommandKind::assert_return) parse_results(c.results);
  else if (at(TokenKind::string)) c.text = take_string();
  else if (c.kind != CommandKind::assert_exception &&
           c.kind != CommandKind::assert_return_canonical_nan &&
           c.kind != CommandKind::assert_return_arithmetic_nan)
    unexpected();
  expect_close();
}

void ScriptParser::open_group(Command& c) {
  open_groups_.push_back(static_cast<size_t>(&c - script_.commands.data()));
}

void ScriptParser::close_group() {
  take();
  const size_t group = open_groups_.back();
  open_groups_.pop_back();
  script_.commands[group].size = script_.commands.size() - group - 1;
}

void ScriptParser::parse_thread(Command& c) {
  c.id = take_id();
  while (take_list("shared")) {
    if (!take_list("module")) return unexpected();
    c.shared.push_back(take_id());
    expect_close();
    expect_close();
  }
  open_group(c);
}

void ScriptParser::parse_script(Command& c) {
  c.id = take_id();
  open_group(c);
}

// Results; the alternatives of nested `either`s all belong to the outermost.
void ScriptParser::parse_results(std::vector<ScriptValue>& out) {
  size_t depth = 0;
  while (ok() && (at(TokenKind::lparen) || (at(TokenKind::rparen) && depth > 0))) {
    if (at(TokenKind::rparen)) {
      take();
      --depth;
    } else if (at_list("either")) {
      take();
      take();
      if (depth++ == 0) out.emplace_back().kind = Kind::either;
    } else {
      ScriptValue v = parse_simple_value(true);
      (depth > 0 ? out.back().alternatives : out).push_back(std::move(v));
    }
  }
}

NanPattern ScriptParser::take_nan_pattern(bool is_result) {
  if (!is_result) return NanPattern::none;
  if (take_keyword("nan:canonical")) return NanPattern::canonical;
  if (take_keyword("nan:arithmetic")) return NanPattern::arithmetic;
  return NanPattern::none;
}

void ScriptParser::parse_number(ScriptValue& v, bool is_result) {
  const bool is_float = v.kind == Kind::f32 || v.kind == Kind::f64;
  const unsigned bits = v.kind == Kind::i32 || v.kind == Kind::f32 ? 32 : 64;
  if (is_float && (v.nan[0] = take_nan_pattern(is_result)) != NanPattern::none) return;
  const bool fits =
      at(TokenKind::nat) || at(TokenKind::integer) || (is_float && at(TokenKind::float_));
  if (!fits) return unexpected();
  const Token t = take();
  std::optional<uint64_t> value;
  if (!is_float) value = parse_int(t.text, bits);
  else if (bits == 64) value = parse_f64(t.text);
  else if (const auto narrow = parse_f32(t.text)) value = *narrow;
  if (!value) return fail("constant out of range", t);
  store_le<uint64_t>(v.bits.bytes, *value);
}

void ScriptParser::parse_v128(ScriptValue& v, bool is_result) {
  const Token t = peek();
  const auto shape = lane_shape_from_text(t.text);
  if (!shape) return unexpected();
  take();
  v.shape = *shape;
  const bool is_float = v.shape == LaneShape::f32x4 || v.shape == LaneShape::f64x2;
  for (unsigned lane = 0; ok() && lane < 128 / lane_bits(v.shape); ++lane) {
    if (is_float && (v.nan[lane] = take_nan_pattern(is_result)) != NanPattern::none) continue;
    const Token literal = take();
    if (const char* message = set_lane(v, lane, literal.text)) {
      if (std::string_view(message) == "unexpected token") unexpected(literal);
      else fail(message, literal);
    }
  }
}

// `what` follows "ref", with its dot.
void ScriptParser::parse_ref(ScriptValue& v, std::string_view what, bool is_result) {
  if (what == ".null") {
    v.kind = Kind::ref_null;
    if (const auto heap = heap_from_text(peek().text); heap && at(TokenKind::keyword)) {
      take();
      v.has_heap = true;
      v.heap = *heap;
    } else if (at(TokenKind::nat)) {
      v.has_heap = true;
      v.type_index = take_u32();
    }
  } else if ((what == ".extern" || what == ".host") && at(TokenKind::nat)) {
    v.kind = what == ".host" ? Kind::ref_host : Kind::ref_extern;
    v.host = take_u64();
  } else {
    v.kind = Kind::ref_any_of;
    const auto heap = what.empty() ? std::nullopt : heap_from_text(what.substr(1));
    if (!is_result || (!what.empty() && !heap)) return unexpected();
    // An index after ref.func and the like says which one; scripts cannot tell, so any will do.
    if (at_index()) take();
    v.has_heap = heap.has_value();
    v.heap = heap.value_or(wasm::Heap::any);
  }
}

// Anything but `either`.
ScriptValue ScriptParser::parse_simple_value(bool is_result) {
  ScriptValue v;
  take();
  const Token word = take();
  if (word.kind != TokenKind::keyword) return unexpected(word), v;
  if (word.text == "i32.const") v.kind = Kind::i32, parse_number(v, is_result);
  else if (word.text == "i64.const") v.kind = Kind::i64, parse_number(v, is_result);
  else if (word.text == "f32.const") v.kind = Kind::f32, parse_number(v, is_result);
  else if (word.text == "f64.const") v.kind = Kind::f64, parse_number(v, is_result);
  else if (word.text == "v128.const") v.kind = Kind::v128, parse_v128(v, is_result);
  else if (word.text == "ref" || word.text.starts_with("ref."))
    parse_ref(v, word.text.substr(3), is_result);
  else unexpected(word);
  expect_close();
  return v;
}

}  // namespace

Result<Script> parse_script(std::string_view source, std::string_view filename, TextError* detail) {
  ScriptParser parser(source);
  Script script = parser.parse();
  if (parser.ok()) return script;
  TextError e = locate(source, parser.error_offset(), parser.error_message(), filename);
  if (detail != nullptr) *detail = e;
  return e.to_error(parser.error_kind());
}

}  // namespace nacre::text

// SPDX-License-Identifier: Apache-2.0
//
// The second pass over a module: every field goes into the buffer of its section. The
// identifier after a field's keyword was bound by the first pass and is skipped here.
#include <algorithm>
#include <bit>

#include "text/module_parser.hpp"

namespace nacre::text {
namespace {

using wasm::Feature;

// External kinds of the binary format.
constexpr uint8_t kind_func = 0, kind_table = 1, kind_memory = 2, kind_global = 3, kind_tag = 4;

// How an element segment is applied: bits of its leading flags.
constexpr uint8_t elem_active = 0, elem_passive = 1, elem_declarative = 3;
constexpr uint8_t elem_exprs = 4, elem_explicit_table = 2;

constexpr uint8_t funcref_code = 0x70;

bool is_op(const Token& t) {
  return t.kind == TokenKind::keyword && wasm::op_from_text(t.text).has_value();
}

}  // namespace

// Skips an identifier and a name annotation.
void ModuleParser::skip_binding() {
  if (at_id()) take();
  take_name_annotation();
}

void ModuleParser::parse_module_head() {
  if (bare_) return;
  take();
  take();
  take_keyword("definition");
  if (at_id()) take();
  take_name_annotation();
}

void ModuleParser::check_import_order(const Token& where) {
  if (last_definition_ != nullptr) fail(std::string("import after ") + last_definition_, where);
}

void ModuleParser::parse_inline_exports(uint8_t kind, uint32_t index_value) {
  while (take_list("export")) {
    const std::string name = take_name();
    expect_close();
    Writer& w = begin_entry(SectionSlot::export_);
    w.name(name);
    w.u8(kind);
    w.leb_u32(index_value);
  }
}

// `(import "module" "name")` inside a definition: writes the two names.
bool ModuleParser::parse_inline_import() {
  const Token where = peek();
  if (!take_list("import")) return false;
  check_import_order(where);
  const std::string module = take_name();
  const std::string name = take_name();
  expect_close();
  begin_import(module, name);
  return true;
}

void ModuleParser::begin_import(std::string_view module, std::string_view name) {
  Writer& w = begin_entry(SectionSlot::import);
  w.name(module);
  w.name(name);
}

void ModuleParser::parse_import() {
  const Token where = peek();
  check_import_order(where);
  const std::string module = take_name();
  const std::string name = take_name();
  if (!expect(TokenKind::lparen)) return;
  begin_import(module, name);
  parse_import_desc();
  expect_close();
  expect_close();
}

void ModuleParser::parse_import_desc() {
  Writer& w = section(SectionSlot::import).body;
  if (take_keyword("func")) {
    skip_binding();
    const uint32_t func = next(Space::func)++;
    const TypeUse use = parse_type_use(signature_, true, true);
    w.u8(kind_func);
    w.leb_u32(use.inline_only ? implicit_type(signature_) : use.index);
    finish_function_names(func);
  } else if (take_keyword("table")) {
    skip_binding();
    ++next(Space::table);
    w.u8(kind_table);
    parse_table_type(w);
  } else if (take_keyword("memory")) {
    skip_binding();
    ++next(Space::memory);
    w.u8(kind_memory);
    parse_memory_type(w);
  } else if (take_keyword("global")) {
    skip_binding();
    ++next(Space::global);
    w.u8(kind_global);
    parse_global_type(w);
  } else if (has(Feature::exceptions) || has(Feature::legacy_exceptions) ? take_keyword("tag")
                                                                         : false) {
    skip_binding();
    ++next(Space::tag);
    const TypeUse use = parse_type_use(signature_, false, true);
    w.u8(kind_tag);
    w.u8(0);
    w.leb_u32(use.inline_only ? implicit_type(signature_) : use.index);
  } else {
    unexpected();
  }
}

void ModuleParser::parse_export() {
  const std::string name = take_name();
  if (!expect(TokenKind::lparen)) return;
  const Token word = take();
  uint8_t kind = 0;
  Space space = Space::func;
  if (is_keyword(word, "func")) kind = kind_func, space = Space::func;
  else if (is_keyword(word, "table")) kind = kind_table, space = Space::table;
  else if (is_keyword(word, "memory")) kind = kind_memory, space = Space::memory;
  else if (is_keyword(word, "global")) kind = kind_global, space = Space::global;
  else if (is_keyword(word, "tag")) kind = kind_tag, space = Space::tag;
  else return unexpected(word);
  const uint32_t value = index(space);
  expect_close();
  expect_close();
  Writer& w = begin_entry(SectionSlot::export_);
  w.name(name);
  w.u8(kind);
  w.leb_u32(value);
}

void ModuleParser::parse_start() {
  const Token where = peek();
  const uint32_t func = index(Space::func);
  expect_close();
  if (has_start_) return fail("multiple start sections", where);
  has_start_ = true;
  section(SectionSlot::start).body.leb_u32(func);
}

void ModuleParser::parse_func() {
  skip_binding();
  const uint32_t func = next(Space::func)++;
  parse_inline_exports(kind_func, func);
  if (parse_inline_import()) {
    const TypeUse use = parse_type_use(signature_, true, true);
    Writer& w = section(SectionSlot::import).body;
    w.u8(kind_func);
    w.leb_u32(use.inline_only ? implicit_type(signature_) : use.index);
    expect_close();
  } else {
    begin_definition("function");
    const TypeUse use = parse_type_use(signature_, true, true);
    const uint32_t type = use.inline_only ? implicit_type(signature_) : use.index;
    begin_entry(SectionSlot::func).leb_u32(type);
    parse_func_body(type < types_.size() ? types_[type].params : 0);
  }
  finish_function_names(func);
}

// Locals, instructions and the closing parenthesis.
void ModuleParser::parse_func_body(uint32_t params) {
  in_function_ = true;
  num_locals_ = params;
  num_blocks_ = 0;
  body_.clear();
  hints_.clear();
  parse_locals(body_);
  parse_expr(body_);
  expect_close();
  begin_entry(SectionSlot::code).sized(body_.view());
  if (!hints_.empty()) {
    ++hints_count_;
    hints_out_.leb_u32(next(Space::func) - 1);
    hints_out_.leb_u32(static_cast<uint32_t>(hints_.size()));
    for (const Hint& h : hints_) {
      hints_out_.leb_u32(h.offset);
      hints_out_.leb_u32(1);
      hints_out_.u8(h.value);
    }
  }
  in_function_ = false;
}

// The identifier or name of a parameter or local; false when it has none.
bool ModuleParser::take_local_binding(uint32_t local) {
  std::string_view shown;
  const bool bound = take_binding(&locals_, local, 0, "local", shown);
  if (!shown.empty()) local_names_.push_back({local, shown});
  return bound;
}

// `(local ...)*` as runs of equal types.
void ModuleParser::parse_locals(Writer& out) {
  Writer runs, type;
  std::vector<uint8_t> last;
  uint32_t num_runs = 0, length = 0;
  const auto close_run = [&] {
    if (length == 0) return;
    ++num_runs;
    runs.leb_u32(length);
    runs.bytes(last);
    length = 0;
  };
  const auto add = [&] {
    const Bytes now = type.view();
    if (length != 0 && !std::equal(now.begin(), now.end(), last.begin(), last.end())) close_run();
    if (length++ == 0) last.assign(now.begin(), now.end());
    type.clear();
    ++num_locals_;
  };
  while (take_list("local")) {
    if (take_local_binding(num_locals_)) {
      parse_val_type(type);
      add();
    } else {
      while (try_val_type(type)) add();
    }
    expect_close();
  }
  close_run();
  out.leb_u32(num_runs);
  out.bytes(runs.view());
}

// An index type in front of limits; true for i64.
bool ModuleParser::take_address_type() {
  if (!has(Feature::memory64)) {
    if (at_keyword("i64")) feature_off(Feature::memory64, "a 64-bit address type", peek());
    return false;
  }
  if (take_keyword("i64")) return true;
  take_keyword("i32");
  return false;
}

// `(pagesize n)` when it is next, as a power of two.
bool ModuleParser::take_page_size(uint32_t& log2) {
  if (!has(Feature::custom_page_sizes) || !take_list("pagesize")) return false;
  const Token where = peek();
  const uint64_t page_size = take_u64();
  if (!std::has_single_bit(page_size)) fail("invalid custom page size", where);
  else log2 = static_cast<uint32_t>(std::countr_zero(page_size));
  expect_close();
  return true;
}

// Limits with the flags byte in front, and what may follow them for a memory. Since 3.0, limits
// too large for the index type are invalid rather than malformed, so they are read in full.
void ModuleParser::write_limits(Writer& w, bool is64, bool for_memory) {
  const bool wide = is64 || has(Feature::memory64);
  const uint64_t min = wide ? take_u64() : take_u32();
  const bool has_max = at(TokenKind::nat);
  const uint64_t max = !has_max ? 0 : wide ? take_u64() : take_u32();
  const bool shared = for_memory && has(Feature::threads) && take_keyword("shared");
  uint32_t page_log2 = 0;
  const bool has_page_size = for_memory && take_page_size(page_log2);
  w.u8(static_cast<uint8_t>((has_max ? 1 : 0) | (shared ? 2 : 0) | (is64 ? 4 : 0) |
                            (has_page_size ? 8 : 0)));
  w.leb_u64(min);
  if (has_max) w.leb_u64(max);
  if (has_page_size) w.leb_u32(page_log2);
}

void ModuleParser::parse_table_type(Writer& w) {
  const bool is64 = take_address_type();
  Writer limits;
  write_limits(limits, is64, false);
  parse_ref_type(w);
  w.bytes(limits.view());
}

void ModuleParser::parse_memory_type(Writer& w) {
  const bool is64 = take_address_type();
  write_limits(w, is64, true);
}

void ModuleParser::parse_global_type(Writer& w) {
  const bool is_mutable = take_list("mut");
  parse_val_type(w);
  if (is_mutable) expect_close();
  w.u8(is_mutable ? 1 : 0);
}

void ModuleParser::parse_table() {
  skip_binding();
  const uint32_t table = next(Space::table)++;
  parse_inline_exports(kind_table, table);
  if (parse_inline_import()) {
    Writer& w = section(SectionSlot::import).body;
    w.u8(kind_table);
    parse_table_type(w);
    return expect_close();
  }
  begin_definition("table");
  const bool is64 = take_address_type();
  if (at_ref_type()) return parse_inline_elem(table, is64);
  Writer limits, type;
  write_limits(limits, is64, false);
  parse_ref_type(type);
  Writer& w = begin_entry(SectionSlot::table);
  const bool has_init = !at(TokenKind::rparen) && has(Feature::fref);
  if (has_init) {
    w.u8(0x40);
    w.u8(0x00);
  }
  w.bytes(type.view());
  w.bytes(limits.view());
  if (has_init) parse_expr(w);
  expect_close();
}

// `reftype (elem ...)`: a table just large enough and its segment.
void ModuleParser::parse_inline_elem(uint32_t table, bool is64) {
  Writer type;
  parse_ref_type(type);
  if (!take_list("elem")) return unexpected();
  const bool by_index = at_index() || at(TokenKind::rparen);
  const bool is_funcref = type.size() == 1 && type.data()[0] == funcref_code;
  Writer items;
  uint32_t count = 0;
  if (!by_index) {
    count = parse_element_exprs(items);
  } else if (is_funcref) {
    count = parse_func_indices(items);
  } else {
    for (; at_index(); ++count) {
      write_op(wasm::Op::ref_func, items);
      items.leb_u32(index(Space::func));
      write_op(wasm::Op::end, items);
    }
  }
  expect_close();
  expect_close();
  Writer& t = begin_entry(SectionSlot::table);
  t.bytes(type.view());
  t.u8(static_cast<uint8_t>(1 | (is64 ? 4 : 0)));
  t.leb_u32(count);
  t.leb_u32(count);
  Writer& e = begin_entry(SectionSlot::elem);
  ++next(Space::elem);
  const bool exprs = !by_index || !is_funcref;
  const bool explicit_table = table != 0 || (exprs && !is_funcref);
  e.leb_u32((exprs ? elem_exprs : 0u) | (explicit_table ? elem_explicit_table : 0u));
  if (explicit_table) e.leb_u32(table);
  write_op(is64 ? wasm::Op::i64_const : wasm::Op::i32_const, e);
  e.u8(0);
  write_op(wasm::Op::end, e);
  if (explicit_table) {
    if (exprs) e.bytes(type.view());
    else e.u8(0);
  }
  e.leb_u32(count);
  e.bytes(items.view());
}

void ModuleParser::parse_memory() {
  skip_binding();
  const uint32_t memory = next(Space::memory)++;
  parse_inline_exports(kind_memory, memory);
  if (parse_inline_import()) {
    Writer& w = section(SectionSlot::import).body;
    w.u8(kind_memory);
    parse_memory_type(w);
    return expect_close();
  }
  begin_definition("memory");
  const bool is64 = take_address_type();
  if (at(TokenKind::lparen)) return parse_inline_data(memory, is64);
  write_limits(begin_entry(SectionSlot::memory), is64, true);
  expect_close();
}

// `(pagesize n)? (data "..." ...)`: a memory just large enough and its segment.
void ModuleParser::parse_inline_data(uint32_t memory, bool is64) {
  uint32_t page_log2 = 16;
  const bool has_page_size = take_page_size(page_log2);
  if (!take_list("data")) return unexpected();
  const std::string bytes = take_strings();
  expect_close();
  expect_close();
  if (!ok()) return;
  // Without overflow: no page is larger than 2^63, no source has that many bytes.
  const uint64_t size = bytes.size();
  const uint64_t pages =
      (size >> page_log2) + ((size & ((uint64_t{1} << page_log2) - 1)) != 0 ? 1 : 0);
  Writer& m = begin_entry(SectionSlot::memory);
  m.u8(static_cast<uint8_t>(1 | (is64 ? 4 : 0) | (has_page_size ? 8 : 0)));
  m.leb_u64(pages);
  m.leb_u64(pages);
  if (has_page_size) m.leb_u32(page_log2);
  Writer& d = begin_entry(SectionSlot::data);
  ++next(Space::data);
  d.leb_u32(memory == 0 ? 0 : 2);
  if (memory != 0) d.leb_u32(memory);
  write_op(is64 ? wasm::Op::i64_const : wasm::Op::i32_const, d);
  d.u8(0);
  write_op(wasm::Op::end, d);
  d.name(bytes);
}

void ModuleParser::parse_global() {
  skip_binding();
  const uint32_t global = next(Space::global)++;
  parse_inline_exports(kind_global, global);
  if (parse_inline_import()) {
    Writer& w = section(SectionSlot::import).body;
    w.u8(kind_global);
    parse_global_type(w);
  } else {
    begin_definition("global");
    Writer& w = begin_entry(SectionSlot::global);
    parse_global_type(w);
    parse_expr(w);
  }
  expect_close();
}

void ModuleParser::parse_tag() {
  skip_binding();
  const uint32_t tag = next(Space::tag)++;
  parse_inline_exports(kind_tag, tag);
  const bool imported = parse_inline_import();
  if (!imported) begin_definition("tag");
  const TypeUse use = parse_type_use(signature_, false, true);
  const uint32_t type = use.inline_only ? implicit_type(signature_) : use.index;
  expect_close();
  Writer& w = imported ? section(SectionSlot::import).body : begin_entry(SectionSlot::tag);
  if (imported) w.u8(kind_tag);
  w.u8(0);
  w.leb_u32(type);
}

// `(offset instr*)` or one folded instruction.
void ModuleParser::parse_offset(Writer& w) {
  if (take_list("offset")) {
    parse_expr(w);
    expect_close();
  } else {
    parse_folded_expr(w);
  }
}

// `(item instr*)` or one folded instruction.
void ModuleParser::parse_element_expr(Writer& w) {
  if (take_list("item")) {
    parse_expr(w);
    expect_close();
  } else {
    parse_folded_expr(w);
  }
}

uint32_t ModuleParser::parse_func_indices(Writer& w) {
  uint32_t count = 0;
  for (; at_index(); ++count) w.leb_u32(index(Space::func));
  return count;
}

uint32_t ModuleParser::parse_element_exprs(Writer& w) {
  uint32_t count = 0;
  for (; at(TokenKind::lparen); ++count) parse_element_expr(w);
  return count;
}

void ModuleParser::parse_elem() {
  if (has(Feature::bulk)) skip_binding();
  ++next(Space::elem);
  if (take_keyword("declare")) return parse_elem_list(elem_declarative, 0, {}, false);
  uint32_t table = 0;
  bool explicit_table = false;
  if (take_list("table")) {
    table = index(Space::table);
    explicit_table = true;
    expect_close();
  } else if (at_index() && peek(1).kind == TokenKind::lparen) {
    table = index(Space::table);  // the older form without parentheses
    explicit_table = true;
  }
  const bool active =
      explicit_table || at_list("offset") || (at(TokenKind::lparen) && is_op(peek(1)));
  if (!active) return parse_elem_list(elem_passive, 0, {}, false);
  Writer offset;
  parse_offset(offset);
  parse_elem_list(elem_active, table, offset, true);
}

// `func x*`, `reftype expr*`, or where allow_bare just `x*`; then the closing parenthesis.
void ModuleParser::parse_elem_list(uint8_t mode, uint32_t table, const Writer& offset,
                                   bool allow_bare) {
  Writer type, items;
  uint32_t count = 0;
  bool exprs = false, is_funcref = true;
  if (at_ref_type()) {
    parse_ref_type(type);
    exprs = true;
    is_funcref = type.size() == 1 && type.data()[0] == funcref_code;
    count = parse_element_exprs(items);
  } else {
    if (!take_keyword("func") && !(allow_bare && (at_index() || at(TokenKind::rparen))))
      return unexpected();
    count = parse_func_indices(items);
  }
  expect_close();
  Writer& w = begin_entry(SectionSlot::elem);
  uint8_t flags = static_cast<uint8_t>(mode | (exprs ? elem_exprs : 0));
  if (mode == elem_active && (table != 0 || !is_funcref)) flags |= elem_explicit_table;
  w.leb_u32(flags);
  if (mode == elem_active) {
    if ((flags & elem_explicit_table) != 0) w.leb_u32(table);
    w.bytes(offset.view());
  }
  if ((flags & 3) != 0) {
    if (exprs) w.bytes(type.view());
    else w.u8(0);
  }
  w.leb_u32(count);
  w.bytes(items.view());
}

std::string ModuleParser::take_strings() {
  std::string bytes;
  while (at(TokenKind::string)) decode_string(take().text, bytes);
  return bytes;
}

void ModuleParser::parse_data() {
  if (has(Feature::bulk)) skip_binding();
  ++next(Space::data);
  uint32_t memory = 0;
  bool active = false;
  if (take_list("memory")) {
    memory = index(Space::memory);
    active = true;
    expect_close();
  } else if (at_index()) {
    memory = index(Space::memory);  // the older form without parentheses
    active = true;
  }
  active = active || at(TokenKind::lparen);
  Writer& w = begin_entry(SectionSlot::data);
  w.leb_u32(!active ? 1 : memory == 0 ? 0 : 2);
  if (active) {
    if (memory != 0) w.leb_u32(memory);
    parse_offset(w);
  }
  w.name(take_strings());
  expect_close();
}

void ModuleParser::parse_field() {
  if (peek().kind == TokenKind::annotation) return parse_custom();
  if (!expect(TokenKind::lparen)) return;
  const Token word = take();
  if (is_keyword(word, "func")) parse_func();
  else if (is_keyword(word, "type") || (is_keyword(word, "rec") && has(Feature::gc))) skip_list();
  else if (is_keyword(word, "import")) parse_import();
  else if (is_keyword(word, "export")) parse_export();
  else if (is_keyword(word, "table")) parse_table();
  else if (is_keyword(word, "memory")) parse_memory();
  else if (is_keyword(word, "global")) parse_global();
  else if (is_keyword(word, "elem")) parse_elem();
  else if (is_keyword(word, "data")) parse_data();
  else if (is_keyword(word, "start")) parse_start();
  else if (is_keyword(word, "tag") && (has(Feature::exceptions) || has(Feature::legacy_exceptions)))
    parse_tag();
  else unexpected(word);
}

}  // namespace nacre::text

// SPDX-License-Identifier: Apache-2.0
//
// Immediates: one function per kind of Imm, chosen by the instruction's row in opcodes.def.
#include <bit>

#include "text/module_parser.hpp"
#include "text/numbers.hpp"

namespace nacre::text {

using wasm::Feature;
using wasm::Imm;
using wasm::Op;

namespace {

const char* const unknown_names[] = {"type",   "function", "table",        "memory",
                                     "global", "tag",      "elem segment", "data segment"};

bool is_number(const Token& t) {
  return t.kind == TokenKind::nat || t.kind == TokenKind::integer || t.kind == TokenKind::float_;
}

struct Shape {
  std::string_view word;
  unsigned bits;
  bool is_float;
};
constexpr Shape shapes[] = {{"i8x16", 8, false},  {"i16x8", 16, false}, {"i32x4", 32, false},
                            {"i64x2", 64, false}, {"f32x4", 32, true},  {"f64x2", 64, true}};

}  // namespace

void ModuleParser::write_op(Op op, Writer& w) {
  const uint32_t code = wasm::op_info(op).code;
  if (code < 0x100) return w.u8(static_cast<uint8_t>(code));
  w.u8(static_cast<uint8_t>(code >> 16));
  w.leb_u32(code & 0xffff);
}

// --- indices

uint32_t ModuleParser::index(Space space) {
  if (!at_id()) return take_u32();
  const Token t = take();
  const auto s = static_cast<size_t>(space);
  const uint32_t found = names_[s].find(id_name(t));
  if (found == NameMap::none)
    fail_name(std::string("unknown ") + unknown_names[s] + " " + std::string(t.text), t);
  return found;
}

uint32_t ModuleParser::local_index() {
  if (!at_id()) return take_u32();
  const Token t = take();
  const uint32_t found = locals_.find(id_name(t));
  if (found == NameMap::none) fail("unknown local " + std::string(t.text), t);
  return found;
}

uint32_t ModuleParser::label_index() {
  if (!at_id()) return take_u32();
  const Token t = take();
  const uint32_t found = label_names_.find(id_name(t));
  if (found != NameMap::none) return static_cast<uint32_t>(labels_.size()) - 1 - found;
  fail("unknown label " + std::string(t.text), t);
  return 0;
}

// --- kinds of immediates

// `block`-like instructions with their opcode; gives the label.
std::string_view ModuleParser::block_head(Op op, Writer& w) {
  write_op(op, w);
  const std::string_view label = take_optional_id();
  parse_block_type(w);
  if (op == Op::try_table) parse_catches(w);
  return label;
}

void ModuleParser::parse_catches(Writer& w) {
  Writer clauses;
  uint32_t count = 0;
  for (;; ++count) {
    uint8_t kind;
    if (take_list("catch")) kind = 0;
    else if (take_list("catch_ref")) kind = 1;
    else if (take_list("catch_all")) kind = 2;
    else if (take_list("catch_all_ref")) kind = 3;
    else break;
    clauses.u8(kind);
    if (kind < 2) clauses.leb_u32(index(Space::tag));
    clauses.leb_u32(label_index());
    expect_close();
  }
  w.leb_u32(count);
  w.bytes(clauses.view());
}

void ModuleParser::parse_select(Writer& w) {
  if (!has(Feature::ref_types) || !at_list("result")) return write_op(Op::select, w);
  write_op(Op::select_t, w);
  signature_.clear();
  read_results(signature_);
  w.leb_u32(signature_.num_results);
  w.bytes(signature_.results.view());
}

// ref.test and ref.cast: the opcode says whether null passes.
void ModuleParser::parse_cast(Op op, Writer& w) {
  Writer heap;
  const bool nullable = parse_ref_parts(heap);
  if (nullable) op = op == Op::ref_test ? Op::ref_test_null : Op::ref_cast_null;
  write_op(op, w);
  w.bytes(heap.view());
}

void ModuleParser::parse_branch_cast(Writer& w) {
  const uint32_t label = label_index();
  Writer heaps;
  const bool from_null = parse_ref_parts(heaps);
  const bool to_null = parse_ref_parts(heaps);
  w.u8(static_cast<uint8_t>((from_null ? 1 : 0) | (to_null ? 2 : 0)));
  w.leb_u32(label);
  w.bytes(heaps.view());
}

// All labels; the last is the default one.
void ModuleParser::parse_labels(Writer& w) {
  Writer labels;
  uint32_t count = 0;
  uint32_t last = label_index();
  for (; at_index(); ++count) {
    labels.leb_u32(last);
    last = label_index();
  }
  w.leb_u32(count);
  w.bytes(labels.view());
  w.leb_u32(last);
}

void ModuleParser::parse_call_indirect(Writer& w) {
  const uint32_t table = has(Feature::ref_types) ? optional_index(Space::table) : 0;
  const TypeUse use = parse_type_use(signature_, false, false);
  w.leb_u32(use.inline_only && ok() ? implicit_type(signature_) : use.index);
  w.leb_u32(table);
}

// Destination and source, or neither.
void ModuleParser::parse_optional_pair(Space space, Writer& w) {
  uint32_t to = 0, from = 0;
  if (at_index()) {
    to = index(space);
    from = index(space);
  }
  w.leb_u32(to);
  w.leb_u32(from);
}

// `target? segment`, written the other way round.
void ModuleParser::parse_init(Space segment, Space target, Writer& w) {
  const bool both = is_index(peek()) && is_index(peek(1));
  const uint32_t to = both ? index(target) : 0;
  w.leb_u32(index(segment));
  w.leb_u32(to);
}

// Takes `key=value` when it is next.
bool ModuleParser::take_memarg_word(std::string_view key, Token& word, uint64_t& value) {
  word = peek();
  if (word.kind != TokenKind::keyword || !word.text.starts_with(key)) return false;
  const std::string_view digits = word.text.substr(key.size());
  if (classify_number(digits) != NumberClass::nat) return unexpected(), false;
  take();
  const auto parsed = parse_nat(digits);
  if (!parsed) fail("i64 constant out of range", word);
  value = parsed.value_or(0);
  return true;
}

// `memory? offset=n? align=n?`, for lane accesses followed by the lane.
void ModuleParser::parse_memarg(Op op, Writer& w) {
  constexpr uint32_t has_memory = 0x40;
  const bool with_lane = wasm::op_info(op).imm == Imm::memarg_lane;
  uint32_t memory = 0;
  // A number alone is the lane.
  const bool lane_only =
      with_lane && at(TokenKind::nat) && peek(1).kind != TokenKind::nat &&
      !(peek(1).kind == TokenKind::keyword &&
        (peek(1).text.starts_with("offset=") || peek(1).text.starts_with("align=")));
  if (at_index() && !lane_only && has(Feature::multi_memory)) memory = index(Space::memory);
  Token word;
  uint64_t offset = 0, align = uint64_t{1} << wasm::natural_align_log2(op);
  if (take_memarg_word("offset=", word, offset) && offset > 0xffffffff && !has(Feature::memory64))
    fail("i32 constant out of range", word);
  if (take_memarg_word("align=", word, align) && !std::has_single_bit(align))
    fail("alignment must be a power of two", word);
  const auto align_log2 = static_cast<uint32_t>(std::countr_zero(align) & 63);
  w.leb_u32(align_log2 | (memory != 0 ? has_memory : 0));
  if (memory != 0) w.leb_u32(memory);
  w.leb_u64(offset);
  if (with_lane) parse_lane(w);
}

// The second edition of the test suite has its own words for this.
const char* ModuleParser::bad_lane() const {
  return has(Feature::gc) ? "i8 constant out of range" : "malformed lane index";
}

void ModuleParser::parse_lane(Writer& w) {
  if (!at(TokenKind::nat)) return unexpected();
  const Token t = take();
  const auto lane = parse_nat(t.text);
  if (!lane || *lane > 0xff) return fail(bad_lane(), t);
  w.u8(static_cast<uint8_t>(*lane));
}

// Takes the number literals that come next, at most `max` of which are kept. Gives how many there
// were.
unsigned ModuleParser::take_literals(Token* kept, unsigned max) {
  unsigned count = 0;
  for (; is_number(peek()); ++count) {
    const Token t = take();
    if (count < max) kept[count] = t;
  }
  return count;
}

void ModuleParser::parse_shuffle(Writer& w) {
  Token lanes[16];
  if (take_literals(lanes, 16) != 16) return fail("invalid lane length", peek());
  for (const Token& t : lanes) {
    const auto lane = t.kind == TokenKind::nat ? parse_nat(t.text) : std::nullopt;
    if (!lane || *lane > 0xff) return fail(bad_lane(), t);
    w.u8(static_cast<uint8_t>(*lane));
  }
}

void ModuleParser::append_lane(const Token& t, unsigned bits, bool is_float, Writer& w) {
  const char* const out_of_range = "constant out of range";
  if (is_float && bits == 32) {
    const auto v = parse_f32(t.text);
    if (!v) return fail(out_of_range, t);
    w.fixed<uint32_t>(*v);
  } else if (is_float) {
    const auto v = parse_f64(t.text);
    if (!v) return fail(out_of_range, t);
    w.fixed<uint64_t>(*v);
  } else {
    if (t.kind == TokenKind::float_) return unexpected(t);
    const auto v = parse_int(t.text, bits);
    if (!v) return fail(out_of_range, t);
    for (unsigned i = 0; i < bits; i += 8) w.u8(static_cast<uint8_t>(*v >> i));
  }
}

void ModuleParser::parse_v128(Writer& w) {
  for (const Shape& shape : shapes) {
    if (!take_keyword(shape.word)) continue;
    Token lanes[16];
    const unsigned count = take_literals(lanes, 16);
    if (count != 128 / shape.bits) {
      if (!at(TokenKind::rparen) && !at(TokenKind::lparen)) unexpected();
      return fail("wrong number of lane literals", peek());
    }
    for (unsigned i = 0; i < count; ++i) append_lane(lanes[i], shape.bits, shape.is_float, w);
    return;
  }
  unexpected();
}

void ModuleParser::parse_int_const(unsigned bits, Writer& w) {
  if (!at(TokenKind::nat) && !at(TokenKind::integer)) return unexpected();
  const Token t = take();
  const auto v = parse_int(t.text, bits);
  if (!v) return fail("constant out of range", t);
  if (bits == 32) w.leb_s32(static_cast<int32_t>(*v));
  else w.leb_s64(static_cast<int64_t>(*v));
}

void ModuleParser::parse_float_const(unsigned bits, Writer& w) {
  if (!is_number(peek())) return unexpected();
  append_lane(take(), bits, true, w);
}

void ModuleParser::parse_struct_field(Writer& w) {
  const uint32_t type = index(Space::type);
  w.leb_u32(type);
  if (!at_id()) return w.leb_u32(take_u32());
  const Token t = take();
  const uint32_t field = field_names_.find(id_name(t), type);
  if (field == NameMap::none) fail("unknown field " + std::string(t.text), t);
  w.leb_u32(field);
}

// A plain instruction, its keyword already taken: opcode and immediates.
void ModuleParser::parse_instr(Op op, Writer& w) {
  if (op == Op::select) return parse_select(w);
  if (op == Op::ref_test || op == Op::ref_cast) return parse_cast(op, w);
  write_op(op, w);
  switch (wasm::op_info(op).imm) {
    case Imm::none:
      return;
    case Imm::labels:
      return parse_labels(w);
    case Imm::label:
      return w.leb_u32(label_index());
    case Imm::func:
      return w.leb_u32(index(Space::func));
    case Imm::call_indirect:
      return parse_call_indirect(w);
    case Imm::type:
      return w.leb_u32(index(Space::type));
    case Imm::local:
      return w.leb_u32(local_index());
    case Imm::global:
      return w.leb_u32(index(Space::global));
    case Imm::table:
      return w.leb_u32(optional_index(Space::table));
    case Imm::table_copy:
      return parse_optional_pair(Space::table, w);
    case Imm::table_init:
      return parse_init(Space::elem, Space::table, w);
    case Imm::elem:
      return w.leb_u32(index(Space::elem));
    case Imm::data:
      needs_data_count_ = true;
      return w.leb_u32(index(Space::data));
    case Imm::memory:
      return w.leb_u32(has(Feature::multi_memory) ? optional_index(Space::memory) : 0);
    case Imm::memory_copy:
      return parse_optional_pair(Space::memory, w);
    case Imm::memory_init:
      needs_data_count_ = true;
      return parse_init(Space::data, Space::memory, w);
    case Imm::memarg:
    case Imm::memarg_lane:
      return parse_memarg(op, w);
    case Imm::lane:
      return parse_lane(w);
    case Imm::shuffle:
      return parse_shuffle(w);
    case Imm::i32:
      return parse_int_const(32, w);
    case Imm::i64:
      return parse_int_const(64, w);
    case Imm::f32:
      return parse_float_const(32, w);
    case Imm::f64:
      return parse_float_const(64, w);
    case Imm::v128:
      return parse_v128(w);
    case Imm::heap_type:
      return parse_heap_type(w);
    case Imm::struct_field:
      return parse_struct_field(w);
    case Imm::array_fixed:
      w.leb_u32(index(Space::type));
      return w.leb_u32(take_u32());
    case Imm::array_data:
      needs_data_count_ = true;
      w.leb_u32(index(Space::type));
      return w.leb_u32(index(Space::data));
    case Imm::array_elem:
      w.leb_u32(index(Space::type));
      return w.leb_u32(index(Space::elem));
    case Imm::array_copy:
      w.leb_u32(index(Space::type));
      return w.leb_u32(index(Space::type));
    case Imm::cast_label:
      return parse_branch_cast(w);
    case Imm::tag:
      return w.leb_u32(index(Space::tag));
    case Imm::fence:
      return w.u8(0);
    case Imm::block:
    case Imm::try_table:
    case Imm::select_types:
      return;  // not plain
  }
}

}  // namespace nacre::text

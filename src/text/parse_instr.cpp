// SPDX-License-Identifier: Apache-2.0
//
// Instruction sequences, flat and folded, in one loop without recursion.
//
// nest_ holds what is open: parentheses of folded instructions and blocks of either form. A
// folded plain instruction is written when it closes, so until then its bytes wait in
// pending_, which grows and shrinks like a stack: every byte is moved at most twice. Labels
// shadow each other; label_names_ leads from a name to its innermost label, and each label
// keeps what it shadowed.
#include "text/module_parser.hpp"

namespace nacre::text {

using wasm::Op;

// Instructions that only make sense as part of another.
bool ModuleParser::is_structural(Op op) {
  return op == Op::else_ || op == Op::end || op == Op::catch_ || op == Op::catch_all ||
         op == Op::delegate;
}

// Inside these, instructions need no parentheses.
bool ModuleParser::allows_flat(Block block) {
  switch (block) {
    case Block::plain:
    case Block::if_condition:
    case Block::if_arms:
    case Block::try_start:
    case Block::try_done:
    case Block::try_catches:
    case Block::complete:
      return false;
    default:
      return true;
  }
}

Op ModuleParser::take_op() {
  const Token& t = peek();
  const auto op =
      t.kind == TokenKind::keyword ? find_instruction(t.text, features()) : std::nullopt;
  if (op) take();
  else unexpected();
  return op.value_or(Op::nop);
}

void ModuleParser::parse_expr(Writer& out) {
  parse_instrs(out, false);
  write_op(Op::end, out);
}

void ModuleParser::parse_folded_expr(Writer& out) {
  parse_instrs(out, true);
  write_op(Op::end, out);
}

// Reads up to, not including, the parenthesis that closes the surrounding list; with
// one_folded exactly one folded instruction.
void ModuleParser::parse_instrs(Writer& out, bool one_folded) {
  nest_.clear();
  labels_.clear();
  label_names_.clear();
  if_labels_.clear();
  pending_.clear();
  next_hint_ = -1;
  labels_.push_back({{}, NameMap::none});  // the sequence itself
  push(Block::root);
  do {
    if (!one_instr(out, !one_folded)) break;
  } while (!one_folded || nest_.size() > 1);
}

// One step; false at the end of the sequence and after an error.
bool ModuleParser::one_instr(Writer& out, bool flat_allowed) {
  const Block top = nest_.back().block;
  switch (peek().kind) {
    case TokenKind::lparen:
      open_folded(out);
      break;
    case TokenKind::rparen:
      if (next_hint_ >= 0) take_hint(Op::end, hint_token_);
      if (top == Block::root && flat_allowed) return false;
      close_folded(out);
      break;
    case TokenKind::keyword:
      if (allows_flat(top) && (top != Block::root || flat_allowed)) flat_instr(out);
      else unexpected();
      break;
    case TokenKind::annotation:
      parse_hint();
      break;
    default:
      unexpected();
      break;
  }
  return ok();
}

// --- labels

void ModuleParser::push_label(std::string_view name) {
  uint32_t shadowed = NameMap::none;
  if (emit_names_ && in_function_ && !name.empty()) block_names_.push_back({num_blocks_, name});
  ++num_blocks_;
  if (!name.empty()) shadowed = label_names_.exchange(name, static_cast<uint32_t>(labels_.size()));
  labels_.push_back({name, shadowed});
}

void ModuleParser::pop_label() {
  const Label label = labels_.back();
  labels_.pop_back();
  if (!label.name.empty()) label_names_.exchange(label.name, label.shadowed);
}

// The identifier repeated after `end` or `else`, if any, must be the block's.
void ModuleParser::check_end_label() {
  if (!at_id()) return;
  const Token t = take();
  if (id_name(t) != labels_.back().name) fail("mismatching label " + std::string(t.text), t);
}

// --- folded instructions

void ModuleParser::flush_pending(Writer& out, const Nest& nest) {
  record_hint(nest.hint, out.size());
  out.bytes(pending_.view().subspan(nest.pending));
  pending_.truncate(nest.pending);
}

void ModuleParser::open_folded(Writer& out) {
  switch (nest_.back().block) {
    case Block::if_condition:
      if (!at_list("then") && !at_list("else")) break;
      return open_arm(out);
    case Block::if_arms:
      return open_arm(out);
    case Block::try_start:
    case Block::try_done:
    case Block::try_catches:
      return open_handler(out);
    case Block::complete:
      return unexpected(peek(1));
    default:
      break;
  }
  take();
  const Token word = peek();
  const Op op = take_op();
  if (!ok()) return;
  if (is_structural(op)) return unexpected(word);
  const int16_t hint = take_hint(op, word);
  const size_t start = pending_.size();
  switch (op) {
    case Op::block:
    case Op::loop:
    case Op::try_table:
      return open_block(op, Block::folded, out);
    case Op::try_:
      return open_block(op, Block::try_start, out);
    case Op::if_:
      if_labels_.push_back(block_head(op, pending_));
      return push(Block::if_condition, start, hint);
    default:
      parse_instr(op, pending_);
      return push(Block::plain, start, hint);
  }
}

// `(then` or `(else` of a folded if.
void ModuleParser::open_arm(Writer& out) {
  take();
  const Token word = take();
  Nest& nest = nest_.back();
  const bool is_then = nest.block == Block::if_condition;
  if (!is_keyword(word, is_then ? "then" : "else")) return unexpected(word);
  if (next_hint_ >= 0) take_hint(Op::end, hint_token_);
  if (is_then) {
    flush_pending(out, nest);
    nest.block = Block::if_arms;
    push_label(if_labels_.back());
    if_labels_.pop_back();
    push(Block::then);
  } else {
    nest.block = Block::complete;
    write_op(Op::else_, out);
    push(Block::else_);
  }
}

// `(do`, `(catch x`, `(catch_all` or `(delegate l)` of a folded try.
void ModuleParser::open_handler(Writer& out) {
  take();
  const Token word = take();
  Nest& nest = nest_.back();
  const bool more = nest.block != Block::try_start;
  if (!more && is_keyword(word, "do")) {
    nest.block = Block::try_done;
    push(Block::try_arm);
  } else if (more && is_keyword(word, "catch")) {
    nest.block = Block::try_catches;
    write_op(Op::catch_, out);
    out.leb_u32(index(Space::tag));
    push(Block::try_arm);
  } else if (more && is_keyword(word, "catch_all")) {
    nest.block = Block::complete;
    write_op(Op::catch_all, out);
    push(Block::try_arm);
  } else if (nest.block == Block::try_done && is_keyword(word, "delegate")) {
    nest_.pop_back();  // ends the block instead of `end`
    pop_label();
    write_op(Op::delegate, out);
    out.leb_u32(label_index());
    expect_close();
    expect_close();
  } else {
    unexpected(word);
  }
}

void ModuleParser::close_folded(Writer& out) {
  const Nest nest = nest_.back();
  switch (nest.block) {
    case Block::plain:
      flush_pending(out, nest);
      break;
    case Block::folded:
    case Block::if_arms:
    case Block::try_done:
    case Block::try_catches:
    case Block::complete:
      write_op(Op::end, out);
      pop_label();
      break;
    case Block::then:
    case Block::else_:
    case Block::try_arm:
      break;
    default:
      return unexpected();
  }
  take();
  nest_.pop_back();
}

// --- flat instructions

// Writes the opening of a block, whose immediates are read outside its own label.
void ModuleParser::open_block(Op op, Block block, Writer& out) {
  push_label(block_head(op, out));
  push(block);
}

void ModuleParser::flat_instr(Writer& out) {
  const Token word = peek();
  const Op op = take_op();
  if (!ok()) return;
  if (is_structural(op) && next_hint_ >= 0) take_hint(op, hint_token_);
  switch (op) {
    case Op::block:
    case Op::loop:
    case Op::try_table:
      take_hint(op, word);
      return open_block(op, Block::flat, out);
    case Op::try_:
      take_hint(op, word);
      return open_block(op, Block::flat_try, out);
    case Op::if_:
      record_hint(take_hint(op, word), out.size());
      return open_block(op, Block::flat_if, out);
    case Op::else_:
      return nest_.back().block == Block::flat_if ? flat_else(out) : unexpected(word);
    case Op::end:
      return nest_.back().block >= Block::flat ? flat_end(out) : unexpected(word);
    case Op::catch_:
    case Op::catch_all:
      if (nest_.back().block != Block::flat_try && nest_.back().block != Block::flat_catch)
        return unexpected(word);
      return flat_handler(out, op);
    case Op::delegate:
      return nest_.back().block == Block::flat_try ? flat_delegate(out) : unexpected(word);
    default:
      record_hint(take_hint(op, word), out.size());
      return parse_instr(op, out);
  }
}

void ModuleParser::flat_else(Writer& out) {
  check_end_label();
  nest_.back().block = Block::flat_else;
  write_op(Op::else_, out);
}

void ModuleParser::flat_end(Writer& out) {
  check_end_label();
  pop_label();
  nest_.pop_back();
  write_op(Op::end, out);
}

void ModuleParser::flat_handler(Writer& out, Op op) {
  nest_.back().block = op == Op::catch_ ? Block::flat_catch : Block::flat_catch_all;
  write_op(op, out);
  if (op == Op::catch_) out.leb_u32(index(Space::tag));
}

void ModuleParser::flat_delegate(Writer& out) {
  pop_label();
  nest_.pop_back();
  write_op(Op::delegate, out);
  out.leb_u32(label_index());
}

// --- branch hints

void ModuleParser::parse_hint() {
  constexpr std::string_view name = "@metadata.code.branch_hint annotation: ";
  const Token t = peek();
  const auto complain = [&](const char* what) { fail(std::string(name) + what, t); };
  if (t.text != "(@metadata.code.branch_hint" || !in_function_) return unexpected();
  take();
  const std::string value = at(TokenKind::string) ? take_string() : std::string("?");
  if (value != std::string_view("\0", 1) && value != "\1") return complain("malformed hint");
  if (!at(TokenKind::rparen)) return complain("unexpected token");
  take();
  if (next_hint_ >= 0) return complain("duplicate annotation");
  next_hint_ = value == "\1" ? 1 : 0;
  hint_token_ = t;
}

// The hint in front of `op`, which must be one that branches on a condition; -1 when there is none.
int16_t ModuleParser::take_hint(Op op, const Token& where) {
  const int16_t hint = next_hint_;
  next_hint_ = -1;
  if (hint >= 0 && op != Op::if_ && op != Op::br_if)
    fail("@metadata.code.branch_hint annotation: invalid target", where, ErrorKind::invalid);
  return hint;
}

void ModuleParser::record_hint(int16_t hint, size_t at) {
  if (hint >= 0) hints_.push_back({static_cast<uint32_t>(at), static_cast<uint8_t>(hint)});
}

}  // namespace nacre::text

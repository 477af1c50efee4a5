// SPDX-License-Identifier: Apache-2.0
//
// The code of one function of the fold tests.
#include "fold_case.hpp"

namespace nacre::diff::fold {

Op plain_load(char letter) {
  static constexpr Op ops[] = {Op::i32_load, Op::i64_load, Op::f32_load, Op::f64_load,
                               Op::v128_load};
  return ops[letter_index(letter)];
}

Op plain_store(char letter) {
  static constexpr Op ops[] = {Op::i32_store, Op::i64_store, Op::f32_store, Op::f64_store,
                               Op::v128_store};
  return ops[letter_index(letter)];
}

Code Builder::code() {
  Code body;
  body.constant('i', 1).op(Op::global_set).index(global_i32);
  if (c_.looped) {
    // The first round is in bounds: registers are in use when the second begins.
    body.get(at()).set(spare_at()).constant(address_letter(), first_round()).set(at());
    body.op(Op::loop).byte(0x40);
  }
  before_operands(body);
  operands(body);
  body.op(c_.op);
  if (is_access(c_.op)) {
    body.bytes.resize(body.bytes.size() - opcode_length());
    const bool self = c_.k == Case::itself;
    body.access(c_.op, self ? c_.memory : c_.own_memory, self ? offset() : 0, c_.lane);
  } else if (wasm::op_info(c_.op).imm == wasm::Imm::lane) {
    body.byte(c_.lane);
  } else if (wasm::op_info(c_.op).imm == wasm::Imm::shuffle) {
    for (unsigned i = 0; i < 16; ++i) body.byte(static_cast<uint8_t>((c_.seed >> i) % 32));
  } else if (wasm::op_info(c_.op).imm == wasm::Imm::memory) {
    body.index(c_.own_memory);
  }
  after(body);
  body.constant('i', 2).op(Op::global_set).index(global_i32);
  if (c_.looped) {
    body.get(spare_at()).set(at());
    body.get(round).op(Op::i32_eqz).constant('i', 1).set(round).op(Op::br_if).byte(0);
    body.op(Op::end);
  }
  if (result() != 0) body.get(own(result()));
  return body;
}

uint64_t Builder::argument(uint64_t target) const {
  uint64_t x = target;
  switch (c_.form) {
    case Form::sum:
      x -= c_.delta;
      break;
    case Form::sum_of_two:
      x -= 64;
      break;
    case Form::scaled:
      x -= uint64_t{64} << shift();
      break;
    case Form::shifted_sum:
      x -= (uint64_t{64} << shift()) + c_.delta;
      break;
    case Form::difference:
      x += c_.delta;
      break;
    case Form::offset:
      x -= offset();
      break;
    default:
      break;
  }
  return is_wide(c_.memory) ? x : static_cast<uint32_t>(x);
}

void Builder::address(Code& b) const {
  const bool wide = is_wide(c_.memory);
  const char a = address_letter();
  const Op add = wide ? Op::i64_add : Op::i32_add, shl = wide ? Op::i64_shl : Op::i32_shl;
  const uint32_t other = first_letter + letter_index(a);  // holds 64
  switch (c_.form) {
    case Form::constant:
      b.constant(a, c_.target);
      break;
    case Form::sum:
      b.get(at()).constant(a, c_.delta).op(add);
      break;
    case Form::difference:
      b.get(at()).constant(a, c_.delta).op(wide ? Op::i64_sub : Op::i32_sub);
      break;
    case Form::sum_of_two:
      b.get(at()).get(other).op(add);
      break;
    case Form::scaled:
      b.get(other).constant(a, shift()).op(shl).get(at()).op(add);
      break;
    case Form::shifted_sum:
      b.get(at()).get(other).constant(a, shift()).op(shl).op(add);
      b.constant(a, c_.delta).op(add);
      break;
    case Form::loaded:
      b.constant('i', scratch_at).access(wide ? Op::i64_load : Op::i32_load, 0, 0);
      break;
    case Form::wrapped:
      // With garbage in the upper half.
      if (wide) b.get(at());
      else
        b.get(at())
            .op(Op::i64_extend_i32_u)
            .constant('l', uint64_t{0xdeadbeef} << 32)
            .op(Op::i64_or)
            .op(Op::i32_wrap_i64);
      break;
    default:
      b.get(at());
  }
}

void Builder::other(Code& b, char letter, Other kind, bool is_address) const {
  if (is_address) {
    b.constant(letter, inside * 4);
    return;
  }
  switch (kind) {
    case Other::constant:
      b.constant(letter, source_value(letter));
      break;
    case Other::zero:
      b.constant(letter, Value{});
      break;
    case Other::load:
      b.constant('i', 128).access(plain_load(letter), 0, 0);
      break;
    case Other::bad_load:
      b.constant('i', page - 1).access(plain_load(letter), 0, 3);
      break;
    case Other::call:
      b.op(Op::call).index(first_source + letter_index(letter));
      break;
    case Other::store:
      b.constant('i', 24).constant('i', 7).access(Op::i32_store, 0, 0);
      b.get(first_letter + letter_index(letter));
      break;
    case Other::clobber:
      b.constant(address_letter(), 0).set(at());
      b.get(first_letter + letter_index(letter));
      break;
    default:
      b.get(first_letter + letter_index(letter));
  }
}

void Builder::operands(Code& b) const {
  const std::string_view in = wasm::operand_letters(c_.op);
  for (unsigned i = 0; i < in.size(); ++i) {
    const bool self = c_.k == Case::itself && in[i] == 'a';
    if (self || i == c_.k) {
      address(b);
      if (!self) b.access(c_.load, c_.memory, offset());
    } else {
      other(b, resolve(in[i], own_is_wide()), c_.others[i % 4], in[i] == 'a');
    }
  }
}

void Builder::before_operands(Code& b) const {
  const char r = result();
  if (r == 0) return;
  if (is_update()) return address(b);
  switch (c_.use) {
    case Use::branch:
      if (r == 'i') b.op(Op::block).byte(0x40);
      break;
    case Use::select:
      if (r == 'i') b.get(first_letter + 1).constant('l', 5);
      break;
    case Use::store:
      b.constant('i', 32);
      break;
    case Use::nested:
      b.get(first_letter + letter_index(r));
      break;
    default:
      break;
  }
}

void Builder::after(Code& b) const {
  static constexpr Op combine[] = {Op::i32_sub, Op::i64_xor, Op::f32_add, Op::f64_sub,
                                   Op::i8x16_add};
  const char r = result();
  if (r == 0) {
    // Nothing, or two results.
    for (size_t i = 0; i < wasm::result_letters(c_.op).size(); ++i) b.set(own('l'));
    return;
  }
  if (is_update()) {
    b.access(plain_store(r), c_.memory, offset());
    return;
  }
  switch (c_.use) {
    case Use::drop:
      b.op(Op::drop);
      return;
    case Use::condition:
      if (r != 'i') break;
      b.op(Op::if_).byte(0x40).constant('l', 5).op(Op::global_set).index(global_i64);
      b.op(Op::else_).constant('l', 6).op(Op::global_set).index(global_i64).op(Op::end);
      return;
    case Use::branch:
      if (r != 'i') break;
      b.op(Op::br_if).byte(0).constant('l', 7).op(Op::global_set).index(global_i64);
      b.op(Op::end);
      return;
    case Use::select:
      if (r != 'i') break;
      b.op(Op::select).op(Op::global_set).index(global_i64);
      return;
    case Use::negate:
      if (r == 'i') b.op(Op::i32_eqz);
      break;
    case Use::store:
      b.access(plain_store(r), 0, 0);
      return;
    case Use::global:
      if (r != 'l') break;
      b.op(Op::global_set).index(global_i64);
      return;
    case Use::call:
      b.op(Op::call).index(first_sink + letter_index(r));
      return;
    case Use::nested:
      b.op(combine[letter_index(r)]);
      break;
    case Use::tee:
      b.tee(own(r)).op(Op::drop);
      return;
    case Use::early:
      if (c_.looped) break;
      b.op(Op::return_);
      return;
    default:
      break;
  }
  b.set(own(r));
}

}  // namespace nacre::diff::fold

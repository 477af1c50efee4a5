// SPDX-License-Identifier: Apache-2.0
//
// Random programs: what gives values.
#include <string_view>

#include "generator.hpp"

namespace nacre::diff {

Nodes Generator::exprs(const std::string& types, uint32_t depth) {
  Nodes out;
  for (char c : types) out.push_back(expr(c, depth));
  return out;
}

Node Generator::address(uint32_t memory, uint32_t depth) {
  const char letter = memory == 0 ? 'i' : 'l';
  if (random_.chance(15)) return constant(letter, {random_.below(40000), 0});
  const Op both = memory == 0 ? Op::i32_and : Op::i64_and,
           sum = memory == 0 ? Op::i32_add : Op::i64_add;
  const auto masked = [&] {
    const Value mask{random_.chance(3) ? 0x1ffffu : 0x3fffu, 0};
    if (random_.chance(3)) return local_get(letter);
    return make(both, {expr(letter, depth), constant(letter, mask)});
  };
  switch (random_.below(4)) {
    case 0:
      return masked();
    case 1:
      return make(sum, {masked(), constant(letter, {random_.below(8192), 0})});
    case 2:
      return make(sum, {tee_of(letter, masked()), masked()});
    default: {
      Node a = tee_of(letter, masked());
      return make(sum, {a, local_get_at(a.index)});
    }
  }
}

Node Generator::tee_of(char letter, Node value) {
  const uint32_t x = local(letter);
  Nodes kids;
  kids.push_back(std::move(value));
  return make(Op::local_tee, x, std::move(kids));
}

Node Generator::memory_node(Op op, uint32_t depth) {
  const uint32_t memory = random_.chance(25) ? 1 : 0;
  Node n = make(op, memory, {address(memory, depth)});
  const std::string_view in = wasm::operand_letters(op);
  if (in.size() == 2) n.kids.push_back(expr(in[1], depth));
  n.more = random_.chance(50) ? 0 : random_.below(64);
  if (wasm::op_info(op).imm == wasm::Imm::memarg_lane)
    n.value.lo = random_.below(16 / wasm::access_bytes(op));
  return n;
}

Node Generator::numeric(char letter, uint32_t depth) {
  const std::vector<Op>& scalar = tables().scalar[static_cast<unsigned>(letter)];
  const std::vector<Op>& vector = tables().vector[static_cast<unsigned>(letter)];
  Op op = scalar.empty() || random_.chance(12) ? pick(vector) : pick(scalar);
  if (wasm::op_info(op).is(wasm::trait::traps) && random_.chance(85)) op = pick(scalar);
  if (wasm::op_info(op).is(wasm::trait::traps) && random_.chance(60)) return local_get(letter);
  Node n = make(op, exprs(std::string(wasm::operand_letters(op)), depth));
  // What compilers have special code for: a constant on the right.
  if (n.kids.size() == 2 && random_.chance(25)) n.kids[1] = constant(wasm::operand_letters(op)[1]);
  if (wasm::op_info(op).imm == wasm::Imm::lane) {
    const std::string_view text = wasm::op_info(op).text;
    n.more = random_.below(static_cast<uint32_t>(text[3] == 'x'               ? text[4] - '0'
                                                 : text.substr(3, 3) == "x16" ? 16
                                                                              : 2));
  }
  if (op == Op::i8x16_shuffle)
    for (unsigned i = 0; i < 16; ++i)
      (i < 8 ? n.value.lo : n.value.hi) |= static_cast<uint64_t>(random_.below(32))
                                           << (8 * (i & 7));
  return n;
}

Node Generator::select(char letter, uint32_t depth) {
  Node n = make(Op::select, {expr(letter, depth), expr(letter, depth), condition(depth)});
  if (letter == 'r' || letter == 'a') {
    n.op = Op::select_t;
    n.letter = letter;
  }
  return n;
}

Node Generator::condition(uint32_t depth) {
  if (random_.chance(30)) return expr('i', depth);
  static constexpr Op ops[] = {Op::i32_eq,  Op::i32_lt_s, Op::i32_ge_u, Op::i32_and,
                               Op::i64_ne,  Op::i64_gt_u, Op::f32_lt,   Op::f64_ge,
                               Op::i32_eqz, Op::i64_eqz,  Op::i64_le_s};
  const Op op = ops[random_.below(sizeof ops / sizeof ops[0])];
  Node n = make(op, exprs(std::string(wasm::operand_letters(op)), depth));
  if (random_.chance(25)) n = make(Op::i32_eqz, {std::move(n)});
  return n;
}

Node Generator::simple(char letter) {
  const uint32_t k = random_.below(100);
  if (letter == 'x') return k < 70 ? make(Op::global_get, global(letter)) : constant(letter);
  if (letter == 'r' || letter == 'a') {
    if (k < 75) return local_get(letter);
    if (k < 88) return make(Op::global_get, global(letter));
    if (k < 89) return constant(letter);
    return object(letter, 0);
  }
  if (k < 55) return local_get(letter);
  if (k < 85) return constant(letter);
  return make(Op::global_get, global(letter));
}

Node Generator::object(char letter, uint32_t depth) {
  if (letter == 'r') {
    if (random_.chance(30)) return make(Op::struct_new_default, struct_type);
    return make(Op::struct_new, struct_type, exprs("ilfdvir", depth));
  }
  if (random_.chance(50)) {
    Node n = make(Op::array_new_fixed, exprs(std::string(2 + random_.below(4), 'l'), depth));
    n.more = static_cast<uint32_t>(n.kids.size());
    return n;
  }
  return make(Op::array_new, array_type,
              {expr('l', depth),
               make(Op::i32_or, {make(Op::i32_and, {expr('i', depth), number(15)}), number(4)})});
}

Node Generator::field_get(uint32_t depth, char letter) {
  static constexpr std::string_view letters = "ilfdvir";
  auto f = static_cast<uint32_t>(letters.find(letter));
  if (letter == 'i' && random_.chance(50)) f = 5;
  Node n = make(f != 5               ? Op::struct_get
                : random_.chance(50) ? Op::struct_get_s
                                     : Op::struct_get_u,
                f);
  n.kids.push_back(letter == 'r' ? local_get('r') : expr('r', depth));
  return n;
}

Node Generator::expr(char letter, uint32_t depth) {
  if (letter == 'x' || depth == 0 || --budget_ <= 0) return simple(letter);
  --depth;
  const uint32_t k = random_.below(100);
  uint32_t label = 0;
  if (k < 18) return simple(letter);
  if (k < 28) return tee_of(letter, expr(letter, depth));
  if (k < 36) return select(letter, depth);
  if (k < 46) return structured(letter, depth);
  if (k < 51 && find_label(std::string(1, letter), label))
    return make(Op::br_if, label, {expr(letter, depth), condition(depth)});
  if (letter == 'r' && k >= 90) return reference_branch(depth);
  if (k < 56)
    if (Node c; call(std::string(1, letter), depth, c)) return c;
  if (letter == 'r' || letter == 'a')
    return k < 75                    ? object(letter, depth)
           : letter == 'r' && k < 76 ? field_get(depth, 'r')
                                     : simple(letter);
  if (k < 60) return field_get(depth, letter);
  if (k < 62 && letter == 'l')
    return make(Op::array_get, array_type,
                {expr('a', depth), make(Op::i32_and, {expr('i', depth), number(3)})});
  if (k < 65 && letter == 'i') return reference_test(depth);
  if (k < 66 && (letter == 'i' || letter == 'l'))
    return make(Op::memory_size, letter == 'i' ? 0u : 1u);
  if (k < 75) return memory_node(pick(tables().loads[static_cast<unsigned>(letter)]), depth);
  if (k < 78 && letter == 'v') return memory_node(pick(tables().load_lanes), depth);
  return numeric(letter, depth);
}

Node Generator::reference_branch(uint32_t depth) {
  uint32_t label = 0;
  Node ref = random_.chance(15) ? constant('r') : expr('r', depth);
  if (random_.chance(50) && find_label("", label))
    return make(Op::br_on_null, label, {std::move(ref)});
  if (!find_label("r", label)) return ref;
  return make(random_.chance(50) ? Op::br_on_cast : Op::br_on_cast_fail, label, {std::move(ref)});
}

Node Generator::reference_test(uint32_t depth) {
  switch (random_.below(3)) {
    case 0:
      return make(Op::ref_is_null, {expr(random_.letter("rax"), depth)});
    case 1:
      return make(Op::ref_eq, {random_.chance(30) ? constant('r') : expr('r', depth),
                               expr(random_.letter("ra"), depth)});
    default:
      return make(Op::array_len, {expr('a', depth)});
  }
}

bool Generator::call(const std::string& results, uint32_t depth, Node& out) {
  const auto n = static_cast<uint32_t>(program_.functions.size());
  if (n == 0) return false;
  const uint32_t i = random_.below(n);
  const Function& f = program_.functions[i];
  if (f.results != results) return false;
  out = make(Op::call, i, exprs(f.params, depth));
  if (random_.chance(35)) {
    out.op = Op::call_indirect;
    out.params = f.params;
    out.results = f.results;
    out.kids.push_back(random_.chance(90) ? number(i)
                                          : make(Op::i32_and, {expr('i', depth), number(3)}));
  }
  return true;
}

}  // namespace nacre::diff

// SPDX-License-Identifier: Apache-2.0
//
// Random programs: the instructions to choose from, functions, and interesting numbers.
#include <string_view>

#include "generator.hpp"

namespace nacre::diff {

void Tables::add(Op op) {
  const wasm::OpInfo& info = wasm::op_info(op);
  if (!wasm::has_signature(op) || info.is(wasm::trait::atomic)) return;
  const std::string_view in = wasm::operand_letters(op), out = wasm::result_letters(op);
  if (info.imm == wasm::Imm::memarg)
    (out.empty() ? stores : loads[static_cast<unsigned>(out[0])]).push_back(op);
  if (info.imm == wasm::Imm::memarg_lane) (out.empty() ? store_lanes : load_lanes).push_back(op);
  if (info.imm != wasm::Imm::none && info.imm != wasm::Imm::lane && info.imm != wasm::Imm::shuffle)
    return;
  if (!has_numeric_meaning(op)) return;
  if (out.size() == 2) wide.push_back(op);
  if (out.size() != 1) return;
  const bool simd = out[0] == 'v' || in.find('v') != std::string_view::npos;
  (simd ? vector : scalar)[static_cast<unsigned>(out[0])].push_back(op);
}

const Tables& tables() {
  static const Tables t;
  return t;
}

Program Generator::run() {
  program_.globals = "ilfdvraxil";
  for (char c : program_.globals) program_.initial.push_back(interesting(random_, c));
  program_.tag = random_letters(1 + random_.below(2));
  const uint32_t helpers = 1 + random_.below(3);
  for (uint32_t i = 0; i <= helpers; ++i) function(i == helpers);
  return std::move(program_);
}

Node Generator::constant(char letter, Value v) {
  Node n;
  n.letter = letter;
  n.value = v;
  n.op = letter == 'i'   ? Op::i32_const
         : letter == 'l' ? Op::i64_const
         : letter == 'f' ? Op::f32_const
         : letter == 'd' ? Op::f64_const
         : letter == 'v' ? Op::v128_const
                         : Op::ref_null;
  return n;
}

bool Generator::find_label(const std::string& types, uint32_t& index) {
  const auto n = static_cast<uint32_t>(labels_.size());
  if (n == 0) return false;
  for (uint32_t k = 0, at = random_.below(n); k < n; ++k, at = (at + 1) % n) {
    const Label& l = labels_[n - 1 - at];
    if (l.loop || l.types != types) continue;
    index = at;
    return true;
  }
  return false;
}

void Generator::function(bool last) {
  Function f;
  // Now and then more of everything than there are registers.
  f.params = random_letters(random_.chance(85) ? random_.below(4) : random_.below(24));
  f.results = random_letters(last                 ? random_.below(random_.chance(85) ? 4 : 24)
                             : random_.chance(75) ? 1
                             : random_.chance(85) ? random_.below(4)
                                                  : random_.below(24));
  f.locals = f.params + "ilfdvrai" + random_letters(random_.below(random_.chance(70) ? 4 : 30));
  visible_ = static_cast<uint32_t>(f.locals.size());
  constexpr uint32_t counters = 24;
  f.locals += std::string(counters, 'i');
  locals_ = f.locals;
  results_ = f.results;
  counter_ = static_cast<uint32_t>(f.locals.size()) - 1;
  labels_.clear();
  budget_ = last ? 500 : 150;
  for (char c : {'r', 'a'}) f.body.push_back(make(Op::local_set, local(c), {object(c, 0)}));
  if (last)
    for (char c : {'r', 'a'}) f.body.push_back(make(Op::global_set, global(c), {object(c, 0)}));
  Node block = make(Op::block);
  labels_.push_back({"", false});
  Nodes inner;
  bool falls = true;
  for (uint32_t n = 4 + random_.below(last ? 12 : 5); n != 0 && falls; --n)
    falls = statement(inner, 4);
  labels_.pop_back();
  block.body = std::move(inner);
  f.body.push_back(std::move(block));
  if (last) store_locals(f);
  if (Node c; !last && random_.chance(30) && call(f.results, 1, c)) {
    if (c.op == Op::call) c.op = Op::return_call;
    f.body.push_back(std::move(c));
  } else {
    for (Node& n : exprs(f.results, last ? 3 : 2)) f.body.push_back(std::move(n));
  }
  program_.functions.push_back(std::move(f));
}

void Generator::store_locals(Function& f) {
  for (uint32_t i = 0; i < f.locals.size(); ++i) {
    const char c = f.locals[i];
    Node value = make(Op::local_get, i);
    if (c == 'r' || c == 'a') value = make(Op::ref_is_null, {std::move(value)});
    const Op op = c == 'l'   ? Op::i64_store
                  : c == 'f' ? Op::f32_store
                  : c == 'd' ? Op::f64_store
                  : c == 'v' ? Op::v128_store
                             : Op::i32_store;
    Node n = make(op, 0u, {number(dump), std::move(value)});
    n.more = i * 16;
    f.body.push_back(std::move(n));
  }
}

Value interesting(Random& random, char letter) {
  static constexpr uint64_t ints[] = {0,
                                      1,
                                      2,
                                      7,
                                      31,
                                      32,
                                      63,
                                      255,
                                      0x7fff,
                                      0x8000,
                                      0x7fffffff,
                                      0x80000000,
                                      0xffffffff,
                                      0x100000000,
                                      0x7fffffffffffffff,
                                      0x8000000000000000,
                                      ~uint64_t{0}};
  static constexpr uint32_t floats[] = {0,          0x80000000, 0x3f800000, 0xbf800000,
                                        0x40490fdb, 0x7f800000, 0xff800000, 1,
                                        0x4f000000, 0xcf000000, 0x5f000000, 0x42c80000};
  static constexpr uint64_t doubles[] = {0,
                                         0x8000000000000000,
                                         0x3ff0000000000000,
                                         0xbff0000000000000,
                                         0x400921fb54442d18,
                                         0x7ff0000000000000,
                                         0xfff0000000000000,
                                         1,
                                         0x41e0000000000000,
                                         0x43e0000000000000,
                                         0x4059000000000000};
  const auto any = [&](const auto& list) {
    return static_cast<uint64_t>(list[random.below(sizeof list / sizeof list[0])]);
  };
  switch (letter) {
    case 'i':
      return {static_cast<uint32_t>(random.chance(70) ? any(ints) : random.bits()), 0};
    case 'l':
      return {random.chance(70) ? any(ints) : random.bits(), 0};
    case 'f':
      return {any(floats), 0};
    case 'd':
      return {any(doubles), 0};
    case 'v':
      return {random.bits(), random.chance(50) ? random.bits() : any(doubles)};
    default:
      return {};
  }
}

Program generate(Random& random) { return Generator(random).run(); }

Program generate(uint64_t seed) {
  Random random(seed);
  return generate(random);
}

}  // namespace nacre::diff

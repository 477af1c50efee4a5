// SPDX-License-Identifier: Apache-2.0
//
// Handlers of regular instructions as templates over the instruction, its meaning (base/num.hpp)
// and its operand classes, and the tables of them that one source file instantiates. Each
// including file defines which rows are its own.
#pragma once

#include <array>

#include "interp/handler_tables.hpp"

// A row of opcodes.def without a meaning function finds this object under its name.
namespace nacre::interp::no_meaning {
struct None {};
#define OP(name, code, text, imm, sig, feature, traits) inline constexpr None name{};
#include "wasm/opcodes.def"
}  // namespace nacre::interp::no_meaning

// A qualified name is looked up in the namespace itself first and in the ones it uses after that.
namespace nacre::num {
using namespace ::nacre::interp::no_meaning;
}

namespace nacre::interp {

template <auto Fn>
inline constexpr bool has_meaning =
    !std::is_same_v<std::remove_cv_t<decltype(Fn)>, no_meaning::None>;

template <Op op, size_t I>
inline constexpr char operand_letter = wasm::operand_letters(op)[I];
template <Op op>
inline constexpr char result_letter = wasm::result_letters(op)[0];

// Result of a meaning that may trap is its last, by-reference parameter.
template <auto Fn>
inline constexpr bool may_trap = std::is_same_v<typename Meaning<decltype(Fn)>::Result, Trap>;

template <auto Fn, size_t N>
struct ResultOf {
  using Type = typename Meaning<decltype(Fn)>::Result;
};
template <auto Fn, size_t N>
requires may_trap<Fn>
struct ResultOf<Fn, N> {
  using Type = typename Meaning<decltype(Fn)>::template Arg<N>;
};

template <Op op, auto Fn, Cls X, bool ToSlot>
void unary(NACRE_REGS) {
  NACRE_ENTER;
  using T = typename Meaning<decltype(Fn)>::template Arg<0>;
  using R = typename ResultOf<Fn, 1>::Type;
  constexpr char lx = operand_letter<op, 0>;
  const T x = NACRE_FETCH(T, lx, X, pc + ptr_words + 1);
  R r{};
  if constexpr (may_trap<Fn>) {
    const Trap t = Fn(x, r);
    if (NACRE_UNLIKELY(t != Trap::none)) NACRE_RAISE(t);
  } else {
    r = Fn(x);
  }
  NACRE_DELIVER(result_letter<op>, ToSlot, pc + ptr_words, r);
  pc += ptr_words + 1 + operand_words<X, T>();
  NACRE_NEXT;
}

template <Op op, auto Fn, Cls X, Cls Y, bool ToSlot>
void binary(NACRE_REGS) {
  NACRE_ENTER;
  using TX = typename Meaning<decltype(Fn)>::template Arg<0>;
  using TY = typename Meaning<decltype(Fn)>::template Arg<1>;
  using R = typename ResultOf<Fn, 2>::Type;
  constexpr char lx = operand_letter<op, 0>, ly = operand_letter<op, 1>;
  constexpr unsigned at_x = ptr_words + 1, at_y = at_x + operand_words<X, TX>();
  const TX x = NACRE_FETCH(TX, lx, X, pc + at_x);
  const TY y = NACRE_FETCH(TY, ly, Y, pc + at_y);
  R r{};
  if constexpr (may_trap<Fn>) {
    const Trap t = Fn(x, y, r);
    if (NACRE_UNLIKELY(t != Trap::none)) NACRE_RAISE(t);
  } else {
    r = Fn(x, y);
  }
  NACRE_DELIVER(result_letter<op>, ToSlot, pc + ptr_words, r);
  pc += at_y + operand_words<Y, TY>();
  NACRE_NEXT;
}

template <Op op, auto Fn, bool ToSlot>
void ternary(NACRE_REGS) {
  NACRE_ENTER;
  constexpr unsigned at = ptr_words + 1;
  const V128 x = read_slot_as<V128>(fp, pc[at]);
  const V128 y = read_slot_as<V128>(fp, pc[at + 1]);
  const V128 z = read_slot_as<V128>(fp, pc[at + 2]);
  NACRE_DELIVER('v', ToSlot, pc + ptr_words, Fn(x, y, z));
  pc += at + 3;
  NACRE_NEXT;
}

template <Op op, auto Fn, Cls X, Cls Y, bool Inverted>
void branch(NACRE_REGS) {
  NACRE_ENTER;
  using TX = typename Meaning<decltype(Fn)>::template Arg<0>;
  using TY = typename Meaning<decltype(Fn)>::template Arg<1>;
  constexpr char lx = operand_letter<op, 0>, ly = operand_letter<op, 1>;
  constexpr unsigned at_x = ptr_words + 1, at_y = at_x + operand_words<X, TX>();
  const TX x = NACRE_FETCH(TX, lx, X, pc + at_x);
  const TY y = NACRE_FETCH(TY, ly, Y, pc + at_y);
  if ((Fn(x, y) != 0) != Inverted) {
    pc = jump_target(pc);
    NACRE_NEXT;
  }
  pc += at_y + operand_words<Y, TY>();
  NACRE_NEXT;
}

template <Op op, auto Fn, Cls X, bool Inverted>
void unary_branch(NACRE_REGS) {
  NACRE_ENTER;
  using T = typename Meaning<decltype(Fn)>::template Arg<0>;
  const T x = NACRE_FETCH(T, (operand_letter<op, 0>), X, pc + ptr_words + 1);
  if ((Fn(x) != 0) != Inverted) {
    pc = jump_target(pc);
    NACRE_NEXT;
  }
  pc += ptr_words + 1 + operand_words<X, T>();
  NACRE_NEXT;
}

template <Op op, auto Fn, Cls X, Cls Y, char L, bool ToSlot>
void compare_select(NACRE_REGS) {
  NACRE_ENTER;
  using TX = typename Meaning<decltype(Fn)>::template Arg<0>;
  using TY = typename Meaning<decltype(Fn)>::template Arg<1>;
  using V = std::conditional_t<L == 'f', float, std::conditional_t<L == 'd', double, uint64_t>>;
  constexpr char lx = operand_letter<op, 0>, ly = operand_letter<op, 1>;
  constexpr unsigned at_x = ptr_words + 1, at_y = at_x + operand_words<X, TX>();
  constexpr unsigned at_a = at_y + operand_words<Y, TY>();
  const TX x = NACRE_FETCH(TX, lx, X, pc + at_x);
  const TY y = NACRE_FETCH(TY, ly, Y, pc + at_y);
  const Word chosen = Fn(x, y) != 0 ? pc[at_a] : pc[at_a + 1];
  const V r = read_slot_as<V>(fp, chosen);
  NACRE_DELIVER(L, ToSlot, pc + ptr_words, r);
  pc += at_a + 2;
  NACRE_NEXT;
}

// --- rows of tables

template <Op op, auto Fn>
constexpr UnaryRow unary_row() {
  return {{unary<op, Fn, Cls::S, false>, unary<op, Fn, Cls::S, true>},
          {unary<op, Fn, Cls::A, false>, unary<op, Fn, Cls::A, true>}};
}

template <Op op, auto Fn, Shape s>
constexpr void set_binary(BinaryRow& row) {
  row.by_shape[static_cast<unsigned>(s)] = {binary<op, Fn, first_class(s), second_class(s), false>,
                                            binary<op, Fn, first_class(s), second_class(s), true>};
}

template <Op op, auto Fn>
constexpr BinaryRow binary_row() {
  BinaryRow row{};
  set_binary<op, Fn, Shape::SS>(row);
  set_binary<op, Fn, Shape::SA>(row);
  set_binary<op, Fn, Shape::AS>(row);
  set_binary<op, Fn, Shape::AA>(row);
  if constexpr (operand_letter<op, 1> != 'v') {
    set_binary<op, Fn, Shape::SK>(row);
    set_binary<op, Fn, Shape::AK>(row);
  }
  if constexpr (operand_letter<op, 0> != 'v' && !wasm::op_info(op).is(wasm::trait::commutes)) {
    set_binary<op, Fn, Shape::KS>(row);
    set_binary<op, Fn, Shape::KA>(row);
  }
  return row;
}

template <Op op, auto Fn, Shape s>
constexpr void set_branch(BranchRow& row) {
  Handler* at = row.by_shape[static_cast<unsigned>(s)];
  at[0] = branch<op, Fn, first_class(s), second_class(s), false>;
  at[1] = branch<op, Fn, first_class(s), second_class(s), true>;
}

template <Op op, auto Fn>
constexpr BranchRow branch_row() {
  BranchRow row{};
  set_branch<op, Fn, Shape::SS>(row);
  set_branch<op, Fn, Shape::SA>(row);
  set_branch<op, Fn, Shape::AS>(row);
  set_branch<op, Fn, Shape::SK>(row);
  set_branch<op, Fn, Shape::AK>(row);
  return row;
}

template <Op op, auto Fn>
constexpr BranchRow unary_branch_row() {
  BranchRow row{};
  row.by_shape[static_cast<unsigned>(Shape::SS)][0] = unary_branch<op, Fn, Cls::S, false>;
  row.by_shape[static_cast<unsigned>(Shape::SS)][1] = unary_branch<op, Fn, Cls::S, true>;
  row.by_shape[static_cast<unsigned>(Shape::AS)][0] = unary_branch<op, Fn, Cls::A, false>;
  row.by_shape[static_cast<unsigned>(Shape::AS)][1] = unary_branch<op, Fn, Cls::A, true>;
  return row;
}

template <Op op, auto Fn, char L, Shape s>
constexpr void set_select(SelectRow& row) {
  row.by_shape[static_cast<unsigned>(s)] = {
      compare_select<op, Fn, first_class(s), second_class(s), L, false>,
      compare_select<op, Fn, first_class(s), second_class(s), L, true>};
}

template <Op op, auto Fn, char L>
constexpr SelectRow select_row() {
  SelectRow row{};
  set_select<op, Fn, L, Shape::SS>(row);
  set_select<op, Fn, L, Shape::SA>(row);
  set_select<op, Fn, L, Shape::AS>(row);
  set_select<op, Fn, L, Shape::SK>(row);
  set_select<op, Fn, L, Shape::AK>(row);
  return row;
}

constexpr bool only_letters(std::string_view sig, std::string_view letters) {
  for (char c : sig)
    if (c != ':' && letters.find(c) == std::string_view::npos) return false;
  return true;
}

// Rows of one kind, packed, and where each instruction's row is (0: it has none).
template <class Row, size_t N>
struct Table {
  std::array<Row, N> rows{};
  std::array<uint16_t, wasm::op_count> index{};
  constexpr void add(Op op, const Row& row) {
    uint16_t n = 0;
    for (uint16_t i : index) n = i > n ? i : n;
    rows[n] = row;
    index[static_cast<unsigned>(op)] = static_cast<uint16_t>(n + 1);
  }
  Row find(Op op) const {
    const unsigned i = index[static_cast<unsigned>(op)];
    return i == 0 ? Row{} : rows[i - 1];
  }
};

// How many rows satisfy a condition of type `Select` (a stateless callable on Op).
template <class Select>
constexpr size_t count_rows(Select select) {
  size_t n = 0;
  for (unsigned i = 0; i < wasm::op_count; ++i) n += select(static_cast<Op>(i)) ? 1 : 0;
  return n;
}

constexpr bool has_operands(Op op, size_t n) {
  return wasm::op_info(op).imm == wasm::Imm::none && wasm::has_signature(op) &&
         wasm::operand_letters(op).size() == n && wasm::result_letters(op).size() == 1;
}

}  // namespace nacre::interp

// SPDX-License-Identifier: Apache-2.0
//
// Handlers of the integer instructions, and of jumps and selections fused with comparisons.
#include "interp/numeric.hpp"

namespace nacre::interp {
namespace {

constexpr bool is_int(Op op) { return only_letters(wasm::op_info(op).sig, "il"); }
constexpr bool is_unary(Op op) { return has_operands(op, 1) && is_int(op); }
constexpr bool is_binary(Op op) { return has_operands(op, 2) && is_int(op); }
// `and` decides like a comparison: any common bit.
constexpr bool decides(Op op) {
  return is_binary(op) && (wasm::op_info(op).is(wasm::trait::compares) || op == Op::i32_and);
}
constexpr bool is_zero_test(Op op) {
  return is_unary(op) && wasm::op_info(op).is(wasm::trait::compares);
}
constexpr bool is_wide(Op op) { return wasm::op_info(op).feature == wasm::Feature::wide_arith; }

using Unaries = Table<UnaryRow, count_rows(is_unary)>;
using Binaries = Table<BinaryRow, count_rows(is_binary)>;
using Branches = Table<BranchRow, count_rows(decides)>;
using ZeroTests = Table<BranchRow, count_rows(is_zero_test)>;
using Selects = Table<SelectRow, count_rows(decides)>;
using Wides = Table<Handler, count_rows(is_wide)>;

template <auto Fn>
void wide_binary(NACRE_REGS) {
  NACRE_ENTER;
  constexpr unsigned at = ptr_words;
  uint64_t lo = 0, hi = 0;
  Fn(read_slot(fp, pc[at + 2]), read_slot(fp, pc[at + 3]), lo, hi);
  write_slot(fp, pc[at], lo);
  write_slot(fp, pc[at + 1], hi);
  pc += at + 4;
  NACRE_NEXT;
}

template <auto Fn>
void wide_quaternary(NACRE_REGS) {
  NACRE_ENTER;
  constexpr unsigned at = ptr_words;
  uint64_t lo = 0, hi = 0;
  Fn(read_slot(fp, pc[at + 2]), read_slot(fp, pc[at + 3]), read_slot(fp, pc[at + 4]),
     read_slot(fp, pc[at + 5]), lo, hi);
  write_slot(fp, pc[at], lo);
  write_slot(fp, pc[at + 1], hi);
  pc += at + 6;
  NACRE_NEXT;
}

struct Tables {
  Unaries unaries;
  Binaries binaries;
  Branches branches;
  ZeroTests zero_tests;
  Selects int_selects, f32_selects, f64_selects;
  Wides wides;
};

template <Op op, auto Fn>
constexpr void add(Tables& t) {
  if constexpr (has_meaning<Fn>) {
    if constexpr (is_unary(op)) t.unaries.add(op, unary_row<op, Fn>());
    if constexpr (is_binary(op)) t.binaries.add(op, binary_row<op, Fn>());
    if constexpr (is_zero_test(op)) t.zero_tests.add(op, unary_branch_row<op, Fn>());
    if constexpr (decides(op)) {
      t.branches.add(op, branch_row<op, Fn>());
      t.int_selects.add(op, select_row<op, Fn, 'l'>());
      t.f32_selects.add(op, select_row<op, Fn, 'f'>());
      t.f64_selects.add(op, select_row<op, Fn, 'd'>());
    }
    if constexpr (is_wide(op)) {
      if constexpr (wasm::operand_letters(op).size() == 2) t.wides.add(op, wide_binary<Fn>);
      else t.wides.add(op, wide_quaternary<Fn>);
    }
  }
}

constexpr Tables make() {
  Tables t{};
#define OP(name, code, text, imm, sig, feature, traits) add<Op::name, num::name>(t);
#include "wasm/opcodes.def"
  return t;
}

constexpr Tables tables = make();

}  // namespace

UnaryRow int_unary(Op op) { return tables.unaries.find(op); }
BinaryRow int_binary(Op op) { return tables.binaries.find(op); }
BranchRow int_branch(Op op) { return tables.branches.find(op); }
BranchRow int_unary_branch(Op op) { return tables.zero_tests.find(op); }
SelectRow int_select(Op op, char letter) {
  switch (letter) {
    case 'l':
      return tables.int_selects.find(op);
    case 'f':
      return tables.f32_selects.find(op);
    case 'd':
      return tables.f64_selects.find(op);
    default:
      return {};
  }
}
Handler wide_handler(Op op) { return tables.wides.find(op); }

}  // namespace nacre::interp

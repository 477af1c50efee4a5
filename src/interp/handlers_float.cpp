// SPDX-License-Identifier: Apache-2.0
//
// Handlers of the float instructions and conversions, and of jumps on float comparisons.
#include "interp/numeric.hpp"

namespace nacre::interp {
namespace {

constexpr bool is_float(Op op) {
  return only_letters(wasm::op_info(op).sig, "ilfd") && !only_letters(wasm::op_info(op).sig, "il");
}
constexpr bool is_unary(Op op) { return has_operands(op, 1) && is_float(op); }
constexpr bool is_binary(Op op) { return has_operands(op, 2) && is_float(op); }
constexpr bool is_comparison(Op op) {
  return is_binary(op) && wasm::op_info(op).is(wasm::trait::compares);
}

struct Tables {
  Table<UnaryRow, count_rows(is_unary)> unaries;
  Table<BinaryRow, count_rows(is_binary)> binaries;
  Table<BranchRow, count_rows(is_comparison)> branches;
};

template <Op op, auto Fn>
constexpr void add(Tables& t) {
  if constexpr (has_meaning<Fn>) {
    if constexpr (is_unary(op)) t.unaries.add(op, unary_row<op, Fn>());
    if constexpr (is_binary(op)) t.binaries.add(op, binary_row<op, Fn>());
    if constexpr (is_comparison(op)) t.branches.add(op, branch_row<op, Fn>());
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

UnaryRow float_unary(Op op) { return tables.unaries.find(op); }
BinaryRow float_binary(Op op) { return tables.binaries.find(op); }
BranchRow float_branch(Op op) { return tables.branches.find(op); }

}  // namespace nacre::interp

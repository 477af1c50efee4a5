// SPDX-License-Identifier: Apache-2.0
//
// What a compiler hands a row: where each operand is. Registers by number; which register file a
// number belongs to follows from the row's value class.
#pragma once

#include <array>
#include <cstdint>

#include "base/v128.hpp"
#include "codegen/assembler.hpp"

namespace nacre::codegen {

struct Operand {
  enum class Kind : uint8_t { none, reg, mem, imm };

  Kind kind = Kind::none;
  uint8_t reg = no_reg;
  Address mem{};
  int64_t imm = 0;  // i32 constants: either extension

  static constexpr Operand in_reg(uint8_t r) { return {Kind::reg, r, {}, 0}; }
  static constexpr Operand in_mem(const Address& m) { return {Kind::mem, no_reg, m, 0}; }
  static constexpr Operand constant(int64_t i) { return {Kind::imm, no_reg, {}, i}; }

  constexpr bool is_reg() const { return kind == Kind::reg; }
  constexpr bool is_mem() const { return kind == Kind::mem; }
  constexpr bool is_imm() const { return kind == Kind::imm; }
  // Whether reading the operand reads general (vector) register `r`.
  constexpr bool reads(uint8_t r) const {
    return (is_reg() && reg == r) || (is_mem() && mem.uses(r));
  }
};

// Inputs in the order of the operand stack (first pushed first). Scratch registers in the order
// of the row's shape. Trap labels in the order of Row::traps.
struct Operands {
  std::array<uint8_t, 2> out{no_reg, no_reg};
  std::array<Operand, 4> in{};
  std::array<uint8_t, 3> scratch{no_reg, no_reg, no_reg};
  std::array<Label, 2> trap{};
  uint8_t lane = 0;  // lane immediates
  V128 pattern{};    // shuffles and v128.const
};

}  // namespace nacre::codegen

// SPDX-License-Identifier: Apache-2.0
//
// The function a row is put into to be executed by itself: it loads all registers from a State,
// does the row and stores them back.
#pragma once

#include <cstdint>

#include "base/v128.hpp"
#include "codegen/rows/x64/rows.hpp"

namespace nacre::codegen::x64::row_test {

inline constexpr unsigned memory_size = 64, memory_at = 24;  // where accesses go

struct State {
  V128 xmm[16];
  uint64_t gpr[16];
  // 0 fell through, 1 condition held (or the result is zero, where flags say so), 2 and 3 traps;
  // the flags if the row says that it leaves them alone.
  uint64_t status;
  alignas(16) uint8_t memory[memory_size];
};

inline constexpr uint8_t flags_before = 0x55,
                         flags_mask = 0xD5;  // carry, parity, adjust, zero; not sign

// The stack while the row runs: saved registers, the State's address. No row touches the stack.
void enter(Assembler& a);
void leave(Assembler& a);
void push_status(Assembler& a, uint8_t status);
// One function: the row with these operands.
void wrap(Assembler& a, const Row& row, Operands o);

}  // namespace nacre::codegen::x64::row_test

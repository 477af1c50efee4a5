// SPDX-License-Identifier: Apache-2.0
//
// The rows of x86-64, and what follows a row that leaves a condition in the flags.
//
// Every numeric, vector, memory and atomic instruction of WebAssembly has at least one value row
// for the floor (SSE4.1). Registers by number: 0 rax, 1 rcx, 2 rdx, ... 15 r15; xmm0 to xmm15.
#pragma once

#include <span>

#include "codegen/asm/x64/assembler.hpp"
#include "codegen/rows/row_table.hpp"

namespace nacre::codegen::x64 {

// All rows, in one array for the life of the program: a row's index can stand for it.
std::span<const Row> rows();

// Jumps when the condition holds.
void jump_if(Assembler& a, Condition c, Label to, Reach reach = Reach::far);
// 1 or 0 into a register that held nothing the flags' instruction still needed.
void set_if(Assembler& a, Condition c, Gpr d);
// d = condition ? x : y. Keeps flags when both are registers or memory. `y` may be memory.
void select_if(Assembler& a, Condition c, ValueClass cls, uint8_t d, uint8_t x, const Operand& y);

// A register's value into another; nothing when they are the same. Flags stay.
void move_value(Assembler& a, ValueClass cls, uint8_t d, uint8_t s);
// Between a register and memory of the class's width (4, 8 or 16 bytes). Flags stay.
void load_value(Assembler& a, ValueClass cls, uint8_t d, const Mem& s);
void store_value(Assembler& a, ValueClass cls, const Mem& d, uint8_t s);

}  // namespace nacre::codegen::x64

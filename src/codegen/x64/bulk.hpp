// SPDX-License-Identifier: Apache-2.0
//
// Copies and fills of memory 0 whose length is known only at run time: stubs shared by all code of
// an engine, which spare the short ones the price of a call into C++.
#pragma once

#include "codegen/asm/x64/assembler.hpp"

namespace nacre::codegen::x64 {

// Operands, zero-extended to 64 bits: the destination's address in rax, the source's address or
// the byte to fill with in rcx, the length in rdx.
inline constexpr uint8_t bulk_operands[] = {0, 1, 2};
// Longer ones are refused, since nothing can interrupt a stub.
inline constexpr uint32_t max_bulk_bytes = 64 * 1024;

// Called through VmContext::copy_bytes and fill_bytes. Afterwards the carry flag says whether it
// was refused: longer than that, or out of bounds of what the context knows of memory 0. Then
// nothing was written and the operands are as they were; otherwise they are destroyed. So are r10,
// r11, xmm0 to xmm4 and xmm15 in either case; all other registers stay.
void emit_copy_bytes(Assembler& a);
void emit_fill_bytes(Assembler& a);

}  // namespace nacre::codegen::x64

// SPDX-License-Identifier: Apache-2.0
//
// Operands of x86-64 instructions. A general register knows the width it is used with, so that
// `add(eax, ecx)` and `add(rax, rcx)` differ as they do in the manual.
#pragma once

#include <cstdint>

#include "codegen/assembler.hpp"

namespace nacre::codegen::x64 {

enum class Size : uint8_t { b = 1, w = 2, d = 4, q = 8 };

struct Gpr {
  uint8_t code;
  Size size;

  constexpr Gpr r8() const { return {code, Size::b}; }
  constexpr Gpr r16() const { return {code, Size::w}; }
  constexpr Gpr r32() const { return {code, Size::d}; }
  constexpr Gpr r64() const { return {code, Size::q}; }
  constexpr bool same(Gpr other) const { return code == other.code; }
};

struct Xmm {
  uint8_t code;
  friend constexpr bool operator==(Xmm a, Xmm b) { return a.code == b.code; }
};

constexpr Gpr gpr(uint8_t code, Size size) { return {code, size}; }
constexpr Gpr r32(uint8_t code) { return {code, Size::d}; }
constexpr Gpr r64(uint8_t code) { return {code, Size::q}; }
constexpr Xmm xmm(uint8_t code) { return {code}; }

inline constexpr Gpr rax{0, Size::q}, rcx{1, Size::q}, rdx{2, Size::q}, rbx{3, Size::q},
    rsp{4, Size::q}, rbp{5, Size::q}, rsi{6, Size::q}, rdi{7, Size::q}, r8{8, Size::q},
    r9{9, Size::q}, r10{10, Size::q}, r11{11, Size::q}, r12{12, Size::q}, r13{13, Size::q},
    r14{14, Size::q}, r15{15, Size::q};
inline constexpr Gpr eax{0, Size::d}, ecx{1, Size::d}, edx{2, Size::d}, ebx{3, Size::d},
    esp{4, Size::d}, ebp{5, Size::d}, esi{6, Size::d}, edi{7, Size::d};
inline constexpr Xmm xmm0{0}, xmm1{1}, xmm2{2}, xmm3{3}, xmm4{4}, xmm5{5}, xmm6{6}, xmm7{7},
    xmm8{8}, xmm9{9}, xmm10{10}, xmm11{11}, xmm12{12}, xmm13{13}, xmm14{14}, xmm15{15};

using Mem = Address;

constexpr Mem mem(Gpr base, int32_t disp = 0) { return {base.code, no_reg, 0, disp, {}}; }
// base + index * 2^scale + disp
constexpr Mem mem(Gpr base, Gpr index, uint8_t scale = 0, int32_t disp = 0) {
  return {base.code, index.code, scale, disp, {}};
}
constexpr Mem mem_index(Gpr index, uint8_t scale, int32_t disp) {
  return {no_reg, index.code, scale, disp, {}};
}
constexpr Mem rip(Label label, int32_t disp = 0) { return {no_reg, no_reg, 0, disp, label}; }

// Conditions by their number; the lowest bit negates.
enum class Cond : uint8_t { o, no, b, ae, e, ne, be, a, s, ns, p, np, l, ge, le, g };
constexpr Cond negate(Cond c) { return static_cast<Cond>(static_cast<uint8_t>(c) ^ 1); }

}  // namespace nacre::codegen::x64

// SPDX-License-Identifier: Apache-2.0
//
// Vector instructions with three operands on every x86-64: the VEX form where there is AVX, else
// a move and the legacy form. So a sequence is written once. In the legacy case the destination
// must not be the second source unless it is the first as well (or the opcode commutes and the
// caller says so). Memory operands must be aligned there: literals are.
#pragma once

#include "codegen/asm/x64/assembler.hpp"

namespace nacre::codegen::x64 {

// Opcodes as data, by the manual's names: op::paddb.
namespace op {
#define SSE_3(name, p, m, o) inline constexpr Opcode name{p, m, o};
#define SSE_2(name, p, m, o) inline constexpr Opcode name{p, m, o};
#define SSE_3I(name, p, m, o) inline constexpr Opcode name{p, m, o};
#define SSE_2I(name, p, m, o) inline constexpr Opcode name{p, m, o};
#include "codegen/asm/x64/instructions.def"
}  // namespace op

class Simd {
 public:
  explicit Simd(Assembler& assembler) : a(assembler), avx(assembler.has(os::cpu::avx)) {}

  Assembler& a;
  const bool avx;

  void mov(Xmm d, Xmm s);
  // d = x op y
  void op3(Opcode o, Xmm d, Xmm x, Xmm y, bool commutes = false);
  void op3(Opcode o, Xmm d, Xmm x, const Mem& y, unsigned following = 0);
  // d = x in d's upper part, the general register converted in its lower: cvtsi2ss and its kin
  void op3_gpr(Opcode o, Xmm d, Gpr s) {
    const bool w = s.size == Size::q;
    if (avx) a.vrr(o, w, d.code, d.code, s.code);
    else a.rr(o, w, d.code, s.code);
  }
  // d = op s
  void op2(Opcode o, Xmm d, Xmm s);
  void op2(Opcode o, Xmm d, const Mem& s, unsigned following = 0);

  // clang-format off
#define SSE_3(name, p, m, o)                                              \
  void name(Xmm d, Xmm x, Xmm y) { op3({p, m, o}, d, x, y); }             \
  void name(Xmm d, Xmm x, const Mem& y) { op3({p, m, o}, d, x, y); }
#define SSE_2(name, p, m, o)                                              \
  void name(Xmm d, Xmm s) { op2({p, m, o}, d, s); }                       \
  void name(Xmm d, const Mem& s) { op2({p, m, o}, d, s); }
#define SSE_3I(name, p, m, o)                                             \
  void name(Xmm d, Xmm x, Xmm y, uint8_t i) { op3({p, m, o}, d, x, y), a.code().put8(i); } \
  void name(Xmm d, Xmm x, const Mem& y, uint8_t i) { op3({p, m, o}, d, x, y, 1), a.code().put8(i); }
#define SSE_2I(name, p, m, o)                                             \
  void name(Xmm d, Xmm s, uint8_t i) { op2({p, m, o}, d, s), a.code().put8(i); }
#define SSE_SHIFT(name, o, n)                                             \
  void name(Xmm d, Xmm s, uint8_t i) {                                    \
    if (avx) return a.v##name(d, s, i);                                   \
    mov(d, s);                                                            \
    a.name(d, i);                                                         \
  }
#define SSE_MOVE(name, p, load, store)                                    \
  void name(Xmm d, const Mem& s) { avx ? a.v##name(d, s) : a.name(d, s); } \
  void name(const Mem& d, Xmm s) { avx ? a.v##name(d, s) : a.name(d, s); }
#define SSE_STORE(name, p, o)                                             \
  void name(const Mem& d, Xmm s) { avx ? a.v##name(d, s) : a.name(d, s); }
#include "codegen/asm/x64/instructions.def"
  // clang-format on

  void movss(Xmm d, const Mem& s) { avx ? a.vmovss(d, s) : a.movss(d, s); }
  void movsd(Xmm d, const Mem& s) { avx ? a.vmovsd(d, s) : a.movsd(d, s); }
  void movd(Xmm d, Gpr s) { avx ? a.vmovd(d, s) : a.movd(d, s); }
  void movd(Gpr d, Xmm s) { avx ? a.vmovd(d, s) : a.movd(d, s); }
  void movq(Xmm d, Xmm s) { avx ? a.vmovq(d, s) : a.movq(d, s); }
  void movmskps(Gpr d, Xmm s) { avx ? a.vmovmskps(d, s) : a.movmskps(d, s); }
  void movmskpd(Gpr d, Xmm s) { avx ? a.vmovmskpd(d, s) : a.movmskpd(d, s); }
  void pmovmskb(Gpr d, Xmm s) { avx ? a.vpmovmskb(d, s) : a.pmovmskb(d, s); }
  void cvttss2si(Gpr d, Xmm s) { avx ? a.vcvttss2si(d, s) : a.cvttss2si(d, s); }
  void cvttsd2si(Gpr d, Xmm s) { avx ? a.vcvttsd2si(d, s) : a.cvttsd2si(d, s); }
  void zero(Xmm d) { avx ? a.vxorps(d, d, d) : a.xorps(d, d); }
  void ones(Xmm d) { avx ? a.vpcmpeqd(d, d, d) : a.pcmpeqd(d, d); }
};

}  // namespace nacre::codegen::x64

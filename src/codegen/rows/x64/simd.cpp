// SPDX-License-Identifier: Apache-2.0
#include "codegen/rows/x64/simd.hpp"

#include <cassert>

namespace nacre::codegen::x64 {

void Simd::mov(Xmm d, Xmm s) {
  if (d == s) return;
  if (avx) a.vmovaps(d, s);
  else a.movaps(d, s);
}

void Simd::op3(Opcode o, Xmm d, Xmm x, Xmm y, bool commutes) {
  if (commutes && (d == y || (avx && y.code >= 8 && x.code < 8))) {
    const Xmm t = x;
    x = y, y = t;
  }
  if (avx) return a.vrr(o, false, d.code, x.code, y.code);
  assert(!(d == y) || d == x);
  mov(d, x);
  a.rr(o, false, d.code, y.code);
}

void Simd::op3(Opcode o, Xmm d, Xmm x, const Mem& y, unsigned following) {
  if (avx) return a.vrm(o, false, d.code, x.code, y, following);
  mov(d, x);
  a.rm(o, false, d.code, y, following);
}

void Simd::op2(Opcode o, Xmm d, Xmm s) {
  if (avx) a.vrr(o, false, d.code, 0, s.code);
  else a.rr(o, false, d.code, s.code);
}

void Simd::op2(Opcode o, Xmm d, const Mem& s, unsigned following) {
  if (avx) a.vrm(o, false, d.code, 0, s, following);
  else a.rm(o, false, d.code, s, following);
}

}  // namespace nacre::codegen::x64

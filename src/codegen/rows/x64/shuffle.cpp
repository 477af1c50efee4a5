// SPDX-License-Identifier: Apache-2.0
//
// Patterns are tried from cheap to general: a move, shuffles of doublewords or words of one input,
// interleaving, concatenation, blending, doublewords of both, and at last pshufb of each.
#include "codegen/rows/x64/shuffle.hpp"

#include "base/bytes.hpp"

namespace nacre::codegen::x64 {
namespace {

struct Shuffle {
  Simd& v;
  Xmm d, x, y, t;
  uint8_t p[16];

  // d = first op second in any assignment of registers; the opcode's immediate follows.
  void two(Opcode o, Xmm first, Xmm second, int imm = -1) const {
    const bool clash = !v.avx && d == second && !(d == first);
    const Xmm r = clash ? t : d;
    v.op3(o, r, first, second);
    if (imm >= 0) v.a.code().put8(static_cast<uint8_t>(imm));
    v.mov(d, r);
  }

  // Whether groups of `n` bytes stay together.
  bool in_groups_of(unsigned n) const {
    for (unsigned i = 0; i < 16; ++i)
      if (p[i] % n != i % n || p[i] / n != p[i - i % n] / n) return false;
    return true;
  }

  bool move() const {
    for (unsigned i = 0; i < 16; ++i)
      if (p[i] != i) return false;
    v.mov(d, x);
    return true;
  }

  // Of one input, four doublewords, or words that stay in their half.
  bool one_input_groups() const {
    if (in_groups_of(4)) {
      unsigned imm = 0;
      for (unsigned i = 0; i < 4; ++i) imm |= p[4 * i] / 4u << 2 * i;
      v.pshufd(d, x, static_cast<uint8_t>(imm));
      return true;
    }
    if (!in_groups_of(2)) return false;
    unsigned low = 0, high = 0;
    for (unsigned i = 0; i < 4; ++i) {
      if (p[2 * i] >= 8 || p[2 * i + 8] < 8) return false;
      low |= p[2 * i] / 2u << 2 * i;
      high |= (p[2 * i + 8] / 2u - 4) << 2 * i;
    }
    constexpr unsigned identity = 0xE4;
    if (low != identity) v.pshuflw(d, x, static_cast<uint8_t>(low));
    if (high != identity) v.pshufhw(d, low != identity ? d : x, static_cast<uint8_t>(high));
    return true;
  }

  // Lanes of `n` bytes from `first` on, alternately of a and of b (which may be one register).
  bool interleaves(unsigned n, unsigned first, unsigned a_base, unsigned b_base) const {
    for (unsigned i = 0; i < 16; ++i) {
      const unsigned lane = i / n, base = lane % 2 == 0 ? a_base : b_base;
      if (p[i] != base + first + lane / 2 * n + i % n) return false;
    }
    return true;
  }
  bool unpack(bool single) const {
    constexpr Opcode low[] = {op::punpcklbw, op::punpcklwd, op::punpckldq, op::punpcklqdq};
    constexpr Opcode high[] = {op::punpckhbw, op::punpckhwd, op::punpckhdq, op::punpckhqdq};
    for (unsigned log = 0; log < 4; ++log) {
      for (const unsigned first : {0u, 8u}) {
        const Opcode o = first == 0 ? low[log] : high[log];
        if (single && interleaves(1u << log, first, 0, 0)) return two(o, x, x), true;
        if (single) continue;
        if (interleaves(1u << log, first, 0, 16)) return two(o, x, y), true;
        if (interleaves(1u << log, first, 16, 0)) return two(o, y, x), true;
      }
    }
    return false;
  }

  // Sixteen neighbours of the concatenation x:y, y:x or x:x.
  bool concatenates(bool single) const {
    const unsigned mask = single ? 15 : 31;
    for (unsigned i = 1; i < 16; ++i)
      if (p[i] != ((p[0] + i) & mask)) return false;
    if (single) return two(op::palignr, x, x, p[0]), true;
    if (p[0] < 16) return two(op::palignr, y, x, p[0]), true;
    return two(op::palignr, x, y, p[0] - 16), true;
  }

  bool blends() const {
    if (!in_groups_of(2)) return false;
    unsigned imm = 0;
    for (unsigned i = 0; i < 8; ++i) {
      if ((p[2 * i] & 15) != 2 * i) return false;
      if (p[2 * i] >= 16) imm |= 1u << i;
    }
    two(op::pblendw, x, y, static_cast<int>(imm));
    return true;
  }

  // Two doublewords of one input, then two of one.
  bool half_and_half() const {
    if (!in_groups_of(4)) return false;
    const bool low_y = p[0] >= 16, high_y = p[8] >= 16;
    if ((p[4] >= 16) != low_y || (p[12] >= 16) != high_y) return false;
    unsigned imm = 0;
    for (unsigned i = 0; i < 4; ++i) imm |= (p[4 * i] & 15u) / 4 << 2 * i;
    two(op::shufps, low_y ? y : x, high_y ? y : x, static_cast<int>(imm));
    return true;
  }

  Mem selector(uint8_t base) const {
    uint8_t bytes[16];
    for (unsigned i = 0; i < 16; ++i)
      bytes[i] = p[i] >= base && p[i] < base + 16 ? static_cast<uint8_t>(p[i] - base) : 0x80;
    return v.a.literal128(load_le<uint64_t>(bytes), load_le<uint64_t>(bytes + 8));
  }

  void one_input() const {
    if (move() || one_input_groups() || unpack(true) || concatenates(true)) return;
    v.pshufb(d, x, selector(0));
  }
  void two_inputs() const {
    if (unpack(false) || concatenates(false) || blends() || half_and_half()) return;
    v.pshufb(t, x, selector(0));
    v.pshufb(d, y, selector(16));
    v.por(d, d, t);
  }
};

}  // namespace

void emit_shuffle(Simd& v, Xmm d, Xmm x, Xmm y, Xmm t, const V128& pattern) {
  Shuffle s{v, d, x, y, t, {}};
  bool uses_x = false, uses_y = false;
  for (unsigned i = 0; i < 16; ++i) {
    s.p[i] = pattern.bytes[i] & 31;
    (s.p[i] < 16 ? uses_x : uses_y) = true;
  }
  if (uses_x && uses_y && !(x == y)) return s.two_inputs();
  // Of one register only: count from its start.
  if (!uses_x) s.x = y;
  for (uint8_t& i : s.p) i &= 15;
  s.one_input();
}

}  // namespace nacre::codegen::x64

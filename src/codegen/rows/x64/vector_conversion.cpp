// SPDX-License-Identifier: Apache-2.0
//
// Rows between lanes of different kinds and widths. d is the output, x and y are the inputs, t and
// u scratch, as in vector.cpp.
#include "codegen/rows/x64/emit.hpp"

namespace nacre::codegen::x64 {
namespace {

using wasm::Op;

constexpr uint64_t f32_2p31 = 0x4f0000004f000000;     // 2^31, twice
constexpr uint64_t f64_max_i32 = 0x41dfffffffc00000;  // 2^31 - 1
constexpr uint64_t f64_max_u32 = 0x41efffffffe00000;  // 2^32 - 1
constexpr uint64_t f64_2p52 = 0x4330000000000000;     // 2^52

Mem twice(Assembler& a, uint64_t half) { return a.literal128(half, half); }

void emit_2(Assembler& a, const Row& row, const Operands& o) {
  Simd(a).op2(opcode(row), out_xmm(o), in_xmm(o, 0));
}
void emit_3(Assembler& a, const Row& row, const Operands& o) {
  Simd v(a);
  if (o.in[1].is_mem()) v.op3(opcode(row), out_xmm(o), in_xmm(o, 0), o.in[1].mem);
  else v.op3(opcode(row), out_xmm(o), in_xmm(o, 0), in_xmm(o, 1));
}

// The upper half goes down first.
void emit_extend_high(Assembler& a, const Row& row, const Operands& o) {
  Simd v(a);
  v.pshufd(out_xmm(o), in_xmm(o, 0), 0xEE);
  v.op2(opcode(row), out_xmm(o), out_xmm(o));
}

// Products of twice the width. Bytes: extended, multiplied as words.
void emit_extmul8(Assembler& a, const Row& row, const Operands& o) {
  Simd v(a);
  const Xmm d = out_xmm(o), t = row_scratch_xmm(row, o);
  const bool high = immediate(row) != 0;
  Xmm x = in_xmm(o, 0), y = in_xmm(o, 1);
  if (high) {
    v.pshufd(t, x, 0xEE);
    v.pshufd(d, y, 0xEE);
    x = t, y = d;
  }
  v.op2(opcode(row), t, x);
  v.op2(opcode(row), d, y);
  v.pmullw(d, d, t);
}
// Words: low and high halves of the products, interleaved. row.code: the upper half's opcode.
void emit_extmul16(Assembler& a, const Row& row, const Operands& o) {
  Simd v(a);
  const Xmm t = row_scratch_xmm(row, o), u = row_scratch_xmm(row, o, 1);
  v.pmullw(t, in_xmm(o, 0), in_xmm(o, 1));
  v.op3(opcode(row), u, in_xmm(o, 0), in_xmm(o, 1));
  if (immediate(row) != 0) v.punpckhwd(out_xmm(o), t, u);
  else v.punpcklwd(out_xmm(o), t, u);
}
// Doublewords: each at an even place, where pmuldq and pmuludq read.
void emit_extmul32(Assembler& a, const Row& row, const Operands& o) {
  Simd v(a);
  const Xmm d = out_xmm(o), t = row_scratch_xmm(row, o);
  v.pshufd(t, in_xmm(o, 0), immediate(row));
  v.pshufd(d, in_xmm(o, 1), immediate(row));
  v.op3(opcode(row), d, d, t);
}

// Sums of neighbours: dot products with ones. pmaddubsw's first operand is unsigned.
void emit_extadd8_s(Assembler& a, const Row& row, const Operands& o) {
  Simd v(a);
  const Xmm d = out_xmm(o), t = row_scratch_xmm(row, o);
  v.movaps(t, twice(a, 0x0101010101010101));
  if (v.avx) return v.pmaddubsw(d, t, in_xmm(o, 0));
  v.pmaddubsw(t, t, in_xmm(o, 0));
  v.mov(d, t);
}
void emit_extadd8_u(Assembler& a, const Row&, const Operands& o) {
  Simd(a).pmaddubsw(out_xmm(o), in_xmm(o, 0), twice(a, 0x0101010101010101));
}
void emit_extadd16_s(Assembler& a, const Row&, const Operands& o) {
  Simd(a).pmaddwd(out_xmm(o), in_xmm(o, 0), twice(a, 0x0001000100010001));
}
void emit_extadd16_u(Assembler& a, const Row& row, const Operands& o) {
  Simd v(a);
  const Xmm d = out_xmm(o), t = row_scratch_xmm(row, o);
  v.pand(t, in_xmm(o, 0), twice(a, 0x0000ffff0000ffff));
  v.psrld(d, in_xmm(o, 0), uint8_t{16});
  v.paddd(d, d, t);
}

// cvttps2dq answers 0x80000000 for what does not fit: NaNs become 0 before, and for numbers too
// large all bits turn over.
void emit_trunc_sat_f32_s(Assembler& a, const Row& row, const Operands& o) {
  Simd v(a);
  const Xmm d = out_xmm(o), x = in_xmm(o, 0), t = row_scratch_xmm(row, o),
            u = row_scratch_xmm(row, o, 1);
  v.cmpps(t, x, x, 0);
  v.andps(t, t, x);
  v.cmpps(u, t, twice(a, f32_2p31), 5);  // not less
  v.cvttps2dq(d, t);
  v.pxor(d, d, u);
}
// The sum of what fits 31 bits and what is beyond 2^31, each saturated.
void emit_trunc_sat_f32_u(Assembler& a, const Row& row, const Operands& o) {
  Simd v(a);
  const Xmm d = out_xmm(o), x = in_xmm(o, 0), t = row_scratch_xmm(row, o),
            u = row_scratch_xmm(row, o, 1);
  v.zero(u);
  v.maxps(t, x, u);
  v.subps(d, t, twice(a, f32_2p31));
  v.cmpps(u, d, twice(a, f32_2p31), 5);
  v.cvttps2dq(d, d);
  v.pxor(d, d, u);
  v.zero(u);
  v.pmaxsd(d, d, u);
  v.cvttps2dq(t, t);
  v.paddd(d, d, t);
}
// minpd answers with its second operand for NaNs: 0 there.
void emit_trunc_sat_f64_s(Assembler& a, const Row& row, const Operands& o) {
  Simd v(a);
  const Xmm d = out_xmm(o), x = in_xmm(o, 0), t = row_scratch_xmm(row, o);
  v.cmppd(t, x, x, 0);
  v.andps(t, t, twice(a, f64_max_i32));
  v.minpd(d, x, t);
  v.cvttpd2dq(d, d);
}
// Added to 2^52, an integer is the lower half of the number's bits.
void emit_trunc_sat_f64_u(Assembler& a, const Row& row, const Operands& o) {
  Simd v(a);
  const Xmm d = out_xmm(o), t = row_scratch_xmm(row, o);
  v.zero(t);
  v.maxpd(d, in_xmm(o, 0), t);
  v.minpd(d, d, twice(a, f64_max_u32));
  v.roundpd(d, d, 11);
  v.addpd(d, d, twice(a, f64_2p52));
  v.shufps(d, d, t, 0x88);
}
// Lower and upper sixteen bits convert exactly; their sum rounds once.
void emit_convert_u32(Assembler& a, const Row& row, const Operands& o) {
  Simd v(a);
  const Xmm d = out_xmm(o), x = in_xmm(o, 0), t = row_scratch_xmm(row, o);
  v.pand(t, x, twice(a, 0x0000ffff0000ffff));
  v.psubd(d, x, t);
  v.cvtdq2ps(t, t);
  v.psrld(d, d, uint8_t{1});
  v.cvtdq2ps(d, d);
  v.addps(d, d, d);
  v.addps(d, d, t);
}
// Under the exponent of 2^52 an integer is itself plus 2^52.
void emit_convert_low_u32(Assembler& a, const Row&, const Operands& o) {
  Simd v(a);
  v.unpcklps(out_xmm(o), in_xmm(o, 0), twice(a, 0x4330000043300000));
  v.subpd(out_xmm(o), out_xmm(o), twice(a, f64_2p52));
}

using namespace effect;

// clang-format off
#define ROW(name, shape, emit, code) make_row(#name, Op::name, shape, emit_as<emit>, code, keeps_flags)
#define EXTEND(r, t, s, o)                                            \
  ROW(r##_extend_low_##t##_##s, "v < v", emit_2, pack(op::o)),        \
  ROW(r##_extend_high_##t##_##s, "v < v", emit_extend_high, pack(op::o))
#define EXTMUL(r, t, s, shape, emit, o, low, high)                    \
  make_row(#r "_extmul_low_" #t "_" #s, Op::r##_extmul_low_##t##_##s, shape, emit_as<emit>, pack(op::o, low), commutes | keeps_flags), \
  make_row(#r "_extmul_high_" #t "_" #s, Op::r##_extmul_high_##t##_##s, shape, emit_as<emit>, pack(op::o, high), commutes | keeps_flags)
#define NARROW(name, o) ROW(name, "v~0 < v v^/m16", emit_3, pack(op::o))
#define TRUNC(to, from, shape, emit, zero)                            \
  ROW(i32x4_trunc_sat_##from##zero, shape, emit, 0), ROW(i32x4_relaxed_trunc_##from##zero, shape, emit, 0)

constexpr Row table[] = {
    EXTEND(i16x8, i8x16, s, pmovsxbw),
    EXTEND(i16x8, i8x16, u, pmovzxbw),
    EXTEND(i32x4, i16x8, s, pmovsxwd),
    EXTEND(i32x4, i16x8, u, pmovzxwd),
    EXTEND(i64x2, i32x4, s, pmovsxdq),
    EXTEND(i64x2, i32x4, u, pmovzxdq),
    EXTMUL(i16x8, i8x16, s, "v < v v ; x", emit_extmul8, pmovsxbw, 0, 1),
    EXTMUL(i16x8, i8x16, u, "v < v v ; x", emit_extmul8, pmovzxbw, 0, 1),
    EXTMUL(i32x4, i16x8, s, "v < v v ; x x", emit_extmul16, pmulhw, 0, 1),
    EXTMUL(i32x4, i16x8, u, "v < v v ; x x", emit_extmul16, pmulhuw, 0, 1),
    EXTMUL(i64x2, i32x4, s, "v < v v ; x", emit_extmul32, pmuldq, 0x50, 0xFA),
    EXTMUL(i64x2, i32x4, u, "v < v v ; x", emit_extmul32, pmuludq, 0x50, 0xFA),
    ROW(i16x8_extadd_pairwise_i8x16_s, "v < v ; x", emit_extadd8_s, 0),
    ROW(i16x8_extadd_pairwise_i8x16_u, "v~0 < v", emit_extadd8_u, 0),
    ROW(i32x4_extadd_pairwise_i16x8_s, "v~0 < v", emit_extadd16_s, 0),
    ROW(i32x4_extadd_pairwise_i16x8_u, "v < v ; x", emit_extadd16_u, 0),
    NARROW(i8x16_narrow_i16x8_s, packsswb),
    NARROW(i8x16_narrow_i16x8_u, packuswb),
    NARROW(i16x8_narrow_i32x4_s, packssdw),
    NARROW(i16x8_narrow_i32x4_u, packusdw),
    TRUNC(i32x4, f32x4_s, "v < v ; x x", emit_trunc_sat_f32_s, ),
    TRUNC(i32x4, f32x4_u, "v < v ; x x", emit_trunc_sat_f32_u, ),
    TRUNC(i32x4, f64x2_s, "v < v ; x", emit_trunc_sat_f64_s, _zero),
    TRUNC(i32x4, f64x2_u, "v < v ; x", emit_trunc_sat_f64_u, _zero),
    ROW(f32x4_convert_i32x4_s, "v < v", emit_2, pack(op::cvtdq2ps)),
    ROW(f32x4_convert_i32x4_u, "v < v ; x", emit_convert_u32, 0),
    ROW(f64x2_convert_low_i32x4_s, "v < v", emit_2, pack(op::cvtdq2pd)),
    ROW(f64x2_convert_low_i32x4_u, "v~0 < v", emit_convert_low_u32, 0),
    ROW(f32x4_demote_f64x2_zero, "v < v", emit_2, pack(op::cvtpd2ps)),
    ROW(f64x2_promote_low_f32x4, "v < v", emit_2, pack(op::cvtps2pd)),
};
// clang-format on

}  // namespace

std::span<const Row> vector_conversion_rows() { return table; }

}  // namespace nacre::codegen::x64

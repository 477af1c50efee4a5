// SPDX-License-Identifier: Apache-2.0
//
// Rows of vector arithmetic, logic, comparisons and shifts. Most are one instruction; the rest are
// short sequences written once for both instruction formats (see simd.hpp). In the sequences x
// and y are the inputs, d is the output, t and u are scratch.
#include "codegen/rows/x64/emit.hpp"

namespace nacre::codegen::x64 {
namespace {

using wasm::Op;
namespace cpu = os::cpu;

constexpr uint32_t swapped = 1u << 24, negated = 1u << 25;  // in Row::code

Xmm y_of(const Operands& o) { return in_xmm(o, 1); }

// d = x op y.
void emit_3(Assembler& a, const Row& row, const Operands& o) {
  Simd v(a);
  if (o.in[1].is_mem()) v.op3(opcode(row), out_xmm(o), in_xmm(o, 0), o.in[1].mem);
  else v.op3(opcode(row), out_xmm(o), in_xmm(o, 0), y_of(o), row.has(effect::commutes));
}
// d = y op x.
void emit_3_swapped(Assembler& a, const Row& row, const Operands& o) {
  Simd v(a);
  if (o.in[0].is_mem()) v.op3(opcode(row), out_xmm(o), y_of(o), o.in[0].mem);
  else v.op3(opcode(row), out_xmm(o), y_of(o), in_xmm(o, 0));
}
void emit_2(Assembler& a, const Row& row, const Operands& o) {
  Simd v(a);
  if (o.in[0].is_mem()) v.op2(opcode(row), out_xmm(o), o.in[0].mem);
  else v.op2(opcode(row), out_xmm(o), in_xmm(o, 0));
}
void emit_2_imm(Assembler& a, const Row& row, const Operands& o) {
  Simd v(a);
  if (o.in[0].is_mem()) v.op2(opcode(row), out_xmm(o), o.in[0].mem, 1);
  else v.op2(opcode(row), out_xmm(o), in_xmm(o, 0));
  a.code().put8(immediate(row));
}

// cmpps and cmppd: the immediate is the relation.
void emit_compare(Assembler& a, const Row& row, const Operands& o) {
  const bool swap = (row.code & swapped) != 0;
  const Operand& x = o.in[swap ? 1 : 0];
  const Operand& y = o.in[swap ? 0 : 1];
  Simd v(a);
  if (y.is_mem()) v.op3(opcode(row), out_xmm(o), xmm(x.reg), y.mem, 1);
  else v.op3(opcode(row), out_xmm(o), xmm(x.reg), xmm(y.reg), row.has(effect::commutes));
  a.code().put8(immediate(row));
}

// d = not s, s in scratch.
void invert(Simd& v, Xmm d, Xmm s) {
  v.ones(d);
  v.pxor(d, d, s);
}

// Not equal, and 64-bit comparisons by pcmpgtq.
void emit_negated(Assembler& a, const Row& row, const Operands& o) {
  Simd v(a);
  const Xmm t = row_scratch_xmm(row, o);
  if ((row.code & swapped) != 0) v.op3(opcode(row), t, y_of(o), in_xmm(o, 0));
  else v.op3(opcode(row), t, in_xmm(o, 0), y_of(o));
  invert(v, out_xmm(o), t);
}

// x <= y where the minimum of both is x. row.code: minimum or maximum, immediate: log2 of the
// lanes' bytes.
void emit_by_extreme(Assembler& a, const Row& row, const Operands& o) {
  Simd v(a);
  const Xmm d = out_xmm(o), x = in_xmm(o, 0), t = row_scratch_xmm(row, o);
  constexpr Opcode equal[] = {op::pcmpeqb, op::pcmpeqw, op::pcmpeqd};
  v.op3(opcode(row), t, x, y_of(o));
  if ((row.code & negated) == 0) return v.op3(equal[immediate(row)], d, x, t, true);
  v.op3(equal[immediate(row)], t, t, x);
  invert(v, d, t);
}

// Greater-than of 64-bit lanes without pcmpgtq: the upper halves decide; where they are equal,
// y - x borrows exactly if x is greater.
void emit_compare64(Assembler& a, const Row& row, const Operands& o) {
  Simd v(a);
  const bool swap = (row.code & swapped) != 0;
  const Xmm d = out_xmm(o), x = in_xmm(o, swap ? 1 : 0), y = in_xmm(o, swap ? 0 : 1);
  const Xmm t = row_scratch_xmm(row, o), u = row_scratch_xmm(row, o, 1);
  v.psubq(t, y, x);
  v.pcmpeqd(u, x, y);
  v.pand(t, t, u);
  v.pcmpgtd(u, x, y);
  v.por(t, t, u);
  v.pshufd(t, t, 0xF5);
  if ((row.code & negated) != 0) invert(v, d, t);
  else v.mov(d, t);
}

void emit_not(Assembler& a, const Row& row, const Operands& o) {
  Simd v(a);
  const Xmm t = row_scratch_xmm(row, o);
  v.ones(t);
  v.pxor(out_xmm(o), in_xmm(o, 0), t);
}
// The bits of y, and those of x where the mask says so.
void emit_bitselect(Assembler& a, const Row& row, const Operands& o) {
  Simd v(a);
  const Xmm t = row_scratch_xmm(row, o);
  v.pxor(t, in_xmm(o, 0), y_of(o));
  v.pand(t, t, in_xmm(o, 2));
  v.op3(op::pxor, out_xmm(o), y_of(o), t, true);
}
void emit_neg(Assembler& a, const Row& row, const Operands& o) {
  Simd v(a);
  const Xmm d = out_xmm(o), t = row_scratch_xmm(row, o);
  v.zero(t);
  if (v.avx) return v.op3(opcode(row), d, t, in_xmm(o, 0));
  v.op3(opcode(row), t, t, in_xmm(o, 0));
  v.mov(d, t);
}
void emit_abs64(Assembler& a, const Row& row, const Operands& o) {
  Simd v(a);
  const Xmm d = out_xmm(o), t = row_scratch_xmm(row, o);
  v.pshufd(t, in_xmm(o, 0), 0xF5);
  v.psrad(t, t, 31);
  v.pxor(d, in_xmm(o, 0), t);
  v.psubq(d, d, t);
}
// Each half byte looks up its count.
void emit_popcnt(Assembler& a, const Row& row, const Operands& o) {
  Simd v(a);
  const Xmm d = out_xmm(o), x = in_xmm(o, 0), t = row_scratch_xmm(row, o),
            u = row_scratch_xmm(row, o, 1);
  const Mem low = a.literal128(0x0f0f0f0f0f0f0f0f, 0x0f0f0f0f0f0f0f0f);
  const Mem counts = a.literal128(0x0302020102010100, 0x0403030203020201);
  v.pand(t, x, low);
  v.psrlw(u, x, 4);
  v.pand(u, u, low);
  v.movaps(d, counts);
  v.pshufb(d, d, t);
  v.movaps(t, counts);
  v.pshufb(t, t, u);
  v.paddb(d, d, t);
}

// low * low + ((high * low + low * high) << 32)
void emit_mul64(Assembler& a, const Row& row, const Operands& o) {
  Simd v(a);
  const Xmm d = out_xmm(o), x = in_xmm(o, 0), y = y_of(o);
  const Xmm t = row_scratch_xmm(row, o), u = row_scratch_xmm(row, o, 1);
  v.psrlq(t, x, uint8_t{32});
  v.pmuludq(t, t, y);
  v.psrlq(u, y, uint8_t{32});
  v.pmuludq(u, u, x);
  v.paddq(t, t, u);
  v.psllq(t, t, uint8_t{32});
  v.op3(op::pmuludq, d, x, y, true);
  v.paddq(d, d, t);
}

// pmulhrsw, which wraps only for -32768 * -32768: turn that 0x8000 over.
void emit_q15mulr(Assembler& a, const Row& row, const Operands& o) {
  Simd v(a);
  const Xmm d = out_xmm(o), t = row_scratch_xmm(row, o);
  v.pmulhrsw(t, in_xmm(o, 0), y_of(o));
  v.pcmpeqw(d, t, a.literal128(0x8000800080008000, 0x8000800080008000));
  v.pxor(d, d, t);
}

// The count, masked, as the vector shifts want it. `g` keeps it.
void load_count(Simd& v, const Operands& o, Gpr g, Xmm t, int32_t mask) {
  v.a.mov(g, r32(o.in[1].reg));
  v.a.and_(g, mask);
  v.movd(t, g);
}

// Shifts of 16 to 64 bits. Row::code: the opcode by register, immediate: log2 of the lanes' bytes.
void emit_shift(Assembler& a, const Row& row, const Operands& o) {
  Simd v(a);
  const Xmm d = out_xmm(o), x = in_xmm(o, 0), t = row_scratch_xmm(row, o);
  const unsigned log = immediate(row);
  const int32_t mask = (8 << log) - 1;
  if (!o.in[1].is_imm()) {
    load_count(v, o, r32(o.scratch[0]), t, mask);
    return v.op3(opcode(row), d, x, t);
  }
  const uint8_t n = static_cast<uint8_t>(o.in[1].imm & mask);
  if (n == 0) return v.mov(d, x);
  // By immediate: 66 0F 71+log-1 /2 (logical right), /4 (arithmetic right), /6 (left).
  const uint8_t high = static_cast<uint8_t>(opcode(row).op >> 4);
  const uint8_t group = high == 0xD ? 2 : high == 0xE ? 4 : 6;
  const Opcode by_imm{P66, M0F, static_cast<uint8_t>(0x70 + log)};
  if (v.avx) {
    a.vrr(by_imm, false, group, d.code, x.code);
  } else {
    v.mov(d, x);
    a.rr(by_imm, false, group, d.code);
  }
  a.code().put8(n);
}

// Arithmetic right of 64 bits: by constant, halves are made apart and blended; else the shifted-in
// zeros become signs by (r ^ m) - m, m being the shifted sign bit.
void emit_shr_s64(Assembler& a, const Row& row, const Operands& o) {
  Simd v(a);
  const Xmm d = out_xmm(o), x = in_xmm(o, 0), t = row_scratch_xmm(row, o),
            u = row_scratch_xmm(row, o, 1);
  if (o.in[1].is_imm()) {
    const uint8_t n = static_cast<uint8_t>(o.in[1].imm & 63);
    if (n == 0) return v.mov(d, x);
    v.psrad(t, x, n < 32 ? n : uint8_t{31});
    if (n < 32) {
      v.psrlq(d, x, n);
    } else {
      v.psrad(u, x, static_cast<uint8_t>(n - 32));
      v.pshufd(d, u, 0xF5);
    }
    return v.pblendw(d, d, t, 0xCC);
  }
  load_count(v, o, r32(o.scratch[0]), t, 63);
  v.movaps(u, a.literal128(uint64_t{1} << 63, uint64_t{1} << 63));
  v.psrlq(u, u, t);
  v.psrlq(d, x, t);
  v.pxor(d, d, u);
  v.psubq(d, d, u);
}

// Bytes have no shifts: shift words and drop what crossed over.
Mem byte_mask(Assembler& a, uint64_t byte) {
  const uint64_t mask = byte * 0x0101010101010101;
  return a.literal128(mask, mask);
}
// u = 0xff >> n in every byte, t = n.
void byte_shift_mask(Simd& v, const Operands& o, Gpr g, Xmm t, Xmm u) {
  v.a.mov(g, r32(o.in[1].reg));
  v.a.and_(g, 7);
  v.a.add(g, 8);
  v.movd(t, g);
  v.ones(u);
  v.psrlw(u, u, t);
  v.packuswb(u, u, u);
  v.a.sub(g, 8);
  v.movd(t, g);
}
void emit_shl8(Assembler& a, const Row& row, const Operands& o) {
  Simd v(a);
  const Xmm d = out_xmm(o), x = in_xmm(o, 0), t = row_scratch_xmm(row, o),
            u = row_scratch_xmm(row, o, 1);
  if (o.in[1].is_imm()) {
    const uint8_t n = static_cast<uint8_t>(o.in[1].imm & 7);
    if (n == 0) return v.mov(d, x);
    v.psllw(d, x, n);
    return v.pand(d, d, byte_mask(a, 0xffu << n & 0xff));
  }
  byte_shift_mask(v, o, r32(o.scratch[0]), t, u);
  v.pand(d, x, u);
  v.psllw(d, d, t);
}
void emit_shr_u8(Assembler& a, const Row& row, const Operands& o) {
  Simd v(a);
  const Xmm d = out_xmm(o), x = in_xmm(o, 0), t = row_scratch_xmm(row, o),
            u = row_scratch_xmm(row, o, 1);
  if (o.in[1].is_imm()) {
    const uint8_t n = static_cast<uint8_t>(o.in[1].imm & 7);
    if (n == 0) return v.mov(d, x);
    v.psrlw(d, x, n);
    return v.pand(d, d, byte_mask(a, 0xffu >> n));
  }
  byte_shift_mask(v, o, r32(o.scratch[0]), t, u);
  v.psrlw(d, x, t);
  v.pand(d, d, u);
}
// Each byte in the upper half of a word, shifted by eight more, packed again.
void emit_shr_s8(Assembler& a, const Row& row, const Operands& o) {
  Simd v(a);
  const Xmm d = out_xmm(o), x = in_xmm(o, 0), t = row_scratch_xmm(row, o),
            u = row_scratch_xmm(row, o, 1);
  if (o.in[1].is_imm()) {
    const uint8_t n = static_cast<uint8_t>((o.in[1].imm & 7) + 8);
    v.punpckhbw(u, x, x);
    v.punpcklbw(d, x, x);
    v.psraw(u, u, n);
    v.psraw(d, d, n);
    return v.packsswb(d, d, u);
  }
  const Gpr g = r32(o.scratch[0]);
  a.mov(g, r32(o.in[1].reg));
  a.and_(g, 7);
  a.add(g, 8);
  v.movd(t, g);
  v.punpckhbw(u, x, x);
  v.punpcklbw(d, x, x);
  v.psraw(u, u, t);
  v.psraw(d, d, t);
  v.packsswb(d, d, u);
}

// Float minimum and maximum. minps answers with its second operand for NaNs and zeros: asked both
// ways and combined, zeros are right and NaNs still NaNs, whose payload is then cleared.
void clear_payload(Simd& v, bool wide, Xmm d, Xmm t, Xmm u) {
  v.op3(wide ? op::cmppd : op::cmpps, t, t, u);
  v.a.code().put8(3);  // unordered
  v.orps(u, u, t);
  if (wide) v.psrlq(t, t, uint8_t{13});
  else v.psrld(t, t, uint8_t{10});
  v.andnps(d, t, u);
}
void emit_min(Assembler& a, const Row& row, const Operands& o) {
  Simd v(a);
  const Xmm x = in_xmm(o, 0), y = y_of(o), t = row_scratch_xmm(row, o),
            u = row_scratch_xmm(row, o, 1);
  const bool wide = row.code != 0;
  const Opcode min = wide ? op::minpd : op::minps;
  v.op3(min, t, x, y);
  v.op3(min, u, y, x);
  v.orps(u, u, t);
  clear_payload(v, wide, out_xmm(o), t, u);
}
// Where the answers differ in the sign of zero, subtracting -0 from -0 makes +0.
void emit_max(Assembler& a, const Row& row, const Operands& o) {
  Simd v(a);
  const Xmm x = in_xmm(o, 0), y = y_of(o), t = row_scratch_xmm(row, o),
            u = row_scratch_xmm(row, o, 1);
  const bool wide = row.code != 0;
  const Opcode max = wide ? op::maxpd : op::maxps;
  v.op3(max, t, x, y);
  v.op3(max, u, y, x);
  v.xorps(t, t, u);
  v.orps(u, u, t);
  v.op3(wide ? op::subpd : op::subps, u, u, t);
  clear_payload(v, wide, out_xmm(o), t, u);
}

void emit_abs(Assembler& a, const Row& row, const Operands& o) {
  const uint64_t mask = row.code != 0 ? ~(uint64_t{1} << 63) : 0x7fffffff7fffffff;
  Simd(a).andps(out_xmm(o), in_xmm(o, 0), a.literal128(mask, mask));
}
void emit_fneg(Assembler& a, const Row& row, const Operands& o) {
  const uint64_t mask = row.code != 0 ? uint64_t{1} << 63 : 0x8000000080000000;
  Simd(a).xorps(out_xmm(o), in_xmm(o, 0), a.literal128(mask, mask));
}

// Rounded after the multiplication and after the addition.
void emit_madd(Assembler& a, const Row& row, const Operands& o) {
  Simd v(a);
  const bool wide = row.code != 0;
  const Xmm t = row_scratch_xmm(row, o);
  v.op3(wide ? op::mulpd : op::mulps, t, in_xmm(o, 0), y_of(o));
  v.op3(wide ? op::addpd : op::addps, out_xmm(o), in_xmm(o, 2), t);
}
void emit_nmadd(Assembler& a, const Row& row, const Operands& o) {
  Simd v(a);
  const bool wide = row.code != 0;
  const Xmm t = row_scratch_xmm(row, o);
  v.op3(wide ? op::mulpd : op::mulps, t, in_xmm(o, 0), y_of(o));
  v.op3(wide ? op::subpd : op::subps, out_xmm(o), in_xmm(o, 2), t);
}

// Even and odd signed bytes multiplied as words, their products added with saturation.
void dot_bytes(Simd& v, const Row& row, const Operands& o) {
  const Xmm d = out_xmm(o), x = in_xmm(o, 0), y = y_of(o);
  const Xmm t = row_scratch_xmm(row, o), u = row_scratch_xmm(row, o, 1);
  v.psllw(t, x, uint8_t{8});
  v.psraw(t, t, uint8_t{8});
  v.psllw(u, y, uint8_t{8});
  v.psraw(u, u, uint8_t{8});
  v.pmullw(t, t, u);
  v.psraw(u, x, uint8_t{8});
  v.psraw(d, y, uint8_t{8});
  v.pmullw(d, d, u);
  v.paddsw(d, d, t);
}
void emit_dot_bytes(Assembler& a, const Row& row, const Operands& o) {
  Simd v(a);
  dot_bytes(v, row, o);
}
void emit_dot_bytes_add(Assembler& a, const Row& row, const Operands& o) {
  Simd v(a);
  dot_bytes(v, row, o);
  v.pmaddwd(out_xmm(o), out_xmm(o), a.literal128(0x0001000100010001, 0x0001000100010001));
  v.paddd(out_xmm(o), out_xmm(o), in_xmm(o, 2));
}

using namespace effect;

// clang-format off
#define ROW(name, shape, emit, code, effects, ...) \
  make_row(#name, Op::name, shape, emit_as<emit>, code, effects __VA_OPT__(, ) __VA_ARGS__)
#define SAME(name, o) ROW(name, "v~0 < v v^/m16", emit_3, pack(op::o), commutes | keeps_flags)
#define PLAIN(name, o) ROW(name, "v~0 < v v^/m16", emit_3, pack(op::o), keeps_flags)
#define BACK(name, o) ROW(name, "v~1 < v%/m16 v", emit_3_swapped, pack(op::o), keeps_flags)
#define ONE(name, o) ROW(name, "v < v/m16", emit_2, pack(op::o), keeps_flags)
#define ONE_IMM(name, o, i) ROW(name, "v < v/m16", emit_2_imm, pack(op::o, i), keeps_flags)
#define NOT_EQUAL(name, o) ROW(name, "v < v v ; x", emit_negated, pack(op::o), commutes | keeps_flags)
#define EXTREME(name, o, log, flags) ROW(name, "v~0 < v v ; x", emit_by_extreme, pack(op::o, log) | flags, keeps_flags)
#define COMPARE64(name, flags, shape, emit)                                                   \
  ROW(name, shape, emit, pack(op::pcmpgtq) | flags, keeps_flags, cpu::sse42),                 \
  ROW(name, "v < v v ; x x", emit_compare64, flags, keeps_flags)
#define SHIFT(name, o, log) ROW(name, "v~0 < v i/u ; g x", emit_shift, pack(op::o, log), 0)

// t: lanes, b: the instructions' suffix
#define INT_LANES(t, b, log)                                                                  \
  SAME(t##_add, padd##b), PLAIN(t##_sub, psub##b), SAME(t##_eq, pcmpeq##b),                   \
  NOT_EQUAL(t##_ne, pcmpeq##b), PLAIN(t##_gt_s, pcmpgt##b), BACK(t##_lt_s, pcmpgt##b),        \
  SAME(t##_min_s, pmins##b), SAME(t##_min_u, pminu##b), SAME(t##_max_s, pmaxs##b),            \
  SAME(t##_max_u, pmaxu##b), EXTREME(t##_le_s, pmins##b, log, 0),                             \
  EXTREME(t##_ge_s, pmaxs##b, log, 0), EXTREME(t##_le_u, pminu##b, log, 0),                   \
  EXTREME(t##_ge_u, pmaxu##b, log, 0), EXTREME(t##_gt_u, pminu##b, log, negated),             \
  EXTREME(t##_lt_u, pmaxu##b, log, negated), ONE(t##_abs, pabs##b),                           \
  ROW(t##_neg, "v < v ; x", emit_neg, pack(op::psub##b), keeps_flags)
#define SATURATING(t, b)                                                                      \
  SAME(t##_add_sat_s, padds##b), SAME(t##_add_sat_u, paddus##b),                              \
  PLAIN(t##_sub_sat_s, psubs##b), PLAIN(t##_sub_sat_u, psubus##b), SAME(t##_avgr_u, pavg##b)
#define FCMP(name, o, i, effects) ROW(name, "v~0 < v v^/m16", emit_compare, pack(op::o, i), (effects) | keeps_flags)
#define FCMP_BACK(name, o, i) ROW(name, "v~1 < v%/m16 v", emit_compare, pack(op::o, i) | swapped, keeps_flags)
#define FLOAT_LANES(t, s, w)                                                                  \
  SAME(t##_add, add##s), PLAIN(t##_sub, sub##s), SAME(t##_mul, mul##s), PLAIN(t##_div, div##s), \
  ONE(t##_sqrt, sqrt##s), ONE_IMM(t##_nearest, round##s, 8), ONE_IMM(t##_floor, round##s, 9), \
  ONE_IMM(t##_ceil, round##s, 10), ONE_IMM(t##_trunc, round##s, 11),                          \
  ROW(t##_min, "v < v v ; x x", emit_min, w, commutes | keeps_flags),                         \
  ROW(t##_max, "v < v v ; x x", emit_max, w, commutes | keeps_flags),                         \
  ROW(t##_relaxed_min, "v < v v ; x x", emit_min, w, commutes | keeps_flags),                 \
  ROW(t##_relaxed_max, "v < v v ; x x", emit_max, w, commutes | keeps_flags),                 \
  BACK(t##_pmin, min##s), BACK(t##_pmax, max##s),                                             \
  ROW(t##_abs, "v~0 < v", emit_abs, w, keeps_flags),                                          \
  ROW(t##_neg, "v~0 < v", emit_fneg, w, keeps_flags),                                         \
  FCMP(t##_eq, cmp##s, 0, commutes), FCMP(t##_ne, cmp##s, 4, commutes),                       \
  FCMP(t##_lt, cmp##s, 1, 0), FCMP(t##_le, cmp##s, 2, 0),                                     \
  FCMP_BACK(t##_gt, cmp##s, 1), FCMP_BACK(t##_ge, cmp##s, 2),                                 \
  ROW(t##_relaxed_madd, "v~2 < v v v ; x", emit_madd, w, commutes | keeps_flags),             \
  ROW(t##_relaxed_nmadd, "v~2 < v v v ; x", emit_nmadd, w, commutes | keeps_flags)
#define BITSELECT(name) ROW(name, "v~1 < v v v ; x", emit_bitselect, 0, keeps_flags)

constexpr Row table[] = {
    INT_LANES(i8x16, b, 0),
    INT_LANES(i16x8, w, 1),
    INT_LANES(i32x4, d, 2),
    SATURATING(i8x16, b),
    SATURATING(i16x8, w),
    SAME(i64x2_add, paddq),
    PLAIN(i64x2_sub, psubq),
    SAME(i64x2_eq, pcmpeqq),
    NOT_EQUAL(i64x2_ne, pcmpeqq),
    COMPARE64(i64x2_gt_s, 0, "v~0 < v v^/m16", emit_3),
    COMPARE64(i64x2_lt_s, swapped, "v~1 < v%/m16 v", emit_3_swapped),
    COMPARE64(i64x2_le_s, negated, "v < v v ; x", emit_negated),
    COMPARE64(i64x2_ge_s, swapped | negated, "v < v v ; x", emit_negated),
    ROW(i64x2_abs, "v < v ; x", emit_abs64, 0, keeps_flags),
    ROW(i64x2_neg, "v < v ; x", emit_neg, pack(op::psubq), keeps_flags),
    SAME(i16x8_mul, pmullw),
    SAME(i32x4_mul, pmulld),
    ROW(i64x2_mul, "v < v v ; x x", emit_mul64, 0, commutes | keeps_flags),
    SAME(i32x4_dot_i16x8_s, pmaddwd),
    ROW(i16x8_q15mulr_sat_s, "v < v v ; x", emit_q15mulr, 0, commutes | keeps_flags),
    ROW(i16x8_relaxed_q15mulr_s, "v < v v ; x", emit_q15mulr, 0, commutes | keeps_flags),
    ROW(i16x8_relaxed_dot_i8x16_i7x16_s, "v < v v ; x x", emit_dot_bytes, 0, keeps_flags),
    ROW(i32x4_relaxed_dot_i8x16_i7x16_add_s, "v < v v v# ; x x", emit_dot_bytes_add, 0, keeps_flags),
    ROW(i8x16_popcnt, "v < v ; x x", emit_popcnt, 0, keeps_flags),
    SAME(v128_and, pand),
    SAME(v128_or, por),
    SAME(v128_xor, pxor),
    BACK(v128_andnot, pandn),
    ROW(v128_not, "v~0 < v ; x", emit_not, 0, keeps_flags),
    BITSELECT(v128_bitselect),
    BITSELECT(i8x16_relaxed_laneselect),
    BITSELECT(i16x8_relaxed_laneselect),
    BITSELECT(i32x4_relaxed_laneselect),
    BITSELECT(i64x2_relaxed_laneselect),
    ROW(i8x16_shl, "v < v i/u ; g x x", emit_shl8, 0, 0),
    ROW(i8x16_shr_s, "v < v i/u ; g x x", emit_shr_s8, 0, 0),
    ROW(i8x16_shr_u, "v < v i/u ; g x x", emit_shr_u8, 0, 0),
    SHIFT(i16x8_shl, psllw, 1),
    SHIFT(i16x8_shr_s, psraw, 1),
    SHIFT(i16x8_shr_u, psrlw, 1),
    SHIFT(i32x4_shl, pslld, 2),
    SHIFT(i32x4_shr_s, psrad, 2),
    SHIFT(i32x4_shr_u, psrld, 2),
    SHIFT(i64x2_shl, psllq, 3),
    SHIFT(i64x2_shr_u, psrlq, 3),
    ROW(i64x2_shr_s, "v < v i/u ; g x x", emit_shr_s64, 0, 0),
    FLOAT_LANES(f32x4, ps, 0),
    FLOAT_LANES(f64x2, pd, 1),
};
// clang-format on

}  // namespace

std::span<const Row> vector_rows() { return table; }

}  // namespace nacre::codegen::x64

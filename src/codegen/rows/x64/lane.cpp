// SPDX-License-Identifier: Apache-2.0
//
// Rows that fill, take, put and move lanes, and reductions to a bit or a mask.
#include "codegen/rows/x64/emit.hpp"
#include "codegen/rows/x64/shuffle.hpp"

namespace nacre::codegen::x64 {
namespace {

using wasm::Op;
namespace cpu = os::cpu;

void emit_splat_avx2(Assembler& a, const Row& row, const Operands& o) {
  const Xmm d = out_xmm(o);
  a.vmovd(d, in_gpr(row, o, 0));
  a.vrr(opcode(row), false, d.code, 0, d.code);
}
void emit_splat8(Assembler& a, const Row& row, const Operands& o) {
  Simd v(a);
  const Xmm d = out_xmm(o), t = row_scratch_xmm(row, o);
  v.movd(d, r32(o.in[0].reg));
  v.zero(t);
  v.pshufb(d, d, t);
}
void emit_splat16(Assembler& a, const Row&, const Operands& o) {
  Simd v(a);
  const Xmm d = out_xmm(o);
  v.movd(d, r32(o.in[0].reg));
  v.pshuflw(d, d, 0);
  v.pshufd(d, d, 0);
}
void emit_splat32(Assembler& a, const Row&, const Operands& o) {
  Simd v(a);
  v.movd(out_xmm(o), r32(o.in[0].reg));
  v.pshufd(out_xmm(o), out_xmm(o), 0);
}
void emit_splat64(Assembler& a, const Row&, const Operands& o) {
  Simd v(a);
  v.movd(out_xmm(o), r64(o.in[0].reg));
  v.pshufd(out_xmm(o), out_xmm(o), 0x44);
}
void emit_splat_f32(Assembler& a, const Row&, const Operands& o) {
  Simd v(a);
  const Xmm d = out_xmm(o);
  if (o.in[0].is_mem()) v.movss(d, o.in[0].mem);
  v.pshufd(d, o.in[0].is_mem() ? d : in_xmm(o, 0), 0);
}
void emit_splat_f64(Assembler& a, const Row&, const Operands& o) {
  Simd v(a);
  if (o.in[0].is_mem()) v.movddup(out_xmm(o), o.in[0].mem);
  else v.movddup(out_xmm(o), in_xmm(o, 0));
}

void emit_extract8(Assembler& a, const Row& row, const Operands& o) {
  const Gpr d = r32(o.out[0]);
  if (a.has(cpu::avx)) a.vpextrb(d, in_xmm(o, 0), o.lane);
  else a.pextrb(d, in_xmm(o, 0), o.lane);
  if (row.code != 0) a.movsx8(d, d);
}
void emit_extract16(Assembler& a, const Row& row, const Operands& o) {
  const Gpr d = r32(o.out[0]);
  if (a.has(cpu::avx)) a.vpextrw(d, in_xmm(o, 0), o.lane);
  else a.pextrw(d, in_xmm(o, 0), o.lane);
  if (row.code != 0) a.movsx16(d, d);
}
void emit_extract(Assembler& a, const Row& row, const Operands& o) {
  const Gpr d = out_gpr(row, o);
  if (o.lane == 0) return Simd(a).movd(d, in_xmm(o, 0));
  if (a.has(cpu::avx)) a.vpextr(d, in_xmm(o, 0), o.lane);
  else a.pextr(d, in_xmm(o, 0), o.lane);
}
// What else is in the register of a scalar float does not matter.
void emit_extract_f32(Assembler& a, const Row&, const Operands& o) {
  Simd v(a);
  if (o.lane == 0) v.mov(out_xmm(o), in_xmm(o, 0));
  else if (o.lane == 1) v.movshdup(out_xmm(o), in_xmm(o, 0));
  else v.pshufd(out_xmm(o), in_xmm(o, 0), o.lane);
}
void emit_extract_f64(Assembler& a, const Row&, const Operands& o) {
  Simd v(a);
  if (o.lane == 0) v.mov(out_xmm(o), in_xmm(o, 0));
  else v.pshufd(out_xmm(o), in_xmm(o, 0), 0xEE);
}

void emit_replace(Assembler& a, const Row& row, const Operands& o) {
  Simd v(a);
  const Size lane = static_cast<Size>(row.code);
  const Xmm d = out_xmm(o), x = in_xmm(o, 0);
  const Operand& y = o.in[1];
  const Gpr value = {y.reg, lane == Size::q ? Size::q : Size::d};
  if (!v.avx) v.mov(d, x);
  if (v.avx && y.is_mem()) a.vpinsr(lane, d, x, y.mem, o.lane);
  else if (v.avx) a.vpinsr(lane, d, x, value, o.lane);
  else if (y.is_mem()) a.pinsr(lane, d, y.mem, o.lane);
  else a.pinsr(lane, d, value, o.lane);
}
void emit_replace_f32(Assembler& a, const Row&, const Operands& o) {
  Simd v(a);
  const uint8_t where = static_cast<uint8_t>(o.lane << 4);
  if (o.in[1].is_mem()) v.insertps(out_xmm(o), in_xmm(o, 0), o.in[1].mem, where);
  else v.insertps(out_xmm(o), in_xmm(o, 0), in_xmm(o, 1), where);
}
void emit_replace_f64(Assembler& a, const Row&, const Operands& o) {
  Simd v(a);
  const Xmm d = out_xmm(o), x = in_xmm(o, 0);
  if (o.in[1].is_mem()) {
    const Opcode half{NP, M0F, static_cast<uint8_t>(o.lane == 0 ? 0x12 : 0x16)};  // movlps, movhps
    v.op3(half, d, x, o.in[1].mem);
  } else if (o.lane == 0) {
    v.op3({PF2, M0F, 0x10}, d, x, in_xmm(o, 1));  // movsd keeps the upper half
  } else {
    v.unpcklpd(d, x, in_xmm(o, 1));
  }
}

// pshufb gives 0 for selectors with the top bit: all above 15 get it.
void emit_swizzle(Assembler& a, const Row& row, const Operands& o) {
  Simd v(a);
  const Xmm t = row_scratch_xmm(row, o);
  v.paddusb(t, in_xmm(o, 1), a.literal128(0x7070707070707070, 0x7070707070707070));
  v.pshufb(out_xmm(o), in_xmm(o, 0), t);
}
void emit_shuffle_row(Assembler& a, const Row& row, const Operands& o) {
  Simd v(a);
  emit_shuffle(v, out_xmm(o), in_xmm(o, 0), in_xmm(o, 1), row_scratch_xmm(row, o), o.pattern);
}

void emit_bitmask8(Assembler& a, const Row&, const Operands& o) {
  Simd(a).pmovmskb(r32(o.out[0]), in_xmm(o, 0));
}
void emit_bitmask16(Assembler& a, const Row& row, const Operands& o) {
  Simd v(a);
  const Xmm t = row_scratch_xmm(row, o);
  const Gpr d = r32(o.out[0]);
  v.packsswb(t, in_xmm(o, 0), in_xmm(o, 0));
  v.pmovmskb(d, t);
  a.movzx8(d, d);
}
void emit_bitmask32(Assembler& a, const Row&, const Operands& o) {
  Simd(a).movmskps(r32(o.out[0]), in_xmm(o, 0));
}
void emit_bitmask64(Assembler& a, const Row&, const Operands& o) {
  Simd(a).movmskpd(r32(o.out[0]), in_xmm(o, 0));
}

// ptest sets the zero flag when no bit is set.
void emit_any(Assembler& a, const Row&, const Operands& o) {
  Simd(a).ptest(in_xmm(o, 0), in_xmm(o, 0));
}
void emit_all(Assembler& a, const Row& row, const Operands& o) {
  Simd v(a);
  const Xmm t = row_scratch_xmm(row, o);
  v.zero(t);
  v.op3(opcode(row), t, t, in_xmm(o, 0));
  v.ptest(t, t);
}
template <EmitX64 Test>
void emit_value(Assembler& a, const Row& row, const Operands& o) {
  const Gpr d = r32(o.out[0]);
  a.mov_zero(d);
  Test(a, row, o);
  a.set(static_cast<Cond>(row.condition.code), d.r8());
}

using namespace effect;

// clang-format off
#define ROW(name, shape, emit, code, ...) \
  make_row(#name, Op::name, shape, emit_as<emit>, code, keeps_flags __VA_OPT__(, ) __VA_ARGS__)
#define FLAGS(name, shape, emit, code, cond) \
  with_condition(make_row(#name, Op::name, shape, emit_as<emit>, code, 0), Cond::cond)
#define ALL_TRUE(name, o)                                                          \
  FLAGS(name, "F < v ; x", emit_all, pack(op::o), e),                              \
  FLAGS(name, "i < v ; x", emit_value<emit_all>, pack(op::o), e)

constexpr Row table[] = {
    ROW(i8x16_splat, "v < i", emit_splat_avx2, pack({P66, M38, 0x78}), cpu::avx2),
    ROW(i8x16_splat, "v < i ; x", emit_splat8, 0),
    ROW(i16x8_splat, "v < i", emit_splat_avx2, pack({P66, M38, 0x79}), cpu::avx2),
    ROW(i16x8_splat, "v < i", emit_splat16, 0),
    ROW(i32x4_splat, "v < i", emit_splat_avx2, pack({P66, M38, 0x58}), cpu::avx2),
    ROW(i32x4_splat, "v < i", emit_splat32, 0),
    ROW(i64x2_splat, "v < l", emit_splat_avx2, pack({P66, M38, 0x59}), cpu::avx2),
    ROW(i64x2_splat, "v < l", emit_splat64, 0),
    ROW(f32x4_splat, "v < f/m4", emit_splat_f32, 0),
    ROW(f64x2_splat, "v < d/m8", emit_splat_f64, 0),
    ROW(i8x16_extract_lane_s, "i < v", emit_extract8, 1),
    ROW(i8x16_extract_lane_u, "i < v", emit_extract8, 0),
    ROW(i16x8_extract_lane_s, "i < v", emit_extract16, 1),
    ROW(i16x8_extract_lane_u, "i < v", emit_extract16, 0),
    ROW(i32x4_extract_lane, "i < v", emit_extract, 0),
    ROW(i64x2_extract_lane, "l < v", emit_extract, 0),
    ROW(f32x4_extract_lane, "f < v", emit_extract_f32, 0),
    ROW(f64x2_extract_lane, "d < v", emit_extract_f64, 0),
    ROW(i8x16_replace_lane, "v~0 < v i", emit_replace, 1),
    ROW(i16x8_replace_lane, "v~0 < v i", emit_replace, 2),
    ROW(i32x4_replace_lane, "v~0 < v i/m4", emit_replace, 4),
    ROW(i64x2_replace_lane, "v~0 < v l/m8", emit_replace, 8),
    ROW(f32x4_replace_lane, "v~0 < v f^/m4", emit_replace_f32, 0),
    ROW(f64x2_replace_lane, "v~0 < v d^/m8", emit_replace_f64, 0),
    ROW(i8x16_swizzle, "v~0 < v v ; x", emit_swizzle, 0),
    ROW(i8x16_relaxed_swizzle, "v~0 < v v ; x", emit_swizzle, 0),
    ROW(i8x16_shuffle, "v~0 < v v ; x", emit_shuffle_row, 0),
    ROW(i8x16_bitmask, "i < v", emit_bitmask8, 0),
    ROW(i16x8_bitmask, "i < v ; x", emit_bitmask16, 0),
    ROW(i32x4_bitmask, "i < v", emit_bitmask32, 0),
    ROW(i64x2_bitmask, "i < v", emit_bitmask64, 0),
    FLAGS(v128_any_true, "F < v", emit_any, 0, ne),
    FLAGS(v128_any_true, "i < v", emit_value<emit_any>, 0, ne),
    ALL_TRUE(i8x16_all_true, pcmpeqb),
    ALL_TRUE(i16x8_all_true, pcmpeqw),
    ALL_TRUE(i32x4_all_true, pcmpeqd),
    ALL_TRUE(i64x2_all_true, pcmpeqq),
};
// clang-format on

}  // namespace

std::span<const Row> lane_rows() { return table; }

}  // namespace nacre::codegen::x64

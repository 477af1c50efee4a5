// SPDX-License-Identifier: Apache-2.0
//
// Rows of plain loads and stores. The first input is the address; bounds are not their business.
#include "codegen/rows/x64/emit.hpp"

namespace nacre::codegen::x64 {
namespace {

using wasm::Op;

constexpr uint32_t is_signed = 0x100;  // in Row::code, beside the width in bytes

void emit_load(Assembler& a, const Row& row, const Operands& o) {
  const Gpr d = out_gpr(row, o);
  const Mem& m = o.in[0].mem;
  switch (row.code) {
    case 1:
      return a.movzx8(d.r32(), m);
    case 2:
      return a.movzx16(d.r32(), m);
    case 4:
      return a.mov(d.r32(), m);
    case 8:
      return a.mov(d, m);
    case 1 | is_signed:
      return a.movsx8(d, m);
    case 2 | is_signed:
      return a.movsx16(d, m);
    case 4 | is_signed:
      return a.movsxd(d, m);
    default:
      return;
  }
}

void emit_store(Assembler& a, const Row& row, const Operands& o) {
  const Size size = static_cast<Size>(row.code);
  const Mem& m = o.in[0].mem;
  if (!o.in[1].is_imm()) return a.mov(m, Gpr{o.in[1].reg, size});
  const int32_t i = imm32(o.in[1]);
  a.mov(size, m,
        size == Size::b   ? static_cast<int8_t>(i)
        : size == Size::w ? static_cast<int16_t>(i)
                          : i);
}

void emit_load_vec(Assembler& a, const Row& row, const Operands& o) {
  load_value(a, row.out[0].cls, o.out[0], o.in[0].mem);
}
void emit_store_vec(Assembler& a, const Row& row, const Operands& o) {
  store_value(a, row.in[1].cls, o.in[0].mem, o.in[1].reg);
}

// Widening loads and loads into the lowest lane: one vector instruction.
void emit_load_op2(Assembler& a, const Row& row, const Operands& o) {
  Simd(a).op2(opcode(row), out_xmm(o), o.in[0].mem);
}

void emit_broadcast(Assembler& a, const Row& row, const Operands& o) {
  a.vrm(opcode(row), false, out_xmm(o).code, 0, o.in[0].mem);
}
// The access comes first: a fault must be at the first instruction.
void emit_load8_splat(Assembler& a, const Row& row, const Operands& o) {
  Simd v(a);
  const Xmm d = out_xmm(o), t = row_scratch_xmm(row, o);
  if (v.avx) a.vpinsr(Size::b, d, d, o.in[0].mem, 0);
  else a.pinsr(Size::b, d, o.in[0].mem, 0);
  v.zero(t);
  v.pshufb(d, d, t);
}
void emit_load16_splat(Assembler& a, const Row&, const Operands& o) {
  Simd v(a);
  const Xmm d = out_xmm(o);
  if (v.avx) a.vpinsr(Size::w, d, d, o.in[0].mem, 0);
  else a.pinsr(Size::w, d, o.in[0].mem, 0);
  v.pshuflw(d, d, 0);
  v.pshufd(d, d, 0);
}
void emit_load32_splat(Assembler& a, const Row&, const Operands& o) {
  Simd v(a);
  const Xmm d = out_xmm(o);
  v.movss(d, o.in[0].mem);
  v.pshufd(d, d, 0);
}

// Into and out of single lanes. row.code is the lane's size.
void emit_load_lane(Assembler& a, const Row& row, const Operands& o) {
  Simd v(a);
  const Size lane = static_cast<Size>(row.code);
  const Xmm d = out_xmm(o), x = in_xmm(o, 1);
  if (v.avx) return a.vpinsr(lane, d, x, o.in[0].mem, o.lane);
  v.mov(d, x);
  a.pinsr(lane, d, o.in[0].mem, o.lane);
}
void emit_store_lane(Assembler& a, const Row& row, const Operands& o) {
  Simd v(a);
  const Size lane = static_cast<Size>(row.code);
  const Mem& m = o.in[0].mem;
  const Xmm x = in_xmm(o, 1);
  if (lane == Size::d && o.lane == 0) return v.movss(m, x);
  if (lane == Size::q && o.lane == 0) return v.movlps(m, x);
  if (lane == Size::q) return v.movhps(m, x);
  if (v.avx) a.vpextr(lane, m, x, o.lane);
  else a.pextr(lane, m, x, o.lane);
}

void emit_const(Assembler& a, const Row&, const Operands& o) {
  Simd v(a);
  const uint64_t low = lane<uint64_t>(o.pattern, 0), high = lane<uint64_t>(o.pattern, 1);
  if ((low | high) == 0) v.zero(out_xmm(o));
  else if ((low & high) == ~uint64_t{0}) v.ones(out_xmm(o));
  else v.movaps(out_xmm(o), a.literal128(low, high));
}

namespace cpu = os::cpu;
using namespace effect;

// clang-format off
#define ROW(name, shape, emit, code, effects, ...) \
  make_row(#name, Op::name, shape, emit_as<emit>, code, (effects) | keeps_flags __VA_OPT__(, ) __VA_ARGS__)
#define LOAD(name, c, m, code) ROW(name, c " < a/m" m, emit_load, code, reads)
#define STORE(name, c, m, code) ROW(name, "< a/m" m " " c "/i", emit_store, code, writes)
#define WIDEN(name, o) ROW(name, "v < a/m8", emit_load_op2, pack(op::o), reads)
#define LOAD_LANE(name, m) ROW(name, "v~1 < a/m" #m " v", emit_load_lane, m, reads)
#define STORE_LANE(name, m) ROW(name, "< a/m" #m " v", emit_store_lane, m, writes)

constexpr Row table[] = {
    LOAD(i32_load, "i", "4", 4),
    LOAD(i64_load, "l", "8", 8),
    LOAD(i32_load8_s, "i", "1", 1 | is_signed),
    LOAD(i32_load8_u, "i", "1", 1),
    LOAD(i32_load16_s, "i", "2", 2 | is_signed),
    LOAD(i32_load16_u, "i", "2", 2),
    LOAD(i64_load8_s, "l", "1", 1 | is_signed),
    LOAD(i64_load8_u, "l", "1", 1),
    LOAD(i64_load16_s, "l", "2", 2 | is_signed),
    LOAD(i64_load16_u, "l", "2", 2),
    LOAD(i64_load32_s, "l", "4", 4 | is_signed),
    LOAD(i64_load32_u, "l", "4", 4),
    STORE(i32_store, "i", "4", 4),
    STORE(i64_store, "l", "8", 8),
    STORE(i32_store8, "i", "1", 1),
    STORE(i32_store16, "i", "2", 2),
    STORE(i64_store8, "l", "1", 1),
    STORE(i64_store16, "l", "2", 2),
    STORE(i64_store32, "l", "4", 4),
    ROW(f32_load, "f < a/m4", emit_load_vec, 0, reads),
    ROW(f64_load, "d < a/m8", emit_load_vec, 0, reads),
    ROW(v128_load, "v < a/m16", emit_load_vec, 0, reads),
    ROW(f32_store, "< a/m4 f", emit_store_vec, 0, writes),
    ROW(f64_store, "< a/m8 d", emit_store_vec, 0, writes),
    ROW(v128_store, "< a/m16 v", emit_store_vec, 0, writes),
    WIDEN(v128_load8x8_s, pmovsxbw),
    WIDEN(v128_load8x8_u, pmovzxbw),
    WIDEN(v128_load16x4_s, pmovsxwd),
    WIDEN(v128_load16x4_u, pmovzxwd),
    WIDEN(v128_load32x2_s, pmovsxdq),
    WIDEN(v128_load32x2_u, pmovzxdq),
    ROW(v128_load8_splat, "v < a/m1", emit_broadcast, pack({P66, M38, 0x78}), reads, cpu::avx2),
    ROW(v128_load8_splat, "v < a/m1 ; x", emit_load8_splat, 0, reads),
    ROW(v128_load16_splat, "v < a/m2", emit_broadcast, pack({P66, M38, 0x79}), reads, cpu::avx2),
    ROW(v128_load16_splat, "v < a/m2", emit_load16_splat, 0, reads),
    ROW(v128_load32_splat, "v < a/m4", emit_broadcast, pack({P66, M38, 0x18}), reads, cpu::avx),
    ROW(v128_load32_splat, "v < a/m4", emit_load32_splat, 0, reads),
    ROW(v128_load64_splat, "v < a/m8", emit_load_op2, pack(op::movddup), reads),
    ROW(v128_load32_zero, "v < a/m4", emit_load_op2, pack({PF3, M0F, 0x10}), reads),
    ROW(v128_load64_zero, "v < a/m8", emit_load_op2, pack({PF2, M0F, 0x10}), reads),
    LOAD_LANE(v128_load8_lane, 1),
    LOAD_LANE(v128_load16_lane, 2),
    LOAD_LANE(v128_load32_lane, 4),
    LOAD_LANE(v128_load64_lane, 8),
    STORE_LANE(v128_store8_lane, 1),
    STORE_LANE(v128_store16_lane, 2),
    STORE_LANE(v128_store32_lane, 4),
    STORE_LANE(v128_store64_lane, 8),
    make_row("v128_const", Op::v128_const, "v < ", emit_as<emit_const>, 0, keeps_flags),
};
// clang-format on

}  // namespace

std::span<const Row> memory_rows() { return table; }

}  // namespace nacre::codegen::x64

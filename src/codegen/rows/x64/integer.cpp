// SPDX-License-Identifier: Apache-2.0
//
// Rows of integer arithmetic, comparisons, selection and moves. Where x86-64's two-operand form
// would overwrite an input, the emitters find another form (lea, the other order, a move), so
// most rows leave the register of the result free.
#include <bit>

#include "codegen/rows/x64/emit.hpp"

namespace nacre::codegen::x64 {
namespace {

using wasm::Op;
namespace cpu = os::cpu;

// Numbers in instructions.def.
constexpr uint8_t alu_add = 0, alu_or = 1, alu_and = 4, alu_sub = 5, alu_xor = 6, alu_cmp = 7;
constexpr uint8_t shift_rol = 0, shift_ror = 1, shift_shl = 4, shift_shr = 5, shift_sar = 7;

void alu(Assembler& a, uint8_t n, Gpr d, const Operand& y) {
  if (y.is_imm()) a.alu(n, d, imm32(y));
  else if (y.is_mem()) a.alu(n, d, y.mem);
  else a.alu(n, d, Gpr{y.reg, d.size});
}

// d = x op y for an operation that commutes.
void commuting(Assembler& a, uint8_t n, Gpr d, Gpr x, const Operand& y) {
  if (!d.same(x) && y.reads(d.code)) {
    load(a, d, y);
    return a.alu(n, d, x);
  }
  move(a, d, x);
  alu(a, n, d, y);
}

void emit_bitwise(Assembler& a, const Row& row, const Operands& o) {
  commuting(a, static_cast<uint8_t>(row.code), out_gpr(row, o), in_gpr(row, o, 0), o.in[1]);
}

void emit_add(Assembler& a, const Row& row, const Operands& o) {
  const Gpr d = out_gpr(row, o), x = in_gpr(row, o, 0);
  const Operand& y = o.in[1];
  if (d.same(x) || y.is_mem() || (y.is_reg() && y.reg == d.code))
    return commuting(a, alu_add, d, x, y);
  if (y.is_imm()) return a.lea(d, mem(x, imm32(y)));
  // A base of rbp or r13 costs a displacement.
  if ((x.code & 7) == 5) a.lea(d, mem(Gpr{y.reg, Size::q}, x));
  else a.lea(d, mem(x, Gpr{y.reg, Size::q}));
}

void emit_sub(Assembler& a, const Row& row, const Operands& o) {
  const Gpr d = out_gpr(row, o), x = in_gpr(row, o, 0);
  const Operand& y = o.in[1];
  if (!d.same(x) && y.reads(d.code)) {
    load(a, d, y);
    a.neg(d);
    return a.add(d, x);
  }
  if (!d.same(x) && y.is_imm() && imm32(y) != INT32_MIN) return a.lea(d, mem(x, -imm32(y)));
  move(a, d, x);
  alu(a, alu_sub, d, y);
}

// 3, 5, 9 and powers of two have shorter ways.
void mul_by(Assembler& a, Gpr d, Gpr x, int32_t c) {
  if (c == 3 || c == 5 || c == 9)
    return a.lea(d, mem(x, x, static_cast<uint8_t>(c == 3 ? 1 : c == 5 ? 2 : 3)));
  if (c > 1 && (c & (c - 1)) == 0) {
    move(a, d, x);
    return a.shl(d, static_cast<uint8_t>(std::countr_zero(static_cast<uint32_t>(c))));
  }
  a.imul(d, x, c);
}

void emit_mul(Assembler& a, const Row& row, const Operands& o) {
  const Gpr d = out_gpr(row, o), x = in_gpr(row, o, 0);
  const Operand& y = o.in[1];
  if (y.is_imm()) return mul_by(a, d, x, imm32(y));
  if (!d.same(x) && y.reads(d.code)) {
    if (y.is_mem()) a.mov(d, y.mem);
    return a.imul(d, x);
  }
  move(a, d, x);
  if (y.is_mem()) a.imul(d, y.mem);
  else a.imul(d, Gpr{y.reg, d.size});
}

void shift_by(Assembler& a, uint8_t n, Gpr d, const Operand& x, int64_t count) {
  const uint8_t c = static_cast<uint8_t>(count & (d.size == Size::q ? 63 : 31));
  const bool rotates = n == shift_rol || n == shift_ror;
  const bool in_place = x.is_reg() && x.reg == d.code;
  if (rotates && !in_place && c != 0 && a.has(cpu::bmi2)) {
    const unsigned width = d.size == Size::q ? 64 : 32;
    const uint8_t right = static_cast<uint8_t>(n == shift_ror ? c : width - c);
    return x.is_mem() ? a.rorx(d, x.mem, right) : a.rorx(d, Gpr{x.reg, d.size}, right);
  }
  load(a, d, x);
  if (c != 0) a.shift(n, d, c);
}

// Count in rcx or constant.
void emit_shift(Assembler& a, const Row& row, const Operands& o) {
  const Gpr d = out_gpr(row, o);
  const uint8_t n = static_cast<uint8_t>(row.code);
  if (o.in[1].is_imm()) return shift_by(a, n, d, o.in[0], o.in[1].imm);
  load(a, d, o.in[0]);
  a.shift_cl(n, d);
}

// Count in any register.
void emit_shift_bmi2(Assembler& a, const Row& row, const Operands& o) {
  const Gpr d = out_gpr(row, o), count = {o.in[1].reg, d.size};
  const uint8_t n = static_cast<uint8_t>(row.code);
  if (o.in[1].is_imm()) return shift_by(a, n, d, o.in[0], o.in[1].imm);
  const Prefix p = n == shift_shl ? P66 : n == shift_shr ? PF2 : PF3;
  const bool w = d.size == Size::q;
  if (o.in[0].is_mem()) a.vrm({p, M38, 0xF7}, w, d.code, count.code, o.in[0].mem);
  else a.vrr({p, M38, 0xF7}, w, d.code, count.code, o.in[0].reg);
}

// lzcnt, tzcnt, popcnt: row.code is the opcode.
void emit_count(Assembler& a, const Row& row, const Operands& o) {
  const Gpr d = out_gpr(row, o);
  const bool w = d.size == Size::q;
  if (o.in[0].is_mem()) a.rm(opcode(row), w, d.code, o.in[0].mem);
  else a.rr(opcode(row), w, d.code, o.in[0].reg);
}

// bsr leaves its destination undefined for zero: then take what makes the result the width.
void emit_clz_bsr(Assembler& a, const Row& row, const Operands& o) {
  const Gpr d = out_gpr(row, o), x = in_gpr(row, o, 0), t = {o.scratch[0], d.size};
  const unsigned width = d.size == Size::q ? 64 : 32;
  a.bsr(d, x);
  a.mov_imm(t, 2 * width - 1);
  a.cmov(Cond::e, d, t);
  a.xor_(d, static_cast<int32_t>(width - 1));
}

void emit_ctz_bsf(Assembler& a, const Row& row, const Operands& o) {
  const Gpr d = out_gpr(row, o), x = in_gpr(row, o, 0), t = {o.scratch[0], d.size};
  a.bsf(d, x);
  a.mov_imm(t, d.size == Size::q ? 64 : 32);
  a.cmov(Cond::e, d, t);
}

// Adding up neighbouring groups of bits; see num_int.hpp.
void emit_popcnt_sum(Assembler& a, const Row& row, const Operands& o) {
  const Gpr d = out_gpr(row, o), t = {o.scratch[0], d.size}, m = {o.scratch[1], d.size};
  const uint64_t ones = ~uint64_t{0};
  const bool w = d.size == Size::q;
  const auto mask = [&](uint64_t divisor) {
    a.mov_imm(m, w ? ones / divisor : static_cast<uint32_t>(ones / divisor));
  };
  move(a, d, in_gpr(row, o, 0));
  mask(3);
  a.mov(t, d);
  a.shr(t, 1);
  a.and_(t, m);
  a.sub(d, t);
  mask(5);
  a.mov(t, d);
  a.shr(t, 2);
  a.and_(t, m);
  a.and_(d, m);
  a.add(d, t);
  a.mov(t, d);
  a.shr(t, 4);
  a.add(d, t);
  mask(17);
  a.and_(d, m);
  mask(255);
  a.imul(d, m);
  a.shr(d, w ? 56 : 24);
}

// Sign and zero extension, wrapping.
void emit_extend8(Assembler& a, const Row& row, const Operands& o) {
  a.movsx8(out_gpr(row, o), in_gpr(row, o, 0));
}
void emit_extend16(Assembler& a, const Row& row, const Operands& o) {
  a.movsx16(out_gpr(row, o), in_gpr(row, o, 0));
}
void emit_extend32(Assembler& a, const Row& row, const Operands& o) {
  const Gpr d = out_gpr(row, o);
  if (o.in[0].is_mem()) a.movsxd(d, o.in[0].mem);
  else a.movsxd(d, in_gpr(row, o, 0));
}
// Also where nothing moves: the upper half must become zero.
void emit_wrap(Assembler& a, const Row&, const Operands& o) {
  if (o.in[0].is_mem()) a.mov(r32(o.out[0]), o.in[0].mem);
  else a.mov(r32(o.out[0]), r32(o.in[0].reg));
}
// An i32 is zero-extended already.
void emit_extend_u(Assembler& a, const Row&, const Operands& o) {
  if (o.in[0].is_mem()) a.mov(r32(o.out[0]), o.in[0].mem);
  else move(a, r32(o.out[0]), r32(o.in[0].reg));
}

// Comparisons. The flags of `test x, x` are those of `cmp x, 0`.
void compare(Assembler& a, Size size, const Operand& x, const Operand& y) {
  const Gpr g{x.reg, size};
  if (x.is_mem() && y.is_imm()) a.cmp(size, x.mem, imm32(y));
  else if (x.is_mem()) a.cmp(x.mem, Gpr{y.reg, size});
  else if (y.is_imm() && imm32(y) == 0) a.test(g, g);
  else alu(a, alu_cmp, g, y);
}

void set_after(Assembler& a, const Row& row, const Operands& o, const Operand& x,
               const Operand& y) {
  const Gpr d = r32(o.out[0]);
  const Size size = size_of(row.in[0].cls);
  const Cond c = static_cast<Cond>(row.condition.code);
  if (x.reads(d.code) || y.reads(d.code)) {
    compare(a, size, x, y);
    a.set(c, d.r8());
    return a.movzx8(d, d);
  }
  a.mov_zero(d);
  compare(a, size, x, y);
  a.set(c, d.r8());
}

void emit_compare(Assembler& a, const Row& row, const Operands& o) {
  compare(a, size_of(row.in[0].cls), o.in[0], o.in[1]);
}
void emit_compare_value(Assembler& a, const Row& row, const Operands& o) {
  set_after(a, row, o, o.in[0], o.in[1]);
}
void emit_eqz(Assembler& a, const Row& row, const Operands& o) {
  compare(a, size_of(row.in[0].cls), o.in[0], Operand::constant(0));
}
void emit_eqz_value(Assembler& a, const Row& row, const Operands& o) {
  set_after(a, row, o, o.in[0], Operand::constant(0));
}

// Whether two values have a bit in common.
void emit_test(Assembler& a, const Row& row, const Operands& o) {
  const Size size = size_of(row.in[0].cls);
  const Operand& x = o.in[0];
  const Operand& y = o.in[1];
  if (x.is_mem() && y.is_imm()) a.test(size, x.mem, imm32(y));
  else if (x.is_mem()) a.test(x.mem, Gpr{y.reg, size});
  else if (y.is_mem()) a.test(y.mem, Gpr{x.reg, size});
  else if (y.is_imm()) a.test(Gpr{x.reg, size}, imm32(y));
  else a.test(Gpr{x.reg, size}, Gpr{y.reg, size});
}

void emit_select(Assembler& a, const Row& row, const Operands& o) {
  a.test(r32(o.in[2].reg), r32(o.in[2].reg));
  select_if(a, {static_cast<uint8_t>(Cond::ne), Unordered::ignore}, row.out[0].cls, o.out[0],
            o.in[0].reg, o.in[1]);
}

void emit_move(Assembler& a, const Row& row, const Operands& o) {
  if (o.in[0].is_mem()) load_value(a, row.out[0].cls, o.out[0], o.in[0].mem);
  else move_value(a, row.out[0].cls, o.out[0], o.in[0].reg);
}

void emit_const(Assembler& a, const Row& row, const Operands& o) {
  load(a, out_gpr(row, o), o.in[0]);
}

void emit_alu_to_mem(Assembler& a, const Row& row, const Operands& o) {
  const Size size = size_of(row.in[1].cls);
  const uint8_t n = static_cast<uint8_t>(row.code);
  if (o.in[1].is_imm()) a.alu(n, size, o.in[0].mem, imm32(o.in[1]));
  else a.alu(n, o.in[0].mem, Gpr{o.in[1].reg, size});
}

// 128-bit sums and products as pairs of registers.
void emit_wide_sum(Assembler& a, const Row& row, const Operands& o) {
  const uint8_t low = row.code != 0 ? alu_sub : alu_add, high = row.code != 0 ? 3 : 2;
  alu(a, low, r64(o.out[0]), o.in[2]);
  alu(a, high, r64(o.out[1]), o.in[3]);
}
void emit_mul_wide(Assembler& a, const Row& row, const Operands& o) {
  const uint8_t n = static_cast<uint8_t>(row.code);
  if (o.in[1].is_mem()) a.rm({NP, M00, 0xF7}, true, n, o.in[1].mem);
  else a.rr({NP, M00, 0xF7}, true, n, o.in[1].reg);
}
void emit_mulx(Assembler& a, const Row&, const Operands& o) {
  if (o.in[1].is_mem()) a.mulx(r64(o.out[1]), r64(o.out[0]), o.in[1].mem);
  else a.mulx(r64(o.out[1]), r64(o.out[0]), r64(o.in[1].reg));
}

using namespace effect;

// clang-format off
#define ROW(name, shape, emit, ...) make_row(#name, Op::name, shape, emit_as<emit>, __VA_ARGS__)
#define EXTRA(name, shape, emit, ...) make_row(#name, Extra::name, shape, emit_as<emit>, __VA_ARGS__)

#define COMPARE(t, c, m, name, cond)                                                               \
  with_condition(make_row(#t "_" #name, Op::t##_##name, "F < " c m " " c m "/i", emit_as<emit_compare>, 0, 0), Cond::cond), \
  with_condition(make_row(#t "_" #name, Op::t##_##name, "i < " c m " " c m "/i", emit_as<emit_compare_value>, 0, 0), Cond::cond)

// t: the type's name, c: its letter, m: its width as memory
#define INTEGER(t, c, m)                                                                           \
  ROW(t##_add, c "~0 < " c " " c m "/i", emit_add, 0, commutes),                                   \
  ROW(t##_sub, c "~0 < " c " " c m "/i", emit_sub, 0, 0),                                          \
  ROW(t##_mul, c "~0 < " c " " c m "/i", emit_mul, 0, commutes),                                   \
  with_condition(ROW(t##_and, "F < " c m " " c m "/i", emit_test, 0, commutes), Cond::ne),         \
  ROW(t##_and, c "~0 < " c " " c m "/i", emit_bitwise, alu_and, commutes | zero_flag),             \
  ROW(t##_or,  c "~0 < " c " " c m "/i", emit_bitwise, alu_or, commutes | zero_flag),              \
  ROW(t##_xor, c "~0 < " c " " c m "/i", emit_bitwise, alu_xor, commutes | zero_flag),             \
  ROW(t##_shl,   c "~0 < " c m " " c "/u", emit_shift_bmi2, shift_shl, 0, cpu::bmi2),              \
  ROW(t##_shl,   c "~0 < " c m " " c "@1!/u", emit_shift, shift_shl, 0),                           \
  ROW(t##_shr_s, c "~0 < " c m " " c "/u", emit_shift_bmi2, shift_sar, 0, cpu::bmi2),              \
  ROW(t##_shr_s, c "~0 < " c m " " c "@1!/u", emit_shift, shift_sar, 0),                           \
  ROW(t##_shr_u, c "~0 < " c m " " c "/u", emit_shift_bmi2, shift_shr, 0, cpu::bmi2),              \
  ROW(t##_shr_u, c "~0 < " c m " " c "@1!/u", emit_shift, shift_shr, 0),                           \
  ROW(t##_rotl,  c "~0 < " c m " " c "@1!/u", emit_shift, shift_rol, 0),                           \
  ROW(t##_rotr,  c "~0 < " c m " " c "@1!/u", emit_shift, shift_ror, 0),                           \
  ROW(t##_clz, c " < " c m, emit_count, pack({PF3, M0F, 0xBD}), 0, cpu::lzcnt),                    \
  ROW(t##_clz, c " < " c " ; g", emit_clz_bsr, 0, 0),                                              \
  ROW(t##_ctz, c " < " c m, emit_count, pack({PF3, M0F, 0xBC}), 0, cpu::bmi1),                     \
  ROW(t##_ctz, c " < " c " ; g", emit_ctz_bsf, 0, 0),                                              \
  ROW(t##_popcnt, c " < " c m, emit_count, pack({PF3, M0F, 0xB8}), 0, cpu::popcnt),                \
  ROW(t##_popcnt, c "~0 < " c " ; g g", emit_popcnt_sum, 0, 0),                                    \
  with_condition(ROW(t##_eqz, "F < " c m, emit_eqz, 0, 0), Cond::e),                               \
  with_condition(ROW(t##_eqz, "i < " c m, emit_eqz_value, 0, 0), Cond::e),                         \
  COMPARE(t, c, m, eq, e), COMPARE(t, c, m, ne, ne),                                               \
  COMPARE(t, c, m, lt_s, l), COMPARE(t, c, m, lt_u, b), COMPARE(t, c, m, gt_s, g),                 \
  COMPARE(t, c, m, gt_u, a), COMPARE(t, c, m, le_s, le), COMPARE(t, c, m, le_u, be),               \
  COMPARE(t, c, m, ge_s, ge), COMPARE(t, c, m, ge_u, ae),                                          \
  ROW(t##_extend8_s, c "~0 < " c, emit_extend8, 0, keeps_flags),                                   \
  ROW(t##_extend16_s, c "~0 < " c, emit_extend16, 0, keeps_flags),                                 \
  ROW(t##_const, c " < " c "/k", emit_const, 0, keeps_flags),                                      \
  EXTRA(select_##t, c "~0 < " c " " c m "! i", emit_select, 0, 0),                                 \
  EXTRA(move_##t, c "~0 < " c m, emit_move, 0, keeps_flags),                                       \
  EXTRA(add_to_mem_##t, "< a" m " " c "/i", emit_alu_to_mem, alu_add, reads | writes),             \
  EXTRA(sub_to_mem_##t, "< a" m " " c "/i", emit_alu_to_mem, alu_sub, reads | writes),             \
  EXTRA(and_to_mem_##t, "< a" m " " c "/i", emit_alu_to_mem, alu_and, reads | writes),             \
  EXTRA(or_to_mem_##t,  "< a" m " " c "/i", emit_alu_to_mem, alu_or,  reads | writes),             \
  EXTRA(xor_to_mem_##t, "< a" m " " c "/i", emit_alu_to_mem, alu_xor, reads | writes)

constexpr Row table[] = {
    INTEGER(i32, "i", "/m4"),
    INTEGER(i64, "l", "/m8"),
    ROW(i64_extend32_s, "l~0 < l", emit_extend32, 0, keeps_flags),
    ROW(i64_extend_i32_s, "l~0 < i/m4", emit_extend32, 0, keeps_flags),
    ROW(i64_extend_i32_u, "l~0 < i/m4", emit_extend_u, 0, keeps_flags),
    ROW(i32_wrap_i64, "i~0 < l", emit_wrap, 0, keeps_flags),
    ROW(i64_add128, "l=0 l=1 < l l l#/m8/i l#/m8/i", emit_wide_sum, 0, 0),
    ROW(i64_sub128, "l=0 l=1 < l l l#/m8/i l#/m8/i", emit_wide_sum, 1, 0),
    ROW(i64_mul_wide_u, "l l < l@2 l/m8", emit_mulx, 0, commutes | keeps_flags, cpu::bmi2),
    ROW(i64_mul_wide_u, "l@0 l@2 < l@0 l/m8", emit_mul_wide, 4, commutes),
    ROW(i64_mul_wide_s, "l@0 l@2 < l@0 l/m8", emit_mul_wide, 5, commutes),
    EXTRA(select_f32, "f~0 < f f/m4 i", emit_select, 0, 0),
    EXTRA(select_f64, "d~0 < d d/m8 i", emit_select, 0, 0),
    EXTRA(select_v128, "v~0 < v v/m16 i", emit_select, 0, 0),
    EXTRA(move_f32, "f~0 < f/m4", emit_move, 0, keeps_flags),
    EXTRA(move_f64, "d~0 < d/m8", emit_move, 0, keeps_flags),
    EXTRA(move_v128, "v~0 < v/m16", emit_move, 0, keeps_flags),
};
// clang-format on

}  // namespace

std::span<const Row> integer_rows() { return table; }

}  // namespace nacre::codegen::x64

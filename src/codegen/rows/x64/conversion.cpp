// SPDX-License-Identifier: Apache-2.0
//
// Rows between integers and floats. cvttss2si and cvttsd2si answer with the most negative
// integer when the result does not fit; what is left is to tell that from a real one, and NaNs
// from numbers too large.
#include <bit>

#include "codegen/rows/x64/emit.hpp"

namespace nacre::codegen::x64 {
namespace {

using wasm::Op;

// The float instructions for f32 or f64.
struct Float {
  Float(Assembler& assembler, bool is_wide) : v(assembler), a(assembler), wide(is_wide) {}
  Simd v;
  Assembler& a;
  bool wide;

  void truncate(Gpr d, Xmm s) { wide ? v.cvttsd2si(d, s) : v.cvttss2si(d, s); }
  void compare(Xmm x, Xmm y) { v.op2(wide ? op::ucomisd : op::ucomiss, x, y); }
  void compare(Xmm x, const Mem& y) { v.op2(wide ? op::ucomisd : op::ucomiss, x, y); }
  void subtract(Xmm d, Xmm x, const Mem& y) { v.op3(wide ? op::subsd : op::subss, d, x, y); }
  void add(Xmm d, Xmm x, Xmm y) { v.op3(wide ? op::addsd : op::addss, d, x, y); }
  // From an integer register; the rest of d is cleared first, so that nothing is waited for.
  void convert(Xmm d, Gpr s) {
    v.zero(d);
    v.op3_gpr(wide ? op_cvtsi2sd : op_cvtsi2ss, d, s);
  }
  Mem constant(double x) {
    if (wide) return a.literal64(std::bit_cast<uint64_t>(x));
    return a.literal32(std::bit_cast<uint32_t>(static_cast<float>(x)));
  }
  // Jumps to one of the trap labels: NaN first, too large second.
  void trap(Xmm x, const Operands& o) {
    compare(x, x);
    a.j(Cond::p, o.trap[0]);
    a.jmp(o.trap[1]);
  }

  static constexpr Opcode op_cvtsi2ss{PF3, M0F, 0x2A}, op_cvtsi2sd{PF2, M0F, 0x2A};
};

Float source(Assembler& a, const Row& row) { return {a, row.in[0].cls == ValueClass::f64}; }
Float target(Assembler& a, const Row& row) { return {a, row.out[0].cls == ValueClass::f64}; }

// To 32 bits by way of 64: a result that is not its own lower half, extended, did not fit.
void emit_trunc32(Assembler& a, const Row& row, const Operands& o) {
  Float f = source(a, row);
  const Gpr d = r64(o.out[0]), t = r64(o.scratch[0]);
  const Label fits = a.label();
  f.truncate(d, in_xmm(o, 0));
  if (row.code != 0) a.movsxd(t, d.r32());
  else a.mov(t.r32(), d.r32());
  a.cmp(d, t);
  a.j(Cond::e, fits, Reach::near);
  f.trap(in_xmm(o, 0), o);
  a.bind(fits);
  if (row.code != 0) a.mov(d.r32(), d.r32());
}

// The only value that really is -2^63 is that number.
void emit_trunc64_s(Assembler& a, const Row& row, const Operands& o) {
  Float f = source(a, row);
  const Gpr d = r64(o.out[0]);
  const Label fits = a.label();
  f.truncate(d, in_xmm(o, 0));
  a.cmp(d, 1);
  a.j(Cond::no, fits, Reach::near);
  f.compare(in_xmm(o, 0), f.constant(-9223372036854775808.0));
  a.j(Cond::p, o.trap[0]);
  a.j(Cond::ne, o.trap[1]);
  a.bind(fits);
}

// From 2^63 on, subtract it first and put it back as the top bit. `bad` gets what does not fit:
// in the lower half negative numbers and NaNs, in the upper half too large ones.
template <class Low, class High>
void trunc64_u(Assembler& a, const Row& row, const Operands& o, Low bad_low, High bad_high) {
  Float f = source(a, row);
  const Gpr d = r64(o.out[0]);
  const Xmm x = in_xmm(o, 0), t = row_scratch_xmm(row, o);
  const Label high = a.label(), high_fits = a.label(), done = a.label();
  f.compare(x, f.constant(9223372036854775808.0));
  a.j(Cond::ae, high, Reach::near);
  f.truncate(d, x);
  a.test(d, d);
  a.j(Cond::ns, done, Reach::near);
  bad_low(f, d, x);
  a.jmp(done, Reach::near);
  a.bind(high);
  f.subtract(t, x, f.constant(9223372036854775808.0));
  f.truncate(d, t);
  a.test(d, d);
  a.j(Cond::ns, high_fits, Reach::near);
  bad_high(d);
  a.jmp(done, Reach::near);
  a.bind(high_fits);
  a.btc(d, uint8_t{63});
  a.bind(done);
}

void emit_trunc64_u(Assembler& a, const Row& row, const Operands& o) {
  trunc64_u(
      a, row, o, [&](Float& f, Gpr, Xmm x) { f.trap(x, o); }, [&](Gpr) { a.jmp(o.trap[1]); });
}
void emit_trunc_sat64_u(Assembler& a, const Row& row, const Operands& o) {
  trunc64_u(
      a, row, o, [&](Float&, Gpr d, Xmm) { a.mov_zero(d); },
      [&](Gpr d) { a.mov_imm(d, ~uint64_t{0}); });
}

// The answer for what does not fit is right for negative numbers.
void emit_trunc_sat_s(Assembler& a, const Row& row, const Operands& o) {
  Float f = source(a, row);
  const Gpr d = out_gpr(row, o);
  const Xmm x = in_xmm(o, 0);
  const Label done = a.label(), number = a.label();
  f.truncate(d, x);
  a.cmp(d, 1);
  a.j(Cond::no, done, Reach::near);
  f.compare(x, f.constant(0));
  a.j(Cond::np, number, Reach::near);
  a.mov_zero(d);
  a.jmp(done, Reach::near);
  a.bind(number);
  a.j(Cond::b, done, Reach::near);
  a.mov_imm(d, d.size == Size::q ? INT64_MAX : INT32_MAX);
  a.bind(done);
}

void emit_trunc_sat32_u(Assembler& a, const Row& row, const Operands& o) {
  Float f = source(a, row);
  const Gpr d = r64(o.out[0]), t = r64(o.scratch[0]);
  const Xmm x = in_xmm(o, 0);
  const Label done = a.label();
  f.truncate(d, x);
  a.mov(t.r32(), d.r32());
  a.cmp(d, t);
  a.j(Cond::e, done, Reach::near);
  a.mov_imm(d, 0);
  f.compare(x, f.constant(0));
  a.j(Cond::be, done, Reach::near);
  a.mov_imm(d, 0xffffffff);
  a.bind(done);
}

void emit_convert(Assembler& a, const Row& row, const Operands& o) {
  Float f = target(a, row);
  const Size size = size_of(row.in[0].cls);
  if (!o.in[0].is_mem()) return f.convert(out_xmm(o), {o.in[0].reg, size});
  const Xmm d = out_xmm(o);
  f.v.zero(d);
  const Opcode c = f.wide ? Float::op_cvtsi2sd : Float::op_cvtsi2ss;
  if (f.v.avx) a.vrm(c, size == Size::q, d.code, d.code, o.in[0].mem);
  else a.rm(c, size == Size::q, d.code, o.in[0].mem);
}
// A zero-extended i32 is a positive i64.
void emit_convert_u32(Assembler& a, const Row& row, const Operands& o) {
  target(a, row).convert(out_xmm(o), r64(o.in[0].reg));
}
// Numbers from 2^63 on: halve, keeping the lost bit for the rounding, convert, double.
void emit_convert_u64(Assembler& a, const Row& row, const Operands& o) {
  Float f = target(a, row);
  const Gpr x = r64(o.in[0].reg), t = r64(o.scratch[0]);
  const Xmm d = out_xmm(o);
  const Label large = a.label(), even = a.label(), done = a.label();
  a.test(x, x);
  a.j(Cond::s, large, Reach::near);
  f.convert(d, x);
  a.jmp(done, Reach::near);
  a.bind(large);
  a.mov(t, x);
  a.shr(t, 1);
  a.j(Cond::ae, even, Reach::near);
  a.or_(t, 1);
  a.bind(even);
  f.convert(d, t);
  f.add(d, d, d);
  a.bind(done);
}

void emit_bits_to_gpr(Assembler& a, const Row& row, const Operands& o) {
  const Gpr d = out_gpr(row, o);
  if (o.in[0].is_mem()) a.mov(d, o.in[0].mem);
  else Simd(a).movd(d, in_xmm(o, 0));
}
void emit_bits_to_xmm(Assembler& a, const Row& row, const Operands& o) {
  if (o.in[0].is_mem()) load_value(a, row.out[0].cls, o.out[0], o.in[0].mem);
  else Simd(a).movd(out_xmm(o), in_gpr(row, o, 0));
}

using effect::keeps_flags;

// clang-format off
#define ROW(name, shape, emit, code) make_row(#name, Op::name, shape, emit_as<emit>, code)
#define TRAPS(row) with_traps(row, Trap::invalid_conversion, Trap::integer_overflow)
#define MOVE(name, shape, emit) make_row(#name, Op::name, shape, emit_as<emit>, 0, keeps_flags)

#define FROM(t, c)                                                               \
  TRAPS(ROW(i32_trunc_##t##_s, "i < " c " ; g", emit_trunc32, 1)),               \
  TRAPS(ROW(i32_trunc_##t##_u, "i < " c " ; g", emit_trunc32, 0)),               \
  TRAPS(ROW(i64_trunc_##t##_s, "l < " c, emit_trunc64_s, 0)),                    \
  TRAPS(ROW(i64_trunc_##t##_u, "l < " c " ; x", emit_trunc64_u, 0)),             \
  ROW(i32_trunc_sat_##t##_s, "i < " c, emit_trunc_sat_s, 0),                     \
  ROW(i32_trunc_sat_##t##_u, "i < " c " ; g", emit_trunc_sat32_u, 0),            \
  ROW(i64_trunc_sat_##t##_s, "l < " c, emit_trunc_sat_s, 0),                     \
  ROW(i64_trunc_sat_##t##_u, "l < " c " ; x", emit_trunc_sat64_u, 0)
#define TO(t, c)                                                                 \
  MOVE(t##_convert_i32_s, c " < i/m4", emit_convert),                            \
  MOVE(t##_convert_i32_u, c " < i", emit_convert_u32),                           \
  MOVE(t##_convert_i64_s, c " < l/m8", emit_convert),                            \
  ROW(t##_convert_i64_u, c " < l ; g", emit_convert_u64, 0)

constexpr Row table[] = {
    FROM(f32, "f"),
    FROM(f64, "d"),
    TO(f32, "f"),
    TO(f64, "d"),
    MOVE(i32_reinterpret_f32, "i < f/m4", emit_bits_to_gpr),
    MOVE(i64_reinterpret_f64, "l < d/m8", emit_bits_to_gpr),
    MOVE(f32_reinterpret_i32, "f < i/m4", emit_bits_to_xmm),
    MOVE(f64_reinterpret_i64, "d < l/m8", emit_bits_to_xmm),
};
// clang-format on

}  // namespace

std::span<const Row> conversion_rows() { return table; }

}  // namespace nacre::codegen::x64

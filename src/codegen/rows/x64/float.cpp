// SPDX-License-Identifier: Apache-2.0
//
// Rows of scalar float arithmetic and comparisons.
#include "codegen/rows/x64/emit.hpp"

namespace nacre::codegen::x64 {
namespace {

using wasm::Op;

constexpr uint64_t sign32 = 0x8000000080000000, sign64 = 0x8000000000000000;

bool is_double(const Row& row) { return row.in[0].cls == ValueClass::f64; }
uint64_t sign_mask(const Row& row) { return is_double(row) ? sign64 : sign32; }

void compare(Simd& v, bool wide, Xmm x, const Operand& y) {
  const Opcode o = wide ? op::ucomisd : op::ucomiss;
  if (y.is_mem()) v.op2(o, x, y.mem);
  else v.op2(o, x, xmm(y.reg));
}

void emit_arithmetic(Assembler& a, const Row& row, const Operands& o) {
  Simd v(a);
  if (o.in[1].is_mem()) v.op3(opcode(row), out_xmm(o), in_xmm(o, 0), o.in[1].mem);
  else v.op3(opcode(row), out_xmm(o), in_xmm(o, 0), in_xmm(o, 1), row.has(effect::commutes));
}

// One input, but the rest of the register comes from a second: the input itself (or a register
// just cleared), so that no old value is waited for.
void emit_unary(Assembler& a, const Row& row, const Operands& o) {
  Simd v(a);
  const Xmm d = out_xmm(o);
  if (o.in[0].is_mem()) {
    v.zero(d);
    v.op3(opcode(row), d, d, o.in[0].mem);
  } else if (v.avx) {
    v.op3(opcode(row), d, in_xmm(o, 0), in_xmm(o, 0));
  } else {
    v.op2(opcode(row), d, in_xmm(o, 0));
  }
}

void emit_round(Assembler& a, const Row& row, const Operands& o) {
  Simd v(a);
  const Xmm d = out_xmm(o);
  if (o.in[0].is_mem()) {
    v.zero(d);
    v.op3(opcode(row), d, d, o.in[0].mem, 1);
  } else if (v.avx) {
    v.op3(opcode(row), d, in_xmm(o, 0), in_xmm(o, 0));
  } else {
    v.op2(opcode(row), d, in_xmm(o, 0));
  }
  a.code().put8(immediate(row));
}

// minss returns its second operand for NaNs and for zeros of different sign. So: a sum if
// unordered (a quiet NaN), the bits combined if equal, else the instruction.
template <class F>
void minmax(Assembler& a, const Row& row, const Operands& o, Opcode add, Opcode best, F combine) {
  Simd v(a);
  const Xmm d = out_xmm(o), y = in_xmm(o, 1);
  const Label differ = a.label(), nan = a.label(), done = a.label();
  v.mov(d, in_xmm(o, 0));
  compare(v, is_double(row), d, o.in[1]);
  a.j(Cond::ne, differ, Reach::near);
  a.j(Cond::p, nan, Reach::near);
  combine(v, d, y);
  a.jmp(done, Reach::near);
  a.bind(nan);
  v.op3(add, d, d, y);
  a.jmp(done, Reach::near);
  a.bind(differ);
  v.op3(best, d, d, y);
  a.bind(done);
}

void emit_min(Assembler& a, const Row& row, const Operands& o) {
  const bool wide = is_double(row);
  minmax(a, row, o, wide ? op::addsd : op::addss, wide ? op::minsd : op::minss,
         [](Simd& v, Xmm d, Xmm y) { v.orps(d, d, y); });
}
void emit_max(Assembler& a, const Row& row, const Operands& o) {
  const bool wide = is_double(row);
  minmax(a, row, o, wide ? op::addsd : op::addss, wide ? op::maxsd : op::maxss,
         [](Simd& v, Xmm d, Xmm y) { v.andps(d, d, y); });
}

void emit_abs(Assembler& a, const Row& row, const Operands& o) {
  const uint64_t mask = ~sign_mask(row);
  Simd(a).andps(out_xmm(o), in_xmm(o, 0), a.literal128(mask, mask));
}
void emit_neg(Assembler& a, const Row& row, const Operands& o) {
  const uint64_t mask = sign_mask(row);
  Simd(a).xorps(out_xmm(o), in_xmm(o, 0), a.literal128(mask, mask));
}
void emit_copysign(Assembler& a, const Row& row, const Operands& o) {
  Simd v(a);
  const uint64_t mask = sign_mask(row);
  const Xmm d = out_xmm(o), t = row_scratch_xmm(row, o);
  v.andps(t, in_xmm(o, 1), a.literal128(mask, mask));
  v.andps(d, in_xmm(o, 0), a.literal128(~mask, ~mask));
  v.orps(d, d, t);
}

// Less-than compares in the other order: only "above" is false for NaNs.
void emit_compare(Assembler& a, const Row& row, const Operands& o) {
  Simd v(a);
  if (row.code != 0) compare(v, is_double(row), in_xmm(o, 1), o.in[0]);
  else compare(v, is_double(row), in_xmm(o, 0), o.in[1]);
}
void emit_compare_value(Assembler& a, const Row& row, const Operands& o) {
  const Gpr d = r32(o.out[0]);
  const bool apart = !(o.in[0].is_mem() && o.in[0].mem.uses(d.code)) &&
                     !(o.in[1].is_mem() && o.in[1].mem.uses(d.code));
  if (apart) a.mov_zero(d);
  emit_compare(a, row, o);
  a.set(static_cast<Cond>(row.condition.code), d.r8());
  if (!apart) a.movzx8(d, d);
}
// Equality needs two flags: a vector comparison's mask is shorter.
void emit_equal_value(Assembler& a, const Row& row, const Operands& o) {
  Simd v(a);
  const Xmm t = row_scratch_xmm(row, o);
  const Gpr d = r32(o.out[0]);
  const Opcode compare_op = is_double(row) ? op::cmpsd : op::cmpss;
  if (o.in[1].is_mem()) v.op3(compare_op, t, in_xmm(o, 0), o.in[1].mem, 1);
  else v.op3(compare_op, t, in_xmm(o, 0), in_xmm(o, 1));
  a.code().put8(immediate(row));
  v.movd(d, t);
  a.and_(d, 1);
}

void emit_const32(Assembler& a, const Row&, const Operands& o) {
  const uint32_t bits = static_cast<uint32_t>(o.in[0].imm);
  if (bits == 0) Simd(a).zero(out_xmm(o));
  else Simd(a).movss(out_xmm(o), a.literal32(bits));
}
void emit_const64(Assembler& a, const Row&, const Operands& o) {
  const uint64_t bits = static_cast<uint64_t>(o.in[0].imm);
  if (bits == 0) Simd(a).zero(out_xmm(o));
  else Simd(a).movsd(out_xmm(o), a.literal64(bits));
}

using namespace effect;

// clang-format off
#define ROW(name, shape, emit, code, effects) make_row(#name, Op::name, shape, emit_as<emit>, code, effects)

// t: the type's name, c: its letter, m: its width as memory, s: the suffix of instructions
#define FLOAT(t, c, m, s)                                                                          \
  ROW(t##_add, c "~0 < " c " " c "^" m, emit_arithmetic, pack(op::add##s), commutes | keeps_flags), \
  ROW(t##_sub, c "~0 < " c " " c "^" m, emit_arithmetic, pack(op::sub##s), keeps_flags),           \
  ROW(t##_mul, c "~0 < " c " " c "^" m, emit_arithmetic, pack(op::mul##s), commutes | keeps_flags), \
  ROW(t##_div, c "~0 < " c " " c "^" m, emit_arithmetic, pack(op::div##s), keeps_flags),           \
  ROW(t##_sqrt, c " < " c m, emit_unary, pack(op::sqrt##s), keeps_flags),                          \
  ROW(t##_nearest, c " < " c m, emit_round, pack(op::round##s, 8), keeps_flags),                   \
  ROW(t##_floor,   c " < " c m, emit_round, pack(op::round##s, 9), keeps_flags),                   \
  ROW(t##_ceil,    c " < " c m, emit_round, pack(op::round##s, 10), keeps_flags),                  \
  ROW(t##_trunc,   c " < " c m, emit_round, pack(op::round##s, 11), keeps_flags),                  \
  ROW(t##_min, c "~0 < " c " " c "!", emit_min, 0, commutes),                                      \
  ROW(t##_max, c "~0 < " c " " c "!", emit_max, 0, commutes),                                      \
  ROW(t##_abs, c "~0 < " c, emit_abs, 0, keeps_flags),                                             \
  ROW(t##_neg, c "~0 < " c, emit_neg, 0, keeps_flags),                                             \
  ROW(t##_copysign, c "~0 < " c " " c " ; x", emit_copysign, 0, keeps_flags),                      \
  with_condition(ROW(t##_eq, "F < " c " " c m, emit_compare, 0, commutes), Cond::e, Unordered::excluded), \
  with_condition(ROW(t##_ne, "F < " c " " c m, emit_compare, 0, commutes), Cond::ne, Unordered::included), \
  with_condition(ROW(t##_gt, "F < " c " " c m, emit_compare, 0, 0), Cond::a),                      \
  with_condition(ROW(t##_ge, "F < " c " " c m, emit_compare, 0, 0), Cond::ae),                     \
  with_condition(ROW(t##_lt, "F < " c m " " c, emit_compare, 1, 0), Cond::a),                      \
  with_condition(ROW(t##_le, "F < " c m " " c, emit_compare, 1, 0), Cond::ae),                     \
  ROW(t##_eq, "i < " c " " c m " ; x", emit_equal_value, pack({}, 0), commutes),                   \
  ROW(t##_ne, "i < " c " " c m " ; x", emit_equal_value, pack({}, 4), commutes),                   \
  with_condition(ROW(t##_gt, "i < " c " " c m, emit_compare_value, 0, 0), Cond::a),                \
  with_condition(ROW(t##_ge, "i < " c " " c m, emit_compare_value, 0, 0), Cond::ae),               \
  with_condition(ROW(t##_lt, "i < " c m " " c, emit_compare_value, 1, 0), Cond::a),                \
  with_condition(ROW(t##_le, "i < " c m " " c, emit_compare_value, 1, 0), Cond::ae)

constexpr Row table[] = {
    FLOAT(f32, "f", "/m4", ss),
    FLOAT(f64, "d", "/m8", sd),
    ROW(f32_const, "f < f/k", emit_const32, 0, 0),
    ROW(f64_const, "d < d/k", emit_const64, 0, 0),
    ROW(f64_promote_f32, "d < f/m4", emit_unary, pack(op::cvtss2sd), keeps_flags),
    ROW(f32_demote_f64, "f < d/m8", emit_unary, pack(op::cvtsd2ss), keeps_flags),
};
// clang-format on

}  // namespace

std::span<const Row> float_rows() { return table; }

}  // namespace nacre::codegen::x64

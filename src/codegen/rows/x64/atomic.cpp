// SPDX-License-Identifier: Apache-2.0
//
// Rows of atomic accesses: sequentially consistent, aligned addresses (the compiler has checked).
// Loads are plain; stores exchange; what xadd and xchg cannot do is a loop around cmpxchg.
// Row::code: the access's width, and for read-modify-write the operation.
#include "codegen/rows/x64/emit.hpp"

namespace nacre::codegen::x64 {
namespace {

using wasm::Op;

constexpr uint32_t op_or = 1 << 8, op_and = 4 << 8, op_xor = 6 << 8;

Size width(const Row& row) { return static_cast<Size>(row.code & 0xff); }

// What an access of `size` left in a wider register. 32 bits clear the upper half by themselves,
// except through xchg's and cmpxchg's untouched destinations: the callers move first.
void zero_extend(Assembler& a, Gpr r, Size size) {
  if (size == Size::b) a.movzx8(r.r32(), r.r8());
  if (size == Size::w) a.movzx16(r.r32(), r.r16());
}

void load_zero_extended(Assembler& a, Gpr d, const Mem& m, Size size) {
  if (size == Size::b) a.movzx8(d.r32(), m);
  else if (size == Size::w) a.movzx16(d.r32(), m);
  else a.mov(Gpr{d.code, size}, m);
}

void emit_load(Assembler& a, const Row& row, const Operands& o) {
  load_zero_extended(a, r64(o.out[0]), o.in[0].mem, width(row));
}

void emit_store(Assembler& a, const Row& row, const Operands& o) {
  const Gpr t = {o.scratch[0], size_of(row.in[1].cls)};
  load(a, t, o.in[1]);
  a.xchg(o.in[0].mem, Gpr{t.code, width(row)});
}

void emit_add(Assembler& a, const Row& row, const Operands& o) {
  const Gpr d = out_gpr(row, o);
  load(a, d, o.in[1]);
  a.lock_xadd(o.in[0].mem, Gpr{d.code, width(row)});
  zero_extend(a, d, width(row));
}
void emit_sub(Assembler& a, const Row& row, const Operands& o) {
  const Gpr d = out_gpr(row, o);
  load(a, d, o.in[1]);
  a.neg(d);
  a.lock_xadd(o.in[0].mem, Gpr{d.code, width(row)});
  zero_extend(a, d, width(row));
}
void emit_xchg(Assembler& a, const Row& row, const Operands& o) {
  const Gpr d = out_gpr(row, o);
  load(a, d, o.in[1]);
  a.xchg(o.in[0].mem, Gpr{d.code, width(row)});
  zero_extend(a, d, width(row));
}

// rax = old value; replace it by old op value until nobody interferes.
void emit_loop(Assembler& a, const Row& row, const Operands& o) {
  const Size size = width(row);
  const Gpr t = {o.scratch[0], size_of(row.in[1].cls)};
  const uint8_t n = static_cast<uint8_t>(row.code >> 8);
  const Label again = a.label();
  load_zero_extended(a, rax, o.in[0].mem, size);
  a.bind(again);
  a.mov(t, Gpr{rax.code, t.size});
  if (o.in[1].is_imm()) a.alu(n, t, imm32(o.in[1]));
  else a.alu(n, t, in_gpr(row, o, 1));
  a.lock_cmpxchg(o.in[0].mem, Gpr{t.code, size});
  a.j(Cond::ne, again);
  zero_extend(a, rax, size);
}

void emit_cmpxchg(Assembler& a, const Row& row, const Operands& o) {
  a.lock_cmpxchg(o.in[0].mem, Gpr{o.in[2].reg, width(row)});
}
// A narrow access compares the low bits of the expected value.
void emit_cmpxchg_narrow(Assembler& a, const Row& row, const Operands& o) {
  const Size size = width(row);
  a.lock_cmpxchg(o.in[0].mem, Gpr{o.in[2].reg, size});
  if (size == Size::d) a.mov(eax, eax);
  else zero_extend(a, rax, size);
}

void emit_fence(Assembler& a, const Row&, const Operands&) { a.mfence(); }

using namespace effect;
constexpr uint8_t both = reads | writes | atomic;

// clang-format off
#define ROW(name, shape, emit, code, effects) \
  make_row(#name, Op::name, shape, emit_as<emit>, code, effects)
#define LOAD(name, c, m) ROW(name, c " < a/m" #m, emit_load, m, reads | atomic | keeps_flags)
#define STORE(name, c, m) ROW(name, "< a/m" #m " " c "/i ; g", emit_store, m, writes | atomic | keeps_flags)
// p: the name up to the operation, s: after it
#define RMW(p, s, c, m)                                                                \
  ROW(p##_add##s, c "~1 < a#/m" #m " " c "/i", emit_add, m, both),                     \
  ROW(p##_sub##s, c "~1 < a#/m" #m " " c "/i", emit_sub, m, both),                     \
  ROW(p##_and##s, c "@0 < a#/m" #m " " c "#/i ; g", emit_loop, (m) | op_and, both),    \
  ROW(p##_or##s,  c "@0 < a#/m" #m " " c "#/i ; g", emit_loop, (m) | op_or, both),     \
  ROW(p##_xor##s, c "@0 < a#/m" #m " " c "#/i ; g", emit_loop, (m) | op_xor, both),    \
  ROW(p##_xchg##s, c "~1 < a#/m" #m " " c "/i", emit_xchg, m, both)
#define CMPXCHG(name, c, m) ROW(name, c "@0 < a#/m" #m " " c "@0 " c "#", emit_cmpxchg, m, both)
#define CMPXCHG_NARROW(name, c, m) \
  ROW(name, c "@0 < a#/m" #m " " c "@0 " c "#", emit_cmpxchg_narrow, m, both)

constexpr Row table[] = {
    LOAD(i32_atomic_load, "i", 4),
    LOAD(i64_atomic_load, "l", 8),
    LOAD(i32_atomic_load8_u, "i", 1),
    LOAD(i32_atomic_load16_u, "i", 2),
    LOAD(i64_atomic_load8_u, "l", 1),
    LOAD(i64_atomic_load16_u, "l", 2),
    LOAD(i64_atomic_load32_u, "l", 4),
    STORE(i32_atomic_store, "i", 4),
    STORE(i64_atomic_store, "l", 8),
    STORE(i32_atomic_store8, "i", 1),
    STORE(i32_atomic_store16, "i", 2),
    STORE(i64_atomic_store8, "l", 1),
    STORE(i64_atomic_store16, "l", 2),
    STORE(i64_atomic_store32, "l", 4),
    RMW(i32_atomic_rmw, , "i", 4),
    RMW(i64_atomic_rmw, , "l", 8),
    RMW(i32_atomic_rmw8, _u, "i", 1),
    RMW(i32_atomic_rmw16, _u, "i", 2),
    RMW(i64_atomic_rmw8, _u, "l", 1),
    RMW(i64_atomic_rmw16, _u, "l", 2),
    RMW(i64_atomic_rmw32, _u, "l", 4),
    CMPXCHG(i32_atomic_rmw_cmpxchg, "i", 4),
    CMPXCHG(i64_atomic_rmw_cmpxchg, "l", 8),
    CMPXCHG_NARROW(i32_atomic_rmw8_cmpxchg_u, "i", 1),
    CMPXCHG_NARROW(i32_atomic_rmw16_cmpxchg_u, "i", 2),
    CMPXCHG_NARROW(i64_atomic_rmw8_cmpxchg_u, "l", 1),
    CMPXCHG_NARROW(i64_atomic_rmw16_cmpxchg_u, "l", 2),
    CMPXCHG_NARROW(i64_atomic_rmw32_cmpxchg_u, "l", 4),
    ROW(atomic_fence, "", emit_fence, 0, atomic | keeps_flags),
};
// clang-format on

}  // namespace

std::span<const Row> atomic_rows() { return table; }

}  // namespace nacre::codegen::x64

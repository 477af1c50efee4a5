// SPDX-License-Identifier: Apache-2.0
#include "codegen/rows/x64/rows.hpp"

#include <vector>

#include "codegen/rows/x64/emit.hpp"

namespace nacre::codegen::x64 {

std::span<const Row> rows() {
  static const std::vector<Row> all = [] {
    std::vector<Row> joined;
    for (const auto part :
         {integer_rows(), division_rows(), float_rows(), conversion_rows(), memory_rows(),
          atomic_rows(), vector_rows(), lane_rows(), vector_conversion_rows()})
      joined.insert(joined.end(), part.begin(), part.end());
    return joined;
  }();
  return all;
}

void load(Assembler& a, Gpr d, const Operand& x) {
  if (x.is_reg()) move(a, d, {x.reg, d.size});
  else if (x.is_mem()) a.mov(d, x.mem);
  else
    a.mov_imm(d, d.size == Size::q ? static_cast<uint64_t>(x.imm) : static_cast<uint32_t>(x.imm));
}

void jump_if(Assembler& a, Condition c, Label to, Reach reach) {
  const Cond cc = static_cast<Cond>(c.code);
  if (c.unordered == Unordered::excluded) {
    const Label skip = a.label();
    a.j(Cond::p, skip, Reach::near);
    a.j(cc, to, reach);
    return a.bind(skip);
  }
  if (c.unordered == Unordered::included) a.j(Cond::p, to, reach);
  a.j(cc, to, reach);
}

// With parity, 1 or 0 by parity first; then the other answer where the code decides.
void set_if(Assembler& a, Condition c, Gpr d) {
  if (c.unordered == Unordered::ignore) {
    a.set(static_cast<Cond>(c.code), d.r8());
    return a.movzx8(d.r32(), d.r8());
  }
  const bool included = c.unordered == Unordered::included;
  const Label done = a.label();
  a.mov_imm(d.r32(), included ? 1 : 0);
  a.j(Cond::p, done, Reach::near);
  a.set(static_cast<Cond>(c.code), d.r8());
  a.bind(done);
}

namespace {

void cmov(Assembler& a, Cond c, Gpr d, const Operand& y) {
  if (y.is_mem()) a.cmov(c, d, y.mem);
  else a.cmov(c, d, Gpr{y.reg, d.size});
}

// y replaces d when the condition fails: when its code or, where parity counts, parity says so.
void select_gpr(Assembler& a, Condition c, Gpr d, Gpr x, const Operand& y) {
  if (y.is_reg() && y.reg == d.code && !d.same(x)) {
    if (c.unordered == Unordered::ignore) return a.cmov(static_cast<Cond>(c.code), d, x);
    const Label keep = a.label(), take = a.label();
    jump_if(a, c, take, Reach::near);
    a.jmp(keep, Reach::near);
    a.bind(take);
    a.mov(d, x);
    return a.bind(keep);
  }
  move(a, d, x);
  const Condition n = negate(c);
  if (n.unordered != Unordered::excluded) {
    cmov(a, static_cast<Cond>(n.code), d, y);
    if (n.unordered == Unordered::included) cmov(a, Cond::p, d, y);
    return;
  }
  const Label keep = a.label();
  jump_if(a, c, keep, Reach::near);
  load(a, d, y);
  a.bind(keep);
}

void load_vec(Assembler& a, ValueClass cls, uint8_t d, const Operand& y) {
  if (y.is_mem()) load_value(a, cls, d, y.mem);
  else move_value(a, cls, d, y.reg);
}

}  // namespace

void select_if(Assembler& a, Condition c, ValueClass cls, uint8_t d, uint8_t x, const Operand& y) {
  if (is_gpr(cls)) return select_gpr(a, c, gpr(d, size_of(cls)), gpr(x, size_of(cls)), y);
  const Label keep = a.label();
  if (y.is_reg() && y.reg == d && d != x) {
    jump_if(a, negate(c), keep, Reach::near);
    move_value(a, cls, d, x);
    return a.bind(keep);
  }
  move_value(a, cls, d, x);
  jump_if(a, c, keep, Reach::near);
  load_vec(a, cls, d, y);
  a.bind(keep);
}

void move_value(Assembler& a, ValueClass cls, uint8_t d, uint8_t s) {
  if (is_gpr(cls)) move(a, gpr(d, size_of(cls)), gpr(s, size_of(cls)));
  else Simd(a).mov(xmm(d), xmm(s));
}

void load_value(Assembler& a, ValueClass cls, uint8_t d, const Mem& s) {
  if (is_gpr(cls)) return a.mov(gpr(d, size_of(cls)), s);
  Simd v(a);
  if (cls == ValueClass::f32) v.movss(xmm(d), s);
  else if (cls == ValueClass::f64) v.movsd(xmm(d), s);
  else v.movups(xmm(d), s);
}

void store_value(Assembler& a, ValueClass cls, const Mem& d, uint8_t s) {
  if (is_gpr(cls)) return a.mov(d, gpr(s, size_of(cls)));
  Simd v(a);
  if (cls == ValueClass::f32) v.movss(d, xmm(s));
  else if (cls == ValueClass::f64) v.movsd(d, xmm(s));
  else v.movups(d, xmm(s));
}

}  // namespace nacre::codegen::x64

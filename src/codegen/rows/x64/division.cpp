// SPDX-License-Identifier: Apache-2.0
//
// Rows of division and remainder. The general ones use div and idiv, which fix rax and rdx, after
// the checks WebAssembly asks for. Those for constants (see Row::serves) multiply by a
// reciprocal instead: floor(x * M / 2^(32 + s)) is the quotient when M = 2^(32 + s) / c rounded up
// is close enough (T. Granlund and P. Montgomery, "Division by invariant integers using
// multiplication", 1994).
#include <bit>

#include "codegen/rows/x64/emit.hpp"

namespace nacre::codegen::x64 {
namespace {

using wasm::Op;

constexpr uint32_t wants_remainder = 1, is_signed = 2;

void emit_div_u(Assembler& a, const Row& row, const Operands& o) {
  const Gpr y = in_gpr(row, o, 1);
  a.test(y, y);
  a.j(Cond::e, o.trap[0]);
  a.mov_zero(edx);
  a.div(y);
}

// The most negative number divided by -1 overflows; its remainder is 0, but idiv faults.
void emit_div_s(Assembler& a, const Row& row, const Operands& o) {
  const Gpr y = in_gpr(row, o, 1), x = {rax.code, y.size};
  const Label general = a.label(), done = a.label();
  a.test(y, y);
  a.j(Cond::e, o.trap[0]);
  a.cmp(y, -1);
  a.j(Cond::ne, general, Reach::near);
  if ((row.code & wants_remainder) != 0) {
    a.mov_zero(edx);
  } else {
    a.neg(x);
    a.j(Cond::o, o.trap[1]);
  }
  a.jmp(done, Reach::near);
  a.bind(general);
  if (y.size == Size::q) a.cqo();
  else a.cdq();
  a.idiv(y);
  a.bind(done);
}

// q = x / c for 32-bit numbers; c is no power of two. t is destroyed.
void quotient_u(Assembler& a, Gpr q, Gpr x, Gpr t, uint32_t c) {
  const unsigned even = static_cast<unsigned>(std::countr_zero(c));
  const unsigned bits = static_cast<unsigned>(std::bit_width(c - 1));
  const auto reciprocal = [](unsigned s, uint64_t by) {
    // 2^(32 + s) / by, rounded up, without 65-bit numbers: s is at most 32.
    const uint64_t high = (uint64_t{1} << s << 31) / by, rest = (uint64_t{1} << s << 31) % by;
    return 2 * high + (2 * rest + by - 1) / by;
  };
  const uint64_t full = reciprocal(bits, c);
  // A number just large enough: one bit less may do when its error is small.
  const uint64_t less = reciprocal(bits - 1, c);
  const uint64_t error = less * c - (uint64_t{1} << (31 + bits));
  if (bits < 32 && error <= uint64_t{1} << (bits - 1)) {
    a.mov_imm(t.r32(), less);
    move(a, q.r32(), x.r32());
    a.imul(q.r64(), t.r64());
    return a.shr(q.r64(), static_cast<uint8_t>(31 + bits));
  }
  if (even != 0) {
    // Shift first: the quotient of 32 - even bits by c / 2^even needs no 33rd bit.
    move(a, q.r32(), x.r32());
    a.shr(q.r32(), static_cast<uint8_t>(even));
    const uint32_t odd = c >> even;
    const unsigned s = static_cast<unsigned>(std::bit_width(odd - 1));
    a.mov_imm(t.r64(), reciprocal(s, odd));
    a.imul(q.r64(), t.r64());
    return a.shr(q.r64(), static_cast<uint8_t>(32 + s));
  }
  // M = 2^32 + m: x * M / 2^32 = x * m / 2^32 + x, halved before it can overflow.
  a.mov_imm(t.r32(), full & 0xffffffff);
  move(a, q.r32(), x.r32());
  a.imul(t.r64(), q.r64());
  a.shr(t.r64(), 32);
  a.sub(q.r32(), t.r32());
  a.shr(q.r32(), 1);
  a.add(q.r32(), t.r32());
  if (bits > 1) a.shr(q.r32(), static_cast<uint8_t>(bits - 1));
}

void emit_div_u_const32(Assembler& a, const Row& row, const Operands& o) {
  const Gpr d = r32(o.out[0]), x = r32(o.in[0].reg), t = r32(o.scratch[0]);
  const uint32_t c = static_cast<uint32_t>(o.in[1].imm);
  const bool remainder = (row.code & wants_remainder) != 0;
  if ((c & (c - 1)) == 0) {
    if (remainder && c == 1) return a.mov_zero(d);
    a.mov(d, x);
    if (remainder) a.and_(d, static_cast<int32_t>(c - 1));
    else if (c != 1) a.shr(d, static_cast<uint8_t>(std::countr_zero(c)));
    return;
  }
  quotient_u(a, d, x, t, c);
  if (!remainder) return;
  a.imul(d, d, static_cast<int32_t>(c));
  a.mov(t, x);
  a.sub(t, d);
  a.mov(d, t);
}

// q = x / 2^k, rounding towards zero: negative numbers need 2^k - 1 added first.
void quotient_s_power(Assembler& a, Gpr q, Gpr x, unsigned k) {
  const uint8_t width = q.size == Size::q ? 64 : 32;
  a.mov(q, x);
  if (k == 0) return;
  if (k > 1) a.sar(q, static_cast<uint8_t>(width - 1));
  a.shr(q, static_cast<uint8_t>(width - k));
  a.add(q, x);
  a.sar(q, static_cast<uint8_t>(k));
}

void quotient_s32(Assembler& a, Gpr q, Gpr x, Gpr t, uint32_t c) {
  const unsigned s = static_cast<unsigned>(std::bit_width(c - 1)) - 1;
  const uint64_t m = (uint64_t{1} << (32 + s)) / c + 1;
  a.movsxd(q.r64(), x.r32());
  a.mov_imm(t.r64(), m);
  a.imul(q.r64(), t.r64());
  a.sar(q.r64(), static_cast<uint8_t>(32 + s));
  a.mov(t.r32(), x.r32());
  a.sar(t.r32(), 31);
  a.sub(q.r32(), t.r32());
}

void emit_div_s_const(Assembler& a, const Row& row, const Operands& o) {
  const Gpr d = out_gpr(row, o), x = in_gpr(row, o, 0), t = {o.scratch[0], d.size};
  const bool wide = d.size == Size::q;
  const int64_t c = wide ? o.in[1].imm : int64_t{imm32(o.in[1])};
  const uint64_t size = c < 0 ? 0 - static_cast<uint64_t>(c) : static_cast<uint64_t>(c);
  const unsigned k = static_cast<unsigned>(std::countr_zero(size));
  const bool power = (size & (size - 1)) == 0;
  if (power) quotient_s_power(a, d, x, k);
  else quotient_s32(a, d, x, t, static_cast<uint32_t>(size));
  if ((row.code & wants_remainder) == 0) {
    if (c < 0) a.neg(d);
    return;
  }
  // The remainder is the same for c and -c.
  if (power) a.shl(d, static_cast<uint8_t>(k));
  else a.imul(d, d, static_cast<int32_t>(size));
  a.mov(t, x);
  a.sub(t, d);
  a.mov(d, t);
}

void emit_div_u_power64(Assembler& a, const Row& row, const Operands& o) {
  const Gpr d = r64(o.out[0]), x = r64(o.in[0].reg);
  const uint64_t c = static_cast<uint64_t>(o.in[1].imm);
  const uint8_t k = static_cast<uint8_t>(std::countr_zero(c));
  a.mov(d, x);
  if (k == 0 && (row.code & wants_remainder) == 0) return;
  if ((row.code & wants_remainder) == 0) return a.shr(d, k);
  if (k == 0) return a.mov_zero(d);
  a.shl(d, static_cast<uint8_t>(64 - k));
  a.shr(d, static_cast<uint8_t>(64 - k));
}

// 2^(64 + s) by c, no power of two and above 2^s, by long division: the quotient has 64 bits.
struct Reciprocal64 {
  uint64_t quotient = 0;
  uint64_t remainder;

  Reciprocal64(uint64_t c, unsigned s) : remainder(uint64_t{1} << s) {
    for (int i = 0; i < 64; ++i) {
      const bool over = remainder >> 63 != 0;
      remainder <<= 1;
      quotient <<= 1;
      if (over || remainder >= c) {
        remainder -= c;
        quotient |= 1;
      }
    }
  }
};

// rdx = x / c; rax and t are destroyed.
void quotient_u64(Assembler& a, Gpr x, Gpr t, uint64_t c) {
  const unsigned s = static_cast<unsigned>(std::bit_width(c)) - 1;  // 2^s < c < 2^(s + 1)
  const Reciprocal64 r(c, s);
  if (c - r.remainder <= uint64_t{1} << s) {
    a.mov_imm(rax, r.quotient + 1);
    a.mul(x);
    if (s != 0) a.shr(rdx, static_cast<uint8_t>(s));
    return;
  }
  // One bit more of precision, the 65th of which is added by halves as in quotient_u.
  const bool round = r.remainder >> 63 != 0 || 2 * r.remainder >= c;
  a.mov_imm(rax, 2 * r.quotient + (round ? 1 : 0) + 1);
  a.mul(x);
  a.mov(t, x);
  a.sub(t, rdx);
  a.shr(t, 1);
  a.add(rdx, t);
  if (s != 0) a.shr(rdx, static_cast<uint8_t>(s));
}

// rdx = x / c for signed x and positive c.
void quotient_s64(Assembler& a, Gpr x, Gpr t, uint64_t c) {
  unsigned s = static_cast<unsigned>(std::bit_width(c)) - 2;
  Reciprocal64 r(c, s);
  if (c - r.remainder >= uint64_t{2} << s) r = Reciprocal64(c, ++s);
  const uint64_t m = r.quotient + 1;
  a.mov_imm(rax, m);
  a.imul(x);
  if (m >> 63 != 0) a.add(rdx, x);  // imul took m for m - 2^64
  if (s != 0) a.sar(rdx, static_cast<uint8_t>(s));
  a.mov(t, x);
  a.sar(t, 63);
  a.sub(rdx, t);
}

void emit_div_const64(Assembler& a, const Row& row, const Operands& o) {
  const Gpr x = r64(o.in[0].reg), t = r64(o.scratch[0]);
  const int64_t c = o.in[1].imm;
  const bool minus = (row.code & is_signed) != 0 && c < 0;
  const uint64_t size = minus ? 0 - static_cast<uint64_t>(c) : static_cast<uint64_t>(c);
  if ((row.code & is_signed) != 0) quotient_s64(a, x, t, size);
  else quotient_u64(a, x, t, size);
  if ((row.code & wants_remainder) == 0) {
    if (minus) a.neg(rdx);
    return;
  }
  a.mov_imm(rax, size);
  a.imul(rdx, rax);
  a.mov(t, x);
  a.sub(t, rdx);
  a.mov(rdx, t);
}

// Which divisors the rows for constants serve.
bool is_nonzero32(int64_t c) { return static_cast<int32_t>(c) != 0; }
bool is_regular32(int64_t c) { return is_nonzero32(c) && static_cast<int32_t>(c) != -1; }
bool is_power(uint64_t c) { return c != 0 && (c & (c - 1)) == 0; }
uint64_t magnitude(int64_t c) {
  return c < 0 ? 0 - static_cast<uint64_t>(c) : static_cast<uint64_t>(c);
}
bool is_power_u64(int64_t c) { return is_power(static_cast<uint64_t>(c)); }
bool is_power_s64(int64_t c) { return c != -1 && is_power(magnitude(c)); }
bool is_other_u64(int64_t c) { return c != 0 && !is_power_u64(c); }
bool is_other_s64(int64_t c) { return c != 0 && !is_power(magnitude(c)); }

constexpr Row serving(Row row, bool (*serves)(int64_t)) {
  row.serves = serves;
  return row;
}

// clang-format off
#define ROW(name, shape, emit, code) make_row(#name, Op::name, shape, emit_as<emit>, code)
#define CONST32(name, emit, code, who) serving(ROW(name, "i < i# i/k ; g", emit, code), who)
#define CONST64(name, emit, code, power, other)                  \
  serving(ROW(name, "l < l# l/k ; g", emit, code), power),       \
  serving(ROW(name, "l@2 < l# l/k ; ~0 g", emit_div_const64, code), other)

#define DIVISION(t, c)                                                                             \
  with_traps(ROW(t##_div_s, c "@0 < " c "@0 " c "# ; ~2", emit_div_s, is_signed),                  \
             Trap::integer_divide_by_zero, Trap::integer_overflow),                                \
  with_traps(ROW(t##_div_u, c "@0 < " c "@0 " c "# ; ~2", emit_div_u, 0), Trap::integer_divide_by_zero), \
  with_traps(ROW(t##_rem_s, c "@2 < " c "@0 " c "# ; ~0", emit_div_s, is_signed | wants_remainder), \
             Trap::integer_divide_by_zero),                                                        \
  with_traps(ROW(t##_rem_u, c "@2 < " c "@0 " c "# ; ~0", emit_div_u, wants_remainder),            \
             Trap::integer_divide_by_zero)

constexpr Row table[] = {
    DIVISION(i32, "i"),
    DIVISION(i64, "l"),
    CONST32(i32_div_u, emit_div_u_const32, 0, is_nonzero32),
    CONST32(i32_rem_u, emit_div_u_const32, wants_remainder, is_nonzero32),
    CONST32(i32_div_s, emit_div_s_const, is_signed, is_regular32),
    CONST32(i32_rem_s, emit_div_s_const, is_signed | wants_remainder, is_regular32),
    CONST64(i64_div_u, emit_div_u_power64, 0, is_power_u64, is_other_u64),
    CONST64(i64_rem_u, emit_div_u_power64, wants_remainder, is_power_u64, is_other_u64),
    CONST64(i64_div_s, emit_div_s_const, is_signed, is_power_s64, is_other_s64),
    CONST64(i64_rem_s, emit_div_s_const, is_signed | wants_remainder, is_power_s64, is_other_s64),
};
// clang-format on

}  // namespace

std::span<const Row> division_rows() { return table; }

}  // namespace nacre::codegen::x64

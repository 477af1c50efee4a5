// SPDX-License-Identifier: Apache-2.0
//
// Meaning of the integer instructions. Included by num.hpp, which states the conventions.
#pragma once

#include <bit>
#include <cstdint>
#include <limits>
#include <type_traits>

#include "base/platform.hpp"
#include "base/trap.hpp"

namespace nacre::num {
namespace detail {

template <class U>
using Signed = std::make_signed_t<U>;

template <class U>
inline constexpr unsigned bit_count = sizeof(U) * 8;

template <class U>
constexpr Signed<U> as_signed(U x) {
  return static_cast<Signed<U>>(x);
}

template <class U>
constexpr U shr_s(U a, unsigned n) {
  return static_cast<U>(as_signed(a) >> n);
}

// Adding up neighbouring bit groups; compilers recognise this shape and use the population
// count instruction where the target has one, and it beats their library call elsewhere.
template <class U>
constexpr U popcnt(U x) {
  constexpr U ones = static_cast<U>(~U{0});
  x -= (x >> 1) & (ones / 3);
  x = (x & (ones / 5)) + ((x >> 2) & (ones / 5));
  x = (x + (x >> 4)) & (ones / 17);
  return static_cast<U>(x * (ones / 255)) >> (bit_count<U> - 8);
}

template <class U>
constexpr Trap div_s(U a, U b, U& out) {
  if (NACRE_UNLIKELY(b == 0)) return Trap::integer_divide_by_zero;
  if (NACRE_UNLIKELY(as_signed(a) == std::numeric_limits<Signed<U>>::min() && as_signed(b) == -1))
    return Trap::integer_overflow;
  out = static_cast<U>(as_signed(a) / as_signed(b));
  return Trap::none;
}

template <class U>
constexpr Trap div_u(U a, U b, U& out) {
  if (NACRE_UNLIKELY(b == 0)) return Trap::integer_divide_by_zero;
  out = a / b;
  return Trap::none;
}

// The most negative number has remainder 0 by -1, but hosts trap or leave it undefined.
template <class U>
constexpr Trap rem_s(U a, U b, U& out) {
  if (NACRE_UNLIKELY(b == 0)) return Trap::integer_divide_by_zero;
  out = as_signed(b) == -1 ? 0 : static_cast<U>(as_signed(a) % as_signed(b));
  return Trap::none;
}

template <class U>
constexpr Trap rem_u(U a, U b, U& out) {
  if (NACRE_UNLIKELY(b == 0)) return Trap::integer_divide_by_zero;
  out = a % b;
  return Trap::none;
}

template <class Narrow, class U>
constexpr U sign_extend(U x) {
  return static_cast<U>(static_cast<Signed<U>>(static_cast<Narrow>(x)));
}

// The full product from four half-width products, for hosts without a 128-bit type.
constexpr void mul_wide_by_halves(uint64_t a, uint64_t b, uint64_t& lo, uint64_t& hi) {
  const uint64_t a0 = a & 0xffffffff, a1 = a >> 32, b0 = b & 0xffffffff, b1 = b >> 32;
  const uint64_t low = a0 * b0;
  const uint64_t mid = a1 * b0 + (low >> 32);
  const uint64_t mid2 = a0 * b1 + (mid & 0xffffffff);
  lo = (mid2 << 32) | (low & 0xffffffff);
  hi = a1 * b1 + (mid >> 32) + (mid2 >> 32);
}

template <class Wide>
constexpr void mul_wide(uint64_t a, uint64_t b, uint64_t& lo, uint64_t& hi) {
  if constexpr (host_has_uint128) {
    const Wide product = static_cast<Wide>(a) * b;
    lo = static_cast<uint64_t>(product);
    hi = static_cast<uint64_t>(product >> 64);
  } else {
    mul_wide_by_halves(a, b, lo, hi);
  }
}

}  // namespace detail

// i32: comparisons.
constexpr uint32_t i32_eqz(uint32_t a) { return a == 0; }
constexpr uint32_t i32_eq(uint32_t a, uint32_t b) { return a == b; }
constexpr uint32_t i32_ne(uint32_t a, uint32_t b) { return a != b; }
constexpr uint32_t i32_lt_s(uint32_t a, uint32_t b) {
  return detail::as_signed(a) < detail::as_signed(b);
}
constexpr uint32_t i32_lt_u(uint32_t a, uint32_t b) { return a < b; }
constexpr uint32_t i32_gt_s(uint32_t a, uint32_t b) {
  return detail::as_signed(a) > detail::as_signed(b);
}
constexpr uint32_t i32_gt_u(uint32_t a, uint32_t b) { return a > b; }
constexpr uint32_t i32_le_s(uint32_t a, uint32_t b) {
  return detail::as_signed(a) <= detail::as_signed(b);
}
constexpr uint32_t i32_le_u(uint32_t a, uint32_t b) { return a <= b; }
constexpr uint32_t i32_ge_s(uint32_t a, uint32_t b) {
  return detail::as_signed(a) >= detail::as_signed(b);
}
constexpr uint32_t i32_ge_u(uint32_t a, uint32_t b) { return a >= b; }

// i32: arithmetic.
constexpr uint32_t i32_clz(uint32_t a) { return static_cast<uint32_t>(std::countl_zero(a)); }
constexpr uint32_t i32_ctz(uint32_t a) { return static_cast<uint32_t>(std::countr_zero(a)); }
constexpr uint32_t i32_popcnt(uint32_t a) { return detail::popcnt(a); }
constexpr uint32_t i32_add(uint32_t a, uint32_t b) { return a + b; }
constexpr uint32_t i32_sub(uint32_t a, uint32_t b) { return a - b; }
constexpr uint32_t i32_mul(uint32_t a, uint32_t b) { return a * b; }
constexpr Trap i32_div_s(uint32_t a, uint32_t b, uint32_t& out) { return detail::div_s(a, b, out); }
constexpr Trap i32_div_u(uint32_t a, uint32_t b, uint32_t& out) { return detail::div_u(a, b, out); }
constexpr Trap i32_rem_s(uint32_t a, uint32_t b, uint32_t& out) { return detail::rem_s(a, b, out); }
constexpr Trap i32_rem_u(uint32_t a, uint32_t b, uint32_t& out) { return detail::rem_u(a, b, out); }
constexpr uint32_t i32_and(uint32_t a, uint32_t b) { return a & b; }
constexpr uint32_t i32_or(uint32_t a, uint32_t b) { return a | b; }
constexpr uint32_t i32_xor(uint32_t a, uint32_t b) { return a ^ b; }
constexpr uint32_t i32_shl(uint32_t a, uint32_t b) { return a << (b & 31); }
constexpr uint32_t i32_shr_s(uint32_t a, uint32_t b) { return detail::shr_s(a, b & 31); }
constexpr uint32_t i32_shr_u(uint32_t a, uint32_t b) { return a >> (b & 31); }
constexpr uint32_t i32_rotl(uint32_t a, uint32_t b) {
  return std::rotl(a, static_cast<int>(b & 31));
}
constexpr uint32_t i32_rotr(uint32_t a, uint32_t b) {
  return std::rotr(a, static_cast<int>(b & 31));
}

// i64: comparisons.
constexpr uint32_t i64_eqz(uint64_t a) { return a == 0; }
constexpr uint32_t i64_eq(uint64_t a, uint64_t b) { return a == b; }
constexpr uint32_t i64_ne(uint64_t a, uint64_t b) { return a != b; }
constexpr uint32_t i64_lt_s(uint64_t a, uint64_t b) {
  return detail::as_signed(a) < detail::as_signed(b);
}
constexpr uint32_t i64_lt_u(uint64_t a, uint64_t b) { return a < b; }
constexpr uint32_t i64_gt_s(uint64_t a, uint64_t b) {
  return detail::as_signed(a) > detail::as_signed(b);
}
constexpr uint32_t i64_gt_u(uint64_t a, uint64_t b) { return a > b; }
constexpr uint32_t i64_le_s(uint64_t a, uint64_t b) {
  return detail::as_signed(a) <= detail::as_signed(b);
}
constexpr uint32_t i64_le_u(uint64_t a, uint64_t b) { return a <= b; }
constexpr uint32_t i64_ge_s(uint64_t a, uint64_t b) {
  return detail::as_signed(a) >= detail::as_signed(b);
}
constexpr uint32_t i64_ge_u(uint64_t a, uint64_t b) { return a >= b; }

// i64: arithmetic.
constexpr uint64_t i64_clz(uint64_t a) { return static_cast<uint64_t>(std::countl_zero(a)); }
constexpr uint64_t i64_ctz(uint64_t a) { return static_cast<uint64_t>(std::countr_zero(a)); }
constexpr uint64_t i64_popcnt(uint64_t a) { return detail::popcnt(a); }
constexpr uint64_t i64_add(uint64_t a, uint64_t b) { return a + b; }
constexpr uint64_t i64_sub(uint64_t a, uint64_t b) { return a - b; }
constexpr uint64_t i64_mul(uint64_t a, uint64_t b) { return a * b; }
constexpr Trap i64_div_s(uint64_t a, uint64_t b, uint64_t& out) { return detail::div_s(a, b, out); }
constexpr Trap i64_div_u(uint64_t a, uint64_t b, uint64_t& out) { return detail::div_u(a, b, out); }
constexpr Trap i64_rem_s(uint64_t a, uint64_t b, uint64_t& out) { return detail::rem_s(a, b, out); }
constexpr Trap i64_rem_u(uint64_t a, uint64_t b, uint64_t& out) { return detail::rem_u(a, b, out); }
constexpr uint64_t i64_and(uint64_t a, uint64_t b) { return a & b; }
constexpr uint64_t i64_or(uint64_t a, uint64_t b) { return a | b; }
constexpr uint64_t i64_xor(uint64_t a, uint64_t b) { return a ^ b; }
constexpr uint64_t i64_shl(uint64_t a, uint64_t b) { return a << (b & 63); }
constexpr uint64_t i64_shr_s(uint64_t a, uint64_t b) { return detail::shr_s(a, b & 63); }
constexpr uint64_t i64_shr_u(uint64_t a, uint64_t b) { return a >> (b & 63); }
constexpr uint64_t i64_rotl(uint64_t a, uint64_t b) {
  return std::rotl(a, static_cast<int>(b & 63));
}
constexpr uint64_t i64_rotr(uint64_t a, uint64_t b) {
  return std::rotr(a, static_cast<int>(b & 63));
}

// Conversions between the integer types.
constexpr uint32_t i32_wrap_i64(uint64_t a) { return static_cast<uint32_t>(a); }
constexpr uint64_t i64_extend_i32_s(uint32_t a) {
  return detail::sign_extend<int32_t, uint64_t>(a);
}
constexpr uint64_t i64_extend_i32_u(uint32_t a) { return a; }

constexpr uint32_t i32_extend8_s(uint32_t a) { return detail::sign_extend<int8_t>(a); }
constexpr uint32_t i32_extend16_s(uint32_t a) { return detail::sign_extend<int16_t>(a); }
constexpr uint64_t i64_extend8_s(uint64_t a) { return detail::sign_extend<int8_t>(a); }
constexpr uint64_t i64_extend16_s(uint64_t a) { return detail::sign_extend<int16_t>(a); }
constexpr uint64_t i64_extend32_s(uint64_t a) { return detail::sign_extend<int32_t>(a); }

// Wide arithmetic: 128-bit numbers as (low, high) pairs, as on the operand stack.
constexpr void i64_add128(uint64_t a_lo, uint64_t a_hi, uint64_t b_lo, uint64_t b_hi, uint64_t& lo,
                          uint64_t& hi) {
  const uint64_t sum = a_lo + b_lo;
  hi = a_hi + b_hi + (sum < a_lo ? 1 : 0);
  lo = sum;
}

constexpr void i64_sub128(uint64_t a_lo, uint64_t a_hi, uint64_t b_lo, uint64_t b_hi, uint64_t& lo,
                          uint64_t& hi) {
  const uint64_t difference = a_lo - b_lo;
  hi = a_hi - b_hi - (a_lo < b_lo ? 1 : 0);
  lo = difference;
}

constexpr void i64_mul_wide_u(uint64_t a, uint64_t b, uint64_t& lo, uint64_t& hi) {
  detail::mul_wide<Uint128>(a, b, lo, hi);
}

// A negative factor, read as unsigned, is 2^64 too large: take the other one off the high half.
constexpr void i64_mul_wide_s(uint64_t a, uint64_t b, uint64_t& lo, uint64_t& hi) {
  uint64_t high = 0;
  detail::mul_wide<Uint128>(a, b, lo, high);
  hi = high - (detail::as_signed(a) < 0 ? b : 0) - (detail::as_signed(b) < 0 ? a : 0);
}

}  // namespace nacre::num

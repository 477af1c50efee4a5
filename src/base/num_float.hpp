// SPDX-License-Identifier: Apache-2.0
//
// Meaning of the float instructions. Included by num.hpp, which states the conventions.
//
// NaNs: a result computed from a NaN must be quiet, and canonical if all NaN operands
// were. The hosts' arithmetic does that by itself (x + 0 is the cheapest way to make a NaN
// quiet, and no compiler may drop it because of -0), so only what is not one of their
// operations needs care: minimum, maximum and rounding to integers.
#pragma once

#include <bit>
#include <cfloat>
#include <cmath>
#include <cstdint>
#include <limits>

#include "base/bytes.hpp"
#include "base/platform.hpp"
#include "base/trap.hpp"

// Intermediate results kept wider than their type round twice (on 32-bit x86: -mfpmath=sse).
static_assert(FLT_EVAL_METHOD == 0 || FLT_EVAL_METHOD == 16, "float must be evaluated as float");
static_assert(std::numeric_limits<float>::is_iec559 && std::numeric_limits<double>::is_iec559);

namespace nacre::num {
namespace detail {

#if NACRE_SQRT_BY_SSE
inline float square_root(float a) {
  float root;
  __asm__("sqrtss %1, %0" : "=x"(root) : "x"(a));
  return root;
}
inline double square_root(double a) {
  double root;
  __asm__("sqrtsd %1, %0" : "=x"(root) : "x"(a));
  return root;
}
#else
inline float square_root(float a) { return std::sqrt(a); }
inline double square_root(double a) { return std::sqrt(a); }
#endif

template <class F>
inline constexpr UintOf<F> sign_bit = UintOf<F>{1} << (sizeof(F) * 8 - 1);

// From here on every float is an integer: 2^23 or 2^52.
template <class F>
inline constexpr F all_integers = static_cast<F>(uint64_t{1}
                                                 << (std::numeric_limits<F>::digits - 1));

template <class F>
constexpr UintOf<F> to_bits(F x) {
  return std::bit_cast<UintOf<F>>(x);
}

template <class F>
constexpr F from_bits(UintOf<F> bits) {
  return std::bit_cast<F>(bits);
}

template <class F>
constexpr F magnitude(F x) {
  return from_bits<F>(to_bits(x) & ~sign_bit<F>);
}

template <class F>
constexpr F with_sign_of(F x, F sign) {
  return from_bits<F>((to_bits(x) & ~sign_bit<F>) | (to_bits(sign) & sign_bit<F>));
}

// The smaller operand is picked twice, once in each order. If they differ, both picks
// agree; equal operands can only differ in the sign of zero, which `or` makes negative.
template <class F>
constexpr F min(F a, F b) {
  const UintOf<F> one = to_bits(a < b ? a : b), other = to_bits(b < a ? b : a);
  const UintOf<F> nan = to_bits(a + b);
  return from_bits<F>(a != a || b != b ? nan : one | other);
}

template <class F>
constexpr F max(F a, F b) {
  const UintOf<F> one = to_bits(a > b ? a : b), other = to_bits(b > a ? b : a);
  const UintOf<F> nan = to_bits(a + b);
  return from_bits<F>(a != a || b != b ? nan : one & other);
}

// Rounding without a rounding instruction: adding 2^23 (2^52) to a smaller magnitude leaves
// no room for a fraction, so the hardware rounds it off, to nearest, ties to even. The
// directed roundings correct that by one. Large numbers, infinities and NaNs stay.
enum class Rounding { nearest, down, up, zero };

template <Rounding Mode, class F>
constexpr F round_by_adding(F x) {
  const F size = magnitude(x);
  F r = (size + all_integers<F>)-all_integers<F>;
  if constexpr (Mode == Rounding::zero) r -= r > size ? F{1} : F{0};
  r = with_sign_of(r, x);
  if constexpr (Mode == Rounding::down) r -= r > x ? F{1} : F{0};
  if constexpr (Mode == Rounding::up) r += r < x ? F{1} : F{0};
  const F unchanged = x + F{0};
  return size < all_integers<F> ? with_sign_of(r, x) : unchanged;
}

template <Rounding Mode, class F>
NACRE_INLINE constexpr F round(F x) {
  if constexpr (!host_has_round_instructions) return round_by_adding<Mode>(x);
  else if constexpr (Mode == Rounding::down) return std::floor(x);
  else if constexpr (Mode == Rounding::up) return std::ceil(x);
  else if constexpr (Mode == Rounding::zero) return std::trunc(x);
  else return std::nearbyint(x);
}

// The exclusive bounds between which a float truncates to an Int, moved to the next float
// where F cannot tell them apart: -2^31 - 1 is a double but as a float it is -2^31, which
// is itself valid.
template <class Int, class F>
constexpr bool fits(F x) {
  using Limits = std::numeric_limits<Int>;
  constexpr F above = static_cast<F>(Int{1} << (Limits::digits - 1)) * F{2};
  if constexpr (!Limits::is_signed) return x > F{-1} && x < above;
  else if constexpr (Limits::digits < std::numeric_limits<F>::digits)
    return x > -above - F{1} && x < above;
  else return x >= -above && x < above;
}

template <class Int, class F, class U>
constexpr Trap trunc(F x, U& out) {
  static_assert(sizeof(Int) == sizeof(U));
  if (NACRE_LIKELY(fits<Int>(x))) {
    out = static_cast<U>(static_cast<Int>(x));
    return Trap::none;
  }
  return x != x ? Trap::invalid_conversion : Trap::integer_overflow;
}

template <class Int, class F>
constexpr UintOf<Int> trunc_sat(F x) {
  using U = UintOf<Int>;
  if (NACRE_LIKELY(fits<Int>(x))) return static_cast<U>(static_cast<Int>(x));
  if (x != x) return 0;
  return static_cast<U>(x < F{0} ? std::numeric_limits<Int>::min()
                                 : std::numeric_limits<Int>::max());
}

}  // namespace detail

// f32: comparisons.
constexpr uint32_t f32_eq(float a, float b) { return a == b; }
constexpr uint32_t f32_ne(float a, float b) { return a != b; }
constexpr uint32_t f32_lt(float a, float b) { return a < b; }
constexpr uint32_t f32_gt(float a, float b) { return a > b; }
constexpr uint32_t f32_le(float a, float b) { return a <= b; }
constexpr uint32_t f32_ge(float a, float b) { return a >= b; }

// f32: sign operations, on bits.
constexpr uint32_t f32_abs(uint32_t a) { return a & ~detail::sign_bit<float>; }
constexpr uint32_t f32_neg(uint32_t a) { return a ^ detail::sign_bit<float>; }
constexpr uint32_t f32_copysign(uint32_t a, uint32_t b) {
  return (a & ~detail::sign_bit<float>) | (b & detail::sign_bit<float>);
}

// f32: arithmetic.
inline float f32_ceil(float a) { return detail::round<detail::Rounding::up>(a); }
inline float f32_floor(float a) { return detail::round<detail::Rounding::down>(a); }
inline float f32_trunc(float a) { return detail::round<detail::Rounding::zero>(a); }
inline float f32_nearest(float a) { return detail::round<detail::Rounding::nearest>(a); }
inline float f32_sqrt(float a) { return detail::square_root(a); }
constexpr float f32_add(float a, float b) { return a + b; }
constexpr float f32_sub(float a, float b) { return a - b; }
constexpr float f32_mul(float a, float b) { return a * b; }
constexpr float f32_div(float a, float b) { return a / b; }
constexpr float f32_min(float a, float b) { return detail::min(a, b); }
constexpr float f32_max(float a, float b) { return detail::max(a, b); }

// f64: comparisons.
constexpr uint32_t f64_eq(double a, double b) { return a == b; }
constexpr uint32_t f64_ne(double a, double b) { return a != b; }
constexpr uint32_t f64_lt(double a, double b) { return a < b; }
constexpr uint32_t f64_gt(double a, double b) { return a > b; }
constexpr uint32_t f64_le(double a, double b) { return a <= b; }
constexpr uint32_t f64_ge(double a, double b) { return a >= b; }

// f64: sign operations, on bits.
constexpr uint64_t f64_abs(uint64_t a) { return a & ~detail::sign_bit<double>; }
constexpr uint64_t f64_neg(uint64_t a) { return a ^ detail::sign_bit<double>; }
constexpr uint64_t f64_copysign(uint64_t a, uint64_t b) {
  return (a & ~detail::sign_bit<double>) | (b & detail::sign_bit<double>);
}

// f64: arithmetic.
inline double f64_ceil(double a) { return detail::round<detail::Rounding::up>(a); }
inline double f64_floor(double a) { return detail::round<detail::Rounding::down>(a); }
inline double f64_trunc(double a) { return detail::round<detail::Rounding::zero>(a); }
inline double f64_nearest(double a) { return detail::round<detail::Rounding::nearest>(a); }
inline double f64_sqrt(double a) { return detail::square_root(a); }
constexpr double f64_add(double a, double b) { return a + b; }
constexpr double f64_sub(double a, double b) { return a - b; }
constexpr double f64_mul(double a, double b) { return a * b; }
constexpr double f64_div(double a, double b) { return a / b; }
constexpr double f64_min(double a, double b) { return detail::min(a, b); }
constexpr double f64_max(double a, double b) { return detail::max(a, b); }

// Truncation to integers: trapping, then saturating.
constexpr Trap i32_trunc_f32_s(float a, uint32_t& out) { return detail::trunc<int32_t>(a, out); }
constexpr Trap i32_trunc_f32_u(float a, uint32_t& out) { return detail::trunc<uint32_t>(a, out); }
constexpr Trap i32_trunc_f64_s(double a, uint32_t& out) { return detail::trunc<int32_t>(a, out); }
constexpr Trap i32_trunc_f64_u(double a, uint32_t& out) { return detail::trunc<uint32_t>(a, out); }
constexpr Trap i64_trunc_f32_s(float a, uint64_t& out) { return detail::trunc<int64_t>(a, out); }
constexpr Trap i64_trunc_f32_u(float a, uint64_t& out) { return detail::trunc<uint64_t>(a, out); }
constexpr Trap i64_trunc_f64_s(double a, uint64_t& out) { return detail::trunc<int64_t>(a, out); }
constexpr Trap i64_trunc_f64_u(double a, uint64_t& out) { return detail::trunc<uint64_t>(a, out); }

constexpr uint32_t i32_trunc_sat_f32_s(float a) { return detail::trunc_sat<int32_t>(a); }
constexpr uint32_t i32_trunc_sat_f32_u(float a) { return detail::trunc_sat<uint32_t>(a); }
constexpr uint32_t i32_trunc_sat_f64_s(double a) { return detail::trunc_sat<int32_t>(a); }
constexpr uint32_t i32_trunc_sat_f64_u(double a) { return detail::trunc_sat<uint32_t>(a); }
constexpr uint64_t i64_trunc_sat_f32_s(float a) { return detail::trunc_sat<int64_t>(a); }
constexpr uint64_t i64_trunc_sat_f32_u(float a) { return detail::trunc_sat<uint64_t>(a); }
constexpr uint64_t i64_trunc_sat_f64_s(double a) { return detail::trunc_sat<int64_t>(a); }
constexpr uint64_t i64_trunc_sat_f64_u(double a) { return detail::trunc_sat<uint64_t>(a); }

// Conversion from integers and between floats, rounding to nearest.
constexpr float f32_convert_i32_s(uint32_t a) {
  return static_cast<float>(static_cast<int32_t>(a));
}
constexpr float f32_convert_i32_u(uint32_t a) { return static_cast<float>(a); }
constexpr float f32_convert_i64_s(uint64_t a) {
  return static_cast<float>(static_cast<int64_t>(a));
}
constexpr float f32_convert_i64_u(uint64_t a) { return static_cast<float>(a); }
constexpr double f64_convert_i32_s(uint32_t a) {
  return static_cast<double>(static_cast<int32_t>(a));
}
constexpr double f64_convert_i32_u(uint32_t a) { return static_cast<double>(a); }
constexpr double f64_convert_i64_s(uint64_t a) {
  return static_cast<double>(static_cast<int64_t>(a));
}
constexpr double f64_convert_i64_u(uint64_t a) { return static_cast<double>(a); }
constexpr float f32_demote_f64(double a) { return static_cast<float>(a); }
constexpr double f64_promote_f32(float a) { return a; }

// Reinterpretation: the value is its bits already.
constexpr uint32_t i32_reinterpret_f32(uint32_t a) { return a; }
constexpr uint64_t i64_reinterpret_f64(uint64_t a) { return a; }
constexpr uint32_t f32_reinterpret_i32(uint32_t a) { return a; }
constexpr uint64_t f64_reinterpret_i64(uint64_t a) { return a; }

}  // namespace nacre::num

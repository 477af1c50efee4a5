// SPDX-License-Identifier: Apache-2.0
//
// Relaxed SIMD. The specification allows each of these a set of results; every engine
// here gives the one its deterministic profile names, on every host, so that a program
// computes the same everywhere. Where that costs speed, it is the price of that promise.
#pragma once

#include <cstdint>

#include "base/num_simd.hpp"

namespace nacre::num {

// Selectors beyond 15 give 0 (others may give lane i % 16 up to 127).
NACRE_INLINE constexpr V128 i8x16_relaxed_swizzle(V128 a, V128 selector) {
  return i8x16_swizzle(a, selector);
}

// NaN gives 0, out of range saturates (others may give INT32_MIN or UINT32_MAX).
NACRE_INLINE constexpr V128 i32x4_relaxed_trunc_f32x4_s(V128 a) {
  return i32x4_trunc_sat_f32x4_s(a);
}
NACRE_INLINE constexpr V128 i32x4_relaxed_trunc_f32x4_u(V128 a) {
  return i32x4_trunc_sat_f32x4_u(a);
}
NACRE_INLINE constexpr V128 i32x4_relaxed_trunc_f64x2_s_zero(V128 a) {
  return i32x4_trunc_sat_f64x2_s_zero(a);
}
NACRE_INLINE constexpr V128 i32x4_relaxed_trunc_f64x2_u_zero(V128 a) {
  return i32x4_trunc_sat_f64x2_u_zero(a);
}

// a * b + c and -a * b + c, rounded after the multiplication and again after the addition
// (others may fuse the two). Two steps that a compiler must not contract: see num.hpp.
NACRE_INLINE constexpr V128 f32x4_relaxed_madd(V128 a, V128 b, V128 c) {
  return f32x4_add(f32x4_mul(a, b), c);
}
NACRE_INLINE constexpr V128 f32x4_relaxed_nmadd(V128 a, V128 b, V128 c) {
  return f32x4_add(f32x4_mul(f32x4_neg(a), b), c);
}
NACRE_INLINE constexpr V128 f64x2_relaxed_madd(V128 a, V128 b, V128 c) {
  return f64x2_add(f64x2_mul(a, b), c);
}
NACRE_INLINE constexpr V128 f64x2_relaxed_nmadd(V128 a, V128 b, V128 c) {
  return f64x2_add(f64x2_mul(f64x2_neg(a), b), c);
}

// Bit by bit (others may look only at the mask lane's top bit).
NACRE_INLINE constexpr V128 i8x16_relaxed_laneselect(V128 a, V128 b, V128 mask) {
  return v128_bitselect(a, b, mask);
}
NACRE_INLINE constexpr V128 i16x8_relaxed_laneselect(V128 a, V128 b, V128 mask) {
  return v128_bitselect(a, b, mask);
}
NACRE_INLINE constexpr V128 i32x4_relaxed_laneselect(V128 a, V128 b, V128 mask) {
  return v128_bitselect(a, b, mask);
}
NACRE_INLINE constexpr V128 i64x2_relaxed_laneselect(V128 a, V128 b, V128 mask) {
  return v128_bitselect(a, b, mask);
}

// NaN operands give NaN, -0 is less than +0 (others may return either operand).
NACRE_INLINE constexpr V128 f32x4_relaxed_min(V128 a, V128 b) { return f32x4_min(a, b); }
NACRE_INLINE constexpr V128 f32x4_relaxed_max(V128 a, V128 b) { return f32x4_max(a, b); }
NACRE_INLINE constexpr V128 f64x2_relaxed_min(V128 a, V128 b) { return f64x2_min(a, b); }
NACRE_INLINE constexpr V128 f64x2_relaxed_max(V128 a, V128 b) { return f64x2_max(a, b); }

// -32768 * -32768 saturates to 32767 (others may wrap to -32768).
NACRE_INLINE constexpr V128 i16x8_relaxed_q15mulr_s(V128 a, V128 b) {
  return i16x8_q15mulr_sat_s(a, b);
}

// Both factors are signed, all eight bits of them (others may read b as unsigned when its top
// bit is set). Only -128 * -128 twice is a sum too large for 16 bits: it saturates.
NACRE_INLINE constexpr V128 i16x8_relaxed_dot_i8x16_i7x16_s(V128 a, V128 b) {
  const auto dot = [](uint16_t x, uint16_t y) {
    const auto even =
        static_cast<int16_t>(lanes::even_half<int8_t>(x) * lanes::even_half<int8_t>(y));
    const auto odd = static_cast<int16_t>(lanes::odd_half<int8_t>(x) * lanes::odd_half<int8_t>(y));
    return lanes::add_sat_s(even, odd);
  };
  return zip<uint16_t>(dot, a, b);
}

// The same, its pairs added with sign and then c.
NACRE_INLINE constexpr V128 i32x4_relaxed_dot_i8x16_i7x16_add_s(V128 a, V128 b, V128 c) {
  const V128 products = i16x8_relaxed_dot_i8x16_i7x16_s(a, b);
  return i32x4_add(i32x4_extadd_pairwise_i16x8_s(products), c);
}

}  // namespace nacre::num

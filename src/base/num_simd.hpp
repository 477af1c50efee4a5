// SPDX-License-Identifier: Apache-2.0
//
// Meaning of the fixed-width SIMD instructions. Included by num.hpp, which states the
// conventions. Most are a lane function applied to all lanes; the lane functions are in
// num_lanes.hpp. Where lanes wrap alike, signed and unsigned share one name there.
#pragma once

#include <cstdint>

#include "base/num_lanes.hpp"
#include "base/v128.hpp"

namespace nacre::num {

// Lanes: fill, take, put. Narrow lanes wrap what they are given.
NACRE_INLINE constexpr V128 i8x16_splat(uint32_t x) {
  return splat<uint8_t>(static_cast<uint8_t>(x));
}
NACRE_INLINE constexpr V128 i16x8_splat(uint32_t x) {
  return splat<uint16_t>(static_cast<uint16_t>(x));
}
NACRE_INLINE constexpr V128 i32x4_splat(uint32_t x) { return splat<uint32_t>(x); }
NACRE_INLINE constexpr V128 i64x2_splat(uint64_t x) { return splat<uint64_t>(x); }
NACRE_INLINE constexpr V128 f32x4_splat(uint32_t x) { return splat<uint32_t>(x); }
NACRE_INLINE constexpr V128 f64x2_splat(uint64_t x) { return splat<uint64_t>(x); }
NACRE_INLINE constexpr uint32_t i8x16_extract_lane_s(V128 a, unsigned i) {
  return static_cast<uint32_t>(lane<int8_t>(a, i));
}
NACRE_INLINE constexpr uint32_t i8x16_extract_lane_u(V128 a, unsigned i) {
  return lane<uint8_t>(a, i);
}
NACRE_INLINE constexpr V128 i8x16_replace_lane(V128 a, unsigned i, uint32_t x) {
  return with_lane<uint8_t>(a, i, static_cast<uint8_t>(x));
}
NACRE_INLINE constexpr uint32_t i16x8_extract_lane_s(V128 a, unsigned i) {
  return static_cast<uint32_t>(lane<int16_t>(a, i));
}
NACRE_INLINE constexpr uint32_t i16x8_extract_lane_u(V128 a, unsigned i) {
  return lane<uint16_t>(a, i);
}
NACRE_INLINE constexpr V128 i16x8_replace_lane(V128 a, unsigned i, uint32_t x) {
  return with_lane<uint16_t>(a, i, static_cast<uint16_t>(x));
}
NACRE_INLINE constexpr uint32_t i32x4_extract_lane(V128 a, unsigned i) {
  return lane<uint32_t>(a, i);
}
NACRE_INLINE constexpr V128 i32x4_replace_lane(V128 a, unsigned i, uint32_t x) {
  return with_lane<uint32_t>(a, i, x);
}
NACRE_INLINE constexpr uint64_t i64x2_extract_lane(V128 a, unsigned i) {
  return lane<uint64_t>(a, i);
}
NACRE_INLINE constexpr V128 i64x2_replace_lane(V128 a, unsigned i, uint64_t x) {
  return with_lane<uint64_t>(a, i, x);
}
NACRE_INLINE constexpr uint32_t f32x4_extract_lane(V128 a, unsigned i) {
  return lane<uint32_t>(a, i);
}
NACRE_INLINE constexpr V128 f32x4_replace_lane(V128 a, unsigned i, uint32_t x) {
  return with_lane<uint32_t>(a, i, x);
}
NACRE_INLINE constexpr uint64_t f64x2_extract_lane(V128 a, unsigned i) {
  return lane<uint64_t>(a, i);
}
NACRE_INLINE constexpr V128 f64x2_replace_lane(V128 a, unsigned i, uint64_t x) {
  return with_lane<uint64_t>(a, i, x);
}

// Each lane of the result is the one of a's and b's 32 bytes that `selector` names.
NACRE_INLINE constexpr V128 i8x16_shuffle(V128 a, V128 b, V128 selector) {
  uint8_t both[32] = {};
  for (unsigned i = 0; i < 16; ++i) {
    both[i] = a.bytes[i];
    both[16 + i] = b.bytes[i];
  }
  V128 r{};
  for (unsigned i = 0; i < 16; ++i) r.bytes[i] = both[selector.bytes[i] & 31];
  return r;
}

// A selector beyond 15 gives 0.
NACRE_INLINE constexpr V128 i8x16_swizzle(V128 a, V128 selector) {
  V128 r{};
  for (unsigned i = 0; i < 16; ++i) {
    const uint8_t at = selector.bytes[i];
    r.bytes[i] = static_cast<uint8_t>(a.bytes[at & 15] & (at < 16 ? 0xff : 0));
  }
  return r;
}

// Comparisons: all ones or all zeros per lane.
NACRE_INLINE constexpr V128 i8x16_eq(V128 a, V128 b) { return zip<uint8_t>(lanes::eq, a, b); }
NACRE_INLINE constexpr V128 i8x16_ne(V128 a, V128 b) { return zip<uint8_t>(lanes::ne, a, b); }
NACRE_INLINE constexpr V128 i8x16_lt_s(V128 a, V128 b) { return zip<int8_t>(lanes::lt, a, b); }
NACRE_INLINE constexpr V128 i8x16_lt_u(V128 a, V128 b) { return zip<uint8_t>(lanes::lt, a, b); }
NACRE_INLINE constexpr V128 i8x16_gt_s(V128 a, V128 b) { return zip<int8_t>(lanes::gt, a, b); }
NACRE_INLINE constexpr V128 i8x16_gt_u(V128 a, V128 b) { return zip<uint8_t>(lanes::gt, a, b); }
NACRE_INLINE constexpr V128 i8x16_le_s(V128 a, V128 b) { return zip<int8_t>(lanes::le, a, b); }
NACRE_INLINE constexpr V128 i8x16_le_u(V128 a, V128 b) { return zip<uint8_t>(lanes::le, a, b); }
NACRE_INLINE constexpr V128 i8x16_ge_s(V128 a, V128 b) { return zip<int8_t>(lanes::ge, a, b); }
NACRE_INLINE constexpr V128 i8x16_ge_u(V128 a, V128 b) { return zip<uint8_t>(lanes::ge, a, b); }
NACRE_INLINE constexpr V128 i16x8_eq(V128 a, V128 b) { return zip<uint16_t>(lanes::eq, a, b); }
NACRE_INLINE constexpr V128 i16x8_ne(V128 a, V128 b) { return zip<uint16_t>(lanes::ne, a, b); }
NACRE_INLINE constexpr V128 i16x8_lt_s(V128 a, V128 b) { return zip<int16_t>(lanes::lt, a, b); }
NACRE_INLINE constexpr V128 i16x8_lt_u(V128 a, V128 b) { return zip<uint16_t>(lanes::lt, a, b); }
NACRE_INLINE constexpr V128 i16x8_gt_s(V128 a, V128 b) { return zip<int16_t>(lanes::gt, a, b); }
NACRE_INLINE constexpr V128 i16x8_gt_u(V128 a, V128 b) { return zip<uint16_t>(lanes::gt, a, b); }
NACRE_INLINE constexpr V128 i16x8_le_s(V128 a, V128 b) { return zip<int16_t>(lanes::le, a, b); }
NACRE_INLINE constexpr V128 i16x8_le_u(V128 a, V128 b) { return zip<uint16_t>(lanes::le, a, b); }
NACRE_INLINE constexpr V128 i16x8_ge_s(V128 a, V128 b) { return zip<int16_t>(lanes::ge, a, b); }
NACRE_INLINE constexpr V128 i16x8_ge_u(V128 a, V128 b) { return zip<uint16_t>(lanes::ge, a, b); }
NACRE_INLINE constexpr V128 i32x4_eq(V128 a, V128 b) { return zip<uint32_t>(lanes::eq, a, b); }
NACRE_INLINE constexpr V128 i32x4_ne(V128 a, V128 b) { return zip<uint32_t>(lanes::ne, a, b); }
NACRE_INLINE constexpr V128 i32x4_lt_s(V128 a, V128 b) { return zip<int32_t>(lanes::lt, a, b); }
NACRE_INLINE constexpr V128 i32x4_lt_u(V128 a, V128 b) { return zip<uint32_t>(lanes::lt, a, b); }
NACRE_INLINE constexpr V128 i32x4_gt_s(V128 a, V128 b) { return zip<int32_t>(lanes::gt, a, b); }
NACRE_INLINE constexpr V128 i32x4_gt_u(V128 a, V128 b) { return zip<uint32_t>(lanes::gt, a, b); }
NACRE_INLINE constexpr V128 i32x4_le_s(V128 a, V128 b) { return zip<int32_t>(lanes::le, a, b); }
NACRE_INLINE constexpr V128 i32x4_le_u(V128 a, V128 b) { return zip<uint32_t>(lanes::le, a, b); }
NACRE_INLINE constexpr V128 i32x4_ge_s(V128 a, V128 b) { return zip<int32_t>(lanes::ge, a, b); }
NACRE_INLINE constexpr V128 i32x4_ge_u(V128 a, V128 b) { return zip<uint32_t>(lanes::ge, a, b); }
NACRE_INLINE constexpr V128 i64x2_eq(V128 a, V128 b) { return zip<uint64_t>(lanes::eq, a, b); }
NACRE_INLINE constexpr V128 i64x2_ne(V128 a, V128 b) { return zip<uint64_t>(lanes::ne, a, b); }
NACRE_INLINE constexpr V128 i64x2_lt_s(V128 a, V128 b) { return zip<int64_t>(lanes::lt, a, b); }
NACRE_INLINE constexpr V128 i64x2_gt_s(V128 a, V128 b) { return zip<int64_t>(lanes::gt, a, b); }
NACRE_INLINE constexpr V128 i64x2_le_s(V128 a, V128 b) { return zip<int64_t>(lanes::le, a, b); }
NACRE_INLINE constexpr V128 i64x2_ge_s(V128 a, V128 b) { return zip<int64_t>(lanes::ge, a, b); }
NACRE_INLINE constexpr V128 f32x4_eq(V128 a, V128 b) { return zip<float>(lanes::eq, a, b); }
NACRE_INLINE constexpr V128 f32x4_ne(V128 a, V128 b) { return zip<float>(lanes::ne, a, b); }
NACRE_INLINE constexpr V128 f32x4_lt(V128 a, V128 b) { return zip<float>(lanes::lt, a, b); }
NACRE_INLINE constexpr V128 f32x4_gt(V128 a, V128 b) { return zip<float>(lanes::gt, a, b); }
NACRE_INLINE constexpr V128 f32x4_le(V128 a, V128 b) { return zip<float>(lanes::le, a, b); }
NACRE_INLINE constexpr V128 f32x4_ge(V128 a, V128 b) { return zip<float>(lanes::ge, a, b); }
NACRE_INLINE constexpr V128 f64x2_eq(V128 a, V128 b) { return zip<double>(lanes::eq, a, b); }
NACRE_INLINE constexpr V128 f64x2_ne(V128 a, V128 b) { return zip<double>(lanes::ne, a, b); }
NACRE_INLINE constexpr V128 f64x2_lt(V128 a, V128 b) { return zip<double>(lanes::lt, a, b); }
NACRE_INLINE constexpr V128 f64x2_gt(V128 a, V128 b) { return zip<double>(lanes::gt, a, b); }
NACRE_INLINE constexpr V128 f64x2_le(V128 a, V128 b) { return zip<double>(lanes::le, a, b); }
NACRE_INLINE constexpr V128 f64x2_ge(V128 a, V128 b) { return zip<double>(lanes::ge, a, b); }

// The vector as 128 bits.
NACRE_INLINE constexpr V128 v128_not(V128 a) { return map<uint64_t>(lanes::not_, a); }
NACRE_INLINE constexpr V128 v128_and(V128 a, V128 b) { return zip<uint64_t>(lanes::and_, a, b); }
NACRE_INLINE constexpr V128 v128_andnot(V128 a, V128 b) {
  return zip<uint64_t>(lanes::andnot, a, b);
}
NACRE_INLINE constexpr V128 v128_or(V128 a, V128 b) { return zip<uint64_t>(lanes::or_, a, b); }
NACRE_INLINE constexpr V128 v128_xor(V128 a, V128 b) { return zip<uint64_t>(lanes::xor_, a, b); }
NACRE_INLINE constexpr V128 v128_bitselect(V128 a, V128 b, V128 c) {
  return zip<uint64_t>(lanes::bitselect, a, b, c);
}
NACRE_INLINE constexpr uint32_t v128_any_true(V128 a) {
  return (lane<uint64_t>(a, 0) | lane<uint64_t>(a, 1)) != 0;
}

// Integer lanes.
NACRE_INLINE constexpr V128 i8x16_abs(V128 a) { return map<int8_t>(lanes::abs, a); }
NACRE_INLINE constexpr V128 i8x16_neg(V128 a) { return map<uint8_t>(lanes::neg, a); }
NACRE_INLINE constexpr V128 i8x16_popcnt(V128 a) { return map<uint64_t>(lanes::popcnt_bytes, a); }
NACRE_INLINE constexpr uint32_t i8x16_all_true(V128 a) { return lanes::all_true<uint8_t>(a); }
NACRE_INLINE constexpr uint32_t i8x16_bitmask(V128 a) { return lanes::bitmask<uint8_t>(a); }
NACRE_INLINE constexpr V128 i8x16_shl(V128 a, uint32_t count) {
  return lanes::shl_bytes(a, count & 7);
}
NACRE_INLINE constexpr V128 i8x16_shr_s(V128 a, uint32_t count) {
  return lanes::shr_s_bytes(a, count & 7);
}
NACRE_INLINE constexpr V128 i8x16_shr_u(V128 a, uint32_t count) {
  return lanes::shr_u_bytes(a, count & 7);
}
NACRE_INLINE constexpr V128 i8x16_add(V128 a, V128 b) { return zip<uint8_t>(lanes::add, a, b); }
NACRE_INLINE constexpr V128 i8x16_sub(V128 a, V128 b) { return zip<uint8_t>(lanes::sub, a, b); }
NACRE_INLINE constexpr V128 i8x16_add_sat_s(V128 a, V128 b) {
  return zip<int8_t>(lanes::add_sat_s, a, b);
}
NACRE_INLINE constexpr V128 i8x16_add_sat_u(V128 a, V128 b) {
  return zip<uint8_t>(lanes::add_sat_u, a, b);
}
NACRE_INLINE constexpr V128 i8x16_sub_sat_s(V128 a, V128 b) {
  return zip<int8_t>(lanes::sub_sat_s, a, b);
}
NACRE_INLINE constexpr V128 i8x16_sub_sat_u(V128 a, V128 b) {
  return zip<uint8_t>(lanes::sub_sat_u, a, b);
}
NACRE_INLINE constexpr V128 i8x16_min_s(V128 a, V128 b) { return zip<int8_t>(lanes::min, a, b); }
NACRE_INLINE constexpr V128 i8x16_min_u(V128 a, V128 b) { return zip<uint8_t>(lanes::min, a, b); }
NACRE_INLINE constexpr V128 i8x16_max_s(V128 a, V128 b) { return zip<int8_t>(lanes::max, a, b); }
NACRE_INLINE constexpr V128 i8x16_max_u(V128 a, V128 b) { return zip<uint8_t>(lanes::max, a, b); }
NACRE_INLINE constexpr V128 i8x16_avgr_u(V128 a, V128 b) { return zip<uint8_t>(lanes::avgr, a, b); }
NACRE_INLINE constexpr V128 i16x8_abs(V128 a) { return map<int16_t>(lanes::abs, a); }
NACRE_INLINE constexpr V128 i16x8_neg(V128 a) { return map<uint16_t>(lanes::neg, a); }
NACRE_INLINE constexpr uint32_t i16x8_all_true(V128 a) { return lanes::all_true<uint16_t>(a); }
NACRE_INLINE constexpr uint32_t i16x8_bitmask(V128 a) { return lanes::bitmask<uint16_t>(a); }
NACRE_INLINE constexpr V128 i16x8_shl(V128 a, uint32_t count) {
  const unsigned n = count & 15;
  return map<uint16_t>([n](uint16_t x) { return static_cast<uint16_t>(x << n); }, a);
}
NACRE_INLINE constexpr V128 i16x8_shr_s(V128 a, uint32_t count) {
  const unsigned n = count & 15;
  return map<int16_t>([n](int16_t x) { return static_cast<int16_t>(x >> n); }, a);
}
NACRE_INLINE constexpr V128 i16x8_shr_u(V128 a, uint32_t count) {
  const unsigned n = count & 15;
  return map<uint16_t>([n](uint16_t x) { return static_cast<uint16_t>(x >> n); }, a);
}
NACRE_INLINE constexpr V128 i16x8_add(V128 a, V128 b) { return zip<uint16_t>(lanes::add, a, b); }
NACRE_INLINE constexpr V128 i16x8_sub(V128 a, V128 b) { return zip<uint16_t>(lanes::sub, a, b); }
NACRE_INLINE constexpr V128 i16x8_mul(V128 a, V128 b) { return zip<uint16_t>(lanes::mul, a, b); }
NACRE_INLINE constexpr V128 i16x8_add_sat_s(V128 a, V128 b) {
  return zip<int16_t>(lanes::add_sat_s, a, b);
}
NACRE_INLINE constexpr V128 i16x8_add_sat_u(V128 a, V128 b) {
  return zip<uint16_t>(lanes::add_sat_u, a, b);
}
NACRE_INLINE constexpr V128 i16x8_sub_sat_s(V128 a, V128 b) {
  return zip<int16_t>(lanes::sub_sat_s, a, b);
}
NACRE_INLINE constexpr V128 i16x8_sub_sat_u(V128 a, V128 b) {
  return zip<uint16_t>(lanes::sub_sat_u, a, b);
}
NACRE_INLINE constexpr V128 i16x8_min_s(V128 a, V128 b) { return zip<int16_t>(lanes::min, a, b); }
NACRE_INLINE constexpr V128 i16x8_min_u(V128 a, V128 b) { return zip<uint16_t>(lanes::min, a, b); }
NACRE_INLINE constexpr V128 i16x8_max_s(V128 a, V128 b) { return zip<int16_t>(lanes::max, a, b); }
NACRE_INLINE constexpr V128 i16x8_max_u(V128 a, V128 b) { return zip<uint16_t>(lanes::max, a, b); }
NACRE_INLINE constexpr V128 i16x8_avgr_u(V128 a, V128 b) {
  return zip<uint16_t>(lanes::avgr, a, b);
}
NACRE_INLINE constexpr V128 i16x8_q15mulr_sat_s(V128 a, V128 b) {
  return zip<int16_t>(lanes::q15mulr_sat, a, b);
}
NACRE_INLINE constexpr V128 i32x4_abs(V128 a) { return map<int32_t>(lanes::abs, a); }
NACRE_INLINE constexpr V128 i32x4_neg(V128 a) { return map<uint32_t>(lanes::neg, a); }
NACRE_INLINE constexpr uint32_t i32x4_all_true(V128 a) { return lanes::all_true<uint32_t>(a); }
NACRE_INLINE constexpr uint32_t i32x4_bitmask(V128 a) { return lanes::bitmask<uint32_t>(a); }
NACRE_INLINE constexpr V128 i32x4_shl(V128 a, uint32_t count) {
  const unsigned n = count & 31;
  return map<uint32_t>([n](uint32_t x) { return static_cast<uint32_t>(x << n); }, a);
}
NACRE_INLINE constexpr V128 i32x4_shr_s(V128 a, uint32_t count) {
  const unsigned n = count & 31;
  return map<int32_t>([n](int32_t x) { return static_cast<int32_t>(x >> n); }, a);
}
NACRE_INLINE constexpr V128 i32x4_shr_u(V128 a, uint32_t count) {
  const unsigned n = count & 31;
  return map<uint32_t>([n](uint32_t x) { return static_cast<uint32_t>(x >> n); }, a);
}
NACRE_INLINE constexpr V128 i32x4_add(V128 a, V128 b) { return zip<uint32_t>(lanes::add, a, b); }
NACRE_INLINE constexpr V128 i32x4_sub(V128 a, V128 b) { return zip<uint32_t>(lanes::sub, a, b); }
NACRE_INLINE constexpr V128 i32x4_mul(V128 a, V128 b) { return zip<uint32_t>(lanes::mul, a, b); }
NACRE_INLINE constexpr V128 i32x4_min_s(V128 a, V128 b) { return zip<int32_t>(lanes::min, a, b); }
NACRE_INLINE constexpr V128 i32x4_min_u(V128 a, V128 b) { return zip<uint32_t>(lanes::min, a, b); }
NACRE_INLINE constexpr V128 i32x4_max_s(V128 a, V128 b) { return zip<int32_t>(lanes::max, a, b); }
NACRE_INLINE constexpr V128 i32x4_max_u(V128 a, V128 b) { return zip<uint32_t>(lanes::max, a, b); }
NACRE_INLINE constexpr V128 i32x4_dot_i16x8_s(V128 a, V128 b) { return lanes::dot(a, b); }
NACRE_INLINE constexpr V128 i64x2_abs(V128 a) { return map<int64_t>(lanes::abs, a); }
NACRE_INLINE constexpr V128 i64x2_neg(V128 a) { return map<uint64_t>(lanes::neg, a); }
NACRE_INLINE constexpr uint32_t i64x2_all_true(V128 a) { return lanes::all_true<uint64_t>(a); }
NACRE_INLINE constexpr uint32_t i64x2_bitmask(V128 a) { return lanes::bitmask<uint64_t>(a); }
NACRE_INLINE constexpr V128 i64x2_shl(V128 a, uint32_t count) {
  const unsigned n = count & 63;
  return map<uint64_t>([n](uint64_t x) { return static_cast<uint64_t>(x << n); }, a);
}
NACRE_INLINE constexpr V128 i64x2_shr_s(V128 a, uint32_t count) {
  const unsigned n = count & 63;
  return map<int64_t>([n](int64_t x) { return static_cast<int64_t>(x >> n); }, a);
}
NACRE_INLINE constexpr V128 i64x2_shr_u(V128 a, uint32_t count) {
  const unsigned n = count & 63;
  return map<uint64_t>([n](uint64_t x) { return static_cast<uint64_t>(x >> n); }, a);
}
NACRE_INLINE constexpr V128 i64x2_add(V128 a, V128 b) { return zip<uint64_t>(lanes::add, a, b); }
NACRE_INLINE constexpr V128 i64x2_sub(V128 a, V128 b) { return zip<uint64_t>(lanes::sub, a, b); }
NACRE_INLINE constexpr V128 i64x2_mul(V128 a, V128 b) { return zip<uint64_t>(lanes::mul, a, b); }

// Lanes of twice and half the width.
NACRE_INLINE constexpr V128 i16x8_extend_low_i8x16_s(V128 a) { return lanes::extend<int8_t>(a, 0); }
NACRE_INLINE constexpr V128 i16x8_extend_low_i8x16_u(V128 a) {
  return lanes::extend<uint8_t>(a, 0);
}
NACRE_INLINE constexpr V128 i16x8_extend_high_i8x16_s(V128 a) {
  return lanes::extend<int8_t>(a, 8);
}
NACRE_INLINE constexpr V128 i16x8_extend_high_i8x16_u(V128 a) {
  return lanes::extend<uint8_t>(a, 8);
}
NACRE_INLINE constexpr V128 i16x8_extmul_low_i8x16_s(V128 a, V128 b) {
  return lanes::extmul<int8_t>(a, b, 0);
}
NACRE_INLINE constexpr V128 i16x8_extmul_low_i8x16_u(V128 a, V128 b) {
  return lanes::extmul<uint8_t>(a, b, 0);
}
NACRE_INLINE constexpr V128 i16x8_extmul_high_i8x16_s(V128 a, V128 b) {
  return lanes::extmul<int8_t>(a, b, 8);
}
NACRE_INLINE constexpr V128 i16x8_extmul_high_i8x16_u(V128 a, V128 b) {
  return lanes::extmul<uint8_t>(a, b, 8);
}
NACRE_INLINE constexpr V128 i16x8_extadd_pairwise_i8x16_s(V128 a) {
  return lanes::extadd_pairwise<int8_t>(a);
}
NACRE_INLINE constexpr V128 i16x8_extadd_pairwise_i8x16_u(V128 a) {
  return lanes::extadd_pairwise<uint8_t>(a);
}
NACRE_INLINE constexpr V128 i32x4_extend_low_i16x8_s(V128 a) {
  return lanes::extend<int16_t>(a, 0);
}
NACRE_INLINE constexpr V128 i32x4_extend_low_i16x8_u(V128 a) {
  return lanes::extend<uint16_t>(a, 0);
}
NACRE_INLINE constexpr V128 i32x4_extend_high_i16x8_s(V128 a) {
  return lanes::extend<int16_t>(a, 4);
}
NACRE_INLINE constexpr V128 i32x4_extend_high_i16x8_u(V128 a) {
  return lanes::extend<uint16_t>(a, 4);
}
NACRE_INLINE constexpr V128 i32x4_extmul_low_i16x8_s(V128 a, V128 b) {
  return lanes::extmul<int16_t>(a, b, 0);
}
NACRE_INLINE constexpr V128 i32x4_extmul_low_i16x8_u(V128 a, V128 b) {
  return lanes::extmul<uint16_t>(a, b, 0);
}
NACRE_INLINE constexpr V128 i32x4_extmul_high_i16x8_s(V128 a, V128 b) {
  return lanes::extmul<int16_t>(a, b, 4);
}
NACRE_INLINE constexpr V128 i32x4_extmul_high_i16x8_u(V128 a, V128 b) {
  return lanes::extmul<uint16_t>(a, b, 4);
}
NACRE_INLINE constexpr V128 i32x4_extadd_pairwise_i16x8_s(V128 a) {
  return lanes::extadd_pairwise<int16_t>(a);
}
NACRE_INLINE constexpr V128 i32x4_extadd_pairwise_i16x8_u(V128 a) {
  return lanes::extadd_pairwise<uint16_t>(a);
}
NACRE_INLINE constexpr V128 i64x2_extend_low_i32x4_s(V128 a) {
  return lanes::extend<int32_t>(a, 0);
}
NACRE_INLINE constexpr V128 i64x2_extend_low_i32x4_u(V128 a) {
  return lanes::extend<uint32_t>(a, 0);
}
NACRE_INLINE constexpr V128 i64x2_extend_high_i32x4_s(V128 a) {
  return lanes::extend<int32_t>(a, 2);
}
NACRE_INLINE constexpr V128 i64x2_extend_high_i32x4_u(V128 a) {
  return lanes::extend<uint32_t>(a, 2);
}
NACRE_INLINE constexpr V128 i64x2_extmul_low_i32x4_s(V128 a, V128 b) {
  return lanes::extmul<int32_t>(a, b, 0);
}
NACRE_INLINE constexpr V128 i64x2_extmul_low_i32x4_u(V128 a, V128 b) {
  return lanes::extmul<uint32_t>(a, b, 0);
}
NACRE_INLINE constexpr V128 i64x2_extmul_high_i32x4_s(V128 a, V128 b) {
  return lanes::extmul<int32_t>(a, b, 2);
}
NACRE_INLINE constexpr V128 i64x2_extmul_high_i32x4_u(V128 a, V128 b) {
  return lanes::extmul<uint32_t>(a, b, 2);
}
NACRE_INLINE constexpr V128 i8x16_narrow_i16x8_s(V128 a, V128 b) {
  return lanes::narrow<int16_t, int8_t>(a, b);
}
NACRE_INLINE constexpr V128 i8x16_narrow_i16x8_u(V128 a, V128 b) {
  return lanes::narrow<int16_t, uint8_t>(a, b);
}
NACRE_INLINE constexpr V128 i16x8_narrow_i32x4_s(V128 a, V128 b) {
  return lanes::narrow<int32_t, int16_t>(a, b);
}
NACRE_INLINE constexpr V128 i16x8_narrow_i32x4_u(V128 a, V128 b) {
  return lanes::narrow<int32_t, uint16_t>(a, b);
}

// Float lanes.
NACRE_INLINE constexpr V128 f32x4_abs(V128 a) { return map<uint32_t>(f32_abs, a); }
NACRE_INLINE constexpr V128 f32x4_neg(V128 a) { return map<uint32_t>(f32_neg, a); }
NACRE_INLINE V128 f32x4_ceil(V128 a) { return map<float>(lanes::fround<detail::Rounding::up>, a); }
NACRE_INLINE V128 f32x4_floor(V128 a) {
  return map<float>(lanes::fround<detail::Rounding::down>, a);
}
NACRE_INLINE V128 f32x4_trunc(V128 a) {
  return map<float>(lanes::fround<detail::Rounding::zero>, a);
}
NACRE_INLINE V128 f32x4_nearest(V128 a) {
  return map<float>(lanes::fround<detail::Rounding::nearest>, a);
}
NACRE_INLINE V128 f32x4_sqrt(V128 a) { return map<float>(lanes::fsqrt, a); }
NACRE_INLINE constexpr V128 f32x4_add(V128 a, V128 b) { return zip<float>(lanes::fadd, a, b); }
NACRE_INLINE constexpr V128 f32x4_sub(V128 a, V128 b) { return zip<float>(lanes::fsub, a, b); }
NACRE_INLINE constexpr V128 f32x4_mul(V128 a, V128 b) { return zip<float>(lanes::fmul, a, b); }
NACRE_INLINE constexpr V128 f32x4_div(V128 a, V128 b) { return zip<float>(lanes::fdiv, a, b); }
NACRE_INLINE constexpr V128 f32x4_min(V128 a, V128 b) { return zip<float>(lanes::fmin, a, b); }
NACRE_INLINE constexpr V128 f32x4_max(V128 a, V128 b) { return zip<float>(lanes::fmax, a, b); }
NACRE_INLINE constexpr V128 f32x4_pmin(V128 a, V128 b) { return zip<float>(lanes::pmin, a, b); }
NACRE_INLINE constexpr V128 f32x4_pmax(V128 a, V128 b) { return zip<float>(lanes::pmax, a, b); }
NACRE_INLINE constexpr V128 f64x2_abs(V128 a) { return map<uint64_t>(f64_abs, a); }
NACRE_INLINE constexpr V128 f64x2_neg(V128 a) { return map<uint64_t>(f64_neg, a); }
NACRE_INLINE V128 f64x2_ceil(V128 a) { return map<double>(lanes::fround<detail::Rounding::up>, a); }
NACRE_INLINE V128 f64x2_floor(V128 a) {
  return map<double>(lanes::fround<detail::Rounding::down>, a);
}
NACRE_INLINE V128 f64x2_trunc(V128 a) {
  return map<double>(lanes::fround<detail::Rounding::zero>, a);
}
NACRE_INLINE V128 f64x2_nearest(V128 a) {
  return map<double>(lanes::fround<detail::Rounding::nearest>, a);
}
NACRE_INLINE V128 f64x2_sqrt(V128 a) { return map<double>(lanes::fsqrt, a); }
NACRE_INLINE constexpr V128 f64x2_add(V128 a, V128 b) { return zip<double>(lanes::fadd, a, b); }
NACRE_INLINE constexpr V128 f64x2_sub(V128 a, V128 b) { return zip<double>(lanes::fsub, a, b); }
NACRE_INLINE constexpr V128 f64x2_mul(V128 a, V128 b) { return zip<double>(lanes::fmul, a, b); }
NACRE_INLINE constexpr V128 f64x2_div(V128 a, V128 b) { return zip<double>(lanes::fdiv, a, b); }
NACRE_INLINE constexpr V128 f64x2_min(V128 a, V128 b) { return zip<double>(lanes::fmin, a, b); }
NACRE_INLINE constexpr V128 f64x2_max(V128 a, V128 b) { return zip<double>(lanes::fmax, a, b); }
NACRE_INLINE constexpr V128 f64x2_pmin(V128 a, V128 b) { return zip<double>(lanes::pmin, a, b); }
NACRE_INLINE constexpr V128 f64x2_pmax(V128 a, V128 b) { return zip<double>(lanes::pmax, a, b); }

// Conversions. `_zero` fills the upper two lanes with zero; `low` reads the lower two.
NACRE_INLINE constexpr V128 i32x4_trunc_sat_f32x4_s(V128 a) {
  return map<float>(lanes::trunc_sat_s<float>, a);
}
NACRE_INLINE constexpr V128 i32x4_trunc_sat_f32x4_u(V128 a) {
  return map<float>(lanes::trunc_sat_u<float>, a);
}
NACRE_INLINE constexpr V128 i32x4_trunc_sat_f64x2_s_zero(V128 a) {
  const Lanes<double> x = to_lanes<double>(a);
  return from_lanes<uint32_t>({lanes::trunc_sat_s(x[0]), lanes::trunc_sat_s(x[1]), 0, 0});
}
NACRE_INLINE constexpr V128 i32x4_trunc_sat_f64x2_u_zero(V128 a) {
  const Lanes<double> x = to_lanes<double>(a);
  return from_lanes<uint32_t>({lanes::trunc_sat_u(x[0]), lanes::trunc_sat_u(x[1]), 0, 0});
}
NACRE_INLINE constexpr V128 f32x4_convert_i32x4_s(V128 a) {
  return map<uint32_t>(f32_convert_i32_s, a);
}
NACRE_INLINE constexpr V128 f32x4_convert_i32x4_u(V128 a) {
  return map<uint32_t>(f32_convert_i32_u, a);
}
NACRE_INLINE constexpr V128 f64x2_convert_low_i32x4_s(V128 a) {
  const Lanes<int32_t> x = to_lanes<int32_t>(a);
  return from_lanes<double>({static_cast<double>(x[0]), static_cast<double>(x[1])});
}
NACRE_INLINE constexpr V128 f64x2_convert_low_i32x4_u(V128 a) {
  const Lanes<uint32_t> x = to_lanes<uint32_t>(a);
  return from_lanes<double>({static_cast<double>(x[0]), static_cast<double>(x[1])});
}
NACRE_INLINE constexpr V128 f32x4_demote_f64x2_zero(V128 a) {
  const Lanes<double> x = to_lanes<double>(a);
  return from_lanes<float>({static_cast<float>(x[0]), static_cast<float>(x[1]), 0, 0});
}
NACRE_INLINE constexpr V128 f64x2_promote_low_f32x4(V128 a) {
  const Lanes<float> x = to_lanes<float>(a);
  return from_lanes<double>({x[0], x[1]});
}

// What loads make of the number they read, and lane stores of the vector.
namespace lanes {
template <class T>
NACRE_INLINE constexpr V128 extend_word(uint64_t word) {
  return extend<T>(from_lanes<uint64_t>({word, 0}), 0);
}
}  // namespace lanes

NACRE_INLINE constexpr V128 v128_load8x8_s(uint64_t x) { return lanes::extend_word<int8_t>(x); }
NACRE_INLINE constexpr V128 v128_load8x8_u(uint64_t x) { return lanes::extend_word<uint8_t>(x); }
NACRE_INLINE constexpr V128 v128_load16x4_s(uint64_t x) { return lanes::extend_word<int16_t>(x); }
NACRE_INLINE constexpr V128 v128_load16x4_u(uint64_t x) { return lanes::extend_word<uint16_t>(x); }
NACRE_INLINE constexpr V128 v128_load32x2_s(uint64_t x) { return lanes::extend_word<int32_t>(x); }
NACRE_INLINE constexpr V128 v128_load32x2_u(uint64_t x) { return lanes::extend_word<uint32_t>(x); }
NACRE_INLINE constexpr V128 v128_load8_splat(uint8_t x) { return splat<uint8_t>(x); }
NACRE_INLINE constexpr V128 v128_load16_splat(uint16_t x) { return splat<uint16_t>(x); }
NACRE_INLINE constexpr V128 v128_load32_splat(uint32_t x) { return splat<uint32_t>(x); }
NACRE_INLINE constexpr V128 v128_load64_splat(uint64_t x) { return splat<uint64_t>(x); }
NACRE_INLINE constexpr V128 v128_load32_zero(uint32_t x) {
  return from_lanes<uint32_t>({x, 0, 0, 0});
}
NACRE_INLINE constexpr V128 v128_load64_zero(uint64_t x) { return from_lanes<uint64_t>({x, 0}); }
NACRE_INLINE constexpr V128 v128_load8_lane(V128 a, unsigned i, uint8_t x) {
  return with_lane<uint8_t>(a, i, x);
}
NACRE_INLINE constexpr V128 v128_load16_lane(V128 a, unsigned i, uint16_t x) {
  return with_lane<uint16_t>(a, i, x);
}
NACRE_INLINE constexpr V128 v128_load32_lane(V128 a, unsigned i, uint32_t x) {
  return with_lane<uint32_t>(a, i, x);
}
NACRE_INLINE constexpr V128 v128_load64_lane(V128 a, unsigned i, uint64_t x) {
  return with_lane<uint64_t>(a, i, x);
}
NACRE_INLINE constexpr uint8_t v128_store8_lane(V128 a, unsigned i) { return lane<uint8_t>(a, i); }
NACRE_INLINE constexpr uint16_t v128_store16_lane(V128 a, unsigned i) {
  return lane<uint16_t>(a, i);
}
NACRE_INLINE constexpr uint32_t v128_store32_lane(V128 a, unsigned i) {
  return lane<uint32_t>(a, i);
}
NACRE_INLINE constexpr uint64_t v128_store64_lane(V128 a, unsigned i) {
  return lane<uint64_t>(a, i);
}

}  // namespace nacre::num

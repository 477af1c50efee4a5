// SPDX-License-Identifier: Apache-2.0
//
// SIMD instructions that move lanes or change their number, float vectors, loads, and the
// choices made for relaxed SIMD. num_simd_lanes_test.cpp has the lane-wise integer ones.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "base/num.hpp"

namespace nacre::num {
namespace {

constexpr uint32_t nan32 = 0x7fc00000, snan32 = 0x7f800001;

// The functions fold at compile time.
static_assert(i8x16_add(i8x16_splat(200), i8x16_splat(100)) == i8x16_splat(44));
static_assert(i32x4_extract_lane(i64x2_splat(0x100000002), 1) == 1);
static_assert(i8x16_bitmask(i8x16_replace_lane(i8x16_splat(0), 9, 0x80)) == 1u << 9);

V128 random_vector(std::mt19937_64& random) { return from_lanes<uint64_t>({random(), random()}); }

template <class T>
V128 counting(T first) {
  Lanes<T> lanes{};
  for (size_t i = 0; i < lanes.size(); ++i) lanes[i] = static_cast<T>(first + static_cast<T>(i));
  return from_lanes<T>(lanes);
}

TEST(NumSimd, LanesAreLittleEndianOnEveryHost) {
  const V128 v = from_lanes<uint32_t>({0x03020100, 0x07060504, 0x0b0a0908, 0x0f0e0d0c});
  for (unsigned i = 0; i < 16; ++i) EXPECT_EQ(v.bytes[i], i);
  EXPECT_EQ(lane<uint64_t>(v, 1), 0x0f0e0d0c0b0a0908u);
  EXPECT_EQ(i16x8_extract_lane_u(v, 3), 0x0706u);
  EXPECT_EQ(lane<double>(from_lanes<double>({1.5, -2}), 1), -2);
  EXPECT_EQ(from_lanes<float>({1, 0, 0, 0}).bytes[3], 0x3f);
}

TEST(NumSimd, ExtractAndReplace) {
  const V128 v = counting<uint8_t>(0x7a);
  EXPECT_EQ(i8x16_extract_lane_s(v, 6), 0xffffff80u);
  EXPECT_EQ(i8x16_extract_lane_u(v, 6), 0x80u);
  EXPECT_EQ(i16x8_extract_lane_s(i16x8_splat(0x18000), 7), 0xffff8000u);
  EXPECT_EQ(i8x16_extract_lane_u(i8x16_replace_lane(v, 15, 0x1ff), 15), 0xffu);
  EXPECT_EQ(f32x4_extract_lane(f32x4_replace_lane(v, 2, snan32), 2), snan32);
  EXPECT_EQ(f64x2_extract_lane(f64x2_splat(0x7ff0000000000001), 1), 0x7ff0000000000001u);
  EXPECT_EQ(i64x2_replace_lane(i64x2_splat(1), 0, 1), i64x2_splat(1));
}

TEST(NumSimd, ShuffleAndSwizzle) {
  const V128 a = counting<uint8_t>(100), b = counting<uint8_t>(200);
  std::mt19937_64 random(7);
  for (int round = 0; round < 1000; ++round) {
    V128 selector = random_vector(random);
    const V128 swizzled = i8x16_swizzle(a, selector);
    for (unsigned i = 0; i < 16; ++i)
      ASSERT_EQ(swizzled.bytes[i], selector.bytes[i] < 16 ? a.bytes[selector.bytes[i]] : 0);
    for (uint8_t& s : selector.bytes) s &= 31;
    const V128 shuffled = i8x16_shuffle(a, b, selector);
    for (unsigned i = 0; i < 16; ++i) {
      const uint8_t s = selector.bytes[i];
      ASSERT_EQ(shuffled.bytes[i], s < 16 ? a.bytes[s] : b.bytes[s - 16]);
    }
  }
}

TEST(NumSimd, Bits) {
  const V128 a = i8x16_splat(0x0f), b = i8x16_splat(0x33), c = i8x16_splat(0x55);
  EXPECT_EQ(v128_not(a), i8x16_splat(0xf0));
  EXPECT_EQ(v128_and(a, b), i8x16_splat(0x03));
  EXPECT_EQ(v128_andnot(a, b), i8x16_splat(0x0c));
  EXPECT_EQ(v128_or(a, b), i8x16_splat(0x3f));
  EXPECT_EQ(v128_xor(a, b), i8x16_splat(0x3c));
  EXPECT_EQ(v128_bitselect(a, b, c), i8x16_splat((0x0f & 0x55) | (0x33 & 0xaa)));
  EXPECT_EQ(v128_any_true(i8x16_splat(0)), 0u);
  EXPECT_EQ(v128_any_true(i8x16_replace_lane(i8x16_splat(0), 15, 1)), 1u);
}

template <class T, auto AllTrue, auto Bitmask>
void expect_reductions() {
  std::mt19937_64 random(8);
  for (int round = 0; round < 20000; ++round) {
    V128 v = random_vector(random);
    if (round % 2 != 0) v = v128_and(v, random_vector(random));
    if (round % 3 == 0) v = with_lane<T>(v, static_cast<unsigned>(random() % (16 / sizeof(T))), 0);
    if (round % 5 == 0) v = with_lane<T>(v, static_cast<unsigned>(random() % (16 / sizeof(T))), 1);
    bool all = true;
    uint32_t tops = 0;
    for (unsigned i = 0; i < 16 / sizeof(T); ++i) {
      all = all && lane<T>(v, i) != 0;
      tops |= static_cast<uint32_t>(lane<T>(v, i) >> (sizeof(T) * 8 - 1)) << i;
    }
    ASSERT_EQ(AllTrue(v), all ? 1u : 0u);
    ASSERT_EQ(Bitmask(v), tops);
  }
}

TEST(NumSimd, Reductions) {
  expect_reductions<uint8_t, i8x16_all_true, i8x16_bitmask>();
  expect_reductions<uint16_t, i16x8_all_true, i16x8_bitmask>();
  expect_reductions<uint32_t, i32x4_all_true, i32x4_bitmask>();
  expect_reductions<uint64_t, i64x2_all_true, i64x2_bitmask>();
}

// The eight instructions that make lanes of T twice as wide.
template <class T, class R, auto Low, auto High, auto MulLow, auto MulHigh>
void expect_widening() {
  constexpr unsigned half = 8 / sizeof(T);
  std::mt19937_64 random(9);
  for (int round = 0; round < 5000; ++round) {
    V128 a = random_vector(random), b = random_vector(random);
    if (round % 4 == 0) a = splat<T>(std::numeric_limits<T>::min());
    if (round % 8 == 0) b = a;
    for (unsigned i = 0; i < half; ++i) {
      ASSERT_EQ(lane<R>(Low(a), i), R{lane<T>(a, i)});
      ASSERT_EQ(lane<R>(High(a), i), R{lane<T>(a, half + i)});
      ASSERT_EQ(lane<R>(MulLow(a, b), i), static_cast<R>(R{lane<T>(a, i)} * R{lane<T>(b, i)}));
      ASSERT_EQ(lane<R>(MulHigh(a, b), i),
                static_cast<R>(R{lane<T>(a, half + i)} * R{lane<T>(b, half + i)}));
    }
  }
}

TEST(NumSimd, Widening) {
  expect_widening<int8_t, int16_t, i16x8_extend_low_i8x16_s, i16x8_extend_high_i8x16_s,
                  i16x8_extmul_low_i8x16_s, i16x8_extmul_high_i8x16_s>();
  expect_widening<uint8_t, uint16_t, i16x8_extend_low_i8x16_u, i16x8_extend_high_i8x16_u,
                  i16x8_extmul_low_i8x16_u, i16x8_extmul_high_i8x16_u>();
  expect_widening<int16_t, int32_t, i32x4_extend_low_i16x8_s, i32x4_extend_high_i16x8_s,
                  i32x4_extmul_low_i16x8_s, i32x4_extmul_high_i16x8_s>();
  expect_widening<uint16_t, uint32_t, i32x4_extend_low_i16x8_u, i32x4_extend_high_i16x8_u,
                  i32x4_extmul_low_i16x8_u, i32x4_extmul_high_i16x8_u>();
  expect_widening<int32_t, int64_t, i64x2_extend_low_i32x4_s, i64x2_extend_high_i32x4_s,
                  i64x2_extmul_low_i32x4_s, i64x2_extmul_high_i32x4_s>();
  expect_widening<uint32_t, uint64_t, i64x2_extend_low_i32x4_u, i64x2_extend_high_i32x4_u,
                  i64x2_extmul_low_i32x4_u, i64x2_extmul_high_i32x4_u>();
}

template <class T, class R, auto Op>
void expect_pairwise() {
  std::mt19937_64 random(10);
  for (int round = 0; round < 5000; ++round) {
    const V128 a = round == 0 ? splat<T>(std::numeric_limits<T>::min()) : random_vector(random);
    for (unsigned i = 0; i < 16 / sizeof(R); ++i)
      ASSERT_EQ(lane<R>(Op(a), i), static_cast<R>(lane<T>(a, 2 * i) + lane<T>(a, 2 * i + 1)));
  }
}

TEST(NumSimd, PairwiseSums) {
  expect_pairwise<int8_t, int16_t, i16x8_extadd_pairwise_i8x16_s>();
  expect_pairwise<uint8_t, uint16_t, i16x8_extadd_pairwise_i8x16_u>();
  expect_pairwise<int16_t, int32_t, i32x4_extadd_pairwise_i16x8_s>();
  expect_pairwise<uint16_t, uint32_t, i32x4_extadd_pairwise_i16x8_u>();
}

template <class Wide, class Narrow, auto Op>
void expect_narrowing() {
  std::mt19937_64 random(11);
  const Wide low = std::numeric_limits<Narrow>::min(), high = std::numeric_limits<Narrow>::max();
  for (int round = 0; round < 5000; ++round) {
    V128 a = random_vector(random), b = splat<Wide>(static_cast<Wide>(high - 2 + round % 5));
    if (round % 2 != 0) a = splat<Wide>(static_cast<Wide>(low - 2 + round % 5));
    const V128 r = Op(a, b);
    for (unsigned i = 0; i < 16 / sizeof(Narrow); ++i) {
      constexpr unsigned half = 16 / sizeof(Wide);
      const Wide x = i < half ? lane<Wide>(a, i) : lane<Wide>(b, i - half);
      ASSERT_EQ(lane<Narrow>(r, i), static_cast<Narrow>(x < low ? low : x > high ? high : x));
    }
  }
}

TEST(NumSimd, Narrowing) {
  expect_narrowing<int16_t, int8_t, i8x16_narrow_i16x8_s>();
  expect_narrowing<int16_t, uint8_t, i8x16_narrow_i16x8_u>();
  expect_narrowing<int32_t, int16_t, i16x8_narrow_i32x4_s>();
  expect_narrowing<int32_t, uint16_t, i16x8_narrow_i32x4_u>();
}

TEST(NumSimd, DotProduct) {
  EXPECT_EQ(i32x4_dot_i16x8_s(counting<int16_t>(1), counting<int16_t>(-3)),
            from_lanes<int32_t>({-3 - 4, -3 + 0, 5 + 12, 21 + 32}));
  EXPECT_EQ(i32x4_dot_i16x8_s(i16x8_splat(0x8000), i16x8_splat(0x8000)), i32x4_splat(0x80000000));
}

// Float vectors do in each lane what the scalar instruction does, to the bit but for NaNs,
// which must be NaNs in both.
template <class F, auto Vector, auto Scalar>
void expect_float_lanes() {
  std::mt19937_64 random(12);
  const F special[] = {F{0},
                       -F{0},
                       F{1},
                       F{-1.5},
                       F{0.5},
                       F{2.5},
                       F{1e9},
                       std::numeric_limits<F>::infinity(),
                       -std::numeric_limits<F>::infinity(),
                       std::numeric_limits<F>::quiet_NaN(),
                       std::numeric_limits<F>::denorm_min(),
                       std::numeric_limits<F>::max()};
  for (int round = 0; round < 4000; ++round) {
    V128 a = random_vector(random), b = random_vector(random);
    for (unsigned i = 0; i < 16 / sizeof(F); ++i) {
      if (random() % 2 != 0) a = with_lane<F>(a, i, special[random() % std::size(special)]);
      if (random() % 2 != 0) b = with_lane<F>(b, i, special[random() % std::size(special)]);
    }
    const V128 r = Vector(a, b);
    for (unsigned i = 0; i < 16 / sizeof(F); ++i) {
      const F expected = Scalar(lane<F>(a, i), lane<F>(b, i)), got = lane<F>(r, i);
      if (expected != expected) {
        ASSERT_TRUE(got != got);
        ASSERT_NE(lane<UintOf<F>>(r, i) & UintOf<F>{1} << (std::numeric_limits<F>::digits - 2),
                  UintOf<F>{0});
      } else {
        ASSERT_EQ(lane<UintOf<F>>(r, i), std::bit_cast<UintOf<F>>(expected));
      }
    }
  }
}

TEST(NumSimd, FloatArithmetic) {
  expect_float_lanes<float, f32x4_add, f32_add>();
  expect_float_lanes<float, f32x4_sub, f32_sub>();
  expect_float_lanes<float, f32x4_mul, f32_mul>();
  expect_float_lanes<float, f32x4_div, f32_div>();
  expect_float_lanes<float, f32x4_min, f32_min>();
  expect_float_lanes<float, f32x4_max, f32_max>();
  expect_float_lanes<double, f64x2_add, f64_add>();
  expect_float_lanes<double, f64x2_sub, f64_sub>();
  expect_float_lanes<double, f64x2_mul, f64_mul>();
  expect_float_lanes<double, f64x2_div, f64_div>();
  expect_float_lanes<double, f64x2_min, f64_min>();
  expect_float_lanes<double, f64x2_max, f64_max>();
}

// One-operand instructions in the two-operand shape.
template <auto Op>
constexpr auto first_only = [](auto a, auto) { return Op(a); };

TEST(NumSimd, FloatRoundingAndRoots) {
  expect_float_lanes<float, first_only<f32x4_ceil>, first_only<f32_ceil>>();
  expect_float_lanes<float, first_only<f32x4_floor>, first_only<f32_floor>>();
  expect_float_lanes<float, first_only<f32x4_trunc>, first_only<f32_trunc>>();
  expect_float_lanes<float, first_only<f32x4_nearest>, first_only<f32_nearest>>();
  expect_float_lanes<float, first_only<f32x4_sqrt>, first_only<f32_sqrt>>();
  expect_float_lanes<double, first_only<f64x2_ceil>, first_only<f64_ceil>>();
  expect_float_lanes<double, first_only<f64x2_floor>, first_only<f64_floor>>();
  expect_float_lanes<double, first_only<f64x2_trunc>, first_only<f64_trunc>>();
  expect_float_lanes<double, first_only<f64x2_nearest>, first_only<f64_nearest>>();
  expect_float_lanes<double, first_only<f64x2_sqrt>, first_only<f64_sqrt>>();
}

TEST(NumSimd, PseudoMinimumSelectsAnOperandUnchanged) {
  const V128 a = from_lanes<uint32_t>({snan32, 0x3f800000, 0x80000000, 0});
  const V128 b = from_lanes<uint32_t>({0x3f800000, snan32, 0, 0x80000000});
  EXPECT_EQ(f32x4_pmin(a, b), a);
  EXPECT_EQ(f32x4_pmax(a, b), a);
  EXPECT_EQ(f32x4_pmin(f32x4_splat(0x40000000), f32x4_splat(0x3f800000)), f32x4_splat(0x3f800000));
  EXPECT_EQ(f32x4_pmax(f32x4_splat(0x40000000), f32x4_splat(0x3f800000)), f32x4_splat(0x40000000));
  EXPECT_EQ(f64x2_pmin(from_lanes<double>({2, -1}), from_lanes<double>({1, 3})),
            from_lanes<double>({1, -1}));
  EXPECT_EQ(f64x2_pmax(from_lanes<double>({2, -1}), from_lanes<double>({1, 3})),
            from_lanes<double>({2, 3}));
}

TEST(NumSimd, FloatSignsAndComparisons) {
  EXPECT_EQ(f32x4_neg(f32x4_splat(snan32)), f32x4_splat(snan32 | 0x80000000));
  EXPECT_EQ(f32x4_abs(f32x4_splat(snan32 | 0x80000000)), f32x4_splat(snan32));
  EXPECT_EQ(f64x2_neg(f64x2_splat(0)), f64x2_splat(0x8000000000000000));
  const V128 a = from_lanes<float>({1, 2, std::nanf(""), -0.0f}),
             b = from_lanes<float>({2, 1, 1, 0});
  EXPECT_EQ(f32x4_lt(a, b), from_lanes<uint32_t>({~0u, 0, 0, 0}));
  EXPECT_EQ(f32x4_gt(a, b), from_lanes<uint32_t>({0, ~0u, 0, 0}));
  EXPECT_EQ(f32x4_le(a, b), from_lanes<uint32_t>({~0u, 0, 0, ~0u}));
  EXPECT_EQ(f32x4_ge(a, b), from_lanes<uint32_t>({0, ~0u, 0, ~0u}));
  EXPECT_EQ(f32x4_eq(a, b), from_lanes<uint32_t>({0, 0, 0, ~0u}));
  EXPECT_EQ(f32x4_ne(a, b), from_lanes<uint32_t>({~0u, ~0u, ~0u, 0}));
  EXPECT_EQ(f64x2_ne(from_lanes<double>({1, 2}), from_lanes<double>({1, 3})),
            from_lanes<uint64_t>({0, ~uint64_t{0}}));
}

TEST(NumSimd, Conversions) {
  std::mt19937_64 random(13);
  for (int round = 0; round < 20000; ++round) {
    V128 a = random_vector(random);
    if (round % 2 != 0)
      a = from_lanes<float>(
          {float(int32_t(random())), float(random() % 0x1fffffffffu), -0.9f, 4294967296.0f});
    if (round % 5 == 0)
      a = from_lanes<double>(
          {double(int64_t(random() >> 20)) - 4e12, double(random() % 0x1fffffffff) + 0.75});
    for (unsigned i = 0; i < 4; ++i) {
      ASSERT_EQ(lane<uint32_t>(i32x4_trunc_sat_f32x4_s(a), i),
                i32_trunc_sat_f32_s(lane<float>(a, i)));
      ASSERT_EQ(lane<uint32_t>(i32x4_trunc_sat_f32x4_u(a), i),
                i32_trunc_sat_f32_u(lane<float>(a, i)));
      ASSERT_EQ(lane<float>(f32x4_convert_i32x4_s(a), i), f32_convert_i32_s(lane<uint32_t>(a, i)));
      ASSERT_EQ(lane<float>(f32x4_convert_i32x4_u(a), i), f32_convert_i32_u(lane<uint32_t>(a, i)));
    }
    for (unsigned i = 0; i < 2; ++i) {
      ASSERT_EQ(lane<uint32_t>(i32x4_trunc_sat_f64x2_s_zero(a), i),
                i32_trunc_sat_f64_s(lane<double>(a, i)));
      ASSERT_EQ(lane<uint32_t>(i32x4_trunc_sat_f64x2_u_zero(a), i),
                i32_trunc_sat_f64_u(lane<double>(a, i)));
      ASSERT_EQ(lane<uint32_t>(i32x4_trunc_sat_f64x2_u_zero(a), i + 2), 0u);
      ASSERT_EQ(lane<double>(f64x2_convert_low_i32x4_s(a), i),
                f64_convert_i32_s(lane<uint32_t>(a, i)));
      ASSERT_EQ(lane<double>(f64x2_convert_low_i32x4_u(a), i),
                f64_convert_i32_u(lane<uint32_t>(a, i)));
    }
  }
  EXPECT_EQ(f32x4_demote_f64x2_zero(from_lanes<double>({1.5, 1e300})),
            from_lanes<float>({1.5f, std::numeric_limits<float>::infinity(), 0, 0}));
  EXPECT_EQ(f64x2_promote_low_f32x4(from_lanes<float>({1.5f, -2, 3, 4})),
            from_lanes<double>({1.5, -2}));
  EXPECT_EQ(f64x2_promote_low_f32x4(f32x4_splat(nan32)), f64x2_splat(0x7ff8000000000000));
}

TEST(NumSimd, LoadsAndStores) {
  const uint64_t word = 0x8070605040302010;
  EXPECT_EQ(v128_load8x8_s(word),
            from_lanes<int16_t>({0x10, 0x20, 0x30, 0x40, 0x50, 0x60, 0x70, -0x80}));
  EXPECT_EQ(v128_load8x8_u(word),
            from_lanes<int16_t>({0x10, 0x20, 0x30, 0x40, 0x50, 0x60, 0x70, 0x80}));
  EXPECT_EQ(v128_load16x4_s(word), from_lanes<uint32_t>({0x2010, 0x4030, 0x6050, 0xffff8070}));
  EXPECT_EQ(v128_load16x4_u(word), from_lanes<uint32_t>({0x2010, 0x4030, 0x6050, 0x8070}));
  EXPECT_EQ(v128_load32x2_s(word), from_lanes<uint64_t>({0x40302010, 0xffffffff80706050}));
  EXPECT_EQ(v128_load32x2_u(word), from_lanes<uint64_t>({0x40302010, 0x80706050}));
  EXPECT_EQ(v128_load16_splat(0x1234), i16x8_splat(0x1234));
  EXPECT_EQ(v128_load32_zero(5), from_lanes<uint32_t>({5, 0, 0, 0}));
  EXPECT_EQ(v128_load64_zero(word), from_lanes<uint64_t>({word, 0}));
  EXPECT_EQ(v128_load8_lane(i8x16_splat(1), 3, 1), i8x16_splat(1));
  EXPECT_EQ(v128_store16_lane(counting<uint16_t>(40), 7), 47);
}

// Relaxed SIMD: inputs on which the allowed results differ.
TEST(NumRelaxed, TheDeterministicChoice) {
  const V128 bytes = counting<uint8_t>(1);
  EXPECT_EQ(i8x16_relaxed_swizzle(bytes, i8x16_splat(17)), i8x16_splat(0));
  EXPECT_EQ(i32x4_relaxed_trunc_f32x4_s(f32x4_splat(nan32)), i32x4_splat(0));
  EXPECT_EQ(i32x4_relaxed_trunc_f32x4_u(from_lanes<float>({-1, -1, -1, -1})), i32x4_splat(0));
  EXPECT_EQ(i8x16_relaxed_laneselect(i8x16_splat(0xff), i8x16_splat(0), i8x16_splat(0x81)),
            i8x16_splat(0x81));
  EXPECT_EQ(f32x4_relaxed_min(f32x4_splat(0), f32x4_splat(0x80000000)), f32x4_splat(0x80000000));
  EXPECT_EQ(f32x4_relaxed_max(f32x4_splat(0x80000000), f32x4_splat(0)), f32x4_splat(0));
  EXPECT_EQ(i16x8_relaxed_q15mulr_s(i16x8_splat(0x8000), i16x8_splat(0x8000)), i16x8_splat(0x7fff));
}

TEST(NumRelaxed, MultiplyAddRoundsTwice) {
  const auto vector = [](float x) { return from_lanes<float>({x, x, x, x}); };
  volatile float hidden = 0x1.000002p0f;  // its square needs 47 bits
  const float x = hidden, rounded = 0x1.000004p0f;
  EXPECT_EQ(f32x4_relaxed_madd(vector(x), vector(x), vector(-rounded)), vector(0));
  EXPECT_EQ(f32x4_relaxed_nmadd(vector(x), vector(x), vector(rounded)), vector(0));
  volatile double hidden64 = 0x1.0000000000001p0;
  const V128 y = from_lanes<double>({hidden64, hidden64}),
             rounded64 = from_lanes<double>({0x1.0000000000002p0, 0x1.0000000000002p0});
  EXPECT_EQ(f64x2_relaxed_madd(y, y, f64x2_neg(rounded64)), f64x2_splat(0));
  EXPECT_EQ(f64x2_relaxed_nmadd(y, y, rounded64), f64x2_splat(0));
}

TEST(NumRelaxed, DotProductIsSignedAndSaturates) {
  EXPECT_EQ(i16x8_relaxed_dot_i8x16_i7x16_s(i8x16_splat(0x80), i8x16_splat(0x80)),
            i16x8_splat(0x7fff));
  EXPECT_EQ(i16x8_relaxed_dot_i8x16_i7x16_s(i8x16_splat(0x80), i8x16_splat(0x81)),
            i16x8_splat(32512));
  EXPECT_EQ(
      i32x4_relaxed_dot_i8x16_i7x16_add_s(i8x16_splat(0x80), i8x16_splat(0x81), i32x4_splat(1)),
      i32x4_splat(65025));
  std::mt19937_64 random(14);
  for (int round = 0; round < 5000; ++round) {
    const V128 a = random_vector(random), b = random_vector(random);
    for (unsigned i = 0; i < 8; ++i) {
      const int sum = lane<int8_t>(a, 2 * i) * lane<int8_t>(b, 2 * i) +
                      lane<int8_t>(a, 2 * i + 1) * lane<int8_t>(b, 2 * i + 1);
      ASSERT_EQ(lane<int16_t>(i16x8_relaxed_dot_i8x16_i7x16_s(a, b), i), sum > 32767 ? 32767 : sum);
    }
  }
}

}  // namespace
}  // namespace nacre::num

// SPDX-License-Identifier: Apache-2.0
//
// Every lane-wise integer instruction against its definition written in wide integers:
// eight-bit lanes for all pairs of values, wider ones for edge and random values.
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <limits>
#include <random>
#include <vector>

#include "base/num_simd.hpp"

namespace nacre::num {
namespace {

using Wide = int64_t;

template <class T>
Wide saturate(Wide x) {
  constexpr Wide low = std::numeric_limits<T>::min(), high = std::numeric_limits<T>::max();
  return x < low ? low : x > high ? high : x;
}

// Values worth pairing: around zero and both ends of every width, and some random ones.
template <class T>
std::vector<T> interesting() {
  std::vector<T> values;
  if constexpr (sizeof(T) == 1) {
    for (int i = 0; i < 256; ++i) values.push_back(static_cast<T>(i));
    return values;
  }
  for (unsigned bit = 0; bit < sizeof(T) * 8; ++bit) {
    for (int delta = -1; delta <= 1; ++delta) {
      values.push_back(static_cast<T>((uint64_t{1} << bit) + static_cast<uint64_t>(delta)));
      values.push_back(static_cast<T>(~(uint64_t{1} << bit) + static_cast<uint64_t>(delta)));
    }
  }
  std::mt19937_64 random(6);
  while (values.size() % (16 / sizeof(T)) != 0 || values.size() < 240)
    values.push_back(static_cast<T>(random()));
  return values;
}

// Lanes hold neighbouring values, so an operation that mixed up lanes would show.
template <class T>
V128 lanes_from(const std::vector<T>& values, size_t at) {
  Lanes<T> lanes{};
  for (size_t i = 0; i < lanes.size(); ++i) lanes[i] = values[(at + i) % values.size()];
  return from_lanes<T>(lanes);
}

template <class T, auto Op>
void expect_unary(const char* name, T (*reference)(T)) {
  const std::vector<T> values = interesting<T>();
  for (size_t at = 0; at < values.size(); ++at) {
    const V128 a = lanes_from(values, at), r = Op(a);
    for (unsigned i = 0; i < 16 / sizeof(T); ++i)
      ASSERT_EQ(lane<T>(r, i), reference(lane<T>(a, i))) << name << ' ' << +lane<T>(a, i);
  }
}

template <class T, auto Op>
void expect_binary(const char* name, T (*reference)(T, T)) {
  const std::vector<T> values = interesting<T>();
  for (size_t x = 0; x < values.size(); ++x) {
    const V128 a = lanes_from(values, x);
    for (size_t y = 0; y < values.size(); y += 16 / sizeof(T)) {
      const V128 b = lanes_from(values, y), r = Op(a, b);
      for (unsigned i = 0; i < 16 / sizeof(T); ++i) {
        ASSERT_EQ(lane<T>(r, i), reference(lane<T>(a, i), lane<T>(b, i)))
            << name << ' ' << +lane<T>(a, i) << ' ' << +lane<T>(b, i);
      }
    }
  }
}

template <class T, auto Op>
void expect_shift(const char* name, T (*reference)(T, unsigned)) {
  const std::vector<T> values = interesting<T>();
  for (uint32_t count = 0; count < 200; ++count) {
    for (size_t at = 0; at < values.size(); at += 5) {
      const V128 a = lanes_from(values, at), r = Op(a, count);
      for (unsigned i = 0; i < 16 / sizeof(T); ++i)
        ASSERT_EQ(lane<T>(r, i), reference(lane<T>(a, i), count % (sizeof(T) * 8)))
            << name << ' ' << count;
    }
  }
}

TEST(NumSimdLanes, i8x16) {
  expect_binary<uint8_t, i8x16_add>(
      "i8x16.add", [](auto x, auto y) { return static_cast<uint8_t>(uint64_t{x} + y); });
  expect_binary<uint8_t, i8x16_sub>(
      "i8x16.sub", [](auto x, auto y) { return static_cast<uint8_t>(uint64_t{x} - y); });
  expect_unary<uint8_t, i8x16_neg>("i8x16.neg",
                                   [](auto x) { return static_cast<uint8_t>(uint64_t{0} - x); });
  expect_unary<uint8_t, i8x16_abs>("i8x16.abs", [](auto x) {
    return static_cast<uint8_t>((x >> 7) != 0 ? uint64_t{0} - x : x);
  });
  expect_binary<uint8_t, i8x16_eq>(
      "i8x16.eq", [](auto x, auto y) { return static_cast<uint8_t>(x == y ? ~uint64_t{0} : 0); });
  expect_binary<uint8_t, i8x16_ne>(
      "i8x16.ne", [](auto x, auto y) { return static_cast<uint8_t>(x != y ? ~uint64_t{0} : 0); });
  expect_binary<int8_t, i8x16_lt_s>(
      "i8x16.lt_s", [](auto x, auto y) { return static_cast<int8_t>(x < y ? -1 : 0); });
  expect_binary<uint8_t, i8x16_lt_u>(
      "i8x16.lt_u", [](auto x, auto y) { return static_cast<uint8_t>(x < y ? ~uint64_t{0} : 0); });
  expect_binary<int8_t, i8x16_gt_s>(
      "i8x16.gt_s", [](auto x, auto y) { return static_cast<int8_t>(x > y ? -1 : 0); });
  expect_binary<uint8_t, i8x16_gt_u>(
      "i8x16.gt_u", [](auto x, auto y) { return static_cast<uint8_t>(x > y ? ~uint64_t{0} : 0); });
  expect_binary<int8_t, i8x16_le_s>(
      "i8x16.le_s", [](auto x, auto y) { return static_cast<int8_t>(x <= y ? -1 : 0); });
  expect_binary<uint8_t, i8x16_le_u>(
      "i8x16.le_u", [](auto x, auto y) { return static_cast<uint8_t>(x <= y ? ~uint64_t{0} : 0); });
  expect_binary<int8_t, i8x16_ge_s>(
      "i8x16.ge_s", [](auto x, auto y) { return static_cast<int8_t>(x >= y ? -1 : 0); });
  expect_binary<uint8_t, i8x16_ge_u>(
      "i8x16.ge_u", [](auto x, auto y) { return static_cast<uint8_t>(x >= y ? ~uint64_t{0} : 0); });
  expect_binary<int8_t, i8x16_add_sat_s>("i8x16.add_sat_s", [](auto x, auto y) {
    return static_cast<int8_t>(saturate<int8_t>(Wide{x} + y));
  });
  expect_binary<int8_t, i8x16_sub_sat_s>("i8x16.sub_sat_s", [](auto x, auto y) {
    return static_cast<int8_t>(saturate<int8_t>(Wide{x} - y));
  });
  expect_binary<uint8_t, i8x16_add_sat_u>("i8x16.add_sat_u", [](auto x, auto y) {
    return static_cast<uint8_t>(saturate<uint8_t>(Wide{x} + y));
  });
  expect_binary<uint8_t, i8x16_sub_sat_u>("i8x16.sub_sat_u", [](auto x, auto y) {
    return static_cast<uint8_t>(saturate<uint8_t>(Wide{x} - y));
  });
  expect_binary<uint8_t, i8x16_avgr_u>(
      "i8x16.avgr_u", [](auto x, auto y) { return static_cast<uint8_t>((x + y + 1) / 2); });
  expect_binary<int8_t, i8x16_min_s>(
      "i8x16.min_s", [](auto x, auto y) { return static_cast<int8_t>(std::min(x, y)); });
  expect_binary<int8_t, i8x16_max_s>(
      "i8x16.max_s", [](auto x, auto y) { return static_cast<int8_t>(std::max(x, y)); });
  expect_binary<uint8_t, i8x16_min_u>(
      "i8x16.min_u", [](auto x, auto y) { return static_cast<uint8_t>(std::min(x, y)); });
  expect_binary<uint8_t, i8x16_max_u>(
      "i8x16.max_u", [](auto x, auto y) { return static_cast<uint8_t>(std::max(x, y)); });
  expect_unary<uint8_t, i8x16_popcnt>(
      "i8x16.popcnt", [](auto x) { return static_cast<uint8_t>(std::popcount(x)); });
  expect_shift<uint8_t, i8x16_shl>(
      "i8x16.shl", [](auto x, unsigned n) { return static_cast<uint8_t>(uint64_t{x} << n); });
  expect_shift<int8_t, i8x16_shr_s>(
      "i8x16.shr_s", [](auto x, unsigned n) { return static_cast<int8_t>(Wide{x} >> n); });
  expect_shift<uint8_t, i8x16_shr_u>(
      "i8x16.shr_u", [](auto x, unsigned n) { return static_cast<uint8_t>(uint64_t{x} >> n); });
}

TEST(NumSimdLanes, i16x8) {
  expect_binary<uint16_t, i16x8_add>(
      "i16x8.add", [](auto x, auto y) { return static_cast<uint16_t>(uint64_t{x} + y); });
  expect_binary<uint16_t, i16x8_sub>(
      "i16x8.sub", [](auto x, auto y) { return static_cast<uint16_t>(uint64_t{x} - y); });
  expect_binary<uint16_t, i16x8_mul>(
      "i16x8.mul", [](auto x, auto y) { return static_cast<uint16_t>(uint64_t{x} * y); });
  expect_unary<uint16_t, i16x8_neg>("i16x8.neg",
                                    [](auto x) { return static_cast<uint16_t>(uint64_t{0} - x); });
  expect_unary<uint16_t, i16x8_abs>("i16x8.abs", [](auto x) {
    return static_cast<uint16_t>((x >> 15) != 0 ? uint64_t{0} - x : x);
  });
  expect_binary<uint16_t, i16x8_eq>(
      "i16x8.eq", [](auto x, auto y) { return static_cast<uint16_t>(x == y ? ~uint64_t{0} : 0); });
  expect_binary<uint16_t, i16x8_ne>(
      "i16x8.ne", [](auto x, auto y) { return static_cast<uint16_t>(x != y ? ~uint64_t{0} : 0); });
  expect_binary<int16_t, i16x8_lt_s>(
      "i16x8.lt_s", [](auto x, auto y) { return static_cast<int16_t>(x < y ? -1 : 0); });
  expect_binary<uint16_t, i16x8_lt_u>(
      "i16x8.lt_u", [](auto x, auto y) { return static_cast<uint16_t>(x < y ? ~uint64_t{0} : 0); });
  expect_binary<int16_t, i16x8_gt_s>(
      "i16x8.gt_s", [](auto x, auto y) { return static_cast<int16_t>(x > y ? -1 : 0); });
  expect_binary<uint16_t, i16x8_gt_u>(
      "i16x8.gt_u", [](auto x, auto y) { return static_cast<uint16_t>(x > y ? ~uint64_t{0} : 0); });
  expect_binary<int16_t, i16x8_le_s>(
      "i16x8.le_s", [](auto x, auto y) { return static_cast<int16_t>(x <= y ? -1 : 0); });
  expect_binary<uint16_t, i16x8_le_u>("i16x8.le_u", [](auto x, auto y) {
    return static_cast<uint16_t>(x <= y ? ~uint64_t{0} : 0);
  });
  expect_binary<int16_t, i16x8_ge_s>(
      "i16x8.ge_s", [](auto x, auto y) { return static_cast<int16_t>(x >= y ? -1 : 0); });
  expect_binary<uint16_t, i16x8_ge_u>("i16x8.ge_u", [](auto x, auto y) {
    return static_cast<uint16_t>(x >= y ? ~uint64_t{0} : 0);
  });
  expect_binary<int16_t, i16x8_add_sat_s>("i16x8.add_sat_s", [](auto x, auto y) {
    return static_cast<int16_t>(saturate<int16_t>(Wide{x} + y));
  });
  expect_binary<int16_t, i16x8_sub_sat_s>("i16x8.sub_sat_s", [](auto x, auto y) {
    return static_cast<int16_t>(saturate<int16_t>(Wide{x} - y));
  });
  expect_binary<uint16_t, i16x8_add_sat_u>("i16x8.add_sat_u", [](auto x, auto y) {
    return static_cast<uint16_t>(saturate<uint16_t>(Wide{x} + y));
  });
  expect_binary<uint16_t, i16x8_sub_sat_u>("i16x8.sub_sat_u", [](auto x, auto y) {
    return static_cast<uint16_t>(saturate<uint16_t>(Wide{x} - y));
  });
  expect_binary<uint16_t, i16x8_avgr_u>(
      "i16x8.avgr_u", [](auto x, auto y) { return static_cast<uint16_t>((x + y + 1) / 2); });
  expect_binary<int16_t, i16x8_min_s>(
      "i16x8.min_s", [](auto x, auto y) { return static_cast<int16_t>(std::min(x, y)); });
  expect_binary<int16_t, i16x8_max_s>(
      "i16x8.max_s", [](auto x, auto y) { return static_cast<int16_t>(std::max(x, y)); });
  expect_binary<uint16_t, i16x8_min_u>(
      "i16x8.min_u", [](auto x, auto y) { return static_cast<uint16_t>(std::min(x, y)); });
  expect_binary<uint16_t, i16x8_max_u>(
      "i16x8.max_u", [](auto x, auto y) { return static_cast<uint16_t>(std::max(x, y)); });
  expect_binary<int16_t, i16x8_q15mulr_sat_s>("i16x8.q15mulr_sat_s", [](auto x, auto y) {
    return static_cast<int16_t>(saturate<int16_t>((Wide{x} * y + 0x4000) >> 15));
  });
  expect_shift<uint16_t, i16x8_shl>(
      "i16x8.shl", [](auto x, unsigned n) { return static_cast<uint16_t>(uint64_t{x} << n); });
  expect_shift<int16_t, i16x8_shr_s>(
      "i16x8.shr_s", [](auto x, unsigned n) { return static_cast<int16_t>(Wide{x} >> n); });
  expect_shift<uint16_t, i16x8_shr_u>(
      "i16x8.shr_u", [](auto x, unsigned n) { return static_cast<uint16_t>(uint64_t{x} >> n); });
}

TEST(NumSimdLanes, i32x4) {
  expect_binary<uint32_t, i32x4_add>(
      "i32x4.add", [](auto x, auto y) { return static_cast<uint32_t>(uint64_t{x} + y); });
  expect_binary<uint32_t, i32x4_sub>(
      "i32x4.sub", [](auto x, auto y) { return static_cast<uint32_t>(uint64_t{x} - y); });
  expect_binary<uint32_t, i32x4_mul>(
      "i32x4.mul", [](auto x, auto y) { return static_cast<uint32_t>(uint64_t{x} * y); });
  expect_unary<uint32_t, i32x4_neg>("i32x4.neg",
                                    [](auto x) { return static_cast<uint32_t>(uint64_t{0} - x); });
  expect_unary<uint32_t, i32x4_abs>("i32x4.abs", [](auto x) {
    return static_cast<uint32_t>((x >> 31) != 0 ? uint64_t{0} - x : x);
  });
  expect_binary<uint32_t, i32x4_eq>(
      "i32x4.eq", [](auto x, auto y) { return static_cast<uint32_t>(x == y ? ~uint64_t{0} : 0); });
  expect_binary<uint32_t, i32x4_ne>(
      "i32x4.ne", [](auto x, auto y) { return static_cast<uint32_t>(x != y ? ~uint64_t{0} : 0); });
  expect_binary<int32_t, i32x4_lt_s>(
      "i32x4.lt_s", [](auto x, auto y) { return static_cast<int32_t>(x < y ? -1 : 0); });
  expect_binary<uint32_t, i32x4_lt_u>(
      "i32x4.lt_u", [](auto x, auto y) { return static_cast<uint32_t>(x < y ? ~uint64_t{0} : 0); });
  expect_binary<int32_t, i32x4_gt_s>(
      "i32x4.gt_s", [](auto x, auto y) { return static_cast<int32_t>(x > y ? -1 : 0); });
  expect_binary<uint32_t, i32x4_gt_u>(
      "i32x4.gt_u", [](auto x, auto y) { return static_cast<uint32_t>(x > y ? ~uint64_t{0} : 0); });
  expect_binary<int32_t, i32x4_le_s>(
      "i32x4.le_s", [](auto x, auto y) { return static_cast<int32_t>(x <= y ? -1 : 0); });
  expect_binary<uint32_t, i32x4_le_u>("i32x4.le_u", [](auto x, auto y) {
    return static_cast<uint32_t>(x <= y ? ~uint64_t{0} : 0);
  });
  expect_binary<int32_t, i32x4_ge_s>(
      "i32x4.ge_s", [](auto x, auto y) { return static_cast<int32_t>(x >= y ? -1 : 0); });
  expect_binary<uint32_t, i32x4_ge_u>("i32x4.ge_u", [](auto x, auto y) {
    return static_cast<uint32_t>(x >= y ? ~uint64_t{0} : 0);
  });
  expect_binary<int32_t, i32x4_min_s>(
      "i32x4.min_s", [](auto x, auto y) { return static_cast<int32_t>(std::min(x, y)); });
  expect_binary<int32_t, i32x4_max_s>(
      "i32x4.max_s", [](auto x, auto y) { return static_cast<int32_t>(std::max(x, y)); });
  expect_binary<uint32_t, i32x4_min_u>(
      "i32x4.min_u", [](auto x, auto y) { return static_cast<uint32_t>(std::min(x, y)); });
  expect_binary<uint32_t, i32x4_max_u>(
      "i32x4.max_u", [](auto x, auto y) { return static_cast<uint32_t>(std::max(x, y)); });
  expect_shift<uint32_t, i32x4_shl>(
      "i32x4.shl", [](auto x, unsigned n) { return static_cast<uint32_t>(uint64_t{x} << n); });
  expect_shift<int32_t, i32x4_shr_s>(
      "i32x4.shr_s", [](auto x, unsigned n) { return static_cast<int32_t>(Wide{x} >> n); });
  expect_shift<uint32_t, i32x4_shr_u>(
      "i32x4.shr_u", [](auto x, unsigned n) { return static_cast<uint32_t>(uint64_t{x} >> n); });
}

TEST(NumSimdLanes, i64x2) {
  expect_binary<uint64_t, i64x2_add>(
      "i64x2.add", [](auto x, auto y) { return static_cast<uint64_t>(uint64_t{x} + y); });
  expect_binary<uint64_t, i64x2_sub>(
      "i64x2.sub", [](auto x, auto y) { return static_cast<uint64_t>(uint64_t{x} - y); });
  expect_binary<uint64_t, i64x2_mul>(
      "i64x2.mul", [](auto x, auto y) { return static_cast<uint64_t>(uint64_t{x} * y); });
  expect_unary<uint64_t, i64x2_neg>("i64x2.neg",
                                    [](auto x) { return static_cast<uint64_t>(uint64_t{0} - x); });
  expect_unary<uint64_t, i64x2_abs>("i64x2.abs", [](auto x) {
    return static_cast<uint64_t>((x >> 63) != 0 ? uint64_t{0} - x : x);
  });
  expect_binary<uint64_t, i64x2_eq>(
      "i64x2.eq", [](auto x, auto y) { return static_cast<uint64_t>(x == y ? ~uint64_t{0} : 0); });
  expect_binary<uint64_t, i64x2_ne>(
      "i64x2.ne", [](auto x, auto y) { return static_cast<uint64_t>(x != y ? ~uint64_t{0} : 0); });
  expect_binary<int64_t, i64x2_lt_s>(
      "i64x2.lt_s", [](auto x, auto y) { return static_cast<int64_t>(x < y ? -1 : 0); });
  expect_binary<int64_t, i64x2_gt_s>(
      "i64x2.gt_s", [](auto x, auto y) { return static_cast<int64_t>(x > y ? -1 : 0); });
  expect_binary<int64_t, i64x2_le_s>(
      "i64x2.le_s", [](auto x, auto y) { return static_cast<int64_t>(x <= y ? -1 : 0); });
  expect_binary<int64_t, i64x2_ge_s>(
      "i64x2.ge_s", [](auto x, auto y) { return static_cast<int64_t>(x >= y ? -1 : 0); });
  expect_shift<uint64_t, i64x2_shl>(
      "i64x2.shl", [](auto x, unsigned n) { return static_cast<uint64_t>(uint64_t{x} << n); });
  expect_shift<int64_t, i64x2_shr_s>(
      "i64x2.shr_s", [](auto x, unsigned n) { return static_cast<int64_t>(Wide{x} >> n); });
  expect_shift<uint64_t, i64x2_shr_u>(
      "i64x2.shr_u", [](auto x, unsigned n) { return static_cast<uint64_t>(uint64_t{x} >> n); });
}

}  // namespace
}  // namespace nacre::num

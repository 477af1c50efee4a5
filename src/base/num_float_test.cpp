// SPDX-License-Identifier: Apache-2.0
#include "base/num_float.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace nacre::num {
namespace {

constexpr float inf32 = std::numeric_limits<float>::infinity();
constexpr double inf64 = std::numeric_limits<double>::infinity();

// Values come through volatile bits, so that hosts compute and compilers do not fold.
template <class F>
F opaque(UintOf<F> bits) {
  volatile UintOf<F> hidden = bits;
  return std::bit_cast<F>(static_cast<UintOf<F>>(hidden));
}

template <class F>
UintOf<F> bits(F x) {
  return std::bit_cast<UintOf<F>>(x);
}

template <class F>
constexpr UintOf<F> canonical_nan = sizeof(F) == 4 ? UintOf<F>{0x7fc00000}
                                                   : static_cast<UintOf<F>>(0x7ff8000000000000);
template <class F>
constexpr UintOf<F> quiet_bit = canonical_nan<F> & ~(canonical_nan<F> << 1);

template <class F>
constexpr UintOf<F> signalling_nan = (canonical_nan<F> ^ quiet_bit<F>) | 1;

template <class F>
bool is_canonical(F x) {
  return (bits(x) & ~detail::sign_bit<F>) == canonical_nan<F>;
}

template <class F>
bool is_quiet(F x) {
  return (bits(x) & canonical_nan<F>) == canonical_nan<F>;
}

template <class F>
class NumFloat : public testing::Test {};
using FloatTypes = testing::Types<float, double>;
TYPED_TEST_SUITE(NumFloat, FloatTypes);

// The operations of one width under common names.
template <class F>
struct Ops {
  static F ceil(F a) { return f32_ceil(a); }
  static F floor(F a) { return f32_floor(a); }
  static F trunc(F a) { return f32_trunc(a); }
  static F nearest(F a) { return f32_nearest(a); }
  static F sqrt(F a) { return f32_sqrt(a); }
  static F add(F a, F b) { return f32_add(a, b); }
  static F sub(F a, F b) { return f32_sub(a, b); }
  static F mul(F a, F b) { return f32_mul(a, b); }
  static F div(F a, F b) { return f32_div(a, b); }
  static F min(F a, F b) { return f32_min(a, b); }
  static F max(F a, F b) { return f32_max(a, b); }
};
template <>
struct Ops<double> {
  static double ceil(double a) { return f64_ceil(a); }
  static double floor(double a) { return f64_floor(a); }
  static double trunc(double a) { return f64_trunc(a); }
  static double nearest(double a) { return f64_nearest(a); }
  static double sqrt(double a) { return f64_sqrt(a); }
  static double add(double a, double b) { return f64_add(a, b); }
  static double sub(double a, double b) { return f64_sub(a, b); }
  static double mul(double a, double b) { return f64_mul(a, b); }
  static double div(double a, double b) { return f64_div(a, b); }
  static double min(double a, double b) { return f64_min(a, b); }
  static double max(double a, double b) { return f64_max(a, b); }
};

template <class F>
using Unary = F (*)(F);
template <class F>
using Binary = F (*)(F, F);

template <class F>
const Unary<F> unary_ops[] = {Ops<F>::ceil, Ops<F>::floor, Ops<F>::trunc, Ops<F>::nearest,
                              Ops<F>::sqrt};
template <class F>
const Binary<F> binary_ops[] = {Ops<F>::add, Ops<F>::sub, Ops<F>::mul,
                                Ops<F>::div, Ops<F>::min, Ops<F>::max};

TYPED_TEST(NumFloat, NanOperandsGiveQuietNans) {
  using F = TypeParam;
  for (UintOf<F> sign : {UintOf<F>{0}, detail::sign_bit<F>}) {
    const F canonical = opaque<F>(canonical_nan<F> | sign),
            signalling = opaque<F>(signalling_nan<F> | sign);
    for (Unary<F> op : unary_ops<F>) {
      EXPECT_TRUE(is_canonical(op(canonical)));
      EXPECT_TRUE(is_quiet(op(signalling)));
    }
    for (F other : {F{1.25}, F{0}, F{-3}, -std::numeric_limits<F>::infinity(), canonical}) {
      for (Binary<F> op : binary_ops<F>) {
        EXPECT_TRUE(is_canonical(op(canonical, other)));
        EXPECT_TRUE(is_canonical(op(other, canonical)));
        EXPECT_TRUE(is_quiet(op(signalling, other)));
        EXPECT_TRUE(is_quiet(op(other, signalling)));
      }
    }
  }
  const F inf = std::numeric_limits<F>::infinity();
  EXPECT_TRUE(is_canonical(Ops<F>::sub(inf, opaque<F>(bits(inf)))));
  EXPECT_TRUE(is_canonical(Ops<F>::div(F{0}, opaque<F>(0))));
  EXPECT_TRUE(is_canonical(Ops<F>::sqrt(opaque<F>(bits(F{-1})))));
}

TYPED_TEST(NumFloat, MinimumAndMaximumOrderZeros) {
  using F = TypeParam;
  const F plus = opaque<F>(0), minus = opaque<F>(detail::sign_bit<F>);
  EXPECT_EQ(bits(Ops<F>::min(plus, minus)), bits(minus));
  EXPECT_EQ(bits(Ops<F>::min(minus, plus)), bits(minus));
  EXPECT_EQ(bits(Ops<F>::min(plus, plus)), bits(plus));
  EXPECT_EQ(bits(Ops<F>::max(plus, minus)), bits(plus));
  EXPECT_EQ(bits(Ops<F>::max(minus, plus)), bits(plus));
  EXPECT_EQ(bits(Ops<F>::max(minus, minus)), bits(minus));
  EXPECT_EQ(Ops<F>::min(F{1.5}, F{-2}), F{-2});
  EXPECT_EQ(Ops<F>::max(F{1.5}, std::numeric_limits<F>::infinity()),
            std::numeric_limits<F>::infinity());
}

// Both formulations of rounding, against the C library, on random bits of every magnitude.
template <class F>
void check_rounding(F x) {
  using detail::Rounding;
  if (x != x) return;
  ASSERT_EQ(bits(Ops<F>::ceil(x)), bits(std::ceil(x))) << x;
  ASSERT_EQ(bits(Ops<F>::floor(x)), bits(std::floor(x))) << x;
  ASSERT_EQ(bits(Ops<F>::trunc(x)), bits(std::trunc(x))) << x;
  ASSERT_EQ(bits(Ops<F>::nearest(x)), bits(std::nearbyint(x))) << x;
  ASSERT_EQ(bits(detail::round_by_adding<Rounding::up>(x)), bits(std::ceil(x))) << x;
  ASSERT_EQ(bits(detail::round_by_adding<Rounding::down>(x)), bits(std::floor(x))) << x;
  ASSERT_EQ(bits(detail::round_by_adding<Rounding::zero>(x)), bits(std::trunc(x))) << x;
  ASSERT_EQ(bits(detail::round_by_adding<Rounding::nearest>(x)), bits(std::nearbyint(x))) << x;
}

TYPED_TEST(NumFloat, Rounding) {
  using F = TypeParam;
  std::mt19937_64 random(3);
  for (int i = 0; i < 200000; ++i) {
    check_rounding(opaque<F>(static_cast<UintOf<F>>(random())));
    const F scale = std::ldexp(F{1}, static_cast<int>(random() % 64) - 4);
    check_rounding(static_cast<F>(static_cast<double>(static_cast<int64_t>(random())) * 0x1p-63) *
                   scale);
  }
  for (int half = -20; half <= 20; ++half) {
    const F x = static_cast<F>(half) / 2;
    for (F y :
         {x, std::nextafter(x, F{-100}), std::nextafter(x, F{100}), -detail::all_integers<F> + x,
          detail::all_integers<F> + x, detail::all_integers<F> / 2 + x})
      check_rounding(y);
  }
  check_rounding(opaque<F>(detail::sign_bit<F>));
  check_rounding(std::numeric_limits<F>::denorm_min());
  check_rounding(-std::numeric_limits<F>::denorm_min());
  check_rounding(std::numeric_limits<F>::infinity());
  EXPECT_EQ(bits(Ops<F>::nearest(F{2.5})), bits(F{2}));
  EXPECT_EQ(bits(Ops<F>::nearest(F{-0.5})), bits(F{-0.0}));
  EXPECT_EQ(bits(Ops<F>::ceil(F{-0.7})), bits(F{-0.0}));
}

TEST(NumFloatBits, SignOperationsKeepNans) {
  const uint32_t nan = signalling_nan<float>;
  EXPECT_EQ(f32_neg(nan), nan | 0x80000000u);
  EXPECT_EQ(f32_abs(nan | 0x80000000u), nan);
  EXPECT_EQ(f32_copysign(nan, 0x80000000u), nan | 0x80000000u);
  EXPECT_EQ(f64_copysign(0x8000000000000000u, 0), 0u);
  EXPECT_EQ(f64_neg(0), 0x8000000000000000u);
  EXPECT_EQ(f32_reinterpret_i32(nan), nan);
}

TEST(NumFloatBits, ComparisonsWithNanAreFalse) {
  const float nan = opaque<float>(canonical_nan<float>);
  EXPECT_EQ(f32_eq(nan, nan), 0u);
  EXPECT_EQ(f32_ne(nan, nan), 1u);
  EXPECT_EQ(f32_le(nan, 1), 0u);
  EXPECT_EQ(f32_ge(1, nan), 0u);
  EXPECT_EQ(f64_eq(0.0, -0.0), 1u);
  EXPECT_EQ(f64_lt(-inf64, inf64), 1u);
}

// Truncation at each end of each range: the last value inside and the first one outside.
template <class U, class F>
void expect_range(Trap (*trapping)(F, U&), U (*saturating)(F), F lowest, F highest, U min, U max,
                  bool is_signed) {
  const F below = std::nextafter(lowest, -std::numeric_limits<F>::infinity());
  const F above = std::nextafter(highest, std::numeric_limits<F>::infinity());
  U out = 0;
  for (F inside : {lowest, highest, F{0}, F{1}, F{0.9f}, F{-0.9f}}) {
    ASSERT_EQ(trapping(inside, out), Trap::none) << inside;
    EXPECT_EQ(out, saturating(inside));
    const auto expected = is_signed
                              ? static_cast<U>(static_cast<int64_t>(inside))
                              : static_cast<U>(inside < 0 ? 0 : static_cast<uint64_t>(inside));
    EXPECT_EQ(out, expected) << inside;
  }
  out = 7;
  for (F outside :
       {below, above, std::numeric_limits<F>::infinity(), -std::numeric_limits<F>::infinity()}) {
    EXPECT_EQ(trapping(outside, out), Trap::integer_overflow) << outside;
    EXPECT_EQ(saturating(outside), outside < 0 ? min : max) << outside;
  }
  for (UintOf<F> nan : {canonical_nan<F>, signalling_nan<F> | detail::sign_bit<F>}) {
    EXPECT_EQ(trapping(opaque<F>(nan), out), Trap::invalid_conversion);
    EXPECT_EQ(saturating(opaque<F>(nan)), U{0});
  }
  EXPECT_EQ(out, U{7});
}

TEST(NumFloatBits, TruncationRanges) {
  const uint32_t min32 = 0x80000000u, max32 = 0x7fffffffu;
  const uint64_t min64 = 0x8000000000000000u, max64 = 0x7fffffffffffffffu;
  const float almost1f = std::nextafter(-1.0f, 0.0f);
  const double almost1 = std::nextafter(-1.0, 0.0);
  expect_range(i32_trunc_f32_s, i32_trunc_sat_f32_s, -0x1p31f, 0x1.fffffep30f, min32, max32, true);
  expect_range(i32_trunc_f32_u, i32_trunc_sat_f32_u, almost1f, 0x1.fffffep31f, 0u, ~0u, false);
  expect_range(i32_trunc_f64_s, i32_trunc_sat_f64_s, std::nextafter(-2147483649.0, 0.0),
               std::nextafter(2147483648.0, 0.0), min32, max32, true);
  expect_range(i32_trunc_f64_u, i32_trunc_sat_f64_u, almost1, std::nextafter(4294967296.0, 0.0), 0u,
               ~0u, false);
  expect_range(i64_trunc_f32_s, i64_trunc_sat_f32_s, -0x1p63f, 0x1.fffffep62f, min64, max64, true);
  expect_range(i64_trunc_f32_u, i64_trunc_sat_f32_u, almost1f, 0x1.fffffep63f, uint64_t{0},
               ~uint64_t{0}, false);
  expect_range(i64_trunc_f64_s, i64_trunc_sat_f64_s, -0x1p63, 0x1.fffffffffffffp62, min64, max64,
               true);
  expect_range(i64_trunc_f64_u, i64_trunc_sat_f64_u, almost1, 0x1.fffffffffffffp63, uint64_t{0},
               ~uint64_t{0}, false);
}

// Rounds to the nearest float by hand: keep 24 bits, look at what is cut off.
float round_u64_to_float(uint64_t x) {
  if (x < (uint64_t{1} << 24)) return static_cast<float>(static_cast<int32_t>(x));
  int shift = 0;
  while ((x >> shift) >= (uint64_t{1} << 24)) ++shift;
  uint64_t kept = x >> shift;
  const uint64_t cut = x & ((uint64_t{1} << shift) - 1), half = uint64_t{1} << (shift - 1);
  if (cut > half || (cut == half && (kept & 1) != 0)) ++kept;
  return std::ldexp(static_cast<float>(static_cast<int32_t>(kept)), shift);
}

TEST(NumFloatBits, ConversionFromIntegersRoundsOnce) {
  EXPECT_EQ(f32_convert_i64_u(0x8000008000000001u), 0x1.000002p63f);  // twice rounded: 0x1p63
  EXPECT_EQ(f32_convert_i64_u(~uint64_t{0}), 0x1p64f);
  EXPECT_EQ(f32_convert_i32_u(~0u), 0x1p32f);
  EXPECT_EQ(f32_convert_i32_s(0x80000000u), -0x1p31f);
  EXPECT_EQ(f64_convert_i64_u(~uint64_t{0}), 0x1p64);
  EXPECT_EQ(f64_convert_i32_u(~0u), 4294967295.0);
  std::mt19937_64 random(4);
  for (int i = 0; i < 100000; ++i) {
    uint64_t x = random() >> (random() % 64);
    if (i % 3 == 0) x = (x & ~uint64_t{0xff}) | 1;
    if (i % 7 == 0) x |= uint64_t{1} << 63;
    ASSERT_EQ(f32_convert_i64_u(x), round_u64_to_float(x)) << x;
    const bool negative = (x >> 63) != 0;
    const float size = round_u64_to_float(negative ? 0 - x : x);
    ASSERT_EQ(f32_convert_i64_s(x), negative ? -size : size) << x;
    const auto low = static_cast<uint32_t>(x);
    ASSERT_EQ(f32_convert_i32_u(low), round_u64_to_float(low)) << low;
  }
}

TEST(NumFloatBits, ConversionBetweenFloats) {
  EXPECT_TRUE(is_quiet(f32_demote_f64(opaque<double>(signalling_nan<double>))));
  EXPECT_TRUE(is_quiet(f64_promote_f32(opaque<float>(signalling_nan<float>))));
  EXPECT_TRUE(is_canonical(f32_demote_f64(opaque<double>(canonical_nan<double>))));
  EXPECT_TRUE(is_canonical(f64_promote_f32(opaque<float>(canonical_nan<float>))));
  EXPECT_EQ(f32_demote_f64(0x1.ffffffp127), inf32);
  EXPECT_EQ(bits(f32_demote_f64(-0x1p-160)), 0x80000000u);
  EXPECT_EQ(f32_demote_f64(0x1p-149), 0x1p-149f);
  EXPECT_EQ(f64_promote_f32(0x1p-149f), 0x1p-149);
}

// A float operation may be computed in double and rounded: double has more than twice the digits.
TEST(NumFloatBits, ArithmeticMatchesDoubleRoundedOnce) {
  std::mt19937 random(5);
  for (int i = 0; i < 100000; ++i) {
    const float a = opaque<float>(random()), b = opaque<float>(random());
    if (a != a || b != b) continue;
    ASSERT_EQ(
        bits(f32_add(a, b)) == bits(static_cast<float>(double{a} + double{b})) || a + b != a + b,
        true);
    const float product = static_cast<float>(double{a} * double{b});
    if (product == product) {
      ASSERT_EQ(bits(f32_mul(a, b)), bits(product));
    }
    const float quotient = static_cast<float>(double{a} / double{b});
    if (quotient == quotient) {
      ASSERT_EQ(bits(f32_div(a, b)), bits(quotient));
    }
    if (a >= 0) {
      ASSERT_EQ(bits(f32_sqrt(a)), bits(static_cast<float>(std::sqrt(double{a}))));
    }
  }
}

}  // namespace
}  // namespace nacre::num

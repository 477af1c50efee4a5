// SPDX-License-Identifier: Apache-2.0
#include "base/num_int.hpp"

#include <gtest/gtest.h>

#include <random>

namespace nacre::num {
namespace {

constexpr uint32_t min32 = 0x80000000u;
constexpr uint64_t min64 = 0x8000000000000000u;

template <class U>
struct Divided {
  Trap trap;
  U value;
};

template <class U>
constexpr Divided<U> run(Trap (*op)(U, U, U&), U a, U b) {
  U out = 42;
  const Trap trap = op(a, b, out);
  return {trap, out};
}

// The functions fold at compile time.
static_assert(i32_popcnt(0xffffffffu) == 32 && i64_popcnt(0x8000000000000001u) == 2);
static_assert(i32_clz(0) == 32 && i32_ctz(0) == 32 && i64_clz(1) == 63 && i64_ctz(min64) == 63);
static_assert(i32_shr_s(min32, 33) == 0xc0000000u && i32_shl(1, 32) == 1 &&
              i32_shr_u(min32, 31) == 1);
static_assert(i32_rotl(0x80000001u, 1) == 3 && i64_rotr(1, 65) == min64 && i32_rotr(7, 0) == 7);
static_assert(i64_extend_i32_s(min32) == 0xffffffff80000000u && i64_extend_i32_u(min32) == min32);
static_assert(i32_extend8_s(0x180) == 0xffffff80u && i64_extend32_s(0x7fffffff) == 0x7fffffff);
static_assert(run(i32_div_s, min32, ~0u).trap == Trap::integer_overflow);

TEST(NumInt, DivisionTraps) {
  EXPECT_EQ(run(i32_div_s, 1u, 0u).trap, Trap::integer_divide_by_zero);
  EXPECT_EQ(run(i32_div_u, 1u, 0u).trap, Trap::integer_divide_by_zero);
  EXPECT_EQ(run(i32_rem_s, 1u, 0u).trap, Trap::integer_divide_by_zero);
  EXPECT_EQ(run(i32_rem_u, 1u, 0u).trap, Trap::integer_divide_by_zero);
  EXPECT_EQ(run(i64_div_s, min64, ~uint64_t{0}).trap, Trap::integer_overflow);
  EXPECT_EQ(run(i64_rem_u, min64, uint64_t{0}).trap, Trap::integer_divide_by_zero);
  EXPECT_EQ(run(i32_div_s, 1u, 0u).value, 42u);  // a trap writes nothing
}

TEST(NumInt, DivisionRoundsToZero) {
  EXPECT_EQ(run(i32_div_s, static_cast<uint32_t>(-7), 2u).value, static_cast<uint32_t>(-3));
  EXPECT_EQ(run(i32_rem_s, static_cast<uint32_t>(-7), 2u).value, static_cast<uint32_t>(-1));
  EXPECT_EQ(run(i32_rem_s, 7u, static_cast<uint32_t>(-2)).value, 1u);
  EXPECT_EQ(run(i32_div_u, static_cast<uint32_t>(-7), 2u).value, 0x7ffffffcu);
  EXPECT_EQ(run(i32_rem_s, min32, ~0u).trap, Trap::none);
  EXPECT_EQ(run(i32_rem_s, min32, ~0u).value, 0u);
  EXPECT_EQ(run(i64_rem_s, min64, ~uint64_t{0}).value, 0u);
}

TEST(NumInt, BitCountsMatchCountingOneByOne) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 20000; ++round) {
    const uint64_t x = random() >> (random() % 64) << (random() % 64);
    unsigned ones = 0;
    for (unsigned i = 0; i < 64; ++i) ones += (x >> i) & 1;
    ASSERT_EQ(i64_popcnt(x), ones);
    unsigned ones32 = 0;
    for (unsigned i = 0; i < 32; ++i) ones32 += (x >> i) & 1;
    ASSERT_EQ(i32_popcnt(static_cast<uint32_t>(x)), ones32);
  }
}

TEST(NumInt, Comparisons) {
  EXPECT_EQ(i32_lt_s(min32, 0), 1u);
  EXPECT_EQ(i32_lt_u(min32, 0), 0u);
  EXPECT_EQ(i64_ge_s(0, min64), 1u);
  EXPECT_EQ(i64_ge_u(0, min64), 0u);
  EXPECT_EQ(i64_eqz(min64), 0u);
  EXPECT_EQ(i32_le_s(5, 5), 1u);
  EXPECT_EQ(i32_gt_u(5, 5), 0u);
}

struct Pair {
  uint64_t lo, hi;
  friend bool operator==(Pair, Pair) = default;
};

Pair pair_of(void (*op)(uint64_t, uint64_t, uint64_t&, uint64_t&), uint64_t a, uint64_t b) {
  Pair r{};
  op(a, b, r.lo, r.hi);
  return r;
}

TEST(NumInt, WideSumsCarryAndBorrow) {
  Pair r{};
  i64_add128(~uint64_t{0}, 1, 1, 2, r.lo, r.hi);
  EXPECT_EQ(r, (Pair{0, 4}));
  i64_sub128(0, 4, 1, 2, r.lo, r.hi);
  EXPECT_EQ(r, (Pair{~uint64_t{0}, 1}));
  uint64_t x = ~uint64_t{0}, y = 5;  // results may overwrite operands
  i64_add128(x, y, x, y, x, y);
  EXPECT_EQ((Pair{x, y}), (Pair{~uint64_t{0} - 1, 11}));
}

TEST(NumInt, WideProducts) {
  const uint64_t minus1 = ~uint64_t{0};
  EXPECT_EQ(pair_of(i64_mul_wide_u, minus1, minus1), (Pair{1, minus1 - 1}));
  EXPECT_EQ(pair_of(i64_mul_wide_s, minus1, minus1), (Pair{1, 0}));
  EXPECT_EQ(pair_of(i64_mul_wide_s, minus1, 2), (Pair{minus1 - 1, minus1}));
  EXPECT_EQ(pair_of(i64_mul_wide_s, min64, min64), (Pair{0, min64 / 2}));
  std::mt19937_64 random(2);
  for (int round = 0; round < 20000; ++round) {
    const uint64_t a = random() >> (random() % 64), b = random() >> (random() % 64);
    Pair halves{};
    detail::mul_wide_by_halves(a, b, halves.lo, halves.hi);
    ASSERT_EQ(pair_of(i64_mul_wide_u, a, b), halves);
    ASSERT_EQ(halves.lo, a * b);
    ASSERT_NEAR(static_cast<double>(halves.hi),
                static_cast<double>(a) * static_cast<double>(b) * 0x1p-64,
                1.0 + static_cast<double>(halves.hi) * 0x1p-50);
  }
}

TEST(Trap, MessagesAreDistinct) {
  for (unsigned i = 0; i < static_cast<unsigned>(Trap::count); ++i) {
    for (unsigned j = 0; j < i; ++j)
      EXPECT_STRNE(trap_message(static_cast<Trap>(i)), trap_message(static_cast<Trap>(j)));
  }
}

}  // namespace
}  // namespace nacre::num

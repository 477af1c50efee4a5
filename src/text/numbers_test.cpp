// SPDX-License-Identifier: Apache-2.0
#include "text/numbers.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdlib>
#include <random>
#include <string>

namespace nacre::text {
namespace {

TEST(Numbers, Classify) {
  for (const char* s : {"0", "00", "123", "1_000", "0x0", "0xFf_00"})
    EXPECT_EQ(classify_number(s), NumberClass::nat) << s;
  for (const char* s : {"-0", "+1", "-0x1"})
    EXPECT_EQ(classify_number(s), NumberClass::integer) << s;
  for (const char* s : {"1.", "1.5", "1e5", "1.e+5", "1E-5", "0x1.", "0x1p1", "0x1.8P-3", "inf",
                        "-inf", "+nan", "nan:0x1_0"})
    EXPECT_EQ(classify_number(s), NumberClass::float_) << s;
  for (const char* s : {"",         "+",     "-",       "_1",   "1_",     "1__0",  "0x",
                        "0x_1",     "0_x1",  ".5",      "1e",   "1e+",    "1._5",  "1_.5",
                        "1.0_e1",   "0x1.p", "0x1p0x1", "nan:", "nan:0x", "nan:1", "nan:canonical",
                        "infinity", "0b1",   "1.5.2"})
    EXPECT_EQ(classify_number(s), NumberClass::none) << s;
}

TEST(Numbers, Integers) {
  EXPECT_EQ(parse_nat("18446744073709551615"), ~uint64_t{0});
  EXPECT_EQ(parse_nat("18446744073709551616"), std::nullopt);
  EXPECT_EQ(parse_nat("0xffff_ffff_ffff_ffff"), ~uint64_t{0});
  EXPECT_EQ(parse_nat("0x1_0000_0000_0000_0000"), std::nullopt);
  EXPECT_EQ(parse_int("-2147483648", 32), 0x80000000u);
  EXPECT_EQ(parse_int("-2147483649", 32), std::nullopt);
  EXPECT_EQ(parse_int("4294967295", 32), 0xffffffffu);
  EXPECT_EQ(parse_int("4294967296", 32), std::nullopt);
  EXPECT_EQ(parse_int("-0x8000_0000_0000_0000", 64), uint64_t{1} << 63);
  EXPECT_EQ(parse_int("-128", 8), 0x80u);
  EXPECT_EQ(parse_int("-129", 8), std::nullopt);
  EXPECT_EQ(parse_int("256", 8), std::nullopt);
}

TEST(Numbers, SpecialFloats) {
  EXPECT_EQ(parse_f32("-0"), 0x80000000u);
  EXPECT_EQ(parse_f32("-inf"), 0xff800000u);
  EXPECT_EQ(parse_f32("nan"), 0x7fc00000u);
  EXPECT_EQ(parse_f32("-nan:0x1"), 0xff800001u);
  EXPECT_EQ(parse_f32("nan:0x7fffff"), 0x7fffffffu);
  EXPECT_EQ(parse_f32("nan:0x0"), std::nullopt);
  EXPECT_EQ(parse_f32("nan:0x800000"), std::nullopt);
  EXPECT_EQ(parse_f64("nan:0xf_ffff_ffff_ffff"), 0x7fffffffffffffffu);
  EXPECT_EQ(parse_f64("nan:0x10000000000000"), std::nullopt);
}

TEST(Numbers, HexRounding) {
  EXPECT_EQ(parse_f32("0x1p0"), 0x3f800000u);
  EXPECT_EQ(parse_f32("0x1.000001p0"), 0x3f800000u);  // halfway: to even, down
  EXPECT_EQ(parse_f32("0x1.000003p0"), 0x3f800002u);  // halfway: to even, up
  EXPECT_EQ(parse_f32("0x1.00000100000000000000000000001p0"), 0x3f800001u);  // just above
  EXPECT_EQ(parse_f32("0x1.000000ffffffffffffffffffp0"), 0x3f800000u);       // just below
  EXPECT_EQ(parse_f32("0x1.fffffep127"), 0x7f7fffffu);
  EXPECT_EQ(parse_f32("0x1.fffffefffffp127"), 0x7f7fffffu);
  EXPECT_EQ(parse_f32("0x1.ffffffp127"), std::nullopt);  // rounds to 2^128
  EXPECT_EQ(parse_f32("0x1p128"), std::nullopt);
  EXPECT_EQ(parse_f32("0x1p-149"), 1u);
  EXPECT_EQ(parse_f32("0x1p-150"), 0u);  // half the smallest: to even
  EXPECT_EQ(parse_f32("0x1.8p-150"), 1u);
  EXPECT_EQ(parse_f32("0x1.0000000000000000000001p-150"), 1u);
  EXPECT_EQ(parse_f32("0x1.fffffcp-127"), 0x007fffffu);
  EXPECT_EQ(parse_f32("0x1.fffffep-127"), 0x00800000u);  // carries into the normals
  EXPECT_EQ(parse_f64("0x1.fffffffffffff8p1023"), std::nullopt);
  EXPECT_EQ(parse_f64("0x1.fffffffffffff7p1023"), 0x7fefffffffffffffu);
  EXPECT_EQ(parse_f64("0x1p-1075"), 0u);
  EXPECT_EQ(parse_f64("0x1.8p-1075"), 1u);
  EXPECT_EQ(parse_f64("0x0.0000000000000000000000000000000000001p0"),
            std::bit_cast<uint64_t>(0x1p-148));
  EXPECT_EQ(parse_f64("0x10000000000000000000000000000000000000p-148"),
            std::bit_cast<uint64_t>(1.0));
  EXPECT_EQ(parse_f64("0x1p999999999999999999999999"), std::nullopt);
  EXPECT_EQ(parse_f64("0x1p-999999999999999999999999"), 0u);
  EXPECT_EQ(parse_f64("0x0p999999999999999999999999"), 0u);
}

TEST(Numbers, DecimalRounding) {
  // Through double first, this would round to 1.0 + 2^-23 * 2.
  EXPECT_EQ(parse_f32("1.00000017881393432617187499"), 0x3f800001u);
  EXPECT_EQ(parse_f32("1.00000017881393432617187500"), 0x3f800002u);
  EXPECT_EQ(parse_f32("1.00000017881393432617187501"), 0x3f800002u);
  EXPECT_EQ(parse_f32("340282356779733661637539395458142568447"), 0x7f7fffffu);
  EXPECT_EQ(parse_f32("340282356779733661637539395458142568448"), std::nullopt);
  EXPECT_EQ(parse_f32("1e39"), std::nullopt);
  EXPECT_EQ(parse_f32("1e-46"), 0u);
  EXPECT_EQ(parse_f32("-1e-60"), 0x80000000u);
  EXPECT_EQ(parse_f64("1e309"), std::nullopt);
  EXPECT_EQ(parse_f64("1e-400"), 0u);
  EXPECT_EQ(parse_f64("1e999999999999999999999"), std::nullopt);
  EXPECT_EQ(parse_f64("1e-999999999999999999999"), 0u);
  EXPECT_EQ(parse_f64("0e999999999999999999999"), 0u);
  EXPECT_EQ(parse_f64("0.000" + std::string(400, '0') + "1e404"), std::bit_cast<uint64_t>(1.0));
  EXPECT_EQ(parse_f64("1" + std::string(400, '0') + "e-400"), std::bit_cast<uint64_t>(1.0));
  EXPECT_EQ(parse_f64("1_000.5_0e0_1"), std::bit_cast<uint64_t>(10005.0));
  EXPECT_EQ(parse_f64("1."), std::bit_cast<uint64_t>(1.0));
  EXPECT_EQ(parse_f64("4.9406564584124654e-324"), 1u);
  EXPECT_EQ(parse_f64("2.4703282292062327208e-324"), 0u);
  EXPECT_EQ(parse_f64("2.4703282292062328e-324"), 1u);
  EXPECT_EQ(parse_f64("9007199254740993"), std::bit_cast<uint64_t>(9007199254740992.0));
  EXPECT_EQ(parse_f64("9007199254740993." + std::string(900, '0') + "1"),
            std::bit_cast<uint64_t>(9007199254740994.0));
}

TEST(Numbers, PrintReadsBack) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 100000; ++i) {
    const uint64_t bits = random();
    std::string s64, s32;
    print_f64(s64, bits);
    ASSERT_EQ(parse_f64(s64), bits) << s64;
    ASSERT_EQ(classify_number(s64) == NumberClass::none, false) << s64;
    const auto low = static_cast<uint32_t>(bits);
    print_f32(s32, low);
    ASSERT_EQ(parse_f32(s32), low) << s32;
  }
}

TEST(Numbers, HexAgreesWithStrtod) {
  std::mt19937_64 random(11);
  for (int i = 0; i < 20000; ++i) {
    std::string s = "0x";
    for (uint64_t n = random() % 20 + 1; n > 0; --n) s += "0123456789abcdef"[random() % 16];
    s += '.';
    for (uint64_t n = random() % 20; n > 0; --n) s += "0123456789abcdef"[random() % 16];
    s += "p" + std::to_string(static_cast<int>(random() % 2400) - 1250);
    const double expected = std::strtod(s.c_str(), nullptr);
    const auto got = parse_f64(s);
    if (std::isinf(expected)) ASSERT_EQ(got, std::nullopt) << s;
    else ASSERT_EQ(got, std::bit_cast<uint64_t>(expected)) << s;
    const float narrow = std::strtof(s.c_str(), nullptr);
    if (std::isinf(narrow)) ASSERT_EQ(parse_f32(s), std::nullopt) << s;
    else ASSERT_EQ(parse_f32(s), std::bit_cast<uint32_t>(narrow)) << s;
  }
}

TEST(Numbers, DecimalAgreesWithStrtod) {
  std::mt19937_64 random(13);
  for (int i = 0; i < 20000; ++i) {
    std::string s = std::to_string(random());
    if (random() % 2 != 0) s.insert(random() % (s.size() - 1) + 1, ".");
    s += "e" + std::to_string(static_cast<int>(random() % 90) - 60);
    const float narrow = std::strtof(s.c_str(), nullptr);
    if (std::isinf(narrow)) ASSERT_EQ(parse_f32(s), std::nullopt) << s;
    else ASSERT_EQ(parse_f32(s), std::bit_cast<uint32_t>(narrow)) << s;
    ASSERT_EQ(parse_f64(s), std::bit_cast<uint64_t>(std::strtod(s.c_str(), nullptr))) << s;
  }
}

}  // namespace
}  // namespace nacre::text

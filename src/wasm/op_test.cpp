// SPDX-License-Identifier: Apache-2.0
#include "wasm/op.hpp"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>

#include "base/num.hpp"

// A row without a meaning in nacre::num finds this object under its name instead.
namespace nacre::no_meaning {
struct None {};
#define OP(name, code, text, imm, sig, feature, traits) inline constexpr None name{};
#include "wasm/opcodes.def"
}  // namespace nacre::no_meaning

namespace nacre::num {
using namespace nacre::no_meaning;
}

namespace nacre::wasm {
namespace {

Op op_at(unsigned i) { return static_cast<Op>(i); }

std::map<Feature, unsigned> rows_by_feature() {
  std::map<Feature, unsigned> counts;
  for (unsigned i = 0; i < op_count; ++i) ++counts[op_info(op_at(i)).feature];
  return counts;
}

TEST(Op, CountsMatchTheSpecification) {
  std::map<Feature, unsigned> counts = rows_by_feature();
  // 1.0: 172 instructions, `else` and `end` counted.
  EXPECT_EQ(counts[Feature::mvp], 172u);
  EXPECT_EQ(counts[Feature::sign_ext], 5u);
  EXPECT_EQ(counts[Feature::sat_float], 8u);
  EXPECT_EQ(counts[Feature::bulk], 7u);  // 4 on memories, 3 on tables
  EXPECT_EQ(counts[Feature::ref_types],
            9u);  // ref.null is_null func, select t, table.get set grow size fill
  EXPECT_EQ(counts[Feature::simd], 236u);
  EXPECT_EQ(counts[Feature::relaxed_simd], 20u);
  EXPECT_EQ(counts[Feature::tail_call], 2u);
  EXPECT_EQ(counts[Feature::fref], 5u);
  EXPECT_EQ(counts[Feature::gc], 32u);  // 31 behind 0xFB and ref.eq
  EXPECT_EQ(counts[Feature::exceptions], 3u);
  EXPECT_EQ(counts[Feature::legacy_exceptions], 5u);
  EXPECT_EQ(counts[Feature::threads], 67u);  // 66 on memory and atomic.fence
  EXPECT_EQ(counts[Feature::wide_arith], 4u);
  EXPECT_EQ(op_count, 575u);
}

TEST(Op, CodesAreUniqueAndAscending) {
  for (unsigned i = 1; i < op_count; ++i)
    EXPECT_LT(op_info(op_at(i - 1)).code, op_info(op_at(i)).code) << op_info(op_at(i)).text;
}

TEST(Op, CodeRoundTrip) {
  for (unsigned i = 0; i < op_count; ++i) {
    const uint32_t code = op_info(op_at(i)).code;
    EXPECT_EQ(op_from_code(code), op_at(i));
    if (code < 0x100) {
      EXPECT_EQ(op_from_byte(static_cast<uint8_t>(code)), op_at(i));
    } else {
      EXPECT_TRUE(is_prefix_byte(static_cast<uint8_t>(code >> 16)));
      EXPECT_EQ(op_from_prefixed(static_cast<uint8_t>(code >> 16), code & 0xffff), op_at(i));
    }
  }
}

TEST(Op, EveryOtherCodeIsUnknown) {
  std::set<uint32_t> known;
  for (unsigned i = 0; i < op_count; ++i) known.insert(op_info(op_at(i)).code);
  for (uint32_t code = 0; code < 0x100; ++code)
    EXPECT_EQ(op_from_byte(static_cast<uint8_t>(code)) != Op::count, known.count(code) != 0)
        << code;
  for (unsigned prefix = 0; prefix < 0x100; ++prefix) {
    for (uint32_t sub = 0; sub < 0x400; ++sub) {
      const bool found = op_from_prefixed(static_cast<uint8_t>(prefix), sub) != Op::count;
      EXPECT_EQ(found, prefix != 0 && known.count(prefix << 16 | sub) != 0) << prefix << ' ' << sub;
    }
  }
  // A sub-opcode that equals a known one only in its low bits.
  EXPECT_EQ(op_from_prefixed(0xfd, 0x10000), Op::count);
  EXPECT_EQ(op_from_prefixed(0xfc, 0xffffffff), Op::count);
  EXPECT_EQ(op_from_code(0x0100fd00), std::nullopt);
}

TEST(Op, TextRoundTrip) {
  const std::map<Op, Op> first_of_spelling = {{Op::select_t, Op::select},
                                              {Op::ref_test_null, Op::ref_test},
                                              {Op::ref_cast_null, Op::ref_cast}};
  std::set<std::string_view> spellings;
  for (unsigned i = 0; i < op_count; ++i) {
    const auto shared = first_of_spelling.find(op_at(i));
    EXPECT_EQ(op_from_text(op_info(op_at(i)).text),
              shared == first_of_spelling.end() ? op_at(i) : shared->second);
    spellings.insert(op_info(op_at(i)).text);
  }
  EXPECT_EQ(spellings.size(), op_count - first_of_spelling.size());
  for (const char* text : {"", "i32", "i32.addx", "i32_add", "I32.ADD", "local.get ", "if_"})
    EXPECT_EQ(op_from_text(text), std::nullopt) << text;
}

TEST(Op, EnumeratorsFollowTheText) {
  const std::set<std::string> keywords = {"if", "else", "return", "try", "catch", "throw"};
  const std::set<std::string> named_apart = {"select_t", "ref_test_null", "ref_cast_null"};
  const char* names[] = {
#define OP(name, code, text, imm, sig, feature, traits) #name,
#include "wasm/opcodes.def"
  };
  for (unsigned i = 0; i < op_count; ++i) {
    std::string expected = op_info(op_at(i)).text;
    for (char& c : expected) c = c == '.' ? '_' : c;
    if (keywords.count(expected) != 0) expected += '_';
    if (named_apart.count(names[i]) == 0) {
      EXPECT_EQ(names[i], expected);
    }
  }
}

TEST(Op, SignaturesAreWellFormed) {
  for (unsigned i = 0; i < op_count; ++i) {
    const Op op = op_at(i);
    if (!has_signature(op)) {
      EXPECT_STREQ(op_info(op).sig, "*");
      continue;
    }
    EXPECT_LE(operand_letters(op).size(), 4u);
    EXPECT_LE(result_letters(op).size(), 2u);
    for (char c : std::string(operand_letters(op)) + std::string(result_letters(op)))
      EXPECT_NE(std::string_view("ilfdva").find(c), std::string_view::npos) << op_info(op).text;
  }
  EXPECT_EQ(operand_letters(Op::i64_add128), "llll");
  EXPECT_EQ(result_letters(Op::i64_add128), "ll");
  EXPECT_EQ(operand_letters(Op::memory_size), "");
  EXPECT_EQ(result_letters(Op::i32_store), "");
}

TEST(Op, AddressesAndMemoryImmediatesGoTogether) {
  for (unsigned i = 0; i < op_count; ++i) {
    const OpInfo& info = op_info(op_at(i));
    const bool names_memory =
        info.imm == Imm::memarg || info.imm == Imm::memarg_lane || info.imm == Imm::memory;
    EXPECT_EQ(std::string_view(info.sig).find('a') != std::string_view::npos, names_memory)
        << info.text;
    const bool accesses = info.imm == Imm::memarg || info.imm == Imm::memarg_lane;
    EXPECT_EQ(access_bytes(op_at(i)) != 0, accesses) << info.text;
  }
}

TEST(Op, TraitsAreConsistent) {
  using namespace trait;
  for (unsigned i = 0; i < op_count; ++i) {
    const OpInfo& info = op_info(op_at(i));
    const bool accesses = access_bytes(op_at(i)) != 0;
    EXPECT_FALSE(info.is(pure) && (info.is(traps | control | call | atomic) || accesses))
        << info.text;
    if (info.is(compares) && has_signature(op_at(i))) {
      EXPECT_EQ(result_letters(op_at(i)), "i") << info.text;
    }
    if (info.is(commutes) && has_signature(op_at(i))) {
      const std::string_view in = operand_letters(op_at(i));
      ASSERT_GE(in.size(), 2u);
      EXPECT_EQ(in[0], in[1]) << info.text;
    }
    EXPECT_EQ(info.is(atomic), info.feature == Feature::threads) << info.text;
  }
}

TEST(Op, AccessSizes) {
  EXPECT_EQ(access_bytes(Op::i64_store32), 4u);
  EXPECT_EQ(natural_align_log2(Op::i64_store32), 2u);
  EXPECT_EQ(natural_align_log2(Op::v128_load), 4u);
  EXPECT_EQ(natural_align_log2(Op::v128_load8x8_s), 3u);
  EXPECT_EQ(natural_align_log2(Op::v128_load16_splat), 1u);
  EXPECT_EQ(natural_align_log2(Op::v128_store64_lane), 3u);
  EXPECT_EQ(natural_align_log2(Op::i64_atomic_rmw8_cmpxchg_u), 0u);
  EXPECT_EQ(natural_align_log2(Op::memory_atomic_wait64), 3u);
  EXPECT_EQ(op_info(Op::i32_atomic_rmw_add).bytes_written(), 4u);
  EXPECT_EQ(access_bytes(Op::i32_add), 0u);
}

template <class T>
constexpr bool is_meaning(const T&) {
  return !std::is_same_v<T, no_meaning::None>;
}

// Instructions that only compute: no other immediate than lanes, and a type in the table.
bool is_plain(Op op) {
  const Imm imm = op_info(op).imm;
  return has_signature(op) && (imm == Imm::none || imm == Imm::lane || imm == Imm::shuffle);
}

TEST(Op, EveryPlainInstructionHasAMeaning) {
  const bool has_meaning[] = {
#define OP(name, code, text, imm, sig, feature, traits) is_meaning(num::name),
#include "wasm/opcodes.def"
  };
  unsigned plain = 0;
  for (unsigned i = 0; i < op_count; ++i) {
    if (!is_plain(op_at(i))) continue;
    EXPECT_TRUE(has_meaning[i]) << op_info(op_at(i)).text;
    ++plain;
  }
  EXPECT_EQ(plain, 373u);
}

// Spot checks against the specification's index of instructions.
TEST(Op, KnownCodes) {
  EXPECT_EQ(op_info(Op::end).code, 0x0bu);
  EXPECT_EQ(op_info(Op::try_table).code, 0x1fu);
  EXPECT_EQ(op_info(Op::i32_rotl).code, 0x77u);
  EXPECT_EQ(op_info(Op::f64_copysign).code, 0xa6u);
  EXPECT_EQ(op_info(Op::i64_extend32_s).code, 0xc4u);
  EXPECT_EQ(op_info(Op::br_on_non_null).code, 0xd6u);
  EXPECT_EQ(op_info(Op::i31_get_u).code, 0xfb001eu);
  EXPECT_EQ(op_info(Op::array_init_elem).code, 0xfb0013u);
  EXPECT_EQ(op_info(Op::table_fill).code, 0xfc0011u);
  EXPECT_EQ(op_info(Op::i64_mul_wide_u).code, 0xfc0016u);
  EXPECT_EQ(op_info(Op::v128_bitselect).code, 0xfd0052u);
  EXPECT_EQ(op_info(Op::f64x2_nearest).code, 0xfd0094u);
  EXPECT_EQ(op_info(Op::i32x4_dot_i16x8_s).code, 0xfd00bau);
  EXPECT_EQ(op_info(Op::i64x2_extmul_high_i32x4_u).code, 0xfd00dfu);
  EXPECT_EQ(op_info(Op::f64x2_convert_low_i32x4_u).code, 0xfd00ffu);
  EXPECT_EQ(op_info(Op::i32x4_relaxed_dot_i8x16_i7x16_add_s).code, 0xfd0113u);
  EXPECT_EQ(op_info(Op::i64_atomic_rmw32_cmpxchg_u).code, 0xfe004eu);
}

}  // namespace
}  // namespace nacre::wasm

// SPDX-License-Identifier: Apache-2.0
//
// Bodies made to be slow or deep. Each family is validated at a size where anything
// quadratic would take minutes; the tests only have to finish.
#include <gtest/gtest.h>

#include "validate/module_test_support.hpp"

namespace nacre::validate::test {
namespace {

constexpr size_t many = 1'000'000;

void repeat(ByteVector& out, size_t n, const ByteVector& item) {
  for (size_t i = 0; i < n; ++i) append(out, item);
}

std::string check(const ByteVector& code, const ByteVector& locals = {0}) {
  ModuleBytes m;
  m.func(m.type({}, {}), code, locals);
  return m.check();
}

TEST(Hostile, NestedBlocks) {
  for (uint8_t opcode : {0x02, 0x03}) {
    ByteVector code;
    repeat(code, many, {opcode, 0x40});
    repeat(code, many + 1, {0x0b});
    EXPECT_EQ(check(code), "");
  }
}

TEST(Hostile, NestedIfs) {
  ByteVector code;
  repeat(code, many, {0x41, 0, 0x04, 0x40});
  repeat(code, many + 1, {0x0b});
  EXPECT_EQ(check(code), "");
}

TEST(Hostile, BranchTableWithAMillionLabels) {
  // The label takes a thousand values.
  ModuleBytes m;
  const uint32_t wide = m.type({}, ByteVector(1000, i32));
  ByteVector code{0x02, static_cast<uint8_t>(wide)};
  repeat(code, 1001, {0x41, 0});
  code.push_back(0x0e);
  append_leb(code, many);
  repeat(code, many + 1, {0});
  code.push_back(0x0b);
  repeat(code, 1000, {0x1a});
  code.push_back(0x0b);
  m.func(m.type({}, {}), code);
  EXPECT_EQ(m.check(), "");
}

TEST(Hostile, LiveValues) {
  ByteVector code;
  repeat(code, many, {0x41, 0});
  repeat(code, many, {0x1a});
  code.push_back(0x0b);
  EXPECT_EQ(check(code), "");
}

TEST(Hostile, TooManyLiveValues) {
  ModuleBytes m;
  const uint32_t wide = m.type({}, ByteVector(1000, i32));
  ByteVector code;
  repeat(code, 10'000, {0x10, 0});
  code.push_back(0x0b);
  m.func(wide, code);
  EXPECT_EQ(m.check(), "limit: too many operands on the stack, in call");
}

TEST(Hostile, ManyFunctionsWithManyLocals) {
  ModuleBytes m;
  const uint32_t f = m.type({}, {});
  for (size_t i = 0; i < 100'000; ++i) m.func(f, {0x0b}, {1, 0xd0, 0x86, 0x03, i64});
  EXPECT_EQ(m.check(), "");
}

TEST(Hostile, LocalsSetInManyBlocks) {
  // One non-nullable local, set anew in each of many blocks, one after another and nested.
  ModuleBytes m;
  ByteVector code;
  repeat(code, 100'000, {0x02, 0x40, 0xd2, 0, 0x21, 0, 0x20, 0, 0x1a, 0x0b});
  repeat(code, 100'000, {0x02, 0x40, 0xd2, 0, 0x21, 0});
  repeat(code, 100'001, {0x0b});
  m.func(m.type({}, {}), code, {1, 1, 0x64, 0x70});
  m.exports({1, 'f', 0, 0});
  EXPECT_EQ(m.check(), "");
}

TEST(Hostile, StructuresWithManyFields) {
  ModuleBytes m;
  ByteVector type{0x5f};
  append_leb(type, 10'000);
  repeat(type, 10'000, {0x6e, 0});  // immutable anyref
  m.raw_type(type);
  ByteVector code;
  repeat(code, 500'000, {0xfb, 0x01, 0, 0x1a});  // struct.new_default, drop
  code.push_back(0x00);                          // unreachable
  repeat(code, 500'000, {0xfb, 0x00, 0, 0x1a});  // struct.new, drop
  code.push_back(0x0b);
  m.func(m.type({}, {}), code);
  EXPECT_EQ(m.check(), "");
}

TEST(Hostile, ManyReferenceBlocks) {
  ByteVector code;
  repeat(code, 300'000, {0x02, 0x63, 0x71, 0xd0, 0x71, 0x0b, 0x1a});  // block (result nullref)
  code.push_back(0x0b);
  EXPECT_EQ(check(code), "");
}

TEST(Hostile, TruncatedEverywhere) {
  // Every prefix of a module is refused without a crash.
  ModuleBytes m;
  m.memory({0, 1});
  m.func(m.type({i32}, {i32}),
         {0x02, i32, 0x20, 0, 0x28, 2, 0, 0x0b, 0x41, 0x80, 0x01, 0x6a, 0xfc, 0x00, 0x0b},
         {1, 2, f32});
  const ByteVector whole = m.bytes();
  for (size_t n = 9; n < whole.size(); ++n) {
    const ByteVector part(whole.begin(), whole.begin() + static_cast<ptrdiff_t>(n));
    auto module = binary::decode({part.data(), part.size()}, nullptr);
    if (module) {
      EXPECT_TRUE(!validate_module(*module) || module->bodies.empty()) << n;
    }
  }
}

}  // namespace
}  // namespace nacre::validate::test

// SPDX-License-Identifier: Apache-2.0
#include "codegen/code_buffer.hpp"

#include <gtest/gtest.h>

#include "base/bytes.hpp"

namespace nacre::codegen {
namespace {

TEST(CodeBuffer, PatchesUsesBeforeAndAfterTheLabel) {
  CodeBuffer code;
  const Label label = code.label();
  code.put32(0);
  code.fixup(label, Fixup::rel32);
  code.put8(0);
  code.fixup(label, Fixup::rel8, 2);
  code.put8(7);
  code.put8(7);
  code.bind(label);
  code.put32(0);
  code.fixup(label, Fixup::rel32, 0, 100);
  ASSERT_TRUE(code.finish(0));
  EXPECT_EQ(load_le<int32_t>(code.data()), 3);
  EXPECT_EQ(code.data()[4], 0);
  EXPECT_EQ(load_le<int32_t>(code.data() + 7), 96);
}

TEST(CodeBuffer, ShortJumpOutOfReachFails) {
  for (const int distance : {127, 128}) {
    CodeBuffer code;
    const Label label = code.label();
    code.put8(0);
    code.fixup(label, Fixup::rel8);
    for (int i = 0; i < distance; ++i) code.put8(1);
    code.bind(label);
    EXPECT_EQ(code.finish(0), distance == 127);
  }
}

TEST(CodeBuffer, JumpTablesCountFromTheirStart) {
  CodeBuffer code;
  const Label table = code.label(), a = code.label(), b = code.label();
  code.put64(0);
  code.bind(a);
  const Label targets[] = {a, b, a};
  code.jump_table(table, targets);
  code.bind(b);
  ASSERT_TRUE(code.finish(0));
  EXPECT_EQ(load_le<int32_t>(code.data() + 8), 0);
  EXPECT_EQ(load_le<int32_t>(code.data() + 12), 12);
  EXPECT_EQ(load_le<int32_t>(code.data() + 16), 0);
}

TEST(CodeBuffer, UnboundLabelFailsOnlyWhenUsed) {
  CodeBuffer unused;
  unused.label();
  EXPECT_TRUE(unused.finish(0));
  CodeBuffer used;
  used.put32(0);
  used.fixup(used.label(), Fixup::rel32);
  EXPECT_FALSE(used.finish(0));
}

TEST(CodeBuffer, TooMuchCodeIsASticky) {
  CodeBuffer code(10000);
  const Label label = code.label();
  code.put32(0);
  code.fixup(label, Fixup::rel32);
  for (int i = 0; i < 100000; ++i) code.put64(0x0102030405060708);
  code.bind(label);
  EXPECT_TRUE(code.failed());
  EXPECT_FALSE(code.finish(0));
  code.clear();
  code.put8(1);
  EXPECT_TRUE(code.finish(0));
}

TEST(CodeBuffer, EqualLiteralsShareOnePlace) {
  CodeBuffer code;
  std::vector<Label> labels;
  for (int round = 0; round < 2; ++round) {
    for (uint64_t i = 0; i < 1000; ++i) {
      uint8_t bytes[8];
      store_le(bytes, i * 0x100000001);
      const Label l = code.literal(bytes);
      if (round == 0) labels.push_back(l);
      else EXPECT_EQ(l, labels[i]);
    }
  }
  ASSERT_TRUE(code.finish(0xCC));
  EXPECT_EQ(code.size(), 8000u);
  for (uint64_t i = 0; i < 1000; ++i)
    EXPECT_EQ(load_le<uint64_t>(code.data() + code.offset(labels[i])), i * 0x100000001);
}

}  // namespace
}  // namespace nacre::codegen

// SPDX-License-Identifier: Apache-2.0
#include "validate/func_info.hpp"

#include <gtest/gtest.h>

#include "validate/module_test_support.hpp"

namespace nacre::validate::test {
namespace {

FuncInfo info_of(const ByteVector& code, const ByteVector& locals = {0}) {
  ModuleBytes m;
  m.memory({0, 1});
  m.func(m.type({i32}, {}), code, locals);
  auto module = m.decode();
  EXPECT_TRUE(module && validate_module(*module));
  return collect_func_info(*module, 0);
}

TEST(FuncInfo, PlainBody) {
  const FuncInfo info = info_of({0x20, 0, 0x1a, 0x0b});
  EXPECT_FALSE(info.has_call || info.has_loop || info.has_store || info.has_grow);
  EXPECT_EQ(info.num_instructions, 3u);
  EXPECT_EQ(info.local_weights, (std::vector<uint32_t>{1}));
}

TEST(FuncInfo, LocalsWeighMoreInLoops) {
  // local 1 in the outer loop, local 2 in the inner one, local 0 after both
  const FuncInfo info = info_of(
      {0x03, 0x40, 0x20, 1, 0x1a, 0x03, 0x40, 0x20, 2, 0x1a, 0x0b, 0x0b, 0x20, 0, 0x1a, 0x0b},
      {1, 2, i64});
  EXPECT_TRUE(info.has_loop);
  EXPECT_EQ(info.max_loop_depth, 2u);
  EXPECT_EQ(info.local_weights, (std::vector<uint32_t>{1, 8, 64}));
}

TEST(FuncInfo, Effects) {
  const FuncInfo store = info_of({0x41, 0, 0x41, 0, 0x36, 2, 0, 0x0b});
  EXPECT_TRUE(store.has_store && store.has_memory && !store.has_grow && !store.has_call);
  const FuncInfo grow = info_of({0x41, 0, 0x40, 0, 0x1a, 0x0b});
  EXPECT_TRUE(grow.has_grow && grow.has_memory && !grow.has_store);
  const FuncInfo tail = info_of({0x20, 0, 0x12, 0, 0x0b});
  EXPECT_TRUE(tail.has_call && tail.has_tail_call);
}

}  // namespace
}  // namespace nacre::validate::test

// SPDX-License-Identifier: Apache-2.0
#include "os/pages.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <vector>

namespace nacre::os {
namespace {

TEST(Pages, AFilesPagesAreCopiedOnWrite) {
  const size_t page = page_size();
  const int file = new_memory_file(4 * page);
  if (file < 0) GTEST_SKIP() << "this host has no files in memory";
  const std::vector<uint8_t> ones(page + 10, 1);
  ASSERT_TRUE(write_memory_file(file, page, ones.data(), ones.size()));
  seal_memory_file(file);

  auto* a = static_cast<uint8_t*>(allocate_pages(8 * page));
  auto* b = static_cast<uint8_t*>(reserve_pages(8 * page));
  ASSERT_NE(a, nullptr);
  ASSERT_NE(b, nullptr);
  std::memset(a, 9, 8 * page);
  ASSERT_TRUE(commit_pages(b, 8 * page));
  for (uint8_t* p : {a, b}) ASSERT_TRUE(map_file_copy(p + 2 * page, 2 * page, file, page));
  close_memory_file(file);
  for (uint8_t* p : {a, b}) {
    EXPECT_EQ(p[2 * page], 1);
    EXPECT_EQ(p[3 * page + 9], 1);
    EXPECT_EQ(p[3 * page + 10], 0);
  }
  EXPECT_EQ(a[2 * page - 1], 9);
  EXPECT_EQ(a[4 * page], 9);
  a[2 * page] = 5;
  EXPECT_EQ(b[2 * page], 1);

  ASSERT_TRUE(map_zero(b + 2 * page, 2 * page));
  EXPECT_EQ(b[2 * page], 0);
  b[2 * page] = 1;
  if (reset_pages(a, 8 * page)) {
    EXPECT_EQ(a[0], 0);
    EXPECT_EQ(a[2 * page], 1);
    EXPECT_EQ(a[4 * page], 0);
  }
  release_pages(a, 8 * page);
  release_pages(b, 8 * page);
}

TEST(Pages, ReplacedPagesAreZeroWhenCommittedAgain) {
  const size_t page = page_size();
  auto* p = static_cast<uint8_t*>(reserve_pages(4 * page));
  ASSERT_NE(p, nullptr);
  ASSERT_TRUE(commit_pages(p, 4 * page));
  std::memset(p, 7, 4 * page);
  ASSERT_TRUE(replace_reserved(p + page, 2 * page));
  ASSERT_TRUE(commit_pages(p + page, 2 * page));
  EXPECT_EQ(p[page - 1], 7);
  EXPECT_EQ(p[page], 0);
  EXPECT_EQ(p[3 * page - 1], 0);
  EXPECT_EQ(p[3 * page], 7);
  release_pages(p, 4 * page);
}

TEST(Pages, ExpectingWritesChangesNothing) {
  constexpr size_t bytes = size_t{5} << 20;
  auto* p = static_cast<uint8_t*>(allocate_pages(bytes));
  ASSERT_NE(p, nullptr);
  expect_writes(p + 100, bytes - 100);
  expect_writes(p, 0);
  EXPECT_EQ(p[bytes - 1], 0);
  p[100] = 1;
  EXPECT_EQ(p[100], 1);
  release_pages(p, bytes);
}

}  // namespace
}  // namespace nacre::os

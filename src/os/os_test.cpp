// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <thread>

#include "os/clock.hpp"
#include "os/pages.hpp"
#include "os/random.hpp"
#include "os/threads.hpp"

namespace nacre::os {
namespace {

TEST(Pages, CommitDecommitRelease) {
  const size_t page = page_size();
  auto* p = static_cast<uint8_t*>(reserve_pages(16 * page));
  ASSERT_NE(p, nullptr);
  ASSERT_TRUE(commit_pages(p, 4 * page));
  EXPECT_TRUE(std::all_of(p, p + 4 * page, [](uint8_t b) { return b == 0; }));
  p[4 * page - 1] = 1;
  decommit_pages(p + page, 3 * page);
  ASSERT_TRUE(commit_pages(p + page, 3 * page));
  EXPECT_EQ(p[4 * page - 1], 0);
  release_pages(p, 16 * page);
  EXPECT_EQ(round_up_to_page(1), page);
  EXPECT_EQ(round_up_to_page(page), page);
}

TEST(Pages, AnImpossibleReservationIsRefused) {
  EXPECT_EQ(reserve_pages(~size_t{0} & ~(page_size() - 1)), nullptr);
}

TEST(Clock, MonotonicAdvances) {
  uint64_t a = 0, b = 0, resolution = 0;
  ASSERT_TRUE(clock_now(Clock::monotonic, a));
  sleep_ns(2'000'000);
  ASSERT_TRUE(clock_now(Clock::monotonic, b));
  EXPECT_GE(b - a, 1'000'000u);
  ASSERT_TRUE(clock_resolution(Clock::monotonic, resolution));
  EXPECT_GE(resolution, 1u);
  for (Clock c : {Clock::realtime, Clock::process_cpu, Clock::thread_cpu})
    EXPECT_TRUE(clock_now(c, a));
  ASSERT_TRUE(clock_now(Clock::realtime, a));
  EXPECT_GT(a, uint64_t{1'600'000'000} * 1'000'000'000);
}

TEST(Random, FillsEveryByte) {
  std::array<uint8_t, 1000> total{};
  for (int i = 0; i < 8; ++i) {
    std::array<uint8_t, 1000> bytes{};
    ASSERT_TRUE(random_bytes(bytes));
    for (size_t k = 0; k < bytes.size(); ++k) total[k] |= bytes[k];
  }
  EXPECT_TRUE(std::all_of(total.begin(), total.end(), [](uint8_t b) { return b != 0; }));
  EXPECT_TRUE(random_bytes({}));
}

void expect_stack_bounds() {
  const uintptr_t low = stack_low_address(), here = stack_pointer();
  EXPECT_NE(low, 0u);
  EXPECT_LT(low, here);
  EXPECT_LT(uint64_t{here - low}, uint64_t{1} << 32);
}

TEST(Threads, StackBoundsContainTheStack) {
  expect_stack_bounds();
  std::thread(expect_stack_bounds).join();
}

}  // namespace
}  // namespace nacre::os

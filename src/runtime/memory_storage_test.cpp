// SPDX-License-Identifier: Apache-2.0
#include "runtime/memory_storage.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <thread>
#include <vector>

#include "base/bytes.hpp"

namespace nacre::runtime {
namespace {

using namespace std::chrono_literals;
using Wait = MemoryStorage::Wait;

constexpr uint64_t refused = ~uint64_t{0};
constexpr uint64_t page = 65536;

wasm::MemoryType type(uint64_t min) {
  wasm::MemoryType t;
  t.limits.min = min;
  return t;
}

wasm::MemoryType type(uint64_t min, uint64_t max, bool shared = false) {
  wasm::MemoryType t = type(min);
  t.limits.max = max;
  t.limits.has_max = true;
  t.limits.shared = shared;
  return t;
}

bool is_zero(const uint8_t* p, uint64_t n) {
  for (uint64_t i = 0; i < n; ++i)
    if (p[i] != 0) return false;
  return true;
}

TEST(MemoryStorage, StartsZeroedAndGrows) {
  auto m = MemoryStorage::create(type(1));
  ASSERT_NE(m, nullptr);
  EXPECT_EQ(m->length(), page);
  EXPECT_TRUE(is_zero(m->base(), page));
  m->base()[page - 1] = 7;
  EXPECT_EQ(m->grow(1, refused), page);
  EXPECT_EQ(m->length(), 2 * page);
  EXPECT_EQ(m->base()[page - 1], 7);
  EXPECT_TRUE(is_zero(m->base() + page, page));
  EXPECT_EQ(m->grow(100, refused), 2 * page);
  EXPECT_EQ(m->base()[page - 1], 7);
  EXPECT_TRUE(is_zero(m->base() + 2 * page, 100 * page));
}

TEST(MemoryStorage, GuardedMemoriesNeverMove) {
  if (!MemoryStorage::can_guard(type(0))) GTEST_SKIP() << "no address space for guarded memories";
  auto m = MemoryStorage::create_guarded(type(0));
  ASSERT_NE(m, nullptr);
  EXPECT_TRUE(m->guarded());
  EXPECT_GE(m->reserved(), (uint64_t{1} << 33) + 16);
  uint8_t* const base = m->base();
  ASSERT_NE(base, nullptr);
  for (uint64_t i = 0; i < 100; ++i) {
    ASSERT_EQ(m->grow(1, refused), i * page);
    EXPECT_TRUE(is_zero(base + i * page, page));
    base[(i + 1) * page - 1] = 1;
  }
  EXPECT_EQ(m->base(), base);
  EXPECT_EQ(m->grow(65536, refused), refused);
  EXPECT_NE(m->grow(65436, refused), refused);  // all of 4 GiB
  EXPECT_EQ(m->length(), uint64_t{1} << 32);
  base[(uint64_t{1} << 32) - 1] = 1;
  EXPECT_EQ(m->base(), base);
}

TEST(MemoryStorage, GuardsOnlyWhatGuardsCanCheck) {
  wasm::MemoryType t = type(1);
  t.limits.is64 = true;
  EXPECT_EQ(MemoryStorage::create_guarded(t), nullptr);
  t = type(1);
  t.page_size_log2 = 0;
  EXPECT_EQ(MemoryStorage::create_guarded(t), nullptr);
  EXPECT_EQ(MemoryStorage::create_guarded(type(2, 1)), nullptr);
  EXPECT_FALSE(MemoryStorage::create(type(1))->guarded());
}

TEST(MemoryStorage, DoesNotMoveOnceReserved) {
  auto m = MemoryStorage::create(type(8, 1000));
  const uint8_t* base = m->base();
  for (int i = 0; i < 992; ++i) ASSERT_NE(m->grow(1, refused), refused);
  EXPECT_EQ(m->base(), base);
  EXPECT_EQ(m->grow(1, refused), refused);
  EXPECT_EQ(m->grow(0, refused), 1000 * page);
}

TEST(MemoryStorage, RefusesMaximumAndLimits) {
  auto m = MemoryStorage::create(type(1, 4));
  EXPECT_EQ(m->grow(4, refused), refused);
  EXPECT_EQ(m->grow(refused, refused), refused);
  EXPECT_EQ(m->grow(uint64_t{1} << 48, refused), refused);
  EXPECT_EQ(m->grow(2, 2 * page), refused);
  EXPECT_EQ(m->grow(1, 2 * page), page);
  EXPECT_EQ(m->length(), 2 * page);
}

TEST(MemoryStorage, EmptyMemory) {
  auto m = MemoryStorage::create(type(0, 0));
  EXPECT_EQ(m->length(), 0u);
  EXPECT_EQ(m->grow(0, refused), 0u);
  EXPECT_EQ(m->grow(1, refused), refused);
}

TEST(MemoryStorage, AFull4GiBMemoryWorks) {
  if (!host_is_64_bit) GTEST_SKIP() << "needs 4 GiB of address space";
  auto m = MemoryStorage::create(type(0, 65536));
  ASSERT_NE(m, nullptr);
  EXPECT_EQ(m->grow(65536, refused), 0u);
  EXPECT_EQ(m->length(), uint64_t{1} << 32);
  EXPECT_EQ(m->limit(), uint64_t{1} << 32);
  m->base()[(uint64_t{1} << 32) - 1] = 9;
  EXPECT_EQ(m->base()[0], 0);
  EXPECT_EQ(m->grow(1, refused), refused);
}

TEST(MemoryStorage, HugeMaximumIsClamped) {
  wasm::MemoryType t = type(0, uint64_t{1} << 48);
  t.limits.is64 = true;
  auto m = MemoryStorage::create(t);
  ASSERT_NE(m, nullptr);
  EXPECT_EQ(m->limit(), MemoryStorage::max_bytes);
  EXPECT_EQ(m->grow(3, refused), 0u);
  EXPECT_EQ(m->grow(uint64_t{1} << 47, refused), refused);
  EXPECT_EQ(MemoryStorage::create([&] {
              wasm::MemoryType big = t;
              big.limits.min = uint64_t{1} << 47;
              return big;
            }()),
            nullptr);
}

TEST(MemoryStorage, OneBytePages) {
  wasm::MemoryType t = type(1);
  t.page_size_log2 = 0;
  auto m = MemoryStorage::create(t);
  for (uint64_t i = 1; i < 300'000; ++i) {
    m->base()[i - 1] = static_cast<uint8_t>(i);
    ASSERT_EQ(m->grow(1, refused), i);
  }
  for (uint64_t i = 1; i < 300'000; ++i) ASSERT_EQ(m->base()[i - 1], static_cast<uint8_t>(i));
  EXPECT_EQ(m->limit(), host_is_64_bit ? 0xffffffffu : MemoryStorage::max_bytes);
}

TEST(MemoryStorage, SharedBaseNeverMoves) {
  auto m = MemoryStorage::create(type(1, 200, true));
  const uint8_t* base = m->base();
  std::vector<std::thread> threads;
  std::atomic<int> grown{0};
  for (int i = 0; i < 4; ++i)
    threads.emplace_back([&] {
      while (m->grow(1, refused) != refused) ++grown;
    });
  for (std::thread& t : threads) t.join();
  EXPECT_EQ(grown, 199);
  EXPECT_EQ(m->base(), base);
  EXPECT_EQ(m->length(), 200 * page);
}

TEST(MemoryStorage, WaitComparesFirst) {
  auto m = MemoryStorage::create(type(1, 1, true));
  store_le<uint32_t>(m->base() + 8, 5);
  EXPECT_EQ(m->wait(8, 4, 6, -1, nullptr, nullptr), Wait::not_equal);
  store_le<uint64_t>(m->base() + 16, 0x1'0000'0005);
  EXPECT_EQ(m->wait(16, 8, 5, -1, nullptr, nullptr), Wait::not_equal);
  EXPECT_EQ(m->wait(16, 8, 0x1'0000'0005, 0, nullptr, nullptr), Wait::timed_out);
}

TEST(MemoryStorage, WaitTimesOut) {
  auto m = MemoryStorage::create(type(1, 1, true));
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(m->wait(0, 4, 0, 30'000'000, nullptr, nullptr), Wait::timed_out);
  EXPECT_GE(std::chrono::steady_clock::now() - begin, 30ms);
  EXPECT_EQ(m->notify(0, 1), 0u);
}

TEST(MemoryStorage, NotifyWakesInOrderOfArrival) {
  auto m = MemoryStorage::create(type(1, 1, true));
  std::vector<std::thread> threads;
  std::atomic<int> woken[3] = {};
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back(
        [&, i] { woken[i] = m->wait(64, 4, 0, -1, nullptr, nullptr) == Wait::notified; });
    std::this_thread::sleep_for(20ms);  // so that they queue in order
  }
  EXPECT_EQ(m->notify(68, 10), 0u);
  EXPECT_EQ(m->notify(64 + 32 * 4, 10), 0u);  // same queue, another address
  EXPECT_EQ(m->notify(64, 1), 1u);
  threads[0].join();
  EXPECT_EQ(woken[0], 1);
  EXPECT_EQ(woken[1] + woken[2], 0);
  EXPECT_EQ(m->notify(64, 0xffffffff), 2u);
  threads[1].join();
  threads[2].join();
  EXPECT_EQ(woken[1] + woken[2], 2);
}

TEST(MemoryStorage, WaitStopsWhenAsked) {
  auto m = MemoryStorage::create(type(1, 1, true));
  std::atomic<bool> stop{false};
  const auto should_stop = [](void* p) { return static_cast<std::atomic<bool>*>(p)->load(); };
  std::chrono::steady_clock::time_point asked;
  std::thread other([&] {
    std::this_thread::sleep_for(30ms);
    asked = std::chrono::steady_clock::now();
    stop = true;
  });
  EXPECT_EQ(m->wait(0, 4, 0, -1, should_stop, &stop), Wait::stopped);
  const auto done = std::chrono::steady_clock::now();
  other.join();
  EXPECT_LT(done - asked, 10s);  // how soon depends on how busy the machine is
}

}  // namespace
}  // namespace nacre::runtime

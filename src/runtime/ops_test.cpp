// SPDX-License-Identifier: Apache-2.0
#include "runtime/ops.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "base/bytes.hpp"
#include "runtime/memory_storage.hpp"
#include "runtime/testing_module.hpp"

namespace nacre::runtime {
namespace {

using namespace std::chrono_literals;
using testing::Host;
using testing::ModuleMaker;

// An instance with an ordinary memory (0), a shared one (1), two tables.
struct World {
  Host host;
  Instance* instance;
  World() {
    ModuleMaker maker(host.registry);
    maker.memory(64, 200);
    wasm::MemoryType shared = ModuleMaker::memory_type(1, 4);
    shared.limits.shared = true;
    maker.m.memories.push_back(shared);
    maker.table(wasm::externref_type, 10);
    maker.table(wasm::externref_type, 5);
    instance = instantiate(host.store, maker.build(), {}).value();
  }
  uint8_t* bytes(uint32_t m = 0) { return instance->memories[m]->base; }
  const TrapInfo& info() const { return host.store.trap_info; }
};

TEST(Ops, FillAndCopyCheckBounds) {
  World w;
  const uint64_t length = 64 * 65536;
  EXPECT_EQ(ops::memory_fill(*w.instance, 0, 10, 0x1ff, length - 10), Trap::none);
  EXPECT_EQ(w.bytes()[9], 0);
  EXPECT_EQ(w.bytes()[length - 1], 0xff);
  EXPECT_EQ(ops::memory_fill(*w.instance, 0, 10, 1, length - 9), Trap::memory_out_of_bounds);
  EXPECT_EQ(w.info().address, 10u);
  EXPECT_EQ(w.info().size, length - 9);
  EXPECT_EQ(w.info().bound, length);
  EXPECT_EQ(ops::memory_fill(*w.instance, 0, ~uint64_t{0}, 1, 2), Trap::memory_out_of_bounds);
  EXPECT_EQ(ops::memory_fill(*w.instance, 0, length, 1, 0), Trap::none);
  EXPECT_EQ(ops::memory_fill(*w.instance, 0, length + 1, 1, 0), Trap::memory_out_of_bounds);
  EXPECT_EQ(ops::memory_copy(*w.instance, 0, 1, 0, 65536, 1), Trap::memory_out_of_bounds);
  EXPECT_EQ(ops::memory_copy(*w.instance, 1, 0, 65536, 0, 1), Trap::memory_out_of_bounds);
  EXPECT_EQ(ops::memory_copy(*w.instance, 1, 0, 0, 0, 65536), Trap::none);
  EXPECT_EQ(w.bytes(1)[100], 0xff);
}

TEST(Ops, LongOverlappingCopiesAreMoves) {
  World w;
  const uint32_t n = 2'600'000;  // several chunks
  for (const int32_t shift : {1, 70'000, 1'500'000, -1, -70'000, -1'500'000}) {
    const uint32_t from = shift < 0 ? static_cast<uint32_t>(-shift) : 0,
                   to = from + static_cast<uint32_t>(shift);
    for (uint32_t i = 0; i < n; ++i) w.bytes()[from + i] = static_cast<uint8_t>(i * 31 + i / 257);
    ASSERT_EQ(ops::memory_copy(*w.instance, 0, 0, to, from, n), Trap::none);
    for (uint32_t i = 0; i < n; ++i)
      ASSERT_EQ(w.bytes()[to + i], static_cast<uint8_t>(i * 31 + i / 257));
  }
}

TEST(Ops, BulkOperationsStop) {
  World w;
  w.host.store.interrupt();
  EXPECT_EQ(ops::memory_fill(*w.instance, 0, 0, 1, 64 * 65536), Trap::interrupted);
  EXPECT_EQ(ops::memory_fill(*w.instance, 0, 0, 1, 1000), Trap::none);  // too short to ask
  EXPECT_EQ(w.bytes()[64 * 65536 - 1], 0);
  w.host.store.clear_interrupt();
  w.host.store.deadline = std::chrono::steady_clock::now() - 1s;
  EXPECT_EQ(ops::memory_copy(*w.instance, 0, 0, 0, 65536, 63 * 65536), Trap::deadline);
}

TEST(Ops, Tables) {
  World w;
  RefBits r = 0;
  EXPECT_EQ(ops::table_set(*w.instance, 0, 9, 41), Trap::none);
  EXPECT_EQ(ops::table_get(*w.instance, 0, 9, r), Trap::none);
  EXPECT_EQ(r, 41u);
  EXPECT_EQ(ops::table_get(*w.instance, 0, 10, r), Trap::table_out_of_bounds);
  EXPECT_EQ(ops::table_set(*w.instance, 0, ~uint64_t{0}, 1), Trap::table_out_of_bounds);
  EXPECT_EQ(ops::table_fill(*w.instance, 0, 2, 7, 3), Trap::none);
  EXPECT_EQ(ops::table_fill(*w.instance, 0, 8, 7, 3), Trap::table_out_of_bounds);
  EXPECT_EQ(ops::table_copy(*w.instance, 0, 0, 3, 2, 7), Trap::none);
  EXPECT_EQ(w.instance->tables[0]->entries, (std::vector<RefBits>{0, 0, 7, 7, 7, 7, 0, 0, 0, 0}));
  EXPECT_EQ(ops::table_copy(*w.instance, 1, 0, 0, 2, 5), Trap::none);
  EXPECT_EQ(ops::table_copy(*w.instance, 1, 0, 1, 2, 5), Trap::table_out_of_bounds);
  EXPECT_EQ(ops::table_grow(*w.instance, 1, 9, 2), 5u);
  EXPECT_EQ(w.instance->tables[1]->entries, (std::vector<RefBits>{7, 7, 7, 7, 0, 9, 9}));
  EXPECT_EQ(ops::table_grow(*w.instance, 1, 9, 0x1'0000'0000), ~uint64_t{0});
}

TEST(Ops, WaitAndNotifyCheckTheirOperands) {
  World w;
  uint32_t out = 99;
  EXPECT_EQ(ops::atomic_wait32(*w.instance, 0, 0, 0, 0, out), Trap::expected_shared_memory);
  EXPECT_EQ(ops::atomic_wait32(*w.instance, 1, 2, 0, 0, out), Trap::unaligned_atomic);
  EXPECT_EQ(ops::atomic_wait64(*w.instance, 1, 4, 0, 0, out), Trap::unaligned_atomic);
  EXPECT_EQ(ops::atomic_wait64(*w.instance, 1, 65536, 0, 0, out), Trap::memory_out_of_bounds);
  EXPECT_EQ(ops::atomic_notify(*w.instance, 0, 0, 1, out), Trap::none);
  EXPECT_EQ(out, 0u);
  EXPECT_EQ(ops::atomic_notify(*w.instance, 0, 1, 1, out), Trap::unaligned_atomic);
  EXPECT_EQ(ops::atomic_wait32(*w.instance, 1, 0, 1, -1, out), Trap::none);
  EXPECT_EQ(out, 1u);
  EXPECT_EQ(ops::atomic_wait64(*w.instance, 1, 8, 0, 1000, out), Trap::none);
  EXPECT_EQ(out, 2u);
}

TEST(Ops, StoresShareAMemoryAndWakeEachOther) {
  World a;
  Host b;
  Memory* mine = a.instance->memories[1];
  Memory* theirs = b.store.adopt_shared_memory(mine->type, mine->storage);
  ModuleMaker maker(b.registry);
  wasm::MemoryType type = ModuleMaker::memory_type(1, 4);
  type.limits.shared = true;
  maker.import_memory("m", "m", type);
  const Extern imports[] = {theirs};
  Instance* other = instantiate(b.store, maker.build(), imports).value();
  uint32_t outcome = 99;
  std::thread waiter(
      [&] { EXPECT_EQ(ops::atomic_wait32(*other, 0, 16, 0, -1, outcome), Trap::none); });
  uint32_t woken = 0;
  while (woken == 0) ASSERT_EQ(ops::atomic_notify(*a.instance, 1, 16, 1, woken), Trap::none);
  waiter.join();
  EXPECT_EQ(outcome, 0u);
  EXPECT_EQ(ops::memory_grow(*a.instance, 1, 1), 1u);
  EXPECT_EQ(theirs->current_length(), 2u * 65536);
  EXPECT_EQ(other->vm.memory0_length, 2u * 65536);
}

TEST(Ops, WaitIsInterruptible) {
  World w;
  std::thread other([&] {
    std::this_thread::sleep_for(20ms);
    w.host.store.interrupt();
  });
  uint32_t out = 0;
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(ops::atomic_wait32(*w.instance, 1, 0, 0, -1, out), Trap::interrupted);
  other.join();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 10s);
  w.host.store.clear_interrupt();
  w.host.store.deadline = std::chrono::steady_clock::now() + 10ms;
  EXPECT_EQ(ops::atomic_wait32(*w.instance, 1, 0, 0, -1, out), Trap::deadline);
}

}  // namespace
}  // namespace nacre::runtime

// SPDX-License-Identifier: Apache-2.0
#include "runtime/memory_image.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "os/pages.hpp"
#include "runtime/memory_storage.hpp"
#include "runtime/ops.hpp"
#include "runtime/testing_module.hpp"

namespace nacre::runtime {
namespace {

using testing::ModuleMaker;
using Registry = std::shared_ptr<TypeRegistry>;
using Compiled = std::shared_ptr<const CompiledModule>;

constexpr uint64_t page = 65536;

bool host_has_images() {
  const int file = os::new_memory_file(4096);
  if (file >= 0) os::close_memory_file(file);
  return file >= 0;
}

std::vector<uint8_t> noise(size_t n, uint32_t seed) {
  std::vector<uint8_t> out(n);
  for (size_t i = 0; i < n; ++i) out[i] = static_cast<uint8_t>((i * 31 + i / 97 + seed) | 1);
  return out;
}

// What the segments of a memory say it holds.
struct Expected {
  std::vector<uint8_t> bytes;
  explicit Expected(uint64_t n) : bytes(static_cast<size_t>(n)) {}
  void put(size_t at, const std::vector<uint8_t>& b) {
    std::copy(b.begin(), b.end(), bytes.begin() + static_cast<std::ptrdiff_t>(at));
  }
  bool is(const Memory& m) const {
    return m.length == bytes.size() && std::equal(bytes.begin(), bytes.end(), m.base);
  }
};

StoreLimits limits_of(bool guarded) {
  StoreLimits limits;
  limits.guarded_memories = guarded;
  return limits;
}

class MemoryImageTest : public ::testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    if (GetParam() && !MemoryStorage::can_guard(ModuleMaker::memory_type(1, 1)))
      GTEST_SKIP() << "no address space for guarded memories";
  }
  std::unique_ptr<Store> new_store() {
    return std::make_unique<Store>(nullptr, registry, limits_of(GetParam()));
  }
  Instance* instance(Store& store, const Compiled& m) { return instantiate(store, m, {}).value(); }
  // An instance whose memory comes from an image, where there are any.
  Instance* later_instance(Store& store, const Compiled& m) {
    instance(store, m);
    return instance(store, m);
  }
  Registry registry = std::make_shared<TypeRegistry>();
};

INSTANTIATE_TEST_SUITE_P(Kinds, MemoryImageTest, ::testing::Bool(), [](const auto& kind) {
  return std::string(kind.param ? "Guarded" : "Checked");
});

TEST_P(MemoryImageTest, EveryInstanceBeginsAlike) {
  ModuleMaker maker(registry);
  maker.memory(40, 100);
  maker.memory(3, 3);
  Expected first(40 * page), second(3 * page);
  const auto add = [&](uint32_t mem, Expected& e, size_t at, std::vector<uint8_t> bytes) {
    e.put(at, bytes);
    maker.data(mem, maker.i32(static_cast<int32_t>(at)), std::move(bytes));
  };
  add(0, first, 1000, noise(300'000, 1));
  add(1, second, 5, noise(70'000, 2));
  add(0, first, 150'000, noise(10'000, 3));                 // over the first
  add(0, first, 200'000, std::vector<uint8_t>(20'000));     // zeros over it
  add(0, first, 1'000'000, std::vector<uint8_t>(500'000));  // zeros
  add(0, first, 2'000'000, noise(200'000, 4));              // far away
  add(0, first, 40 * page - 10, noise(10, 5));              // up to the end
  add(0, first, 40 * page, {});
  maker.passive_data({1, 2, 3});
  const Compiled m = maker.build();
  for (int round = 0; round < 4; ++round) {
    auto store = new_store();
    Instance* a = instance(*store, m);
    Instance* b = instance(*store, m);
    for (Instance* i : {a, b}) {
      EXPECT_TRUE(first.is(*i->memories[0])) << round;
      EXPECT_TRUE(second.is(*i->memories[1])) << round;
      EXPECT_TRUE(i->dropped_datas[0]);
      EXPECT_FALSE(i->dropped_datas[8]);
      EXPECT_EQ(ops::memory_init(*i, 0, 0, 0, 0, 1), Trap::memory_out_of_bounds);
      EXPECT_EQ(ops::memory_init(*i, 8, 0, 0, 0, 3), Trap::none);
    }
    if (host_has_images()) {
      EXPECT_TRUE(b->memories[0]->storage->has_image());
      EXPECT_EQ(a->memories[0]->storage->has_image(), round > 0);
    }
    // Nobody after this may see any of it.
    for (Instance* i : {a, b})
      for (Memory* memory : i->memories)
        std::memset(memory->base, 0xee, static_cast<size_t>(memory->length));
  }
}

TEST_P(MemoryImageTest, InstancesDoNotShareWrites) {
  ModuleMaker maker(registry);
  maker.memory(8, 8);
  maker.data(0, maker.i32(0), noise(100'000, 1));
  const Compiled m = maker.build();
  auto store = new_store();
  Instance* a = later_instance(*store, m);
  Instance* b = instance(*store, m);
  const uint8_t before = b->vm.memory0_base[5];
  a->vm.memory0_base[5] = static_cast<uint8_t>(before + 1);
  EXPECT_EQ(b->vm.memory0_base[5], before);
  EXPECT_EQ(instance(*store, m)->vm.memory0_base[5], before);
}

TEST_P(MemoryImageTest, GrowthKeepsTheDataAndLeavesNothingBehind) {
  for (const uint64_t pages : {2, 20}) {
    ModuleMaker maker(registry);
    maker.memory(pages, 100);
    Expected expected(pages * page);
    expected.put(10, noise(50'000, 1));
    maker.data(0, maker.i32(10), noise(50'000, 1));
    const Compiled m = maker.build();
    for (int round = 0; round < 4; ++round) {
      auto store = new_store();
      Instance* i = instance(*store, m);
      Memory& memory = *i->memories[0];
      ASSERT_TRUE(expected.is(memory));
      for (const uint64_t delta : {1, 10, 40}) {
        const uint64_t old = memory.length;
        ASSERT_EQ(ops::memory_grow(*i, 0, delta), old / page);
        for (uint64_t at = old; at < memory.length; ++at) ASSERT_EQ(memory.base[at], 0) << at;
        std::memset(memory.base + old, 0xee, static_cast<size_t>(memory.length - old));
      }
      EXPECT_TRUE(std::equal(expected.bytes.begin(), expected.bytes.end(), memory.base));
    }
  }
}

// The host's kernel tells without a fault whether a byte can be read.
bool readable(const uint8_t* p) {
  const int file = os::new_memory_file(4096);
  const bool ok = os::write_memory_file(file, 0, p, 1);
  os::close_memory_file(file);
  return ok;
}

TEST_P(MemoryImageTest, GuardsStandInPagesUsedAgain) {
  if (!host_has_images()) GTEST_SKIP() << "this host has no files in memory";
  if (!GetParam()) GTEST_SKIP() << "checked memories have no guards";
  ModuleMaker maker(registry);
  maker.memory(3, 100);
  maker.data(0, maker.i32(10), noise(100'000, 1));
  const Compiled m = maker.build();
  const uint8_t* base = nullptr;
  for (int round = 0; round < 4; ++round) {
    auto store = new_store();
    Instance* i = instance(*store, m);
    if (round > 1) {
      EXPECT_EQ(i->vm.memory0_base, base);
    }
    base = i->vm.memory0_base;
    EXPECT_TRUE(readable(base + 3 * page - 1));
    EXPECT_FALSE(readable(base + 3 * page)) << round;
    EXPECT_FALSE(readable(base + 43 * page - 1)) << round;
    EXPECT_FALSE(readable(base + i->memories[0]->storage->reserved() - 1));
    ASSERT_EQ(ops::memory_grow(*i, 0, 40), 3u);
    EXPECT_TRUE(readable(base + 43 * page - 1));
    EXPECT_FALSE(readable(base + 43 * page));
  }
}

// A function of the failed instance escapes into an imported table and leads to its memory.
struct Escape {
  Store& store;
  Table* table = store.new_table(wasm::funcref_type, ModuleMaker::limits(1), 0).value();

  Memory* memory_of_failed(const Compiled& m, std::string* message = nullptr) {
    table->entries[0] = 0;
    const Extern imports[] = {table};
    const Result<Instance*> r = instantiate(store, m, imports);
    if (r) return nullptr;
    if (message != nullptr) *message = std::string(r.error().message);
    const auto* f = reinterpret_cast<const Func*>(static_cast<uintptr_t>(table->entries[0]));
    return f->instance->memories[0];
  }
};

ModuleMaker escaping_module(const Registry& registry) {
  ModuleMaker maker(registry);
  maker.import_table("m", "t", {wasm::funcref_type, ModuleMaker::limits(1)});
  maker.m.funcs.push_back(maker.m.types[maker.func_type({}, {})]);
  maker.memory(8, 8);
  maker.elem(0, maker.i32(0), {0});
  return maker;
}

TEST_P(MemoryImageTest, WhatPrecedesATrapIsWritten) {
  ModuleMaker maker = escaping_module(registry);
  maker.data(0, maker.i32(0), noise(100'000, 1));
  maker.data(0, maker.i32(8 * page - 4), noise(5, 2));
  maker.data(0, maker.i32(200'000), noise(100'000, 3));
  Expected expected(8 * page);
  expected.put(0, noise(100'000, 1));
  const Compiled m = maker.build();
  for (int round = 0; round < 3; ++round) {
    auto store = new_store();
    Escape escape{*store};
    std::string message;
    Memory* memory = escape.memory_of_failed(m, &message);
    ASSERT_NE(memory, nullptr);
    EXPECT_TRUE(expected.is(*memory)) << round;
    EXPECT_NE(message.find("data segment 1"), std::string::npos) << message;
  }
}

TEST_P(MemoryImageTest, NothingIsWrittenWhenAnElementSegmentFails) {
  ModuleMaker maker = escaping_module(registry);
  maker.data(0, maker.i32(0), noise(100'000, 1));
  maker.elem(0, maker.i32(1), {0});
  const Compiled m = maker.build();
  for (int round = 0; round < 3; ++round) {
    auto store = new_store();
    Escape escape{*store};
    Memory* memory = escape.memory_of_failed(m);
    ASSERT_NE(memory, nullptr);
    EXPECT_TRUE(Expected(8 * page).is(*memory)) << round;
  }
}

TEST_P(MemoryImageTest, NothingIsWrittenWhenSegmentsAreCheckedFirst) {
  ModuleMaker maker(registry);
  maker.memory(8, 8);
  maker.data(0, maker.i32(0), noise(100'000, 1));
  maker.data(0, maker.i32(8 * page), noise(1, 2));
  const Compiled m = maker.build();
  StoreLimits limits = limits_of(GetParam());
  limits.segments_checked_first = true;
  for (int round = 0; round < 3; ++round) {
    Store store(nullptr, registry, limits);
    const Result<Instance*> r = instantiate(store, m, {});
    ASSERT_FALSE(r);
    EXPECT_EQ(r.error().kind, ErrorKind::unlinkable);
  }
}

TEST_P(MemoryImageTest, OtherMemoriesAreCopiedTo) {
  // Shared; little data; scattered data; data at a place that is computed.
  ModuleMaker maker(registry);
  maker.memory(8, 8);
  maker.m.memories[0].limits.shared = true;
  for (int k = 0; k < 3; ++k) maker.memory(100, 100);
  maker.import_global("m", "g", {wasm::ValType(wasm::Kind::i32), false});
  Expected shared(8 * page), little(100 * page), scattered(100 * page), computed(100 * page);
  maker.data(1, maker.i32(0), noise(1000, 2));
  little.put(0, noise(1000, 2));
  for (size_t i = 0; i < 1500; ++i) {
    const std::vector<uint8_t> bytes = noise(20, static_cast<uint32_t>(i));
    maker.data(2, maker.i32(static_cast<int32_t>(i * 4096)), bytes);
    scattered.put(i * 4096, bytes);
  }
  maker.data(3, maker.expr({0x23, 0}), noise(100'000, 3));
  computed.put(77, noise(100'000, 3));
  maker.data(0, maker.i32(0), noise(100'000, 1));
  shared.put(0, noise(100'000, 1));
  const Compiled m = maker.build();
  for (int round = 0; round < 3; ++round) {
    auto store = new_store();
    const Slot at[2] = {77, 0};
    const Extern imports[] = {store->new_global({wasm::ValType(wasm::Kind::i32), false}, at)};
    Instance* i = instantiate(*store, m, imports).value();
    EXPECT_TRUE(shared.is(*i->memories[0]));
    EXPECT_TRUE(little.is(*i->memories[1]));
    EXPECT_TRUE(scattered.is(*i->memories[2]));
    EXPECT_TRUE(computed.is(*i->memories[3]));
    for (Memory* memory : i->memories) std::memset(memory->base, 0xee, 8 * page);
  }
}

TEST_P(MemoryImageTest, ImportedMemoriesAreWrittenTo) {
  ModuleMaker maker(registry);
  maker.import_memory("m", "mem", ModuleMaker::memory_type(8, 8));
  maker.data(0, maker.i32(100), noise(100'000, 1));
  const Compiled m = maker.build();
  auto store = new_store();
  Memory* memory = store->new_memory(ModuleMaker::memory_type(8, 8)).value();
  const Extern imports[] = {memory};
  Expected expected(8 * page);
  for (int round = 0; round < 3; ++round) {
    std::memset(memory->base, round, 8 * page);
    std::fill(expected.bytes.begin(), expected.bytes.end(), static_cast<uint8_t>(round));
    expected.put(100, noise(100'000, 1));
    ASSERT_TRUE(instantiate(*store, m, imports));
    EXPECT_TRUE(expected.is(*memory)) << round;
  }
}

TEST_P(MemoryImageTest, PagesOfOneByte) {
  ModuleMaker maker(registry);
  maker.memory(100'001, 500'000);
  maker.m.memories[0].page_size_log2 = 0;
  maker.data(0, maker.i32(1), noise(100'000, 1));
  Expected expected(100'001);
  expected.put(1, noise(100'000, 1));
  const Compiled m = maker.build();
  for (int round = 0; round < 3; ++round) {
    auto store = new_store();
    Instance* i = instance(*store, m);
    ASSERT_TRUE(expected.is(*i->memories[0])) << round;
    ASSERT_EQ(ops::memory_grow(*i, 0, 300'000), 100'001u);
    for (size_t at = 0; at < 100'001; ++at)
      ASSERT_EQ(i->vm.memory0_base[at], expected.bytes[at]) << at;
    for (size_t at = 100'001; at < 400'001; ++at) ASSERT_EQ(i->vm.memory0_base[at], 0) << at;
  }
}

TEST_P(MemoryImageTest, Memory64) {
  ModuleMaker maker(registry);
  maker.memory(8, 100);
  maker.m.memories[0].limits.is64 = true;
  maker.data(0, maker.i64(65'000), noise(100'000, 1));
  Expected expected(8 * page);
  expected.put(65'000, noise(100'000, 1));
  const Compiled m = maker.build();
  for (int round = 0; round < 3; ++round) {
    auto store = new_store();
    Instance* i = instance(*store, m);
    EXPECT_TRUE(expected.is(*i->memories[0])) << round;
    std::memset(i->vm.memory0_base, 0xee, 8 * page);
  }
}

TEST_P(MemoryImageTest, ThreadsInstantiateTheSameModule) {
  ModuleMaker maker(registry);
  maker.memory(20, 20);
  maker.data(0, maker.i32(4000), noise(200'000, 1));
  Expected expected(20 * page);
  expected.put(4000, noise(200'000, 1));
  const Compiled m = maker.build();
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int round = 0; round < 25; ++round) {
        auto store = new_store();
        Instance* i = instance(*store, m);
        if (!expected.is(*i->memories[0])) ++wrong;
        std::memset(i->vm.memory0_base, 0xee, 20 * page);
      }
    });
  for (std::thread& t : threads) t.join();
  EXPECT_EQ(wrong, 0);
}

TEST_P(MemoryImageTest, MemoriesOutliveTheModule) {
  auto store = new_store();
  std::shared_ptr<MemoryStorage> storage;
  {
    ModuleMaker maker(registry);
    maker.memory(8, 8);
    maker.data(0, maker.i32(0), noise(100'000, 1));
    auto other = new_store();
    storage = later_instance(*other, maker.build())->memories[0]->storage;
  }
  EXPECT_EQ(storage->base()[99'999], noise(100'000, 1)[99'999]);
}

TEST(MemoryImage, OnlySoManyMemoriesHaveItAtATime) {
  if (!host_has_images()) GTEST_SKIP() << "this host has no files in memory";
  ModuleMaker maker(std::make_shared<TypeRegistry>());
  maker.memory(2, 2);
  maker.passive_data(noise(10, 1));
  maker.data(0, maker.i32(0), noise(100'000, 1));
  maker.data(0, maker.i32(2 * page), noise(1, 1));  // does not fit
  maker.data(0, maker.i32(0), noise(100, 2));
  const MemoryImages images(maker.m);
  MemoryImage& image = *images.of(0);
  ASSERT_TRUE(image.has_data());
  for (const uint32_t k : {0, 2, 3}) EXPECT_FALSE(images.covers(k)) << k;
  EXPECT_TRUE(images.covers(1));
  EXPECT_EQ(images.num_leading(), 2u);
  EXPECT_EQ(images.leading(), std::vector<bool>({false, true, false, false}));
  auto* base = static_cast<uint8_t*>(os::allocate_pages(2 * page));
  uint32_t mapped = 0;
  while (mapped < 100'000 && image.map(base)) ++mapped;
  EXPECT_EQ(mapped, 4096u);
  image.unmapped();
  EXPECT_TRUE(image.map(base));
  image.erase(base);
  EXPECT_EQ(base[0], 0);
  os::release_pages(base, 2 * page);
}

}  // namespace
}  // namespace nacre::runtime

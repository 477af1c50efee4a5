// SPDX-License-Identifier: Apache-2.0
//
// The growth callback and the memory allocator hook, on every engine, guarded and checked.
#include <cstdlib>
#include <cstring>
#include <set>
#include <stdexcept>

#include "api_test.hpp"
#include "os/pages.hpp"

namespace nacre::test {
namespace {

constexpr uint64_t page = 65536;

struct Kind {
  const char* name;
  EngineKind engine;
  bool signals;
};

class EveryEngine : public testing::TestWithParam<Kind> {
 protected:
  void SetUp() override {
    if (!Engine({.engine = GetParam().engine}).check()) GTEST_SKIP() << "no such engine here";
  }
  static Config config() { return {.engine = GetParam().engine, .signals = GetParam().signals}; }
};

constexpr Kind kinds[] = {{"interpreter", EngineKind::interpreter, true},
                          {"guarded", EngineKind::baseline, true},
                          {"checked", EngineKind::baseline, false}};
std::string name_of(const testing::TestParamInfo<Kind>& info) { return info.param.name; }

class Growth : public EveryEngine {};
class Allocator : public EveryEngine {};
INSTANTIATE_TEST_SUITE_P(Engines, Growth, testing::ValuesIn(kinds), name_of);
INSTANTIATE_TEST_SUITE_P(Engines, Allocator, testing::ValuesIn(kinds), name_of);

constexpr const char* growing = R"((module
  (memory (export "memory") 1 10)
  (table (export "table") 3 8 funcref)
  (func (export "memory_grow") (param i32) (result i32) (memory.grow (local.get 0)))
  (func (export "table_grow") (param i32) (result i32)
    (table.grow (ref.null func) (local.get 0)))
  (func (export "load") (param i32) (result i32) (i32.load8_u (local.get 0)))
  (func (export "store") (param i32 i32) (i32.store8 (local.get 0) (local.get 1)))
  (func (export "size") (result i32) (memory.size))))";

TEST_P(Growth, IsAskedAboutInstructionsAndCreation) {
  Fixture f(config());
  std::vector<GrowthRequest> asked;
  f.store.set_growth_callback([&](const GrowthRequest& r) {
    asked.push_back(r);
    return true;
  });
  const Instance i = f.run(growing);
  ASSERT_EQ(asked.size(), 2u);
  EXPECT_EQ(asked[0].kind, GrowthKind::memory);
  EXPECT_TRUE(asked[0].creation);
  EXPECT_EQ(asked[0].current, 0u);
  EXPECT_EQ(asked[0].desired, page);
  EXPECT_EQ(asked[0].maximum, 10 * page);
  EXPECT_EQ(asked[1].kind, GrowthKind::table);
  EXPECT_TRUE(asked[1].creation);
  EXPECT_EQ(asked[1].desired, 3u);
  EXPECT_EQ(asked[1].maximum, 8u);
  asked.clear();
  EXPECT_EQ(i.func<int32_t(int32_t)>("memory_grow").value()(2).value(), 1);
  EXPECT_EQ(i.func<int32_t(int32_t)>("table_grow").value()(4).value(), 3);
  ASSERT_EQ(asked.size(), 2u);
  EXPECT_FALSE(asked[0].creation);
  EXPECT_EQ(asked[0].current, page);
  EXPECT_EQ(asked[0].desired, 3 * page);
  EXPECT_EQ(asked[1].current, 3u);
  EXPECT_EQ(asked[1].desired, 7u);
  asked.clear();
  // Nothing is asked about what cannot be, or is nothing.
  EXPECT_EQ(i.func<int32_t(int32_t)>("memory_grow").value()(8).value(), -1);
  EXPECT_EQ(i.func<int32_t(int32_t)>("table_grow").value()(2).value(), -1);
  EXPECT_EQ(i.func<int32_t(int32_t)>("memory_grow").value()(0).value(), 3);
  EXPECT_EQ(i.func<int32_t(int32_t)>("table_grow").value()(0).value(), 7);
  EXPECT_TRUE(asked.empty());
  // The host's growth.
  EXPECT_EQ(i.memory().value().grow(1).value(), 3u);
  EXPECT_EQ(i.table("table").value().grow(1, Value::null(RefKind::func)).value(), 7u);
  EXPECT_EQ(asked.size(), 2u);
}

TEST_P(Growth, MayBeRefused) {
  Fixture f(config());
  const Instance i = f.run(growing);
  f.store.set_growth_callback([](const GrowthRequest& r) { return r.desired <= 2 * page; });
  const auto grow = i.func<int32_t(int32_t)>("memory_grow").value();
  EXPECT_EQ(grow(2).value(), -1);
  EXPECT_EQ(grow(1).value(), 1);
  EXPECT_EQ(i.func<int32_t()>("size").value()().value(), 2);
  Result<uint64_t> host = i.memory().value().grow(1);
  ASSERT_FALSE(host);
  EXPECT_EQ(host.error().kind, ErrorKind::limit);
  EXPECT_EQ(host.error().message, "the memory may not grow: the embedder refused it");
  host = i.memory().value().grow(100);
  EXPECT_EQ(host.error().message, "the memory cannot grow that far");
  f.store.set_growth_callback([](const GrowthRequest&) { return false; });
  EXPECT_EQ(i.func<int32_t(int32_t)>("table_grow").value()(1).value(), -1);
  EXPECT_EQ(i.table("table").value().grow(1, Value::null(RefKind::func)).error().kind,
            ErrorKind::limit);
  const Result<Memory> memory = Memory::create(f.store, {.min = 1});
  EXPECT_EQ(memory.error().kind, ErrorKind::limit);
  EXPECT_EQ(memory.error().message, "the embedder refused a memory");
  EXPECT_EQ(Table::create(f.store, {.min = 1}).error().message, "the embedder refused a table");
  const Result<Instance> refused = f.linker.instantiate(f.store, compile(f.engine, growing));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::limit);
  EXPECT_EQ(refused.error().message, "the embedder refused a memory");
  f.store.clear_growth_callback();
  EXPECT_EQ(grow(1).value(), 2);
  EXPECT_TRUE(Memory::create(f.store, {.min = 1}));
}

TEST_P(Growth, CallbackMustLeaveTheStoreAlone) {
  Fixture f(config());
  const Instance i = f.run(growing);
  const auto load = i.func<int32_t(int32_t)>("load").value();
  const Memory memory = i.memory().value();
  int asked = 0;
  Error nested;
  f.store.set_growth_callback([&](const GrowthRequest&) {
    ++asked;
    EXPECT_FALSE(memory.grow(1));  // refused, and not asked about
    f.store.collect_garbage();     // without effect
    Result<int32_t> r = load(0);
    if (!r) nested = r.error();
    f.store.set_growth_callback([](const GrowthRequest&) { return false; });  // replaces itself
    return true;
  });
  EXPECT_EQ(i.func<int32_t(int32_t)>("memory_grow").value()(1).value(), 1);
  EXPECT_EQ(asked, 1);
  EXPECT_EQ(nested.kind, ErrorKind::trap);
  EXPECT_EQ(nested.message, "a call from a growth callback or the destructor of a host object");
  EXPECT_EQ(i.func<int32_t(int32_t)>("memory_grow").value()(1).value(), -1);
  EXPECT_EQ(load(1).value(), 0);
}

#if defined(__cpp_exceptions)
TEST_P(Growth, AnExceptionIsARefusal) {
  Fixture f(config());
  const Instance i = f.run(growing);
  f.store.set_growth_callback([](const GrowthRequest&) -> bool { throw std::runtime_error("no"); });
  EXPECT_EQ(i.func<int32_t(int32_t)>("memory_grow").value()(1).value(), -1);
  EXPECT_FALSE(i.memory().value().grow(1));
}
#endif

TEST_P(Growth, OfASharedMemoryAsksTheStoreThatGrowsIt) {
  Fixture f(config());
  Store other{f.engine};
  int asked = 0;
  f.store.set_growth_callback([&](const GrowthRequest&) { return ++asked < 3; });
  const Memory a =
      Memory::create(f.store, {.min = 1, .max = 9, .has_max = true, .shared = true}).value();
  const Memory b = Memory::attach(other, a.share()).value();
  EXPECT_EQ(asked, 1);
  EXPECT_TRUE(b.grow(1));
  EXPECT_EQ(asked, 1);
  EXPECT_EQ(a.grow(1).value(), 2u);
  EXPECT_FALSE(a.grow(1));
  EXPECT_EQ(b.grow(1).value(), 3u);
}

TEST_P(Growth, StoreMayGoInsideTheCallback) {
  Engine engine(config());
  Linker linker(engine);
  auto store = std::make_unique<Store>(engine);
  const Instance i = linker.instantiate(*store, compile(engine, growing)).value();
  const Memory memory = i.memory().value();
  store->set_growth_callback([&](const GrowthRequest&) {
    store.reset();
    return true;
  });
  (void)memory.grow(1);
  EXPECT_EQ(store, nullptr);
  EXPECT_EQ(memory.size(), 0u);
}

// --- the allocator

// Blocks of the C library; counts, and checks what it is asked.
class TestAllocator : public MemoryAllocator {
 public:
  uint64_t room = 0;   // reserved beyond what is wanted
  bool dirty = false;  // gives bytes that are not zero, and says so
  bool extends = true;
  bool full = false;
  int allocated = 0, extended = 0, released = 0, shared = 0;
  std::set<void*> live;
  uint64_t last_maximum = 0;

  ~TestAllocator() override { EXPECT_TRUE(live.empty()); }
  bool allocate(const MemoryRequest& r, MemoryBlock& block) noexcept override {
    EXPECT_FALSE(r.guarded);
    EXPECT_GE(r.reserve, r.bytes);
    last_maximum = r.maximum;
    shared += r.shared;
    if (full) return false;
    ++allocated;
    block.reserved = r.reserve + room;
    block.usable = r.bytes;
    block.base = std::calloc(block.reserved + 1, 1);
    if (dirty) std::memset(block.base, 0xee, block.reserved);
    block.zeroed = !dirty;
    block.user = this;
    live.insert(block.base);
    return true;
  }
  uint64_t extend(const MemoryBlock& block, uint64_t bytes) noexcept override {
    EXPECT_LE(bytes, block.reserved);
    EXPECT_GT(bytes, block.usable);
    EXPECT_EQ(block.user, this);
    ++extended;
    return extends && !full ? bytes : 0;
  }
  void release(const MemoryBlock& block) noexcept override {
    EXPECT_EQ(live.erase(block.base), 1u);
    EXPECT_EQ(block.user, this);
    ++released;
    std::free(block.base);
  }
};

// Fills memory, grows it, and checks that what was written stays and the rest is zero.
void exercise(const Instance& i) {
  const auto load = i.func<int32_t(int32_t)>("load").value();
  const auto store = i.func<void(int32_t, int32_t)>("store").value();
  const auto grow = i.func<int32_t(int32_t)>("memory_grow").value();
  EXPECT_TRUE(store(5, 77));
  for (int32_t pages = 1; pages < 10; ++pages) {
    const auto end = static_cast<int32_t>(static_cast<uint64_t>(pages) * page);
    EXPECT_EQ(trap_code(load(end).error()), TrapCode::memory_out_of_bounds);
    EXPECT_EQ(trap_code(load(-1).error()), TrapCode::memory_out_of_bounds);
    EXPECT_TRUE(store(end - 1, pages));
    EXPECT_EQ(grow(1).value(), pages);
    EXPECT_EQ(load(end).value(), 0);
    EXPECT_EQ(load(end + 65535).value(), 0);
    EXPECT_EQ(load(end - 1).value(), pages);
  }
  EXPECT_EQ(load(5).value(), 77);
  EXPECT_EQ(grow(1).value(), -1);
}

TEST_P(Allocator, StoresMemories) {
  for (const bool dirty : {false, true})
    for (const uint64_t room : {uint64_t{0}, 2 * page, 20 * page}) {
      TestAllocator allocator;
      allocator.room = room;
      allocator.dirty = dirty;
      {
        Config c = config();
        c.memory_allocator = &allocator;
        Fixture f(c);
        exercise(f.run(growing));
        EXPECT_EQ(allocator.last_maximum, 10 * page);
        EXPECT_EQ(allocator.allocated, room == 0 ? 10 : room == 2 * page ? 4 : 1);
        EXPECT_EQ(allocator.live.size(), 1u);
        EXPECT_EQ(allocator.extended, room == 0 ? 0 : room == 2 * page ? 6 : 9);
        const Memory empty = Memory::create(f.store, {.min = 0}).value();
        EXPECT_TRUE(empty.grow(1));
        EXPECT_TRUE(empty.write<uint32_t>(page - 4, 1));
      }
      EXPECT_EQ(allocator.allocated, allocator.released);
    }
}

TEST_P(Allocator, DataSegmentsAndSecondInstances) {
  TestAllocator allocator;
  Config c = config();
  c.memory_allocator = &allocator;
  Fixture f(c);
  std::string data(40'000, 'x');
  const Module m = compile(
      f.engine, "(module (memory (export \"memory\") 1) (data (i32.const 8) \"" + data + "\"))");
  for (int n = 0; n < 4; ++n) {
    Store store{f.engine};
    const Memory memory = f.linker.instantiate(store, m).value().memory().value();
    EXPECT_EQ(memory.read<uint8_t>(7), 0);
    EXPECT_EQ(memory.read<uint8_t>(8), 'x');
    EXPECT_EQ(memory.read<uint8_t>(40'007), 'x');
    EXPECT_EQ(memory.read<uint8_t>(40'008), 0);
    memory.write<uint8_t>(8, 'y');
  }
  EXPECT_EQ(allocator.allocated, 4);
  EXPECT_TRUE(allocator.live.empty());
}

TEST_P(Allocator, MayHaveNoMemory) {
  TestAllocator allocator;
  Config c = config();
  c.memory_allocator = &allocator;
  Fixture f(c);
  const Instance i = f.run(growing);
  allocator.full = true;
  EXPECT_EQ(i.func<int32_t(int32_t)>("memory_grow").value()(1).value(), -1);
  const Result<uint64_t> grown = i.memory().value().grow(1);
  EXPECT_EQ(grown.error().kind, ErrorKind::limit);
  EXPECT_EQ(grown.error().message, "the memory cannot grow: out of memory");
  EXPECT_EQ(i.memory().value().grow(100).error().message, "the memory cannot grow that far");
  const Result<Memory> m = Memory::create(f.store, {.min = 1});
  EXPECT_EQ(m.error().kind, ErrorKind::limit);
  EXPECT_EQ(m.error().message, "the memory allocator has no memory");
  EXPECT_EQ(f.linker.instantiate(f.store, compile(f.engine, growing)).error().kind,
            ErrorKind::limit);
  allocator.full = false;
  EXPECT_EQ(i.func<int32_t(int32_t)>("memory_grow").value()(1).value(), 1);
}

TEST_P(Allocator, SharedMemoriesNeverMove) {
  TestAllocator allocator;
  allocator.dirty = true;
  Config c = config();
  c.memory_allocator = &allocator;
  {
    Fixture f(c);
    const Memory m =
        Memory::create(f.store, {.min = 1, .max = 6, .has_max = true, .shared = true}).value();
    EXPECT_EQ(allocator.shared, 1);
    uint8_t* const base = m.bytes().data();
    m.write<uint32_t>(0, 42);
    EXPECT_TRUE(m.grow(2));
    EXPECT_EQ(m.bytes().data(), base);
    EXPECT_EQ(m.read<uint32_t>(2 * page), 0u);
    allocator.extends = false;
    EXPECT_FALSE(m.grow(1));  // refused, not moved
    EXPECT_EQ(m.bytes().data(), base);
    EXPECT_EQ(m.pages(), 3u);
    allocator.extends = true;
    Store other{f.engine};
    const Memory theirs = Memory::attach(other, m.share()).value();
    EXPECT_EQ(theirs.grow(3).value(), 3u);
    EXPECT_EQ(theirs.bytes().data(), base);
    EXPECT_EQ(m.read<uint32_t>(0), 42u);
    EXPECT_EQ(allocator.allocated, 1);
  }
  EXPECT_EQ(allocator.released, 1);
}

TEST_P(Allocator, StoresThatOutliveTheirEngineHandle) {
  TestAllocator allocator;
  Config c = config();
  c.memory_allocator = &allocator;
  std::optional<Engine> engine{Engine(c)};
  SharedMemory shared;
  {
    Store store{*engine};
    engine.reset();
    shared = Memory::create(store, {.min = 1, .max = 2, .has_max = true, .shared = true})
                 .value()
                 .share();
  }
  EXPECT_EQ(allocator.released, 0);
  shared = SharedMemory();
  EXPECT_EQ(allocator.released, 1);
}

// Blocks with guard regions, of the operating system's pages.
class GuardingAllocator : public MemoryAllocator {
 public:
  bool guards_all = true;
  int guarded = 0, unguarded = 0, live = 0;
  uint64_t surplus = 0;  // usable bytes too many, which break the promise

  bool guards() const noexcept override { return guards_all; }
  bool allocate(const MemoryRequest& r, MemoryBlock& block) noexcept override {
    ++(r.guarded ? guarded : unguarded);
    block.reserved = os::round_up_to_page(static_cast<size_t>(r.reserve + 1));
    block.base = os::reserve_pages(static_cast<size_t>(block.reserved));
    block.zeroed = true;
    if (block.base == nullptr) return false;
    ++live;
    block.usable = extend(block, r.bytes);
    return true;
  }
  uint64_t extend(const MemoryBlock& block, uint64_t bytes) noexcept override {
    bytes = os::round_up_to_page(static_cast<size_t>(bytes)) + surplus;
    auto* const at = static_cast<uint8_t*>(block.base) + block.usable;
    return os::commit_pages(at, static_cast<size_t>(bytes - block.usable)) ? bytes : 0;
  }
  void release(const MemoryBlock& block) noexcept override {
    --live;
    os::release_pages(block.base, static_cast<size_t>(block.reserved));
  }
};

TEST_P(Allocator, MayPromiseGuards) {
  GuardingAllocator allocator;
  {
    Config c = config();
    c.memory_allocator = &allocator;
    Fixture f(c);
    exercise(f.run(growing));
    EXPECT_EQ(allocator.guarded > 0, std::string(GetParam().name) == "guarded");
    EXPECT_EQ(allocator.guarded == 0, allocator.unguarded != 0);
    const int before = allocator.unguarded;
    const Instance wide = f.run(R"((module (memory i64 1 2)
      (func (export "load") (param i64) (result i32) (i32.load (local.get 0)))))");
    EXPECT_EQ(allocator.unguarded, before + 1);  // 64-bit addresses cannot be guarded
    EXPECT_TRUE(wide.func<int32_t(int64_t)>("load").value()(65532));
    EXPECT_FALSE(wide.func<int32_t(int64_t)>("load").value()(65533));
    if (allocator.guarded > 0) {
      allocator.surplus = page;
      const Result<Memory> m = Memory::create(f.store, {.min = 1});
      EXPECT_EQ(m.error().message, "the memory allocator gave usable bytes in a guard region");
    }
  }
  EXPECT_EQ(allocator.live, 0);
}

// Gives what it was not asked for.
class HostileAllocator : public MemoryAllocator {
 public:
  int mode = 0;
  int released = 0;
  alignas(16) uint8_t bytes[2 * page + 16] = {};

  bool allocate(const MemoryRequest& r, MemoryBlock& block) noexcept override {
    block.base = bytes;
    block.usable = block.reserved = 2 * page;
    block.zeroed = true;
    switch (mode) {
      case 1:
        block.base = nullptr;
        break;
      case 2:
        block.base = bytes + 1;
        break;
      case 3:
        block.usable = r.bytes - 1;
        break;
      case 4:
        block.reserved = r.bytes - 1;
        break;
      case 5:
        block.reserved = ~uint64_t{0};
        break;
      case 6:
        block.usable = block.reserved + 1;
        break;
      default:
        break;
    }
    return true;
  }
  uint64_t extend(const MemoryBlock& block, uint64_t) noexcept override {
    return block.reserved + 1;
  }
  void release(const MemoryBlock&) noexcept override { ++released; }
};

TEST_P(Allocator, HostileBlocksAreErrors) {
  HostileAllocator allocator;
  Config c = config();
  c.memory_allocator = &allocator;
  Fixture f(c);
  const char* const messages[] = {"",
                                  "no address",
                                  "a misaligned address",
                                  "too few bytes",
                                  "more usable than reserved bytes",
                                  "a block beyond the address space",
                                  "more usable than reserved bytes"};
  for (int mode = 1; mode <= 6; ++mode) {
    allocator.mode = mode;
    allocator.released = 0;
    const Result<Memory> m = Memory::create(f.store, {.min = 1});
    ASSERT_FALSE(m) << mode;
    EXPECT_EQ(m.error().kind, ErrorKind::invalid_argument) << mode;
    EXPECT_EQ(m.error().message, std::string("the memory allocator gave ") + messages[mode]);
    EXPECT_EQ(allocator.released, mode == 1 ? 0 : 1);
    EXPECT_EQ(f.linker.instantiate(f.store, compile(f.engine, growing)).error().kind,
              ErrorKind::invalid_argument);
  }
  allocator.mode = 0;
  const Instance i = f.run(growing);
  EXPECT_EQ(i.func<int32_t(int32_t)>("memory_grow").value()(1).value(), 1);
  allocator.mode = 2;
  EXPECT_EQ(i.func<int32_t(int32_t)>("memory_grow").value()(1).value(), -1);
  EXPECT_EQ(i.func<int32_t(int32_t)>("load").value()(2 * page - 1).value(), 0);
}

}  // namespace
}  // namespace nacre::test

// SPDX-License-Identifier: Apache-2.0
//
// What the API promises about threads, for ThreadSanitizer to hold it to (target nacre-tsan):
// engines and modules are anyone's at any time, a linker serves several threads, a store is one
// thread's at a time but may move, shared memories join stores, and an InterruptHandle may be used
// whatever the store is doing. Each thread draws its actions from a generator of its own, so every
// run does the same, only in another order.
#include <nacre/linker.hpp>

#include "api_test.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace nacre::test {
namespace {

constexpr int num_threads = 8;

// NACRE_THREADS_ROUNDS: how long each thread goes on; for hunting.
int rounds() {
  const char* text = std::getenv("NACRE_THREADS_ROUNDS");
  return text != nullptr ? std::atoi(text) : 120;
}

class Random {
 public:
  explicit Random(uint32_t seed) : state_(seed * 2654435761u + 88172645463325252u) {}
  uint32_t below(uint32_t n) {
    state_ ^= state_ << 13, state_ ^= state_ >> 7, state_ ^= state_ << 17;
    return static_cast<uint32_t>(state_ >> 33) % n;
  }

 private:
  uint64_t state_;
};

// Runs `body(thread number, generator)` on all threads at once.
void on_threads(const std::function<void(int, Random&)>& body) {
  std::vector<std::thread> threads;
  for (int t = 0; t < num_threads; ++t)
    threads.emplace_back([&body, t] {
      Random random(static_cast<uint32_t>(t) + 1);
      body(t, random);
    });
  for (std::thread& t : threads) t.join();
}

// 64 KiB of data, so that images of it are shared by instances; a table, types, a collector's heap.
constexpr const char* general = R"((module $general
  (type $pair (struct (field i32) (field (ref null $pair))))
  (import "env" "twice" (func $twice (param i32) (result i32)))
  (memory (export "memory") 2 40)
  (table $t (export "table") 4 100 funcref)
  (global $g (export "counter") (mut i32) (i32.const 0))
  (data (i32.const 100) "some data")
  (data (i32.const 70000) "other data")
  (elem (table $t) (i32.const 0) func $square $spin)
  (type $unary (func (param i32) (result i32)))
  (func $square (export "square") (param i32) (result i32)
    (global.set $g (i32.add (global.get $g) (i32.const 1)))
    (i32.mul (local.get 0) (local.get 0)))
  (func (export "twice") (param i32) (result i32) (call $twice (local.get 0)))
  (func $spin (export "spin") (loop $l (br $l)))
  (func $deep (export "deep") (result i32) (i32.add (call $deep) (i32.const 1)))
  (func (export "indirect") (param i32) (result i32)
    (call_indirect $t (type $unary) (i32.const 7) (local.get 0)))
  (func (export "load") (param i32) (result i32) (i32.load (local.get 0)))
  (func (export "divide") (param i32 i32) (result i32)
    (i32.div_s (local.get 0) (local.get 1)))
  (func (export "grow") (param i32) (result i32)
    (drop (table.grow $t (ref.null func) (local.get 0)))
    (memory.grow (local.get 0)))
  (func (export "list") (param i32) (result i32)
    (local $l (ref null $pair)) (local $n i32)
    (loop $more
      (local.set $l (struct.new $pair (local.get 0) (local.get $l)))
      (local.set 0 (i32.sub (local.get 0) (i32.const 1)))
      (br_if $more (i32.gt_s (local.get 0) (i32.const 0))))
    (loop $count
      (if (i32.eqz (ref.is_null (local.get $l)))
        (then (local.set $l (struct.get $pair 1 (local.get $l)))
              (local.set $n (i32.add (local.get $n) (i32.const 1)))
              (br $count))))
    (local.get $n))))";

// Its types are no other module's, so that compiling and dropping it changes the registry.
std::string module_with_types(uint32_t n) {
  std::string fields;
  for (uint32_t i = 0; i <= n % 7; ++i) fields += " (field (mut i64))";
  return "(module (rec (type $a (struct" + fields + " (field (ref null $b))))" +
         " (type $b (array (mut (ref null $a)))))" +
         " (func (export \"n\") (result i32) (array.len (array.new_default $b (i32.const " +
         std::to_string(n) + ")))))";
}

// Stores on their way from one thread to another.
class Exchange {
 public:
  struct Parcel {
    std::unique_ptr<Store> store;
    Instance instance;
    int32_t squares = 0;  // calls of "square" so far
  };
  void swap(Parcel& parcel, uint32_t place) {
    const std::lock_guard lock(mutex_);
    std::swap(parcel, places_[place % places_.size()]);
  }

 private:
  std::mutex mutex_;
  std::array<Parcel, 5> places_;
};

// The engine, and with the compiler how it checks bounds.
struct Way {
  const char* name;
  EngineKind kind;
  bool signals;
};
constexpr Way ways[] = {{"interpreter", EngineKind::interpreter, false},
                        {"guarded", EngineKind::baseline, true},
                        {"checked", EngineKind::baseline, false}};

class Threads : public testing::TestWithParam<Way> {
 protected:
  void SetUp() override {
    if (const Result<void> usable = Engine(config()).check(); !usable)
      GTEST_SKIP() << usable.error().message;
  }
  static Config config() {
    return {.engine = GetParam().kind,
            .signals = GetParam().signals,
            .compile_threads = 2,
            .max_stack = 256 << 10,
            .interruptible = true};
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, Threads, testing::ValuesIn(ways),
                         [](const auto& way) { return std::string(way.param.name); });

void use(Exchange::Parcel& p, Random& random) {
  const auto trap_of = [&](const char* name, int32_t a) {
    return trap_code(p.instance.func<int32_t(int32_t)>(name).value()(a).error());
  };
  switch (random.below(10)) {
    case 0: {
      ++p.squares;
      EXPECT_EQ(p.instance.func<int32_t(int32_t)>("square").value()(12).value(), 144);
      EXPECT_EQ(p.instance.global("counter").value().get().i32(), p.squares);
      break;
    }
    case 1:
      EXPECT_EQ(p.instance.func("twice").value().call({Value(4)}).value()[0].i32(), 8);
      break;
    case 2:
      EXPECT_EQ(trap_of("load", -1), TrapCode::memory_out_of_bounds);
      break;
    case 3: {
      const auto r = p.instance.func<int32_t(int32_t, int32_t)>("divide").value()(1, 0);
      EXPECT_NE(describe(r.error()).find("divide by zero"), String::npos);
      break;
    }
    case 4:
      EXPECT_EQ(trap_code(p.instance.func<int32_t()>("deep").value()().error()),
                TrapCode::stack_exhausted);
      break;
    case 5:
      EXPECT_EQ(trap_of("indirect", 1), TrapCode::indirect_call_type_mismatch);
      break;
    case 6: {
      const Memory memory = p.instance.memory().value();
      const uint64_t pages = memory.pages();
      const int32_t old = p.instance.func<int32_t(int32_t)>("grow").value()(1).value();
      EXPECT_EQ(old, pages < 40 ? static_cast<int32_t>(pages) : -1);
      EXPECT_EQ(memory.string(70000, 5), "other");
      break;
    }
    case 7:
      EXPECT_EQ(p.instance.func<int32_t(int32_t)>("list").value()(50).value(), 50);
      p.store->collect_garbage();
      break;
    case 8: {
      p.store->set_timeout_ms(1);
      EXPECT_EQ(trap_code(p.instance.func<void()>("spin").value()().error()), TrapCode::deadline);
      p.store->clear_timeout();
      break;
    }
    default: {
      const Value entry = p.instance.table("table").value().get(0).value();
      ++p.squares;
      EXPECT_EQ(entry.func().call({Value(3)}).value()[0].i32(), 9);
    }
  }
}

TEST_P(Threads, ShareAnEngineModulesAndALinker) {
  const Engine engine(config());
  std::vector<std::vector<uint8_t>> binaries = {wasm(general)};
  for (uint32_t n = 1; n < 5; ++n) binaries.push_back(wasm(module_with_types(n)));
  std::vector<Module> modules;
  for (const auto& binary : binaries) modules.push_back(Module::compile(engine, binary).value());
  Linker linker(engine);
  linker.func("env", "twice", [](int32_t x) { return 2 * x; });
  Exchange exchange;

  on_threads([&](int, Random& random) {
    Engine mine = engine;
    std::array<Exchange::Parcel, 3> parcels;
    std::vector<Module> kept;
    for (int round = 0; round < rounds(); ++round) {
      Exchange::Parcel& p = parcels[random.below(3)];
      const uint32_t which = random.below(static_cast<uint32_t>(binaries.size()));
      switch (random.below(8)) {
        case 0:
          kept.push_back(Module::compile(mine, binaries[which]).value());
          break;
        case 1:
          if (!kept.empty()) kept.erase(kept.begin() + random.below(uint32_t(kept.size())));
          break;
        case 2: {
          const Module module = modules[which];
          EXPECT_EQ(module.exports().empty(), false);
          EXPECT_EQ(linker.missing(module).size(), 0u);
          EXPECT_TRUE(Module::validate(mine, binaries[which]));
          break;
        }
        case 3: {
          Store store(mine);
          const Instance instance = linker.instantiate(store, modules[1 + which % 4]).value();
          EXPECT_EQ(instance.func<int32_t()>("n").value()().value(), 1 + which % 4);
          break;
        }
        case 4:
          p = {};
          break;
        case 5:
          exchange.swap(p, random.below(5));
          break;
        default:
          if (!p.store) {
            p.store = std::make_unique<Store>(mine);
            const Module& m = kept.empty() ? modules[0] : kept.back();
            const bool is_general = m.export_type("square").has_value();
            p.instance = linker.instantiate(*p.store, is_general ? m : modules[0]).value();
          }
          use(p, random);
      }
    }
  });
}

// Nothing but handles is left on the main thread: the last one out takes everything along.
TEST_P(Threads, DropEverythingInAnyOrder) {
  struct Bag {
    std::unique_ptr<Engine> engine;
    std::unique_ptr<Module> module;
    std::unique_ptr<Store> store;
  };
  const std::vector<uint8_t> binary = wasm(module_with_types(3));
  for (int round = 0; round < rounds() / 8; ++round) {
    std::array<Bag, num_threads> bags;
    {
      const Engine engine(config());
      const Module module = Module::compile(engine, binary).value();
      for (Bag& bag : bags) {
        bag.engine = std::make_unique<Engine>(engine);
        bag.module = std::make_unique<Module>(module);
      }
    }
    on_threads([&](int t, Random& random) {
      Bag& bag = bags[static_cast<size_t>(t)];
      bag.store = std::make_unique<Store>(*bag.engine);
      const Instance i = Instance::create(*bag.store, *bag.module, {}).value();
      for (int n = 0; n < 3; ++n) switch (random.below(3)) {
          case 0:
            bag.engine.reset();
            break;
          case 1:
            bag.module.reset();
            break;
          default:
            if (bag.store) {
              EXPECT_EQ(i.func<int32_t()>("n").value()().value(), 3);
            }
            bag.store.reset();
        }
      bag = {};
    });
  }
}

// --- one memory, many stores

constexpr const char* sharer = R"((module
  (import "env" "memory" (memory 1 64 shared))
  (func (export "count") (param i32) (result i32)
    (loop $l
      (drop (i32.atomic.rmw.add (i32.const 0) (i32.const 1)))
      (drop (i64.atomic.rmw.xor (i32.const 8) (i64.extend_i32_u (local.get 0))))
      (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
    (i32.atomic.load (i32.const 0)))
  ;; a lock at 16 with waiting, a plain variable at 20 that it guards
  (func $lock
    (local $seen i32)
    (loop $again
      (local.set $seen (i32.atomic.rmw.cmpxchg (i32.const 16) (i32.const 0) (i32.const 1)))
      (if (local.get $seen)
        (then (drop (memory.atomic.wait32 (i32.const 16) (i32.const 1) (i64.const 1000000)))
              (br $again)))))
  (func $unlock
    (i32.atomic.store (i32.const 16) (i32.const 0))
    (drop (memory.atomic.notify (i32.const 16) (i32.const 1))))
  (func (export "locked")
    (call $lock)
    (i32.store (i32.const 20) (i32.add (i32.load (i32.const 20)) (i32.const 1)))
    (call $unlock))
  (func (export "grow") (result i32) (memory.grow (i32.const 1)))
  (func (export "size") (result i32) (memory.size))
  (func (export "last") (result i32)
    (i32.atomic.load (i32.sub (i32.shl (memory.size) (i32.const 16)) (i32.const 4))))
  (func (export "beyond") (result i32) (i32.atomic.load (i32.const 4194304)))
  (func (export "wait") (param i64) (result i32)
    (memory.atomic.wait32 (i32.const 32) (i32.const 0) (local.get 0)))
  (func (export "wake") (result i32) (memory.atomic.notify (i32.const 32) (i32.const 1)))
  (func (export "raced") (param i32)
    (loop $l
      (i32.store (i32.const 64) (i32.add (i32.load (i32.const 64)) (local.get 0)))
      (i64.store8 (i32.const 70) (i64.load (i32.const 61)))
      (v128.store (i32.const 80) (v128.load (i32.const 61)))
      (memory.copy (i32.const 96) (i32.const 64) (i32.const 40))
      (memory.fill (i32.const 100) (local.get 0) (i32.const 9))
      (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))))
)";

TEST_P(Threads, ShareAMemory) {
  const Engine engine(config());
  const Module module = compile(engine, sharer);
  Store first(engine);
  const Memory memory =
      Memory::create(first, {.min = 1, .max = 64, .has_max = true, .shared = true}).value();
  const SharedMemory shared = memory.share();
  const int n = rounds();
  on_threads([&](int t, Random& random) {
    Store store(engine);
    Linker linker(engine);
    linker.define("env", "memory", Memory::attach(store, shared).value());
    const Instance i = linker.instantiate(store, module).value();
    const auto locked = i.func<void()>("locked").value();
    const auto number = [&](const char* name) { return i.func<int32_t()>(name).value()(); };
    int32_t size = 1;
    for (int round = 0; round < n; ++round) {
      EXPECT_TRUE(locked());
      EXPECT_TRUE(i.func<int32_t(int32_t)>("count").value()(10));
      if (random.below(16) == 0) {
        EXPECT_TRUE(number("grow"));
      }
      const int32_t now = number("size").value();
      EXPECT_GE(now, size);
      size = now;
      EXPECT_EQ(number("last").value(), 0);
      EXPECT_EQ(trap_code(number("beyond").error()), TrapCode::memory_out_of_bounds);
      // Odd threads wake the even ones.
      if (t % 2) {
        EXPECT_TRUE(number("wake"));
      } else {
        EXPECT_TRUE(i.func<int32_t(int64_t)>("wait").value()(100'000));
      }
    }
  });
  EXPECT_EQ(memory.read<int32_t>(0), num_threads * n * 10);
  EXPECT_EQ(memory.read<int32_t>(20), num_threads * n);
  EXPECT_LE(memory.pages(), 64u);
}

// WebAssembly defines what a data race does: bytes of some of the writes. Nothing else may happen.
TEST_P(Threads, RaceInsideASharedMemory) {
  const Engine engine(config());
  const Module module = compile(engine, sharer);
  Store first(engine);
  const SharedMemory shared =
      Memory::create(first, {.min = 1, .max = 64, .has_max = true, .shared = true}).value().share();
  on_threads([&](int, Random&) {
    Store store(engine);
    Linker linker(engine);
    linker.define("env", "memory", Memory::attach(store, shared).value());
    const Instance i = linker.instantiate(store, module).value();
    EXPECT_TRUE(i.func<void(int32_t)>("raced").value()(200));
  });
}

// --- stopping

TEST_P(Threads, InterruptStoresThatRunMoveAndEnd) {
  const Engine engine(config());
  const Module module = compile(engine, R"((module
    (memory 1 1 shared)
    (func (export "loop") (loop (br 0)))
    (func (export "wait") (result i32)
      (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const -1)))))");
  // Handles of the stores of half the threads; the others interrupt.
  std::mutex mutex;
  std::vector<std::pair<int, InterruptHandle>> handles;
  std::atomic<int> running{num_threads / 2};
  const int n = rounds() / 4;
  on_threads([&](int t, Random& random) {
    if (t % 2) {
      while (running > 0) {
        {
          const std::lock_guard lock(mutex);
          if (!handles.empty()) {
            const InterruptHandle copy =
                handles[random.below(static_cast<uint32_t>(handles.size()))].second;
            copy.interrupt();
          }
        }
        std::this_thread::yield();
      }
      return;
    }
    for (int round = 0; round < n; ++round) {
      Store store(engine);
      const Instance i = Instance::create(store, module, {}).value();
      {
        const std::lock_guard lock(mutex);
        handles.emplace_back(t, store.interrupt_handle());
      }
      const bool waits = random.below(2) != 0;
      const auto result = i.func(waits ? "wait" : "loop").value().call({});
      EXPECT_FALSE(result);
      EXPECT_EQ(trap_code(result.error()), TrapCode::interrupted);
      store.interrupt_handle().clear();
      Store moved = std::move(store);
      // Whoever still has the handle may use it while the store ends.
      const std::lock_guard lock(mutex);
      if (random.below(2)) std::erase_if(handles, [t](const auto& h) { return h.first == t; });
      else if (handles.size() > 64) handles.erase(handles.begin(), handles.begin() + 32);
    }
    --running;
  });
}

// Timeouts are one thread's work for all stores of an engine.
TEST_P(Threads, TimeoutsOfManyStores) {
  const Engine engine(config());
  const Module module = compile(engine, "(module (func (export \"loop\") (loop (br 0))))");
  on_threads([&](int, Random& random) {
    for (int round = 0; round < rounds() / 8; ++round) {
      Store store(engine);
      const Instance i = Instance::create(store, module, {}).value();
      store.set_timeout_ms(random.below(3));
      const Store moved = std::move(store);
      if (random.below(3) == 0) continue;  // ends while its time runs out
      EXPECT_EQ(trap_code(i.func<void()>("loop").value()().error()), TrapCode::deadline);
    }
  });
}

}  // namespace
}  // namespace nacre::test

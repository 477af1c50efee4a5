// SPDX-License-Identifier: Apache-2.0
//
// Stores: isolation, lifetime, stopping running code.
#include "api_test.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>

namespace nacre::test {
namespace {

constexpr const char* endless = R"((module
  (func (export "loop") (loop (br 0)))
  (func (export "recurse") (result i32) (call 1))
  (func (export "one") (result i32) (i32.const 1))))";

TEST(Store, WrongStoreIsNoticed) {
  Fixture f;
  Store other{f.engine};
  const Table t = Table::create(f.store, {.min = 1}).value();
  const Func theirs = Func::create(other, [] {});
  EXPECT_EQ(t.set(0, theirs).error().kind, ErrorKind::invalid_argument);
  const Memory m = Memory::create(other, {.min = 1}).value();
  f.linker.define("env", "m", m);
  const auto r =
      f.linker.instantiate(f.store, compile(f.engine, R"((module (import "env" "m" (memory 1))))"));
  ASSERT_FALSE(r);
  EXPECT_EQ(r.error().kind, ErrorKind::invalid_argument);
  const Instance i = f.run(R"((module (func (export "f") (param externref funcref))))");
  const ExternRef ref = ExternRef::host(other, 1).value();
  EXPECT_EQ(i.func("f").value().call({Value(ref), Value::null(RefKind::func)}).error().kind,
            ErrorKind::invalid_argument);
  const auto typed = i.func<void(ExternRef, Func)>("f").value();
  EXPECT_EQ(typed(ref, {}).error().kind, ErrorKind::invalid_argument);
  EXPECT_EQ(typed({}, theirs).error().kind, ErrorKind::invalid_argument);
  EXPECT_TRUE(typed({}, {}));
}

TEST(Store, ViewsOfDeadStoresAreNotThoseOfNewOnes) {
  Engine engine;
  Func func;
  Memory memory;
  {
    Store store{engine};
    func = Func::create(store, [] {});
    memory = Memory::create(store, {.min = 1}).value();
  }
  EXPECT_TRUE(func.same(Func(func)));
  EXPECT_TRUE(Func{}.same(Func{}));
  EXPECT_FALSE(func.same(Func{}));
  // Memory that was freed is given out again sooner or later.
  for (int i = 0; i < 50; ++i) {
    Store store{engine};
    EXPECT_FALSE(Func::create(store, [] {}).same(func));
    EXPECT_FALSE(Memory::create(store, {.min = 1}).value().same(memory));
  }
}

TEST(Store, ViewsThatWereMovedFromAreEmpty) {
  Engine engine;
  Store store{engine};
  Func a = Func::create(store, [] { return 7; });
  Func b = std::move(a);
  EXPECT_FALSE(a);
  EXPECT_TRUE(a.empty());
  EXPECT_EQ(a.call({}).error().message, "an empty view");
  a = std::move(b);
  EXPECT_TRUE(b.empty());
  Func& alias = a;
  a = std::move(alias);
  EXPECT_EQ(a.call({}).value()[0].i32(), 7);
  TypedFunc<int32_t()> typed = a.typed<int32_t()>().value();
  const TypedFunc<int32_t()> other = std::move(typed);
  EXPECT_FALSE(typed);
  EXPECT_EQ(typed().error().message, "an empty view");
  EXPECT_EQ(other().value(), 7);
  Extern item = a;
  const Extern moved = std::move(item);
  EXPECT_TRUE(item.empty());
  EXPECT_TRUE(moved.func().same(a));
}

TEST(Store, ViewsNoticeItsEnd) {
  Engine engine;
  Linker linker{engine};
  Instance instance;
  Memory memory;
  Table table;
  Global global;
  Func func;
  TypedFunc<int32_t()> typed;
  ExternRef ref;
  Value value;
  {
    Store store{engine};
    instance = linker.instantiate(store, compile(engine, endless)).value();
    func = instance.func("one").value();
    typed = func.typed<int32_t()>().value();
    memory = Memory::create(store, {.min = 1}).value();
    table = Table::create(store, {.min = 1}).value();
    global = Global::create(store, {ValKind::i32, true}, Value(1)).value();
    ref = ExternRef::host(store, 5).value();
    value = Value(ref);
    linker.define("env", "f", func);
  }
  EXPECT_EQ(func.call({}).error().message, "the store is gone");
  EXPECT_EQ(typed().error().message, "the store is gone");
  EXPECT_TRUE(memory.bytes().empty());
  EXPECT_EQ(memory.read<uint8_t>(0), std::nullopt);
  EXPECT_FALSE(memory.grow(1));
  EXPECT_FALSE(table.get(0));
  EXPECT_FALSE(global.set(2));
  EXPECT_EQ(global.get().i32(), 0);
  EXPECT_FALSE(instance.func("one"));
  EXPECT_TRUE(instance.exports().empty());
  EXPECT_EQ(ref.host_value(), std::nullopt);
  const Value copy = value;
  EXPECT_EQ(copy.ref().host_value(), std::nullopt);
  Store store{engine};
  const Module m = compile(engine, R"((module (import "env" "f" (func (result i32)))))");
  EXPECT_EQ(linker.instantiate(store, m).error().kind, ErrorKind::invalid_argument);
}

TEST(Store, EmptyViewsFailInsteadOfCrashing) {
  EXPECT_EQ(Func().call({}).error().kind, ErrorKind::invalid_argument);
  EXPECT_EQ(TypedFunc<void()>()().error().kind, ErrorKind::invalid_argument);
  EXPECT_TRUE(Memory().bytes().empty());
  EXPECT_FALSE(Table().get(0));
  EXPECT_FALSE(Global().set(1));
  EXPECT_FALSE(Instance().func("x"));
  EXPECT_TRUE(Tag().params().empty());
  EXPECT_EQ(Extern().type().kind, ExternKind::func);
}

TEST(Store, MoveKeepsViewsValid) {
  Engine engine;
  Linker linker{engine};
  Store a{engine};
  const Instance i = linker.instantiate(a, compile(engine, endless)).value();
  Store b = std::move(a);
  EXPECT_EQ(i.func<int32_t()>("one").value()().value(), 1);
  b = Store(engine);
  EXPECT_FALSE(i.func("one"));
}

TEST(Store, DestroyedInsideItsOwnHostFunction) {
  Engine engine;
  Linker linker{engine};
  auto* store = new Store(engine);
  linker.func("env", "end", [&] {
    delete store;
    store = nullptr;
  });
  const auto run =
      linker
          .instantiate(*store, compile(engine, R"((module (import "env" "end" (func $e))
      (func (export "run") (result i32) (call $e) (i32.const 3))))"))
          .value()
          .func<int32_t()>("run")
          .value();
  (void)run();
  EXPECT_EQ(store, nullptr);
  EXPECT_FALSE(run());
}

// What runs on until the outermost call ends passes nulls to the host where it means references.
TEST(Store, RefersToNothingAfterItsEnd) {
  Engine engine;
  Linker linker{engine};
  auto store = std::make_unique<Store>(engine);
  int nulls = 0;
  const ExternRef kept = ExternRef::host(*store, 5).value();
  const Func f = Func::create(*store, [] {});
  linker.func("env", "end", [&] { store.reset(); });
  linker.func("env", "look", [&](ExternRef r, Func g) { nulls += r.is_null() && !g.call({}); });
  linker.func("env", "raw", {{}, {ValType::externref()}},
              [&](Caller, Span<const Value>, Span<Value> results) -> Result<void> {
                results[0] = Value(kept);
                return {};
              });
  const Module module = compile(engine, R"((module
    (import "env" "end" (func $end))
    (import "env" "look" (func $look (param externref funcref)))
    (import "env" "raw" (func $raw (result externref)))
    (func (export "run") (param externref funcref)
      (call $end)
      (call $look (local.get 0) (local.get 1))
      (drop (call $raw)))))");
  const Instance i = linker.instantiate(*store, module).value();
  EXPECT_FALSE(i.func("run").value().call({Value(kept), Value(f)}));
  EXPECT_EQ(nulls, 1);
}

TEST(Store, EnginesAreIsolated) {
  Engine a, b;
  Store in_a{a};
  Linker la{a}, lb{b};
  EXPECT_EQ(la.instantiate(in_a, compile(b, endless)).error().kind, ErrorKind::invalid_argument);
  EXPECT_EQ(lb.instantiate(in_a, compile(a, endless)).error().kind, ErrorKind::invalid_argument);
  EXPECT_TRUE(la.instantiate(in_a, compile(a, endless)));
  EXPECT_FALSE(a.same(b));
}

TEST(Store, InterruptedFromAnotherThread) {
  Fixture f({.interruptible = true});
  const auto loop = f.run(endless).func<void()>("loop").value();
  const InterruptHandle handle = f.store.interrupt_handle();
  std::thread other([handle] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    handle.interrupt();
  });
  const auto r = loop();
  other.join();
  ASSERT_FALSE(r);
  EXPECT_EQ(trap_code(r.error()), TrapCode::interrupted);
  handle.clear();
  EXPECT_EQ(f.run(endless).func<int32_t()>("one").value()().value(), 1);
}

TEST(Store, InterruptHandleOutlivesTheStore) {
  Engine engine;
  auto store = std::make_unique<Store>(engine);
  const InterruptHandle handle = store->interrupt_handle();
  store.reset();
  handle.interrupt();
}

TEST(Store, TimeoutStopsALoop) {
  Fixture f({.interruptible = true});
  const Instance i = f.run(endless);
  f.store.set_timeout_ms(30);
  const auto start = std::chrono::steady_clock::now();
  const auto r = i.func<void()>("loop").value()();
  const auto took = std::chrono::steady_clock::now() - start;
  ASSERT_FALSE(r);
  EXPECT_EQ(trap_code(r.error()), TrapCode::deadline);
  EXPECT_LT(took, std::chrono::seconds(20));
  f.store.clear_timeout();
  EXPECT_EQ(i.func<int32_t()>("one").value()().value(), 1);
}

TEST(Store, FuelRunsOut) {
  Fixture f({.fuel = true});
  const Instance i = f.run(endless);
  f.store.set_fuel(100'000);
  const auto r = i.func<void()>("loop").value()();
  ASSERT_FALSE(r);
  EXPECT_EQ(trap_code(r.error()), TrapCode::out_of_fuel);
  EXPECT_EQ(f.store.fuel(), 0u);
  f.store.set_fuel(1000);
  EXPECT_EQ(i.func<int32_t()>("one").value()().value(), 1);
  EXPECT_LE(f.store.fuel(), 1000u);
}

TEST(Store, StackExhaustionIsATrapEveryTime) {
  Fixture f;
  const auto recurse = f.run(endless).func<int32_t()>("recurse").value();
  for (int n = 0; n < 3; ++n) {
    const auto r = recurse();
    ASSERT_FALSE(r);
    EXPECT_EQ(trap_code(r.error()), TrapCode::stack_exhausted);
  }
}

TEST(Store, UserDataReachesHostFunctions) {
  Fixture f;
  int hits = 0;
  f.store.set_user_data(&hits);
  f.linker.func("env", "hit", [](Caller c) { ++*static_cast<int*>(c.user_data()); });
  const Instance i =
      f.run(R"((module (import "env" "hit" (func $h)) (func (export "run") (call $h) (call $h))))");
  EXPECT_TRUE(i.func<void()>("run").value()());
  EXPECT_EQ(hits, 2);
}

TEST(Store, ThreadsShareEngineAndModule) {
  Engine engine;
  const Module module = compile(engine, R"((module (func (export "f") (param i32) (result i32)
    (i32.mul (local.get 0) (local.get 0)))))");
  std::atomic<int> right{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      Linker linker{engine};
      for (int n = 0; n < 50; ++n) {
        Store store{engine};
        const Module mine =
            n % 2 ? module : compile(engine, R"((module (func (export "f") (param i32) (result i32)
          (i32.mul (local.get 0) (local.get 0)))))");
        const Instance i = linker.instantiate(store, mine).value();
        if (i.func<int32_t(int32_t)>("f").value()(t).value() == t * t) ++right;
      }
    });
  for (std::thread& t : threads) t.join();
  EXPECT_EQ(right, 200);
}

// How long host functions take is their business; what follows them is stopped in time.
TEST(Stores, StopAfterHostFunctions) {
  for (const EngineKind kind : {EngineKind::interpreter, EngineKind::baseline}) {
    Fixture f({.engine = kind, .interruptible = true});
    if (!f.engine.check()) continue;
    int calls = 0;
    f.linker.func("env", "slow", [&] {
      ++calls;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    });
    f.linker.func("env", "stop", [&] {
      ++calls;
      f.store.interrupt_handle().interrupt();
    });
    const Instance i = f.run(R"((module (import "env" "slow" (func $slow))
      (import "env" "stop" (func $stop))
      (func (export "endless") (loop (call $slow) (br 0)))
      (func (export "straight") (call $stop) (call $slow) (call $slow))
      (func (export "leaf") (result i32) (i32.const 3))))");
    f.store.set_timeout_ms(20);
    const auto late = i.func<void()>("endless").value()();
    ASSERT_FALSE(late);
    EXPECT_EQ(trap_code(late.error()), TrapCode::deadline);
    EXPECT_LE(calls, 5);
    ASSERT_FALSE(late.error().backtrace.size() == 0);
    f.store.clear_timeout();

    calls = 0;
    const auto stopped = i.func<void()>("straight").value()();
    ASSERT_FALSE(stopped);
    EXPECT_EQ(trap_code(stopped.error()), TrapCode::interrupted);
    EXPECT_EQ(calls, 1);
    const auto later = i.func<int32_t()>("leaf").value()();
    ASSERT_FALSE(later);
    EXPECT_EQ(trap_code(later.error()), TrapCode::interrupted);
    f.store.interrupt_handle().clear();
    EXPECT_EQ(i.func<int32_t()>("leaf").value()().value(), 3);
  }
}

class OnEngine : public testing::TestWithParam<EngineKind> {
 protected:
  void SetUp() override {
    if (!Engine({.engine = GetParam()}).check()) GTEST_SKIP() << "no such engine here";
  }
};
INSTANTIATE_TEST_SUITE_P(Engines, OnEngine,
                         testing::Values(EngineKind::interpreter, EngineKind::baseline),
                         [](const testing::TestParamInfo<EngineKind>& kind) {
                           return kind.param == EngineKind::baseline ? "baseline" : "interpreter";
                         });

// Each level is the outermost call of a store of its own.
TEST_P(OnEngine, StoresNestedByGuestsEndInATrap) {
  const Engine engine({.engine = GetParam()});
  const Module m = compile(engine, R"((module
    (import "host" "deeper" (func $deeper (param i32)))
    (func (export "f") (param i32) (call $deeper (local.get 0)))))");
  Linker linker(engine);
  int32_t deepest = 0;
  linker.func("host", "deeper", [&](int32_t n) -> Result<void> {
    deepest = std::max(deepest, n);
    Store store(engine);
    Instance i = linker.instantiate(store, m).value();
    return i.func<void(int32_t)>("f").value()(n + 1);
  });
  Error error;
  std::thread([&] {
    Store store(engine);
    Instance i = linker.instantiate(store, m).value();
    error = i.func<void(int32_t)>("f").value()(0).error();
  }).join();
  EXPECT_EQ(static_cast<TrapCode>(error.trap_code), TrapCode::stack_exhausted);
  EXPECT_EQ(error.message, "call stack exhausted");
  EXPECT_GT(deepest, 100);
}

TEST_P(OnEngine, CodeDoesNotBeginAfterItsDeadline) {
  const Engine engine({.engine = GetParam(), .interruptible = true});
  const Module m = compile(engine, R"((module
    (import "host" "note" (func $note))
    (func (export "f") (call $note))))");
  Linker linker(engine);
  int noted = 0;
  linker.func("host", "note", [&] { ++noted; });
  Store store(engine);
  const auto f = linker.instantiate(store, m).value().func<void()>("f").value();
  for (int n = 0; n < 200; ++n) {
    store.set_timeout_ms(0);
    EXPECT_EQ(static_cast<TrapCode>(f().error().trap_code), TrapCode::deadline);
  }
  EXPECT_EQ(noted, 0);
  store.clear_timeout();
  EXPECT_TRUE(f());
  store.set_timeout_ms(60'000);
  EXPECT_TRUE(f());
  EXPECT_EQ(noted, 2);
}

// Half an address space is a limit nobody reaches, not memory to have.
TEST_P(OnEngine, AHugeStackLimitIsNoObstacle) {
  const Engine engine({.engine = GetParam(), .max_stack = uint64_t{1} << 46});
  Store store(engine);
  Linker linker(engine);
  const Instance i =
      linker
          .instantiate(store, compile(engine, R"((module (func (export "f") (result i32)
        (i32.const 3))))"))
          .value();
  EXPECT_EQ(i.func<int32_t()>("f").value()().value(), 3);
}

// What a host function passes on of another store's failure is told with the frames of both.
TEST_P(OnEngine, BacktracesReachThroughStores) {
  const Engine engine({.engine = GetParam()});
  const Module inner = compile(engine, R"((module (func $inner (export "f") unreachable)))");
  const Module outer = compile(engine, R"((module
    (import "host" "call" (func $call))
    (func $outer (export "f") (call $call))))");
  Linker linker(engine);
  linker.func("host", "call", [&]() -> Result<void> {
    Store store(engine);
    Linker empty(engine);
    return empty.instantiate(store, inner).value().func<void()>("f").value()();
  });
  Store store(engine);
  const auto f = linker.instantiate(store, outer).value().func<void()>("f").value();
  const Error error = f().error();
  std::vector<std::string> names;
  for (const Frame& frame : error.backtrace) names.emplace_back(frame.func_name.c_str());
  EXPECT_EQ(names, (std::vector<std::string>{"inner", "outer"}));
  EXPECT_EQ(error.frames_total, 2u);
}

// An error is of one exception of one store, or of none.
TEST_P(OnEngine, ErrorsOfForgottenExceptionsAreOnlyErrors) {
  const Engine engine({.engine = GetParam()});
  const Module m = compile(engine, R"((module
    (import "host" "f" (func $f))
    (tag $t (param i32))
    (func (export "throw") (param i32) (throw $t (local.get 0)))
    (func (export "call") (result i32)
      (block $caught (result i32)
        (try_table (catch $t $caught) (call $f))
        (i32.const -1)))))");
  Linker linker(engine);
  Error passed_on;
  linker.func("host", "f", [&]() -> Result<void> { return passed_on; });
  Store store(engine);
  const Instance i = linker.instantiate(store, m).value();
  const auto throw_it = i.func<void(int32_t)>("throw").value();
  const auto call = i.func<int32_t()>("call").value();

  const Error first = throw_it(1).error();
  EXPECT_NE(first.exception_id, 0u);
  passed_on = first;
  EXPECT_EQ(call().value(), 1);
  const Error second = throw_it(2).error();
  EXPECT_NE(second.exception_id, first.exception_id);
  EXPECT_EQ(caught_exception(store).get(0).value().i32(), 2);
  passed_on = second;
  EXPECT_EQ(call().value(), 2);

  throw_it(3).error();
  passed_on = first;  // forgotten
  EXPECT_EQ(call().error().kind, ErrorKind::exception);
  EXPECT_TRUE(caught_exception(store).is_null());

  throw_it(4).error();
  passed_on = make_error(ErrorKind::exception, "made up");
  EXPECT_EQ(call().error().message, "made up");
  EXPECT_TRUE(caught_exception(store).is_null());

  Store other(engine);
  throw_it(5).error();
  passed_on = linker.instantiate(other, m).value().func<void(int32_t)>("throw").value()(6).error();
  EXPECT_EQ(call().error().kind, ErrorKind::exception);
  EXPECT_TRUE(caught_exception(store).is_null());
  EXPECT_EQ(caught_exception(other).get(0).value().i32(), 6);
}

TEST_P(OnEngine, AddressesBeyond64BitsAreToldAlike) {
  Fixture f({.engine = GetParam()});
  const Instance i = f.run(R"((module (memory i64 1)
    (func (export "at") (param i64) (result i32) (i32.load (local.get 0)))
    (func (export "past") (param i64) (result i32) (i32.load offset=8 (local.get 0)))))");
  EXPECT_EQ(i.func<int32_t(int64_t)>("at").value()(-4).error().message,
            "out of bounds memory access: 4 bytes at 0xfffffffffffffffc, memory size 65536");
  EXPECT_EQ(i.func<int32_t(int64_t)>("past").value()(-4).error().message,
            "out of bounds memory access: 4 bytes at 0xffffffffffffffff, memory size 65536");
}

TEST(Store, MovedHandlesStayUsable) {
  Engine engine;
  const Engine taken = std::move(engine);
  EXPECT_TRUE(engine.same(taken));  // NOLINT(bugprone-use-after-move): this is what is tested
  Module module = compile(engine, endless);
  const Module moved = std::move(module);
  Store store(engine);
  // NOLINTNEXTLINE(bugprone-use-after-move)
  EXPECT_TRUE(Linker(engine).instantiate(store, module));
  static_assert(std::is_nothrow_move_constructible_v<Module>);
  static_assert(std::is_nothrow_move_assignable_v<Engine>);
}

}  // namespace
}  // namespace nacre::test

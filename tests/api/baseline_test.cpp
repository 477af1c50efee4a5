// SPDX-License-Identifier: Apache-2.0
//
// The baseline compiler as an engine: what instantiation, calls, traps, exceptions and interruption
// look like from outside, compared with the interpreter wherever both should say the same.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstring>
#include <functional>
#include <thread>

#include "api/data.hpp"
#include "api_test.hpp"
#include "baseline/baseline.hpp"
#include "os/fault_handler.hpp"
#include "runtime/memory_storage.hpp"

namespace nacre::test {
namespace {

class Baseline : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const Result<void> usable = Engine(config()).check(); !usable)
      GTEST_SKIP() << usable.error().message;
  }
  static Config config() { return {.engine = EngineKind::baseline}; }
};

constexpr const char* arithmetic = R"((module
  (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
  (func $fib (export "fib") (param i64) (result i64)
    (if (result i64) (i64.lt_u (local.get 0) (i64.const 2))
      (then (local.get 0))
      (else (i64.add (call $fib (i64.sub (local.get 0) (i64.const 1)))
                     (call $fib (i64.sub (local.get 0) (i64.const 2)))))))))";

TEST_F(Baseline, RunsCode) {
  Fixture f(config());
  EXPECT_STREQ(f.engine.name(), "baseline");
  const Instance i = f.run(arithmetic);
  EXPECT_EQ((i.func<int32_t(int32_t, int32_t)>("add").value()(40, 2).value()), 42);
  EXPECT_EQ(i.func<int64_t(int64_t)>("fib").value()(20).value(), 6765);
}

std::string many_functions(int n) {
  std::string wat = "(module (memory 1)";
  for (int i = 0; i < n; ++i)
    wat +=
        "(func (export \"f" + std::to_string(i) + "\") (param i32 i32) (result i32) (local i32)" +
        "(loop (local.set 2 (i32.add (local.get 2) (i32.load (local.get 0))))" +
        "(br_if 0 (i32.lt_u (local.tee 0 (i32.add (local.get 0) (i32.const " +
        std::to_string(4 + 4 * i) + "))) (local.get 1)))) " +
        (i == 0 ? ""
                : "(drop (call " + std::to_string(i * 7 % i) + " (local.get 1) (i32.const 100)))") +
        "(i32.mul (local.get 2) (i32.const " + std::to_string(i * 77777) + ")))";
  return wat + ")";
}

TEST_F(Baseline, CodeDoesNotDependOnTheNumberOfThreads) {
  const std::vector<uint8_t> bytes = wasm(many_functions(6000));
  ASSERT_GT(bytes.size(), 300'000u);
  std::vector<uint8_t> first;
  for (const uint32_t threads : {1u, 2u, 7u}) {
    Config c = config();
    c.compile_threads = threads;
    const Engine engine(c);
    const Module module = Module::compile(engine, bytes).value();
    const std::span<const uint8_t> code =
        baseline::code_image(*module.data()->compiled->code).code();
    if (first.empty()) first.assign(code.begin(), code.end());
    ASSERT_EQ(code.size(), first.size());
    EXPECT_EQ(std::memcmp(code.data(), first.data(), code.size()), 0) << threads << " threads";
  }
}

TEST_F(Baseline, EmptyModules) {
  Fixture f(config());
  f.run("(module)");
  f.run("(module (memory 1) (global i32 (i32.const 1)) (table 3 funcref))");
}

// --- traps: the same words, the same frames

struct TrapCase {
  const char* name;
  const char* code;  // of a function ("f", param i32 i64), in a module with all that can trap
};

constexpr TrapCase trap_cases[] = {
    {"unreachable", "unreachable"},
    {"divide", "(drop (i32.div_s (i32.const 1) (local.get 0)))"},
    {"divide64", "(drop (i64.rem_u (i64.const 1) (local.get 1)))"},
    {"overflow", "(drop (i32.div_s (i32.const 0x80000000) (i32.sub (local.get 0) (i32.const 1))))"},
    {"invalid", "(drop (i32.trunc_f32_s (f32.const nan)))"},
    {"too_large", "(drop (i64.trunc_f64_u (f64.const 1e30)))"},
    {"load", "(drop (i32.load (i32.const 65536)))"},
    {"load_far", "(drop (i64.load offset=0xfffffff0 (i32.const 0xffffffff)))"},
    {"load_vector", "(drop (v128.load offset=100000 (i32.const 2)))"},
    {"store", "(i64.store offset=8 (i32.const 65536) (i64.const 1))"},
    {"store8", "(i32.store8 (i32.add (local.get 0) (i32.const 65536)) (i32.const 1))"},
    {"fill", "(memory.fill (i32.const 65530) (i32.const 1) (i32.const 7))"},
    {"copy", "(memory.copy (i32.const 0) (i32.const 65530) (i32.const 7))"},
    {"init", "(memory.init $d (i32.const 0) (i32.const 2) (i32.const 7))"},
    {"table_get", "(drop (table.get $t (i32.const 10)))"},
    {"table_set", "(table.set $t (i32.const 11) (ref.null func))"},
    {"table_fill", "(table.fill $t (i32.const 9) (ref.null func) (i32.const 2))"},
    {"undefined", "(call_indirect $t (type $v) (i32.const 12))"},
    {"uninitialized", "(call_indirect $t (type $v) (i32.const 1))"},
    {"mismatch", "(call_indirect $t (type $w) (i32.const 5) (i32.const 0))"},
    {"null_function", "(call_ref $v (ref.null $v))"},
    {"null_struct", "(drop (struct.get $s 0 (ref.null $s)))"},
    {"null_array", "(drop (array.len (ref.null array)))"},
    {"null_i31", "(drop (i31.get_s (ref.null i31)))"},
    {"null_reference", "(drop (ref.as_non_null (ref.null any)))"},
    {"array_bounds", "(drop (array.get $a (array.new_default $a (i32.const 3)) (i32.const 3)))"},
    {"cast", "(drop (ref.cast (ref $s) (array.new_default $a (i32.const 3))))"},
    {"throw", "(throw $e (i32.const 7))"},
    {"throw_null", "(throw_ref (ref.null exn))"},
    {"host", "(call $fail)"},
    {"unaligned", "(drop (i32.atomic.load $shared (i32.const 2)))"},
    {"deep", "(call $deep)"},
};

std::string trap_module(const char* code) {
  return std::string(R"((module
  (type $v (func)) (type $w (func (param i32)))
  (type $s (struct (field i32))) (type $a (array i32))
  (import "env" "fail" (func $fail))
  (memory 1) (memory $shared 1 2 shared) (data $d "abc")
  (table $t 10 funcref) (elem (table $t) (i32.const 0) func $nothing)
  (tag $e (param i32))
  (func $nothing)
  (func $deep (call $deep) (call $nothing))
  (func $inner (export "f") (param i32 i64) )") +
         code + R"()
  (func (export "run") (param $x i32) (local i64)
    (block (loop (local.set $x (i32.sub (local.get $x) (i32.const 1)))
      (br_if 0 (local.get $x))))
    (call $inner (local.get $x) (local.get 1)))))";
}

Error error_of(const Config& config, const std::string& wat) {
  Fixture f(config);
  f.linker.func("env", "fail", []() -> Result<void> { return trap("the host fails"); });
  return f.run(wat).func<void(int32_t)>("run").value()(3).error();
}

TEST_F(Baseline, TrapsLikeTheInterpreter) {
  for (const TrapCase& c : trap_cases) {
    SCOPED_TRACE(c.name);
    const std::string wat = trap_module(c.code);
    const Error expected = error_of({.engine = EngineKind::interpreter}, wat);
    for (const bool signals : {true, false}) {
      const Error e = error_of({.engine = EngineKind::baseline, .signals = signals}, wat);
      EXPECT_EQ(e.kind, expected.kind);
      EXPECT_EQ(e.trap_code, expected.trap_code);
      // Inline code does not always tell the operands.
      const std::string words(e.message), all(expected.message);
      EXPECT_EQ(words, words.find(':') == std::string::npos ? all.substr(0, words.size()) : all);
      if (std::string_view(c.name) == "deep") continue;  // frames have other sizes
      EXPECT_EQ(e.frames_total, expected.frames_total);
      ASSERT_EQ(e.backtrace.size(), expected.backtrace.size());
      for (size_t i = 0; i < e.backtrace.size(); ++i) {
        EXPECT_EQ(e.backtrace[i].func_index, expected.backtrace[i].func_index) << i;
        EXPECT_EQ(e.backtrace[i].offset, expected.backtrace[i].offset) << i;
        EXPECT_EQ(e.backtrace[i].func_name, expected.backtrace[i].func_name) << i;
      }
    }
  }
}

TEST_F(Baseline, BacktracesOutsideOfTraps) {
  std::vector<uint64_t> offsets[2];
  for (const EngineKind kind : {EngineKind::interpreter, EngineKind::baseline}) {
    Fixture f({.engine = kind});
    std::vector<uint64_t>& out = offsets[kind == EngineKind::baseline];
    f.linker.func("env", "look", [&](Caller c) {
      for (const Frame& frame : c.backtrace(10))
        out.push_back(frame.func_index), out.push_back(frame.offset);
    });
    f.run(R"((module (import "env" "look" (func $look))
      (func $a (param i32) (if (local.get 0) (then (call $b (local.get 0)))))
      (func $b (param i32) (call $look) (call $a (i32.sub (local.get 0) (i32.const 1))))
      (func (export "run") (call $a (i32.const 3)))))")
        .func<void()>("run")
        .value()()
        .value();
  }
  EXPECT_GT(offsets[0].size(), 20u);
  EXPECT_EQ(offsets[0], offsets[1]);
}

// --- calls between worlds

TEST_F(Baseline, NestedCallsAndTheirTraps) {
  Fixture f(config());
  Instance instance;
  f.linker.func("env", "again", [&](int32_t n) -> Result<int32_t> {
    return instance.func<int32_t(int32_t)>("run").value()(n - 1);
  });
  instance = f.run(R"((module (import "env" "again" (func $again (param i32) (result i32)))
    (func (export "run") (param i32) (result i32)
      (if (i32.eqz (local.get 0)) (then unreachable))
      (if (i32.eq (local.get 0) (i32.const 100)) (then (return (i32.const 5))))
      (i32.add (call $again (local.get 0)) (i32.const 1)))))");
  const auto run = instance.func<int32_t(int32_t)>("run").value();
  EXPECT_EQ(run(105).value(), 10);
  for (int n = 0; n < 3; ++n) {
    const auto r = run(20);
    ASSERT_FALSE(r);
    EXPECT_EQ(trap_code(r.error()), TrapCode::unreachable);
    EXPECT_EQ(run(105).value(), 10);
  }
}

TEST_F(Baseline, ExceptionsCrossHostFunctions) {
  for (const EngineKind kind : {EngineKind::interpreter, EngineKind::baseline}) {
    Fixture f({.engine = kind});
    Instance instance;
    f.linker.func("env", "pass", [&](int32_t n) -> Result<void> {
      return instance.func<void(int32_t)>("throw").value()(n);
    });
    instance = f.run(R"((module (import "env" "pass" (func $pass (param i32)))
      (tag $e (param i32)) (tag $other)
      (func (export "throw") (param i32)
        (block $b (try_table (catch $other $b) (throw $e (local.get 0)))))
      (func (export "run") (param i32) (result i32)
        (block $caught (result i32)
          (try_table (catch $e $caught) (call $pass (local.get 0)))
          (i32.const -1)))))");
    const auto run = instance.func<int32_t(int32_t)>("run").value();
    for (int n = 0; n < 3; ++n) EXPECT_EQ(run(n + 10).value(), n + 10);
    const auto thrown = instance.func<void(int32_t)>("throw").value()(4);
    ASSERT_FALSE(thrown);
    EXPECT_EQ(thrown.error().kind, ErrorKind::exception);
  }
}

TEST_F(Baseline, AStoreMovesBetweenThreads) {
  Fixture f(config());
  const Instance i = f.run(R"((module (memory 1)
    (func $r (export "recurse") (result i32) (i32.add (call $r) (i32.const 1)))
    (func (export "load") (param i32) (result i32) (i32.load (local.get 0)))))");
  const auto both = [&] {
    EXPECT_EQ(trap_code(i.func<int32_t()>("recurse").value()().error()), TrapCode::stack_exhausted);
    EXPECT_EQ(trap_code(i.func<int32_t(int32_t)>("load").value()(65536).error()),
              TrapCode::memory_out_of_bounds);
    EXPECT_EQ(i.func<int32_t(int32_t)>("load").value()(65532).value(), 0);
  };
  for (int n = 0; n < 3; ++n) {
    both();
    std::thread(both).join();
  }
}

// --- memories

TEST_F(Baseline, RefusesMemoriesWithoutGuards) {
  if (!os::faults_supported()) GTEST_SKIP() << "nothing is guarded here";
  Fixture f(config());
  wasm::MemoryType type;
  type.limits = {1, 2};
  type.limits.has_max = true;
  type.limits.shared = true;
  runtime::Store& store = *f.store.anchor()->store;
  runtime::Memory* const foreign =
      store.adopt_shared_memory(type, runtime::MemoryStorage::create(type));
  const Module module = compile(f.engine, R"((module (import "a" "b" (memory 1 2 shared))
    (func (export "f") (result i32) (i32.load (i32.const 0)))))");
  const runtime::Extern imports[] = {foreign};
  const auto r = runtime::instantiate(store, module.data()->compiled, imports);
  ASSERT_FALSE(r);
  EXPECT_EQ(r.error().kind, ErrorKind::unlinkable);
  runtime::Memory* const own = store.new_memory(type).value();
  const runtime::Extern fitting[] = {own};
  EXPECT_TRUE(runtime::instantiate(store, module.data()->compiled, fitting));
}

// --- stopping

constexpr const char* loops = R"((module (memory 1)
  (func (export "loop") (loop (br 0)))
  (func (export "busy") (param i32) (result i32) (local i32)
    (loop (local.set 1 (i32.add (local.get 1) (i32.const 3)))
      (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
    (local.get 1))
  (func $a (call $b)) (func $b (call $c)) (func $c)
  (func (export "calls") (loop (call $a) (br 0)))))";

TEST_F(Baseline, DeadlinesReachLoops) {
  for (const bool signals : {true, false}) {
    Fixture f({.engine = EngineKind::baseline, .signals = signals, .interruptible = true});
    const Instance i = f.run(loops);
    for (const char* name : {"loop", "calls"}) {
      const auto begin = std::chrono::steady_clock::now();
      f.store.set_timeout_ms(20);
      const auto r = i.func<void()>(name).value()();
      const auto took = std::chrono::steady_clock::now() - begin;
      ASSERT_FALSE(r);
      EXPECT_EQ(trap_code(r.error()), TrapCode::deadline);
      EXPECT_GE(took, std::chrono::milliseconds(20));
      EXPECT_LT(took, std::chrono::seconds(10));
      f.store.clear_timeout();
      EXPECT_EQ(i.func<int32_t(int32_t)>("busy").value()(1000).value(), 3000);
    }
  }
}

TEST_F(Baseline, InterruptsReachLoops) {
  Fixture f({.engine = EngineKind::baseline, .interruptible = true});
  const Instance i = f.run(loops);
  const InterruptHandle handle = f.store.interrupt_handle();
  for (const char* name : {"loop", "calls"}) {
    std::thread other([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
      handle.interrupt();
    });
    const auto r = i.func<void()>(name).value()();
    other.join();
    ASSERT_FALSE(r);
    EXPECT_EQ(trap_code(r.error()), TrapCode::interrupted);
    handle.clear();
    EXPECT_EQ(i.func<int32_t(int32_t)>("busy").value()(1000).value(), 3000);
  }
}

TEST_F(Baseline, FuelRunsOutInLoops) {
  Fixture f({.engine = EngineKind::baseline, .fuel = true});
  const Instance i = f.run(loops);
  for (const char* name : {"loop", "calls"}) {
    f.store.set_fuel(10000);
    const auto r = i.func<void()>(name).value()();
    ASSERT_FALSE(r);
    EXPECT_EQ(trap_code(r.error()), TrapCode::out_of_fuel);
  }
  f.store.set_fuel(1'000'000);
  EXPECT_EQ(i.func<int32_t(int32_t)>("busy").value()(1000).value(), 3000);
  EXPECT_LT(f.store.fuel(), 999'900u);
}

// --- references

TEST_F(Baseline, ObjectsInFramesSurviveCollections) {
  Fixture f({.engine = EngineKind::baseline, .gc_stress = true});
  const Instance i = f.run(R"((module
    (type $cell (struct (field i32) (field (ref null $cell))))
    (func $list (param i32) (result (ref null $cell))
      (if (result (ref null $cell)) (local.get 0)
        (then (struct.new $cell (local.get 0) (call $list (i32.sub (local.get 0) (i32.const 1)))))
        (else (ref.null $cell))))
    (func (export "sum") (param i32) (result i32) (local $l (ref null $cell)) (local $n i32)
      (local.set $l (call $list (local.get 0)))
      (drop (call $list (local.get 0)))
      (block $done
        (loop $next
          (br_if $done (ref.is_null (local.get $l)))
          (local.set $n (i32.add (local.get $n) (struct.get $cell 0 (local.get $l))))
          (drop (struct.new $cell (i32.const 1) (local.get $l)))
          (local.set $l (struct.get $cell 1 (local.get $l)))
          (br $next)))
      (local.get $n))))");
  EXPECT_EQ(i.func<int32_t(int32_t)>("sum").value()(50).value(), 1275);
  EXPECT_GT(f.store.gc_collections(), 100u);
}

}  // namespace
}  // namespace nacre::test

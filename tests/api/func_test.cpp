// SPDX-License-Identifier: Apache-2.0
//
// Typed, dynamic and raw calls in both directions.
#include "api_test.hpp"

#include <cmath>
#include <limits>
#include <span>
#include <stdexcept>

namespace nacre::test {
namespace {

constexpr const char* arithmetic = R"((module
  (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
  (func (export "div") (param i32 i32) (result i32) (i32.div_s (local.get 0) (local.get 1)))
  (func (export "mix") (param i32 i64 f32 f64) (result f64)
    (f64.add (f64.add (f64.convert_i32_s (local.get 0)) (f64.convert_i64_s (local.get 1)))
             (f64.add (f64.promote_f32 (local.get 2)) (local.get 3))))
  (func (export "swap") (param i32 i64) (result i64 i32) (local.get 1) (local.get 0))
  (func (export "vec") (param v128) (result v128) (i8x16.add (local.get 0) (local.get 0)))
  (func (export "nothing"))
))";

TEST(Func, TypedCall) {
  Fixture f;
  const Instance i = f.run(arithmetic);
  const auto add = i.func<int32_t(int32_t, int32_t)>("add").value();
  EXPECT_EQ(add(40, 2).value(), 42);
  EXPECT_EQ(add(std::numeric_limits<int32_t>::max(), 1).value(),
            std::numeric_limits<int32_t>::min());
  EXPECT_EQ(
      (i.func<double(int32_t, int64_t, float, double)>("mix").value()(1, -2, 0.5f, 0.25).value()),
      -0.25);
  EXPECT_TRUE(i.func<void()>("nothing").value()());
}

TEST(Func, TypedCallWithSeveralResults) {
  Fixture f;
  const auto swap =
      f.run(arithmetic).func<std::tuple<int64_t, int32_t>(int32_t, int64_t)>("swap").value();
  EXPECT_EQ(swap(-7, int64_t{1} << 40).value(),
            (std::tuple<int64_t, int32_t>(int64_t{1} << 40, -7)));
}

TEST(Func, VectorsKeepTheirBytes) {
  Fixture f;
  const auto vec = f.run(arithmetic).func<V128(V128)>("vec").value();
  EXPECT_EQ(vec(V128{{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}}).value(),
            (V128{{2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30, 32}}));
}

TEST(Func, WrongTypeIsRefusedWithBothTypes) {
  Fixture f;
  const Instance i = f.run(arithmetic);
  const auto wrong = i.func<int64_t(int32_t)>("add");
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().kind, ErrorKind::invalid_argument);
  EXPECT_EQ(
      wrong.error().message,
      "the function is (func (param i32 i32) (result i32)), not (func (param i32) (result i64))");
  EXPECT_EQ(i.func("missing").error().message, "no export named \"missing\"");
}

TEST(Func, TrapHasCodeAndBacktrace) {
  Fixture f;
  const auto r = f.run(arithmetic).func<int32_t(int32_t, int32_t)>("div").value()(1, 0);
  ASSERT_FALSE(r);
  EXPECT_EQ(r.error().kind, ErrorKind::trap);
  EXPECT_EQ(trap_code(r.error()), TrapCode::integer_divide_by_zero);
  EXPECT_EQ(r.error().message, "integer divide by zero");
  ASSERT_EQ(r.error().backtrace.size(), 1u);
  EXPECT_EQ(r.error().backtrace[0].func_index, 1u);
}

TEST(Func, DynamicCall) {
  Fixture f;
  const Instance i = f.run(arithmetic);
  const auto r = i.func("swap").value().call({int32_t{5}, int64_t{6}}).value();
  ASSERT_EQ(r.size(), 2u);
  EXPECT_EQ(r[0].kind(), ValueKind::i64);
  EXPECT_EQ(r[0].i64(), 6);
  EXPECT_EQ(r[1].i32(), 5);
}

TEST(Func, DynamicCallChecksItsArguments) {
  Fixture f;
  const Func add = f.run(arithmetic).func("add").value();
  EXPECT_EQ(add.call({int32_t{5}}).error().message, "the function takes 2 arguments, not 1");
  EXPECT_EQ(add.call({int32_t{5}, 1.5}).error().message, "argument 1: expected i32, found f64");
}

TEST(Func, SignallingNanTravelsUnchanged) {
  Fixture f;
  const Instance i = f.run(
      R"((module (func (export "f") (param f32 f64) (result f32 f64) (local.get 0) (local.get 1))))");
  const auto r = i.func("f")
                     .value()
                     .call({Value::f32_bits(0x7fa00001), Value::f64_bits(0xfff4000000000001)})
                     .value();
  EXPECT_EQ(r[0].f32_bits(), 0x7fa00001u);
  EXPECT_EQ(r[1].f64_bits(), 0xfff4000000000001u);
}

TEST(Host, TypeIsReadOffTheCallable) {
  enum class Colour : uint8_t { red, green };
  Fixture f;
  int calls = 0;
  f.linker
      .func("env", "all",
            [&calls](int8_t a, uint16_t b, bool c, int64_t d, float e, double g, Colour h) {
              ++calls;
              return a + b + (c ? 1 : 0) + static_cast<int32_t>(d) + static_cast<int32_t>(e + g) +
                     static_cast<int32_t>(h);
            })
      .func("env", "state", [n = 0]() mutable { return ++n; })
      .func("env", "pair", [](int32_t a) -> std::tuple<int64_t, V128> {
        return {a, V128{{9}}};
      });
  const Instance i = f.run(R"((module
    (import "env" "all" (func $all (param i32 i32 i32 i64 f32 f64 i32) (result i32)))
    (import "env" "state" (func $state (result i32)))
    (import "env" "pair" (func $pair (param i32) (result i64 v128)))
    (func (export "all") (result i32)
      (call $all (i32.const -1) (i32.const 0x10002) (i32.const 256) (i64.const 4) (f32.const 1.5) (f64.const 2.5) (i32.const 1)))
    (func (export "state") (result i32) (drop (call $state)) (call $state))
    (func (export "pair") (result i64 v128) (call $pair (i32.const 3)))
  ))");
  EXPECT_EQ(i.func<int32_t()>("all").value()().value(), -1 + 2 + 1 + 4 + 4 + 1);
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(i.func<int32_t()>("state").value()().value(), 2);
  EXPECT_EQ((i.func<std::tuple<int64_t, V128>()>("pair").value()().value()),
            (std::tuple<int64_t, V128>(3, V128{{9}})));
}

TEST(Host, ResultTraps) {
  Fixture f;
  f.linker.func("env", "div", [](int32_t a, int32_t b) -> Result<int32_t> {
    if (b == 0) return trap("divide by zero");
    return a / b;
  });
  const auto run = f.run(R"((module
    (import "env" "div" (func $div (param i32 i32) (result i32)))
    (func $outer (export "run") (param i32) (result i32) (call $div (i32.const 12) (local.get 0)))
  ))")
                       .func<int32_t(int32_t)>("run")
                       .value();
  EXPECT_EQ(run(4).value(), 3);
  const auto r = run(0);
  ASSERT_FALSE(r);
  EXPECT_EQ(r.error().kind, ErrorKind::trap);
  EXPECT_EQ(trap_code(r.error()), TrapCode::host);
  EXPECT_EQ(r.error().message, "divide by zero");
  ASSERT_FALSE(r.error().backtrace.empty());
  EXPECT_EQ(r.error().backtrace.back().func_name, "outer");
  EXPECT_EQ(run(3).value(), 4);
}

TEST(Host, ExitEndsTheProgram) {
  Fixture f;
  f.linker.func("env", "exit", [](int32_t code) -> Result<void> { return exit_program(code); });
  const auto r = f.run(R"((module (import "env" "exit" (func $e (param i32)))
    (func (export "run") (call $e (i32.const 7)) unreachable)))")
                     .func<void()>("run")
                     .value()();
  ASSERT_FALSE(r);
  EXPECT_EQ(r.error().kind, ErrorKind::exit);
  EXPECT_EQ(r.error().exit_code, 7);
}

TEST(Host, CallerSeesTheCallersMemory) {
  Fixture f;
  std::string seen;
  f.linker.func("env", "log", [&](Caller c, uint32_t p, uint32_t n) {
    if (auto text = c.memory().string(p, n)) seen += *text;
    else seen += "<out of bounds>";
    c.memory().write<uint32_t>(0, 0xcafe);
  });
  const Instance i = f.run(R"((module
    (import "env" "log" (func $log (param i32 i32)))
    (memory (export "memory") 1)
    (data (i32.const 16) "hello")
    (func (export "run") (result i32)
      (call $log (i32.const 16) (i32.const 5)) (call $log (i32.const 65535) (i32.const 2)) (i32.load (i32.const 0)))
  ))");
  EXPECT_EQ(i.func<uint32_t()>("run").value()().value(), 0xcafeu);
  EXPECT_EQ(seen, "hello<out of bounds>");
}

TEST(Host, CallsBackIntoTheGuest) {
  Fixture f;
  f.linker.func("env", "back", [](Caller c, int32_t n) -> Result<int32_t> {
    Result<std::vector<Value>> r = c.func("fac").call({n - 1});
    if (!r) return std::move(r.error());
    return n * (*r)[0].i32();
  });
  const auto fac = f.run(R"((module
    (import "env" "back" (func $back (param i32) (result i32)))
    (func (export "fac") (param i32) (result i32)
      (if (result i32) (i32.le_s (local.get 0) (i32.const 1))
        (then (i32.const 1)) (else (call $back (local.get 0)))))
  ))")
                       .func<int32_t(int32_t)>("fac")
                       .value();
  EXPECT_EQ(fac(10).value(), 3628800);
  // Endless mutual recursion is a trap, not a crash.
  const auto deep = fac(100000);
  ASSERT_FALSE(deep);
  EXPECT_EQ(trap_code(deep.error()), TrapCode::stack_exhausted) << deep.error().message;
  EXPECT_EQ(fac(5).value(), 120);
}

TEST(Host, RawFunctionsTakeAnyType) {
  Fixture f;
  const FuncType type{{ValKind::i32, ValKind::f64, ValKind::v128}, {ValKind::f64, ValKind::i32}};
  f.linker.func("env", "raw", type,
                [](Caller, std::span<const Value> args, std::span<Value> results) -> Result<void> {
                  results[0] = args[1].f64() * 2;
                  results[1] = args[0].i32() + args[2].v128().bytes[0];
                  return {};
                });
  f.linker.func("env", "liar", {{}, {ValKind::i32}},
                [](Caller, std::span<const Value>, std::span<Value> results) -> Result<void> {
                  results[0] = 1.0;
                  return {};
                });
  const Instance i = f.run(R"((module
    (import "env" "raw" (func $raw (param i32 f64 v128) (result f64 i32)))
    (import "env" "liar" (func $liar (result i32)))
    (func (export "run") (result f64 i32) (call $raw (i32.const 5) (f64.const 1.5) (v128.const i32x4 7 0 0 0)))
    (func (export "lie") (result i32) (call $liar))
  ))");
  EXPECT_EQ((i.func<std::tuple<double, int32_t>()>("run").value()().value()),
            (std::tuple<double, int32_t>(3.0, 12)));
  EXPECT_EQ(i.func<int32_t()>("lie").value()().error().message,
            "result 0: expected i32, found f64");
}

TEST(Host, FunctionsWithoutALinker) {
  Fixture f;
  const Func twice = Func::create(f.store, [](int32_t x) { return 2 * x; });
  EXPECT_TRUE(twice.is_host());
  EXPECT_EQ(to_string(twice.type()), "(func (param i32) (result i32))");
  EXPECT_EQ(twice.call({int32_t{21}}).value()[0].i32(), 42);
  const Module m = compile(f.engine, R"((module (import "" "" (func $f (param i32) (result i32)))
    (func (export "run") (result i32) (call $f (i32.const 4)))))");
  const Extern imports[] = {twice};
  const Instance i = Instance::create(f.store, m, imports).value();
  EXPECT_EQ(i.func<int32_t()>("run").value()().value(), 8);
}

TEST(Host, CallableIsDestroyedWithItsOwners) {
  struct Counter {
    int* alive;
    explicit Counter(int* a) : alive(a) { ++*alive; }
    Counter(const Counter& o) : alive(o.alive) { ++*alive; }
    ~Counter() { --*alive; }
  };
  int alive = 0;
  {
    Engine engine;
    Store store{engine};
    {
      Linker linker{engine};
      linker.func("a", "b", [c = Counter(&alive)] { (void)c; });
      EXPECT_EQ(alive, 1);
      (void)linker.instantiate(store, compile(engine, R"((module (import "a" "b" (func))))"))
          .value();
    }
    EXPECT_EQ(alive, 1);
  }
  EXPECT_EQ(alive, 0);
}

#if NACRE_EXCEPTIONS
TEST(Host, CppExceptionsLeaveTheCallUnchanged) {
  Fixture f;
  f.linker.func("env", "throw", [](int32_t x) {
    if (x != 0) throw std::runtime_error("thrown by the host");
  });
  const Instance i = f.run(R"((module
    (import "env" "throw" (func $t (param i32)))
    (func (export "run") (param i32) (call $t (local.get 0)))
    (func $start (call $t (i32.const 0)))
    (start $start)
  ))");
  const auto run = i.func<void(int32_t)>("run").value();
  EXPECT_TRUE(run(0));
  EXPECT_THROW((void)run(1), std::runtime_error);
  EXPECT_THROW((void)i.func("run").value().call({int32_t{1}}), std::runtime_error);
  EXPECT_TRUE(run(0));
  const Module m = compile(f.engine, R"((module (import "env" "throw" (func $t (param i32)))
    (func $start (call $t (i32.const 1))) (start $start)))");
  EXPECT_THROW((void)f.linker.instantiate(f.store, m), std::runtime_error);
}
#endif

}  // namespace
}  // namespace nacre::test

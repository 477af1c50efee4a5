// SPDX-License-Identifier: Apache-2.0
//
// Function listeners on every engine: what is told, in which order, with which values; how calls
// end; that listeners cannot hurt the engine, and that who has none does not pay.
#include "nacre/listener.hpp"

#include <atomic>
#include <cstdio>
#include <cstring>
#include <stdexcept>
#include <thread>

#include "api/data.hpp"
#include "api_test.hpp"
#include "baseline/baseline.hpp"
#include "codegen/image.hpp"
#include "interp/code.hpp"

namespace nacre::test {
namespace {

std::string text(const Value& v) {
  char buffer[64] = "";
  switch (v.kind()) {
    case ValueKind::i32:
      return std::to_string(v.i32());
    case ValueKind::i64:
      return std::to_string(v.i64()) + "L";
    case ValueKind::f32:
      std::snprintf(buffer, sizeof buffer, "%gf", static_cast<double>(v.f32()));
      return buffer;
    case ValueKind::f64:
      std::snprintf(buffer, sizeof buffer, "%gd", v.f64());
      return buffer;
    case ValueKind::v128:
      for (unsigned i = 0; i < 16; ++i) std::snprintf(buffer + 2 * i, 3, "%02x", v.v128().bytes[i]);
      return buffer;
    case ValueKind::ref:
      break;
  }
  const Ref& r = v.ref();
  if (r.is_null()) return "null";
  if (r.i31_signed()) return "i31:" + std::to_string(*r.i31_signed());
  if (r.host_value()) return "host:" + std::to_string(*r.host_value());
  if (r.shape() == RefShape::func) return "func:" + std::to_string(r.func().index());
  if (r.shape() == RefShape::exn) return "exn:" + text(*r.get(0));
  return "object:" + text(*r.get(0));
}

std::string text(Span<const Value> values) {
  std::string out;
  for (const Value& v : values) out += (out.empty() ? "" : " ") + text(v);
  return "(" + out + ")";
}

// Writes down what it hears.
struct Recorder : FunctionListener {
  void before(ListenerCall& call, Span<const Value> params) override {
    add("before", call, text(params));
  }
  void after(ListenerCall& call, Span<const Value> results) override {
    if (call.is_tail_call()) add("tail", call, text(results));
    else add("after", call, text(results));
  }
  void trap(ListenerCall& call, const Error& error) override {
    add("trap", call, ": " + std::string(error.message));
  }
  void add(const char* what, ListenerCall& call, const std::string& more) {
    lines.push_back(std::to_string(call.depth()) + " " + what + " " +
                    std::string(to_string(call.function())) + more);
  }
  // All lines so far, which are forgotten.
  std::string take() {
    std::string out;
    for (const std::string& l : lines) out += l + "\n";
    lines.clear();
    return out;
  }
  std::vector<std::string> lines;
};

// Counts, and checks that ends follow beginnings.
struct Counter : FunctionListener {
  void before(ListenerCall& call, Span<const Value>) override {
    open.push_back(call.function().index);
    ++calls;
  }
  void after(ListenerCall& call, Span<const Value>) override { end(call), ++returns; }
  void trap(ListenerCall& call, const Error& e) override {
    end(call), ++traps;
    last = trap_code(e);
  }
  void end(ListenerCall& call) {
    ASSERT_FALSE(open.empty());
    EXPECT_EQ(open.back(), call.function().index);
    open.pop_back();
  }
  std::vector<uint32_t> open;
  uint64_t calls = 0, returns = 0, traps = 0;
  TrapCode last = TrapCode::none;
};

class Listeners : public ::testing::TestWithParam<EngineKind> {
 protected:
  void SetUp() override {
    if (const Result<void> usable = Engine(config()).check(); !usable)
      GTEST_SKIP() << usable.error().message;
  }
  static Config config(Config c = {}) {
    c.engine = GetParam();
    return c;
  }
};

INSTANTIATE_TEST_SUITE_P(Engines, Listeners,
                         ::testing::Values(EngineKind::interpreter, EngineKind::baseline),
                         [](const auto& p) {
                           return p.param == EngineKind::interpreter ? "interpreter" : "baseline";
                         });

// Everybody listens to everything, but for functions whose name begins with "quiet".
CompileOptions all(FunctionListener& listener) {
  return {.listeners = [&listener](const FunctionInfo& f) {
    return std::string_view(f.name).substr(0, 5) == "quiet" ? nullptr : &listener;
  }};
}

struct World : Fixture {
  explicit World(const Config& config) : Fixture(config) {}
  Instance run(std::string_view wat) { return run(wat, recorder); }
  Instance run(std::string_view wat, FunctionListener& listener) {
    return linker.instantiate(store, Module::compile(engine, wasm(wat), all(listener)).value())
        .value();
  }
  Recorder recorder;
};

// --- calls

TEST_P(Listeners, HearCallsInOrderWithValues) {
  World w(config());
  const Instance i = w.run(R"((module
    (func $square (param i32) (result i32) (i32.mul (local.get 0) (local.get 0)))
    (func $sum (export "sum") (param i32 i32) (result i32)
      (i32.add (call $square (local.get 0)) (call $square (local.get 1))))))");
  EXPECT_EQ((i.func<int32_t(int32_t, int32_t)>("sum").value()(3, -4).value()), 25);
  EXPECT_EQ(w.recorder.take(),
            "1 before sum(3 -4)\n"
            "2 before square(3)\n"
            "2 after square(9)\n"
            "2 before square(-4)\n"
            "2 after square(16)\n"
            "1 after sum(25)\n");
  EXPECT_EQ(i.func("sum").value().call({5, 6}).value()[0].i32(), 61);
  EXPECT_EQ(w.recorder.lines.size(), 6u);
}

TEST_P(Listeners, HearOnlyWhatWasChosen) {
  World w(config());
  const Instance i = w.run(R"((module
    (func $leaf (param i32) (result i32) (local.get 0))
    (func $quiet_middle (param i32) (result i32) (call $leaf (local.get 0)))
    (func $top (export "top") (param i32) (result i32) (call $quiet_middle (local.get 0)))))");
  EXPECT_EQ(i.func<int32_t(int32_t)>("top").value()(7).value(), 7);
  EXPECT_EQ(w.recorder.take(),
            "1 before top(7)\n3 before leaf(7)\n3 after leaf(7)\n1 after top(7)\n");
}

TEST_P(Listeners, HearEveryKindOfCall) {
  World w(config());
  const Instance other = w.linker
                             .instantiate(w.store, compile(w.engine, R"((module
    (func (export "f") (result i32) (i32.const 5))))"))
                             .value();
  w.linker.instance("other", other);
  const Instance i = w.run(R"((module
    (type $t (func (param i32) (result i32)))
    (import "other" "f" (func $imported (result i32)))
    (table 2 funcref) (elem (i32.const 0) $twice $thrice)
    (elem declare func $twice)
    (func $twice (type $t) (i32.mul (local.get 0) (i32.const 2)))
    (func $thrice (type $t) (i32.mul (local.get 0) (i32.const 3)))
    (func $run (export "run") (result i32)
      (call_indirect (type $t) (i32.const 10) (i32.const 1))
      (call_ref $t (ref.func $twice))
      (i32.add (call $imported)))))");
  EXPECT_EQ(i.func<int32_t()>("run").value()().value(), 65);
  // A function of another module is heard by that module's listeners.
  EXPECT_EQ(w.recorder.take(),
            "1 before run()\n"
            "2 before thrice(10)\n2 after thrice(30)\n"
            "2 before twice(30)\n2 after twice(60)\n"
            "1 after run(65)\n");
}

TEST_P(Listeners, HearValuesOfEveryType) {
  World w(config());
  const Instance i = w.run(R"((module
    (func $all (export "all") (param i32 i64 f32 f64 v128 externref funcref)
        (result v128 f32 i32 externref i64 f64 funcref)
      (local.get 4) (local.get 2) (local.get 0) (local.get 5) (local.get 1) (local.get 3)
      (local.get 6))))");
  const Ref host = Ref::host(w.store, 77).value();
  V128 v;
  for (unsigned k = 0; k < 16; ++k) v.bytes[k] = static_cast<uint8_t>(k + 1);
  const Func all = i.func("all").value();
  const auto r = all.call({-1, int64_t{1} << 40, 0.5f, -0.25, v, host, all}).value();
  ASSERT_EQ(r.size(), 7u);
  EXPECT_EQ(text(r),
            "(0102030405060708090a0b0c0d0e0f10 0.5f -1 host:77 1099511627776L -0.25d func:0)");
  EXPECT_EQ(w.recorder.take(),
            "1 before all(-1 1099511627776L 0.5f -0.25d 0102030405060708090a0b0c0d0e0f10 host:77 "
            "func:0)\n"
            "1 after all(0102030405060708090a0b0c0d0e0f10 0.5f -1 host:77 1099511627776L -0.25d "
            "func:0)\n");
}

// More than there are registers, and most of them not used by the function itself.
TEST_P(Listeners, HearManyValues) {
  for (const int count : {40, 1000}) {
    World w(config());
    std::string types, gets;
    List<Value> args;
    for (int k = 0; k < count; ++k) {
      const char* const kinds[] = {"i32", "f64", "i64", "v128", "f32"};
      const Value values[] = {Value(k), Value(k + 0.5), Value(int64_t{k}),
                              Value(V128{{static_cast<uint8_t>(k), 0, 0, 0, 0, 0, 0, 0, 9}}),
                              Value(static_cast<float>(k))};
      types += std::string(" ") + kinds[k % 5];
      args.push_back(values[k % 5]);
      gets += " (local.get " + std::to_string(k) + ")";
    }
    const std::string values = text(args);
    const Instance i = w.run("(module (func $id (export \"id\") (param" + types + ") (result" +
                             types + ")" + gets + ") (func $last (export \"last\") (param" + types +
                             ") (result i64) (local.get 37)))");
    EXPECT_EQ(text(i.func("id").value().call(args).value()), values);
    EXPECT_EQ(w.recorder.take(), "1 before id" + values + "\n1 after id" + values + "\n");
    EXPECT_EQ(text(i.func("last").value().call(args).value()), "(37L)");
    EXPECT_EQ(w.recorder.take(), "1 before last" + values + "\n1 after last(37L)\n");
  }
}

TEST_P(Listeners, HearEveryKindOfReturn) {
  World w(config());
  const Instance i = w.run(R"((module
    (func $return (export "return") (param i32) (result i32 i64)
      (if (local.get 0) (then (return (i32.const 1) (i64.const 2))))
      (i32.const 3) (i64.const 4))
    (func $br_if (export "br_if") (param i32) (result i32) (local i32 i32)
      (local.set 1 (i32.const 5))
      (loop $l
        (local.set 2 (i32.add (local.get 2) (local.get 1)))
        (drop (br_if 1 (local.get 2) (i32.gt_u (local.get 2) (local.get 0))))
        (br $l))
      (unreachable))
    (func $table (export "table") (param i32) (result i32)
      (i32.const 10)
      (block (param i32) (result i32)
        (block (param i32) (result i32)
          (br_table 0 2 1 (local.get 0)))
        (i32.add (i32.const 1)))
      (i32.add (i32.const 2)))
    (func $nothing (export "nothing") (param i32)
      (br_if 0 (local.get 0))
      (block (br_table 1 0 (i32.sub (local.get 0) (i32.const 1)))))
    (func $null (export "null") (param externref) (result i32)
      (i32.const 8)
      (br_on_null 0 (local.get 0))
      (drop) (drop) (i32.const 9))
    (func $fused (export "fused") (param i64 i64) (result i64)
      (i64.add (local.get 0) (local.get 1))
      (br_if 0 (i64.lt_s (local.get 0) (local.get 1)))
      (i64.mul (i64.const 2)))))");
  const auto call = [&](const char* name, std::initializer_list<Value> args) {
    w.recorder.take();
    const std::string results = text(i.func(name).value().call(args).value());
    EXPECT_EQ(w.recorder.take(), "1 before " + std::string(name) +
                                     text(Span<const Value>(args.begin(), args.size())) +
                                     "\n1 after " + name + results + "\n");
    return results;
  };
  EXPECT_EQ(call("return", {1}), "(1 2L)");
  EXPECT_EQ(call("return", {0}), "(3 4L)");
  EXPECT_EQ(call("br_if", {17}), "(20)");
  EXPECT_EQ(call("table", {0}), "(13)");
  EXPECT_EQ(call("table", {1}), "(10)");
  EXPECT_EQ(call("table", {2}), "(12)");
  EXPECT_EQ(call("nothing", {1}), "()");
  EXPECT_EQ(call("nothing", {0}), "()");
  EXPECT_EQ(call("null", {Value::null(RefKind::extern_)}), "(8)");
  EXPECT_EQ(call("null", {Value(Ref::host(w.store, 1).value())}), "(9)");
  EXPECT_EQ(call("fused", {int64_t{1}, int64_t{2}}), "(3L)");
  EXPECT_EQ(call("fused", {int64_t{2}, int64_t{1}}), "(6L)");
}

// Operands below the results stay what they are on the path that does not return.
TEST_P(Listeners, ConditionalReturnsDisturbNothing) {
  World w(config());
  const Instance i = w.run(R"((module
    (func $f (export "f") (param i32 f64 externref) (result externref)
      (local $k i32) (local $sum f64)
      (loop $l
        (local.get 1)
        (i32.load8_u (local.get $k))
        (local.get 2)
        (br_if 1 (i32.eq (local.get $k) (local.get 0)))
        (drop)
        (local.set $k (i32.add (i32.const 1) (i32.add (local.get $k))))
        (local.set $sum (f64.add (local.get $sum)))
        (br_if $l (i32.lt_u (local.get $k) (i32.const 50))))
      (if (f64.ne (local.get $sum) (f64.const 75)) (then unreachable))
      (ref.null extern))
    (memory 1)))");
  const Value host = Ref::host(w.store, 3).value();
  EXPECT_EQ(text(i.func("f").value().call({20, 1.5, host}).value()), "(host:3)");
  EXPECT_EQ(w.recorder.take(), "1 before f(20 1.5d host:3)\n1 after f(host:3)\n");
  EXPECT_EQ(text(i.func("f").value().call({100, 1.5, host}).value()), "(null)");
}

// --- tail calls

constexpr const char* tail_calls = R"((module
  (type $t (func (param i32 i32) (result i32)))
  (import "env" "host" (func $host (param i32) (result i32)))
  (table 3 funcref) (elem (i32.const 0) $even $odd)
  (elem declare func $even)
  (func $even (export "even") (type $t)
    (if (i32.eqz (local.get 0)) (then (return (local.get 1))))
    (return_call $odd (i32.sub (local.get 0) (i32.const 1)) (i32.add (local.get 1) (i32.const 2))))
  (func $odd (export "odd") (type $t)
    (return_call_indirect (type $t)
      (i32.sub (local.get 0) (i32.const 1)) (i32.mul (local.get 1) (i32.const 3)) (i32.const 0)))
  (func $by_ref (export "by_ref") (param i32) (result i32)
    (return_call_ref $t (local.get 0) (i32.const 1) (ref.func $even)))
  (func $to_host (export "to_host") (param i32) (result i32)
    (return_call $host (local.get 0)))
  (func $bad (export "bad") (result i32)
    (return_call_indirect (type $t) (i32.const 1) (i32.const 2) (i32.const 2)))
  (func $calls_bad (export "calls_bad") (result i32) (call $bad))
  (func $count (export "count") (param i64) (result i64)
    (if (result i64) (i64.eqz (local.get 0)) (then (i64.const 1))
      (else (return_call $count (i64.sub (local.get 0) (i64.const 1))))))))";

TEST_P(Listeners, TailCallsEndTheFunction) {
  World w(config());
  w.linker.func("env", "host", [](int32_t x) { return x + 100; });
  const Instance i = w.run(tail_calls);
  EXPECT_EQ((i.func<int32_t(int32_t, int32_t)>("even").value()(2, 1).value()), 9);
  EXPECT_EQ(w.recorder.take(),
            "1 before even(2 1)\n1 tail even()\n"
            "1 before odd(1 3)\n1 tail odd()\n"
            "1 before even(0 9)\n1 after even(9)\n");
  EXPECT_EQ(i.func<int32_t(int32_t)>("by_ref").value()(0).value(), 1);
  EXPECT_EQ(w.recorder.take(),
            "1 before by_ref(0)\n1 tail by_ref()\n1 before even(0 1)\n1 after even(1)\n");
  EXPECT_EQ(i.func<int32_t(int32_t)>("to_host").value()(1).value(), 101);
  w.recorder.lines.erase(w.recorder.lines.begin() + 2, w.recorder.lines.end() - 1);
  EXPECT_EQ(w.recorder.lines.size(), 3u);
}

// The host function calls functions with other results meanwhile, one of them through an import.
TEST_P(Listeners, TailCallOfAHostFunctionThatCallsBack) {
  World w(config());
  Instance i;
  w.linker.func("env", "two", [](int32_t x) { return std::tuple<int32_t, int32_t>(x, x); });
  w.linker.func("env", "back", [&](int32_t x) -> Result<std::tuple<int32_t, int64_t, double>> {
    const auto r = i.func("calls_two").value().call({x}).value();
    if (x < 0) return trap("below zero");
    return std::tuple<int32_t, int64_t, double>(r[0].i32(), 7, 0.5);
  });
  i = w.run(R"((module
    (import "env" "two" (func $quiet_two (param i32) (result i32 i32)))
    (import "env" "back" (func $quiet_back (param i32) (result i32 i64 f64)))
    (func $calls_two (export "calls_two") (param i32) (result i32)
      (i32.add (call $quiet_two (local.get 0))))
    (func $tail (export "tail") (param i32) (result i32 i64 f64)
      (return_call $quiet_back (local.get 0)))))");
  EXPECT_EQ(text(i.func("tail").value().call({4}).value()), "(8 7L 0.5d)");
  ASSERT_EQ(w.recorder.lines.size(), 4u);
  EXPECT_EQ(w.recorder.lines[1], "1 tail tail()");
  w.recorder.take();
  EXPECT_EQ(i.func("tail").value().call({-1}).error().message, "below zero");
  ASSERT_EQ(w.recorder.lines.size(), 4u);
  EXPECT_EQ(w.recorder.lines[3].substr(1), " after calls_two(-2)");
}

TEST_P(Listeners, TailCallThatFailsIsHeardOnce) {
  World w(config());
  w.linker.func("env", "host", [](int32_t) -> Result<int32_t> { return trap("no"); });
  const Instance i = w.run(tail_calls);
  EXPECT_FALSE(i.func<int32_t()>("calls_bad").value()());
  EXPECT_EQ(w.recorder.take(),
            "1 before calls_bad()\n2 before bad()\n2 tail bad()\n"
            "1 trap calls_bad: uninitialized element 2\n");
  const auto r = i.func<int32_t(int32_t)>("to_host").value()(1);
  EXPECT_EQ(r.error().message, "no");
  EXPECT_EQ(w.recorder.lines[1], "1 tail to_host()");
  EXPECT_EQ(w.recorder.lines.size(), 4u);
  EXPECT_EQ(w.recorder.lines[3].substr(1), " trap env.host: no");
}

// The frame is really replaced: the stack would hold a small part of these.
TEST_P(Listeners, TailCallsTakeNoStack) {
  World w(config());
  Counter counter;
  w.linker.func("env", "host", [](int32_t x) { return x; });
  const Instance i = w.run(tail_calls, counter);
  EXPECT_EQ(i.func<int64_t(int64_t)>("count").value()(300'000).value(), 1);
  EXPECT_EQ(counter.calls, 300'001u);
  EXPECT_EQ(counter.returns, 300'001u);
  EXPECT_TRUE(counter.open.empty());
}

// --- failures

TEST_P(Listeners, TrapsAreHeardInnermostFirst) {
  World w(config());
  const Instance i = w.run(R"((module (memory 1)
    (func $load (param i32) (result i32) (i32.load (local.get 0)))
    (func $quiet (param i32) (result i32) (call $load (local.get 0)))
    (func $outer (export "outer") (param i32) (result i32) (call $quiet (local.get 0)))))");
  const auto outer = i.func<int32_t(int32_t)>("outer").value();
  const auto r = outer(65536);
  ASSERT_FALSE(r);
  const std::string message = "out of bounds memory access: 4 bytes at 0x10000, memory size 65536";
  EXPECT_EQ(r.error().message, message);
  EXPECT_EQ(r.error().backtrace.size(), 3u);
  EXPECT_EQ(w.recorder.take(), "1 before outer(65536)\n3 before load(65536)\n3 trap load: " +
                                   message + "\n1 trap outer: " + message + "\n");
  EXPECT_EQ(outer(0).value(), 0);
  EXPECT_EQ(w.recorder.lines.size(), 4u);
}

TEST_P(Listeners, TrapHasTheErrorOfTheCall) {
  struct Keep : FunctionListener {
    void trap(ListenerCall&, const Error& e) override { error = e; }
    Error error;
  } keep;
  World w(config());
  const Instance i = w.run(R"((module
    (func $f (export "f") (param i32) (result i32) (i32.div_u (i32.const 1) (local.get 0)))))",
                           keep);
  const auto r = i.func<int32_t(int32_t)>("f").value()(0);
  ASSERT_FALSE(r);
  EXPECT_EQ(describe(keep.error), describe(r.error()));
  EXPECT_EQ(trap_code(keep.error), TrapCode::integer_divide_by_zero);
  EXPECT_EQ(keep.error.backtrace.size(), 1u);
}

TEST_P(Listeners, StackOverflowIsHeardByThoseThatRan) {
  World w(config());
  Counter counter;
  const Instance i = w.run(R"((module
    (func $f (export "f") (param i32) (result i32)
      (i32.add (call $f (i32.add (local.get 0) (i32.const 1))) (i32.const 1)))))",
                           counter);
  const auto r = i.func<int32_t(int32_t)>("f").value()(0);
  EXPECT_EQ(trap_code(r.error()), TrapCode::stack_exhausted);
  EXPECT_EQ(counter.last, TrapCode::stack_exhausted);
  EXPECT_GT(counter.calls, 1000u);
  EXPECT_EQ(counter.traps, counter.calls);
  EXPECT_EQ(r.error().frames_total, counter.calls);
  EXPECT_TRUE(counter.open.empty());
}

TEST_P(Listeners, OutOfFuelAndInterruptionAreHeard) {
  const char* const forever = R"((module
    (func $spin (export "spin") (loop $l (br $l)))
    (func $outer (export "outer") (call $spin))))";
  {
    World w(config({.fuel = true}));
    w.store.set_fuel(100);
    EXPECT_FALSE(w.run(forever).func<void()>("outer").value()());
    EXPECT_EQ(w.recorder.take(),
              "1 before outer()\n2 before spin()\n2 trap spin: out of fuel\n"
              "1 trap outer: out of fuel\n");
    // None is left at the first instruction: the function had begun.
    EXPECT_FALSE(w.run(forever).func<void()>("spin").value()());
    EXPECT_EQ(w.recorder.take(), "1 before spin()\n1 trap spin: out of fuel\n");
  }
  World w(config({.interruptible = true}));
  const Instance i = w.run(forever);
  w.store.set_timeout_ms(30);
  const auto r = i.func<void()>("outer").value()();
  EXPECT_EQ(trap_code(r.error()), TrapCode::deadline);
  EXPECT_EQ(w.recorder.lines.size(), 4u);
  w.recorder.take();
  // Stopped before it begins: not heard.
  w.store.interrupt_handle().interrupt();
  EXPECT_FALSE(i.func<void()>("outer").value()());
  EXPECT_EQ(w.recorder.take(), "");
}

TEST_P(Listeners, ErrorsExitsAndExceptionsOfTheHostAreHeard) {
  World w(config());
  w.linker.func("env", "f", [](int32_t how) -> Result<int32_t> {
    if (how == 0) return trap("refused");
    if (how == 1) return exit_program(3);
    throw std::runtime_error("thrown");
  });
  const Instance i = w.run(R"((module (import "env" "f" (func $quiet_f (param i32) (result i32)))
    (func $g (param i32) (result i32) (call $quiet_f (local.get 0)))
    (func $run (export "run") (param i32) (result i32) (call $g (local.get 0)))))");
  const auto run = i.func<int32_t(int32_t)>("run").value();
  EXPECT_EQ(run(0).error().message, "refused");
  EXPECT_EQ(w.recorder.take(),
            "1 before run(0)\n2 before g(0)\n2 trap g: refused\n1 trap run: refused\n");
  const auto exit = run(1);
  EXPECT_EQ(exit.error().kind, ErrorKind::exit);
  EXPECT_EQ(exit.error().exit_code, 3);
  EXPECT_EQ(w.recorder.take(),
            "1 before run(1)\n2 before g(1)\n2 trap g: program exited\n1 trap run: program "
            "exited\n");
  EXPECT_THROW(static_cast<void>(run(2)), std::runtime_error);
  ASSERT_EQ(w.recorder.lines.size(), 4u);
  EXPECT_EQ(w.recorder.lines[2].substr(0, 8), "2 trap g");
}

constexpr const char* exceptions = R"((module
  (import "env" "thrower" (func $quiet_thrower (param externref)))
  (tag $e (export "e") (param i32 externref))
  (func $throws (param i32 externref) (throw $e (local.get 0) (local.get 1)))
  (func $passes (param i32 externref) (call $throws (local.get 0) (local.get 1)))
  (func $catches (export "catches") (param i32 externref) (result i32 externref)
    (block $h (result i32 externref)
      (try_table (catch $e $h) (call $passes (local.get 0) (local.get 1)))
      (unreachable)))
  (func $again (export "again") (param i32 externref) (result exnref)
    (block $h (result exnref)
      (try_table (catch_all_ref $h) (call $rethrows (local.get 0) (local.get 1)))
      (unreachable)))
  (func $rethrows (param i32 externref)
    (block $h (result exnref)
      (try_table (catch_all_ref $h) (call $throws (local.get 0) (local.get 1)))
      (unreachable))
    (throw_ref))
  (func $own (export "own") (param i32 externref) (result i32 externref)
    (block $h (result i32 externref)
      (try_table (catch $e $h) (throw $e (local.get 0) (local.get 1)))
      (unreachable)))
  (func $host (export "host") (param externref) (result i32 externref)
    (block $h (result i32 externref)
      (try_table (catch $e $h) (call $calls_host (local.get 0)))
      (unreachable)))
  (func $calls_host (param externref) (call $quiet_thrower (local.get 0)))
  (func $uncaught (export "uncaught") (call $passes (i32.const 4) (ref.null extern)))))";

class ListenersAndExceptions : public Listeners {};
INSTANTIATE_TEST_SUITE_P(Engines, ListenersAndExceptions,
                         ::testing::Values(EngineKind::interpreter, EngineKind::baseline));

TEST_P(ListenersAndExceptions, AreHeardBeforeTheHandlerRuns) {
  World w(config({.gc_stress = true}));
  Tag tag;
  w.linker.func("env", "thrower", [&](Caller c, ExternRef r) -> Result<void> {
    const List<Value> payload = {Value(9), Value(r)};
    return throw_exception(c, tag, payload);
  });
  const Instance i = w.run(exceptions);
  tag = i.find("e")->tag();
  const Value host = Ref::host(w.store, 5).value();
  const std::string e = "unhandled exception";
  const auto lines_of = [&](std::string_view name, std::initializer_list<Value> args) {
    w.recorder.take();
    const auto r = i.func(name).value().call(args);
    std::string out = r ? text(*r) + "\n" : std::string(r.error().message) + "\n";
    for (const std::string& l : w.recorder.lines) out += l.substr(0, l.find(" exception")) + "\n";
    return out;
  };
  EXPECT_EQ(lines_of("catches", {1, host}),
            "(1 host:5)\n1 before catches(1 host:5)\n2 before passes(1 host:5)\n"
            "3 before throws(1 host:5)\n3 trap throws: unhandled\n2 trap passes: unhandled\n"
            "1 after catches(1 host:5)\n");
  EXPECT_EQ(lines_of("again", {2, host}),
            "(exn:2)\n1 before again(2 host:5)\n2 before rethrows(2 host:5)\n"
            "3 before throws(2 host:5)\n3 trap throws: unhandled\n2 trap rethrows: unhandled\n"
            "1 after again(exn:2)\n");
  EXPECT_EQ(lines_of("own", {3, host}),
            "(3 host:5)\n1 before own(3 host:5)\n1 after own(3 host:5)\n");
  EXPECT_EQ(lines_of("host", {host}),
            "(9 host:5)\n1 before host(host:5)\n2 before calls_host(host:5)\n"
            "2 trap calls_host: unhandled\n1 after host(9 host:5)\n");
  const std::string uncaught = lines_of("uncaught", {});
  EXPECT_EQ(uncaught.substr(0, e.size()), e);
  EXPECT_EQ(uncaught.substr(uncaught.find('\n') + 1),
            "1 before uncaught()\n2 before passes(4 null)\n3 before throws(4 null)\n"
            "3 trap throws: unhandled\n2 trap passes: unhandled\n1 trap uncaught: unhandled\n");
}

// --- references, memory, calls from listeners

// Collects garbage and allocates whenever it hears something.
struct Disturber : Recorder {
  explicit Disturber(Store& s) : store(s) {}
  void disturb() {
    for (uint64_t k = 0; k < 4; ++k) EXPECT_TRUE(Ref::host(store, 1000 + k));
    store.collect_garbage();
  }
  void before(ListenerCall& call, Span<const Value> params) override {
    disturb();
    Recorder::before(call, params);
  }
  void after(ListenerCall& call, Span<const Value> results) override {
    disturb();
    Recorder::after(call, results);
  }
  void trap(ListenerCall& call, const Error& e) override {
    disturb();
    Recorder::trap(call, e);
  }
  Store& store;
};

TEST_P(Listeners, ReferencesSurviveCollectionInListeners) {
  World w(config());
  Disturber disturber(w.store);
  w.linker.func("env", "id", [](ExternRef r) { return r; });
  const Instance i = w.run(R"((module
    (type $box (struct (field (mut i32)) (field externref)))
    (import "env" "id" (func $id (param externref) (result externref)))
    (func $make (param i32 externref) (result (ref $box))
      (struct.new $box (local.get 0) (local.get 1)))
    (func $open (param (ref $box) i64 anyref) (result i32 externref (ref $box) anyref)
      (struct.get $box 0 (local.get 0)) (struct.get $box 1 (local.get 0)) (local.get 0)
      (local.get 2))
    (func $tail (param (ref $box) (ref $box)) (result i32 externref (ref $box) anyref)
      (return_call $open (local.get 1) (i64.const -1) (local.get 0)))
    (func $run (export "run") (param externref) (result i32 externref i32 i32)
      (local $kept (ref null $box)) (local $any anyref) (local $n i32) (local $e externref)
      (local.set $kept (call $make (i32.const 1) (call $id (local.get 0))))
      (call $make (i32.const 20) (local.get 0))
      (call $tail (call $make (i32.const 300) (ref.null extern))
                  (ref.as_non_null (local.get $kept)))
      (local.set $any) (local.set $kept) (local.set $e) (local.set $n)
      (struct.get $box 0) (local.get $e) (local.get $n)
      (struct.get $box 0 (ref.cast (ref $box) (local.get $any))))))",
                           disturber);
  const Value host = Ref::host(w.store, 42).value();
  const auto r = i.func("run").value().call({host});
  ASSERT_TRUE(r) << r.error().message;
  EXPECT_EQ(text(*r), "(20 host:42 1 300)");
  const std::string heard = disturber.take();
  EXPECT_NE(heard.find("2 before tail(object:300 object:1)\n2 tail tail()\n"
                       "2 before open(object:1 -1L object:300)\n"
                       "2 after open(1 host:42 object:1 object:300)\n"
                       "1 after run(20 host:42 1 300)\n"),
            std::string::npos)
      << heard;
}

TEST_P(Listeners, ReferencesSurviveBelowReturnsAndCalls) {
  World w(config());
  Disturber disturber(w.store);
  const Instance i = w.run(R"((module
    (type $box (struct (field (mut i32))))
    (func $make (param i32) (result (ref $box)) (struct.new $box (local.get 0)))
    (func $get (param (ref $box)) (result i32) (struct.get $box 0 (local.get 0)))
    (func $choose (param i32 (ref $box) (ref $box)) (result (ref $box))
      (local.get 2)
      (local.get 1)
      (br_if 0 (i32.eq (local.get 0) (i32.const 1)))
      (drop)
      (br_if 0 (i32.eq (local.get 0) (i32.const 2)))
      (drop)
      (call $make (i32.const 99)))
    (func $run (export "run") (param i32) (result i32) (local $a (ref null $box))
      (local.set $a (call $make (i32.const 7)))
      (call $get (ref.as_non_null (local.get $a)))
      (call $get (call $choose (local.get 0) (ref.as_non_null (local.get $a))
                                             (call $make (i32.const 8))))
      (i32.mul (i32.const 100))
      (i32.add)
      (i32.add (i32.mul (i32.const 1000) (call $get (ref.as_non_null (local.get $a))))))))",
                           disturber);
  const auto run = i.func<int32_t(int32_t)>("run").value();
  EXPECT_EQ(run(1).value(), 7707);
  EXPECT_EQ(run(2).value(), 7807);
  EXPECT_EQ(run(3).value(), 16907);
  EXPECT_EQ(disturber.lines[7], "2 before choose(1 object:7 object:8)");
  EXPECT_EQ(disturber.lines[8], "2 after choose(object:7)");
}

TEST_P(Listeners, MayCallAndGrowMemory) {
  struct Grow : FunctionListener {
    void before(ListenerCall& call, Span<const Value> params) override {
      const Caller c = call.caller();
      if (call.function().name != "f") return;
      EXPECT_EQ(c.memory().read<uint32_t>(0).value(), 11u);
      ASSERT_TRUE(c.memory("m").grow(200));
      EXPECT_TRUE(c.memory().write<uint32_t>(100 << 16, 31));
      EXPECT_EQ(c.func("g").call({params[0]}).value()[0].i32(), params[0].i32() + 1);
      EXPECT_FALSE(c.func("trap").call({}));
      ++heard;
    }
    void after(ListenerCall& call, Span<const Value> results) override {
      if (call.function().name != "f") return;
      EXPECT_EQ(call.caller().func("g").call({results[0]}).value()[0].i32(), 32);
    }
    void trap(ListenerCall& call, const Error& e) override {
      if (call.function().name == "fails") {
        EXPECT_EQ(call.caller().func("g").call({1}).value()[0].i32(), 2);
        EXPECT_FALSE(call.caller().func("trap").call({}));
      }
      EXPECT_NE(e.message, "");
    }
    int heard = 0;
  } grow;
  World w(config());
  const Instance i = w.run(R"((module (memory (export "m") 1) (data (i32.const 0) "\0b")
    (func $f (export "f") (param i32) (result i32) (i32.load (i32.const 6553600)))
    (func $g (export "g") (param i32) (result i32) (i32.add (local.get 0) (i32.const 1)))
    (func $trap (export "trap") unreachable)
    (func $fails (export "fails") (result i32) (i32.load (i32.const -1)))
    (func $quiet (export "catches") (call $trap))))",
                           grow);
  EXPECT_EQ(i.func<int32_t(int32_t)>("f").value()(4).value(), 31);
  EXPECT_EQ(grow.heard, 1);
  const auto r = i.func<int32_t()>("fails").value()();
  EXPECT_EQ(r.error().message,
            "out of bounds memory access: 4 bytes at 0xffffffff, memory size 13172736");
  EXPECT_EQ(r.error().backtrace.size(), 1u);
}

// One that calls what it listens to, without end, meets the limits of nested calls.
TEST_P(Listeners, EndlessRecursionOfAListenerIsStopped) {
  struct Again : FunctionListener {
    void before(ListenerCall& call, Span<const Value>) override {
      ++begun;
      if (Result<List<Value>> r = call.caller().func("f").call({}); !r) last = r.error();
    }
    void after(ListenerCall&, Span<const Value>) override { ++ended; }
    int begun = 0, ended = 0;
    Error last;
  } again;
  World w(config());
  const Instance i = w.run(R"((module (func $f (export "f"))))", again);
  EXPECT_TRUE(i.func<void()>("f").value()());
  EXPECT_EQ(trap_code(again.last), TrapCode::stack_exhausted);
  EXPECT_EQ(again.begun, again.ended);
  EXPECT_GT(again.begun, 20);
}

TEST_P(Listeners, BacktraceBeginsWithTheFunction) {
  struct Trace : FunctionListener {
    void before(ListenerCall& call, Span<const Value>) override { note(call); }
    void after(ListenerCall& call, Span<const Value>) override { note(call); }
    void note(ListenerCall& call) {
      for (const Frame& f : call.caller().backtrace()) names += std::string(f.func_name) + " ";
      names += "| ";
    }
    std::string names;
  } trace;
  World w(config());
  w.linker.func("env", "h", [] {});
  const Instance i = w.run(R"((module (import "env" "h" (func $h))
    (func $inner (call $h)) (func $outer (export "outer") (call $inner))))",
                           trace);
  ASSERT_TRUE(i.func<void()>("outer").value()());
  EXPECT_EQ(trace.names,
            "outer | inner outer | env.h inner outer | env.h inner outer | inner outer | outer | ");
}

// --- listeners that end the call

struct Failing : Counter {
  void before(ListenerCall& call, Span<const Value> v) override {
    Counter::before(call, v);
    if (call.function().name == in_before) fail(call);
    if (call.function().name == in_before) open.pop_back();
  }
  void after(ListenerCall& call, Span<const Value> v) override {
    Counter::after(call, v);
    if (call.function().name == in_after) fail(call);
  }
  void trap(ListenerCall& call, const Error& e) override {
    Counter::trap(call, e);
    if (in_trap) throw std::logic_error("dropped");
  }
  void fail(ListenerCall& call) {
    if (!throws) return call.fail(nacre::trap("listener says no"));
    open.erase(open.end() - (call.function().name == in_before ? 1 : 0), open.end());
    throw std::runtime_error("thrown by a listener");
  }
  std::string_view in_before, in_after;
  bool throws = false, in_trap = false;
};

constexpr const char* nested = R"((module
  (global $ran (export "ran") (mut i32) (i32.const 0))
  (func $inner (result i32) (global.set $ran (i32.const 1)) (i32.const 5))
  (func $middle (result i32) (i32.add (call $inner) (i32.const 1)))
  (func $tail (result i32) (return_call $middle))
  (func $outer (export "outer") (result i32) (call $tail))))";

TEST_P(Listeners, MayEndTheCall) {
  for (const bool throws : {false, true}) {
    World w(config());
    Failing failing;
    failing.throws = throws;
    failing.in_trap = true;
    const Instance i = w.run(nested, failing);
    const auto outer = i.func<int32_t()>("outer").value();
    const auto fails = [&] {
      failing.traps = 0;
      if (throws) {
        EXPECT_THROW(static_cast<void>(outer()), std::runtime_error);
      } else {
        const auto r = outer();
        EXPECT_EQ(r.error().message, "listener says no");
        EXPECT_EQ(trap_code(r.error()), TrapCode::host);
      }
      EXPECT_TRUE(failing.open.empty());
      return failing.traps;
    };
    failing.in_before = "inner";
    EXPECT_EQ(fails(), 2u);  // middle and outer; tail had ended, inner never began
    EXPECT_EQ(i.global("ran").value().get().i32(), 0);
    failing.in_before = "outer";
    EXPECT_EQ(fails(), 0u);
    failing.in_before = {};
    failing.in_after = "inner";
    EXPECT_EQ(fails(), 2u);
    EXPECT_EQ(i.global("ran").value().get().i32(), 1);
    failing.in_after = "outer";
    EXPECT_EQ(fails(), 0u);
    failing.in_after = "tail";
    EXPECT_EQ(fails(), 1u);
    failing.in_after = {};
    EXPECT_EQ(outer().value(), 6);
  }
}

// --- imported functions, start functions

TEST_P(Listeners, HearHostFunctionsTheModuleImports) {
  World w(config({.gc_stress = true}));
  int calls = 0;
  w.linker
      .func("env", "add",
            [&](Caller c, int32_t x, int64_t y) {
              ++calls;
              EXPECT_FALSE(c.instance().empty());
              return x + static_cast<int32_t>(y);
            })
      .func("env", "ref", [](ExternRef r, ExternRef) { return r; })
      .func("env", "fail", []() -> Result<void> { return trap("failed"); });
  const char* const wat = R"((module
    (type $add (func (param i32 i64) (result i32)))
    (import "env" "add" (func $add (type $add)))
    (import "env" "ref" (func (param externref externref) (result externref)))
    (import "env" "fail" (func $fail))
    (table 1 funcref) (elem (i32.const 0) $add)
    (export "add" (func $add))
    (func $quiet_run (export "run") (param i32) (result i32)
      (call_indirect (type $add) (call $add (local.get 0) (i64.const 2)) (i64.const 3)
                                 (i32.const 0)))
    (func $quiet_ref (export "ref") (param externref externref) (result externref)
      (call 1 (local.get 0) (local.get 1)))
    (func $quiet_tail (export "tail") (result i32) (return_call $add (i32.const 1) (i64.const 1)))
    (func $quiet_fail (export "fail") (call $fail))))";
  const Instance i = w.run(wat);
  EXPECT_EQ(i.func<int32_t(int32_t)>("run").value()(1).value(), 6);
  EXPECT_EQ(w.recorder.take(),
            "2 before env.add(1 2L)\n2 after env.add(3)\n"
            "2 before env.add(3 3L)\n2 after env.add(6)\n");
  const Value a = Ref::host(w.store, 1).value(), b = Ref::host(w.store, 2).value();
  EXPECT_EQ(text(i.func("ref").value().call({a, b}).value()), "(host:1)");
  EXPECT_EQ(w.recorder.take(), "2 before env.ref(host:1 host:2)\n2 after env.ref(host:1)\n");
  EXPECT_EQ(i.func<int32_t()>("tail").value()().value(), 2);
  EXPECT_EQ(w.recorder.lines.size(), 2u);
  w.recorder.take();
  EXPECT_EQ(i.func<void()>("fail").value()().error().message, "failed");
  EXPECT_EQ(w.recorder.take(), "2 before env.fail()\n2 trap env.fail: failed\n");
  EXPECT_EQ(calls, 3);
  // A module that has no listeners calls the same function unheard.
  const Instance quiet = w.linker.instantiate(w.store, compile(w.engine, wat)).value();
  EXPECT_EQ(quiet.func<int32_t(int32_t)>("run").value()(1).value(), 6);
  EXPECT_EQ(w.recorder.take(), "");
}

TEST_P(Listeners, ReferencesMoveUnderHostFunctionsToo) {
  World w(config());
  Disturber disturber(w.store);
  w.linker.func("env", "second", [](ExternRef, ExternRef r) { return r; });
  const Instance i = w.run(R"((module
    (import "env" "second" (func $second (param externref externref) (result externref)))
    (export "second" (func $second))
    (func $f (export "f") (param externref externref) (result externref)
      (call $second (local.get 0) (local.get 1)))))",
                           disturber);
  const Value a = Ref::host(w.store, 1).value(), b = Ref::host(w.store, 2).value();
  EXPECT_EQ(text(i.func("f").value().call({a, b}).value()), "(host:2)");
  EXPECT_EQ(text(i.func("second").value().call({a, b}).value()), "(host:2)");
  EXPECT_EQ(disturber.lines.size(), 6u);
}

TEST_P(Listeners, HearStartFunctions) {
  World w(config());
  w.run(R"((module (func $init (call $more)) (func $more) (start $init)))");
  EXPECT_EQ(w.recorder.take(),
            "1 before init()\n2 before more()\n2 after more()\n1 after init()\n");
  const auto r = w.linker.instantiate(
      w.store, Module::compile(w.engine, wasm("(module (func $bad unreachable) (start $bad))"),
                               all(w.recorder))
                   .value());
  EXPECT_FALSE(r);
  EXPECT_EQ(w.recorder.take(), "1 before bad()\n1 trap bad: unreachable\n");
}

// Frames of several modules and of nested calls from the host.
TEST_P(Listeners, NestedActivationsAndInstances) {
  World w(config());
  Func back;
  w.linker.func("env", "again", [&](int32_t x) -> Result<int32_t> {
    Result<List<Value>> r = back.call({x - 1});
    if (!r) return std::move(r.error());
    return (*r)[0].i32();
  });
  const Instance lib = w.run(R"((module
    (import "env" "again" (func $quiet_again (param i32) (result i32)))
    (func $lib (export "lib") (param i32) (result i32) (call $quiet_again (local.get 0)))))");
  w.linker.instance("lib", lib);
  const Instance i = w.run(R"((module
    (import "lib" "lib" (func $lib (param i32) (result i32)))
    (func $run (export "run") (param i32) (result i32)
      (if (i32.eqz (local.get 0)) (then unreachable))
      (if (i32.eq (local.get 0) (i32.const 100)) (then (return (i32.const 1))))
      (call $lib (local.get 0)))))");
  back = i.func("run").value();
  EXPECT_EQ(back.call({102}).value()[0].i32(), 1);
  EXPECT_EQ(w.recorder.take(),
            "1 before run(102)\n2 before lib(102)\n4 before run(101)\n5 before lib(101)\n"
            "7 before run(100)\n7 after run(1)\n5 after lib(1)\n4 after run(1)\n"
            "2 after lib(1)\n1 after run(1)\n");
  EXPECT_EQ(back.call({1}).error().message, "unreachable");
  EXPECT_EQ(w.recorder.take(),
            "1 before run(1)\n2 before lib(1)\n4 before run(0)\n4 trap run: unreachable\n"
            "2 trap lib: unreachable\n1 trap run: unreachable\n");
}

// --- choosing

TEST_P(Listeners, InfoDescribesEveryFunction) {
  const Engine engine(config());
  std::string seen;
  const auto module =
      Module::compile(engine, wasm(R"((module $lib
        (import "env" "log" (func $log (param i32)))
        (func (export "b") (export "a") (param i32 f64) (result v128) unreachable)
        (func $named) (func) (export "again" (func $log))))"),
                      {.listeners = [&](const FunctionInfo& f) -> FunctionListener* {
                        seen += std::to_string(f.index) + " '" + std::string(f.name) + "' of " +
                                std::string(f.module_name) + " " + std::string(to_string(f.type)) +
                                " " + std::string(to_string(f)) + (f.imported ? " imported" : "");
                        for (const StringView e : f.exports) seen += " " + std::string(e);
                        seen += "\n";
                        return nullptr;
                      }});
  ASSERT_TRUE(module);
  EXPECT_EQ(seen,
            "0 'log' of lib (func (param i32)) env.log imported again\n"
            "1 '' of lib (func (param i32 f64) (result v128)) b b a\n"
            "2 'named' of lib (func) named\n"
            "3 '' of lib (func) func[3]\n");
  EXPECT_EQ(module->data()->compiled->listeners, nullptr);
}

TEST_P(Listeners, LiveAsLongAsTheModuleIsUsed) {
  std::weak_ptr<Recorder> watched;
  {
    const Engine engine(config());
    Store store(engine);
    Instance instance;
    {
      auto recorder = std::make_shared<Recorder>();
      watched = recorder;
      const Module module =
          Module::compile(engine, wasm(R"((module (func (export "f"))))"),
                          {.listeners = [recorder](const FunctionInfo&) { return recorder.get(); }})
              .value();
      instance = Linker(engine).instantiate(store, module).value();
    }
    ASSERT_TRUE(instance.func<void()>("f").value()());
    ASSERT_FALSE(watched.expired());
    EXPECT_EQ(watched.lock()->lines.size(), 2u);
  }
  EXPECT_TRUE(watched.expired());
}

TEST_P(Listeners, AreCalledByManyThreads) {
  struct Atomic : FunctionListener {
    void before(ListenerCall&, Span<const Value> v) override { sum += v[0].i32(); }
    void after(ListenerCall&, Span<const Value> v) override { sum -= v[0].i32(); }
    std::atomic<int64_t> sum = 0;
  } listener;
  const Engine engine(config());
  const Module module = Module::compile(engine, wasm(R"((module
      (func $f (export "f") (param i32) (result i32)
        (if (result i32) (i32.eqz (local.get 0)) (then (i32.const 1))
          (else (call $f (i32.sub (local.get 0) (i32.const 1))))))))"),
                                        all(listener))
                            .value();
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      Store store(engine);
      const Instance i = Linker(engine).instantiate(store, module).value();
      for (int k = 0; k < 50; ++k) EXPECT_EQ(i.func<int32_t(int32_t)>("f").value()(10).value(), 1);
    });
  for (std::thread& t : threads) t.join();
  EXPECT_EQ(listener.sum.load(), 4 * 50 * (55 - 11));
}

// --- who has none does not pay

// The last function is long and has a large frame, with a listener and without: so it begins in the
// same place, and the distances of calls to it are the same.
std::string some_code() {
  std::string uses;
  for (int i = 1; i <= 20; ++i) {
    const std::string n = std::to_string(i);
    uses +=
        "(local.set " + n + " (i64.extend_i32_u (call $sum (local.get 0) (i32.const " + n + "))))";
    uses += "(local.set 0 (i32.wrap_i64 (i64.add (local.get " + n + ") (local.get 20))))";
  }
  return R"((module (memory 1) (table 1 funcref)
  (func $sum (export "sum") (param i32 i32) (result i32) (local i32)
    (loop $l
      (local.set 2 (i32.add (local.get 2) (i32.load (local.get 0))))
      (drop (br_if 1 (local.get 2) (i32.gt_u (local.get 2) (i32.const 1000))))
      (br_if $l (i32.lt_u (local.tee 0 (i32.add (local.get 0) (i32.const 4))) (local.get 1))))
    (local.get 2))
  (func $vector (param v128 f64) (result f64)
    (f64.add (local.get 1) (f64x2.extract_lane 0 (local.get 0))))
  (func $many (param i32) (result i32 i64 f32)
    (br_table 0 0 (i32.const 1) (i64.const 2) (f32.const 3) (local.get 0)))
  (func $calls (param i32) (result i32)
    (i32.add (call $sum (local.get 0) (i32.const 8)) (call $listened (local.get 0))))
  (func $tail (param i32) (result i32) (return_call $listened (local.get 0)))
  (func $listened (param i32) (result i32)
    (local i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64))" +
         uses + "(local.get 0)))";
}

// Without what lies between functions.
std::vector<std::vector<uint8_t>> machine_code(const Module& module) {
  const codegen::CodeImage& image = baseline::code_image(*module.data()->compiled->code);
  std::vector<std::vector<uint8_t>> out;
  const codegen::FunctionTable& functions = image.functions();
  for (uint32_t i = 0; i < functions.size(); ++i) {
    const auto end = i + 1 < functions.size() ? functions[i + 1].offset
                                              : static_cast<uint32_t>(image.code().size());
    std::vector<uint8_t>& code =
        out.emplace_back(image.code().begin() + functions[i].offset, image.code().begin() + end);
    while (code.back() == 0xCC) code.pop_back();
  }
  return out;
}

// The code words; addresses of functions, which differ from module to module, as their indices.
std::vector<std::vector<uint32_t>> threaded_code(const Module& module) {
  auto& image = static_cast<interp::ModuleImage&>(*module.data()->compiled->code);
  const uint32_t n = module.data()->compiled->module.num_defined_funcs();
  std::vector<std::vector<uint32_t>> out;
  for (uint32_t i = 0; i < n; ++i) {
    const interp::Body& body = *image.translate(image.function(i));
    std::vector<uint32_t> words(body.words.get(), body.words.get() + body.num_words);
    for (size_t at = 0; at + interp::ptr_words <= words.size(); ++at)
      for (uint32_t f = 0; f < n; ++f) {
        const interp::FunctionCode* const code = &image.function(f);
        if (std::memcmp(&words[at], &code, sizeof code) != 0) continue;
        std::memset(&words[at], 0xff, sizeof code);
        words[at] = f;
      }
    out.push_back(std::move(words));
  }
  return out;
}

TEST_P(Listeners, FunctionsWithoutOneHaveTheSameCode) {
  const Engine engine(config());
  const std::vector<uint8_t> bytes = wasm(some_code());
  Recorder recorder;
  const Module plain = Module::compile(engine, bytes).value();
  const Module none =
      Module::compile(
          engine, bytes,
          {.listeners =
               [](const FunctionInfo&) { return static_cast<FunctionListener*>(nullptr); }})
          .value();
  const Module one =
      Module::compile(
          engine, bytes,
          {.listeners =
               [&](const FunctionInfo& f) { return f.name == "listened" ? &recorder : nullptr; }})
          .value();
  const auto check = [](const auto& a, const auto& b, const auto& c) {
    ASSERT_EQ(a.size(), 6u);
    EXPECT_EQ(a, b);
    for (size_t i = 0; i < 5; ++i) EXPECT_EQ(a[i], c[i]) << i;
    EXPECT_NE(a[5], c[5]);
  };
  if (GetParam() == EngineKind::baseline)
    check(machine_code(plain), machine_code(none), machine_code(one));
  else check(threaded_code(plain), threaded_code(none), threaded_code(one));
  EXPECT_EQ(plain.data()->compiled->listeners, nullptr);
  EXPECT_EQ(none.data()->compiled->listeners, nullptr);
}

}  // namespace
}  // namespace nacre::test

// SPDX-License-Identifier: Apache-2.0
//
// Function listeners and calls that fail: traps, exceptions, exits, and listeners that end the call
// themselves.
#include <stdexcept>

#include "listener_fixture.hpp"

namespace nacre::test {
namespace {

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

}  // namespace
}  // namespace nacre::test

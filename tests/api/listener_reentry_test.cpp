// SPDX-License-Identifier: Apache-2.0
//
// Function listeners that do what they like meanwhile: collect garbage, grow memory, call back; and
// calls that go through the host.
#include "listener_fixture.hpp"

namespace nacre::test {
namespace {

// --- references, memory, calls from listeners

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

}  // namespace
}  // namespace nacre::test

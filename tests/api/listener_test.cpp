// SPDX-License-Identifier: Apache-2.0
//
// Function listeners on every engine: what they are told of calls, tail calls and returns, in which
// order and with which values.
#include "listener_fixture.hpp"

namespace nacre::test {
namespace {

INSTANTIATE_TEST_SUITE_P(Engines, Listeners,
                         ::testing::Values(EngineKind::interpreter, EngineKind::baseline),
                         [](const auto& p) {
                           return p.param == EngineKind::interpreter ? "interpreter" : "baseline";
                         });

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

}  // namespace
}  // namespace nacre::test

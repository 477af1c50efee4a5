// SPDX-License-Identifier: Apache-2.0
//
// The runner itself: what must pass passes, and what must fail is counted as the right failure.
#include <gtest/gtest.h>

#include "script/runner.hpp"
#include "script/suite.hpp"

namespace nacre::script {
namespace {

constexpr const char* prelude = R"(
(module $m
  (func (export "one") (result i32) (i32.const 1))
  (func (export "nan") (result f32) (f32.const nan:0x200000))
  (func (export "qnan") (result f32) (f32.const -nan))
  (func (export "vec") (result v128) (v128.const f32x4 nan 1 2 3))
  (func (export "div") (result i32) (i32.div_u (i32.const 1) (i32.const 0)))
  (func $r (export "recurse") (call $r))
  (func (export "null") (result externref) (ref.null extern))
  (func (export "pass") (param externref) (result externref) (local.get 0))
  (tag $t)
  (func (export "throw") (throw $t))
  (global (export "g") i64 (i64.const 5)))
)";

ScriptResult run(const std::string& commands, Options options = {}) {
  const Engine engine(options.config);
  return run_script(engine, prelude + commands, "test.wast", options);
}

// The script has one command, which must pass.
void expect_pass(const std::string& command) {
  const ScriptResult r = run(command);
  EXPECT_TRUE(r.ok()) << command << "\n" << (r.ok() ? "" : r.failures[0].reason);
}

// The script has one command, which must fail as `check` for this reason.
void expect_fail(const std::string& command, Check check, const std::string& reason) {
  const ScriptResult r = run(command);
  ASSERT_EQ(r.failures.size(), 1u) << command;
  EXPECT_EQ(r.failures[0].check, check) << command;
  EXPECT_NE(r.failures[0].reason.find(reason), std::string::npos) << r.failures[0].reason;
  EXPECT_EQ(r.by_check[static_cast<size_t>(check)].failed, 1u);
}

TEST(ScriptRunner, Results) {
  expect_pass(R"((assert_return (invoke "one") (i32.const 1)))");
  expect_pass(R"((assert_return (get $m "g") (i64.const 5)))");
  expect_pass(R"((assert_return (invoke "one") (either (i32.const 0) (i32.const 1))))");
  expect_fail(R"((assert_return (invoke "one") (i32.const 2)))", Check::assert_return,
              "expected (i32.const 2)");
  expect_fail(R"((assert_return (invoke "one") (i64.const 1)))", Check::assert_return,
              "gave (i32 1)");
  expect_fail(R"((assert_return (invoke "one")))", Check::assert_return, "expected nothing");
  expect_fail(R"((assert_return (invoke "none")))", Check::assert_return, "no export");
  expect_fail(R"((assert_return (invoke "div") (i32.const 1)))", Check::assert_return,
              "trap: integer divide by zero");
  expect_fail(R"((invoke "div"))", Check::action, "trap");
}

TEST(ScriptRunner, NansByBitsUnlessAPatternIsGiven) {
  expect_pass(R"((assert_return (invoke "nan") (f32.const nan:0x200000)))");
  expect_fail(R"((assert_return (invoke "nan") (f32.const nan)))", Check::assert_return,
              "0x7fa00000");
  expect_fail(R"((assert_return (invoke "nan") (f32.const nan:arithmetic)))", Check::assert_return,
              "");
  expect_pass(R"((assert_return (invoke "qnan") (f32.const nan:canonical)))");
  expect_pass(R"((assert_return (invoke "qnan") (f32.const nan:arithmetic)))");
  expect_fail(R"((assert_return (invoke "qnan") (f32.const nan)))", Check::assert_return, "");
  expect_pass(R"((assert_return (invoke "vec") (v128.const f32x4 nan:canonical 1 2 3)))");
  expect_fail(
      R"((assert_return (invoke "vec") (v128.const f32x4 nan:canonical 1 2 nan:canonical)))",
      Check::assert_return, "");
}

TEST(ScriptRunner, References) {
  expect_pass(R"((assert_return (invoke "null") (ref.null extern)))");
  expect_pass(R"((assert_return (invoke "null") (ref.null)))");
  expect_fail(R"((assert_return (invoke "null") (ref.null func)))", Check::assert_return, "");
  expect_fail(R"((assert_return (invoke "null") (ref.extern)))", Check::assert_return, "");
  expect_pass(R"((assert_return (invoke "pass" (ref.extern 7)) (ref.extern 7)))");
  expect_fail(R"((assert_return (invoke "pass" (ref.extern 7)) (ref.extern 8)))",
              Check::assert_return, "host as extern 7");
}

TEST(ScriptRunner, TrapKindsAreToldApart) {
  expect_pass(R"((assert_trap (invoke "div") "integer divide by zero"))");
  expect_fail(R"((assert_trap (invoke "div") "integer overflow"))", Check::assert_trap,
              "expected the trap");
  expect_fail(R"((assert_trap (invoke "one") "unreachable"))", Check::assert_trap, "returned");
  expect_fail(R"((assert_trap (invoke "throw") "unreachable"))", Check::assert_trap, "exception");
  expect_pass(R"((assert_exception (invoke "throw")))");
  expect_fail(R"((assert_exception (invoke "div")))", Check::assert_exception, "trap");
  expect_pass(R"((assert_exhaustion (invoke "recurse") "call stack exhausted"))");
  expect_fail(R"((assert_exhaustion (invoke "div") "call stack exhausted"))",
              Check::assert_exhaustion, "divide");
}

TEST(ScriptRunner, KindsOfRejectionAreToldApart) {
  expect_pass(R"((assert_invalid (module (func (result i32))) "type mismatch"))");
  expect_fail(R"((assert_malformed (module (func (result i32))) "type mismatch"))",
              Check::assert_malformed, "invalid");
  expect_pass(R"((assert_malformed (module quote "(func") "unexpected token"))");
  expect_fail(R"((assert_invalid (module quote "(func") "unexpected token"))",
              Check::assert_invalid, "malformed");
  expect_pass(R"((assert_unlinkable (module (import "a" "b" (func))) "unknown import"))");
  expect_fail(R"((assert_unlinkable (module (func (result i32))) "unknown import"))",
              Check::assert_unlinkable, "does not load");
  expect_fail(R"((assert_unlinkable (module) "unknown import"))", Check::assert_unlinkable,
              "instantiated");
  expect_fail(R"((assert_trap (module (import "a" "b" (func))) "unreachable"))", Check::assert_trap,
              "unlinkable");
  expect_pass(R"((assert_trap (module (func $f unreachable) (start $f)) "unreachable"))");
  expect_fail(R"((assert_invalid (module) "x"))", Check::assert_invalid, "accepted");
  expect_fail(R"((module (func (result i32))))", Check::module, "invalid");
}

TEST(ScriptRunner, WrongTextIsAFailureCountedApart) {
  const ScriptResult r = run(R"((assert_invalid (module (func (result i32))) "unknown table"))");
  EXPECT_EQ(r.text_mismatches, 1u);
  EXPECT_EQ(r.failures.size(), 1u);
  EXPECT_EQ(r.failures[0].line, 14u);
}

// To a level without a feature, what needs it is malformed or invalid; but only that.
TEST(ScriptRunner, FeaturesOfLaterLevels) {
  const std::string shared = R"((assert_malformed (module binary "\00asm\01\00\00\00"
    "\05\04\01\03\01\01") "malformed limits flags"))";
  const std::string broken = R"((assert_malformed (module binary "\00asm\01\00\00\00"
    "\05\04\01\13\01\01") "malformed limits flags"))";
  Options old;
  old.config.features = Features::wasm3();
  EXPECT_TRUE(run(shared, old).ok());
  EXPECT_EQ(run(shared, old).later_level, 1u);
  EXPECT_TRUE(run(broken, old).ok());
  EXPECT_EQ(run(broken, old).later_level, 0u);
  expect_fail(shared, Check::assert_malformed, "accepted");
  const ScriptResult wanted = run("(module (memory 1 1 shared))", old);
  ASSERT_EQ(wanted.failures.size(), 1u);
  EXPECT_NE(wanted.failures[0].reason.find("unsupported"), std::string::npos);
}

TEST(ScriptRunner, InstancesAndRegistrations) {
  expect_pass(R"(
    (module definition $d (import "m" "one" (func $one (result i32)))
      (global $n (mut i32) (i32.const 0))
      (func (export "next") (result i32)
        (global.set $n (i32.add (global.get $n) (call $one))) (global.get $n)))
    (register "m" $m)
    (module instance $a $d)
    (module instance $b $d)
    (assert_return (invoke $a "next") (i32.const 1))
    (assert_return (invoke $a "next") (i32.const 2))
    (assert_return (invoke $b "next") (i32.const 1))
    (assert_return (invoke "next") (i32.const 2))
    (assert_unlinkable (module (import "m" "two" (func))) "unknown import")
    (assert_return (invoke "next") (i32.const 3)))");
}

TEST(ScriptRunner, Threads) {
  expect_pass(R"(
    (module $Mem (memory (export "shared") 1 1 shared))
    (thread $T (shared (module $Mem))
      (register "mem" $Mem)
      (module (memory (import "mem" "shared") 1 1 shared)
        (func (export "run") (i32.atomic.store (i32.const 0) (i32.const 42))))
      (invoke "run"))
    (wait $T)
    (register "mem" $Mem)
    (module (memory (import "mem" "shared") 1 1 shared)
      (func (export "get") (result i32) (i32.atomic.load (i32.const 0))))
    (assert_return (invoke "get") (i32.const 42)))");
  expect_fail(R"((thread $T (assert_return (invoke "one") (i32.const 1))) (wait $T))",
              Check::assert_return, "no instance");
}

TEST(ScriptRunner, BrokenScriptsFail) { expect_fail("(frobnicate)", Check::module, "the script"); }

TEST(ScriptRunner, SpectestHasNothingElse) {
  expect_pass(R"((module (import "spectest" "global_f32" (global f32)) (export "g" (global 0)))
    (assert_return (get "g") (f32.const 666.6)))");
  expect_pass(
      R"((assert_unlinkable (module (import "spectest" "other" (func))) "unknown import"))");
}

TEST(ScriptRunner, RoundTripsAndVariants) {
  Options variants[6];
  variants[0].round_trip = RoundTrip::text;
  variants[1].round_trip = RoundTrip::encode;
  variants[2].config.fuel = true;
  variants[3].config.interruptible = true;
  variants[4].config.gc_stress = true;
  variants[5].config.eager = true;
  for (const Options& o : variants)
    EXPECT_TRUE(run(R"((assert_return (invoke "one") (i32.const 1))
                       (assert_trap (invoke "div") "integer divide by zero"))",
                    o)
                    .ok());
}

TEST(ScriptRunner, LevelsAreDistinct) {
  EXPECT_EQ(levels().size(), 13u);
  for (const Level& l : levels()) EXPECT_NE(std::string(l.name), "");
}

}  // namespace
}  // namespace nacre::script

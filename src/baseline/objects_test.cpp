// SPDX-License-Identifier: Apache-2.0
//
// Objects, casts, exceptions and bulk memory in compiled code against the interpreter, also with a
// collection at every allocation, and under register pressure: many values live across whatever
// may allocate. What single instructions do is the official suite's business.
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "nacre/nacre.hpp"
#include "text/parse.hpp"

namespace nacre::baseline {
namespace {

const char* const types = R"(
  (type $node (sub (struct (field $v (mut i32)) (field $next (mut (ref null $node))))))
  (type $wide (sub $node (struct (field (mut i32)) (field (mut (ref null $node)))
    (field $d (mut f64)) (field $q (mut v128)) (field $b (mut i8)))))
  (type $leaf (sub final $wide (struct (field (mut i32)) (field (mut (ref null $node)))
    (field (mut f64)) (field (mut v128)) (field (mut i8)) (field (mut i64)))))
  (type $nodes (array (mut (ref null $node))))
  (type $bytes (array (mut i8)))
  (type $vectors (array (mut v128)))
)";

// The program's "run" (i32) -> i64 for arguments 0 to `count`, as text: results or traps.
std::string outcome(const Config& config, const std::string& program, int count) {
  const auto binary = text::wat_to_wasm("(module " + std::string(types) + program + ")");
  if (!binary) return std::string("text: ") + binary.error().message.c_str();
  const Engine engine(config);
  const auto module = Module::compile(engine, *binary);
  if (!module) return std::string("module: ") + module.error().message.c_str();
  Store store(engine);
  const auto instance = Instance::create(store, *module, {});
  if (!instance) return std::string("instance: ") + instance.error().message.c_str();
  const auto run = instance->func("run");
  if (!run) return "no function";
  std::string all;
  for (int i = 0; i < count; ++i) {
    const auto result = run->call({Value(i)});
    if (result) {
      all += std::to_string((*result)[0].i64()) + "\n";
    } else {
      const std::string message = result.error().message.c_str();
      all += message.substr(0, message.find(':')) + "\n";
    }
  }
  return all;
}

void same_everywhere(const std::string& program, int count) {
  const std::string expected = outcome({.engine = EngineKind::interpreter}, program, count);
  ASSERT_EQ(expected.find(": "), std::string::npos) << expected;
  Config config{.engine = EngineKind::baseline, .compile_threads = 1};
  if (!Engine(config).check()) GTEST_SKIP() << "no compiler for this machine";
  for (const bool signals : {true, false})
    for (const bool stress : {false, true}) {
      config.signals = signals;
      config.gc_stress = stress;
      EXPECT_EQ(outcome(config, program, count), expected) << signals << stress;
    }
}

TEST(Objects, LiveRegistersSurviveAllocation) {
  // Locals of each class, pinned in the loop, and a deep expression of objects inside one another.
  same_everywhere(R"(
    (func (export "run") (param $n i32) (result i64)
      (local $head (ref null $node)) (local $d f64) (local $q v128) (local $l i64) (local $i i32)
      (local.set $i (i32.const 10))
      (loop $again
        (local.set $d (f64.add (local.get $d) (f64.const 1.5)))
        (local.set $q (i32x4.add (local.get $q) (i32x4.splat (local.get $i))))
        (local.set $l (i64.add (i64.mul (local.get $l) (i64.const 31)) (i64.extend_i32_u (local.get $n))))
        (local.set $head
          (struct.new $leaf
            (i32.add (local.get $n) (local.get $i))
            (struct.new $node (i32.mul (local.get $i) (i32.const 3))
              (struct.new $wide (local.get $i) (local.get $head) (local.get $d) (local.get $q)
                (i32.rotl (local.get $i) (local.get $n))))
            (f64.mul (local.get $d) (f64.const 2))
            (i32x4.mul (local.get $q) (local.get $q))
            (i32.shl (local.get $i) (local.get $n))
            (local.get $l)))
        (br_if $again (local.tee $i (i32.sub (local.get $i) (i32.const 1)))))
      (loop $sum
        (local.set $l (i64.add (i64.mul (local.get $l) (i64.const 7))
          (i64.extend_i32_s (struct.get $node $v (local.get $head)))))
        (if (ref.test (ref $wide) (local.get $head)) (then
          (local.set $l (i64.add (local.get $l) (i64.add
            (i64.trunc_f64_s (struct.get $wide $d (ref.cast (ref $wide) (local.get $head))))
            (i64.extend_i32_s (struct.get_s $wide $b (ref.cast (ref $wide) (local.get $head)))))))))
        (br_if $sum (i32.eqz (ref.is_null
          (local.tee $head (struct.get $node $next (local.get $head)))))))
      (local.get $l)))",
                  5);
}

TEST(Objects, ValuesOnTheStackSurviveAllocation) {
  std::string body = "(i32.const 0)";
  for (int i = 0; i < 40; ++i)
    body =
        "(i32.add (struct.get $node $v (struct.new $node (local.get $n) (array.get $nodes "
        "(local.get "
        "$a) (i32.const 1)))) (i32.xor (i32.mul (local.get $n) (i32.const " +
        std::to_string(i) + ")) " + body + "))";
  same_everywhere(
      "(func (export \"run\") (param $n i32) (result i64) (local $a (ref null $nodes))"
      "(local.set $a (array.new $nodes (struct.new $node (local.get $n) (ref.null $node)) "
      "(i32.const 3)))"
      "(i64.extend_i32_s " +
          body + "))",
      3);
}

TEST(Objects, CastsOfEveryKind) {
  const char* const makers[] = {
      "(ref.null none)",
      "(ref.i31 (local.get $n))",
      "(struct.new_default $node)",
      "(struct.new_default $wide)",
      "(struct.new_default $leaf)",
      "(array.new_default $bytes (i32.const 3))",
      "(array.new_default $nodes (i32.const 0))",
      "(any.convert_extern (extern.convert_any (struct.new_default $wide)))"};
  const char* const targets[] = {"any",   "eq",    "i31",   "struct", "array", "none",
                                 "$node", "$wide", "$leaf", "$bytes", "$nodes"};
  std::string functions, sum = "(i64.const 0)";
  int k = 0;
  for (const char* maker : makers)
    for (const char* target : targets)
      for (const char* null : {"", "null "}) {
        const std::string type = std::string("(ref ") + null + target + ")";
        const std::string name = "$f" + std::to_string(k++);
        functions += "(func " + name +
                     " (param $n i32) (result i64) (local $any anyref) (local.set $any " + maker +
                     ") (i64.extend_i32_u (i32.add (i32.add (ref.test " + type +
                     " (local.get $any)) (block $yes (result " + type +
                     ") (return (i64.const 5)) ) (drop) (i32.const 1)) (i32.const 2))))";
        functions.replace(functions.rfind("(return (i64.const 5)) "), 23,
                          "(drop (br_on_cast $yes anyref " + type +
                              " (local.get $any))) (return (i64.extend_i32_u (ref.test " + type +
                              " (local.get $any))))");
        sum = "(i64.add (i64.mul " + sum + " (i64.const 5)) (call " + name + " (local.get $n)))";
      }
  same_everywhere(functions + "(func (export \"run\") (param $n i32) (result i64) " + sum + ")", 2);
}

TEST(Objects, ExceptionsCarryObjects) {
  same_everywhere(R"(
    (tag $e (param i32 (ref null $node) v128)) (tag $other)
    (func $throw (param $n i32)
      (if (i32.eq (local.get $n) (i32.const 1)) (then (throw $other)))
      (if (i32.eq (local.get $n) (i32.const 2)) (then (unreachable)))
      (throw $e (local.get $n) (struct.new $wide (i32.const 7) (ref.null $node) (f64.const 2.5)
        (i32x4.splat (local.get $n)) (i32.const 3)) (i32x4.splat (i32.const 9))))
    (func $table (param $n i32) (result i64) (local $i i32) (local $m i32) (local $q v128)
      (local $o (ref null $node)) (local $x exnref)
      (block $caught (result i32 (ref null $node) v128 exnref)
        (block $all
          (try_table (catch_ref $e $caught) (catch_all $all)
            (loop $again (local.set $i (i32.add (local.get $i) (i32.const 1)))
              (if (i32.gt_u (local.get $i) (local.get $n)) (then (call $throw (local.get $n))))
              (br $again)))
          (unreachable))
        (return (i64.const -1)))
      (local.set $x) (local.set $q) (local.set $o) (local.set $m)
      (i64.extend_i32_u (i32.add (i32.add (local.get $m) (struct.get $node $v (local.get $o)))
        (i32.mul (i32.const 100) (i32.add (i32x4.extract_lane 2 (local.get $q)) (local.get $i))))))
    (func $legacy (param $n i32) (result i64) (local $o (ref null $node)) (local $i i32)
      (try $outer (result i64)
        (do (try (result i64)
          (do (try (do (local.set $i (i32.const 5)) (call $throw (local.get $n))) (delegate $outer)) (i64.const 3))
          (catch_all (i64.const 4))))
        (catch $e (drop) (local.set $o) (local.set $i)
          (try (result i64) (do (rethrow 1))
            (catch $e (drop) (local.set $o) (i32.add (local.get $i)) (i64.extend_i32_u)
              (i64.add (i64.extend_i32_u (struct.get $node $v (local.get $o)))))))
        (catch_all (i64.const 6))))
    (func (export "run") (param $n i32) (result i64)
      (i64.add (call $table (local.get $n)) (call $legacy (local.get $n)))))",
                  5);
}

TEST(Objects, ShortCopiesAndFillsOfEveryLength) {
  std::string cases;
  for (int n = 0; n <= 66; ++n) {
    const std::string length = "(i32.const " + std::to_string(n) + ")";
    cases += "(memory.copy (i32.add (local.get $n) (i32.const 17)) (i32.const 20) " + length + ")" +
             "(memory.copy (i32.const 40) (i32.sub (i32.const 41) (local.get $n)) " + length + ")" +
             "(memory.fill (i32.add (local.get $n) (i32.const " + std::to_string(n * 3) +
             ")) (i32.const " + std::to_string(n * 5) + ") " + length + ")" +
             "(memory.fill (i32.const 300) (i32.const 0) " + length + ") (call $hash)";
  }
  same_everywhere(R"((memory 1) (global $h (mut i64) (i64.const 0))
    (func $hash (local $i i32) (loop $l
      (global.set $h (i64.add (i64.mul (global.get $h) (i64.const 31)) (i64.load (local.get $i))))
      (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 8))) (i32.const 512)))))
    (func (export "run") (param $n i32) (result i64) (local $i i32)
      (loop $l (i32.store8 (local.get $i) (i32.mul (local.get $i) (i32.const 7)))
        (br_if $l (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 512))))
      )" + cases + " (global.get $h))",
                  4);
  // At the end of memory nothing is written before the trap.
  same_everywhere(R"((memory 1)
    (func (export "run") (param $n i32) (result i64)
      (if (i32.eq (local.get $n) (i32.const 3)) (then (return (i64.load (i32.const 65520)))))
      (memory.fill (i32.add (i32.const 65526) (local.get $n)) (i32.const 3) (i32.const 9))
      (memory.copy (i32.const 65530) (local.get $n) (i32.const 5))
      (memory.copy (i32.const 0) (i32.add (i32.const 65524) (local.get $n)) (i32.const 11))
      (i64.load (i32.const 65528))))",
                  5);
}

TEST(Objects, DeepStacksOfReferencesCompileInLinearSpace) {
  std::string body;
  for (int i = 0; i < 30000; ++i) body += "(struct.new_default $node) (call $c) ";
  for (int i = 0; i < 30000; ++i) body += "drop ";
  const std::string program =
      "(func $c) (func (export \"run\") (param $n i32) (result i64) " + body + "(i64.const 1))";
  const Config config{.engine = EngineKind::baseline, .compile_threads = 1};
  if (!Engine(config).check()) GTEST_SKIP() << "no compiler for this machine";
  EXPECT_EQ(outcome(config, program, 1), "1\n");
}

}  // namespace
}  // namespace nacre::baseline

// SPDX-License-Identifier: Apache-2.0
//
// Text that means harm: every prefix of sources that use everything, and nesting a million deep in
// each of the ways the grammar nests, on a thread with a 128 KiB stack.
#include <gtest/gtest.h>

#include <algorithm>
#include <ctime>
#include <string>

#include "os/thread.hpp"
#include "text/parse.hpp"
#include "text/script.hpp"

namespace nacre::text {
namespace {

constexpr const char* everything = R"wat((module $m (@name "n")
  (rec (type $s (sub (struct (field $x i32) (field $y (mut (ref null $s)))))) (type $a (array (mut i8))))
  (type $f (func (param $p i32) (result i32)))
  (import "a" "b" (func $i (type $f))) (import "a" "c" (tag $tag (param i32)))
  (memory $mem (export "m") 1 2 shared) (memory (data "abc\00\u{20ac}")) (table $t i64 1 10 funcref)
  (table funcref (elem (item ref.func $i) (ref.null func)))
  (global $g (mut v128) (v128.const f32x4 1 nan inf -0x1.8p3))
  (elem $e declare func $i) (elem (table $t) (offset (i64.const 0)) funcref (ref.null func))
  (data $d (memory $mem) (i32.const 0) "x") (start $go)
  (@custom "c" (after code) "bytes")
  (func $go (local $l i32) (;c (;d;) ;)
    (block $b (result i32) (if (i32.const 1) (then (br $b (i32.const 2))) (else (nop))) (i32.const 3))
    drop
    (try_table (catch $tag 0) (catch_all 0) (throw $tag (i32.const 1)))
    (try (do nop) (catch $tag drop) (catch_all (rethrow 0)))
    (@metadata.code.branch_hint "\01") (if (local.tee $l (i32.load8_u offset=1 align=1 (i32.const 0))) (then))
    loop $x i32.const 0 br_table $x 0 1 end $x
    (drop (struct.get $s $x (struct.new_default $s)))
    (drop (i8x16.shuffle 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 (global.get $g) (global.get $g)))
    (call_indirect $t (type $f) (i32.const 0) (i64.const 0)) (drop) (drop (select (result i32) (i32.const 0) (i32.const 0) (i32.const 0)))
    (drop (ref.cast (ref null $a) (ref.null any))) (memory.init $d (i32.const 0) (i32.const 0) (i32.const 0)))))wat";

constexpr const char* every_command =
    R"wat((module definition $d binary "\00asm") (module instance $i $d) (module quote "(func)")
  (register "r" $i) (invoke "f" (i32.const 1) (v128.const i64x2 1 -2)) (get "g")
  (assert_return (invoke $i "f") (either (f32.const nan:canonical) (v128.const f64x2 nan:arithmetic 1)) (ref.null) (ref.extern 1))
  (assert_trap (module (func)) "x") (thread $t (shared (module $m)) (invoke "a")) (wait $t) (script (input "x")) (output "y"))wat";

TEST(Hostile, EveryPrefixOfAModule) {
  const std::string_view source = everything;
  ASSERT_TRUE(wat_to_wasm(source).has_value()) << wat_to_wasm(source).error().message;
  for (size_t n = 1; n < source.size(); ++n)
    EXPECT_FALSE(wat_to_wasm(source.substr(0, n)).has_value()) << n;
}

TEST(Hostile, EveryByteReplaced) {
  const std::string source = everything;
  for (size_t i = 0; i < source.size(); ++i)
    for (char c : {'(', ')', '"', '$', '\0', '\x80', ';', '9'}) {
      std::string changed = source;
      changed[i] = c;
      (void)wat_to_wasm(changed);
    }
}

TEST(Hostile, EveryPrefixOfAScript) {
  const std::string_view source = every_command;
  ASSERT_TRUE(parse_script(source).has_value()) << parse_script(source).error().message;
  for (size_t n = 1; n < source.size(); ++n) (void)parse_script(source.substr(0, n));
}

// Runs `f` with 128 KiB of stack.
template <class F>
void on_small_stack(F f) {
  os::Thread thread;
  ASSERT_TRUE(thread.start([](void* p) { (*static_cast<F*>(p))(); }, &f, 128 << 10));
  thread.join();
}

std::string repeat(std::string_view s, size_t n) {
  std::string out;
  out.reserve(s.size() * n);
  while (n-- > 0) out += s;
  return out;
}

struct Nesting {
  const char* before;
  const char* open;
  const char* close;
  const char* after;
  bool accepted;
};
constexpr Nesting nestings[] = {
    {"", "(;", ";)", "", true},
    {"", "(@a", ")", "", true},
    {"", "(", ")", "", false},
    {"(func ", "(nop", ")", ")", true},
    {"(func ", "(i32.add(", ")", ")", false},
    {"(func ", "(block", ")", ")", true},
    {"(func ", "(block $l", ")", ")", true},
    {"(func ", "block $l ", "end $l ", ")", true},
    {"(func ", "if ", "else end ", ")", true},
    {"(func ", "try ", "catch_all end ", ")", true},
    {"(func ", "(if ", "(then))", ")", true},
    {"(func ", "(if(nop)(then", "))", ")", true},
    {"(func ", "(try(do", "))", ")", true},
    {"(func ", "(try_table", ")", ")", true},
    {"(global i32 ", "(block", ")", ")", true},
    {"(elem ", "(item", ")", ")", false},
    {"(type ", "(ref ", ")", ")", false},
};

TEST(Hostile, MillionDeep) {
  for (const Nesting& n : nestings) {
    const std::string source =
        n.before + repeat(n.open, 1000000) + repeat(n.close, 1000000) + n.after;
    const std::string cut = n.before + repeat(n.open, 200000);
    bool accepted = false, cut_accepted = true;
    on_small_stack([&] {
      accepted = wat_to_wasm(source).has_value();
      cut_accepted = wat_to_wasm(cut).has_value();
    });
    EXPECT_EQ(accepted, n.accepted) << n.open;
    EXPECT_FALSE(cut_accepted) << n.open;
  }
  const std::string threads = repeat("(thread $t ", 1000000) + repeat(")", 1000000);
  const std::string eithers = "(assert_return (invoke \"f\") " + repeat("(either ", 1000000) +
                              "(i32.const 0)" + repeat(")", 1000001);
  on_small_stack([&] {
    EXPECT_TRUE(parse_script(eithers).has_value());
    EXPECT_TRUE(
        parse_script(threads.substr(0, 11 * 100000) + std::string(100000, ')')).has_value());
  });
}

// Processor time, so that other work on the machine does not count.
double seconds(const std::string& source) {
  const std::clock_t begin = std::clock();
  (void)wat_to_wasm(source);
  return static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
}

// Eight times the input may take at most 24 times as long; quadratic would be 64.
TEST(Hostile, LinearTime) {
  const auto many = [](size_t n, auto make) {
    std::string s;
    for (size_t i = 0; i < n; ++i) s += make(std::to_string(i));
    return s;
  };
  using S = const std::string&;
  const auto functions = [&](size_t n) {
    return many(n, [](S i) { return "(func $f" + i + " (param $a i32) (call $f" + i + "))"; });
  };
  const auto types = [&](size_t n) {
    return many(n, [](S i) { return "(func (param (ref null " + i + ")))"; });
  };
  const auto labels = [&](size_t n) {
    return "(func " + many(n, [](S i) { return "block $a" + i + " br $a0 "; }) + repeat("end ", n) +
           ")";
  };
  const auto locals = [&](size_t n) {
    return "(func " + many(n, [](S i) { return "(local $l" + i + " i32)"; }) + ")" +
           repeat("(func (local $a i32))", n);
  };
  const auto customs = [&](size_t n) {
    return many(n, [](S) { return std::string("(@custom \"x\" (before code))"); });
  };
  const auto table = [&](size_t n) { return "(func (br_table " + repeat("0 ", n) + "))"; };
  const auto dollars = [&](size_t n) { return "(func " + repeat("$\"a\"", n) + ")"; };
  const auto check = [&](const char* name, auto make) {
    const std::string small = make(20000), large = make(160000);
    // A busy machine can spoil one attempt, or two.
    double base = 0, whole = 0;
    for (int attempt = 0; attempt < 5; ++attempt) {
      base = std::max(seconds(small), 0.002), whole = seconds(large);
      if (whole < base * 24 + 0.05) break;
    }
    EXPECT_LT(whole, base * 24 + 0.05) << name;
  };
  check("functions", functions);
  check("types", types);
  check("labels", labels);
  check("locals", locals);
  check("customs", customs);
  check("table", table);
  check("dollars", dollars);
}

}  // namespace
}  // namespace nacre::text

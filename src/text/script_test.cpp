// SPDX-License-Identifier: Apache-2.0
#include "text/script.hpp"

#include <gtest/gtest.h>

#include <string>

namespace nacre::text {
namespace {

using C = CommandKind;
using K = ScriptValue::Kind;

std::vector<Command> commands(std::string_view source) {
  auto script = parse_script(source);
  EXPECT_TRUE(script.has_value()) << script.error().message;
  return script.value_or(Script{}).commands;
}

TEST(Script, Modules) {
  const auto c = commands(
      "(module $a (func))\n(module definition $b binary \"\\00a\" \"sm\")\n(module quote \"(func\" "
      "\")\")\n"
      "(module instance $i $b) (module instance $b) (module instance)");
  ASSERT_EQ(c.size(), 6u);
  EXPECT_EQ(c[0].kind, C::module);
  EXPECT_EQ(c[0].id, "a");
  EXPECT_EQ(c[0].module.text, "(module $a (func))");
  EXPECT_EQ(c[1].line, 2u);
  EXPECT_TRUE(c[1].module.is_definition);
  EXPECT_EQ(c[1].module.form, ModuleSource::Form::binary);
  EXPECT_EQ(c[1].module.bytes, std::string("\0asm", 4));
  EXPECT_EQ(c[2].module.form, ModuleSource::Form::quote);
  EXPECT_EQ(c[2].module.bytes, "(func)");
  EXPECT_EQ(c[3].kind, C::instance);
  EXPECT_EQ(c[3].id, "i");
  EXPECT_EQ(c[3].module_id, "b");
  EXPECT_EQ(c[5].kind, C::instance);
}

TEST(Script, BareModule) {
  const auto c = commands("(func) (memory 0) (func (export \"f\"))");
  ASSERT_EQ(c.size(), 1u);
  EXPECT_EQ(c[0].module.text, "(func) (memory 0) (func (export \"f\"))");
  EXPECT_TRUE(commands("").empty());
}

TEST(Script, Actions) {
  const auto c = commands(
      "(invoke $m \"f\\u{41}\" (i32.const -1) (f64.const nan:0x1) (ref.null func) (ref.extern 7))"
      "(assert_return (get \"g\") (i64.const 5))(register \"r\" $m)");
  ASSERT_EQ(c.size(), 3u);
  EXPECT_EQ(c[0].kind, C::action);
  EXPECT_EQ(c[0].action.instance, "m");
  EXPECT_EQ(c[0].action.name, "fA");
  ASSERT_EQ(c[0].action.args.size(), 4u);
  EXPECT_EQ(c[0].action.args[0].u32(), 0xffffffffu);
  EXPECT_EQ(c[0].action.args[1].u64(), 0x7ff0000000000001u);
  EXPECT_EQ(c[0].action.args[2].kind, K::ref_null);
  EXPECT_EQ(c[0].action.args[2].heap, wasm::Heap::func);
  EXPECT_EQ(c[0].action.args[3].host, 7u);
  EXPECT_TRUE(c[1].action.is_get);
  EXPECT_EQ(c[1].results[0].u64(), 5u);
  EXPECT_EQ(c[2].text, "r");
  EXPECT_EQ(c[2].id, "m");
}

TEST(Script, ResultPatterns) {
  const auto c = commands(
      "(assert_return (invoke \"f\") (f32.const nan:canonical) (v128.const f32x4 1 nan:arithmetic "
      "0 -0)"
      " (ref.null) (ref) (ref.i31) (ref.host 3) (either (i32.const 1) (either (i32.const 2)) "
      "(i32.const 3)))");
  const auto& r = c.at(0).results;
  ASSERT_EQ(r.size(), 7u);
  EXPECT_EQ(r[0].nan[0], NanPattern::canonical);
  EXPECT_EQ(r[1].nan[0], NanPattern::none);
  EXPECT_EQ(r[1].nan[1], NanPattern::arithmetic);
  EXPECT_EQ(print_value(r[1]), "v128.const f32x4 1 nan:arithmetic 0 -0");
  EXPECT_FALSE(r[2].has_heap);
  EXPECT_EQ(r[3].kind, K::ref_any_of);
  EXPECT_EQ(r[4].heap, wasm::Heap::i31);
  EXPECT_EQ(r[5].kind, K::ref_host);
  EXPECT_EQ(r[6].kind, K::either);
  EXPECT_EQ(print_value(r[6]), "either (i32.const 1) (i32.const 2) (i32.const 3)");
}

TEST(Script, Assertions) {
  const auto c = commands(
      "(assert_trap (invoke \"f\") \"unreachable\") (assert_trap (module (func)) \"out\")"
      "(assert_malformed (module quote \"(\") \"unexpected\") (assert_invalid (module (bogus 0x)) "
      "\"x\")"
      "(assert_exception (invoke \"f\")) (assert_exhaustion (invoke \"f\") \"call stack\")"
      "(assert_unlinkable (module instance $a $b) \"unknown\") (assert_return_canonical_nan "
      "(invoke \"f\"))");
  ASSERT_EQ(c.size(), 8u);
  EXPECT_TRUE(c[0].has_action);
  EXPECT_FALSE(c[1].has_action);
  EXPECT_EQ(c[1].module.text, "(module (func))");
  EXPECT_EQ(c[2].module.bytes, "(");
  EXPECT_EQ(c[3].module.text, "(module (bogus 0x))");
  EXPECT_EQ(c[4].kind, C::assert_exception);
  EXPECT_TRUE(c[6].module.is_instance);
  EXPECT_EQ(c[6].module_id, "b");
  EXPECT_EQ(c[7].kind, C::assert_return_canonical_nan);
}

TEST(Script, ThreadsAreFlat) {
  const auto c = commands(
      "(thread $t (shared (module $m)) (invoke \"a\") (thread $u (invoke \"b\")) (wait $u)) (wait "
      "$t)");
  ASSERT_EQ(c.size(), 6u);
  EXPECT_EQ(c[0].kind, C::thread);
  EXPECT_EQ(c[0].shared, std::vector<std::string>{"m"});
  EXPECT_EQ(c[0].size, 4u);
  EXPECT_EQ(c[2].size, 1u);
  EXPECT_EQ(c[4].id, "u");
  EXPECT_EQ(c[5].id, "t");
}

TEST(Script, Meta) {
  const auto c = commands("(script $s (module)) (input \"a.wast\") (output \"b\") (@a) (output)");
  ASSERT_EQ(c.size(), 5u);
  EXPECT_EQ(c[0].kind, C::script);
  EXPECT_EQ(c[0].size, 1u);
  EXPECT_EQ(c[2].text, "a.wast");
}

TEST(Script, Errors) {
  TextError e;
  EXPECT_FALSE(parse_script("(module)\n(assert_bogus 1)", "x.wast", &e).has_value());
  EXPECT_EQ(e.render(),
            "x.wast:2:2: error: unknown operator assert_bogus\n  (assert_bogus 1)\n   ^");
  for (const char* s : {"(module", "(thread (", "(invoke)",
                        "(assert_return (invoke \"f\") (i32.const nan:canonical))", ")",
                        "(invoke \"f\" (ref.null) (f32.const nan:canonical))", "(assert_trap)",
                        "(assert_return (either"})
    EXPECT_FALSE(parse_script(s).has_value()) << s;
}

TEST(Values, Parse) {
  using namespace wasm;
  EXPECT_EQ(parse_value(i32_type, "-1").value().u32(), 0xffffffffu);
  EXPECT_EQ(parse_value(i32_type, "0xffffffff").value().u32(), 0xffffffffu);
  EXPECT_FALSE(parse_value(i32_type, "4294967296").has_value());
  EXPECT_FALSE(parse_value(i32_type, "1.5").has_value());
  EXPECT_FALSE(parse_value(i64_type, "").has_value());
  EXPECT_EQ(parse_value(f32_type, "1").value().u32(), 0x3f800000u);
  EXPECT_EQ(
      print_value(parse_value(v128_type, "i8x16 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 -1").value()),
      "v128.const i8x16 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 -1");
  EXPECT_EQ(print_value(parse_value(v128_type, "0x000000040000000300000002ffffffff").value()),
            "v128.const i32x4 -1 2 3 4");
  EXPECT_EQ(parse_value(externref_type, "null").value().kind, K::ref_null);
  EXPECT_EQ(parse_value(externref_type, "5").value().host, 5u);
  EXPECT_FALSE(parse_value(funcref_type, "5").has_value());
  EXPECT_EQ(print_value(parse_value(f64_type, "nan:0x123").value()), "f64.const nan:0x123");
}

}  // namespace
}  // namespace nacre::text

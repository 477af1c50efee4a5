// SPDX-License-Identifier: Apache-2.0
#include "text/print.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/writer.hpp"
#include "binary/decode.hpp"
#include "binary/encode.hpp"
#include "text/parse.hpp"
#include "text/print_names.hpp"

namespace nacre::text {
namespace {

using List = std::vector<uint8_t>;

std::string print(const List& bytes, PrintOptions options = {}) {
  const auto module = binary::decode(bytes, nullptr);
  return module ? print_module(*module, options) : std::string(module.error().message);
}

std::string reprint(const char* source) { return print(wat_to_wasm(source).value()); }

// What is printed must be what was read, byte for byte once encoded.
void expect_round_trip(const char* source) {
  const List first = wat_to_wasm(source).value();
  const std::string text = print(first);
  const auto second = wat_to_wasm(text);
  ASSERT_TRUE(second.has_value()) << second.error().message << "\n" << text;
  EXPECT_EQ(*second, first) << text;
}

TEST(Print, Readable) {
  EXPECT_EQ(
      reprint("(module $m (func $add (export \"add\") (param $a i32) (param i32) (result i32)"
              " (local $sum i64) (local f32 f32)"
              " local.get $a (if (result i32) (then i32.const -1) (else local.get 1 br 0))))"),
      R"((module (@name "m")
  (type (;0;) (func (param i32 i32) (result i32)))
  (export "add" (func $add))
  (func $add (type 0) (param $a i32) (param i32) (result i32)
    (local $sum i64) (local f32 f32)
    local.get $a
    if (;@1;) (result i32)
      i32.const -1
    else
      local.get 1
      br 0 (;@1;)
    end))
)");
}

TEST(Print, RoundTrips) {
  expect_round_trip(
      "(module $m (func $f (param $x i32) (local $y f64)) (memory $mem 1) (global $g i32 "
      "(i32.const 1))"
      " (table $t 1 funcref) (tag $e) (data $d \"\\00\\ff\\\"\\\\z\") (elem $s func $f) (type $ty "
      "(func)))");
  expect_round_trip(
      "(module (func f32.const nan:0x200001 f64.const -nan f64.const 0x1p-1074 f32.const -inf"
      " f64.const 0.1 drop drop drop drop drop))");
  expect_round_trip("(module (func (block $a (loop $b (br_table $a $b 1 0 (i32.const 0))))))");
  expect_round_trip(
      "(module (type $f (func (param i32) (result i32))) (table 1 funcref) (table $u 1 funcref)"
      " (func (param i32) (result i32) local.get 0 block (type $f) end"
      " i32.const 0 call_indirect $u (type $f)))");
  expect_round_trip(
      "(module (global i64 (i64.add (i64.const 1) (i64.const 2))) (memory 1)"
      " (data (i32.sub (i32.const 3) (i32.const 1)) \"x\"))");
  expect_round_trip(
      "(module (memory 1) (func (if (i32.const 0) (then"
      " (@metadata.code.branch_hint \"\\01\") (if (i32.const 1) (then))))))");
  expect_round_trip(
      "(module (@custom \"a b\" (before first) \"\\00\") (func) (@custom \"c\" (after code) "
      "\"d\"))");
}

TEST(Print, StructFieldsHaveNames) {
  expect_round_trip(
      "(module (type $p (struct (field $x i32) (field $y (mut f64)) (field i8)))"
      " (func (param (ref $p)) (result f64) (struct.get $p $y (local.get 0))))");
}

// A module with `funcs` empty functions and a name section with the given names of functions.
List named(uint32_t funcs, const std::vector<std::pair<uint32_t, std::string>>& names) {
  std::string source = "(module";
  for (uint32_t i = 0; i < funcs; ++i) source += " (func)";
  Writer w;
  w.bytes(wat_to_wasm(source + ")").value());
  w.u8(0);
  const size_t at = w.reserve_size();
  w.name("name");
  w.u8(1);
  const size_t part = w.reserve_size();
  w.leb_u64(names.size());
  for (const auto& [index, name] : names) {
    w.leb_u32(index);
    w.name(name);
  }
  w.close_size(part);
  w.close_size(at);
  return w.take();
}

TEST(Print, AnyNameBecomesAnIdentifier) {
  const List bytes = named(6, {{0, "plain"},
                               {1, "with space"},
                               {2, "plain"},
                               {3, "plain#2"},
                               {4, "quote\"\n"},
                               {5, "\xce\xbb(x)"}});
  const std::string text = print(bytes);
  for (const char* id : {"(func $plain ", "(func $\"with space\" ",
                         "(func $plain#2 (@name \"plain\")", "(func $plain#2#3 (@name \"plain#2\")",
                         "(func $\"quote\\22\\0a\"", "(func $\"\xce\xbb(x)\""})
    EXPECT_NE(text.find(id), std::string::npos) << id << "\n" << text;
  EXPECT_EQ(wat_to_wasm(text).value(), bytes);
}

TEST(Print, BrokenNameSectionsStayAsTheyAre) {
  List bytes = named(1, {{0, "f"}});
  bytes.back() = 0xff;
  const std::string text = print(bytes);
  EXPECT_NE(text.find("(@custom \"name\" (after code)"), std::string::npos) << text;
  EXPECT_EQ(wat_to_wasm(text).value(), bytes);
}

TEST(Print, WithoutNamesOrBodies) {
  const List bytes = named(1, {{0, "f"}});
  PrintOptions options;
  options.names = false;
  EXPECT_NE(print(bytes, options).find("(func (;0;)"), std::string::npos);
  options.bodies = false;
  EXPECT_NE(print(bytes, options).find("..."), std::string::npos);
}

TEST(Print, MalformedBodiesEndInAComment) {
  List bytes = wat_to_wasm("(module (func nop nop))").value();
  bytes[bytes.size() - 2] = 0xff;
  EXPECT_NE(print(bytes).find("(; illegal opcode ff ;)"), std::string::npos) << print(bytes);
}

TEST(Print, DeepNestingIsLinear) {
  Writer body;
  body.u8(0);
  for (int i = 0; i < 200'000; ++i) {
    body.u8(0x02);
    body.u8(0x40);
  }
  for (int i = 0; i <= 200'000; ++i) body.u8(0x0b);
  Writer w;
  w.bytes(List{0, 'a', 's', 'm', 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 10});
  const size_t at = w.reserve_size();
  w.u8(1);
  w.sized(body.view());
  w.close_size(at);
  const std::string text = print(w.data());
  EXPECT_LT(text.size(), 30'000'000u);
  EXPECT_EQ(wat_to_wasm(text).value(), w.data());
}

TEST(Print, Strings) {
  std::string out;
  append_string(out, "a\"\\\n\x7f\xc3\xa9\xe2\x80\xae", true);
  EXPECT_EQ(out, "\"a\\22\\5c\\0a\\7f\xc3\xa9\\e2\\80\\ae\"");
  out.clear();
  append_string(out, "\xc3\xa9", false);
  EXPECT_EQ(out, "\"\\c3\\a9\"");
}

}  // namespace
}  // namespace nacre::text

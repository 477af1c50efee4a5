// SPDX-License-Identifier: Apache-2.0
#include "text/parse.hpp"

#include <gtest/gtest.h>

#include <string>

namespace nacre::text {
namespace {

using wasm::Features;

std::string hex(const std::vector<uint8_t>& bytes) {
  std::string out;
  for (uint8_t b : bytes) {
    if (!out.empty()) out += ' ';
    out += "0123456789abcdef"[b >> 4];
    out += "0123456789abcdef"[b & 15];
  }
  return out;
}

// The binary after its eight-byte header, in hexadecimal, without a name section.
std::string compile(std::string_view source, bool names = false) {
  ParseOptions options;
  options.emit_names = names;
  const auto result = wat_to_wasm(source, options);
  if (!result) return "error: " + result.error().message;
  return hex({result.value().begin() + 8, result.value().end()});
}

// The body of the only function of a module, from its first instruction to its `end`.
std::string body(const std::string& instrs, const std::string& fields = "") {
  ParseOptions options;
  options.emit_names = false;
  const auto result = wat_to_wasm(fields + "(func " + instrs + ")", options);
  if (!result) return "error: " + result.error().message;
  const std::vector<uint8_t>& bytes = result.value();
  // The code section is last: 0a size 01 size 00 instructions.
  size_t at = 8;
  while (bytes[at] != 0x0a) at += 2 + bytes[at + 1];
  return hex({bytes.begin() + static_cast<ptrdiff_t>(at) + 5, bytes.end()});
}

TextError error_of(std::string_view source, Features features = Features::all()) {
  ParseOptions options;
  options.features = features;
  TextError detail;
  const auto result = wat_to_wasm(source, options, &detail);
  EXPECT_FALSE(result.has_value()) << source;
  return detail;
}

#define EXPECT_ERROR(source, text) \
  EXPECT_EQ(error_of(source).message.substr(0, std::string(text).size()), text) << (source)

TEST(Parse, Empty) {
  EXPECT_EQ(compile(""), "");
  EXPECT_EQ(compile("(module)"), "");
  EXPECT_EQ(compile("(module $m (;c;) ) ;; d"), "");
}

TEST(Parse, SmallModule) {
  EXPECT_EQ(compile("(module (func $add (export \"add\") (param $a i32) (param $b i32) (result i32)"
                    " (i32.add (local.get $a) (local.get $b))))"),
            "01 07 01 60 02 7f 7f 01 7f 03 02 01 00 07 07 01 03 61 64 64 00 00 0a 09 01 07 00 20 "
            "00 20 01 6a 0b");
}

TEST(Parse, FoldedAndFlatAgree) {
  EXPECT_EQ(body("(if (i32.const 1) (then (nop)) (else (drop (i32.const 2))))"),
            body("i32.const 1 if nop else i32.const 2 drop end"));
  EXPECT_EQ(body("(block $a (loop $b (br $a) (br $b) (br_if 0 (i32.const 0))))"),
            body("block $a loop $b br $a br $b i32.const 0 br_if 0 end $b end $a"));
  EXPECT_EQ(body("(try (do nop) (catch $t nop) (catch_all (rethrow 0)))", "(tag $t)"),
            body("try nop catch $t nop catch_all rethrow 0 end", "(tag $t)"));
  EXPECT_EQ(body("(block $l (try (do nop) (delegate $l)))"), "02 40 06 40 01 18 00 0b 0b");
  EXPECT_EQ(body("block $l try nop delegate $l end"), "02 40 06 40 01 18 00 0b 0b");
}

TEST(Parse, TryTable) {
  EXPECT_EQ(body("(block $h (try_table (catch $t $h) (catch_all_ref 0) (nop)))", "(tag $t)"),
            "02 40 1f 40 02 00 00 00 03 00 01 0b 0b 0b");
}

TEST(Parse, Labels) {
  EXPECT_EQ(body("(block $x (block $x (br $x)) (br $x))"), "02 40 02 40 0c 00 0b 0c 00 0b 0b");
  EXPECT_EQ(body("(block $x (if (i32.const 0) (then (br $x))))"),
            "02 40 41 00 04 40 0c 01 0b 0b 0b");
  EXPECT_EQ(body("block block i32.const 0 br_table 0 1 0 end end"),
            "02 40 02 40 41 00 0e 02 00 01 00 0b 0b 0b");
  EXPECT_ERROR("(func (block $a) (br $a))", "unknown label $a");
  EXPECT_ERROR("(func block $a end $b)", "mismatching label $b");
  EXPECT_ERROR("(func (if $a (block (br $a)) (then)))", "unknown label $a");
}

TEST(Parse, Immediates) {
  EXPECT_EQ(body("f32.const -0x1p0 drop"), "43 00 00 80 bf 1a 0b");
  EXPECT_EQ(body("i64.const -1 drop"), "42 7f 1a 0b");
  EXPECT_EQ(body("v128.const i16x8 0 1 -1 0x8000 4 5 6 7 drop"),
            "fd 0c 00 00 01 00 ff ff 00 80 04 00 05 00 06 00 07 00 1a 0b");
  EXPECT_EQ(body("i32.load offset=0x80 align=2", "(memory 0)"), "28 01 80 01 0b");
  EXPECT_EQ(body("i32.load", "(memory 0)"), "28 02 00 0b");
  EXPECT_EQ(body("i64.load8_u $m offset=1", "(memory 0)(memory $m 0)"), "31 40 01 01 0b");
  EXPECT_EQ(body("v128.load8_lane 3", "(memory 0)"), "fd 54 00 00 03 0b");
  EXPECT_EQ(body("v128.load8_lane 1 3", "(memory 0)(memory 0)"), "fd 54 40 01 00 03 0b");
  EXPECT_EQ(body("v128.load16_lane offset=4 3", "(memory 0)"), "fd 55 01 04 03 0b");
  EXPECT_EQ(body("memory.copy 1 0", "(memory 0)(memory 0)"), "fc 0a 01 00 0b");
}

TEST(Parse, References) {
  EXPECT_EQ(body("ref.null func drop"), "d0 70 1a 0b");
  EXPECT_EQ(body("ref.test (ref null $t)", "(type $t (struct))"), "fb 15 00 0b");
  EXPECT_EQ(body("ref.cast i31ref"), "fb 17 6c 0b");
  EXPECT_EQ(body("ref.cast (ref eq)"), "fb 16 6d 0b");
  EXPECT_EQ(body("br_on_cast 0 anyref (ref i31)"), "fb 18 01 00 6e 6c 0b");
  EXPECT_EQ(body("struct.get $t $y", "(type $t (struct (field $x i8) (field $y (mut i32))))"),
            "fb 02 00 01 0b");
  EXPECT_EQ(body("select (result funcref)"), "1c 01 70 0b");
  EXPECT_EQ(body("array.new_fixed $a 3", "(type $a (array i16))"), "fb 08 00 03 0b");
}

TEST(Parse, Types) {
  EXPECT_EQ(compile("(type $a (sub (struct (field i8 (mut i64))))) (type (sub final $a (struct "
                    "(field i8) (field (mut i64)))))"),
            "01 12 02 50 00 5f 02 78 00 7e 01 4f 01 00 5f 02 78 00 7e 01");
  EXPECT_EQ(
      compile("(rec (type $x (func (param (ref $y)))) (type $y (array (mut (ref null $x)))))"),
      "01 0c 01 4e 02 60 01 64 01 00 5e 63 00 01");
  EXPECT_EQ(compile("(type (sub final (func)))"), "01 04 01 60 00 00");
}

TEST(Parse, ImplicitTypesFollowDeclaredOnesInOrder) {
  // $f adds type 1, $g reuses 0, the block adds 2.
  EXPECT_EQ(compile("(func $f (result f64) (f64.const 0)) (func $g (param i32))"
                    "(func (type 1) (drop (block (result i32 i32) unreachable)) unreachable) (type "
                    "$t (func (param i32)))"),
            "01 0e 03 60 01 7f 00 60 00 01 7c 60 00 02 7f 7f 03 04 03 01 00 01 "
            "0a 19 03 0b 00 44 00 00 00 00 00 00 00 00 0b 02 00 0b 08 00 02 02 00 0b 1a 00 0b");
  EXPECT_ERROR("(type $t (func)) (func (type $t) (param i32))", "inline function type");
  EXPECT_ERROR("(func (type 7) (param i32))", "unknown type");
  EXPECT_ERROR(
      "(type $t (func (param i32) (result i32))) (func (type $t) (result i32) (param i32))",
      "unexpected token param");
}

TEST(Parse, ImportsAndExports) {
  EXPECT_EQ(compile("(import \"m\" \"f\" (func $f (param i32))) (memory (export \"a\") (import "
                    "\"m\" \"g\") 1 2) (export \"b\" (func $f))"),
            "01 05 01 60 01 7f 00 02 0f 02 01 6d 01 66 00 00 01 6d 01 67 02 01 01 02 07 09 02 01 "
            "61 02 00 01 62 00 00");
  EXPECT_ERROR("(func) (import \"\" \"\" (func))", "import after function");
  EXPECT_ERROR("(global i32 (i32.const 0)) (memory (import \"\" \"\") 1)", "import after global");
  EXPECT_ERROR("(export \"\\80\" (func 0))", "malformed UTF-8 encoding");
}

TEST(Parse, TablesAndElements) {
  EXPECT_EQ(compile("(func $f) (table funcref (elem $f $f))"),
            "01 04 01 60 00 00 03 02 01 00 04 05 01 70 01 02 02 09 08 01 00 41 00 0b 02 00 00 0a "
            "04 01 02 00 0b");
  EXPECT_EQ(compile("(table i64 1 (ref null func) (ref.null func))"),
            "04 09 01 40 00 70 04 01 d0 70 0b");
  EXPECT_EQ(compile("(elem) "), "error: unexpected token ) (at 1:6)");
  EXPECT_EQ(compile("(elem declare func)"), "09 04 01 03 00 00");
  EXPECT_EQ(compile("(elem externref (ref.null extern))"), "09 07 01 05 6f 01 d0 6f 0b");
  EXPECT_EQ(compile("(elem $s (table 1) (offset i32.const 0) func)"),
            "09 08 01 02 01 41 00 0b 00 00");
}

TEST(Parse, MemoriesAndData) {
  EXPECT_EQ(compile("(memory (data \"ab\" \"\\00\"))"),
            "05 04 01 01 01 01 0b 09 01 00 41 00 0b 03 61 62 00");
  EXPECT_EQ(compile("(memory i64 1 2 shared)"), "05 04 01 07 01 02");
  EXPECT_EQ(compile("(memory 1 (pagesize 1))"), "05 04 01 08 01 00");
  EXPECT_EQ(compile("(data \"x\")"), "0b 04 01 01 01 78");
  EXPECT_ERROR("(memory 0 (pagesize 3))", "invalid custom page size");
}

TEST(Parse, SegmentBeforeTarget) {
  EXPECT_EQ(compile("(memory 0) (memory 0) (data $d) (func (memory.init 1 $d))").substr(51),
            "0c 01 01 0a 08 01 06 00 fc 08 00 01 0b 0b 03 01 01 00");
}

TEST(Parse, DataCountOnlyWhenNeeded) {
  EXPECT_EQ(compile("(data $d) (func (data.drop $d))"),
            "01 04 01 60 00 00 03 02 01 00 0c 01 01 0a 07 01 05 00 fc 09 00 0b 0b 03 01 01 00");
}

TEST(Parse, Locals) {
  EXPECT_EQ(
      compile("(func (local i32 i32) (local $x i32) (local f32) (local.set $x (local.get 0)))"),
      "01 04 01 60 00 00 03 02 01 00 0a 0c 01 0a 02 03 7f 01 7d 20 00 21 02 0b");
  EXPECT_ERROR("(func (param $x i32) (local $x i32))", "duplicate local $x");
  EXPECT_ERROR("(func (local.get $y))", "unknown local $y");
}

TEST(Parse, Names) {
  EXPECT_EQ(compile("(module $m (func $f (param $p i32)) (type $t (struct (field $x i32))))", true),
            "01 09 02 5f 01 7f 00 60 01 7f 00 03 02 01 01 0a 04 01 02 00 0b "
            "00 25 04 6e 61 6d 65 00 02 01 6d 01 04 01 00 01 66 02 06 01 00 01 00 01 70 04 04 01 "
            "00 01 74 0a 06 01 00 01 00 01 78");
  EXPECT_EQ(compile("(func (if (block $a) (then (block $b))))", true).substr(75),
            "00 10 04 6e 61 6d 65 03 09 01 00 02 00 01 61 02 01 62");
  EXPECT_EQ(compile("(module (@name \"M\"))"), "00 09 04 6e 61 6d 65 00 02 01 4d");
}

TEST(Parse, NameAnnotationsOfLocals) {
  const std::string s = compile("(func (param (@name \"x y\") i32) (local $l (@name \"z\") i32))");
  EXPECT_EQ(s.substr(s.find("6e 61 6d 65")), "6e 61 6d 65 02 0b 01 00 02 00 03 78 20 79 01 01 7a");
}

TEST(Parse, CustomSections) {
  EXPECT_EQ(
      compile("(@custom \"a\" (before type) \"x\") (type (func)) (@custom \"b\" (after type)) "
              "(func (type 0)) (@custom \"c\")"),
      "00 03 01 61 78 01 04 01 60 00 00 00 02 01 62 03 02 01 00 0a 04 01 02 00 0b 00 02 01 63");
  EXPECT_ERROR("(func (@custom \"x\"))", "misplaced @custom annotation");
}

TEST(Parse, BranchHints) {
  const std::string s =
      compile("(func (@metadata.code.branch_hint \"\\01\") (if (i32.const 0) (then)))");
  EXPECT_NE(s.find("01 00 01 03 01 01"), std::string::npos)
      << s;  // function 0, one hint, offset 3, one byte, likely
  EXPECT_ERROR("(func (@metadata.code.branch_hint \"\\01\") nop)",
               "@metadata.code.branch_hint annotation: invalid target");
}

TEST(Parse, QuotedIdentifiers) {
  EXPECT_EQ(body("block $\"a\\62\" br $ab end $\"\\u{61}b\""), "02 40 0c 00 0b 0b");
  EXPECT_ERROR("(func $ab) (func $\"a\\62\")", "duplicate function");
}

TEST(Parse, ErrorPositions) {
  const TextError e = error_of("(module\n  (func\n    i32.bogus))");
  EXPECT_EQ(e.message, "unknown operator i32.bogus");
  EXPECT_EQ(e.line, 3u);
  EXPECT_EQ(e.column, 5u);
  EXPECT_EQ(e.render(),
            "<text>:3:5: error: unknown operator i32.bogus\n      i32.bogus))\n      ^");
  const TextError unicode = error_of("(func) (; \xe2\x82\xac\xe2\x82\xac ;) (bogus)");
  EXPECT_EQ(unicode.column, 18u);
  const TextError end = error_of("(func\r\n");
  EXPECT_EQ(end.message, "unexpected token: end of input");
  EXPECT_EQ(end.line, 2u);
  EXPECT_EQ(end.column, 1u);
}

TEST(Parse, ForwardNameBeforeLexicalErrorIsNotBlamed) {
  EXPECT_ERROR("(func (call $f)) \x80 (func $f)", "malformed UTF-8 encoding");
}

TEST(Parse, FeatureGates) {
  EXPECT_EQ(error_of("(func i32.extend8_s)", Features::wasm1()).message,
            "i32.extend8_s needs the feature 'sign-extension', which is switched off");
  EXPECT_EQ(error_of("(func (param externref))", Features::wasm1()).message,
            "externref needs the feature 'reference-types', which is switched off");
  EXPECT_EQ(error_of("(type (struct))", Features::wasm2()).message,
            "struct needs the feature 'gc', which is switched off");
  EXPECT_EQ(error_of("(memory 1 1 shared)", Features::wasm3()).message,
            "shared needs the feature 'threads', which is switched off");
  EXPECT_EQ(error_of("(memory i64 1)", Features::wasm2()).message,
            "a 64-bit address type needs the feature 'memory64', which is switched off");
  EXPECT_EQ(error_of("(func try_table (catch_all 0) end catch_all)", Features::wasm3()).message,
            "unexpected token catch_all");
  EXPECT_EQ(error_of("(func (result v128) (i8x16.extract_lane_s 256))", Features::wasm2()).message,
            "malformed lane index");
  EXPECT_ERROR("(func (result v128) (i8x16.extract_lane_s 256))", "i8 constant out of range");
}

TEST(Parse, StringModules) {
  EXPECT_EQ(compile("(module binary \"\\00asm\" \"\\01\\00\\00\\00\")"), "");
  EXPECT_EQ(compile("(module quote \"(memory\" \" 1)\")"), "05 03 01 00 01");
}

}  // namespace
}  // namespace nacre::text

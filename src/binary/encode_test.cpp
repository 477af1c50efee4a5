// SPDX-License-Identifier: Apache-2.0
#include "binary/encode.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "binary/decode.hpp"
#include "text/parse.hpp"

namespace nacre::binary {
namespace {

using List = std::vector<uint8_t>;

// Text is assembled with shortest encodings in section order, so encoding what was decoded from it
// must give the same bytes.
void expect_same(const char* source) {
  const List bytes = text::wat_to_wasm(source).value();
  const auto module = decode(bytes, nullptr);
  ASSERT_TRUE(module.has_value()) << module.error().message;
  EXPECT_EQ(encode(*module), bytes) << source;
}

TEST(Encode, SectionsComeBack) {
  expect_same("(module)");
  expect_same("(module (type (func (param i32 f64) (result i64))) (func (type 0) unreachable))");
  expect_same(
      "(module (import \"a\" \"b\" (func)) (import \"a\" \"c\" (table i64 1 2 funcref))"
      " (import \"\" \"m\" (memory i64 1 2)) (import \"x\" \"g\" (global (mut v128)))"
      " (import \"x\" \"t\" (tag)))");
  expect_same(
      "(module (memory 1 2 shared) (memory 0 (pagesize 1)) (table 1 (ref func) (ref.func 0))"
      " (func) (start 0) (global f32 (f32.const 1)) (export \"x\" (func 0)))");
  expect_same(
      "(module (table 1 funcref) (table 2 anyref) (func)"
      " (elem (i32.const 0) func 0) (elem func 0) (elem declare func 0)"
      " (elem (table 1) (offset i32.const 0) anyref (ref.null none))"
      " (elem (i32.const 0) funcref (ref.null func)) (elem externref))");
  expect_same(
      "(module (memory 1) (memory 1) (data \"x\") (data (i32.const 0) \"y\")"
      " (data (memory 1) (i32.const 0) \"\") (func data.drop 0))");
  expect_same(
      "(module (@custom \"a\" (before first) \"1\") (@custom \"b\" (after func) \"2\")"
      " (@custom \"c\" \"3\") (func))");
}

TEST(Encode, TypesKeepTheirGroups) {
  expect_same(
      "(module (rec (type $a (sub (struct (field (ref null $b))))) (type $b (func (param (ref "
      "$a)))))"
      " (type (sub $a (struct (field (ref null $b)) (field (mut i8)))))"
      " (type (sub final $a (struct (field (ref null $b))))) (type (array (mut i16))))");
  // Two equal groups: the second must go on referring to itself.
  expect_same(
      "(module (rec (type $a (struct (field (ref $a)))) (type (func)))"
      " (rec (type $b (struct (field (ref $b)))) (type (func)))"
      " (global (ref null $a) (ref.null none)))");
}

}  // namespace
}  // namespace nacre::binary

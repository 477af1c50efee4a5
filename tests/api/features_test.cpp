// SPDX-License-Identifier: Apache-2.0
//
// A module that uses what is switched off is told as that: kind, feature, thing and place.
#include <gtest/gtest.h>

#include <string>

#include "api_test.hpp"

namespace nacre::test {
namespace {

struct Use {
  Feature feature;
  const char* wat;
  const char* what;  // the message up to "needs the feature"
};

const Use uses[] = {
    // Instructions, of one byte and prefixed.
    {Feature::sign_ext, "(module (func (drop (i32.extend8_s (i32.const 1)))))", "i32.extend8_s"},
    {Feature::sat_float, "(module (func (drop (i32.trunc_sat_f32_s (f32.const 1)))))",
     "i32.trunc_sat_f32_s"},
    {Feature::simd, "(module (func (drop (v128.const i32x4 1 2 3 4))))", "v128.const"},
    {Feature::relaxed_simd,
     "(module (func (param v128) (drop (i8x16.relaxed_swizzle (local.get 0) (local.get 0)))))",
     "i8x16.relaxed_swizzle"},
    {Feature::tail_call, "(module (func $f return_call $f))", "return_call"},
    {Feature::threads, "(module (func atomic.fence))", "atomic.fence"},
    {Feature::legacy_exceptions, "(module (func try catch_all end))", "try"},
    {Feature::wide_arith, "(module (func (i64.mul_wide_s (i64.const 1) (i64.const 2)) drop drop))",
     "i64.mul_wide_s"},
    {Feature::bulk,
     "(module (memory 1) (func (memory.fill (i32.const 0) (i32.const 0) "
     "(i32.const 0))))",
     "memory.fill"},
    {Feature::ref_types, "(module (table 1 funcref) (func (drop (table.size 0))))", "table.size"},
    {Feature::fref, "(module (func (unreachable) (drop (ref.as_non_null))))", "ref.as_non_null"},
    {Feature::gc, "(module (func (drop (ref.i31 (i32.const 1)))))", "ref.i31"},
    // Operands of instructions.
    {Feature::multi_memory, "(module (memory 1) (func (drop (i32.load 1 (i32.const 0)))))",
     "i32.load with a memory index"},
    {Feature::multi_memory, "(module (memory 1) (func (drop (memory.size 1))))",
     "memory.size with a memory index"},
    {Feature::ref_types,
     "(module (type (func)) (table 1 funcref) "
     "(func (call_indirect 1 (type 0) (i32.const 0))))",
     "call_indirect with a table index"},
    {Feature::multi_value, "(module (func (i32.const 1) (block (param i32) drop)))",
     "a block of a function type"},
    // Types.
    {Feature::simd, "(module (type (func (param v128))))", "the type v128"},
    {Feature::ref_types, "(module (type (func (param externref))))", "the type externref"},
    {Feature::exceptions, "(module (type (func (param exnref))))", "the type exnref"},
    {Feature::gc, "(module (type (func (param i31ref))))", "the type i31ref"},
    {Feature::gc, "(module (type (struct)))", "a structure type"},
    {Feature::gc, "(module (type (array i8)))", "an array type"},
    {Feature::gc, "(module (rec (type (func)) (type (func))))", "a recursion group"},
    {Feature::gc, "(module (type (sub (func))))", "a type with supertypes"},
    {Feature::gc, "(module (func (drop (ref.null any))))", "the heap type any"},
    {Feature::multi_value, "(module (type (func (result i32 i32))))",
     "a function type of 2 results"},
    // Tables, memories, globals, tags.
    {Feature::memory64, "(module (memory i64 1))", "a 64-bit memory"},
    {Feature::memory64, "(module (table i64 1 funcref))", "a 64-bit table"},
    {Feature::memory64, "(module (import \"m\" \"t\" (table i64 1 funcref)))", "a 64-bit table"},
    {Feature::threads, "(module (memory 1 1 shared))", "a shared memory"},
    {Feature::custom_page_sizes, "(module (memory 1 (pagesize 1)))", "a memory with a page size"},
    {Feature::multi_memory, "(module (memory 1) (memory 1))", "a second memory"},
    {Feature::multi_memory, "(module (import \"m\" \"m\" (memory 1)) (memory 1))",
     "a second memory"},
    {Feature::ref_types, "(module (table 1 funcref) (table 1 funcref))", "a second table"},
    {Feature::fref, "(module (func $f) (table 1 funcref (ref.func $f)))",
     "a table with an initial value"},
    {Feature::mutable_globals, "(module (import \"m\" \"g\" (global (mut i32))))",
     "an imported mutable global"},
    {Feature::mutable_globals, "(module (global (export \"g\") (mut i32) (i32.const 0)))",
     "an exported mutable global"},
    // Constant expressions.
    {Feature::extended_const, "(module (global i32 (i32.add (i32.const 1) (i32.const 2))))",
     "i32.add in a constant expression"},
    {Feature::gc, "(module (global i32 (i32.const 1)) (global i32 (global.get 0)))",
     "global.get of global 0, which is not imported, in a constant expression"},
    // Sections and segments.
    {Feature::bulk, "(module (memory 1) (data \"x\") (func (data.drop 0)))",
     "a data count section"},
};

std::string needs(const char* what, Feature f) {
  return std::string(what) + " needs the feature '" + Features::name(f) +
         "', which is switched off";
}

TEST(SwitchedOff, IsToldAsUnsupported) {
  for (const EngineKind kind : {EngineKind::interpreter, EngineKind::automatic}) {
    for (const Use& use : uses) {
      const std::vector<uint8_t> bytes = wasm(use.wat);
      const Engine without{{.features = Features::all().without(use.feature), .engine = kind}};
      const auto r = Module::compile(without, bytes);
      ASSERT_FALSE(r) << use.wat;
      EXPECT_EQ(r.error().kind, ErrorKind::unsupported) << use.wat;
      EXPECT_STREQ(r.error().message.c_str(), needs(use.what, use.feature).c_str()) << use.wat;
      EXPECT_GE(r.error().offset, 8u) << use.wat;
      EXPECT_LT(r.error().offset, bytes.size()) << use.wat;
    }
  }
}

// Several features own a thing, or one only together with another.
TEST(SwitchedOff, SharedThings) {
  const auto error = [](const char* wat, Features features) {
    const auto r = Module::compile(Engine{{.features = features}}, wasm(wat));
    return r ? make_error(ErrorKind::io, "accepted") : r.error();
  };
  const Features no_exceptions =
      Features::all().without(Feature::exceptions).without(Feature::legacy_exceptions);
  for (const char* wat : {"(module (tag))", "(module (import \"m\" \"t\" (tag)))"}) {
    const Error e = error(wat, no_exceptions);
    EXPECT_EQ(e.kind, ErrorKind::unsupported);
    EXPECT_STREQ(e.message.c_str(), needs("a tag", Feature::exceptions).c_str());
    EXPECT_EQ(error(wat, Features::all().without(Feature::exceptions)).kind, ErrorKind::io);
  }
  const Features no_refs = Features::all().without(Feature::fref).without(Feature::gc);
  const Error ref = error("(module (type $f (func)) (func (param (ref null $f))))", no_refs);
  EXPECT_STREQ(ref.message.c_str(), needs("the type (ref null ...)", Feature::fref).c_str());
  EXPECT_EQ(ref.kind, ErrorKind::unsupported);
  EXPECT_STREQ(
      error("(module (type $f (func)) (func (drop (ref.null $f))))", no_refs).message.c_str(),
      needs("a reference to a defined type", Feature::fref).c_str());
  EXPECT_STREQ(error("(module (memory 1) (data \"x\"))", Features::wasm1()).message.c_str(),
               needs("a data segment of kind 1", Feature::bulk).c_str());
  EXPECT_STREQ(error("(module (func $f) (elem func $f))", Features::wasm1()).message.c_str(),
               needs("an element segment of kind 1", Feature::bulk).c_str());
  // In 1.0 the labels of a table agree in their types even where nothing reaches it.
  const Error labels = error(
      "(module (func (block (result i32) (block (result f32) unreachable (br_table 0 1)) drop "
      "i32.const 0) drop))",
      Features::wasm1());
  EXPECT_STREQ(labels.message.c_str(),
               needs("br_table to labels of different types", Feature::ref_types).c_str());
}

// What no feature would make right stays what it is.
TEST(SwitchedOff, MalformedStaysMalformed) {
  const uint8_t unknown_opcode[] = {0, 'a', 's', 'm', 1, 0,  0, 0, 1, 4, 1,    0x60, 0,
                                    0, 3,   2,   1,   0, 10, 5, 1, 3, 0, 0x27, 0x0b};
  const uint8_t unknown_section[] = {0, 'a', 's', 'm', 1, 0, 0, 0, 14, 1, 0};
  const uint8_t unknown_flags[] = {0, 'a', 's', 'm', 1, 0, 0, 0, 5, 3, 1, 0x10, 0};
  const Engine old{{.features = Features::wasm1()}};
  EXPECT_EQ(Module::compile(old, unknown_opcode).error().kind, ErrorKind::malformed);
  EXPECT_EQ(Module::compile(old, unknown_section).error().kind, ErrorKind::malformed);
  EXPECT_EQ(Module::compile(old, unknown_flags).error().kind, ErrorKind::malformed);
  EXPECT_EQ(Module::validate(old, unknown_opcode).error().kind, ErrorKind::malformed);
}

}  // namespace
}  // namespace nacre::test

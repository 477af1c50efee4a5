// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "validate/module_test_support.hpp"

namespace nacre::validate::test {
namespace {

std::string start_of(const std::string& text, size_t n) { return text.substr(0, n); }

TEST(ModuleValidator, EmptyModule) { EXPECT_EQ(ModuleBytes().check(), ""); }

TEST(ModuleValidator, MemorySizes) {
  const auto check = [](const ByteVector& limits) {
    ModuleBytes m;
    m.memory(limits);
    return m.check();
  };
  EXPECT_EQ(check({0, 0x80, 0x80, 0x04}), "");  // 65536
  EXPECT_EQ(check({0, 0x81, 0x80, 0x04}),
            "invalid: memory size must be at most 65536 pages (4GiB)");
  EXPECT_EQ(start_of(check({1, 2, 1}), 55),
            "invalid: size minimum must not be greater than maximum:");
  EXPECT_EQ(check({4, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x40}), "");  // 2^48
  EXPECT_EQ(start_of(check({4, 0x81, 0x80, 0x80, 0x80, 0x80, 0x80, 0x40}), 43),
            "invalid: memory size must be at most 2^48 p");
  EXPECT_EQ(check({2, 1}), "invalid: shared memory must have maximum");
  EXPECT_EQ(check({3, 1, 1}), "");
}

TEST(ModuleValidator, TablesOfNonNullReferencesNeedAnInitialiser) {
  ModuleBytes without, with;
  without.table({0x64, 0x70, 0, 1});
  EXPECT_EQ(start_of(without.check(), 22), "invalid: type mismatch");
  with.func(with.type({}, {}), {0x0b});
  with.table({0x40, 0, 0x64, 0x70, 0, 1, 0xd2, 0, 0x0b});
  EXPECT_EQ(with.check(), "");
}

TEST(ModuleValidator, GlobalsSeeThoseBeforeThem) {
  const auto check = [](wasm::Features features, uint8_t named) {
    ModuleBytes m;
    m.features = features;
    m.global({i32, 0, 0x41, 1, 0x0b});
    m.global({i32, 0, 0x23, named, 0x0b});
    return m.check();
  };
  EXPECT_EQ(check(wasm::Features::all(), 0), "");
  EXPECT_EQ(check(wasm::Features::all(), 1), "invalid: unknown global 1, in global.get");
  EXPECT_EQ(check(wasm::Features::wasm2(), 0),
            "unsupported: global.get of global 0, which is not imported, in a constant expression "
            "needs the feature 'gc', which is switched off");
}

TEST(ModuleValidator, ConstantExpressions) {
  const auto check = [](const ByteVector& init, wasm::Features features = wasm::Features::all()) {
    ModuleBytes m;
    m.features = features;
    m.global({i32, 1, 0x41, 1, 0x0b});
    ByteVector global{i32, 0};
    append(global, init);
    m.global(global);
    return m.check();
  };
  EXPECT_EQ(check({0x41, 1, 0x41, 2, 0x6a, 0x0b}), "");
  EXPECT_EQ(check({0x41, 1, 0x41, 2, 0x6a, 0x0b}, wasm::Features::wasm2()),
            "unsupported: i32.add in a constant expression needs the feature 'extended-const', "
            "which is switched off");
  EXPECT_EQ(check({0x41, 1, 0x41, 2, 0x6d, 0x0b}),
            "invalid: constant expression required, in i32.div_s");
  EXPECT_EQ(check({0x23, 0, 0x0b}),
            "invalid: constant expression required, in global.get");  // mutable
  EXPECT_EQ(start_of(check({0x42, 1, 0x0b}), 22), "invalid: type mismatch");
  EXPECT_EQ(start_of(check({0x0b}), 22), "invalid: type mismatch");
  EXPECT_EQ(start_of(check({0x41, 1, 0x41, 1, 0x0b}), 22), "invalid: type mismatch");
}

TEST(ModuleValidator, DeclaredFunctions) {
  const ByteVector names_itself{0xd2, 0, 0x1a, 0x0b};
  const auto check = [&](auto declare) {
    ModuleBytes m;
    m.func(m.type({}, {}), names_itself);
    declare(m);
    return m.check();
  };
  EXPECT_EQ(check([](ModuleBytes&) {}), "invalid: undeclared function reference, in ref.func");
  EXPECT_EQ(check([](ModuleBytes& m) { m.start(0); }),
            "invalid: undeclared function reference, in ref.func");
  EXPECT_EQ(check([](ModuleBytes& m) { m.exports({1, 'f', 0, 0}); }), "");
  EXPECT_EQ(check([](ModuleBytes& m) { m.elem({3, 0, 1, 0}); }), "");
  EXPECT_EQ(check([](ModuleBytes& m) { m.elem({7, funcref, 1, 0xd2, 0, 0x0b}); }), "");
  EXPECT_EQ(check([](ModuleBytes& m) { m.global({funcref, 0, 0xd2, 0, 0x0b}); }), "");
}

TEST(ModuleValidator, DeclaredFunctionsAreFoundWithoutTheDeclarations) {
  ModuleBytes m;
  m.func(m.type({}, {}), {0xd2, 0, 0x1a, 0x0b});
  m.global({funcref, 0, 0xd2, 0, 0x0b});
  auto module = m.decode();
  ASSERT_TRUE(module);
  EXPECT_TRUE(validate_functions(*module, 0, 1));
  EXPECT_TRUE(declared_funcs(*module).has(0));
}

TEST(ModuleValidator, Exports) {
  ModuleBytes m;
  m.exports({1, 'f', 0, 3});
  EXPECT_EQ(m.check(), "invalid: unknown function 3, exported as \"f\"");
}

TEST(ModuleValidator, Start) {
  ModuleBytes unknown, typed;
  unknown.start(0);
  EXPECT_EQ(start_of(unknown.check(), 27), "invalid: unknown function 0");
  typed.func(typed.type({i32}, {}), {0x0b});
  typed.start(0);
  EXPECT_EQ(start_of(typed.check(), 23), "invalid: start function");
}

TEST(ModuleValidator, Segments) {
  ModuleBytes no_table, no_memory, no_function, wrong_type;
  no_table.elem({0, 0x41, 0, 0x0b, 0});
  EXPECT_EQ(no_table.check(), "invalid: unknown table 0");
  no_memory.data({0, 0x41, 0, 0x0b, 0});
  EXPECT_EQ(no_memory.check(), "invalid: unknown memory 0");
  no_function.elem({1, 0, 1, 5});
  EXPECT_EQ(no_function.check(), "invalid: unknown function 5");
  wrong_type.table({0x6f, 0, 1});
  wrong_type.elem({0, 0x41, 0, 0x0b, 0});
  EXPECT_EQ(start_of(wrong_type.check(), 22), "invalid: type mismatch");
}

TEST(ModuleValidator, Tags) {
  ModuleBytes m;
  m.tag(m.type({}, {i32}));
  EXPECT_EQ(m.check(), "invalid: non-empty tag result type: tag 0");
}

TEST(ModuleValidator, SubTypes) {
  ModuleBytes final_super, other_kind, good;
  final_super.raw_type({0x60, 0, 0});
  final_super.raw_type({0x50, 1, 0, 0x60, 0, 0});
  EXPECT_EQ(final_super.check(), "invalid: sub type 1 does not match super type 0, which is final");
  other_kind.raw_type({0x50, 0, 0x5f, 0});
  other_kind.raw_type({0x50, 1, 0, 0x60, 0, 0});
  EXPECT_EQ(other_kind.check(), "invalid: sub type 1 does not match super type 0");
  good.raw_type({0x50, 0, 0x5f, 0});
  good.raw_type({0x50, 1, 0, 0x5f, 1, i32, 0});
  EXPECT_EQ(good.check(), "");
}

TEST(ModuleValidator, SubTypeDepthIsLimited) {
  const auto chain = [](uint32_t depth) {
    ModuleBytes m;
    m.raw_type({0x50, 0, 0x5f, 0});
    for (uint32_t i = 0; i < depth; ++i) m.raw_type({0x50, 1, static_cast<uint8_t>(i), 0x5f, 0});
    return m.check();
  };
  EXPECT_EQ(chain(63), "");
  EXPECT_EQ(start_of(chain(64), 6), "limit:");
}

TEST(ModuleValidator, DataIndicesInCodeNeedTheDataCount) {
  ModuleBytes m;
  m.memory({0, 1});
  m.func(m.type({}, {}), {0xfc, 9, 0, 0x0b});
  EXPECT_EQ(m.check(), "malformed: data count section required, in data.drop");
  m.data({1, 0});
  EXPECT_EQ(m.check(), "");
}

}  // namespace
}  // namespace nacre::validate::test

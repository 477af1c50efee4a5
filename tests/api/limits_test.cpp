// SPDX-License-Identifier: Apache-2.0
//
// Bounds of stores, on every engine: each is hit by the guest and by the host, and what was refused
// leaves the store usable.
#include "api_test.hpp"

namespace nacre::test {
namespace {

class Limits : public testing::TestWithParam<EngineKind> {
 protected:
  void SetUp() override {
    if (!Engine({.engine = GetParam()}).check()) GTEST_SKIP() << "no such engine here";
  }
  static Engine engine(Config config = {}) {
    config.engine = GetParam();
    return Engine(config);
  }
  static Result<Instance> make(Store& store, std::string_view wat) {
    return Linker(store.engine()).instantiate(store, compile(store.engine(), wat));
  }
  static bool is_limit(const Result<Instance>& r) {
    return !r && r.error().kind == ErrorKind::limit;
  }
};
std::string name_of(const testing::TestParamInfo<EngineKind>& kind) {
  return kind.param == EngineKind::baseline ? "baseline" : "interpreter";
}
INSTANTIATE_TEST_SUITE_P(Engines, Limits,
                         testing::Values(EngineKind::interpreter, EngineKind::baseline), name_of);

TEST_P(Limits, NumbersOfObjects) {
  const Engine e = engine();
  Store store{e, {.max_memories = 2, .max_tables = 1, .max_instances = 3}};
  EXPECT_TRUE(make(store, "(module (memory 1))"));
  EXPECT_TRUE(Memory::create(store, {.min = 1}));
  EXPECT_TRUE(is_limit(make(store, "(module (memory 1))")));
  EXPECT_EQ(Memory::create(store, {.min = 1}).error().message, "too many memories in this store");
  EXPECT_TRUE(Table::create(store, {.min = 1}));
  EXPECT_EQ(Table::create(store, {.min = 1}).error().message, "too many tables in this store");
  EXPECT_TRUE(is_limit(make(store, "(module (table 1 funcref))")));
  // Those that failed count: what they made before may be in use.
  const Result<Instance> last = make(store, "(module)");
  EXPECT_EQ(last.error().message, "too many instances in this store");
  Store other{e};
  EXPECT_TRUE(make(other, "(module (memory 1) (table 1 funcref))"));
}

TEST_P(Limits, Sizes) {
  const Engine e = engine({.max_memory = 3 * 65536, .max_table_entries = 30});
  Store store{e, {.max_memory = 2 * 65536, .max_table_entries = 20}};
  const Instance i =
      make(store, R"((module (memory (export "memory") 1) (table (export "t") 10 funcref)
    (func (export "memory_grow") (param i32) (result i32) (memory.grow (local.get 0)))
    (func (export "table_grow") (param i32) (result i32)
      (table.grow (ref.null func) (local.get 0)))))")
          .value();
  const auto memory_grow = i.func<int32_t(int32_t)>("memory_grow").value();
  const auto table_grow = i.func<int32_t(int32_t)>("table_grow").value();
  EXPECT_EQ(memory_grow(2).value(), -1);
  EXPECT_EQ(memory_grow(1).value(), 1);
  EXPECT_EQ(memory_grow(-1).value(), -1);
  EXPECT_EQ(table_grow(11).value(), -1);
  EXPECT_EQ(table_grow(10).value(), 10);
  EXPECT_EQ(table_grow(-1).value(), -1);
  EXPECT_EQ(i.memory().value().grow(1).error().kind, ErrorKind::limit);
  EXPECT_EQ(i.table("t").value().grow(1, Value::null(RefKind::func)).error().kind,
            ErrorKind::limit);
  EXPECT_TRUE(is_limit(make(store, "(module (memory 3))")));
  EXPECT_TRUE(is_limit(make(store, "(module (table 21 funcref))")));
  // More than the engine allows is what the engine allows.
  Store large{e, {.max_memory = 100 * 65536, .max_table_entries = 1000}};
  EXPECT_TRUE(make(large, "(module (memory 3) (table 30 funcref))"));
  EXPECT_TRUE(is_limit(make(large, "(module (memory 4))")));
  EXPECT_TRUE(is_limit(make(large, "(module (table 31 funcref))")));
}

TEST_P(Limits, StackAndHostDepth) {
  const Engine e = engine();
  constexpr const char* wat = R"((module
    (import "host" "again" (func $again (param i32) (result i32)))
    (func $deep (export "deep") (param i32) (result i32)
      (if (result i32) (local.get 0)
        (then (i32.add (i32.const 1) (call $deep (i32.sub (local.get 0) (i32.const 1)))))
        (else (i32.const 0))))
    (func (export "bounce") (param i32) (result i32) (call $again (local.get 0)))))";
  const auto run = [&](const StoreLimits& limits, const char* name, int32_t n) {
    Linker linker{e};
    linker.func("host", "again", [](Caller c, int32_t left) -> Result<int32_t> {
      if (left == 0) return 0;
      return c.func("bounce").typed<int32_t(int32_t)>().value()(left - 1);
    });
    Store store{e, limits};
    const Instance i = linker.instantiate(store, compile(e, wat)).value();
    const auto f = i.func<int32_t(int32_t)>(name).value();
    const Result<int32_t> r = f(n);
    EXPECT_TRUE(f(1));  // afterwards all is well
    return r ? TrapCode::none : trap_code(r.error());
  };
  EXPECT_EQ(run({}, "deep", 1000), TrapCode::none);
  EXPECT_EQ(run({.max_stack = 16 << 10}, "deep", 5000), TrapCode::stack_exhausted);
  EXPECT_EQ(run({.max_host_depth = 20}, "bounce", 15), TrapCode::none);
  EXPECT_NE(run({.max_host_depth = 20}, "bounce", 25), TrapCode::none);
}

TEST_P(Limits, GarbageCollectedHeap) {
  const Engine e = engine({.max_gc_heap = 1 << 20});
  Store store{e, {.max_gc_heap = 256 << 10}};
  const Instance i = make(store, R"((module (type $a (array (mut i8)))
    (func (export "make") (param i32) (result anyref) (array.new_default $a (local.get 0)))))")
                         .value();
  const auto make_array = i.func<AnyRef(int32_t)>("make").value();
  EXPECT_TRUE(make_array(100 << 10));
  EXPECT_EQ(trap_code(make_array(300 << 10).error()), TrapCode::out_of_memory);
  EXPECT_EQ(trap_code(make_array(-1).error()), TrapCode::out_of_memory);
  EXPECT_TRUE(make_array(100 << 10));
}

TEST(Linker, ForgetsOneNameOrAll) {
  Engine engine;
  Linker linker{engine};
  linker.func("a", "x", [] {}).func("a", "y", [] {}).func("b", "x", [] {}).alias("a", "c");
  linker.remove("a", "x").remove("a", "unknown").remove("unknown", "x");
  EXPECT_FALSE(linker.has("a", "x"));
  EXPECT_TRUE(linker.has("a", "y"));
  EXPECT_TRUE(linker.has("b", "x"));
  EXPECT_TRUE(linker.has("c", "x"));
  linker.remove("c");
  EXPECT_FALSE(linker.has("c", "x"));
  EXPECT_FALSE(linker.has("c", "y"));
  const Module m = compile(engine, R"((module (import "a" "x" (func)) (import "a" "y" (func))
    (import "c" "z" (memory 1))))");
  const List<ImportType> missing = linker.missing(m);
  ASSERT_EQ(missing.size(), 2u);
  EXPECT_EQ(missing[0].name, "x");
  EXPECT_EQ(missing[1].type.kind, ExternKind::memory);
}

}  // namespace
}  // namespace nacre::test

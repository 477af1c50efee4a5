// SPDX-License-Identifier: Apache-2.0
//
// Memories, tables, globals, tags and references, made and used by the host.
#include <span>

#include "api_test.hpp"

namespace nacre::test {
namespace {

TEST(Memory, BoundsCheckedAccess) {
  Fixture f;
  const Memory m = Memory::create(f.store, {.min = 1, .max = 3, .has_max = true}).value();
  EXPECT_EQ(m.size(), 65536u);
  EXPECT_TRUE(m.write<uint32_t>(65532, 0x01020304));
  EXPECT_FALSE(m.write<uint32_t>(65533, 1));
  EXPECT_FALSE(m.write<uint32_t>(~uint64_t{0}, 1));
  EXPECT_EQ(m.read<uint32_t>(65532), 0x01020304u);
  EXPECT_EQ(m.read<uint8_t>(65532), 4);  // little-endian
  EXPECT_EQ(m.read<uint16_t>(65535), std::nullopt);
  EXPECT_EQ(m.read<double>(~uint64_t{0} - 3), std::nullopt);
  EXPECT_TRUE(m.write_string(10, "text"));
  EXPECT_EQ(m.string(10, 4), "text");
  EXPECT_EQ(m.c_string(10), "text");
  EXPECT_EQ(m.c_string(10, 3), std::nullopt);
  EXPECT_EQ(m.c_string(10, 4), "text");
  EXPECT_EQ(m.string(65536, 0), "");
  EXPECT_EQ(m.string(65536, 1), std::nullopt);
}

TEST(Memory, CopiesBytesBothWays) {
  Engine engine;
  Store store{engine};
  const Memory memory = Memory::create(store, {.min = 1}).value();
  const std::string text = "bytes";
  EXPECT_TRUE(memory.write_bytes(65531, text));
  std::vector<uint8_t> out(5, 7);
  EXPECT_TRUE(memory.read_bytes(65531, out));
  EXPECT_EQ(std::string(out.begin(), out.end()), text);
  EXPECT_FALSE(memory.read_bytes(65532, out));
  EXPECT_FALSE(memory.read_bytes(~uint64_t{0}, out));
  EXPECT_EQ(std::string(out.begin(), out.end()), text);  // as it was
  EXPECT_TRUE(memory.read_bytes(65536, {}));
}

TEST(Memory, Grows) {
  Fixture f;
  const Memory m = Memory::create(f.store, {.min = 1, .max = 3, .has_max = true}).value();
  m.write<uint8_t>(0, 42);
  EXPECT_EQ(m.grow(2).value(), 1u);
  EXPECT_EQ(m.pages(), 3u);
  EXPECT_EQ(m.read<uint8_t>(0), 42);
  EXPECT_EQ(m.grow(1).error().kind, ErrorKind::limit);
  EXPECT_EQ(m.type(), (MemoryType{.min = 3, .max = 3, .has_max = true}));
}

TEST(Memory, GuestAndHostSeeTheSameBytesAfterGrowth) {
  Fixture f;
  const Memory m = Memory::create(f.store, {.min = 1}).value();
  f.linker.define("env", "m", m);
  const Instance i = f.run(R"((module (memory (import "env" "m") 1)
    (func (export "grow") (result i32) (memory.grow (i32.const 20)))
    (func (export "load") (param i32) (result i32) (i32.load8_u (local.get 0)))))");
  const auto load = i.func<int32_t(uint32_t)>("load").value();
  EXPECT_EQ(i.func<int32_t()>("grow").value()().value(), 1);
  EXPECT_EQ(m.pages(), 21u);
  m.write<uint8_t>(1'000'000, 9);
  EXPECT_EQ(load(1'000'000).value(), 9);
  EXPECT_EQ(m.grow(5).value(), 21u);
  m.write<uint8_t>(1'600'000, 8);
  EXPECT_EQ(load(1'600'000).value(), 8);
}

TEST(Memory, LimitsAreTheStores) {
  Engine engine{{.max_memory = 3 * 65536}};
  Store store{engine, {.max_memory = 2 * 65536}};
  EXPECT_EQ(Memory::create(store, {.min = 3}).error().kind, ErrorKind::limit);
  const Memory m = Memory::create(store, {.min = 1}).value();
  EXPECT_TRUE(m.grow(1));
  EXPECT_FALSE(m.grow(1));
}

TEST(Memory, BadTypesAreRefused) {
  Fixture f;
  EXPECT_EQ(Memory::create(f.store, {.min = 2, .max = 1, .has_max = true}).error().kind,
            ErrorKind::invalid_argument);
  EXPECT_EQ(Memory::create(f.store, {.min = 65537}).error().kind, ErrorKind::invalid_argument);
  EXPECT_EQ(Memory::create(f.store, {.min = 1, .shared = true}).error().kind,
            ErrorKind::invalid_argument);
  EXPECT_EQ(Memory::create(f.store, {.page_size = 4096}).error().kind, ErrorKind::invalid_argument);
}

TEST(Memory, SharedBetweenStores) {
  Fixture f;
  Store other{f.engine};
  const Memory a =
      Memory::create(f.store, {.min = 1, .max = 2, .has_max = true, .shared = true}).value();
  const Memory b = Memory::attach(other, a.share()).value();
  a.write<uint32_t>(4, 77);
  EXPECT_EQ(b.read<uint32_t>(4), 77u);
  EXPECT_TRUE(b.grow(1));
  EXPECT_EQ(a.size(), 2 * 65536u);
  EXPECT_TRUE(Memory::create(f.store, {.min = 1}).value().share().empty());
  Engine stranger;
  Store theirs{stranger};
  EXPECT_EQ(Memory::attach(theirs, a.share()).error().kind, ErrorKind::invalid_argument);
}

TEST(Global, GetAndSet) {
  Fixture f;
  const Global g = Global::create(f.store, {ValKind::i64, true}, Value(int64_t{5})).value();
  f.linker.define("env", "g", g);
  const Instance i = f.run(R"((module (global $g (import "env" "g") (mut i64))
    (global (export "fixed") f32 (f32.const 1.5))
    (func (export "inc") (global.set $g (i64.add (global.get $g) (i64.const 1))))))");
  EXPECT_TRUE(i.func<void()>("inc").value()());
  EXPECT_EQ(g.get().i64(), 6);
  EXPECT_TRUE(g.set(int64_t{9}));
  EXPECT_EQ(g.set(int32_t{9}).error().kind, ErrorKind::invalid_argument);
  const Global fixed = i.global("fixed").value();
  EXPECT_EQ(fixed.get().f32(), 1.5f);
  EXPECT_EQ(fixed.set(2.5f).error().message, "the global is immutable");
  EXPECT_EQ(to_string(g.type()), "(global (mut i64))");
  EXPECT_FALSE(Global::create(f.store, {ValKind::i64, true}, Value(1.5)));
}

TEST(Value, PrintsAndCompares) {
  Engine engine;
  Store store{engine};
  const Ref host = Ref::host(store, 9).value();
  const Func func = Func::create(store, [] {});
  const std::pair<Value, const char*> values[] = {
      {int32_t{-7}, "-7"},
      {int64_t{1} << 40, "1099511627776"},
      {0.5f, "0.5"},
      {-0.0, "-0"},
      {Value::f64_bits(0x7ff8'0000'0000'0000), "nan"},
      {V128{{1, 0, 0, 0, 0xff}}, "i32x4:0x00000001,0x000000ff,0x00000000,0x00000000"},
      {Value::null(RefKind::func), "null"},
      {host, "(host 9)"},
      {func, "(func)"},
      {Ref::i31(3), "(i31 3)"}};
  for (size_t i = 0; i < std::size(values); ++i) {
    EXPECT_EQ(to_string(values[i].first), values[i].second);
    for (size_t j = 0; j < std::size(values); ++j)
      EXPECT_EQ(values[i].first == values[j].first, i == j) << i << " " << j;
  }
  EXPECT_FALSE(Value(int32_t{1}) == Value(int64_t{1}));
  EXPECT_FALSE(Value(0.0) == Value(-0.0));
  EXPECT_TRUE(Value(host) == Value(Ref(host)));
}

TEST(Types, NumbersOfNothingAreRefused) {
  Fixture f;
  for (const uint32_t id : {0u, 1u, 5'000u, 8'000'000u, ~0u}) {
    const ValType t = ValType::ref_to(id, true);
    EXPECT_FALSE(Global::create(f.store, {t, true}, Value::null(RefKind::any))) << id;
    EXPECT_FALSE(Table::create(f.store, {.elem = t})) << id;
    EXPECT_FALSE(Tag::create(f.store, {t})) << id;
    EXPECT_TRUE(Func::create(f.store, {{t}, {}},
                             [](Caller, std::span<const Value>, std::span<Value>) -> Result<void> {
                               return {};
                             })
                    .empty())
        << id;
  }
}

TEST(Table, HoldsFunctions) {
  Fixture f;
  const Table t = Table::create(f.store, {.min = 2, .max = 4, .has_max = true}).value();
  f.linker.define("env", "t", t);
  const Instance i = f.run(R"((module (table $t (import "env" "t") 2 funcref)
    (type $f (func (param i32) (result i32)))
    (func (export "id") (param i32) (result i32) (local.get 0))
    (func (export "call") (param i32 i32) (result i32) (call_indirect $t (type $f) (local.get 1) (local.get 0)))))");
  const auto call = i.func<int32_t(int32_t, int32_t)>("call").value();
  EXPECT_TRUE(t.get(0).value().ref().is_null());
  EXPECT_TRUE(t.set(0, Func::create(f.store, [](int32_t x) { return x + 100; })));
  EXPECT_TRUE(t.set(1, i.func("id").value()));
  EXPECT_EQ(call(0, 5).value(), 105);
  EXPECT_EQ(call(1, 5).value(), 5);
  EXPECT_EQ(trap_code(call(2, 5).error()), TrapCode::undefined_element);
  EXPECT_EQ(t.grow(2, Value::null(RefKind::func)).value(), 2u);
  EXPECT_EQ(trap_code(call(2, 5).error()), TrapCode::uninitialized_element);
  EXPECT_FALSE(t.grow(1, Value::null(RefKind::func)));
  EXPECT_FALSE(t.get(4));
  EXPECT_FALSE(t.set(4, Value::null(RefKind::func)));
  EXPECT_FALSE(t.set(0, Value::null(RefKind::extern_)));
  EXPECT_FALSE(t.set(0, int32_t{1}));
  EXPECT_TRUE(t.get(1).value().func().same(i.func("id").value()));
}

TEST(Ref, HostReferencesSurviveCollections) {
  Fixture f({.gc_stress = true});
  const Instance i = f.run(R"((module
    (func (export "pass") (param externref) (result externref)
      (extern.convert_any (any.convert_extern (local.get 0))))
    (func (export "inside") (param externref) (result anyref) (any.convert_extern (local.get 0)))
    (func (export "drop_many") (local i32)
      (loop (drop (array.new_default $a (i32.const 100)))
        (br_if 0 (i32.lt_u (local.tee 0 (i32.add (local.get 0) (i32.const 1))) (i32.const 50)))))
    (type $a (array (mut i32)))))");
  const auto pass = i.func<ExternRef(ExternRef)>("pass").value();
  const auto inside = i.func<AnyRef(ExternRef)>("inside").value();
  std::vector<ExternRef> refs;
  for (uint64_t n = 0; n < 50; ++n)
    refs.push_back(ExternRef::host(f.store, n * 1'000'000'007).value());
  EXPECT_TRUE(i.func<void()>("drop_many").value()());
  const uint64_t before = f.store.gc_collections();
  f.store.collect_garbage();
  EXPECT_GT(f.store.gc_collections(), before);
  for (uint64_t n = 0; n < 50; ++n) {
    EXPECT_EQ(refs[n].host_value(), n * 1'000'000'007);
    const ExternRef back = pass(refs[n]).value();
    EXPECT_TRUE(back.same(refs[n]));
    const AnyRef any = inside(refs[n]).value();
    EXPECT_EQ(any.shape(), RefShape::host);
    EXPECT_TRUE(any.converted(RefKind::extern_).same(refs[n]));
  }
  EXPECT_TRUE(pass(ExternRef()).value().is_null());
}

TEST(Ref, StructsAndArraysHaveFields) {
  Fixture f({.gc_stress = true});
  const Instance i = f.run(R"((module
    (type $p (struct (field (mut i8)) (field f64) (field (mut (ref null $p)))))
    (type $a (array (mut i16)))
    (func (export "make") (param i32 f64) (result (ref $p))
      (struct.new $p (local.get 0) (local.get 1) (ref.null $p)))
    (func (export "array") (result (ref $a)) (array.new $a (i32.const 0x12345) (i32.const 4)))
    (func (export "sum") (param (ref $p)) (result f64)
      (f64.add (f64.convert_i32_u (struct.get_u $p 0 (local.get 0))) (struct.get $p 1 (local.get 0))))))");
  const auto make = i.func<AnyRef(int32_t, double)>("make").value();
  const auto sum = i.func<double(AnyRef)>("sum").value();
  const AnyRef a = make(300, 0.5).value(), b = make(7, 1.5).value();
  EXPECT_EQ(a.shape(), RefShape::struct_);
  EXPECT_EQ(a.length(), 3u);
  EXPECT_EQ(a.get(0).value().i32(), 44);
  EXPECT_EQ(a.get(1).value().f64(), 0.5);
  EXPECT_TRUE(a.get(2).value().ref().is_null());
  EXPECT_TRUE(a.set(0, int32_t{513}));
  EXPECT_TRUE(a.set(2, Value(b)));
  EXPECT_FALSE(a.set(1, 1.0));
  EXPECT_FALSE(a.set(2, Value(Ref::i31(1))));
  EXPECT_FALSE(a.get(3));
  EXPECT_EQ(a.get(2).value().ref().get(0).value().i32(), 7);
  EXPECT_EQ(sum(a).value(), 1.5);
  EXPECT_FALSE(sum(AnyRef()));             // a non-null parameter
  EXPECT_FALSE(sum(AnyRef(Ref::i31(5))));  // of another type
  const AnyRef array = i.func<AnyRef()>("array").value()().value();
  EXPECT_EQ(array.shape(), RefShape::array);
  EXPECT_EQ(array.length(), 4u);
  EXPECT_EQ(array.get(3).value().i32(), 0x2345);
  EXPECT_EQ(Ref::i31(0x7fffffff).i31_signed(), -1);
}

TEST(Tag, ExceptionsCrossTheBorderBothWays) {
  Fixture f({.gc_stress = true});
  const Tag tag = Tag::create(f.store, {ValKind::i32, ValType::externref()}).value();
  f.linker.define("env", "tag", tag);
  f.linker.func("env", "throw", [tag](Caller c, int32_t x, ExternRef r) -> Result<void> {
    const Value payload[] = {x, r};
    return throw_exception(c, tag, payload);
  });
  const Instance i = f.run(R"((module
    (tag $t (import "env" "tag") (param i32 externref))
    (import "env" "throw" (func $throw (param i32 externref)))
    (func (export "throw") (param i32 externref) (throw $t (local.get 0) (local.get 1)))
    (func (export "pass") (param i32 externref) (call $throw (local.get 0) (local.get 1)))
    (func (export "catch") (param i32 externref) (result i32 externref)
      (block $h (result i32 externref)
        (try_table (catch $t $h) (call $throw (local.get 0) (local.get 1)))
        unreachable))))");
  const ExternRef payload = ExternRef::host(f.store, 99).value();
  for (const char* name : {"throw", "pass"}) {
    const auto r = i.func<void(int32_t, ExternRef)>(name).value()(7, payload);
    ASSERT_FALSE(r) << name;
    EXPECT_EQ(r.error().kind, ErrorKind::exception) << name << r.error().message;
    const ExnRef e = caught_exception(f.store);
    EXPECT_TRUE(e.exception_tag().same(tag));
    EXPECT_EQ(e.length(), 2u);
    EXPECT_EQ(e.get(0).value().i32(), 7);
    EXPECT_EQ(e.get(1).value().ref().host_value(), 99u);
  }
  const auto caught =
      i.func<std::tuple<int32_t, ExternRef>(int32_t, ExternRef)>("catch").value()(8, payload);
  ASSERT_TRUE(caught) << caught.error().message;
  EXPECT_EQ(std::get<0>(*caught), 8);
  EXPECT_TRUE(std::get<1>(*caught).same(payload));
  EXPECT_EQ(throw_exception(f.store, tag, {}).kind, ErrorKind::invalid_argument);
}

// A function that ended with a tail call catches nothing any more.
TEST(Tag, TailCalledHostFunctionsThrowToTheCaller) {
  for (const EngineKind kind : {EngineKind::interpreter, EngineKind::baseline}) {
    Fixture f({.engine = kind});
    if (!f.engine.check()) continue;
    const Tag tag = Tag::create(f.store, {}).value();
    f.linker.define("env", "t", tag);
    f.linker.func("env", "throws", [&](Caller c) -> Result<void> {
      return throw_exception(c, tag, Span<const Value>());
    });
    const Instance i = f.run(R"((module
      (import "env" "t" (tag $t)) (import "env" "throws" (func $throws)) (type $v (func))
      (table funcref (elem $throws)) (elem declare func $throws)
      (func $direct (block $c (try_table (catch $t $c) (return_call $throws)) (unreachable)))
      (func $indirect (block $c
        (try_table (catch $t $c) (return_call_indirect (type $v) (i32.const 0))) (unreachable)))
      (func $by_ref (block $c
        (try_table (catch $t $c) (return_call_ref $v (ref.func $throws))) (unreachable)))
      (func (export "direct") (result i32)
        (block $c (try_table (catch $t $c) (call $direct)) (return (i32.const 1))) (i32.const 2))
      (func (export "indirect") (result i32)
        (block $c (try_table (catch $t $c) (call $indirect)) (return (i32.const 1))) (i32.const 2))
      (func (export "by_ref") (result i32)
        (block $c (try_table (catch $t $c) (call $by_ref)) (return (i32.const 1))) (i32.const 2))))");
    for (const char* name : {"direct", "indirect", "by_ref"})
      EXPECT_EQ(i.func<int32_t()>(name).value()().value(), 2) << name;
  }
}

}  // namespace
}  // namespace nacre::test

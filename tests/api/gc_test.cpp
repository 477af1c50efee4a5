// SPDX-License-Identifier: Apache-2.0
//
// Types and garbage-collected objects made by the host, with a collection at every allocation.
#include "api_test.hpp"

namespace nacre::test {
namespace {

class HostObjects : public testing::TestWithParam<EngineKind> {
 protected:
  void SetUp() override {
    if (!Engine({.engine = GetParam()}).check()) GTEST_SKIP() << "no such engine here";
  }
  static Config config() { return {.engine = GetParam(), .gc_stress = true}; }
};
std::string name_of(const testing::TestParamInfo<EngineKind>& kind) {
  return kind.param == EngineKind::baseline ? "baseline" : "interpreter";
}
INSTANTIATE_TEST_SUITE_P(Engines, HostObjects,
                         testing::Values(EngineKind::interpreter, EngineKind::baseline), name_of);

constexpr const char* shapes = R"((module
  (type $point (struct (field f64) (field (mut f64))))
  (type $node (struct (field (mut i8)) (field (mut (ref null $node))) (field v128)))
  (type $bytes (array (mut i8)))
  (type $points (array (mut (ref $point))))
  (type $fixed (array i16))
  (type $f (func (param i32) (result i32)))
  (type $holder (struct (field (ref $f)) (field (mut externref))))
  (func $twice (export "twice") (type $f) (i32.mul (local.get 0) (i32.const 2)))
  (func (export "area") (param (ref $point)) (result f64)
    (f64.mul (struct.get $point 0 (local.get 0)) (struct.get $point 1 (local.get 0))))
  (func (export "sum") (param (ref $bytes)) (result i32) (local $i i32) (local $s i32)
    (block $done (loop $next
      (br_if $done (i32.ge_u (local.get $i) (array.len (local.get 0))))
      (local.set $s (i32.add (local.get $s) (array.get_u $bytes (local.get 0) (local.get $i))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br $next)))
    (local.get $s))
  (func (export "second") (param (ref $points)) (result f64)
    (struct.get $point 0 (array.get $points (local.get 0) (i32.const 1))))
  (func (export "call") (param (ref $holder) i32) (result i32)
    (call_ref $f (local.get 1) (struct.get $holder 0 (local.get 0))))
  (func (export "depth") (param (ref null $node)) (result i32) (local $n i32)
    (block $done (loop $next
      (br_if $done (ref.is_null (local.get 0)))
      (local.set $n (i32.add (local.get $n) (i32.const 1)))
      (local.set 0 (struct.get $node 1 (local.get 0)))
      (br $next)))
    (local.get $n))
  (func (export "is_point") (param anyref) (result i32) (ref.test (ref $point) (local.get 0)))))";

TEST_P(HostObjects, StructsOfTheModulesTypes) {
  Fixture f(config());
  const Module m = compile(f.engine, shapes);
  const Instance i = f.linker.instantiate(f.store, m).value();
  const DefinedType point = m.type(0).value();
  EXPECT_EQ(to_string(point), "(struct (field f64) (field (mut f64)))");
  const AnyRef p = new_struct(f.store, point, {1.5, 4.0}).value();
  EXPECT_EQ(i.func<double(AnyRef)>("area").value()(p).value(), 6.0);
  EXPECT_EQ(i.func<int32_t(AnyRef)>("is_point").value()(p).value(), 1);
  EXPECT_TRUE(p.set(1, 10.0));
  EXPECT_FALSE(p.set(0, 10.0));
  EXPECT_EQ(i.func<double(AnyRef)>("area").value()(p).value(), 15.0);
  EXPECT_TRUE(DefinedType::of(p).same(point));
  EXPECT_EQ(p.length(), 2u);

  // A list of a hundred nodes: each allocation moves all before it.
  const DefinedType node = m.type(1).value();
  AnyRef head;
  const V128 v{{1, 2, 3}};
  for (int32_t n = 0; n < 100; ++n)
    head = new_struct(f.store, node, {Value(n - 200), Value(head), Value(v)}).value();
  EXPECT_EQ(i.func<int32_t(AnyRef)>("depth").value()(head).value(), 100);
  EXPECT_EQ(head.get(0).value().i32(), (99 - 200) & 0xff);
  EXPECT_EQ(head.get_signed(0).value().i32(), 99 - 200 + 0);
  EXPECT_EQ(head.get(2).value().v128(), v);
  EXPECT_EQ(new_struct_default(f.store, node).value().get(1).value().ref().is_null(), true);

  // Fields of functions and of the host.
  const DefinedType holder = m.type(6).value();
  const ExternRef host = ExternRef::host(f.store, 42).value();
  const AnyRef h = new_struct(f.store, holder, {i.func("twice").value(), Value(host)}).value();
  EXPECT_EQ(i.func<int32_t(AnyRef, int32_t)>("call").value()(h, 21).value(), 42);
  EXPECT_EQ(h.get(1).value().ref().host_value(), 42u);
  EXPECT_TRUE(h.get(0).value().func().same(i.func("twice").value()));
}

TEST_P(HostObjects, Arrays) {
  Fixture f(config());
  const Module m = compile(f.engine, shapes);
  const Instance i = f.linker.instantiate(f.store, m).value();
  const DefinedType bytes = m.type(2).value(), points = m.type(3).value(),
                    fixed = m.type(4).value(), point = m.type(0).value();
  const auto sum = i.func<int32_t(AnyRef)>("sum").value();
  EXPECT_EQ(sum(new_array(f.store, bytes, 10, Value(0x107)).value()).value(), 70);
  EXPECT_EQ(sum(new_array_default(f.store, bytes, 10).value()).value(), 0);
  EXPECT_EQ(sum(new_array_of(f.store, bytes, {1, 2, 3}).value()).value(), 6);
  EXPECT_EQ(sum(new_array_of(f.store, bytes, {}).value()).value(), 0);
  const uint8_t text[] = {'a', 'b', 'c', 'd'};
  const AnyRef a = new_array_bytes(f.store, bytes, text).value();
  EXPECT_EQ(sum(a).value(), 'a' + 'b' + 'c' + 'd');
  uint8_t out[2] = {};
  EXPECT_TRUE(a.read_bytes(1, out));
  EXPECT_EQ(out[0], 'b');
  EXPECT_EQ(out[1], 'c');
  EXPECT_TRUE(a.write_bytes(2, {text, 2}));
  EXPECT_EQ(a.get(2).value().i32(), 'a');
  EXPECT_FALSE(a.write_bytes(3, {text, 2}));
  EXPECT_FALSE(a.read_bytes(4, out));
  EXPECT_TRUE(a.read_bytes(4, {}));
  EXPECT_FALSE(a.read_bytes(0xffffffff, out));

  const AnyRef shorts = new_array_bytes(f.store, fixed, text).value();
  EXPECT_EQ(shorts.length(), 2u);
  EXPECT_EQ(shorts.get(0).value().i32(), 'a' | 'b' << 8);  // little-endian everywhere
  EXPECT_FALSE(shorts.write_bytes(0, text));               // immutable
  EXPECT_FALSE(shorts.set(0, 1));
  EXPECT_FALSE(new_array_bytes(f.store, fixed, {text, 3}));  // a part of an element
  EXPECT_EQ(new_array(f.store, fixed, 3, Value(-1)).value().get_signed(2).value().i32(), -1);

  const AnyRef p = new_struct(f.store, point, {7.0, 0.0}).value();
  const AnyRef q = new_struct(f.store, point, {9.0, 0.0}).value();
  const AnyRef both = new_array_of(f.store, points, {Value(p), Value(q)}).value();
  EXPECT_EQ(i.func<double(AnyRef)>("second").value()(both).value(), 9.0);
  EXPECT_TRUE(both.get(0).value().ref().same(p));
  EXPECT_EQ(new_array(f.store, points, 50, Value(q)).value().get(49).value().ref().get(0)->f64(),
            9.0);
  EXPECT_FALSE(new_array_default(f.store, points, 1));  // no null
  EXPECT_TRUE(new_array_of(f.store, points, {}));
  EXPECT_FALSE(both.read_bytes(0, out));
  EXPECT_FALSE(new_array_bytes(f.store, points, text));
}

TEST_P(HostObjects, WrongTypesAreErrors) {
  Fixture f(config());
  const Module m = compile(f.engine, shapes);
  const DefinedType point = m.type(0).value(), bytes = m.type(2).value(), func = m.type(5).value(),
                    holder = m.type(6).value();
  const auto wrong = [](const Result<AnyRef>& r) {
    return !r && r.error().kind == ErrorKind::invalid_argument;
  };
  EXPECT_TRUE(wrong(new_struct(f.store, point, {1.5})));
  EXPECT_TRUE(wrong(new_struct(f.store, point, {1.5, 2})));
  EXPECT_EQ(new_struct(f.store, point, {1.5, 2}).error().message,
            "field 1: expected f64, found i32");
  EXPECT_TRUE(wrong(new_struct(f.store, bytes, {1})));
  EXPECT_TRUE(wrong(new_struct(f.store, func, {})));
  EXPECT_TRUE(wrong(new_struct(f.store, DefinedType(), {})));
  EXPECT_TRUE(wrong(new_array(f.store, point, 1, Value(1.0))));
  EXPECT_TRUE(wrong(new_array(f.store, bytes, 1, Value(1.0))));
  EXPECT_TRUE(wrong(new_array_of(f.store, bytes, {1, 2.0})));
  EXPECT_TRUE(wrong(new_struct_default(f.store, holder)));  // a non-null function
  EXPECT_TRUE(wrong(new_struct(f.store, holder, {Value::null(RefKind::func), Value(ExternRef())})));
  // Of another store, engine, and of none.
  Fixture g(config());
  EXPECT_TRUE(wrong(new_struct(g.store, point, {1.5, 2.5})));
  Store other{f.engine};
  const AnyRef theirs = new_struct(other, point, {1.5, 2.5}).value();
  const DefinedType box = DefinedType::structure(f.engine, {{ValType::anyref(), true}}).value();
  EXPECT_TRUE(wrong(new_struct(f.store, box, {Value(theirs)})));
  std::optional<Store> gone;
  gone.emplace(f.engine);
  const AnyRef dead = new_struct(*gone, point, {1.5, 2.5}).value();
  gone.reset();
  EXPECT_EQ(dead.length(), 0u);
  EXPECT_FALSE(dead.get(0));
  EXPECT_TRUE(DefinedType::of(dead).empty());
  EXPECT_FALSE(dead.matches(ValType::anyref()));
}

TEST_P(HostObjects, FillTheHeapOnlySoFar) {
  Config c = config();
  c.gc_stress = false;
  c.max_gc_heap = 1 << 20;
  Fixture f(c);
  const DefinedType bytes = DefinedType::array(f.engine, {ValKind::i8, true}).value();
  EXPECT_EQ(new_array_default(f.store, bytes, 2 << 20).error().kind, ErrorKind::limit);
  EXPECT_EQ(new_array_default(f.store, bytes, 0xffffffff).error().kind, ErrorKind::limit);
  std::vector<AnyRef> kept;
  for (int n = 0; n < 100; ++n) {
    Result<AnyRef> a = new_array_default(f.store, bytes, 64 << 10);
    if (!a) break;
    kept.push_back(*a);
  }
  EXPECT_GT(kept.size(), 4u);
  EXPECT_LT(kept.size(), 17u);
  kept.clear();
  // Garbage is collected, and a million objects of two types in turn leave no trace.
  const DefinedType box = DefinedType::structure(f.engine, {{ValKind::i32, true}}).value();
  for (int n = 0; n < 20'000; ++n) {
    ASSERT_TRUE(new_array_default(f.store, bytes, 100));
    ASSERT_TRUE(new_struct_default(f.store, box));
  }
  EXPECT_GT(f.store.gc_collections(), 1u);
}

TEST_P(HostObjects, TypesMadeByTheHostAreTheModules) {
  Fixture f(config());
  const Module m = compile(f.engine, shapes);
  const Instance i = f.linker.instantiate(f.store, m).value();
  const DefinedType point =
      DefinedType::structure(f.engine, {{ValKind::f64, false}, {ValKind::f64, true}}).value();
  // In the module the types stand in groups of one, except for those that refer to themselves.
  EXPECT_TRUE(point.same(m.type(0).value()));
  EXPECT_EQ(i.func<double(AnyRef)>("area")
                .value()(new_struct(f.store, point, {2.0, 3.0}).value())
                .value(),
            6.0);
  TypeDefinition node;
  node.fields = {{ValKind::i8, true},
                 {ValType::ref_to(DefinedType::member(0), true), true},
                 {ValKind::v128, false}};
  const List<DefinedType> group = DefinedType::group(f.engine, {&node, 1}).value();
  EXPECT_TRUE(group[0].same(m.type(1).value()));
  const AnyRef n = new_struct_default(f.store, group[0]).value();
  EXPECT_EQ(i.func<int32_t(AnyRef)>("depth").value()(n).value(), 1);
  EXPECT_TRUE(DefinedType::func(f.engine, {{ValKind::i32}, {ValKind::i32}})
                  .value()
                  .same(m.type(5).value()));
  const DefinedType points = DefinedType::array(f.engine, {point.ref(false), true}).value();
  EXPECT_TRUE(points.same(m.type(3).value()));
  EXPECT_EQ(points.fields()[0], (FieldType{point.ref(false), true}));
  EXPECT_TRUE(DefinedType::of(f.engine, point.ref()).value().same(point));
  EXPECT_FALSE(DefinedType::of(f.engine, ValType::anyref()));
  EXPECT_FALSE(DefinedType::of(f.engine, ValType::ref_to(7'000'000, true)));
  EXPECT_FALSE(DefinedType::of(f.engine, ValType::ref_to(DefinedType::member(0), true)));
  EXPECT_FALSE(m.type(99));
  EXPECT_EQ(to_string(m.func_type(0).value()), "(func (param i32) (result i32))");
  EXPECT_FALSE(m.func_type(99));
}

TEST_P(HostObjects, GroupsAndSubtypes) {
  Engine engine(config());
  const ValType self = ValType::ref_to(DefinedType::member(0), true);
  TypeDefinition defs[3];
  defs[0].fields = {{ValKind::i32, false}, {self, false}};
  defs[0].is_final = false;
  defs[1].fields = {{ValKind::i32, false},
                    {ValType::ref_to(DefinedType::member(1), false), false},
                    {ValKind::f32, true}};
  defs[1].is_final = false;
  defs[1].supertype = DefinedType::member(0);
  defs[2].kind = TypeKind::array;
  defs[2].fields = {{ValType::ref_to(DefinedType::member(1), true), true}};
  const List<DefinedType> types = DefinedType::group(engine, defs).value();
  ASSERT_EQ(types.size(), 3u);
  EXPECT_TRUE(types[1].is_subtype_of(types[0]));
  EXPECT_FALSE(types[0].is_subtype_of(types[1]));
  EXPECT_TRUE(types[1].supertype().same(types[0]));
  EXPECT_TRUE(types[0].supertype().empty());
  EXPECT_TRUE(types[2].is_final());
  EXPECT_EQ(types[2].kind(), TypeKind::array);
  // The same again is the same.
  EXPECT_TRUE(DefinedType::group(engine, defs).value()[1].same(types[1]));
  TypeDefinition below;
  below.fields = defs[1].fields;
  below.fields[1].type = types[1].ref(false);
  below.supertype = types[1].id();
  const DefinedType deepest = DefinedType::group(engine, {&below, 1}).value()[0];
  EXPECT_TRUE(deepest.is_subtype_of(types[0]));

  Store store{engine};
  const AnyRef base = new_struct(store, types[0], {Value(1), Value(AnyRef())}).value();
  EXPECT_TRUE(base.matches(types[0].ref()));
  EXPECT_FALSE(base.matches(types[1].ref()));
  EXPECT_TRUE(base.cast(types[0].ref(false)));
  EXPECT_EQ(base.cast(types[1].ref()).error().kind, ErrorKind::invalid_argument);
  EXPECT_TRUE(base.matches(ValType::ref(HeapKind::eq, false)));
  EXPECT_TRUE(base.matches(ValType::ref(HeapKind::struct_, false)));
  EXPECT_FALSE(base.matches(ValType::ref(HeapKind::array, false)));
  EXPECT_FALSE(base.matches(ValType::externref()));
  EXPECT_TRUE(base.converted(RefKind::extern_).matches(ValType::externref()));
  EXPECT_FALSE(base.converted(RefKind::extern_).matches(ValType::anyref()));
  EXPECT_TRUE(base.converted(RefKind::extern_).converted(RefKind::any).same(base));

  // What no module could define.
  const auto refused = [&](TypeDefinition d) {
    const Result<List<DefinedType>> r = DefinedType::group(engine, {&d, 1});
    return !r && r.error().kind == ErrorKind::invalid_argument;
  };
  TypeDefinition d = below;
  d.supertype = types[2].id();  // an array
  EXPECT_TRUE(refused(d));
  d = below;
  d.supertype = deepest.id();  // final
  EXPECT_TRUE(refused(d));
  d = below;
  d.fields.pop_back();  // fewer fields
  EXPECT_TRUE(refused(d));
  d = below;
  d.fields[2].is_mutable = false;
  EXPECT_TRUE(refused(d));
  d = below;
  d.supertype = DefinedType::member(0);  // itself
  EXPECT_TRUE(refused(d));
  d = below;
  d.supertype = DefinedType::member(5);
  EXPECT_TRUE(refused(d));
  d = below;
  d.supertype = 6'000'000;
  EXPECT_TRUE(refused(d));
  d = {};
  d.fields = {{ValType::ref_to(6'000'000, true), true}};
  EXPECT_TRUE(refused(d));
  d = {};
  d.kind = TypeKind::array;
  EXPECT_TRUE(refused(d));
  d.kind = static_cast<TypeKind>(9);
  EXPECT_TRUE(refused(d));
  d = {};
  d.kind = TypeKind::func;
  d.func.params = {ValKind::i8};
  EXPECT_TRUE(refused(d));
  d = {};
  for (int n = 0; n <= 10'000; ++n) d.fields.push_back({ValKind::i32, false});
  EXPECT_EQ(DefinedType::group(engine, {&d, 1}).error().kind, ErrorKind::limit);
  // A chain of supertypes ends at the limit.
  DefinedType chain = types[0];
  Result<List<DefinedType>> next = List<DefinedType>();
  for (int n = 0; n < 100; ++n) {
    d = defs[0];
    d.fields[1].type = types[0].ref();
    d.supertype = chain.id();
    next = DefinedType::group(engine, {&d, 1});
    if (!next) break;
    chain = (*next)[0];
  }
  ASSERT_FALSE(next);
  EXPECT_EQ(next.error().kind, ErrorKind::limit);
}

TEST_P(HostObjects, TypesLiveAsLongAsTheyAreNeeded) {
  Engine engine(config());
  Store store{engine};
  std::optional<Module> m{compile(engine, shapes)};
  DefinedType point = m->type(0).value();
  const uint32_t id = point.id();
  AnyRef p = new_struct(store, point, {1.0, 2.0}).value();
  m.reset();
  point = DefinedType();
  store.collect_garbage();
  EXPECT_EQ(p.get(1).value().f64(), 2.0);  // the store keeps the type of its objects
  EXPECT_TRUE(DefinedType::of(engine, ValType::ref_to(id, true)));
  EXPECT_EQ(p.concrete_type()->type_id(), id);
  { Store ends = std::move(store); }
  EXPECT_FALSE(DefinedType::of(engine, ValType::ref_to(id, true)));
}

TEST_P(HostObjects, I31AndNullTests) {
  Fixture f(config());
  const Ref i = Ref::i31(0x7fffffff);
  EXPECT_EQ(i.i31_signed(), -1);
  EXPECT_EQ(i.i31_unsigned(), 0x7fffffffu);
  EXPECT_TRUE(i.matches(ValType::ref(HeapKind::i31, false)));
  EXPECT_TRUE(i.matches(ValType::ref(HeapKind::eq, false)));
  EXPECT_FALSE(i.matches(ValType::ref(HeapKind::struct_, true)));
  EXPECT_FALSE(i.matches(ValType::externref()));
  EXPECT_TRUE(i.converted(RefKind::extern_).matches(ValType::externref()));
  EXPECT_FALSE(i.matches(ValKind::i32));
  const DefinedType box = DefinedType::structure(f.engine, {{ValType::anyref(), true}}).value();
  const AnyRef b = new_struct(f.store, box, {Value(i)}).value();
  EXPECT_EQ(b.get(0).value().ref().i31_signed(), -1);
  EXPECT_FALSE(b.get(0).value().ref().matches(box.ref()));
  const Ref null(RefKind::any);
  EXPECT_TRUE(null.matches(ValType::anyref()));
  EXPECT_FALSE(null.matches(ValType::ref(HeapKind::any, false)));
  EXPECT_TRUE(null.matches(box.ref(true)));
  EXPECT_FALSE(null.matches(box.ref(false)));
  EXPECT_FALSE(null.matches(ValType::funcref()));
  EXPECT_FALSE(Ref(RefKind::extern_).matches(box.ref(true)));
  const Ref host = ExternRef::host(f.store, 5).value();
  EXPECT_TRUE(host.matches(ValType::externref()));
  EXPECT_TRUE(host.converted(RefKind::any).matches(ValType::anyref()));
  EXPECT_FALSE(host.converted(RefKind::any).matches(ValType::ref(HeapKind::eq, true)));
}

TEST(ModuleNames, OfEveryKind) {
  Engine engine;
  const Module m = compile(engine, R"((module $mod
    (type $t (struct (field $first i32) (field $second i64)))
    (table $tab 1 funcref) (memory $mem 1) (global $glob i32 (i32.const 0)) (tag $tag)
    (elem $e func) (data $d "x")
    (func $f (param $p i32) (local $l i64))))");
  EXPECT_EQ(m.name(), "mod");
  EXPECT_EQ(m.name(NameKind::function, 0), "f");
  EXPECT_EQ(m.name(NameKind::type, 0), "t");
  EXPECT_EQ(m.name(NameKind::table, 0), "tab");
  EXPECT_EQ(m.name(NameKind::memory, 0), "mem");
  EXPECT_EQ(m.name(NameKind::global, 0), "glob");
  EXPECT_EQ(m.name(NameKind::tag, 0), "tag");
  EXPECT_EQ(m.name(NameKind::elem, 0), "e");
  EXPECT_EQ(m.name(NameKind::data, 0), "d");
  EXPECT_EQ(m.name(NameKind::data, 5), "");
  EXPECT_EQ(m.local_name(0, 1), "l");
  EXPECT_EQ(m.local_name(3, 1), "");
  EXPECT_EQ(m.field_name(0, 1), "second");
}

}  // namespace
}  // namespace nacre::test

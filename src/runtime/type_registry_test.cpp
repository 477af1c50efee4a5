// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <thread>

#include "runtime/gc/heap.hpp"
#include "runtime/runtime_type.hpp"

namespace nacre::runtime {
namespace {

using namespace wasm;

SubTypeDef struct_def(std::vector<FieldType> fields, TypeId super = no_type,
                      bool is_final = false) {
  SubTypeDef d;
  d.kind = CompositeKind::struct_;
  d.is_final = is_final;
  d.super = super;
  d.fields = std::move(fields);
  return d;
}

// Two structs that refer to each other.
std::vector<SubTypeDef> mutual(ValType payload) {
  return {
      struct_def({{ValType::ref(HeapType::concrete(rec_type(1)), true), true}, {payload, false}}),
      struct_def({{ValType::ref(HeapType::concrete(rec_type(0)), true), true}})};
}

TEST(TypeRegistry, EqualGroupsOfTwoTablesAreTheSame) {
  TypeRegistry registry;
  TypeTable a, b;
  a.add_func(std::vector<ValType>{i32_type}, {});
  a.add_group(mutual(i64_type));
  b.add_group(mutual(i64_type));  // other ids than in a
  b.add_func(std::vector<ValType>{i32_type}, {});
  const auto ta = registry.intern(a), tb = registry.intern(b);
  EXPECT_EQ(ta[0], tb[2]);
  EXPECT_EQ(ta[1], tb[0]);
  EXPECT_EQ(ta[2], tb[1]);
  EXPECT_EQ(registry.live_types(), 3u);
  EXPECT_EQ(registry.by_id(ta[1]->id), ta[1]);
  registry.release(ta);
  EXPECT_EQ(registry.live_types(), 3u);
  registry.release(tb);
  EXPECT_EQ(registry.live_types(), 0u);
}

TEST(TypeRegistry, DifferentGroupsDiffer) {
  TypeRegistry registry;
  TypeTable t;
  t.add_group(mutual(i64_type));
  t.add_group(mutual(i32_type));
  const SubTypeDef open = struct_def({{i32_type, false}}),
                   closed = struct_def({{i32_type, false}}, no_type, true),
                   writable = struct_def({{i32_type, true}});
  t.add_group({&open, 1});
  t.add_group({&closed, 1});
  t.add_group({&writable, 1});
  const auto types = registry.intern(t);
  for (size_t i = 0; i < types.size(); ++i)
    for (size_t j = 0; j < i; ++j) EXPECT_NE(types[i], types[j]);
  registry.release(types);
}

TEST(TypeRegistry, GroupsKeepWhatTheyMention) {
  TypeRegistry registry;
  TypeTable t;
  const SubTypeDef base = struct_def({{i32_type, false}});
  const TypeId base_id = t.add_group({&base, 1});
  const SubTypeDef derived = struct_def({{i32_type, false}, {ValType(Kind::i8), true}}, base_id);
  t.add_group({&derived, 1});
  const auto types = registry.intern(t);
  registry.retain(types[1]);
  registry.release(types);
  EXPECT_EQ(registry.live_types(), 2u);
  EXPECT_TRUE(types[1]->is_subtype_of(registry.by_id(types[0]->id)));
  registry.release({&types[1], 1});
  EXPECT_EQ(registry.live_types(), 0u);
}

TEST(TypeRegistry, ALongChainOfGroupsIsFreedWithoutRecursion) {
  TypeRegistry registry;
  TypeTable t;
  TypeId previous = no_type;
  for (int i = 0; i < 200'000; ++i) {
    const ValType field =
        previous == no_type ? i32_type : ValType::ref(HeapType::concrete(previous), true);
    const SubTypeDef d = struct_def({{field, true}});
    previous = t.add_group({&d, 1});
  }
  const auto types = registry.intern(t);
  EXPECT_EQ(registry.live_types(), 200'000u);
  registry.retain(types.back());
  registry.release(types);
  EXPECT_EQ(registry.live_types(), 200'000u);
  registry.release({&types.back(), 1});
  EXPECT_EQ(registry.live_types(), 0u);
}

TEST(TypeRegistry, IdsAreReused) {
  TypeRegistry registry;
  for (int i = 0; i < 10'000; ++i) {
    const std::vector<ValType> params(static_cast<size_t>(i % 7 + 1), i64_type);
    const RuntimeType* t = registry.intern_func(params, {});
    EXPECT_LT(t->id, gc::first_type_id + 8);
    EXPECT_GE(t->id, gc::first_type_id);
    registry.release({&t, 1});
  }
  EXPECT_EQ(registry.live_types(), 0u);
}

TEST(TypeRegistry, InternFuncFindsModuleTypesAndTakesConcreteIds) {
  TypeRegistry registry;
  TypeTable t;
  const TypeId array = [&] {
    SubTypeDef d;
    d.kind = CompositeKind::array;
    d.fields = {{i32_type, true}};
    return t.add_group({&d, 1});
  }();
  const std::vector<ValType> local{ValType::ref(HeapType::concrete(array), true)};
  t.add_func(local, std::vector<ValType>{v128_type});
  const auto types = registry.intern(t);
  const std::vector<ValType> global{ValType::ref(HeapType::concrete(types[0]->id), true)};
  const RuntimeType* f = registry.intern_func(global, std::vector<ValType>{v128_type});
  EXPECT_EQ(f, types[1]);
  EXPECT_EQ(f->param_slots, 1u);
  EXPECT_EQ(f->result_slots, 2u);
  registry.release({&f, 1});
  registry.release(types);
}

TEST(TypeRegistry, LayoutAlignsFieldsAndSubtypesExtendIt) {
  TypeRegistry registry;
  TypeTable t;
  const std::vector<FieldType> fields{{ValType(Kind::i8), true}, {ValType(Kind::i16), true},
                                      {i64_type, true},          {anyref_type, true},
                                      {funcref_type, true},      {v128_type, true},
                                      {ValType(Kind::i8), true}};
  const SubTypeDef base = struct_def(fields);
  const TypeId id = t.add_group({&base, 1});
  std::vector<FieldType> more = fields;
  more.push_back({externref_type, false});
  const SubTypeDef derived = struct_def(more, id);
  t.add_group({&derived, 1});
  const auto types = registry.intern(t);
  const std::vector<uint32_t> offsets{8, 10, 16, 24, 32, 40, 56};
  for (size_t i = 0; i < offsets.size(); ++i) {
    EXPECT_EQ(types[0]->fields[i].offset, offsets[i]);
    EXPECT_EQ(types[1]->fields[i].offset, offsets[i]);
  }
  EXPECT_EQ(types[0]->struct_size, 64u);
  EXPECT_EQ(types[1]->fields[7].offset, 60u);
  EXPECT_EQ(types[0]->num_gc_fields, 1u);
  EXPECT_EQ(types[0]->gc_fields[0], 24u);
  EXPECT_EQ(types[1]->num_gc_fields, 2u);
  EXPECT_TRUE(types[0]->fields[4].is_func_ref);
  EXPECT_FALSE(types[0]->fields[4].is_gc_ref);
  registry.release(types);
}

TEST(TypeRegistry, Matching) {
  TypeRegistry registry;
  TypeTable t;
  const SubTypeDef s = struct_def({});
  t.add_group({&s, 1});
  const SubTypeDef sub = struct_def({{i32_type, false}}, 0);
  t.add_group({&sub, 1});
  t.add_func({}, {});
  const auto types = registry.intern(t);
  const auto concrete = [&](size_t i) { return HeapType::concrete(types[i]->id); };
  EXPECT_TRUE(registry.matches(concrete(1), concrete(0)));
  EXPECT_FALSE(registry.matches(concrete(0), concrete(1)));
  EXPECT_TRUE(registry.matches(concrete(1), Heap::struct_));
  EXPECT_TRUE(registry.matches(concrete(1), Heap::eq));
  EXPECT_TRUE(registry.matches(Heap::none, concrete(0)));
  EXPECT_FALSE(registry.matches(Heap::none, concrete(2)));
  EXPECT_TRUE(registry.matches(Heap::nofunc, concrete(2)));
  EXPECT_TRUE(registry.matches(concrete(2), Heap::func));
  EXPECT_FALSE(registry.matches(concrete(2), Heap::any));
  EXPECT_TRUE(registry.matches(Heap::i31, Heap::any));
  EXPECT_FALSE(registry.matches(Heap::extern_, Heap::any));
  EXPECT_TRUE(registry.matches(Heap::none, Heap::i31));
  EXPECT_TRUE(registry.matches(ValType::ref(Heap::any, false), anyref_type));
  EXPECT_FALSE(registry.matches(anyref_type, ValType::ref(Heap::any, false)));
  EXPECT_FALSE(registry.matches(i32_type, i64_type));
  EXPECT_TRUE(registry.is_gc_ref(externref_type));
  EXPECT_FALSE(registry.is_gc_ref(funcref_type));
  EXPECT_FALSE(registry.is_gc_ref(ValType::ref(concrete(2), true)));
  registry.release(types);
}

TEST(TypeRegistry, ManyThreadsShareOneSet) {
  TypeRegistry registry;
  const auto work = [&registry] {
    for (int round = 0; round < 200; ++round) {
      TypeTable t;
      for (int i = 1; i < 20; ++i)
        t.add_func(std::vector<ValType>(static_cast<size_t>(i), i32_type), {});
      const auto a = registry.intern(t);
      const auto b = registry.intern(t);
      EXPECT_EQ(a, b);
      for (const RuntimeType* type : a) EXPECT_EQ(registry.by_id(type->id), type);
      registry.release(a);
      registry.release(b);
    }
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back(work);
  for (std::thread& t : threads) t.join();
  EXPECT_EQ(registry.live_types(), 0u);
}

}  // namespace
}  // namespace nacre::runtime

// SPDX-License-Identifier: Apache-2.0
#include "wasm/type_table.hpp"

#include <gtest/gtest.h>

#include "wasm/type_names.hpp"

namespace nacre::wasm {
namespace {

ValType ref(TypeId id, bool nullable = true) {
  return ValType::ref(HeapType::concrete(id), nullable);
}

SubTypeDef func(std::vector<ValType> params, std::vector<ValType> results) {
  SubTypeDef d;
  d.params = std::move(params);
  d.results = std::move(results);
  return d;
}

SubTypeDef structure(std::vector<FieldType> fields, TypeId super = no_type, bool is_final = false) {
  SubTypeDef d;
  d.kind = CompositeKind::struct_;
  d.fields = std::move(fields);
  d.super = super;
  d.is_final = is_final;
  return d;
}

SubTypeDef array(FieldType f) {
  SubTypeDef d;
  d.kind = CompositeKind::array;
  d.fields = {f};
  return d;
}

TypeId add(TypeTable& t, std::vector<SubTypeDef> group) { return t.add_group(group); }

TEST(TypeTable, EqualFunctionTypesShareAnId) {
  TypeTable t;
  const ValType i = i32_type, l = i64_type;
  const TypeId a = t.add_func(std::vector{i, l}, std::vector{l});
  const TypeId b = t.add_func(std::vector{i}, std::vector{l, l});
  EXPECT_NE(a, b);
  EXPECT_EQ(t.add_func(std::vector{i, l}, std::vector{l}), a);
  EXPECT_EQ(t.size(), 2u);
  EXPECT_EQ(t.params(a).size(), 2u);
  EXPECT_EQ(t.results(b).size(), 2u);
  EXPECT_EQ(t.results(a)[0], l);
}

TEST(TypeTable, ManyTypesKeepTheirIds) {
  TypeTable t;
  std::vector<TypeId> ids;
  const ValType kinds[] = {i32_type, i64_type, f32_type, f64_type, v128_type};
  const auto params = [&](uint32_t n) {
    std::vector<ValType> p;
    for (; n != 0; n /= 5) p.push_back(kinds[n % 5]);
    return p;
  };
  for (uint32_t n = 0; n < 20000; ++n) ids.push_back(t.add_func(params(n), {}));
  for (uint32_t n = 0; n < 20000; ++n) ASSERT_EQ(t.add_func(params(n), {}), ids[n]);
  EXPECT_EQ(t.size(), 20000u);
}

TEST(TypeTable, RecursionGroupsCompareByShape) {
  TypeTable t;
  const auto pair = [&] {
    return add(t, {structure({FieldType(ref(rec_type(1)), true)}), func({ref(rec_type(0))}, {})});
  };
  const TypeId first = pair();
  EXPECT_EQ(pair(), first);
  EXPECT_EQ(t.size(), 2u);
  EXPECT_EQ(t.fields(first)[0].type(), ref(first + 1));
  EXPECT_EQ(t.params(first + 1)[0], ref(first));
  EXPECT_EQ(t.group(first + 1).first, first);
  EXPECT_EQ(t.group(first + 1).size, 2u);
  // The same reference to the group from outside is another type.
  EXPECT_NE(add(t, {func({ref(first)}, {})}), first + 1);
  // So is a group that says the same of another group.
  EXPECT_NE(add(t, {structure({FieldType(ref(first + 1), true)}), func({ref(first)}, {})}), first);
}

TEST(TypeTable, FinalityAndSupertypesDistinguish) {
  TypeTable t;
  const TypeId open = add(t, {structure({})});
  const TypeId closed = add(t, {structure({}, no_type, true)});
  const TypeId sub = add(t, {structure({}, open)});
  EXPECT_EQ(std::vector<bool>({open != closed, open != sub, closed != sub}),
            std::vector<bool>(3, true));
  EXPECT_FALSE(t.is_final(open));
  EXPECT_TRUE(t.is_final(closed));
  EXPECT_EQ(t.super(sub), open);
}

TEST(TypeTable, AncestorsOfATree) {
  TypeTable t;
  const TypeId root = add(t, {structure({})});
  std::vector<TypeId> chain{root};
  for (int i = 0; i < 63; ++i) chain.push_back(add(t, {structure({}, chain.back())}));
  const FieldType f(i32_type, false);
  std::vector<TypeId> siblings;
  for (int i = 0; i < 10; ++i)
    siblings.push_back(
        add(t, {structure(std::vector<FieldType>(static_cast<size_t>(i) + 1, f), chain[40])}));
  for (size_t i = 0; i < chain.size(); ++i) {
    ASSERT_EQ(t.depth(chain[i]), i);
    ASSERT_EQ(t.ancestor(chain[i], t.depth(chain[i])), chain[i]);
    for (size_t k = 0; k < chain.size(); ++k) ASSERT_EQ(t.is_subtype(chain[i], chain[k]), k <= i);
    for (TypeId s : siblings) ASSERT_EQ(t.is_subtype(s, chain[i]), i <= 40);
  }
  for (TypeId s : siblings) {
    ASSERT_EQ(t.depth(s), 41u);
    for (uint32_t d = 0; d <= 40; ++d) ASSERT_EQ(t.ancestor(s, d), chain[d]);
    ASSERT_EQ(t.is_subtype(s, siblings[0]), s == siblings[0]);
  }
}

TEST(TypeTable, TooDeepChainsSaturate) {
  TypeTable t;
  std::vector<SubTypeDef> group{structure({})};
  for (uint32_t i = 0; i < 1000; ++i) group.push_back(structure({}, rec_type(i)));
  const TypeId first = t.add_group(group);
  EXPECT_EQ(t.depth(first + 63), 63u);
  EXPECT_GT(t.depth(first + 1000), 63u);
  EXPECT_TRUE(t.is_subtype(first + 200, first + 3));
}

TEST(TypeTable, AbstractHeapTypesFormTheSpecifiedLattices) {
  TypeTable t;
  struct Pair {
    Heap sub, super;
  };
  const Pair pairs[] = {
      {Heap::none, Heap::i31},    {Heap::none, Heap::struct_},     {Heap::none, Heap::array},
      {Heap::none, Heap::eq},     {Heap::none, Heap::any},         {Heap::i31, Heap::eq},
      {Heap::i31, Heap::any},     {Heap::struct_, Heap::eq},       {Heap::struct_, Heap::any},
      {Heap::array, Heap::eq},    {Heap::array, Heap::any},        {Heap::eq, Heap::any},
      {Heap::nofunc, Heap::func}, {Heap::noextern, Heap::extern_}, {Heap::noexn, Heap::exn}};
  for (unsigned a = 0; a < static_cast<unsigned>(Heap::bot); ++a) {
    for (unsigned b = 0; b < static_cast<unsigned>(Heap::bot); ++b) {
      bool expected = a == b;
      for (const Pair& p : pairs)
        expected = expected || (p.sub == static_cast<Heap>(a) && p.super == static_cast<Heap>(b));
      EXPECT_EQ(t.matches(HeapType(static_cast<Heap>(a)), HeapType(static_cast<Heap>(b))), expected)
          << heap_name(static_cast<Heap>(a)) << " <= " << heap_name(static_cast<Heap>(b));
    }
  }
}

TEST(TypeTable, ConcreteTypesLieBelowAbstractOnes) {
  TypeTable t;
  const HeapType f = HeapType::concrete(t.add_func({}, {}));
  const HeapType s = HeapType::concrete(add(t, {structure({})}));
  const HeapType a = HeapType::concrete(add(t, {array(FieldType(Kind::i8, true))}));
  EXPECT_TRUE(t.matches(f, Heap::func) && t.matches(Heap::nofunc, f));
  EXPECT_TRUE(t.matches(s, Heap::struct_) && t.matches(s, Heap::eq) && t.matches(s, Heap::any));
  EXPECT_TRUE(t.matches(a, Heap::array) && t.matches(Heap::none, a) && t.matches(Heap::none, s));
  EXPECT_FALSE(t.matches(f, Heap::any) || t.matches(Heap::none, f) || t.matches(Heap::nofunc, s));
  EXPECT_FALSE(t.matches(s, Heap::array) || t.matches(Heap::struct_, s) || t.matches(a, s));
  EXPECT_TRUE(t.matches(Heap::bot, f) && t.matches(Heap::bot, Heap::exn));
  EXPECT_EQ(t.top(f), Heap::func);
  EXPECT_EQ(t.top(s), Heap::any);
  EXPECT_EQ(t.top(Heap::noexn), Heap::exn);
  EXPECT_EQ(t.top(Heap::i31), Heap::any);
}

TEST(TypeTable, NullabilityOfReferences) {
  TypeTable t;
  const ValType nullable = ValType::ref(Heap::eq, true), some = ValType::ref(Heap::eq, false);
  EXPECT_TRUE(t.matches(some, nullable));
  EXPECT_FALSE(t.matches(nullable, some));
  EXPECT_TRUE(t.matches(some, ValType::ref(Heap::any, false)));
  EXPECT_FALSE(t.matches(some, i32_type));
  EXPECT_TRUE(t.matches(ValType(), i32_type));  // bottom
}

TEST(TypeTable, StructuralSubtyping) {
  TypeTable t;
  const FieldType any_const(anyref_type, false), eq_const(ValType::ref(Heap::eq, true), false),
      any_mut(anyref_type, true), eq_mut(ValType::ref(Heap::eq, true), true),
      packed(Kind::i8, false);
  const TypeId one = add(t, {structure({any_const})}), narrower = add(t, {structure({eq_const})}),
               two = add(t, {structure({eq_const, packed})}), var = add(t, {structure({any_mut})}),
               var_eq = add(t, {structure({eq_mut})});
  EXPECT_TRUE(t.structure_matches(narrower, one) && t.structure_matches(two, one));
  EXPECT_FALSE(t.structure_matches(one, narrower) || t.structure_matches(one, two));
  EXPECT_FALSE(t.structure_matches(var_eq, var) || t.structure_matches(var, one));
  const ValType any = anyref_type, eq = ValType::ref(Heap::eq, true);
  const TypeId f = t.add_func(std::vector{eq}, std::vector{any}),
               g = t.add_func(std::vector{any}, std::vector{eq});
  EXPECT_TRUE(t.structure_matches(g, f));
  EXPECT_FALSE(t.structure_matches(f, g));
  EXPECT_FALSE(t.structure_matches(f, one));
  const TypeId a = add(t, {array(any_const)}), b = add(t, {array(eq_const)});
  EXPECT_TRUE(t.structure_matches(b, a));
  EXPECT_FALSE(t.structure_matches(a, b));
}

TEST(TypeTable, AMillionMembersInOneGroup) {
  TypeTable t;
  t.begin_group(1'000'000);
  for (uint32_t i = 0; i < 1'000'000; ++i) t.begin_type(CompositeKind::struct_, true, no_type);
  EXPECT_EQ(t.end_group(), 0u);
  EXPECT_EQ(t.size(), 1'000'000u);
  EXPECT_EQ(t.group(999'999).size, 1'000'000u);
}

TEST(TypeNames, TextOfTypes) {
  EXPECT_EQ(type_text(funcref_type), "funcref");
  EXPECT_EQ(type_text(ValType::ref(Heap::none, true)), "nullref");
  EXPECT_EQ(type_text(ValType::ref(Heap::none, false)), "(ref none)");
  EXPECT_EQ(type_text(ref(7)), "(ref null 7)");
  EXPECT_EQ(func_type_text(std::vector{i32_type, v128_type}, {}), "[i32 v128] -> []");
}

}  // namespace
}  // namespace nacre::wasm

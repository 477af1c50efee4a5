// SPDX-License-Identifier: Apache-2.0
#include "runtime/gc/heap.hpp"

#include <gtest/gtest.h>

#include <random>

#include "runtime/testing_module.hpp"

namespace nacre::runtime::gc {
namespace {

using wasm::Kind;
using wasm::TypeId;
using wasm::ValType;

// Types every test uses: a list node {i64, any, any} and arrays of each element kind.
class HeapTest : public ::testing::Test {
 protected:
  explicit HeapTest(const StoreLimits& limits = {}) : host_(limits), heap_(host_.store.heap()) {
    wasm::SubTypeDef node;
    node.kind = wasm::CompositeKind::struct_;
    node.fields = {{wasm::i64_type, true}, {wasm::anyref_type, true}, {wasm::anyref_type, true}};
    table_.add_group({&node, 1});
    for (ValType t :
         {ValType(Kind::i8), ValType(Kind::i16), wasm::i32_type, wasm::i64_type, wasm::f32_type,
          wasm::f64_type, wasm::v128_type, wasm::anyref_type, wasm::funcref_type}) {
      wasm::SubTypeDef a;
      a.kind = wasm::CompositeKind::array;
      a.fields = {{t, true}};
      array_ids_.push_back(table_.add_group({&a, 1}));
    }
    types_ = host_.registry->intern(table_);
  }
  ~HeapTest() override { host_.registry->release(types_); }

  const RuntimeType* node_type() const { return types_[0]; }
  const RuntimeType* array_type(size_t i) const { return types_[array_ids_[i]]; }
  static constexpr size_t any_array = 7;

  GcRef new_node(uint64_t value, GcRef left, GcRef right) {
    const Local l(heap_, left), r(heap_, right);
    const GcRef n = heap_.new_struct(node_type());
    if (n != 0) set(n, value, l.get(), r.get());
    return n;
  }
  void set(GcRef n, uint64_t value, GcRef left, GcRef right) {
    const Slot v[3] = {value, left, right};
    for (size_t i = 0; i < 3; ++i)
      heap_.store_field(n, node_type()->fields[i].offset, node_type()->fields[i], &v[i]);
  }
  Slot field(GcRef n, size_t i) {
    Slot v[2] = {0, 0};
    heap_.load_field(n, node_type()->fields[i].offset, node_type()->fields[i], false, v);
    return v[0];
  }
  GcRef left(GcRef n) { return static_cast<GcRef>(field(n, 1)); }
  GcRef right(GcRef n) { return static_cast<GcRef>(field(n, 2)); }

  testing::Host host_;
  Heap& heap_;
  wasm::TypeTable table_;
  std::vector<TypeId> array_ids_;
  std::vector<const RuntimeType*> types_;
};

TEST_F(HeapTest, ReservesNothingUntilUsed) {
  EXPECT_EQ(*heap_.base_address(), nullptr);
  heap_.collect();
  EXPECT_EQ(heap_.used_bytes(), 0u);
}

TEST_F(HeapTest, ObjectsAreZeroedAlsoWhereOthersDied) {
  for (int i = 0; i < 300'000; ++i) {
    const GcRef r = heap_.new_struct(node_type());
    ASSERT_NE(r, 0u);
    ASSERT_EQ(r % 8, 0u);
    ASSERT_EQ(field(r, 0) | left(r) | right(r), 0u);
    set(r, ~uint64_t{0}, 0, 0);
  }
  EXPECT_GT(heap_.collections(), 0u);
  const GcRef a = heap_.new_array(array_type(0), 400'000);
  for (uint32_t i = 0; i < 400'000; ++i) ASSERT_EQ(heap_.array_data(a)[i], 0);
}

TEST_F(HeapTest, I31) {
  EXPECT_TRUE(is_i31(make_i31(0)));
  EXPECT_EQ(i31_signed(make_i31(0x7fffffff)), -1);
  EXPECT_EQ(i31_unsigned(make_i31(0xffffffff)), 0x7fffffffu);
  EXPECT_EQ(i31_signed(make_i31(0x3fffffff)), 0x3fffffff);
  Local keep(heap_, make_i31(42));
  heap_.collect();
  new_node(1, 0, 0);
  heap_.collect();
  EXPECT_EQ(i31_signed(keep.get()), 42);
}

TEST_F(HeapTest, AGraphWithCyclesSurvivesAThousandCollections) {
  std::mt19937 random(1);
  const uint32_t n = 500;
  Local all(heap_, heap_.new_array(array_type(any_array), n));
  const FieldLayout& element = array_type(any_array)->fields[0];
  const auto get = [&](uint32_t i) {
    Slot v = 0;
    heap_.load_field(all.get(), header_bytes + 4 * i, element, false, &v);
    return static_cast<GcRef>(v);
  };
  for (uint32_t i = 0; i < n; ++i) {
    const Slot node = new_node(i, 0, 0);
    heap_.store_field(all.get(), header_bytes + 4 * i, element, &node);
  }
  std::vector<std::pair<uint32_t, uint32_t>> edges;
  for (uint32_t i = 0; i < n; ++i) {
    edges.emplace_back(random() % n, random() % n);
    set(get(i), i, get(edges[i].first), get(edges[i].second));
  }
  uint64_t size = 0;
  for (int round = 0; round < 1000; ++round) {
    const GcRef before = all.get();
    new_node(round, 0, 0);
    heap_.collect();
    ASSERT_NE(all.get(), before);
    if (round == 0) size = heap_.live_bytes();
    ASSERT_EQ(heap_.live_bytes(), size);
    const uint32_t i = random() % n;
    ASSERT_EQ(field(get(i), 0), i);
    ASSERT_EQ(left(get(i)), get(edges[i].first));
    ASSERT_EQ(right(get(i)), get(edges[i].second));
  }
  EXPECT_EQ(size, 8 + 4 * n + n * 24u);
}

TEST_F(HeapTest, ADeepListDoesNotRecurse) {
  const uint32_t n = 1'000'000;
  Local head(heap_, 0);
  for (uint32_t i = 0; i < n; ++i) head.set(new_node(i, head.get(), 0));
  heap_.collect();
  GcRef r = head.get();
  for (uint32_t i = n; i-- > 0; r = left(r)) ASSERT_EQ(field(r, 0), i);
  EXPECT_EQ(r, 0u);
  EXPECT_EQ(heap_.live_bytes(), uint64_t{n} * node_type()->struct_size);
}

TEST_F(HeapTest, ArraysOfAllElementKinds) {
  const uint32_t n = 37;
  std::vector<std::unique_ptr<Local>> arrays;
  for (size_t k = 0; k < array_ids_.size(); ++k) {
    arrays.push_back(std::make_unique<Local>(heap_, heap_.new_array(array_type(k), n)));
    const FieldLayout& f = array_type(k)->fields[0];
    EXPECT_EQ(f.offset, header_bytes);
    for (uint32_t i = 0; i < n; ++i) {
      const Slot v[2] = {k == any_array ? make_i31(i) : 0xfedcba9876543200u + i, 0x1111u * i};
      heap_.store_field(arrays[k]->get(), header_bytes + i * f.size, f, v);
    }
  }
  heap_.collect();
  const uint64_t masks[] = {0xff,         0xffff,       0xffffffff, ~uint64_t{0}, 0xffffffff,
                            ~uint64_t{0}, ~uint64_t{0}, 0,          ~uint64_t{0}};
  for (size_t k = 0; k < array_ids_.size(); ++k) {
    const GcRef a = arrays[k]->get();
    ASSERT_EQ(heap_.array_length(a), n);
    ASSERT_EQ(heap_.type(a), array_type(k));
    const FieldLayout& f = array_type(k)->fields[0];
    for (uint32_t i = 0; i < n; ++i) {
      Slot v[2] = {0, 0};
      heap_.load_field(a, header_bytes + i * f.size, f, false, v);
      ASSERT_EQ(v[0], k == any_array ? make_i31(i) : (0xfedcba9876543200u + i) & masks[k]);
      ASSERT_EQ(v[1], f.size == 16 ? 0x1111u * i : 0u);
    }
  }
  const Slot minus_one = 0xff;
  heap_.store_field(arrays[0]->get(), header_bytes, array_type(0)->fields[0], &minus_one);
  Slot v = 0;
  heap_.load_field(arrays[0]->get(), header_bytes, array_type(0)->fields[0], true, &v);
  EXPECT_EQ(v, 0xffffffffu);
  while (!arrays.empty()) arrays.pop_back();  // roots are nested
}

TEST_F(HeapTest, HostBoxesAndExceptionsAreTraced) {
  const std::vector<ValType> params{wasm::i32_type, wasm::v128_type, wasm::externref_type,
                                    wasm::funcref_type, wasm::exnref_type};
  Tag* tag = host_.store.new_tag(host_.func_type(params, {}));
  Local box(heap_, heap_.new_host_box(0x123456789abcdef0u));
  EXPECT_TRUE(heap_.is_host(box.get()));
  Local inner(heap_, heap_.new_exception(tag, tag->type->param_slots));
  Local outer(heap_, heap_.new_exception(tag, tag->type->param_slots));
  Slot* s = heap_.exception_slots(outer.get());
  s[0] = 7;
  s[1] = s[2] = 0x1000;  // looks like a reference, but is a vector
  s[3] = box.get();
  s[4] = 0x2000;  // a function's address
  s[5] = inner.get();
  for (int i = 0; i < 3; ++i) {
    heap_.collect();
    s = heap_.exception_slots(outer.get());
    EXPECT_EQ(heap_.exception_tag(outer.get()), tag);
    EXPECT_EQ(s[0], 7u);
    EXPECT_EQ(s[1], 0x1000u);
    EXPECT_EQ(s[2], 0x1000u);
    EXPECT_EQ(s[3], box.get());
    EXPECT_EQ(s[4], 0x2000u);
    EXPECT_EQ(s[5], inner.get());
    EXPECT_EQ(heap_.host_value(box.get()), 0x123456789abcdef0u);
  }
}

TEST_F(HeapTest, GlobalsTablesAndHandlesAreRoots) {
  Store& store = host_.store;
  const Slot first[2] = {new_node(1, 0, 0), 0};
  Global* g = store.new_global({wasm::anyref_type, true}, first);
  Table* t = store.new_table(wasm::anyref_type, testing::ModuleMaker::limits(3), 0).value();
  t->entries[1] = new_node(2, 0, 0);
  const uint32_t h = store.new_handle(new_node(3, 0, 0));
  store.trap_info.exception = new_node(4, 0, 0);
  for (int i = 0; i < 5; ++i) heap_.collect();
  EXPECT_EQ(heap_.live_bytes(), 4u * node_type()->struct_size);
  EXPECT_EQ(field(static_cast<GcRef>(g->value[0]), 0), 1u);
  EXPECT_EQ(field(static_cast<GcRef>(t->entries[1]), 0), 2u);
  EXPECT_EQ(field(static_cast<GcRef>(store.handle(h)), 0), 3u);
  EXPECT_EQ(field(store.trap_info.exception, 0), 4u);
  store.release_handle(h);
  store.trap_info.exception = 0;
  heap_.collect();
  EXPECT_EQ(heap_.live_bytes(), 2u * node_type()->struct_size);
  EXPECT_EQ(store.new_handle(0), h);
}

TEST_F(HeapTest, ImpossibleArraysAreRefused) {
  EXPECT_EQ(heap_.new_array(array_type(6), 0xffffffff), 0u);
  EXPECT_EQ(heap_.new_array(array_type(3), 0x20000000), 0u);
  EXPECT_NE(heap_.new_array(array_type(3), 10), 0u);
}

TEST_F(HeapTest, GarbageDoesNotGrowTheHeap) {
  for (int i = 0; i < 5'000'000; ++i) ASSERT_NE(heap_.new_struct(node_type()), 0u);
  EXPECT_LT(heap_.used_bytes(), uint64_t{4} << 20);
}

class SmallHeapTest : public HeapTest {
 protected:
  static StoreLimits limits() {
    StoreLimits l;
    l.max_gc_heap_bytes = 8 << 20;
    return l;
  }
  SmallHeapTest() : HeapTest(limits()) {}
};

TEST_F(SmallHeapTest, TheLimitIsReachedAndLeftAgain) {
  uint32_t n = 0;
  {
    Local head(heap_, 0);
    while (const GcRef r = new_node(n, head.get(), 0)) {
      head.set(r);
      ++n;
    }
    EXPECT_GT(n * 24u, 7u << 20);
    EXPECT_LE(n * 24u, 8u << 20);
    EXPECT_LT(heap_.collections(), 40u);
    GcRef r = head.get();
    for (uint32_t i = n; i-- > 0; r = left(r)) ASSERT_EQ(field(r, 0), i);
  }
  EXPECT_NE(heap_.new_array(array_type(0), 6 << 20), 0u);
}

class StressTest : public HeapTest {
 protected:
  static StoreLimits limits() {
    StoreLimits l;
    l.gc_stress = true;
    return l;
  }
  StressTest() : HeapTest(limits()) {}
};

TEST_F(StressTest, EveryAllocationMovesEverythingAndPoisonsTheOldPlace) {
  Local head(heap_, new_node(0, 0, 0));
  for (uint32_t i = 1; i < 1000; ++i) {
    const GcRef before = head.get();
    const GcRef r = new_node(i, before, 0);
    ASSERT_NE(left(r), before);
    ASSERT_EQ(heap_.header(before).type_id, 0xdbdbdbdbu);
    head.set(r);
  }
  EXPECT_GE(heap_.collections(), 1000u);
  GcRef r = head.get();
  for (uint32_t i = 1000; i-- > 0; r = left(r)) ASSERT_EQ(field(r, 0), i);
}

}  // namespace
}  // namespace nacre::runtime::gc

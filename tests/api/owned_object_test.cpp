// SPDX-License-Identifier: Apache-2.0
//
// References that own objects of the host's: who keeps them, when they go, what their destructors
// may do.
#include "api_test.hpp"

#include <memory>
#include <optional>
#include <utility>

namespace nacre::test {
namespace {

class OwnedObjects : public testing::TestWithParam<EngineKind> {
 protected:
  void SetUp() override {
    if (!Engine({.engine = GetParam()}).check()) GTEST_SKIP() << "no such engine here";
  }
  static Config config() { return {.engine = GetParam()}; }
};
INSTANTIATE_TEST_SUITE_P(Engines, OwnedObjects,
                         testing::Values(EngineKind::interpreter, EngineKind::baseline),
                         [](const testing::TestParamInfo<EngineKind>& kind) {
                           return kind.param == EngineKind::baseline ? "baseline" : "interpreter";
                         });

// Counts its living; moving leaves one behind that does not count.
struct Counted {
  int* living;
  int number;
  Counted(int* l, int n) : living(l), number(n) { ++*living; }
  Counted(Counted&& o) noexcept : living(std::exchange(o.living, nullptr)), number(o.number) {}
  ~Counted() {
    if (living) --*living;
  }
};

// Runs what it was given when it goes.
template <class F>
struct AtEnd {
  std::optional<F> run;
  explicit AtEnd(F f) : run(std::move(f)) {}
  AtEnd(AtEnd&& o) noexcept : run(std::exchange(o.run, std::nullopt)) {}
  ~AtEnd() {
    if (run) (*run)();
  }
};

constexpr const char* keeper = R"((module
  (global $kept (mut externref) (ref.null extern))
  (table $t 4 anyref)
  (func (export "keep") (param externref) (global.set $kept (local.get 0)))
  (func (export "kept") (result externref) (global.get $kept))
  (func (export "put") (param i32 externref)
    (table.set $t (local.get 0) (any.convert_extern (local.get 1))))
  (type $cell (struct (field i64)))
  (func (export "allocate") (param i32) (loop $next
    (drop (struct.new $cell (i64.const 1)))
    (br_if $next (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))))))";

TEST_P(OwnedObjects, AreWhatTheyWere) {
  Fixture f(config());
  const ExternRef ref = ExternRef::own(f.store, std::make_unique<int>(7)).value();
  EXPECT_EQ(ref.shape(), RefShape::host);
  EXPECT_EQ(ref.host_value(), std::nullopt);
  ASSERT_NE(ref.object<std::unique_ptr<int>>(), nullptr);
  EXPECT_EQ(**ref.object<std::unique_ptr<int>>(), 7);
  EXPECT_EQ(ref.object<int>(), nullptr);
  EXPECT_EQ(ref.object<std::unique_ptr<long>>(), nullptr);
  EXPECT_EQ(to_string(Value(ref)), "(host object)");
  EXPECT_EQ(ExternRef::host(f.store, 7).value().object<std::unique_ptr<int>>(), nullptr);
  EXPECT_EQ(ExternRef().object<int>(), nullptr);
  EXPECT_EQ(Ref::i31(7).object<int>(), nullptr);
  const AnyRef any = AnyRef::own(f.store, 8).value();
  EXPECT_EQ(*any.object<int>(), 8);
  EXPECT_EQ(*any.converted(RefKind::extern_).object<int>(), 8);
  EXPECT_TRUE(any.matches(ValType::anyref()));
  EXPECT_FALSE(any.matches(ValType::ref(HeapKind::eq, true)));
  EXPECT_EQ(Ref::own(f.store, 9, RefKind::func).error().kind, ErrorKind::invalid_argument);
}

TEST_P(OwnedObjects, LiveAsLongAsGuestOrHostHoldsThem) {
  Fixture f(config());
  const Instance i = f.run(keeper);
  const auto keep = i.func<void(ExternRef)>("keep").value();
  const auto kept = i.func<ExternRef()>("kept").value();
  int living = 0;
  keep(ExternRef::own(f.store, Counted(&living, 1)).value()).value();
  i.func<void(int32_t, ExternRef)>("put")
      .value()(2, ExternRef::own(f.store, Counted(&living, 2)).value())
      .value();
  ExternRef held = ExternRef::own(f.store, Counted(&living, 3)).value();
  EXPECT_EQ(living, 3);
  f.store.collect_garbage();
  EXPECT_EQ(living, 3);
  EXPECT_EQ(kept().value().object<Counted>()->number, 1);
  EXPECT_EQ(held.object<Counted>()->number, 3);
  keep({}).value();
  EXPECT_EQ(living, 3);  // nobody has looked yet
  f.store.collect_garbage();
  EXPECT_EQ(living, 2);
  held = {};
  f.store.collect_garbage();
  EXPECT_EQ(living, 1);
  f.store = Store(f.engine);
  EXPECT_EQ(living, 0);
  EXPECT_EQ(held.object<Counted>(), nullptr);
}

TEST_P(OwnedObjects, GoWhenTheGuestsAllocationsCollect) {
  Fixture f(config());
  const Instance i = f.run(keeper);
  int living = 0;
  for (int n = 0; n < 100'000; ++n) ExternRef::own(f.store, Counted(&living, n)).value();
  EXPECT_LT(living, 70'000);
  i.func<void(int32_t)>("allocate").value()(200'000).value();
  EXPECT_EQ(living, 0);
}

TEST_P(OwnedObjects, SurviveCollectionsAtEveryAllocation) {
  Fixture f({.engine = GetParam(), .gc_stress = true});
  const Instance i = f.run(keeper);
  int living = 0;
  i.func<void(ExternRef)>("keep")
      .value()(ExternRef::own(f.store, Counted(&living, 5)).value())
      .value();
  i.func<void(int32_t)>("allocate").value()(100).value();
  EXPECT_EQ(living, 1);
  EXPECT_EQ(i.func<ExternRef()>("kept").value()().value().object<Counted>()->number, 5);
}

TEST_P(OwnedObjects, AFullHeapRefusesAndDestroys) {
  Fixture f({.engine = GetParam(), .max_gc_heap = 4096});
  int living = 0;
  std::vector<ExternRef> held;
  for (;;) {
    Result<ExternRef> ref = ExternRef::own(f.store, Counted(&living, 0));
    if (!ref) {
      EXPECT_EQ(ref.error().kind, ErrorKind::limit);
      break;
    }
    held.push_back(std::move(*ref));
    ASSERT_LT(held.size(), 10'000u);
  }
  EXPECT_EQ(living, static_cast<int>(held.size()));
  EXPECT_GT(living, 50);
}

// Destructors run in the middle of guest code: the store does nothing for them.
TEST_P(OwnedObjects, DestructorsFindTheStoreRefusing) {
  Fixture f(config());
  const Instance i = f.run(keeper);
  const Func allocate = i.func("allocate").value();
  std::string said;
  int ended = 0;
  const auto end = [&] {
    ++ended;
    said = allocate.call({Value(int32_t{1})}).error().message.c_str();
    f.store.collect_garbage();
    EXPECT_FALSE(Memory::create(f.store, {.min = 1}));
  };
  ExternRef::own(f.store, AtEnd(end)).value();
  i.func<void(int32_t)>("allocate").value()(200'000).value();
  EXPECT_EQ(ended, 1);
  EXPECT_EQ(said, "a call from a growth callback or the destructor of a host object");
  EXPECT_TRUE(allocate.call({Value(int32_t{1})}));
  ExternRef::own(f.store, AtEnd(end)).value();
  f.store.collect_garbage();
  EXPECT_EQ(ended, 2);
  EXPECT_TRUE(Memory::create(f.store, {.min = 1}));
}

TEST_P(OwnedObjects, MayHoldReferencesAndStores) {
  Fixture f(config());
  int living = 0;
  // Each holds the next: one goes in each collection.
  ExternRef chain;
  for (int n = 0; n < 3; ++n)
    chain = ExternRef::own(f.store, std::pair(Counted(&living, n), std::move(chain))).value();
  f.store.collect_garbage();
  EXPECT_EQ(living, 3);
  chain = {};
  for (int n = 2; n >= 0; --n) {
    f.store.collect_garbage();
    EXPECT_EQ(living, n);
  }
  // Another store with an object of its own; and, once, the very store it lies in.
  {
    Store other(f.engine);
    ExternRef::own(other, Counted(&living, 0)).value();
    ExternRef::own(f.store, std::move(other)).value();
  }
  EXPECT_EQ(living, 1);
  f.store.collect_garbage();
  EXPECT_EQ(living, 0);
  auto store = std::make_unique<Store>(f.engine);
  Store& itself = *store;
  ExternRef::own(itself, Counted(&living, 0)).value();
  ExternRef::own(itself, std::move(store)).value();
  itself.collect_garbage();
  EXPECT_EQ(living, 0);
}

}  // namespace
}  // namespace nacre::test

// SPDX-License-Identifier: Apache-2.0
//
// The host's rounding mode does not reach the guest, and comes back after the call; a host function
// that changes it does not change the guest's arithmetic.
#include <bit>
#include <cfenv>

#include "api_test.hpp"

namespace nacre::test {
namespace {

// The mode that arithmetic has, which is not the one that fegetround() looks at.
bool rounds_up() {
  volatile double one = 1, three = 3;
  return one / three > 0.33333333333333331;
}

constexpr const char* thirds = R"((module
  (import "env" "spoil" (func $spoil))
  (func (export "third") (param f64) (result f64) (f64.div (local.get 0) (f64.const 3)))
  (func (export "spoiled") (param f64) (result f64)
    (call $spoil)
    (f64.div (local.get 0) (f64.const 3)))))";

TEST(FloatMode, GuestAlwaysRoundsToNearest) {
  Fixture f;
  f.linker.func("env", "spoil", [] { std::fesetround(FE_UPWARD); });
  Instance instance = f.run(thirds);
  auto third = instance.func<double(double)>("third").value();
  auto spoiled = instance.func<double(double)>("spoiled").value();

  std::fesetround(FE_TONEAREST);
  const double nearest = third(1).value();
  EXPECT_EQ(spoiled(1).value(), nearest);

  std::fesetround(FE_UPWARD);
  const double under_upward = third(1).value();
  EXPECT_TRUE(rounds_up());
  std::fesetround(FE_TONEAREST);
  EXPECT_EQ(under_upward, nearest);
}

// A store without floating-point code does not ask for the mode. What is instantiated while such
// code runs must find the right one all the same, and the host gets its own back.
TEST(FloatMode, CodeThatComesLater) {
  for (const EngineKind kind : {EngineKind::interpreter, EngineKind::baseline}) {
    Fixture f({.engine = kind});
    if (!f.engine.check()) continue;
    Table table = Table::create(f.store, {.min = 1}).value();
    f.linker.define("env", "table", table);
    f.linker.func("env", "later", [&](Caller) {
      Instance divides = f.run(R"((module (import "env" "table" (table 1 funcref))
        (func $third (param f64) (result i64)
          (i64.reinterpret_f64 (f64.div (local.get 0) (f64.const 3))))
        (func $of_one (result i64) (call $third (f64.const 1)))
        (elem (i32.const 0) func $of_one)))");
    });
    Instance plain = f.run(R"((module (import "env" "table" (table 1 funcref))
      (import "env" "later" (func $later)) (type $t (func (result i64)))
      (func (export "run") (result i64)
        (call $later) (call_indirect (type $t) (i32.const 0)))))");
    std::fesetround(FE_UPWARD);
    const int64_t bits = plain.func<int64_t()>("run").value()().value();
    EXPECT_TRUE(rounds_up());
    std::fesetround(FE_TONEAREST);
    EXPECT_EQ(std::bit_cast<double>(bits), 1.0 / 3);
  }
}

TEST(FloatMode, CatchingWhatASpoilingHostThrew) {
  for (const EngineKind kind : {EngineKind::interpreter, EngineKind::baseline}) {
    Fixture f({.engine = kind});
    if (!f.engine.check()) continue;
    Tag tag = Tag::create(f.store, {}).value();
    f.linker.define("env", "tag", tag);
    f.linker.func("env", "spoil", [&](Caller c) -> Result<void> {
      std::fesetround(FE_DOWNWARD);
      return throw_exception(c, tag, Span<const Value>());
    });
    Instance instance = f.run(R"((module (import "env" "tag" (tag $t))
      (import "env" "spoil" (func $spoil))
      (func (export "third") (param f64) (result f64)
        (block $caught (try_table (catch $t $caught) (call $spoil)))
        (f64.div (local.get 0) (f64.const 3)))))");
    std::fesetround(FE_UPWARD);
    const double third = instance.func<double(double)>("third").value()(2).value();
    EXPECT_TRUE(rounds_up());
    std::fesetround(FE_TONEAREST);
    EXPECT_EQ(third, 2.0 / 3);
  }
}

}  // namespace
}  // namespace nacre::test

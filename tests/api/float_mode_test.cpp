// SPDX-License-Identifier: Apache-2.0
//
// The host's rounding mode does not reach the guest, and comes back after the call; a host function
// that changes it does not change the guest's arithmetic.
#include <cfenv>

#include "api_test.hpp"

namespace nacre::test {
namespace {

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
  const int after = std::fegetround();
  std::fesetround(FE_TONEAREST);
  EXPECT_EQ(under_upward, nearest);
  EXPECT_EQ(after, FE_UPWARD);
}

}  // namespace
}  // namespace nacre::test

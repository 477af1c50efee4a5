// SPDX-License-Identifier: Apache-2.0
#include "os/float_env.hpp"

#include <gtest/gtest.h>

#include <cfenv>

namespace nacre::os {
namespace {

double third() {
  volatile double one = 1, three = 3;
  return one / three;
}

TEST(FloatMode, ScopeRoundsToNearestAndGivesBack) {
  const double nearest = third();
  ASSERT_EQ(std::fesetround(FE_UPWARD), 0);
  const double upward = third();
  {
    const FloatModeScope scope;
    EXPECT_EQ(third(), nearest);
  }
  EXPECT_EQ(third(), upward);
  EXPECT_EQ(std::fegetround(), FE_UPWARD);
  std::fesetround(FE_TONEAREST);
  EXPECT_NE(upward, nearest);
}

TEST(FloatMode, RightModeIsLeftAlone) {
  std::fesetround(FE_TONEAREST);
  EXPECT_EQ(enter_float_mode(), FloatModeScope::wasm_float_mode);
}

}  // namespace
}  // namespace nacre::os

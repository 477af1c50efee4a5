// SPDX-License-Identifier: Apache-2.0
//
// Machines whose only floating-point mode within the standard library's reach is the rounding
// direction.
#include <cfenv>

#include "os/float_env.hpp"

namespace nacre::os {

const FloatMode FloatModeScope::wasm_float_mode = static_cast<FloatMode>(FE_TONEAREST);

FloatMode enter_float_mode() {
  const int now = std::fegetround();
  if (now != FE_TONEAREST) std::fesetround(FE_TONEAREST);
  return static_cast<FloatMode>(now);
}

void set_float_mode(FloatMode mode) { std::fesetround(static_cast<int>(mode)); }

}  // namespace nacre::os

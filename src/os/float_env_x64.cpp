// SPDX-License-Identifier: Apache-2.0
#include <xmmintrin.h>

#include "os/float_env.hpp"

namespace nacre::os {
namespace {

// MXCSR without its sticky status flags (Intel SDM vol. 1, 10.2.3): masks, rounding, FTZ, DAZ.
constexpr uint32_t control_bits = 0xffc0;
constexpr uint32_t wasm_control = 0x1f80;  // all exceptions masked, nearest, no FTZ, no DAZ

}  // namespace

const FloatMode FloatModeScope::wasm_float_mode = wasm_control;

FloatMode enter_float_mode() {
  const uint32_t now = _mm_getcsr();
  const uint32_t control = now & control_bits;
  if (control != wasm_control) _mm_setcsr((now & ~control_bits) | wasm_control);
  return control;
}

void set_float_mode(FloatMode mode) {
  _mm_setcsr((_mm_getcsr() & ~control_bits) | static_cast<uint32_t>(mode));
}

}  // namespace nacre::os

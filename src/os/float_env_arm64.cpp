// SPDX-License-Identifier: Apache-2.0
#include "os/float_env.hpp"

namespace nacre::os {
namespace {

// FPCR's control fields (Arm ARM, C5.2.8): AHP, DN, FZ, RMode, FZ16 and the trap enables.
constexpr uint64_t control_bits = 0x07c89f00;

uint64_t read_fpcr() {
  uint64_t v;
  asm volatile("mrs %0, fpcr" : "=r"(v));
  return v;
}
void write_fpcr(uint64_t v) { asm volatile("msr fpcr, %0" : : "r"(v)); }

}  // namespace

const FloatMode FloatModeScope::wasm_float_mode = 0;

FloatMode enter_float_mode() {
  const uint64_t now = read_fpcr();
  const uint64_t control = now & control_bits;
  if (control != 0) write_fpcr(now & ~control_bits);
  return control;
}

void set_float_mode(FloatMode mode) { write_fpcr((read_fpcr() & ~control_bits) | mode); }

}  // namespace nacre::os

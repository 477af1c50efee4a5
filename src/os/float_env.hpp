// SPDX-License-Identifier: Apache-2.0
//
// The processor's floating-point mode. WebAssembly rounds to nearest, ties to even, keeps
// subnormals and masks exceptions; a host program may have chosen otherwise, so the mode is set
// when guest code is entered (and checked after every host function) and given back afterwards.
#pragma once

#include <cstdint>

namespace nacre::os {

// A mode as the processor encodes it; equal modes have equal values.
using FloatMode = uint64_t;

// Sets WebAssembly's mode on this thread and returns the one before. Writes nothing when the mode
// is right already, which is what makes it cheap enough for every call.
FloatMode enter_float_mode();
// Sets a mode that enter_float_mode returned.
void set_float_mode(FloatMode mode);

// WebAssembly's mode for a scope.
class FloatModeScope {
 public:
  FloatModeScope() : before_(enter_float_mode()) {}
  ~FloatModeScope() {
    if (before_ != wasm_float_mode) set_float_mode(before_);
  }
  FloatModeScope(const FloatModeScope&) = delete;
  FloatModeScope& operator=(const FloatModeScope&) = delete;

  static const FloatMode wasm_float_mode;

 private:
  FloatMode before_;
};

}  // namespace nacre::os

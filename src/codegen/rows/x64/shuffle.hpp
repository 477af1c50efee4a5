// SPDX-License-Identifier: Apache-2.0
//
// i8x16.shuffle: the shortest code for a pattern known at compile time.
#pragma once

#include "base/v128.hpp"
#include "codegen/rows/x64/simd.hpp"

namespace nacre::codegen::x64 {

// d = bytes of x and y as `pattern` names them (0-15 of x, 16-31 of y). d may be x or y; t is
// neither.
void emit_shuffle(Simd& v, Xmm d, Xmm x, Xmm y, Xmm t, const V128& pattern);

}  // namespace nacre::codegen::x64

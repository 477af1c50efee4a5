// SPDX-License-Identifier: Apache-2.0
//
// What base/num.hpp says an instruction computes, in a form that tests can call for any of
// them: values are the low bytes of a V128.
#pragma once

#include "base/trap.hpp"
#include "base/v128.hpp"
#include "wasm/op.hpp"

namespace nacre::codegen::testing {

// Inputs in the order of num.hpp's function; lanes and selectors are inputs too.
using Meaning = Trap (*)(const V128* in, V128* out);

// Null when num.hpp has no such function.
Meaning meaning_of(wasm::Op op);

// Whether the result is a new float (or lanes of them), whose NaNs may have any payload that is
// quiet; 4 or 8 is the float's width, 0 means results are compared bit by bit.
unsigned float_width_of_result(wasm::Op op);

}  // namespace nacre::codegen::testing

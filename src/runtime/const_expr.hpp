// SPDX-License-Identifier: Apache-2.0
//
// Constant expressions: initial values of globals and tables, entries and offsets of segments.
#pragma once

#include "base/trap.hpp"
#include "runtime/instance.hpp"

namespace nacre::runtime {

// Evaluates a validated constant expression of the instance's module into a slot pair (the second
// only for v128). Fails only for want of memory. May collect garbage.
Trap eval_const(Instance& instance, const wasm::ConstExpr& expr, Slot out[2]);

}  // namespace nacre::runtime

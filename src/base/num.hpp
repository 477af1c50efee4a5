// SPDX-License-Identifier: Apache-2.0
//
// What every numeric instruction means: one small pure function per row of opcodes.def,
// with the row's name. Interpreter, constant folders and the tests of the compilers' rows
// all call these, so the engines agree by construction.
//
// Conventions
//   i32, i64     uint32_t, uint64_t; comparisons return uint32_t 0 or 1
//   f32, f64     float, double; instructions that only move bits (abs, neg, copysign,
//                reinterpret, lanes of float vectors) take and return the bits, as
//                uint32_t and uint64_t, because passing a float may alter a NaN
//   v128         V128
//   may trap     Trap f(operands..., result& out); out is written only with Trap::none
//   two results  void f(operands..., first& a, second& b)
//   lane         an unsigned after the vector; shuffle takes its sixteen lanes as a V128
//   loads        v128_load8x8_s and its kin take the loaded integer, which is little-endian
//                memory read as a number
//
// Vector functions are always inlined: call them by name or as template arguments, not
// through pointers.
//
// The compiler must not fuse a multiplication with an addition (-ffp-contract=off), must
// round to nearest and not flush subnormals. -fno-math-errno and -fno-trapping-math change
// no result and let square roots, comparisons and selections become vector code.
#pragma once

#include "base/num_float.hpp"
#include "base/num_int.hpp"
#include "base/num_relaxed.hpp"
#include "base/num_simd.hpp"

// SPDX-License-Identifier: Apache-2.0
//
// What a row must do, by base/num.hpp where that has the instruction.
#pragma once

#include <cstdint>

#include "base/v128.hpp"
#include "codegen/rows/x64/rows.hpp"

namespace nacre::codegen::x64::row_test {

// What the row must do, given the values of its inputs (for an address: what is in memory).
struct Expected {
  uint64_t status = 0;
  V128 out[2] = {};
  bool stores = false;
  uint8_t stored[16] = {};
};

Expected expect(const Row& row, const Operands& o, const V128* in);

inline uint64_t low_bytes(uint64_t x, unsigned n) {
  return n == 8 ? x : x & ((uint64_t{1} << 8 * n) - 1);
}

}  // namespace nacre::codegen::x64::row_test

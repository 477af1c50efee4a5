// SPDX-License-Identifier: Apache-2.0
//
// V128: a 128-bit vector value, as functions take and return it.
//
//   nacre::V128 v{{1, 2, 3, 4}};   // bytes 0..3; the rest is zero
//
// Its bytes are always in WebAssembly's memory order: lane 0 first, every lane little-endian, on
// every host.
#pragma once

#include <bit>
#include <cstdint>

#include "nacre/detail/public.hpp"

namespace NACRE_PUBLIC nacre {

// A plain value; copying it copies 16 bytes. Equality compares bits.
struct alignas(16) V128 {
  uint8_t bytes[16];  // lane 0 first

  friend constexpr bool operator==(const V128& a, const V128& b) {
    struct Words {
      uint64_t low, high;
    };
    const Words x = std::bit_cast<Words>(a), y = std::bit_cast<Words>(b);
    return x.low == y.low && x.high == y.high;
  }
};

static_assert(sizeof(V128) == 16);

}  // namespace nacre

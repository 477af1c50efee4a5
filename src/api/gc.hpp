// SPDX-License-Identifier: Apache-2.0
//
// Elements of arrays as bytes.
#pragma once

#include "api/data.hpp"
#include "nacre/value.hpp"

namespace nacre::detail {

struct Elements {
  uint8_t* at = nullptr;  // in the heap: good until the next allocation
  uint32_t size = 0;      // bytes of one
  bool is_mutable = false;
};

// `bytes` bytes of an array's elements from `index` on. Error: invalid_argument.
Result<Elements> elements(const Ref& ref, uint32_t index, size_t bytes);
// Between bytes, which are little-endian, and elements of `size` bytes, which are the host's.
void copy_elements(uint8_t* to, const uint8_t* from, size_t bytes, uint32_t size);

}  // namespace nacre::detail

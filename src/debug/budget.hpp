// SPDX-License-Identifier: Apache-2.0
//
// Budget: bounds the work that debug information can cause. Sections refer to each other freely,
// so a small hostile module could have the same list read a million times; every step of every
// loop is therefore paid for, and a reader that runs out stops with what it has.
#pragma once

#include <cstdint>

#include "base/platform.hpp"

namespace nacre::debug {

class Budget {
 public:
  explicit Budget(uint64_t steps) : left_(steps) {}
  // Pays for `n` steps; false once there is nothing left.
  NACRE_INLINE bool spend(uint64_t n = 1) {
    if (NACRE_UNLIKELY(left_ < n)) {
      left_ = 0;
      return false;
    }
    left_ -= n;
    return true;
  }
  bool spent() const { return left_ == 0; }

 private:
  uint64_t left_;
};

}  // namespace nacre::debug

// SPDX-License-Identifier: Apache-2.0
//
// Adversarial modules by family: each is valid, and grows in one dimension with n.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/writer.hpp"

namespace nacre::hostile {

using Bytes8 = std::vector<uint8_t>;

struct Family {
  const char* name;
  Bytes8 (*make)(uint32_t n);
  uint32_t small;  // the n whose time is compared with 8 * small's
};

std::span<const Family> families();

}  // namespace nacre::hostile

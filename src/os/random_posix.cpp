// SPDX-License-Identifier: Apache-2.0
#include "os/random.hpp"

#include <sys/random.h>
#include <unistd.h>

namespace nacre::os {

bool random_bytes(std::span<uint8_t> out) {
  constexpr size_t longest = 256;  // getentropy refuses more
  while (!out.empty()) {
    const size_t n = out.size() < longest ? out.size() : longest;
    if (getentropy(out.data(), n) != 0) return false;
    out = out.subspan(n);
  }
  return true;
}

}  // namespace nacre::os

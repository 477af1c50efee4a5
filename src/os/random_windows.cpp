// SPDX-License-Identifier: Apache-2.0
#include "os/random.hpp"

#include <windows.h>

#include <bcrypt.h>  // wants the types of windows.h

namespace nacre::os {

bool random_bytes(std::span<uint8_t> out) {
  constexpr size_t longest = size_t{1} << 30;
  while (!out.empty()) {
    const size_t n = out.size() < longest ? out.size() : longest;
    const NTSTATUS status = BCryptGenRandom(nullptr, out.data(), static_cast<ULONG>(n),
                                            BCRYPT_USE_SYSTEM_PREFERRED_RNG);
    if (status < 0) return false;
    out = out.subspan(n);
  }
  return true;
}

}  // namespace nacre::os

// SPDX-License-Identifier: Apache-2.0
//
// Random bytes from the host's cryptographic source.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace nacre::os {

// Fills `out`. False when the host's source failed; `out` is then unspecified.
bool random_bytes(std::span<uint8_t> out);

}  // namespace nacre::os

// SPDX-License-Identifier: Apache-2.0
//
// Implementation limits: those of the WebAssembly JavaScript Interface ("Implementation-defined
// Limits"), so a module that loads in a browser loads here. Embedders lower them with
// `Limits`; nothing raises them.
#pragma once

#include <cstdint>

#include "nacre/limits.hpp"

namespace nacre::wasm {

using nacre::Limits;

inline constexpr uint64_t page_bytes = 65536;
inline constexpr uint64_t max_pages32 = 65536;
inline constexpr uint64_t max_pages64 = uint64_t{1} << 48;

}  // namespace nacre::wasm

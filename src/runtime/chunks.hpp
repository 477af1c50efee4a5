// SPDX-License-Identifier: Apache-2.0
//
// Long operations in pieces: at most 1 MiB of work between two looks at whether the store should
// stop.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>

#include "runtime/store.hpp"

namespace nacre::runtime {

inline constexpr uint64_t chunk_bytes = uint64_t{1} << 20;

NACRE_COLD inline Trap stop_now(Store& store) {
  const Trap why = store.stop_trap();
  return why == Trap::none ? why : store.set_trap(why);
}

// Calls step(at, k) for consecutive pieces of at most `chunk` of [0, n).
template <class Step>
Trap in_chunks(Store& store, uint64_t n, Step step, uint64_t chunk = chunk_bytes) {
  for (uint64_t at = 0; at < n;) {
    const uint64_t k = std::min(chunk, n - at);
    step(at, static_cast<size_t>(k));
    at += k;
    if (NACRE_UNLIKELY(at < n))
      if (const Trap t = stop_now(store); t != Trap::none) return t;
  }
  return Trap::none;
}

// memmove of n bytes.
inline Trap move_in_chunks(Store& store, uint8_t* to, const uint8_t* from, uint64_t n) {
  const bool forward = reinterpret_cast<uintptr_t>(to) <= reinterpret_cast<uintptr_t>(from);
  return in_chunks(store, n, [&](uint64_t at, size_t k) {
    const uint64_t i = forward ? at : n - at - k;
    std::memmove(to + i, from + i, k);
  });
}

}  // namespace nacre::runtime

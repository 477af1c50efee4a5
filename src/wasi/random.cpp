// SPDX-License-Identifier: Apache-2.0
#include "wasi/call.hpp"

#include <algorithm>

namespace nacre::wasi {

Errno random_get(Call& c, uint32_t buf, uint32_t size) {
  constexpr size_t chunk = size_t{1} << 16;
  uint8_t* to = c.memory.bytes(buf, size);
  if (to == nullptr) return Errno::fault;
  if (size > c.context.config().max_random_bytes) return Errno::inval;
  for (size_t done = 0; done < size;) {
    if (c.stop()) return Errno::intr;
    size_t n = std::min<size_t>(chunk, size - done);
    if (!c.context.random().fill({to + done, n})) return Errno::io;
    done += n;
  }
  return Errno::success;
}

}  // namespace nacre::wasi

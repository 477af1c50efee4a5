// SPDX-License-Identifier: Apache-2.0
#include "wasi/call.hpp"

namespace nacre::wasi {
namespace {

constexpr uint32_t clock_count = 4;

}  // namespace

Errno clock_res_get(Call& c, uint32_t id, uint32_t out) {
  if (id >= clock_count) return Errno::inval;
  uint64_t ns;
  NACRE_WASI_TRY(c.context.clock().resolution(static_cast<ClockId>(id), &ns));
  return c.memory.store<uint64_t>(out, ns);
}

// `precision` allows a coarser answer; ours is always as fine as the clock.
Errno clock_time_get(Call& c, uint32_t id, uint64_t, uint32_t out) {
  if (id >= clock_count) return Errno::inval;
  uint64_t ns;
  NACRE_WASI_TRY(c.context.clock().now(static_cast<ClockId>(id), &ns));
  return c.memory.store<uint64_t>(out, ns);
}

}  // namespace nacre::wasi

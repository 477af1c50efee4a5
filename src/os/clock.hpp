// SPDX-License-Identifier: Apache-2.0
//
// The host's clocks, in nanoseconds.
#pragma once

#include <cstdint>

namespace nacre::os {

enum class Clock : uint8_t {
  realtime,     // since 1970-01-01T00:00:00Z
  monotonic,    // since some fixed moment
  process_cpu,  // CPU time of the process
  thread_cpu,   // CPU time of the calling thread
};

// The clock's value; false when the host lacks the clock.
bool clock_now(Clock clock, uint64_t& ns);
// The clock's resolution, at least 1.
bool clock_resolution(Clock clock, uint64_t& ns);
// Blocks the calling thread for about `ns`. May return early only by a signal.
void sleep_ns(uint64_t ns);

}  // namespace nacre::os

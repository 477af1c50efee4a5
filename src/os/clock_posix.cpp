// SPDX-License-Identifier: Apache-2.0
#include "os/clock.hpp"

#include <time.h>

namespace nacre::os {
namespace {

constexpr uint64_t ns_per_second = 1'000'000'000;

clockid_t host_clock(Clock clock) {
  switch (clock) {
    case Clock::realtime:
      return CLOCK_REALTIME;
    case Clock::monotonic:
      return CLOCK_MONOTONIC;
    case Clock::process_cpu:
      return CLOCK_PROCESS_CPUTIME_ID;
    case Clock::thread_cpu:
      return CLOCK_THREAD_CPUTIME_ID;
  }
  return CLOCK_REALTIME;
}

uint64_t to_ns(const timespec& t) {
  return static_cast<uint64_t>(t.tv_sec) * ns_per_second + static_cast<uint64_t>(t.tv_nsec);
}

}  // namespace

bool clock_now(Clock clock, uint64_t& ns) {
  timespec t;
  if (clock_gettime(host_clock(clock), &t) != 0) return false;
  ns = to_ns(t);
  return true;
}

bool clock_resolution(Clock clock, uint64_t& ns) {
  timespec t;
  if (clock_getres(host_clock(clock), &t) != 0) return false;
  ns = to_ns(t);
  if (ns == 0) ns = 1;
  return true;
}

void sleep_ns(uint64_t ns) {
  timespec t;
  t.tv_sec = static_cast<time_t>(ns / ns_per_second);
  t.tv_nsec = static_cast<long>(ns % ns_per_second);
  nanosleep(&t, nullptr);
}

}  // namespace nacre::os

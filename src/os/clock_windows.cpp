// SPDX-License-Identifier: Apache-2.0
#include "os/clock.hpp"

#include <windows.h>

namespace nacre::os {
namespace {

// FILETIME counts 100 ns since 1601.
constexpr uint64_t filetime_ns = 100;
constexpr uint64_t filetime_to_1970 = 116'444'736'000'000'000;
constexpr uint64_t ns_per_second = 1'000'000'000;

uint64_t ticks(const FILETIME& t) {
  return (static_cast<uint64_t>(t.dwHighDateTime) << 32) | t.dwLowDateTime;
}

uint64_t performance_frequency() {
  LARGE_INTEGER frequency;
  QueryPerformanceFrequency(&frequency);
  return static_cast<uint64_t>(frequency.QuadPart);
}

uint64_t monotonic_ns() {
  LARGE_INTEGER counter;
  QueryPerformanceCounter(&counter);
  const auto n = static_cast<uint64_t>(counter.QuadPart);
  const uint64_t frequency = performance_frequency();
  return n / frequency * ns_per_second + n % frequency * ns_per_second / frequency;
}

}  // namespace

bool clock_now(Clock clock, uint64_t& ns) {
  FILETIME created, exited, kernel, user;
  switch (clock) {
    case Clock::realtime:
      GetSystemTimePreciseAsFileTime(&user);
      ns = (ticks(user) - filetime_to_1970) * filetime_ns;
      return true;
    case Clock::monotonic:
      ns = monotonic_ns();
      return true;
    case Clock::process_cpu:
      if (!GetProcessTimes(GetCurrentProcess(), &created, &exited, &kernel, &user)) return false;
      break;
    case Clock::thread_cpu:
      if (!GetThreadTimes(GetCurrentThread(), &created, &exited, &kernel, &user)) return false;
      break;
  }
  ns = (ticks(kernel) + ticks(user)) * filetime_ns;
  return true;
}

bool clock_resolution(Clock clock, uint64_t& ns) {
  ns = filetime_ns;
  if (clock == Clock::monotonic) {
    ns = ns_per_second / performance_frequency();
    if (ns == 0) ns = 1;
  }
  return true;
}

void sleep_ns(uint64_t ns) {
  constexpr uint64_t ns_per_ms = 1'000'000;
  constexpr uint64_t longest_ms = 0x7fffffff;
  uint64_t ms = ns / ns_per_ms + (ns % ns_per_ms != 0);
  Sleep(static_cast<DWORD>(ms < longest_ms ? ms : longest_ms));
}

}  // namespace nacre::os

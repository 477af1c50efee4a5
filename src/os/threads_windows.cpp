// SPDX-License-Identifier: Apache-2.0
#include <windows.h>

#include "base/platform.hpp"
#include "os/threads.hpp"

namespace nacre::os {

// The bottom of the reservation; GetCurrentThreadStackLimits needs Windows 8, VirtualQuery does
// not.
uintptr_t stack_low_address() {
  MEMORY_BASIC_INFORMATION info;
  const char here = 0;
  if (VirtualQuery(&here, &info, sizeof info) == 0) return 0;
  constexpr uintptr_t guard_bytes = 16 * 1024;
  return reinterpret_cast<uintptr_t>(info.AllocationBase) + guard_bytes;
}

NACRE_NOINLINE uintptr_t stack_pointer() {
  volatile uintptr_t here = 0;
  here = reinterpret_cast<uintptr_t>(&here);
  return here;
}

void yield_thread() { SwitchToThread(); }

}  // namespace nacre::os

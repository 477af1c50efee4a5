// SPDX-License-Identifier: Apache-2.0
#include "os/threads.hpp"

#include <sched.h>

#include "base/platform.hpp"

namespace nacre::os {

NACRE_NOINLINE uintptr_t stack_pointer() {
  const volatile char here = 0;
  return reinterpret_cast<uintptr_t>(&here);
}

void yield_thread() { sched_yield(); }

}  // namespace nacre::os

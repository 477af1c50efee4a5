// SPDX-License-Identifier: Apache-2.0
#include "os/threads.hpp"

#include <sched.h>

#include "base/platform.hpp"

namespace nacre::os {

NACRE_NOINLINE uintptr_t stack_pointer() {
  return reinterpret_cast<uintptr_t>(__builtin_frame_address(0));
}

void yield_thread() { sched_yield(); }

}  // namespace nacre::os

// SPDX-License-Identifier: Apache-2.0
#include <pthread.h>

#include "os/threads.hpp"

namespace nacre::os {

uintptr_t stack_low_address() {
  const pthread_t self = pthread_self();
  const auto top = reinterpret_cast<uintptr_t>(pthread_get_stackaddr_np(self));
  return top - pthread_get_stacksize_np(self);
}

}  // namespace nacre::os

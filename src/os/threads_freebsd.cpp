// SPDX-License-Identifier: Apache-2.0
#include <pthread.h>
#include <pthread_np.h>

#include "os/threads.hpp"

namespace nacre::os {

uintptr_t stack_low_address() {
  pthread_attr_t attributes;
  if (pthread_attr_init(&attributes) != 0) return 0;
  void* low = nullptr;
  size_t size = 0;
  const bool known = pthread_attr_get_np(pthread_self(), &attributes) == 0 &&
                     pthread_attr_getstack(&attributes, &low, &size) == 0;
  pthread_attr_destroy(&attributes);
  return known ? reinterpret_cast<uintptr_t>(low) : 0;
}

}  // namespace nacre::os

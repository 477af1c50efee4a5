// SPDX-License-Identifier: Apache-2.0
//
// What the C++ library does not say about threads: where the current thread's stack ends.
#pragma once

#include <cstddef>
#include <cstdint>

namespace nacre::os {

// The lowest usable address of the calling thread's stack; 0 when the host cannot tell. May
// cost microseconds (Linux reads a file for the main thread): cache it per thread.
uintptr_t stack_low_address();

// About where the calling function's frame is.
uintptr_t stack_pointer();

// Lets other threads run.
void yield_thread();

}  // namespace nacre::os

// SPDX-License-Identifier: Apache-2.0
//
// A thread of the host whose start may fail: std::thread ends the process when it does.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

namespace nacre::os {

// Movable; must be joined before it is destroyed.
class Thread {
 public:
  Thread() = default;
  Thread(Thread&& o) noexcept : native_(std::exchange(o.native_, 0)) {}
  Thread& operator=(Thread&& o) noexcept {
    std::swap(native_, o.native_);
    return *this;
  }
  Thread(const Thread&) = delete;
  Thread& operator=(const Thread&) = delete;

  // Runs `body(env)` in a new thread with about `stack_bytes` of stack. False, and nothing runs,
  // when the host refuses.
  bool start(void (*body)(void* env), void* env, size_t stack_bytes);
  // Waits for the end of `body`.
  void join();

 private:
  uintptr_t native_ = 0;
};

}  // namespace nacre::os

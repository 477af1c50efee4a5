// SPDX-License-Identifier: Apache-2.0
#include <windows.h>

#include <memory>

#include "os/thread.hpp"

namespace nacre::os {
namespace {

struct Start {
  void (*body)(void*);
  void* env;
};

DWORD WINAPI run(void* p) {
  Start start = *static_cast<Start*>(p);
  delete static_cast<Start*>(p);
  start.body(start.env);
  return 0;
}

}  // namespace

bool Thread::start(void (*body)(void* env), void* env, size_t stack_bytes) {
  auto start = std::make_unique<Start>(Start{body, env});
  HANDLE thread = CreateThread(nullptr, stack_bytes, run, start.get(),
                               STACK_SIZE_PARAM_IS_A_RESERVATION, nullptr);
  if (thread == nullptr) return false;
  start.release();
  native_ = reinterpret_cast<uintptr_t>(thread);
  return true;
}

void Thread::join() {
  HANDLE thread = reinterpret_cast<HANDLE>(native_);
  if (thread == nullptr) return;
  WaitForSingleObject(thread, INFINITE);
  CloseHandle(thread);
  native_ = 0;
}

}  // namespace nacre::os

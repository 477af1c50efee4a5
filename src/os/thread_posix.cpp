// SPDX-License-Identifier: Apache-2.0
#include "os/thread.hpp"

#include <pthread.h>

#include <memory>

namespace nacre::os {
namespace {

struct Start {
  void (*body)(void*);
  void* env;
};

void* run(void* p) {
  Start start = *static_cast<Start*>(p);
  delete static_cast<Start*>(p);
  start.body(start.env);
  return nullptr;
}

}  // namespace

bool Thread::start(void (*body)(void* env), void* env, size_t stack_bytes) {
  constexpr size_t granule = 65536;
  pthread_attr_t attributes;
  if (pthread_attr_init(&attributes) != 0) return false;
  pthread_attr_setstacksize(&attributes, (stack_bytes + granule - 1) / granule * granule);
  auto start = std::make_unique<Start>(Start{body, env});
  pthread_t* thread = new pthread_t;
  bool started = pthread_create(thread, &attributes, run, start.get()) == 0;
  pthread_attr_destroy(&attributes);
  if (!started) {
    delete thread;
    return false;
  }
  (void)start.release();  // the thread deletes it
  native_ = reinterpret_cast<uintptr_t>(thread);
  return true;
}

void Thread::join() {
  pthread_t* thread = reinterpret_cast<pthread_t*>(native_);
  if (thread == nullptr) return;
  pthread_join(*thread, nullptr);
  delete thread;
  native_ = 0;
}

}  // namespace nacre::os

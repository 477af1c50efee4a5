// SPDX-License-Identifier: Apache-2.0
//
// A thread that calls back at given times: compiled code has no clock, so a deadline interrupts it
// from outside. One per engine; the thread starts with the first alarm and ends with the watchdog.
//
// After a fork the child has no such thread, and what it shared with it may be locked for ever: the
// child leaves that behind and begins anew, without alarms.
#pragma once

#include <atomic>
#include <chrono>

namespace nacre::codegen {

class Watchdog {
 public:
  using Time = std::chrono::steady_clock::time_point;

  Watchdog();
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  // Calls fire(env) once at `when` or soon after, instead of what was armed for `env` before. It
  // must be short and not use the watchdog. False when the host refuses the thread.
  bool arm(void* env, Time when, void (*fire)(void*));
  // Afterwards nothing is called for `env`, nor still running.
  void cancel(void* env);

 private:
  struct State;
  State& state();
  std::atomic<State*> state_;
};

}  // namespace nacre::codegen

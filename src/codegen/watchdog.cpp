// SPDX-License-Identifier: Apache-2.0
#include "codegen/watchdog.hpp"

#include <condition_variable>
#include <map>
#include <mutex>
#include <utility>

#include "os/process.hpp"
#include "os/thread.hpp"

namespace nacre::codegen {
namespace {

constexpr size_t stack_bytes = 64 * 1024;

using Alarm = std::pair<Watchdog::Time, void*>;  // when, for whom

}  // namespace

struct Watchdog::State {
  const uint64_t process = os::process_id();
  std::mutex mutex;
  std::condition_variable changed;
  std::map<Alarm, void (*)(void*)> alarms;
  std::map<void*, Watchdog::Time> times;  // of the alarms
  os::Thread thread;
  bool started = false, ending = false;

  void run();
  void remove(void* env) {
    const auto t = times.find(env);
    if (t == times.end()) return;
    alarms.erase({t->second, env});
    times.erase(t);
  }
};

Watchdog::Watchdog() : state_(new State) {}

Watchdog::~Watchdog() {
  State* const s = state_.load();
  if (s->process != os::process_id()) return;
  {
    const std::lock_guard lock(s->mutex);
    s->ending = true;
  }
  s->changed.notify_all();
  if (s->started) s->thread.join();
  delete s;
}

Watchdog::State& Watchdog::state() {
  State* s = state_.load(std::memory_order_acquire);
  if (s->process == os::process_id()) return *s;
  auto* const fresh = new State;
  if (state_.compare_exchange_strong(s, fresh)) return *fresh;
  delete fresh;
  return *s;
}

bool Watchdog::arm(void* env, Time when, void (*fire)(void*)) {
  State& s = state();
  const std::lock_guard lock(s.mutex);
  if (!s.started)
    s.started =
        s.thread.start([](void* self) { static_cast<State*>(self)->run(); }, &s, stack_bytes);
  if (!s.started) return false;
  s.remove(env);
  s.times[env] = when;
  const auto alarm = s.alarms.emplace(Alarm{when, env}, fire).first;
  if (alarm == s.alarms.begin()) s.changed.notify_all();
  return true;
}

void Watchdog::cancel(void* env) {
  State& s = state();
  const std::lock_guard lock(s.mutex);
  s.remove(env);
}

void Watchdog::State::run() {
  std::unique_lock lock(mutex);
  while (!ending) {
    const auto next = alarms.begin();
    if (next == alarms.end()) {
      changed.wait(lock);
    } else if (const Time until = next->first.first; until > std::chrono::steady_clock::now()) {
      changed.wait_until(lock, until);
    } else {
      const auto [alarm, fire] = *next;
      remove(alarm.second);
      fire(alarm.second);
    }
  }
}

}  // namespace nacre::codegen

// SPDX-License-Identifier: Apache-2.0
//
// Clocks and random numbers: the system's and the reproducible ones.
#include <atomic>

#include <nacre/wasi.hpp>
#include "base/bytes.hpp"
#include "os/clock.hpp"
#include "os/random.hpp"

namespace nacre::wasi {
namespace {

class SystemClock final : public Clock {
 public:
  Errno resolution(ClockId id, uint64_t* ns) override {
    return os::clock_resolution(static_cast<os::Clock>(id), *ns) ? Errno::success : Errno::notsup;
  }
  Errno now(ClockId id, uint64_t* ns) override {
    return os::clock_now(static_cast<os::Clock>(id), *ns) ? Errno::success : Errno::notsup;
  }
};

// One counter feeds all four clocks; only the realtime one adds the start.
class SteppingClock final : public Clock {
 public:
  SteppingClock(uint64_t start, uint64_t step) : start_(start), step_(step) {}
  Errno resolution(ClockId, uint64_t* ns) override {
    *ns = step_ == 0 ? 1 : step_;
    return Errno::success;
  }
  Errno now(ClockId id, uint64_t* ns) override {
    uint64_t t = elapsed_.fetch_add(step_, std::memory_order_relaxed);
    *ns = id == ClockId::realtime ? start_ + t : t;
    return Errno::success;
  }
  bool advance(uint64_t ns) override {
    elapsed_.fetch_add(ns, std::memory_order_relaxed);
    return true;
  }

 private:
  uint64_t start_, step_;
  std::atomic<uint64_t> elapsed_{0};
};

class SystemRandom final : public Random {
 public:
  bool fill(Span<uint8_t> bytes) override { return os::random_bytes(bytes); }
};

// SplitMix64.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(uint64_t seed) : state_(seed) {}
  bool fill(Span<uint8_t> bytes) override {
    uint8_t word[8];
    for (size_t i = 0; i < bytes.size(); ++i) {
      if (i % 8 == 0) store_le<uint64_t>(word, next());
      bytes[i] = word[i % 8];
    }
    return true;
  }

 private:
  uint64_t next() {
    uint64_t z =
        state_.fetch_add(0x9e3779b97f4a7c15, std::memory_order_relaxed) + 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }
  std::atomic<uint64_t> state_;
};

}  // namespace

Ref<Clock> system_clock() { return make_ref<SystemClock>(); }
Ref<Clock> stepping_clock(uint64_t start, uint64_t step) {
  return make_ref<SteppingClock>(start, step);
}
Ref<Random> system_random() { return make_ref<SystemRandom>(); }
Ref<Random> seeded_random(uint64_t seed) { return make_ref<SeededRandom>(seed); }

}  // namespace nacre::wasi

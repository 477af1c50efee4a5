// SPDX-License-Identifier: Apache-2.0
//
// For this folder's tests: a World that subscribes and polls.
#pragma once

#include <chrono>
#include <vector>

#include "wasi/test_world.hpp"

namespace nacre::wasi {

inline constexpr uint32_t subs = 1000, events = 20000, count_at = 16;

struct Event {
  uint64_t userdata;
  uint16_t error;
  uint8_t type;
  uint64_t bytes;
  uint16_t flags;
};

class PollWorld : public World {
 public:
  using World::World;
  void clock(uint64_t userdata, uint32_t id, uint64_t timeout, uint16_t flags = 0) {
    uint32_t p = next(userdata, 0);
    put<uint32_t>(p + 16, id);
    put<uint64_t>(p + 24, timeout);
    put<uint64_t>(p + 32, 0);
    put<uint16_t>(p + 40, flags);
  }
  void file(uint64_t userdata, uint8_t type, uint32_t fd) {
    put<uint32_t>(next(userdata, type) + 16, fd);
  }
  Errno poll(std::vector<Event>* out) {
    uint32_t n = n_;
    n_ = 0;
    auto start = std::chrono::steady_clock::now();
    Errno e = call("poll_oneoff", {subs, events, n, count_at});
    elapsed = std::chrono::steady_clock::now() - start;
    out->clear();
    if (e != Errno::success) return e;
    for (uint32_t i = 0; i < get<uint32_t>(count_at); ++i) {
      uint32_t p = events + i * event_size;
      out->push_back({get<uint64_t>(p), get<uint16_t>(p + 8), get<uint8_t>(p + 10),
                      get<uint64_t>(p + 16), get<uint16_t>(p + 24)});
    }
    return e;
  }
  std::chrono::steady_clock::duration elapsed{};

 private:
  uint32_t next(uint64_t userdata, uint8_t type) {
    uint32_t p = subs + n_++ * 48;
    put<uint64_t>(p, userdata);
    put<uint64_t>(p + 8, type);
    return p;
  }
  uint32_t n_ = 0;
};

inline WasiConfig real() {
  WasiConfig c;
  c.clock = system_clock();
  return c;
}

}  // namespace nacre::wasi

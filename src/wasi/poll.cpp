// SPDX-License-Identifier: Apache-2.0
//
// poll_oneoff: all subscriptions wait together.
//
// Subscriptions are read once into a list. A descriptor's is answered at once when it is wrong or
// its handle needs no waiting; otherwise its native file joins one host poll (each file once).
// Rounds of at most wait_slice_ns follow, until a file is ready or a clock has run out, asking
// between them whether the store wants to stop. CPU clocks stand still while a thread sleeps, so
// waiting for one spins. A virtual clock does not wait at all: it is moved ahead.
#include "wasi/call.hpp"

#include <algorithm>
#include <map>

#include "os/clock.hpp"
#include "os/poll.hpp"
#include "os/threads.hpp"

namespace nacre::wasi {
namespace {

constexpr uint32_t max_subscriptions = 8192;
constexpr uint16_t subclock_abstime = 1;
constexpr uint16_t event_hangup = 1;

struct Subscription {
  uint64_t userdata = 0;
  EventType type = EventType::clock;
  Errno error = Errno::success;
  bool done = false;
  // clock
  ClockId clock = ClockId::realtime;
  uint64_t deadline = 0;  // on that clock
  // descriptors
  Ref<Handle> handle;
  size_t item = SIZE_MAX;  // in the host's poll
  uint64_t bytes = 0;
  bool hangup = false;
};

class Poll {
 public:
  Poll(Call& c, std::vector<Subscription> subs) : c_(c), subs_(std::move(subs)) {
    for (Subscription& s : subs_)
      if (s.error != Errno::success) s.done = true;
      else if (s.type != EventType::clock) add_file(s);
  }

  Errno run() {
    if (!any_done()) NACRE_WASI_TRY(check_clocks());
    bool ready = any_done();
    NACRE_WASI_TRY(check_files(0));
    while (!any_done() && !ready) {
      if (c_.stop()) return Errno::intr;
      uint64_t wait = wait_slice_ns;
      bool skipped = false;
      NACRE_WASI_TRY(time_to_wait(&wait, &skipped));
      if (!skipped) NACRE_WASI_TRY(check_files(wait));
      NACRE_WASI_TRY(check_clocks());
    }
    return Errno::success;
  }

  const std::vector<Subscription>& subscriptions() const { return subs_; }

 private:
  bool any_done() const {
    return std::any_of(subs_.begin(), subs_.end(), [](const Subscription& s) { return s.done; });
  }

  void add_file(Subscription& s) {
    Readiness r = s.handle->readiness();
    bool read = s.type == EventType::fd_read;
    if (r.native < 0) {
      s.done = read ? r.read : r.write;
      s.bytes = read ? r.read_bytes : 0;
      unready_ = unready_ || !s.done;
      return;
    }
    auto [it, fresh] = by_file_.try_emplace(r.native, items_.size());
    if (fresh) items_.push_back({r.native});
    os::PollItem& item = items_[it->second];
    (read ? item.want_read : item.want_write) = true;
    s.item = it->second;
  }

  Errno check_clocks() {
    for (Subscription& s : subs_) {
      if (s.done || s.type != EventType::clock) continue;
      uint64_t now;
      NACRE_WASI_TRY(c_.context.clock().now(s.clock, &now));
      s.done = now >= s.deadline;
    }
    return Errno::success;
  }

  // Waits up to `wait` for the files, and looks at handles that only the embedder can see into.
  Errno check_files(uint64_t wait) {
    if (wait == 0 && items_.empty()) os::yield_thread();
    else if (os::poll_files(items_, wait) != 0) return Errno::io;
    for (Subscription& s : subs_) {
      if (s.done || s.type == EventType::clock) continue;
      bool read = s.type == EventType::fd_read;
      if (s.item == SIZE_MAX) {
        Readiness r = s.handle->readiness();
        s.done = read ? r.read : r.write;
        s.bytes = read ? r.read_bytes : 0;
        continue;
      }
      const os::PollItem& item = items_[s.item];
      if (!item.invalid && !(read ? item.readable : item.writable)) continue;
      s.done = true;
      s.hangup = item.hangup;
      if (item.invalid) s.error = Errno::badf;
      else s.bytes = read ? os::readable_bytes(item.file) : 1;
    }
    return Errno::success;
  }

  // How long to wait for the next clock, at most `*wait`. A virtual clock is moved there instead.
  Errno time_to_wait(uint64_t* wait, bool* skipped) {
    constexpr uint64_t unready_nap_ns = 1'000'000;
    if (unready_) *wait = unready_nap_ns;
    uint64_t nearest = UINT64_MAX;
    for (const Subscription& s : subs_) {
      if (s.type != EventType::clock) continue;
      uint64_t now;
      NACRE_WASI_TRY(c_.context.clock().now(s.clock, &now));
      nearest = std::min(nearest, s.deadline > now ? s.deadline - now : 0);
      if (s.clock == ClockId::process_cputime || s.clock == ClockId::thread_cputime) *wait = 0;
    }
    if (nearest != UINT64_MAX && c_.context.clock().advance(nearest)) *skipped = true;
    *wait = std::min(*wait, nearest);
    return Errno::success;
  }

  Call& c_;
  std::vector<Subscription> subs_;
  std::vector<os::PollItem> items_;
  std::map<int64_t, size_t> by_file_;
  bool unready_ = false;
};

Errno read_clock(Call& c, const uint8_t* at, Subscription* s) {
  auto id = load_le<uint32_t>(at);
  auto timeout = load_le<uint64_t>(at + 8);
  auto flags = load_le<uint16_t>(at + 24);
  if (id > 3 || (flags & ~subclock_abstime) != 0) return Errno::inval;
  s->clock = static_cast<ClockId>(id);
  uint64_t now = 0;
  if ((flags & subclock_abstime) == 0) NACRE_WASI_TRY(c.context.clock().now(s->clock, &now));
  s->deadline = timeout > UINT64_MAX - now ? UINT64_MAX : now + timeout;
  return Errno::success;
}

Errno read_descriptor(Call& c, const uint8_t* at, Subscription* s) {
  Descriptor d;
  NACRE_WASI_TRY(c.context.find(load_le<uint32_t>(at), 0, &d));
  if (d.handle->type() == FileType::directory) return Errno::badf;
  Rights needed = rights::poll_fd_readwrite |
                  (s->type == EventType::fd_read ? rights::fd_read : rights::fd_write);
  if ((d.base & needed) != needed) return Errno::notcapable;
  s->handle = d.handle;
  return Errno::success;
}

void store_event(uint8_t* to, const Subscription& s) {
  std::memset(to, 0, event_size);
  store_le<uint64_t>(to, s.userdata);
  store_le<uint16_t>(to + 8, static_cast<uint16_t>(s.error));
  to[10] = static_cast<uint8_t>(s.type);
  if (s.type == EventType::clock) return;
  store_le<uint64_t>(to + 16, s.bytes);
  store_le<uint16_t>(to + 24, s.hangup ? event_hangup : 0);
}

}  // namespace

Errno poll_oneoff(Call& c, uint32_t in, uint32_t out, uint32_t count, uint32_t events) {
  const Layout& l = c.layout;
  if (count == 0 || count > max_subscriptions) return Errno::inval;
  const uint8_t* from = c.memory.bytes(in, uint64_t{count} * l.subscription_size);
  uint8_t* to = c.memory.bytes(out, uint64_t{count} * event_size);
  if (from == nullptr || to == nullptr || !c.memory.holds(events, 4)) return Errno::fault;
  std::vector<Subscription> subs(count);
  for (Subscription& s : subs) {
    s.userdata = load_le<uint64_t>(from);
    uint8_t type = from[8];  // once: another thread may change it
    if (type > 2) return Errno::inval;
    s.type = static_cast<EventType>(type);
    s.error = s.type == EventType::clock ? read_clock(c, from + l.subscription_clock, &s)
                                         : read_descriptor(c, from + 16, &s);
    from += l.subscription_size;
  }
  Poll poll(c, std::move(subs));
  NACRE_WASI_TRY(poll.run());
  uint32_t n = 0;
  for (const Subscription& s : poll.subscriptions())
    if (s.done) store_event(to + uint64_t{n++} * event_size, s);
  return c.memory.store<uint32_t>(events, n);
}

}  // namespace nacre::wasi

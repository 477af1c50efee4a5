// SPDX-License-Identifier: Apache-2.0
//
// Store: the owner of everything that runs: instances, functions, memories, tables, globals, tags
// and garbage-collected objects.
//
//   nacre::Store store{engine, {.max_memory = 1 << 20}};
//   store.set_timeout_ms(100);
//
// One thread at a time uses a store and the views of its objects. Only an InterruptHandle may be
// used from other threads meanwhile. Views (Func, Memory ...) and references may outlive their
// store: they notice, and every use of them is an ErrorKind::invalid_argument or gives nothing.
#pragma once

#include <cstdint>

#include "nacre/config.hpp"
#include "nacre/detail/guard.hpp"
#include "nacre/detail/handle.hpp"
#include "nacre/detail/public.hpp"
#include "nacre/engine.hpp"
#include "nacre/function.hpp"
#include "nacre/growth.hpp"

namespace NACRE_PUBLIC nacre {

class Caller;
class Store;

// A store named for the length of one call: what functions that create objects take, so that they
// can be given a Store as well as the Caller of a host function.
class StoreContext {
 public:
  // Of a store, which outlives this:
  StoreContext(Store& store);
  StoreContext(const Caller& caller);

  // Internal.
  detail::StoreAnchor* anchor() const { return anchor_; }

 private:
  detail::StoreAnchor* anchor_ = nullptr;
};

// Stops a store's running code from any thread. Copyable; may outlive the store.
class InterruptHandle {
 public:
  // Running code stops with TrapCode::interrupted, at the latest at its next loop iteration or
  // call; needs Config::interruptible. Code started later stops at once, until `clear`.
  void interrupt() const;
  // Takes a request back.
  void clear() const;

  // Internal.
  explicit InterruptHandle(detail::Handle<detail::StoreAnchor> anchor)
      : anchor_(static_cast<detail::Handle<detail::StoreAnchor>&&>(anchor)) {}

 private:
  detail::Handle<detail::StoreAnchor> anchor_;
};

// Unique owner; movable, not copyable. Destroying it inside one of its own host functions is
// allowed: it then ends with the outermost call.
class Store {
 public:
  // `limits` lower the engine's for this store.
  explicit Store(const Engine& engine, const StoreLimits& limits = {});
  Store(Store&& other) noexcept;
  Store& operator=(Store&& other) noexcept;
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  ~Store();

  // The engine it was made for. Not of a store that was moved from.
  Engine engine() const;

  // For stopping code from another thread.
  InterruptHandle interrupt_handle() const;
  // Code running after `ms` milliseconds from now stops with TrapCode::deadline, waits included;
  // loops need Config::interruptible. Replaces an earlier timeout.
  void set_timeout_ms(uint64_t ms);
  // Lets code run as long as it likes again.
  void clear_timeout();

  // With Config::fuel: every loop iteration and call takes some; code stops with
  // TrapCode::out_of_fuel when none is left. A store starts with none. More than
  // 2^63 - 1 counts as that.
  void set_fuel(uint64_t fuel);
  // What is left; 0 when code ran out of it.
  uint64_t fuel() const;

  // Collects the garbage-collected heap now; without effect inside a growth callback.
  void collect_garbage();
  // Bytes of that heap in use, garbage included.
  uint64_t gc_heap_used() const;
  // Collections so far.
  uint64_t gc_collections() const;

  // Asks `callback`, callable as bool(const GrowthRequest&), before a memory or table of this store
  // grows or is made: by an instruction, by the host, by instantiation. True lets it happen; it
  // may then still fail, for lack of memory. False makes memory.grow and table.grow give -1, and
  // what the host asked for an ErrorKind::limit. It is asked after type and limits agree, not
  // for growth by nothing. A C++ exception it throws is a refusal. It runs in the middle of guest
  // code and must leave the store's objects alone; what tries to grow meanwhile is refused. The
  // callback is copied and lives as long as the store; a new one replaces it.
  //
  // A shared memory attached elsewhere grows at the request of whichever store asks, and its
  // callback is the one that is called.
  template <class F>
  void set_growth_callback(F&& callback) {
    set_growth(
        Function<bool(const GrowthRequest&)>(detail::guard<false>(std::forward<F>(callback))));
  }
  // Lets everything within the limits grow again.
  void clear_growth_callback() { set_growth({}); }

  // A pointer of the embedder's, for host functions to find (Caller::user_data).
  // Null at first; the store never looks at what it points to.
  void set_user_data(void* data);
  // The pointer that was set.
  void* user_data() const;

  // Internal.
  detail::StoreAnchor* anchor() const { return anchor_.get(); }

 private:
  void close() noexcept;
  void set_growth(Function<bool(const GrowthRequest&)> callback);
  detail::Handle<detail::StoreAnchor> anchor_;
};

}  // namespace nacre

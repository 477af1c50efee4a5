// SPDX-License-Identifier: Apache-2.0
//
// Caller: what a host function knows about who called it, when it asks for it as its first
// parameter.
//
//   linker.func("env", "log", [&](nacre::Caller caller, uint32_t p, uint32_t n) {
//     if (auto text = caller.memory().string(p, n)) sink(*text);
//   });
#pragma once

#include <optional>

#include "nacre/detail/handle.hpp"
#include "nacre/detail/public.hpp"
#include "nacre/list.hpp"
#include "nacre/result.hpp"
#include "nacre/store.hpp"
#include "nacre/string.hpp"

namespace NACRE_PUBLIC nacre {

class Func;
class Instance;
class Memory;

// Valid during the host function's call only. Copy it within that call as you like.
class Caller {
 public:
  // The first memory of the calling instance; an empty view (whose every access fails) when
  // it has none or the embedder called the function itself. The view is the store's own:
  // copy it to keep it beyond the call.
  const Memory& memory() const;
  // The memory the calling instance exports under this name; empty when there is none. The view may
  // be kept beyond the call.
  Memory memory(StringView export_name) const;
  // The function the calling instance exports under this name; empty when there is none. It may be
  // called from here: Config::max_host_depth bounds the nesting.
  Func func(StringView export_name) const;
  // The calling instance; empty when the embedder called the function itself.
  Instance instance() const;

  // The frames of the guests below this call, innermost first, at most `max`. Frames are values:
  // they may be kept, and given to source_locations.
  List<Frame> backtrace(size_t max = 64) const;
  // What Store::set_user_data was given; null at first.
  void* user_data() const;
  // The fuel the store has left, in the units of Store::set_fuel; 0 when there is none.
  uint64_t fuel() const;
  // Sets the store's fuel, which the code above runs on: a host function can charge for its work.
  void set_fuel(uint64_t fuel) const;
  // Whether the store was interrupted or is past its timeout. Host functions are not stopped by
  // themselves: long ones should ask and return; the guest stops as soon as it runs again.
  bool should_stop() const;

  // Internal.
  Caller(runtime::Store& store, runtime::Instance* instance)
      : store_(&store), instance_(instance) {}
  runtime::Store& store() const { return *store_; }

 private:
  runtime::Store* store_;
  runtime::Instance* instance_;
};

}  // namespace nacre

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
  // The memory, function exported by the calling instance under this name; empty when there is
  // none.
  Memory memory(StringView export_name) const;
  Func func(StringView export_name) const;
  // The calling instance; empty when the embedder called the function itself.
  Instance instance() const;

  // The frames below, innermost first, at most `max`.
  List<Frame> backtrace(size_t max = 64) const;
  // The store's: see Store.
  void* user_data() const;
  uint64_t fuel() const;
  void set_fuel(uint64_t fuel) const;
  // Whether the store was interrupted or is past its timeout: long host functions should return.
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

// SPDX-License-Identifier: Apache-2.0
//
// Global: a global variable.
//
//   nacre::Global counter = instance.global("counter").value();
//   counter.set(counter.get().i32() + 1).value();
#pragma once

#include "nacre/detail/handle.hpp"
#include "nacre/detail/public.hpp"
#include "nacre/result.hpp"
#include "nacre/store.hpp"
#include "nacre/types.hpp"
#include "nacre/value.hpp"

namespace NACRE_PUBLIC nacre {

// A view; see Store for threads and lifetime.
class Global : public detail::View<runtime::Global> {
 public:
  using View::View;

  // A new global, owned by the store. Error: invalid_argument when `init` is of another type or
  // store.
  static Result<Global> create(StoreContext store, const GlobalType& type, const Value& init);

  // What it holds, and whether it may change.
  GlobalType type() const;
  // Its value; i32 zero for an empty view or when the store is gone.
  Value get() const;
  // Sets it. Error: invalid_argument when immutable, or for a value of another type or store.
  Result<void> set(const Value& value) const;
};

}  // namespace nacre

// SPDX-License-Identifier: Apache-2.0
//
// GrowthRequest: what a store's growth callback is asked about.
//
//   uint64_t budget = 64 << 20;
//   store.set_growth_callback([&](const nacre::GrowthRequest& r) {
//     if (r.kind == nacre::GrowthKind::table) return true;
//     if (r.desired - r.current > budget) return false;
//     budget -= r.desired - r.current;
//     return true;
//   });
#pragma once

#include <cstdint>
#include <type_traits>
#include <utility>

#include "nacre/detail/public.hpp"

namespace NACRE_PUBLIC nacre {

// What grows.
enum class GrowthKind : uint8_t { memory, table };

// A memory or table that wants to grow, or to be made. Sizes are bytes of a memory and entries of
// a table.
struct GrowthRequest {
  GrowthKind kind = GrowthKind::memory;  // what it is
  bool creation = false;                 // it is being made, by the host or by instantiation
  uint64_t current = 0;                  // its size; 0 when it is being made
  uint64_t desired = 0;                  // what it wants to be; at most `maximum`
  uint64_t maximum = 0;                  // the most its type and the store's limits allow
};

namespace detail {

// The callback with its C++ exceptions kept from the engine: one thrown is a refusal. `Catch` keeps
// the two ways of compiling this apart in one program.
template <class F, bool Catch>
struct GrowthGuard {
  F f;
  bool operator()(const GrowthRequest& request) {
#if defined(__cpp_exceptions) || defined(_CPPUNWIND)
    if constexpr (Catch) {
      try {
        return static_cast<bool>(f(request));
      } catch (...) {
        return false;
      }
    }
#endif
    return static_cast<bool>(f(request));
  }
};

template <class F>
auto guard_growth(F&& f) {
#if defined(__cpp_exceptions) || defined(_CPPUNWIND)
  constexpr bool catches = true;
#else
  constexpr bool catches = false;
#endif
  return GrowthGuard<std::decay_t<F>, catches>{std::forward<F>(f)};
}

}  // namespace detail
}  // namespace nacre

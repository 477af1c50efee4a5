// SPDX-License-Identifier: Apache-2.0
//
// Callbacks with their C++ exceptions kept from the engine. Nothing here is for embedders to name.
#pragma once

#include <type_traits>
#include <utility>

#include "nacre/detail/public.hpp"

namespace nacre {
namespace NACRE_PUBLIC detail {

// Calls `f`; an exception it throws is the answer `Thrown`. `Catch` keeps the two ways of compiling
// this apart in one program.
template <class F, bool Thrown, bool Catch>
struct Guard {
  F f;
  template <class... A>
  bool operator()(A&&... args) {
#if defined(__cpp_exceptions) || defined(_CPPUNWIND)
    if constexpr (Catch) {
      try {
        return static_cast<bool>(f(std::forward<A>(args)...));
      } catch (...) {
        return Thrown;
      }
    }
#endif
    return static_cast<bool>(f(std::forward<A>(args)...));
  }
};

template <bool Thrown, class F>
auto guard(F&& f) {
#if defined(__cpp_exceptions) || defined(_CPPUNWIND)
  constexpr bool catches = true;
#else
  constexpr bool catches = false;
#endif
  return Guard<std::decay_t<F>, Thrown, catches>{std::forward<F>(f)};
}

}  // namespace detail
}  // namespace nacre

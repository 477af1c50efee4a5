// SPDX-License-Identifier: Apache-2.0
//
// Function: any callable kept for later, as std::function, at a fraction of its weight.
//
//   options.prepare = [&](nacre::Store& store) { store.set_timeout_ms(100); };
#pragma once

#include <cstddef>
#include <type_traits>
#include <utility>

#include "nacre/detail/public.hpp"

namespace NACRE_PUBLIC nacre {

template <class Signature>
class Function;

// A plain value: copying copies the callable. Calling an empty one is a mistake; ask first.
template <class R, class... A>
class Function<R(A...)> {
 public:
  // An empty one.
  Function() = default;
  // An empty one.
  Function(std::nullptr_t) {}
  // Any callable with these parameters and result; it is moved or copied in, on the heap.
  template <class F>
  requires(!std::is_same_v<std::remove_cvref_t<F>, Function> &&
           std::is_invocable_r_v<R, std::decay_t<F>&, A...>) Function(F&& f)
      : object_(new std::decay_t<F>(std::forward<F>(f))), of_(&table<std::decay_t<F>>) {}
  Function(const Function& o) : object_(o ? o.of_->copy(o.object_) : nullptr), of_(o.of_) {}
  Function(Function&& o) noexcept
      : object_(std::exchange(o.object_, nullptr)), of_(std::exchange(o.of_, nullptr)) {}
  Function& operator=(Function o) noexcept {
    std::swap(object_, o.object_);
    std::swap(of_, o.of_);
    return *this;
  }
  ~Function() {
    if (of_) of_->drop(object_);
  }

  // Whether there is something to call.
  explicit operator bool() const { return of_ != nullptr; }
  // Calls it. Precondition: it is not empty.
  R operator()(A... args) const { return of_->call(object_, std::forward<A>(args)...); }

 private:
  struct Table {
    R (*call)(void*, A&&...);
    void* (*copy)(const void*);
    void (*drop)(void*);
  };
  template <class F>
  static constexpr Table table = {
      [](void* f, A&&... args) -> R { return (*static_cast<F*>(f))(std::forward<A>(args)...); },
      [](const void* f) -> void* { return new F(*static_cast<const F*>(f)); },
      [](void* f) { delete static_cast<F*>(f); }};
  void* object_ = nullptr;
  const Table* of_ = nullptr;
};

}  // namespace nacre

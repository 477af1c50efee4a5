// SPDX-License-Identifier: Apache-2.0
//
// Span: consecutive objects somebody else owns, as std::span, at a fraction of its weight.
//
//   auto compiled = nacre::Module::compile(engine, bytes);  // from an array, std::vector ...
//   std::span<uint8_t> all = memory.bytes();                // ... and to std::span
#pragma once

#include <cstddef>
#include <type_traits>

#include "nacre/detail/public.hpp"

namespace NACRE_PUBLIC nacre {

// A plain value; valid as long as the objects are.
template <class T>
class Span {
 public:
  // Types, as std::span's:
  using element_type = T;
  using value_type = std::remove_cv_t<T>;
  using iterator = T*;

  // No objects.
  constexpr Span() = default;
  // `size` objects from `data` on.
  constexpr Span(T* data, size_t size) : data_(data), size_(size) {}
  // All elements of an array.
  template <size_t N>
  constexpr Span(T (&array)[N]) : data_(array), size_(N) {}
  // Anything with data() and size(): containers, std::span, Span<T> for Span<const T>.
  template <class R>
  requires(!std::is_same_v<std::remove_cvref_t<R>, Span> &&
           requires(R && r, size_t& n) {
             static_cast<T(*)[]>(
                 static_cast<std::remove_pointer_t<decltype(r.data())>(*)[]>(nullptr));
             n = r.size();
           } &&
           (std::is_lvalue_reference_v<R> || std::is_const_v<T>)) constexpr Span(R&& r)
      : data_(r.data()), size_(r.size()) {}
  // std::span takes every other Span by itself, a temporary of mutable objects only so.
  template <class S>
  requires(!std::is_const_v<T> && std::is_same_v<typename S::element_type, T> &&
           std::is_constructible_v<S, T*, size_t> && requires { S::extent; }) constexpr
  operator S() && {
    return S(data_, size_);
  }

  // The objects, as std::span's; an index must lie within, and front and back need one object:
  constexpr T* data() const { return data_; }
  constexpr size_t size() const { return size_; }
  constexpr size_t size_bytes() const { return size_ * sizeof(T); }
  constexpr bool empty() const { return size_ == 0; }
  constexpr T* begin() const { return data_; }
  constexpr T* end() const { return data_ + size_; }
  constexpr T& operator[](size_t i) const { return data_[i]; }
  constexpr T& front() const { return data_[0]; }
  constexpr T& back() const { return data_[size_ - 1]; }

  // Parts, as std::span's. Precondition: what is asked for lies within:
  constexpr Span first(size_t count) const { return {data_, count}; }
  constexpr Span last(size_t count) const { return {data_ + (size_ - count), count}; }
  constexpr Span subspan(size_t from) const { return {data_ + from, size_ - from}; }
  constexpr Span subspan(size_t from, size_t count) const { return {data_ + from, count}; }

 private:
  T* data_ = nullptr;
  size_t size_ = 0;
};

}  // namespace nacre

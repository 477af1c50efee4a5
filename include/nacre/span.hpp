// SPDX-License-Identifier: Apache-2.0
//
// Span: consecutive objects somebody else owns, as std::span, at a fraction of its weight.
//
//   auto compiled = nacre::Module::compile(engine, bytes);  // from an array, std::vector ...
//   std::span<uint8_t> all = memory.bytes();                // ... and to std::span
//
// A Span<const uint8_t> is also made of other containers of bytes: a std::string that a file was
// read into, a std::vector<std::byte>.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "nacre/detail/public.hpp"

namespace NACRE_PUBLIC nacre {

namespace detail {

// The types that are bytes, by whatever name.
template <class E>
inline constexpr bool is_byte = std::is_same_v<E, char> || std::is_same_v<E, signed char> ||
                                std::is_same_v<E, unsigned char> || std::is_same_v<E, std::byte>;
// A class with data() and size() that holds bytes, though not as unsigned char.
template <class R>
concept OtherBytes = std::is_class_v<R> && requires(const R& r, size_t& n) {
  n = r.size();
  requires is_byte<std::remove_cvref_t<decltype(*r.data())>>;
  requires !std::is_same_v<std::remove_cvref_t<decltype(*r.data())>, unsigned char>;
};

}  // namespace detail

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
  // Other containers of bytes, for Span<const uint8_t>.
  template <class R>
  requires(std::is_same_v<T, const uint8_t>&& detail::OtherBytes<R>) Span(const R& r)
      : data_(reinterpret_cast<const uint8_t*>(r.data())), size_(r.size()) {}
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

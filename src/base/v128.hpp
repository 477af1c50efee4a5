// SPDX-License-Identifier: Apache-2.0
//
// A 128-bit vector value. Its bytes are always in WebAssembly's memory order, lane 0
// first and each lane little-endian, so loading, storing, hashing and comparing a V128
// is a copy of its bytes on every host. `to_lanes` gives the values of the lanes; on a
// little-endian host it costs nothing.
//
// `map` and `zip` apply a lane function; they are plain loops over a fixed number of
// lanes because that is what compilers turn into vector instructions.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"
#include "base/platform.hpp"
#include "nacre/v128.hpp"

namespace nacre {

// The lanes of a V128 seen as lanes of T: an integer of 1 to 8 bytes, float or double.
template <class T>
using Lanes = std::array<T, 16 / sizeof(T)>;

namespace detail {

template <class T>
constexpr Lanes<T> swap_each(Lanes<T> lanes) {
  for (T& x : lanes) x = byte_swap(x);
  return lanes;
}

}  // namespace detail

template <class T>
NACRE_INLINE constexpr Lanes<T> to_lanes(const V128& v) {
  using Bits = Lanes<UintOf<T>>;
  if constexpr (host_is_little_endian || sizeof(T) == 1) return std::bit_cast<Lanes<T>>(v);
  else return std::bit_cast<Lanes<T>>(detail::swap_each<UintOf<T>>(std::bit_cast<Bits>(v)));
}

template <class T>
NACRE_INLINE constexpr V128 from_lanes(const Lanes<T>& lanes) {
  using Bits = Lanes<UintOf<T>>;
  if constexpr (host_is_little_endian || sizeof(T) == 1) return std::bit_cast<V128>(lanes);
  else return std::bit_cast<V128>(detail::swap_each<UintOf<T>>(std::bit_cast<Bits>(lanes)));
}

template <class T>
NACRE_INLINE constexpr T lane(const V128& v, unsigned i) {
  return to_lanes<T>(v)[i];
}

template <class T>
NACRE_INLINE constexpr V128 with_lane(const V128& v, unsigned i, T x) {
  Lanes<T> lanes = to_lanes<T>(v);
  lanes[i] = x;
  return from_lanes<T>(lanes);
}

template <class T>
NACRE_INLINE constexpr V128 splat(T x) {
  Lanes<T> lanes{};
  for (T& l : lanes) l = x;
  return from_lanes<T>(lanes);
}

// Applies f to lanes of T. The lanes of the result have the type f returns, of the same size.
template <class T, class F>
NACRE_INLINE constexpr V128 map(F f, const V128& a) {
  using R = decltype(f(T{}));
  static_assert(sizeof(R) == sizeof(T));
  const Lanes<T> x = to_lanes<T>(a);
  Lanes<R> r{};
  NACRE_KEEP_LOOP
  for (size_t i = 0; i < r.size(); ++i) r[i] = f(x[i]);
  return from_lanes<R>(r);
}

template <class T, class F>
NACRE_INLINE constexpr V128 zip(F f, const V128& a, const V128& b) {
  using R = decltype(f(T{}, T{}));
  static_assert(sizeof(R) == sizeof(T));
  const Lanes<T> x = to_lanes<T>(a), y = to_lanes<T>(b);
  Lanes<R> r{};
  NACRE_KEEP_LOOP
  for (size_t i = 0; i < r.size(); ++i) r[i] = f(x[i], y[i]);
  return from_lanes<R>(r);
}

template <class T, class F>
NACRE_INLINE constexpr V128 zip(F f, const V128& a, const V128& b, const V128& c) {
  using R = decltype(f(T{}, T{}, T{}));
  static_assert(sizeof(R) == sizeof(T));
  const Lanes<T> x = to_lanes<T>(a), y = to_lanes<T>(b), z = to_lanes<T>(c);
  Lanes<R> r{};
  NACRE_KEEP_LOOP
  for (size_t i = 0; i < r.size(); ++i) r[i] = f(x[i], y[i], z[i]);
  return from_lanes<R>(r);
}

}  // namespace nacre

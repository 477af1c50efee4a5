// SPDX-License-Identifier: Apache-2.0
//
// Byte spans and unaligned little-endian access: WebAssembly's memory and binary
// format are little-endian on every host.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <span>
#include <type_traits>

#include "base/platform.hpp"

namespace nacre {

using Bytes = std::span<const uint8_t>;

// Reverses the bytes of an unsigned integer.
template <class T>
constexpr T byte_swap(T x) {
  static_assert(std::is_unsigned_v<T>);
  T r = 0;
  for (size_t i = 0; i < sizeof(T); ++i)
    r = static_cast<T>((r << (8 * (sizeof(T) > 1))) | ((x >> (8 * i)) & 0xff));
  return r;
}

template <class T>
using UintOf =
    std::conditional_t<sizeof(T) == 1, uint8_t,
                       std::conditional_t<sizeof(T) == 2, uint16_t,
                                          std::conditional_t<sizeof(T) == 4, uint32_t, uint64_t>>>;

// Reads a T (integer or float of up to 8 bytes) stored little-endian at p. No alignment needed.
template <class T>
NACRE_INLINE T load_le(const void* p) {
  UintOf<T> bits;
  std::memcpy(&bits, p, sizeof bits);
  if constexpr (!host_is_little_endian && sizeof(T) > 1) bits = byte_swap(bits);
  return std::bit_cast<T>(bits);
}

// Writes v little-endian at p. No alignment needed.
template <class T>
NACRE_INLINE void store_le(void* p, T v) {
  auto bits = std::bit_cast<UintOf<T>>(v);
  if constexpr (!host_is_little_endian && sizeof(T) > 1) bits = byte_swap(bits);
  std::memcpy(p, &bits, sizeof bits);
}

}  // namespace nacre

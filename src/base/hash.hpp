// SPDX-License-Identifier: Apache-2.0
//
// Keyed hashing for tables filled from untrusted input. The key comes from addresses, which
// differ from run to run, so a file cannot be built to make its entries collide; nothing
// observable depends on it.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"

namespace nacre {

class Hasher {
 public:
  explicit Hasher(uint64_t key) : state_(key), factor_((key * 0x9e3779b97f4a7c15u) | 1) {}

  NACRE_INLINE void add(uint64_t word) {
    state_ = (state_ ^ word) * factor_;
    state_ ^= state_ >> 29;
  }
  void add_bytes(Bytes b) {
    size_t at = 0;
    for (; b.size() - at >= 8; at += 8) add(load_le<uint64_t>(b.data() + at));
    uint64_t tail = b.size();
    for (; at < b.size(); ++at) tail = tail << 8 | b[at];
    add(tail);
  }
  // Mixes what was added; every bit depends on all of it.
  uint64_t value() const {
    uint64_t h = state_ * 0xff51afd7ed558ccdu;
    h ^= h >> 33;
    h *= 0xc4ceb9fe1a85ec53u;
    return h ^ h >> 33;
  }

 private:
  uint64_t state_;
  uint64_t factor_;
};

// A key that differs between runs (address space randomisation) and objects.
inline uint64_t hash_key(const void* object) {
  static const char anchor = 0;
  const uint64_t a = reinterpret_cast<uintptr_t>(object);
  const uint64_t b = reinterpret_cast<uintptr_t>(&anchor);
  return (a ^ (b << 21) ^ (b >> 11)) * 0xd6e8feb86659fd93u + 0x2545f4914f6cdd1du;
}

}  // namespace nacre

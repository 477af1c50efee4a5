// SPDX-License-Identifier: Apache-2.0
//
// The calling guest's memory: little-endian, 32-bit addresses, every access checked. What lies
// outside makes the call answer Errno::fault.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <nacre/wasi.hpp>
#include "base/bytes.hpp"

namespace nacre::wasi {

inline constexpr uint32_t max_iovecs = 1024;

class Guest {
 public:
  Guest(uint8_t* base, uint64_t size) : base_(base), size_(size) {}

  bool holds(uint32_t at, uint64_t n) const { return at <= size_ && n <= size_ - at; }
  // `n` bytes at `at`, or null.
  uint8_t* bytes(uint32_t at, uint64_t n) const { return holds(at, n) ? base_ + at : nullptr; }

  template <class T>
  Errno load(uint32_t at, T* out) const {
    if (!holds(at, sizeof(T))) return Errno::fault;
    *out = load_le<T>(base_ + at);
    return Errno::success;
  }
  template <class T>
  Errno store(uint32_t at, T v) const {
    if (!holds(at, sizeof(T))) return Errno::fault;
    store_le<T>(base_ + at, v);
    return Errno::success;
  }

  // The buffers of `count` iovecs at `at`, into `Slice`s (IoSlice or ConstIoSlice).
  template <class Slice>
  Errno slices(uint32_t at, uint32_t count, std::vector<Slice>* out) const {
    if (count > max_iovecs) return Errno::inval;
    if (!holds(at, uint64_t{count} * 8)) return Errno::fault;
    out->reserve(count);
    uint64_t total = 0;
    for (uint32_t i = 0; i < count; ++i) {
      auto p = load_le<uint32_t>(base_ + at + uint64_t{i} * 8);
      auto n = load_le<uint32_t>(base_ + at + uint64_t{i} * 8 + 4);
      if (!holds(p, n)) return Errno::fault;
      total += n;
      out->push_back({base_ + p, n});
    }
    return total > UINT32_MAX ? Errno::inval : Errno::success;
  }

 private:
  uint8_t* base_;
  uint64_t size_;
};

}  // namespace nacre::wasi

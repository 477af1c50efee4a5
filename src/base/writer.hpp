// SPDX-License-Identifier: Apache-2.0
//
// Writer: a growable byte buffer that writes the binary format's encodings.
//
// Sizes that are not known yet are reserved with `reserve_size`, a LEB128 of five bytes, and
// filled in by `patch_size`; `close_size` instead moves the contents so that the size is
// written in its shortest form.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "base/check.hpp"

namespace nacre {

class Writer {
 public:
  size_t size() const { return out_.size(); }
  bool empty() const { return out_.empty(); }
  Bytes view() const { return out_; }
  const std::vector<uint8_t>& data() const { return out_; }
  std::vector<uint8_t> take() { return std::exchange(out_, {}); }
  void clear() { out_.clear(); }
  // Drops everything from `size` on.
  void truncate(size_t size) { out_.resize(size); }

  void u8(uint8_t byte) { out_.push_back(byte); }
  void bytes(Bytes b) { out_.insert(out_.end(), b.begin(), b.end()); }
  void chars(std::string_view s) {
    const auto* p = reinterpret_cast<const uint8_t*>(s.data());
    out_.insert(out_.end(), p, p + s.size());
  }
  void leb_u32(uint32_t v) { leb_u64(v); }
  void leb_u64(uint64_t v) {
    while (v >= 0x80) {
      out_.push_back(static_cast<uint8_t>(v | 0x80));
      v >>= 7;
    }
    out_.push_back(static_cast<uint8_t>(v));
  }
  void leb_s32(int32_t v) { leb_s64(v); }
  void leb_s64(int64_t v) {
    while (v < -64 || v > 63) {
      out_.push_back(static_cast<uint8_t>(static_cast<uint64_t>(v) | 0x80));
      v >>= 7;
    }
    out_.push_back(static_cast<uint8_t>(v & 0x7f));
  }
  // An integer or float, little-endian.
  template <class T>
  void fixed(T v) {
    uint8_t b[sizeof(T)];
    store_le<T>(b, v);
    bytes(Bytes(b, sizeof b));
  }
  // A length-prefixed string, as names and custom section names are written.
  void name(std::string_view s) {
    leb_u64(s.size());
    chars(s);
  }
  // A length-prefixed byte string.
  void sized(Bytes b) {
    leb_u64(b.size());
    bytes(b);
  }

  // Reserves a five-byte size and returns its position.
  size_t reserve_size() {
    const size_t at = out_.size();
    out_.insert(out_.end(), padded_size, uint8_t{0});
    return at;
  }
  // Writes the number of bytes written since reserve_size, padded to five bytes.
  void patch_size(size_t at) {
    const size_t n = out_.size() - at - padded_size;
    patch_padded_u32(at, static_cast<uint32_t>(n));
  }
  // Writes the number of bytes written since reserve_size in its shortest form.
  void close_size(size_t at) {
    const size_t n = out_.size() - at - padded_size;
    size_t used = 0;
    for (size_t v = n;; v >>= 7) {
      out_[at + used++] = static_cast<uint8_t>(v >= 0x80 ? v | 0x80 : v);
      if (v < 0x80) break;
    }
    if (used == padded_size) return;
    std::memmove(out_.data() + at + used, out_.data() + at + padded_size, n);
    out_.resize(at + used + n);
  }
  // Overwrites five bytes at `at` with a padded LEB128.
  void patch_padded_u32(size_t at, uint32_t v) {
    NACRE_CHECK(at + padded_size <= out_.size());
    for (size_t i = 0; i < padded_size; ++i, v >>= 7)
      out_[at + i] = static_cast<uint8_t>((v & 0x7f) | (i + 1 < padded_size ? 0x80 : 0));
  }
  void patch_u8(size_t at, uint8_t byte) { out_[at] = byte; }

 private:
  static constexpr size_t padded_size = 5;
  std::vector<uint8_t> out_;
};

}  // namespace nacre

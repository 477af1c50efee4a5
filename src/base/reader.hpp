// SPDX-License-Identifier: Apache-2.0
//
// Reader: the one way bytes of untrusted input are read.
//
// Errors are sticky: the first failure is kept (with its offset) and the cursor jumps to the
// end, so loops of the form `while (!r.at_end())` stop by themselves and callers check once.
// Every read after a failure returns zero. Counts go through `count`, which bounds them by the
// bytes left before anything is reserved for them.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

#include "base/bytes.hpp"

namespace nacre {

// What a Reader found wrong; spelled out by binary/errors.cpp.
enum class ReadFault : uint8_t {
  none,
  unexpected_end,   // "unexpected end"
  leb_too_long,     // "integer representation too long"
  leb_too_large,    // "integer too large"
  bad_utf8,         // "malformed UTF-8 encoding"
  count_too_large,  // a count larger than the bytes left can hold
};

class Reader {
 public:
  Reader() = default;
  // Reads `bytes`; offsets are reported relative to `base_offset`.
  explicit Reader(Bytes bytes, uint64_t base_offset = 0)
      : begin_(bytes.data()), pos_(begin_), end_(begin_ + bytes.size()), base_(base_offset) {}

  bool ok() const { return fault_ == ReadFault::none; }
  bool at_end() const { return pos_ == end_; }
  ReadFault fault() const { return fault_; }
  uint64_t fault_offset() const { return fault_offset_; }
  size_t remaining() const { return static_cast<size_t>(end_ - pos_); }
  // Offset of the next byte in the whole input.
  uint64_t offset() const { return base_ + static_cast<uint64_t>(pos_ - begin_); }
  const uint8_t* cursor() const { return pos_; }
  uint8_t peek() const { return pos_ != end_ ? *pos_ : uint8_t{0}; }

  NACRE_INLINE uint8_t u8() {
    if (NACRE_UNLIKELY(pos_ == end_)) return fail_end();
    return *pos_++;
  }
  NACRE_INLINE uint32_t leb_u32() {
    if (NACRE_LIKELY(pos_ != end_ && *pos_ < 0x80)) return *pos_++;
    return static_cast<uint32_t>(leb_unsigned_slow(32));
  }
  NACRE_INLINE uint64_t leb_u64() {
    if (NACRE_LIKELY(pos_ != end_ && *pos_ < 0x80)) return *pos_++;
    return leb_unsigned_slow(64);
  }
  NACRE_INLINE int32_t leb_s32() {
    if (NACRE_LIKELY(pos_ != end_ && *pos_ < 0x80)) return sign_extend7(*pos_++);
    return static_cast<int32_t>(leb_signed_slow(32));
  }
  NACRE_INLINE int64_t leb_s33() {
    if (NACRE_LIKELY(pos_ != end_ && *pos_ < 0x80)) return sign_extend7(*pos_++);
    return leb_signed_slow(33);
  }
  NACRE_INLINE int64_t leb_s64() {
    if (NACRE_LIKELY(pos_ != end_ && *pos_ < 0x80)) return sign_extend7(*pos_++);
    return leb_signed_slow(64);
  }
  // A fixed-width little-endian integer or float.
  template <class T>
  T fixed() {
    if (remaining() < sizeof(T)) return T(fail_end());
    T v = load_le<T>(pos_);
    pos_ += sizeof(T);
    return v;
  }
  Bytes bytes(uint64_t n) {
    if (n > remaining()) {
      fail_end();
      return {};
    }
    Bytes b(pos_, static_cast<size_t>(n));
    pos_ += n;
    return b;
  }
  // A vector's length: each item takes at least `min_item_bytes` (> 0) of what is left.
  uint32_t count(uint32_t min_item_bytes) {
    uint64_t at = offset();
    uint32_t n = leb_u32();
    if (ok() && uint64_t{n} * min_item_bytes > remaining()) {
      fail(ReadFault::count_too_large, at);
      return 0;
    }
    return n;
  }
  // A length-prefixed byte string.
  Bytes sized_bytes();
  // A length-prefixed UTF-8 name.
  std::string_view name();

  // Keeps the first failure and jumps to the end.
  NACRE_COLD void fail(ReadFault f, uint64_t at) {
    if (fault_ == ReadFault::none) {
      fault_ = f;
      fault_offset_ = at;
    }
    pos_ = end_;
  }
  void stop() { pos_ = end_; }

 private:
  static constexpr int32_t sign_extend7(uint8_t b) {
    return static_cast<int32_t>(static_cast<int8_t>(b << 1)) >> 1;
  }
  NACRE_COLD uint8_t fail_end() {
    fail(ReadFault::unexpected_end, base_ + static_cast<uint64_t>(end_ - begin_));
    return 0;
  }
  NACRE_NOINLINE uint64_t leb_unsigned_slow(unsigned bits);
  NACRE_NOINLINE int64_t leb_signed_slow(unsigned bits);

  const uint8_t* begin_ = nullptr;
  const uint8_t* pos_ = nullptr;
  const uint8_t* end_ = nullptr;
  uint64_t base_ = 0;
  uint64_t fault_offset_ = 0;
  ReadFault fault_ = ReadFault::none;
};

}  // namespace nacre

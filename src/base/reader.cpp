// SPDX-License-Identifier: Apache-2.0
//
// The out-of-line half of Reader: LEB128 of more than one byte, and names.
//
// A LEB128 of N bits may take ceil(N/7) bytes. Its last permitted byte must not continue
// (leb_too_long), and the bits of that byte beyond N must be zero, or copies of the sign
// (leb_too_large). Both are reported at the integer's first byte.
#include "base/reader.hpp"

#include "base/utf8.hpp"

namespace nacre {

uint64_t Reader::leb_unsigned_slow(unsigned bits) {
  const uint64_t start = offset();
  uint64_t value = 0;
  for (unsigned shift = 0;; shift += 7) {
    if (pos_ == end_) return fail_end();
    const uint8_t byte = *pos_++;
    value |= uint64_t{byte & 0x7fu} << shift;
    if (shift + 7 >= bits) {
      const unsigned used = bits - shift;
      if (byte & 0x80) return fail(ReadFault::leb_too_long, start), 0;
      if (byte >> used) return fail(ReadFault::leb_too_large, start), 0;
      return value;
    }
    if (!(byte & 0x80)) return value;
  }
}

int64_t Reader::leb_signed_slow(unsigned bits) {
  const uint64_t start = offset();
  uint64_t value = 0;
  for (unsigned shift = 0;; shift += 7) {
    if (pos_ == end_) return fail_end();
    const uint8_t byte = *pos_++;
    value |= uint64_t{byte & 0x7fu} << shift;
    if (shift + 7 >= bits) {
      // Bits used-1 (the sign) to 6 must all be equal.
      const unsigned used = bits - shift;
      if (byte & 0x80) return fail(ReadFault::leb_too_long, start), 0;
      const uint8_t signs = static_cast<uint8_t>(byte >> (used - 1));
      const uint8_t ones = static_cast<uint8_t>(0x7f >> (used - 1));
      if (signs != 0 && signs != ones) return fail(ReadFault::leb_too_large, start), 0;
      const unsigned pad = 64 - bits;
      return static_cast<int64_t>(value << pad) >> pad;
    }
    if (!(byte & 0x80)) {
      const unsigned pad = 64 - (shift + 7);
      return static_cast<int64_t>(value << pad) >> pad;
    }
  }
}

// A length that the bytes from its own first byte on cannot hold is out of bounds; one that fits
// there but not behind itself runs into the end. (The distinction is the reference's.)
Bytes Reader::sized_bytes() {
  const uint64_t at = offset();
  const size_t left = remaining();
  const uint32_t size = leb_u32();
  if (size > left) {
    fail(ReadFault::count_too_large, at);
    return {};
  }
  return bytes(size);
}

std::string_view Reader::name() {
  const Bytes b = sized_bytes();
  const std::string_view s(reinterpret_cast<const char*>(b.data()), b.size());
  const size_t bad = utf8_error(s);
  if (bad != s.size()) {
    fail(ReadFault::bad_utf8, offset() - b.size() + bad);
    return {};
  }
  return s;
}

}  // namespace nacre

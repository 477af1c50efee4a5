// SPDX-License-Identifier: Apache-2.0
#include "base/utf8.hpp"

#include <cstring>

namespace nacre {
namespace {

// Length of the well-formed sequence that starts at p (Unicode standard, table 3-7); 0 if there
// is none within `left` bytes. Only the second byte's range depends on the first.
size_t sequence_length(const uint8_t* p, size_t left) {
  const uint8_t lead = p[0];
  if (lead < 0x80) return 1;
  const size_t n = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || left < n) return 0;
  const uint8_t low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
  const uint8_t high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
  if (p[1] < low || p[1] > high) return 0;
  for (size_t i = 2; i < n; ++i)
    if ((p[i] & 0xc0) != 0x80) return 0;
  return n;
}

}  // namespace

size_t utf8_error(std::string_view s) {
  const auto* p = reinterpret_cast<const uint8_t*>(s.data());
  size_t at = 0;
  while (at < s.size()) {
    uint64_t eight;
    if (s.size() - at >= 8) {
      std::memcpy(&eight, p + at, 8);
      if ((eight & 0x8080808080808080u) == 0) {
        at += 8;
        continue;
      }
    }
    const size_t n = sequence_length(p + at, s.size() - at);
    if (n == 0) return at;
    at += n;
  }
  return at;
}

bool is_utf8(std::string_view s) { return utf8_error(s) == s.size(); }

uint32_t utf8_next(std::string_view s, size_t& pos) {
  const auto byte = [&](size_t i) {
    return static_cast<uint32_t>(static_cast<uint8_t>(s[pos + i]));
  };
  const uint32_t lead = byte(0);
  uint32_t c = lead;
  size_t n = 1;
  if (lead >= 0xf0) {
    c = (lead & 7) << 18 | (byte(1) & 63) << 12 | (byte(2) & 63) << 6 | (byte(3) & 63);
    n = 4;
  } else if (lead >= 0xe0) {
    c = (lead & 15) << 12 | (byte(1) & 63) << 6 | (byte(2) & 63);
    n = 3;
  } else if (lead >= 0xc0) {
    c = (lead & 31) << 6 | (byte(1) & 63);
    n = 2;
  }
  pos += n;
  return c;
}

bool is_deceptive(uint32_t c) {
  return (c >= 0x80 && c < 0xa0) || (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
         (c >= 0x2060 && c <= 0x206f) || c == 0xfeff;
}

void utf8_append(std::string& out, uint32_t c) {
  const auto put = [&](uint32_t b) { out.push_back(static_cast<char>(b)); };
  if (c < 0x80) {
    put(c);
  } else if (c < 0x800) {
    put(0xc0 | c >> 6);
    put(0x80 | (c & 63));
  } else if (c < 0x10000) {
    put(0xe0 | c >> 12);
    put(0x80 | (c >> 6 & 63));
    put(0x80 | (c & 63));
  } else {
    put(0xf0 | c >> 18);
    put(0x80 | (c >> 12 & 63));
    put(0x80 | (c >> 6 & 63));
    put(0x80 | (c & 63));
  }
}

}  // namespace nacre

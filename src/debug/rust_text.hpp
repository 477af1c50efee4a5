// SPDX-License-Identifier: Apache-2.0
//
// Characters as both schemes of Rust's names spell them.
#pragma once

#include <cstdint>

namespace nacre::debug {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); }
constexpr int hex_value(char c) { return is_digit(c) ? c - '0' : c - 'a' + 10; }

constexpr bool is_scalar(uint32_t c) { return c < 0x110000 && (c < 0xd800 || c > 0xdfff); }

}  // namespace nacre::debug

// SPDX-License-Identifier: Apache-2.0
//
// Number literals of the text format, both ways.
//
// Reading is in two steps: classify_number says whether a token has a number's syntax (the
// lexer asks), the parse functions give its value and fail only when it is out of range.
// Floats are rounded once, to nearest, ties to even, whatever their length. Printing gives
// the shortest decimal that reads back to the same bits; NaNs keep sign and payload.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace nacre::text {

enum class NumberClass : uint8_t {
  none,
  nat,      // unsigned integer
  integer,  // integer with a sign
  float_,
};

// The kind of number `token` spells: decimal or hexadecimal, with underscores between digits,
// `inf`, `nan`, `nan:0x...`.
NumberClass classify_number(std::string_view token);

// Value of an integer token without sign; nothing above 2^64 - 1.
std::optional<uint64_t> parse_nat(std::string_view token);
// An integer token as `bits` bits (at most 64) of two's complement: values from -2^(bits-1)
// to 2^bits - 1. The result is masked to `bits`.
std::optional<uint64_t> parse_int(std::string_view token, unsigned bits);
// Any number token as IEEE 754 bits; nothing when it rounds to infinity or its NaN payload does
// not fit.
std::optional<uint32_t> parse_f32(std::string_view token);
std::optional<uint64_t> parse_f64(std::string_view token);

// Appends the literal that reads back to the same bits.
void print_f32(std::string& out, uint32_t bits);
void print_f64(std::string& out, uint64_t bits);

}  // namespace nacre::text

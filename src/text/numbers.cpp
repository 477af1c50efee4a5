// SPDX-License-Identifier: Apache-2.0
#include "text/numbers.hpp"

#include <algorithm>
#include <bit>
#include <cassert>
#include <charconv>
#include <cmath>
#include <limits>
#include <system_error>

namespace nacre::text {
namespace {

int digit_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_digit(char c, bool hex) {
  const int v = digit_value(c);
  return v >= 0 && (hex || v < 10);
}

// Skips digits with single underscores between them; false when there are none or an
// underscore is out of place.
bool skip_digits(std::string_view& s, bool hex) {
  if (s.empty() || !is_digit(s[0], hex)) return false;
  size_t i = 1;
  while (i < s.size()) {
    if (is_digit(s[i], hex)) ++i;
    else if (s[i] == '_' && i + 1 < s.size() && is_digit(s[i + 1], hex)) i += 2;
    else break;
  }
  s.remove_prefix(i);
  return true;
}

bool skip_prefix(std::string_view& s, std::string_view prefix) {
  if (!s.starts_with(prefix)) return false;
  s.remove_prefix(prefix.size());
  return true;
}

bool skip_sign(std::string_view& s) {
  if (s.empty() || (s[0] != '+' && s[0] != '-')) return false;
  s.remove_prefix(1);
  return true;
}

// A literal without its sign.
struct Signed {
  bool negative;
  std::string_view magnitude;
};
Signed split_sign(std::string_view token) {
  const bool negative = !token.empty() && token[0] == '-';
  skip_sign(token);
  return {negative, token};
}

// What differs between the two formats.
struct Format {
  int fraction_bits;  // stored ones
  int min_exponent;   // of the smallest normal number
  int max_exponent;
  int total_bits;
};
constexpr Format format32{23, -126, 127, 32};
constexpr Format format64{52, -1022, 1023, 64};

constexpr uint64_t infinity_bits(const Format& f) {
  return ((uint64_t{1} << (f.total_bits - 1 - f.fraction_bits)) - 1) << f.fraction_bits;
}

// Reads a hexadecimal literal's digits and exponent into significand * 2^exponent. Digits
// past the first sixteen significant ones only matter as "some of them is not zero".
struct HexFloat {
  uint64_t significand = 0;
  bool sticky = false;
  int64_t exponent = 0;
};

constexpr int64_t exponent_cap = int64_t{1} << 40;  // beyond any literal that fits in memory

int64_t read_exponent(std::string_view s) {
  const Signed split = split_sign(s);
  int64_t value = 0;
  for (char c : split.magnitude)
    if (c != '_' && value < exponent_cap) value = value * 10 + digit_value(c);
  return split.negative ? -value : value;
}

HexFloat read_hex(std::string_view s) {  // after "0x"
  HexFloat h;
  bool in_fraction = false;
  size_t i = 0;
  for (; i < s.size() && s[i] != 'p' && s[i] != 'P'; ++i) {
    if (s[i] == '.') {
      in_fraction = true;
      continue;
    }
    if (s[i] == '_') continue;
    const auto digit = static_cast<uint64_t>(digit_value(s[i]));
    if (h.significand >> 60 == 0) {
      h.significand = h.significand << 4 | digit;
      if (in_fraction) h.exponent -= 4;
    } else {
      h.sticky |= digit != 0;
      if (!in_fraction) h.exponent += 4;
    }
  }
  if (i < s.size()) h.exponent += read_exponent(s.substr(i + 1));
  return h;
}

// Rounds significand * 2^exponent to the format: the one rounding of a hexadecimal literal.
// Gives infinity when the result is too large.
uint64_t round_hex(const HexFloat& h, const Format& f) {
  if (h.significand == 0) return 0;
  const int width = std::bit_width(h.significand);
  const int64_t top = h.exponent + width - 1;  // exponent of the leading bit
  if (top > f.max_exponent) return infinity_bits(f);
  const int64_t lowest = std::max<int64_t>(top, f.min_exponent) - f.fraction_bits;
  const int64_t drop = lowest - h.exponent;  // bits below the last one kept
  assert(-drop <= f.fraction_bits);          // a leading bit is not above its place in the field
  uint64_t kept;
  if (drop <= 0) kept = h.significand << -drop;
  else if (drop > 64) kept = 0;
  else {
    const uint64_t half = uint64_t{1} << (drop - 1);
    const uint64_t below = drop == 64 ? h.significand : h.significand & (half * 2 - 1);
    kept = drop == 64 ? 0 : h.significand >> drop;
    if (below > half || (below == half && (h.sticky || (kept & 1) != 0))) ++kept;
  }
  // `kept` counts units of 2^lowest. Adding it to the exponent field carries where rounding
  // reached the next power of two.
  const int64_t biased = std::max<int64_t>(top - f.min_exponent, 0);
  return (static_cast<uint64_t>(biased) << f.fraction_bits) + kept;
}

// Where a decimal literal lies when from_chars says it is out of range.
bool is_large_decimal(std::string_view s) {
  int64_t exponent = 0;
  const size_t e = s.find_first_of("eE");
  if (e != std::string_view::npos) {
    exponent = read_exponent(s.substr(e + 1));
    s = s.substr(0, e);
  }
  const size_t point = std::min(s.find('.'), s.size());
  const size_t first = s.find_first_of("123456789");
  if (first == std::string_view::npos) return false;
  const auto place =
      first < point ? static_cast<int64_t>(point - first) : -static_cast<int64_t>(first - point);
  return exponent + place > 0;
}

// The only use of the library's decimal conversion. `s` has no sign and no underscores.
template <class T>
T decimal_to_float(std::string_view s) {
  T value = 0;
  const auto [end, error] = std::from_chars(s.data(), s.data() + s.size(), value);
  (void)end;
  if (error == std::errc::result_out_of_range)
    value = is_large_decimal(s) ? std::numeric_limits<T>::infinity() : T(0);
  return value;
}

template <class T, class Bits>
Bits decimal_bits(std::string_view magnitude) {
  if (magnitude.find('_') == std::string_view::npos)
    return std::bit_cast<Bits>(decimal_to_float<T>(magnitude));
  std::string plain;
  for (char c : magnitude)
    if (c != '_') plain += c;
  return std::bit_cast<Bits>(decimal_to_float<T>(plain));
}

template <class T, class Bits>
std::optional<Bits> parse_float(std::string_view token, const Format& f) {
  const Signed s = split_sign(token);
  std::string_view m = s.magnitude;
  const uint64_t infinity = infinity_bits(f);
  uint64_t bits;
  if (m == "inf") bits = infinity;
  else if (m == "nan") bits = infinity | uint64_t{1} << (f.fraction_bits - 1);
  else if (m.starts_with("nan:")) {
    const auto payload = parse_nat(m.substr(4));
    if (!payload || *payload == 0 || *payload >> f.fraction_bits != 0) return std::nullopt;
    bits = infinity | *payload;
  } else {
    if (skip_prefix(m, "0x")) bits = round_hex(read_hex(m), f);
    else bits = decimal_bits<T, Bits>(m);
    if (bits >= infinity) return std::nullopt;
  }
  return static_cast<Bits>(bits | uint64_t{s.negative} << (f.total_bits - 1));
}

template <class T>
void print_float(std::string& out, uint64_t bits, const Format& f) {
  const uint64_t sign = uint64_t{1} << (f.total_bits - 1);
  const uint64_t infinity = infinity_bits(f);
  if ((bits & sign) != 0) out += '-';
  const uint64_t magnitude = bits & (sign - 1);
  char buffer[64];
  if (magnitude > infinity) {
    out += "nan";
    const uint64_t payload = magnitude & ~infinity;
    if (payload == uint64_t{1} << (f.fraction_bits - 1)) return;
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, payload, 16).ptr;
    out += ":0x";
    out.append(buffer, end);
  } else if (magnitude == infinity) {
    out += "inf";
  } else {
    T value;
    if constexpr (sizeof(T) == 4) value = std::bit_cast<T>(static_cast<uint32_t>(magnitude));
    else value = std::bit_cast<T>(magnitude);
    const auto end = std::to_chars(buffer, buffer + sizeof buffer, value).ptr;
    out.append(buffer, end);
  }
}

}  // namespace

NumberClass classify_number(std::string_view s) {
  const bool has_sign = skip_sign(s);
  if (s.empty()) return NumberClass::none;
  if (s == "inf" || s == "nan") return NumberClass::float_;
  if (skip_prefix(s, "nan:0x"))
    return skip_digits(s, true) && s.empty() ? NumberClass::float_ : NumberClass::none;
  const bool hex = skip_prefix(s, "0x");
  if (!skip_digits(s, hex)) return NumberClass::none;
  if (s.empty()) return has_sign ? NumberClass::integer : NumberClass::nat;
  if (s[0] == '.') {
    s.remove_prefix(1);
    if (!s.empty() && is_digit(s[0], hex)) skip_digits(s, hex);
  }
  if (s.empty()) return NumberClass::float_;
  const char e = s[0];
  if (hex ? e != 'p' && e != 'P' : e != 'e' && e != 'E') return NumberClass::none;
  s.remove_prefix(1);
  skip_sign(s);
  return skip_digits(s, false) && s.empty() ? NumberClass::float_ : NumberClass::none;
}

std::optional<uint64_t> parse_nat(std::string_view s) {
  const bool hex = skip_prefix(s, "0x");
  const uint64_t base = hex ? 16 : 10;
  uint64_t value = 0;
  for (char c : s) {
    if (c == '_') continue;
    const auto digit = static_cast<uint64_t>(digit_value(c));
    if (value > (~uint64_t{0} - digit) / base) return std::nullopt;
    value = value * base + digit;
  }
  return value;
}

std::optional<uint64_t> parse_int(std::string_view token, unsigned bits) {
  const Signed s = split_sign(token);
  const auto magnitude = parse_nat(s.magnitude);
  const uint64_t mask = ~uint64_t{0} >> (64 - bits);
  const uint64_t limit = s.negative ? uint64_t{1} << (bits - 1) : mask;
  if (!magnitude || *magnitude > limit) return std::nullopt;
  return (s.negative ? ~*magnitude + 1 : *magnitude) & mask;
}

std::optional<uint32_t> parse_f32(std::string_view token) {
  return parse_float<float, uint32_t>(token, format32);
}
std::optional<uint64_t> parse_f64(std::string_view token) {
  return parse_float<double, uint64_t>(token, format64);
}

void print_f32(std::string& out, uint32_t bits) { print_float<float>(out, bits, format32); }
void print_f64(std::string& out, uint64_t bits) { print_float<double>(out, bits, format64); }

}  // namespace nacre::text

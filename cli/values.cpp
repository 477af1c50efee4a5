// SPDX-License-Identifier: Apache-2.0
#include "values.hpp"

#include <optional>
#include <string_view>
#include <vector>

#include "text/numbers.hpp"

namespace nacre::cli {

namespace {

Error expected(ValType type, const std::string& text) {
  return make_error(ErrorKind::invalid_argument,
                    "expected " + to_string(type) + ", found '" + text + "'");
}

// What is a number, but not one of this type.
Error out_of_range(ValType type, const std::string& text) {
  return make_error(ErrorKind::invalid_argument, text + " is out of range for " + to_string(type));
}

bool is_integer(std::string_view text) {
  const text::NumberClass c = text::classify_number(text);
  return c == text::NumberClass::nat || c == text::NumberClass::integer;
}

std::optional<uint64_t> integer(std::string_view text, unsigned bits) {
  return is_integer(text) ? text::parse_int(text, bits) : std::nullopt;
}

bool is_number(std::string_view text) {
  return text::classify_number(text) != text::NumberClass::none;
}

struct Shape {
  std::string_view name;
  unsigned lane_bits;
  bool is_float;
};
constexpr Shape shapes[] = {{"i8x16", 8, false},  {"i16x8", 16, false}, {"i32x4", 32, false},
                            {"i64x2", 64, false}, {"f32x4", 32, true},  {"f64x2", 64, true}};

std::optional<uint64_t> lane_bits(const Shape& s, std::string_view text) {
  if (!s.is_float) return integer(text, s.lane_bits);
  if (!is_number(text)) return std::nullopt;
  if (s.lane_bits == 64) return text::parse_f64(text);
  std::optional<uint32_t> f = text::parse_f32(text);
  return f ? std::optional<uint64_t>(*f) : std::nullopt;
}

// SHAPE:lane,lane,...
std::optional<V128> vector(std::string_view text) {
  size_t colon = text.find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  for (const Shape& s : shapes) {
    if (text.substr(0, colon) != s.name) continue;
    std::string_view rest = text.substr(colon + 1);
    V128 v{};
    unsigned lane_bytes = s.lane_bits / 8, lanes = 128 / s.lane_bits;
    for (unsigned i = 0; i < lanes; i++) {
      size_t comma = rest.find(',');
      if ((comma == std::string_view::npos) != (i + 1 == lanes)) return std::nullopt;
      std::optional<uint64_t> bits = lane_bits(s, rest.substr(0, comma));
      if (!bits) return std::nullopt;
      for (unsigned b = 0; b < lane_bytes; b++)
        v.bytes[i * lane_bytes + b] = static_cast<uint8_t>(*bits >> (8 * b));
      rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
    }
    return v;
  }
  return std::nullopt;
}

RefKind hierarchy(ValType type) {
  switch (type.heap()) {
    case HeapKind::func:
    case HeapKind::nofunc:
      return RefKind::func;
    case HeapKind::extern_:
    case HeapKind::noextern:
      return RefKind::extern_;
    case HeapKind::exn:
    case HeapKind::noexn:
      return RefKind::exn;
    default:
      return RefKind::any;
  }
}

}  // namespace

Result<Value> parse_value(ValType type, const std::string& text) {
  switch (type.kind()) {
    case ValKind::i32:
      if (auto v = integer(text, 32)) return Value(static_cast<uint32_t>(*v));
      if (is_integer(text)) return out_of_range(type, text);
      break;
    case ValKind::i64:
      if (auto v = integer(text, 64)) return Value(*v);
      if (is_integer(text)) return out_of_range(type, text);
      break;
    case ValKind::f32:
      if (!is_number(text)) break;
      if (auto v = text::parse_f32(text)) return Value::f32_bits(*v);
      return out_of_range(type, text);
    case ValKind::f64:
      if (!is_number(text)) break;
      if (auto v = text::parse_f64(text)) return Value::f64_bits(*v);
      return out_of_range(type, text);
    case ValKind::v128:
      if (auto v = vector(text)) return Value(*v);
      return make_error(
          ErrorKind::invalid_argument,
          "expected v128 as SHAPE:LANE,LANE,... (for example i32x4:1,2,3,4), found '" + text + "'");
    case ValKind::ref:
      if (text == "null" && type.nullable()) return Value::null(hierarchy(type));
      break;
    default:
      break;
  }
  return expected(type, text);
}

}  // namespace nacre::cli

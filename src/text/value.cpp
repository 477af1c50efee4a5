// SPDX-License-Identifier: Apache-2.0
#include "text/value.hpp"

#include <cstring>

#include "text/numbers.hpp"

namespace nacre::text {
namespace {

using wasm::Heap;
using Kind = ScriptValue::Kind;

const char* const shape_names[] = {"i8x16", "i16x8", "i32x4", "i64x2", "f32x4", "f64x2"};

const char* const heap_names[] = {"func", "nofunc", "extern", "noextern", "any", "eq",
                                  "i31",  "struct", "array",  "none",     "exn", "noexn"};

bool is_float_shape(LaneShape s) { return s == LaneShape::f32x4 || s == LaneShape::f64x2; }

Error bad_value(std::string_view text, const char* type) {
  return make_error(ErrorKind::invalid_argument,
                    "'" + std::string(text) + "' is not a value of type " + type);
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const size_t begin = text.find_first_not_of(" \t");
    if (begin == std::string_view::npos) break;
    text.remove_prefix(begin);
    const size_t end = std::min(text.find_first_of(" \t"), text.size());
    words.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return words;
}

std::optional<V128> parse_hex_v128(std::string_view text) {
  if (text.size() != 34 || !text.starts_with("0x") || text.find('_') != std::string_view::npos)
    return std::nullopt;
  if (classify_number(text) != NumberClass::nat) return std::nullopt;
  const auto high = parse_nat("0x" + std::string(text.substr(2, 16)));
  const auto low = parse_nat("0x" + std::string(text.substr(18, 16)));
  V128 v;
  store_le<uint64_t>(v.bytes, *low);
  store_le<uint64_t>(v.bytes + 8, *high);
  return v;
}

Result<ScriptValue> parse_v128_value(std::string_view text) {
  if (const auto v = parse_hex_v128(text)) return ScriptValue::of_v128(*v, LaneShape::i32x4);
  const auto words = words_of(text);
  const auto shape = words.empty() ? std::nullopt : lane_shape_from_text(words[0]);
  if (!shape || words.size() != 1 + 128 / lane_bits(*shape)) return bad_value(text, "v128");
  ScriptValue v = ScriptValue::of_v128({}, *shape);
  for (size_t i = 1; i < words.size(); ++i)
    if (set_lane(v, static_cast<unsigned>(i - 1), words[i]) != nullptr)
      return bad_value(text, "v128");
  return v;
}

Result<ScriptValue> parse_ref_value(wasm::ValType type, std::string_view text) {
  ScriptValue v;
  if (text == "null" && type.nullable()) {
    v.kind = Kind::ref_null;
    return v;
  }
  const bool host =
      type.heap() == wasm::HeapType(Heap::extern_) || type.heap() == wasm::HeapType(Heap::any);
  const auto number =
      host && classify_number(text) == NumberClass::nat ? parse_nat(text) : std::nullopt;
  if (!number) return bad_value(text, "reference");
  v.kind = type.heap() == wasm::HeapType(Heap::extern_) ? Kind::ref_extern : Kind::ref_host;
  v.host = *number;
  return v;
}

// Appends the literal of one lane or number.
void print_bits(std::string& out, uint64_t bits, unsigned width, bool is_float, NanPattern nan) {
  if (nan == NanPattern::canonical) out += "nan:canonical";
  else if (nan == NanPattern::arithmetic) out += "nan:arithmetic";
  else if (is_float && width == 32) print_f32(out, static_cast<uint32_t>(bits));
  else if (is_float) print_f64(out, bits);
  else if (width == 64) out += std::to_string(static_cast<int64_t>(bits));
  else out += std::to_string(static_cast<int64_t>(bits << (64 - width)) >> (64 - width));
}

uint64_t lane_of(const ScriptValue& v, unsigned lane, unsigned width) {
  uint64_t bits = 0;
  for (unsigned i = 0; i < width / 8; ++i)
    bits |= uint64_t{v.bits.bytes[lane * (width / 8) + i]} << (8 * i);
  return bits;
}

}  // namespace

ScriptValue ScriptValue::of_u32(Kind k, uint32_t v) {
  ScriptValue s;
  s.kind = k;
  store_le<uint32_t>(s.bits.bytes, v);
  return s;
}
ScriptValue ScriptValue::of_u64(Kind k, uint64_t v) {
  ScriptValue s;
  s.kind = k;
  store_le<uint64_t>(s.bits.bytes, v);
  return s;
}
ScriptValue ScriptValue::of_v128(const V128& v, LaneShape shape) {
  ScriptValue s;
  s.kind = Kind::v128;
  s.shape = shape;
  s.bits = v;
  return s;
}

std::optional<LaneShape> lane_shape_from_text(std::string_view word) {
  for (size_t i = 0; i < std::size(shape_names); ++i)
    if (word == shape_names[i]) return static_cast<LaneShape>(i);
  return std::nullopt;
}
const char* lane_shape_name(LaneShape s) { return shape_names[static_cast<size_t>(s)]; }

std::optional<Heap> heap_from_text(std::string_view word) {
  for (size_t i = 0; i < std::size(heap_names); ++i)
    if (word == heap_names[i]) return static_cast<Heap>(i);
  return std::nullopt;
}
const char* heap_name(Heap h) { return h < Heap::bot ? heap_names[static_cast<size_t>(h)] : "bot"; }

const char* set_lane(ScriptValue& v, unsigned lane, std::string_view token) {
  const NumberClass cls = classify_number(token);
  const bool is_float = is_float_shape(v.shape);
  if (cls == NumberClass::none || (cls == NumberClass::float_ && !is_float))
    return "unexpected token";
  const unsigned width = lane_bits(v.shape);
  std::optional<uint64_t> bits;
  if (!is_float) bits = parse_int(token, width);
  else if (width == 64) bits = parse_f64(token);
  else if (const auto narrow = parse_f32(token)) bits = *narrow;
  if (!bits) return "constant out of range";
  for (unsigned i = 0; i < width / 8; ++i)
    v.bits.bytes[lane * (width / 8) + i] = static_cast<uint8_t>(*bits >> (8 * i));
  return nullptr;
}

Result<ScriptValue> parse_value(wasm::ValType type, std::string_view text) {
  const NumberClass cls = classify_number(text);
  const bool is_integer = cls == NumberClass::nat || cls == NumberClass::integer;
  switch (type.kind()) {
    case wasm::Kind::i32: {
      const auto v = is_integer ? parse_int(text, 32) : std::nullopt;
      if (!v) return bad_value(text, "i32");
      return ScriptValue::of_u32(Kind::i32, static_cast<uint32_t>(*v));
    }
    case wasm::Kind::i64: {
      const auto v = is_integer ? parse_int(text, 64) : std::nullopt;
      if (!v) return bad_value(text, "i64");
      return ScriptValue::of_u64(Kind::i64, *v);
    }
    case wasm::Kind::f32: {
      const auto v = cls != NumberClass::none ? parse_f32(text) : std::nullopt;
      if (!v) return bad_value(text, "f32");
      return ScriptValue::of_u32(Kind::f32, *v);
    }
    case wasm::Kind::f64: {
      const auto v = cls != NumberClass::none ? parse_f64(text) : std::nullopt;
      if (!v) return bad_value(text, "f64");
      return ScriptValue::of_u64(Kind::f64, *v);
    }
    case wasm::Kind::v128:
      return parse_v128_value(text);
    case wasm::Kind::ref:
      return parse_ref_value(type, text);
    default:
      return bad_value(text, "this parameter");
  }
}

std::string print_value(const ScriptValue& v) {
  std::string out;
  switch (v.kind) {
    case Kind::i32:
      out = "i32.const ";
      print_bits(out, v.u32(), 32, false, v.nan[0]);
      break;
    case Kind::i64:
      out = "i64.const ";
      print_bits(out, v.u64(), 64, false, v.nan[0]);
      break;
    case Kind::f32:
      out = "f32.const ";
      print_bits(out, v.u32(), 32, true, v.nan[0]);
      break;
    case Kind::f64:
      out = "f64.const ";
      print_bits(out, v.u64(), 64, true, v.nan[0]);
      break;
    case Kind::v128: {
      out = std::string("v128.const ") + lane_shape_name(v.shape);
      const unsigned width = lane_bits(v.shape);
      const bool is_float = is_float_shape(v.shape);
      for (unsigned i = 0; i < 128 / width; ++i) {
        out += ' ';
        print_bits(out, lane_of(v, i, width), width, is_float,
                   is_float ? v.nan[i] : NanPattern::none);
      }
      break;
    }
    case Kind::ref_null:
      out = "ref.null";
      if (v.type_index) out += ' ' + std::to_string(*v.type_index);
      else if (v.has_heap) out += std::string(" ") + text::heap_name(v.heap);
      break;
    case Kind::ref_extern:
      out = "ref.extern " + std::to_string(v.host);
      break;
    case Kind::ref_host:
      out = "ref.host " + std::to_string(v.host);
      break;
    case Kind::ref_any_of:
      out = v.has_heap ? std::string("ref.") + text::heap_name(v.heap) : "ref";
      break;
    case Kind::either:
      out = "either";
      for (const ScriptValue& a : v.alternatives) out += " (" + print_value(a) + ')';
      break;
  }
  return out;
}

}  // namespace nacre::text

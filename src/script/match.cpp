// SPDX-License-Identifier: Apache-2.0
#include "script/match.hpp"

#include <algorithm>

#include "base/v128.hpp"
#include "nacre/func.hpp"

namespace nacre::script {

using text::NanPattern;
using text::ScriptValue;
using Kind = ScriptValue::Kind;

namespace {

RefKind hierarchy(wasm::Heap heap) {
  switch (heap) {
    case wasm::Heap::func:
    case wasm::Heap::nofunc:
      return RefKind::func;
    case wasm::Heap::extern_:
    case wasm::Heap::noextern:
      return RefKind::extern_;
    case wasm::Heap::exn:
    case wasm::Heap::noexn:
      return RefKind::exn;
    default:
      return RefKind::any;
  }
}

template <class Bits>
bool float_matches(Bits actual, Bits expected, NanPattern pattern) {
  constexpr bool is_single = sizeof(Bits) == 4;
  constexpr Bits sign = Bits{1} << (8 * sizeof(Bits) - 1);
  constexpr Bits quiet =
      is_single ? Bits{0x7fc00000} : static_cast<Bits>(uint64_t{0x7ff8000000000000});
  switch (pattern) {
    case NanPattern::none:
      return actual == expected;
    case NanPattern::canonical:
      return (actual & ~sign) == quiet;
    case NanPattern::arithmetic:
      return (actual & quiet) == quiet;
  }
  return false;
}

template <class Bits>
bool float_lanes_match(const V128& actual, const ScriptValue& pattern) {
  const Lanes<Bits> a = to_lanes<Bits>(actual), e = to_lanes<Bits>(pattern.bits);
  for (size_t i = 0; i < a.size(); ++i)
    if (!float_matches<Bits>(a[i], e[i], pattern.nan[i])) return false;
  return true;
}

bool v128_matches(const V128& actual, const ScriptValue& pattern) {
  switch (pattern.shape) {
    case text::LaneShape::f32x4:
      return float_lanes_match<uint32_t>(actual, pattern);
    case text::LaneShape::f64x2:
      return float_lanes_match<uint64_t>(actual, pattern);
    default:
      return actual == pattern.bits;
  }
}

bool ref_is_of(const Ref& ref, wasm::Heap heap) {
  const RefShape shape = ref.shape();
  if (ref.kind() != hierarchy(heap) || shape == RefShape::null) return false;
  const bool is_object = shape == RefShape::struct_ || shape == RefShape::array;
  switch (heap) {
    case wasm::Heap::func:
    case wasm::Heap::extern_:
    case wasm::Heap::any:
    case wasm::Heap::exn:
      return true;
    case wasm::Heap::eq:
      return is_object || shape == RefShape::i31;
    case wasm::Heap::i31:
      return shape == RefShape::i31;
    case wasm::Heap::struct_:
      return shape == RefShape::struct_;
    case wasm::Heap::array:
      return shape == RefShape::array;
    default:
      return false;
  }
}

bool ref_matches(const ScriptValue& pattern, const Ref& ref) {
  switch (pattern.kind) {
    case Kind::ref_null:
      return ref.is_null() &&
             (!pattern.has_heap || pattern.type_index || ref.kind() == hierarchy(pattern.heap));
    case Kind::ref_extern:
      return ref.kind() == RefKind::extern_ && ref.host_value() == pattern.host;
    case Kind::ref_host:
      return ref.kind() == RefKind::any && ref.host_value() == pattern.host;
    default:
      return pattern.has_heap ? ref_is_of(ref, pattern.heap) : !ref.is_null();
  }
}

std::string hex(uint64_t v, unsigned digits) {
  std::string s(digits, '0');
  for (unsigned i = 0; i < digits; ++i) s[digits - 1 - i] = "0123456789abcdef"[(v >> (4 * i)) & 15];
  return "0x" + s;
}

std::string print_ref(const Ref& ref) {
  static constexpr const char* kinds[] = {"func", "extern", "any", "exn"};
  static constexpr const char* shapes[] = {"null", "func", "i31", "struct", "array", "host", "exn"};
  std::string s = std::string(shapes[static_cast<size_t>(ref.shape())]) + " as " +
                  kinds[static_cast<size_t>(ref.kind())];
  if (const auto host = ref.host_value()) s += " " + std::to_string(*host);
  return "(ref " + s + ")";
}

std::string print(const Value& v) {
  switch (v.kind()) {
    case ValueKind::i32:
      return "(i32 " + std::to_string(v.i32()) + ")";
    case ValueKind::i64:
      return "(i64 " + std::to_string(v.i64()) + ")";
    case ValueKind::f32:
      return "(f32 " + std::to_string(v.f32()) + " " + hex(v.f32_bits(), 8) + ")";
    case ValueKind::f64:
      return "(f64 " + std::to_string(v.f64()) + " " + hex(v.f64_bits(), 16) + ")";
    case ValueKind::v128: {
      std::string s = "(v128 i32x4";
      for (const uint32_t lane : to_lanes<uint32_t>(v.v128())) s += " " + hex(lane, 8);
      return s + ")";
    }
    case ValueKind::ref:
      break;
  }
  return print_ref(v.ref());
}

}  // namespace

Result<Value> to_value(StoreContext store, const ScriptValue& v) {
  switch (v.kind) {
    case Kind::i32:
      return Value(v.u32());
    case Kind::i64:
      return Value(v.u64());
    case Kind::f32:
      return Value::f32_bits(v.u32());
    case Kind::f64:
      return Value::f64_bits(v.u64());
    case Kind::v128:
      return Value(v.bits);
    case Kind::ref_null:
      return Value::null(hierarchy(v.heap));
    case Kind::ref_extern:
    case Kind::ref_host: {
      Result<Ref> r =
          Ref::host(store, v.host, v.kind == Kind::ref_host ? RefKind::any : RefKind::extern_);
      if (!r) return std::move(r.error());
      return Value(std::move(*r));
    }
    default:
      return make_error(ErrorKind::invalid_argument, "a pattern is not a value");
  }
}

bool matches(const ScriptValue& pattern, const Value& value) {
  switch (pattern.kind) {
    case Kind::i32:
      return value.kind() == ValueKind::i32 && value.u32() == pattern.u32();
    case Kind::i64:
      return value.kind() == ValueKind::i64 && value.u64() == pattern.u64();
    case Kind::f32:
      return value.kind() == ValueKind::f32 &&
             float_matches<uint32_t>(value.f32_bits(), pattern.u32(), pattern.nan[0]);
    case Kind::f64:
      return value.kind() == ValueKind::f64 &&
             float_matches<uint64_t>(value.f64_bits(), pattern.u64(), pattern.nan[0]);
    case Kind::v128:
      return value.kind() == ValueKind::v128 && v128_matches(value.v128(), pattern);
    case Kind::either:
      return std::any_of(pattern.alternatives.begin(), pattern.alternatives.end(),
                         [&](const ScriptValue& p) { return matches(p, value); });
    default:
      return value.is_ref() && ref_matches(pattern, value.ref());
  }
}

bool matches_nan(const Value& value, NanPattern pattern) {
  if (value.kind() == ValueKind::f32) return float_matches<uint32_t>(value.f32_bits(), 0, pattern);
  return value.kind() == ValueKind::f64 && float_matches<uint64_t>(value.f64_bits(), 0, pattern);
}

std::string print_values(std::span<const Value> values) {
  std::string s;
  for (const Value& v : values) s += (s.empty() ? "" : " ") + print(v);
  return s.empty() ? "nothing" : s;
}

std::string print_values(std::span<const ScriptValue> values) {
  std::string s;
  for (const ScriptValue& v : values) s += (s.empty() ? "(" : " (") + text::print_value(v) + ")";
  return s.empty() ? "nothing" : s;
}

}  // namespace nacre::script

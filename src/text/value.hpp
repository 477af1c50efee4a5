// SPDX-License-Identifier: Apache-2.0
//
// Values as scripts and command lines write them: constants, and the patterns that results of
// assertions are compared with.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/v128.hpp"
#include "nacre/result.hpp"
#include "wasm/types.hpp"

namespace nacre::text {

// What a float, or a lane of floats, must be.
enum class NanPattern : uint8_t {
  none,        // exactly the bits given
  canonical,   // a NaN whose payload is the quiet bit alone, of either sign
  arithmetic,  // a NaN with the quiet bit set
};

enum class LaneShape : uint8_t { i8x16, i16x8, i32x4, i64x2, f32x4, f64x2 };
constexpr unsigned lane_bits(LaneShape s) {
  constexpr unsigned bits[] = {8, 16, 32, 64, 32, 64};
  return bits[static_cast<unsigned>(s)];
}

struct ScriptValue {
  enum class Kind : uint8_t {
    i32,
    i64,
    f32,
    f64,
    v128,
    ref_null,    // (ref.null): any null; (ref.null ht): see `heap`
    ref_extern,  // (ref.extern n): the host value n as externref
    ref_host,    // (ref.host n): the host value n as anyref
    ref_any_of,  // (ref), (ref.any), (ref.func) ...: any non-null reference of `heap`
    either,      // one of `alternatives`
  };
  Kind kind = Kind::i32;
  LaneShape shape = LaneShape::i32x4;  // v128: how it was written, and so how it is compared
  NanPattern nan[4] = {};              // f32, f64: [0]; v128 of floats: by lane
  V128 bits{};                         // numbers little-endian in the first bytes
  bool has_heap = false;               // false for (ref.null) and (ref)
  std::optional<uint32_t> type_index;  // (ref.null 3): a concrete type; `heap` says nothing
  wasm::Heap heap = wasm::Heap::any;
  uint64_t host = 0;  // ref_extern, ref_host. (ref.extern) alone is ref_any_of
  std::vector<ScriptValue> alternatives;

  uint32_t u32() const { return load_le<uint32_t>(bits.bytes); }
  uint64_t u64() const { return load_le<uint64_t>(bits.bytes); }
  static ScriptValue of_u32(Kind k, uint32_t v);
  static ScriptValue of_u64(Kind k, uint64_t v);
  static ScriptValue of_v128(const V128& v, LaneShape s);
};

// A value of type `type` from a command line: any number literal of the text format (integers in
// the range of either signedness), for v128 "i32x4 1 2 3 4" or 0x and 32 hexadecimal digits, for
// references "null", and for externref a number standing for a host value.
Result<ScriptValue> parse_value(wasm::ValType type, std::string_view text);

// As a script would write it: "i32.const 5", "v128.const i32x4 1 2 3 4", "ref.null".
std::string print_value(const ScriptValue& value);

// The lane shape of this name, if it is one.
std::optional<LaneShape> lane_shape_from_text(std::string_view word);
const char* lane_shape_name(LaneShape s);

// The abstract heap type of this name ("func", "extern", "any" ...).
std::optional<wasm::Heap> heap_from_text(std::string_view word);
const char* heap_name(wasm::Heap h);

// Puts the literal `token` into lane `lane`; a message when it does not fit.
const char* set_lane(ScriptValue& v, unsigned lane, std::string_view token);

}  // namespace nacre::text

// SPDX-License-Identifier: Apache-2.0
//
// The words for types, with their bytes in the binary format and the features they belong to.
#pragma once

#include <cstdint>
#include <string_view>

#include "wasm/features.hpp"

namespace nacre::text {

using wasm::Feature;

struct TypeWord {
  std::string_view word;
  uint8_t code;
  Feature feature;
};

inline constexpr TypeWord value_words[] = {
    {"i32", 0x7f, Feature::mvp}, {"i64", 0x7e, Feature::mvp},   {"f32", 0x7d, Feature::mvp},
    {"f64", 0x7c, Feature::mvp}, {"v128", 0x7b, Feature::simd},
};
inline constexpr TypeWord packed_words[] = {{"i8", 0x78, Feature::gc}, {"i16", 0x77, Feature::gc}};
inline constexpr TypeWord ref_words[] = {
    {"funcref", 0x70, Feature::mvp},       {"externref", 0x6f, Feature::ref_types},
    {"anyref", 0x6e, Feature::gc},         {"eqref", 0x6d, Feature::gc},
    {"i31ref", 0x6c, Feature::gc},         {"structref", 0x6b, Feature::gc},
    {"arrayref", 0x6a, Feature::gc},       {"nullref", 0x71, Feature::gc},
    {"nullexternref", 0x72, Feature::gc},  {"nullfuncref", 0x73, Feature::gc},
    {"exnref", 0x69, Feature::exceptions}, {"nullexnref", 0x74, Feature::exceptions},
};
inline constexpr TypeWord heap_words[] = {
    {"func", 0x70, Feature::ref_types}, {"extern", 0x6f, Feature::ref_types},
    {"any", 0x6e, Feature::gc},         {"eq", 0x6d, Feature::gc},
    {"i31", 0x6c, Feature::gc},         {"struct", 0x6b, Feature::gc},
    {"array", 0x6a, Feature::gc},       {"none", 0x71, Feature::gc},
    {"noextern", 0x72, Feature::gc},    {"nofunc", 0x73, Feature::gc},
    {"exn", 0x69, Feature::exceptions}, {"noexn", 0x74, Feature::exceptions},
};

}  // namespace nacre::text

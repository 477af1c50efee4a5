// SPDX-License-Identifier: Apache-2.0
//
// Features: which parts of the language an engine accepts.
//
//   nacre::Config config{.features = nacre::Features::wasm3().with(nacre::Feature::threads)};
//
// All are on by default. The decoder, the validator and the text parser ask `Features::has`
// before they accept a construct, so a module can be checked by one level's rules exactly.
#pragma once

#include <cstdint>

#include "nacre/detail/public.hpp"
#include "nacre/string.hpp"

namespace NACRE_PUBLIC nacre {

// A part of the language that can be switched off. Each is named by the version of the
// specification that brought it.
enum class Feature : uint8_t {
  mvp,                // WebAssembly 1.0
  mutable_globals,    // 2.0 (imported and exported mutable globals; part of 1.0 as published)
  sign_ext,           // 2.0
  sat_float,          // 2.0 non-trapping float-to-int conversions
  multi_value,        // 2.0
  bulk,               // 2.0 bulk memory and table operations
  ref_types,          // 2.0 reference types, several tables
  simd,               // 2.0
  relaxed_simd,       // 3.0
  tail_call,          // 3.0
  extended_const,     // 3.0
  fref,               // 3.0 typed function references
  gc,                 // 3.0
  exceptions,         // 3.0
  memory64,           // 3.0 64-bit memories and tables
  multi_memory,       // 3.0
  threads,            // proposal: shared memories and atomics
  legacy_exceptions,  // withdrawn proposal, still what most toolchains emit
  wide_arith,         // proposal
  custom_page_sizes,  // proposal
  count               // not a feature: how many there are
};

// A set of features. A plain value; cheap to copy.
struct Features {
  uint32_t bits = 0;  // an or of bit() of each

  // The bit that stands for `f`.
  static constexpr uint32_t bit(Feature f) { return uint32_t{1} << static_cast<unsigned>(f); }
  // Whether `f` is in the set.
  constexpr bool has(Feature f) const { return (bits & bit(f)) != 0; }
  // The set with `f` added. What `f` builds on is not added by itself.
  constexpr Features with(Feature f) const { return {bits | bit(f)}; }
  // The set without `f`.
  constexpr Features without(Feature f) const { return {bits & ~bit(f)}; }

  // WebAssembly 1.0, with mutable globals.
  static constexpr Features wasm1() {
    return Features{}.with(Feature::mvp).with(Feature::mutable_globals);
  }
  // WebAssembly 2.0.
  static constexpr Features wasm2() {
    return wasm1()
        .with(Feature::sign_ext)
        .with(Feature::sat_float)
        .with(Feature::multi_value)
        .with(Feature::bulk)
        .with(Feature::ref_types)
        .with(Feature::simd);
  }
  // WebAssembly 3.0.
  static constexpr Features wasm3() {
    return wasm2()
        .with(Feature::relaxed_simd)
        .with(Feature::tail_call)
        .with(Feature::extended_const)
        .with(Feature::fref)
        .with(Feature::gc)
        .with(Feature::exceptions)
        .with(Feature::memory64)
        .with(Feature::multi_memory);
  }
  // Everything this library knows: 3.0 and the proposals.
  static constexpr Features all() {
    return wasm3()
        .with(Feature::threads)
        .with(Feature::legacy_exceptions)
        .with(Feature::wide_arith)
        .with(Feature::custom_page_sizes);
  }

  // The feature's name as users write it: "simd", "memory64" ... Valid for ever.
  static const char* name(Feature f);
  // Sets `out` to the feature with this name; false, and `out` as it was, when there is none.
  // "all", "wasm1", "wasm2" and "wasm3" are not features.
  static bool parse(StringView name, Feature& out);

  friend constexpr bool operator==(Features, Features) = default;
};

}  // namespace nacre

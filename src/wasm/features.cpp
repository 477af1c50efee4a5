// SPDX-License-Identifier: Apache-2.0
#include "wasm/features.hpp"

namespace nacre::wasm {

const char* feature_name(Feature f) {
  switch (f) {
    case Feature::mvp:
      return "mvp";
    case Feature::mutable_globals:
      return "mutable-globals";
    case Feature::sign_ext:
      return "sign-extension";
    case Feature::sat_float:
      return "saturating-float-to-int";
    case Feature::multi_value:
      return "multi-value";
    case Feature::bulk:
      return "bulk-memory";
    case Feature::ref_types:
      return "reference-types";
    case Feature::simd:
      return "simd";
    case Feature::relaxed_simd:
      return "relaxed-simd";
    case Feature::tail_call:
      return "tail-call";
    case Feature::extended_const:
      return "extended-const";
    case Feature::fref:
      return "function-references";
    case Feature::gc:
      return "gc";
    case Feature::exceptions:
      return "exceptions";
    case Feature::memory64:
      return "memory64";
    case Feature::multi_memory:
      return "multi-memory";
    case Feature::threads:
      return "threads";
    case Feature::legacy_exceptions:
      return "legacy-exceptions";
    case Feature::wide_arith:
      return "wide-arithmetic";
    case Feature::custom_page_sizes:
      return "custom-page-sizes";
    case Feature::count:
      break;
  }
  return "unknown";
}

}  // namespace nacre::wasm

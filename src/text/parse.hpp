// SPDX-License-Identifier: Apache-2.0
//
// From the text format to the binary format.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "nacre/result.hpp"
#include "text/text_error.hpp"
#include "wasm/features.hpp"

namespace nacre::text {

// Larger sources are refused, as larger modules are.
inline constexpr size_t max_source_bytes = size_t{1} << 30;

struct ParseOptions {
  wasm::Features features = wasm::Features::all();
  bool emit_names = true;     // a name section from identifiers; (@name) is always kept
  std::string_view filename;  // for messages
  size_t first_line = 1;      // line number of the source's first line
};

// The binary of one module in text form: `(module ...)` or bare fields. Grammar and names are
// checked, nothing else: the result may well be invalid. On an error `*detail`, when given, says
// where.
Result<std::vector<uint8_t>> wat_to_wasm(std::string_view source, const ParseOptions& options = {},
                                         TextError* detail = nullptr);

}  // namespace nacre::text

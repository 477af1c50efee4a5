// SPDX-License-Identifier: Apache-2.0
//
// The words for everything that can be wrong with a binary. Each message begins with the wording
// of the official test suite of the level that is on, followed by what was found.
#pragma once

#include <cstdint>
#include <string>

#include <nacre/result.hpp>

#include "binary/input.hpp"

namespace nacre::binary {

Error read_error(ReadFault fault, uint64_t offset, wasm::Features features);
Error fault_error(Fault fault, uint64_t offset, uint64_t detail, wasm::Features features);

// "v128.load needs the feature 'simd', which is switched off".
std::string switched_off(const std::string& what, wasm::Feature f);

// The error for an instruction sequence that reaches the end of its body, at `end` in the
// module's bytes, without its final `end`. The suite words it by the byte that follows.
Error missing_end_error(const wasm::Module& module, uint64_t end);

}  // namespace nacre::binary

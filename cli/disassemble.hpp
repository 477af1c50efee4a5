// SPDX-License-Identifier: Apache-2.0
//
// Listing machine code as text: by the system's objdump or llvm-objdump where there is one, as
// hexadecimal bytes otherwise.
#pragma once

#include <cstdint>
#include <cstdio>
#include <functional>
#include <vector>

#include "baseline/listing.hpp"

namespace nacre::cli {

struct Listing {
  const codegen::CodeImage& image;
  const wasm::Module& module;
  std::function<std::string(uint32_t)> name;  // of a function, by index
};

// Writes the functions, one after another. True when instructions could be shown.
bool write_listing(std::FILE* out, const Listing& listing,
                   const std::vector<baseline::ListedFunction>& functions);

}  // namespace nacre::cli

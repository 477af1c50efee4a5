// SPDX-License-Identifier: Apache-2.0
//
// encode: Module -> bytes, from the module's fields.
//
// Index spaces, type indices, bodies, constant expressions and custom sections come out as they
// are; encodings are the shortest and empty sections are dropped. What decodes to an equal
// module need not be equal byte for byte.
#pragma once

#include <cstdint>
#include <vector>

#include "wasm/module.hpp"

namespace nacre::binary {

std::vector<uint8_t> encode(const wasm::Module& module);

}  // namespace nacre::binary

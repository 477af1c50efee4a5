// SPDX-License-Identifier: Apache-2.0
//
// decode: bytes -> Module.
//
// Everything but function bodies is read and checked for its form; bodies and constant
// expressions stay spans of the input. What needs other parts of the module (index ranges,
// types of expressions, limits of memories) is the validator's.
//
// Errors: `malformed` for what the binary format forbids, `invalid` for unknown type indices,
// duplicate export names and what a switched-off feature makes invalid, `limit`, and
// `unsupported` for components. `Error::offset` is the place in `bytes`.
#pragma once

#include <memory>

#include <nacre/result.hpp>

#include "wasm/limits.hpp"
#include "wasm/module.hpp"

namespace nacre::binary {

struct DecodeOptions {
  wasm::Features features = wasm::Features::all();
  wasm::Limits limits;
};

// Custom sections beyond this many are refused.
inline constexpr uint32_t max_custom_sections = 100'000;

// `owner` keeps `bytes` alive and is kept by the module; null when the caller sees to it.
Result<wasm::Module> decode(Bytes bytes, std::shared_ptr<const void> owner,
                            const DecodeOptions& options = {});

// What a module does not keep the places of.
enum class Item : uint8_t { none, type, func, table, memory, tag, export_, start };

// The byte at which the `index`-th such item begins, in a module that was decoded with these
// limits; imports count. Reads the module again, so it is for the sake of an error. no_offset when
// there is none.
uint64_t offset_of(const wasm::Module& module, const wasm::Limits& limits, Item item,
                   uint32_t index);

}  // namespace nacre::binary

// SPDX-License-Identifier: Apache-2.0
//
// The machine code of a module for people and tools to look at: function by function, with what
// the side tables know about it. Nothing here is needed to run code.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "codegen/image.hpp"
#include "wasm/module.hpp"

namespace nacre::baseline {

// Bytes among instructions that are none.
struct DataRange {
  uint32_t begin = 0, end = 0;
  bool table = false;  // of 32-bit distances from `begin` that a br_table jumps by
};

// Offsets are in the function unless they say otherwise.
struct ListedFunction {
  uint32_t index = 0;   // of the function, imports counted
  uint32_t offset = 0;  // in the image
  Bytes code;           // with constants at the end, without padding
  uint32_t direct = 0;  // where calls from its own instance enter
  codegen::FrameInfo frame;
  std::vector<codegen::Site> sites;  // in order
  std::vector<DataRange> data;       // in order
};

ListedFunction list_function(const codegen::CodeImage& image, uint32_t defined);

// The instruction at a byte offset of the module as text, with its index immediates: "call 3",
// "i32.load offset=8". Empty when there is none.
std::string instruction_at(const wasm::Module& module, uint32_t offset);

// An ELF object of the whole image with a symbol for each function given, and for the data in it,
// for disassemblers to keep the two apart. Addresses are offsets in the image.
std::vector<uint8_t> elf_object(const codegen::CodeImage& image,
                                const std::vector<ListedFunction>& functions);

}  // namespace nacre::baseline

// SPDX-License-Identifier: Apache-2.0
//
// What the assemblers of all instruction sets have in common: where the bytes go, which features
// may be used, and how an address is written down. asm/x64/assembler.hpp (and its twins for other
// instruction sets) derive from Assembler and add the instructions.
#pragma once

#include <cstdint>

#include "codegen/code_buffer.hpp"
#include "os/cpu.hpp"

namespace nacre::codegen {

inline constexpr uint8_t no_reg = 0xff;

// base + (index << scale) + disp, or a label. Registers by number. What an instruction set cannot
// encode must not be built: x86-64 takes everything but stack pointer as index.
struct Address {
  uint8_t base = no_reg;
  uint8_t index = no_reg;
  uint8_t scale = 0;
  int32_t disp = 0;
  Label label{};

  constexpr bool uses(uint8_t reg) const { return base == reg || index == reg; }
};

class Assembler {
 public:
  Assembler(CodeBuffer& code, os::CpuFeatures features) : code_(&code), features_(features) {}

  CodeBuffer& code() { return *code_; }
  os::CpuFeatures features() const { return features_; }
  bool has(uint32_t feature) const { return features_.has(feature); }

  Label label() { return code_->label(); }
  void bind(Label label) { code_->bind(label); }

 protected:
  CodeBuffer* code_;
  os::CpuFeatures features_;
};

}  // namespace nacre::codegen

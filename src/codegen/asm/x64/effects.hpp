// SPDX-License-Identifier: Apache-2.0
//
// What an instruction changes: the registers it writes, the memory it stores to, whether control
// goes on behind it. Read off its bytes, so that compilers can be held to what they believe about
// their own code (baseline/audit.hpp). Knows the instructions that the assembler writes and the
// compiler needs, no others.
#pragma once

#include <cstdint>
#include <span>

namespace nacre::codegen::x64 {

struct Effects {
  uint32_t size = 0;            // bytes; 0: not known
  uint16_t gprs = 0, xmms = 0;  // written, a bit for each
  bool calls = false;           // all registers of the convention are lost
  bool leaves = false;          // an unconditional jump or return
  uint8_t stored_bytes = 0;     // to base + disp, when there is no index
  uint8_t base = 0xff;
  int32_t disp = 0;
};

Effects effects_of(std::span<const uint8_t> code);

}  // namespace nacre::codegen::x64

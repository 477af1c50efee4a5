// SPDX-License-Identifier: Apache-2.0
//
// The calling convention of compiled functions, for every instruction set: which register or stack
// slot each parameter and result travels in. The registers themselves are in x64/abi.hpp and its
// twins.
//
// - General and vector registers are counted separately; values that find none go to the stack, 8
//   bytes each (v128: 16, without alignment), in order, from the lowest address. Results follow
//   the same rule with the same registers.
// - An i32 in a register is zero-extended. In a stack slot the bytes above a value are unspecified.
// - The caller makes room for the results first (higher addresses), then for the parameters. The
//   callee removes the parameters as it returns, so that a tail call may replace them by any number
//   of others; the caller removes the results.
// - Only the frame pointer survives a call. The vm context register holds the callee's vm context
//   during a direct call; a call through a Func enters at the entry that loads it from the Func,
//   and the caller reloads its own from its frame afterwards.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "codegen/rows/row.hpp"
#include "os/cpu.hpp"
#include "wasm/types.hpp"

namespace nacre::codegen {

struct ValuePlace {
  ValueClass cls = ValueClass::none;
  uint8_t reg = no_reg;  // of the file that the class lives in; no_reg: on the stack
  uint32_t stack = 0;    // byte offset in the stack area, if on the stack
  uint32_t slot = 0;     // first slot in a host call's slot array
};

struct CallLayout {
  std::vector<ValuePlace> params, results;
  uint32_t param_bytes = 0, result_bytes = 0;  // of the stack areas
  uint32_t param_slots = 0, result_slots = 0;  // of the slot array
};

// References travel as i64.
ValueClass class_of(wasm::ValType type);

CallLayout assign(std::span<const wasm::ValType> params, std::span<const wasm::ValType> results,
                  os::CpuArch arch = os::cpu_arch());

// The classes as text, "il>d": functions whose shapes are equal share their stubs.
void append_shape(std::vector<char>& out, std::span<const wasm::ValType> types);

}  // namespace nacre::codegen

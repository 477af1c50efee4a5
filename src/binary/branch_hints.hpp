// SPDX-License-Identifier: Apache-2.0
//
// The custom section "metadata.code.branch_hint": which way a conditional branch usually goes.
#pragma once

#include <cstdint>
#include <vector>

#include <nacre/result.hpp>

#include "wasm/module.hpp"

namespace nacre::binary {

inline constexpr const char* branch_hint_section = "metadata.code.branch_hint";

struct BranchHint {
  uint32_t func;    // in the module's function index space
  uint32_t offset;  // of the instruction, from the first byte of the body
  bool likely;      // taken, or the then-arm entered
};

// The hints in order of function and offset; what cannot be read is left out.
std::vector<BranchHint> read_branch_hints(const wasm::Module& module);

// Whether the section, if there is one, is well-formed (`malformed` if not) and every hint belongs
// to an `if` or `br_if` of a defined function (`invalid` if not).
Result<void> check_branch_hints(const wasm::Module& module);

}  // namespace nacre::binary

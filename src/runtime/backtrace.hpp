// SPDX-License-Identifier: Apache-2.0
//
// From what an engine left in TrapInfo to the Error the embedder sees.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "nacre/result.hpp"
#include "runtime/engine.hpp"
#include "runtime/store.hpp"

namespace nacre::runtime {

// The specification's wording for the trap, followed by its operands where it has some:
// "out of bounds memory access: 4 bytes at 0x10000, memory size 65536".
std::string trap_text(const TrapInfo& info);

// Frames with names from the modules' name sections; every section is read once.
std::vector<Frame> resolve_frames(std::span<const RawFrame> frames);

}  // namespace nacre::runtime

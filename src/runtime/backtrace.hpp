// SPDX-License-Identifier: Apache-2.0
//
// From what an engine left in TrapInfo to the Error the embedder sees.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/frame_origin.hpp"
#include "nacre/result.hpp"
#include "runtime/engine.hpp"
#include "runtime/store.hpp"

namespace nacre::runtime {

// What the frames of one instance in one backtrace share.
struct Origin final : detail::FrameOriginData {
  explicit Origin(const Instance& i);
  std::shared_ptr<const CompiledModule> module;
  const Instance* instance;  // for telling instances apart: it may be gone
};
// Of a frame; null for host functions and frames somebody made up.
inline const Origin* origin_of(const Frame& frame) {
  return static_cast<const Origin*>(frame.origin.get());
}

// The specification's wording for the trap, followed by its operands where it has some:
// "out of bounds memory access: 4 bytes at 0x10000, memory size 65536".
std::string trap_text(const TrapInfo& info);

// A number no other exception of this process has: Error::exception_id.
uint64_t new_exception_id();

// Frames with names from the modules' name sections, every section read once, and what lets
// debug information be asked for later.
std::vector<Frame> resolve_frames(std::span<const RawFrame> frames);

}  // namespace nacre::runtime

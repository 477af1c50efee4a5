// SPDX-License-Identifier: Apache-2.0
//
// What a frame's FrameOrigin counts references of. The runtime layer puts the rest into a type
// derived from it.
#pragma once

#include <atomic>
#include <cstdint>

#include "nacre/result.hpp"

namespace nacre::detail {

struct FrameOriginData {
  explicit FrameOriginData(void (*destroy)(FrameOriginData*)) : destroy_this(destroy) {}
  std::atomic<uint32_t> refs{1};
  void (*const destroy_this)(FrameOriginData*);
};

}  // namespace nacre::detail

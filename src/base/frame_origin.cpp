// SPDX-License-Identifier: Apache-2.0
#include "base/frame_origin.hpp"

namespace nacre::detail {

void retain(FrameOriginData* d) noexcept { d->refs.fetch_add(1, std::memory_order_relaxed); }

void release(FrameOriginData* d) noexcept {
  if (d->refs.fetch_sub(1, std::memory_order_acq_rel) == 1) d->destroy_this(d);
}

}  // namespace nacre::detail

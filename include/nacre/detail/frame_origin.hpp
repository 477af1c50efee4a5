// SPDX-License-Identifier: Apache-2.0
//
// FrameOrigin: which module a frame is of, kept alive so that its debug information can still be
// read when somebody asks for it. Nothing here is for embedders to name.
#pragma once

#include "nacre/detail/public.hpp"

namespace nacre {
namespace NACRE_PUBLIC detail {

struct FrameOriginData;
void retain(FrameOriginData*) noexcept;
void release(FrameOriginData*) noexcept;

class FrameOrigin {
 public:
  FrameOrigin() = default;
  // Takes over one reference.
  explicit FrameOrigin(FrameOriginData* data) : data_(data) {}
  FrameOrigin(const FrameOrigin& o) : data_(o.data_) {
    if (data_) retain(data_);
  }
  FrameOrigin(FrameOrigin&& o) noexcept : data_(o.data_) { o.data_ = nullptr; }
  FrameOrigin& operator=(FrameOrigin o) noexcept {
    FrameOriginData* const old = data_;
    data_ = o.data_;
    o.data_ = old;
    return *this;
  }
  ~FrameOrigin() {
    if (data_) release(data_);
  }
  FrameOriginData* get() const { return data_; }

 private:
  FrameOriginData* data_ = nullptr;
};

}  // namespace detail
}  // namespace nacre

// SPDX-License-Identifier: Apache-2.0
//
// Memory for machine code, never writable and executable at once: allocate, write, seal.
#pragma once

#include <cstddef>
#include <cstdint>

namespace nacre::os {

// Unique owner of a run of pages. Writable from allocate() to seal(), then readable and
// executable until destruction. Not thread-safe; sealed memory may be executed by any thread.
class CodeMemory {
 public:
  CodeMemory() = default;
  ~CodeMemory() { release(); }
  CodeMemory(CodeMemory&& other) noexcept { swap(other); }
  CodeMemory& operator=(CodeMemory&& other) noexcept {
    swap(other);
    return *this;
  }

  // At least `bytes` of zeroed, writable memory; false when the host refuses.
  bool allocate(size_t bytes);
  // Makes it executable; false when the host refuses executable memory (it stays writable).
  bool seal();
  void release();

  uint8_t* data() const { return data_; }
  size_t size() const { return size_; }  // whole pages

 private:
  void swap(CodeMemory& other) noexcept {
    uint8_t* const data = data_;
    const size_t size = size_;
    data_ = other.data_, size_ = other.size_;
    other.data_ = data, other.size_ = size;
  }

  uint8_t* data_ = nullptr;
  size_t size_ = 0;
};

}  // namespace nacre::os

// SPDX-License-Identifier: Apache-2.0
#include "os/code_memory.hpp"

#include <windows.h>

#include "os/pages.hpp"

namespace nacre::os {

bool CodeMemory::allocate(size_t bytes) {
  release();
  if (bytes == 0) bytes = 1;
  const size_t size = round_up_to_page(bytes);
  if (size < bytes) return false;
  data_ =
      static_cast<uint8_t*>(VirtualAlloc(nullptr, size, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE));
  size_ = data_ != nullptr ? size : 0;
  return data_ != nullptr;
}

bool CodeMemory::seal() {
  DWORD before = 0;
  if (data_ == nullptr || !VirtualProtect(data_, size_, PAGE_EXECUTE_READ, &before)) return false;
  FlushInstructionCache(GetCurrentProcess(), data_, size_);
  return true;
}

void CodeMemory::release() {
  if (data_ != nullptr) VirtualFree(data_, 0, MEM_RELEASE);
  data_ = nullptr;
  size_ = 0;
}

}  // namespace nacre::os

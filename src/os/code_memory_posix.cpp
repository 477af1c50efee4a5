// SPDX-License-Identifier: Apache-2.0
#include "os/code_memory.hpp"

#include <sys/mman.h>

#include "os/pages.hpp"

namespace nacre::os {

bool CodeMemory::allocate(size_t bytes) {
  release();
  if (bytes == 0) bytes = 1;
  const size_t size = round_up_to_page(bytes);
  if (size < bytes) return false;
  void* p = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (p == MAP_FAILED) return false;
  data_ = static_cast<uint8_t*>(p);
  size_ = size;
  return true;
}

bool CodeMemory::seal() {
  if (data_ == nullptr || mprotect(data_, size_, PROT_READ | PROT_EXEC) != 0) return false;
  // Nothing on x86-64; elsewhere the instruction cache must forget what was here.
  __builtin___clear_cache(reinterpret_cast<char*>(data_), reinterpret_cast<char*>(data_ + size_));
  return true;
}

void CodeMemory::release() {
  if (data_ != nullptr) munmap(data_, size_);
  data_ = nullptr;
  size_ = 0;
}

}  // namespace nacre::os

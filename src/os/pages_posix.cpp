// SPDX-License-Identifier: Apache-2.0
#include "os/pages.hpp"

#include <sys/mman.h>
#include <sys/types.h>
#include <unistd.h>

namespace nacre::os {
namespace {

// Systems without MAP_NORESERVE do not count untouched pages of PROT_NONE mappings anyway.
#ifdef MAP_NORESERVE
constexpr int reserve_flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
#else
constexpr int reserve_flags = MAP_PRIVATE | MAP_ANONYMOUS;
#endif

}  // namespace

size_t page_size() {
  static const size_t size = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  return size;
}

void* reserve_pages(size_t bytes) {
  void* p = mmap(nullptr, bytes, PROT_NONE, reserve_flags, -1, 0);
  return p == MAP_FAILED ? nullptr : p;
}

void* allocate_pages(size_t bytes) {
  void* p = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, reserve_flags, -1, 0);
  return p == MAP_FAILED ? nullptr : p;
}

bool commit_pages(void* at, size_t bytes) {
  return bytes == 0 || mprotect(at, bytes, PROT_READ | PROT_WRITE) == 0;
}

// A fresh mapping over the old one drops its pages on every POSIX system; MADV_DONTNEED zeroes
// only on Linux.
void decommit_pages(void* at, size_t bytes) {
  if (bytes == 0) return;
  if (mmap(at, bytes, PROT_NONE, reserve_flags | MAP_FIXED, -1, 0) == MAP_FAILED)
    mprotect(at, bytes, PROT_NONE);
}

void release_pages(void* at, size_t bytes) {
  if (at != nullptr) munmap(at, bytes);
}

bool map_file_copy(void* at, size_t bytes, int file, uint64_t offset) {
  void* p = mmap(at, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED, file,
                 static_cast<off_t>(offset));
  return p != MAP_FAILED;
}

}  // namespace nacre::os

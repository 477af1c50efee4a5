// SPDX-License-Identifier: Apache-2.0
#include "os/pages.hpp"

#include <sys/mman.h>
#include <sys/types.h>
#include <unistd.h>

#include <cerrno>

namespace nacre::os {
namespace {

// Systems without MAP_NORESERVE do not count untouched pages of PROT_NONE mappings anyway.
#ifdef MAP_NORESERVE
constexpr int private_flags = MAP_PRIVATE | MAP_NORESERVE;
#else
constexpr int private_flags = MAP_PRIVATE;
#endif
constexpr int reserve_flags = private_flags | MAP_ANONYMOUS;
constexpr int file_flags = private_flags | MAP_FIXED;

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
  if (bytes != 0 && !replace_reserved(at, bytes)) mprotect(at, bytes, PROT_NONE);
}

bool replace_reserved(void* at, size_t bytes) {
  return mmap(at, bytes, PROT_NONE, reserve_flags | MAP_FIXED, -1, 0) != MAP_FAILED;
}

bool map_zero(void* at, size_t bytes) {
  return mmap(at, bytes, PROT_READ | PROT_WRITE, reserve_flags | MAP_FIXED, -1, 0) != MAP_FAILED;
}

void release_pages(void* at, size_t bytes) {
  if (at != nullptr) munmap(at, bytes);
}

bool map_file_copy(void* at, size_t bytes, int file, uint64_t offset) {
  void* p = mmap(at, bytes, PROT_READ | PROT_WRITE, file_flags, file, static_cast<off_t>(offset));
  return p != MAP_FAILED;
}

bool write_memory_file(int file, uint64_t offset, const void* from, size_t bytes) {
  const char* p = static_cast<const char*>(from);
  while (bytes != 0) {
    const ssize_t n = pwrite(file, p, bytes, static_cast<off_t>(offset));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    p += n;
    offset += static_cast<uint64_t>(n);
    bytes -= static_cast<size_t>(n);
  }
  return true;
}

void close_memory_file(int file) { close(file); }

}  // namespace nacre::os

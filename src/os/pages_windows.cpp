// SPDX-License-Identifier: Apache-2.0
#include "os/pages.hpp"

#include <windows.h>

namespace nacre::os {

size_t page_size() {
  static const size_t size = [] {
    SYSTEM_INFO info;
    GetSystemInfo(&info);
    return static_cast<size_t>(info.dwPageSize);
  }();
  return size;
}

void* reserve_pages(size_t bytes) {
  return VirtualAlloc(nullptr, bytes, MEM_RESERVE, PAGE_NOACCESS);
}

void* allocate_pages(size_t bytes) {
  return VirtualAlloc(nullptr, bytes, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
}

bool commit_pages(void* at, size_t bytes) {
  return bytes == 0 || VirtualAlloc(at, bytes, MEM_COMMIT, PAGE_READWRITE) != nullptr;
}

void decommit_pages(void* at, size_t bytes) {
  if (bytes != 0) VirtualFree(at, bytes, MEM_DECOMMIT);
}

void release_pages(void* at, size_t) {
  if (at != nullptr) VirtualFree(at, 0, MEM_RELEASE);
}

// A view cannot replace part of a reservation without placeholders (Windows 10 1803).
bool map_file_copy(void*, size_t, int, uint64_t) { return false; }
bool reset_pages(void*, size_t) { return false; }
void expect_writes(void*, size_t) {}
int new_memory_file(uint64_t) { return -1; }
bool write_memory_file(int, uint64_t, const void*, size_t) { return false; }
void seal_memory_file(int) {}
void close_memory_file(int) {}

bool replace_reserved(void* at, size_t bytes) { return VirtualFree(at, bytes, MEM_DECOMMIT) != 0; }

bool map_zero(void* at, size_t bytes) {
  return replace_reserved(at, bytes) && commit_pages(at, bytes);
}

}  // namespace nacre::os

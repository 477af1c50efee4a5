// SPDX-License-Identifier: Apache-2.0
//
// What Linux does better than POSIX asks.
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "os/pages.hpp"

namespace nacre::os {

namespace {

// Writes to a page, drops it, and looks whether the write is gone.
bool drops(void* page) {
  if (page == MAP_FAILED) return false;
  auto* const byte = static_cast<volatile char*>(page);
  *byte = 1;
  const bool gone = madvise(page, page_size(), MADV_DONTNEED) == 0 && *byte == 0;
  munmap(page, page_size());
  return gone;
}

// Emulators are known that accept the advice and keep the bytes.
bool madvise_drops_pages() {
  constexpr int access = PROT_READ | PROT_WRITE;
  const int file = new_memory_file(page_size());
  const bool of_files =
      file >= 0 && drops(mmap(nullptr, page_size(), access, MAP_PRIVATE, file, 0));
  if (file >= 0) close(file);
  return of_files && drops(mmap(nullptr, page_size(), access, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
}

}  // namespace

// On Linux alone this drops private pages for certain, of files too.
bool reset_pages(void* at, size_t bytes) {
  static const bool works = madvise_drops_pages();
  return works && (bytes == 0 || madvise(at, bytes, MADV_DONTNEED) == 0);
}

// Faults one by one take three times as long as the writing.
void expect_writes(void* at, size_t bytes) {
  constexpr uintptr_t huge = uintptr_t{2} << 20;
  const uintptr_t from = (reinterpret_cast<uintptr_t>(at) + huge - 1) & ~(huge - 1);
  const uintptr_t to = (reinterpret_cast<uintptr_t>(at) + bytes) & ~(huge - 1);
  if (from < to) madvise(reinterpret_cast<void*>(from), to - from, MADV_HUGEPAGE);
}

int new_memory_file(uint64_t bytes) {
  const int file = memfd_create("nacre", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (file < 0 || ftruncate(file, static_cast<off_t>(bytes)) == 0) return file;
  close(file);
  return -1;
}

void seal_memory_file(int file) {
  fcntl(file, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL);
}

}  // namespace nacre::os

// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "os/files_unix.hpp"

namespace nacre::os::port {
namespace {

uint64_t to_ns(const timespec& t) {
  return static_cast<uint64_t>(t.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(t.tv_nsec);
}

}  // namespace

const int walk_flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

// There is no call for this: the file is made long enough, without a promise of space.
int allocate(int fd, uint64_t offset, uint64_t size) {
  struct stat s;
  if (fstat(fd, &s) != 0) return errno;
  auto end = static_cast<off_t>(offset + size);
  return end <= s.st_size || ftruncate(fd, end) == 0 ? 0 : errno;
}
int advise(int, uint64_t, uint64_t, uint8_t) { return 0; }
int sync_data(int fd) { return fsync(fd) == 0 ? 0 : errno; }

uint64_t atime_ns(const struct stat& s) { return to_ns(s.st_atimespec); }
uint64_t mtime_ns(const struct stat& s) { return to_ns(s.st_mtimespec); }
uint64_t ctime_ns(const struct stat& s) { return to_ns(s.st_ctimespec); }

}  // namespace nacre::os::port

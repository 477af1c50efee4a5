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

const int walk_flags = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

int allocate(int fd, uint64_t offset, uint64_t size) {
  return posix_fallocate(fd, static_cast<off_t>(offset), static_cast<off_t>(size));
}
int advise(int fd, uint64_t offset, uint64_t size, uint8_t advice) {
  static constexpr int host[] = {POSIX_FADV_NORMAL,   POSIX_FADV_SEQUENTIAL, POSIX_FADV_RANDOM,
                                 POSIX_FADV_WILLNEED, POSIX_FADV_DONTNEED,   POSIX_FADV_NOREUSE};
  return posix_fadvise(fd, static_cast<off_t>(offset), static_cast<off_t>(size), host[advice]);
}
int sync_data(int fd) { return fdatasync(fd) == 0 ? 0 : errno; }

uint64_t atime_ns(const struct stat& s) { return to_ns(s.st_atim); }
uint64_t mtime_ns(const struct stat& s) { return to_ns(s.st_mtim); }
uint64_t ctime_ns(const struct stat& s) { return to_ns(s.st_ctim); }

}  // namespace nacre::os::port

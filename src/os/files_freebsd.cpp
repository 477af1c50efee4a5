// SPDX-License-Identifier: Apache-2.0
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "os/directory_snapshot.hpp"
#include "os/files_unix.hpp"

namespace nacre::os {
namespace port {
namespace {

uint64_t to_ns(const timespec& t) {
  return static_cast<uint64_t>(t.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(t.tv_nsec);
}

}  // namespace

const int walk_flags = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
const int look_flags = 0;

int open_beneath(int, const char*, int, unsigned, int*) { return ENOSYS; }
int set_times(int, const timespec*) { return ENOSYS; }

int write_now(int, const iovec*, int, uint64_t*) { return EOPNOTSUPP; }

int allocate(int fd, uint64_t offset, uint64_t size) {
  return posix_fallocate(fd, static_cast<off_t>(offset), static_cast<off_t>(size));
}
int advise(int fd, uint64_t offset, uint64_t size, uint8_t advice) {
  static constexpr int host[] = {POSIX_FADV_NORMAL,   POSIX_FADV_SEQUENTIAL, POSIX_FADV_RANDOM,
                                 POSIX_FADV_WILLNEED, POSIX_FADV_DONTNEED,   POSIX_FADV_NOREUSE};
  return posix_fadvise(fd, static_cast<off_t>(offset), static_cast<off_t>(size), host[advice]);
}
int sync_data(int fd) { return fdatasync(fd) == 0 ? 0 : errno; }

bool is_forbidden(int, const struct stat&) { return false; }

uint64_t atime_ns(const struct stat& s) { return to_ns(s.st_atim); }
uint64_t mtime_ns(const struct stat& s) { return to_ns(s.st_mtim); }
uint64_t ctime_ns(const struct stat& s) { return to_ns(s.st_ctim); }

}  // namespace port

namespace {

FileKind entry_kind(uint8_t type) {
  switch (type) {
    case DT_REG:
      return FileKind::regular;
    case DT_DIR:
      return FileKind::directory;
    case DT_LNK:
      return FileKind::symlink;
    case DT_BLK:
      return FileKind::block_device;
    case DT_CHR:
      return FileKind::character_device;
    case DT_FIFO:
      return FileKind::fifo;
    case DT_SOCK:
      return FileKind::stream_socket;
    default:
      return FileKind::unknown;
  }
}

}  // namespace

int DirectoryReader::refill(NativeFile dir) {
  int copy = openat(static_cast<int>(dir), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (copy < 0) return errno;
  DIR* d = fdopendir(copy);
  if (d == nullptr) {
    int e = errno;
    close(copy);
    return e;
  }
  buffer_.clear();
  for (errno = 0; dirent* e = readdir(d);)
    snapshot::append(buffer_, static_cast<uint64_t>(e->d_ino), entry_kind(e->d_type), e->d_name);
  int e = errno;
  closedir(d);
  pos_ = 0;
  at_ = 0;
  return e;
}

int DirectoryReader::read(NativeFile dir, uint64_t cookie, Visit visit, void* env) {
  if (cookie == 0 || at_ == ~uint64_t{0})
    if (int e = refill(dir)) return e;
  snapshot::visit(buffer_, cookie, &pos_, &at_, visit, env);
  return 0;
}

}  // namespace nacre::os

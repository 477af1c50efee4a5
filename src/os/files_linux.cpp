// SPDX-License-Identifier: Apache-2.0
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "os/files_unix.hpp"

namespace nacre::os {
namespace port {

const int walk_flags = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
const int look_flags = O_PATH | O_CLOEXEC;

namespace {

// openat2(2), written out: C libraries and headers older than the call are common.
constexpr long sys_openat2 = 437;
constexpr uint64_t resolve_no_magiclinks = 0x02, resolve_beneath = 0x08;
struct OpenHow {
  uint64_t flags, mode, resolve;
};

constexpr int race_retries = 64;
constexpr long proc_magic = 0x9fa0;

uint64_t to_ns(const timespec& t) {
  return static_cast<uint64_t>(t.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(t.tv_nsec);
}

}  // namespace

int open_beneath(int root, const char* path, int flags, unsigned mode, int* out) {
  OpenHow how{};
  how.flags = static_cast<uint64_t>(static_cast<unsigned>(flags));
  how.mode = (flags & O_CREAT) != 0 ? mode : 0;
  how.resolve = resolve_beneath | resolve_no_magiclinks;
  for (int i = 0; i < race_retries; ++i) {
    long fd = syscall(sys_openat2, root, path, &how, sizeof how);
    if (fd >= 0) {
      *out = static_cast<int>(fd);
      return 0;
    }
    // EAGAIN: something was renamed while ".." was resolved.
    if (errno != EAGAIN && errno != EINTR) break;
  }
  if (errno == EAGAIN) return ENOSYS;
  // A sandbox that does not know the call answers EPERM; openat itself never does for a path
  // that is merely out of bounds, and the walk finds a true EPERM again.
  return errno == EPERM ? ENOSYS : errno;
}

int set_times(int fd, const timespec times[2]) {
  if (utimensat(fd, "", times, AT_EMPTY_PATH) == 0) return 0;
  return errno == EINVAL || errno == EBADF ? ENOSYS : errno;
}

int write_now(int fd, const iovec* from, int count, uint64_t* out) {
  constexpr long sys_pwritev2 = SYS_pwritev2, here = -1, nowait = 0x08;
  long n = syscall(sys_pwritev2, fd, from, static_cast<long>(count), here, here, nowait);
  if (n < 0) return errno == ENOSYS || errno == EINVAL ? EOPNOTSUPP : errno;
  *out = static_cast<uint64_t>(n);
  return 0;
}

int allocate(int fd, uint64_t offset, uint64_t size) {
  while (fallocate(fd, 0, static_cast<off_t>(offset), static_cast<off_t>(size)) != 0)
    if (errno != EINTR) return errno;
  return 0;
}

int advise(int fd, uint64_t offset, uint64_t size, uint8_t advice) {
  static constexpr int host[] = {POSIX_FADV_NORMAL,   POSIX_FADV_SEQUENTIAL, POSIX_FADV_RANDOM,
                                 POSIX_FADV_WILLNEED, POSIX_FADV_DONTNEED,   POSIX_FADV_NOREUSE};
  return posix_fadvise(fd, static_cast<off_t>(offset), static_cast<off_t>(size), host[advice]);
}

int sync_data(int fd) { return fdatasync(fd) == 0 ? 0 : errno; }

// /proc holds this very process's memory and descriptors as ordinary-looking files.
bool is_forbidden(int fd, const struct stat& info) {
  struct statfs fs;
  return S_ISREG(info.st_mode) && fstatfs(fd, &fs) == 0 &&
         static_cast<long>(fs.f_type) == proc_magic;
}

uint64_t atime_ns(const struct stat& s) { return to_ns(s.st_atim); }
uint64_t mtime_ns(const struct stat& s) { return to_ns(s.st_mtim); }
uint64_t ctime_ns(const struct stat& s) { return to_ns(s.st_ctim); }

}  // namespace port

namespace {

// Records of getdents64: u64 ino, i64 next, u16 length, u8 type, name.
constexpr size_t name_offset = 19;
constexpr size_t directory_buffer = 32768;

FileKind entry_kind(int dir, uint8_t type, const char* name) {
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
      break;
  }
  struct stat s;
  if (fstatat(dir, name, &s, AT_SYMLINK_NOFOLLOW) != 0) return FileKind::unknown;
  return port::file_info(-1, s).kind;
}

}  // namespace

int DirectoryReader::refill(NativeFile dir) {
  buffer_.resize(directory_buffer);
  long n = syscall(SYS_getdents64, static_cast<int>(dir), buffer_.data(), buffer_.size());
  pos_ = end_ = 0;
  if (n < 0) return errno;
  end_ = static_cast<size_t>(n);
  return 0;
}

int DirectoryReader::read(NativeFile dir, uint64_t cookie, Visit visit, void* env) {
  if (cookie == 0 || cookie != at_) {
    if (lseek(static_cast<int>(dir), static_cast<off_t>(cookie), SEEK_SET) < 0) return errno;
    pos_ = end_ = 0;
    at_ = cookie;
  }
  for (;;) {
    if (pos_ == end_) {
      if (int e = refill(dir)) return e;
      if (end_ == 0) return 0;
    }
    const uint8_t* record = buffer_.data() + pos_;
    DirectoryEntry entry;
    uint16_t length;
    std::memcpy(&entry.ino, record, 8);
    std::memcpy(&entry.next, record + 8, 8);
    std::memcpy(&length, record + 16, 2);
    const char* name = reinterpret_cast<const char*>(record + name_offset);
    entry.name = name;
    entry.kind = entry_kind(static_cast<int>(dir), record[18], name);
    if (!visit(env, entry)) return 0;
    pos_ += length;
    at_ = entry.next;
  }
}

}  // namespace nacre::os

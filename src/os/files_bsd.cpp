// SPDX-License-Identifier: Apache-2.0
//
// What macOS and FreeBSD have in common: the calls that neither has, and reading of directories
// (a directory's contents at once, as their positions in it do not last).
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "os/directory_snapshot.hpp"
#include "os/files_unix.hpp"

namespace nacre::os {
namespace port {

const int look_flags = 0;

int open_beneath(int, const char*, int, unsigned, int*) { return ENOSYS; }
int set_times(int, const timespec*) { return ENOSYS; }
int write_now(int, const iovec*, int, uint64_t*) { return EOPNOTSUPP; }
bool is_forbidden(int, const struct stat&) { return false; }

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

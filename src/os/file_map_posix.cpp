// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cerrno>

#include <vector>

#include "os/file_map.hpp"

namespace nacre::os {

namespace {

// What cannot be mapped (a pipe, an empty or special file) is read.
int read_all(int fd, FileMap* out) {
  auto data = std::make_shared<std::vector<uint8_t>>();
  uint8_t chunk[16384];
  for (;;) {
    const ssize_t n = ::read(fd, chunk, sizeof chunk);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return errno;
    if (n == 0) break;
    data->insert(data->end(), chunk, chunk + n);
  }
  out->bytes = *data;
  out->owner = std::move(data);
  return 0;
}

int map_fd(int fd, FileMap* out) {
  struct stat info;
  if (::fstat(fd, &info) != 0) return errno;
  if (S_ISDIR(info.st_mode)) return EISDIR;
  if (!S_ISREG(info.st_mode) || info.st_size <= 0) return read_all(fd, out);
  const auto size = static_cast<size_t>(info.st_size);
  if (static_cast<uint64_t>(info.st_size) != size) return EFBIG;
  void* at = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
  if (at == MAP_FAILED) return read_all(fd, out);
  out->owner = std::shared_ptr<const void>(
      at, [size](const void* p) { ::munmap(const_cast<void*>(p), size); });
  out->bytes = {static_cast<const uint8_t*>(at), size};
  return 0;
}

}  // namespace

int map_file(const std::string& path, FileMap* out) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return errno;
  const int error = map_fd(fd, out);
  ::close(fd);
  return error;
}

}  // namespace nacre::os

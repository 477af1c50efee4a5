// SPDX-License-Identifier: Apache-2.0
//
// What files_posix.cpp needs and POSIX does not offer: one implementation per system
// (files_linux.cpp; files_macos.cpp or files_freebsd.cpp, both with files_bsd.cpp). Only these
// include this header.
#pragma once

#include <sys/stat.h>
#include <sys/uio.h>

#include <cstdint>

#include "os/files.hpp"

namespace nacre::os::port {

// Flags for opening a directory just to walk on from it.
extern const int walk_flags;
// Opens `path` beneath `root` in one system call. ENOSYS: not possible here, walk instead.
int open_beneath(int root, const char* path, int flags, unsigned mode, int* out);
// Times of an open file, which may be a symbolic link. ENOSYS: not possible here.
int set_times(int fd, const timespec times[2]);
// flags with which open_beneath opens anything, even links, only to look at it; 0: not possible.
extern const int look_flags;
// writev that takes what fits without waiting: EAGAIN when nothing does. EOPNOTSUPP: this file
// or system cannot be written that way.
int write_now(int fd, const iovec* from, int count, uint64_t* out);
int allocate(int fd, uint64_t offset, uint64_t size);
int advise(int fd, uint64_t offset, uint64_t size, uint8_t advice);
int sync_data(int fd);
// Whether an open file must be refused: a view of this process's own memory or settings.
bool is_forbidden(int fd, const struct stat& info);
uint64_t atime_ns(const struct stat&);
uint64_t mtime_ns(const struct stat&);
uint64_t ctime_ns(const struct stat&);
FileInfo file_info(int fd, const struct stat&);

}  // namespace nacre::os::port

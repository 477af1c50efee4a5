// SPDX-License-Identifier: Apache-2.0
//
// One call from a guest, as the functions of this folder see it, and the list of those functions.
// Each takes the call and the specification's parameters and returns the errno; results go to
// guest memory.
#pragma once

#include <string>

#include "wasi/abi.hpp"
#include "wasi/context.hpp"
#include "wasi/guest.hpp"

namespace nacre::wasi {

struct Call {
  Context& context;
  Guest memory;
  const Layout& layout;
  // Whether the store asks its code to stop.
  bool (*should_stop)(void* env) = nullptr;
  void* stop_env = nullptr;

  // Outcomes beyond an errno.
  bool exited = false;
  uint32_t exit_code = 0;
  bool stopped = false;           // should_stop came true while waiting
  const char* failure = nullptr;  // the call must trap, and why

  bool stop() {
    if (!stopped && should_stop != nullptr && should_stop(stop_env)) stopped = true;
    return stopped;
  }
};

// Longest time spent waiting before should_stop is asked again.
inline constexpr uint64_t wait_slice_ns = 20'000'000;

// Waits until `handle` can be read or written. again: it is nonblocking and cannot; intr: the
// store wants to stop (Call::stopped).
Errno wait_for(Call& c, Handle& handle, bool write);

// A path argument: copied out of the guest's memory, checked, split. Not copyable: `path` points
// into `text`.
struct PathArgument {
  PathArgument() = default;
  PathArgument(const PathArgument&) = delete;
  PathArgument& operator=(const PathArgument&) = delete;
  std::string text;
  Path path;
  Errno read(Call& c, uint32_t at, uint32_t size);
};

SetTime set_time(uint64_t ns, bool value, bool now);
// inval: contradictory or unknown flags.
Errno check_fstflags(uint32_t flags);
Errno store_filestat(Call& c, uint32_t at, const FileStat& s);

// args_env.cpp
Errno args_get(Call&, uint32_t argv, uint32_t buf);
Errno args_sizes_get(Call&, uint32_t count, uint32_t size);
Errno environ_get(Call&, uint32_t environ_at, uint32_t buf);
Errno environ_sizes_get(Call&, uint32_t count, uint32_t size);
// clock.cpp
Errno clock_res_get(Call&, uint32_t id, uint32_t out);
Errno clock_time_get(Call&, uint32_t id, uint64_t precision, uint32_t out);
// fd.cpp
Errno fd_advise(Call&, uint32_t fd, uint64_t offset, uint64_t len, uint32_t advice);
Errno fd_allocate(Call&, uint32_t fd, uint64_t offset, uint64_t len);
Errno fd_close(Call&, uint32_t fd);
Errno fd_datasync(Call&, uint32_t fd);
Errno fd_fdstat_get(Call&, uint32_t fd, uint32_t out);
Errno fd_fdstat_set_flags(Call&, uint32_t fd, uint32_t flags);
Errno fd_fdstat_set_rights(Call&, uint32_t fd, uint64_t base, uint64_t inheriting);
Errno fd_filestat_get(Call&, uint32_t fd, uint32_t out);
Errno fd_filestat_set_size(Call&, uint32_t fd, uint64_t size);
Errno fd_filestat_set_times(Call&, uint32_t fd, uint64_t atim, uint64_t mtim, uint32_t flags);
Errno fd_prestat_get(Call&, uint32_t fd, uint32_t out);
Errno fd_prestat_dir_name(Call&, uint32_t fd, uint32_t at, uint32_t size);
Errno fd_renumber(Call&, uint32_t from, uint32_t to);
Errno fd_sync(Call&, uint32_t fd);
// fd_io.cpp
Errno fd_pread(Call&, uint32_t fd, uint32_t iovs, uint32_t count, uint64_t offset, uint32_t out);
Errno fd_pwrite(Call&, uint32_t fd, uint32_t iovs, uint32_t count, uint64_t offset, uint32_t out);
Errno fd_read(Call&, uint32_t fd, uint32_t iovs, uint32_t count, uint32_t out);
Errno fd_readdir(Call&, uint32_t fd, uint32_t buf, uint32_t size, uint64_t cookie, uint32_t out);
Errno fd_seek(Call&, uint32_t fd, int64_t offset, uint32_t whence, uint32_t out);
Errno fd_tell(Call&, uint32_t fd, uint32_t out);
Errno fd_write(Call&, uint32_t fd, uint32_t iovs, uint32_t count, uint32_t out);
// path.cpp
Errno path_create_directory(Call&, uint32_t fd, uint32_t path, uint32_t size);
Errno path_filestat_get(Call&, uint32_t fd, uint32_t lookup, uint32_t path, uint32_t size,
                        uint32_t out);
Errno path_filestat_set_times(Call&, uint32_t fd, uint32_t lookup, uint32_t path, uint32_t size,
                              uint64_t atim, uint64_t mtim, uint32_t flags);
Errno path_link(Call&, uint32_t from_fd, uint32_t lookup, uint32_t from, uint32_t from_size,
                uint32_t to_fd, uint32_t to, uint32_t to_size);
Errno path_open(Call&, uint32_t fd, uint32_t lookup, uint32_t path, uint32_t size, uint32_t oflags,
                uint64_t base, uint64_t inheriting, uint32_t fdflags, uint32_t out);
Errno path_readlink(Call&, uint32_t fd, uint32_t path, uint32_t size, uint32_t buf,
                    uint32_t buf_size, uint32_t out);
Errno path_remove_directory(Call&, uint32_t fd, uint32_t path, uint32_t size);
Errno path_rename(Call&, uint32_t from_fd, uint32_t from, uint32_t from_size, uint32_t to_fd,
                  uint32_t to, uint32_t to_size);
Errno path_symlink(Call&, uint32_t target, uint32_t target_size, uint32_t fd, uint32_t path,
                   uint32_t size);
Errno path_unlink_file(Call&, uint32_t fd, uint32_t path, uint32_t size);
// poll.cpp
Errno poll_oneoff(Call&, uint32_t in, uint32_t out, uint32_t count, uint32_t events);
// proc.cpp
Errno proc_exit(Call&, uint32_t code);
Errno proc_raise(Call&, uint32_t signal);
Errno sched_yield(Call&);
// random.cpp
Errno random_get(Call&, uint32_t buf, uint32_t size);
// sock.cpp
Errno sock_accept(Call&, uint32_t fd, uint32_t flags, uint32_t out);
Errno sock_recv(Call&, uint32_t fd, uint32_t iovs, uint32_t count, uint32_t flags,
                uint32_t size_out, uint32_t flags_out);
Errno sock_send(Call&, uint32_t fd, uint32_t iovs, uint32_t count, uint32_t flags, uint32_t out);
Errno sock_shutdown(Call&, uint32_t fd, uint32_t how);

}  // namespace nacre::wasi

// Leaves the function with the errno of `expression` unless it is success.
#define NACRE_WASI_TRY(expression)                                                                 \
  do {                                                                                             \
    if (::nacre::wasi::Errno try_errno = (expression); try_errno != ::nacre::wasi::Errno::success) \
      return try_errno;                                                                            \
  } while (false)

// SPDX-License-Identifier: Apache-2.0
//
// Calls on descriptors that move no data.
#include "wasi/call.hpp"

#include <cstring>

namespace nacre::wasi {
namespace {

// The descriptor, if it has the rights. A file operation on a directory answers by the type of
// file, not by the rights directories never have.
Errno find_file(Call& c, uint32_t fd, Rights needed, Errno for_directory, Descriptor* out) {
  NACRE_WASI_TRY(c.context.find(fd, 0, out));
  if (out->handle->type() == FileType::directory && (rights::directory & needed) == 0)
    return for_directory;
  return (out->base & needed) == needed ? Errno::success : Errno::notcapable;
}

}  // namespace

Errno fd_advise(Call& c, uint32_t fd, uint64_t offset, uint64_t len, uint32_t advice) {
  Descriptor d;
  NACRE_WASI_TRY(find_file(c, fd, rights::fd_advise, Errno::badf, &d));
  if (advice > 5) return Errno::inval;
  if (offset > INT64_MAX || len > INT64_MAX) return Errno::inval;
  return d.handle->advise(offset, len, static_cast<uint8_t>(advice));
}

Errno fd_allocate(Call& c, uint32_t fd, uint64_t offset, uint64_t len) {
  Descriptor d;
  NACRE_WASI_TRY(find_file(c, fd, rights::fd_allocate, Errno::badf, &d));
  if (len == 0 || offset > INT64_MAX || len > INT64_MAX) return Errno::inval;
  if (offset + len > INT64_MAX) return Errno::fbig;
  return d.handle->allocate(offset, len);
}

Errno fd_close(Call& c, uint32_t fd) { return c.context.close(fd); }

Errno fd_datasync(Call& c, uint32_t fd) {
  Descriptor d;
  NACRE_WASI_TRY(c.context.find(fd, rights::fd_datasync, &d));
  return d.handle->sync(true);
}

Errno fd_sync(Call& c, uint32_t fd) {
  Descriptor d;
  NACRE_WASI_TRY(c.context.find(fd, rights::fd_sync, &d));
  return d.handle->sync(false);
}

Errno fd_fdstat_get(Call& c, uint32_t fd, uint32_t out) {
  Descriptor d;
  NACRE_WASI_TRY(c.context.find(fd, 0, &d));
  uint8_t* to = c.memory.bytes(out, fdstat_size);
  if (to == nullptr) return Errno::fault;
  std::memset(to, 0, fdstat_size);
  to[0] = static_cast<uint8_t>(d.handle->type());
  store_le<uint16_t>(to + 2, d.handle->flags());
  store_le<uint64_t>(to + 8, d.base);
  store_le<uint64_t>(to + 16, d.inheriting);
  return Errno::success;
}

Errno fd_fdstat_set_flags(Call& c, uint32_t fd, uint32_t flags) {
  Descriptor d;
  NACRE_WASI_TRY(c.context.find(fd, rights::fd_fdstat_set_flags, &d));
  if ((flags & ~uint32_t{all_fd_flags}) != 0) return Errno::inval;
  return d.handle->set_flags(static_cast<uint16_t>(flags));
}

Errno fd_fdstat_set_rights(Call& c, uint32_t fd, uint64_t base, uint64_t inheriting) {
  return c.context.set_rights(fd, base, inheriting);
}

Errno fd_filestat_get(Call& c, uint32_t fd, uint32_t out) {
  Descriptor d;
  NACRE_WASI_TRY(c.context.find(fd, rights::fd_filestat_get, &d));
  FileStat s;
  NACRE_WASI_TRY(d.handle->stat(&s));
  return store_filestat(c, out, s);
}

Errno fd_filestat_set_size(Call& c, uint32_t fd, uint64_t size) {
  Descriptor d;
  NACRE_WASI_TRY(find_file(c, fd, rights::fd_filestat_set_size, Errno::badf, &d));
  if (size > INT64_MAX) return Errno::inval;
  return d.handle->set_size(size);
}

Errno fd_filestat_set_times(Call& c, uint32_t fd, uint64_t atim, uint64_t mtim, uint32_t flags) {
  Descriptor d;
  NACRE_WASI_TRY(c.context.find(fd, rights::fd_filestat_set_times, &d));
  NACRE_WASI_TRY(check_fstflags(flags));
  return d.handle->set_times(set_time(atim, (flags & fst_atim) != 0, (flags & fst_atim_now) != 0),
                             set_time(mtim, (flags & fst_mtim) != 0, (flags & fst_mtim_now) != 0));
}

Errno fd_prestat_get(Call& c, uint32_t fd, uint32_t out) {
  Descriptor d;
  NACRE_WASI_TRY(c.context.find(fd, 0, &d));
  if (!d.preopen) return Errno::badf;
  NACRE_WASI_TRY(c.memory.store<uint64_t>(out, 0));  // tag 0: a directory
  return c.memory.store<uint32_t>(out + 4, static_cast<uint32_t>(d.preopen->size()));
}

Errno fd_prestat_dir_name(Call& c, uint32_t fd, uint32_t at, uint32_t size) {
  Descriptor d;
  NACRE_WASI_TRY(c.context.find(fd, 0, &d));
  if (!d.preopen) return Errno::badf;
  if (size < d.preopen->size()) return Errno::nametoolong;
  uint8_t* to = c.memory.bytes(at, d.preopen->size());
  if (to == nullptr) return Errno::fault;
  // NOLINTNEXTLINE(bugprone-not-null-terminated-result): names in WASI end where their length says.
  std::memcpy(to, d.preopen->data(), d.preopen->size());
  return Errno::success;
}

Errno fd_renumber(Call& c, uint32_t from, uint32_t to) { return c.context.renumber(from, to); }

}  // namespace nacre::wasi

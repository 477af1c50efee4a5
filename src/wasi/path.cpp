// SPDX-License-Identifier: Apache-2.0
//
// Calls on paths. Each finds the directory and its rights, checks the flags, copies and splits the
// path, and hands it to the directory's handle, which does not let it out.
#include "wasi/call.hpp"

#include <algorithm>
#include <cstring>

#include "wasi/path_resolver.hpp"
#include "wasi/read_only.hpp"

namespace nacre::wasi {
namespace {

Errno find_directory(Call& c, uint32_t fd, Rights needed, Descriptor* out) {
  NACRE_WASI_TRY(c.context.find(fd, 0, out));
  if (out->handle->type() != FileType::directory) return Errno::notdir;
  return (out->base & needed) == needed ? Errno::success : Errno::notcapable;
}

Errno check_lookup(uint32_t flags) {
  return flags > lookup_symlink_follow ? Errno::inval : Errno::success;
}

}  // namespace

Errno path_create_directory(Call& c, uint32_t fd, uint32_t path, uint32_t size) {
  Descriptor d;
  PathArgument p;
  NACRE_WASI_TRY(find_directory(c, fd, rights::path_create_directory, &d));
  NACRE_WASI_TRY(p.read(c, path, size));
  return d.handle->create_directory(p.path);
}

Errno path_remove_directory(Call& c, uint32_t fd, uint32_t path, uint32_t size) {
  Descriptor d;
  PathArgument p;
  NACRE_WASI_TRY(find_directory(c, fd, rights::path_remove_directory, &d));
  NACRE_WASI_TRY(p.read(c, path, size));
  return d.handle->remove_directory(p.path);
}

Errno path_unlink_file(Call& c, uint32_t fd, uint32_t path, uint32_t size) {
  Descriptor d;
  PathArgument p;
  NACRE_WASI_TRY(find_directory(c, fd, rights::path_unlink_file, &d));
  NACRE_WASI_TRY(p.read(c, path, size));
  return d.handle->unlink(p.path);
}

Errno path_filestat_get(Call& c, uint32_t fd, uint32_t lookup, uint32_t path, uint32_t size,
                        uint32_t out) {
  Descriptor d;
  PathArgument p;
  FileStat s;
  NACRE_WASI_TRY(find_directory(c, fd, rights::path_filestat_get, &d));
  NACRE_WASI_TRY(check_lookup(lookup));
  NACRE_WASI_TRY(p.read(c, path, size));
  NACRE_WASI_TRY(d.handle->stat_at(p.path, lookup != 0, &s));
  return store_filestat(c, out, s);
}

Errno path_filestat_set_times(Call& c, uint32_t fd, uint32_t lookup, uint32_t path, uint32_t size,
                              uint64_t atim, uint64_t mtim, uint32_t flags) {
  Descriptor d;
  PathArgument p;
  NACRE_WASI_TRY(find_directory(c, fd, rights::path_filestat_set_times, &d));
  NACRE_WASI_TRY(check_lookup(lookup));
  NACRE_WASI_TRY(check_fstflags(flags));
  NACRE_WASI_TRY(p.read(c, path, size));
  return d.handle->set_times_at(
      p.path, lookup != 0, set_time(atim, (flags & fst_atim) != 0, (flags & fst_atim_now) != 0),
      set_time(mtim, (flags & fst_mtim) != 0, (flags & fst_mtim_now) != 0));
}

Errno path_link(Call& c, uint32_t from_fd, uint32_t lookup, uint32_t from, uint32_t from_size,
                uint32_t to_fd, uint32_t to, uint32_t to_size) {
  Descriptor d, t;
  PathArgument p, q;
  NACRE_WASI_TRY(find_directory(c, from_fd, rights::path_link_source, &d));
  NACRE_WASI_TRY(find_directory(c, to_fd, rights::path_link_target, &t));
  NACRE_WASI_TRY(check_lookup(lookup));
  NACRE_WASI_TRY(p.read(c, from, from_size));
  NACRE_WASI_TRY(q.read(c, to, to_size));
  if (is_read_only_directory(*t.handle)) return Errno::rofs;
  return d.handle->link(p.path, lookup != 0, *t.handle, q.path);
}

Errno path_rename(Call& c, uint32_t from_fd, uint32_t from, uint32_t from_size, uint32_t to_fd,
                  uint32_t to, uint32_t to_size) {
  Descriptor d, t;
  PathArgument p, q;
  NACRE_WASI_TRY(find_directory(c, from_fd, rights::path_rename_source, &d));
  NACRE_WASI_TRY(find_directory(c, to_fd, rights::path_rename_target, &t));
  NACRE_WASI_TRY(p.read(c, from, from_size));
  NACRE_WASI_TRY(q.read(c, to, to_size));
  if (is_read_only_directory(*t.handle)) return Errno::rofs;
  return d.handle->rename(p.path, *t.handle, q.path);
}

// A link may point anywhere below or above, since following it is what is confined; but never
// at an absolute path, which no guest could mean anything by.
Errno path_symlink(Call& c, uint32_t target, uint32_t target_size, uint32_t fd, uint32_t path,
                   uint32_t size) {
  Descriptor d;
  PathArgument t, p;
  NACRE_WASI_TRY(find_directory(c, fd, rights::path_symlink, &d));
  NACRE_WASI_TRY(t.read(c, target, target_size));
  NACRE_WASI_TRY(p.read(c, path, size));
  return d.handle->symlink(t.text, p.path);
}

Errno path_readlink(Call& c, uint32_t fd, uint32_t path, uint32_t size, uint32_t buf,
                    uint32_t buf_size, uint32_t out) {
  Descriptor d;
  PathArgument p;
  NACRE_WASI_TRY(find_directory(c, fd, rights::path_readlink, &d));
  NACRE_WASI_TRY(p.read(c, path, size));
  uint8_t* bytes = c.memory.bytes(buf, buf_size);
  if (bytes == nullptr || !c.memory.holds(out, 4)) return Errno::fault;
  String target;
  NACRE_WASI_TRY(d.handle->readlink(p.path, &target));
  auto n = static_cast<uint32_t>(std::min<size_t>(target.size(), buf_size));
  if (n != 0) std::memcpy(bytes, target.data(), n);
  return c.memory.store<uint32_t>(out, n);
}

Errno path_open(Call& c, uint32_t fd, uint32_t lookup, uint32_t path, uint32_t size,
                uint32_t oflags, uint64_t base, uint64_t inheriting, uint32_t fdflags,
                uint32_t out) {
  Descriptor d;
  PathArgument p;
  bool creates = (oflags & oflag_creat) != 0, truncates = (oflags & oflag_trunc) != 0;
  NACRE_WASI_TRY(find_directory(c, fd,
                                rights::path_open | (creates ? rights::path_create_file : 0) |
                                    (truncates ? rights::path_filestat_set_size : 0),
                                &d));
  NACRE_WASI_TRY(check_lookup(lookup));
  if (oflags > 15 || (fdflags & ~uint32_t{all_fd_flags}) != 0) return Errno::inval;
  bool wants_directory = (oflags & oflag_directory) != 0;
  if (wants_directory && (creates || truncates)) return Errno::inval;
  // The new descriptor's rights come from what this directory may hand on.
  Rights needed = base | inheriting;
  if ((fdflags & fdflag_dsync) != 0) needed |= rights::fd_datasync;
  if ((fdflags & (fdflag_sync | fdflag_rsync)) != 0) needed |= rights::fd_sync;
  if ((needed & ~d.inheriting) != 0) return Errno::notcapable;
  if (!c.memory.holds(out, 4)) return Errno::fault;
  NACRE_WASI_TRY(p.read(c, path, size));
  if (!c.context.has_room()) return Errno::mfile;

  OpenOptions o;
  o.create = creates;
  o.exclusive = creates && (oflags & oflag_excl) != 0;
  o.truncate = truncates;
  o.directory = wants_directory;
  o.follow = lookup != 0;
  o.write = !wants_directory && (base & rights::writing) != 0;
  o.read = (base & (rights::fd_read | rights::fd_readdir)) != 0 || !o.write;
  o.flags = static_cast<uint16_t>(fdflags);
  Descriptor opened;
  NACRE_WASI_TRY(d.handle->open(p.path, o, &opened.handle));
  if (wants_directory && (base & rights::fd_write) != 0) return Errno::isdir;
  opened.base = base & rights_for(*opened.handle);
  opened.inheriting = inheriting;
  uint32_t number;
  NACRE_WASI_TRY(c.context.insert(std::move(opened), &number));
  return c.memory.store<uint32_t>(out, number);
}

}  // namespace nacre::wasi

// SPDX-License-Identifier: Apache-2.0
#include "wasi/call.hpp"

#include "os/clock.hpp"
#include "os/poll.hpp"
#include "wasi/path_resolver.hpp"

namespace nacre::wasi {

Errno PathArgument::read(Call& c, uint32_t at, uint32_t size) {
  const uint8_t* bytes = c.memory.bytes(at, size);
  if (bytes == nullptr) return Errno::fault;
  if (size > max_path_bytes) return Errno::nametoolong;
  text.assign(reinterpret_cast<const char*>(bytes), size);
  return resolve_path(text, os::windows_names ? NameRules::windows_names : NameRules::unix_names,
                      &path);
}

Errno wait_for(Call& c, Handle& handle, bool write) {
  constexpr uint64_t nap_ns = 1'000'000;
  if (handle.type() == FileType::regular_file) return Errno::success;
  bool nonblock = (handle.flags() & fdflag_nonblock) != 0;
  for (bool first = true;; first = false) {
    Readiness r = handle.readiness();
    if (r.native < 0) {
      if (write ? r.write : r.read) return Errno::success;
    } else {
      os::PollItem item;
      item.file = r.native;
      item.want_read = !write;
      item.want_write = write;
      if (os::poll_files({&item, 1}, nonblock || first ? 0 : wait_slice_ns) != 0)
        return Errno::success;
      if (item.readable || item.writable || item.invalid) return Errno::success;
    }
    if (nonblock) return Errno::again;
    if (c.stop()) return Errno::intr;
    if (r.native < 0) os::sleep_ns(nap_ns);
  }
}

SetTime set_time(uint64_t ns, bool value, bool now) {
  return {now ? SetTime::now : value ? SetTime::value : SetTime::keep, ns};
}

Errno check_fstflags(uint32_t flags) {
  bool atim_twice = (flags & fst_atim) != 0 && (flags & fst_atim_now) != 0;
  bool mtim_twice = (flags & fst_mtim) != 0 && (flags & fst_mtim_now) != 0;
  return flags > 15 || atim_twice || mtim_twice ? Errno::inval : Errno::success;
}

Errno store_filestat(Call& c, uint32_t at, const FileStat& s) {
  const Layout& l = c.layout;
  uint8_t* to = c.memory.bytes(at, l.filestat_size);
  if (to == nullptr) return Errno::fault;
  std::memset(to, 0, l.filestat_size);
  store_le<uint64_t>(to, s.dev);
  store_le<uint64_t>(to + 8, s.ino);
  to[16] = static_cast<uint8_t>(s.type);
  if (l.filestat_nlink_bytes == 8) store_le<uint64_t>(to + l.filestat_nlink, s.nlink);
  else store_le<uint32_t>(to + l.filestat_nlink, static_cast<uint32_t>(s.nlink));
  to += l.filestat_after_nlink;
  for (uint64_t v : {s.size, s.atim, s.mtim, s.ctim}) {
    store_le<uint64_t>(to, v);
    to += 8;
  }
  return Errno::success;
}

}  // namespace nacre::wasi

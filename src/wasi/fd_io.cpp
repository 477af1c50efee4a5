// SPDX-License-Identifier: Apache-2.0
//
// Calls on descriptors that move data.
#include "wasi/call.hpp"

#include <algorithm>
#include <cstring>

namespace nacre::wasi {
namespace {

// A directory answers isdir before its missing rights are looked at.
Errno find_data(Call& c, uint32_t fd, Rights needed, Errno for_directory, Descriptor* out) {
  NACRE_WASI_TRY(c.context.find(fd, 0, out));
  if (out->handle->type() == FileType::directory) return for_directory;
  return (out->base & needed) == needed ? Errno::success : Errno::notcapable;
}

template <class Slice>
Errno buffers(Call& c, uint32_t iovs, uint32_t count, uint32_t out, std::vector<Slice>* slices) {
  if (!c.memory.holds(out, 4)) return Errno::fault;
  return c.memory.slices(iovs, count, slices);
}

template <class Slice>
bool is_empty(const std::vector<Slice>& slices) {
  return std::all_of(slices.begin(), slices.end(), [](const Slice& s) { return s.size == 0; });
}

class DirentWriter final : public DirSink {
 public:
  DirentWriter(uint8_t* to, uint32_t size) : to_(to), size_(size) {}
  // An entry that does not fit is cut off; the caller sees a full buffer and asks again.
  bool add(const DirEntry& e) override {
    uint8_t head[dirent_size] = {};
    store_le<uint64_t>(head, e.next);
    store_le<uint64_t>(head + 8, e.ino);
    store_le<uint32_t>(head + 16, static_cast<uint32_t>(e.name.size()));
    head[20] = static_cast<uint8_t>(e.type);
    append(head, sizeof head);
    append(reinterpret_cast<const uint8_t*>(e.name.data()), e.name.size());
    return !cut_;
  }
  uint32_t used() const { return used_; }

 private:
  void append(const uint8_t* from, size_t n) {
    size_t fits = std::min<size_t>(n, size_ - used_);
    if (fits != 0) std::memcpy(to_ + used_, from, fits);
    used_ += static_cast<uint32_t>(fits);
    if (fits != n) cut_ = true;
  }
  uint8_t* to_;
  uint32_t size_, used_ = 0;
  bool cut_ = false;
};

}  // namespace

Errno fd_read(Call& c, uint32_t fd, uint32_t iovs, uint32_t count, uint32_t out) {
  Descriptor d;
  std::vector<IoSlice> slices;
  NACRE_WASI_TRY(find_data(c, fd, rights::fd_read, Errno::isdir, &d));
  NACRE_WASI_TRY(buffers(c, iovs, count, out, &slices));
  uint64_t n = 0;
  if (!is_empty(slices)) {
    Errno e;
    do {
      NACRE_WASI_TRY(wait_for(c, *d.handle, false));
      e = d.handle->read(slices, &n);
    } while (e == Errno::again && (d.handle->flags() & fdflag_nonblock) == 0 && !c.stop());
    NACRE_WASI_TRY(e);
  }
  return c.memory.store<uint32_t>(out, static_cast<uint32_t>(n));
}

Errno fd_pread(Call& c, uint32_t fd, uint32_t iovs, uint32_t count, uint64_t offset, uint32_t out) {
  Descriptor d;
  std::vector<IoSlice> slices;
  NACRE_WASI_TRY(find_data(c, fd, rights::fd_read | rights::fd_seek, Errno::isdir, &d));
  NACRE_WASI_TRY(buffers(c, iovs, count, out, &slices));
  if (offset > INT64_MAX) return Errno::inval;
  uint64_t n = 0;
  NACRE_WASI_TRY(d.handle->pread(slices, offset, &n));
  return c.memory.store<uint32_t>(out, static_cast<uint32_t>(n));
}

Errno fd_write(Call& c, uint32_t fd, uint32_t iovs, uint32_t count, uint32_t out) {
  Descriptor d;
  std::vector<ConstIoSlice> slices;
  NACRE_WASI_TRY(find_data(c, fd, rights::fd_write, Errno::isdir, &d));
  NACRE_WASI_TRY(buffers(c, iovs, count, out, &slices));
  uint64_t n = 0;
  if (!is_empty(slices)) {
    Errno e;
    do {
      NACRE_WASI_TRY(wait_for(c, *d.handle, true));
      e = d.handle->write(slices, &n);
    } while (e == Errno::again && (d.handle->flags() & fdflag_nonblock) == 0 && !c.stop());
    NACRE_WASI_TRY(e);
  }
  return c.memory.store<uint32_t>(out, static_cast<uint32_t>(n));
}

Errno fd_pwrite(Call& c, uint32_t fd, uint32_t iovs, uint32_t count, uint64_t offset,
                uint32_t out) {
  Descriptor d;
  std::vector<ConstIoSlice> slices;
  NACRE_WASI_TRY(find_data(c, fd, rights::fd_write | rights::fd_seek, Errno::isdir, &d));
  NACRE_WASI_TRY(buffers(c, iovs, count, out, &slices));
  if (offset > INT64_MAX) return Errno::inval;
  uint64_t n = 0;
  NACRE_WASI_TRY(d.handle->pwrite(slices, offset, &n));
  return c.memory.store<uint32_t>(out, static_cast<uint32_t>(n));
}

Errno fd_seek(Call& c, uint32_t fd, int64_t offset, uint32_t whence, uint32_t out) {
  Descriptor d;
  if (whence > 2) return Errno::inval;
  int from = c.layout.whence[whence];
  bool only_tells = offset == 0 && from == 1;
  NACRE_WASI_TRY(find_data(c, fd, 0, Errno::badf, &d));
  if ((d.base & rights::fd_seek) == 0 && !(only_tells && (d.base & rights::fd_tell) != 0))
    return rights_for(*d.handle) == rights::file ? Errno::notcapable : Errno::spipe;
  if (!c.memory.holds(out, 8)) return Errno::fault;
  uint64_t at;
  NACRE_WASI_TRY(d.handle->seek(offset, from, &at));
  return c.memory.store<uint64_t>(out, at);
}

Errno fd_tell(Call& c, uint32_t fd, uint32_t out) {
  Descriptor d;
  NACRE_WASI_TRY(find_data(c, fd, 0, Errno::badf, &d));
  if ((d.base & rights::fd_tell) == 0)
    return rights_for(*d.handle) == rights::file ? Errno::notcapable : Errno::spipe;
  uint64_t at;
  NACRE_WASI_TRY(d.handle->seek(0, 1, &at));
  return c.memory.store<uint64_t>(out, at);
}

Errno fd_readdir(Call& c, uint32_t fd, uint32_t buf, uint32_t size, uint64_t cookie, uint32_t out) {
  Descriptor d;
  NACRE_WASI_TRY(c.context.find(fd, 0, &d));
  if (d.handle->type() != FileType::directory) return Errno::notdir;
  if ((d.base & rights::fd_readdir) == 0) return Errno::notcapable;
  uint8_t* to = c.memory.bytes(buf, size);
  if (to == nullptr || !c.memory.holds(out, 4)) return Errno::fault;
  DirentWriter writer(to, size);
  NACRE_WASI_TRY(d.handle->read_directory(cookie, writer));
  return c.memory.store<uint32_t>(out, writer.used());
}

}  // namespace nacre::wasi

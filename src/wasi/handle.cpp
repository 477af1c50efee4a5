// SPDX-License-Identifier: Apache-2.0
//
// Handle's defaults: what the wrong kind of file answers. And counting references, here to keep
// <atomic> out of the public header.
#include <nacre/wasi.hpp>

#include <atomic>

namespace nacre::wasi {
namespace {

bool is_directory(const Handle& h) { return h.type() == FileType::directory; }
bool is_socket(const Handle& h) {
  return h.type() == FileType::socket_stream || h.type() == FileType::socket_dgram;
}
bool is_regular(const Handle& h) { return h.type() == FileType::regular_file; }

// Reading and writing as a file: directories say isdir, everything else badf.
Errno not_readable(const Handle& h) { return is_directory(h) ? Errno::isdir : Errno::badf; }
Errno not_seekable(const Handle& h) {
  return is_directory(h) ? Errno::badf : is_regular(h) ? Errno::notsup : Errno::spipe;
}
Errno not_sizable(const Handle& h) {
  return is_directory(h) ? Errno::isdir : is_regular(h) ? Errno::notsup : Errno::inval;
}
Errno not_a_directory(const Handle& h) { return is_directory(h) ? Errno::notsup : Errno::notdir; }
Errno not_a_socket(const Handle& h) { return is_socket(h) ? Errno::notsup : Errno::notsock; }

}  // namespace

void Counted::retain() {
  std::atomic_ref<uint32_t>(count_).fetch_add(1, std::memory_order_relaxed);
}
bool Counted::release() {
  return std::atomic_ref<uint32_t>(count_).fetch_sub(1, std::memory_order_acq_rel) == 1;
}

Errno Handle::stat(FileStat* out) {
  *out = FileStat{};
  out->type = type();
  return Errno::success;
}
Errno Handle::set_times(SetTime, SetTime) { return Errno::notsup; }
Errno Handle::sync(bool) { return Errno::success; }
Errno Handle::set_flags(uint16_t) { return Errno::notsup; }

Errno Handle::read(Span<const IoSlice>, uint64_t*) { return not_readable(*this); }
Errno Handle::pread(Span<const IoSlice>, uint64_t, uint64_t*) {
  return is_directory(*this) ? Errno::isdir : Errno::spipe;
}
Errno Handle::write(Span<const ConstIoSlice>, uint64_t*) { return not_readable(*this); }
Errno Handle::pwrite(Span<const ConstIoSlice>, uint64_t, uint64_t*) {
  return is_directory(*this) ? Errno::isdir : Errno::spipe;
}
Errno Handle::seek(int64_t, int, uint64_t*) { return not_seekable(*this); }
Errno Handle::set_size(uint64_t) { return not_sizable(*this); }
Errno Handle::allocate(uint64_t, uint64_t) {
  return is_directory(*this) ? Errno::isdir : Errno::spipe;
}
Errno Handle::advise(uint64_t, uint64_t, uint8_t) {
  return is_directory(*this) ? Errno::badf : is_regular(*this) ? Errno::success : Errno::spipe;
}

Errno Handle::open(const Path&, const OpenOptions&, Ref<Handle>*) { return not_a_directory(*this); }
Errno Handle::stat_at(const Path&, bool, FileStat*) { return not_a_directory(*this); }
Errno Handle::set_times_at(const Path&, bool, SetTime, SetTime) { return not_a_directory(*this); }
Errno Handle::create_directory(const Path&) { return not_a_directory(*this); }
Errno Handle::remove_directory(const Path&) { return not_a_directory(*this); }
Errno Handle::unlink(const Path&) { return not_a_directory(*this); }
Errno Handle::symlink(StringView, const Path&) { return not_a_directory(*this); }
Errno Handle::readlink(const Path&, String*) { return not_a_directory(*this); }
Errno Handle::link(const Path&, bool, Handle&, const Path&) { return not_a_directory(*this); }
Errno Handle::rename(const Path&, Handle&, const Path&) { return not_a_directory(*this); }
Errno Handle::read_directory(uint64_t, DirSink&) { return not_a_directory(*this); }

Errno Handle::accept(uint16_t, Ref<Handle>*) { return not_a_socket(*this); }
Errno Handle::receive(Span<const IoSlice>, bool, bool, uint64_t*, bool*) {
  return not_a_socket(*this);
}
Errno Handle::send(Span<const ConstIoSlice>, uint64_t*) { return not_a_socket(*this); }
Errno Handle::shutdown(bool, bool) { return not_a_socket(*this); }

}  // namespace nacre::wasi

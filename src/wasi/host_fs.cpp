// SPDX-License-Identifier: Apache-2.0
#include "wasi/host_fs.hpp"

#include <atomic>
#include <cerrno>
#include <cstring>
#include <mutex>

#include "os/poll.hpp"
#include "os/sockets.hpp"
#include "wasi/errno.hpp"

namespace nacre::wasi {
namespace {

FileType to_type(os::FileKind k) {
  switch (k) {
    case os::FileKind::block_device:
      return FileType::block_device;
    case os::FileKind::character_device:
      return FileType::character_device;
    case os::FileKind::directory:
      return FileType::directory;
    case os::FileKind::regular:
      return FileType::regular_file;
    case os::FileKind::datagram_socket:
      return FileType::socket_dgram;
    case os::FileKind::stream_socket:
      return FileType::socket_stream;
    case os::FileKind::symlink:
      return FileType::symbolic_link;
    case os::FileKind::fifo:
    case os::FileKind::unknown:
      break;
  }
  return FileType::unknown;
}

FileStat to_stat(const os::FileInfo& i) {
  return {i.dev, i.ino, to_type(i.kind), i.nlink, i.size, i.atim, i.mtim, i.ctim};
}

os::FileTime to_time(SetTime t) { return {static_cast<os::FileTime::Kind>(t.kind), t.ns}; }

os::RelPath to_path(const Path& p) { return {p.components, p.must_be_directory, p.ends_in_dot}; }

// The same two words, under the other layer's name.
constexpr size_t max_slices = 64;
struct ReadBufs {
  os::ReadBuf bufs[max_slices];
  size_t n = 0;
  explicit ReadBufs(Span<const IoSlice> s) {
    for (const IoSlice& i : s)
      if (n < max_slices) bufs[n++] = {i.data, i.size};
  }
  operator std::span<const os::ReadBuf>() const { return {bufs, n}; }
};
struct WriteBufs {
  os::WriteBuf bufs[max_slices];
  size_t n = 0;
  explicit WriteBufs(Span<const ConstIoSlice> s) {
    for (const ConstIoSlice& i : s)
      if (n < max_slices) bufs[n++] = {i.data, i.size};
  }
  operator std::span<const os::WriteBuf>() const { return {bufs, n}; }
};

constexpr char plain_kind = 0, directory_kind = 0;

// What every host handle has. Threads may share one: the system orders what it does, the rest is
// guarded here.
class HostHandle : public Handle {
 public:
  HostHandle(os::FileHandle file, bool owned, FileType type, uint16_t flags)
      : file_(std::move(file)), owned_(owned), type_(type), flags_(flags) {}
  ~HostHandle() override {
    if (!owned_) file_.release();
  }
  const void* kind() const override { return &plain_kind; }
  FileType type() const override { return type_; }
  uint16_t flags() const override { return flags_; }
  Errno stat(FileStat* out) override {
    os::FileInfo info;
    int e = os::stat_file(native(), &info);
    if (e == 0) *out = to_stat(info);
    return from_host(e);
  }
  Errno set_times(SetTime atim, SetTime mtim) override {
    return from_host(os::set_file_times(native(), to_time(atim), to_time(mtim)));
  }
  Errno sync(bool data_only) override {
    int e = os::sync_file(native(), data_only);
    return e == EINVAL || e == EROFS ? Errno::success : from_host(e);
  }
  // Synchronisation cannot be switched once a file is open.
  Errno set_flags(uint16_t flags) override {
    constexpr uint16_t fixed = fdflag_sync | fdflag_dsync | fdflag_rsync;
    if ((flags & fixed) != (flags_ & fixed)) return Errno::notsup;
    if (Errno e = apply_append((flags & fdflag_append) != 0); e != Errno::success) return e;
    flags_ = flags;
    return Errno::success;
  }

 protected:
  virtual Errno apply_append(bool) { return Errno::success; }
  os::NativeFile native() const { return file_.get(); }
  bool owned() const { return owned_; }

 private:
  os::FileHandle file_;
  bool owned_;
  FileType type_;
  std::atomic<uint16_t> flags_;
};

class HostFile final : public HostHandle {
 public:
  using HostHandle::HostHandle;
  Errno read(Span<const IoSlice> to, uint64_t* out) override {
    return from_host(os::read_file(native(), ReadBufs(to), out));
  }
  Errno pread(Span<const IoSlice> to, uint64_t offset, uint64_t* out) override {
    return from_host(os::pread_file(native(), ReadBufs(to), offset, out));
  }
  Errno write(Span<const ConstIoSlice> from, uint64_t* out) override {
    uint64_t end;
    if (!owned() && (flags() & fdflag_append) != 0)
      if (int e = os::seek_file(native(), 0, 2, &end)) return from_host(e);
    return from_host(os::write_file(native(), WriteBufs(from), out));
  }
  Errno pwrite(Span<const ConstIoSlice> from, uint64_t offset, uint64_t* out) override {
    return from_host(os::pwrite_file(native(), WriteBufs(from), offset, out));
  }
  Errno seek(int64_t offset, int whence, uint64_t* out) override {
    return from_host(os::seek_file(native(), offset, whence, out));
  }
  Errno set_size(uint64_t size) override { return from_host(os::set_file_size(native(), size)); }
  Errno allocate(uint64_t offset, uint64_t size) override {
    return from_host(os::allocate_file(native(), offset, size));
  }
  Errno advise(uint64_t offset, uint64_t size, uint8_t advice) override {
    return from_host(os::advise_file(native(), offset, size, advice));
  }
  Readiness readiness() override {
    Readiness r;
    os::FileInfo info;
    uint64_t at;
    if (os::stat_file(native(), &info) == 0 && os::seek_file(native(), 0, 1, &at) == 0 &&
        at < info.size)
      r.read_bytes = info.size - at;
    return r;
  }

 private:
  Errno apply_append(bool append) override {
    return owned() ? from_host(os::set_file_append(native(), append)) : Errno::success;
  }
};

// Pipes, terminals, devices: read and written once they are ready.
class HostStream final : public HostHandle {
 public:
  HostStream(os::FileHandle file, bool owned, FileType type, uint16_t flags)
      : HostHandle(std::move(file), owned, type, flags),
        device_(type == FileType::character_device && !os::is_terminal(native())) {}
  // again: another thread was faster, and reading would block.
  Errno read(Span<const IoSlice> to, uint64_t* out) override {
    std::lock_guard<std::mutex> lock(reading_);
    os::PollItem item;
    item.file = native();
    item.want_read = true;
    if (os::poll_files({&item, 1}, 0) == 0 && !item.readable && !item.invalid) return Errno::again;
    return from_host(os::read_file(native(), ReadBufs(to), out));
  }
  Errno write(Span<const ConstIoSlice> from, uint64_t* out) override {
    if (device_) return from_host(os::write_file(native(), WriteBufs(from), out));
    return from_host(os::write_stream(native(), WriteBufs(from), false, out));
  }
  // Some devices seek: /dev/null, disks. Terminals and pipes say spipe.
  Errno seek(int64_t offset, int whence, uint64_t* out) override {
    return os::is_terminal(native()) ? Errno::spipe
                                     : from_host(os::seek_file(native(), offset, whence, out));
  }
  Readiness readiness() override {
    Readiness r;
    r.native = native();
    return r;
  }

 private:
  bool device_;  // takes writes at once: /dev/null
  std::mutex reading_;
};

class HostSocket final : public HostHandle {
 public:
  using HostHandle::HostHandle;
  Errno read(Span<const IoSlice> to, uint64_t* out) override {
    bool truncated;
    return receive(to, false, false, out, &truncated);
  }
  Errno write(Span<const ConstIoSlice> from, uint64_t* out) override { return send(from, out); }
  Errno accept(uint16_t flags, Ref<Handle>* out) override {
    os::FileHandle s;
    if (int e = os::accept_socket(native(), &s)) return from_host(e);
    *out = make_ref<HostSocket>(std::move(s), true, FileType::socket_stream, flags);
    return Errno::success;
  }
  Errno receive(Span<const IoSlice> to, bool peek, bool, uint64_t* out, bool* truncated) override {
    return from_host(os::receive_socket(native(), ReadBufs(to), peek, out, truncated));
  }
  Errno send(Span<const ConstIoSlice> from, uint64_t* out) override {
    return from_host(os::write_stream(native(), WriteBufs(from), true, out));
  }
  Errno shutdown(bool read, bool write) override {
    return from_host(os::shutdown_socket(native(), read, write));
  }
  Readiness readiness() override {
    Readiness r;
    r.native = native();
    return r;
  }
};

class HostDirectory final : public HostHandle {
 public:
  HostDirectory(os::FileHandle file, bool walk_only, uint16_t flags = 0)
      : HostHandle(std::move(file), true, FileType::directory, flags), walk_only_(walk_only) {}
  const void* kind() const override { return &directory_kind; }

  Errno open(const Path& path, const OpenOptions& o, Ref<Handle>* out) override {
    os::OpenMode mode{o.create,
                      o.exclusive,
                      o.truncate,
                      o.directory,
                      o.follow,
                      o.read,
                      o.write || o.truncate,
                      (o.flags & fdflag_append) != 0,
                      (o.flags & (fdflag_sync | fdflag_rsync)) != 0,
                      (o.flags & fdflag_dsync) != 0};
    if (mode.truncate) mode.read = mode.read || !o.write;
    os::FileHandle file;
    os::FileInfo info;
    if (int e = os::open_beneath(root(), to_path(path), mode, &file, &info)) return from_host(e);
    FileType type = to_type(info.kind);
    if (type == FileType::directory)
      *out = make_ref<HostDirectory>(std::move(file), walk_only_, o.flags);
    else if (type == FileType::regular_file || type == FileType::block_device)
      *out = make_ref<HostFile>(std::move(file), true, type, o.flags);
    else *out = make_ref<HostStream>(std::move(file), true, type, o.flags);
    return Errno::success;
  }
  Errno stat_at(const Path& path, bool follow, FileStat* out) override {
    os::FileInfo info;
    int e = os::stat_beneath(root(), to_path(path), follow, &info);
    if (e == 0) *out = to_stat(info);
    return from_host(e);
  }
  Errno set_times_at(const Path& path, bool follow, SetTime atim, SetTime mtim) override {
    return from_host(
        os::set_times_beneath(root(), to_path(path), follow, to_time(atim), to_time(mtim)));
  }
  Errno create_directory(const Path& path) override {
    return from_host(os::make_directory_beneath(root(), to_path(path)));
  }
  Errno remove_directory(const Path& path) override {
    return from_host(os::remove_directory_beneath(root(), to_path(path)));
  }
  Errno unlink(const Path& path) override {
    return from_host(os::unlink_beneath(root(), to_path(path)));
  }
  Errno symlink(StringView target, const Path& path) override {
    return from_host(os::symlink_beneath(root(), std::string(target), to_path(path)));
  }
  Errno readlink(const Path& path, String* out) override {
    std::string target;
    const Errno e = from_host(os::readlink_beneath(root(), to_path(path), &target));
    if (e == Errno::success) *out = target;
    return e;
  }
  Errno link(const Path& from, bool follow, Handle& to_dir, const Path& to) override {
    if (to_dir.kind() != kind()) return Errno::xdev;
    return from_host(os::link_beneath(root(), to_path(from), follow,
                                      static_cast<HostDirectory&>(to_dir).root(), to_path(to)));
  }
  Errno rename(const Path& from, Handle& to_dir, const Path& to) override {
    if (to_dir.kind() != kind()) return Errno::xdev;
    return from_host(os::rename_beneath(root(), to_path(from),
                                        static_cast<HostDirectory&>(to_dir).root(), to_path(to)));
  }
  Errno read_directory(uint64_t cookie, DirSink& sink) override {
    auto visit = [](void* env, const os::DirectoryEntry& e) {
      return static_cast<DirSink*>(env)->add({e.next, e.ino, to_type(e.kind), e.name});
    };
    std::lock_guard<std::mutex> lock(listing_);
    return from_host(reader_.read(native(), cookie, visit, &sink));
  }

 private:
  os::Root root() const { return {native(), walk_only_}; }
  bool walk_only_;
  std::mutex listing_;
  os::DirectoryReader reader_;
};

}  // namespace

Result<Ref<Handle>> open_host_directory(const std::string& path, bool walk_only) {
  os::FileHandle file;
  if (int e = os::open_root(path, &file))
    return make_error(ErrorKind::io, "cannot open directory " + path + ": " + std::strerror(e));
  return Ref<Handle>(make_ref<HostDirectory>(std::move(file), walk_only));
}

Result<Ref<Handle>> host_directory(StringView path) { return open_host_directory(path, false); }

Ref<Handle> borrowed_handle(os::NativeFile native) {
  os::FileInfo info;
  if (native == os::no_file || os::stat_file(native, &info) != 0) return {};
  FileType type = to_type(info.kind);
  os::FileHandle file(native);
  if (type == FileType::regular_file)
    return make_ref<HostFile>(std::move(file), false, type, uint16_t{0});
  if (type == FileType::socket_stream || type == FileType::socket_dgram)
    return make_ref<HostSocket>(std::move(file), false, type, uint16_t{0});
  return make_ref<HostStream>(std::move(file), false, type, uint16_t{0});
}

bool is_host_handle(const Handle& h) {
  return h.kind() == &plain_kind || h.kind() == &directory_kind;
}

Ref<Handle> socket_handle(os::FileHandle socket) {
  return make_ref<HostSocket>(std::move(socket), true, FileType::socket_stream, uint16_t{0});
}

}  // namespace nacre::wasi

// SPDX-License-Identifier: Apache-2.0
#include "wasi/read_only.hpp"

#include "wasi/locked.hpp"

namespace nacre::wasi {
namespace {

constexpr char read_only_kind = 0;

// Passes reading on; Handle's defaults never reach the file, so what is not named here cannot
// change it.
class ReadOnly final : public Handle {
 public:
  explicit ReadOnly(Ref<Handle> inner) : inner_(std::move(inner)) {}
  const void* kind() const override { return &read_only_kind; }
  FileType type() const override { return inner_->type(); }
  uint16_t flags() const override { return inner_->flags(); }
  Errno set_flags(uint16_t flags) override { return inner_->set_flags(flags); }
  Readiness readiness() override { return inner_->readiness(); }
  Errno stat(FileStat* out) override { return inner_->stat(out); }
  Errno set_times(SetTime, SetTime) override { return Errno::rofs; }

  Errno read(Span<const IoSlice> to, uint64_t* out) override { return inner_->read(to, out); }
  Errno pread(Span<const IoSlice> to, uint64_t offset, uint64_t* out) override {
    return inner_->pread(to, offset, out);
  }
  Errno write(Span<const ConstIoSlice>, uint64_t*) override { return refuse(); }
  Errno pwrite(Span<const ConstIoSlice>, uint64_t, uint64_t*) override { return refuse(); }
  Errno seek(int64_t offset, int whence, uint64_t* out) override {
    return inner_->seek(offset, whence, out);
  }
  Errno set_size(uint64_t) override { return refuse(); }
  Errno allocate(uint64_t, uint64_t) override { return refuse(); }
  Errno advise(uint64_t offset, uint64_t size, uint8_t advice) override {
    return inner_->advise(offset, size, advice);
  }

  Errno open(const Path& path, const OpenOptions& options, Ref<Handle>* out) override {
    OpenOptions o = options;
    o.create = o.truncate = o.write = false;
    o.flags &= fdflag_nonblock;
    bool changes = options.truncate || options.write;
    Ref<Handle> opened;
    Errno e = inner_->open(path, o, &opened);
    if (options.create && e == Errno::noent) return Errno::rofs;
    if (e != Errno::success)
      return options.create && options.exclusive && e == Errno::loop ? Errno::exist : e;
    if (options.create && options.exclusive) return Errno::exist;
    if (changes) return opened->type() == FileType::directory ? Errno::isdir : Errno::rofs;
    *out = make_ref<ReadOnly>(std::move(opened));
    return Errno::success;
  }
  Errno stat_at(const Path& path, bool follow, FileStat* out) override {
    return inner_->stat_at(path, follow, out);
  }
  Errno readlink(const Path& path, String* out) override { return inner_->readlink(path, out); }
  Errno read_directory(uint64_t cookie, DirSink& sink) override {
    return inner_->read_directory(cookie, sink);
  }
  Errno set_times_at(const Path&, bool, SetTime, SetTime) override { return refuse_at(); }
  Errno create_directory(const Path&) override { return refuse_at(); }
  Errno remove_directory(const Path&) override { return refuse_at(); }
  Errno unlink(const Path&) override { return refuse_at(); }
  Errno symlink(StringView, const Path&) override { return refuse_at(); }
  Errno link(const Path&, bool, Handle&, const Path&) override { return refuse_at(); }
  Errno rename(const Path&, Handle&, const Path&) override { return refuse_at(); }

 private:
  Errno refuse() const { return type() == FileType::directory ? Errno::isdir : Errno::rofs; }
  Errno refuse_at() const { return type() == FileType::directory ? Errno::rofs : Errno::notdir; }
  Ref<Handle> inner_;
};

}  // namespace

Ref<Handle> read_only_directory(Ref<Handle> directory) {
  return make_ref<ReadOnly>(std::move(directory));
}

bool is_read_only_directory(const Handle& h) { return unlocked(h).kind() == &read_only_kind; }

}  // namespace nacre::wasi

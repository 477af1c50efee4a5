// SPDX-License-Identifier: Apache-2.0
#include "wasi/locked.hpp"

#include "wasi/host_fs.hpp"

namespace nacre::wasi {
namespace {

constexpr char locked_kind = 0;

class Locked final : public Handle {
 public:
  Locked(Ref<Handle> inner, std::shared_ptr<std::mutex> mutex)
      : inner_(std::move(inner)), mutex_(std::move(mutex)) {}
  // The last reference may take nodes of a shared tree along.
  ~Locked() override {
    Guard g(*mutex_);
    inner_ = {};
  }
  Handle& inner() const { return *inner_; }

  const void* kind() const override { return &locked_kind; }
  FileType type() const override { return inner_->type(); }
  uint16_t flags() const override {
    Guard g(*mutex_);
    return inner_->flags();
  }
  Errno set_flags(uint16_t flags) override {
    Guard g(*mutex_);
    return inner_->set_flags(flags);
  }
  Readiness readiness() override {
    Guard g(*mutex_);
    return inner_->readiness();
  }
  Errno stat(FileStat* out) override {
    Guard g(*mutex_);
    return inner_->stat(out);
  }
  Errno set_times(SetTime atim, SetTime mtim) override {
    Guard g(*mutex_);
    return inner_->set_times(atim, mtim);
  }
  Errno sync(bool data_only) override {
    Guard g(*mutex_);
    return inner_->sync(data_only);
  }

  Errno read(Span<const IoSlice> to, uint64_t* out) override {
    Guard g(*mutex_);
    return inner_->read(to, out);
  }
  Errno pread(Span<const IoSlice> to, uint64_t offset, uint64_t* out) override {
    Guard g(*mutex_);
    return inner_->pread(to, offset, out);
  }
  Errno write(Span<const ConstIoSlice> from, uint64_t* out) override {
    Guard g(*mutex_);
    return inner_->write(from, out);
  }
  Errno pwrite(Span<const ConstIoSlice> from, uint64_t offset, uint64_t* out) override {
    Guard g(*mutex_);
    return inner_->pwrite(from, offset, out);
  }
  Errno seek(int64_t offset, int whence, uint64_t* out) override {
    Guard g(*mutex_);
    return inner_->seek(offset, whence, out);
  }
  Errno set_size(uint64_t size) override {
    Guard g(*mutex_);
    return inner_->set_size(size);
  }
  Errno allocate(uint64_t offset, uint64_t size) override {
    Guard g(*mutex_);
    return inner_->allocate(offset, size);
  }
  Errno advise(uint64_t offset, uint64_t size, uint8_t advice) override {
    Guard g(*mutex_);
    return inner_->advise(offset, size, advice);
  }

  Errno open(const Path& path, const OpenOptions& options, Ref<Handle>* out) override {
    Guard g(*mutex_);
    Ref<Handle> opened;
    Errno e = inner_->open(path, options, &opened);
    if (e == Errno::success) *out = locked_handle(std::move(opened), mutex_);
    return e;
  }
  Errno stat_at(const Path& path, bool follow, FileStat* out) override {
    Guard g(*mutex_);
    return inner_->stat_at(path, follow, out);
  }
  Errno set_times_at(const Path& path, bool follow, SetTime atim, SetTime mtim) override {
    Guard g(*mutex_);
    return inner_->set_times_at(path, follow, atim, mtim);
  }
  Errno create_directory(const Path& path) override {
    Guard g(*mutex_);
    return inner_->create_directory(path);
  }
  Errno remove_directory(const Path& path) override {
    Guard g(*mutex_);
    return inner_->remove_directory(path);
  }
  Errno unlink(const Path& path) override {
    Guard g(*mutex_);
    return inner_->unlink(path);
  }
  Errno symlink(StringView target, const Path& path) override {
    Guard g(*mutex_);
    return inner_->symlink(target, path);
  }
  Errno readlink(const Path& path, String* out) override {
    Guard g(*mutex_);
    return inner_->readlink(path, out);
  }
  // All directories of a context share one mutex, so the other one is covered, too.
  Errno link(const Path& from, bool follow, Handle& to_dir, const Path& to) override {
    Guard g(*mutex_);
    return inner_->link(from, follow, const_cast<Handle&>(unlocked(to_dir)), to);
  }
  Errno rename(const Path& from, Handle& to_dir, const Path& to) override {
    Guard g(*mutex_);
    return inner_->rename(from, const_cast<Handle&>(unlocked(to_dir)), to);
  }
  Errno read_directory(uint64_t cookie, DirSink& sink) override {
    Guard g(*mutex_);
    return inner_->read_directory(cookie, sink);
  }

  Errno accept(uint16_t flags, Ref<Handle>* out) override {
    Guard g(*mutex_);
    Ref<Handle> accepted;
    Errno e = inner_->accept(flags, &accepted);
    if (e == Errno::success)
      *out = locked_handle(std::move(accepted), std::make_shared<std::mutex>());
    return e;
  }
  Errno receive(Span<const IoSlice> to, bool peek, bool all, uint64_t* out,
                bool* truncated) override {
    Guard g(*mutex_);
    return inner_->receive(to, peek, all, out, truncated);
  }
  Errno send(Span<const ConstIoSlice> from, uint64_t* out) override {
    Guard g(*mutex_);
    return inner_->send(from, out);
  }
  Errno shutdown(bool read, bool write) override {
    Guard g(*mutex_);
    return inner_->shutdown(read, write);
  }

 private:
  using Guard = std::lock_guard<std::mutex>;
  Ref<Handle> inner_;
  std::shared_ptr<std::mutex> mutex_;
};

}  // namespace

Ref<Handle> locked_handle(Ref<Handle> inner, std::shared_ptr<std::mutex> mutex) {
  if (is_host_handle(*inner) || inner->kind() == &locked_kind) return inner;
  return make_ref<Locked>(std::move(inner), std::move(mutex));
}

const Handle& unlocked(const Handle& h) {
  return h.kind() == &locked_kind ? static_cast<const Locked&>(h).inner() : h;
}

}  // namespace nacre::wasi

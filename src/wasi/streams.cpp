// SPDX-License-Identifier: Apache-2.0
//
// Standard streams that are not the host's files: strings, spans, callbacks, FILE*.
#include <algorithm>
#include <cstring>

#include <nacre/wasi.hpp>
#include "wasi/host_fs.hpp"

namespace nacre::wasi {
namespace {

// A stream reads and writes in order, whole calls at a time.
class StreamHandle : public Handle {
 public:
  FileType type() const override { return FileType::unknown; }
  uint16_t flags() const override { return flags_; }
  Errno set_flags(uint16_t flags) override {
    flags_ = flags;
    return Errno::success;
  }

 private:
  uint16_t flags_ = 0;
};

class Empty final : public StreamHandle {
 public:
  Errno read(Span<const IoSlice>, uint64_t* out) override {
    *out = 0;
    return Errno::success;
  }
  Errno write(Span<const ConstIoSlice> from, uint64_t* out) override {
    *out = 0;
    for (const ConstIoSlice& s : from) *out += s.size;
    return Errno::success;
  }
};

class Input final : public StreamHandle {
 public:
  explicit Input(StringView text) : text_(text), bytes_(text_) {}
  explicit Input(Span<const uint8_t> view)
      : bytes_(reinterpret_cast<const char*>(view.data()), view.size()) {}
  Errno read(Span<const IoSlice> to, uint64_t* out) override {
    *out = 0;
    for (const IoSlice& s : to) {
      size_t n = std::min(s.size, bytes_.size());
      if (n != 0) std::memcpy(s.data, bytes_.data(), n);
      bytes_.remove_prefix(n);
      *out += n;
    }
    return Errno::success;
  }
  Readiness readiness() override {
    Readiness r;
    r.read_bytes = bytes_.size();
    return r;
  }

 private:
  std::string text_;
  std::string_view bytes_;
};

class Capture final : public StreamHandle {
 public:
  Capture(const BorrowedText& text, size_t max) : text_(text), max_(max) {}
  Errno write(Span<const ConstIoSlice> from, uint64_t* out) override {
    *out = 0;
    for (const ConstIoSlice& s : from) {
      size_t n = std::min(s.size, max_ - std::min(max_, text_.view(text_.object).size()));
      text_.append(text_.object, {reinterpret_cast<const char*>(s.data), n});
      *out += n;
      if (n != s.size) return *out != 0 ? Errno::success : Errno::nospc;
    }
    return Errno::success;
  }

 private:
  BorrowedText text_;
  size_t max_;
};

class CFile final : public StreamHandle {
 public:
  explicit CFile(std::FILE* file) : file_(file) {}
  // A line at most: asking a FILE for more than a terminal has would wait for it.
  Errno read(Span<const IoSlice> to, uint64_t* out) override {
    *out = 0;
    for (const IoSlice& s : to) {
      for (size_t i = 0; i < s.size; ++i) {
        int c = std::getc(file_);
        if (c == EOF) return std::ferror(file_) != 0 && *out == 0 ? Errno::io : Errno::success;
        s.data[i] = static_cast<uint8_t>(c);
        ++*out;
        if (c == '\n') return Errno::success;
      }
    }
    return Errno::success;
  }
  Errno write(Span<const ConstIoSlice> from, uint64_t* out) override {
    *out = 0;
    for (const ConstIoSlice& s : from) {
      size_t n = std::fwrite(s.data, 1, s.size, file_);
      *out += n;
      if (n != s.size) return *out != 0 ? Errno::success : Errno::io;
    }
    return Errno::success;
  }
  Errno sync(bool) override { return std::fflush(file_) == 0 ? Errno::success : Errno::io; }

 private:
  std::FILE* file_;
};

class Reader final : public StreamHandle {
 public:
  Reader(ReadCallback fn, void* env) : fn_(fn), env_(env) {}
  Errno read(Span<const IoSlice> to, uint64_t* out) override {
    *out = 0;
    for (const IoSlice& s : to) {
      if (s.size == 0) continue;
      size_t n = std::min(fn_(env_, s.data, s.size), s.size);
      *out += n;
      if (n != s.size) break;
    }
    return Errno::success;
  }

 private:
  ReadCallback fn_;
  void* env_;
};

class Writer final : public StreamHandle {
 public:
  Writer(WriteCallback fn, void* env) : fn_(fn), env_(env) {}
  Errno write(Span<const ConstIoSlice> from, uint64_t* out) override {
    *out = 0;
    for (const ConstIoSlice& s : from) {
      if (s.size != 0 && !fn_(env_, s.data, s.size)) return *out != 0 ? Errno::success : Errno::io;
      *out += s.size;
    }
    return Errno::success;
  }

 private:
  WriteCallback fn_;
  void* env_;
};

// Rewrites what a terminal would obey. A C1 control is two bytes in UTF-8, C2 80 to C2 9F, and may
// be split between writes, so a C2 waits for its successor.
class Neutral final : public StreamHandle {
 public:
  explicit Neutral(Ref<Handle> inner) : inner_(std::move(inner)) {}
  FileType type() const override { return inner_->type(); }
  Errno stat(FileStat* out) override { return inner_->stat(out); }
  Errno sync(bool data_only) override { return inner_->sync(data_only); }
  Readiness readiness() override { return inner_->readiness(); }
  Errno write(Span<const ConstIoSlice> from, uint64_t* out) override {
    std::string text;
    *out = 0;
    for (const ConstIoSlice& s : from) {
      size_t n = std::min(s.size, max_chunk - static_cast<size_t>(*out));
      for (size_t i = 0; i < n; ++i) translate(s.data[i], text);
      *out += n;
      if (n != s.size) break;
    }
    return pass_on(text);
  }

 private:
  static constexpr size_t max_chunk = 65536;

  void translate(uint8_t b, std::string& text) {
    bool after_lead = std::exchange(lead_, b == 0xc2);
    if (after_lead && b >= 0x80 && b < 0xa0) {
      (text += "^[") += static_cast<char>(b - 0x40);
      return;
    }
    if (after_lead) text += '\xc2';
    if (b == 0xc2) return;
    bool obeyed = (b < 0x20 && b != '\t' && b != '\n' && b != '\r' && b != '\b') || b == 0x7f;
    if (obeyed) (text += '^') += static_cast<char>(b ^ 0x40);
    else text += static_cast<char>(b);
  }

  Errno pass_on(std::string_view text) {
    while (!text.empty()) {
      ConstIoSlice slice{reinterpret_cast<const uint8_t*>(text.data()), text.size()};
      uint64_t n = 0;
      if (Errno e = inner_->write({&slice, 1}, &n); e != Errno::success) return e;
      if (n == 0) return Errno::io;
      text.remove_prefix(static_cast<size_t>(n));
    }
    return Errno::success;
  }

  Ref<Handle> inner_;
  bool lead_ = false;
};

// Answers badf to everything: a standard stream the process does not have.
class Closed final : public StreamHandle {
 public:
  Errno stat(FileStat*) override { return Errno::badf; }
};

}  // namespace

Stream::Stream(std::FILE* file) : handle_(make_ref<CFile>(file)) {}

Ref<Handle> neutral_output(Ref<Handle> output) { return make_ref<Neutral>(std::move(output)); }

Stream Stream::inherit() {
  Stream s;
  s.inherit_ = true;
  return s;
}
Stream Stream::descriptor(int64_t native) {
  Ref<Handle> h = borrowed_handle(native);
  return h ? Stream(h) : Stream(Ref<Handle>(make_ref<Closed>()));
}
Stream Stream::input(StringView bytes) { return Stream(Ref<Handle>(make_ref<Input>(bytes))); }
Stream Stream::view(Span<const uint8_t> bytes) {
  return Stream(Ref<Handle>(make_ref<Input>(bytes)));
}
Stream Stream::reader(ReadCallback fn, void* env) {
  return Stream(Ref<Handle>(make_ref<Reader>(fn, env)));
}
Stream Stream::writer(WriteCallback fn, void* env) {
  return Stream(Ref<Handle>(make_ref<Writer>(fn, env)));
}

Ref<Handle> Stream::handle(int number) const {
  if (inherit_) return descriptor(os::standard_file(number)).handle_;
  if (text_.object != nullptr) {
    if (number == 0) return make_ref<Input>(text_.view(text_.object));
    return make_ref<Capture>(text_, max_bytes_);
  }
  return handle_ ? handle_ : Ref<Handle>(make_ref<Empty>());
}

}  // namespace nacre::wasi

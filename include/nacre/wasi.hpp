// SPDX-License-Identifier: Apache-2.0
//
// WASI preview 1 for the modules of a Linker: what a guest may see and touch.
//
//   std::string out;
//   nacre::wasi::WasiConfig config;
//   config.args = {"app", "--verbose"};
//   config.preopens = {{"data", "/", nacre::wasi::read_only}};
//   config.out = &out;
//   nacre::wasi::add_to(linker, config).value();
//
// A bare WasiConfig is sealed and deterministic: no directories, no environment, empty input,
// output dropped, a clock that steps by a fixed amount per read, seeded random numbers, sleeps
// that take no time. WasiConfig::inherit() is the other end: this process's streams, the real
// clocks, the system's random numbers.
//
// Everything a guest reaches is a Handle; embedders replace any of it by deriving from Handle,
// Clock or Random (reference counted, see Ref). Handles are called by one thread at a time unless
// guest threads share the context.
#pragma once

#include <cstdint>
#include <cstdio>
#include <utility>

#include <nacre/detail/public.hpp>
#include <nacre/list.hpp>
#include <nacre/result.hpp>
#include <nacre/span.hpp>
#include <nacre/string.hpp>

namespace NACRE_PUBLIC nacre {
class Linker;
}

namespace nacre {
namespace NACRE_PUBLIC wasi {

// The specification's error numbers.
enum class Errno : uint16_t {
  success,
  toobig,
  acces,
  addrinuse,
  addrnotavail,
  afnosupport,
  again,
  already,
  badf,
  badmsg,
  busy,
  canceled,
  child,
  connaborted,
  connrefused,
  connreset,
  deadlk,
  destaddrreq,
  dom,
  dquot,
  exist,
  fault,
  fbig,
  hostunreach,
  idrm,
  ilseq,
  inprogress,
  intr,
  inval,
  io,
  isconn,
  isdir,
  loop,
  mfile,
  mlink,
  msgsize,
  multihop,
  nametoolong,
  netdown,
  netreset,
  netunreach,
  nfile,
  nobufs,
  nodev,
  noent,
  noexec,
  nolck,
  nolink,
  nomem,
  nomsg,
  noprotoopt,
  nospc,
  nosys,
  notconn,
  notdir,
  notempty,
  notrecoverable,
  notsock,
  notsup,
  notty,
  nxio,
  overflow,
  ownerdead,
  perm,
  pipe,
  proto,
  protonosupport,
  prototype,
  range,
  rofs,
  spipe,
  srch,
  stale,
  timedout,
  txtbsy,
  xdev,
  notcapable,
};

enum class FileType : uint8_t {
  unknown,
  block_device,
  character_device,
  directory,
  regular_file,
  socket_dgram,
  socket_stream,
  symbolic_link,
};

enum class ClockId : uint32_t { realtime, monotonic, process_cputime, thread_cputime };

// Descriptor flags (fdflags).
inline constexpr uint16_t fdflag_append = 1, fdflag_dsync = 2, fdflag_nonblock = 4,
                          fdflag_rsync = 8, fdflag_sync = 16;

struct FileStat {
  uint64_t dev = 0, ino = 0;
  FileType type = FileType::unknown;
  uint64_t nlink = 1, size = 0;
  uint64_t atim = 0, mtim = 0, ctim = 0;  // nanoseconds since 1970
};

struct DirEntry {
  uint64_t next = 0;  // cookie of the entry after this one
  uint64_t ino = 0;
  FileType type = FileType::unknown;
  StringView name;
};

// Memory to read into and to write from; the bytes are the guest's.
struct IoSlice {
  uint8_t* data;
  size_t size;
};
struct ConstIoSlice {
  const uint8_t* data;
  size_t size;
};

// A time to set: keep, now, or a value in nanoseconds.
struct SetTime {
  enum Kind : uint8_t { keep, now, value } kind = keep;
  uint64_t ns = 0;
};

// A relative path, already checked: not empty, not absolute, no NUL, valid UTF-8. Components
// hold no "/" and no ".", they may be ".." (which must not lead above the directory the call is
// made on). No component at all names that directory itself.
struct Path {
  List<StringView> components;
  bool must_be_directory = false;  // ended in "/", "/." or "/.."
  bool ends_in_dot = false;        // ended in "." or ".."
};

struct OpenOptions {
  bool create = false, exclusive = false, truncate = false, directory = false;
  bool follow = false;  // follow a symbolic link in the last component
  bool read = false, write = false;
  uint16_t flags = 0;  // fdflag_append ...
};

// A counted reference. Copies share; the last one deletes.
template <class T>
class Ref {
 public:
  Ref() = default;
  explicit Ref(T* p) : p_(p) {
    if (p_) p_->retain();
  }
  Ref(const Ref& o) : p_(o.p_) {
    if (p_) p_->retain();
  }
  Ref(Ref&& o) noexcept : p_(std::exchange(o.p_, nullptr)) {}
  template <class U>
  Ref(const Ref<U>& o) : p_(o.get()) {
    if (p_) p_->retain();
  }
  Ref& operator=(Ref o) noexcept {
    std::swap(p_, o.p_);
    return *this;
  }
  ~Ref() {
    if (p_ && p_->release()) delete p_;
  }
  T* get() const { return p_; }
  T* operator->() const { return p_; }
  T& operator*() const { return *p_; }
  explicit operator bool() const { return p_ != nullptr; }

 private:
  T* p_ = nullptr;
};

template <class T, class... Args>
Ref<T> make_ref(Args&&... args) {
  return Ref<T>(new T(std::forward<Args>(args)...));
}

class Counted {
 public:
  Counted() = default;
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;
  virtual ~Counted() = default;
  // Thread-safe. release: whether that was the last reference.
  void retain();
  bool release();

 private:
  uint32_t count_ = 0;
};

// Receives directory entries; returns false when it can take no more.
class DirSink {
 public:
  virtual bool add(const DirEntry& entry) = 0;

 protected:
  ~DirSink() = default;
};

// What poll_oneoff needs to know of a handle.
struct Readiness {
  int64_t native = -1;             // to be waited for by the host (a descriptor), or -1 ...
  bool read = true, write = true;  // ... and then: ready now?
  uint64_t read_bytes = 0;         // without `native`: how much can be read
};

// An open file, directory, stream or socket. Every operation has a default that answers as the
// wrong kind of file does, so an implementation writes only what it supports. Offsets and sizes
// are bytes. All methods return Errno::success and fill `out`, or an error and leave it.
class Handle : public Counted {
 public:
  virtual FileType type() const = 0;
  virtual Errno stat(FileStat* out);
  virtual Errno set_times(SetTime atim, SetTime mtim);
  virtual Errno sync(bool data_only);
  virtual Errno set_flags(uint16_t flags);  // append, nonblock; sync flags only as they are
  virtual uint16_t flags() const { return 0; }
  virtual Readiness readiness() { return {}; }

  // Files and streams.
  virtual Errno read(Span<const IoSlice> to, uint64_t* out);
  virtual Errno pread(Span<const IoSlice> to, uint64_t offset, uint64_t* out);
  virtual Errno write(Span<const ConstIoSlice> from, uint64_t* out);
  virtual Errno pwrite(Span<const ConstIoSlice> from, uint64_t offset, uint64_t* out);
  virtual Errno seek(int64_t offset, int whence, uint64_t* out);  // whence: 0 set, 1 current, 2 end
  virtual Errno set_size(uint64_t size);
  virtual Errno allocate(uint64_t offset, uint64_t size);
  virtual Errno advise(uint64_t offset, uint64_t size, uint8_t advice);

  // Directories. Paths start here and must not leave.
  virtual Errno open(const Path& path, const OpenOptions& options, Ref<Handle>* out);
  virtual Errno stat_at(const Path& path, bool follow, FileStat* out);
  virtual Errno set_times_at(const Path& path, bool follow, SetTime atim, SetTime mtim);
  virtual Errno create_directory(const Path& path);
  virtual Errno remove_directory(const Path& path);
  virtual Errno unlink(const Path& path);
  virtual Errno symlink(StringView target, const Path& path);
  virtual Errno readlink(const Path& path, String* out);
  // `to_dir` is of any class; what cannot be done between the two is Errno::xdev.
  virtual Errno link(const Path& from, bool follow, Handle& to_dir, const Path& to);
  virtual Errno rename(const Path& from, Handle& to_dir, const Path& to);
  // Entries from `cookie` on (0: the first), in an order that stays while the directory changes.
  virtual Errno read_directory(uint64_t cookie, DirSink& sink);

  // Sockets.
  virtual Errno accept(uint16_t flags, Ref<Handle>* out);
  virtual Errno receive(Span<const IoSlice> to, bool peek, bool all, uint64_t* out,
                        bool* truncated);
  virtual Errno send(Span<const ConstIoSlice> from, uint64_t* out);
  virtual Errno shutdown(bool read, bool write);

  // Identifies the implementation's class, for link and rename between two handles of one kind:
  // the address of a static object of that class. Null: none.
  virtual const void* kind() const { return nullptr; }
};

class Clock : public Counted {
 public:
  virtual Errno resolution(ClockId id, uint64_t* ns) = 0;
  virtual Errno now(ClockId id, uint64_t* ns) = 0;
  // Sleeping. A virtual clock moves ahead by `ns` and returns true; a real one returns false
  // and the caller waits.
  virtual bool advance(uint64_t) { return false; }
};

class Random : public Counted {
 public:
  virtual bool fill(Span<uint8_t> bytes) = 0;  // false: no random numbers to be had
};

// The system's clocks; and one that starts at `start` (nanoseconds since 1970) and steps by `step`
// whenever it is read.
Ref<Clock> system_clock();
Ref<Clock> stepping_clock(uint64_t start = 1'700'000'000'000'000'000, uint64_t step = 1'000'000);
// The system's cryptographic generator; and a reproducible one.
Ref<Random> system_random();
Ref<Random> seeded_random(uint64_t seed = 0);

// Directories. host_directory opens a real one; nothing outside it can be reached through it.
Result<Ref<Handle>> host_directory(StringView path);
// An empty directory in memory that may grow to `max_bytes` of contents and names.
Ref<Handle> memory_directory(uint64_t max_bytes = uint64_t{64} << 20);
// `directory`, unchangeable.
Ref<Handle> read_only_directory(Ref<Handle> directory);
// Reads fall through to `lower`, which is never changed; changes go to `upper`.
Ref<Handle> overlay_directory(Ref<Handle> lower, Ref<Handle> upper);
// `output` for a terminal: every control character but tab, newline, return and backspace becomes
// text ("^[" for escape).
Ref<Handle> neutral_output(Ref<Handle> output);
// Writes `contents` to the file `path` in `directory`, making its parents: fills in-memory trees.
Errno add_file(Handle& directory, StringView path, StringView contents);
// Reads the file `path` of `directory` into `*contents`, what was there before is replaced: what a
// guest left in memory. Errno::fbig when it is longer than `max_bytes`.
Errno read_file(Handle& directory, StringView path, String* contents,
                uint64_t max_bytes = uint64_t{64} << 20);

using ReadCallback = size_t (*)(void* env, uint8_t* data, size_t size);  // bytes read; 0 at the end
using WriteCallback = bool (*)(void* env, const uint8_t* data, size_t size);  // false: Errno::io

// Text of the embedder's, of whatever type.
struct BorrowedText {
  void* object = nullptr;
  StringView (*view)(const void* object) = nullptr;
  void (*append)(void* object, StringView text) = nullptr;
};

// Where a standard stream comes from or goes to.
class Stream {
 public:
  Stream() = default;  // empty input, dropped output
  // Output is appended to `*text`; input is read from a copy of it. Borrowed.
  // `text` is a std::string, a nacre::String or their like.
  template <class Text>
  requires detail::TextLike<Text> && requires(Text& t, StringView s) { t.append(s); }
  Stream(Text* text, size_t max_bytes = size_t{256} << 20)
      : text_{text, [](const void* t) { return StringView(*static_cast<const Text*>(t)); },
              [](void* t, StringView s) { static_cast<Text*>(t)->append(s); }},
        max_bytes_(max_bytes) {}
  Stream(std::FILE* file);  // borrowed
  Stream(Ref<Handle> handle) : handle_(std::move(handle)) {}
  static Stream inherit();                        // the process's own stream
  static Stream descriptor(int64_t native);       // borrowed
  static Stream input(StringView bytes);          // copied
  static Stream view(Span<const uint8_t> bytes);  // borrowed input
  static Stream reader(ReadCallback fn, void* env);
  static Stream writer(WriteCallback fn, void* env);

  // For the context: the handle for descriptor `number` (0, 1 or 2).
  Ref<Handle> handle(int number) const;
  bool is_inherited() const { return inherit_; }

 private:
  bool inherit_ = false;
  BorrowedText text_;
  size_t max_bytes_ = 0;
  Ref<Handle> handle_;
};

enum class Access : uint8_t { read_write, read_only };
inline constexpr Access read_only = Access::read_only, read_write = Access::read_write;

// A directory given to the guest: a host path, or any directory handle.
struct Preopen {
  String host = {};
  String guest = {};
  Access access = Access::read_write;
  Ref<Handle> directory = {};  // instead of `host`
};

// One finished call, for tracing: `line` reads like
//   path_open(3, 0, "a.txt", creat, ...) = 0 {fd: 4}
using TraceHook = void (*)(void* env, StringView line);

struct WasiConfig {
  List<String> args = {};
  List<String> env = {};        // "NAME=value"
  List<Preopen> preopens = {};  // descriptors 3, 4, ...
  Stream in = {}, out = {}, err = {};
  List<String> listeners = {};     // "HOST:PORT" to listen on; descriptors after the preopens
  List<Ref<Handle>> handles = {};  // further descriptors (sockets, streams), after these
  Ref<Clock> clock = {};           // null: stepping_clock()
  Ref<Random> random = {};         // null: seeded_random()
  // Output to a terminal of this process: control sequences are shown, not obeyed.
  bool neutral_terminal = false;
  // The guest has threads that share all this (see wasi_threads.hpp): handles other than the
  // host's files are called by one thread at a time. Clock, Random and `trace` are called by
  // several at once.
  bool threads = false;
  uint32_t max_descriptors = 1024;
  uint64_t max_random_bytes = uint64_t{64} << 20;  // per call
  TraceHook trace = nullptr;
  void* trace_env = nullptr;

  // This process's streams, the real clocks and random numbers; no directories, no environment.
  static WasiConfig inherit();
};

// Defines wasi_snapshot_preview1 and wasi_unstable in `linker`. Fails when a preopen cannot be
// opened or a listener cannot listen.
Result<void> add_to(Linker& linker, WasiConfig config);

}  // namespace wasi
}  // namespace nacre

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

// What kind of file a handle is.
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

// The clocks a guest can ask for.
enum class ClockId : uint32_t { realtime, monotonic, process_cputime, thread_cputime };

// Descriptor flags, the specification's fdflags; to be or-ed:
inline constexpr uint16_t fdflag_append = 1;
inline constexpr uint16_t fdflag_dsync = 2;
inline constexpr uint16_t fdflag_nonblock = 4;
inline constexpr uint16_t fdflag_rsync = 8;
inline constexpr uint16_t fdflag_sync = 16;

// What is known of a file.
struct FileStat {
  uint64_t dev = 0;                   // the device's number
  uint64_t ino = 0;                   // the file's, unique on the device
  FileType type = FileType::unknown;  // its kind
  uint64_t nlink = 1;                 // how many names it has
  uint64_t size = 0;                  // bytes
  uint64_t atim = 0;                  // last access, nanoseconds since 1970
  uint64_t mtim = 0;                  // last change of the contents, likewise
  uint64_t ctim = 0;                  // last change of any kind, likewise
};

// One entry of a directory.
struct DirEntry {
  uint64_t next = 0;                  // cookie of the entry after this one
  uint64_t ino = 0;                   // the file's number
  FileType type = FileType::unknown;  // its kind
  StringView name;                    // valid during the call it is given to
};

// Memory of the guest to read into; valid during the call it is given to.
struct IoSlice {
  uint8_t* data;  // the first byte
  size_t size;    // bytes
};
// Memory of the guest to write from; valid during the call it is given to.
struct ConstIoSlice {
  const uint8_t* data;  // the first byte
  size_t size;          // bytes
};

// A time to set.
struct SetTime {
  // Leave it, the time at the moment, or `ns`.
  enum Kind : uint8_t { keep, now, value };
  Kind kind = keep;  // which of them
  uint64_t ns = 0;   // nanoseconds since 1970, with `value`
};

// A relative path, already checked: not empty, not absolute, no NUL, valid UTF-8. Components
// hold no "/" and no ".", they may be ".." (which must not lead above the directory the call is
// made on). No component at all names that directory itself.
struct Path {
  List<StringView> components;     // valid during the call the path is given to
  bool must_be_directory = false;  // ended in "/", "/." or "/.."
  bool ends_in_dot = false;        // ended in "." or ".."
};

// How a file is opened.
struct OpenOptions {
  bool create = false;     // make it when it is not there
  bool exclusive = false;  // fail when it is there
  bool truncate = false;   // drop its contents
  bool directory = false;  // fail unless it is a directory
  bool follow = false;     // follow a symbolic link in the last component
  bool read = false;       // it will be read
  bool write = false;      // it will be written
  uint16_t flags = 0;      // fdflag_append ...
};

// A counted reference to a Handle, Clock or Random, or null. Copies share; the last one deletes.
// Several threads may hold references of one object; one Ref is used by one thread at a time.
template <class T>
class Ref {
 public:
  // Null.
  Ref() = default;
  // The first reference of a new object, or one more of an object that is referred to already.
  explicit Ref(T* p) : p_(p) {
    if (p_) p_->retain();
  }
  Ref(const Ref& o) : p_(o.p_) {
    if (p_) p_->retain();
  }
  Ref(Ref&& o) noexcept : p_(std::exchange(o.p_, nullptr)) {}
  // From a reference of a derived class.
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
  // The object, valid as long as a reference is; null when there is none:
  T* get() const { return p_; }
  T* operator->() const { return p_; }
  T& operator*() const { return *p_; }
  // Whether it refers to something.
  explicit operator bool() const { return p_ != nullptr; }

 private:
  T* p_ = nullptr;
};

// A new T made of these arguments, and its first reference.
template <class T, class... Args>
Ref<T> make_ref(Args&&... args) {
  return Ref<T>(new T(std::forward<Args>(args)...));
}

// What a Ref counts: the base of Handle, Clock and Random. Not copyable.
class Counted {
 public:
  Counted() = default;
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;
  virtual ~Counted() = default;
  // Adds a reference. For Ref; any thread.
  void retain();
  // Takes one away; whether that was the last, and the object is to be deleted. For Ref; any
  // thread.
  bool release();

 private:
  uint32_t count_ = 0;
};

// Receives directory entries.
class DirSink {
 public:
  // Takes one; false when it can take no more, and did not take this one whole.
  virtual bool add(const DirEntry& entry) = 0;

 protected:
  ~DirSink() = default;
};

// What poll_oneoff needs to know of a handle.
struct Readiness {
  int64_t native = -1;      // a descriptor or handle of the host to wait for, or -1 ...
  bool read = true;         // ... and then: whether reading would not wait
  bool write = true;        // likewise writing
  uint64_t read_bytes = 0;  // without `native`: how many bytes can be read
};

// An open file, directory, stream or socket. Every operation has a default that answers as the
// wrong kind of file does, so an implementation writes only what it supports. Offsets and sizes
// are bytes. All methods return Errno::success and fill `out`, or an error and leave it. They are
// called on the threads that run guests, one at a time unless WasiConfig::threads; spans, paths and
// sinks are borrowed for the call.
class Handle : public Counted {
 public:
  // What kind of file it is. Always the same.
  virtual FileType type() const = 0;
  // What is known of the file. Default: its kind alone.
  virtual Errno stat(FileStat* out);
  // Sets its times. Default: notsup.
  virtual Errno set_times(SetTime atim, SetTime mtim);
  // Writes what is buffered to the medium, with `data_only` not necessarily the times. Default:
  // does nothing.
  virtual Errno sync(bool data_only);
  // Sets fdflag_append and fdflag_nonblock; the sync flags come only as they are. Default: notsup.
  virtual Errno set_flags(uint16_t flags);
  // The flags at the moment, fdflag_append ... Default: none.
  virtual uint16_t flags() const { return 0; }
  // What poll_oneoff is to wait for. Default: always ready.
  virtual Readiness readiness() { return {}; }

  // --- files and streams

  // Reads from the position on, which moves. `*out`: how many bytes; 0 at the end.
  virtual Errno read(Span<const IoSlice> to, uint64_t* out);
  // Reads from `offset` on; the position stays. `*out`: how many bytes; 0 at the end.
  virtual Errno pread(Span<const IoSlice> to, uint64_t offset, uint64_t* out);
  // Writes at the position, which moves, or with fdflag_append at the end. `*out`: how many bytes.
  virtual Errno write(Span<const ConstIoSlice> from, uint64_t* out);
  // Writes at `offset`; the position stays. `*out`: how many bytes.
  virtual Errno pwrite(Span<const ConstIoSlice> from, uint64_t offset, uint64_t* out);
  // Moves the position. `whence`: from 0 the start, 1 the position, 2 the end. `*out`: the new one.
  virtual Errno seek(int64_t offset, int whence, uint64_t* out);
  // Cuts the file or extends it by zeros.
  virtual Errno set_size(uint64_t size);
  // Makes sure that [offset, offset + size) lies in the file and has room on the medium.
  virtual Errno allocate(uint64_t offset, uint64_t size);
  // How [offset, offset + size) will be used: the specification's number of an advice. May do
  // nothing.
  virtual Errno advise(uint64_t offset, uint64_t size, uint8_t advice);

  // --- directories; paths start here and must not leave

  // Opens what is at `path`, or makes it. `*out`: a new handle.
  virtual Errno open(const Path& path, const OpenOptions& options, Ref<Handle>* out);
  // As stat, of the file at `path`; `follow`: of what a symbolic link at its end points to.
  virtual Errno stat_at(const Path& path, bool follow, FileStat* out);
  // As set_times, of the file at `path`; `follow` as above.
  virtual Errno set_times_at(const Path& path, bool follow, SetTime atim, SetTime mtim);
  // Makes a directory; its parent must be there.
  virtual Errno create_directory(const Path& path);
  // Removes an empty directory.
  virtual Errno remove_directory(const Path& path);
  // Removes the name of a file that is no directory.
  virtual Errno unlink(const Path& path);
  // Makes a symbolic link at `path` that holds the text `target`.
  virtual Errno symlink(StringView target, const Path& path);
  // The text that the symbolic link at `path` holds.
  virtual Errno readlink(const Path& path, String* out);
  // Gives a file another name; `follow`: what a symbolic link at the end of `from` points to.
  // `to_dir` is of any class; what cannot be done between the two is Errno::xdev.
  virtual Errno link(const Path& from, bool follow, Handle& to_dir, const Path& to);
  // Moves a file or directory, replacing what is there. `to_dir` as above.
  virtual Errno rename(const Path& from, Handle& to_dir, const Path& to);
  // Entries from `cookie` on (0: the first), in an order that stays while the directory changes,
  // until the sink takes no more.
  virtual Errno read_directory(uint64_t cookie, DirSink& sink);

  // --- sockets

  // The next connection of a listening socket, with these fdflags. `*out`: a new handle.
  virtual Errno accept(uint16_t flags, Ref<Handle>* out);
  // Receives. `peek`: leaves the data there; `all`: waits for all that fits. `*out`: how many
  // bytes;
  // `*truncated`: whether a datagram was cut.
  virtual Errno receive(Span<const IoSlice> to, bool peek, bool all, uint64_t* out,
                        bool* truncated);
  // Sends. `*out`: how many bytes.
  virtual Errno send(Span<const ConstIoSlice> from, uint64_t* out);
  // Ends one direction of a connection, or both.
  virtual Errno shutdown(bool read, bool write);

  // Identifies the implementation's class, for link and rename between two handles of one kind:
  // the address of a static object of that class. Null: none.
  virtual const void* kind() const { return nullptr; }
};

// Where a guest's times come from. Called by several threads at once with WasiConfig::threads.
class Clock : public Counted {
 public:
  // The step of a clock in nanoseconds. Error: notsup for a clock there is not.
  virtual Errno resolution(ClockId id, uint64_t* ns) = 0;
  // The time in nanoseconds: since 1970 for ClockId::realtime, since some moment for the others.
  virtual Errno now(ClockId id, uint64_t* ns) = 0;
  // Sleeping. A virtual clock moves ahead by `ns` and returns true; a real one returns false
  // and the caller waits.
  virtual bool advance(uint64_t) { return false; }
};

// Where a guest's random numbers come from. Called by several threads at once with
// WasiConfig::threads.
class Random : public Counted {
 public:
  // Fills all of `bytes`; false when there are no random numbers to be had.
  virtual bool fill(Span<uint8_t> bytes) = 0;
};

// The system's clocks.
Ref<Clock> system_clock();
// A reproducible clock, which starts at `start` (nanoseconds since 1970), steps by `step`
// nanoseconds whenever it is read, and skips sleeps.
Ref<Clock> stepping_clock(uint64_t start = 1'700'000'000'000'000'000, uint64_t step = 1'000'000);
// The system's cryptographic generator.
Ref<Random> system_random();
// A reproducible generator: the same numbers for the same seed.
Ref<Random> seeded_random(uint64_t seed = 0);

// A directory of the host, opened now; nothing outside it can be reached through it. Error: io.
Result<Ref<Handle>> host_directory(StringView path);
// An empty directory in memory that may grow to `max_bytes`: of every file and directory in it its
// contents, the bytes of its name and 256 more count.
Ref<Handle> memory_directory(uint64_t max_bytes = uint64_t{64} << 20);
// `directory`, unchangeable.
Ref<Handle> read_only_directory(Ref<Handle> directory);
// Reads fall through to `lower`, which is never changed; changes go to `upper`.
Ref<Handle> overlay_directory(Ref<Handle> lower, Ref<Handle> upper);
// `output` for a terminal: every control character but tab, newline, return and backspace becomes
// text ("^[" for escape).
Ref<Handle> neutral_output(Ref<Handle> output);
// Writes `contents` to the file `path` in `directory`, making its parents: fills in-memory trees.
// An error is the first that an operation gave: nospc when there is no room, isdir and notdir when
// something else has the name of the file or of a parent, inval, noent, ilseq and notcapable for
// what is no path below `directory`.
Errno add_file(Handle& directory, StringView path, StringView contents);
// Reads the file `path` of `directory` into `*contents`, what was there before is replaced: what a
// guest left in memory. Errno::fbig when it is longer than `max_bytes`.
Errno read_file(Handle& directory, StringView path, String* contents,
                uint64_t max_bytes = uint64_t{64} << 20);

// Input by calls: puts up to `size` bytes at `data` and gives how many; 0 at the end.
using ReadCallback = size_t (*)(void* env, uint8_t* data, size_t size);
// Output by calls: takes all `size` bytes, or gives false, which the guest sees as Errno::io.
using WriteCallback = bool (*)(void* env, const uint8_t* data, size_t size);

// Text of the embedder's, of whatever type. What Stream makes of a pointer to it.
struct BorrowedText {
  void* object = nullptr;                                   // the text; borrowed
  StringView (*view)(const void* object) = nullptr;         // what it holds
  void (*append)(void* object, StringView text) = nullptr;  // adds to it
};

// Where a standard stream comes from or goes to. A plain value; what it names must live as long as
// guests run. Calls back on the threads that run guests.
class Stream {
 public:
  // Empty input, dropped output.
  Stream() = default;
  // Output is appended to `*text`, which is borrowed; beyond `max_bytes` writes fail (nospc). Input
  // is read from a copy of it. `text` is a std::string, a nacre::String or their like.
  template <class Text>
  requires detail::TextLike<Text> && requires(Text& t, StringView s) { t.append(s); }
  Stream(Text* text, size_t max_bytes = size_t{256} << 20)
      : text_{text, [](const void* t) { return StringView(*static_cast<const Text*>(t)); },
              [](void* t, StringView s) { static_cast<Text*>(t)->append(s); }},
        max_bytes_(max_bytes) {}
  // An open file of the C library; borrowed.
  Stream(std::FILE* file);
  // Any handle, shared.
  Stream(Ref<Handle> handle) : handle_(std::move(handle)) {}
  // The process's own stream.
  static Stream inherit();
  // A descriptor or handle of the host; borrowed. One that is not open answers badf.
  static Stream descriptor(int64_t native);
  // Input from these bytes, which are copied.
  static Stream input(StringView bytes);
  // Input from these bytes, which are borrowed.
  static Stream view(Span<const uint8_t> bytes);
  // Input by calls of `fn` with `env`.
  static Stream reader(ReadCallback fn, void* env);
  // Output by calls of `fn` with `env`.
  static Stream writer(WriteCallback fn, void* env);

  // For the context: the handle for descriptor `number` (0, 1 or 2).
  Ref<Handle> handle(int number) const;
  // Whether inherit() made it.
  bool is_inherited() const { return inherit_; }

 private:
  bool inherit_ = false;
  BorrowedText text_;
  size_t max_bytes_ = 0;
  Ref<Handle> handle_;
};

// What may be done in a directory.
enum class Access : uint8_t { read_write, read_only };
// Short for Access::read_only.
inline constexpr Access read_only = Access::read_only;
// Short for Access::read_write.
inline constexpr Access read_write = Access::read_write;

// A directory given to the guest: a host path, or any directory handle.
struct Preopen {
  String host = {};                    // a path of the host
  String guest = {};                   // its name for the guest: "/", "/data"
  Access access = Access::read_write;  // what the guest may do there
  Ref<Handle> directory = {};          // instead of `host`
};

// One finished call, for tracing: `line` reads like
//   path_open(fd=3, lookup=0x1, path="a.txt", ...) = success {fd: 4}
using TraceHook = void (*)(void* env, StringView line);

// What a guest may see and touch. A plain value; see above for what a bare one means.
struct WasiConfig {
  List<String> args = {};          // the first is the program's name
  List<String> env = {};           // "NAME=value"
  List<Preopen> preopens = {};     // descriptors 3, 4, ...
  Stream in = {};                  // descriptor 0
  Stream out = {};                 // descriptor 1
  Stream err = {};                 // descriptor 2
  List<String> listeners = {};     // "HOST:PORT" to listen on; descriptors after the preopens
  List<Ref<Handle>> handles = {};  // further descriptors (sockets, streams), after these
  Ref<Clock> clock = {};           // null: stepping_clock()
  Ref<Random> random = {};         // null: seeded_random()
  // Stream::inherit() to a terminal: guests' control sequences are shown as text, not obeyed.
  bool neutral_terminal = true;
  // The guest has threads that share all this (see wasi_threads.hpp): handles other than the
  // host's files are called by one thread at a time. Clock, Random and `trace` are called by
  // several at once.
  bool threads = false;
  uint32_t max_descriptors = 1024;                 // open at a time; more are Errno::mfile
  uint64_t max_random_bytes = uint64_t{64} << 20;  // of one random_get
  TraceHook trace = nullptr;                       // called after every call
  void* trace_env = nullptr;                       // for `trace`

  // This process's streams, the real clocks and random numbers; no directories, no environment.
  static WasiConfig inherit();
};

// Defines wasi_snapshot_preview1 and wasi_unstable in `linker`, in place of earlier definitions.
// One call makes one program: its descriptors are shared by all instances that import it. Errors:
// io when a preopen cannot be opened or a listener cannot listen; invalid_argument for what does
// not fit: an address, a handle that is no directory, text with a zero, more descriptors than
// max_descriptors.
Result<void> add_to(Linker& linker, WasiConfig config);

}  // namespace wasi
}  // namespace nacre

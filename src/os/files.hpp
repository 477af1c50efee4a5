// SPDX-License-Identifier: Apache-2.0
//
// Files of the host, seen from a directory that must not be left.
//
// Every function returns 0 or a number from <cerrno>; EXDEV means "the path leads out of the
// directory". Paths come split into components (no empty one, no "."); nothing a path names,
// through "..", absolute or relative symbolic links, or links and directories swapped by
// another process meanwhile, is ever resolved outside the root. On Linux the kernel guarantees
// that (openat2 with RESOLVE_BENEATH); elsewhere, and where a sandbox forbids that call, the
// path is walked component by component without ever following a link blindly.
#pragma once

#include <nacre/span.hpp>
#include <nacre/string.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace nacre::os {

using NativeFile = int64_t;  // a descriptor, or a Windows HANDLE
inline constexpr NativeFile no_file = -1;

// What link_beneath and rename_beneath return when the two places are on different file systems.
inline constexpr int cross_device = -1;

void close_file(NativeFile file);

// Owns a native file.
class FileHandle {
 public:
  FileHandle() = default;
  explicit FileHandle(NativeFile f) : file_(f) {}
  FileHandle(FileHandle&& o) noexcept : file_(std::exchange(o.file_, no_file)) {}
  FileHandle& operator=(FileHandle&& o) noexcept {
    std::swap(file_, o.file_);
    return *this;
  }
  ~FileHandle() {
    if (file_ != no_file) close_file(file_);
  }
  NativeFile get() const { return file_; }
  NativeFile release() { return std::exchange(file_, no_file); }

 private:
  NativeFile file_ = no_file;
};

enum class FileKind : uint8_t {
  unknown,
  block_device,
  character_device,
  directory,
  regular,
  datagram_socket,
  stream_socket,
  symlink,
  fifo,
};

struct FileInfo {
  uint64_t dev = 0, ino = 0, nlink = 1, size = 0;
  uint64_t atim = 0, mtim = 0, ctim = 0;  // nanoseconds since 1970
  FileKind kind = FileKind::unknown;
};

struct FileTime {
  enum Kind : uint8_t { keep, now, value } kind = keep;
  uint64_t ns = 0;
};

struct ReadBuf {
  uint8_t* data;
  size_t size;
};
struct WriteBuf {
  const uint8_t* data;
  size_t size;
};

// A directory paths are resolved in. `walk_only` never uses the kernel's own confinement.
struct Root {
  NativeFile dir = no_file;
  bool walk_only = false;
};

struct RelPath {
  Span<const StringView> components;  // none: the root itself
  bool must_be_directory = false;
  bool ends_in_dot = false;  // last written component was "." or ".."
};

struct OpenMode {
  bool create = false, exclusive = false, truncate = false, directory = false, follow = false;
  bool read = false, write = false, append = false, sync = false, dsync = false;
};

// Whether names need Windows' rules (device names, streams, drive letters ...).
extern const bool windows_names;

// Opens a directory by a host path the embedder trusts.
int open_root(const std::string& host_path, FileHandle* out);

// Never blocks on FIFOs and devices, never makes a terminal the controlling one.
int open_beneath(const Root&, const RelPath&, const OpenMode&, FileHandle* out, FileInfo* info);
int stat_beneath(const Root&, const RelPath&, bool follow, FileInfo* out);
int set_times_beneath(const Root&, const RelPath&, bool follow, FileTime atim, FileTime mtim);
int make_directory_beneath(const Root&, const RelPath&);
int remove_directory_beneath(const Root&, const RelPath&);
int unlink_beneath(const Root&, const RelPath&);
int symlink_beneath(const Root&, const std::string& target, const RelPath&);
int readlink_beneath(const Root&, const RelPath&, std::string* out);
int link_beneath(const Root& from_root, const RelPath& from, bool follow, const Root& to_root,
                 const RelPath& to);
int rename_beneath(const Root& from_root, const RelPath& from, const Root& to_root,
                   const RelPath& to);

int stat_file(NativeFile, FileInfo* out);
int set_file_times(NativeFile, FileTime atim, FileTime mtim);
int read_file(NativeFile, std::span<const ReadBuf>, uint64_t* out);
int pread_file(NativeFile, std::span<const ReadBuf>, uint64_t offset, uint64_t* out);
int write_file(NativeFile, std::span<const WriteBuf>, uint64_t* out);
int pwrite_file(NativeFile, std::span<const WriteBuf>, uint64_t offset, uint64_t* out);
int seek_file(NativeFile, int64_t offset, int whence,
              uint64_t* out);  // whence: 0 set, 1 current, 2 end
int set_file_size(NativeFile, uint64_t size);
int allocate_file(NativeFile, uint64_t offset, uint64_t size);
int advise_file(NativeFile, uint64_t offset, uint64_t size,
                uint8_t advice);  // WASI's order of advices
int sync_file(NativeFile, bool data_only);
int set_file_append(NativeFile, bool append);
bool is_terminal(NativeFile);
// Writes to a pipe, terminal or socket that poll_files found writable: at most what surely fits
// without blocking. A closed reader is EPIPE, never a signal.
int write_stream(NativeFile, std::span<const WriteBuf>, bool socket, uint64_t* out);

// The process's standard stream `number` (0, 1, 2).
NativeFile standard_file(int number);

struct DirectoryEntry {
  std::string_view name;
  uint64_t ino = 0;
  FileKind kind = FileKind::unknown;
  uint64_t next = 0;  // position after this entry
};

// Reads a directory in the host's order; positions stay valid while the directory changes.
class DirectoryReader {
 public:
  using Visit = bool (*)(void* env, const DirectoryEntry&);  // false: stop, entry not taken
  int read(NativeFile dir, uint64_t cookie, Visit visit, void* env);

 private:
  int refill(NativeFile dir);
  std::vector<uint8_t> buffer_;
  size_t pos_ = 0, end_ = 0;
  uint64_t at_ = ~uint64_t{0};  // cookie of buffer_[pos_]
};

}  // namespace nacre::os

// SPDX-License-Identifier: Apache-2.0
//
// Confinement on Unix. Two ways lead from a root and a path to an open file:
//
//   the kernel's   port::open_beneath: one system call that cannot leave the root;
//   the walk       a stack of open directories, one per component. A component is opened with
//                  O_NOFOLLOW; when it is a symbolic link its target's components take its
//                  place (40 at most), ".." pops the stack and never the root. Directories are
//                  held by descriptor, so swapping one for a link meanwhile changes nothing.
//
// Operations on a name (mkdir, unlink, rename ...) resolve the parent directory either way and
// then use the *at call on the last component, which never follows a link.
#include "os/files.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>

#include "os/files_unix.hpp"

namespace nacre::os {
namespace {

constexpr int max_links = 40;
constexpr size_t max_open_walk = 256;  // directories held open by one walk
constexpr int max_iov = 64;            // buffers per system call; more are a short read or write
constexpr int base_flags = O_CLOEXEC | O_NOCTTY | O_NONBLOCK;

int last_error(bool failed) { return failed ? errno : 0; }
int fd_of(NativeFile f) { return static_cast<int>(f); }

std::string join(Span<const StringView> components, bool trailing_slash) {
  std::string text;
  for (std::string_view c : components) {
    if (!text.empty()) text += '/';
    text += c;
  }
  if (text.empty()) text = ".";
  else if (trailing_slash) text += '/';
  return text;
}

// The directory and name a path finally means.
struct Place {
  FileHandle held;  // keeps `dir` open when it is not the root
  int dir = -1;
  std::string name;  // "." when the path ends in the directory itself
  bool must_be_directory = false;
};

class Walk {
 public:
  Walk(int root, const RelPath& path, bool follow_last)
      : root_(root), follow_last_(follow_last), must_be_directory_(path.must_be_directory) {
    for (size_t i = path.components.size(); i-- > 0;) todo_.emplace_back(path.components[i]);
  }

  int run(Place* out) {
    while (!todo_.empty()) {
      std::string name = std::move(todo_.back());
      todo_.pop_back();
      if (name == "..") {
        if (open_.empty()) return EXDEV;
        open_.pop_back();
        continue;
      }
      bool done = false;
      int e = todo_.empty() ? last(name, &done) : middle(name);
      if (e != 0) return e;
      if (done) return finish(std::move(name), out);
    }
    return finish(".", out);
  }

 private:
  int current() const { return open_.empty() ? root_ : fd_of(open_.back().get()); }

  int finish(std::string name, Place* out) {
    out->dir = current();
    out->name = std::move(name);
    out->must_be_directory = must_be_directory_;
    if (!open_.empty()) out->held = std::move(open_.back());
    return 0;
  }

  int middle(const std::string& name) {
    int fd = openat(current(), name.c_str(), port::walk_flags);
    if (fd >= 0) {
      open_.emplace_back(fd);
      return open_.size() > max_open_walk ? ENAMETOOLONG : 0;
    }
    if (errno != ELOOP && errno != ENOTDIR && errno != EMLINK) return errno;
    int e = expand(name);
    return e == EINVAL ? ENOTDIR : e;
  }

  int last(const std::string& name, bool* done) {
    if (follow_last_ || must_be_directory_) {
      int e = expand(name);
      if (e == 0) return 0;
      if (e != EINVAL && e != ENOENT) return e;
    }
    *done = true;
    return 0;
  }

  // Replaces the link `name` by its target. EINVAL: not a link.
  int expand(const std::string& name) {
    char target[PATH_MAX];
    ssize_t n = readlinkat(current(), name.c_str(), target, sizeof target);
    if (n < 0) return errno;
    if (++links_ > max_links) return ELOOP;
    if (n == 0) return ENOENT;
    if (target[0] == '/') return EXDEV;
    std::string_view rest(target, static_cast<size_t>(n));
    if (todo_.empty() && rest.back() == '/') must_be_directory_ = true;
    std::vector<std::string_view> parts;
    while (!rest.empty()) {
      size_t slash = rest.find('/');
      std::string_view part = rest.substr(0, slash);
      rest.remove_prefix(slash == std::string_view::npos ? rest.size() : slash + 1);
      if (!part.empty() && part != ".") parts.push_back(part);
    }
    for (size_t i = parts.size(); i-- > 0;) todo_.emplace_back(parts[i]);
    return 0;
  }

  int root_;
  bool follow_last_, must_be_directory_;
  std::vector<std::string> todo_;  // last component first
  std::vector<FileHandle> open_;
  int links_ = 0;
};

int place_by_walk(const Root& root, const RelPath& path, bool follow_last, Place* out) {
  return Walk(fd_of(root.dir), path, follow_last).run(out);
}

// The parent directory of the last component, which is not followed.
int find_parent(const Root& root, const RelPath& path, Place* out) {
  if (path.components.empty() || path.components.back() == "..")
    return place_by_walk(root, path, false, out);
  RelPath parent{path.components.first(path.components.size() - 1), false, false};
  out->name = path.components.back();
  out->must_be_directory = path.must_be_directory;
  out->dir = fd_of(root.dir);
  if (parent.components.empty()) return 0;
  if (!root.walk_only && port::look_flags != 0) {
    int fd = -1;
    int e = port::open_beneath(fd_of(root.dir), join(parent.components, false).c_str(),
                               port::walk_flags & ~O_NOFOLLOW, 0, &fd);
    if (e != ENOSYS) {
      out->held = FileHandle(e == 0 ? fd : no_file);
      out->dir = fd;
      return e;
    }
  }
  parent.must_be_directory = true;
  Place place;
  if (int e = place_by_walk(root, parent, true, &place)) return e;
  int fd = openat(place.dir, place.name.c_str(), port::walk_flags);
  if (fd < 0) return errno;
  out->held = FileHandle(fd);
  out->dir = fd;
  return 0;
}

// Whether `place` exists and is a directory: 0 yes, ENOTDIR no, or why it cannot be seen.
int require_directory(const Place& place) {
  struct stat s;
  if (fstatat(place.dir, place.name.c_str(), &s, AT_SYMLINK_NOFOLLOW) != 0) return errno;
  return S_ISDIR(s.st_mode) ? 0 : ENOTDIR;
}

timespec to_timespec(FileTime t) {
  timespec r{};
  if (t.kind == FileTime::keep) r.tv_nsec = UTIME_OMIT;
  else if (t.kind == FileTime::now) r.tv_nsec = UTIME_NOW;
  else {
    r.tv_sec = static_cast<time_t>(t.ns / 1'000'000'000);
    r.tv_nsec = static_cast<long>(t.ns % 1'000'000'000);
  }
  return r;
}

int open_flags(const OpenMode& m) {
  int flags = base_flags;
  flags |= m.write ? (m.read ? O_RDWR : O_WRONLY) : O_RDONLY;
  if (m.create) flags |= O_CREAT;
  if (m.create && m.exclusive) flags |= O_EXCL;
  if (m.truncate) flags |= O_TRUNC;
  if (m.directory) flags |= O_DIRECTORY;
  if (!m.follow) flags |= O_NOFOLLOW;
  if (m.append) flags |= O_APPEND;
  if (m.sync) flags |= O_SYNC;
  if (m.dsync) flags |= O_DSYNC;
  return flags;
}

int open_by_walk(const Root& root, const RelPath& path, int flags, bool follow, int* out) {
  Place place;
  bool follow_last = follow && (flags & (O_CREAT | O_EXCL)) != (O_CREAT | O_EXCL);
  if (int e = place_by_walk(root, path, follow_last, &place)) return e;
  flags |= O_NOFOLLOW;
  if (place.must_be_directory) {
    if ((flags & O_CREAT) != 0) return EISDIR;
    flags |= O_DIRECTORY;
  }
  *out = openat(place.dir, place.name.c_str(), flags, 0666);
  return last_error(*out < 0);
}

// A descriptor that only looks at a file or link; the walk's answer where there is none.
int look(const Root& root, const RelPath& path, bool follow, FileHandle* out) {
  if (root.walk_only || port::look_flags == 0) return ENOSYS;
  int fd = -1;
  int flags = port::look_flags | (follow ? 0 : O_NOFOLLOW);
  int e = port::open_beneath(fd_of(root.dir), join(path.components, path.must_be_directory).c_str(),
                             flags, 0, &fd);
  if (e == 0) *out = FileHandle(fd);
  return e;
}

bool socket_error_is_quiet(ssize_t n) { return n < 0 && errno == EINTR; }

template <class Slices, class Call>
int transfer(const Slices& slices, uint64_t* out, Call call) {
  iovec v[max_iov];
  int n = 0;
  for (const auto& s : slices) {
    if (n == max_iov) break;
    v[n].iov_base = const_cast<void*>(static_cast<const void*>(s.data));
    v[n++].iov_len = s.size;
  }
  ssize_t done;
  do done = call(v, n);
  while (socket_error_is_quiet(done));
  if (done < 0) return errno;
  *out = static_cast<uint64_t>(done);
  return 0;
}

// Keeps a write to a closed pipe from killing the process: SIGPIPE is blocked on this thread
// and, if it came, taken off the pending set. errno must still be the failed write's at the end.
class PipeSignalGuard {
 public:
  PipeSignalGuard() {
    sigemptyset(&pipe_);
    sigaddset(&pipe_, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe_, &old_);
    if (sigismember(&old_, SIGPIPE) != 1) return;  // what is not blocked is not pending
    sigset_t pending;
    sigemptyset(&pending);
    sigpending(&pending);
    was_pending_ = sigismember(&pending, SIGPIPE) == 1;
  }
  ~PipeSignalGuard() {
    int saved = errno;
    if (!was_pending_ && saved == EPIPE) {
      sigset_t pending;
      sigemptyset(&pending);
      sigpending(&pending);
      int signal_number;
      if (sigismember(&pending, SIGPIPE) == 1) sigwait(&pipe_, &signal_number);
    }
    pthread_sigmask(SIG_SETMASK, &old_, nullptr);
    errno = saved;
  }

 private:
  sigset_t pipe_, old_;
  bool was_pending_ = false;
};

}  // namespace

const bool windows_names = false;

void close_file(NativeFile file) { close(fd_of(file)); }

FileInfo port::file_info(int, const struct stat& s) {
  FileInfo i;
  i.dev = static_cast<uint64_t>(s.st_dev);
  i.ino = static_cast<uint64_t>(s.st_ino);
  i.nlink = static_cast<uint64_t>(s.st_nlink);
  i.size = static_cast<uint64_t>(s.st_size);
  i.atim = atime_ns(s);
  i.mtim = mtime_ns(s);
  i.ctim = ctime_ns(s);
  if (S_ISREG(s.st_mode)) i.kind = FileKind::regular;
  else if (S_ISDIR(s.st_mode)) i.kind = FileKind::directory;
  else if (S_ISLNK(s.st_mode)) i.kind = FileKind::symlink;
  else if (S_ISCHR(s.st_mode)) i.kind = FileKind::character_device;
  else if (S_ISBLK(s.st_mode)) i.kind = FileKind::block_device;
  else if (S_ISFIFO(s.st_mode)) i.kind = FileKind::fifo;
  else if (S_ISSOCK(s.st_mode)) i.kind = FileKind::stream_socket;
  return i;
}

int open_root(const std::string& host_path, FileHandle* out) {
  int fd = open(host_path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return errno;
  *out = FileHandle(fd);
  return 0;
}

int open_beneath(const Root& root, const RelPath& path, const OpenMode& mode, FileHandle* out,
                 FileInfo* info) {
  int flags = open_flags(mode);
  int fd = -1;
  int e = ENOSYS;
  if (!root.walk_only)
    e = port::open_beneath(fd_of(root.dir), join(path.components, path.must_be_directory).c_str(),
                           flags, 0666, &fd);
  if (e == ENOSYS) e = open_by_walk(root, path, flags, mode.follow, &fd);
  if (e != 0) return e == EMLINK ? ELOOP : e;
  FileHandle file(fd);
  struct stat s;
  if (fstat(fd, &s) != 0) return errno;
  if (port::is_forbidden(fd, s)) return EACCES;
  *info = port::file_info(fd, s);
  *out = std::move(file);
  return 0;
}

int stat_beneath(const Root& root, const RelPath& path, bool follow, FileInfo* out) {
  struct stat s;
  FileHandle file;
  int e = look(root, path, follow, &file);
  if (e == 0) {
    if (fstat(fd_of(file.get()), &s) != 0) return errno;
  } else if (e == ENOSYS) {
    Place place;
    if (int we = place_by_walk(root, path, follow, &place)) return we;
    if (fstatat(place.dir, place.name.c_str(), &s, AT_SYMLINK_NOFOLLOW) != 0) return errno;
    if (place.must_be_directory && !S_ISDIR(s.st_mode)) return ENOTDIR;
    if (follow && S_ISLNK(s.st_mode)) return ELOOP;
  } else {
    return e;
  }
  *out = port::file_info(-1, s);
  return 0;
}

int set_times_beneath(const Root& root, const RelPath& path, bool follow, FileTime atim,
                      FileTime mtim) {
  timespec times[2] = {to_timespec(atim), to_timespec(mtim)};
  FileHandle file;
  int e = look(root, path, follow, &file);
  if (e == 0) e = port::set_times(fd_of(file.get()), times);
  if (e != ENOSYS) return e;
  Place place;
  if (int we = place_by_walk(root, path, follow, &place)) return we;
  if (place.must_be_directory)
    if (int de = require_directory(place)) return de;
  return last_error(utimensat(place.dir, place.name.c_str(), times, AT_SYMLINK_NOFOLLOW) != 0);
}

// What a path that ends in "." or ".." means to a call that wants a name: `answer`, provided the
// directory is there at all.
static int dot_answer(const Root& root, const RelPath& path, int answer) {
  FileInfo info;
  int e = stat_beneath(root, path, true, &info);
  return e != 0 ? e : answer;
}

static bool names_itself(const RelPath& path) {
  return path.components.empty() || path.ends_in_dot;
}

int make_directory_beneath(const Root& root, const RelPath& path) {
  if (names_itself(path)) return dot_answer(root, path, EEXIST);
  Place place;
  if (int e = find_parent(root, path, &place)) return e;
  return last_error(mkdirat(place.dir, place.name.c_str(), 0777) != 0);
}

int remove_directory_beneath(const Root& root, const RelPath& path) {
  if (names_itself(path))
    return dot_answer(
        root, path,
        !path.components.empty() && path.components.back() == ".." ? ENOTEMPTY : EINVAL);
  Place place;
  if (int e = find_parent(root, path, &place)) return e;
  if (unlinkat(place.dir, place.name.c_str(), AT_REMOVEDIR) == 0) return 0;
  return errno == EEXIST ? ENOTEMPTY : errno;
}

int unlink_beneath(const Root& root, const RelPath& path) {
  if (names_itself(path)) return dot_answer(root, path, EISDIR);
  Place place;
  if (int e = find_parent(root, path, &place)) return e;
  int is_directory = require_directory(place);
  if (is_directory == 0) return EISDIR;
  if (is_directory != ENOTDIR || path.must_be_directory) return is_directory;
  return last_error(unlinkat(place.dir, place.name.c_str(), 0) != 0);
}

int symlink_beneath(const Root& root, const std::string& target, const RelPath& path) {
  if (names_itself(path)) return dot_answer(root, path, EEXIST);
  Place place;
  if (int e = find_parent(root, path, &place)) return e;
  if (path.must_be_directory) {
    int e = require_directory(place);
    return e == 0 ? EEXIST : e;
  }
  return last_error(symlinkat(target.c_str(), place.dir, place.name.c_str()) != 0);
}

int readlink_beneath(const Root& root, const RelPath& path, std::string* out) {
  if (names_itself(path) || path.must_be_directory) return dot_answer(root, path, EINVAL);
  Place place;
  if (int e = find_parent(root, path, &place)) return e;
  char target[PATH_MAX];
  ssize_t n = readlinkat(place.dir, place.name.c_str(), target, sizeof target);
  if (n < 0) return errno;
  out->assign(target, static_cast<size_t>(n));
  return 0;
}

int link_beneath(const Root& from_root, const RelPath& from, bool follow, const Root& to_root,
                 const RelPath& to) {
  if (names_itself(from)) return dot_answer(from_root, from, EPERM);
  if (names_itself(to)) return dot_answer(to_root, to, EEXIST);
  Place source, target;
  bool follow_last = follow || from.must_be_directory;
  int e = follow_last ? place_by_walk(from_root, from, true, &source)
                      : find_parent(from_root, from, &source);
  if (e != 0) return e;
  if (int te = find_parent(to_root, to, &target)) return te;
  int is_directory = require_directory(source);
  if (is_directory != 0 && is_directory != ENOTDIR) return is_directory;
  if (is_directory == 0) return EPERM;
  if (from.must_be_directory) return ENOTDIR;
  if (to.must_be_directory) {
    struct stat s;
    return fstatat(target.dir, target.name.c_str(), &s, AT_SYMLINK_NOFOLLOW) == 0 ? EEXIST : errno;
  }
  if (linkat(source.dir, source.name.c_str(), target.dir, target.name.c_str(), 0) == 0) return 0;
  return errno == EXDEV ? cross_device : errno;
}

int rename_beneath(const Root& from_root, const RelPath& from, const Root& to_root,
                   const RelPath& to) {
  if (names_itself(from)) return dot_answer(from_root, from, EBUSY);
  if (names_itself(to)) return dot_answer(to_root, to, EBUSY);
  Place source, target;
  if (int e = find_parent(from_root, from, &source)) return e;
  if (int e = find_parent(to_root, to, &target)) return e;
  if (from.must_be_directory || to.must_be_directory)
    if (int e = require_directory(source)) return e;
  if (renameat(source.dir, source.name.c_str(), target.dir, target.name.c_str()) == 0) return 0;
  return errno == EXDEV ? cross_device : errno == EEXIST ? ENOTEMPTY : errno;
}

int stat_file(NativeFile file, FileInfo* out) {
  struct stat s;
  if (fstat(fd_of(file), &s) != 0) return errno;
  *out = port::file_info(fd_of(file), s);
  return 0;
}

int set_file_times(NativeFile file, FileTime atim, FileTime mtim) {
  timespec times[2] = {to_timespec(atim), to_timespec(mtim)};
  return last_error(futimens(fd_of(file), times) != 0);
}

int read_file(NativeFile file, std::span<const ReadBuf> to, uint64_t* out) {
  return transfer(to, out, [&](iovec* v, int n) { return readv(fd_of(file), v, n); });
}

int pread_file(NativeFile file, std::span<const ReadBuf> to, uint64_t offset, uint64_t* out) {
  return transfer(to, out, [&](iovec* v, int n) {
    return preadv(fd_of(file), v, n, static_cast<off_t>(offset));
  });
}

int write_file(NativeFile file, std::span<const WriteBuf> from, uint64_t* out) {
  return transfer(from, out, [&](iovec* v, int n) { return writev(fd_of(file), v, n); });
}

int pwrite_file(NativeFile file, std::span<const WriteBuf> from, uint64_t offset, uint64_t* out) {
  return transfer(from, out, [&](iovec* v, int n) {
    return pwritev(fd_of(file), v, n, static_cast<off_t>(offset));
  });
}

int seek_file(NativeFile file, int64_t offset, int whence, uint64_t* out) {
  static constexpr int host[] = {SEEK_SET, SEEK_CUR, SEEK_END};
  off_t r = lseek(fd_of(file), static_cast<off_t>(offset), host[whence]);
  if (r < 0) return errno;
  *out = static_cast<uint64_t>(r);
  return 0;
}

int set_file_size(NativeFile file, uint64_t size) {
  return last_error(ftruncate(fd_of(file), static_cast<off_t>(size)) != 0);
}

int allocate_file(NativeFile file, uint64_t offset, uint64_t size) {
  return port::allocate(fd_of(file), offset, size);
}

int advise_file(NativeFile file, uint64_t offset, uint64_t size, uint8_t advice) {
  return port::advise(fd_of(file), offset, size, advice);
}

int sync_file(NativeFile file, bool data_only) {
  if (data_only) return port::sync_data(fd_of(file));
  return last_error(fsync(fd_of(file)) != 0);
}

int set_file_append(NativeFile file, bool append) {
  int flags = fcntl(fd_of(file), F_GETFL);
  if (flags < 0) return errno;
  int wanted = append ? flags | O_APPEND : flags & ~O_APPEND;
  return last_error(wanted != flags && fcntl(fd_of(file), F_SETFL, wanted) != 0);
}

bool is_terminal(NativeFile file) { return isatty(fd_of(file)) == 1; }

int write_stream(NativeFile file, std::span<const WriteBuf> from, bool socket, uint64_t* out) {
  if (socket) {
    return transfer(from, out, [&](iovec* v, int n) {
      msghdr m{};
      m.msg_iov = v;
      m.msg_iovlen = static_cast<decltype(m.msg_iovlen)>(n);
      return sendmsg(fd_of(file), &m, MSG_NOSIGNAL | MSG_DONTWAIT);
    });
  }
  PipeSignalGuard guard;
  int e = transfer(from, out, [&](iovec* v, int n) -> ssize_t {
    uint64_t written = 0;
    errno = port::write_now(fd_of(file), v, n, &written);
    return errno == 0 ? static_cast<ssize_t>(written) : -1;
  });
  if (e != EOPNOTSUPP) return e;
  // A pipe that polls writable takes PIPE_BUF bytes; more could block.
  uint64_t total = 0;
  for (const WriteBuf& b : from) {
    for (size_t done = 0; done < b.size;) {
      pollfd p{fd_of(file), POLLOUT, 0};
      if (total != 0 && poll(&p, 1, 0) == 0) return *out = total, 0;
      ssize_t n = write(fd_of(file), b.data + done, std::min<size_t>(b.size - done, PIPE_BUF));
      if (n < 0 && errno == EINTR) continue;
      if (n < 0 && total == 0) return errno;
      if (n <= 0) return *out = total, 0;
      done += static_cast<size_t>(n);
      total += static_cast<uint64_t>(n);
    }
  }
  *out = total;
  return 0;
}

NativeFile standard_file(int number) { return number; }

}  // namespace nacre::os

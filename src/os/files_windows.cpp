// SPDX-License-Identifier: Apache-2.0
//
// Confinement on Windows: every component is opened relative to the handle of the directory
// before it (NtCreateFile with RootDirectory), without following reparse points. ".." goes back
// along the handles and never above the root. A reparse point on the way, which is what
// symbolic links and junctions are, is refused as leading out; symbolic links can be neither
// made nor read. Names were checked by the resolver's Windows rules, so none can be a device,
// a stream or a drive.
#include "os/files.hpp"

#include <windows.h>
#include <winternl.h>

#include <cerrno>
#include <memory>

#include "os/directory_snapshot.hpp"
#include "os/wide_windows.hpp"

namespace nacre::os {
namespace {

// winternl.h has the call but not these.
constexpr ULONG nt_open = 1, nt_create = 2, nt_open_if = 3, nt_overwrite = 4, nt_overwrite_if = 5;
constexpr ULONG opt_directory = 0x1, opt_synchronous = 0x20, opt_not_directory = 0x40,
                opt_backup = 0x4000, opt_reparse = 0x200000, opt_write_through = 0x2;
constexpr int class_rename = 10, class_link = 11, class_disposition = 13;
constexpr DWORD look_access = FILE_READ_ATTRIBUTES | SYNCHRONIZE;
constexpr DWORD walk_access = FILE_LIST_DIRECTORY | FILE_TRAVERSE | look_access;
constexpr DWORD share_all = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;
constexpr uint64_t filetime_to_1970 = 116'444'736'000'000'000;
constexpr DWORD reparse_or_directory = FILE_ATTRIBUTE_REPARSE_POINT | FILE_ATTRIBUTE_DIRECTORY;

HANDLE handle(NativeFile f) { return reinterpret_cast<HANDLE>(static_cast<intptr_t>(f)); }
NativeFile native(HANDLE h) { return static_cast<NativeFile>(reinterpret_cast<intptr_t>(h)); }

int to_errno(DWORD e) {
  switch (e) {
    case ERROR_SUCCESS:
      return 0;
    case ERROR_FILE_NOT_FOUND:
    case ERROR_PATH_NOT_FOUND:
    case ERROR_INVALID_NAME:
      return ENOENT;
    case ERROR_ACCESS_DENIED:
    case ERROR_SHARING_VIOLATION:
    case ERROR_LOCK_VIOLATION:
      return EACCES;
    case ERROR_ALREADY_EXISTS:
    case ERROR_FILE_EXISTS:
      return EEXIST;
    case ERROR_DIR_NOT_EMPTY:
      return ENOTEMPTY;
    case ERROR_DIRECTORY:
      return ENOTDIR;
    case ERROR_DISK_FULL:
    case ERROR_HANDLE_DISK_FULL:
      return ENOSPC;
    case ERROR_TOO_MANY_OPEN_FILES:
      return EMFILE;
    case ERROR_NOT_ENOUGH_MEMORY:
    case ERROR_OUTOFMEMORY:
      return ENOMEM;
    case ERROR_INVALID_HANDLE:
      return EBADF;
    case ERROR_INVALID_PARAMETER:
    case ERROR_NEGATIVE_SEEK:
      return EINVAL;
    case ERROR_BROKEN_PIPE:
    case ERROR_NO_DATA:
      return EPIPE;
    case ERROR_NOT_SAME_DEVICE:
      return cross_device;
    case ERROR_NOT_SUPPORTED:
    case ERROR_INVALID_FUNCTION:
      return ENOTSUP;
    case ERROR_WRITE_PROTECT:
      return EROFS;
    case ERROR_BUSY:
      return EBUSY;
    case ERROR_FILENAME_EXCED_RANGE:
      return ENAMETOOLONG;
    default:
      return EIO;
  }
}
int last_error(bool failed) { return failed ? to_errno(GetLastError()) : 0; }

template <class F>
F nt_function(const char* name) {
  FARPROC p = GetProcAddress(GetModuleHandleW(L"ntdll.dll"), name);
  F f;
  static_assert(sizeof f == sizeof p);
  std::memcpy(&f, &p, sizeof f);
  return f;
}

int nt_error(NTSTATUS status) {
  static const auto convert = nt_function<ULONG(NTAPI*)(NTSTATUS)>("RtlNtStatusToDosError");
  constexpr auto is_directory = static_cast<NTSTATUS>(0xC00000BA);
  if (status >= 0) return 0;
  return status == is_directory ? EISDIR : to_errno(convert(status));
}

// Opens one name in a directory, never what a reparse point leads to. An empty name is the
// directory again.
int open_name(NativeFile dir, std::string_view name, DWORD access, ULONG disposition, ULONG options,
              FileHandle* out) {
  using Create = NTSTATUS(NTAPI*)(PHANDLE, ACCESS_MASK, POBJECT_ATTRIBUTES, PIO_STATUS_BLOCK,
                                  PLARGE_INTEGER, ULONG, ULONG, ULONG, ULONG, PVOID, ULONG);
  static const auto create = nt_function<Create>("NtCreateFile");
  std::wstring text = wide(name);
  UNICODE_STRING string;
  string.Buffer = text.data();
  string.Length = string.MaximumLength = static_cast<USHORT>(text.size() * sizeof(wchar_t));
  OBJECT_ATTRIBUTES attributes{};
  attributes.Length = sizeof attributes;
  attributes.RootDirectory = handle(dir);
  attributes.ObjectName = &string;
  IO_STATUS_BLOCK status{};
  HANDLE h = nullptr;
  NTSTATUS s = create(&h, access | SYNCHRONIZE, &attributes, &status, nullptr,
                      FILE_ATTRIBUTE_NORMAL, share_all, disposition,
                      options | opt_synchronous | opt_reparse | opt_backup, nullptr, 0);
  if (int e = nt_error(s)) return e;
  *out = FileHandle(native(h));
  return 0;
}

int attributes_of(NativeFile f, DWORD* out) {
  FILE_ATTRIBUTE_TAG_INFO tag;
  if (!GetFileInformationByHandleEx(handle(f), FileAttributeTagInfo, &tag, sizeof tag))
    return last_error(true);
  *out = tag.FileAttributes;
  return 0;
}

// A directory to walk on from, which must be one and not a link.
int open_step(NativeFile dir, std::string_view name, FileHandle* out) {
  FileHandle h;
  DWORD a = 0;
  if (int e = open_name(dir, name, walk_access, nt_open, 0, &h)) return e;
  if (int e = attributes_of(h.get(), &a)) return e;
  if ((a & FILE_ATTRIBUTE_REPARSE_POINT) != 0) return EXDEV;
  if ((a & FILE_ATTRIBUTE_DIRECTORY) == 0) return ENOTDIR;
  *out = std::move(h);
  return 0;
}

struct Place {
  std::vector<FileHandle> open;  // the way from the root
  NativeFile root = no_file;
  std::string name;  // empty: the directory itself
  NativeFile dir() const { return open.empty() ? root : open.back().get(); }
};

int find_place(const Root& root, const RelPath& path, Place* out) {
  out->root = root.dir;
  for (size_t i = 0; i < path.components.size(); ++i) {
    std::string_view c = path.components[i];
    if (c == "..") {
      if (out->open.empty()) return EXDEV;
      out->open.pop_back();
      continue;
    }
    if (i + 1 == path.components.size()) {
      out->name = c;
      return 0;
    }
    FileHandle next;
    if (int e = open_step(out->dir(), c, &next)) return e;
    out->open.push_back(std::move(next));
  }
  return 0;
}

uint64_t to_ns(const FILETIME& t) {
  uint64_t ticks = (static_cast<uint64_t>(t.dwHighDateTime) << 32) | t.dwLowDateTime;
  return ticks < filetime_to_1970 ? 0 : (ticks - filetime_to_1970) * 100;
}

LARGE_INTEGER to_ticks(FileTime t) {
  LARGE_INTEGER r{};
  FILETIME now;
  GetSystemTimeAsFileTime(&now);
  if (t.kind == FileTime::now) {
    r.LowPart = now.dwLowDateTime;
    r.HighPart = static_cast<LONG>(now.dwHighDateTime);
  } else if (t.kind == FileTime::value) {
    r.QuadPart = static_cast<LONGLONG>(t.ns / 100 + filetime_to_1970);
  }
  return r;
}

// Opens what the path names, not following it.
int open_place(const Place& p, bool must_be_directory, DWORD access, FileHandle* out) {
  DWORD a = 0;
  if (int e = open_name(p.dir(), p.name, access, nt_open, 0, out)) return e;
  if (int e = attributes_of(out->get(), &a)) return e;
  return must_be_directory && (a & reparse_or_directory) != FILE_ATTRIBUTE_DIRECTORY ? ENOTDIR : 0;
}

int set_information(NativeFile file, void* data, ULONG size, int information_class) {
  using Set = NTSTATUS(NTAPI*)(HANDLE, PIO_STATUS_BLOCK, PVOID, ULONG, int);
  static const auto set = nt_function<Set>("NtSetInformationFile");
  IO_STATUS_BLOCK status{};
  return nt_error(set(handle(file), &status, data, size, information_class));
}

struct NameInformation {  // FILE_RENAME_INFORMATION and FILE_LINK_INFORMATION
  BOOLEAN replace;
  HANDLE directory;
  ULONG bytes;
  WCHAR name[1];
};

int give_name(NativeFile file, const Place& to, bool replace, int information_class) {
  std::wstring name = wide(to.name);
  size_t size = sizeof(NameInformation) + name.size() * sizeof(wchar_t);
  std::vector<uint64_t> storage(size / 8 + 1);
  auto* info = reinterpret_cast<NameInformation*>(storage.data());
  info->replace = replace ? TRUE : FALSE;
  info->directory = handle(to.dir());
  info->bytes = static_cast<ULONG>(name.size() * sizeof(wchar_t));
  std::memcpy(info->name, name.data(), info->bytes);
  return set_information(file, info, static_cast<ULONG>(size), information_class);
}

int remove_place(const Root& root, const RelPath& path, bool directory) {
  Place p;
  FileHandle file;
  DWORD a = 0;
  if (int e = find_place(root, path, &p)) return e;
  if (p.name.empty() || path.ends_in_dot) return directory ? EINVAL : EISDIR;
  if (int e = open_name(p.dir(), p.name, DELETE | look_access, nt_open, 0, &file)) return e;
  if (int e = attributes_of(file.get(), &a)) return e;
  bool is_directory = (a & reparse_or_directory) == FILE_ATTRIBUTE_DIRECTORY;
  if (directory != is_directory) return directory ? ENOTDIR : EISDIR;
  if (!directory && path.must_be_directory) return ENOTDIR;
  BOOLEAN yes = TRUE;
  return set_information(file.get(), &yes, sizeof yes, class_disposition);
}

template <class Buf, class Call>
int transfer(std::span<const Buf> bufs, const uint64_t* offset, uint64_t* out, Call call) {
  *out = 0;
  for (const Buf& b : bufs) {
    constexpr size_t max_transfer = size_t{1} << 30;
    OVERLAPPED at{};
    if (offset != nullptr) {
      uint64_t o = *offset + *out;
      at.Offset = static_cast<DWORD>(o);
      at.OffsetHigh = static_cast<DWORD>(o >> 32);
    }
    DWORD done = 0, want = static_cast<DWORD>(b.size < max_transfer ? b.size : max_transfer);
    if (!call(b.data, want, &done, offset != nullptr ? &at : nullptr)) {
      DWORD e = GetLastError();
      if (*out != 0 || e == ERROR_HANDLE_EOF || e == ERROR_BROKEN_PIPE) return 0;
      return to_errno(e);
    }
    *out += done;
    if (done != b.size) break;
  }
  return 0;
}

}  // namespace

const bool windows_names = true;

void close_file(NativeFile file) { CloseHandle(handle(file)); }

int open_root(const std::string& host_path, FileHandle* out) {
  HANDLE h = CreateFileW(wide(host_path).c_str(), walk_access, share_all, nullptr, OPEN_EXISTING,
                         FILE_FLAG_BACKUP_SEMANTICS, nullptr);
  if (h == INVALID_HANDLE_VALUE) return last_error(true);
  FileHandle file(native(h));
  FileInfo info;
  if (int e = stat_file(file.get(), &info)) return e;
  if (info.kind != FileKind::directory) return ENOTDIR;
  *out = std::move(file);
  return 0;
}

int open_beneath(const Root& root, const RelPath& path, const OpenMode& mode, FileHandle* out,
                 FileInfo* info) {
  Place p;
  if (int e = find_place(root, path, &p)) return e;
  if (mode.create && path.must_be_directory) return EISDIR;
  DWORD access = look_access | (mode.read ? FILE_GENERIC_READ : 0);
  if (mode.write)
    access |= mode.append ? FILE_GENERIC_WRITE & ~FILE_WRITE_DATA : FILE_GENERIC_WRITE;
  ULONG disposition = mode.create ? (mode.exclusive ? nt_create : nt_open_if) : nt_open;
  ULONG options = (mode.sync || mode.dsync ? opt_write_through : 0) |
                  (mode.directory || path.must_be_directory ? opt_directory : 0) |
                  (mode.write || mode.create ? opt_not_directory : 0);
  FileHandle file;
  DWORD a = 0;
  if (int e = open_name(p.dir(), p.name, access, disposition, options, &file)) return e;
  if (int e = attributes_of(file.get(), &a)) return e;
  if ((a & FILE_ATTRIBUTE_REPARSE_POINT) != 0) return ELOOP;
  if (mode.truncate)
    if (int e = set_file_size(file.get(), 0)) return e;
  if (int e = stat_file(file.get(), info)) return e;
  *out = std::move(file);
  return 0;
}

int stat_beneath(const Root& root, const RelPath& path, bool follow, FileInfo* out) {
  Place p;
  FileHandle file;
  if (int e = find_place(root, path, &p)) return e;
  if (int e = open_place(p, path.must_be_directory, look_access, &file)) return e;
  if (int e = stat_file(file.get(), out)) return e;
  return follow && out->kind == FileKind::symlink ? EXDEV : 0;
}

int set_times_beneath(const Root& root, const RelPath& path, bool follow, FileTime atim,
                      FileTime mtim) {
  Place p;
  FileHandle file;
  FileInfo info;
  if (int e = find_place(root, path, &p)) return e;
  if (int e = open_place(p, path.must_be_directory, look_access | FILE_WRITE_ATTRIBUTES, &file))
    return e;
  if (int e = stat_file(file.get(), &info)) return e;
  if (follow && info.kind == FileKind::symlink) return EXDEV;
  return set_file_times(file.get(), atim, mtim);
}

int make_directory_beneath(const Root& root, const RelPath& path) {
  Place p;
  FileHandle made;
  if (int e = find_place(root, path, &p)) return e;
  if (p.name.empty() || path.ends_in_dot) return EEXIST;
  return open_name(p.dir(), p.name, look_access, nt_create, opt_directory, &made);
}

int remove_directory_beneath(const Root& root, const RelPath& path) {
  return remove_place(root, path, true);
}
int unlink_beneath(const Root& root, const RelPath& path) {
  return remove_place(root, path, false);
}
int symlink_beneath(const Root&, const std::string&, const RelPath&) { return ENOTSUP; }
int readlink_beneath(const Root& root, const RelPath& path, std::string*) {
  FileInfo info;
  if (int e = stat_beneath(root, path, false, &info)) return e;
  return info.kind == FileKind::symlink ? EXDEV : EINVAL;
}

int link_beneath(const Root& from_root, const RelPath& from, bool, const Root& to_root,
                 const RelPath& to) {
  Place s, t;
  FileHandle file;
  FileInfo info;
  if (int e = find_place(from_root, from, &s)) return e;
  if (int e = find_place(to_root, to, &t)) return e;
  if (int e = open_place(s, from.must_be_directory, look_access | FILE_WRITE_ATTRIBUTES, &file))
    return e;
  if (int e = stat_file(file.get(), &info)) return e;
  if (info.kind != FileKind::regular) return EPERM;
  if (t.name.empty() || to.ends_in_dot) return EEXIST;
  if (to.must_be_directory) return ENOENT;
  return give_name(file.get(), t, false, class_link);
}

int rename_beneath(const Root& from_root, const RelPath& from, const Root& to_root,
                   const RelPath& to) {
  Place s, t;
  FileHandle file, old;
  if (int e = find_place(from_root, from, &s)) return e;
  if (int e = find_place(to_root, to, &t)) return e;
  if (s.name.empty() || t.name.empty() || from.ends_in_dot || to.ends_in_dot) return EBUSY;
  bool directory = from.must_be_directory || to.must_be_directory;
  if (int e = open_place(s, directory, DELETE | look_access, &file)) return e;
  return give_name(file.get(), t, true, class_rename);
}

int stat_file(NativeFile file, FileInfo* out) {
  *out = FileInfo{};
  switch (GetFileType(handle(file))) {
    case FILE_TYPE_CHAR:
      out->kind = FileKind::character_device;
      return 0;
    case FILE_TYPE_PIPE:
      out->kind = FileKind::fifo;
      return 0;
    case FILE_TYPE_DISK:
      break;
    default:
      return GetLastError() == NO_ERROR ? 0 : EBADF;
  }
  BY_HANDLE_FILE_INFORMATION i;
  if (!GetFileInformationByHandle(handle(file), &i)) return last_error(true);
  out->dev = i.dwVolumeSerialNumber;
  out->ino = (static_cast<uint64_t>(i.nFileIndexHigh) << 32) | i.nFileIndexLow;
  out->nlink = i.nNumberOfLinks;
  out->size = (static_cast<uint64_t>(i.nFileSizeHigh) << 32) | i.nFileSizeLow;
  out->atim = to_ns(i.ftLastAccessTime);
  out->mtim = out->ctim = to_ns(i.ftLastWriteTime);
  out->kind = (i.dwFileAttributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0 ? FileKind::symlink
              : (i.dwFileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0   ? FileKind::directory
                                                                       : FileKind::regular;
  return 0;
}

int set_file_times(NativeFile file, FileTime atim, FileTime mtim) {
  FILE_BASIC_INFO info{};  // zero: leave as it is
  info.LastAccessTime = to_ticks(atim);
  info.LastWriteTime = to_ticks(mtim);
  return last_error(!SetFileInformationByHandle(handle(file), FileBasicInfo, &info, sizeof info));
}

int read_file(NativeFile file, std::span<const ReadBuf> to, uint64_t* out) {
  return transfer(to, nullptr, out, [&](uint8_t* p, DWORD n, DWORD* done, OVERLAPPED* at) {
    return ReadFile(handle(file), p, n, done, at);
  });
}
int pread_file(NativeFile file, std::span<const ReadBuf> to, uint64_t offset, uint64_t* out) {
  uint64_t position = 0;
  if (int e = seek_file(file, 0, 1, &position)) return e;
  int result = transfer(to, &offset, out, [&](uint8_t* p, DWORD n, DWORD* done, OVERLAPPED* at) {
    return ReadFile(handle(file), p, n, done, at);
  });
  seek_file(file, static_cast<int64_t>(position), 0, &position);
  return result;
}
int write_file(NativeFile file, std::span<const WriteBuf> from, uint64_t* out) {
  return transfer(from, nullptr, out, [&](const uint8_t* p, DWORD n, DWORD* done, OVERLAPPED* at) {
    return WriteFile(handle(file), p, n, done, at);
  });
}
int pwrite_file(NativeFile file, std::span<const WriteBuf> from, uint64_t offset, uint64_t* out) {
  uint64_t position = 0;
  if (int e = seek_file(file, 0, 1, &position)) return e;
  int result =
      transfer(from, &offset, out, [&](const uint8_t* p, DWORD n, DWORD* done, OVERLAPPED* at) {
        return WriteFile(handle(file), p, n, done, at);
      });
  seek_file(file, static_cast<int64_t>(position), 0, &position);
  return result;
}

int seek_file(NativeFile file, int64_t offset, int whence, uint64_t* out) {
  static constexpr DWORD host[] = {FILE_BEGIN, FILE_CURRENT, FILE_END};
  if (GetFileType(handle(file)) != FILE_TYPE_DISK) return ESPIPE;
  LARGE_INTEGER distance, position;
  distance.QuadPart = offset;
  if (!SetFilePointerEx(handle(file), distance, &position, host[whence])) return last_error(true);
  *out = static_cast<uint64_t>(position.QuadPart);
  return 0;
}

int set_file_size(NativeFile file, uint64_t size) {
  FILE_END_OF_FILE_INFO info;
  info.EndOfFile.QuadPart = static_cast<LONGLONG>(size);
  return last_error(
      !SetFileInformationByHandle(handle(file), FileEndOfFileInfo, &info, sizeof info));
}

int allocate_file(NativeFile file, uint64_t offset, uint64_t size) {
  FileInfo info;
  if (int e = stat_file(file, &info)) return e;
  return offset + size > info.size ? set_file_size(file, offset + size) : 0;
}

int advise_file(NativeFile, uint64_t, uint64_t, uint8_t) { return 0; }
int sync_file(NativeFile file, bool) { return last_error(!FlushFileBuffers(handle(file))); }
// The access right decides, and it is fixed when the file is opened.
int set_file_append(NativeFile, bool) { return ENOTSUP; }

bool is_terminal(NativeFile file) {
  DWORD mode;
  return GetConsoleMode(handle(file), &mode) != 0;
}

int write_stream(NativeFile file, std::span<const WriteBuf> from, bool, uint64_t* out) {
  return write_file(file, from, out);
}

NativeFile standard_file(int number) {
  static constexpr DWORD which[] = {STD_INPUT_HANDLE, STD_OUTPUT_HANDLE, STD_ERROR_HANDLE};
  HANDLE h = GetStdHandle(which[number]);
  return h == nullptr || h == INVALID_HANDLE_VALUE ? no_file : native(h);
}

int DirectoryReader::refill(NativeFile dir) {
  std::vector<uint64_t> storage(8192);
  buffer_.clear();
  for (auto info_class = FileIdBothDirectoryRestartInfo;; info_class = FileIdBothDirectoryInfo) {
    if (!GetFileInformationByHandleEx(handle(dir), info_class, storage.data(),
                                      static_cast<DWORD>(storage.size() * 8))) {
      DWORD e = GetLastError();
      pos_ = 0;
      at_ = 0;
      return e == ERROR_NO_MORE_FILES ? 0 : to_errno(e);
    }
    const auto* p = reinterpret_cast<const uint8_t*>(storage.data());
    for (;;) {
      const auto* e = reinterpret_cast<const FILE_ID_BOTH_DIR_INFO*>(p);
      FileKind kind = (e->FileAttributes & FILE_ATTRIBUTE_REPARSE_POINT) != 0 ? FileKind::symlink
                      : (e->FileAttributes & FILE_ATTRIBUTE_DIRECTORY) != 0   ? FileKind::directory
                                                                              : FileKind::regular;
      snapshot::append(buffer_, static_cast<uint64_t>(e->FileId.QuadPart), kind,
                       narrow({e->FileName, e->FileNameLength / sizeof(WCHAR)}));
      if (e->NextEntryOffset == 0) break;
      p += e->NextEntryOffset;
    }
  }
}

int DirectoryReader::read(NativeFile dir, uint64_t cookie, Visit visit, void* env) {
  if (cookie == 0 || at_ == ~uint64_t{0})
    if (int e = refill(dir)) return e;
  snapshot::visit(buffer_, cookie, &pos_, &at_, visit, env);
  return 0;
}

}  // namespace nacre::os

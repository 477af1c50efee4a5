// SPDX-License-Identifier: Apache-2.0
//
// Ways out of a preopened directory on Windows, and what works inside: everything a guest can do
// with files runs on a real tree here. "inside" is given to the guest, "outside" must be the same
// afterwards. Junctions need no rights to make, so they stand for all reparse points; where the
// system cannot make them, as Wine 8 cannot, that is said.
#include <windows.h>
#include <winioctl.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "os/process.hpp"
#include "wasi/host_fs.hpp"
#include "wasi/test_world.hpp"

namespace nacre::wasi {
namespace {

namespace fs = std::filesystem;

constexpr uint32_t root = 3;
constexpr std::string_view secret = "the secret outside";
constexpr Rights reading = rights::fd_read, writing = rights::fd_read | rights::fd_write;

void write_file(const fs::path& p, std::string_view text) {
  std::ofstream(p, std::ios::binary) << text;
}
std::string content(const fs::path& p) {
  std::ostringstream out;
  out << std::ifstream(p, std::ios::binary).rdbuf();
  return out.str();
}

std::string snapshot(const fs::path& top) {
  std::vector<std::string> lines;
  for (auto it = fs::recursive_directory_iterator(top); it != fs::recursive_directory_iterator();
       ++it) {
    std::string line = it->path().lexically_relative(top).generic_string();
    if (it->is_regular_file()) line += " " + content(it->path());
    lines.push_back(line);
  }
  std::sort(lines.begin(), lines.end());
  std::string all;
  for (const std::string& l : lines) all += l + '\n';
  return all;
}

class Tree {
 public:
  Tree() {
    static int number = 0;
    top = fs::temp_directory_path() /
          ("nacre-escape-" + std::to_string(os::process_id()) + "-" + std::to_string(number++));
    inside = top / "inside";
    outside = top / "outside";
    fs::create_directories(inside / "sub" / "deep");
    fs::create_directories(outside / "dir");
    write_file(inside / "file", "mine");
    write_file(inside / "sub" / "file", "mine too");
    write_file(outside / "secret", secret);
    write_file(outside / "dir" / "file", secret);
  }
  ~Tree() {
    std::error_code ignored;
    fs::remove_all(top, ignored);
  }
  fs::path top, inside, outside;
};

WasiConfig config(const Tree& t, Access access = read_write) {
  WasiConfig c;
  c.preopens = {{"", "/", access, open_host_directory(t.inside.string(), false).value()}};
  return c;
}

// Makes the empty directory `at` a junction to `to`.
bool make_junction(const fs::path& at, const fs::path& to) {
  fs::create_directory(at);
  HANDLE h = CreateFileW(at.wstring().c_str(), GENERIC_WRITE, 0, nullptr, OPEN_EXISTING,
                         FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OPEN_REPARSE_POINT, nullptr);
  if (h == INVALID_HANDLE_VALUE) return false;
  std::wstring target = L"\\??\\" + fs::absolute(to).wstring();
  for (wchar_t& c : target)
    if (c == L'/') c = L'\\';
  const size_t bytes = target.size() * sizeof(wchar_t);
  std::vector<uint8_t> data(16 + bytes + 2 * sizeof(wchar_t));
  const auto put = [&](size_t where, size_t v, int size) {
    for (int i = 0; i < size; ++i) data[where + i] = static_cast<uint8_t>(v >> 8 * i);
  };
  put(0, IO_REPARSE_TAG_MOUNT_POINT, 4);
  put(4, data.size() - 8, 2);
  put(10, bytes, 2);
  put(12, bytes + sizeof(wchar_t), 2);
  std::memcpy(data.data() + 16, target.data(), bytes);
  DWORD done = 0;
  const bool made = DeviceIoControl(h, FSCTL_SET_REPARSE_POINT, data.data(),
                                    static_cast<DWORD>(data.size()), nullptr, 0, &done, nullptr);
  CloseHandle(h);
  return made;
}

// Each must fail; what it would have done shows in the snapshots.
void try_everything(World& w, const std::string& p) {
  auto fails = [&](Errno e, const char* what) { EXPECT_NE(e, Errno::success) << what << ' ' << p; };
  fails(w.open(root, p, 0, reading, nullptr), "open");
  fails(w.open(root, p, 0, writing, nullptr), "open for writing");
  fails(w.open(root, p, oflag_creat, writing, nullptr), "create");
  fails(w.open(root, p, oflag_creat | oflag_trunc, writing, nullptr), "truncate");
  fails(w.open(root, p, oflag_directory, rights::fd_readdir, nullptr), "open directory");
  fails(w.call("path_filestat_get", {root, 1, w.text(p), p.size(), 512}), "stat");
  fails(w.call("path_filestat_set_times", {root, 1, w.text(p), p.size(), 1, 1, 5}), "set times");
  fails(w.on_path("path_create_directory", root, p), "mkdir");
  fails(w.on_path("path_create_directory", root, p + "/x"), "mkdir below");
  fails(w.on_path("path_remove_directory", root, p), "rmdir");
  fails(w.on_path("path_unlink_file", root, p), "unlink");
  fails(w.on_path("path_unlink_file", root, p + "/file"), "unlink below");
  fails(w.call("path_readlink", {root, w.text(p), p.size(), 600, 100, 16}), "readlink");
  fails(w.call("path_link", {root, 0, w.text("file"), 4, root, w.text(p), p.size()}), "link to");
  fails(w.call("path_link", {root, 0, w.text(p), p.size(), root, w.text("stolen"), 6}), "link");
  fails(w.call("path_rename", {root, w.text(p), p.size(), root, w.text("stolen"), 6}), "rename");
  fails(w.call("path_rename", {root, w.text("file"), 4, root, w.text(p), p.size()}), "rename to");
}

TEST(Escape, PathsOutOfTheDirectory) {
  Tree t;
  const std::string outside = snapshot(t.outside), inside = snapshot(t.inside);
  {
    World w(config(t));
    for (const char* way :
         {"..", "../outside", "sub/../../outside", "sub/deep/../../../outside", "./../outside",
          "..\\outside", "sub\\..\\..\\outside", "C:\\windows", "C:/windows", "c:secret",
          "\\\\?\\C:\\windows", "//?/C:/windows", "\\windows", "/windows", "//server/share"})
      for (const char* last : {"secret", "dir", "new"})
        try_everything(w, std::string(way) + "/" + last);
    for (const char* p :
         {"NUL",   "nul.txt", "CON",     "sub/COM1",    "COM\xc2\xb9", "LPT1.txt",    "AUX ",
          "PRN",   "CONIN$",  "CONOUT$", "file:stream", "file::$DATA", "sub::$INDEX", "file.",
          "file ", "fi?e",    "*",       "sub/\"x\"",   "a<b",         "a|b",         "tab\there"})
      try_everything(w, p);
    const std::string absolute = (t.outside / "secret").string();
    try_everything(w, absolute);
  }
  EXPECT_EQ(snapshot(t.outside), outside);
  EXPECT_EQ(snapshot(t.inside), inside);
}

TEST(Escape, JunctionsAreNotFollowed) {
  Tree t;
  if (!make_junction(t.inside / "way", t.outside))
    GTEST_SKIP() << "this system makes no reparse points (Wine 8 has none): error "
                 << GetLastError();
  const std::string outside = snapshot(t.outside);
  World w(config(t));
  for (const char* p : {"way/secret", "way/dir", "way/new", "sub/../way/secret", "way/../way/dir"})
    try_everything(w, p);
  EXPECT_EQ(w.open(root, "way", oflag_directory, rights::fd_readdir, nullptr), Errno::loop);
  EXPECT_EQ(snapshot(t.outside), outside);
}

TEST(Escape, ReadOnlyPreopen) {
  Tree t;
  const std::string inside = snapshot(t.inside);
  World w(config(t, read_only));
  uint32_t fd;
  for (const char* p : {"file", "sub/file"}) {
    EXPECT_EQ(w.open(root, p, 0, writing, nullptr), Errno::rofs) << p;
    EXPECT_EQ(w.open(root, p, oflag_trunc, 0, nullptr), Errno::rofs) << p;
    EXPECT_EQ(w.on_path("path_unlink_file", root, p), Errno::rofs) << p;
    EXPECT_EQ(w.open(root, p, 0, reading, &fd), Errno::success) << p;
    EXPECT_EQ(w.write(fd, "x"), Errno::notcapable);
  }
  EXPECT_EQ(w.open(root, "new", oflag_creat, 0, nullptr), Errno::rofs);
  EXPECT_EQ(w.on_path("path_create_directory", root, "new"), Errno::rofs);
  EXPECT_EQ(w.call("path_rename", {root, w.text("file"), 4, root, w.text("new"), 3}), Errno::rofs);
  EXPECT_EQ(snapshot(t.inside), inside);
}

TEST(HostFiles, ReadWriteSeekTruncateAppend) {
  Tree t;
  World w(config(t));
  uint32_t fd;
  std::string s;
  const Rights all = rights::file;
  ASSERT_EQ(w.open(root, "sub/new", oflag_creat | oflag_excl, all, &fd), Errno::success);
  EXPECT_EQ(w.open(root, "sub/new", oflag_creat | oflag_excl, all, nullptr), Errno::exist);
  ASSERT_EQ(w.write(fd, "line\nno \r\n\x1a translation"), Errno::success);  // bytes, not text
  EXPECT_EQ(content(t.inside / "sub" / "new"), "line\nno \r\n\x1a translation");
  ASSERT_EQ(w.call("fd_seek", {fd, 5, 0, 8}), Errno::success);
  ASSERT_EQ(w.read(fd, &s, 2), Errno::success);
  EXPECT_EQ(s, "no");
  ASSERT_EQ(w.call("fd_seek", {fd, static_cast<uint64_t>(-4), 2, 8}), Errno::success);
  ASSERT_EQ(w.read(fd, &s), Errno::success);
  EXPECT_EQ(s, "tion");
  EXPECT_EQ(w.call("fd_seek", {fd, static_cast<uint64_t>(-100), 1, 8}), Errno::inval);
  w.put<uint32_t>(32, 4096);
  w.put<uint32_t>(36, 4);
  ASSERT_EQ(w.call("fd_pread", {fd, 32, 1, 0, 16}), Errno::success);
  EXPECT_EQ(w.string(4096, w.get<uint32_t>(16)), "line");
  ASSERT_EQ(w.call("fd_pwrite", {fd, 32, 1, 5, 16}), Errno::success);
  ASSERT_EQ(w.read(fd, &s), Errno::success);
  EXPECT_EQ(s, "");  // the position did not move
  ASSERT_EQ(w.call("fd_filestat_set_size", {fd, 4}), Errno::success);
  EXPECT_EQ(content(t.inside / "sub" / "new"), "line");
  ASSERT_EQ(w.call("fd_allocate", {fd, 0, 6}), Errno::success);
  EXPECT_EQ(content(t.inside / "sub" / "new"), std::string("line\0\0", 6));
  EXPECT_EQ(w.call("fd_sync", {fd}), Errno::success);
  EXPECT_EQ(w.call("fd_datasync", {fd}), Errno::success);
  ASSERT_EQ(w.call("fd_filestat_set_times", {fd, 0, 2'000'000'100, 4}), Errno::success);
  ASSERT_EQ(w.call("fd_filestat_get", {fd, 512}), Errno::success);
  EXPECT_EQ(w.get<uint64_t>(512 + 32), 6u);
  EXPECT_EQ(w.get<uint64_t>(512 + 48), 2'000'000'100u);
  ASSERT_EQ(w.call("fd_close", {fd}), Errno::success);
  ASSERT_EQ(w.open(root, "sub/new", 0, rights::fd_write, &fd, 1, 0, fdflag_append), Errno::success);
  ASSERT_EQ(w.write(fd, "end"), Errno::success);
  EXPECT_EQ(content(t.inside / "sub" / "new"), std::string("line\0\0end", 9));
  ASSERT_EQ(w.call("fd_close", {fd}), Errno::success);
  ASSERT_EQ(w.open(root, "sub/new", oflag_trunc, writing, &fd), Errno::success);
  EXPECT_EQ(content(t.inside / "sub" / "new"), "");
}

TEST(HostFiles, DirectoriesNamesAndMoves) {
  Tree t;
  World w(config(t));
  uint32_t fd;
  EXPECT_EQ(w.on_path("path_create_directory", root, "made"), Errno::success);
  EXPECT_EQ(w.on_path("path_create_directory", root, "made"), Errno::exist);
  EXPECT_EQ(w.on_path("path_create_directory", root, "no/such"), Errno::noent);
  EXPECT_EQ(w.on_path("path_create_directory", root, "file/x"), Errno::notdir);
  EXPECT_EQ(w.on_path("path_remove_directory", root, "sub"), Errno::notempty);
  EXPECT_EQ(w.on_path("path_remove_directory", root, "file"), Errno::notdir);
  EXPECT_EQ(w.on_path("path_unlink_file", root, "made"), Errno::isdir);
  EXPECT_EQ(w.on_path("path_unlink_file", root, "nothing"), Errno::noent);
  EXPECT_EQ(w.open(root, "sub", 0, writing, nullptr), Errno::isdir);
  EXPECT_EQ(w.open(root, "file", oflag_directory, 0, nullptr), Errno::notdir);
  EXPECT_EQ(w.open(root, "file/", 0, reading, nullptr), Errno::notdir);
  ASSERT_EQ(w.open(root, "\xc3\xa4\xe2\x82\xac\xf0\x9f\x90\x9a", oflag_creat, writing, &fd),
            Errno::success);
  EXPECT_EQ(w.call("fd_close", {fd}), Errno::success);
  for (int i = 0; i < 50; ++i)
    EXPECT_EQ(w.open(root, "made/" + std::to_string(i), oflag_creat, 0, &fd), Errno::success);
  ASSERT_EQ(w.open(root, "made", oflag_directory, rights::fd_readdir, &fd), Errno::success);
  EXPECT_EQ(w.list(fd).size(), 52u);  // with . and ..
  ASSERT_EQ(w.open(root, ".", oflag_directory, rights::fd_readdir, &fd), Errno::success);
  std::vector<std::string> names = w.list(fd);
  std::sort(names.begin(), names.end());
  EXPECT_EQ(names, (std::vector<std::string>{".", "..", "file", "made", "sub",
                                             "\xc3\xa4\xe2\x82\xac\xf0\x9f\x90\x9a"}));

  const auto move = [&](std::string_view from, std::string_view to) {
    return w.call("path_rename", {root, w.text(from), from.size(), root, w.text(to), to.size()});
  };
  EXPECT_EQ(move("file", "sub/moved"), Errno::success);
  EXPECT_EQ(content(t.inside / "sub" / "moved"), "mine");
  EXPECT_EQ(move("sub/moved", "sub/file"), Errno::success);  // replaces
  EXPECT_EQ(content(t.inside / "sub" / "file"), "mine");
  EXPECT_EQ(move("sub/deep", "deep"), Errno::success);
  EXPECT_TRUE(fs::is_directory(t.inside / "deep"));
  EXPECT_EQ(move("nothing", "x"), Errno::noent);
  EXPECT_EQ(w.call("path_link", {root, 0, w.text("sub/file"), 8, root, w.text("hard"), 4}),
            Errno::success);
  EXPECT_EQ(content(t.inside / "hard"), "mine");
  EXPECT_EQ(w.call("path_symlink", {w.text("hard"), 4, root, w.text("soft"), 4}), Errno::notsup);
  EXPECT_EQ(w.on_path("path_unlink_file", root, "hard"), Errno::success);
  EXPECT_EQ(w.on_path("path_remove_directory", root, "deep"), Errno::success);
  EXPECT_FALSE(fs::exists(t.inside / "hard"));
  EXPECT_FALSE(fs::exists(t.inside / "deep"));
}

}  // namespace
}  // namespace nacre::wasi

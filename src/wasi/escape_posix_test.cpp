// SPDX-License-Identifier: Apache-2.0
//
// Ways out of a preopened directory. A tree holds "inside", which is given to the guest, and
// "outside", which must be the same byte for byte afterwards; with a read-only preopen "inside"
// must be, too. Everything runs with the kernel's confinement and with the component walk.
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "wasi/host_fs.hpp"
#include "wasi/test_world.hpp"

namespace nacre::wasi {
namespace {

namespace fs = std::filesystem;

constexpr uint32_t root = 3;
constexpr std::string_view secret = "the secret outside";

void write_file(const fs::path& p, std::string_view text) { std::ofstream(p) << text; }

// Everything that can be observed of a tree, times and link counts included.
std::string snapshot(const fs::path& top) {
  std::vector<fs::path> all;
  for (auto it = fs::recursive_directory_iterator(top); it != fs::recursive_directory_iterator();
       ++it)
    all.push_back(it->path());
  all.push_back(top);
  std::sort(all.begin(), all.end());
  std::ostringstream out;
  for (const fs::path& p : all) {
    struct stat s;
    lstat(p.c_str(), &s);
    out << p.lexically_relative(top).string() << ' ' << s.st_mode << ' ' << s.st_nlink << ' '
        << s.st_size << ' ' << s.st_mtim.tv_sec << '.' << s.st_mtim.tv_nsec << ' ';
    if (S_ISLNK(s.st_mode)) out << fs::read_symlink(p).string();
    if (S_ISREG(s.st_mode)) out << std::ifstream(p).rdbuf();
    out << '\n';
  }
  return out.str();
}

class Tree {
 public:
  Tree() {
    char name[] = "/tmp/nacre-escape-XXXXXX";
    top = mkdtemp(name);
    inside = top / "inside";
    outside = top / "outside";
    fs::create_directories(inside / "sub" / "deep");
    fs::create_directories(outside / "dir");
    write_file(inside / "file", "mine");
    write_file(inside / "sub" / "file", "mine too");
    write_file(outside / "secret", secret);
    write_file(outside / "dir" / "file", secret);
    auto link = [&](const fs::path& to, const char* at) { fs::create_symlink(to, inside / at); };
    link(outside, "abs");
    link("../outside", "rel");
    link("rel", "chain1");
    link("chain1", "chain2");
    link("../outside/secret", "file_rel");
    link(outside / "secret", "file_abs");
    link("file_rel", "file_chain");
    link("../outside/new", "dangling_rel");
    link(outside / "new", "dangling_abs");
    link("..", "up");
    link("sub/../..", "up_round");
    link("../../..", "sub/up");
    link("deep/../../../outside", "sub/mixed");
    link("/", "slash");
    link("/proc/self/root", "magic_root");
    link("/proc/self/cwd", "magic_cwd");
    link("../inside/../outside", "back_and_out");
    link("sub", "good");
    link("good/deep/../file", "good_file");
  }
  ~Tree() { fs::remove_all(top); }
  fs::path top, inside, outside;
};

WasiConfig config(const Tree& t, bool walk_only, Access access) {
  WasiConfig c;
  c.preopens = {{"", "/", access, open_host_directory(t.inside.string(), walk_only).value()}};
  return c;
}

// Paths that leave before their last component.
std::vector<std::string> paths_through(const Tree& t) {
  std::vector<std::string> paths = {
      t.outside.string() + "/secret",
      "/etc/passwd",
      "//etc/passwd",
      "/../outside/secret",
  };
  const char* ways[] = {"..",
                        "../outside",
                        "./../outside",
                        "sub/../../outside",
                        "sub/deep/../../../outside",
                        "abs",
                        "rel",
                        "rel/.",
                        "rel/",
                        "rel/../outside",
                        "chain1",
                        "chain2",
                        "up/outside",
                        "up",
                        "up_round/outside",
                        "sub/up",
                        "sub/mixed",
                        "good/up",
                        "good/mixed",
                        "good/../../outside",
                        "slash/etc",
                        "magic_root/etc",
                        "magic_cwd",
                        "back_and_out",
                        "good/deep/../../../outside",
                        "./sub/.././../outside",
                        "rel/dir",
                        "rel/dir/.."};
  for (const char* way : ways)
    for (const char* last : {"secret", "dir", "new"})
      paths.push_back(std::string(way) + "/" + last);
  return paths;
}

const char* const final_links[] = {
    "abs",        "rel",          "chain1",       "chain2",    "file_rel",     "file_abs",
    "file_chain", "dangling_rel", "dangling_abs", "up",        "up_round",     "sub/up",
    "sub/mixed",  "slash",        "magic_root",   "magic_cwd", "back_and_out", "good/mixed"};

// Each must fail; what they would have done shows in the snapshots.
void try_everything(World& w, uint32_t dir, const std::string& p, bool is_final_link) {
  const Rights read = rights::fd_read, write = rights::fd_read | rights::fd_write;
  auto fails = [&](Errno e, const char* what) { EXPECT_NE(e, Errno::success) << what << ' ' << p; };
  fails(w.open(dir, p, 0, read, nullptr), "open");
  fails(w.open(dir, p, 0, write, nullptr), "open for writing");
  fails(w.open(dir, p, 0, 0, nullptr), "open without rights");
  fails(w.open(dir, p, oflag_creat, write, nullptr), "create");
  fails(w.open(dir, p, oflag_creat | oflag_excl, write, nullptr), "create exclusively");
  fails(w.open(dir, p, oflag_trunc, write, nullptr), "truncate");
  fails(w.open(dir, p, oflag_creat | oflag_trunc, 0, nullptr), "create and truncate");
  fails(w.open(dir, p, oflag_directory, rights::fd_readdir, nullptr), "open directory");
  fails(w.call("path_filestat_get", {dir, 1, w.text(p), p.size(), 512}), "stat");
  fails(w.call("path_filestat_set_times", {dir, 1, w.text(p), p.size(), 1, 1, 5}), "set times");
  fails(w.on_path("path_create_directory", dir, p), "mkdir");
  fails(w.on_path("path_create_directory", dir, p + "/x"), "mkdir below");
  fails(w.on_path("path_unlink_file", dir, p + "/file"), "unlink below");
  fails(w.call("path_symlink", {w.text("t"), 1, dir, w.text(p), p.size()}), "symlink");
  fails(w.call("path_link", {dir, 0, w.text("file"), 4, dir, w.text(p), p.size()}), "link to");
  fails(w.call("path_link", {dir, 1, w.text(p), p.size(), dir, w.text("stolen"), 6}),
        "link following");
  fails(w.call("path_rename", {dir, w.text("sub/deep"), 8, dir, w.text(p + "/y"), p.size() + 2}),
        "rename below");
  if (is_final_link) return;
  fails(w.call("path_filestat_get", {dir, 0, w.text(p), p.size(), 512}), "lstat");
  fails(w.call("path_filestat_set_times", {dir, 0, w.text(p), p.size(), 1, 1, 5}),
        "set link times");
  fails(w.on_path("path_remove_directory", dir, p), "rmdir");
  fails(w.on_path("path_unlink_file", dir, p), "unlink");
  fails(w.call("path_readlink", {dir, w.text(p), p.size(), 600, 100, 16}), "readlink");
  fails(w.call("path_link", {dir, 0, w.text(p), p.size(), dir, w.text("stolen"), 6}), "link from");
  fails(w.call("path_rename", {dir, w.text(p), p.size(), dir, w.text("stolen"), 6}), "rename from");
  fails(w.call("path_rename", {dir, w.text("file"), 4, dir, w.text(p), p.size()}), "rename to");
}

class Escape : public testing::TestWithParam<bool> {};

TEST_P(Escape, ReadWritePreopen) {
  Tree t;
  std::string before = snapshot(t.outside), inside = snapshot(t.inside);
  {
    World w(config(t, GetParam(), read_write));
    for (const std::string& p : paths_through(t)) try_everything(w, root, p, false);
    for (const char* p : final_links) try_everything(w, root, p, true);
    EXPECT_FALSE(w.has(root, "stolen"));
  }
  EXPECT_EQ(snapshot(t.outside), before);
  EXPECT_EQ(snapshot(t.inside), inside);
}

TEST_P(Escape, ReadOnlyPreopen) {
  Tree t;
  std::string outside = snapshot(t.outside), inside = snapshot(t.inside);
  {
    World w(config(t, GetParam(), read_only));
    for (const std::string& p : paths_through(t)) try_everything(w, root, p, false);
    for (const char* p : final_links) try_everything(w, root, p, true);
    uint32_t fd;
    const Rights write = rights::fd_read | rights::fd_write;
    for (const char* p : {"file", "sub/file", "good/file", "good_file"}) {
      EXPECT_EQ(w.open(root, p, 0, write, nullptr), Errno::rofs) << p;
      EXPECT_EQ(w.open(root, p, oflag_trunc, write, nullptr), Errno::rofs) << p;
      EXPECT_EQ(w.open(root, p, oflag_trunc, 0, nullptr), Errno::rofs) << p;
      EXPECT_EQ(w.open(root, p, oflag_creat | oflag_excl, 0, nullptr), Errno::exist) << p;
      EXPECT_EQ(w.open(root, p, 0, rights::fd_allocate, nullptr), Errno::rofs) << p;
      EXPECT_EQ(w.open(root, p, 0, rights::fd_filestat_set_size, nullptr), Errno::rofs) << p;
      EXPECT_EQ(w.call("path_filestat_set_times",
                       {root, 1, w.text(p), std::string_view(p).size(), 1, 1, 5}),
                Errno::rofs);
      EXPECT_EQ(w.on_path("path_unlink_file", root, p), Errno::rofs);
      ASSERT_EQ(w.open(root, p, oflag_creat, rights::fd_read | rights::fd_filestat_set_times, &fd),
                Errno::success)
          << p;
      EXPECT_EQ(w.call("fd_filestat_set_times", {fd, 1, 1, 5}), Errno::rofs);
      EXPECT_EQ(w.write(fd, "x"), Errno::notcapable);
      EXPECT_EQ(w.call("fd_filestat_set_size", {fd, 0}), Errno::notcapable);
    }
    EXPECT_EQ(w.open(root, "new", oflag_creat, 0, nullptr), Errno::rofs);
    EXPECT_EQ(w.on_path("path_create_directory", root, "new"), Errno::rofs);
    EXPECT_EQ(w.on_path("path_remove_directory", root, "sub/deep"), Errno::rofs);
    EXPECT_EQ(w.call("path_symlink", {w.text("t"), 1, root, w.text("new"), 3}), Errno::rofs);
    EXPECT_EQ(w.call("path_link", {root, 0, w.text("file"), 4, root, w.text("new"), 3}),
              Errno::rofs);
    EXPECT_EQ(w.call("path_rename", {root, w.text("file"), 4, root, w.text("new"), 3}),
              Errno::rofs);
    ASSERT_EQ(w.open(root, "sub", oflag_directory, rights::directory, &fd, 0,
                     rights::directory | rights::file),
              Errno::success);
    EXPECT_EQ(w.open(fd, "new", oflag_creat, 0, nullptr), Errno::rofs);
    EXPECT_EQ(w.on_path("path_unlink_file", fd, "file"), Errno::rofs);
    EXPECT_EQ(w.call("fd_filestat_set_times", {fd, 1, 1, 5}), Errno::rofs);
    EXPECT_EQ(w.call("fd_filestat_set_times", {root, 1, 1, 5}), Errno::rofs);
  }
  EXPECT_EQ(snapshot(t.outside), outside);
  EXPECT_EQ(snapshot(t.inside), inside);
}

TEST_P(Escape, NothingLeaksFromReadOnlyToReadWrite) {
  Tree t;
  fs::create_directory(t.top / "other");
  std::string inside = snapshot(t.inside);
  WasiConfig c = config(t, GetParam(), read_only);
  c.preopens.push_back({"", "/other", read_write,
                        open_host_directory((t.top / "other").string(), GetParam()).value()});
  World w(c);
  EXPECT_NE(w.call("path_link", {3, 0, w.text("file"), 4, 4, w.text("alias"), 5}), Errno::success);
  EXPECT_NE(w.call("path_rename", {3, w.text("file"), 4, 4, w.text("moved"), 5}), Errno::success);
  ASSERT_EQ(w.open(4, "own", oflag_creat, 0, nullptr), Errno::success);
  EXPECT_EQ(w.call("path_link", {4, 0, w.text("own"), 3, 3, w.text("own"), 3}), Errno::rofs);
  EXPECT_EQ(w.call("path_rename", {4, w.text("own"), 3, 3, w.text("own"), 3}), Errno::rofs);
  EXPECT_EQ(snapshot(t.inside), inside);
}

TEST_P(Escape, LinksAndMovesMadeByTheGuest) {
  Tree t;
  std::string before = snapshot(t.outside);
  World w(config(t, GetParam(), read_write));
  auto symlink = [&](std::string_view to, std::string_view at) {
    return w.call("path_symlink", {w.text(to), to.size(), root, w.text(at), at.size()});
  };
  EXPECT_EQ(symlink("/etc", "g0"), Errno::notcapable);
  ASSERT_EQ(symlink("../outside", "g1"), Errno::success);
  ASSERT_EQ(symlink("g1/dir", "g2"), Errno::success);
  ASSERT_EQ(symlink("sub/deep/../../..", "g3"), Errno::success);
  for (const char* p : {"g1/secret", "g2/file", "g3/outside/secret", "g1/new"})
    try_everything(w, root, p, false);
  for (const char* p : {"g1", "g2", "g3"}) try_everything(w, root, p, true);

  // A held directory does not widen when it or its parents move.
  uint32_t deep, sub;
  const Rights all = rights::directory;
  ASSERT_EQ(w.open(root, "sub/deep", oflag_directory, all, &deep, 0, all | rights::file),
            Errno::success);
  ASSERT_EQ(w.open(root, "sub", oflag_directory, all, &sub, 0, all | rights::file), Errno::success);
  for (const char* p :
       {"..", "../file", "../../file", "../..", "../../../outside/secret", "./.."}) {
    EXPECT_EQ(w.open(deep, p, 0, 0, nullptr), Errno::notcapable) << p;
  }
  ASSERT_EQ(w.call("path_rename", {root, w.text("sub/deep"), 8, root, w.text("deep"), 4}),
            Errno::success);
  EXPECT_EQ(w.open(deep, "../file", 0, 0, nullptr), Errno::notcapable);
  EXPECT_EQ(w.open(sub, "up/x", 0, 0, nullptr), Errno::notcapable);
  // A link that was good where it was made points out after a move.
  ASSERT_EQ(w.call("path_symlink", {w.text("../file"), 7, sub, w.text("l"), 1}), Errno::success);
  EXPECT_EQ(w.open(root, "sub/l", 0, 0, nullptr), Errno::success);
  ASSERT_EQ(w.call("path_rename", {sub, w.text("l"), 1, root, w.text("l"), 1}), Errno::success);
  EXPECT_EQ(w.open(root, "l", 0, 0, nullptr), Errno::notcapable);
  EXPECT_EQ(snapshot(t.outside), before);
}

TEST_P(Escape, GoodLinksStillWork) {
  Tree t;
  World w(config(t, GetParam(), read_write));
  uint32_t fd;
  std::string s;
  ASSERT_EQ(w.open(root, "good/file", 0, rights::fd_read, &fd), Errno::success);
  ASSERT_EQ(w.read(fd, &s), Errno::success);
  EXPECT_EQ(s, "mine too");
  ASSERT_EQ(w.open(root, "good_file", 0, rights::fd_read, &fd), Errno::success);
  EXPECT_EQ(w.open(root, "good_file", 0, rights::fd_read, &fd, 0), Errno::loop);
  EXPECT_EQ(w.open(root, "sub/../good/deep/../../file", 0, 0, nullptr), Errno::success);
  EXPECT_EQ(w.open(root, "good/", 0, 0, nullptr), Errno::success);
  EXPECT_EQ(w.open(root, "good_file/", 0, 0, nullptr), Errno::notdir);
  EXPECT_EQ(w.call("path_filestat_get", {root, 1, w.text("good_file"), 9, 512}), Errno::success);
  EXPECT_EQ(w.get<uint64_t>(512 + 32), 8u);
  ASSERT_EQ(
      w.call("path_filestat_set_times", {root, 1, w.text("good_file"), 9, 5, 1'000'000'007, 5}),
      Errno::success);
  ASSERT_EQ(
      w.call("path_filestat_set_times", {root, 0, w.text("good_file"), 9, 5, 2'000'000'009, 5}),
      Errno::success);
  ASSERT_EQ(w.call("path_filestat_get", {root, 0, w.text("sub/file"), 8, 512}), Errno::success);
  EXPECT_EQ(w.get<uint64_t>(512 + 48), 1'000'000'007u);
  ASSERT_EQ(w.call("path_filestat_get", {root, 0, w.text("good_file"), 9, 512}), Errno::success);
  EXPECT_EQ(w.get<uint64_t>(512 + 48), 2'000'000'009u);
}

TEST_P(Escape, SpecialFilesNeverBlock) {
  Tree t;
  ASSERT_EQ(mkfifo((t.inside / "fifo").c_str(), 0600), 0);
  World w(config(t, GetParam(), read_write));
  auto start = std::chrono::steady_clock::now();
  uint32_t fd;
  EXPECT_EQ(w.open(root, "fifo", 0, rights::fd_read, &fd), Errno::success);
  EXPECT_EQ(w.open(root, "fifo", 0, rights::fd_read | rights::fd_write, &fd), Errno::success);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
  // Reading from it does wait, but only until the store wants to stop.
  w.should_stop = [](void* env) { return --*static_cast<int*>(env) <= 0; };
  int rounds = 2;
  w.stop_env = &rounds;
  std::string s;
  EXPECT_EQ(w.read(fd, &s), Errno::intr);
  EXPECT_TRUE(w.stopped);
}

TEST_P(Escape, ProcessInternalsStayClosed) {
  WasiConfig c;
  c.preopens = {{"", "/", read_write, open_host_directory("/", GetParam()).value()}};
  World w(c);
  for (const char* p : {"proc/self/mem", "proc/self/environ", "proc/self/maps"})
    EXPECT_NE(w.open(root, p, 0, rights::fd_read, nullptr), Errno::success) << p;
  for (const char* p : {"proc/self/root/etc/passwd", "proc/self/cwd/x", "proc/self/fd/0"})
    EXPECT_NE(w.open(root, p, 0, rights::fd_read, nullptr), Errno::success) << p;
}

// Another process swaps a directory for a link that points out, and back, all the time.
void race_swaps(bool walk_only, Access access) {
  Tree t;
  fs::create_directory(t.inside / "swap");
  write_file(t.inside / "swap" / "secret", "harmless");
  fs::create_directory_symlink("../outside", t.inside / "swap_link");
  const char* seconds = std::getenv("NACRE_ESCAPE_SECONDS");
  auto duration = std::chrono::milliseconds(seconds != nullptr ? std::atoi(seconds) * 1000 : 300);
  std::string before = snapshot(t.outside);
  std::atomic<bool> stop{false};
  std::thread swapper([&] {
    fs::path a = t.inside / "swap", b = t.inside / "swap_link", c = t.inside / "swap_tmp";
    while (!stop) {
      rename(a.c_str(), c.c_str());
      rename(b.c_str(), a.c_str());
      rename(a.c_str(), b.c_str());
      rename(c.c_str(), a.c_str());
    }
  });
  World w(config(t, walk_only, access));
  uint64_t read = 0, refused = 0;
  for (auto end = std::chrono::steady_clock::now() + duration;
       std::chrono::steady_clock::now() < end;) {
    uint32_t fd;
    std::string s;
    if (w.open(root, "swap/secret", 0, rights::fd_read, &fd) == Errno::success) {
      EXPECT_EQ(w.read(fd, &s), Errno::success);
      EXPECT_EQ(s, "harmless");
      w.call("fd_close", {fd});
      ++read;
    } else {
      ++refused;
    }
    if (w.open(root, "swap/new", oflag_creat | oflag_trunc, rights::fd_write, &fd) ==
        Errno::success) {
      EXPECT_EQ(access, read_write);
      w.call("fd_close", {fd});
    }
    w.on_path("path_unlink_file", root, "swap/new");
    w.on_path("path_create_directory", root, "swap/made");
    w.on_path("path_remove_directory", root, "swap/made");
    w.call("path_rename", {root, w.text("file"), 4, root, w.text("swap/file"), 9});
    w.call("path_rename", {root, w.text("swap/file"), 9, root, w.text("file"), 4});
  }
  stop = true;
  swapper.join();
  EXPECT_GT(read + refused, 0u);
  EXPECT_EQ(snapshot(t.outside), before);
  if (access == read_write) return;
  for (const char* name : {"new", "made", "file"})
    EXPECT_FALSE(fs::exists(t.inside / "swap" / name) || fs::exists(t.inside / "swap_link" / name));
}

TEST_P(Escape, RacingSwaps) { race_swaps(GetParam(), read_write); }
TEST_P(Escape, RacingSwapsReadOnly) { race_swaps(GetParam(), read_only); }

INSTANTIATE_TEST_SUITE_P(Kernel, Escape, testing::Values(false));
INSTANTIATE_TEST_SUITE_P(Walk, Escape, testing::Values(true));

}  // namespace
}  // namespace nacre::wasi

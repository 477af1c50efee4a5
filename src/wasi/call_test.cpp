// SPDX-License-Identifier: Apache-2.0
//
// Every function on an in-memory directory: success, errors, hostile arguments.
#include "os/files.hpp"
#include "wasi/test_world.hpp"

namespace nacre::wasi {
namespace {

constexpr uint32_t root = 3;

WasiConfig config() {
  WasiConfig c;
  c.args = {"app", "two words", ""};
  c.env = {"A=1", "B="};
  c.preopens = {{"", "/data", read_write, memory_directory(1 << 20)}};
  return c;
}

TEST(WasiArgs, ListsAndSizes) {
  World w(config());
  ASSERT_EQ(w.call("args_sizes_get", {100, 104}), Errno::success);
  EXPECT_EQ(w.get<uint32_t>(100), 3u);
  EXPECT_EQ(w.get<uint32_t>(104), 4u + 10 + 1);
  ASSERT_EQ(w.call("args_get", {200, 300}), Errno::success);
  EXPECT_EQ(w.get<uint32_t>(204), 304u);
  EXPECT_EQ(w.string(300, 15), std::string("app\0two words\0\0", 15));
  ASSERT_EQ(w.call("environ_sizes_get", {100, 104}), Errno::success);
  EXPECT_EQ(w.get<uint32_t>(104), 7u);
  ASSERT_EQ(w.call("environ_get", {200, 300}), Errno::success);
  EXPECT_EQ(w.string(300, 7), std::string("A=1\0B=\0", 7));
  EXPECT_EQ(w.call("args_get", {65534, 300}), Errno::fault);
  EXPECT_EQ(w.call("args_get", {200, 65530}), Errno::fault);
  EXPECT_EQ(w.call("args_get", {0xffffffff, 0xffffffff}), Errno::fault);
  EXPECT_EQ(w.call("environ_sizes_get", {65533, 0}), Errno::fault);
}

TEST(WasiClock, SteppingIsDeterministic) {
  World w(config());
  ASSERT_EQ(w.call("clock_time_get", {0, 0, 8}), Errno::success);
  EXPECT_EQ(w.get<uint64_t>(8), 1'700'000'000'000'000'000u);
  ASSERT_EQ(w.call("clock_time_get", {1, 0, 8}), Errno::success);
  EXPECT_EQ(w.get<uint64_t>(8), 1'000'000u);
  for (uint32_t id = 0; id < 4; ++id) EXPECT_EQ(w.call("clock_res_get", {id, 8}), Errno::success);
  EXPECT_EQ(w.call("clock_time_get", {4, 0, 8}), Errno::inval);
  EXPECT_EQ(w.call("clock_res_get", {77, 8}), Errno::inval);
  EXPECT_EQ(w.call("clock_time_get", {0, 0, 65529}), Errno::fault);
}

TEST(WasiClock, SystemClocksRun) {
  WasiConfig c = config();
  c.clock = system_clock();
  World w(c);
  for (uint32_t id = 0; id < 4; ++id) {
    ASSERT_EQ(w.call("clock_time_get", {id, 0, 8}), Errno::success);
    uint64_t a = w.get<uint64_t>(8);
    ASSERT_EQ(w.call("clock_time_get", {id, 0, 8}), Errno::success);
    EXPECT_GE(w.get<uint64_t>(8), a);
    EXPECT_EQ(w.call("clock_res_get", {id, 8}), Errno::success);
    EXPECT_GT(w.get<uint64_t>(8), 0u);
  }
}

TEST(WasiRandom, SeededAndLimited) {
  World a(config()), b(config());
  ASSERT_EQ(a.call("random_get", {1000, 100}), Errno::success);
  ASSERT_EQ(b.call("random_get", {1000, 100}), Errno::success);
  EXPECT_EQ(a.string(1000, 100), b.string(1000, 100));
  ASSERT_EQ(a.call("random_get", {1000, 100}), Errno::success);
  EXPECT_NE(a.string(1000, 100), b.string(1000, 100));
  EXPECT_EQ(a.call("random_get", {65536, 0}), Errno::success);
  EXPECT_EQ(a.call("random_get", {65500, 100}), Errno::fault);
  WasiConfig c = config();
  c.max_random_bytes = 10;
  World limited(c);
  EXPECT_EQ(limited.call("random_get", {0, 11}), Errno::inval);
}

TEST(WasiProc, ExitRaiseYield) {
  World w(config());
  w.call("proc_exit", {42});
  EXPECT_TRUE(w.exited);
  EXPECT_EQ(w.exit_code, 42u);
  EXPECT_EQ(w.call("proc_raise", {0}), Errno::success);
  EXPECT_EQ(w.failure, nullptr);
  EXPECT_EQ(w.call("proc_raise", {16}), Errno::success);
  EXPECT_EQ(w.failure, nullptr);
  EXPECT_EQ(w.call("proc_raise", {6}), Errno::success);
  EXPECT_STREQ(w.failure, "SIGABRT");
  EXPECT_EQ(w.call("proc_raise", {31}), Errno::inval);
  EXPECT_EQ(w.call("sched_yield", {}), Errno::success);
}

TEST(WasiFd, PrestatAndClose) {
  World w(config());
  ASSERT_EQ(w.call("fd_prestat_get", {root, 8}), Errno::success);
  EXPECT_EQ(w.get<uint32_t>(8), 0u);
  EXPECT_EQ(w.get<uint32_t>(12), 5u);
  EXPECT_EQ(w.call("fd_prestat_dir_name", {root, 100, 4}), Errno::nametoolong);
  EXPECT_EQ(w.call("fd_prestat_dir_name", {root, 100, 6}), Errno::success);
  EXPECT_EQ(w.string(100, 5), "/data");
  EXPECT_EQ(w.call("fd_prestat_get", {0, 8}), Errno::badf);
  EXPECT_EQ(w.call("fd_prestat_get", {4, 8}), Errno::badf);
  EXPECT_EQ(w.call("fd_close", {root}), Errno::success);
  EXPECT_EQ(w.call("fd_close", {root}), Errno::badf);
  EXPECT_EQ(w.call("fd_close", {0xffffffff}), Errno::badf);
}

TEST(WasiFd, FilesReadWriteSeek) {
  World w(config());
  uint32_t fd;
  ASSERT_EQ(w.open(root, "f", oflag_creat, rights::file, &fd), Errno::success);
  EXPECT_EQ(fd, 4u);
  EXPECT_EQ(w.write(fd, "hello world"), Errno::success);
  EXPECT_EQ(w.get<uint32_t>(16), 11u);
  ASSERT_EQ(w.call("fd_tell", {fd, 8}), Errno::success);
  EXPECT_EQ(w.get<uint64_t>(8), 11u);
  ASSERT_EQ(w.call("fd_seek", {fd, static_cast<uint64_t>(-5), 1, 8}), Errno::success);
  std::string s;
  ASSERT_EQ(w.read(fd, &s), Errno::success);
  EXPECT_EQ(s, "world");
  EXPECT_EQ(w.call("fd_seek", {fd, static_cast<uint64_t>(-1), 0, 8}), Errno::inval);
  EXPECT_EQ(w.call("fd_seek", {fd, 0, 3, 8}), Errno::inval);
  EXPECT_EQ(w.call("fd_seek", {fd, 0, 0, 65530}), Errno::fault);
  w.put<uint32_t>(32, 600);
  w.put<uint32_t>(36, 3);
  w.put<uint32_t>(40, 700);
  w.put<uint32_t>(44, 4);
  ASSERT_EQ(w.call("fd_pread", {fd, 32, 2, 1, 16}), Errno::success);
  EXPECT_EQ(w.string(600, 3) + w.string(700, 4), "ello wo");
  ASSERT_EQ(w.call("fd_pwrite", {fd, 32, 2, 20, 16}), Errno::success);
  ASSERT_EQ(w.call("fd_filestat_get", {fd, 512}), Errno::success);
  EXPECT_EQ(w.get<uint64_t>(512 + 32), 27u);
  EXPECT_EQ(w.at(512)[16], static_cast<uint8_t>(FileType::regular_file));
  EXPECT_EQ(w.call("fd_filestat_set_size", {fd, 3}), Errno::success);
  EXPECT_EQ(w.call("fd_filestat_set_size", {fd, ~uint64_t{0}}), Errno::inval);
  EXPECT_EQ(w.call("fd_filestat_set_size", {fd, uint64_t{1} << 40}), Errno::nospc);
  EXPECT_EQ(w.call("fd_allocate", {fd, 0, 100}), Errno::success);
  EXPECT_EQ(w.call("fd_allocate", {fd, 0, 0}), Errno::inval);
  EXPECT_EQ(w.call("fd_allocate", {fd, INT64_MAX, 2}), Errno::fbig);
  ASSERT_EQ(w.call("fd_filestat_get", {fd, 512}), Errno::success);
  EXPECT_EQ(w.get<uint64_t>(512 + 32), 100u);
  for (uint32_t advice = 0; advice < 6; ++advice)
    EXPECT_EQ(w.call("fd_advise", {fd, 0, 0, advice}), Errno::success);
  EXPECT_EQ(w.call("fd_advise", {fd, 0, 0, 6}), Errno::inval);
  EXPECT_EQ(w.call("fd_sync", {fd}), Errno::success);
  EXPECT_EQ(w.call("fd_datasync", {fd}), Errno::success);
  ASSERT_EQ(w.call("fd_filestat_set_times", {fd, 5, 6, fst_atim | fst_mtim}), Errno::success);
  ASSERT_EQ(w.call("fd_filestat_get", {fd, 512}), Errno::success);
  EXPECT_EQ(w.get<uint64_t>(512 + 40), 5u);
  EXPECT_EQ(w.get<uint64_t>(512 + 48), 6u);
  EXPECT_EQ(w.call("fd_filestat_set_times", {fd, 5, 6, fst_atim | fst_atim_now}), Errno::inval);
  EXPECT_EQ(w.call("fd_filestat_set_times", {fd, 5, 6, 16}), Errno::inval);
}

TEST(WasiFd, AppendFlag) {
  World w(config());
  uint32_t fd;
  ASSERT_EQ(w.open(root, "f", oflag_creat, rights::file, &fd, 0, 0, fdflag_append), Errno::success);
  w.write(fd, "ab");
  ASSERT_EQ(w.call("fd_seek", {fd, 0, 0, 8}), Errno::success);
  w.write(fd, "cd");
  ASSERT_EQ(w.call("fd_fdstat_get", {fd, 512}), Errno::success);
  EXPECT_EQ(w.get<uint16_t>(514), fdflag_append);
  EXPECT_EQ(w.call("fd_fdstat_set_flags", {fd, 0}), Errno::success);
  EXPECT_EQ(w.call("fd_fdstat_set_flags", {fd, 32}), Errno::inval);
  ASSERT_EQ(w.call("fd_seek", {fd, 0, 0, 8}), Errno::success);
  w.write(fd, "X");
  ASSERT_EQ(w.call("fd_seek", {fd, 0, 0, 8}), Errno::success);
  std::string s;
  w.read(fd, &s);
  EXPECT_EQ(s, "Xbcd");
}

TEST(WasiFd, WrongKinds) {
  World w(config());
  std::string s;
  EXPECT_EQ(w.read(root, &s), Errno::isdir);
  EXPECT_EQ(w.write(root, "x"), Errno::isdir);
  EXPECT_EQ(w.call("fd_seek", {root, 0, 0, 8}), Errno::badf);
  EXPECT_EQ(w.call("fd_tell", {root, 8}), Errno::badf);
  EXPECT_EQ(w.call("fd_allocate", {root, 0, 1}), Errno::badf);
  EXPECT_EQ(w.call("fd_filestat_set_size", {root, 0}), Errno::badf);
  EXPECT_EQ(w.call("fd_readdir", {1, 0, 100, 0, 200}), Errno::notdir);
  EXPECT_EQ(w.open(1, "x", 0, 0, nullptr), Errno::notdir);
  EXPECT_EQ(w.call("fd_seek", {1, 0, 0, 8}), Errno::spipe);
  EXPECT_EQ(w.write(0, "x"), Errno::notcapable);
  EXPECT_EQ(w.read(1, &s), Errno::notcapable);
  EXPECT_EQ(w.call("sock_shutdown", {1, 1}), Errno::notsock);
  EXPECT_EQ(w.call("sock_recv", {root, 0, 0, 0, 8, 12}), Errno::notsock);
  EXPECT_EQ(w.call("sock_send", {99, 0, 0, 0, 8}), Errno::badf);
  EXPECT_EQ(w.call("sock_accept", {0, 0, 8}), Errno::notsock);
}

TEST(WasiFd, RightsAreStoredInheritedEnforced) {
  World w(config());
  uint32_t fd, dir;
  ASSERT_EQ(w.open(root, "f", oflag_creat, rights::fd_read | rights::fd_seek, &fd), Errno::success);
  EXPECT_EQ(w.write(fd, "x"), Errno::notcapable);
  EXPECT_EQ(w.call("fd_fdstat_set_rights", {fd, rights::fd_read | rights::fd_write, 0}),
            Errno::notcapable);
  EXPECT_EQ(w.call("fd_fdstat_set_rights", {fd, rights::fd_seek, 0}), Errno::success);
  std::string s;
  EXPECT_EQ(w.read(fd, &s), Errno::notcapable);
  ASSERT_EQ(w.on_path("path_create_directory", root, "d"), Errno::success);
  ASSERT_EQ(w.open(root, "d", oflag_directory, rights::path_open | rights::path_create_file, &dir,
                   0, rights::fd_read),
            Errno::success);
  EXPECT_EQ(w.open(dir, "x", oflag_creat, rights::fd_write, &fd), Errno::notcapable);
  EXPECT_EQ(w.open(dir, "x", oflag_creat, rights::fd_read, &fd), Errno::success);
  EXPECT_EQ(w.on_path("path_create_directory", dir, "y"), Errno::notcapable);
  EXPECT_EQ(w.on_path("path_unlink_file", dir, "x"), Errno::notcapable);
  EXPECT_EQ(w.open(dir, "x", oflag_trunc, rights::fd_read, &fd), Errno::notcapable);
  ASSERT_EQ(w.call("fd_fdstat_get", {dir, 512}), Errno::success);
  EXPECT_EQ(w.get<uint64_t>(520), rights::path_open | rights::path_create_file);
  EXPECT_EQ(w.get<uint64_t>(528), rights::fd_read);
}

TEST(WasiFd, Renumber) {
  World w(config());
  uint32_t a, b;
  ASSERT_EQ(w.open(root, "a", oflag_creat, rights::file, &a), Errno::success);
  ASSERT_EQ(w.open(root, "b", oflag_creat, rights::file, &b), Errno::success);
  EXPECT_EQ(w.call("fd_renumber", {a, a}), Errno::success);
  EXPECT_EQ(w.call("fd_renumber", {a, 100}), Errno::badf);
  EXPECT_EQ(w.call("fd_renumber", {100, a}), Errno::badf);
  EXPECT_EQ(w.call("fd_renumber", {a, b}), Errno::success);
  EXPECT_EQ(w.call("fd_close", {a}), Errno::badf);
  EXPECT_EQ(w.write(b, "into a"), Errno::success);
  uint32_t again;
  ASSERT_EQ(w.open(root, "a", 0, rights::file, &again), Errno::success);
  EXPECT_EQ(again, a);
  std::string s;
  w.read(again, &s);
  EXPECT_EQ(s, "into a");
  EXPECT_EQ(w.call("fd_renumber", {root, 1}), Errno::success);
  EXPECT_EQ(w.call("fd_prestat_get", {1, 8}), Errno::success);
}

TEST(WasiFd, DescriptorsAreLimited) {
  WasiConfig c = config();
  c.max_descriptors = 8;
  World w(c);
  uint32_t fd;
  for (int i = 0; i < 4; ++i) ASSERT_EQ(w.open(root, "f", oflag_creat, 0, &fd), Errno::success);
  EXPECT_EQ(w.open(root, "new", oflag_creat, 0, &fd), Errno::mfile);
  EXPECT_FALSE(w.has(root, "new"));
}

TEST(WasiFd, ReaddirIsStableWhileChanging) {
  World w(config());
  for (int i = 0; i < 50; ++i)
    ASSERT_EQ(w.open(root, "file" + std::to_string(i), oflag_creat, 0, nullptr), Errno::success);
  EXPECT_EQ(w.list(root, 100).size(), 52u);
  EXPECT_EQ(w.list(root, 24 + 7).size(), 52u);
  // Read ten, delete some before and after, add some, continue.
  ASSERT_EQ(w.call("fd_readdir", {root, 8192, 10 * (24 + 5) + 3, 0, 16}), Errno::success);
  uint32_t p = 8192;
  uint64_t cookie = 0;
  for (int i = 0; i < 10; ++i) {
    cookie = w.get<uint64_t>(p);
    p += 24 + w.get<uint32_t>(p + 16);
  }
  EXPECT_EQ(w.on_path("path_unlink_file", root, "file0"), Errno::success);
  EXPECT_EQ(w.on_path("path_unlink_file", root, "file20"), Errno::success);
  w.open(root, "late", oflag_creat, 0, nullptr);
  ASSERT_EQ(w.call("fd_readdir", {root, 8192, 8000, cookie, 16}), Errno::success);
  std::string rest = w.string(8192, w.get<uint32_t>(16));
  EXPECT_EQ(rest.find("file7"), std::string::npos);
  EXPECT_NE(rest.find("file8"), std::string::npos);
  EXPECT_EQ(rest.find("file20"), std::string::npos);
  EXPECT_NE(rest.find("late"), std::string::npos);
  EXPECT_EQ(w.call("fd_readdir", {root, 65000, 1000, 0, 16}), Errno::fault);
  EXPECT_EQ(w.call("fd_readdir", {root, 8192, 0, 0, 16}), Errno::success);
  EXPECT_EQ(w.get<uint32_t>(16), 0u);
}

TEST(WasiIo, HostileVectors) {
  World w(config());
  uint32_t fd;
  ASSERT_EQ(w.open(root, "f", oflag_creat, rights::file, &fd), Errno::success);
  EXPECT_EQ(w.call("fd_write", {fd, 65530, 1, 16}), Errno::fault);
  EXPECT_EQ(w.call("fd_write", {fd, 0, 0xffffffff, 16}), Errno::inval);
  EXPECT_EQ(w.call("fd_write", {fd, 0xfffffff8, 1, 16}), Errno::fault);
  EXPECT_EQ(w.call("fd_write", {fd, 32, 1, 65534}), Errno::fault);
  w.put<uint32_t>(32, 65000);
  w.put<uint32_t>(36, 0xffffffff);
  for (const char* name : {"fd_write", "fd_read"})
    EXPECT_EQ(w.call(name, {fd, 32, 1, 16}), Errno::fault);
  EXPECT_EQ(w.call("fd_pread", {fd, 32, 1, 0, 16}), Errno::fault);
  EXPECT_EQ(w.call("fd_pwrite", {fd, 32, 1, 0, 16}), Errno::fault);
  w.put<uint32_t>(36, 4);
  EXPECT_EQ(w.call("fd_pwrite", {fd, 32, 1, ~uint64_t{0}, 16}), Errno::inval);
  EXPECT_EQ(w.call("fd_pwrite", {fd, 32, 1, INT64_MAX, 16}), Errno::fbig);
  EXPECT_EQ(w.call("fd_write", {fd, 0, 0, 16}), Errno::success);
  for (uint32_t i = 0; i < 1024; ++i) w.put<uint64_t>(8192 + i * 8, 100 | uint64_t{60000} << 32);
  EXPECT_EQ(w.call("fd_write", {fd, 8192, 1024, 16}), Errno::nospc);
  EXPECT_EQ(w.call("path_open", {root, 0, 65000, 1000, 0, 0, 0, 0, 16}), Errno::fault);
  EXPECT_EQ(w.call("path_open", {root, 0, 100, 5000, 0, 0, 0, 0, 16}), Errno::nametoolong);
  EXPECT_EQ(w.call("path_open", {root, 2, 100, 1, 0, 0, 0, 0, 16}), Errno::inval);
  EXPECT_EQ(w.call("path_open", {root, 0, 100, 1, 16, 0, 0, 0, 16}), Errno::inval);
  EXPECT_EQ(w.call("path_open", {root, 0, 100, 1, 0, 0, 0, 32, 16}), Errno::inval);
  EXPECT_EQ(w.open(root, "f", oflag_creat | oflag_directory, 0, nullptr), Errno::inval);
}

TEST(WasiPath, Operations) {
  World w(config());
  EXPECT_EQ(w.on_path("path_create_directory", root, "d"), Errno::success);
  EXPECT_EQ(w.on_path("path_create_directory", root, "d/"), Errno::exist);
  EXPECT_EQ(w.on_path("path_create_directory", root, "d/e/"), Errno::success);
  EXPECT_EQ(w.on_path("path_create_directory", root, "."), Errno::exist);
  EXPECT_EQ(w.on_path("path_create_directory", root, "none/x"), Errno::noent);
  EXPECT_EQ(w.on_path("path_remove_directory", root, "d"), Errno::notempty);
  EXPECT_EQ(w.on_path("path_remove_directory", root, "d/e"), Errno::success);
  EXPECT_EQ(w.on_path("path_remove_directory", root, "d/."), Errno::inval);
  EXPECT_EQ(w.on_path("path_unlink_file", root, "d"), Errno::isdir);
  ASSERT_EQ(w.open(root, "d/f", oflag_creat, 0, nullptr), Errno::success);
  EXPECT_EQ(w.open(root, "d/f", oflag_creat | oflag_excl, 0, nullptr), Errno::exist);
  EXPECT_EQ(w.open(root, "d/f/", 0, 0, nullptr), Errno::notdir);
  EXPECT_EQ(w.open(root, "d/f/x", 0, 0, nullptr), Errno::notdir);
  EXPECT_EQ(w.open(root, "d/f", oflag_directory, 0, nullptr), Errno::notdir);
  EXPECT_EQ(w.open(root, "d/", 0, 0, nullptr), Errno::success);
  EXPECT_EQ(w.open(root, "d", 0, rights::fd_write, nullptr), Errno::isdir);
  EXPECT_EQ(w.open(root, "d", oflag_directory, rights::fd_write | rights::fd_read, nullptr),
            Errno::isdir);
  EXPECT_EQ(w.on_path("path_unlink_file", root, "d/f/"), Errno::notdir);
  EXPECT_EQ(w.on_path("path_remove_directory", root, "d/f"), Errno::notdir);

  auto symlink = [&](std::string_view to, std::string_view path) {
    return w.call("path_symlink", {w.text(to), to.size(), root, w.text(path), path.size()});
  };
  EXPECT_EQ(symlink("d/f", "s"), Errno::success);
  EXPECT_EQ(symlink("x", "s"), Errno::exist);
  EXPECT_EQ(symlink("/etc", "abs"), Errno::notcapable);
  EXPECT_EQ(symlink("x", "new/"), Errno::noent);
  EXPECT_EQ(symlink("loop", "loop"), Errno::success);
  EXPECT_EQ(w.open(root, "s", 0, 0, nullptr, 0), Errno::loop);
  EXPECT_EQ(w.open(root, "s", 0, 0, nullptr, 1), Errno::success);
  EXPECT_EQ(w.open(root, "loop", 0, 0, nullptr, 1), Errno::loop);
  ASSERT_EQ(w.call("path_readlink", {root, w.text("s"), 1, 600, 2, 16}), Errno::success);
  EXPECT_EQ(w.get<uint32_t>(16), 2u);
  EXPECT_EQ(w.call("path_readlink", {root, w.text("d"), 1, 600, 2, 16}), Errno::inval);
  ASSERT_EQ(w.call("path_filestat_set_times", {root, 0, w.text("s"), 1, 7, 8, fst_mtim}),
            Errno::success);
  ASSERT_EQ(w.call("path_filestat_get", {root, 0, w.text("s"), 1, 512}), Errno::success);
  EXPECT_EQ(w.get<uint64_t>(512 + 48), 8u);
  EXPECT_EQ(w.at(512)[16], static_cast<uint8_t>(FileType::symbolic_link));

  auto two = [&](const char* name, std::string_view a, std::string_view b) {
    return name[5] == 'l' ? w.call(name, {root, 0, w.text(a), a.size(), root, w.text(b), b.size()})
                          : w.call(name, {root, w.text(a), a.size(), root, w.text(b), b.size()});
  };
  EXPECT_EQ(two("path_link", "d/f", "hard"), Errno::success);
  EXPECT_EQ(two("path_link", "d/f", "hard"), Errno::exist);
  EXPECT_EQ(two("path_link", "d", "hard2"), Errno::perm);
  EXPECT_EQ(two("path_link", "d/f", "h3/"), Errno::noent);
  EXPECT_EQ(two("path_link", "gone", "h4"), Errno::noent);
  EXPECT_EQ(two("path_rename", "hard", "d"), Errno::isdir);
  EXPECT_EQ(two("path_rename", "d", "hard"), Errno::notdir);
  EXPECT_EQ(two("path_rename", "d", "d/inside"), Errno::inval);
  EXPECT_EQ(two("path_rename", "hard/", "h5"), Errno::notdir);
  EXPECT_EQ(two("path_rename", "hard", "h5"), Errno::success);
  EXPECT_EQ(two("path_rename", ".", "h6"), Errno::busy);
  EXPECT_EQ(two("path_rename", "d", "e/"), Errno::success);
  EXPECT_TRUE(w.has(root, "e/f"));
  EXPECT_EQ(two("path_rename", "h5", "../h5"), Errno::notcapable);
}

TEST(WasiUnstable, Layouts) {
  World w(config(), unstable_layout);
  uint32_t fd;
  ASSERT_EQ(w.open(root, "f", oflag_creat, rights::file, &fd), Errno::success);
  w.write(fd, "12345");
  ASSERT_EQ(w.call("fd_filestat_get", {fd, 512}), Errno::success);
  EXPECT_EQ(w.get<uint32_t>(512 + 20), 1u);
  EXPECT_EQ(w.get<uint64_t>(512 + 24), 5u);
  ASSERT_EQ(w.call("fd_seek", {fd, 1, 2, 8}), Errno::success);  // 2: set
  EXPECT_EQ(w.get<uint64_t>(8), 1u);
  ASSERT_EQ(w.call("fd_seek", {fd, 1, 0, 8}), Errno::success);  // 0: current
  EXPECT_EQ(w.get<uint64_t>(8), 2u);
  ASSERT_EQ(w.call("fd_seek", {fd, 0, 1, 8}), Errno::success);  // 1: end
  EXPECT_EQ(w.get<uint64_t>(8), 5u);
  w.put<uint64_t>(1000, 99);
  w.at(1008)[0] = 0;
  w.put<uint32_t>(1024, 1);
  w.put<uint64_t>(1032, 1000);
  w.put<uint16_t>(1048, 0);
  ASSERT_EQ(w.call("poll_oneoff", {1000, 2000, 1, 16}), Errno::success);
  EXPECT_EQ(w.get<uint64_t>(2000), 99u);
}

TEST(WasiTrace, Lines) {
  World w(config());
  w.open(root, "a\nb\x1b[0m", oflag_creat, rights::file, nullptr, 0);
  EXPECT_EQ(w.line.find("path_open(fd=3, lookup=0x0, path=\"a\\nb\\x1b[0m\", oflags=0x1, "), 0u)
      << w.line;
  if (os::windows_names) {  // whose rules refuse control characters in names
    EXPECT_TRUE(w.line.ends_with(") = notcapable")) << w.line;
    w.open(root, "ab", oflag_creat, rights::file, nullptr, 0);
  }
  EXPECT_NE(w.line.find(") = success {fd: 4}"), std::string::npos) << w.line;
  w.write(4, "hi");
  EXPECT_EQ(w.line, "fd_write(fd=4, iovs=[\"hi\"]) = success {nwritten: 2}");
  w.call("fd_close", {77});
  EXPECT_EQ(w.line, "fd_close(fd=77) = badf");
  w.call("fd_write", {4, 0xfffffff0, 5, 16});
  EXPECT_EQ(w.line, "fd_write(fd=4, iovs=[<outside memory>]) = fault");
}

}  // namespace
}  // namespace nacre::wasi

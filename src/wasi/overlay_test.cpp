// SPDX-License-Identifier: Apache-2.0
#include "wasi/test_world.hpp"

namespace nacre::wasi {
namespace {

constexpr uint32_t root = 3;

struct Fixture {
  Ref<Handle> lower = memory_directory(), upper = memory_directory();
  Fixture() {
    add_file(*lower, "a", "lower a");
    add_file(*lower, "d/x", "lower x");
    add_file(*lower, "d/y", "lower y");
    add_file(*upper, "d/z", "upper z");
  }
  WasiConfig config() {
    WasiConfig c;
    c.preopens = {{"", "/", read_write, overlay_directory(lower, upper)},
                  {"", "/lower", read_only, lower},
                  {"", "/upper", read_only, upper}};
    return c;
  }
};

std::string contents(World& w, uint32_t dir, std::string_view path) {
  uint32_t fd;
  std::string s;
  if (Errno e = w.open(dir, path, 0, rights::fd_read, &fd); e != Errno::success)
    return std::string("!") + errno_name(e);
  w.read(fd, &s);
  w.call("fd_close", {fd});
  return s;
}

std::string names(World& w, std::string_view path) {
  uint32_t fd;
  EXPECT_EQ(w.open(root, path, oflag_directory, rights::fd_readdir, &fd), Errno::success);
  std::vector<std::string> list = w.list(fd, 60);
  w.call("fd_close", {fd});
  std::sort(list.begin(), list.end());
  std::string out;
  for (const std::string& s : list) (out += s) += ' ';
  return out;
}

TEST(WasiOverlay, MergesHidesAndCopiesUp) {
  Fixture f;
  World w(f.config());
  uint32_t fd;
  EXPECT_EQ(names(w, "d"), ". .. x y z ");
  EXPECT_EQ(contents(w, root, "d/x"), "lower x");
  EXPECT_EQ(contents(w, root, "d/z"), "upper z");

  ASSERT_EQ(w.open(root, "d/x", 0, rights::fd_write | rights::fd_read, &fd), Errno::success);
  w.write(fd, "UPPER");
  EXPECT_EQ(contents(w, root, "d/x"), "UPPER x");
  EXPECT_EQ(contents(w, 4, "d/x"), "lower x");
  EXPECT_EQ(names(w, "d"), ". .. x y z ");

  EXPECT_EQ(w.on_path("path_unlink_file", root, "d/x"), Errno::success);
  EXPECT_EQ(w.on_path("path_unlink_file", root, "d/y"), Errno::success);
  EXPECT_EQ(names(w, "d"), ". .. z ");
  EXPECT_EQ(contents(w, root, "d/y"), "!noent");
  EXPECT_EQ(w.on_path("path_remove_directory", root, "d"), Errno::notempty);
  EXPECT_EQ(w.on_path("path_unlink_file", root, "d/z"), Errno::success);
  EXPECT_EQ(w.on_path("path_remove_directory", root, "d"), Errno::success);
  EXPECT_EQ(names(w, "."), ". .. a ");
  EXPECT_EQ(w.on_path("path_create_directory", root, "d"), Errno::success);
  EXPECT_EQ(names(w, "d"), ". .. ");
  EXPECT_EQ(contents(w, 4, "d/y"), "lower y");
}

TEST(WasiOverlay, RenamesLinksTimes) {
  Fixture f;
  World w(f.config());
  auto rename = [&](std::string_view a, std::string_view b) {
    return w.call("path_rename", {root, w.text(a), a.size(), root, w.text(b), b.size()});
  };
  EXPECT_EQ(rename("a", "d/new"), Errno::success);
  EXPECT_EQ(contents(w, root, "d/new"), "lower a");
  EXPECT_EQ(contents(w, root, "a"), "!noent");
  EXPECT_EQ(rename("d/new", "d/x"), Errno::success);
  EXPECT_EQ(contents(w, root, "d/x"), "lower a");
  EXPECT_EQ(rename("d", "e"), Errno::xdev);
  ASSERT_EQ(w.on_path("path_create_directory", root, "own"), Errno::success);
  EXPECT_EQ(rename("own", "own2"), Errno::success);
  EXPECT_EQ(w.call("path_link", {root, 0, w.text("d/y"), 3, root, w.text("hard"), 4}),
            Errno::success);
  EXPECT_EQ(contents(w, root, "hard"), "lower y");
  EXPECT_EQ(w.call("path_symlink", {w.text("d/../hard"), 9, root, w.text("s"), 1}), Errno::success);
  EXPECT_EQ(contents(w, root, "s"), "lower y");
  EXPECT_EQ(w.call("path_filestat_set_times", {root, 0, w.text("d/z"), 3, 1, 2, 5}),
            Errno::success);
  EXPECT_EQ(w.open(root, "..", 0, 0, nullptr), Errno::notcapable);
  EXPECT_EQ(w.open(root, "d/../../x", 0, 0, nullptr), Errno::notcapable);
  EXPECT_EQ(w.open(root, "none", oflag_creat, 0, nullptr), Errno::success);
  EXPECT_EQ(w.open(root, "none", oflag_creat | oflag_excl, 0, nullptr), Errno::exist);
  EXPECT_EQ(contents(w, 5, "none"), "");
  EXPECT_EQ(contents(w, 4, "none"), "!noent");
}

TEST(WasiMemoryFs, QuotaAndDeepTeardown) {
  WasiConfig c;
  Ref<Handle> dir = memory_directory(64 << 20);
  c.preopens = {{"", "/", read_write, dir}};
  World w(c);
  // Far deeper than any host stack, through handles.
  Ref<Handle> at = dir;
  Path name;
  name.components = {"d"};
  OpenOptions o;
  o.directory = true;
  for (int i = 0; i < 100'000; ++i) {
    ASSERT_EQ(at->create_directory(name), Errno::success);
    Ref<Handle> next;
    ASSERT_EQ(at->open(name, o, &next), Errno::success);
    at = next;
  }
  at = {};
  Ref<Handle> small = memory_directory(1000);
  EXPECT_EQ(add_file(*small, "f", std::string(2000, 'x')), Errno::nospc);
  EXPECT_EQ(add_file(*small, "f", std::string(500, 'x')), Errno::success);
  EXPECT_EQ(add_file(*small, "f", std::string(600, 'x')), Errno::success);

  String text = "before";
  EXPECT_EQ(read_file(*small, "f", &text, 599), Errno::fbig);
  EXPECT_EQ(read_file(*small, "g", &text), Errno::noent);
  EXPECT_EQ(read_file(*small, ".", &text), Errno::isdir);
  EXPECT_EQ(text, "before");
  EXPECT_EQ(read_file(*small, "f", &text, 600), Errno::success);
  EXPECT_EQ(text, std::string(600, 'x'));
  EXPECT_EQ(add_file(*small, "f", ""), Errno::success);
  EXPECT_EQ(read_file(*small, "f", &text, 0), Errno::success);
  EXPECT_EQ(text, "");
}

}  // namespace
}  // namespace nacre::wasi

// SPDX-License-Identifier: Apache-2.0
//
// Errors as people read them, and coredumps, through the public API.
#include <nacre/coredump.hpp>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "../api/api_test.hpp"

namespace nacre {
namespace {

constexpr const char* trapping = R"((module $app
  (import "env" "host" (func $host))
  (memory (export "memory") 1)
  (global $g (export "g") (mut i32) (i32.const 7))
  (data (i32.const 100) "abc")
  (func $inner (i32.store8 (i32.const 200) (i32.const 9)) (global.set $g (i32.const 8)) unreachable)
  (func $_ZN1a5outerEi (export "run") (call $inner))
  (func (export "through_host") (call $host))))";

struct World : test::Fixture {
  World() {
    linker.func("env", "host", [](Caller c) -> Result<void> {
      Result<std::vector<Value>> r = c.func("run").call({});
      if (!r) return std::move(r.error());
      return {};
    });
    instance = run(trapping);
  }
  Error trap(const char* name) {
    Result<List<Value>> r = instance.func(name).value().call({});
    EXPECT_FALSE(r);
    return r ? Error() : std::move(r.error());
  }
  Instance instance;
};

TEST(Report, NamesOffsetsAndNotes) {
  World w;
  const Error e = w.trap("run");
  std::string text = describe(e);
  EXPECT_EQ(text.substr(0, text.find(" @")), "trap: unreachable\n    0: app: inner");
  EXPECT_NE(text.find("\n    1: app: a::outer(int) @ 0x"), std::string::npos) << text;
  EXPECT_NE(text.find("\nnote: no debug information: compile and link with -g"), std::string::npos)
      << text;
  ReportOptions brief;
  brief.notes = false;
  text = describe(e, brief);
  EXPECT_EQ(text.find("note:"), std::string::npos) << text;
  ASSERT_FALSE(e.backtrace.empty());
  EXPECT_TRUE(source_locations(e.backtrace[0]).empty());
}

TEST(Report, OtherErrors) {
  EXPECT_EQ(describe(make_error(ErrorKind::malformed, "unexpected end", 0x1c)),
            "unexpected end (at offset 0x1c)");
  EXPECT_EQ(describe(make_error(ErrorKind::trap, "a\x1b[31m\n")), "trap: a\\x1b[31m\\x0a");
}

TEST(Report, FramesMadeUp) {
  Error e = make_error(ErrorKind::trap, "x");
  Frame f;
  f.func_index = 3;
  f.offset = 16;
  f.func_name = std::string(100'000, 'n');
  e.backtrace.push_back(f);
  e.frames_total = 9;
  const std::string text = describe(e);
  EXPECT_LT(text.size(), 1000u);
  EXPECT_NE(text.find("... and 8 frames further out"), std::string::npos) << text;
  EXPECT_TRUE(source_locations(f).empty());
}

// Frames keep what they need of a module.
TEST(Report, OutlivesTheStore) {
  Error e;
  {
    World w;
    e = w.trap("run");
  }
  const Error copy = e;
  e = Error();
  EXPECT_NE(std::string(describe(copy)).find("note: no debug information"), std::string::npos);
}

TEST(Report, Demangles) {
  EXPECT_EQ(demangle("_ZN1a1bEv"), "a::b()");
  EXPECT_EQ(demangle("_RNvC1a1b"), "a::b");
  EXPECT_EQ(demangle("plain"), "plain");
}

std::vector<uint8_t> file_bytes(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(WriteCoredump, HoldsWhatTheStoreHeld) {
  World w;
  const Error e = w.trap("run");
  const std::string path =
      (std::filesystem::temp_directory_path() / "nacre_coredump_test.wasm").string();
  Result<void> done = write_coredump(w.store, e, path, "prog");
  ASSERT_TRUE(done) << done.error().message;
  Result<Module> dump = Module::compile(w.engine, file_bytes(path));
  ASSERT_TRUE(dump) << dump.error().message;
  std::remove(path.c_str());
  bool core = false, stack = false;
  for (const CustomSection& c : dump->custom_sections()) {
    core |= c.name == "core";
    stack |= c.name == "corestack";
  }
  EXPECT_TRUE(core && stack);
  EXPECT_EQ(dump->num_memories(), 1u);
  EXPECT_EQ(dump->num_globals(), 1u);
}

TEST(WriteCoredump, Errors) {
  World w;
  const Error e = w.trap("through_host");
  Result<void> done = write_coredump(w.store, e, "/nowhere/at/all/x.wasm");
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().kind, ErrorKind::io);
  Store moved = std::move(w.store);
  done = write_coredump(w.store, e, "unused.wasm");
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().kind, ErrorKind::invalid_argument);
}

}  // namespace
}  // namespace nacre

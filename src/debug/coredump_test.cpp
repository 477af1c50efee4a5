// SPDX-License-Identifier: Apache-2.0
#include "debug/coredump.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

#include "base/reader.hpp"
#include "binary/decode.hpp"

namespace nacre::debug {
namespace {

struct Buffer final : CoredumpSink {
  bool write(Bytes b) override {
    bytes.insert(bytes.end(), b.begin(), b.end());
    return bytes.size() <= limit;
  }
  std::vector<uint8_t> bytes;
  size_t limit = ~size_t{0};
};

wasm::MemoryType memory_type(uint64_t pages, bool is64 = false) {
  wasm::MemoryType t;
  t.limits.min = pages;
  t.limits.is64 = is64;
  return t;
}

// The bytes of memory `index` as the data segments of `m` make them.
std::vector<uint8_t> contents(const wasm::Module& m, uint32_t index, size_t size) {
  std::vector<uint8_t> out(size);
  for (const wasm::Data& d : m.datas) {
    if (d.memory != index) continue;
    Reader r(d.offset.code);
    const bool is64 = r.u8() == 0x42;
    const uint64_t at =
        is64 ? static_cast<uint64_t>(r.leb_s64()) : static_cast<uint32_t>(r.leb_s32());
    EXPECT_LE(at + d.bytes.size(), size);
    if (at + d.bytes.size() <= size) std::memcpy(&out[at], d.bytes.data(), d.bytes.size());
  }
  return out;
}

TEST(Coredump, ReadsBack) {
  std::vector<uint8_t> first(2 * 65536), second(65536);
  first[0] = 1;
  first[5000] = 2;
  first[9000] = 3;
  first[131071] = 4;
  second[70] = 5;
  Coredump dump;
  dump.executable = "app.wasm";
  dump.thread = "main";
  dump.modules = {"app", ""};
  dump.instances = {{0, {0}, {0, 1}}, {1, {0, 1}, {}}};
  dump.frames = {{1, 300, 77}, {0, 2, 0}};
  dump.memories = {{memory_type(2), first}, {memory_type(1, true), second}};
  dump.globals = {{wasm::i32_type, {0xffffffff, 0}}, {wasm::i64_type, {uint64_t{1} << 63, 0}},
                  {wasm::f32_type, {0x7fc00001, 0}}, {wasm::f64_type, {0x3ff0000000000000, 0}},
                  {wasm::v128_type, {1, 2}},         {wasm::funcref_type, {99, 0}},
                  {wasm::anyref_type, {99, 0}},      {wasm::externref_type, {99, 0}},
                  {wasm::exnref_type, {0, 0}}};
  Buffer file;
  ASSERT_EQ(write_coredump(dump, file), CoredumpResult::written);
  EXPECT_LT(file.bytes.size(), 6 * 4096u);  // zeros are left out

  Result<wasm::Module> module = binary::decode(file.bytes, nullptr, {});
  ASSERT_TRUE(module) << module.error().message;
  std::optional<Coredump> back = read_coredump(*module);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->executable, "app.wasm");
  EXPECT_EQ(back->thread, "main");
  EXPECT_EQ(back->modules, dump.modules);
  ASSERT_EQ(back->instances.size(), 2u);
  EXPECT_EQ(back->instances[0].globals, (std::vector<uint32_t>{0, 1}));
  EXPECT_EQ(back->instances[1].module, 1u);
  EXPECT_EQ(back->instances[1].memories, (std::vector<uint32_t>{0, 1}));
  ASSERT_EQ(back->frames.size(), 2u);
  EXPECT_EQ(back->frames[0].instance, 1u);
  EXPECT_EQ(back->frames[0].func_index, 300u);
  EXPECT_EQ(back->frames[0].code_offset, 77u);
  ASSERT_EQ(module->memories.size(), 2u);
  EXPECT_EQ(module->memories[1], dump.memories[1].type);
  EXPECT_EQ(contents(*module, 0, first.size()), first);
  EXPECT_EQ(contents(*module, 1, second.size()), second);
  ASSERT_EQ(module->globals.size(), 9u);
  EXPECT_EQ(module->globals[3].type.type, wasm::f64_type);
  const uint8_t minus_one[] = {0x41, 0x7f, 0x0b};
  EXPECT_TRUE(std::ranges::equal(module->globals[0].init.code, minus_one));
}

TEST(Coredump, Empty) {
  Buffer file;
  ASSERT_EQ(write_coredump(Coredump(), file), CoredumpResult::written);
  Result<wasm::Module> module = binary::decode(file.bytes, nullptr, {});
  ASSERT_TRUE(module) << module.error().message;
  EXPECT_TRUE(read_coredump(*module));
  EXPECT_FALSE(read_coredump(wasm::Module()));
}

// As many pieces as a module may have at most, whatever the memory looks like.
TEST(Coredump, ManyPieces) {
  std::vector<uint8_t> bytes(size_t{128} << 20);
  for (size_t at = 0; at < bytes.size(); at += 8192) bytes[at] = 1;
  Coredump dump;
  dump.memories = {{memory_type(bytes.size() >> 16), bytes}};
  struct Counter final : CoredumpSink {
    bool write(Bytes b) override {
      written += b.size();
      pieces++;
      return true;
    }
    uint64_t written = 0, pieces = 0;
  } file;
  ASSERT_EQ(write_coredump(dump, file), CoredumpResult::written);
  EXPECT_LE(file.pieces, 20'001u);
  EXPECT_GE(file.written, bytes.size() / 2);
}

TEST(Coredump, RefusedWrites) {
  Coredump dump;
  dump.executable = "x";
  Buffer file;
  file.limit = 0;
  EXPECT_EQ(write_coredump(dump, file), CoredumpResult::failed);
}

TEST(Coredump, HostileInput) {
  Coredump dump;
  dump.instances = {{0, {0, 1}, {2}}};
  dump.frames = {{0, 1, 2}};
  dump.modules = {"m"};
  Buffer file;
  ASSERT_EQ(write_coredump(dump, file), CoredumpResult::written);
  for (size_t i = 8; i < file.bytes.size(); ++i)
    for (uint8_t v : {0, 1, 0x7f, 0x80, 0xff}) {
      std::vector<uint8_t> changed = file.bytes;
      changed[i] = v;
      if (auto module = binary::decode(changed, nullptr, {})) (void)read_coredump(*module);
    }
}

}  // namespace
}  // namespace nacre::debug

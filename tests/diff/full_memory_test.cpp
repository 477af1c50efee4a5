// SPDX-License-Identifier: Apache-2.0
//
// Memories of 4 GiB and more: every byte of a 32-bit address space is inside, and only sums with an
// offset lead out. Few pages are touched, so nothing but address space is needed.
#include <cstring>

#include "../api/api_test.hpp"
#include "base/bytes.hpp"

namespace nacre::diff {
namespace {

constexpr uint64_t four_gib = uint64_t{1} << 32;

struct Setup {
  const char* name;
  Config config;
};
void PrintTo(const Setup& s, std::ostream* out) { *out << s.name; }

// What the host has put into memory: something other than zero around the places of interest.
uint8_t byte_at(uint64_t address) {
  for (const uint64_t centre : {uint64_t{0}, four_gib / 2, four_gib, four_gib + 65536})
    if (address + 64 >= centre && address < centre + 64)
      return static_cast<uint8_t>(address * 37 + (address >> 31) * 11 + 5);
  return 0;
}

struct Access {
  const char* name;
  unsigned bytes;
  const char* type;
};
constexpr Access loads[] = {{"i32.load8_u", 1, "i32"},       {"i32.load16_u", 2, "i32"},
                            {"i32.load", 4, "i32"},          {"i64.load32_u", 4, "i64"},
                            {"i64.load", 8, "i64"},          {"f32.load", 4, "f32"},
                            {"f64.load", 8, "f64"},          {"v128.load", 16, "v128"},
                            {"v128.load8_splat", 1, "v128"}, {"v128.load64_zero", 8, "v128"}};
constexpr Access stores[] = {{"i32.store8", 1, "i32"}, {"i32.store16", 2, "i32"},
                             {"i32.store", 4, "i32"},  {"i64.store", 8, "i64"},
                             {"f64.store", 8, "f64"},  {"v128.store", 16, "v128"}};
constexpr uint64_t offsets[] = {0,          1,          4,          0x7fffffff, 0x80000000,
                                0xffff0000, 0xfffffff0, 0xfffffffc, 0xffffffff};
constexpr uint32_t addresses[] = {0,          1,          15,         0x10000,    0x7ffffff0,
                                  0x7fffffff, 0x80000000, 0x80000001, 0xfffefff0, 0xffff0000,
                                  0xfffffff0, 0xfffffff1, 0xfffffff8, 0xfffffff9, 0xfffffffc,
                                  0xfffffffd, 0xfffffffe, 0xffffffff};

std::string hex(uint64_t v) {
  char text[32];
  std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(v));
  return text;
}
std::string number(uint64_t v) { return std::to_string(v); }

const char* constant_of(const char* type) {
  return std::strcmp(type, "v128") == 0  ? "(v128.const i32x4 1 2 3 4)"
         : std::strcmp(type, "i64") == 0 ? "(i64.const 0x1122334455667788)"
         : std::strcmp(type, "f64") == 0 ? "(f64.const 1.25)"
                                         : "(i32.const 0x11223344)";
}

// Functions by names: l LOAD OFFSET, s STORE OFFSET (address), c LOAD OFFSET ADDRESS (), and what
// an access with a sum as address does.
std::string module_text(const char* memory, bool is64) {
  const std::string a = is64 ? "i64" : "i32";
  std::string text =
      "(module (memory (export \"m\") " + std::string(memory) + ")\n" + "(data $d \"abcdefgh\")\n";
  for (const uint64_t offset : offsets) {
    for (size_t i = 0; i < std::size(loads); ++i)
      text += "(func (export \"l" + number(i) + " " + number(offset) + "\") (param " + a +
              ") (result " + loads[i].type + ") (" + loads[i].name + " offset=" + hex(offset) +
              " (local.get 0)))\n";
    for (size_t i = 0; i < std::size(stores); ++i)
      text += "(func (export \"s" + number(i) + " " + number(offset) + "\") (param " + a + ") (" +
              stores[i].name + " offset=" + hex(offset) + " (local.get 0) " +
              constant_of(stores[i].type) + "))\n";
    for (const uint32_t address : addresses)
      text += "(func (export \"c" + number(offset) + " " + number(address) +
              "\") (result i64) (i64.load offset=" + hex(offset) + " (" + a + ".const " +
              hex(address) + ")))\n";
  }
  const std::string sum = "(" + a + ".add (local.get 0) (local.get 1))";
  text +=
      "(func (export \"sum\") (param " + a + " " + a + ") (result i32) (i32.load8_u " + sum +
      "))\n(func (export \"sum offset\") (param " + a + " " + a +
      ") (result i32) (i32.load8_u offset=16 " + sum + "))\n(func (export \"scaled\") (param " + a +
      " " + a + ") (result i32) (i32.load8_u (" + a + ".add (local.get 0) (" + a +
      ".shl (local.get 1) (" + a + ".const 2)))))\n(func (export \"less\") (param " + a +
      ") (result i32) (i32.load8_u offset=32 (" + a + ".sub (local.get 0) (" + a +
      ".const 16))))\n(func (export \"plus\") (param " + a + ") (result i32) (i32.load8_u (" + a +
      ".add (local.get 0) (" + a + ".const 0x7fffffff))))\n(func (export \"fill\") (param " + a +
      " i32 " + a + ") (memory.fill (local.get 0) (local.get 1) (local.get 2)))\n" +
      "(func (export \"fill16\") (param " + a + ") (memory.fill (local.get 0) (i32.const 0xab) (" +
      a + ".const 16)))\n" + "(func (export \"copy\") (param " + a + " " + a + " " + a +
      ") (memory.copy (local.get 0) (local.get 1) (local.get 2)))\n" +
      "(func (export \"copy16\") (param " + a + " " + a +
      ") (memory.copy (local.get 0) (local.get 1) (" + a + ".const 16)))\n" +
      "(func (export \"init\") (param " + a +
      " i32 i32) (memory.init $d (local.get 0) (local.get 1) (local.get 2)))\n" +
      "(func (export \"size\") (result " + a + ") (memory.size))\n" +
      "(func (export \"grow\") (param " + a + ") (result " + a +
      ") (memory.grow (local.get 0)))\n" + "(func (export \"rmw\") (param " + a +
      ") (result i32) (i32.atomic.rmw.add (local.get 0) (i32.const 1)))\n)";
  return text;
}

class FullMemory : public testing::TestWithParam<Setup> {
 protected:
  void SetUp() override {
    if (const Result<void> usable = Engine(GetParam().config).check(); !usable)
      GTEST_SKIP() << usable.error().message;
    if (sizeof(void*) < 8) GTEST_SKIP() << "needs more address space";
  }

  bool open(const char* memory, bool is64) {
    is64_ = is64;
    fixture_.emplace(GetParam().config);
    Result<Instance> i = fixture_->linker.instantiate(
        fixture_->store, test::compile(fixture_->engine, module_text(memory, is64)));
    EXPECT_TRUE(i) << i.error().message;
    if (i) instance_ = std::move(*i);
    return bool(i);
  }
  uint8_t* data() { return instance_.memory("m")->bytes().data(); }
  uint64_t length() { return instance_.memory("m")->bytes().size(); }

  void write_pattern() {
    const uint64_t n = length();
    for (const uint64_t centre : {uint64_t{0}, four_gib / 2, four_gib, four_gib + 65536})
      for (uint64_t at = centre < 64 ? 0 : centre - 64; at < centre + 64 && at < n; ++at)
        data()[at] = byte_at(at);
  }
  Value address(uint64_t v) const { return is64_ ? Value(v) : Value(static_cast<uint32_t>(v)); }
  Result<std::vector<Value>> call(const std::string& name, const std::vector<Value>& args) {
    return instance_.func(name)->call(args);
  }
  // The trap, or none.
  TrapCode run(const std::string& name, const std::vector<Value>& args) {
    const auto r = call(name, args);
    return r ? TrapCode::none : trap_code(r.error());
  }
  bool inside(uint64_t at, uint64_t offset, uint64_t bytes) {
    const uint64_t n = length(), sum = at + offset;
    return sum >= at && sum <= n && bytes <= n - sum;
  }

  void check_loads(uint64_t at, uint64_t offset) {
    for (size_t i = 0; i < std::size(loads); ++i) {
      const Access& access = loads[i];
      const auto r = call("l" + number(i) + " " + number(offset), {address(at)});
      const bool fits = inside(at, offset, access.bytes);
      ASSERT_EQ(bool(r), fits) << access.name << " " << hex(at) << " + " << hex(offset);
      if (!fits) {
        EXPECT_EQ(trap_code(r.error()), TrapCode::memory_out_of_bounds);
        continue;
      }
      uint64_t got;
      if ((*r)[0].kind() == ValueKind::v128) got = load_le<uint64_t>((*r)[0].v128().bytes);
      else
        got = (*r)[0].kind() == ValueKind::i64 || (*r)[0].kind() == ValueKind::f64 ? (*r)[0].u64()
                                                                                   : (*r)[0].u32();
      const bool splat = std::strcmp(access.name, "v128.load8_splat") == 0;
      for (unsigned k = 0; k < 8; ++k) {
        const uint8_t want = splat              ? byte_at(at + offset)
                             : k < access.bytes ? byte_at(at + offset + k)
                                                : 0;
        ASSERT_EQ(static_cast<uint8_t>(got >> (8 * k)), want)
            << access.name << " " << hex(at) << " + " << hex(offset) << ", byte " << k;
      }
    }
  }

  void check_stores(uint64_t at, uint64_t offset) {
    for (size_t i = 0; i < std::size(stores); ++i) {
      const Access& access = stores[i];
      const TrapCode t = run("s" + number(i) + " " + number(offset), {address(at)});
      if (!inside(at, offset, access.bytes)) {
        ASSERT_EQ(t, TrapCode::memory_out_of_bounds)
            << access.name << " " << hex(at) << " + " << hex(offset);
        expect_pattern(at + offset);
        continue;
      }
      ASSERT_EQ(t, TrapCode::none) << access.name << " " << hex(at) << " + " << hex(offset);
      const uint64_t to = at + offset;
      bool changed = false;
      for (unsigned k = 0; k < access.bytes; ++k) {
        changed = changed || data()[to + k] != byte_at(to + k);
        data()[to + k] = byte_at(to + k);
      }
      EXPECT_TRUE(changed);
      expect_pattern(to);
    }
  }

  // Around a place and at the ends everything is as the host wrote it.
  void expect_pattern(uint64_t around) {
    const uint64_t n = length();
    for (const uint64_t centre : {around, uint64_t{32}, n})
      for (uint64_t at = centre < 48 ? 0 : centre - 48; at < centre + 48; ++at)
        if (at < n) {
          ASSERT_EQ(data()[at], byte_at(at)) << "at " << hex(at);
        }
  }

  void check_everything() {
    write_pattern();
    for (const uint32_t at : addresses)
      for (const uint64_t offset : offsets) {
        check_loads(at, offset);
        check_stores(at, offset);
        if (HasFatalFailure()) return;
        const auto r = call("c" + number(offset) + " " + number(at), {});
        ASSERT_EQ(bool(r), inside(at, offset, 8)) << hex(at) << " + " << hex(offset);
      }
  }

  std::optional<test::Fixture> fixture_;
  Instance instance_;
  bool is64_ = false;
};

TEST_P(FullMemory, EveryByteOf32Bits) {
  ASSERT_TRUE(open("65536", false));
  EXPECT_EQ(length(), four_gib);
  EXPECT_EQ((*call("size", {}))[0].u32(), 65536u);
  check_everything();
}

TEST_P(FullMemory, GrownToTheLastPage) {
  ASSERT_TRUE(open("1", false));
  EXPECT_EQ(run("l2 0", {Value(65536)}), TrapCode::memory_out_of_bounds);
  EXPECT_EQ((*call("grow", {Value(65534)}))[0].u32(), 1u);
  EXPECT_EQ(run("l2 0", {Value(0xfffefffcu)}), TrapCode::none);
  EXPECT_EQ(run("l2 0", {Value(0xfffefffdu)}), TrapCode::memory_out_of_bounds);
  EXPECT_EQ((*call("grow", {Value(2)}))[0].i32(), -1);
  EXPECT_EQ((*call("grow", {Value(1)}))[0].u32(), 65535u);
  EXPECT_EQ((*call("grow", {Value(0)}))[0].u32(), 65536u);
  EXPECT_EQ((*call("grow", {Value(1)}))[0].i32(), -1);
  EXPECT_EQ((*call("grow", {Value(-1)}))[0].i32(), -1);
  EXPECT_EQ(length(), four_gib);
  check_everything();
}

TEST_P(FullMemory, AddressesWrapBeforeTheAccess) {
  ASSERT_TRUE(open("65536", false));
  write_pattern();
  const auto result = [&](const char* name, std::vector<Value> args) -> int {
    const auto r = call(name, args);
    return r ? static_cast<int>((*r)[0].u32()) : -1;
  };
  for (const uint32_t x : addresses)
    for (const uint32_t y : addresses) {
      EXPECT_EQ(result("sum", {Value(x), Value(y)}), byte_at(uint32_t(x + y)));
      const uint64_t plus = uint64_t{uint32_t(x + y)} + 16;
      EXPECT_EQ(result("sum offset", {Value(x), Value(y)}), plus < four_gib ? byte_at(plus) : -1);
      EXPECT_EQ(result("scaled", {Value(x), Value(y)}), byte_at(uint32_t(x + y * 4)));
    }
  for (const uint32_t x : addresses) {
    const uint64_t less = uint64_t{uint32_t(x - 16)} + 32;
    EXPECT_EQ(result("less", {Value(x)}), less < four_gib ? byte_at(less) : -1);
    EXPECT_EQ(result("plus", {Value(x)}), byte_at(uint32_t(x + 0x7fffffff)));
  }
}

TEST_P(FullMemory, BulkOperationsAtTheEnd) {
  for (const bool is64 : {false, true}) {
    ASSERT_TRUE(open(is64 ? "i64 65536 65536" : "65536", is64));
    write_pattern();
    const uint64_t end = four_gib;
    const auto a = [&](uint64_t v) { return address(v); };
    const auto out = TrapCode::memory_out_of_bounds;
    EXPECT_EQ(run("fill", {a(end - 16), Value(7), a(17)}), out);
    EXPECT_EQ(run("fill", {a(end - 1), Value(7), a(2)}), out);
    EXPECT_EQ(run("fill", {a(2), Value(7), a(0xffffffff)}), out);
    EXPECT_EQ(run("fill16", {a(end - 15)}), out);
    EXPECT_EQ(run("copy", {a(end - 16), a(0), a(17)}), out);
    EXPECT_EQ(run("copy", {a(0), a(end - 16), a(17)}), out);
    EXPECT_EQ(run("copy", {a(end - 1), a(end - 1), a(2)}), out);
    EXPECT_EQ(run("copy16", {a(end - 15), a(0)}), out);
    EXPECT_EQ(run("copy16", {a(0), a(end - 15)}), out);
    EXPECT_EQ(run("init", {a(end - 7), Value(0), Value(8)}), out);
    expect_pattern(end);
    if (is64) {
      EXPECT_EQ(run("fill", {a(end), Value(7), a(0)}), TrapCode::none);
      EXPECT_EQ(run("fill", {a(end + 1), Value(7), a(0)}), out);
      EXPECT_EQ(run("copy", {a(end), a(end), a(0)}), TrapCode::none);
      EXPECT_EQ(run("copy", {a(end + 1), a(0), a(0)}), out);
      EXPECT_EQ(run("copy", {a(0), a(~uint64_t{0}), a(0)}), out);
      EXPECT_EQ(run("fill", {a(~uint64_t{0}), Value(7), a(2)}), out);
      EXPECT_EQ(run("fill", {a(16), Value(7), a(~uint64_t{0})}), out);
    }
    EXPECT_EQ(run("fill", {a(end - 1), Value(7), a(0)}), TrapCode::none);
    expect_pattern(end);
    EXPECT_EQ(run("fill", {a(end - 16), Value(0x55), a(16)}), TrapCode::none);
    for (unsigned i = 1; i <= 16; ++i) EXPECT_EQ(data()[end - i], 0x55);
    EXPECT_EQ(data()[end - 17], byte_at(end - 17));
    EXPECT_EQ(run("fill16", {a(end - 16)}), TrapCode::none);
    EXPECT_EQ(data()[end - 16], 0xab);
    EXPECT_EQ(data()[end - 1], 0xab);
    // Across each other, both ways.
    for (unsigned i = 0; i < 32; ++i) data()[end - 32 + i] = static_cast<uint8_t>(i);
    EXPECT_EQ(run("copy", {a(end - 20), a(end - 32), a(20)}), TrapCode::none);
    for (unsigned i = 0; i < 20; ++i) EXPECT_EQ(data()[end - 20 + i], i);
    EXPECT_EQ(run("copy16", {a(end - 24), a(end - 16)}), TrapCode::none);
    for (unsigned i = 0; i < 16; ++i) EXPECT_EQ(data()[end - 24 + i], i + 4);
    EXPECT_EQ(run("copy16", {a(end - 16), a(0)}), TrapCode::none);
    for (unsigned i = 0; i < 16; ++i) EXPECT_EQ(data()[end - 16 + i], byte_at(i));
    EXPECT_EQ(run("init", {a(end - 8), Value(0), Value(8)}), TrapCode::none);
    EXPECT_EQ(std::memcmp(data() + end - 8, "abcdefgh", 8), 0);
    // Atomics at the last word.
    store_le<uint32_t>(data() + end - 4, 41);
    EXPECT_EQ((*call("rmw", {a(end - 4)}))[0].u32(), 41u);
    EXPECT_EQ(load_le<uint32_t>(data() + end - 4), 42u);
    if (is64) {
      EXPECT_EQ(run("rmw", {a(end)}), out);
    }
  }
}

TEST_P(FullMemory, SixtyFourBitsWithFourGiB) {
  ASSERT_TRUE(open("i64 65536 65536", true));
  EXPECT_EQ(length(), four_gib);
  EXPECT_EQ((*call("size", {}))[0].u64(), 65536u);
  check_everything();
  for (const uint64_t at : {four_gib, four_gib + 1, four_gib - 1, four_gib * 2, uint64_t{1} << 47,
                            uint64_t{1} << 63, ~uint64_t{0}, ~uint64_t{0} - 7})
    for (const uint64_t offset : offsets) {
      check_loads(at, offset);
      check_stores(at, offset);
      if (HasFatalFailure()) return;
    }
}

TEST_P(FullMemory, SixtyFourBitsBeyond) {
  ASSERT_TRUE(open("i64 1 65538", true));
  EXPECT_EQ((*call("grow", {Value(uint64_t{65535})}))[0].u64(), 1u);
  EXPECT_EQ(run("l0 0", {Value(four_gib)}), TrapCode::memory_out_of_bounds);
  EXPECT_EQ((*call("grow", {Value(uint64_t{3})}))[0].i64(), -1);
  EXPECT_EQ((*call("grow", {Value(uint64_t{1} << 48)}))[0].i64(), -1);
  EXPECT_EQ((*call("grow", {Value(uint64_t{2})}))[0].u64(), 65536u);
  EXPECT_EQ(length(), four_gib + 2 * 65536);
  check_everything();
  for (const uint64_t at : {four_gib - 8, four_gib, four_gib + 65536 - 4, four_gib + 2 * 65536 - 16,
                            four_gib + 2 * 65536 - 1, four_gib + 2 * 65536})
    for (const uint64_t offset : offsets) {
      check_loads(at, offset);
      check_stores(at, offset);
      if (HasFatalFailure()) return;
    }
}

const Setup setups[] = {
    {"interpreter", {.engine = EngineKind::interpreter}},
    {"guarded", {.engine = EngineKind::baseline}},
    {"checked", {.engine = EngineKind::baseline, .signals = false}},
};

INSTANTIATE_TEST_SUITE_P(Engines, FullMemory, testing::ValuesIn(setups),
                         [](const testing::TestParamInfo<Setup>& p) {
                           return std::string(p.param.name);
                         });

}  // namespace
}  // namespace nacre::diff

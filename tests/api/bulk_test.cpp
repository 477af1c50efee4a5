// SPDX-License-Identifier: Apache-2.0
//
// memory.copy and memory.fill of lengths that only run time knows, against the C library: every
// short length, every overlap, every way to be out of bounds, and what code keeps in registers
// meanwhile.
#include <gtest/gtest.h>

#include <cstring>
#include <numeric>
#include <string>
#include <vector>

#include "api_test.hpp"

namespace nacre::test {
namespace {

constexpr uint64_t memory_bytes = 3 * 65536;

// The sums of what goes through the loop would show a register that did not survive.
std::string bulk_module(const std::string& index) {
  const std::string i = index.empty() ? "i32" : "i64";
  return "(module (memory (export \"memory\") " + index + " 3 4)" + R"(
    (func (export "copy") (param I I I) (memory.copy (local.get 0) (local.get 1) (local.get 2)))
    (func (export "fill") (param I i32 I) (memory.fill (local.get 0) (local.get 1) (local.get 2)))
    (func (export "busy") (param I I I) (param i32) (result i64 f64)
      (local i64 i64 i64 i64 f64 f64 f64 v128)
      (loop
        (memory.copy (local.get 0) (local.get 1) (local.get 2))
        (memory.fill (local.get 1) (local.get 3) (local.get 2))
        (local.set 4 (i64.add (local.get 4) (i64.const 1)))
        (local.set 5 (i64.add (local.get 5) (local.get 4)))
        (local.set 6 (i64.xor (local.get 6) (i64.mul (local.get 5) (i64.const 77))))
        (local.set 7 (i64.rotl (local.get 7) (local.get 6)))
        (local.set 8 (f64.add (local.get 8) (f64.const 0.5)))
        (local.set 9 (f64.add (local.get 9) (f64.mul (local.get 8) (local.get 8))))
        (local.set 10 (f64.sub (local.get 10) (local.get 9)))
        (local.set 11 (i32x4.add (local.get 11) (i32x4.splat (local.get 3))))
        (br_if 0 (local.tee 3 (i32.sub (local.get 3) (i32.const 1)))))
      (i64.add (i64.add (local.get 4) (local.get 5)) (i64.add (local.get 6) (local.get 7)))
      (f64.add (f64.add (local.get 8) (f64.add (local.get 9) (local.get 10)))
               (f64.convert_i32_s (i32x4.extract_lane 2 (local.get 11)))))
    (func (export "left") (param $d I) (param $n I) (result i32)
      (i32.add (i32.const 40) (i32.add (i32.const 1)
        (block (result i32)
          (memory.fill (local.get $d) (i32.const 7) (local.get $n)) (i32.const 1)))))))";
}

std::string with_index(std::string text, const std::string& type) {
  for (size_t at; (at = text.find(" I")) != std::string::npos && type[0] == 'i';)
    text.replace(at, 2, " " + type);
  return text;
}

struct Param {
  EngineKind engine;
  bool signals, memory64;
};

class Bulk : public ::testing::TestWithParam<Param> {
 protected:
  Bulk()
      : f_({.engine = GetParam().engine, .signals = GetParam().signals}),
        instance_(f_.run(with_index(bulk_module(GetParam().memory64 ? "i64" : ""),
                                    GetParam().memory64 ? "i64" : "i32"))),
        memory_(instance_.memory("memory").value()),
        expected_(memory_bytes) {
    std::iota(expected_.begin(), expected_.end(), uint8_t{1});
    for (size_t i = 0; i < expected_.size(); i += 251) expected_[i] = static_cast<uint8_t>(i >> 8);
    reset();
  }
  void reset() { std::memcpy(memory_.bytes().data(), expected_.data(), expected_.size()); }
  Value index(uint64_t v) const {
    return GetParam().memory64 ? Value(static_cast<int64_t>(v))
                               : Value(static_cast<int32_t>(static_cast<uint32_t>(v)));
  }
  bool copy(uint64_t d, uint64_t s, uint64_t n) {
    return finish(instance_.func("copy")->call({index(d), index(s), index(n)}));
  }
  bool fill(uint64_t d, int32_t byte, uint64_t n) {
    return finish(instance_.func("fill")->call({index(d), Value(byte), index(n)}));
  }
  // Whether it ran; else it was out of bounds.
  static bool finish(const Result<List<Value>>& r) {
    if (!r) {
      EXPECT_EQ(trap_code(r.error()), TrapCode::memory_out_of_bounds) << r.error().message;
    }
    return r.has_value();
  }
  bool same() {
    return std::memcmp(memory_.bytes().data(), expected_.data(), expected_.size()) == 0;
  }

  Fixture f_;
  Instance instance_;
  Memory memory_;
  std::vector<uint8_t> expected_;
};

TEST_P(Bulk, EveryShortLength) {
  for (uint64_t n = 0; n < 1100; n += n < 160 ? 1 : 7) {
    const uint64_t d = 1000 + n % 19, s = 9000 + n % 23;
    ASSERT_TRUE(copy(d, s, n));
    std::memmove(&expected_[d], &expected_[s], n);
    ASSERT_TRUE(same()) << "copy " << n;
    ASSERT_TRUE(fill(d + 3, static_cast<int32_t>(0x300 + n), n));
    std::memset(&expected_[d + 3], static_cast<int>(n & 0xff), n);
    ASSERT_TRUE(same()) << "fill " << n;
  }
}

TEST_P(Bulk, LongOnes) {
  for (const uint64_t n : {4095u, 4096u, 65535u, 65536u, 65537u, 90000u}) {
    ASSERT_TRUE(copy(5, 100003, n));
    std::memmove(&expected_[5], &expected_[100003], n);
    ASSERT_TRUE(copy(77, 5, n));
    std::memmove(&expected_[77], &expected_[5], n);
    ASSERT_TRUE(fill(100001, -2, n));
    std::memset(&expected_[100001], 0xfe, n);
    ASSERT_TRUE(same()) << n;
  }
}

TEST_P(Bulk, EveryOverlap) {
  for (const uint64_t n : {1, 2, 3, 5, 8, 15, 16, 17, 31, 33, 50, 64, 65, 96, 127, 200, 512, 600})
    for (int64_t by = -140; by <= 140; by += n < 100 ? 1 : 13) {
      const uint64_t s = 4000, d = s + static_cast<uint64_t>(by);
      ASSERT_TRUE(copy(d, s, n));
      std::memmove(&expected_[d], &expected_[s], n);
      ASSERT_TRUE(same()) << n << " by " << by;
    }
}

TEST_P(Bulk, OutOfBoundsWritesNothing) {
  const uint64_t end = memory_bytes, far = GetParam().memory64 ? ~uint64_t{0} : 0xffffffffu;
  for (const uint64_t n : {uint64_t{0}, uint64_t{1}, uint64_t{16}, uint64_t{64}, uint64_t{300},
                           uint64_t{5000}, uint64_t{70000}}) {
    EXPECT_TRUE(fill(end - n, 1, n));
    std::memset(expected_.data() + (end - n), 1, n);
    EXPECT_TRUE(copy(end - n, 0, n));
    std::memmove(expected_.data() + (end - n), expected_.data(), n);
    EXPECT_TRUE(copy(0, end - n, n));
    std::memmove(expected_.data(), expected_.data() + (end - n), n);
    EXPECT_FALSE(fill(end - n + 1, 1, n));
    EXPECT_FALSE(copy(end - n + 1, 0, n));
    EXPECT_FALSE(copy(0, end - n + 1, n));
    EXPECT_FALSE(fill(far, 1, n));
    EXPECT_FALSE(copy(far, 0, n));
    EXPECT_FALSE(copy(0, far, n));
    EXPECT_TRUE(same()) << n;
  }
  for (const uint64_t n : {end + 1, far, far - 63}) {
    EXPECT_FALSE(fill(0, 1, n));
    EXPECT_FALSE(fill(100, 1, n));
    EXPECT_FALSE(copy(0, 0, n));
  }
  EXPECT_TRUE(same());
}

TEST_P(Bulk, GrowthIsSeen) {
  EXPECT_FALSE(fill(memory_bytes, 1, 10));
  ASSERT_TRUE(memory_.grow(1));
  EXPECT_TRUE(fill(memory_bytes, 1, 10));
  EXPECT_EQ(memory_.bytes()[memory_bytes + 9], 1);
}

TEST_P(Bulk, RegistersSurvive) {
  const auto busy = [&](uint64_t n) {
    const Result<List<Value>> r =
        instance_.func("busy")->call({index(1000), index(100000), index(n), Value(int32_t{9})});
    EXPECT_TRUE(r);
    return std::pair((*r)[0].i64(), (*r)[1].f64());
  };
  const auto expected = busy(0);
  // In the stub, by the library, by the builtin.
  for (const uint64_t n : {1, 20, 64, 500, 3000, 66000}) EXPECT_EQ(busy(n), expected) << n;
  const auto left = [&](uint64_t n) {
    return instance_.func("left")->call({index(0), index(n)}).value()[0].i32();
  };
  for (const uint64_t n : {0, 10, 100, 3000, 66000}) EXPECT_EQ(left(n), 42);
}

std::string name_of(const testing::TestParamInfo<Param>& info) {
  std::string name = info.param.engine == EngineKind::baseline ? "Baseline" : "Interpreter";
  if (info.param.engine == EngineKind::baseline) name += info.param.signals ? "Guarded" : "Checked";
  return name + (info.param.memory64 ? "Memory64" : "");
}

std::vector<Param> params() {
  std::vector<Param> all;
  for (const bool memory64 : {false, true}) {
    all.push_back({EngineKind::interpreter, true, memory64});
    if (Engine({.engine = EngineKind::baseline}).check()) {
      all.push_back({EngineKind::baseline, true, memory64});
      all.push_back({EngineKind::baseline, false, memory64});
    }
  }
  return all;
}

INSTANTIATE_TEST_SUITE_P(Engines, Bulk, ::testing::ValuesIn(params()), name_of);

}  // namespace
}  // namespace nacre::test

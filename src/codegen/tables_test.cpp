// SPDX-License-Identifier: Apache-2.0
#include "codegen/tables.hpp"

#include <gtest/gtest.h>

#include <random>

#include "codegen/abi.hpp"

namespace nacre::codegen {
namespace {

TEST(SiteTable, FindsEverySiteAndNothingElse) {
  std::mt19937 random(1);
  for (const uint32_t count : {0u, 1u, 2u, 63u, 64u, 65u, 5000u}) {
    SiteTable table;
    std::vector<Site> sites;
    uint32_t offset = random() % 3;
    for (uint32_t i = 0; i < count; ++i, offset += 1 + random() % (i % 50 == 0 ? 100000 : 20)) {
      const auto kind = static_cast<Site::Kind>(random() % 4);
      const Trap trap = kind == Site::Kind::memory ? Trap::memory_out_of_bounds
                        : kind == Site::Kind::trap ? static_cast<Trap>(1 + random() % 20)
                                                   : Trap::none;
      sites.push_back({offset, static_cast<uint32_t>(random() >> (random() % 32)), kind, trap});
      table.append(sites.back());
    }
    table.shrink();
    Site found;
    uint32_t next = 0;
    for (const Site& s : sites) {
      for (uint32_t o = next; o < s.offset && o < next + 30; ++o)
        ASSERT_FALSE(table.find(o, found)) << o;
      ASSERT_TRUE(table.find(s.offset, found));
      EXPECT_EQ(found.offset, s.offset);
      EXPECT_EQ(found.wasm, s.wasm);
      EXPECT_EQ(found.kind, s.kind);
      EXPECT_EQ(found.trap, s.trap);
      next = s.offset + 1;
    }
    EXPECT_FALSE(table.find(next, found));
    EXPECT_FALSE(table.find(UINT32_MAX, found));
  }
}

TEST(SiteTable, IsSmall) {
  SiteTable table;
  for (uint32_t i = 0; i < 10000; ++i) table.append({i * 9, i * 4, Site::Kind::memory, Trap::none});
  EXPECT_LT(table.bytes(), 10000 * 3u);
}

TEST(FunctionTable, FindsByOffset) {
  FunctionTable t;
  for (uint32_t o : {16u, 32u, 96u}) t.append({o, o + 4, {}});
  EXPECT_EQ(t.find(0), 3u);
  EXPECT_EQ(t.find(16), 0u);
  EXPECT_EQ(t.find(31), 0u);
  EXPECT_EQ(t.find(32), 1u);
  EXPECT_EQ(t.find(1000), 2u);
}

TEST(CallLayout, RegistersThenStack) {
  using wasm::ValType;
  const std::vector<ValType> params = {wasm::i32_type, wasm::f64_type,     wasm::v128_type,
                                       wasm::i64_type, wasm::funcref_type, wasm::i32_type,
                                       wasm::i32_type, wasm::i32_type,     wasm::i32_type,
                                       wasm::i32_type, wasm::i64_type,     wasm::i32_type};
  const std::vector<ValType> results(9, wasm::v128_type);
  const CallLayout l = assign(params, results);
  EXPECT_EQ(l.params[0].cls, ValueClass::i32);
  EXPECT_NE(l.params[0].reg, no_reg);
  EXPECT_EQ(l.params[4].cls, ValueClass::i64);
  EXPECT_EQ(l.params[3].slot, 4u);  // after the vector's two
  EXPECT_EQ(l.params[9].reg == no_reg, false);
  EXPECT_EQ(l.params[10].reg, no_reg);
  EXPECT_EQ(l.params[10].stack, 0u);
  EXPECT_EQ(l.params[11].stack, 8u);
  EXPECT_EQ(l.param_bytes, 16u);
  EXPECT_EQ(l.param_slots, 13u);
  EXPECT_EQ(l.results[8].reg, no_reg);
  EXPECT_EQ(l.result_bytes, 16u);
  EXPECT_EQ(l.result_slots, 18u);
}

}  // namespace
}  // namespace nacre::codegen

// SPDX-License-Identifier: Apache-2.0
#include "codegen/tables.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <random>
#include <vector>

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

TEST(SiteTable, AccessesMayBeSequences) {
  SiteTable table;
  for (uint32_t i = 0; i < 1000; ++i) {
    table.append({i * 100, i, Site::Kind::memory, Trap::memory_out_of_bounds});
    table.append({i * 100 + 80, i, Site::Kind::call, Trap::none});
  }
  Site site;
  for (const uint32_t i : {0u, 1u, 31u, 32u, 33u, 64u, 500u, 999u}) {
    for (const uint32_t at : {0u, 1u, 63u}) {
      ASSERT_TRUE(table.find_access(i * 100 + at, site)) << i;
      EXPECT_EQ(site.offset, i * 100);
      EXPECT_EQ(site.wasm, i);
    }
    for (const uint32_t at : {64u, 80u, 99u}) EXPECT_FALSE(table.find_access(i * 100 + at, site));
  }
  EXPECT_FALSE(SiteTable().find_access(0, site));
}

TEST(HandlerTable, FindsClausesOfSites) {
  HandlerTable table;
  const Handler first[] = {{7, 40, 1}, {any_tag, 50, no_handler}};
  const HandlerSite first_sites[] = {{30, 1}, {10, 0}, {20, no_handler}};  // any order
  table.append(1000, first, first_sites);
  const Handler second[] = {{3, 5, no_handler}};
  const HandlerSite second_sites[] = {{8, 0}};
  table.append(2000, second, second_sites);
  const Handler* h = table.find(1010);
  ASSERT_NE(h, nullptr);
  EXPECT_EQ(h->tag, 7u);
  EXPECT_EQ(h->target, 1040u);
  h = table.next(*h);
  ASSERT_NE(h, nullptr);
  EXPECT_EQ(h->tag, any_tag);
  EXPECT_EQ(h->target, 1050u);
  EXPECT_EQ(table.next(*h), nullptr);
  EXPECT_EQ(table.find(1030)->target, 1050u);
  EXPECT_EQ(table.find(2008)->target, 2005u);
  for (const uint32_t at : {0u, 1009u, 1011u, 1020u, 2000u, 2009u, 5000u})
    EXPECT_EQ(table.find(at), nullptr) << at;
}

std::vector<int32_t> list(std::span<const int32_t> s) { return {s.begin(), s.end()}; }

TEST(RefTable, SitesShareLists) {
  RefTable table;
  const int32_t refs[] = {-8,
                          -16,
                          -24,  // 0: a site's own
                          link_back(3),
                          link_size(3),
                          -32,  // 3: and one more
                          link_back(3),
                          link_size(3),
                          -40,
                          -48,  // 6: and two more
                          link_back(10),
                          link_size(2),
                          -56};  // 10: two of the first
  const RefSite sites[] = {{1, 0, 3}, {2, 3, 6}, {3, 6, 10}, {4, 10, 13}, {5, 0, 0}};
  const int32_t before[] = {-96};
  table.append(0, 50, before, {}, {});
  table.append(1, 100, {}, sites, refs);
  const auto at = [&](uint32_t offset) {
    std::vector<int32_t> found;
    table.visit_at(offset, [&](int32_t slot) { found.push_back(slot); });
    std::sort(found.begin(), found.end(), std::greater<>());
    return found;
  };
  EXPECT_EQ(at(101), (std::vector<int32_t>{-8, -16, -24}));
  EXPECT_EQ(at(102), (std::vector<int32_t>{-8, -16, -24, -32}));
  EXPECT_EQ(at(103), (std::vector<int32_t>{-8, -16, -24, -32, -40, -48}));
  EXPECT_EQ(at(104), (std::vector<int32_t>{-8, -16, -56}));
  EXPECT_EQ(at(105), (std::vector<int32_t>{}));
  EXPECT_EQ(at(99), (std::vector<int32_t>{}));
}

TEST(RefTable, FindsSlotsOfFunctionsAndSites) {
  RefTable table;
  EXPECT_TRUE(table.empty());
  const int32_t locals[] = {-16, -40}, refs[] = {-80, -88, -96};
  const RefSite sites[] = {{20, 0, 2}, {10, 0, 3}};
  table.append(3, 100, locals, sites, refs);
  const RefSite more[] = {{5, 1, 2}};
  table.append(4, 200, {}, more, refs);
  table.append(9, 300, {locals, 1}, {}, {});
  EXPECT_FALSE(table.empty());
  EXPECT_EQ(list(table.locals(3)), (std::vector<int32_t>{-16, -40}));
  EXPECT_EQ(list(table.locals(9)), (std::vector<int32_t>{-16}));
  EXPECT_EQ(list(table.at(110)), (std::vector<int32_t>{-80, -88, -96}));
  EXPECT_EQ(list(table.at(120)), (std::vector<int32_t>{-80, -88}));
  EXPECT_EQ(list(table.at(205)), (std::vector<int32_t>{-88}));
  for (const uint32_t f : {0u, 4u, 5u, 10u}) EXPECT_TRUE(table.locals(f).empty()) << f;
  for (const uint32_t at : {0u, 109u, 111u, 200u, 305u}) EXPECT_TRUE(table.at(at).empty()) << at;
}

}  // namespace
}  // namespace nacre::codegen

// SPDX-License-Identifier: Apache-2.0
//
// Every prefix and every single-bit change of a set of seed modules: each is either refused with an
// error or runs within its fuel; none crashes, hangs or leaks (the sanitizer builds watch).
#include <gtest/gtest.h>
#include <nacre/nacre.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <span>
#include <sstream>

#include "text/parse.hpp"

namespace nacre::hostile {
namespace {

std::vector<std::pair<std::string, std::vector<uint8_t>>> seeds() {
  std::vector<std::pair<std::string, std::vector<uint8_t>>> out;
  for (const auto& entry : std::filesystem::directory_iterator(NACRE_SEED_DIR)) {
    if (entry.path().extension() != ".wat") continue;
    std::ifstream in(entry.path(), std::ios::binary);
    std::stringstream text;
    text << in.rdbuf();
    auto bytes = text::wat_to_wasm(text.str());
    EXPECT_TRUE(bytes) << entry.path() << ": " << (bytes ? "" : bytes.error().message);
    if (bytes) out.emplace_back(entry.path().filename().string(), *bytes);
  }
  std::sort(out.begin(), out.end());
  return out;
}

struct Counts {
  int refused = 0, unlinkable = 0, ran = 0;
};

// Compiles, instantiates with nothing to import and calls every export that takes no reference.
void try_module(const Engine& engine, std::span<const uint8_t> bytes, Counts& counts) {
  Result<Module> module = Module::compile(engine, bytes);
  if (!module) {
    ASSERT_FALSE(module.error().message.empty());
    counts.refused++;
    return;
  }
  Store store{engine};
  store.set_fuel(2000);
  Linker linker{engine};
  Result<Instance> instance = linker.instantiate(store, *module);
  if (!instance) {
    counts.unlinkable++;
    return;
  }
  for (const NamedExtern& e : instance->exports()) {
    Func f = e.item.func();
    if (!f) continue;
    store.set_fuel(2000);
    std::vector<Value> args;
    for (ValType t : f.type().params) args.push_back(Value::zero(t));
    (void)f.call(args);
  }
  counts.ran++;
}

Config mutation_config() {
  Config c;
  c.fuel = true;
  c.interruptible = true;
  c.max_memory = 1 << 20;
  c.max_table_entries = 10'000;
  c.max_stack = 64 << 10;
  c.max_gc_heap = 1 << 20;
  c.eager = true;
  return c;
}

TEST(Mutation, SeedsThemselvesRun) {
  Engine engine{mutation_config()};
  auto all = seeds();
  ASSERT_GE(all.size(), 6u);
  for (const auto& [name, bytes] : all) {
    Counts counts;
    try_module(engine, bytes, counts);
    EXPECT_EQ(counts.ran, 1) << name;
  }
}

TEST(Mutation, EveryPrefixIsRefused) {
  Engine engine{mutation_config()};
  for (const auto& [name, bytes] : seeds()) {
    Counts counts;
    for (size_t n = 0; n < bytes.size(); n++) {
      // A buffer of its own, so that a read past the end is seen.
      std::vector<uint8_t> prefix(bytes.begin(), bytes.begin() + static_cast<long>(n));
      try_module(engine, prefix, counts);
    }
    EXPECT_GT(counts.refused, 0) << name;
  }
}

TEST(Mutation, EveryBitFlipIsSurvived) {
  Engine engine{mutation_config()};
  for (const auto& [name, bytes] : seeds()) {
    Counts counts;
    for (size_t i = 0; i < bytes.size() * 8; i++) {
      std::vector<uint8_t> flipped = bytes;
      flipped[i / 8] = static_cast<uint8_t>(flipped[i / 8] ^ (1u << (i % 8)));
      try_module(engine, flipped, counts);
    }
    EXPECT_GT(counts.refused, 0) << name;
    EXPECT_GT(counts.ran, 0) << name;
  }
}

}  // namespace
}  // namespace nacre::hostile

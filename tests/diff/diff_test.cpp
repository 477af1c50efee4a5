// SPDX-License-Identifier: Apache-2.0
//
// Engines against the naive evaluator, on random programs. NACRE_DIFF_CASES sets how many,
// NACRE_DIFF_SEED where they start; a failure names its seed, which makes it again.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <nacre/nacre.hpp>

#include "evaluate.hpp"
#include "probe.hpp"

namespace nacre::diff {
namespace {

struct Setup {
  const char* name;
  Config config;
};

void PrintTo(const Setup& s, std::ostream* out) { *out << s.name; }

uint64_t environment(const char* name, uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

class Differential : public ::testing::TestWithParam<Setup> {
 protected:
  // Whether the case was compared to its end.
  void run(uint64_t seed) {
    const Program program = generate(seed);
    const std::vector<uint8_t> bytes = encode(program);
    if (const char* file = std::getenv("NACRE_DIFF_OUT"))
      std::ofstream(file, std::ios::binary)
          .write(reinterpret_cast<const char*>(bytes.data()),
                 static_cast<std::streamsize>(bytes.size()));
    const Engine engine(GetParam().config);
    Result<Module> module = Module::compile(engine, bytes);
    ASSERT_TRUE(module) << module.error().message << " at " << module.error().offset;
    Store store(engine);
    store.set_fuel(uint64_t{1} << 40);
    Result<Instance> instance = Instance::create(store, *module, {});
    ASSERT_TRUE(instance) << instance.error().message;
    Evaluator evaluator(program);
    Random random(seed * 3 + 1);
    for (int round = 0; round < 3; ++round) {
      std::vector<Value> args;
      std::vector<nacre::Value> api_args;
      for (char c : program.functions.back().params) {
        args.push_back(interesting(random, c));
        api_args.push_back(to_api(c, args.back()));
      }
      SCOPED_TRACE("call " + std::to_string(round));
      const TrapCode expected = evaluator.run(args);
      if (evaluator.abandoned) return;
      Result<std::vector<nacre::Value>> got = instance->func("run")->call(api_args);
      ++calls_;
      if (expected == TrapCode::none) ++finished_;
      if (evaluator.ambiguous) {
        ++ambiguous_;
        return;
      }
      compare(program, evaluator, expected, got, *instance);
      if (HasFailure()) return;
    }
  }

  void compare(const Program& program, const Evaluator& e, TrapCode expected,
               const Result<std::vector<nacre::Value>>& got, const Instance& instance) {
    if (expected != TrapCode::none) {
      ASSERT_FALSE(got) << "should trap: " << to_string(expected);
      const TrapCode code = got.error().kind == ErrorKind::exception ? TrapCode::uncaught_exception
                                                                     : trap_code(got.error());
      EXPECT_STREQ(to_string(code), to_string(expected));
    } else {
      ASSERT_TRUE(got) << got.error().message;
      const std::string& letters = program.functions.back().results;
      for (size_t i = 0; i < letters.size(); ++i)
        EXPECT_EQ(from_api((*got)[i]), e.results[i]) << "result " << i << " " << letters[i];
    }
    for (uint32_t m = 0; m < 2; ++m) {
      const std::span<uint8_t> own = instance.memory(m == 0 ? "m0" : "m1")->bytes();
      ASSERT_EQ(own.size(), e.memories[m].size());
      size_t i = 0;
      while (i < own.size() && own[i] == e.memories[m][i]) ++i;
      EXPECT_EQ(i, own.size()) << "memory " << m
                               << (i >= dump ? ", local " + std::to_string((i - dump) / 16) : "");
    }
    for (size_t i = 0; i < program.globals.size(); ++i) {
      Value expected_value = e.globals[i];
      if (const char c = program.globals[i]; c == 'r' || c == 'a' || c == 'x')
        expected_value.lo = expected_value.lo != 0;
      EXPECT_EQ(from_api(instance.global("g" + std::to_string(i))->get()), expected_value)
          << "global " << i;
    }
  }

  uint64_t calls_ = 0, finished_ = 0, ambiguous_ = 0;
};

TEST_P(Differential, AgreesWithTheEvaluator) {
  if (const Result<void> usable = Engine(GetParam().config).check(); !usable)
    GTEST_SKIP() << usable.error().message;
  const uint64_t first = environment("NACRE_DIFF_SEED", 1),
                 cases = environment("NACRE_DIFF_CASES", 150);
  int failures = 0;
  for (uint64_t seed = first; seed < first + cases; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    run(seed);
    if (HasFailure() && ++failures == 1) break;
  }
  RecordProperty("calls", std::to_string(calls_));
  std::printf("%llu calls, %llu without a trap, %llu left for NaNs\n",
              static_cast<unsigned long long>(calls_), static_cast<unsigned long long>(finished_),
              static_cast<unsigned long long>(ambiguous_));
  // The generator should not degrade to programs that do nothing.
  if (cases >= 100) {
    EXPECT_GT(finished_, calls_ / 10);
  }
}

const Setup setups[] = {
    {"interpreter", {.engine = EngineKind::interpreter}},
    {"interpreter_stressed",
     {.engine = EngineKind::interpreter, .interruptible = true, .fuel = true, .gc_stress = true}},
    {"baseline", {.engine = EngineKind::baseline}},
    {"baseline_checked", {.engine = EngineKind::baseline, .signals = false}},
    {"baseline_stressed",
     {.engine = EngineKind::baseline, .interruptible = true, .fuel = true, .gc_stress = true}},
};

INSTANTIATE_TEST_SUITE_P(Engines, Differential, ::testing::ValuesIn(setups),
                         [](const ::testing::TestParamInfo<Setup>& p) {
                           return std::string(p.param.name);
                         });

}  // namespace
}  // namespace nacre::diff

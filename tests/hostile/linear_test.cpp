// SPDX-License-Identifier: Apache-2.0
//
// Loading a module takes time linear in its size, for every family of adversarial modules, and
// works on a host stack of 128 KiB however deep the module nests.
#include <gtest/gtest.h>
#include <nacre/nacre.hpp>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <functional>

#include "family.hpp"
#include "os/thread.hpp"

namespace nacre::hostile {
namespace {

// Sanitizers make frames several times larger; the limit then is one that still excludes
// recursion on the input.
#if defined(__SANITIZE_ADDRESS__)
constexpr bool instrumented = true;
#else
constexpr bool instrumented = false;
#endif
constexpr size_t small_stack = instrumented ? 1024 << 10 : 128 << 10;

void on_small_stack(std::function<void()> work) {
  os::Thread thread;
  const auto entry = [](void* p) { (*static_cast<std::function<void()>*>(p))(); };
  ASSERT_TRUE(thread.start(entry, &work, small_stack));
  thread.join();
}

double cpu_seconds() {
  timespec t{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) / 1e9;
}

// Whether that clock is good for short times: Windows' moves by 10 ms and more.
bool cpu_clock_is_fine() {
  const double begin = cpu_seconds();
  double now = begin;
  while (now == begin) now = cpu_seconds();
  return now - begin < 1e-3;
}

// Of CPU, in this process, where that can be had: others may be busy.
double seconds() {
  static const bool fine = cpu_clock_is_fine();
  if (fine) return cpu_seconds();
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// Seconds to compile with all code made at once, the best of three.
double compile_seconds(const Engine& engine, const Bytes8& bytes) {
  double best = 1e9;
  for (int i = 0; i < 3; i++) {
    const double start = seconds();
    Result<Module> m = Module::compile(engine, bytes);
    const double end = seconds();
    EXPECT_TRUE(m) << (m ? "" : m.error().message);
    best = std::min(best, end - start);
  }
  return best;
}

class FamilyTest : public testing::TestWithParam<Family> {};

TEST_P(FamilyTest, TimeIsLinear) {
  const Family& f = GetParam();
  for (const EngineKind kind : {EngineKind::interpreter, EngineKind::baseline}) {
    Engine engine{{.engine = kind, .eager = true, .compile_threads = 1}};
    if (!engine.check()) continue;
    on_small_stack([&] {
      if (instrumented) {  // whose time says nothing; that it gets through it does
        EXPECT_TRUE(Module::compile(engine, f.make(f.small)));
        return;
      }
      // Quadratic would be 64; the slack over 8 is for caches, the attempts for a busy machine.
      double small = 1, large = 1e9;
      for (int attempt = 0; attempt < 4 && large / small >= 40; ++attempt) {
        small = std::max(compile_seconds(engine, f.make(f.small)), 0.5e-3);
        large = compile_seconds(engine, f.make(8 * f.small));
      }
      EXPECT_LT(large / small, 40) << f.name << (kind == EngineKind::baseline ? ", baseline" : "")
                                   << ": " << small << " s, then " << large << " s";
    });
  }
}

INSTANTIATE_TEST_SUITE_P(Hostile, FamilyTest,
                         testing::ValuesIn(families().begin(), families().end()),
                         [](const testing::TestParamInfo<Family>& family) {
                           std::string name = family.param.name;
                           std::replace_if(
                               name.begin(), name.end(),
                               [](char c) { return !isalnum(static_cast<unsigned char>(c)); }, '_');
                           return name;
                         });

TEST(Hostile, MillionDeepNestingOnASmallStack) {
  Engine engine{{.eager = true}};
  on_small_stack([&] {
    for (const Family& f : families().first(3)) {
      Result<Module> m = Module::compile(engine, f.make(1'000'000));
      EXPECT_TRUE(m) << f.name << ": " << (m ? "" : m.error().message);
    }
  });
}

}  // namespace
}  // namespace nacre::hostile

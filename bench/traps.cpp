// SPDX-License-Identifier: Apache-2.0
//
// nacre-traps [--rounds N]: what traps cost, and that they leave nothing behind.
//
// For the interpreter and the compiler with and without guarded memories, in microseconds, the
// minimum over batches:
//   stub       a division by zero, from a call of the API to its result (an Error with a backtrace)
//   memory     an access out of bounds: by signal where memories are guarded
//   call       the same call without a trap
//   stack      an exhausted stack of 1 MiB
//   raw        stub and memory without the Error: the engine's call alone
// Then how resident memory grew over a million traps of each kind.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <nacre/nacre.hpp>
#include <string>

#include "text/parse.hpp"

namespace {

using Clock = std::chrono::steady_clock;

constexpr const char* guest = R"((module (memory 1)
  (func (export "divide") (param i32) (result i32) (i32.div_s (i32.const 1) (local.get 0)))
  (func (export "load") (param i32) (result i32) (i32.load (local.get 0)))
  (func $deep (export "recurse") (param i32) (result i32)
    (i32.add (call $deep (local.get 0)) (i32.const 1)))))";

using F = nacre::TypedFunc<int32_t(int32_t)>;

// Microseconds a call, the least of many batches.
template <class Call>
double minimum(int batches, int calls, Call call) {
  double best = 1e30;
  for (int b = 0; b < batches; ++b) {
    const auto begin = Clock::now();
    for (int i = 0; i < calls; ++i) call();
    const double us = std::chrono::duration<double, std::micro>(Clock::now() - begin).count();
    best = std::min(best, us / calls);
  }
  return best;
}

uint64_t resident_kib() {
  unsigned long total = 0, pages = 0;
  if (std::FILE* const f = std::fopen("/proc/self/statm", "r")) {
    if (std::fscanf(f, "%lu %lu", &total, &pages) != 2) pages = 0;
    std::fclose(f);
  }
  return pages * 4;
}

void fail(const char* what) {
  std::fprintf(stderr, "nacre-traps: %s\n", what);
  std::exit(1);
}

void measure(const char* name, const nacre::Config& config, int rounds) {
  const nacre::Engine engine(config);
  if (!engine.check()) return;
  nacre::Store store(engine);
  const auto bytes = nacre::text::wat_to_wasm(guest);
  if (!bytes) fail("the module is not valid");
  const nacre::Module module = nacre::Module::compile(engine, *bytes).value();
  nacre::Instance instance = nacre::Instance::create(store, module, {}).value();
  const F divide = instance.func<int32_t(int32_t)>("divide").value(),
          load = instance.func<int32_t(int32_t)>("load").value(),
          recurse = instance.func<int32_t(int32_t)>("recurse").value();
  const auto trap = [&](const F& f, int32_t x) {
    if (f(x)) fail("no trap");
  };
  const double call = minimum(rounds, 10'000, [&] { static_cast<void>(load(0)); });
  const double stub = minimum(rounds, 2'000, [&] { trap(divide, 0); });
  const double memory = minimum(rounds, 2'000, [&] { trap(load, 65536); });
  const double stack = minimum(rounds, 5, [&] { trap(recurse, 0); });
  // Below the API.
  const auto raw = [&](const char* function, uint64_t argument) {
    const nacre::Func f = instance.func(function).value();
    return minimum(rounds, 5'000, [&] {
      uint64_t slots[4] = {argument};
      if (nacre::detail::call_slots(f.anchor(), f.object(), slots) == nacre::TrapCode::none)
        fail("no trap");
    });
  };
  const double raw_stub = raw("divide", 0), raw_memory = raw("load", 65536);
  const uint64_t before = resident_kib();
  for (int i = 0; i < 1'000'000; ++i) trap(divide, 0);
  const uint64_t after_stub = resident_kib();
  for (int i = 0; i < 1'000'000; ++i) trap(load, 65536);
  const uint64_t after_memory = resident_kib();
  std::printf("%-20s %8.3f %8.3f %8.3f %8.3f %8.3f %8.1f   +%llu KiB, +%llu KiB\n", name, call,
              raw_stub, stub, raw_memory, memory, stack,
              static_cast<unsigned long long>(after_stub - before),
              static_cast<unsigned long long>(after_memory - after_stub));
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  int rounds = 30;
  for (int i = 1; i + 1 < argc; ++i)
    if (std::strcmp(argv[i], "--rounds") == 0) rounds = std::max(1, std::atoi(argv[i + 1]));
  std::printf("%-20s %8s %8s %8s %8s %8s %8s   resident after a million by stub, by memory\n", "us",
              "call", "raw stub", "stub", "raw mem", "memory", "stack");
  using nacre::EngineKind;
  measure("interpreter", {.engine = EngineKind::interpreter}, rounds);
  measure("baseline, guarded", {.engine = EngineKind::baseline}, rounds);
  measure("baseline, checked", {.engine = EngineKind::baseline, .signals = false}, rounds);
}

// SPDX-License-Identifier: Apache-2.0
//
// Config: everything an Engine can be told, as a plain struct for designated initialisers.
//
//   nacre::Engine engine{{.max_memory = 64 << 20, .interruptible = true}};
//
// An engine copies its Config; changing one afterwards has no effect.
#pragma once

#include <cstdint>

#include "nacre/detail/public.hpp"
#include "nacre/features.hpp"
#include "nacre/limits.hpp"
#include "nacre/memory_allocator.hpp"

namespace NACRE_PUBLIC nacre {

// How code is run.
enum class EngineKind : uint8_t {
  automatic,    // the fastest one for this machine
  interpreter,  // portable, everywhere
  baseline,     // machine code from a single pass; x86-64. Engine::check says whether it can run
};

// Names of compiled code for Linux's perf. Costs nothing that runs.
enum class Profile : uint8_t {
  none,
  perf_map,  // /tmp/perf-PID.map: `perf record`, `perf report`
  jitdump,  // ./jit-PID.dump with the code: `perf record -k mono`, `perf inject --jit`, then report
};

// Members are in the order designated initialisers need.
struct Config {
  // --- the language
  Features features = Features::all();  // what modules may use; others are refused
  Limits limits = {};                   // of modules; may only be lowered

  // --- the engine
  EngineKind engine = EngineKind::automatic;  // how code is run
  bool signals = true;              // guarded memories by signal handler, where an engine has them
  bool eager = false;               // make all code in compile(), none on first call
  uint32_t compile_threads = 0;     // that compile one module; 0: as many as the machine runs
  Profile profile = Profile::none;  // of a compiler's code

  // --- bounds, per store; StoreLimits lowers them for one store
  uint64_t max_memory = ~uint64_t{0};       // bytes of one linear memory
  uint64_t max_table_entries = 10'000'000;  // of one table
  uint32_t max_memories = 10'000;           // in one store
  uint32_t max_tables = 10'000;             // likewise
  uint32_t max_instances = 1'000'000;       // likewise
  uint64_t max_stack = uint64_t{1} << 20;  // bytes of WebAssembly frames, all nested calls together
  uint32_t max_host_depth = 200;           // host -> guest -> host nesting; uses the host's stack
  uint64_t max_gc_heap = uint64_t{1} << 30;  // bytes of garbage-collected objects

  // --- stopping
  bool interruptible = false;  // loops notice interrupts and timeouts
  bool fuel = false;           // loops and calls consume the store's fuel

  // --- hooks
  MemoryAllocator* memory_allocator = nullptr;  // storage of linear memories; borrowed, see there

  // --- for tests
  bool gc_stress = false;               // collect at every allocation
  bool segments_checked_first = false;  // WebAssembly 1.0: all segment bounds before any write
};

// Bounds of one store. A field left alone means the engine's Config; a higher one than the
// engine's is lowered to it.
struct StoreLimits {
  // No limit but the engine's:
  static constexpr uint64_t inherit = ~uint64_t{0};
  static constexpr uint32_t inherit32 = ~uint32_t{0};

  // As in Config:
  uint64_t max_memory = inherit;
  uint64_t max_table_entries = inherit;
  uint32_t max_memories = inherit32;
  uint32_t max_tables = inherit32;
  uint32_t max_instances = inherit32;
  uint64_t max_stack = inherit;
  uint32_t max_host_depth = inherit32;
  uint64_t max_gc_heap = inherit;
};

}  // namespace nacre

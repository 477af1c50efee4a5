// SPDX-License-Identifier: Apache-2.0
//
// FuncInfo: what an engine may want to know about a body before it translates it.
//
// It is collected on demand by a scan over the instructions, separate from validation: most
// functions are translated by engines that do not need it, and validation stays as fast as it is.
#pragma once

#include <cstdint>
#include <vector>

#include "wasm/module.hpp"

namespace nacre::validate {

struct FuncInfo {
  bool has_call = false;  // calls of any kind
  bool has_tail_call = false;
  bool has_loop = false;
  bool has_memory = false;   // touches a memory in any way
  bool has_store = false;    // writes to a memory
  bool has_grow = false;     // memory.grow
  bool has_handler = false;  // try, try_table
  bool has_simd = false;
  uint32_t num_instructions = 0;
  uint32_t max_loop_depth = 0;
  // By local: reads and writes, each counted 8 to the power of its loop depth (at most 8^4);
  // saturating. Only for the first max_counted_locals.
  std::vector<uint32_t> local_weights;
};

inline constexpr uint32_t max_counted_locals = 1024;

// Scans the body of function num_imported_funcs + defined_index. Precondition: it is valid.
FuncInfo collect_func_info(const wasm::Module& module, uint32_t defined_index);

}  // namespace nacre::validate

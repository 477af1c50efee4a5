// SPDX-License-Identifier: Apache-2.0
//
// VmContext: the part of an instance that running code reads directly, at fixed offsets. It is
// the first member of Instance. Machine code sees exactly this layout; the interpreter uses the
// same fields. Keep it standard-layout.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace nacre::runtime {

struct Func;
struct Memory;
struct Table;
struct Global;
struct Tag;
class Store;
struct RuntimeType;

// What machine code and the runtime share about the calls of one store that are running. The
// codegen layer owns it (codegen/traps.hpp); engines without machine code have none.
struct RunState {
  uintptr_t entry = 0;       // stack pointer of the innermost entry frame; 0: nothing runs
  uintptr_t exit_frame = 0;  // frame of the stub through which machine code last left for the host
};

struct VmContext {
  uint8_t* memory0_base;    // of memory 0, refreshed on growth; null without memories
  uint64_t memory0_length;  // bytes
  Store* store;
  Memory** memories;  // by index
  Table** tables;
  Global** globals;
  Tag** tags;
  Func** imported_funcs;            // by function index
  const RuntimeType* const* types;  // by the module's local TypeId
  // Machine code only, null without. A function whose frame would reach below stack_limit traps;
  // any thread may set it to the top of the address space to stop the code at its next call.
  std::atomic<uintptr_t> stack_limit;
  RunState* run;             // of the store
  const void* raise_trap;    // called by cold stubs; the return address says which trap it is
  const void* call_builtin;  // calls builtins[eax], see codegen/trampolines.hpp
  const void* const* builtins;
};
static_assert(offsetof(VmContext, memory0_base) == 0);

}  // namespace nacre::runtime

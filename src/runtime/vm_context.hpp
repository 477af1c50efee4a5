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
struct VmContext;
namespace gc {
struct Bump;
}

// What machine code and the runtime share about the calls of one store that are running. The
// codegen layer owns it (codegen/traps.hpp); engines without machine code have none.
struct RunState {
  // Whether code of the store depends on the floating-point mode: asking for the mode is most of
  // the price of a call into it.
  uint32_t uses_floats = 0;
  uintptr_t entry = 0;       // stack pointer of the innermost entry frame; 0: nothing runs
  uintptr_t exit_frame = 0;  // frame of the stub through which machine code last left for the host
  // Set when a trap's backtrace is recorded, cleared before every host function.
  uintptr_t trap_recorded = 0;
  // Where an exception that was caught goes on: the frame of its handler.
  struct {
    uintptr_t fp = 0, sp = 0, pc = 0;
    VmContext* vm = nullptr;
    uint64_t exception = 0;
  } resume;
};

struct VmContext {
  uint8_t* memory0_base;    // of memory 0, refreshed on growth; null without memories
  uint64_t memory0_length;  // bytes
  Store* store;
  Memory** memories;  // by index
  Table** tables;
  // The values of all globals, by index. Those of the module's own globals, v128 excepted, lie
  // before the context: see own_global_offset.
  uint64_t** globals;
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
  const void* resume;              // jumped to: goes on at run->resume
  uint8_t* const* gc_base;         // where the heap's objects are counted from
  gc::Bump* gc_bump;               // for allocation
  const void* const* type_chunks;  // TypeRegistry::chunks()
  int64_t* fuel;                   // the store's
  uint64_t trap_operand;           // set by cold stubs: the index that was out of bounds
  uint64_t trap_bound;             // with it, for arrays: the length
  const void* is_subtype;          // compares types of objects, see codegen/x64/subtype.hpp
  const void* copy_bytes;          // short copies and ...
  const void* fill_bytes;          // ... fills of memory 0, see codegen/x64/bulk.hpp
};
static_assert(offsetof(VmContext, memory0_base) == 0);

// Bytes from the context to the value of the module's own global number `k`.
constexpr int32_t own_global_offset(uint32_t k) {
  return -static_cast<int32_t>(sizeof(uint64_t)) * (static_cast<int32_t>(k) + 1);
}

}  // namespace nacre::runtime

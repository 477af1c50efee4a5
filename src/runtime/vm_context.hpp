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
};
static_assert(offsetof(VmContext, memory0_base) == 0);

}  // namespace nacre::runtime

// SPDX-License-Identifier: Apache-2.0
//
// The run-time objects of a store: functions, tables, memories, globals, tags. Addresses are
// stable for the life of the store. Values are 64-bit slots: i32 zero-extended, f32 bits
// zero-extended, v128 in two slots (memory order), references as RefBits.
//
// References (RefBits, 64 bits; null is 0 for every type)
//   func hierarchy:           address of a Func
//   any, extern, exn:         a GcRef: 32-bit heap offset (bit 0 clear) or an i31 (bit 0 set,
//                             value in bits 1..31). Host references are boxed heap objects, so
//                             any.convert_extern and extern.convert_any keep the bits.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/trap.hpp"
#include "runtime/runtime_type.hpp"
#include "wasm/module.hpp"

namespace nacre::runtime {

class Store;
struct Instance;
class MemoryStorage;

using Slot = uint64_t;
using RefBits = uint64_t;
using GcRef = uint32_t;

// A host function. `slots` holds the arguments and receives the results, both flattened;
// it has room for max(param_slots, result_slots). Returns Trap::none or the trap; a host
// error is put into the store first (Store::set_host_error) and reported as Trap::host.
// `caller` is the calling instance, or null when called by the embedder.
using HostCallback = Trap (*)(void* env, Store& store, Instance* caller, Slot* slots);

// What only a host function has; apart, because modules have functions by the hundred thousand.
struct HostInfo {
  std::shared_ptr<void> owner;  // keeps host_env alive
  std::string name;             // "env.add", for backtraces
};

struct Func {
  const RuntimeType* type = nullptr;
  Store* store = nullptr;
  Instance* instance = nullptr;  // null: a host function
  uint32_t index = 0;            // in the instance's function index space
  HostCallback host = nullptr;   // host functions
  union {
    void* host_env = nullptr;  // host functions
    const void* engine_entry;  // others: the engine's, how the host enters it
  };
  const HostInfo* host_info = nullptr;  // host functions; owned by the store
  mutable void* engine_code = nullptr;  // the engine's: its code
};

// Bytes of a linear memory: reserved, growable without copying up to its reservation,
// shareable between stores when the memory type is shared.
class MemoryStorage;

struct Memory {
  uint8_t* base = nullptr;  // refreshed after growth
  uint64_t length = 0;      // bytes; for shared memories a lower bound, see current_length
  wasm::MemoryType type;    // limits.min is the *initial* minimum
  std::shared_ptr<MemoryStorage> storage;
  Store* store = nullptr;
  // The storage's own length, for machine code that accesses a shared memory with checks.
  const std::atomic<uint64_t>* live_length = nullptr;
  std::vector<Instance*> users;  // instances whose memory 0 this is

  // Keeps the instance's vm.memory0_* up to date from now on.
  void add_user(Instance* instance);
  bool shared() const { return type.limits.shared; }
  wasm::MemoryType current_type();  // with its present size as minimum
  // Length now; also refreshes `length` (another thread may have grown a shared memory).
  uint64_t current_length();
  uint64_t pages() { return current_length() >> type.page_size_log2; }
  // Takes over base and length from the storage, here and in the users' vm contexts.
  void refresh();
  // Grows by `delta` pages; returns the old size in pages, or ~0 when refused (maximum, limits,
  // the embedder, out of memory).
  uint64_t grow(uint64_t delta);
};

struct Table {
  wasm::ValType elem_local;  // as the defining module wrote it (its local ids)
  wasm::ValType elem;        // engine-wide ids
  wasm::SizeLimits limits;
  std::vector<RefBits> entries;
  Store* store = nullptr;
  bool holds_gc_refs = false;  // entries are traced by the collector
  uint64_t size() const { return entries.size(); }
  // The most entries a table of these limits can have.
  static uint64_t most(const wasm::SizeLimits& limits);
  wasm::TableType current_type() const;  // with its present size as minimum
  // Old size, or ~0 when refused.
  uint64_t grow(uint64_t delta, RefBits init);
};

struct Global {
  alignas(16) Slot value[2] = {0, 0};
  wasm::GlobalType type;  // engine-wide ids
  bool holds_gc_ref = false;
  Store* store = nullptr;
};

struct Tag {
  const RuntimeType* type = nullptr;
  Store* store = nullptr;
};

// Any of the five, as import or export.
struct Extern {
  wasm::ExternKind kind = wasm::ExternKind::func;
  union {
    Func* func = nullptr;
    Table* table;
    Memory* memory;
    Global* global;
    Tag* tag;
  };

  Extern() = default;
  Extern(Func* f) : kind(wasm::ExternKind::func), func(f) {}
  Extern(Table* t) : kind(wasm::ExternKind::table), table(t) {}
  Extern(Memory* m) : kind(wasm::ExternKind::memory), memory(m) {}
  Extern(Global* g) : kind(wasm::ExternKind::global), global(g) {}
  Extern(Tag* t) : kind(wasm::ExternKind::tag), tag(t) {}
  // The store it belongs to; null when it refers to nothing.
  Store* store() const;
};

}  // namespace nacre::runtime

// SPDX-License-Identifier: Apache-2.0
//
// Instructions with a run-time part, as plain functions every engine calls: bulk memory and table
// operations, growth, wait/notify, GC allocation from segments, casts. Each checks everything,
// returns the trap (having filled store.trap_info's operands) and runs long copies in
// chunks of at most 1 MiB with an interruption check.
#pragma once

#include "runtime/instance.hpp"
#include "runtime/store.hpp"

namespace nacre::runtime::ops {

Trap memory_fill(Instance&, uint32_t mem, uint64_t dst, uint32_t byte, uint64_t n);
Trap memory_copy(Instance&, uint32_t dst_mem, uint32_t src_mem, uint64_t dst, uint64_t src,
                 uint64_t n);
Trap memory_init(Instance&, uint32_t data, uint32_t mem, uint64_t dst, uint32_t src, uint32_t n);
void data_drop(Instance&, uint32_t data);
uint64_t memory_grow(Instance&, uint32_t mem,
                     uint64_t pages);  // refreshes vm.memory0_* ; ~0 on failure

Trap table_get(Instance&, uint32_t table, uint64_t i, RefBits& out);
Trap table_set(Instance&, uint32_t table, uint64_t i, RefBits v);
Trap table_fill(Instance&, uint32_t table, uint64_t i, RefBits v, uint64_t n);
Trap table_copy(Instance&, uint32_t dst_table, uint32_t src_table, uint64_t dst, uint64_t src,
                uint64_t n);
Trap table_init(Instance&, uint32_t elem, uint32_t table, uint64_t dst, uint32_t src, uint32_t n);
uint64_t table_grow(Instance&, uint32_t table, RefBits init, uint64_t n);
void elem_drop(Instance&, uint32_t elem);

Trap atomic_wait32(Instance&, uint32_t mem, uint64_t addr, uint32_t expected, int64_t timeout_ns,
                   uint32_t& out);
Trap atomic_wait64(Instance&, uint32_t mem, uint64_t addr, uint64_t expected, int64_t timeout_ns,
                   uint32_t& out);
Trap atomic_notify(Instance&, uint32_t mem, uint64_t addr, uint32_t count, uint32_t& out);

// Whether a reference matches a heap type (null is the caller's business). `target` in the module's
// local ids.
bool ref_matches(Instance&, RefBits ref, wasm::HeapType target);

// `fields`/`init`: slots laid out in order, v128 two. The caller's slots are roots already.
Trap array_new_data(Instance&, wasm::TypeId type, uint32_t data, uint32_t offset, uint32_t n,
                    GcRef& out);
Trap array_new_elem(Instance&, wasm::TypeId type, uint32_t elem, uint32_t offset, uint32_t n,
                    GcRef& out);
Trap array_init_data(Instance&, wasm::TypeId type, uint32_t data, GcRef array, uint32_t at,
                     uint32_t offset, uint32_t n);
Trap array_init_elem(Instance&, wasm::TypeId type, uint32_t elem, GcRef array, uint32_t at,
                     uint32_t offset, uint32_t n);
Trap array_fill(Instance&, wasm::TypeId type, GcRef array, uint32_t at, const Slot* value,
                uint32_t n);
Trap array_copy(Instance&, wasm::TypeId dst_type, GcRef dst, uint32_t dst_at, GcRef src,
                uint32_t src_at, uint32_t n);

}  // namespace nacre::runtime::ops

// SPDX-License-Identifier: Apache-2.0
//
// Builtins of memories, tables and threads.
#include "codegen/builtin_operands.hpp"
#include "runtime/ops.hpp"

namespace nacre::codegen::builtin {
namespace {

namespace ops = runtime::ops;
using runtime::Slot;
using runtime::VmContext;

uint32_t id(uint64_t x) { return static_cast<uint32_t>(x); }
bool is64(const runtime::Memory& m) { return m.type.limits.is64; }
bool is64(const runtime::Table& t) { return t.limits.is64; }

// A size in the index type; "refused" is -1 in either.
uint64_t size_result(const BuiltinOperands& s, uint64_t v, bool wide) {
  return s.result(wide ? v : static_cast<uint32_t>(v));
}

// References of the collector's heap have 32 bits.
runtime::RefBits entry(const BuiltinOperands& s, const runtime::Table& t, uint32_t i) {
  return t.holds_gc_refs ? s.ref(i) : s.u64(i);
}

// An address that overflows lies beyond any memory; its alignment is kept.
uint64_t atomic_address(const BuiltinOperands& s, uint64_t memory, uint64_t offset) {
  const uint64_t address = s.index(0, is64(s.memory(memory)));
  const uint64_t sum = address + offset;
  return sum >= address ? sum : ~uint64_t{0} << 3;
}

}  // namespace

// --- memories

uint64_t memory_size(VmContext* vm, Slot* operands, uint64_t memory, uint64_t) {
  const BuiltinOperands s(vm, operands);
  return size_result(s, s.memory(memory).pages(), is64(s.memory(memory)));
}

uint64_t memory_grow(VmContext* vm, Slot* operands, uint64_t memory, uint64_t) {
  const BuiltinOperands s(vm, operands);
  const bool wide = is64(s.memory(memory));
  return size_result(s, ops::memory_grow(s.instance(), id(memory), s.index(0, wide)), wide);
}

uint64_t memory_fill(VmContext* vm, Slot* operands, uint64_t memory, uint64_t) {
  const BuiltinOperands s(vm, operands);
  const bool wide = is64(s.memory(memory));
  return BuiltinOperands::outcome(
      ops::memory_fill(s.instance(), id(memory), s.index(0, wide), s.u32(1), s.index(2, wide)));
}

uint64_t memory_copy(VmContext* vm, Slot* operands, uint64_t to, uint64_t from) {
  const BuiltinOperands s(vm, operands);
  const bool to_wide = is64(s.memory(to)), from_wide = is64(s.memory(from));
  return BuiltinOperands::outcome(ops::memory_copy(s.instance(), id(to), id(from),
                                                   s.index(0, to_wide), s.index(1, from_wide),
                                                   s.index(2, to_wide && from_wide)));
}

uint64_t memory_init(VmContext* vm, Slot* operands, uint64_t data, uint64_t memory) {
  const BuiltinOperands s(vm, operands);
  return BuiltinOperands::outcome(ops::memory_init(
      s.instance(), id(data), id(memory), s.index(0, is64(s.memory(memory))), s.u32(1), s.u32(2)));
}

uint64_t data_drop(VmContext* vm, Slot* operands, uint64_t data, uint64_t) {
  ops::data_drop(BuiltinOperands(vm, operands).instance(), id(data));
  return BuiltinOperands::done();
}

uint64_t refresh_memory(VmContext* vm, Slot*, uint64_t memory, uint64_t) {
  vm->memories[memory]->current_length();
  return BuiltinOperands::done();
}

// --- threads

uint64_t atomic_wait32(VmContext* vm, Slot* operands, uint64_t memory, uint64_t offset) {
  const BuiltinOperands s(vm, operands);
  uint32_t out = 0;
  const Trap t = ops::atomic_wait32(s.instance(), id(memory), atomic_address(s, memory, offset),
                                    s.u32(1), static_cast<int64_t>(s.u64(2)), out);
  return s.outcome(t, out);
}

uint64_t atomic_wait64(VmContext* vm, Slot* operands, uint64_t memory, uint64_t offset) {
  const BuiltinOperands s(vm, operands);
  uint32_t out = 0;
  const Trap t = ops::atomic_wait64(s.instance(), id(memory), atomic_address(s, memory, offset),
                                    s.u64(1), static_cast<int64_t>(s.u64(2)), out);
  return s.outcome(t, out);
}

uint64_t atomic_notify(VmContext* vm, Slot* operands, uint64_t memory, uint64_t offset) {
  const BuiltinOperands s(vm, operands);
  uint32_t out = 0;
  const Trap t = ops::atomic_notify(s.instance(), id(memory), atomic_address(s, memory, offset),
                                    s.u32(1), out);
  return s.outcome(t, out);
}

// --- tables

uint64_t table_grow(VmContext* vm, Slot* operands, uint64_t table, uint64_t) {
  const BuiltinOperands s(vm, operands);
  const runtime::Table& t = s.table(table);
  const uint64_t n = s.index(1, is64(t));
  return size_result(s, ops::table_grow(s.instance(), id(table), entry(s, t, 0), n), is64(t));
}

uint64_t table_fill(VmContext* vm, Slot* operands, uint64_t table, uint64_t) {
  const BuiltinOperands s(vm, operands);
  const runtime::Table& t = s.table(table);
  return BuiltinOperands::outcome(ops::table_fill(s.instance(), id(table), s.index(0, is64(t)),
                                                  entry(s, t, 1), s.index(2, is64(t))));
}

uint64_t table_copy(VmContext* vm, Slot* operands, uint64_t to, uint64_t from) {
  const BuiltinOperands s(vm, operands);
  const bool to_wide = is64(s.table(to)), from_wide = is64(s.table(from));
  return BuiltinOperands::outcome(ops::table_copy(s.instance(), id(to), id(from),
                                                  s.index(0, to_wide), s.index(1, from_wide),
                                                  s.index(2, to_wide && from_wide)));
}

uint64_t table_init(VmContext* vm, Slot* operands, uint64_t elem, uint64_t table) {
  const BuiltinOperands s(vm, operands);
  return BuiltinOperands::outcome(ops::table_init(
      s.instance(), id(elem), id(table), s.index(0, is64(s.table(table))), s.u32(1), s.u32(2)));
}

uint64_t elem_drop(VmContext* vm, Slot* operands, uint64_t elem, uint64_t) {
  ops::elem_drop(BuiltinOperands(vm, operands).instance(), id(elem));
  return BuiltinOperands::done();
}

}  // namespace nacre::codegen::builtin

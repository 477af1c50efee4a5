// SPDX-License-Identifier: Apache-2.0
//
// How builtins read their operands and give results: builtins.hpp has the contract.
#pragma once

#include <span>

#include "codegen/builtins.hpp"
#include "runtime/instance.hpp"
#include "runtime/store.hpp"

namespace nacre::codegen {

// Never keeps a reference: every read goes to the frame's slot, which the collector updates.
class BuiltinOperands {
 public:
  BuiltinOperands(runtime::VmContext* vm, runtime::Slot* slots) : vm_(vm), slots_(slots) {}

  // An instance's context is its first member.
  runtime::Instance& instance() const { return *reinterpret_cast<runtime::Instance*>(vm_); }
  runtime::Store& store() const { return *vm_->store; }
  runtime::gc::Heap& heap() const { return store().heap(); }
  const runtime::RuntimeType* type(uint64_t id) const { return vm_->types[id]; }
  runtime::Memory& memory(uint64_t index) const { return *vm_->memories[index]; }
  runtime::Table& table(uint64_t index) const { return *vm_->tables[index]; }

  uint64_t u64(uint32_t i) const { return *slot(i); }
  uint32_t u32(uint32_t i) const { return static_cast<uint32_t>(u64(i)); }
  runtime::GcRef ref(uint32_t i) const { return static_cast<runtime::GcRef>(u64(i)); }
  // An address or a number of entries, i64 or i32.
  uint64_t index(uint32_t i, bool is64) const { return is64 ? u64(i) : u32(i); }
  // Where a value lies, as slots in memory order.
  runtime::Slot* value(uint32_t i, bool is_v128) const { return slot(is_v128 ? i + 1 : i); }

  // Values of these types, from operand 0 on, into slots as they are everywhere else: ascending,
  // i32 and f32 zero-extended.
  void copy_values(std::span<const wasm::ValType> types, runtime::Slot* to) const {
    uint32_t i = 0;
    for (const wasm::ValType t : types) {
      const runtime::Slot* from = value(i, t.is_vec());
      const bool narrow = t.kind() == wasm::Kind::i32 || t.kind() == wasm::Kind::f32;
      to[i] = narrow ? static_cast<uint32_t>(from[0]) : from[0];
      if (t.is_vec()) to[i + 1] = from[1];
      i += runtime::slots_of(t);
    }
  }

  // --- outcomes
  uint64_t fail(Trap t) const { return static_cast<uint64_t>(store().set_trap(t)); }
  uint64_t result(uint64_t v) const {
    *slots_ = v;
    return done();
  }
  uint64_t object(runtime::GcRef r) const { return r == 0 ? fail(Trap::out_of_memory) : result(r); }
  // Of one of runtime::ops, which describe their traps themselves.
  static uint64_t outcome(Trap t) { return static_cast<uint64_t>(t); }
  uint64_t outcome(Trap t, uint64_t v) const { return t == Trap::none ? result(v) : outcome(t); }
  static uint64_t done() { return static_cast<uint64_t>(Trap::none); }

 private:
  runtime::Slot* slot(uint32_t i) const { return slots_ - i; }
  runtime::VmContext* vm_;
  runtime::Slot* slots_;
};

}  // namespace nacre::codegen

// SPDX-License-Identifier: Apache-2.0
//
// Calls from code that normally makes none: the slow way of an instruction whose fast way is
// inline. The fast way goes on as if nothing had happened, so everything in registers is saved
// before the call and read back afterwards: that is the cold code's work, at the end of the
// function. References among it are roots meanwhile, and may have changed.
#include <algorithm>
#include <bit>

#include "baseline/compiler.hpp"
#include "codegen/x64/bulk.hpp"

namespace nacre::baseline {

// If the condition holds, calls a builtin and takes its result into `dest`, a register of the mark
// that is open; then goes on at the label, which the caller binds soon. `operand` is the
// builtin's operand 0, if it has one. No scratch register survives.
codegen::Label Compiler::cold_call(Cond condition, codegen::BuiltinId id, uint32_t arg_a,
                                   uint32_t arg_b, uint32_t operand, uint8_t dest) {
  ColdCall call{a.label(), a.label(),      id,
                dest,      arg_a,          arg_b,
                operand,   wasm_at_,       static_cast<uint32_t>(cold_moves_.size()),
                0,         ref_snapshot(), 0,
                false};
  for (unsigned file = 0; file < 2; ++file) {
    uint32_t owned = allocatable_[file] & ~free_[file] & ~temps_[file];
    for (; owned != 0; owned &= owned - 1) {
      const auto reg = static_cast<uint8_t>(std::countr_zero(owned));
      const Node& n = nodes_[owner_[file][reg]];
      cold_moves_.push_back({n.cls, reg, true, true, n.is_ref, {}});
      if (n.is_ref) ++call.saved_refs;
    }
  }
  for (unsigned i = 0; i < pins_.size(); ++i) {
    if ((state_.in_reg >> i & 1) == 0) continue;
    const bool dirty = (state_.in_mem >> i & 1) == 0;
    cold_moves_.push_back({pins_[i].cls, pins_[i].reg, dirty, false, false, pin_home(pins_[i])});
  }
  call.moves_end = static_cast<uint32_t>(cold_moves_.size());
  if (call.saved_refs != 0) {
    const RefRange in_slots = call.refs;
    call.refs.begin = static_cast<uint32_t>(refs_.size());
    if (in_slots.begin != in_slots.end) link_refs(in_slots);
    refs_.resize(refs_.size() + call.saved_refs);
    call.refs.end = static_cast<uint32_t>(refs_.size());
  }
  a.j(condition, call.label);
  cold_calls_.push_back(call);
  return call.back;
}

// The same for the builtin of a bulk instruction on memory 0, whose operands are where the stub for
// short ones wants them; no register is owned.
codegen::Label Compiler::cold_bulk_call(Cond condition, codegen::BuiltinId id) {
  const codegen::Label back = cold_call(condition, id, 0, 0, 0, no_reg);
  cold_calls_.back().is_bulk = true;
  return back;
}

// All cold calls of a function use the same slots, beyond those of operands: the builtin's operand
// or operands and result, then what is saved.
void Compiler::emit_cold_calls() {
  const uint32_t first = max_slots_;
  const Mem operand = slot_mem(first, ValueClass::i64);
  const x64::HostAbi& abi = x64::host_abi();
  for (const ColdCall& call : cold_calls_) {
    a.bind(call.label);
    wasm_at_ = call.wasm;
    uint32_t slot = first + (call.is_bulk ? 3 : 1), ref = call.refs.end - call.saved_refs;
    const std::span<ColdMove> moves(cold_moves_.data() + call.moves, call.moves_end - call.moves);
    for (ColdMove& m : moves) {
      if (m.in_slot) {
        m.memory = slot_mem(slot, m.cls);
        slot += slots_of(m.cls);
        if (m.is_ref) refs_[ref++] = m.memory.disp;
      }
      if (m.store) x64::store_value(a, m.cls, m.memory, m.reg);
    }
    max_slots_ = std::max(max_slots_, slot);
    if (!call.is_bulk) a.mov(Size::q, operand, static_cast<int32_t>(call.operand));
    else
      for (uint32_t i = 0; i < 3; ++i)
        a.mov(slot_mem(first + i, ValueClass::i64), r64(x64::bulk_operands[i]));
    a.mov(r64(abi.arguments[0]), x64::vm_reg);
    a.lea(r64(abi.arguments[1]), operand);
    a.mov_imm(r32(abi.arguments[2]), call.a);
    a.mov_imm(r32(abi.arguments[3]), call.b);
    const uint32_t at = x64::emit_call_builtin(a, static_cast<uint32_t>(call.id));
    add_site(at, codegen::Site::Kind::call, Trap::none, call.wasm);
    if (call.refs.begin != call.refs.end)
      ref_sites_.push_back({at, call.refs.begin, call.refs.end});
    a.test(r32(0), r32(0));
    a.j(Cond::ne, dynamic_trap_label());
    if (!call.is_bulk) a.mov(r64(call.dest), operand);
    for (const ColdMove& m : moves) x64::load_value(a, m.cls, m.reg, m.memory);
    a.jmp(call.back);
  }
  cold_calls_.clear();
  cold_moves_.clear();
}

}  // namespace nacre::baseline

// SPDX-License-Identifier: Apache-2.0
//
// The values of trees into registers and operands: the row of the operation says where they may be,
// registers are chosen on the fly. What an operation becomes is in compiler_ops.cpp.
#include <bit>
#include <cassert>

#include "baseline/compiler.hpp"

namespace nacre::baseline {

using codegen::Apart;
using codegen::Input;

namespace {

bool fits_imm32(ValueClass cls, uint64_t bits) {
  return cls == ValueClass::i32 ||
         static_cast<int64_t>(bits) == static_cast<int32_t>(static_cast<int64_t>(bits));
}

std::span<const uint8_t> bytes_of_word(const uint64_t& bits, unsigned n) {
  return {reinterpret_cast<const uint8_t*>(&bits), n};
}

// Whether a load's result is exactly its bytes, so that it can be a memory operand.
unsigned plain_load_bytes(Op op) {
  switch (op) {
    case Op::i32_load:
    case Op::f32_load:
      return 4;
    case Op::i64_load:
    case Op::f64_load:
      return 8;
    case Op::v128_load:
      return 16;
    default:
      return 0;
  }
}

}  // namespace

// --- simple values

void Compiler::load_constant(ValueClass cls, uint64_t bits, uint8_t reg) {
  switch (cls) {
    case ValueClass::i32:
      return a.mov_imm(r32(reg), static_cast<uint32_t>(bits));
    case ValueClass::i64:
      return a.mov_imm(r64(reg), bits);
    case ValueClass::v128:
      return;
    default:
      break;
  }
  Operands o;
  const Row* row = rows_.value(cls == ValueClass::f32 ? Op::f32_const : Op::f64_const);
  o.out[0] = reg;
  o.in[0] = Operand::constant(static_cast<int64_t>(bits));
  row->emit(a, *row, o);
}

// A constant, local, slot or register into a register; flags stay.
void Compiler::load_simple(uint32_t n, uint8_t reg) {
  audit_read(n);
  const Node& x = nodes_[n];
  switch (x.kind) {
    case NodeKind::constant:
      if (x.cls == ValueClass::v128) {
        Operands o;
        const Row* row = rows_.value(Op::v128_const);
        o.out[0] = reg;
        o.pattern = vectors_[x.a];
        return row->emit(a, *row, o);
      }
      return load_constant(x.cls, x.bits, reg);
    case NodeKind::local: {
      const uint8_t pin = local(x.a).pin;
      if (pin != no_reg && (state_.in_reg >> pin & 1) != 0)
        return x64::move_value(a, x.cls, reg, pins_[pin].reg);
      return x64::load_value(a, x.cls, reg, home(x.a));
    }
    case NodeKind::reg:
      return x64::move_value(a, x.cls, reg, x.reg);
    case NodeKind::slot:
      return x64::load_value(a, x.cls, reg, slot_mem(x.slot, x.cls));
    default:
      assert(false);
  }
}

// Makes `n` a value in a register of its own (`dest`, or any).
void Compiler::materialize(uint32_t n, uint8_t dest) {
  if (nodes_[n].kind == NodeKind::reg && dest == no_reg) return;
  const unsigned file = file_of(nodes_[n].cls);
  const Mark mark = begin();
  uint8_t reg = dest;
  switch (nodes_[n].kind) {
    case NodeKind::op:
      reg = emit_op(n, dest);
      break;
    case NodeKind::load:
      reg = emit_load(n, dest);
      break;
    default:
      if (dest == no_reg) reg = alloc(file);
      load_simple(n, reg);
      if (nodes_[n].kind == NodeKind::reg) free_reg(file, nodes_[n].reg);
      break;
  }
  close(mark);
  kill_inner(n);
  own(n, reg);
}

// Puts a value into its slot.
void Compiler::spill(uint32_t n) {
  Node& x = nodes_[n];
  if (x.kind == NodeKind::slot) return;
  if (x.kind == NodeKind::op || x.kind == NodeKind::load) materialize(n);
  Node& v = nodes_[n];
  copy_to_slot(n, v.slot);
  audit_.check_stored(slot_mem(v.slot, v.cls).disp, bytes_of(v.cls));
  if (v.kind == NodeKind::reg) free_reg(file_of(v.cls), v.reg);
  v.kind = NodeKind::slot;
  audit_slot(n);
  if (v.is_ref) {
    // Sorted: spilling goes from the bottom up, but for single values that make room.
    ref_slots_.push_back(n);
    size_t i = ref_slots_.size() - 1;
    for (; i > 0 && ref_slots_[i - 1] > ref_slots_[i]; --i)
      std::swap(ref_slots_[i - 1], ref_slots_[i]);
    refs_change(i);
  }
}

// A simple value into any operand slot. Flags stay.
void Compiler::copy_to_slot(uint32_t n, uint32_t slot) {
  audit_read(n);
  const Node& x = nodes_[n];
  const uint32_t end = slot + slots_of(x.cls);
  if (end > max_slots_) max_slots_ = end;
  const Mem to = slot_mem(slot, x.cls);
  if (x.kind == NodeKind::reg) return x64::store_value(a, x.cls, to, x.reg);
  if (x.kind == NodeKind::local) {
    const uint8_t pin = local(x.a).pin;
    if (pin != no_reg && (state_.in_reg >> pin & 1) != 0)
      return x64::store_value(a, x.cls, to, pins_[pin].reg);
  }
  if (x.kind == NodeKind::constant && x.cls != ValueClass::v128 && fits_imm32(x.cls, x.bits)) {
    const bool wide = bytes_of(x.cls) == 8;
    return a.mov(wide ? Size::q : Size::d, to, static_cast<int32_t>(x.bits));
  }
  const uint8_t via = file_of(x.cls) == 0 ? x64::scratch_reg.code : x64::scratch_xmm.code;
  load_simple(n, via);
  x64::store_value(a, x.cls, to, via);
}

uint8_t Compiler::to_reg(Value v) {
  const uint32_t n = v.node;
  if (!is_simple(n)) materialize(n);
  const Node& x = nodes_[n];
  const unsigned file = file_of(x.cls);
  if (x.kind == NodeKind::reg) {
    audit_read(n);
    lock(file, x.reg);
    return x.reg;
  }
  if (x.kind == NodeKind::local) {
    const uint8_t pin = local(x.a).pin;
    if (pin != no_reg) {
      if ((state_.in_reg >> pin & 1) == 0) load_pin(pin);
      audit_read(n);
      return pins_[pin].reg;
    }
  }
  const uint8_t reg = alloc(file);
  load_simple(n, reg);
  return reg;
}

uint8_t Compiler::to_owned_reg(Value v) {
  materialize(v.node);
  const Node& x = nodes_[v.node];
  lock(file_of(x.cls), x.reg);
  return x.reg;
}

void Compiler::to_fixed_reg(Value v, uint8_t reg) {
  if (!is_simple(v.node)) materialize(v.node);
  if (nodes_[v.node].kind == NodeKind::reg && nodes_[v.node].reg == reg) return lock(0, reg);
  take_fixed(reg);
  load_simple(v.node, reg);
}

// --- inputs

// A load that this input can read from memory itself. Only the newest load may wait that long:
// others must come before whatever is emitted now.
bool Compiler::foldable_load(uint32_t n, const Input& in) const {
  const Node& x = nodes_[n];
  return x.kind == NodeKind::load && (in.accepts & Input::mem) != 0 &&
         plain_load_bytes(static_cast<Op>(x.op)) == in.mem_bytes &&
         (in.mem_bytes != 16 || a.has(os::cpu::avx)) && pending_loads_.size() == 1 &&
         pending_loads_.back() == n;
}

// Everything that needs code of its own comes first, in order. Returns whether one load was left
// for the instruction itself to do.
bool Compiler::prepare_inputs(const Row& row, const uint32_t* in, bool may_fold) {
  bool folds = false;
  for (unsigned i = 0; i < row.in_count; ++i) {
    if (is_simple(in[i])) continue;
    if (may_fold && !folds && foldable_load(in[i], row.in[i])) {
      if (!is_simple(in[i] - 1)) materialize(in[i] - 1);
      folds = true;
    } else {
      materialize(in[i]);
    }
  }
  return folds;
}

Operand Compiler::operand(uint32_t n, const Input& in, bool memory_allowed) {
  const Node& x = nodes_[n];
  const bool mem_ok = memory_allowed && (in.accepts & Input::mem) != 0 &&
                      in.mem_bytes == bytes_of(x.cls) &&
                      (in.mem_bytes != 16 || a.has(os::cpu::avx));
  if (mem_ok) audit_read(n);
  switch (x.kind) {
    case NodeKind::constant:
      if ((in.accepts & Input::imm_any) != 0 ||
          ((in.accepts & Input::imm32) != 0 && fits_imm32(x.cls, x.bits)))
        return Operand::constant(immediate_of(x.cls, x.bits));
      if (mem_ok && codegen::is_vec(x.cls)) {
        if (x.cls == ValueClass::v128)
          return Operand::in_mem(x64::rip(code_.literal(vectors_[x.a].bytes)));
        return Operand::in_mem(x64::rip(code_.literal(bytes_of_word(x.bits, bytes_of(x.cls)))));
      }
      // Rather than ten bytes of code that need a register.
      if (mem_ok && x.cls == ValueClass::i64)
        return Operand::in_mem(x64::rip(code_.literal(bytes_of_word(x.bits, 8))));
      break;
    case NodeKind::local: {
      const uint8_t pin = local(x.a).pin;
      if (pin == no_reg && mem_ok) return Operand::in_mem(home(x.a));
      break;
    }
    case NodeKind::slot:
      if (mem_ok) return Operand::in_mem(slot_mem(x.slot, x.cls));
      break;
    default:
      break;
  }
  return Operand::in_reg(to_reg({n}));
}

// Fixed registers are emptied first, so that nothing else is placed there.
void Compiler::place_inputs(const Row& row, const uint32_t* in, Operands& o, bool fold_loads) {
  uint32_t fixed = row.destroys;
  for (unsigned k = 0; k < row.out_count; ++k)
    if (row.out[k].fixed != no_reg) fixed |= 1u << row.out[k].fixed;
  const auto fixed_for = [&](unsigned i) {
    const Input& spec = row.in[i];
    return nodes_[in[i]].kind == NodeKind::constant && spec.accepts != 0 ? no_reg : spec.fixed;
  };
  for (unsigned i = 0; i < row.in_count; ++i) {
    const uint8_t reg = fixed_for(i);
    if (reg != no_reg) fixed |= 1u << reg;
  }
  folded_wasm_ = no_fold;
  bool memory = !fold_loads;  // one input at most
  if (fixed != 0) {
    // A value already in its place stays, unless another input wants the register's value too.
    uint32_t kept = 0;
    for (unsigned i = 0; i < row.in_count; ++i) {
      const Node& x = nodes_[in[i]];
      const uint8_t f = fixed_for(i);
      if (f != no_reg && x.kind == NodeKind::reg && x.reg == f && file_of(x.cls) == 0)
        kept |= 1u << f;
    }
    locked_[0] |= fixed;
    for (uint32_t regs = fixed & ~kept; regs != 0; regs &= regs - 1) {
      const auto r = static_cast<uint8_t>(std::countr_zero(regs));
      take_fixed(r);
    }
  }
  for (unsigned i = 0; i < row.in_count; ++i) {
    const Input& spec = row.in[i];
    if (fold_loads && foldable_load(in[i], spec)) {
      const Node& x = nodes_[in[i]];
      const MemArg m{x.bits, x.a, 0, x.is64};
      folded_wasm_ = x.wasm;
      const uint32_t saved = wasm_at_;
      wasm_at_ = x.wasm;
      o.in[i] = Operand::in_mem(access(m, in[i] - 1, spec.mem_bytes));
      wasm_at_ = saved;
      if (!is_guarded(m.memory)) folded_wasm_ = no_fold;
      fold_loads = false;
      audit_hold(i, o.in[i]);
      continue;
    }
    if (fixed_for(i) != no_reg) {
      const Node& x = nodes_[in[i]];
      if (!(x.kind == NodeKind::reg && x.reg == spec.fixed)) load_simple(in[i], spec.fixed);
      o.in[i] = Operand::in_reg(spec.fixed);
      audit_hold(i, o.in[i], file_of(spec.cls));
      continue;
    }
    o.in[i] = operand(in[i], spec, memory);
    if (o.in[i].is_mem()) memory = false;
    audit_hold(i, o.in[i], file_of(spec.cls));
  }
}

// --- outputs

// Whether an output may be in `reg` although inputs are read from it. `will_move`: input 0 is moved
// there first.
bool Compiler::may_share(const Row& row, const Operands& o, uint8_t reg, unsigned file,
                         bool will_move) const {
  const bool avx = a.has(os::cpu::avx);
  const bool tied =
      o.in[0].is_reg() && o.in[0].reg == reg && codegen::is_vec(row.in[0].cls) == (file == 1);
  for (unsigned i = 0; i < row.in_count; ++i) {
    const Operand& x = o.in[i];
    const bool touches =
        x.is_mem() ? file == 0 && x.mem.uses(reg)
                   : x.is_reg() && x.reg == reg && codegen::is_vec(row.in[i].cls) == (file == 1);
    if (!touches) continue;
    if (will_move) {
      if (i != 0) return false;
      continue;
    }
    switch (row.in[i].apart) {
      case Apart::no:
        break;
      case Apart::unless_tied:
        if (!tied) return false;
        break;
      case Apart::without_avx:
        if (!tied && !avx) return false;
        break;
      case Apart::always_without_avx:
        if (!avx) return false;
        break;
      case Apart::always:
        return false;
    }
  }
  return true;
}

void Compiler::place_outputs(const Row& row, const uint32_t* in, Operands& o, uint8_t dest) {
  for (unsigned k = 0; k < row.out_count; ++k) {
    const codegen::Output& out = row.out[k];
    if (out.cls == ValueClass::flags) continue;
    const unsigned file = file_of(out.cls);
    if (out.fixed != no_reg) {
      o.out[k] = out.fixed;
      continue;
    }
    uint8_t reg = no_reg;
    if (out.tied != no_reg) {
      // Only rows of pairs of results: their first inputs become the results.
      const uint32_t n = in[out.tied];
      const uint8_t x = o.in[out.tied].reg;
      const bool dying = nodes_[n].kind == NodeKind::reg || (temps_[file] >> x & 1) != 0;
      reg = x;
      if (!dying) {
        reg = alloc(file);
        x64::move_value(a, row.in[out.tied].cls, reg, x);
        o.in[out.tied] = Operand::in_reg(reg);
      }
      o.out[k] = reg;
      continue;
    }
    const bool last_in_memory = [&] {
      for (unsigned i = 0; i < row.in_count; ++i)
        if (o.in[i].is_mem() && nodes_[in[i]].kind == NodeKind::load) return true;
      return false;
    }();
    // With a load folded in, the instruction that reads memory must be the only one.
    const bool move_first = last_in_memory && row.in_count == 2 && o.in[0].is_reg() &&
                            o.in[1].is_mem() && file_of(row.in[0].cls) == file &&
                            !(file == 1 && a.has(os::cpu::avx));
    if (dest != no_reg && may_share(row, o, dest, file, move_first)) reg = dest;
    if (reg == no_reg && out.hint != no_reg && o.in[out.hint].is_reg()) {
      const uint8_t x = o.in[out.hint].reg;
      const bool dying = nodes_[in[out.hint]].kind == NodeKind::reg || (temps_[file] >> x & 1) != 0;
      if (dying && file_of(row.in[out.hint].cls) == file && may_share(row, o, x, file, move_first))
        reg = x;
    }
    // When registers are short, that of any other input that dies. What is neither pinned nor
    // locked could be made free, and must do for scratch registers, too.
    const unsigned wanted = 1u + (file == 0 ? row.scratch_gprs : row.scratch_vecs);
    const auto left = static_cast<unsigned>(std::popcount(allocatable_[file] & ~locked_[file]));
    const bool is_short = (free_[file] & ~locked_[file]) == 0 || left < wanted;
    for (unsigned i = 0; reg == no_reg && row.out_count == 1 && i < row.in_count && is_short; ++i) {
      if (!o.in[i].is_reg() || file_of(row.in[i].cls) != file) continue;
      const uint8_t x = o.in[i].reg;
      if ((nodes_[in[i]].kind == NodeKind::reg || (temps_[file] >> x & 1) != 0) &&
          may_share(row, o, x, file, move_first))
        reg = x;
    }
    if (reg == no_reg) reg = alloc(file);
    if (move_first && o.in[0].reg != reg) {
      x64::move_value(a, row.in[0].cls, reg, o.in[0].reg);
      o.in[0] = Operand::in_reg(reg);
    }
    o.out[k] = reg;
  }
  for (unsigned s = 0; s < row.scratch_gprs; ++s) o.scratch[s] = alloc(0);
  for (unsigned s = 0; s < row.scratch_vecs; ++s) o.scratch[row.scratch_gprs + s] = alloc(1);
}

void Compiler::place_traps(const Row& row, Operands& o) {
  for (unsigned t = 0; t < 2; ++t)
    if (row.traps[t] != Trap::none) o.trap[t] = trap_label(row.traps[t]);
}

void Compiler::emit_row(const Row& row, const Operands& o) {
  assert(codegen::violation(row, o, a.features()) == nullptr);
  audit_.check_held();
  row.emit(a, row, o);
}

}  // namespace nacre::baseline

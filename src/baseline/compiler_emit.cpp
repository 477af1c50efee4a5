// SPDX-License-Identifier: Apache-2.0
//
// Trees into machine code: the row of the operation says where its operands may be, registers are
// chosen on the fly.
#include <bit>
#include <cassert>

#include "baseline/compiler.hpp"

namespace nacre::baseline {

using codegen::Apart;
using codegen::Extra;
using codegen::Input;

namespace {

bool fits_imm32(ValueClass cls, uint64_t bits) {
  return cls == ValueClass::i32 ||
         static_cast<int64_t>(bits) == static_cast<int32_t>(static_cast<int64_t>(bits));
}

int64_t immediate_of(ValueClass cls, uint64_t bits) {
  return cls == ValueClass::i32 ? static_cast<int32_t>(bits) : static_cast<int64_t>(bits);
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
  for (unsigned i = 0; i < row.in_count; ++i)
    if (fixed_for(i) != no_reg) fixed |= 1u << fixed_for(i);
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

// --- operations

// Computes `n` into `dest` (a pin or argument register) or any other register, which stays
// locked; the caller decides who owns it.
uint8_t Compiler::emit_op(uint32_t n, uint8_t dest) {
  const RowOp op = [&] {
    RowOp r(Op::unreachable);
    r.number = nodes_[n].op;
    return r;
  }();
  if (op.number >= wasm::op_count) return emit_select(n, dest);
  uint8_t reg = no_reg;
  if (emit_lea(n, dest, reg)) return reg;
  if (op == RowOp(Op::i32_eqz) && flags_row(nodes_[n - 1]) != nullptr) {
    const uint8_t d = alloc(0);
    const Condition condition = to_flags(n);
    x64::set_if(a, condition, r64(d));
    return d;
  }
  const unsigned arity = nodes_[n].arity;
  uint32_t in[4] = {};
  for (unsigned i = 0; i < arity; ++i) in[i] = operand_of(n, i);
  const Row* row = rows_.value(op);
  if (arity == 2 && nodes_[in[1]].kind == NodeKind::constant) {
    const int64_t c = immediate_of(nodes_[in[1]].cls, nodes_[in[1]].bits);
    if (const Row* special = rows_.constant(op, c)) row = special;
  }
  // One load may be folded: rows whose code would be several instructions do not qualify, since a
  // fault must be at the one that is known.
  const bool compares = wasm::op_info(static_cast<Op>(op.number)).is(wasm::trait::compares);
  // Scalar floats from one input clear the register first.
  const bool clears = row->in_count == 1 &&
                      (row->out[0].cls == ValueClass::f32 || row->out[0].cls == ValueClass::f64);
  const bool may_fold = !compares && !clears && row->scratch_gprs + row->scratch_vecs == 0;
  const bool fold = prepare_inputs(*row, in, may_fold);
  Operands o;
  place_inputs(*row, in, o, fold);
  const uint32_t folded = folded_wasm_;
  place_outputs(*row, in, o, dest);
  const uint32_t at = code_.size();
  emit_row(*row, o);
  if (folded != no_fold) memory_site(at, folded);
  return o.out[0];
}

// i32 and i64 sums of up to two registers, one of them scaled, and a constant: one lea. Without a
// scale or a constant the rows of addition do as well.
bool Compiler::emit_lea(uint32_t n, uint8_t dest, uint8_t& out) {
  const Op op = static_cast<Op>(nodes_[n].op);
  if (op != Op::i32_add && op != Op::i64_add) return false;
  const ValueClass cls = nodes_[n].cls;
  uint32_t x = operand_of(n, 0), y = operand_of(n, 1);
  int64_t disp = 0;
  const auto is_sum = [&](uint32_t k) {
    return nodes_[k].kind == NodeKind::op && nodes_[k].op == static_cast<uint16_t>(op);
  };
  if (nodes_[y].kind == NodeKind::constant && is_sum(x)) {
    disp = immediate_of(cls, nodes_[y].bits);
    if (disp != static_cast<int32_t>(disp)) return false;
    const uint32_t sum = x;
    x = operand_of(sum, 0);
    y = operand_of(sum, 1);
  }
  const Op shl = cls == ValueClass::i32 ? Op::i32_shl : Op::i64_shl;
  const auto shift_of = [&](uint32_t k) -> int {
    if (nodes_[k].kind != NodeKind::op || nodes_[k].op != static_cast<uint16_t>(shl)) return -1;
    const Node& c = nodes_[operand_of(k, 1)];
    return c.kind == NodeKind::constant && c.bits <= 3 ? static_cast<int>(c.bits) : -1;
  };
  int scale = shift_of(y);
  if (scale < 0 && shift_of(x) >= 0) {
    std::swap(x, y);
    scale = shift_of(y);
  }
  if (scale < 0 && disp == 0) return false;
  if (scale < 0 && nodes_[y].kind == NodeKind::constant) return false;
  if (scale >= 0) y = operand_of(y, 0);
  // In the order they were written.
  const uint32_t first = x < y ? x : y, second = x < y ? y : x;
  if (!is_simple(first)) materialize(first);
  if (!is_simple(second)) materialize(second);
  if (nodes_[y].kind == NodeKind::constant) return false;
  const bool x_const = nodes_[x].kind == NodeKind::constant;
  Mem m;
  const uint8_t ry = to_reg({y});
  if (x_const) {
    const int64_t c = immediate_of(cls, nodes_[x].bits) + disp;
    if (c != static_cast<int32_t>(c)) return false;
    m = x64::mem_index(r64(ry), static_cast<uint8_t>(scale < 0 ? 0 : scale),
                       static_cast<int32_t>(c));
  } else {
    const uint8_t rx = to_reg({x});
    m = mem(r64(rx), r64(ry), static_cast<uint8_t>(scale < 0 ? 0 : scale),
            static_cast<int32_t>(disp));
  }
  out = dest != no_reg ? dest : alloc(0);
  a.lea(cls == ValueClass::i32 ? r32(out) : r64(out), m);
  return true;
}

uint8_t Compiler::emit_load(uint32_t n, uint8_t dest) {
  const Node x = nodes_[n];
  const MemArg m{x.bits, x.a, 0, x.is64};
  const Op op = static_cast<Op>(x.op);
  const Row* row = rows_.value(op);
  if (!is_simple(n - 1)) materialize(n - 1);
  Operands o;
  const uint32_t saved = wasm_at_;
  wasm_at_ = x.wasm;
  o.in[0] = Operand::in_mem(access(m, n - 1, wasm::access_bytes(op)));
  wasm_at_ = saved;
  const unsigned file = file_of(x.cls);
  if (dest == no_reg && file == 0 && nodes_[n - 1].kind == NodeKind::reg) dest = nodes_[n - 1].reg;
  o.out[0] = dest != no_reg ? dest : alloc(file);
  for (unsigned s = 0; s < row->scratch_gprs; ++s) o.scratch[s] = alloc(0);
  for (unsigned s = 0; s < row->scratch_vecs; ++s) o.scratch[row->scratch_gprs + s] = alloc(1);
  const uint32_t at = code_.size();
  emit_row(*row, o);
  if (is_guarded(m.memory)) memory_site(at, x.wasm);
  return o.out[0];
}

void Compiler::flush_loads_slow() {
  // Materializing takes each off the list's end or leaves it: keep the order of the program.
  flush_list_.assign(pending_loads_.begin(), pending_loads_.end());
  pending_loads_.clear();
  for (size_t i = 0; i < flush_list_.size(); ++i) {
    const uint32_t n = flush_list_[i];
    if (nodes_[n].kind == NodeKind::load) materialize(n);
  }
}

// condition ? first : second.
uint8_t Compiler::emit_select(uint32_t n, uint8_t dest) {
  const uint32_t x = operand_of(n, 0), y = operand_of(n, 1), c = operand_of(n, 2);
  const ValueClass cls = nodes_[n].cls;
  const unsigned file = file_of(cls);
  if (!is_simple(x)) materialize(x);
  if (!is_simple(y)) materialize(y);
  // What the condition computes comes before registers are held for x and y.
  uint32_t test = c;
  while (nodes_[test].op == static_cast<uint16_t>(Op::i32_eqz) &&
         flags_row(nodes_[test]) != nullptr && flags_row(nodes_[operand_of(test, 0)]) != nullptr)
    test = operand_of(test, 0);
  if (nodes_[test].kind == NodeKind::op)
    for (unsigned i = 0; i < nodes_[test].arity; ++i)
      if (const uint32_t k = operand_of(test, i); !is_simple(k)) materialize(k);
  const uint8_t rx = to_reg({x});
  const bool x_dying = nodes_[x].kind == NodeKind::reg || (temps_[file] >> rx & 1) != 0,
             y_dying = nodes_[y].kind == NodeKind::reg;
  Operand oy;
  audit_read(y);
  if (nodes_[y].kind == NodeKind::slot) oy = Operand::in_mem(slot_mem(nodes_[y].slot, cls));
  else if (nodes_[y].kind == NodeKind::local && local(nodes_[y].a).pin == no_reg)
    oy = Operand::in_mem(home(nodes_[y].a));
  else oy = Operand::in_reg(to_reg({y}));
  // The condition may read the destination (a pin), which is written only afterwards. Its
  // registers are not needed then, so nothing is allocated after the flags are set.
  uint8_t reg = dest;
  if (reg == no_reg && x_dying) reg = rx;
  else if (reg == no_reg && y_dying && oy.is_reg()) reg = oy.reg;
  if (reg == no_reg) reg = alloc(file);
  // Inner registers of the condition stay locked by the caller's mark.
  const Condition condition = to_flags(c);
  if (oy.is_mem() && nodes_[y].kind == NodeKind::reg) oy = Operand::in_reg(nodes_[y].reg);
  x64::select_if(a, condition, cls, reg, rx, oy);
  return reg;
}

// A value into a given register, which nothing needs any more (but the value itself, perhaps).
void Compiler::emit_into(uint32_t n, ValueClass cls, uint8_t dest) {
  const Mark mark = begin();
  switch (nodes_[n].kind) {
    case NodeKind::op:
    case NodeKind::load: {
      const uint8_t reg = nodes_[n].kind == NodeKind::op ? emit_op(n, dest) : emit_load(n, dest);
      if (reg != dest) x64::move_value(a, cls, dest, reg);
      break;
    }
    default:
      load_simple(n, dest);
      break;
  }
  close(mark);
}

// A row's value from operands that are computed now: for instructions that are not deferred.
Value Compiler::row_result(const Row& row, std::span<const Value> in, uint8_t lane,
                           const V128* pattern) {
  uint32_t nodes[4] = {};
  for (size_t i = 0; i < in.size(); ++i) nodes[i] = in[i].node;
  if (row.traps[0] != Trap::none) flush_loads();
  const Mark mark = begin();
  prepare_inputs(row, nodes, false);
  Operands o;
  o.lane = lane;
  if (pattern != nullptr) o.pattern = *pattern;
  place_inputs(row, nodes, o, false);
  place_outputs(row, nodes, o, no_reg);
  place_traps(row, o);
  emit_row(row, o);
  return push_result(mark, in[0], row.out[0].cls, o.out[0]);
}

// --- conditions

Condition Compiler::to_flags(uint32_t n) {
  bool negated = false;
  uint32_t at = n;
  // eqz of a condition negates it.
  while (nodes_[at].kind == NodeKind::op && nodes_[at].op == static_cast<uint16_t>(Op::i32_eqz)) {
    const uint32_t inner = operand_of(at, 0);
    if (flags_row(nodes_[inner]) == nullptr) break;
    negated = !negated;
    at = inner;
  }
  const Row* row = flags_row(nodes_[at]);
  if (row == nullptr) {
    if (!is_simple(n)) materialize(n);
    audit_read(n);
    if (nodes_[n].kind == NodeKind::slot) {
      a.cmp(Size::d, slot_mem(nodes_[n].slot, ValueClass::i32), 0);
    } else if (nodes_[n].kind == NodeKind::local && local(nodes_[n].a).pin == no_reg) {
      a.cmp(Size::d, home(nodes_[n].a), 0);
    } else {
      const uint8_t reg = to_reg({n});
      a.test(r32(reg), r32(reg));
    }
    return {static_cast<uint8_t>(Cond::ne), codegen::Unordered::ignore};
  }
  const unsigned arity = nodes_[at].arity;
  uint32_t in[4] = {};
  for (unsigned i = 0; i < arity; ++i) in[i] = operand_of(at, i);
  const bool fold = prepare_inputs(*row, in, true);
  Operands o;
  place_inputs(*row, in, o, fold);
  const uint32_t code_at = code_.size();
  emit_row(*row, o);
  if (folded_wasm_ != no_fold) memory_site(code_at, folded_wasm_);
  return negated ? codegen::negate(row->condition) : row->condition;
}

}  // namespace nacre::baseline

// SPDX-License-Identifier: Apache-2.0
//
// Deferred operations, loads, selects and conditions into code: which instruction a tree becomes.
// Inputs and outputs are placed by compiler_emit.cpp.
#include <bit>
#include <cassert>

#include "baseline/compiler.hpp"

namespace nacre::baseline {

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

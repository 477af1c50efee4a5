// SPDX-License-Identifier: Apache-2.0
//
// Loads and stores. In a guarded memory the address space itself checks the bounds; elsewhere a
// comparison with the length does.
#include <bit>
#include <cassert>
#include <limits>

#include "baseline/compiler.hpp"

namespace nacre::baseline {

using codegen::Site;
using codegen::x64::scratch_reg;

namespace {

constexpr int32_t memory_base = static_cast<int32_t>(offsetof(runtime::Memory, base));
constexpr int32_t memory_length = static_cast<int32_t>(offsetof(runtime::Memory, length));
constexpr int32_t memory_live_length = static_cast<int32_t>(offsetof(runtime::Memory, live_length));
constexpr uint64_t max_disp = std::numeric_limits<int32_t>::max();

}  // namespace

void Compiler::memory_site(uint32_t at, uint32_t wasm) {
  add_site(at, Site::Kind::memory, Trap::memory_out_of_bounds, wasm);
}

// The Memory object of a memory, in a scratch register.
uint8_t Compiler::memory_object(uint32_t memory) {
  const uint8_t object = alloc(0);
  a.mov(r64(object), vm_field(offsetof(runtime::VmContext, memories)));
  a.mov(r64(object), mem(r64(object), static_cast<int32_t>(memory * sizeof(void*))));
  return object;
}

// The register with a memory's base; `object`: its Memory, if it is at hand (it may be destroyed).
uint8_t Compiler::memory_base_reg(uint32_t memory, uint8_t object) {
  if (memory == 0) {
    if (!pins_.empty())
      for (unsigned i = 0; i < pins_.size(); ++i)
        if (pins_[i].local == memory_base_local) {
          if ((state_.in_reg >> i & 1) == 0) load_pin(i);
          return pins_[i].reg;
        }
    const uint8_t base = object != no_reg ? object : alloc(0);
    a.mov(r64(base), vm_field(offsetof(runtime::VmContext, memory0_base)));
    return base;
  }
  if (object == no_reg) object = memory_object(memory);
  a.mov(r64(object), mem(r64(object), memory_base));
  return object;
}

// The length of a memory as an operand. A shared one may have been grown by another thread, so its
// true length is asked for, through the scratch register.
Mem Compiler::memory_length_mem(uint32_t memory, uint8_t& object) {
  if (module_.memories[memory].limits.shared) {
    object = memory_object(memory);
    a.mov(scratch_reg, mem(r64(object), memory_live_length));
    return mem(scratch_reg);
  }
  if (memory == 0) return vm_field(offsetof(runtime::VmContext, memory0_length));
  object = memory_object(memory);
  return mem(r64(object), memory_length);
}

// Traps unless address + end <= length, all in 64 bits without overflow.
void Compiler::check_bounds(uint32_t memory, uint8_t index, uint64_t end, uint8_t& object) {
  const codegen::Label out = trap_label_with(Trap::memory_out_of_bounds, index);
  const wasm::SizeLimits& limits = module_.memories[memory].limits;
  const Mem length = memory_length_mem(memory, object);
  if (!limits.is64 && !limits.shared && end <= max_disp) {
    a.lea(scratch_reg, mem(r64(index), static_cast<int32_t>(end)));
    a.cmp(scratch_reg, length);
    return a.j(Cond::a, out);
  }
  a.mov(scratch_reg, length);
  if (end <= max_disp) {
    a.sub(scratch_reg, static_cast<int32_t>(end));
  } else {
    a.sub(scratch_reg, x64::rip(code_.literal({reinterpret_cast<const uint8_t*>(&end), 8})));
  }
  a.j(Cond::b, out);
  a.cmp(r64(index), scratch_reg);
  a.j(Cond::a, out);
}

void Compiler::check_bounds_of_constant(uint32_t memory, uint64_t index, uint64_t end,
                                        uint8_t& object) {
  const codegen::Label out = trap_label_at(Trap::memory_out_of_bounds, index);
  const Mem length = memory_length_mem(memory, object);
  if (end <= max_disp) {
    a.cmp(Size::q, length, static_cast<int32_t>(end));
    return a.j(Cond::b, out);
  }
  a.mov(scratch_reg, length);
  a.cmp(scratch_reg, x64::rip(code_.literal({reinterpret_cast<const uint8_t*>(&end), 8})));
  a.j(Cond::b, out);
}

Mem Compiler::access(const MemArg& m, uint32_t address, unsigned bytes, bool aligned) {
  const Node& x = nodes_[address];
  const bool guarded = is_guarded(m.memory);
  uint8_t object = no_reg;
  uint64_t end = m.offset + bytes;
  const bool never = end < bytes;  // beyond any memory
  if (x.kind == NodeKind::constant) {
    const uint64_t at =
        (x.cls == ValueClass::i32 ? static_cast<uint32_t>(x.bits) : x.bits) + m.offset;
    const bool overflows = at < m.offset || at + bytes < bytes;
    if (aligned && (at & (bytes - 1)) != 0)
      a.jmp(trap_label_at(Trap::unaligned_atomic, at - m.offset));
    if (overflows || never) a.jmp(trap_label_at(Trap::memory_out_of_bounds, at - m.offset));
    else if (!guarded) check_bounds_of_constant(m.memory, at - m.offset, at + bytes, object);
    const uint8_t base = memory_base_reg(m.memory, object);
    if (at <= max_disp) return mem(r64(base), static_cast<int32_t>(at));
    a.mov_imm(scratch_reg, at);
    return mem(r64(base), scratch_reg);
  }
  const uint8_t index = to_reg({address});
  if (aligned && bytes > 1) {
    const uint64_t low = m.offset & (bytes - 1);
    if (low != 0) {
      a.lea(scratch_reg.r32(), mem(r64(index), static_cast<int32_t>(low)));
      a.test(scratch_reg.r8(), static_cast<int32_t>(bytes - 1));
    } else {
      a.test(r64(index).r8(), static_cast<int32_t>(bytes - 1));
    }
    a.j(Cond::ne, trap_label_with(Trap::unaligned_atomic, index));
  }
  if (never) a.jmp(trap_label_with(Trap::memory_out_of_bounds, index));
  else if (!guarded) check_bounds(m.memory, index, end, object);
  const uint8_t base = memory_base_reg(m.memory, object);
  if (m.offset <= max_disp) return mem(r64(base), r64(index), 0, static_cast<int32_t>(m.offset));
  a.mov_imm(scratch_reg, m.offset);
  a.add(scratch_reg, r64(index));
  return mem(r64(base), scratch_reg);
}

// The access is the row's first instruction: a fault there is a trap of the program.
void Compiler::emit_access(const Row& row, const Operands& o, uint32_t memory) {
  const uint32_t at = code_.size();
  emit_row(row, o);
  if (is_guarded(memory)) memory_site(at, wasm_at_);
}

// --- plain accesses

Value Compiler::load(Op op, const MemArg& m, Value address) {
  const Row* row = rows_.value(op);
  Node& n = push(NodeKind::load, row->out[0].cls, nodes_[address.node].start);
  n.op = static_cast<uint16_t>(op);
  n.a = m.memory;
  n.bits = m.offset;
  n.is64 = m.is64;
  pending_loads_.push_back(top_node() - 1);
  return {top_node() - 1};
}

namespace {

// What a store of `op` combined with a read of the same place is called.
bool to_memory_op(uint16_t op, ValueClass cls, RowOp& out) {
  using codegen::Extra;
  const bool wide = cls == ValueClass::i64;
  switch (static_cast<Op>(op)) {
    case Op::i32_add:
    case Op::i64_add:
      out = wide ? Extra::add_to_mem_i64 : Extra::add_to_mem_i32;
      return true;
    case Op::i32_sub:
    case Op::i64_sub:
      out = wide ? Extra::sub_to_mem_i64 : Extra::sub_to_mem_i32;
      return true;
    case Op::i32_and:
    case Op::i64_and:
      out = wide ? Extra::and_to_mem_i64 : Extra::and_to_mem_i32;
      return true;
    case Op::i32_or:
    case Op::i64_or:
      out = wide ? Extra::or_to_mem_i64 : Extra::or_to_mem_i32;
      return true;
    case Op::i32_xor:
    case Op::i64_xor:
      out = wide ? Extra::xor_to_mem_i64 : Extra::xor_to_mem_i32;
      return true;
    default:
      return false;
  }
}

}  // namespace

// x[i] = x[i] op y, where both addresses are the same local (or constant): one instruction.
bool Compiler::update_in_place(Op op, const MemArg& m, Value address, Value v) {
  if ((op != Op::i32_store && op != Op::i64_store) || pending_loads_.size() != 1) return false;
  const Node& x = nodes_[v.node];
  RowOp combined(Op::nop);
  if (x.kind != NodeKind::op || x.arity != 2 || !to_memory_op(x.op, x.cls, combined)) return false;
  uint32_t l = operand_of(v.node, 0), y = operand_of(v.node, 1);
  const bool commutes =
      static_cast<Op>(x.op) != Op::i32_sub && static_cast<Op>(x.op) != Op::i64_sub;
  if (commutes && nodes_[l].kind != NodeKind::load) std::swap(l, y);
  const Node& load = nodes_[l];
  if (load.kind != NodeKind::load || pending_loads_.back() != l || load.a != m.memory ||
      load.bits != m.offset || !is_simple(y) ||
      static_cast<Op>(load.op) != (op == Op::i32_store ? Op::i32_load : Op::i64_load))
    return false;
  const Node &p = nodes_[l - 1], &q = nodes_[address.node];
  const bool same = p.kind == q.kind && ((p.kind == NodeKind::local && p.a == q.a) ||
                                         (p.kind == NodeKind::constant && p.bits == q.bits));
  if (!same) return false;
  const Row& row = *rows_.value(combined);
  const Mark mark = begin();
  Operands o;
  o.in[1] = operand(y, row.in[1], false);
  wasm_at_ = load.wasm;  // the load would have trapped first
  o.in[0] = Operand::in_mem(access(m, address.node, bytes_of(x.cls)));
  emit_access(row, o, m.memory);
  close(mark);
  pop_from(address);
  return true;
}

void Compiler::store(Op op, const MemArg& m, Value address, Value v) {
  if (update_in_place(op, m, address, v)) return verify();
  const Row& row = *rows_.value(op);
  if (!is_simple(v.node)) {
    if (!is_simple(address.node) && nodes_[address.node].kind == NodeKind::load)
      materialize(address.node);
    materialize(v.node);
  }
  flush_loads();
  const Mark mark = begin();
  if (!is_simple(address.node)) materialize(address.node);
  Operands o;
  o.in[1] = operand(v.node, row.in[1], false);
  o.in[0] = Operand::in_mem(access(m, address.node, wasm::access_bytes(op)));
  emit_access(row, o, m.memory);
  close(mark);
  pop_from(address);
  verify();
}

Operands Compiler::lane_operands(const Row& row, Op op, const MemArg& m, uint8_t lane,
                                 Value address, Value v) {
  Operands o;
  o.lane = lane;
  o.in[1] = operand(v.node, row.in[1], false);
  o.in[0] = Operand::in_mem(access(m, address.node, wasm::access_bytes(op)));
  return o;
}

Value Compiler::load_lane(Op op, const MemArg& m, uint8_t lane, Value address, Value v) {
  const Row& row = *rows_.value(op);
  flush_loads();
  compute(address, v);
  const Mark mark = begin();
  Operands o = lane_operands(row, op, m, lane, address, v);
  o.out[0] = alloc(1);
  if (!a.has(os::cpu::avx)) {  // the access must be the first instruction of the row
    x64::move_value(a, ValueClass::v128, o.out[0], o.in[1].reg);
    o.in[1] = Operand::in_reg(o.out[0]);
  }
  emit_access(row, o, m.memory);
  return push_result(mark, address, ValueClass::v128, o.out[0]);
}

void Compiler::store_lane(Op op, const MemArg& m, uint8_t lane, Value address, Value v) {
  const Row& row = *rows_.value(op);
  flush_loads();
  compute(address, v);
  const Mark mark = begin();
  emit_access(row, lane_operands(row, op, m, lane, address, v), m.memory);
  close(mark);
  pop_from(address);
  verify();
}

Value Compiler::memory_size(uint32_t memory) {
  const wasm::MemoryType& type = module_.memories[memory];
  const ValueClass cls = type.limits.is64 ? ValueClass::i64 : ValueClass::i32;
  const Mark mark = begin();
  uint8_t object = no_reg;
  const Mem length = memory_length_mem(memory, object);
  const uint8_t reg = alloc(0);
  a.mov(r64(reg), length);
  if (type.page_size_log2 != 0) a.shr(r64(reg), type.page_size_log2);
  if (cls == ValueClass::i32) a.mov(r32(reg), r32(reg));
  close(mark);
  return push_reg(cls, reg);
}

// --- atomic accesses: checked for alignment, and by rows of their own

Value Compiler::atomic(Op op, const MemArg& m, std::span<const Value> in) {
  const Row& row = *rows_.value(op);
  flush_loads();
  for (const Value v : in)
    if (!is_simple(v.node)) materialize(v.node);
  const Mark mark = begin();
  Operands o;
  uint32_t fixed = row.destroys;
  if (row.out_count != 0 && row.out[0].fixed != no_reg) fixed |= 1u << row.out[0].fixed;
  for (unsigned i = 1; i < row.in_count; ++i)
    if (row.in[i].fixed != no_reg) fixed |= 1u << row.in[i].fixed;
  for (uint32_t regs = fixed; regs != 0; regs &= regs - 1) {
    const auto r = static_cast<uint8_t>(std::countr_zero(regs));
    locked_[0] |= fixed;
    take_fixed(r);
  }
  for (unsigned i = 1; i < row.in_count; ++i) {
    if (row.in[i].fixed != no_reg) {
      load_simple(in[i].node, row.in[i].fixed);
      o.in[i] = Operand::in_reg(row.in[i].fixed);
    } else {
      o.in[i] = operand(in[i].node, row.in[i], false);
    }
  }
  o.in[0] = Operand::in_mem(access(m, in[0].node, wasm::access_bytes(op), true));
  if (row.out_count != 0) o.out[0] = row.out[0].fixed != no_reg ? row.out[0].fixed : alloc(0);
  for (unsigned s = 0; s < row.scratch_gprs; ++s) o.scratch[s] = alloc(0);
  emit_access(row, o, m.memory);
  if (row.out_count != 0) return push_result(mark, in[0], row.out[0].cls, o.out[0]);
  close(mark);
  pop_from(in[0]);
  verify();
  return {};
}

Value Compiler::atomic_load(Op op, const MemArg& m, Value address) {
  return atomic(op, m, {&address, 1});
}
void Compiler::atomic_store(Op op, const MemArg& m, Value address, Value v) {
  const Value in[] = {address, v};
  atomic(op, m, in);
}
Value Compiler::atomic_rmw(Op op, const MemArg& m, Value address, Value v) {
  const Value in[] = {address, v};
  return atomic(op, m, in);
}
Value Compiler::atomic_cmpxchg(Op op, const MemArg& m, Value address, Value expected,
                               Value replacement) {
  const Value in[] = {address, expected, replacement};
  return atomic(op, m, in);
}

void Compiler::atomic_fence() {
  const Row& row = *rows_.value(Op::atomic_fence);
  emit_row(row, {});
}

}  // namespace nacre::baseline

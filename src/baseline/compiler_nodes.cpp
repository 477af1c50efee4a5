// SPDX-License-Identifier: Apache-2.0
//
// Nodes, registers and pins: the bookkeeping below everything else.
#include <algorithm>
#include <bit>
#include <cassert>

#include "baseline/compiler.hpp"

namespace nacre::baseline {

// --- nodes

uint32_t Compiler::next_slot() const { return nodes_.empty() ? 0 : nodes_.back().slot_end; }

Node& Compiler::push(NodeKind kind, ValueClass cls, uint32_t start) {
  const uint32_t next = next_slot();
  const uint32_t slot = start < top_node() ? nodes_[start].slot : next;
  Node& n = nodes_.emplace_back();
  n.kind = kind;
  n.cls = cls;
  n.start = start;
  n.slot = slot;
  n.slot_end = std::max(next, slot + slots_of(cls));
  n.wasm = wasm_at_;
  return n;
}

Value Compiler::push_reg(ValueClass cls, uint8_t reg, bool is_ref) {
  Node& n = push(NodeKind::reg, cls, top_node());
  n.is_ref = is_ref;
  own(top_node() - 1, reg);
  return {top_node() - 1};
}

Value Compiler::push_slot(ValueClass cls, bool is_ref) {
  Node& n = push(NodeKind::slot, cls, top_node());
  n.is_ref = is_ref;
  if (is_ref) ref_slots_.push_back(top_node() - 1);
  const uint32_t end = n.slot + slots_of(cls);
  if (end > max_slots_) max_slots_ = end;
  audit_slot(top_node() - 1);
  return {top_node() - 1};
}

Value Compiler::push_constant(ValueClass cls, uint64_t bits) {
  push(NodeKind::constant, cls, top_node()).bits = bits;
  return {top_node() - 1};
}

Value Compiler::push_local(uint32_t index, ValueClass cls, bool is_ref) {
  Node& n = push(NodeKind::local, cls, top_node());
  n.a = index;
  n.is_ref = is_ref;
  n.linked = true;
  n.next = local(index).head;
  local(index).head = top_node() - 1;
  return {top_node() - 1};
}

void Compiler::truncate(uint32_t first) {
  for (uint32_t i = top_node(); i-- > first;) {
    const Node& n = nodes_[i];
    if (n.kind == NodeKind::reg) free_reg(file_of(n.cls), n.reg);
    if (n.linked) local(n.a).head = n.next;
  }
  nodes_.resize(first);
  while (!pending_loads_.empty() && pending_loads_.back() >= first) pending_loads_.pop_back();
  while (!ref_slots_.empty() && ref_slots_.back() >= first) ref_slots_.pop_back();
  refs_change(ref_slots_.size());
  if (flushed_ > first) flushed_ = first;
  if (settled_ > first) settled_ = first;
}

Value Compiler::push_result(const Mark& mark, Value first, ValueClass cls, uint8_t reg,
                            bool is_ref) {
  const uint32_t start = nodes_[first.node].start;
  close(mark);
  truncate(start);
  free_[file_of(cls)] &= ~(1u << reg);
  return push_reg(cls, reg, is_ref);
}

// The nodes of a tree below its root have been computed: they own nothing any more.
void Compiler::kill_inner(uint32_t n) {
  for (uint32_t i = n; i > nodes_[n].start;) {
    Node& inner = nodes_[--i];
    if (inner.kind == NodeKind::reg) free_reg(file_of(inner.cls), inner.reg);
    if (is_simple(i)) i = inner.start;  // all below it are dead already
    inner.kind = NodeKind::dead;
  }
  // Both lists are sorted.
  if (!ref_slots_.empty() && ref_slots_.back() >= nodes_[n].start)
    refs_change(ref_position(nodes_[n].start));
  for (std::vector<uint32_t>* list : {&pending_loads_, &ref_slots_})
    if (!list->empty() && list->back() >= nodes_[n].start)
      list->erase(std::lower_bound(list->begin(), list->end(), nodes_[n].start),
                  std::upper_bound(list->begin(), list->end(), n));
}

void Compiler::own(uint32_t n, uint8_t reg) {
  const unsigned file = file_of(nodes_[n].cls);
  nodes_[n].kind = NodeKind::reg;
  nodes_[n].reg = reg;
  // Values above have taken the slots after it already, and labels remember theirs.
  if (n + 1 == top_node()) nodes_[n].slot_end = nodes_[n].slot + slots_of(nodes_[n].cls);
  owner_[file][reg] = n;
  audit_.is_in_reg(n, file, reg);
  free_[file] &= ~(1u << reg);
}

bool Compiler::is_simple(uint32_t n) const {
  return nodes_[n].kind != NodeKind::op && nodes_[n].kind != NodeKind::load;
}

uint32_t Compiler::operand_of(uint32_t n, unsigned i) const {
  const Node& root = nodes_[n];
  unsigned arity = root.kind == NodeKind::load ? 1 : root.arity;
  if (root.swapped && i < 2) i = 1 - i;
  uint32_t at = n - 1;
  for (unsigned k = arity - 1; k > i; --k) at = nodes_[at].start - 1;
  return at;
}

bool Compiler::is_gc_ref(ValType type) const {
  return type.is_ref() && compiled_.registry->is_gc_ref(compiled_.globalize(type));
}

Mem Compiler::slot_mem(uint32_t slot, ValueClass cls) const {
  return mem(x64::rbp, -static_cast<int32_t>(homes_end_ + 8 * (slot + slots_of(cls))));
}

// --- registers

Compiler::Mark Compiler::begin() { return {{locked_[0], locked_[1]}, {temps_[0], temps_[1]}}; }

void Compiler::close(const Mark& mark) {
  for (unsigned f = 0; f < 2; ++f) {
    free_[f] |= temps_[f] & ~mark.temps[f];
    locked_[f] = mark.locked[f];
    temps_[f] = mark.temps[f];
  }
}

// A register that nothing else uses until the mark is closed. When none is free, the value
// furthest down the stack goes to its slot.
uint8_t Compiler::alloc(unsigned file, uint32_t avoid) {
  uint32_t candidates = free_[file] & ~locked_[file] & ~avoid;
  if (candidates == 0) {
    uint32_t lowest = UINT32_MAX;
    for (uint32_t regs = allocatable_[file] & ~free_[file] & ~locked_[file] & ~avoid; regs != 0;
         regs &= regs - 1) {
      const uint32_t owner = owner_[file][std::countr_zero(regs)];
      if (owner < lowest) lowest = owner;
    }
    assert(lowest != UINT32_MAX && "no register left");
    if (lowest == UINT32_MAX) {
      code_.fail();
      return 0;
    }
    candidates = 1u << nodes_[lowest].reg;
    spill(lowest);
  }
  const auto reg = static_cast<uint8_t>(std::countr_zero(candidates));
  free_[file] &= ~(1u << reg);
  locked_[file] |= 1u << reg;
  temps_[file] |= 1u << reg;
  return reg;
}

// Moves the owner of a register elsewhere.
void Compiler::relocate(unsigned file, uint8_t reg) {
  const uint32_t n = owner_[file][reg];
  assert(nodes_[n].kind == NodeKind::reg && nodes_[n].reg == reg);
  const uint32_t candidates = free_[file] & ~locked_[file];
  if (candidates == 0) {
    spill(n);
  } else {
    const auto to = static_cast<uint8_t>(std::countr_zero(candidates));
    audit_read(n);
    x64::move_value(a, nodes_[n].cls, to, reg);
    free_reg(file, reg);
    own(n, to);
  }
}

void Compiler::take_fixed(uint8_t gpr) {
  const uint32_t bit = 1u << gpr;
  if ((free_[0] & bit) == 0 && (temps_[0] & bit) == 0) relocate(0, gpr);
  free_[0] &= ~bit;
  locked_[0] |= bit;
  temps_[0] |= bit;
}

// Debug builds check after every instruction that registers and nodes agree.
void Compiler::verify() const {
#ifndef NDEBUG
  for (unsigned f = 0; f < 2; ++f) {
    assert((free_[f] & ~allocatable_[f]) == 0);
    assert(locked_[f] == 0 && temps_[f] == 0);
    for (uint32_t regs = allocatable_[f] & ~free_[f]; regs != 0; regs &= regs - 1) {
      const auto reg = static_cast<uint8_t>(std::countr_zero(regs));
      const uint32_t n = owner_[f][reg];
      assert(n < nodes_.size() && nodes_[n].kind == NodeKind::reg && nodes_[n].reg == reg &&
             file_of(nodes_[n].cls) == f);
    }
  }
  for (const Pin& p : pins_) assert((allocatable_[file_of(p.cls)] >> p.reg & 1) == 0);
  const uint32_t valid = state_.in_reg | state_.in_mem;
  assert(valid == all_pins());
  for (size_t i = 0; i < nodes_.size() && nodes_.size() < 64; ++i) {
    const Node& n = nodes_[i];
    if (n.kind == NodeKind::reg) assert(owner_[file_of(n.cls)][n.reg] == i);
  }
#endif
}

// --- the audit

void Compiler::audit() {
  if (audit_.is_dead()) return;
  verify();
  for (unsigned f = 0; f < 2; ++f)
    for (uint32_t regs = allocatable_[f] & ~free_[f]; regs != 0; regs &= regs - 1) {
      const auto reg = static_cast<uint8_t>(std::countr_zero(regs));
      audit_.check_reg(owner_[f][reg], f, reg);
    }
  for (unsigned i = 0; i < pins_.size(); ++i) {
    const Pin& p = pins_[i];
    if ((state_.in_reg >> i & 1) != 0) audit_.check_pin(i, file_of(p.cls), p.reg);
    if ((state_.in_mem >> i & 1) != 0 && p.local != memory_base_local)
      audit_.check_home(pin_home(p).disp, bytes_of(p.cls));
  }
  for (uint32_t n = top_node() < 64 ? 0 : top_node() - 64; n < top_node(); ++n)
    if (nodes_[n].kind == NodeKind::slot) check_read(n);
}

void Compiler::check_read(uint32_t n) {
  const Node& x = nodes_[n];
  const unsigned file = file_of(x.cls), bytes = bytes_of(x.cls);
  if (x.kind == NodeKind::reg) audit_.check_reg(n, file, x.reg);
  if (x.kind == NodeKind::slot) audit_.check_frame(n, slot_mem(x.slot, x.cls).disp, bytes);
  if (x.kind != NodeKind::local) return;
  const uint8_t pin = local(x.a).pin;
  if (pin != no_reg && (state_.in_reg >> pin & 1) != 0) audit_.check_pin(pin, file, pins_[pin].reg);
  else audit_.check_home(home(x.a).disp, bytes);
}

// The operand of a row is to stay where it is until the row is written.
void Compiler::hold(unsigned i, const Operand& x, unsigned file) {
  if (x.is_reg()) audit_.hold(i, file, x.reg);
  if (!x.is_mem()) return;
  for (const uint8_t reg : {x.mem.base, x.mem.index})
    if (reg != no_reg) audit_.hold(i, 0, reg);
}

void Compiler::note_pins() {
  audit_.joined();
  for (unsigned i = 0; i < pins_.size(); ++i) {
    const Pin& p = pins_[i];
    if ((state_.in_reg >> i & 1) != 0) audit_.pin_written(i, file_of(p.cls), p.reg);
    if ((state_.in_mem >> i & 1) != 0 && p.local != memory_base_local)
      audit_.home_is_valid(pin_home(p).disp, bytes_of(p.cls));
  }
}

// --- pins

Mem Compiler::pin_home(const Pin& pin) const {
  if (pin.local == memory_base_local) return vm_field(offsetof(runtime::VmContext, memory0_base));
  return mem(x64::rbp, locals_[pin.local].home);
}

void Compiler::load_pin(unsigned i) {
  const Pin& p = pins_[i];
  if (p.local != memory_base_local) audit_.check_home(pin_home(p).disp, bytes_of(p.cls));
  x64::load_value(a, p.cls, p.reg, pin_home(p));
  audit_.pin_written(i, file_of(p.cls), p.reg);
  state_.in_reg |= 1u << i;
}

void Compiler::store_pin(unsigned i) {
  const Pin& p = pins_[i];
  audit_.check_pin(i, file_of(p.cls), p.reg);
  x64::store_value(a, p.cls, pin_home(p), p.reg);
  if (p.local != memory_base_local) audit_.home_written(pin_home(p).disp, bytes_of(p.cls));
  state_.in_mem |= 1u << i;
}

void Compiler::store_pins(uint32_t which) {
  for (; which != 0; which &= which - 1) store_pin(static_cast<unsigned>(std::countr_zero(which)));
}

// Forgets the present region's pins; their registers become free.
void Compiler::forget_pins() {
  for (const Pin& p : pins_) {
    if (p.local != memory_base_local) {
      local(p.local).pin = no_reg;
      audit_.home_is_valid(pin_home(p).disp, bytes_of(p.cls));  // on every edge out of the region
    }
    allocatable_[file_of(p.cls)] |= 1u << p.reg;
    free_[file_of(p.cls)] |= 1u << p.reg;
  }
  pins_.clear();
  state_ = {};
}

namespace {

// Registers that hold pins, best first; all others are for temporary values.
constexpr uint8_t general_pins[Scan::max_general] = {3, 6, 7, 8, 9, 14, 12};

}  // namespace

// Takes the pins of a region, all of them in their homes; their registers are free.
void Compiler::set_pins(uint32_t region) {
  assert(pins_.empty());
  region_ = region;
  const Region& r = scan_.regions[region];
  const auto add = [&](const PinChoice& choice, uint8_t reg) {
    const unsigned file = file_of(choice.cls);
    assert((free_[file] >> reg & 1) != 0);
    if (choice.local != memory_base_local)
      local(choice.local).pin = static_cast<uint8_t>(pins_.size());
    allocatable_[file] &= ~(1u << reg);
    free_[file] &= ~(1u << reg);
    pins_.push_back({choice.local, choice.cls, reg});
  };
  for (size_t i = 0; i < r.general.size(); ++i) add(r.general[i], general_pins[i]);
  for (size_t i = 0; i < r.vector.size(); ++i) add(r.vector[i], static_cast<uint8_t>(14 - i));
  state_ = {0, all_pins()};
  joined();
}

}  // namespace nacre::baseline

// SPDX-License-Identifier: Apache-2.0
//
// Blocks, branches, loops. The last value of a label is in rax or xmm0, others are in operand slots
// (a loop's all), and pins are as the label's State says: the first edge to a label proposes the
// state, later ones weaken it or add moves; a loop's is fixed when it begins.
#include <algorithm>
#include <bit>
#include <cassert>

#include "baseline/compiler.hpp"

namespace nacre::baseline {

using codegen::x64::scratch_reg;
using validate::FrameKind;

// --- emptying the registers

void Compiler::list_roots(uint32_t from, uint32_t below) {
  roots_.clear();
  for (uint32_t end = below; end > from; end = nodes_[end - 1].start) roots_.push_back(end - 1);
  std::reverse(roots_.begin(), roots_.end());
}

void Compiler::flush_registers(uint32_t below) {
  flush_loads();
  if (flushed_ >= below) return;
  list_roots(flushed_, below);
  for (const uint32_t n : roots_) {
    const NodeKind k = nodes_[n].kind;
    if (k == NodeKind::op || k == NodeKind::load || k == NodeKind::reg) spill(n);
  }
  flushed_ = below;
}

void Compiler::flush_all(uint32_t below) {
  flush_loads();
  if (settled_ >= below) return;
  list_roots(settled_, below);
  for (const uint32_t n : roots_)
    if (nodes_[n].kind != NodeKind::constant) spill(n);
  settled_ = below;
  flushed_ = std::max(flushed_, below);
}

// Values from node `first` on into operand slots without gaps, as they are counted by those who
// read them from memory, and directly after the values below, where results will be pushed.
// Everything below has been flushed.
void Compiler::to_adjacent_slots(uint32_t first) {
  list_roots(first, top_node());
  if (roots_.empty()) return;
  refs_change(ref_position(first));
  uint32_t slot = first == 0 ? 0 : nodes_[first - 1].slot_end;
  for (const uint32_t n : roots_) {
    spill(n);
    Node& x = nodes_[n];
    if (x.slot != slot) copy_to_slot(n, slot);
    x.slot = slot;
    x.slot_end = slot += slots_of(x.cls);
    audit_slot(n);
  }
}

// --- frames

void Compiler::begin_frame(Frame& frame, Ops params) {
  FrameLabel& l = frame.label;
  l = {};
  flush_all(top_node());
  if (!params.empty()) to_adjacent_slots(nodes_[params[0].value.node].start);
  l.base = params.empty() ? top_node() : nodes_[params[0].value.node].start;
  l.slot = params.empty() ? next_slot() : nodes_[params[0].value.node].slot;
  l.region = region_;
  l.handlers = handlers_;
}

void Compiler::block(Frame& frame, Ops params) { begin_frame(frame, params); }

void Compiler::if_(Frame& frame, Value condition, Ops params) {
  const uint32_t first = first_of(condition);
  flush_if_loads_before(first);
  if (settled_ < first) {
    if (pending_loads_.empty()) flush_all(first);
    else {
      // A load in the condition stays there: everything below it is free of loads.
      list_roots(settled_, first);
      for (const uint32_t n : roots_)
        if (nodes_[n].kind != NodeKind::constant) spill(n);
      settled_ = first;
      flushed_ = std::max(flushed_, first);
    }
  }
  if (!params.empty()) {
    for (auto& p : params)
      if (nodes_[p.value.node].kind != NodeKind::slot) spill(p.value.node);
  }
  const Mark mark = begin();
  const Condition c = to_flags(condition.node);
  close(mark);
  pop_from(condition);
  begin_frame(frame, params);
  frame.label.other = code_.label();
  frame.label.other_state = state_;
  x64::jump_if(a, codegen::negate(c), frame.label.other);
}

void Compiler::else_(Frame& frame, bool reachable, Ops results) {
  if (reachable) {
    settle_values(results);
    move_values(frame, results);
    jump_to(frame);
  }
  truncate(frame.label.base);
  code_.bind(frame.label.other);
  frame.label.other = {};
  state_ = frame.label.other_state;
  joined();
}

void Compiler::push_params(Frame& frame, Ops params) {
  static_cast<void>(frame);
  for (auto& p : params) p.value = push_slot(codegen::class_of(p.type), is_gc_ref(p.type));
  flushed_ = settled_ = top_node();
}

void Compiler::else_params(Frame& frame, Ops params) { push_params(frame, params); }

// --- values at labels

// Values in a form that moving them does not change: no code of their own any more.
void Compiler::settle_values(Ops values) {
  for (auto& v : values)
    if (!is_simple(v.value.node)) materialize(v.value.node);
  flush_loads();
}

// Settled values to where the label wants them. Nodes stay as they are.
void Compiler::move_values(Frame& frame, Ops values) {
  if (values.empty()) return;
  uint32_t slot = frame.label.slot;
  const bool all_slots = frame.kind == FrameKind::loop;
  for (size_t i = 0; i < values.size(); ++i) {
    const uint32_t n = values[i].value.node;
    const Node& x = nodes_[n];
    if (i + 1 == values.size() && !all_slots) return load_simple(n, 0);
    if (x.kind != NodeKind::slot || x.slot != slot) copy_to_slot(n, slot);
    slot += slots_of(x.cls);
  }
}

// --- edges

void Compiler::apply(const FixMove& move) {
  if (move.is_load) x64::load_value(a, move.cls, move.reg, move.home);
  else x64::store_value(a, move.cls, move.home, move.reg);
  if (!move.is_load && move.home.base == x64::rbp.code)
    audit_.home_written(move.home.disp, bytes_of(move.cls));
}

// Appends to fix_moves_ what brings the pins from the present state to the label's, which a forward
// label adapts to.
void Compiler::collect_fixes(FrameLabel& label, bool has_state) {
  const auto add = [&](const Pin& p, bool is_load) {
    fix_moves_.push_back({p.cls, p.reg, is_load, pin_home(p)});
  };
  State now = state_;
  const std::vector<Pin>* pins = &pins_;
  if (label.region != region_) {
    for (uint32_t d = dirty_pins(); d != 0; d &= d - 1)
      add(pins_[static_cast<unsigned>(std::countr_zero(d))], false);
    pins = &outer_pins_;
    now = {0, static_cast<uint32_t>((uint64_t{1} << pins->size()) - 1)};
  }
  if (!has_state) {
    label.state = now;
    return;
  }
  const uint32_t all = static_cast<uint32_t>((uint64_t{1} << pins->size()) - 1);
  uint32_t loads, stores;
  if (label.bound) {
    loads = label.state.in_reg & ~now.in_reg;
    stores = label.state.in_mem & ~now.in_mem;
  } else {
    const uint32_t apart =
        all & ~((label.state.in_reg & now.in_reg) | (label.state.in_mem & now.in_mem));
    loads = apart & label.state.in_reg;
    stores = apart & ~loads;
  }
  for (uint32_t s = stores; s != 0; s &= s - 1)
    add((*pins)[static_cast<unsigned>(std::countr_zero(s))], false);
  for (uint32_t l = loads; l != 0; l &= l - 1)
    add((*pins)[static_cast<unsigned>(std::countr_zero(l))], true);
  if (label.bound) return;
  label.state.in_reg &= now.in_reg | loads;
  label.state.in_mem &= now.in_mem | stores;
}

codegen::Label& Compiler::code_label(Frame& frame) {
  if (!frame.label.code.valid()) frame.label.code = code_.label();
  return frame.label.code;
}

// The edge from here, with its values in place.
void Compiler::fix_edge(FrameLabel& label) {
  const size_t first = fix_moves_.size();
  collect_fixes(label, label.code.valid());
  for (size_t i = first; i < fix_moves_.size(); ++i) apply(fix_moves_[i]);
  fix_moves_.resize(first);
}

void Compiler::jump_to(Frame& frame) {
  fix_edge(frame.label);
  a.jmp(code_label(frame));
}

// Moves that only this edge needs are made out of line, but for a loop's back edge, which is
// usually taken.
void Compiler::jump_if_to(Frame& frame, Condition c) {
  const size_t first = fix_moves_.size();
  collect_fixes(frame.label, frame.label.code.valid());
  const codegen::Label target = code_label(frame);
  if (fix_moves_.size() == first) return x64::jump_if(a, c, target);
  if (frame.label.bound) {
    const codegen::Label skip = code_.label();
    x64::jump_if(a, codegen::negate(c), skip);
    const Audit::Mark here = audit_.mark();
    for (size_t i = first; i < fix_moves_.size(); ++i) apply(fix_moves_[i]);
    fix_moves_.resize(first);
    a.jmp(target);
    code_.bind(skip);
    audit_.resume(here);
    return;
  }
  const codegen::Label cold = code_.label();
  x64::jump_if(a, c, cold);
  cold_edges_.push_back(
      {cold, target, static_cast<uint32_t>(first), static_cast<uint32_t>(fix_moves_.size())});
}

// --- ends

void Compiler::unreached_state() {
  state_ = {0, all_pins()};
  joined();
  audit_.leaves();
}

void Compiler::end(Frame& frame, bool reachable, Ops results) {
  FrameLabel& l = frame.label;
  handlers_ = l.handlers;
  if (frame.kind == FrameKind::func) return end_function(reachable, results);
  if (frame.kind == FrameKind::loop) {
    if (!reachable) truncate(l.base);
    if (l.outer_region) leave_region(reachable);
    return;
  }
  if (frame.kind == FrameKind::if_ && !frame.params.empty()) {
    // The missing else passes the params on: as if it were written.
    std::vector<validate::Operand<Compiler>> params;
    else_(frame, reachable, results);
    for (const ValType t : frame.params) params.push_back({t, {}});
    push_params(frame, params);
    results = params;
    move_values(frame, results);
    fix_edge(l);
    truncate(l.base);
    code_.bind(code_label(frame));
    state_ = l.state;
    joined();
    return;
  }
  if (frame.kind == FrameKind::if_) return end_if_without_else(frame, reachable);
  const bool is_catch = frame.kind == FrameKind::catch_ || frame.kind == FrameKind::catch_all;
  if (is_catch && reachable) return end_catch(frame, results);
  if (!l.code.valid()) {
    if (!reachable) truncate(l.base), unreached_state();
    return;
  }
  if (reachable) {
    settle_values(results);
    move_values(frame, results);
    fix_edge(l);
  }
  truncate(l.base);
  code_.bind(l.code);
  state_ = l.state;
  joined();
}

void Compiler::end_if_without_else(Frame& frame, bool reachable) {
  FrameLabel& l = frame.label;
  if (reachable) flush_loads();
  if (!l.code.valid()) {
    l.code = l.other;
    l.state = l.other_state;
    if (reachable) fix_edge(l);
    truncate(l.base);
    code_.bind(l.code);
    state_ = l.state;
    joined();
    return;
  }
  if (reachable) jump_to(frame);
  truncate(l.base);
  code_.bind(l.other);
  state_ = l.other_state;
  joined();
  fix_edge(l);
  code_.bind(l.code);
  state_ = l.state;
  joined();
}

void Compiler::end_results(Frame& frame, Ops results) {
  if (frame.kind == FrameKind::func) return;
  // Values that never moved are still on top.
  if (frame.kind == FrameKind::loop || !frame.label.code.valid()) {
    uint32_t n = top_node();
    for (size_t i = results.size(); i-- > 0;) {
      results[i].value = {n - 1};
      n = nodes_[n - 1].start;
    }
    return;
  }
  for (size_t i = 0; i < results.size(); ++i) {
    const ValueClass cls = codegen::class_of(results[i].type);
    const bool is_ref = is_gc_ref(results[i].type);
    results[i].value = i + 1 == results.size() ? push_reg(cls, 0, is_ref) : push_slot(cls, is_ref);
  }
  verify();
}

// --- loops and regions

void Compiler::loop(Frame& frame, Ops params) {
  begin_frame(frame, params);
  loop_header(frame);
}

void Compiler::loop_header(Frame& frame) {
  FrameLabel& l = frame.label;
  while (loops_seen_ < scan_.loops.size() && scan_.loops[loops_seen_].at < wasm_at_) ++loops_seen_;
  const LoopInfo& info = scan_.loops[loops_seen_];
  if (region_ == 0) {
    uint32_t r = regions_seen_;
    while (r + 1 < scan_.regions.size() && scan_.regions[r].loop != wasm_at_) ++r;
    regions_seen_ = r;
    store_pins(dirty_pins());
    outer_pins_ = pins_;
    forget_pins();
    set_pins(r);
    l.outer_region = true;
    l.region = region_;
  }
  State want = state_;
  for (unsigned i = 0; i < pins_.size(); ++i) {
    const Pin& p = pins_[i];
    const uint32_t bit = 1u << i;
    const bool is_base = p.local == memory_base_local;
    const bool read = is_base ? info.has_memory : info.is_read(p.local);
    const bool written = !is_base && info.is_written(p.local);
    if (read || written) {
      if ((state_.in_reg & bit) == 0) load_pin(i);
      want.in_reg |= bit;
      if (written) want.in_mem &= ~bit;
      else want.in_mem = (want.in_mem & ~bit) | (state_.in_mem & bit);
    } else if (info.has_call) {
      if ((state_.in_mem & bit) == 0) store_pin(i);
      want.in_mem |= bit;
      want.in_reg &= ~bit;
    }
  }
  // What a call in the loop stores once is then clean for good.
  state_.in_reg = want.in_reg;
  state_.in_mem = want.in_mem;
  l.state = state_;
  l.bound = true;
  l.code = code_.label();
  if (info.innermost) a.align(16);
  code_.bind(l.code);
  if (options_.fuel) use_fuel();
  if (options_.interruptible) poll_loop();
}

void Compiler::leave_region(bool reachable) {
  if (reachable) {
    flush_all(top_node());
    store_pins(dirty_pins());
  }
  forget_pins();
  set_pins(0);
  outer_pins_.clear();
}

// The limit of the stack is at the top of the address space when something wants the code to stop.
void Compiler::poll_loop() {
  ColdPoll poll{
      code_.label(),  code_.label(), wasm_at_, static_cast<uint32_t>(fix_moves_.size()), 0, 0,
      ref_snapshot(), handlers_};
  a.cmp(x64::rsp, vm_field(offsetof(runtime::VmContext, stack_limit)));
  a.j(Cond::b, poll.label);
  code_.bind(poll.back);
  for (unsigned i = 0; i < pins_.size(); ++i)
    if ((dirty_pins() >> i & 1) != 0)
      fix_moves_.push_back({pins_[i].cls, pins_[i].reg, false, pin_home(pins_[i])});
  poll.loads = static_cast<uint32_t>(fix_moves_.size());
  for (unsigned i = 0; i < pins_.size(); ++i)
    if ((state_.in_reg >> i & 1) != 0)
      fix_moves_.push_back({pins_[i].cls, pins_[i].reg, true, pin_home(pins_[i])});
  poll.end = static_cast<uint32_t>(fix_moves_.size());
  cold_polls_.push_back(poll);
}

void Compiler::use_fuel() {
  const Mem fuel = mem(scratch_reg);
  a.mov(scratch_reg, vm_field(offsetof(runtime::VmContext, fuel)));
  a.cmp(Size::q, fuel, 0);
  a.j(Cond::le, trap_label(Trap::out_of_fuel));
  a.sub(Size::q, fuel, 1);
}

// --- branches

void Compiler::unreachable() {
  flush_loads();
  add_site(x64::emit_trap(a), codegen::Site::Kind::trap, Trap::unreachable, wasm_at_);
  audit_.leaves();
}

void Compiler::br(Frame& frame, Ops values) {
  if (frame.kind == FrameKind::func) return return_(values);
  settle_values(values);
  const Audit::Mark here = audit_.mark();
  move_values(frame, values);
  jump_to(frame);
  audit_.resume(here);
  audit_.leaves();
}

// Loads below the condition come before it; one that it contains may stay.
void Compiler::flush_if_loads_before(uint32_t first) {
  if (!pending_loads_.empty() && pending_loads_.front() < first) flush_loads();
}

void Compiler::br_if(Frame& frame, Value condition, Ops values) {
  for (auto& v : values)
    if (!is_simple(v.value.node)) materialize(v.value.node);
  flush_if_loads_before(first_of(condition));
  const Mark mark = begin();
  const Condition c = to_flags(condition.node);
  close(mark);
  pop_from(condition);
  branch_on(frame, c, values);
  verify();
}

// The conditional branch itself, on flags that are set. Values are settled; they stay.
void Compiler::branch_on(Frame& frame, Condition c, Ops values) {
  if (frame.kind == FrameKind::func) {
    if (values.empty() && own_layout_->results.empty()) {
      if (!return_label_.valid()) return_label_ = code_.label();
      return x64::jump_if(a, c, return_label_);
    }
  } else if (values.empty() || in_place(frame, values)) {
    return jump_if_to(frame, c);
  }
  const codegen::Label skip = code_.label();
  x64::jump_if(a, codegen::negate(c), skip);
  const Audit::Mark here = audit_.mark();
  if (frame.kind == FrameKind::func) {
    leave(values);
  } else {
    move_values(frame, values);
    jump_to(frame);
  }
  code_.bind(skip);
  audit_.resume(here);
}

bool Compiler::in_place(Frame& frame, Ops values) const {
  if (values.size() != 1 || frame.kind == FrameKind::loop) return false;
  const Node& x = nodes_[values[0].value.node];
  return x.kind == NodeKind::reg && x.reg == 0;
}

void Compiler::br_table(Value index, std::span<Frame* const> frames, Ops values) {
  for (auto& v : values)
    if (!is_simple(v.value.node)) materialize(v.value.node);
  if (!is_simple(index.node)) materialize(index.node);
  flush_loads();
  ++table_serial_;
  table_stubs_.clear();
  table_labels_.clear();
  for (Frame* const f : frames) {
    FrameLabel& l = f->label;
    if (l.table_serial != table_serial_) {
      l.table_serial = table_serial_;
      l.table_stub = table_target(*f, values);
    }
    table_labels_.push_back(l.table_stub);
  }
  const codegen::Label otherwise = table_labels_.back();
  table_labels_.pop_back();
  const auto n = static_cast<uint32_t>(table_labels_.size());
  const Mark mark = begin();
  const uint8_t i = to_reg(index);
  if (n <= 3) {
    for (uint32_t k = 0; k < n; ++k) {
      a.cmp(r32(i), static_cast<int32_t>(k));
      a.j(Cond::e, table_labels_[k]);
    }
    a.jmp(otherwise);
  } else {
    const codegen::Label table = code_.label();
    const uint8_t t = alloc(0);
    a.cmp(r32(i), static_cast<int32_t>(n));
    a.j(Cond::ae, otherwise);
    a.lea(scratch_reg, x64::rip(table));
    a.movsxd(r64(t), mem(scratch_reg, r64(i), 2));
    a.add(scratch_reg, r64(t));
    a.jmp(scratch_reg);
    code_.align(4, 0xCC);
    audit_.data_begins();
    code_.jump_table(table, table_labels_);
    audit_.data_ends();
  }
  close(mark);
  // Edges that move values or pins.
  const State here = state_;
  const Audit::Mark audited = audit_.mark();
  for (const TableStub& stub : table_stubs_) {
    state_ = here;
    audit_.resume(audited);
    code_.bind(stub.label);
    if (stub.frame->kind == FrameKind::func) {
      leave(values);
    } else {
      move_values(*stub.frame, values);
      jump_to(*stub.frame);
    }
  }
  audit_.resume(audited);
  audit_.leaves();
}

// Where a table's entry for a frame leads: its label, or a stub that prepares the edge.
codegen::Label Compiler::table_target(Frame& frame, Ops values) {
  const bool is_func = frame.kind == FrameKind::func;
  if (!is_func && values.empty()) {
    const size_t first = fix_moves_.size();
    collect_fixes(frame.label, frame.label.code.valid());
    const bool none = fix_moves_.size() == first;
    fix_moves_.resize(first);
    const codegen::Label target = code_label(frame);
    if (none) return target;
  }
  const codegen::Label stub = code_.label();
  table_stubs_.push_back({stub, &frame});
  return stub;
}

// --- returning

void Compiler::return_(Ops values) {
  settle_values(values);
  leave(values);
}

void Compiler::leave(Ops values) {
  if (listened_) tell_after(values);
  else move_results(values);
  emit_epilogue();
}

void Compiler::emit_epilogue() {
  // Nobody needs the context that the last call may have changed.
  if (reloaded_at_ == code_.size() && !code_.is_target()) code_.take_back(reload_bytes_);
  audit_.taken_back();
  reloaded_at_ = 0;
  x64::emit_return(a, own_layout_->param_bytes);
}

void Compiler::end_function(bool reachable, Ops results) {
  if (listened_) return end_listened(reachable, results);
  if (reachable) {
    settle_values(results);
    move_results(results);
  }
  if (return_label_.valid()) code_.bind(return_label_);
  if (reachable || return_label_.valid()) emit_epilogue();
  truncate(0);
  unreached_state();
}

}  // namespace nacre::baseline

// SPDX-License-Identifier: Apache-2.0
//
// Calls. Before one, everything that lives on is in the frame: values below the arguments in their
// slots, changed pins in their homes. Arguments are then computed, if possible where they belong,
// and moved all at once.
#include <algorithm>
#include <bit>
#include <cassert>

#include "baseline/compiler.hpp"

namespace nacre::baseline {

using codegen::CallLayout;
using codegen::ValuePlace;
using codegen::x64::callee_reg;
using codegen::x64::scratch_reg;
using codegen::x64::scratch_xmm;
using runtime::Func;
using runtime::RuntimeType;
using runtime::Table;
using runtime::VmContext;

const CallLayout& Compiler::layout_of(TypeId type) {
  if (type >= layout_index_.size()) layout_index_.resize(type + 1);
  uint32_t& index = layout_index_[type];
  if (index == 0) {
    layouts_.push_back(codegen::assign(module_.type_table.params(type),
                                       module_.type_table.results(type), os::CpuArch::x64));
    index = static_cast<uint32_t>(layouts_.size());
  }
  return layouts_[index - 1];
}

// --- moves

// Registers to registers, all at once.
void Compiler::parallel_move() {
  auto& list = reg_moves_;
  while (!list.empty()) {
    uint32_t sources[2] = {};
    for (const RegMove& m : list) sources[file_of(m.cls)] |= 1u << m.from;
    size_t kept = 0;
    for (const RegMove& m : list) {
      // Its own source does not block a move; those that are where they belong are done.
      if (m.from == m.to) continue;
      if ((sources[file_of(m.cls)] >> m.to & 1) != 0) list[kept++] = m;
      else x64::move_value(a, m.cls, m.to, m.from);
    }
    if (kept == list.size()) {
      // A cycle: one value waits in the scratch register.
      RegMove& m = list[0];
      const uint8_t scratch = file_of(m.cls) == 0 ? scratch_reg.code : scratch_xmm.code;
      x64::move_value(a, m.cls, scratch, m.from);
      m.from = scratch;
    }
    list.resize(kept);
  }
}

// Settled values into registers.
void Compiler::move_to_registers(std::span<const ValuePlace> places,
                                 std::span<const uint32_t> nodes) {
  reg_moves_.clear();
  for (size_t i = 0; i < nodes.size(); ++i) {
    const uint8_t from = register_of(nodes[i]);
    if (from != no_reg) audit_read(nodes[i]);
    if (places[i].reg != no_reg && from != no_reg)
      reg_moves_.push_back({places[i].cls, places[i].reg, from});
  }
  parallel_move();
  for (size_t i = 0; i < nodes.size(); ++i)
    if (places[i].reg != no_reg && register_of(nodes[i]) == no_reg)
      load_simple(nodes[i], places[i].reg);
}

// The register a simple value is in, if it is in one.
uint8_t Compiler::register_of(uint32_t n) const {
  const Node& x = nodes_[n];
  if (x.kind == NodeKind::reg) return x.reg;
  if (x.kind != NodeKind::local) return no_reg;
  const uint8_t pin = locals_[x.a].pin;
  return pin != no_reg && (state_.in_reg >> pin & 1) != 0 ? pins_[pin].reg : no_reg;
}

// A simple value into memory that is not its slot. Flags stay.
void Compiler::store_simple(uint32_t n, const Mem& to) {
  const Node& x = nodes_[n];
  uint8_t reg = register_of(n);
  audit_read(n);
  if (reg == no_reg) {
    reg = file_of(x.cls) == 0 ? scratch_reg.code : scratch_xmm.code;
    load_simple(n, reg);
  }
  x64::store_value(a, x.cls, to, reg);
}

// --- arguments

void Compiler::prepare_call(uint32_t first_arg_node) {
  flush_registers(first_arg_node);
  store_pins(dirty_pins());
}

// Makes room for stack areas and puts the arguments where the callee expects them.
void Compiler::place_args(const CallLayout& layout, Ops args, uint32_t area) {
  if (area != 0) a.sub(x64::rsp, static_cast<int32_t>(area));
  for (size_t i = 0; i < args.size(); ++i) {
    const uint32_t n = args[i].value.node;
    const ValuePlace& place = layout.params[i];
    if (!is_simple(n)) {
      const unsigned file = file_of(place.cls);
      const uint32_t bit = place.reg == no_reg ? 0 : 1u << place.reg;
      // With a callee held, no general register can be reserved besides: some code needs four.
      if ((free_[file] & bit) != 0 && (file == 1 || !callee_held_)) {
        const Mark mark = begin();
        free_[file] &= ~bit;
        lock(file, place.reg);
        temps_[file] |= bit;
        materialize(n, place.reg);
        close(mark);
        if (nodes_[n].reg == place.reg) free_[file] &= ~bit;
      } else {
        materialize(n);
      }
    }
    if (place.reg == no_reg) store_simple(n, mem(x64::rsp, static_cast<int32_t>(place.stack)));
  }
  arg_nodes_.clear();
  for (const auto& arg : args) arg_nodes_.push_back(arg.value.node);
  move_to_registers(layout.params, arg_nodes_);
}

void Compiler::finish_call(const CallLayout& layout, uint32_t first_arg_node, Ops results) {
  release_callee();
  truncate(first_arg_node);
  assert(dirty_pins() == 0);
  state_ = {0, all_pins()};
  joined();
  free_[0] = allocatable_[0];
  free_[1] = allocatable_[1];
  for (size_t i = 0; i < results.size(); ++i) {
    const ValuePlace& place = layout.results[i];
    const bool is_ref = is_gc_ref(results[i].type);
    if (place.reg != no_reg && (allocatable_[file_of(place.cls)] >> place.reg & 1) != 0) {
      results[i].value = push_reg(place.cls, place.reg, is_ref);
      continue;
    }
    results[i].value = push_slot(place.cls, is_ref);
    const Mem slot = slot_mem(nodes_.back().slot, place.cls);
    uint8_t reg = place.reg;
    if (reg == no_reg) {
      reg = file_of(place.cls) == 0 ? scratch_reg.code : scratch_xmm.code;
      x64::load_value(a, place.cls, reg, mem(x64::rsp, static_cast<int32_t>(place.stack)));
    }
    x64::store_value(a, place.cls, slot, reg);
    audit_slot(top_node() - 1);
  }
  if (layout.result_bytes != 0) a.add(x64::rsp, static_cast<int32_t>(layout.result_bytes));
  verify();
}

// --- calls

void Compiler::call(uint32_t func, TypeId type, Ops args, Ops results) {
  const CallLayout& layout = layout_of(type);
  const uint32_t first = args.empty() ? top_node() : nodes_[args[0].value.node].start;
  prepare_call(first);
  place_args(layout, args, layout.param_bytes + layout.result_bytes);
  if (func < module_.num_imported_funcs) {
    load_import(func);
    x64::emit_call_func(a);
    add_call_site(x64::call_site(a));
  } else {
    relocations_.push_back({x64::emit_call_function(a), func - module_.num_imported_funcs, false});
    add_call_site(x64::call_site(a));
  }
  reload_vm();
  finish_call(layout, first, results);
}

void Compiler::reload_vm() {
  const uint32_t begin = code_.size();
  x64::emit_reload_vm(a);
  reloaded_at_ = code_.size();
  reload_bytes_ = reloaded_at_ - begin;
}

void Compiler::load_import(uint32_t func) {
  a.mov(callee_reg, vm_field(offsetof(VmContext, imported_funcs)));
  a.mov(callee_reg, mem(callee_reg, static_cast<int32_t>(func * sizeof(void*))));
}

// The Func in a table's entry, of the right type, in callee_reg, which stays locked.
void Compiler::emit_callee_of_table(uint32_t table, TypeId type, Value index) {
  static_assert(sizeof(decltype(Table::entries)) == 3 * sizeof(void*));
  constexpr auto begin_at = static_cast<int32_t>(offsetof(Table, entries));
  constexpr auto end_at = static_cast<int32_t>(offsetof(Table, entries) + sizeof(void*));
  // In this order: the index may be where the callee will be.
  if (!is_simple(index.node)) materialize(index.node);
  take_fixed(callee_reg.code);
  const uint8_t i = to_reg(index);
  a.mov(callee_reg, vm_field(offsetof(VmContext, tables)));
  a.mov(callee_reg, mem(callee_reg, static_cast<int32_t>(table * sizeof(void*))));
  if (module_.tables[table].type.limits.is64) {
    a.mov(scratch_reg, mem(callee_reg, end_at));
    a.sub(scratch_reg, mem(callee_reg, begin_at));
    a.shr(scratch_reg, 3);
    a.cmp(r64(i), scratch_reg);
    a.j(Cond::ae, trap_label_with(Trap::undefined_element, i));
    a.mov(callee_reg, mem(callee_reg, begin_at));
    a.mov(callee_reg, mem(callee_reg, r64(i), 3));
  } else {
    a.mov(scratch_reg, mem(callee_reg, begin_at));
    a.lea(scratch_reg, mem(scratch_reg, r64(i), 3));
    a.cmp(scratch_reg, mem(callee_reg, end_at));
    a.j(Cond::ae, trap_label_with(Trap::undefined_element, i));
    a.mov(callee_reg, mem(scratch_reg));
  }
  a.test(callee_reg, callee_reg);
  a.j(Cond::e, trap_label_with(Trap::uninitialized_element, i));
  check_callee_type(table, type);
}

void Compiler::check_callee_type(uint32_t table, TypeId type) {
  const RuntimeType* wanted = compiled_.types[type];
  const ValType elem = module_.tables[table].type.elem;
  if (elem.heap() == HeapType::concrete(type) && wanted->is_final) return;
  const codegen::Label mismatch = trap_label(Trap::indirect_call_type_mismatch);
  const Mem callee_type = mem(callee_reg, static_cast<int32_t>(offsetof(Func, type)));
  const uint8_t t = alloc(0);
  a.mov(r64(t), vm_field(offsetof(VmContext, types)));
  a.mov(r64(t), mem(r64(t), static_cast<int32_t>(type * sizeof(void*))));
  if (wanted->is_final) {
    a.cmp(r64(t), callee_type);
    return a.j(Cond::ne, mismatch);
  }
  // A subtype has the wanted type among its ancestors, at its depth.
  a.mov(scratch_reg, callee_type);
  a.cmp(Size::d, mem(scratch_reg, static_cast<int32_t>(offsetof(RuntimeType, depth))),
        static_cast<int32_t>(wanted->depth));
  a.j(Cond::b, mismatch);
  a.mov(scratch_reg, mem(scratch_reg, x64::ancestors_offset()));
  a.cmp(r64(t), mem(scratch_reg, static_cast<int32_t>(wanted->depth * sizeof(void*))));
  a.j(Cond::ne, mismatch);
}

void Compiler::call_indirect(uint32_t table, TypeId type, Value index, Ops args, Ops results) {
  const CallLayout& layout = layout_of(type);
  const uint32_t first = args.empty() ? first_of(index) : nodes_[args[0].value.node].start;
  prepare_call(first);
  const Mark mark = begin();
  emit_callee_of_table(table, type, index);
  through_callee(mark, layout, args, index);
  finish_call(layout, first, results);
}

void Compiler::call_ref(TypeId type, Value func, Ops args, Ops results) {
  const CallLayout& layout = layout_of(type);
  const uint32_t first = args.empty() ? first_of(func) : nodes_[args[0].value.node].start;
  prepare_call(first);
  const Mark mark = begin();
  load_callee(func);
  through_callee(mark, layout, args, func);
  finish_call(layout, first, results);
}

// A function reference into callee_reg, which stays locked.
void Compiler::load_callee(Value func) {
  if (!is_simple(func.node)) materialize(func.node);
  take_fixed(callee_reg.code);
  load_simple(func.node, callee_reg.code);
  a.test(callee_reg, callee_reg);
  a.j(Cond::e, trap_label(Trap::null_function));
}

// Calls the function in callee_reg; `operand`: the value above the arguments, done with.
void Compiler::through_callee(const Mark& mark, const CallLayout& layout, Ops args, Value operand) {
  hold_callee(mark, operand);
  place_args(layout, args, layout.param_bytes + layout.result_bytes);
  x64::emit_call_func(a);
  add_call_site(x64::call_site(a));
  reload_vm();
}

// From here until the call nothing takes callee_reg.
void Compiler::hold_callee(const Mark& mark, Value operand) {
  close(mark);
  pop_from(operand);
  free_[0] &= ~(1u << callee_reg.code);
  locked_[0] |= 1u << callee_reg.code;
  callee_held_ = true;
}

// --- tail calls

void Compiler::leave_for_tail_call(const CallLayout& layout, Ops args) {
  place_args(layout, args, layout.param_bytes);
  x64::emit_leave_for_tail_call(a, own_layout_->param_bytes, layout.param_bytes);
  release_callee();
}

void Compiler::release_callee() {
  if (!callee_held_) return;
  callee_held_ = false;
  locked_[0] &= ~(1u << callee_reg.code);
  free_[0] |= allocatable_[0] & (1u << callee_reg.code);
}

void Compiler::return_call(uint32_t func, TypeId type, Ops args) {
  flush_loads();
  if (listened_) tell_tail_call();
  leave_for_tail_call(layout_of(type), args);
  if (func < module_.num_imported_funcs) {
    load_import(func);
    return x64::emit_jump_func(a);
  }
  relocations_.push_back({x64::emit_jump_function(a), func - module_.num_imported_funcs, false});
}

void Compiler::return_call_indirect(uint32_t table, TypeId type, Value index, Ops args) {
  flush_loads();
  if (listened_) tell_tail_call();
  const Mark mark = begin();
  emit_callee_of_table(table, type, index);
  hold_callee(mark, index);
  leave_for_tail_call(layout_of(type), args);
  x64::emit_jump_func(a);
}

void Compiler::return_call_ref(TypeId type, Value func, Ops args) {
  flush_loads();
  if (listened_) tell_tail_call();
  const Mark mark = begin();
  load_callee(func);
  hold_callee(mark, func);
  leave_for_tail_call(layout_of(type), args);
  x64::emit_jump_func(a);
}

// --- results of this function

// Settled values to where the caller expects them. Nodes stay.
void Compiler::move_results(Ops values) {
  const CallLayout& layout = *own_layout_;
  const int32_t area = x64::first_param + static_cast<int32_t>(layout.param_bytes);
  arg_nodes_.clear();
  for (size_t i = 0; i < values.size(); ++i) {
    const uint32_t n = values[i].value.node;
    arg_nodes_.push_back(n);
    if (layout.results[i].reg == no_reg)
      store_simple(n, mem(x64::rbp, area + static_cast<int32_t>(layout.results[i].stack)));
  }
  move_to_registers(layout.results, arg_nodes_);
}

// --- builtins

void Compiler::call_builtin(codegen::BuiltinId id, uint64_t arg_a, uint64_t arg_b, uint32_t first) {
  flush_registers(first);
  to_adjacent_slots(first);
  store_pins(dirty_pins());
  const uint32_t slot = first == 0 ? 0 : nodes_[first - 1].slot_end;
  max_slots_ = std::max(max_slots_, slot + 2);
  const x64::HostAbi& abi = x64::host_abi();
  a.mov(r64(abi.arguments[0]), x64::vm_reg);
  a.lea(r64(abi.arguments[1]), slot_mem(slot, ValueClass::i64));
  a.mov_imm(r64(abi.arguments[2]), arg_a);
  a.mov_imm(r64(abi.arguments[3]), arg_b);
  add_call_site(x64::emit_call_builtin(a, static_cast<uint32_t>(id)));
  a.test(r32(0), r32(0));
  a.j(Cond::ne, dynamic_trap_label());
  truncate(first);
  assert(dirty_pins() == 0);
  state_ = {0, all_pins()};
  joined();
}

}  // namespace nacre::baseline

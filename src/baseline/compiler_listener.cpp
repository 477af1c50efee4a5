// SPDX-License-Identifier: Apache-2.0
//
// Functions that are listened to: builtins called after the prologue, before each return and
// before each tail call (runtime/listener.hpp says who hears of other ends). Values travel in
// operand slots. Every other function is compiled as if there were no listeners.
#include <algorithm>

#include "baseline/compiler.hpp"

namespace nacre::baseline {

using codegen::BuiltinId;
using codegen::ValuePlace;
using codegen::x64::scratch_reg;
using codegen::x64::scratch_xmm;

// A listener sees all parameters, so all get a home; usually only those that are used do.
void Compiler::keep_all_params(const validate::FuncStart& start) {
  std::vector<bool> kept(start.params.size());
  for (const TouchedLocal& t : scan_.locals)
    if (t.index < kept.size()) kept[t.index] = true;
  for (uint32_t i = 0; i < kept.size(); ++i)
    if (!kept[i]) scan_.locals.push_back({.index = i, .cls = codegen::class_of(start.params[i])});
}

void Compiler::tell_before(const validate::FuncStart& start) {
  for (uint32_t i = 0; i < start.params.size(); ++i)
    push_local(i, codegen::class_of(start.params[i]), is_gc_ref(start.params[i]));
  call_builtin(BuiltinId::listener_before, func_index_, 0, 0);
}

// Only this path of the function goes here, so nothing is noted in nodes and pins: the results are
// copied above all operands, and go from there to where the caller expects them.
void Compiler::tell_after(Ops values) {
  const uint32_t first = next_slot();
  const RefRange below = ref_snapshot();
  RefRange refs = below;
  uint32_t slot = first;
  for (const auto& v : values) {
    const ValueClass cls = nodes_[v.value.node].cls;
    const Mem to = slot_mem(slot, cls);
    store_simple(v.value.node, to);
    slot += slots_of(cls);
    if (!is_gc_ref(v.type)) continue;
    if (refs.begin == below.begin && refs.end == below.end) {
      refs.begin = static_cast<uint32_t>(refs_.size());
      if (below.begin != below.end) link_refs(below);
    }
    refs_.push_back(to.disp);
    refs.end = static_cast<uint32_t>(refs_.size());
  }
  max_slots_ = std::max(max_slots_, std::max(slot, first + 1));
  const x64::HostAbi& abi = x64::host_abi();
  a.mov(r64(abi.arguments[0]), x64::vm_reg);
  a.lea(r64(abi.arguments[1]), slot_mem(first, ValueClass::i64));
  a.mov_imm(r32(abi.arguments[2]), func_index_);
  a.mov_imm(r32(abi.arguments[3]), 0);
  const uint32_t at = x64::emit_call_builtin(a, static_cast<uint32_t>(BuiltinId::listener_after));
  add_site(at, codegen::Site::Kind::call, Trap::none, wasm_at_);
  if (refs.begin != refs.end) ref_sites_.push_back({at, refs.begin, refs.end});
  a.test(r32(0), r32(0));
  a.j(Cond::ne, dynamic_trap_label());

  const int32_t area = x64::first_param + static_cast<int32_t>(own_layout_->param_bytes);
  slot = first;
  for (const ValuePlace& place : own_layout_->results) {
    const Mem from = slot_mem(slot, place.cls);
    slot += slots_of(place.cls);
    if (place.reg != no_reg) {
      x64::load_value(a, place.cls, place.reg, from);
      continue;
    }
    const uint8_t via = file_of(place.cls) == 0 ? scratch_reg.code : scratch_xmm.code;
    x64::load_value(a, place.cls, via, from);
    x64::store_value(a, place.cls, mem(x64::rbp, area + static_cast<int32_t>(place.stack)), via);
  }
}

// All arguments have been computed; they wait in slots and homes.
void Compiler::tell_tail_call() {
  call_builtin(BuiltinId::listener_tail_call, func_index_, 0, top_node());
}

// Branches to the end of a function without results come together here.
void Compiler::end_listened(bool reachable, Ops results) {
  if (reachable) settle_values(results);
  if (return_label_.valid()) {
    truncate(0);
    code_.bind(return_label_);
    leave({});
  } else if (reachable) {
    leave(results);
  }
  truncate(0);
  unreached_state();
}

}  // namespace nacre::baseline

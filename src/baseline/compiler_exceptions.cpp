// SPDX-License-Identifier: Apache-2.0
//
// Exceptions. A try costs nothing to enter: each call inside it is a HandlerSite, from which the
// unwinder follows clauses outward and jumps to the target of the first that matches, with the
// exnref in rax and everything else in the frame. The targets of a try_table are written before
// its body, jumped over: they hand the payload to the label. A legacy catch is its own target.
//
// Whether a legacy try has catches or delegates is known only after its body, whose sites already
// refer to its clause. So it takes one clause at once; one that never gets a target forwards to
// its next, and is taken out of all chains when the function is complete.
#include "baseline/compiler.hpp"
#include "runtime/gc/heap.hpp"

namespace nacre::baseline {
namespace {

using codegen::BuiltinId;
using codegen::Handler;
using codegen::no_handler;
using runtime::VmContext;
using validate::Catch;
using validate::CatchKind;
using validate::FrameKind;

constexpr uint32_t forwards = UINT32_MAX;  // as a target
constexpr uint8_t exception_reg = 0;
// The payload's slots in an exception object.
constexpr int32_t payload_at = runtime::gc::header_bytes + 8;

bool catches_all(const Catch& c) {
  return c.kind == CatchKind::catch_all || c.kind == CatchKind::catch_all_ref;
}
bool wants_ref(const Catch& c) {
  return c.kind == CatchKind::catch_ref || c.kind == CatchKind::catch_all_ref;
}

}  // namespace

// Where the unwinder enters the function: every pin is in its home, and the exnref is in its
// register, locked by the mark that is open.
void Compiler::begin_handler() {
  state_ = {0, all_pins()};
  joined();
  take_fixed(exception_reg);
}

// Pushes the payload of the exception in its register.
void Compiler::push_payload(uint32_t tag, std::vector<validate::Operand<Compiler>>& values) {
  const std::span<const ValType> types = module_.type_table.params(module_.tags[tag].type);
  if (types.empty()) return;
  load_gc_base(x64::scratch_reg);
  a.add(x64::scratch_reg, r64(exception_reg));
  int32_t at = payload_at;
  for (const ValType t : types) {
    const ValueClass cls = codegen::class_of(t);
    const Mark mark = begin();
    const uint8_t reg = alloc(file_of(cls));
    x64::load_value(a, cls, reg, mem(x64::scratch_reg, at));
    close(mark);
    values.push_back({t, push_reg(cls, reg, is_gc_ref(t))});
    at += static_cast<int32_t>(8 * slots_of(cls));
  }
}

// --- try_table

void Compiler::try_table(Frame& frame, std::span<const Catch> catches,
                         std::span<Frame* const> labels, Ops params) {
  begin_frame(frame, params);
  if (catches.empty()) return;
  const State state = state_;
  const codegen::Label body = a.label();
  const auto first = static_cast<uint32_t>(handler_clauses_.size());
  const uint32_t base = top_node();
  const Audit::Mark here = audit_.mark();
  a.jmp(body);
  for (size_t i = 0; i < catches.size(); ++i) {
    const Catch& c = catches[i];
    const bool last = i + 1 == catches.size();
    handler_clauses_.push_back({catches_all(c) ? codegen::any_tag : c.tag, code_.size(),
                                last ? handlers_ : first + static_cast<uint32_t>(i) + 1});
    std::vector<validate::Operand<Compiler>> values;
    const Mark mark = begin();
    begin_handler();
    if (!catches_all(c)) push_payload(c.tag, values);
    close(mark);
    if (wants_ref(c))
      values.push_back({wasm::exnref_type, push_reg(ValueClass::i64, exception_reg, true)});
    branch_always(*labels[i], values);
    truncate(base);
  }
  a.bind(body);
  state_ = state;
  audit_.resume(here);
  handlers_ = first;
  frame.label.clause = first;
}

void Compiler::throw_(uint32_t tag, Ops payload) {
  call_builtin(BuiltinId::throw_, tag, 0,
               payload.empty() ? top_node() : first_of(payload[0].value));
  a.jmp(vm_field(offsetof(VmContext, resume)));
}

void Compiler::throw_ref(Value exception) {
  call_builtin(BuiltinId::throw_ref, 0, 0, first_of(exception));
  a.jmp(vm_field(offsetof(VmContext, resume)));
}

// --- legacy

void Compiler::try_(Frame& frame, Ops params) {
  begin_frame(frame, params);
  const auto clause = static_cast<uint32_t>(handler_clauses_.size());
  handler_clauses_.push_back({codegen::any_tag, forwards, handlers_});
  has_forwards_ = true;
  frame.label.clause = handlers_ = clause;
}

// Ends the protected part or the catch before; afterwards the exception is on the stack, still in
// its register, below everything of this catch. It must get to its slot before any call.
void Compiler::begin_catch(Frame& frame, bool reachable, Ops results, uint32_t tag) {
  FrameLabel& l = frame.label;
  if (reachable) {
    settle_values(results);
    move_values(frame, results);
    jump_to(frame);
  }
  truncate(l.base);
  handlers_ = l.handlers;
  if (handler_clauses_[l.clause].target != forwards) {
    const auto clause = static_cast<uint32_t>(handler_clauses_.size());
    handler_clauses_[l.clause].next = clause;
    handler_clauses_.push_back({});
    l.clause = clause;
  }
  handler_clauses_[l.clause] = {tag, code_.size(), l.handlers};
  state_ = {0, all_pins()};
  joined();
  const Value kept = push_reg(ValueClass::i64, exception_reg, true);
  l.exception_slot = node(kept).slot;
}

void Compiler::catch_(Frame& frame, bool reachable, Ops results, uint32_t tag, Ops caught) {
  begin_catch(frame, reachable, results, tag);
  const Mark mark = begin();
  lock(0, exception_reg);
  std::vector<validate::Operand<Compiler>> values;
  push_payload(tag, values);
  close(mark);
  for (size_t i = 0; i < caught.size(); ++i) caught[i].value = values[i].value;
  spill(frame.label.base);
  verify();
}

void Compiler::catch_all(Frame& frame, bool reachable, Ops results) {
  begin_catch(frame, reachable, results, codegen::any_tag);
  spill(frame.label.base);
  verify();
}

// A catch that ends with its values in place would leave the exception below them.
void Compiler::end_catch(Frame& frame, Ops results) {
  FrameLabel& l = frame.label;
  settle_values(results);
  move_values(frame, results);
  fix_edge(l);
  truncate(l.base);
  code_.bind(code_label(frame));
  state_ = l.state;
  joined();
}

void Compiler::delegate(Frame& frame, bool reachable, Ops results, Frame& target) {
  const FrameLabel& to = target.label;
  const bool protects = to.clause != no_handler &&
                        (target.kind == FrameKind::try_ || target.kind == FrameKind::try_table);
  handler_clauses_[frame.label.clause].next = target.kind == FrameKind::func ? no_handler
                                              : protects                     ? to.clause
                                                                             : to.handlers;
  end(frame, reachable, results);
}

void Compiler::rethrow(Frame& frame) {
  const Mark mark = begin();
  const uint8_t exception = alloc(0);
  a.mov(r64(exception), slot_mem(frame.label.exception_slot, ValueClass::i64));
  close(mark);
  throw_ref(push_reg(ValueClass::i64, exception, true));
}

// Takes forwarding clauses out of the chains; those they forward to come before them.
void Compiler::resolve_forwards() {
  if (!has_forwards_) return;
  std::vector<uint32_t> resolved(handler_clauses_.size());
  const auto resolve = [&](uint32_t& clause) {
    if (clause != no_handler) clause = resolved[clause];
  };
  for (uint32_t i = 0; i < resolved.size(); ++i) {
    resolved[i] = i;
    if (handler_clauses_[i].target != forwards) continue;
    resolved[i] = handler_clauses_[i].next;
    resolve(resolved[i]);
  }
  for (Handler& h : handler_clauses_) {
    resolve(h.next);
    if (h.target == forwards) h.target = 0;  // nobody refers to it any more
  }
  for (codegen::HandlerSite& s : handler_sites_) resolve(s.first);
  has_forwards_ = false;
}

}  // namespace nacre::baseline

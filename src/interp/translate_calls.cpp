// SPDX-License-Identifier: Apache-2.0
//
// Calls, tail calls and exceptions.
#include <algorithm>

#include "interp/translator.hpp"

namespace nacre::interp {

// --- calls

// Settles the arguments and takes them off; `base` is the callee's frame.
void Translator::prepare_call(TypeId t, uint32_t args, uint32_t& base) {
  settle_top(args);
  base = slot_of_top(args);
  pop(args);
  release_accs();
  safepoint();
  reserve_slots(base + std::max(param_slots(t), result_slots(t)));
}

void Translator::finish_call(uint32_t base, TypeId t) {
  pointer(function_);
  word(bytes(base));
  const std::span<const ValType> results = module_.module.type_table.results(t);
  push_types(results);
  if (results.size() != 1) return;
  const int a = acc_index(stack_.back().letter);
  if (a >= 0) accs_[a] = {Held::entry, false, size() - 1, 0, nullptr};
}

void Translator::call(uint32_t func, TypeId t, Ops args, Ops) {
  uint32_t base = 0;
  prepare_call(t, static_cast<uint32_t>(args.size()), base);
  const uint32_t imported = module_.module.num_imported_funcs;
  if (func < imported) {
    trapping(control_handlers().call_import);
    word(func);
  } else {
    trapping(control_handlers().call);
    pointer(&image_.function(func - imported));
  }
  finish_call(base, t);
}

void Translator::call_indirect(uint32_t table, TypeId t, Value, Ops args, Ops) {
  Operand index = operand(size() - 1);
  if (index.cls == Cls::K) index = slot_operand(size() - 1);
  pop();
  uint32_t base = 0;
  prepare_call(t, static_cast<uint32_t>(args.size()), base);
  trapping(control_handlers().call_indirect[index.cls == Cls::A ? 1 : 0]);
  operand_words(index);
  word(table);
  word(t);
  finish_call(base, t);
}

void Translator::call_ref(TypeId t, Value, Ops args, Ops) {
  const uint32_t ref = operand_offset(size() - 1);
  pop();
  uint32_t base = 0;
  prepare_call(t, static_cast<uint32_t>(args.size()), base);
  trapping(control_handlers().call_ref);
  word(ref);
  finish_call(base, t);
}

void Translator::tail_words(uint32_t base, TypeId t) {
  word(bytes(base));
  word(param_slots(t));
  word(bytes(link_slot_));
}

void Translator::return_call(uint32_t func, TypeId t, Ops args) {
  if (listened_) tell_tail_call(static_cast<uint32_t>(args.size()));
  uint32_t base = 0;
  prepare_call(t, static_cast<uint32_t>(args.size()), base);
  const uint32_t imported = module_.module.num_imported_funcs;
  if (func < imported) {
    trapping(control_handlers().return_call_import);
    word(func);
  } else {
    trapping(control_handlers().return_call);
    pointer(&image_.function(func - imported));
  }
  tail_words(base, t);
}

void Translator::return_call_indirect(uint32_t table, TypeId t, Value, Ops args) {
  if (listened_) tell_tail_call(static_cast<uint32_t>(args.size()) + 1);
  const uint32_t index = operand_offset(size() - 1);
  pop();
  uint32_t base = 0;
  prepare_call(t, static_cast<uint32_t>(args.size()), base);
  trapping(control_handlers().return_call_indirect);
  word(index);
  word(table);
  word(t);
  tail_words(base, t);
}

void Translator::return_call_ref(TypeId t, Value, Ops args) {
  if (listened_) tell_tail_call(static_cast<uint32_t>(args.size()) + 1);
  const uint32_t ref = operand_offset(size() - 1);
  pop();
  uint32_t base = 0;
  prepare_call(t, static_cast<uint32_t>(args.size()), base);
  trapping(control_handlers().return_call_ref);
  word(ref);
  tail_words(base, t);
}

// --- exceptions

void Translator::try_table(Frame& f, std::span<const validate::Catch> catches,
                           std::span<Frame* const> labels, Ops params) {
  open(f, static_cast<uint32_t>(params.size()));
  Label& l = f.label;
  l.first_clause = static_cast<uint32_t>(body_->clauses.size());
  l.num_clauses = static_cast<uint32_t>(catches.size());
  Label over;
  bool stubs = false;
  for (size_t i = 0; i < catches.size(); ++i) {
    const validate::Catch& c = catches[i];
    const bool all =
        c.kind == validate::CatchKind::catch_all || c.kind == validate::CatchKind::catch_all_ref;
    const bool ref =
        c.kind == validate::CatchKind::catch_ref || c.kind == validate::CatchKind::catch_all_ref;
    CatchClause clause{all ? all_tags : c.tag,
                       ref ? CatchClause::Ref::last : CatchClause::Ref::none, 0, 0};
    Frame& to = *labels[i];
    const std::span<const ValType> types = to.label_types();
    uint32_t slots = 0;
    for (ValType t : types) slots += slots_of(letter_of(t));
    if (to.kind == FrameKind::func) {
      // Caught by the function's own label: land in a stub that returns.
      if (!stubs) {
        instruction(control_handlers().br);
        distance(over);
        stubs = true;
      }
      const uint32_t height = size();
      clause.slot = bytes(next_slot());
      clause.offset = here();
      forget_last();
      const Acc accs[4] = {accs_[0], accs_[1], accs_[2], accs_[3]};
      forget_accs();
      push_types(types);
      return_values(height, static_cast<uint32_t>(types.size()));
      truncate(height);
      std::copy(std::begin(accs), std::end(accs), std::begin(accs_));
    } else {
      clause.slot = bytes(to.label.slot);
      clause.offset = to.label.target;
      if (to.label.target == 0) {
        clause.offset = to.label.catches;
        to.label.catches = static_cast<uint32_t>(body_->clauses.size()) + 1;
      }
      reserve_slots(to.label.slot + slots);
    }
    body_->clauses.push_back(clause);
  }
  if (stubs) bind(over.jumps);
  forget_last();
  l.try_begin = here();
}

void Translator::throw_(uint32_t tag, Ops args) {
  const auto n = static_cast<uint32_t>(args.size());
  settle_top(n);
  release_accs();
  safepoint();
  trapping(control_handlers().throw_);
  word(tag);
  word(bytes(slot_of_top(n)));
}

void Translator::throw_ref(Value) {
  const uint32_t ref = operand_offset(size() - 1);
  trapping(control_handlers().throw_ref);
  word(ref);
}

void Translator::try_(Frame& f, Ops params) {
  open(f, static_cast<uint32_t>(params.size()));
  forget_last();
  f.label.try_begin = here();
}

// Ends the protected part or the previous catch and begins one for `tag`. The exception is kept
// below the arm's operands, for rethrow.
void Translator::begin_catch(Frame& f, bool reachable, uint32_t results, uint32_t tag) {
  Label& l = f.label;
  const bool first = !l.catching;
  finish_arm(f, reachable, results);
  if (reachable) {
    instruction(control_handlers().br);
    distance(l);
  }
  if (first) l.try_end = here();
  l.catching = true;
  forget_last();
  forget_accs();
  const Entry& kept = push(Where::place, 'r', true);
  if (l.try_end != l.try_begin) {
    body_->tries.push_back({l.try_begin, l.try_end, l.depth,
                            static_cast<uint32_t>(body_->clauses.size()), 1, no_delegate});
    body_->clauses.push_back({tag, CatchClause::Ref::first, bytes(kept.slot), here()});
  }
  settled_ = size();
}

void Translator::catch_(Frame& f, bool reachable, Ops results, uint32_t tag, Ops) {
  begin_catch(f, reachable, static_cast<uint32_t>(results.size()), tag);
  push_types(module_.module.type_table.params(module_.module.tags[tag].type));
}

void Translator::catch_all(Frame& f, bool reachable, Ops results) {
  begin_catch(f, reachable, static_cast<uint32_t>(results.size()), all_tags);
}

void Translator::delegate(Frame& f, bool reachable, Ops results, Frame& target) {
  Label& l = f.label;
  --depth_;
  finish_arm(f, reachable, static_cast<uint32_t>(results.size()));
  if (here() != l.try_begin) {
    const uint32_t depth = target.kind == FrameKind::func ? 0 : target.label.depth;
    body_->tries.push_back({l.try_begin, here(), l.depth, 0, 0, depth});
  }
  bind_label(l);
  kept_results_ = false;
}

void Translator::rethrow(Frame& f) {
  trapping(control_handlers().rethrow);
  word(bytes(stack_[f.label.height].slot));
}

}  // namespace nacre::interp

// SPDX-License-Identifier: Apache-2.0
//
// Translation of control: blocks and jumps. Calls and exceptions: translate_calls.cpp.
#include <algorithm>

#include "interp/translator.hpp"

namespace nacre::interp {
namespace {

char move_letter(char letter) { return letter == 'i' ? 'l' : letter; }

BranchRow branch_row_of(Op op, unsigned operands) {
  if (operands == 1) return int_unary_branch(op);
  const BranchRow row = int_branch(op);
  return row.by_shape[0][0] != nullptr ? row : float_branch(op);
}

}  // namespace

// --- conditions

bool Translator::comparison_on_top() const {
  return last_.end == here() && last_.end != 0 && stack_.back().where == Where::acc &&
         accs_[0].held == Held::entry && accs_[0].at == last_.begin;
}

// Pops the condition. If a comparison just made it, takes that back: the jump will compare.
Translator::Condition Translator::take_condition() {
  if (comparison_on_top()) {
    const Cls y = last_.operands == 1 ? Cls::S : last_.y.cls;
    const Shape shape = shape_of(last_.x.cls, y);
    const BranchRow row = branch_row_of(last_.op, last_.operands);
    const Handler* jump = row.by_shape[static_cast<unsigned>(shape)];
    if (shape != Shape::none && jump[0] != nullptr) {
      const Condition c{{jump[0], jump[1]}, last_.operands, last_.x, last_.y};
      const Acc before = last_.before;
      code_.resize(last_.begin);
      pop();
      accs_[0] = before;
      forget_last();
      return c;
    }
  }
  Operand o = operand(size() - 1);
  if (o.cls == Cls::K) o = slot_operand(size() - 1);
  pop();
  const ControlHandlers& h = control_handlers();
  const int by_class = o.cls == Cls::A ? 1 : 0;
  return {{h.br_nonzero[by_class], h.br_zero[by_class]}, 1, o, {}};
}

void Translator::conditional(const Condition& c, bool inverted, Label& to) {
  instruction(c.jump[inverted ? 1 : 0]);
  distance(to);
  operand_words(c.x);
  if (c.operands == 2) operand_words(c.y);
}

// --- jumps

void Translator::chain(uint32_t& head) {
  const uint32_t at = here();
  word(head);
  head = at;
}

void Translator::distance(Label& to) {
  if (to.target != 0) word(to.target - here());
  else chain(to.jumps);
}

// Lets the jumps of a chain come here.
void Translator::bind(uint32_t& head) {
  for (uint32_t at = head; at != 0;) {
    const uint32_t next = code_[at];
    code_[at] = here() - at;
    at = next;
  }
  head = 0;
  forget_last();
}

void Translator::bind_label(Label& l) {
  bind(l.jumps);
  bind(l.else_jumps);
  for (uint32_t c = l.catches; c != 0;) {
    CatchClause& clause = body_->clauses[c - 1];
    c = clause.offset;
    clause.offset = here();
  }
  l.catches = 0;
  forget_accs();
}

// Moves the entries [first, first + n) to the places from `slot` on. They stay on the stack image.
void Translator::move_to(uint32_t slot, uint32_t first, uint32_t n) {
  if (n == 0) return;
  const Entry e = stack_[first];
  if (e.slot == slot) {
    settle_range(first, n);
    return;
  }
  if (n > 1) {
    settle_range(first, n);
    const Entry& last = stack_[first + n - 1];
    instruction(copy_block());
    word(bytes(slot));
    word(bytes(e.slot));
    word(last.slot + slots_of(last.letter) - e.slot);
    return;
  }
  const Operand o = operand(first);
  const int a = acc_index(e.letter);
  if (e.where == Where::acc && just_emitted(accs_[a].at)) {
    put_handler(accs_[a].at, accs_[a].store);
    code_[accs_[a].at + ptr_words] = bytes(slot);
  } else if (o.cls == Cls::A) {
    instruction(copy_acc(move_letter(e.letter)));
    word(bytes(slot));
  } else if (o.cls == Cls::K) {
    instruction(copy_const(e.letter));
    word(bytes(slot));
    word64(o.bits);
  } else {
    instruction(copy_slot(e.letter));
    word(bytes(slot));
    word(o.offset);
  }
}

void Translator::return_values(uint32_t first, uint32_t n) {
  const uint32_t link = bytes(link_slot_);
  if (listened_) {
    settle_for_return(first, n);
    release_accs();
    tell(control_handlers().tell_after, n == 0 ? next_slot() : stack_[first].slot);
  }
  if (n == 1) {
    Operand o = operand(first);
    o.letter = o.letter == 'i' || o.letter == 'r' ? 'l' : o.letter;
    instruction(return_value(move_letter(stack_[first].letter), o.cls));
    word(link);
    operand_words(o);
    return;
  }
  move_to(0, first, n);
  instruction(control_handlers().return_void);
  word(link);
}

void Translator::jump_with(Frame& f, uint32_t first, uint32_t n) {
  if (f.kind == FrameKind::func) {
    return_values(first, n);
    return;
  }
  move_to(f.label.slot, first, n);
  instruction(control_handlers().br);
  distance(f.label);
}

// A conditional jump to f with the entries [first, first + n). `emit(inverted, label)` writes it.
template <class Emit>
void Translator::branch_if(Frame& f, uint32_t first, uint32_t n, Emit&& emit) {
  const bool returns = f.kind == FrameKind::func;
  if (!returns && (n == 0 || stack_[first].slot == f.label.slot)) {
    settle_range(first, n);
    emit(false, f.label);
    return;
  }
  if (n > 1) settle_range(first, n);
  if (returns && listened_) settle_for_return(first, n);
  Label skip;
  emit(true, skip);
  jump_with(f, first, n);
  bind(skip.jumps);
}

void Translator::br(Frame& f, Ops values) {
  const auto n = static_cast<uint32_t>(values.size());
  jump_with(f, size() - n, n);
}

void Translator::br_if(Frame& f, Value, Ops values) {
  const Condition c = take_condition();
  const auto n = static_cast<uint32_t>(values.size());
  branch_if(f, size() - n, n, [&](bool inverted, Label& to) { conditional(c, inverted, to); });
}

void Translator::return_(Ops values) {
  const auto n = static_cast<uint32_t>(values.size());
  return_values(size() - n, n);
}

void Translator::br_table(Value, std::span<Frame* const> frames, Ops values) {
  Operand index = operand(size() - 1);
  if (index.cls == Cls::K) index = slot_operand(size() - 1);
  pop();
  const auto n = static_cast<uint32_t>(values.size());
  const uint32_t first = size() - n;
  settle_range(first, n);
  if (listened_) settle_for_return(first, n);
  instruction(control_handlers().br_table[index.cls == Cls::A ? 1 : 0]);
  operand_words(index);
  word(static_cast<uint32_t>(frames.size() - 1));
  // Targets that want the values elsewhere are reached through a stub behind the table.
  std::vector<Frame*> stubs;
  for (Frame* f : frames) {
    if (f->kind != FrameKind::func && (n == 0 || stack_[first].slot == f->label.slot)) {
      distance(f->label);
      continue;
    }
    if (f->label.stub_jumps == 0) stubs.push_back(f);
    chain(f->label.stub_jumps);
  }
  for (Frame* f : stubs) {
    bind(f->label.stub_jumps);
    forget_accs();
    jump_with(*f, first, n);
  }
}

Translator::Value Translator::br_on_null(Frame& f, ValType, Value, Ops values) {
  const uint32_t ref = operand_offset(size() - 1);
  const auto n = static_cast<uint32_t>(values.size());
  branch_if(f, size() - 1 - n, n, [&](bool inverted, Label& to) {
    instruction(control_handlers().br_null[inverted ? 1 : 0]);
    distance(to);
    word(ref);
  });
  return {};
}

void Translator::br_on_non_null(Frame& f, ValType, Ops values) {
  const uint32_t ref = operand_offset(size() - 1);
  const auto n = static_cast<uint32_t>(values.size());
  branch_if(f, size() - n, n, [&](bool inverted, Label& to) {
    instruction(control_handlers().br_null[inverted ? 0 : 1]);
    distance(to);
    word(ref);
  });
  pop();
}

Translator::Value Translator::br_on_cast(Op op, Frame& f, ValType, ValType target, Ops values) {
  const auto n = static_cast<uint32_t>(values.size());
  settle_top(n);
  release_accs();
  const uint32_t ref = operand_offset(size() - 1);
  branch_if(f, size() - n, n, [&](bool inverted, Label& to) {
    const bool on_failure = (op == Op::br_on_cast_fail) != inverted;
    trapping(slow_handler(on_failure ? Slow::br_on_cast_fail : Slow::br_on_cast));
    distance(to);
    word(ref);
    word(target.heap().code());
    word(target.nullable() ? 1 : 0);
  });
  return {};
}

// --- blocks

void Translator::unreachable() { trapping(control_handlers().unreachable); }

// Settles what lies on the stack; the label's values will lie where the params do.
void Translator::open(Frame& f, uint32_t params) {
  settle_top(params);
  settle_all();
  f.label = {};
  f.label.height = size() - params;
  f.label.slot = slot_of_top(params);
  f.label.depth = ++depth_;
  uint32_t end = f.label.slot;
  for (ValType t : f.label_types()) end += slots_of(letter_of(t));
  reserve_slots(end);
}

void Translator::block(Frame& f, Ops params) { open(f, static_cast<uint32_t>(params.size())); }

// --- a function that is listened to

// Interruption comes before the listener hears of the call, everything else afterwards.
void Translator::begin_listened() {
  if (options_.interruptible) trapping(control_handlers().poll);
  tell(control_handlers().tell_before, 0);
  body_->listened_from = here();
  if (options_.fuel) trapping(control_handlers().fuel);
}

// A listener may run anything: all that is alive is in slots, and references are known.
void Translator::tell(Handler event, uint32_t slot) {
  trapping(event);
  pointer(function_);
  word(bytes(slot));
}

// Brings results and references to their places and what accumulators hold to slots. Before a
// conditional return this comes first, so that both paths agree.
void Translator::settle_for_return(uint32_t first, uint32_t n) {
  settle_range(first, n);
  for (int a = 0; a < 4; ++a) store_acc(a);
  safepoint();
}

void Translator::tell_tail_call(uint32_t operands) {
  settle_top(operands);
  release_accs();
  safepoint();
  tell(control_handlers().tell_tail_call, 0);
}

void Translator::loop_polls() {
  if (options_.interruptible) trapping(control_handlers().poll);
  if (options_.fuel) trapping(control_handlers().fuel);
}

void Translator::loop(Frame& f, Ops params) {
  open(f, static_cast<uint32_t>(params.size()));
  forget_last();
  forget_accs();
  f.label.target = here();
  loop_polls();
  forget_last();
}

void Translator::if_(Frame& f, Value, Ops params) {
  const Condition c = take_condition();
  open(f, static_cast<uint32_t>(params.size()));
  Label skip;
  conditional(c, true, skip);
  f.label.else_jumps = skip.jumps;
}

// Ends an arm: its results go where the label wants them, its entries go away.
void Translator::finish_arm(Frame& f, bool reachable, uint32_t results) {
  if (reachable) move_to(f.label.slot, size() - results, results);
  truncate(f.label.height);
}

void Translator::else_(Frame& f, bool reachable, Ops results) {
  finish_arm(f, reachable, static_cast<uint32_t>(results.size()));
  if (reachable) {
    instruction(control_handlers().br);
    distance(f.label);
  }
  bind(f.label.else_jumps);
  forget_accs();
}

void Translator::else_params(Frame& f, Ops) { push_types(f.params); }

void Translator::end(Frame& f, bool reachable, Ops results) {
  const auto n = static_cast<uint32_t>(results.size());
  kept_results_ = false;
  if (f.kind == FrameKind::func) {
    if (reachable) return_values(size() - n, n);
    truncate(0);
    return;
  }
  Label& l = f.label;
  --depth_;
  if (f.kind == FrameKind::try_table && here() != l.try_begin)
    body_->tries.push_back(
        {l.try_begin, here(), l.depth, l.first_clause, l.num_clauses, no_delegate});
  const bool joined = l.jumps != 0 || l.else_jumps != 0 || l.catches != 0;
  if (reachable && !joined && !l.catching && slot_of_top(n) == l.slot) {
    // Nothing else comes here: the results may stay as they are.
    kept_results_ = true;
    return;
  }
  finish_arm(f, reachable, n);
  bind_label(l);
}

void Translator::end_results(Frame& f, Ops) {
  if (f.kind == FrameKind::func) return;
  if (!kept_results_) push_types(f.results);
  kept_results_ = false;
}

}  // namespace nacre::interp

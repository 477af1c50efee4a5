// SPDX-License-Identifier: Apache-2.0
//
// Part of function_validator.hpp: blocks, branches, calls and exceptions.
#pragma once

#include <cassert>

#include "validate/function_validator.hpp"

namespace nacre::validate {

// --- blocks

template <class C>
void FunctionValidator<C>::open_block(FrameKind kind) {
  const BlockType type = block_type();
  const Value condition = kind == FrameKind::if_ ? pop(wasm::i32_type) : Value{};
  if (!check_top(type.params)) return;
  retype(type.params);
  push_frame(kind, type.params, type.results);
  if (!live_) return;
  const Ops params = top(type.params.size());
  switch (kind) {
    case FrameKind::loop:
      return consumer_.loop(frame(), params);
    case FrameKind::if_:
      return consumer_.if_(frame(), condition, params);
    case FrameKind::try_:
      return consumer_.try_(frame(), params);
    default:
      return consumer_.block(frame(), params);
  }
}

// Checks that an arm of `f` leaves exactly f's results on the stack. `results` become these
// operands, or nothing where the arm's end is not reachable.
template <class C>
bool FunctionValidator<C>::arm_done(Frame& f, Ops& results) {
  const size_t n = f.results.size();
  if (!check_top(f.results)) return false;
  if (NACRE_UNLIKELY(available() > n)) {
    fail_mismatch(f.results, true);
    return false;
  }
  assert(!live_ || height() == f.height + n);
  results = live_ ? top(n) : Ops{};
  if (f.announced && !live_) consumer_.at(op_offset());
  if (live_ && f.kind != FrameKind::loop) f.reached = true;
  return true;
}

template <class C>
void FunctionValidator<C>::else_part() {
  Frame& f = frame();
  if (f.kind != FrameKind::if_) return misplaced();
  Ops results;
  if (!arm_done(f, results)) return;
  if (f.announced) consumer_.else_(f, live_, results);
  forget_sets(f.init_height);
  top_ = floor_;
  f.kind = FrameKind::else_;
  f.unreachable = false;
  live_ = f.announced;
  const Ops params = push_types(f.params);
  if (live_) consumer_.else_params(f, params);
}

template <class C>
void FunctionValidator<C>::end_frame() {
  Frame& f = frame();
  Ops results;
  if (!arm_done(f, results)) return;
  if (NACRE_UNLIKELY(f.kind == FrameKind::if_)) {
    // The missing else passes the params on.
    const bool fits = f.params.size() == f.results.size() &&
                      std::equal(f.params.begin(), f.params.end(), f.results.begin(),
                                 [this](ValType a, ValType b) { return types_.matches(a, b); });
    if (!fits) return fail(Fault::if_needs_else);
    f.reached = f.announced;
  }
  const bool reachable_after = f.kind == FrameKind::loop ? live_ : f.reached;
  if (f.announced) consumer_.end(f, live_, results);
  forget_sets(f.init_height);
  top_ = floor_;
  const Ops joined = push_types(f.results);
  if (NACRE_UNLIKELY(failed_)) return;
  live_ = reachable_after;
  if (live_) consumer_.end_results(f, joined);
  frames_.pop_back();
  if (NACRE_LIKELY(!frames_.empty())) return enter_top_frame();
  running_ = false;
  floor_ = base_;
  if (!r_.at_end())
    return r_.fault(binary::Fault::section_size_mismatch, r_.offset(), code_offset_ + code_.size());
  if (!constant_) consumer_.finish();
}

// --- branches

template <class C>
void FunctionValidator<C>::branch() {
  Frame* f = frame_at(in_.index);
  if (f == nullptr || !check_top(f->label_types())) return;
  mark_branch(*f);
  if (live_) consumer_.br(*f, top(f->label_types().size()));
  set_unreachable();
}

template <class C>
void FunctionValidator<C>::branch_if() {
  const Value condition = pop(wasm::i32_type);
  Frame* f = frame_at(in_.index);
  if (f == nullptr || !check_top(f->label_types())) return;
  mark_branch(*f);
  const auto types = f->label_types();
  if (live_) consumer_.br_if(*f, condition, top(types.size()));
  retype(types);
}

// Labels of one table take the same number of values; in 1.0, of the same types.
template <class C>
bool FunctionValidator<C>::may_share_table(std::span<const ValType> a,
                                           std::span<const ValType> b) const {
  return features_.has(Feature::ref_types) || std::equal(a.begin(), a.end(), b.begin());
}

// Each frame's label is checked once per table, so that a million entries cost a million loads.
template <class C>
void FunctionValidator<C>::branch_table() {
  const Value index = pop(wasm::i32_type);
  ++table_serial_;
  if (checked_.size() < frames_.size()) checked_.resize(frames_.size());
  targets_.clear();
  std::span<const ValType> last;
  bool first = true;
  for (binary::LabelCursor labels(in_); !labels.done();) {
    Frame* f = frame_at(labels.next());
    if (f == nullptr) return;
    if (live_) targets_.push_back(f);
    uint32_t& checked = checked_[static_cast<size_t>(f - frames_.data())];
    if (checked == table_serial_) continue;
    const auto types = f->label_types();
    if (!first && types.size() != last.size()) return fail(Fault::label_arity);
    if ((first || types.data() != last.data()) && !check_top(types)) return;
    if (!first && !may_share_table(types, last))
      return feature_off(Feature::ref_types, binary::Part::label_types);
    checked = table_serial_;
    first = false;
    last = types;
    mark_branch(*f);
  }
  if (live_) consumer_.br_table(index, targets_, top(last.size()));
  set_unreachable();
}

template <class C>
void FunctionValidator<C>::return_op() {
  const auto types = frames_.front().results;
  if (!check_top(types)) return;
  if (live_) consumer_.return_(top(types.size()));
  set_unreachable();
}

template <class C>
void FunctionValidator<C>::branch_on_null() {
  const Entry ref = pop_ref();
  Frame* f = frame_at(in_.index);
  if (f == nullptr || !check_top(f->label_types())) return;
  mark_branch(*f);
  const auto types = f->label_types();
  Value stays{};
  if (live_) stays = consumer_.br_on_null(*f, ref.type, ref.value, top(types.size()));
  retype(types);
  push(ref.type.with_nullable(false), stays);
}

template <class C>
void FunctionValidator<C>::branch_on_non_null() {
  Frame* f = frame_at(in_.index);
  if (f == nullptr) return;
  const auto types = f->label_types();
  if (types.empty() || !types.back().is_ref()) return fail(Fault::label_needs_reference);
  const Entry ref = pop_any();
  const ValType wanted = types.back().with_nullable(true);
  if (!types_.matches(ref.type, wanted)) {
    push(ref.type, ref.value);
    return fail_mismatch({&wanted, 1});
  }
  if (!check_top(types.first(types.size() - 1))) return;
  mark_branch(*f);
  if (live_) {
    push(ref.type, ref.value);
    consumer_.br_on_non_null(*f, ref.type, top(types.size()));
    --top_;
  }
  retype(types.first(types.size() - 1));
}

// The difference of two reference types: what is left of `a` when a cast to `b` failed.
inline ValType without(ValType a, ValType b) {
  return a.with_nullable(a.nullable() && !b.nullable());
}

template <class C>
void FunctionValidator<C>::branch_on_cast(Op op) {
  const ValType source = in_.value, target = in_.value2;
  Frame* f = frame_at(in_.index);
  if (f == nullptr) return;
  if (!types_.matches(target, source)) return fail(Fault::cast_types);
  const bool on_success = op == Op::br_on_cast;
  const ValType taken = on_success ? target : without(source, target);
  const ValType stays = on_success ? without(source, target) : target;
  const auto types = f->label_types();
  if (types.empty()) return fail(Fault::label_needs_reference);
  if (!types_.matches(taken, types.back()))
    return fail_with(describe_mismatch({&types.back(), 1}, {&taken, 1}, false, place()));
  const Value ref = pop(source);
  const auto below = types.first(types.size() - 1);
  if (!check_top(below)) return;
  mark_branch(*f);
  Value left{};
  if (live_) {
    push(source, ref);
    left = consumer_.br_on_cast(op, *f, source, target, top(types.size()));
    --top_;
  }
  retype(below);
  push(stays, left);
}

// --- calls

// Checks the arguments on top of the stack, announces the call and leaves its results.
template <class C>
template <class Announce>
void FunctionValidator<C>::finish_call(TypeId type, bool tail, Announce&& announce) {
  const auto params = types_.params(type);
  const auto results = types_.results(type);
  if (tail && !callee_returns_ours(type)) return fail(Fault::callee_results);
  if (!check_top(params)) return;
  if (tail) {
    if (live_) announce(top(params.size()), Ops{});
    return set_unreachable();
  }
  if (!live_) {
    drop_top(params.size());
    push_types(results);
    return;
  }
  // The results are made above the arguments, so that the handler sees both.
  const Ops out = push_types(results);
  if (NACRE_UNLIKELY(failed_)) return;
  announce(Ops{top_ - results.size() - params.size(), params.size()}, out);
  slide_down(results.size(), params.size());
}

template <class C>
bool FunctionValidator<C>::callee_returns_ours(TypeId type) {
  const auto theirs = types_.results(type);
  const auto ours = frames_.front().results;
  return theirs.size() == ours.size() &&
         std::equal(theirs.begin(), theirs.end(), ours.begin(),
                    [this](ValType a, ValType b) { return types_.matches(a, b); });
}

template <class C>
void FunctionValidator<C>::call(bool tail) {
  const uint32_t func = in_.index;
  if (func >= module_.funcs.size()) return fail_unknown(Space::func, func);
  const TypeId type = module_.funcs[func];
  finish_call(type, tail, [&](Ops args, Ops results) {
    if (tail) consumer_.return_call(func, type, args);
    else consumer_.call(func, type, args, results);
  });
}

template <class C>
void FunctionValidator<C>::call_indirect(bool tail) {
  const uint32_t table = in_.index2;
  const TypeId type = in_.type;
  if (!check_table(table)) return;
  if (!types_.matches(table_elem_type(table), wasm::funcref_type))
    return fail(Fault::table_elem_type);
  const Value index = pop(table_index_type(table));
  finish_call(type, tail, [&](Ops args, Ops results) {
    if (tail) consumer_.return_call_indirect(table, type, index, args);
    else consumer_.call_indirect(table, type, index, args, results);
  });
}

template <class C>
void FunctionValidator<C>::call_ref(bool tail) {
  const TypeId type = in_.type;
  if (!check_kind(type, in_.index, wasm::CompositeKind::func)) return;
  const Value func = pop(ref_to(type, true));
  finish_call(type, tail, [&](Ops args, Ops results) {
    if (tail) consumer_.return_call_ref(type, func, args);
    else consumer_.call_ref(type, func, args, results);
  });
}

// --- exceptions

template <class C>
void FunctionValidator<C>::throw_op() {
  const uint32_t tag = in_.index;
  if (!check_tag(tag)) return;
  const auto params = types_.params(module_.tags[tag].type);
  if (!check_top(params)) return;
  if (live_) consumer_.throw_(tag, top(params.size()));
  set_unreachable();
}

template <class C>
void FunctionValidator<C>::throw_ref() {
  const Value exception = pop(wasm::exnref_type);
  if (live_) consumer_.throw_ref(exception);
  set_unreachable();
}

// Whether `target`'s label takes what `clause` delivers.
template <class C>
bool FunctionValidator<C>::check_catch(const Catch& clause, const Frame& target) {
  const bool tagged = clause.kind == CatchKind::catch_ || clause.kind == CatchKind::catch_ref;
  const bool with_ref =
      clause.kind == CatchKind::catch_ref || clause.kind == CatchKind::catch_all_ref;
  if (tagged && !check_tag(clause.tag)) return false;
  const auto params =
      tagged ? types_.params(module_.tags[clause.tag].type) : std::span<const ValType>{};
  const auto wanted = target.label_types();
  const ValType exception = ValType::ref(wasm::Heap::exn, false);
  const bool fits = wanted.size() == params.size() + with_ref &&
                    std::equal(params.begin(), params.end(), wanted.begin(),
                               [this](ValType a, ValType b) { return types_.matches(a, b); }) &&
                    (!with_ref || types_.matches(exception, wanted.back()));
  if (fits) return true;
  std::vector<ValType> delivered(params.begin(), params.end());
  if (with_ref) delivered.push_back(exception);
  fail_with(describe_mismatch(wanted, delivered, false, place()));
  return false;
}

template <class C>
void FunctionValidator<C>::try_table() {
  const BlockType type = block_type();
  catches_.clear();
  for (binary::CatchCursor cursor(in_); !cursor.done();) {
    const binary::CatchClause c = cursor.next();
    const Catch clause{static_cast<CatchKind>(c.kind), c.tag, c.label};
    Frame* f = frame_at(clause.depth);
    if (f == nullptr || !check_catch(clause, *f)) return;
    mark_branch(*f);
    catches_.push_back(clause);
  }
  if (!check_top(type.params)) return;
  retype(type.params);
  push_frame(FrameKind::try_table, type.params, type.results);
  if (!live_) return;
  targets_.clear();
  for (const Catch& clause : catches_)
    targets_.push_back(&frames_[frames_.size() - 2 - clause.depth]);
  consumer_.try_table(frame(), catches_, targets_, top(type.params.size()));
}

// catch and catch_all of the legacy proposal.
template <class C>
void FunctionValidator<C>::catch_part(bool all) {
  Frame& f = frame();
  if (f.kind != FrameKind::try_ && f.kind != FrameKind::catch_) {
    return misplaced();
  }
  const uint32_t tag = in_.index;
  if (!all && !check_tag(tag)) return;
  const auto params = all ? std::span<const ValType>{} : types_.params(module_.tags[tag].type);
  Ops results;
  if (!arm_done(f, results)) return;
  const size_t left = available();
  const Ops caught = push_types(params);
  if (NACRE_UNLIKELY(failed_)) return;
  if (f.announced) {
    if (live_) results = {floor_, f.results.size()};
    if (all) consumer_.catch_all(f, live_, results);
    else consumer_.catch_(f, live_, results, tag, caught);
  }
  slide_down(params.size(), left);
  forget_sets(f.init_height);
  f.kind = all ? FrameKind::catch_all : FrameKind::catch_;
  f.unreachable = false;
  live_ = f.announced;
}

template <class C>
void FunctionValidator<C>::delegate() {
  Frame& f = frame();
  if (f.kind != FrameKind::try_) return misplaced();
  if (frames_.size() < 2 || in_.index > frames_.size() - 2)
    return fail_unknown(Space::label, in_.index);
  Frame& target = frames_[frames_.size() - 2 - in_.index];
  Ops results;
  if (!arm_done(f, results)) return;
  if (f.announced) consumer_.delegate(f, live_, results, target);
  forget_sets(f.init_height);
  top_ = floor_;
  const Ops joined = push_types(f.results);
  if (NACRE_UNLIKELY(failed_)) return;
  live_ = f.reached;
  if (live_) consumer_.end_results(f, joined);
  frames_.pop_back();
  enter_top_frame();
}

template <class C>
void FunctionValidator<C>::rethrow() {
  Frame* f = frame_at(in_.index);
  if (f == nullptr) return;
  if (f->kind != FrameKind::catch_ && f->kind != FrameKind::catch_all)
    return fail(Fault::rethrow_label);
  if (live_) consumer_.rethrow(*f);
  set_unreachable();
}

}  // namespace nacre::validate

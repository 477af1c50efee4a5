// SPDX-License-Identifier: Apache-2.0
//
// Part of function_validator.hpp: operands, control frames, locals, checks of immediates.
#pragma once

#include "validate/function_validator.hpp"

namespace nacre::validate {

// --- operands

template <class C>
typename FunctionValidator<C>::Value FunctionValidator<C>::pop_slow(ValType expected) {
  if (top_ == floor_) {
    if (!frame().unreachable) fail_mismatch({&expected, 1});
    return Value{};
  }
  if (!types_.matches(top_[-1].type, expected)) fail_mismatch({&expected, 1});
  return (--top_)->value;
}

// Any operand; bot below a polymorphic stack.
template <class C>
typename FunctionValidator<C>::Entry FunctionValidator<C>::pop_any() {
  if (top_ != floor_) return *--top_;
  if (!frame().unreachable) {
    const ValType unknown;
    fail_mismatch({&unknown, 1});
  }
  return {ValType(wasm::Kind::bot), Value{}};
}

// Any reference; an unknown operand becomes a non-null reference to bot.
template <class C>
typename FunctionValidator<C>::Entry FunctionValidator<C>::pop_ref() {
  Entry entry = pop_any();
  if (entry.type.is_ref()) return entry;
  if (!entry.type.is_bot()) fail(Fault::not_a_reference);
  entry.type = ValType::ref(wasm::Heap::bot, false);
  return entry;
}

// Whether the topmost operands are of these types; leaves them.
template <class C>
bool FunctionValidator<C>::check_top(std::span<const ValType> types) {
  const size_t n = types.size();
  if (NACRE_UNLIKELY(available() < n) && !frame().unreachable) {
    fail_mismatch(types);
    return false;
  }
  const size_t have = std::min(n, available());
  const Entry* entry = top_;
  const ValType* type = types.data() + n;
  for (size_t i = 0; i < have; ++i) {
    --entry, --type;
    if (NACRE_UNLIKELY(entry->type != *type) && !types_.matches(entry->type, *type)) {
      fail_mismatch(types);
      return false;
    }
  }
  return true;
}

template <class C>
typename FunctionValidator<C>::Ops FunctionValidator<C>::push_types(
    std::span<const ValType> types) {
  if (!reserve(types.size() + min_room)) return {};
  for (ValType type : types) push(type, Value{});
  return top(types.size());
}

// After check_top: the topmost operands get exactly these types, missing ones appear.
template <class C>
void FunctionValidator<C>::retype(std::span<const ValType> types) {
  const size_t n = types.size();
  if (NACRE_UNLIKELY(available() < n)) {
    drop_top(n);
    push_types(types);
    return;
  }
  Entry* entry = top_ - n;
  for (ValType type : types) (entry++)->type = type;
}

template <class C>
bool FunctionValidator<C>::reserve(size_t n) {
  if (NACRE_LIKELY(static_cast<size_t>(limit_ - top_) >= n && base_ != nullptr)) return true;
  return grow(n);
}

template <class C>
bool FunctionValidator<C>::grow(size_t n) {
  const size_t used = height(), floor = static_cast<size_t>(floor_ - base_);
  if (used + n > max_operands) {
    fail(Fault::operand_limit);
    // The instruction at hand may still push a few placeholders.
    top_ = floor_;
    return false;
  }
  entries_.resize(std::max({used + n, entries_.size() * 2, size_t{256}}));
  base_ = entries_.data();
  floor_ = base_ + floor;
  top_ = base_ + used;
  limit_ = base_ + entries_.size();
  return true;
}

template <class C>
void FunctionValidator<C>::slide_down(size_t n, size_t k) {
  if (k != 0) std::copy(top_ - n, top_, top_ - n - k);
  top_ -= k;
}

// --- frames

template <class C>
typename FunctionValidator<C>::Frame* FunctionValidator<C>::frame_at(uint32_t depth) {
  if (NACRE_LIKELY(depth < frames_.size())) return &frames_[frames_.size() - 1 - depth];
  fail_unknown(Space::label, depth);
  return nullptr;
}

// Opens a frame over the topmost operands, which are its params.
template <class C>
void FunctionValidator<C>::push_frame(FrameKind kind, std::span<const ValType> params,
                                      std::span<const ValType> results) {
  Frame f{};
  f.kind = kind;
  f.announced = live_;
  f.height = static_cast<uint32_t>(height() - params.size());
  f.init_height = static_cast<uint32_t>(sets_.size());
  f.params = params;
  f.results = results;
  frames_.push_back(std::move(f));
  enter_top_frame();
}

template <class C>
void FunctionValidator<C>::set_unreachable() {
  top_ = floor_;
  frame().unreachable = true;
  live_ = false;
}

// A span of one type that stays until the function's end.
template <class C>
std::span<const ValType> FunctionValidator<C>::single(ValType type) {
  static constexpr ValType plain[] = {wasm::i32_type,      wasm::i64_type,  wasm::f32_type,
                                      wasm::f64_type,      wasm::v128_type, wasm::funcref_type,
                                      wasm::externref_type};
  for (const ValType& known : plain)
    if (known == type) return {&known, 1};
  constexpr size_t chunk = 256;
  if (num_singles_ == singles_.size() * chunk)
    singles_.push_back(std::make_unique<ValType[]>(chunk));
  ValType* slot = &singles_[num_singles_ / chunk][num_singles_ % chunk];
  ++num_singles_;
  *slot = type;
  return {slot, 1};
}

template <class C>
typename FunctionValidator<C>::BlockType FunctionValidator<C>::block_type() {
  using Form = binary::BlockType::Form;
  switch (in_.block.form) {
    case Form::empty:
      return {};
    case Form::value:
      return {{}, single(in_.block.value)};
    case Form::type:
      return {types_.params(in_.block.type), types_.results(in_.block.type)};
  }
  return {};
}

// --- locals
//
// Types are looked up in `locals_`. A body may declare far more locals than it has bytes,
// so only as many as its size warrants are expanded; the others are found in the runs.

template <class C>
bool FunctionValidator<C>::read_locals() {
  runs_.clear();
  uint64_t total = num_params_;
  const uint64_t at = r_.offset();
  const uint32_t count = r_.count(2);
  for (uint32_t i = 0; i < count && !r_.failed(); ++i) {
    const uint32_t n = r_.leb_u32();
    const ValType type = r_.val_type();
    total += n;
    if (n != 0) runs_.push_back({n, type});
  }
  if (r_.failed()) return false;
  op_start_ = r_.cursor();
  if (total > limits_.max_locals) {
    const Place where{module_, at, {}};
    fail_with(describe(total > 0xffffffff ? Fault::too_many_locals : Fault::local_limit, where));
    return false;
  }
  num_locals_ = static_cast<uint32_t>(total);
  return true;
}

template <class C>
void FunctionValidator<C>::expand_locals(std::span<const ValType> params, size_t body_bytes) {
  const size_t room = std::max<size_t>(256, 4 * body_bytes);
  locals_.assign(params.begin(), params.end());
  run_ends_.clear();
  for (const LocalRun& run : runs_) {
    if (locals_.size() >= room) break;
    locals_.resize(
        locals_.size() + std::min<size_t>(run.count, room - std::min(room, locals_.size())),
        run.type);
  }
  if (locals_.size() == num_locals_) return;
  uint32_t end = num_params_;
  for (const LocalRun& run : runs_) run_ends_.push_back(end += run.count);
}

template <class C>
NACRE_INLINE bool FunctionValidator<C>::find_local(uint32_t index, ValType& type) {
  if (NACRE_UNLIKELY(index >= locals_.size())) return find_far_local(index, type);
  type = locals_[index];
  return true;
}

template <class C>
bool FunctionValidator<C>::find_far_local(uint32_t index, ValType& type) {
  if (index >= num_locals_) {
    fail_unknown(Space::local, index);
    return false;
  }
  const auto run = std::upper_bound(run_ends_.begin(), run_ends_.end(), index);
  type = runs_[static_cast<size_t>(run - run_ends_.begin())].type;
  return true;
}

template <class C>
bool FunctionValidator<C>::is_set(uint32_t index) const {
  if (index < num_params_) return true;
  return index / 64 < set_bits_.size() && (set_bits_[index / 64] >> (index % 64) & 1) != 0;
}

template <class C>
void FunctionValidator<C>::mark_set(uint32_t index) {
  if (is_set(index)) return;
  if (index / 64 >= set_bits_.size()) set_bits_.resize(index / 64 + 1);
  set_bits_[index / 64] |= uint64_t{1} << (index % 64);
  sets_.push_back(index);
}

template <class C>
void FunctionValidator<C>::forget_sets(size_t down_to) {
  while (sets_.size() > down_to) {
    const uint32_t index = sets_.back();
    set_bits_[index / 64] &= ~(uint64_t{1} << (index % 64));
    sets_.pop_back();
  }
}

// --- checks of immediates

template <class C>
bool FunctionValidator<C>::check_memory(uint32_t index) {
  if (NACRE_LIKELY(index < module_.memories.size())) return true;
  fail_unknown(Space::memory, index);
  return false;
}
template <class C>
bool FunctionValidator<C>::check_table(uint32_t index) {
  if (NACRE_LIKELY(index < module_.tables.size())) return true;
  fail_unknown(Space::table, index);
  return false;
}
template <class C>
bool FunctionValidator<C>::check_elem(uint32_t index) {
  if (NACRE_LIKELY(index < module_.elems.size())) return true;
  fail_unknown(Space::elem, index);
  return false;
}
template <class C>
bool FunctionValidator<C>::check_data(uint32_t index) {
  if (module_.data_count == wasm::no_index) {
    fail(Fault::data_count_required);
    return false;
  }
  if (NACRE_LIKELY(index < module_.data_count)) return true;
  fail_unknown(Space::data, index);
  return false;
}
template <class C>
bool FunctionValidator<C>::check_tag(uint32_t index) {
  if (NACRE_LIKELY(index < module_.tags.size())) return true;
  fail_unknown(Space::tag, index);
  return false;
}
template <class C>
bool FunctionValidator<C>::check_kind(TypeId type, uint32_t index, wasm::CompositeKind kind) {
  if (NACRE_LIKELY(types_.kind(type) == kind)) return true;
  fail_kind(index, kind);
  return false;
}

// Checks the memarg at hand and puts it into `m`. `natural` is the access's alignment exponent.
template <class C>
bool FunctionValidator<C>::check_memarg(MemArg& m, unsigned natural, bool exact) {
  m = {in_.bits, in_.index, in_.align_log2, false};
  if (!check_memory(m.memory)) return false;
  m.is64 = module_.memories[m.memory].limits.is64;
  if (NACRE_UNLIKELY(m.align_log2 > natural))
    return fail(exact ? Fault::atomic_alignment : Fault::alignment), false;
  if (NACRE_UNLIKELY(exact && m.align_log2 != natural)) return fail(Fault::atomic_alignment), false;
  if (NACRE_UNLIKELY(!m.is64 && m.offset > 0xffffffff)) return fail(Fault::offset_range), false;
  return true;
}

template <class C>
bool FunctionValidator<C>::check_lane(unsigned lanes) {
  if (NACRE_LIKELY(in_.lane < lanes)) return true;
  fail(Fault::lane_index);
  return false;
}

}  // namespace nacre::validate

// SPDX-License-Identifier: Apache-2.0
//
// Part of function_validator.hpp: the loop over instructions, and failures.
#pragma once

#include "validate/function_validator.hpp"

namespace nacre::validate {

template <class C>
void FunctionValidator<C>::reset(Bytes code, uint64_t offset) {
  code_ = code;
  code_offset_ = offset;
  r_ = binary::OpReader(module_, code, offset);
  op_start_ = code.data();
  forget_sets(0);
  frames_.clear();
  num_singles_ = 0;
  failed_ = false;
  running_ = live_ = true;
  floor_ = top_ = base_;
  max_height_ = 0;
  reserve(0);
}

template <class C>
bool FunctionValidator<C>::run(uint32_t defined_index) {
  if (begin_function(defined_index)) run_code<false>();
  return finish_run();
}

template <class C>
bool FunctionValidator<C>::begin_function(uint32_t defined_index) {
  const uint32_t func = module_.num_imported_funcs + defined_index;
  const wasm::Body& body = module_.bodies[defined_index];
  const TypeId type = module_.funcs[func];
  reset(module_.body_bytes(defined_index), body.offset);
  visible_globals_ = static_cast<uint32_t>(module_.globals.size());
  const auto params = types_.params(type);
  num_params_ = static_cast<uint32_t>(params.size());
  if (!read_locals()) return false;
  expand_locals(params, body.size);
  const Bytes code(r_.cursor(), r_.remaining());
  push_frame(FrameKind::func, {}, types_.results(type));
  consumer_.begin(
      {func, type, params, types_.results(type), runs_, num_locals_, code, r_.offset()});
  return true;
}

template <class C>
template <bool Const>
void FunctionValidator<C>::run_code() {
  while (running_) {
    if (NACRE_UNLIKELY(r_.at_end())) return truncated();
    op_start_ = r_.cursor();
    if (!r_.next_code(in_)) return;
    if (limit_ - top_ < min_room && !reserve(min_room)) return;
    if constexpr (Const) {
      if (!constant_op(in_.op)) return not_constant();
    }
    if (live_) consumer_.at(op_offset());
    dispatch();
  }
}

template <class C>
void FunctionValidator<C>::truncated() {
  if (r_.failed()) return;
  fail_with(binary::missing_end_error(module_, code_offset_ + code_.size()));
}

template <class C>
bool FunctionValidator<C>::finish_run() {
  if (!failed_ && r_.failed()) fail_with(r_.error());
  if (frames_.capacity() > keep_frames) std::vector<Frame>().swap(frames_);
  if (entries_.size() > keep_operands) {
    std::vector<Entry>().swap(entries_);
    base_ = floor_ = top_ = limit_ = nullptr;
  }
  return !failed_;
}

template <class C>
NACRE_INLINE void FunctionValidator<C>::dispatch() {
  switch (in_.op) {
#define OP(name, code, text, imm, sig, feature, traits)                                        \
  case Op::name:                                                                               \
    if (wasm::Imm::imm == wasm::Imm::none || r_.template next_immediates<wasm::Imm::imm>(in_)) \
      on(OpTag<Op::name>{});                                                                   \
    break;
#include "wasm/opcodes.def"
    case Op::count:
      break;
  }
}

template <class C>
bool FunctionValidator<C>::run_const(const wasm::ConstExpr& expr, ValType expected,
                                     uint32_t visible_globals, DeclaredFuncs* found) {
  reset(expr.code, expr.offset);
  constant_ = true;
  visible_globals_ = visible_globals;
  found_ = found;
  num_locals_ = num_params_ = 0;
  locals_.clear();
  const_result_[0] = expected;
  push_frame(FrameKind::func, {}, const_result_);
  run_code<true>();
  constant_ = false;
  return finish_run();
}

template <class C>
bool FunctionValidator<C>::constant_op(Op op) const {
  switch (op) {
    case Op::i32_const:
    case Op::i64_const:
    case Op::f32_const:
    case Op::f64_const:
    case Op::v128_const:
    case Op::ref_null:
    case Op::ref_func:
    case Op::global_get:
    case Op::end:
      return true;
    case Op::i32_add:
    case Op::i32_sub:
    case Op::i32_mul:
    case Op::i64_add:
    case Op::i64_sub:
    case Op::i64_mul:
      return features_.has(Feature::extended_const);
    case Op::struct_new:
    case Op::struct_new_default:
    case Op::array_new:
    case Op::array_new_default:
    case Op::array_new_fixed:
    case Op::ref_i31:
    case Op::any_convert_extern:
    case Op::extern_convert_any:
      return true;
    default:
      return false;
  }
}

template <class C>
void FunctionValidator<C>::not_constant() {
  const auto at = static_cast<uint32_t>(in_.op);
  switch (in_.op) {
    case Op::i32_add:
    case Op::i32_sub:
    case Op::i32_mul:
    case Op::i64_add:
    case Op::i64_sub:
    case Op::i64_mul:
      return feature_off(Feature::extended_const, binary::Part::constant, at);
    default:
      return fail(Fault::constant_required);
  }
}

// --- failures

template <class C>
Place FunctionValidator<C>::place() const {
  const auto at = static_cast<size_t>(op_start_ - code_.data());
  return {module_, op_offset(), code_.subspan(at)};
}
template <class C>
void FunctionValidator<C>::fail_with(Error error) {
  if (!failed_) error_ = std::move(error);
  failed_ = true;
  running_ = live_ = false;
  r_.stop();
}
template <class C>
void FunctionValidator<C>::fail(Fault fault) {
  fail_with(describe(fault, place()));
}
template <class C>
void FunctionValidator<C>::feature_off(Feature f, binary::Part part, uint32_t what) {
  fail_with(binary::fault_error(binary::Fault::feature_off, op_offset(),
                                binary::feature_detail(f, part, what), features_));
}
template <class C>
void FunctionValidator<C>::fail_unknown(Space space, uint64_t index) {
  fail_with(describe_unknown(space, index, place()));
}
template <class C>
void FunctionValidator<C>::fail_kind(uint32_t type_index, wasm::CompositeKind wanted) {
  fail_with(describe_wrong_kind(type_index, wanted, place()));
}
template <class C>
void FunctionValidator<C>::fail_mismatch(std::span<const ValType> wanted, bool leftover) {
  if (failed_) return;
  const size_t shown = leftover ? available() : std::min(available(), wanted.size());
  std::vector<ValType> found;
  for (const Entry& entry : top(shown)) found.push_back(entry.type);
  fail_with(describe_mismatch(wanted, found, leftover, place()));
}

template <class C>
void FunctionValidator<C>::misplaced() {
  fail_with(binary::fault_error(binary::Fault::end_expected, op_offset(), *op_start_, features_));
}

}  // namespace nacre::validate

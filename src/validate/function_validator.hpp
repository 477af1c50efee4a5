// SPDX-License-Identifier: Apache-2.0
//
// FunctionValidator: decodes, checks and announces a function body in one pass.
//
// The algorithm is the one of the specification's appendix ("Validation Algorithm"): a stack of
// operand types, a stack of control frames, and for each non-nullable local whether it has
// been set. The operand stack is a flat array; `floor_` points at the current frame's first
// operand, so the common pop is a comparison of two pointers and one of 32 bits.
//
// Reachability. `live_` says whether control can be here; only then is the consumer
// called (consumer.hpp states the rules). It is narrower than the specification's notion:
// after a block whose end nothing reaches, typing goes on with the block's results, while
// `live_` stays false until a label that was reached.
//
// Failures are sticky: the first is kept, `live_` and `running_` become false, the input jumps to
// its end. Operations go on with placeholders until the loop notices, so they need no
// early exits except where an index would be used.
//
// A validator may be used for any number of functions; its memory is kept. One thread at a
// time. The module is only read. The parts:
//   function_validator_run.hpp      the loop over instructions, failures
//   function_validator_stack.hpp    operands, frames, locals, checks of indices
//   function_validator_regular.hpp  instructions with a fixed signature, derived from opcodes.def
//   function_validator_control.hpp  blocks, branches, calls, exceptions
//   function_validator_refs.hpp     variables, tables, bulk memory, references
//   function_validator_gc.hpp       structures, arrays, i31
#pragma once

#include <algorithm>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

#include "binary/errors.hpp"
#include "binary/op_reader.hpp"
#include "validate/consumer.hpp"
#include "validate/declared_funcs.hpp"
#include "validate/errors.hpp"
#include "wasm/limits.hpp"

namespace nacre::validate {

// Operands alive at once in one function; a body of legal size cannot push more singly.
inline constexpr size_t max_operands = 8'000'000;

// Free operand slots before each instruction; those that push more ask for them.
inline constexpr ptrdiff_t min_room = 8;
// Control frames and operands whose memory is kept for the next function.
inline constexpr size_t keep_frames = 1 << 16;
inline constexpr size_t keep_operands = 1 << 18;

template <Op op>
struct OpTag {};

template <class C>
class FunctionValidator {
 public:
  using Value = typename C::Value;
  using Frame = ControlFrame<C>;
  using Entry = Operand<C>;
  using Ops = Operands<C>;

  // `module`, `consumer` and `declared` must outlive the validator. Without `declared`, the set
  // of functions that `ref.func` may name is computed when it is first needed.
  FunctionValidator(const wasm::Module& module, C& consumer, const wasm::Limits& limits = {},
                    const DeclaredFuncs* declared = nullptr)
      : module_(module),
        types_(module.type_table),
        features_(module.features),
        consumer_(consumer),
        limits_(limits),
        declared_(declared),
        r_(module, {}, 0) {}

  FunctionValidator(const FunctionValidator&) = delete;
  FunctionValidator& operator=(const FunctionValidator&) = delete;

  // Validates the body of function num_imported_funcs + defined_index. False: see error().
  bool run(uint32_t defined_index);

  // Validates a constant expression that must give an `expected`; it sees the first
  // `visible_globals` globals. The consumer is told like for a body, but for begin and finish.
  // Functions that `ref.func` names are added to `found` (may be null).
  bool run_const(const wasm::ConstExpr& expr, ValType expected, uint32_t visible_globals,
                 DeclaredFuncs* found);

  const Error& error() const { return error_; }
  Error take_error() { return std::move(error_); }
  // The largest number of operands the last function had on its stack.
  size_t max_height() const { return max_height_; }

 private:
  // --- the loop
  void reset(Bytes code, uint64_t offset);
  bool begin_function(uint32_t defined_index);
  bool read_locals();
  void expand_locals(std::span<const ValType> params, size_t body_bytes);
  template <bool Const>
  void run_code();
  void truncated();
  bool finish_run();
  NACRE_INLINE void dispatch();
  bool constant_op(Op op) const;
  NACRE_COLD void not_constant();

  // --- failures
  uint64_t op_offset() const {
    return code_offset_ + static_cast<uint64_t>(op_start_ - code_.data());
  }
  Place place() const;
  NACRE_COLD void fail(Fault fault);
  NACRE_COLD void feature_off(Feature f, binary::Part part, uint32_t what = 0);
  NACRE_COLD void fail_unknown(Space space, uint64_t index);
  NACRE_COLD void fail_kind(uint32_t type_index, wasm::CompositeKind wanted);
  NACRE_COLD void fail_mismatch(std::span<const ValType> wanted, bool leftover = false);
  NACRE_COLD void fail_with(Error error);
  NACRE_COLD void misplaced();  // an else or catch where there is no if or try

  // --- operands (function_validator_stack.hpp)
  size_t height() const { return static_cast<size_t>(top_ - base_); }
  size_t available() const { return static_cast<size_t>(top_ - floor_); }
  NACRE_INLINE void push(ValType type, Value value) {
    top_->type = type;
    top_->value = value;
    ++top_;
  }
  NACRE_INLINE Value pop(ValType expected) {
    if (NACRE_LIKELY(top_ != floor_ && top_[-1].type == expected)) return (--top_)->value;
    return pop_slow(expected);
  }
  NACRE_NOINLINE Value pop_slow(ValType expected);
  Entry pop_any();
  Entry pop_ref();
  Entry pop_below(ValType expected);
  bool check_top(std::span<const ValType> types);
  void drop_top(size_t n) { top_ -= std::min(n, available()); }
  Ops top(size_t n) { return {top_ - n, n}; }
  Ops push_types(std::span<const ValType> types);
  void retype(std::span<const ValType> types);
  bool reserve(size_t n);
  NACRE_NOINLINE bool grow(size_t n);
  // Moves the n topmost entries down onto the k entries below them.
  void slide_down(size_t n, size_t k);

  // --- frames
  Frame& frame() { return frames_.back(); }
  Frame* frame_at(uint32_t depth);  // null after a failure
  void push_frame(FrameKind kind, std::span<const ValType> params,
                  std::span<const ValType> results);
  void enter_top_frame() { floor_ = base_ + frames_.back().height; }
  void set_unreachable();
  void mark_branch(Frame& f) { f.reached |= live_; }
  struct BlockType {
    std::span<const ValType> params, results;
  };
  BlockType block_type();  // of the instruction at hand
  std::span<const ValType> single(ValType type);

  // --- locals
  NACRE_INLINE bool find_local(uint32_t index, ValType& type);
  bool find_far_local(uint32_t index, ValType& type);
  bool is_set(uint32_t index) const;
  void mark_set(uint32_t index);
  void forget_sets(size_t down_to);

  // --- checks of immediates; false after a failure
  bool check_memory(uint32_t index);
  bool check_table(uint32_t index);
  bool check_elem(uint32_t index);
  bool check_data(uint32_t index);
  bool check_tag(uint32_t index);
  bool check_kind(TypeId type, uint32_t index, wasm::CompositeKind kind);
  bool check_memarg(MemArg& m, unsigned natural, bool exact);
  bool check_lane(unsigned lanes);
  ValType memory_index_type(uint32_t memory) const {
    return module_.memories[memory].limits.index_type();
  }
  ValType table_index_type(uint32_t table) const {
    return module_.tables[table].type.limits.index_type();
  }
  ValType table_elem_type(uint32_t table) const { return module_.tables[table].type.elem; }

  // --- regular instructions (function_validator_regular.hpp)
  template <Op op>
  NACRE_INLINE void regular();
  template <Op op>
  NACRE_INLINE void numeric();
  template <Op op>
  NACRE_INLINE void wide();
  template <Op op>
  NACRE_INLINE void lane_access();
  template <Op op>
  NACRE_INLINE void memory_access();
  template <Op op>
  NACRE_INLINE void memory_lane();
  template <Op op>
  NACRE_INLINE void whole_memory();
  template <Op op>
  NACRE_INLINE void atomic_access(const MemArg& m, ValType address);
  void shuffle();

  // --- control (function_validator_control.hpp)
  void open_block(FrameKind kind);
  void else_part();
  void end_frame();
  void branch();
  void branch_if();
  void branch_table();
  bool may_share_table(std::span<const ValType> a, std::span<const ValType> b) const;
  void return_op();
  void call(bool tail);
  void call_indirect(bool tail);
  void call_ref(bool tail);
  template <class Announce>
  void finish_call(TypeId type, bool tail, Announce&& announce);
  bool callee_returns_ours(TypeId type);
  void throw_op();
  void throw_ref();
  void try_table();
  bool check_catch(const Catch& clause, const Frame& target);
  void catch_part(bool all);
  void delegate();
  void rethrow();
  bool arm_done(Frame& f, Ops& results);
  void branch_on_null();
  void branch_on_non_null();
  void branch_on_cast(Op op);
  void check_label_cast(Op op, Frame& f, ValType source, ValType target);

  // --- variables, tables, references (function_validator_refs.hpp)
  NACRE_INLINE void local_get();
  NACRE_INLINE void local_set(bool tee);
  void global_get();
  bool constant_global(uint32_t index, const wasm::GlobalType& global);
  void global_set();
  void drop_op();
  void select_op();
  void select_typed();
  void table_get();
  void table_set();
  void table_size();
  void table_grow();
  void table_fill();
  void table_copy();
  void table_init();
  void elem_drop();
  void memory_copy();
  void memory_init();
  void data_drop();
  void ref_null();
  void ref_is_null();
  void ref_func();
  void ref_eq();
  void ref_as_non_null();
  void ref_test(bool null);
  void ref_cast(bool null);
  void struct_new(bool from_defaults);
  void struct_get(Op op);
  void struct_set();
  void array_new();
  void array_new_default();
  void array_new_fixed();
  void array_new_data();
  void array_new_elem();
  void array_get(Op op);
  void array_set();
  void array_len();
  void array_fill();
  void array_copy();
  void array_init_data();
  void array_init_elem();
  void ref_i31();
  void i31_get(Op op);
  void convert_extern(Op op, wasm::Heap from, wasm::Heap to);
  template <class TypeOf>
  bool check_elements(size_t n, TypeOf&& type_of);
  bool has_default(TypeId type);
  bool find_field(wasm::FieldType& field);
  bool find_array(wasm::FieldType& elem, bool written);
  bool readable(Op op, Op plain, ValType storage);
  static ValType ref_to(TypeId type, bool nullable) {
    return ValType::ref(HeapType::concrete(type), nullable);
  }

  // --- what each instruction is checked by: rows with a signature go to regular()
  template <Op op>
  NACRE_INLINE void on(OpTag<op>) {
    static_assert(wasm::has_signature(op), "an instruction typed by hand needs an overload below");
    regular<op>();
  }
  void on(OpTag<Op::unreachable>) {
    if (live_) consumer_.unreachable();
    set_unreachable();
  }
  void on(OpTag<Op::nop>) {
    if (live_) consumer_.nop();
  }
  void on(OpTag<Op::block>) { open_block(FrameKind::block); }
  void on(OpTag<Op::loop>) { open_block(FrameKind::loop); }
  void on(OpTag<Op::if_>) { open_block(FrameKind::if_); }
  void on(OpTag<Op::else_>) { else_part(); }
  void on(OpTag<Op::try_>) { open_block(FrameKind::try_); }
  void on(OpTag<Op::catch_>) { catch_part(false); }
  void on(OpTag<Op::throw_>) { throw_op(); }
  void on(OpTag<Op::rethrow>) { rethrow(); }
  void on(OpTag<Op::throw_ref>) { throw_ref(); }
  void on(OpTag<Op::end>) { end_frame(); }
  void on(OpTag<Op::br>) { branch(); }
  void on(OpTag<Op::br_if>) { branch_if(); }
  void on(OpTag<Op::br_table>) { branch_table(); }
  void on(OpTag<Op::return_>) { return_op(); }
  void on(OpTag<Op::call>) { call(false); }
  void on(OpTag<Op::call_indirect>) { call_indirect(false); }
  void on(OpTag<Op::return_call>) { call(true); }
  void on(OpTag<Op::return_call_indirect>) { call_indirect(true); }
  void on(OpTag<Op::call_ref>) { call_ref(false); }
  void on(OpTag<Op::return_call_ref>) { call_ref(true); }
  void on(OpTag<Op::delegate>) { delegate(); }
  void on(OpTag<Op::catch_all>) { catch_part(true); }
  void on(OpTag<Op::drop>) { drop_op(); }
  void on(OpTag<Op::select>) { select_op(); }
  void on(OpTag<Op::select_t>) { select_typed(); }
  void on(OpTag<Op::try_table>) { try_table(); }
  NACRE_INLINE void on(OpTag<Op::local_get>) { local_get(); }
  NACRE_INLINE void on(OpTag<Op::local_set>) { local_set(false); }
  NACRE_INLINE void on(OpTag<Op::local_tee>) { local_set(true); }
  void on(OpTag<Op::global_get>) { global_get(); }
  void on(OpTag<Op::global_set>) { global_set(); }
  void on(OpTag<Op::table_get>) { table_get(); }
  void on(OpTag<Op::table_set>) { table_set(); }
  void on(OpTag<Op::ref_null>) { ref_null(); }
  void on(OpTag<Op::ref_is_null>) { ref_is_null(); }
  void on(OpTag<Op::ref_func>) { ref_func(); }
  void on(OpTag<Op::ref_eq>) { ref_eq(); }
  void on(OpTag<Op::ref_as_non_null>) { ref_as_non_null(); }
  void on(OpTag<Op::br_on_null>) { branch_on_null(); }
  void on(OpTag<Op::br_on_non_null>) { branch_on_non_null(); }
  void on(OpTag<Op::struct_new>) { struct_new(false); }
  void on(OpTag<Op::struct_new_default>) { struct_new(true); }
  void on(OpTag<Op::struct_get>) { struct_get(Op::struct_get); }
  void on(OpTag<Op::struct_get_s>) { struct_get(Op::struct_get_s); }
  void on(OpTag<Op::struct_get_u>) { struct_get(Op::struct_get_u); }
  void on(OpTag<Op::struct_set>) { struct_set(); }
  void on(OpTag<Op::array_new>) { array_new(); }
  void on(OpTag<Op::array_new_default>) { array_new_default(); }
  void on(OpTag<Op::array_new_fixed>) { array_new_fixed(); }
  void on(OpTag<Op::array_new_data>) { array_new_data(); }
  void on(OpTag<Op::array_new_elem>) { array_new_elem(); }
  void on(OpTag<Op::array_get>) { array_get(Op::array_get); }
  void on(OpTag<Op::array_get_s>) { array_get(Op::array_get_s); }
  void on(OpTag<Op::array_get_u>) { array_get(Op::array_get_u); }
  void on(OpTag<Op::array_set>) { array_set(); }
  void on(OpTag<Op::array_len>) { array_len(); }
  void on(OpTag<Op::array_fill>) { array_fill(); }
  void on(OpTag<Op::array_copy>) { array_copy(); }
  void on(OpTag<Op::array_init_data>) { array_init_data(); }
  void on(OpTag<Op::array_init_elem>) { array_init_elem(); }
  void on(OpTag<Op::ref_test>) { ref_test(false); }
  void on(OpTag<Op::ref_test_null>) { ref_test(true); }
  void on(OpTag<Op::ref_cast>) { ref_cast(false); }
  void on(OpTag<Op::ref_cast_null>) { ref_cast(true); }
  void on(OpTag<Op::br_on_cast>) { branch_on_cast(Op::br_on_cast); }
  void on(OpTag<Op::br_on_cast_fail>) { branch_on_cast(Op::br_on_cast_fail); }
  void on(OpTag<Op::any_convert_extern>) {
    convert_extern(Op::any_convert_extern, wasm::Heap::extern_, wasm::Heap::any);
  }
  void on(OpTag<Op::extern_convert_any>) {
    convert_extern(Op::extern_convert_any, wasm::Heap::any, wasm::Heap::extern_);
  }
  void on(OpTag<Op::ref_i31>) { ref_i31(); }
  void on(OpTag<Op::i31_get_s>) { i31_get(Op::i31_get_s); }
  void on(OpTag<Op::i31_get_u>) { i31_get(Op::i31_get_u); }
  void on(OpTag<Op::memory_init>) { memory_init(); }
  void on(OpTag<Op::data_drop>) { data_drop(); }
  void on(OpTag<Op::memory_copy>) { memory_copy(); }
  void on(OpTag<Op::table_init>) { table_init(); }
  void on(OpTag<Op::elem_drop>) { elem_drop(); }
  void on(OpTag<Op::table_copy>) { table_copy(); }
  void on(OpTag<Op::table_grow>) { table_grow(); }
  void on(OpTag<Op::table_size>) { table_size(); }
  void on(OpTag<Op::table_fill>) { table_fill(); }
  void on(OpTag<Op::atomic_fence>) {
    if (live_) consumer_.atomic_fence();
  }

  const wasm::Module& module_;
  const wasm::TypeTable& types_;
  const wasm::Features features_;
  C& consumer_;
  const wasm::Limits limits_;
  const DeclaredFuncs* declared_;

  binary::OpReader r_;
  binary::Instr in_;                   // the instruction at hand
  const uint8_t* op_start_ = nullptr;  // its first byte
  Bytes code_;
  uint64_t code_offset_ = 0;
  Entry* base_ = nullptr;   // operand stack: [base_, limit_)
  Entry* floor_ = nullptr;  // first operand of the current frame
  Entry* top_ = nullptr;
  Entry* limit_ = nullptr;
  bool running_ = false;
  bool live_ = false;
  bool constant_ = false;
  uint32_t num_locals_ = 0;
  uint32_t num_params_ = 0;
  std::vector<ValType> locals_;     // types of the first locals, by index
  std::vector<LocalRun> runs_;      // all declared locals
  std::vector<uint32_t> run_ends_;  // index after each run; only filled when locals_ is partial
  std::vector<uint64_t> set_bits_;  // non-nullable locals that have been set
  std::vector<uint32_t> sets_;      // the same in order of setting, undone at a frame's end
  std::vector<Frame> frames_;
  std::vector<Entry> entries_;
  std::vector<std::unique_ptr<ValType[]>> singles_;  // block types that are one reference type
  size_t num_singles_ = 0;
  std::vector<uint32_t> checked_;  // by frame: the last br_table that checked its label
  uint32_t table_serial_ = 0;
  std::vector<Frame*> targets_;
  std::vector<Catch> catches_;
  std::vector<uint8_t> defaults_;  // by type: whether struct.new_default is possible
  size_t max_height_ = 0;
  uint32_t visible_globals_ = 0;
  ValType const_result_[1];
  DeclaredFuncs* found_ = nullptr;
  DeclaredFuncs own_declared_;
  Error error_;
  bool failed_ = false;
};

}  // namespace nacre::validate

#include "validate/function_validator_control.hpp"
#include "validate/function_validator_gc.hpp"
#include "validate/function_validator_refs.hpp"
#include "validate/function_validator_regular.hpp"
#include "validate/function_validator_run.hpp"
#include "validate/function_validator_stack.hpp"

// SPDX-License-Identifier: Apache-2.0
//
// The contract between the driver (function_validator.hpp) and what it feeds.
//
// FunctionValidator<Consumer> decodes and checks a body once and tells its consumer about every
// *reachable* instruction, operands first. Beside each operand's type the driver's stack carries
// a `Consumer::Value`, a small trivially copyable handle of the consumer's own (where the
// value is). Beside each control frame it carries a `Consumer::Label`. A handler that produces a
// value returns its handle; the driver pushes it.
//
// Rules
//  - No handler is called in unreachable code. A frame opened there is never announced.
//    else_/catch_/end of a frame that *was* announced are always announced, because its label
//    may be reachable; `reachable` says whether control falls into them from above.
//  - `Operands` spans are the driver's own entries, on its stack, deepest first; a handler may
//    rewrite the `value`s in them (never the types). They are popped after the handler returns.
//  - Values merge at labels: at `br`-like handlers, `values` are the operands the label takes; the
//    consumer moves them where the label's code expects them. Operands that the branch
//    does not consume stay below and are not touched.
//  - block/loop/try: `params` are the operands the frame starts with; the consumer may rewrite
//    their handles (a loop usually must put them in a fixed place).
//  - end: after `end(frame, reachable, values)` the frame's results are on the stack (types set,
//    values default-constructed) and `end_results(frame, results)` fills in their handles.
//    `else_` is the same for the then-arm's results; afterwards the driver pushes
//    the params again and calls `else_params`.
//    `end_results` is called only if code after the end can be reached: some branch or the last
//    arm reached it (`frame.reached`; for a loop, `reachable`). Otherwise no handler is called
//    until the next else_/catch_/end of an announced frame, although typing goes on.
//  - An `if` without else ends with kind if_: its params are its results when the condition
//    is zero, so it is always reached. `delegate` is an end as well, and end_results follows it.
//  - The function's frame ends like a block: end, end_results if reached, then finish. A branch to
//    it is a `br`; `return_` does not reach its label.
//  - NullConsumer below lists every handler; a consumer misses one at the price of a compile error.
#pragma once

#include <cstdint>
#include <span>

#include "base/v128.hpp"
#include "wasm/module.hpp"
#include "wasm/op.hpp"

namespace nacre::validate {

using wasm::HeapType;
using wasm::Op;
using wasm::TypeId;
using wasm::ValType;

template <class C>
struct Operand {
  ValType type;
  [[no_unique_address]] typename C::Value value;
};
template <class C>
using Operands = std::span<Operand<C>>;

enum class FrameKind : uint8_t {
  func,
  block,
  loop,
  if_,
  else_,
  try_table,
  try_,
  catch_,
  catch_all,
};

// A control frame of the driver. `height` is the operand stack's height below its params.
template <class C>
struct ControlFrame {
  FrameKind kind;
  bool announced;    // opened in reachable code
  bool unreachable;  // rest of the current arm is unreachable
  bool reached;      // some branch to its label was announced (or fell through)
  uint32_t height;
  uint32_t init_height;  // driver bookkeeping (non-nullable locals)
  std::span<const ValType> params;
  std::span<const ValType> results;
  [[no_unique_address]] typename C::Label label;
  // What a branch to this frame takes.
  std::span<const ValType> label_types() const {
    return kind == FrameKind::loop ? params : results;
  }
};

struct MemArg {
  uint64_t offset;
  uint32_t memory;
  uint8_t align_log2;
  bool is64;  // address type of the memory
};

// One clause of a try_table. The label's types have been checked against what it delivers.
enum class CatchKind : uint8_t { catch_, catch_ref, catch_all, catch_all_ref };
struct Catch {
  CatchKind kind;
  uint32_t tag;    // catch_, catch_ref
  uint32_t depth;  // label, relative to the frames *outside* the try_table
};

// A local declaration, run-length as in the binary.
struct LocalRun {
  uint32_t count;
  ValType type;
};

struct FuncStart {
  uint32_t func_index;
  TypeId type;
  std::span<const ValType> params, results;
  std::span<const LocalRun> locals;  // declared ones, after the params
  uint32_t num_locals;               // params included
  Bytes code;                        // instructions, after the locals
  uint64_t code_offset;              // of code[0] in the binary
};

// Consumes nothing: validation only. Also the reference list of handlers.
struct NullConsumer {
  struct Value {};
  struct Label {};
  using Frame = ControlFrame<NullConsumer>;
  using Ops = Operands<NullConsumer>;

  void begin(const FuncStart&) {}
  void finish() {}                 // after the function's final end
  void at(uint64_t /*offset*/) {}  // binary offset of the next announced instruction

  // --- constants, locals, globals, parametric
  Value constant(ValType, uint64_t /*bits*/) { return {}; }  // i32 zero-extended; f32/f64 bits
  Value constant_v128(const V128&) { return {}; }
  Value local_get(uint32_t, ValType) { return {}; }
  void local_set(uint32_t, ValType, Value) {}
  Value local_tee(uint32_t, ValType, Value) { return {}; }
  Value global_get(uint32_t, ValType) { return {}; }
  void global_set(uint32_t, ValType, Value) {}
  void drop(ValType, Value) {}
  Value select(ValType, Value /*a*/, Value /*b*/, Value /*condition*/) { return {}; }

  // --- regular numeric and vector instructions (num::NAME gives the meaning of each)
  Value unary(Op, Value) { return {}; }
  Value binary(Op, Value, Value) { return {}; }
  Value ternary(Op, Value, Value, Value) { return {}; }  // bitselect, relaxed madd ...
  void wide(Op, std::span<const Value> /*2 or 4*/, std::span<Value, 2> /*lo, hi*/) {}
  Value extract_lane(Op, uint8_t, Value) { return {}; }
  Value replace_lane(Op, uint8_t, Value /*vector*/, Value /*scalar*/) { return {}; }
  Value shuffle(const V128& /*lane indices*/, Value, Value) { return {}; }

  // --- memory
  Value load(Op, const MemArg&, Value /*address*/) { return {}; }  // vector loads included
  void store(Op, const MemArg&, Value /*address*/, Value) {}
  Value load_lane(Op, const MemArg&, uint8_t, Value /*address*/, Value /*vector*/) { return {}; }
  void store_lane(Op, const MemArg&, uint8_t, Value, Value) {}
  Value memory_size(uint32_t) { return {}; }
  Value memory_grow(uint32_t, Value) { return {}; }
  void memory_fill(uint32_t, Value /*dst*/, Value /*byte*/, Value /*n*/) {}
  void memory_copy(uint32_t /*dst memory*/, uint32_t /*src memory*/, Value, Value, Value) {}
  void memory_init(uint32_t /*data*/, uint32_t /*memory*/, Value, Value, Value) {}
  void data_drop(uint32_t) {}
  Value atomic_load(Op, const MemArg&, Value) { return {}; }
  void atomic_store(Op, const MemArg&, Value, Value) {}
  Value atomic_rmw(Op, const MemArg&, Value /*address*/, Value) { return {}; }
  Value atomic_cmpxchg(Op, const MemArg&, Value, Value /*expected*/, Value /*replacement*/) {
    return {};
  }
  Value atomic_wait(Op, const MemArg&, Value, Value /*expected*/, Value /*timeout ns*/) {
    return {};
  }
  Value atomic_notify(const MemArg&, Value, Value /*count*/) { return {}; }
  void atomic_fence() {}

  // --- tables
  Value table_get(uint32_t, ValType /*elem*/, Value) { return {}; }
  void table_set(uint32_t, Value, Value) {}
  Value table_size(uint32_t) { return {}; }
  Value table_grow(uint32_t, Value /*init*/, Value /*n*/) { return {}; }
  void table_fill(uint32_t, Value, Value, Value) {}
  void table_copy(uint32_t /*dst*/, uint32_t /*src*/, Value, Value, Value) {}
  void table_init(uint32_t /*elem*/, uint32_t /*table*/, Value, Value, Value) {}
  void elem_drop(uint32_t) {}

  // --- references and GC
  Value ref_null(HeapType) { return {}; }
  Value ref_is_null(ValType, Value) { return {}; }
  Value ref_func(uint32_t) { return {}; }
  Value ref_eq(Value, Value) { return {}; }
  Value ref_as_non_null(ValType, Value) { return {}; }
  Value ref_test(ValType /*operand*/, ValType /*target*/, Value) { return {}; }
  Value ref_cast(ValType /*operand*/, ValType /*target*/, Value) { return {}; }
  Value struct_new(TypeId, Ops /*fields*/) { return {}; }
  Value struct_new_default(TypeId) { return {}; }
  Value struct_get(Op, TypeId, uint32_t /*field*/, Value) { return {}; }
  void struct_set(TypeId, uint32_t, Value, Value) {}
  Value array_new(TypeId, Value /*init*/, Value /*n*/) { return {}; }
  Value array_new_default(TypeId, Value) { return {}; }
  Value array_new_fixed(TypeId, Ops) { return {}; }
  Value array_new_data(TypeId, uint32_t, Value /*offset*/, Value /*n*/) { return {}; }
  Value array_new_elem(TypeId, uint32_t, Value, Value) { return {}; }
  Value array_get(Op, TypeId, Value /*array*/, Value /*index*/) { return {}; }
  void array_set(TypeId, Value, Value, Value) {}
  Value array_len(Value) { return {}; }
  void array_fill(TypeId, Value, Value /*index*/, Value /*value*/, Value /*n*/) {}
  void array_copy(TypeId /*dst*/, TypeId /*src*/, Value, Value, Value, Value, Value) {}
  void array_init_data(TypeId, uint32_t, Value, Value, Value, Value) {}
  void array_init_elem(TypeId, uint32_t, Value, Value, Value, Value) {}
  Value ref_i31(Value) { return {}; }
  Value i31_get(Op, Value) { return {}; }
  Value convert_extern(Op, Value) { return {}; }  // any.convert_extern, extern.convert_any

  // --- control
  void unreachable() {}
  void nop() {}
  void block(Frame&, Ops /*params*/) {}
  void loop(Frame&, Ops) {}
  void if_(Frame&, Value /*condition*/, Ops) {}
  void else_(Frame&, bool /*reachable*/, Ops /*then results, empty if not reachable*/) {}
  void else_params(Frame&, Ops) {}
  void end(Frame&, bool /*reachable*/, Ops /*results, empty if not reachable*/) {}
  void end_results(Frame&, Ops) {}
  void br(Frame&, Ops /*values*/) {}
  void br_if(Frame&, Value, Ops) {}  // values stay on the stack afterwards
  // One frame per entry, the default last. `values` fits every target.
  void br_table(Value /*index*/, std::span<Frame* const>, Ops) {}
  void return_(Ops) {}
  // br_on_null: branches with `values` when null, else the reference stays (as the result).
  Value br_on_null(Frame&, ValType, Value, Ops) { return {}; }
  // br_on_non_null: branches with `values` *and* the reference on top when it is not null.
  // `values` includes the reference as its last entry.
  void br_on_non_null(Frame&, ValType, Ops) {}
  // br_on_cast(_fail): `values` includes the reference as its last entry. `target` is the type
  // tested. Returns the handle of the reference that stays when it does not branch.
  Value br_on_cast(Op, Frame&, ValType /*operand*/, ValType /*target*/, Ops) { return {}; }

  // --- calls. results: filled in by the handler, types set, in order.
  void call(uint32_t, TypeId, Ops /*args*/, Ops /*results*/) {}
  void call_indirect(uint32_t /*table*/, TypeId, Value /*index*/, Ops, Ops) {}
  void call_ref(TypeId, Value, Ops, Ops) {}
  void return_call(uint32_t, TypeId, Ops) {}
  void return_call_indirect(uint32_t, TypeId, Value, Ops) {}
  void return_call_ref(TypeId, Value, Ops) {}

  // --- exceptions. try_table: a catch's label is frames[i]; the values delivered are the tag's
  // params, then the exnref for the _ref kinds.
  void try_table(Frame&, std::span<const Catch>, std::span<Frame* const> /*labels*/, Ops) {}
  void throw_(uint32_t /*tag*/, Ops) {}
  void throw_ref(Value) {}
  // Legacy. catch_: the protected (or previous catch) part ends like else_ ends a then-arm;
  // `caught` are the tag's params, whose handles the handler sets.
  void try_(Frame&, Ops) {}
  void catch_(Frame&, bool, Ops, uint32_t /*tag*/, Ops /*caught*/) {}
  void catch_all(Frame&, bool, Ops) {}
  void delegate(Frame&, bool, Ops, Frame& /*target: outermost is the function*/) {}
  void rethrow(Frame& /*the catch frame*/) {}
};

}  // namespace nacre::validate

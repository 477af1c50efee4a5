// SPDX-License-Identifier: Apache-2.0
//
// Compiler: the consumer of the validating driver that writes machine code in one pass.
//
// Values are deferred (value.hpp) until their consumer is known. Locals live in frame slots
// ("homes"); the hottest ones of a region (scan.hpp) also in a register of their own, a pin, whose
// register or home (or both) holds the value: State. Labels are reached with one State; each edge
// adds what is missing. No register survives a call, so before one every pin is stored that differs
// from its home, and afterwards pins are loaded when they are next read.
//
// The frame, from rbp down: the vm context (not in leaf functions), homes of locals, operand slots.
// Operand i of the WebAssembly stack (v128 counts twice) has the i-th slot, at a lower address than
// operand i - 1; it is written only when the value must be in memory.
//
// How a handler is written:
//   const Mark mark = begin();              // nothing is locked yet
//   const uint8_t x = to_reg(value);        // locked: stays where it is until the mark is closed
//   const uint8_t d = alloc(0);             // a scratch register, locked as well
//   ... a.lea(r64(d), mem(r64(x), 8)) ...
//   return push_result(mark, value, ValueClass::i64, d);   // pops `value` and all above it
//
// Handlers by file: compiler_values.cpp (constants, locals, globals, arithmetic), _memory,
// _control, _call, _exceptions, _tables, _gc, _bulk, _listener. _emit and _ops turn trees into code
// by the rows. What is written down about a function on the way: records.hpp.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "baseline/audit.hpp"
#include "baseline/function_compiler.hpp"
#include "baseline/records.hpp"
#include "baseline/scan.hpp"
#include "baseline/value.hpp"
#include "codegen/builtins.hpp"
#include "codegen/rows/x64/rows.hpp"
#include "codegen/rows/x64/simd.hpp"
#include "codegen/x64/abi.hpp"
#include "codegen/x64/subtype.hpp"
#include "runtime/objects.hpp"
#include "runtime/store.hpp"
#include "runtime/vm_context.hpp"
#include "validate/consumer.hpp"

namespace nacre::baseline {

using codegen::Condition;
using codegen::Operand;
using codegen::Operands;
using codegen::Row;
using codegen::RowOp;
using codegen::x64::Cond;
using codegen::x64::Gpr;
using codegen::x64::mem;
using codegen::x64::r32;
using codegen::x64::r64;
using codegen::x64::Reach;
using codegen::x64::Size;
using codegen::x64::xmm;
using validate::MemArg;
using wasm::HeapType;
using wasm::Op;
using wasm::TypeId;
using wasm::ValType;
namespace x64 = codegen::x64;

class Compiler {
 public:
  using Value = baseline::Value;
  using Label = FrameLabel;
  using Frame = validate::ControlFrame<Compiler>;
  using Ops = validate::Operands<Compiler>;

  Compiler(const runtime::CompiledModule& module, const CompileOptions& options);

  // The function just driven, into `out`; unless it must be driven once more, or is too large.
  enum class Outcome : uint8_t { done, again, failed };
  Outcome take(uint32_t defined_index, codegen::FunctionBatch& out);

  // ===== handlers of the driver (validate/consumer.hpp)
  void begin(const validate::FuncStart& start);
  void finish();
  void at(uint64_t offset) {
    if constexpr (Audit::on) audit();
    wasm_at_ = static_cast<uint32_t>(offset - code_offset_);
    audit_.at(wasm_at_);
  }

  Value constant(ValType type, uint64_t bits);
  Value constant_v128(const V128& bits);
  Value local_get(uint32_t local, ValType type);
  void local_set(uint32_t local, ValType type, Value v);
  Value local_tee(uint32_t local, ValType type, Value v);
  Value global_get(uint32_t global, ValType type);
  void global_set(uint32_t global, ValType type, Value v);
  void drop(ValType type, Value v);
  Value select(ValType type, Value a, Value b, Value condition);

  Value unary(Op op, Value a);
  Value binary(Op op, Value a, Value b);
  Value ternary(Op op, Value a, Value b, Value c);
  void wide(Op op, std::span<const Value> in, std::span<Value, 2> out);
  Value extract_lane(Op op, uint8_t lane, Value a);
  Value replace_lane(Op op, uint8_t lane, Value a, Value b);
  Value shuffle(const V128& lanes, Value a, Value b);

  Value load(Op op, const MemArg& m, Value address);
  void store(Op op, const MemArg& m, Value address, Value v);
  Value load_lane(Op op, const MemArg& m, uint8_t lane, Value address, Value v);
  void store_lane(Op op, const MemArg& m, uint8_t lane, Value address, Value v);
  Value memory_size(uint32_t memory);
  Value memory_grow(uint32_t memory, Value pages);
  void memory_fill(uint32_t memory, Value dst, Value byte, Value n);
  void memory_copy(uint32_t dst_memory, uint32_t src_memory, Value dst, Value src, Value n);
  void memory_init(uint32_t data, uint32_t memory, Value dst, Value src, Value n);
  void data_drop(uint32_t data);
  Value atomic_load(Op op, const MemArg& m, Value address);
  void atomic_store(Op op, const MemArg& m, Value address, Value v);
  Value atomic_rmw(Op op, const MemArg& m, Value address, Value v);
  Value atomic_cmpxchg(Op op, const MemArg& m, Value address, Value expected, Value replacement);
  Value atomic_wait(Op op, const MemArg& m, Value address, Value expected, Value timeout);
  Value atomic_notify(const MemArg& m, Value address, Value count);
  void atomic_fence();

  Value table_get(uint32_t table, ValType elem, Value i);
  void table_set(uint32_t table, Value i, Value v);
  Value table_size(uint32_t table);
  Value table_grow(uint32_t table, Value init, Value n);
  void table_fill(uint32_t table, Value i, Value v, Value n);
  void table_copy(uint32_t dst_table, uint32_t src_table, Value dst, Value src, Value n);
  void table_init(uint32_t elem, uint32_t table, Value dst, Value src, Value n);
  void elem_drop(uint32_t elem);

  Value ref_null(HeapType heap);
  Value ref_is_null(ValType type, Value v);
  Value ref_func(uint32_t func);
  Value ref_eq(Value a, Value b);
  Value ref_as_non_null(ValType type, Value v);
  Value ref_test(ValType operand, ValType target, Value v);
  Value ref_cast(ValType operand, ValType target, Value v);
  Value struct_new(TypeId type, Ops fields);
  Value struct_new_default(TypeId type);
  Value struct_get(Op op, TypeId type, uint32_t field, Value v);
  void struct_set(TypeId type, uint32_t field, Value object, Value v);
  Value array_new(TypeId type, Value init, Value n);
  Value array_new_default(TypeId type, Value n);
  Value array_new_fixed(TypeId type, Ops elements);
  Value array_new_data(TypeId type, uint32_t data, Value offset, Value n);
  Value array_new_elem(TypeId type, uint32_t elem, Value offset, Value n);
  Value array_get(Op op, TypeId type, Value array, Value i);
  void array_set(TypeId type, Value array, Value i, Value v);
  Value array_len(Value array);
  void array_fill(TypeId type, Value array, Value i, Value v, Value n);
  void array_copy(TypeId dst_type, TypeId src_type, Value dst, Value dst_i, Value src, Value src_i,
                  Value n);
  void array_init_data(TypeId type, uint32_t data, Value array, Value at, Value offset, Value n);
  void array_init_elem(TypeId type, uint32_t elem, Value array, Value at, Value offset, Value n);
  Value ref_i31(Value v);
  Value i31_get(Op op, Value v);
  Value convert_extern(Op op, Value v);

  void unreachable();
  void nop() {}
  void block(Frame& frame, Ops params);
  void loop(Frame& frame, Ops params);
  void if_(Frame& frame, Value condition, Ops params);
  void else_(Frame& frame, bool reachable, Ops results);
  void else_params(Frame& frame, Ops params);
  void end(Frame& frame, bool reachable, Ops results);
  void end_results(Frame& frame, Ops results);
  void br(Frame& frame, Ops values);
  void br_if(Frame& frame, Value condition, Ops values);
  void br_table(Value index, std::span<Frame* const> frames, Ops values);
  void return_(Ops values);
  Value br_on_null(Frame& frame, ValType type, Value ref, Ops values);
  void br_on_non_null(Frame& frame, ValType type, Ops values);
  Value br_on_cast(Op op, Frame& frame, ValType operand, ValType target, Ops values);

  void call(uint32_t func, TypeId type, Ops args, Ops results);
  void call_indirect(uint32_t table, TypeId type, Value index, Ops args, Ops results);
  void call_ref(TypeId type, Value func, Ops args, Ops results);
  void return_call(uint32_t func, TypeId type, Ops args);
  void return_call_indirect(uint32_t table, TypeId type, Value index, Ops args);
  void return_call_ref(TypeId type, Value func, Ops args);

  void try_table(Frame& frame, std::span<const validate::Catch> catches,
                 std::span<Frame* const> labels, Ops params);
  void throw_(uint32_t tag, Ops payload);
  void throw_ref(Value exception);
  void try_(Frame& frame, Ops params);
  void catch_(Frame& frame, bool reachable, Ops results, uint32_t tag, Ops caught);
  void catch_all(Frame& frame, bool reachable, Ops results);
  void delegate(Frame& frame, bool reachable, Ops results, Frame& target);
  void rethrow(Frame& frame);

 private:
  // ===== registers (compiler_emit.cpp)
  // What is locked between begin() and close() stays where it is.
  struct Mark {
    uint32_t locked[2], temps[2];
  };
  Mark begin();
  void close(const Mark& mark);  // unlocks, frees scratch registers
  uint8_t alloc(unsigned file, uint32_t avoid = 0);
  void lock(unsigned file, uint8_t reg) { locked_[file] |= 1u << reg; }
  void take_fixed(uint8_t gpr);  // makes a general register free and locks it
  void free_reg(unsigned file, uint8_t reg) { free_[file] |= 1u << reg; }
  void relocate(unsigned file, uint8_t reg);
  bool is_owned(const Node& n) const { return n.kind == NodeKind::reg; }
  void verify() const;
  // The audit's view of the same, in debug builds: after every instruction, when a simple value is
  // read, and when pins are anew what the state says.
  void audit();
  void audit_read(uint32_t n) {
    if constexpr (Audit::on) check_read(n);
  }
  void audit_slot(uint32_t n) {
    if constexpr (Audit::on)
      audit_.is_in_frame(n, slot_mem(nodes_[n].slot, nodes_[n].cls).disp, bytes_of(nodes_[n].cls));
  }
  void audit_hold(unsigned i, const Operand& x, unsigned file = 0) {
    if constexpr (Audit::on) hold(i, x, file);
  }
  void joined() {
    if constexpr (Audit::on) note_pins();
  }
  void check_read(uint32_t n);
  void hold(unsigned i, const Operand& x, unsigned file);
  void note_pins();

  // ===== nodes
  Node& node(Value v) { return nodes_[v.node]; }
  uint32_t top_node() const { return static_cast<uint32_t>(nodes_.size()); }
  uint32_t next_slot() const;  // of the next value pushed
  Node& push(NodeKind kind, ValueClass cls, uint32_t start);
  Value push_reg(ValueClass cls, uint8_t reg, bool is_ref = false);
  Value push_slot(ValueClass cls, bool is_ref = false);
  Value push_local(uint32_t local, ValueClass cls, bool is_ref);
  Value push_constant(ValueClass cls, uint64_t bits);
  // Pops every node from `first` on, freeing what they own.
  void truncate(uint32_t first);
  void pop_from(Value first) { truncate(nodes_[first.node].start); }
  // Ends a handler: pops `first` and all above, then pushes the register as its result.
  Value push_result(const Mark& mark, Value first, ValueClass cls, uint8_t reg,
                    bool is_ref = false);
  void kill_inner(uint32_t n);
  void own(uint32_t n, uint8_t reg);
  bool is_simple(uint32_t n) const;
  bool is_constant(Value v) const { return nodes_[v.node].kind == NodeKind::constant; }
  uint32_t operand_of(uint32_t n, unsigned i) const;  // of an op or load node
  bool is_gc_ref(ValType type) const;

  Value defer(Op op, ValueClass cls, unsigned arity, Value first);
  bool absorbs(Op op, uint32_t operand) const;
  // The row that leaves the operation's truth in the flags; those with scratch registers do not
  // count.
  const Row* flags_row(const Node& n) const;

  // ===== trees into code
  // The value in a register that must not be written; locked.
  uint8_t to_reg(Value v);
  // The value in a register of the handler's own; locked.
  uint8_t to_owned_reg(Value v);
  // Handlers with several operands compute them all before they hold a register: code of a tree may
  // need certain registers.
  template <class... V>
  void compute(V... values) {
    for (const Value v : {values...})
      if (!is_simple(v.node)) materialize(v.node);
  }
  void to_fixed_reg(Value v, uint8_t reg);  // general register, made free before; locked
  void materialize(uint32_t n, uint8_t dest = no_reg);       // makes `n` a reg node
  void spill(uint32_t n);                                    // makes `n` a slot node
  void emit_into(uint32_t n, ValueClass cls, uint8_t dest);  // the value, into a pin or argument
  uint8_t emit_op(uint32_t n, uint8_t dest);
  uint8_t emit_load(uint32_t n, uint8_t dest);
  uint8_t emit_select(uint32_t n, uint8_t dest);
  bool emit_lea(uint32_t n, uint8_t dest, uint8_t& out);
  void load_simple(uint32_t n, uint8_t reg);  // constants, locals, slots, registers
  void copy_to_slot(uint32_t n, uint32_t slot);
  Value row_result(const Row& row, std::span<const Value> in, uint8_t lane = 0,
                   const V128* pattern = nullptr);
  Operand operand(uint32_t n, const codegen::Input& in, bool memory_allowed);
  bool foldable_load(uint32_t n, const codegen::Input& in) const;
  bool prepare_inputs(const Row& row, const uint32_t* in, bool may_fold);
  void place_inputs(const Row& row, const uint32_t* in, Operands& o, bool fold_loads);
  void place_outputs(const Row& row, const uint32_t* in, Operands& o, uint8_t dest);
  void place_traps(const Row& row, Operands& o);
  bool may_share(const Row& row, const Operands& o, uint8_t reg, unsigned file,
                 bool will_move) const;
  void emit_row(const Row& row, const Operands& o);
  // Evaluates a condition into the flags; nothing may touch them until they are used.
  Condition to_flags(uint32_t n);
  void flush_loads() {
    if (!pending_loads_.empty()) flush_loads_slow();
  }
  void flush_loads_slow();
  Mem slot_mem(uint32_t slot, ValueClass cls) const;
  void load_constant(ValueClass cls, uint64_t bits, uint8_t reg);

  // ===== locals and pins
  Local& local(uint32_t index) { return locals_[index]; }
  Mem home(uint32_t index) const { return mem(x64::rbp, locals_[index].home); }
  Mem pin_home(const Pin& pin) const;
  void load_pin(unsigned pin);
  void store_pin(unsigned pin);
  void store_pins(uint32_t which);
  uint32_t dirty_pins() const { return state_.in_reg & ~state_.in_mem; }
  void set_pins(uint32_t region);
  void forget_pins();
  void detach_readers(uint32_t local, uint32_t below);
  void assign_local(uint32_t index, Value v);

  // ===== control
  void list_roots(uint32_t from, uint32_t below);  // into roots_, lowest first
  void flush_all(uint32_t below);        // every value below to its slot, but for constants
  void flush_registers(uint32_t below);  // what a call would destroy
  void to_adjacent_slots(uint32_t first);
  void flush_if_loads_before(uint32_t first);
  void push_params(Frame& frame, Ops params);
  void settle_values(Ops values);
  void unreached_state();
  void end_if_without_else(Frame& frame, bool reachable);
  void end_function(bool reachable, Ops results);
  void branch_on(Frame& frame, Condition c, Ops values);
  bool in_place(Frame& frame, Ops values) const;
  codegen::Label table_target(Frame& frame, Ops values);
  void begin_frame(Frame& frame, Ops params);
  codegen::Label& code_label(Frame& frame);
  void move_values(Frame& frame, Ops values);
  void fix_edge(FrameLabel& label);
  void jump_to(Frame& frame);  // the edge from here, values in place
  void jump_if_to(Frame& frame, Condition c);
  void leave_region(bool reachable);
  void loop_header(Frame& frame);
  void poll_loop();
  void use_fuel();
  void move_results(Ops values);
  void emit_epilogue();
  void leave(Ops values);  // settled
  struct TableStub {
    codegen::Label label;
    Frame* frame;
  };
  RefRange ref_snapshot();
  void link_refs(RefRange range);
  size_t ref_position(uint32_t node) const;
  void refs_change(size_t position);
  void emit_poll(const ColdPoll& poll);
  void collect_fixes(FrameLabel& label, bool has_state);
  void apply(const FixMove& move);
  uint32_t pin_count() const { return static_cast<uint32_t>(pins_.size()); }
  uint32_t all_pins() const { return static_cast<uint32_t>((uint64_t{1} << pins_.size()) - 1); }

  // ===== memory
  // Operand for an access of `bytes` at `address` + m.offset, bounds checked where they must be.
  Mem access(const MemArg& m, uint32_t address, unsigned bytes, bool aligned = false);
  uint8_t memory_object(uint32_t memory);
  uint8_t memory_base_reg(uint32_t memory, uint8_t object);
  Mem memory_length_mem(uint32_t memory, uint8_t& object);
  void check_bounds(uint32_t memory, uint8_t index, uint64_t end, uint8_t& object);
  void check_bounds_of_constant(uint32_t memory, uint64_t index, uint64_t end, uint8_t& object);
  bool update_in_place(Op op, const MemArg& m, Value address, Value v);
  Value atomic(Op op, const MemArg& m, std::span<const Value> in);
  bool is_guarded(uint32_t memory) const { return guarded_[memory]; }
  void emit_access(const Row& row, const Operands& o, uint32_t memory);
  Operands lane_operands(const Row& row, Op op, const MemArg& m, uint8_t lane, Value address,
                         Value v);
  void memory_site(uint32_t code_offset, uint32_t wasm);
  Mem vm_field(size_t offset) const { return mem(x64::vm_reg, static_cast<int32_t>(offset)); }

  // ===== calls
  void prepare_call(uint32_t first_arg_node);
  void place_args(const codegen::CallLayout& layout, Ops args, uint32_t area);
  void move_to_registers(std::span<const codegen::ValuePlace> places,
                         std::span<const uint32_t> nodes);
  uint8_t register_of(uint32_t n) const;
  void store_simple(uint32_t n, const Mem& to);
  void load_import(uint32_t func);
  void reload_vm();
  uint32_t reloaded_at_ = 0, reload_bytes_ = 0;  // the last time
  void check_callee_type(uint32_t table, TypeId type);
  void load_callee(Value func);
  void hold_callee(const Mark& mark, Value operand);
  void release_callee();
  void through_callee(const Mark& mark, const codegen::CallLayout& layout, Ops args, Value operand);
  void leave_for_tail_call(const codegen::CallLayout& layout, Ops args);
  void finish_call(const codegen::CallLayout& layout, uint32_t first_arg_node, Ops results);
  void emit_callee_of_table(uint32_t table, TypeId type, Value index);
  const codegen::CallLayout& layout_of(TypeId type);
  void parallel_move();  // reg_moves_
  // A runtime function on the operands from `first` on (all on top of the stack), which it finds in
  // their slots. Pops them; results are then at their first slot: push_slot. Everything else
  // is as after a call. `first`: top_node() without operands.
  void call_builtin(codegen::BuiltinId id, uint64_t a, uint64_t b, uint32_t first);
  uint32_t first_of(Value v) const { return nodes_[v.node].start; }

  // ===== exceptions
  uint32_t handlers_ = UINT32_MAX;  // clauses in force
  void add_site_handlers(uint32_t offset);

  // ===== traps, sites
  codegen::Label trap_label(Trap trap) {
    return cold_trap(trap, codegen::Site::Kind::trap, wasm_at_);
  }
  // The same, and the message names the index that this register holds when it is jumped to.
  codegen::Label trap_label_with(Trap trap, uint8_t index) {
    return cold_trap(trap, codegen::Site::Kind::trap, wasm_at_, {index, false, false, 0});
  }
  // The same for an index known now.
  codegen::Label trap_label_at(Trap trap, uint64_t index) {
    return cold_trap(trap, codegen::Site::Kind::trap, wasm_at_, {no_reg, true, false, index});
  }
  // Of an array whose length is at [scratch register + array_length_at].
  codegen::Label array_trap_label(uint8_t index, uint64_t constant) {
    return cold_trap(Trap::array_out_of_bounds, codegen::Site::Kind::trap, wasm_at_,
                     {index, index == no_reg, true, constant});
  }
  codegen::Label dynamic_trap_label();
  static constexpr int32_t array_length_at = 4;
  codegen::Label cold_trap(Trap trap, codegen::Site::Kind kind, uint32_t wasm,
                           const TrapIndex& index = no_index);
  void store_trap_index(const TrapIndex& index);
  void add_site(uint32_t offset, codegen::Site::Kind kind, Trap trap, uint32_t wasm);
  // At a call or builtin call: everything live is in frame slots.
  void add_call_site(uint32_t offset);
  void emit_cold();

  // ===== a function's frame (compiler.cpp)
  void reset();
  ValType type_of(const validate::FuncStart& start, uint32_t index);
  void place_homes(const validate::FuncStart& start);
  void receive_params(const validate::FuncStart& start);
  void clear_locals();
  uint32_t write_prologue(const codegen::FrameInfo& frame, uint32_t overflow_at);

  // ===== tables, references, objects (compiler_tables, _refs, _gc.cpp)
  static ValueClass index_class(const wasm::SizeLimits& limits) {
    return limits.is64 ? ValueClass::i64 : ValueClass::i32;
  }
  void load_table(uint32_t table, uint8_t base);
  Mem table_entry(uint32_t table, Value i);
  void test_null(Value ref);
  Value copy_of(Value v);
  void branch_always(Frame& frame, Ops values);  // values are settled
  // How it is found out whether a reference that is not null has a type.
  enum class TypeTest : uint8_t { always, never, i31, not_boxed, object, function, builtin };
  TypeTest type_test(ValType from, ValType to) const;
  void prepare_type_test(ValType from, ValType to);
  void test_type(uint8_t ref, ValType from, ValType to, codegen::Label fail);
  void test_object_type(uint8_t ref, ValType from, ValType to, codegen::Label match,
                        codegen::Label fail);
  void test_function_type(uint8_t ref, ValType to, codegen::Label match, codegen::Label fail);
  void load_type(Gpr d, TypeId type);
  void load_gc_base(Gpr d);
  uint8_t result_reg(Value v, unsigned file);
  void check_not_null(uint8_t ref, Trap trap);
  void load_field(const runtime::FieldLayout& f, bool is_signed, uint8_t d, const Mem& m);
  void prepare_stored(const runtime::FieldLayout& f, Value v);
  void store_field(const runtime::FieldLayout& f, const Mem& m, Value v);
  Mem array_element(const runtime::FieldLayout& f, uint8_t array, Value i);
  // An object just made: registers with its reference and the heap's base.
  struct Fresh {
    uint8_t object, base;
  };
  Fresh allocate(TypeId type, uint32_t bytes, uint32_t length, bool zeroed,
                 codegen::BuiltinId slow);
  Value new_object(TypeId type, uint32_t bytes, uint32_t length, const Value* first,
                   codegen::BuiltinId slow);

  // ===== bulk memory (compiler_bulk.cpp)
  bool inline_bulk(uint32_t memory, Value n);
  void check_bulk(uint32_t memory, uint8_t address, uint32_t n);
  void bulk_by_stub(size_t stub, codegen::BuiltinId id, Value dst, Value second, Value n);
  Mem global_place(uint32_t index, ValType type);
  void load_memory_object(uint32_t memory);
  void load_memory_base(uint32_t memory);
  void load_pattern(uint8_t vector, uint64_t half);

  // ===== functions that are listened to (compiler_listener.cpp)
  void keep_all_params(const validate::FuncStart& start);
  void tell_before(const validate::FuncStart& start);
  void tell_after(Ops values);  // settled; leaves them where move_results does
  void tell_tail_call();
  void end_listened(bool reachable, Ops results);

  // ===== cold calls (compiler_cold.cpp)
  codegen::Label cold_bulk_call(Cond condition, codegen::BuiltinId id);
  codegen::Label cold_call(Cond condition, codegen::BuiltinId id, uint32_t arg_a, uint32_t arg_b,
                           uint32_t operand, uint8_t dest);
  void emit_cold_calls();
  std::vector<ColdCall> cold_calls_;
  std::vector<ColdMove> cold_moves_;

  // ===== exceptions (compiler_exceptions.cpp)
  void begin_handler();
  void push_payload(uint32_t tag, std::vector<validate::Operand<Compiler>>& values);
  void begin_catch(Frame& frame, bool reachable, Ops results, uint32_t tag);
  void end_catch(Frame& frame, Ops results);
  void resolve_forwards();
  bool has_forwards_ = false;

  // ===== constant over the compiler's life
  const runtime::CompiledModule& compiled_;
  const wasm::Module& module_;
  const CompileOptions options_;
  const codegen::RowChoice rows_;
  std::vector<bool> guarded_;  // by memory
  std::vector<codegen::CallLayout> layouts_;
  std::vector<uint32_t> layout_index_;  // by type, + 1

  // ===== of the function at hand
  codegen::CodeBuffer code_;
  x64::Assembler a;
  Audit audit_{code_};
  Scan scan_;
  uint64_t code_offset_ = 0;
  uint32_t wasm_at_ = 0;
  uint32_t epoch_ = 0;
  TypeId type_ = 0;
  const codegen::CallLayout* own_layout_ = nullptr;
  bool leaf_ = false;
  bool listened_ = false;
  uint32_t func_index_ = 0;
  uint32_t room_ = 0;        // for entry and prologue
  bool wants_room_ = false;  // the last attempt had too little
  uint32_t homes_end_ = 0;   // bytes below rbp
  uint32_t max_slots_ = 0;   // operand slots used
  uint32_t num_locals_ = 0;
  std::vector<Local> locals_;
  std::vector<Node> nodes_;
  std::vector<V128> vectors_;
  std::vector<uint32_t> pending_loads_;
  uint32_t flushed_ = 0;  // nodes below own no register and need no code
  uint32_t settled_ = 0;  // nodes below are slots or constants
  static constexpr uint32_t no_fold = UINT32_MAX;
  uint32_t folded_wasm_ = no_fold;  // the instruction of the load that place_inputs folded in
  uint32_t free_[2] = {}, locked_[2] = {}, temps_[2] = {};
  uint32_t owner_[2][16] = {};
  uint32_t allocatable_[2] = {};        // neither pinned nor reserved
  std::vector<Pin> pins_, outer_pins_;  // of this region, and outside of loops
  uint32_t region_ = 0, regions_seen_ = 0, loops_seen_ = 0;
  State state_;
  codegen::Label return_label_{};
  std::vector<ColdTrap> cold_traps_;
  std::vector<ColdEdge> cold_edges_;
  std::vector<FixMove> fix_moves_;
  std::vector<RegMove> reg_moves_;
  std::vector<uint32_t> arg_nodes_;
  std::vector<uint32_t> roots_;
  std::vector<ColdPoll> cold_polls_;
  std::vector<TableStub> table_stubs_;
  std::vector<codegen::Label> table_labels_;
  uint32_t table_serial_ = 0;
  bool callee_held_ = false;
  codegen::CodeBuffer prologue_;
  std::vector<uint64_t> run_ends_;  // locals up to the end of each run of the declaration
  const void* run_ends_for_ = nullptr;
  uint64_t run_ends_epoch_ = 0;
  std::vector<codegen::Site> sites_;
  std::vector<codegen::Relocation> relocations_;
  std::vector<codegen::Handler> handler_clauses_;
  std::vector<codegen::HandlerSite> handler_sites_;
  std::vector<int32_t> local_refs_;
  std::vector<codegen::RefSite> ref_sites_;
  std::vector<int32_t> refs_;
  std::vector<uint32_t> ref_slots_;  // slot nodes with references, by node
  std::vector<RefMark> ref_marks_;   // by count
  uint32_t refs_unchanged_ = 0;      // so many of ref_slots_ are as at the last snapshot
  std::vector<uint32_t> flush_list_;
};

}  // namespace nacre::baseline

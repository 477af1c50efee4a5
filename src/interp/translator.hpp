// SPDX-License-Identifier: Apache-2.0
//
// Translator: consumes a body's instructions (validate/consumer.hpp) and emits code, in one pass.
//
// It keeps its own image of the operand stack. An entry has a place in the frame, decided by
// its height, but need not be there: it can be a constant, a local not yet copied, or in
// the accumulator. An instruction takes its operands where they are. `settle` brings an entry to
// its place; everything is settled at the start of a block and before a label, so code on both
// sides of a label agrees.
//
// Results. Every numeric instruction leaves its result in the accumulator of its type. Its handler
// is first written in the form that does only that, with room for a destination. If the value
// is still wanted when the accumulator is needed again, the instruction is patched to
// store it too; if it goes straight to local.set, it is patched to store it there.
//
// An accumulator's content is remembered beyond that: after `local.set x`, x is in its
// slot and in the accumulator, and the next use reads the latter.
//
// Locals on the stack. local.get costs nothing: the entry says "local x". Before x is assigned
// such entries must be copied; each local has a list of them, so this costs only what it copies.
//
// All of it takes time linear in the body: an entry is settled once, label values beyond one
// are moved by one instruction, jumps wait in chains through the code.
#pragma once

#include <initializer_list>
#include <vector>

#include "interp/code.hpp"
#include "interp/handler_tables.hpp"
#include "validate/consumer.hpp"

namespace nacre::interp {

using validate::FrameKind;
using validate::MemArg;
using wasm::HeapType;
using wasm::TypeId;
using wasm::ValType;

class Translator {
 public:
  struct Value {};
  struct Label {
    uint32_t height = 0;  // entries below its values
    uint32_t slot = 0;    // place of its first value
    uint32_t depth = 0;   // of the frame
    uint32_t target = 0;  // a loop's start
    uint32_t jumps = 0;   // chain of distance words to patch
    uint32_t else_jumps = 0;
    uint32_t stub_jumps = 0;  // while a br_table is emitted
    uint32_t catches = 0;     // chain of clauses to patch, index + 1
    uint32_t try_begin = 0, try_end = 0;
    uint32_t first_clause = 0, num_clauses = 0;
    bool catching = false;  // in a legacy catch; the exception lies below the arm's operands
  };
  using Frame = validate::ControlFrame<Translator>;
  using Ops = validate::Operands<Translator>;

  Translator(ModuleImage& image, const runtime::CodeOptions& options)
      : image_(image), module_(image.module()), options_(options) {}

  void select_function(FunctionCode& function) { function_ = &function; }
  std::unique_ptr<Body> take_body();

  // --- consumer
  void begin(const validate::FuncStart& f);
  void finish() {}
  void at(uint64_t offset) { offset_ = offset; }

  Value constant(ValType t, uint64_t bits);
  Value constant_v128(const V128& v);
  Value local_get(uint32_t x, ValType t);
  void local_set(uint32_t x, ValType t, Value);
  Value local_tee(uint32_t x, ValType t, Value);
  Value global_get(uint32_t g, ValType t);
  void global_set(uint32_t g, ValType t, Value);
  void drop(ValType, Value) { pop(); }
  Value select(ValType t, Value, Value, Value);

  Value unary(Op op, Value);
  Value binary(Op op, Value, Value);
  Value ternary(Op op, Value, Value, Value);
  void wide(Op op, std::span<const Value> operands, std::span<Value, 2>);
  Value extract_lane(Op op, uint8_t lane, Value);
  Value replace_lane(Op op, uint8_t lane, Value, Value);
  Value shuffle(const V128& lanes, Value, Value);

  Value load(Op op, const MemArg& m, Value);
  void store(Op op, const MemArg& m, Value, Value);
  Value load_lane(Op op, const MemArg& m, uint8_t lane, Value, Value);
  void store_lane(Op op, const MemArg& m, uint8_t lane, Value, Value);
  Value memory_size(uint32_t m) { return slow(Slow::memory_size, 0, 'l', {m}); }
  Value memory_grow(uint32_t m, Value) { return slow(Slow::memory_grow, 1, 'l', {m}); }
  void memory_fill(uint32_t m, Value, Value, Value) { slow(Slow::memory_fill, 3, 0, {m}); }
  void memory_copy(uint32_t d, uint32_t s, Value, Value, Value) {
    slow(Slow::memory_copy, 3, 0, {d, s});
  }
  void memory_init(uint32_t d, uint32_t m, Value, Value, Value) {
    slow(Slow::memory_init, 3, 0, {d, m});
  }
  void data_drop(uint32_t d) { slow(Slow::data_drop, 0, 0, {d}); }
  Value atomic_load(Op op, const MemArg& m, Value) { return atomic(op, m, 1); }
  void atomic_store(Op op, const MemArg& m, Value, Value) { atomic(op, m, 2); }
  Value atomic_rmw(Op op, const MemArg& m, Value, Value) { return atomic(op, m, 2); }
  Value atomic_cmpxchg(Op op, const MemArg& m, Value, Value, Value) { return atomic(op, m, 3); }
  Value atomic_wait(Op op, const MemArg& m, Value, Value, Value);
  Value atomic_notify(const MemArg& m, Value, Value);
  void atomic_fence() { slow(Slow::atomic_fence, 0, 0, {}); }

  Value table_get(uint32_t t, ValType elem, Value) {
    return slow_ref(Slow::table_get, 1, elem, {t});
  }
  void table_set(uint32_t t, Value, Value) { slow(Slow::table_set, 2, 0, {t}); }
  Value table_size(uint32_t t) { return slow(Slow::table_size, 0, 'l', {t}); }
  Value table_grow(uint32_t t, Value, Value) { return slow(Slow::table_grow, 2, 'l', {t}); }
  void table_fill(uint32_t t, Value, Value, Value) { slow(Slow::table_fill, 3, 0, {t}); }
  void table_copy(uint32_t d, uint32_t s, Value, Value, Value) {
    slow(Slow::table_copy, 3, 0, {d, s});
  }
  void table_init(uint32_t e, uint32_t t, Value, Value, Value) {
    slow(Slow::table_init, 3, 0, {e, t});
  }
  void elem_drop(uint32_t e) { slow(Slow::elem_drop, 0, 0, {e}); }

  Value ref_null(HeapType h);
  Value ref_is_null(ValType, Value) { return slow(Slow::ref_is_null, 1, 'i', {}); }
  Value ref_func(uint32_t f) { return slow_ref(Slow::ref_func, 0, wasm::funcref_type, {f}); }
  Value ref_eq(Value, Value) { return slow(Slow::ref_eq, 2, 'i', {}); }
  Value ref_as_non_null(ValType t, Value) { return slow_ref(Slow::ref_as_non_null, 1, t, {}); }
  Value ref_test(ValType, ValType target, Value);
  Value ref_cast(ValType, ValType target, Value);
  Value struct_new(TypeId t, Ops fields);
  Value struct_new_default(TypeId t);
  Value struct_get(Op op, TypeId t, uint32_t field, Value);
  void struct_set(TypeId t, uint32_t field, Value, Value);
  Value array_new(TypeId t, Value, Value);
  Value array_new_default(TypeId t, Value);
  Value array_new_fixed(TypeId t, Ops elements);
  Value array_new_data(TypeId t, uint32_t d, Value, Value);
  Value array_new_elem(TypeId t, uint32_t e, Value, Value);
  Value array_get(Op op, TypeId t, Value, Value);
  void array_set(TypeId t, Value, Value, Value);
  Value array_len(Value) { return slow(Slow::array_len, 1, 'i', {}); }
  void array_fill(TypeId t, Value, Value, Value, Value) { slow(Slow::array_fill, 4, 0, {t}); }
  void array_copy(TypeId d, TypeId s, Value, Value, Value, Value, Value) {
    slow(Slow::array_copy, 5, 0, {d, s});
  }
  void array_init_data(TypeId t, uint32_t d, Value, Value, Value, Value) {
    slow(Slow::array_init_data, 4, 0, {t, d});
  }
  void array_init_elem(TypeId t, uint32_t e, Value, Value, Value, Value) {
    slow(Slow::array_init_elem, 4, 0, {t, e});
  }
  Value ref_i31(Value) { return slow_ref(Slow::ref_i31, 1, wasm::anyref_type, {}); }
  Value i31_get(Op op, Value) {
    return slow(op == Op::i31_get_s ? Slow::i31_get_s : Slow::i31_get_u, 1, 'i', {});
  }
  Value convert_extern(Op, Value) { return {}; }  // the bits stay

  void unreachable();
  void nop() {}
  void block(Frame& f, Ops params);
  void loop(Frame& f, Ops params);
  void if_(Frame& f, Value, Ops params);
  void else_(Frame& f, bool reachable, Ops results);
  void else_params(Frame& f, Ops);
  void end(Frame& f, bool reachable, Ops results);
  void end_results(Frame& f, Ops);
  void br(Frame& f, Ops values);
  void br_if(Frame& f, Value, Ops values);
  void br_table(Value, std::span<Frame* const> frames, Ops values);
  void return_(Ops values);
  Value br_on_null(Frame& f, ValType, Value, Ops values);
  void br_on_non_null(Frame& f, ValType, Ops values);
  Value br_on_cast(Op op, Frame& f, ValType, ValType target, Ops values);

  void call(uint32_t func, TypeId t, Ops args, Ops results);
  void call_indirect(uint32_t table, TypeId t, Value, Ops args, Ops results);
  void call_ref(TypeId t, Value, Ops args, Ops results);
  void return_call(uint32_t func, TypeId t, Ops args);
  void return_call_indirect(uint32_t table, TypeId t, Value, Ops args);
  void return_call_ref(TypeId t, Value, Ops args);

  void try_table(Frame& f, std::span<const validate::Catch> catches, std::span<Frame* const> labels,
                 Ops params);
  void throw_(uint32_t tag, Ops args);
  void throw_ref(Value);
  void try_(Frame& f, Ops params);
  void catch_(Frame& f, bool reachable, Ops results, uint32_t tag, Ops caught);
  void catch_all(Frame& f, bool reachable, Ops results);
  void delegate(Frame& f, bool reachable, Ops results, Frame& target);
  void rethrow(Frame& f);

 private:
  enum class Where : uint8_t { place, acc, local, constant };
  // An operand. `letter`: i l f d v, r for any reference.
  struct Entry {
    Where where;
    char letter;
    bool gc;         // a reference the collector must see
    bool linked;     // in its local's list
    uint32_t slot;   // index of its place in the frame
    uint32_t local;  // Where::local
    uint32_t next;   // Where::local: the next entry of the same local further down, + 1
    uint64_t bits;   // Where::constant
  };
  struct Operand {
    Cls cls;
    char letter;
    uint32_t offset;  // S: byte offset
    uint64_t bits;    // K
  };
  enum class Held : uint8_t { nothing, entry, local };
  // What an accumulator holds.
  struct Acc {
    Held held = Held::nothing;
    bool unstored = false;    // an entry that is nowhere else
    uint32_t id = 0;          // entry index or local
    uint32_t at = 0;          // the instruction that made it
    Handler store = nullptr;  // its form that stores
  };
  // The last instruction, while a jump or select may still swallow it: a comparison.
  struct Last {
    uint32_t begin = 0, end = 0;
    Op op{};
    unsigned operands = 0;
    Operand x{}, y{};
    Acc before;  // what the accumulator held until then
  };
  struct Condition {
    Handler jump[2] = {};  // if true, if false
    unsigned operands = 0;
    Operand x{}, y{};
  };

  // --- code
  uint32_t here() const { return static_cast<uint32_t>(code_.size()); }
  void word(uint32_t w) { code_.push_back(w); }
  void word64(uint64_t w) {
    word(static_cast<uint32_t>(w));
    word(static_cast<uint32_t>(w >> 32));
  }
  void pointer(const void* p);
  uint32_t instruction(Handler h);
  uint32_t trapping(Handler h);
  void put_handler(uint32_t at, Handler h);
  void operand_words(const Operand& o);
  void forget_last() {
    last_.end = 0;
    last_begin_ = 0;
    slot_result_ = 0;
  }
  bool just_emitted(uint32_t at) const { return at != 0 && at == last_begin_; }

  // --- stack
  static uint32_t bytes(uint32_t slot) { return slot * static_cast<uint32_t>(sizeof(Slot)); }
  static char letter_of(ValType t);
  bool is_gc(ValType t) const;
  static uint32_t slots_of(char letter) { return letter == 'v' ? 2 : 1; }
  uint32_t size() const { return static_cast<uint32_t>(stack_.size()); }
  uint32_t next_slot() const {
    return stack_.empty() ? first_temp_ : stack_.back().slot + slots_of(stack_.back().letter);
  }
  uint32_t slot_of_top(uint32_t n) const { return n == 0 ? next_slot() : stack_[size() - n].slot; }
  void reserve_slots(uint32_t end) {
    if (end > max_slot_) max_slot_ = end;
  }
  Entry& push(Where where, char letter, bool gc = false);
  void push_types(std::span<const ValType> types);
  void pop();
  void pop(uint32_t n) {
    while (n-- != 0) pop();
  }
  void truncate(uint32_t height) {
    while (size() > height) pop();
  }
  void settle(uint32_t i);
  void settle_top(uint32_t n);
  void settle_all();
  Operand operand(uint32_t i) const;
  Operand slot_operand(uint32_t i);
  uint32_t operand_offset(uint32_t i) { return slot_operand(i).offset; }
  uint32_t local_offset(uint32_t x) const;

  // --- accumulators
  static int acc_index(char letter);
  void store_acc(int a);
  void release_accs();  // all stored, nothing held
  void forget_accs();   // at a label: everything is settled already
  void result(const Pair& pair, char letter, bool traps = false);
  void slot_result(Handler h, char letter, bool gc, bool traps);
  void hold_call_result();

  // --- locals
  void settle_local(uint32_t x);
  void assign(uint32_t x);
  void push_local(uint32_t x, char letter, bool gc);

  // --- conditions and jumps
  bool comparison_on_top() const;
  void note_comparison(Op op, const Acc& before, unsigned operands, const Operand& x,
                       const Operand& y);
  Condition take_condition();
  bool sum_at(uint32_t i, Shape& shape);
  void take_back(uint32_t i);
  void conditional(const Condition& c, bool inverted, Label& to);
  void distance(Label& to);
  void chain(uint32_t& head);
  void bind(uint32_t& head);
  void bind_label(Label& l);
  template <class Emit>
  void branch_if(Frame& f, uint32_t first, uint32_t n, Emit&& emit);
  void jump_with(Frame& f, uint32_t first, uint32_t n);
  void move_to(uint32_t slot, uint32_t first, uint32_t n);
  void settle_range(uint32_t first, uint32_t n);
  void return_values(uint32_t first, uint32_t n);
  void open(Frame& f, uint32_t params);
  void finish_arm(Frame& f, bool reachable, uint32_t results);
  bool close(Frame& f, bool reachable, uint32_t results);
  void loop_polls();
  // --- a function that is listened to
  void begin_listened();
  void tell(Handler event, uint32_t slot);
  void settle_for_return(uint32_t first, uint32_t n);
  void tell_tail_call(uint32_t operands);

  // --- calls, slow instructions
  void prepare_call(const wasm::TypeId t, uint32_t args, uint32_t& base);
  void finish_call(uint32_t base, TypeId t);
  void tail_words(uint32_t base, TypeId t);
  uint32_t param_slots(TypeId t) const { return module_.types[t]->param_slots; }
  uint32_t result_slots(TypeId t) const { return module_.types[t]->result_slots; }
  void safepoint();
  Value slow(Slow what, uint32_t operands, char result, std::initializer_list<uint32_t> words);
  Value slow_ref(Slow what, uint32_t operands, ValType result,
                 std::initializer_list<uint32_t> words);
  void slow_any(Slow what, uint32_t operands, char result, bool gc,
                std::initializer_list<uint32_t> words);
  Value atomic(Op op, const MemArg& m, uint32_t operands);
  void far_words(const MemArg& m) {
    word64(m.offset);
    word(m.memory);
  }
  void begin_catch(Frame& f, bool reachable, uint32_t results, uint32_t tag);
  static Storage storage_of(const runtime::FieldLayout& f, bool sign_extend);

  ModuleImage& image_;
  const runtime::CompiledModule& module_;
  const runtime::CodeOptions& options_;
  FunctionCode* function_ = nullptr;

  std::vector<Word> code_;
  std::vector<Entry> stack_;
  uint32_t settled_ = 0;                 // entries below need nothing
  std::vector<uint32_t> refs_;           // entries with gc set
  std::vector<uint32_t> nodes_;          // list nodes of the first so many of refs_
  std::vector<uint32_t> local_entries_;  // per local: its topmost deferred entry + 1
  Acc accs_[4];
  Last last_;
  uint32_t last_begin_ = 0;         // the last instruction, if nothing was bound since
  uint32_t slot_result_ = 0;        // its destination word, if it has a slot result,
  uint32_t slot_result_entry_ = 0;  // and that entry
  uint64_t offset_ = 0;
  uint64_t marked_offset_ = 0;
  uint32_t marked_word_ = 0;
  uint32_t depth_ = 0;
  uint32_t first_temp_ = 0, max_slot_ = 0, link_slot_ = 0;
  bool kept_results_ = false;
  bool listened_ = false;

  struct LocalRun {
    uint32_t first_local, first_slot;
    uint32_t slots_each;
  };
  std::vector<LocalRun> runs_;
  bool wide_locals_ = false;

  std::unique_ptr<Body> body_;
};

}  // namespace nacre::interp

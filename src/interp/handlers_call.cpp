// SPDX-License-Identifier: Apache-2.0
//
// Calls. A call within the module is a handful of instructions; any other goes through a Func,
// which may be a host function or belong to another instance. No call recurses in C++ except
// that of a host function.
//
// Layouts (own: FunctionCode* of the calling function, distance: from its frame to the callee's)
//   call                  handler, FunctionCode*, own, distance
//   call_import           handler, function index, own, distance
//   call_indirect         handler, [index slot], table, type, own, distance
//   call_ref              handler, reference slot, own, distance
//   return_call           handler, FunctionCode*, first argument, slots, own link
//   return_call_import    handler, function index, first argument, slots, own link
//   return_call_indirect  handler, index slot, table, type, first argument, slots, own link
//   return_call_ref       handler, reference slot, first argument, slots, own link
#include <utility>

#include "interp/handler_tables.hpp"
#include "os/float_env.hpp"
#include "runtime/listener.hpp"

namespace nacre::interp {
namespace {

NACRE_INLINE Slot* slot_at(Slot* fp, Word offset) {
  return static_cast<Slot*>(slot_ptr(fp, offset));
}

NACRE_INLINE bool fits(const Exec* ex, const Slot* frame, uint32_t bytes) {
  return bytes <= static_cast<size_t>(reinterpret_cast<const char*>(ex->limit) -
                                      reinterpret_cast<const char*>(frame));
}

NACRE_INLINE void write_link(Slot* frame, Word offset, const Word* return_pc) {
  write_slot(frame, offset, reinterpret_cast<uintptr_t>(return_pc));
}
NACRE_INLINE const Word* read_link(const Slot* frame, Word offset) {
  return reinterpret_cast<const Word*>(static_cast<uintptr_t>(read_slot(frame, offset)));
}

// After code ran elsewhere: memory 0 may have moved, and a result lies in slot 0 of `result`.
#define NACRE_RELOAD(result)                \
  mem = ex->instance->vm.memory0_base;      \
  len = ex->instance->vm.memory0_length;    \
  acc = (result)[0];                        \
  facc = read_slot_as<float>((result), 0);  \
  dacc = read_slot_as<double>((result), 0); \
  vacc = std::bit_cast<Vec>(read_slot_as<V128>((result), 0))

NACRE_COLD void stack_overflow(NACRE_REGS) {
  NACRE_ENTER;
  NACRE_RAISE(Trap::stack_exhausted);
}

// The same with fp already moved to the callee. Back in the caller is computed here, so that
// the call itself has one register less to keep.
NACRE_COLD void callee_overflow(NACRE_REGS) {
  NACRE_ENTER;
  fp = reinterpret_cast<Slot*>(reinterpret_cast<char*>(fp) - ex->return_pc[distance_word]);
  NACRE_RAISE(Trap::stack_exhausted);
}

NACRE_COLD void call_overflow(NACRE_REGS) {
  NACRE_ENTER;
  ex->return_pc = pc + 3 * ptr_words + 1;
  NACRE_CHAIN(callee_overflow);
}

// Runs the host function ex->callee on the slots at `frame`.
NACRE_NOINLINE Trap run_host(Exec* ex, const Word* pc, Slot* fp, Slot* frame) {
  const Func* f = ex->callee;
  const uint32_t slots = std::max(f->type->param_slots, f->type->result_slots);
  ex->pc = pc;
  ex->fp = fp;
  // Two slots more: results are read back as if they were a vector.
  if (!fits(ex, frame, (slots + 2) * 8)) return Trap::stack_exhausted;
  ex->top = frame + slots;
  ex->host = f;
  ex->trap_recorded = false;
  const Trap t = f->host(f->host_env, *ex->store, ex->instance, frame);
  os::enter_float_mode();  // whatever the host function did to it
  ex->host = nullptr;
  // It may have taken any time; loops do not look at the clock often.
  if (t == Trap::none && ex->interruptible) return ex->store->stop_trap();
  return t;
}

// The same in place of the function in `fp`, whose end its listener has heard already.
NACRE_NOINLINE Trap run_tail_host(Exec* ex, const Word* pc, Slot* fp, Slot* frame) {
  runtime::Listening* const listening = ex->store->listening.get();
  const uintptr_t ended = listening == nullptr ? 0 : listening->ended_frame;
  const Trap t = run_host(ex, pc, fp, frame);
  if (ended != 0) listening->ended_frame = ended;
  return t;
}

// The exception a host function let through goes on here.
NACRE_COLD void host_failed(NACRE_REGS) {
  NACRE_ENTER;
  const bool ended = std::exchange(ex->ended_by_tail_call, false);
  if (ex->trap == Trap::uncaught_exception) {
    const runtime::GcRef exception = ex->store->trap_info.exception;
    if (exception != 0 && unwind_exception(*ex, exception, ended)) {
      pc = ex->pc;
      fp = ex->fp;
      ex->trap = Trap::none;
      NACRE_RELOAD(fp);
      NACRE_NEXT;
    }
  }
  // A trap from an inner activation has its frames already.
  if (ex->trap_recorded && ex->store->trap_info.trap == ex->trap) {
    note_unwound(*ex);
    pc = exit_code();
    NACRE_NEXT;
  }
  NACRE_CHAIN(raise_trap);
}

void call_host(NACRE_REGS) {
  NACRE_ENTER;
  const Word* back = ex->return_pc;
  Slot* frame = slot_at(fp, back[distance_word]);
  ex->trap = run_host(ex, pc, fp, frame);
  if (NACRE_UNLIKELY(ex->trap != Trap::none)) NACRE_CHAIN(host_failed);
  NACRE_RELOAD(frame);
  pc = back;
  NACRE_NEXT;
}

NACRE_COLD FunctionCode* look_up_code(const Func* f) { return &code_of(*f); }

NACRE_INLINE FunctionCode* quick_code_of(const Func* f) {
  auto* code = static_cast<FunctionCode*>(f->engine_code);
  return NACRE_LIKELY(code != nullptr) ? code : look_up_code(f);
}

NACRE_NOINLINE void cross(Exec* ex, Instance* to, const Word* back) {
  ex->crossings.push_back({back, ex->instance});
  ex->enter_instance(to);
}

void call_other_instance(NACRE_REGS) {
  NACRE_ENTER;
  const Func* f = ex->callee;
  const Word* entry = quick_code_of(f)->entry.load(std::memory_order_acquire);
  Slot* frame = slot_at(fp, ex->return_pc[distance_word]);
  if (!fits(ex, frame, entry[frame_word])) NACRE_CHAIN(stack_overflow);
  cross(ex, f->instance, ex->return_pc);
  write_link(frame, entry[link_word], cross_return_code());
  mem = ex->instance->vm.memory0_base;
  len = ex->instance->vm.memory0_length;
  fp = frame;
  pc = entry;
  NACRE_NEXT;
}

// Calls ex->callee; ex->return_pc is set.
void call_func(NACRE_REGS) {
  NACRE_ENTER;
  const Func* f = ex->callee;
  if (f->host != nullptr) NACRE_CHAIN(call_host);
  NACRE_CHAIN(call_other_instance);
}

NACRE_COLD void call_unresolved(NACRE_REGS) {
  NACRE_ENTER;
  look_up_code(ex->callee);
  NACRE_NEXT;  // the same instruction again
}

// The last part of every call through a Func f: `back` is the return address.
#define NACRE_CALL_FUNC(f, back)                                                             \
  if (NACRE_LIKELY((f)->instance == ex->instance)) {                                         \
    if (NACRE_UNLIKELY((f)->engine_code == nullptr)) {                                       \
      ex->callee = (f);                                                                      \
      NACRE_CHAIN(call_unresolved);                                                          \
    }                                                                                        \
    const Word* entry =                                                                      \
        static_cast<FunctionCode*>((f)->engine_code)->entry.load(std::memory_order_acquire); \
    fp = slot_at(fp, (back)[distance_word]);                                                 \
    if (NACRE_UNLIKELY(!fits(ex, fp, entry[frame_word]))) {                                  \
      ex->return_pc = (back);                                                                \
      NACRE_CHAIN(callee_overflow);                                                          \
    }                                                                                        \
    write_link(fp, entry[link_word], (back));                                                \
    pc = entry;                                                                              \
    NACRE_NEXT;                                                                              \
  }                                                                                          \
  ex->callee = (f);                                                                          \
  ex->return_pc = (back);                                                                    \
  NACRE_CHAIN(call_func)

// Declares `f`, the function at `index` of the table at `at`, checked against the type after it.
#define NACRE_FIND_INDIRECT(index, at)                                                      \
  const runtime::Table* table = ex->tables[pc[at]];                                         \
  const uint64_t i = (index);                                                               \
  if (NACRE_UNLIKELY(i >= table->entries.size()))                                           \
    NACRE_RAISE_WITH(Trap::undefined_element, i, 0, table->entries.size());                 \
  const auto* f = reinterpret_cast<const Func*>(                                            \
      static_cast<uintptr_t>(table->entries[static_cast<size_t>(i)]));                      \
  if (NACRE_UNLIKELY(f == nullptr)) NACRE_RAISE_WITH(Trap::uninitialized_element, i, 0, 0); \
  const runtime::RuntimeType* type = ex->types[pc[(at) + 1]];                               \
  if (NACRE_UNLIKELY(f->type != type) && !f->type->is_subtype_of(type))                     \
  NACRE_RAISE(Trap::indirect_call_type_mismatch)

template <Cls C>
void call_indirect(NACRE_REGS) {
  NACRE_ENTER;
  constexpr unsigned at = ptr_words + operand_words<C, uint64_t>();
  NACRE_FIND_INDIRECT(NACRE_FETCH(uint64_t, 'l', C, pc + ptr_words), at);
  const Word* back = pc + at + 3 + ptr_words;
  NACRE_CALL_FUNC(f, back);
}

// --- tail calls

// Moves the arguments at `from` to the frame's start and enters `entry` with the link `back`.
#define NACRE_ENTER_TAIL(entry, from, slots, back)                                     \
  if (NACRE_UNLIKELY(!fits(ex, fp, (entry)[frame_word]))) NACRE_CHAIN(stack_overflow); \
  {                                                                                    \
    const Slot* source = slot_at(fp, (from));                                          \
    for (uint32_t k = 0; k < (slots); ++k) {                                           \
      fp[k] = source[k];                                                               \
      keep_loop();                                                                     \
    }                                                                                  \
  }                                                                                    \
  write_link(fp, (entry)[link_word], (back));                                          \
  pc = (entry);                                                                        \
  NACRE_NEXT

void tail_call_host(NACRE_REGS) {
  NACRE_ENTER;
  const Word* site = ex->return_pc;  // first argument, slots, own link
  Slot* frame = slot_at(fp, site[0]);
  const uint32_t results = ex->callee->type->result_slots;
  ex->trap = run_tail_host(ex, pc, fp, frame);
  if (NACRE_UNLIKELY(ex->trap != Trap::none)) {
    ex->ended_by_tail_call = true;
    NACRE_CHAIN(host_failed);
  }
  pc = read_link(fp, site[2]);
  for (uint32_t k = 0; k < results; ++k) fp[k] = frame[k];
  NACRE_RELOAD(fp);
  fp = reinterpret_cast<Slot*>(reinterpret_cast<char*>(fp) - pc[distance_word]);
  NACRE_NEXT;
}

void tail_call_wasm(NACRE_REGS) {
  NACRE_ENTER;
  const Func* f = ex->callee;
  const Word* site = ex->return_pc;
  const Word* entry = quick_code_of(f)->entry.load(std::memory_order_acquire);
  if (!fits(ex, fp, entry[frame_word])) NACRE_CHAIN(stack_overflow);
  const Word* back = read_link(fp, site[2]);
  if (f->instance != ex->instance) {
    // The caller's instance must come back; if a crossing already waits for that, it stays.
    if (back != cross_return_code()) {
      cross(ex, f->instance, back);
      back = cross_return_code();
    } else {
      ex->enter_instance(f->instance);
    }
    mem = ex->instance->vm.memory0_base;
    len = ex->instance->vm.memory0_length;
  }
  NACRE_ENTER_TAIL(entry, site[0], site[1], back);
}

void tail_call_func(NACRE_REGS) {
  NACRE_ENTER;
  if (ex->callee->host != nullptr) NACRE_CHAIN(tail_call_host);
  NACRE_CHAIN(tail_call_wasm);
}

}  // namespace

void call(NACRE_REGS) {
  NACRE_ENTER;
  const Word* entry =
      load_ptr<FunctionCode*>(pc + ptr_words)->entry.load(std::memory_order_acquire);
  fp = slot_at(fp, pc[3 * ptr_words]);
  if (NACRE_UNLIKELY(!fits(ex, fp, entry[frame_word]))) NACRE_CHAIN(call_overflow);
  write_link(fp, entry[link_word], pc + 3 * ptr_words + 1);
  pc = entry;
  NACRE_NEXT;
}

void call_import(NACRE_REGS) {
  NACRE_ENTER;
  const Func* f = ex->instance->vm.imported_funcs[pc[ptr_words]];
  const Word* back = pc + 2 * ptr_words + 2;
  NACRE_CALL_FUNC(f, back);
}

void call_indirect_slot(NACRE_REGS) {
  NACRE_ENTER;
  NACRE_CHAIN(call_indirect<Cls::S>);
}
void call_indirect_acc(NACRE_REGS) {
  NACRE_ENTER;
  NACRE_CHAIN(call_indirect<Cls::A>);
}

void call_ref(NACRE_REGS) {
  NACRE_ENTER;
  const auto* f =
      reinterpret_cast<const Func*>(static_cast<uintptr_t>(read_slot(fp, pc[ptr_words])));
  if (NACRE_UNLIKELY(f == nullptr)) NACRE_RAISE(Trap::null_function);
  const Word* back = pc + 2 * ptr_words + 2;
  NACRE_CALL_FUNC(f, back);
}

void return_call(NACRE_REGS) {
  NACRE_ENTER;
  const Word* entry =
      load_ptr<FunctionCode*>(pc + ptr_words)->entry.load(std::memory_order_acquire);
  const Word* site = pc + 2 * ptr_words;
  const Word* back = read_link(fp, site[2]);
  NACRE_ENTER_TAIL(entry, site[0], site[1], back);
}

void return_call_import(NACRE_REGS) {
  NACRE_ENTER;
  ex->callee = ex->instance->vm.imported_funcs[pc[ptr_words]];
  ex->return_pc = pc + ptr_words + 1;
  NACRE_CHAIN(tail_call_func);
}

void return_call_indirect(NACRE_REGS) {
  NACRE_ENTER;
  NACRE_FIND_INDIRECT(read_slot(fp, pc[ptr_words]), ptr_words + 1);
  ex->callee = f;
  ex->return_pc = pc + ptr_words + 3;
  NACRE_CHAIN(tail_call_func);
}

void return_call_ref(NACRE_REGS) {
  NACRE_ENTER;
  const auto* f =
      reinterpret_cast<const Func*>(static_cast<uintptr_t>(read_slot(fp, pc[ptr_words])));
  if (NACRE_UNLIKELY(f == nullptr)) NACRE_RAISE(Trap::null_function);
  ex->callee = f;
  ex->return_pc = pc + ptr_words + 1;
  NACRE_CHAIN(tail_call_func);
}

// --- returns to what is not a function's code

void cross_return(NACRE_REGS) {
  NACRE_ENTER;
  const Crossing c = ex->crossings.back();
  ex->crossings.pop_back();
  ex->enter_instance(c.instance);
  NACRE_RELOAD(fp);
  pc = c.return_pc;
  fp = reinterpret_cast<Slot*>(reinterpret_cast<char*>(fp) - pc[distance_word]);
  NACRE_NEXT;
}

NACRE_COLD void translate_stub(NACRE_REGS) {
  NACRE_ENTER;
  FunctionCode* f = FunctionCode::of_stub(pc);
  const Word* back = read_link(fp, pc[link_word]);
  const Body* body = f->image->translate(*f);
  if (body == nullptr) NACRE_RAISE(Trap::out_of_memory);
  pc = f->entry.load(std::memory_order_acquire);
  if (!fits(ex, fp, pc[frame_word])) {
    // Report it where the call was: this frame has no room for its own link.
    ex->pending_overflow = back;
    NACRE_RAISE(Trap::stack_exhausted);
  }
  write_link(fp, pc[link_word], back);
  NACRE_NEXT;
}

// --- exceptions

namespace {

NACRE_NOINLINE runtime::GcRef make_exception(Exec* ex, const Word* pc, Slot* fp) {
  ex->pc = pc;
  ex->fp = fp;
  ex->top = nullptr;
  runtime::Tag* tag = ex->instance->vm.tags[pc[ptr_words]];
  const uint32_t slots = tag->type->param_slots;
  const runtime::GcRef e = ex->heap->new_exception(tag, slots);
  if (e != 0 && slots != 0)
    std::memcpy(ex->heap->exception_slots(e), slot_ptr(fp, pc[ptr_words + 1]),
                slots * sizeof(Slot));
  return e;
}

void unwind(NACRE_REGS) {
  NACRE_ENTER;
  if (!unwind_exception(*ex, static_cast<runtime::GcRef>(acc))) {
    ex->store->trap_info.set_exception(static_cast<runtime::GcRef>(acc));
    NACRE_RAISE(Trap::uncaught_exception);
  }
  pc = ex->pc;
  fp = ex->fp;
  NACRE_RELOAD(fp);
  NACRE_NEXT;
}

}  // namespace

void throw_exception(NACRE_REGS) {
  NACRE_ENTER;
  acc = make_exception(ex, pc, fp);
  if (acc == 0) NACRE_RAISE(Trap::out_of_memory);
  NACRE_CHAIN(unwind);
}

void throw_existing(NACRE_REGS) {
  NACRE_ENTER;
  ex->pc = pc;
  ex->fp = fp;
  acc = read_slot(fp, pc[ptr_words]);
  if (acc == 0) NACRE_RAISE(Trap::null_exception);
  NACRE_CHAIN(unwind);
}

void rethrow_caught(NACRE_REGS) {
  NACRE_ENTER;
  NACRE_CHAIN(throw_existing);
}

}  // namespace nacre::interp

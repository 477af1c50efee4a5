// SPDX-License-Identifier: Apache-2.0
//
// Jumps, returns, polls.
#include "interp/handler_tables.hpp"

namespace nacre::interp {

void call(NACRE_REGS);
void call_import(NACRE_REGS);
void call_indirect_slot(NACRE_REGS);
void call_indirect_acc(NACRE_REGS);
void call_ref(NACRE_REGS);
void return_call(NACRE_REGS);
void return_call_import(NACRE_REGS);
void return_call_indirect(NACRE_REGS);
void return_call_ref(NACRE_REGS);
void throw_exception(NACRE_REGS);
void throw_existing(NACRE_REGS);
void rethrow_caught(NACRE_REGS);
void tell_before(NACRE_REGS);
void tell_after(NACRE_REGS);
void tell_tail_call(NACRE_REGS);

namespace {

void br(NACRE_REGS) {
  NACRE_ENTER;
  pc = jump_target(pc);
  NACRE_NEXT;
}

template <Cls C, bool IfZero>
void br_test(NACRE_REGS) {
  NACRE_ENTER;
  const uint32_t condition = NACRE_FETCH(uint32_t, 'i', C, pc + ptr_words + 1);
  if ((condition == 0) == IfZero) {
    pc = jump_target(pc);
    NACRE_NEXT;
  }
  pc += ptr_words + 1 + operand_words<C, uint32_t>();
  NACRE_NEXT;
}

template <bool IfNull>
void br_null(NACRE_REGS) {
  NACRE_ENTER;
  const bool null = read_slot(fp, pc[ptr_words + 1]) == 0;
  pc = null == IfNull ? jump_target(pc) : pc + ptr_words + 2;
  NACRE_NEXT;
}

template <Cls C>
void br_table(NACRE_REGS) {
  NACRE_ENTER;
  constexpr unsigned at = ptr_words + operand_words<C, uint32_t>();
  const uint32_t index = NACRE_FETCH(uint32_t, 'i', C, pc + ptr_words);
  const uint32_t last = pc[at];
  pc += at + 1 + static_cast<size_t>(index < last ? index : last);
  pc += static_cast<int32_t>(pc[0]);
  NACRE_NEXT;
}

// Reads the link before a result may overwrite anything.
NACRE_INLINE const Word* return_address(const Slot* fp, Word link) {
  return reinterpret_cast<const Word*>(static_cast<uintptr_t>(read_slot(fp, link)));
}
NACRE_INLINE Slot* caller_frame(Slot* fp, const Word* return_pc) {
  return reinterpret_cast<Slot*>(reinterpret_cast<char*>(fp) - return_pc[distance_word]);
}

void return_void(NACRE_REGS) {
  NACRE_ENTER;
  pc = return_address(fp, pc[ptr_words]);
  fp = caller_frame(fp, pc);
  NACRE_NEXT;
}

// The result goes to slot 0 and stays in the accumulator.
template <char L, class T, Cls C>
void return_with(NACRE_REGS) {
  NACRE_ENTER;
  static constexpr Word zero = 0;
  const T v = NACRE_FETCH(T, L, C, pc + ptr_words + 1);
  pc = return_address(fp, pc[ptr_words]);
  NACRE_DELIVER(L, true, &zero, v);
  fp = caller_frame(fp, pc);
  NACRE_NEXT;
}

void zero_locals(NACRE_REGS) {
  NACRE_ENTER;
  Slot* p = static_cast<Slot*>(slot_ptr(fp, pc[ptr_words]));
  for (uint32_t n = pc[ptr_words + 1]; n != 0; --n) {
    *p++ = 0;
    keep_loop();
  }
  pc += ptr_words + 2;
  NACRE_NEXT;
}

void unreachable(NACRE_REGS) {
  NACRE_ENTER;
  NACRE_RAISE(Trap::unreachable);
}

constexpr uint32_t polls_between_clock_reads = 1024;

NACRE_NOINLINE Trap look_at_clock(Exec& ex) {
  ex.countdown = polls_between_clock_reads;
  if (ex.store->interrupt_requested.load(std::memory_order_relaxed) != 0) return Trap::interrupted;
  if (ex.store->deadline != std::chrono::steady_clock::time_point::max() &&
      std::chrono::steady_clock::now() >= ex.store->deadline)
    return Trap::deadline;
  return Trap::none;
}

NACRE_COLD void poll_slowly(NACRE_REGS) {
  NACRE_ENTER;
  const Trap t = look_at_clock(*ex);
  if (t != Trap::none) NACRE_RAISE(t);
  pc += ptr_words;
  NACRE_NEXT;
}

void poll(NACRE_REGS) {
  NACRE_ENTER;
  if (NACRE_UNLIKELY(ex->countdown == 0 ||
                     ex->store->interrupt_requested.load(std::memory_order_relaxed) != 0))
    NACRE_CHAIN(poll_slowly);
  --ex->countdown;
  pc += ptr_words;
  NACRE_NEXT;
}

void fuel(NACRE_REGS) {
  NACRE_ENTER;
  if (NACRE_UNLIKELY(ex->store->fuel <= 0)) NACRE_RAISE(Trap::out_of_fuel);
  --ex->store->fuel;
  pc += ptr_words;
  NACRE_NEXT;
}

template <char L, class T>
Handler return_by_class(Cls value) {
  switch (value) {
    case Cls::S:
      return return_with<L, T, Cls::S>;
    case Cls::A:
      return return_with<L, T, Cls::A>;
    case Cls::K:
      return return_with<L, T, Cls::K>;
  }
  return nullptr;
}

constexpr ControlHandlers handlers = {
    .br = br,
    .br_zero = {br_test<Cls::S, true>, br_test<Cls::A, true>},
    .br_nonzero = {br_test<Cls::S, false>, br_test<Cls::A, false>},
    .br_table = {br_table<Cls::S>, br_table<Cls::A>},
    .return_void = return_void,
    .zero_locals = zero_locals,
    .call = call,
    .call_import = call_import,
    .call_indirect = {call_indirect_slot, call_indirect_acc},
    .call_ref = call_ref,
    .return_call = return_call,
    .return_call_import = return_call_import,
    .return_call_indirect = return_call_indirect,
    .return_call_ref = return_call_ref,
    .unreachable = unreachable,
    .poll = poll,
    .fuel = fuel,
    .throw_ = throw_exception,
    .throw_ref = throw_existing,
    .rethrow = rethrow_caught,
    .br_null = {br_null<true>, br_null<false>},
    .tell_before = tell_before,
    .tell_after = tell_after,
    .tell_tail_call = tell_tail_call,
};

}  // namespace

const ControlHandlers& control_handlers() { return handlers; }

Handler return_value(char letter, Cls value) {
  switch (letter) {
    case 'l':
      return return_by_class<'l', uint64_t>(value);
    case 'f':
      return return_by_class<'f', float>(value);
    case 'd':
      return return_by_class<'d', double>(value);
    case 'v':
      return return_by_class<'v', V128>(value);
    default:
      return return_by_class<'l', uint64_t>(value);
  }
}

}  // namespace nacre::interp

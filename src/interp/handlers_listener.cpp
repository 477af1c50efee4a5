// SPDX-License-Identifier: Apache-2.0
//
// What a function that is listened to tells (runtime/listener.hpp). These instructions are in no
// other function. A listener may do what a host function may: its calls use the stack above the
// frame.
//
// Layout: handler, FunctionCode*, first slot of the params or results
#include "interp/handler_tables.hpp"
#include "os/float_env.hpp"
#include "runtime/listener.hpp"

namespace nacre::interp {
namespace {

enum class Event : uint8_t { before, after, tail_call };

template <Event E>
NACRE_NOINLINE Trap tell(Exec* ex, const Word* pc, Slot* fp) {
  const auto* code = load_ptr<const FunctionCode*>(pc + ptr_words);
  ex->pc = pc;
  ex->fp = fp;
  ex->top = fp + code->body->words[0] / sizeof(Slot);
  Instance& instance = *ex->instance;
  const runtime::CompiledModule& module = *instance.module;
  const uint32_t func = module.module.num_imported_funcs + code->defined_index;
  auto* const values = static_cast<Slot*>(slot_ptr(fp, pc[2 * ptr_words]));
  Trap t = Trap::none;
  if constexpr (E == Event::before) t = module.listeners->before(instance, func, values);
  else if constexpr (E == Event::after) t = module.listeners->after(instance, func, values);
  else t = module.listeners->tail_call(instance, func);
  os::enter_float_mode();  // whatever the listener did to it
  // A listener that failed ends the call, and there is nothing more to tell of this function; nor
  // is there while a callee takes its frame.
  const bool ended = t != Trap::none || E == Event::tail_call;
  if (ended || E == Event::before)
    ex->store->listening->ended_frame = ended ? reinterpret_cast<uintptr_t>(fp) : 0;
  return t;
}

}  // namespace

#define NACRE_TELL(event)                                              \
  NACRE_ENTER;                                                         \
  ex->trap = tell<event>(ex, pc, fp);                                  \
  if (NACRE_UNLIKELY(ex->trap != Trap::none)) NACRE_CHAIN(raise_trap); \
  mem = ex->instance->vm.memory0_base;                                 \
  len = ex->instance->vm.memory0_length;                               \
  acc = 0;                                                             \
  facc = 0;                                                            \
  dacc = 0;                                                            \
  vacc = Vec{};                                                        \
  pc += 2 * ptr_words + 1;                                             \
  NACRE_NEXT

void tell_before(NACRE_REGS) { NACRE_TELL(Event::before); }
void tell_after(NACRE_REGS) { NACRE_TELL(Event::after); }
void tell_tail_call(NACRE_REGS) { NACRE_TELL(Event::tail_call); }

}  // namespace nacre::interp

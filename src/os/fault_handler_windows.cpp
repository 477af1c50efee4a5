// SPDX-License-Identifier: Apache-2.0
//
// A vectored exception handler, which is asked before any frame is searched for handlers, so
// machine code needs no unwind tables for it. It runs on the faulting stack, of which machine code
// leaves enough. What it does not claim goes on as if it were not there.
#include "os/fault_handler.hpp"

#include <windows.h>

#include "base/platform.hpp"
#include "os/fault_signals.hpp"

namespace nacre::os {
namespace {

void* handler = nullptr;

LONG CALLBACK on_fault(EXCEPTION_POINTERS* e) {
#if NACRE_SIGNAL_CONTEXT
  const EXCEPTION_RECORD& fault = *e->ExceptionRecord;
  uintptr_t address = 0;
  switch (fault.ExceptionCode) {
    case EXCEPTION_ACCESS_VIOLATION:
    case EXCEPTION_IN_PAGE_ERROR:
      address = static_cast<uintptr_t>(fault.ExceptionInformation[1]);
      break;
    case EXCEPTION_ILLEGAL_INSTRUCTION:
    case EXCEPTION_INT_DIVIDE_BY_ZERO:
    case EXCEPTION_INT_OVERFLOW:
      break;
    default:
      return EXCEPTION_CONTINUE_SEARCH;
  }
  CONTEXT* const c = e->ContextRecord;
  const auto pc = static_cast<uintptr_t>(NACRE_SIGNAL_PC(c));
  CodeRange range;
  if (find_code(pc, range) && range.claim != nullptr) {
    if (const uintptr_t to = range.claim(range.owner, pc)) {
      NACRE_SIGNAL_PC(c) = to;
      NACRE_SIGNAL_FIRST(c) = pc;
      NACRE_SIGNAL_SECOND(c) = address;
      return EXCEPTION_CONTINUE_EXECUTION;
    }
  }
#endif
  return EXCEPTION_CONTINUE_SEARCH;
}

}  // namespace

bool fault_signals_supported() { return NACRE_SIGNAL_CONTEXT != 0; }

bool install_fault_signals() {
  if (!fault_signals_supported()) return false;
  if (handler == nullptr) handler = AddVectoredExceptionHandler(1, on_fault);
  return handler != nullptr;
}

void remove_fault_signals() {
  if (handler != nullptr && RemoveVectoredExceptionHandler(handler) != 0) handler = nullptr;
}

void hold_across_fork(void (*)(), void (*)()) {}
void ensure_signal_stack() {}

}  // namespace nacre::os

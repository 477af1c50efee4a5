// SPDX-License-Identifier: Apache-2.0
//
// Exceptions in compiled code. Nothing is done when a try is entered: where an exception goes is
// looked up from the return addresses of the frames it passes (tables.hpp, HandlerTable).
#pragma once

#include <vector>

#include "codegen/traps.hpp"
#include "runtime/listener.hpp"
#include "runtime/objects.hpp"
#include "runtime/vm_context.hpp"

namespace nacre::codegen {

// Looks for the handler of `exception` in the frames of the innermost activation, outward from the
// builtin or host function that runs. Found: where it is, is in vm->run->resume, and the stub
// vm->resume goes there. A handler finds the registers of its frame, its operand area empty, and
// the exnref in the first result register.
bool find_handler(runtime::VmContext* vm, runtime::GcRef exception);

// Appends the frames of functions that are listened to, from the walker's on within its activation,
// up to the one with the frame pointer `end` (0: all). The store has a Listening.
void collect_unwound(const runtime::Store& store, FrameWalker walker, uintptr_t end,
                     std::vector<runtime::UnwoundFrame>& out);

}  // namespace nacre::codegen

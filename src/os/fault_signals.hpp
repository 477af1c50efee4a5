// SPDX-License-Identifier: Apache-2.0
//
// The host's part of fault_handler.hpp. Callers hold the registry's lock.
#pragma once

namespace nacre::os {

bool fault_signals_supported();
// Installs the handlers, unless they are still there.
bool install_fault_signals();
// Puts back what was there before, where nobody has installed a handler since.
void remove_fault_signals();
// Calls `lock` before a fork and `unlock` after it in both processes.
void hold_across_fork(void (*lock)(), void (*unlock)());

}  // namespace nacre::os

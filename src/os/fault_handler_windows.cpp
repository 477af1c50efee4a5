// SPDX-License-Identifier: Apache-2.0
//
// No faults are claimed on Windows: memories are checked explicitly there.
#include "os/fault_handler.hpp"
#include "os/fault_signals.hpp"

namespace nacre::os {

bool fault_signals_supported() { return false; }
bool install_fault_signals() { return false; }
void remove_fault_signals() {}
void hold_across_fork(void (*)(), void (*)()) {}
void ensure_signal_stack() {}

}  // namespace nacre::os

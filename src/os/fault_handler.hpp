// SPDX-License-Identifier: Apache-2.0
//
// Faults in machine code. A process-wide registry of code ranges; while at least one of them wants
// faults, a handler is installed for the fatal signals of processor faults. It claims a fault only
// if the program counter lies in a registered range and the range's owner knows the instruction;
// every other fault goes on to whatever handled the signal before, as if this one did not exist.
//
// A claimed fault does not end in the handler: execution resumes, outside it, at an address that
// the owner names, with the faulting program counter in a first register and the fault's address in
// a second (x86-64: rax, rdx; AArch64: x16, x17). All other registers are as they were.
//
// Registration is thread-safe and survives fork. Lookups take no lock and may run in a handler.
#pragma once

#include <cstddef>
#include <cstdint>

namespace nacre::os {

struct CodeRange {
  uintptr_t begin = 0, end = 0;
  // The owner's; the registry does not look at it.
  const void* owner = nullptr;
  // Where to go on after the fault at `pc`; 0: not claimed. Called in a signal handler: must not
  // lock, allocate or fault. Null: the range wants no faults and is only there to be found.
  uintptr_t (*claim)(const void* owner, uintptr_t pc) = nullptr;
};

// Whether faults can be claimed on this host at all.
bool faults_supported();
// False when memory is short or, with a claim, when the host refuses the handler. Ranges do not
// overlap.
bool register_code(const CodeRange& range);
// `begin` as registered. No thread may be in that code any more.
void unregister_code(uintptr_t begin);
// The range `pc` lies in.
bool find_code(uintptr_t pc, CodeRange& out);

// Gives the calling thread an alternate signal stack if it has none, until the thread ends. Cheap
// when called again.
void ensure_signal_stack();

}  // namespace nacre::os

// SPDX-License-Identifier: Apache-2.0
//
// The machine code between C++ and compiled functions, made once per shape of signature and shared
// by the modules and stores of an engine:
//
// - Entry: saves what C++ wants preserved, sets the floating-point mode WebAssembly prescribes,
//   takes parameters from slots, calls, puts results into slots. A trap ends the entry: it is
//   longjmp without its cost, since compiled code has nothing to clean up.
// - Host call: what a Func of a host function points to; the reverse.
// - Shared stubs: raising traps (called by cold stubs, or resumed at after a fault), calling
//   runtime functions of C++ ("builtins").
//
// Nothing here is unwound by C++ exceptions: they must not leave a HostCallback or a builtin.
#pragma once

#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "codegen/abi.hpp"
#include "os/code_memory.hpp"
#include "runtime/objects.hpp"
#include "runtime/vm_context.hpp"

namespace nacre::codegen {

// Calls `code` (a function's direct entry); returns the Trap. `slots` as for HostCallback.
using EntryStub = uint32_t (*)(runtime::RunState* run, runtime::VmContext* vm, const void* code,
                               runtime::Slot* slots);

struct SignatureStubs {
  EntryStub entry = nullptr;
  const void* host_call = nullptr;
};

class Stubs {
 public:
  // Null when the host refuses executable memory, or has no instruction set that we know.
  static std::shared_ptr<Stubs> create();

  // Makes what these function types need in one piece; others are skipped. False when out of
  // memory. Thread-safe, like everything here.
  bool prepare(std::span<const runtime::RuntimeType* const> types);
  // The stubs of a function type, made if need be; nulls when out of memory. Locks and hashes:
  // callers keep the answer.
  SignatureStubs find(const runtime::RuntimeType& type);

  const void* raise_trap() const { return raise_trap_; }
  const void* raise_fault() const { return raise_fault_; }
  const void* call_builtin() const { return call_builtin_; }

 private:
  Stubs() = default;
  using Map = std::unordered_map<std::string, SignatureStubs>;
  bool make(std::span<const runtime::RuntimeType* const> types);

  std::mutex mutex_;
  Map by_shape_;
  std::vector<os::CodeMemory> memory_;
  const void* raise_trap_ = nullptr;
  const void* raise_fault_ = nullptr;
  const void* call_builtin_ = nullptr;
};

// What the stubs leave on the stack, for those who walk it. Offsets are from the frame pointer.
struct StubFrames {
  int32_t entry_size;           // frame pointer of an entry frame - RunState::entry
  int32_t entry_previous;       // RunState::entry and ...
  int32_t entry_previous_exit;  // ... RunState::exit_frame as they were before the entry
  int32_t vm;                   // VmContext* of the caller in exit frames, as in other frames
  int32_t exit_func;            // Func* of a host call; null for a builtin
};

// --- what an instruction set provides (x64/trampolines.cpp)
struct SharedStubOffsets {
  uint32_t raise_trap, raise_fault, call_builtin;
};
namespace x64 {
const StubFrames& stub_frames();
SharedStubOffsets emit_shared_stubs(CodeBuffer& code);
uint32_t emit_entry(CodeBuffer& code, const CallLayout& layout);
uint32_t emit_host_call(CodeBuffer& code, const CallLayout& layout);
}  // namespace x64

}  // namespace nacre::codegen

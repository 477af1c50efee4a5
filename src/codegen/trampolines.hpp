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

// Calls a function's engine_code; returns the Trap. `slots` as for HostCallback.
using EntryStub = uint32_t (*)(runtime::RunState* run, const runtime::Func* func,
                               runtime::Slot* slots);

class Stubs {
 public:
  using Types = std::span<const runtime::RuntimeType* const>;

  // Null when the host refuses executable memory, or has no instruction set that we know.
  static std::shared_ptr<Stubs> create();

  // Makes the stubs that these function types will need (entered from the host, implemented by the
  // host) in one piece of memory. False when there is none. Thread-safe, like everything here.
  bool prepare(Types entered, Types host);
  // Those of a function type, made if need be; null when out of memory. They lock and look up:
  // callers keep the answer.
  EntryStub entry(const runtime::RuntimeType& type);
  const void* host_call(const runtime::RuntimeType& type);

  // All pieces of memory with stubs, for profilers. They only become more.
  std::vector<std::span<const uint8_t>> code();

  const void* raise_trap() const { return raise_trap_; }
  const void* raise_fault() const { return raise_fault_; }
  const void* call_builtin() const { return call_builtin_; }
  const void* resume() const { return resume_; }
  // For a host function whose own stub there was no memory for: calls trap.
  const void* no_memory() const { return no_memory_; }
  // Calls in progress that began before the store's code used floating-point numbers restore the
  // mode as it is now when they end.
  using RememberMode = void (*)(const runtime::RunState* run);
  RememberMode remember_mode() const {
    return reinterpret_cast<RememberMode>(reinterpret_cast<uintptr_t>(remember_mode_));
  }
  // For VmContext::is_subtype.
  const void* is_subtype() const { return is_subtype_; }
  // For VmContext::copy_bytes and fill_bytes.
  const void* copy_bytes() const { return copy_bytes_; }
  const void* fill_bytes() const { return fill_bytes_; }

 private:
  Stubs() = default;
  // The classes of parameters and results: as a number when they are few.
  struct Shape {
    uint64_t few = 0;
    std::string many;
    explicit Shape(const runtime::RuntimeType& type);
  };
  struct Pair {
    const void* entry = nullptr;
    const void* host_call = nullptr;
  };
  class Maker;
  Pair& pair(const Shape& shape);
  bool make(Types entered, Types host);

  std::mutex mutex_;
  std::unordered_map<uint64_t, Pair> few_;
  std::unordered_map<std::string, Pair> many_;
  std::vector<os::CodeMemory> memory_;
  const void* raise_trap_ = nullptr;
  const void* raise_fault_ = nullptr;
  const void* call_builtin_ = nullptr;
  const void* resume_ = nullptr;
  const void* no_memory_ = nullptr;
  const void* is_subtype_ = nullptr;
  const void* remember_mode_ = nullptr;
  const void* copy_bytes_ = nullptr;
  const void* fill_bytes_ = nullptr;
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
  uint32_t raise_trap, raise_fault, call_builtin, resume, no_memory, is_subtype, copy_bytes,
      fill_bytes, remember_mode;
};
namespace x64 {
const StubFrames& stub_frames();
SharedStubOffsets emit_shared_stubs(CodeBuffer& code);
uint32_t emit_entry(CodeBuffer& code, const CallLayout& layout);
uint32_t emit_host_call(CodeBuffer& code, const CallLayout& layout);
}  // namespace x64

}  // namespace nacre::codegen

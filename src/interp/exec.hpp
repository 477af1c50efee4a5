// SPDX-License-Identifier: Apache-2.0
//
// Exec: a store's thread of execution. It owns the slot stack and mirrors what handlers read of
// the running instance, so that one load reaches it.
//
// An activation is one call from the host. While a host function runs, the activation that
// called it keeps its place in `Activation`; nested activations use the stack above it.
#pragma once

#include <memory>
#include <vector>

#include "interp/code.hpp"
#include "interp/dispatch.hpp"
#include "runtime/engine.hpp"
#include "runtime/gc/heap.hpp"
#include "runtime/instance.hpp"
#include "runtime/store.hpp"

namespace nacre::interp {

using runtime::Func;
using runtime::Instance;
using runtime::Store;

// A call into another instance; its return goes through the `cross return` code.
struct Crossing {
  const Word* return_pc;
  Instance* instance;  // to return to
};

// Registers saved where code leaves the interpreter: calls of host functions, allocation, traps.
struct SavedState {
  const Word* pc = nullptr;
  Slot* fp = nullptr;
  Slot* top = nullptr;  // first free slot for a nested activation
  Instance* instance = nullptr;
  const Func* host = nullptr;  // the host function that runs
  size_t crossings = 0;
};

struct Exec {
  // --- mirrors of the running instance
  Slot* limit = nullptr;  // end of the stack
  Slot** globals = nullptr;
  runtime::Table** tables = nullptr;
  const runtime::RuntimeType* const* types = nullptr;
  Instance* instance = nullptr;
  Store* store = nullptr;
  runtime::gc::Heap* heap = nullptr;

  // --- where the current activation is
  const Word* pc = nullptr;
  Slot* fp = nullptr;
  Slot* top = nullptr;
  const Func* host = nullptr;
  std::vector<Crossing> crossings;
  size_t first_crossing = 0;            // of the current activation
  std::vector<SavedState> activations;  // suspended ones, outermost first

  // --- operands of calls through a Func
  const Func* callee = nullptr;
  const Word* return_pc = nullptr;

  // --- outcome
  Trap trap = Trap::none;
  uint64_t fault_end = 0;  // end of the failing access
  uint32_t fault_size = 0;
  uint32_t fault_memory = 0;
  uint32_t countdown = 0;                  // loop iterations until the deadline is looked at
  const Word* pending_overflow = nullptr;  // a frame too large for the stack: its return address
  bool ended_by_tail_call = false;         // the function that called the host function that failed
  bool trap_recorded = false;              // by an inner activation, since the last host call began

  bool interruptible = false;

  std::unique_ptr<Slot[]> memory;

  void enter_instance(Instance* i) {
    instance = i;
    globals = i->vm.globals;
    tables = i->vm.tables;
    types = i->vm.types;
  }
};

class InterpStack final : public runtime::ExecStack {
 public:
  InterpStack(Store& store, bool interruptible) {
    exec.store = &store;
    exec.interruptible = interruptible;
  }
  void visit_roots(runtime::RootVisitor& visitor) override;
  bool prepare();  // makes the stack on first use
  Exec exec;
};

// A wasm frame of the stack, innermost first. Handles frames of all activations.
class FrameWalker {
 public:
  explicit FrameWalker(const Exec& ex, bool within_activation = false);
  bool done() const { return done_; }
  // Null when the frame is a host function's.
  const FunctionCode* function() const { return function_; }
  const Func* host() const { return host_; }
  Instance* instance() const { return instance_; }
  Slot* fp() const { return fp_; }
  const Word* pc() const { return pc_; }
  uint32_t offset() const;  // word offset in the body, of or just inside the instruction
  size_t crossings() const { return crossings_; }
  // Moves to the caller. `within` stops at the activation's first frame.
  void next(bool within_activation = false);

 private:
  void arrive(const Word* return_pc, bool within_activation);
  void leave_activation();
  const Exec& ex_;
  const FunctionCode* function_ = nullptr;
  const Func* host_ = nullptr;
  Instance* instance_ = nullptr;
  const Word* pc_ = nullptr;
  Slot* fp_ = nullptr;
  size_t crossings_ = 0;
  size_t activation_ = 0;
  bool done_ = false;
};

inline ModuleImage& image_of(const Instance& instance) {
  return static_cast<ModuleImage&>(*instance.module->code);
}
FunctionCode& code_of(const Func& func);

// Code that is not any function's: what the outermost frame and a crossing return to.
const Word* exit_code();
const Word* cross_return_code();

// --- where handlers go when something happens; all of handler shape
void raise_trap(NACRE_REGS);    // ex->trap is set, pc is the instruction
void memory_fault(NACRE_REGS);  // ex->fault_* are set; goes on if another thread grew memory 0
void far_fault(NACRE_REGS);     // the same for the memory ex->fault_memory; always a trap
void translate_stub(NACRE_REGS);
void exit_activation(NACRE_REGS);
void cross_return(NACRE_REGS);

// Live frames, innermost first, at most `max`; gives how many there are.
uint64_t collect_frames(const Exec& ex, std::vector<runtime::RawFrame>& out, size_t max);

// Listeners are to hear of the frames that a trap ends, when they are gone.
void note_unwound(Exec& ex);

// Records trap and frames in the store. `fp` and `pc` of the innermost frame have been saved.
void record_trap(Exec& ex, Trap trap);

// Finds the handler of exception `exception` in the current activation and prepares its frame:
// sets ex.pc, ex.fp and the instance. False: uncaught in this activation. `first_ended`: the
// innermost function ended with a tail call and catches nothing.
bool unwind_exception(Exec& ex, runtime::GcRef exception, bool first_ended = false);

}  // namespace nacre::interp

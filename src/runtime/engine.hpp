// SPDX-License-Identifier: Apache-2.0
//
// What an engine is. The interpreter and the compilers each implement ExecEngine; nothing else
// in the runtime knows which one runs.
#pragma once

#include <chrono>
#include <memory>

#include "nacre/result.hpp"
#include "runtime/compiled_module.hpp"
#include "runtime/objects.hpp"

namespace nacre::runtime {

// Visits a reference slot that holds a GcRef; the visitor may replace the reference (moving
// collector).
class RootVisitor {
 public:
  virtual void visit(Slot& ref) = 0;

 protected:
  ~RootVisitor() = default;
};

// An engine's state of one store's thread of execution: its stack. Created with the store.
class ExecStack {
 public:
  virtual ~ExecStack() = default;
  // Every GcRef in live frames.
  virtual void visit_roots(RootVisitor&) = 0;
  // What Store::interrupt and clear_interrupt do beside Store::interrupt_requested. Any thread.
  virtual void interrupt() {}
  virtual void clear_interrupt() {}
  // The store's deadline was set.
  virtual void set_deadline(std::chrono::steady_clock::time_point) {}
};

struct RawFrame {
  const Instance* instance;  // null: host function
  const Func* host;          // with instance == null
  uint32_t func_index;
  uint64_t offset;  // byte offset of the instruction in the binary
};

// Code generation options that change the code, fixed per engine object.
struct CodeOptions {
  bool interruptible = false;  // loops and calls poll Store::interrupt
  bool fuel = false;           // loops and calls consume fuel
  bool eager = false;          // make all code at compile time rather than on first call
};

// How far compile() is, in units of its own; all modules being compiled together.
struct Progress {
  uint64_t done = 0, total = 0;  // total 0: nothing is being compiled
};

// Thread-safe and shared by modules and stores.
// Whether to give up compiling. Asked by all threads that do.
struct StopCheck {
  bool (*asked)(const void* env) = nullptr;  // null: never
  const void* env = nullptr;
  bool operator()() const { return asked != nullptr && asked(env); }
  static Error error() { return make_error(ErrorKind::interrupted, "compiling was stopped"); }
};

class ExecEngine {
 public:
  virtual ~ExecEngine() = default;
  virtual const char* name() const = 0;  // "interpreter", "baseline", ...
  // Whether its code relies on memories being guarded where they can be; its stores then make them
  // so (StoreLimits::guarded_memories).
  virtual bool guards_memories() const { return false; }
  // Makes code for a validated module. `m.module` and `m.types` are set.
  virtual Result<std::unique_ptr<ModuleCode>> compile(const CompiledModule& m,
                                                      const StopCheck& stop = {}) = 0;
  // Whether compile() checks the bodies of functions itself, since it reads them in any case. Then
  // it is given modules of which only the rest is known to be valid, and answers
  // ErrorKind::invalid, without saying more, when a body is not.
  virtual bool validates_bodies() const { return false; }
  // Any thread.
  virtual Progress progress() const { return {}; }
  virtual std::unique_ptr<ExecStack> new_stack(Store& store) = 0;
  // Instantiation tells about each new instance once its imports and memories are set and before
  // code of it runs; an error ends the instantiation.
  virtual Result<void> attach(Instance&) { return {}; }
  // A function was made: sets what the engine keeps in it (Func::engine_code, engine_entry). Calls
  // of code from compiled code go straight there, so it cannot be left for later.
  virtual void prepare(Func&) {}
  // Calls a wasm function (func.instance != null). `slots` as for HostCallback. Nested calls
  // (host functions calling back) are fine. On a trap, fills store.trap_info and its
  // backtrace; the frames of this call are gone afterwards.
  virtual Trap call(Store& store, Func& func, Slot* slots) = 0;
  // Live frames, innermost first, at most `max`, for backtraces outside a trap. Returns how many
  // there are in all.
  virtual uint64_t frames(Store& store, std::vector<RawFrame>& out, size_t max) = 0;
};

}  // namespace nacre::runtime

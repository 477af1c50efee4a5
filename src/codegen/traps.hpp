// SPDX-License-Identifier: Apache-2.0
//
// Running compiled code: one NativeStack per store. It enters functions on the host's stack, keeps
// the limit of that stack, and knows the frames that are live.
//
//   NativeStack stack(store, stubs);
//   stack.attach(instance->vm);                    // once per instance, before its code runs
//   Trap t = stack.call(entry_stub, instance->vm, code, slots);
//
// A trap fills the store's trap_info (operands, the innermost frames) and ends the innermost call.
#pragma once

#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "codegen/trampolines.hpp"
#include "runtime/engine.hpp"
#include "runtime/instance.hpp"
#include "runtime/store.hpp"

namespace nacre::codegen {

class NativeStack : public runtime::ExecStack {
 public:
  // Left of the host's stack for host functions, stubs and trap handling.
  static constexpr uintptr_t reserve = 64 * 1024;

  NativeStack(runtime::Store& store, std::shared_ptr<Stubs> stubs);
  ~NativeStack() override;
  NativeStack(const NativeStack&) = delete;
  NativeStack& operator=(const NativeStack&) = delete;

  // Sets the machine code's part of an instance's context, but for `builtins`.
  void attach(runtime::VmContext& vm);
  Trap call(EntryStub entry, runtime::VmContext& vm, const void* code, runtime::Slot* slots);

  // Any thread: code stops at its next call, with Store::stop_trap()'s trap if it names one.
  void interrupt();
  void clear_interrupt();

  // Innermost first, while a host function or builtin runs; at most `max`. Returns how many there
  // are in all.
  uint64_t frames(std::vector<runtime::RawFrame>& out, size_t max) const;
  // Frames of compiled code hold references once a compiler makes stack maps.
  void visit_roots(runtime::RootVisitor&) override {}

  const runtime::RunState& state() const { return run_; }

 private:
  void prepare(uintptr_t here);

  runtime::Store& store_;
  std::shared_ptr<Stubs> stubs_;
  runtime::RunState run_;
  std::thread::id thread_;
  uintptr_t top_ = 0;  // where the outermost call may start without a new limit, down to ...
  uintptr_t low_ = 0;  // ... here
  uintptr_t end_ = 0;  // of the thread's stack; 0: unknown
  uintptr_t limit_ = 0;
  std::mutex mutex_;  // of what follows
  void set_limits(uintptr_t limit);
  bool interrupted_ = false;
  std::vector<runtime::VmContext*> contexts_;
};

// Walks frames from a frame of compiled code or from a stub's.
class FrameWalker {
 public:
  // Stopped in the compiled frame `fp` at `pc`, a Site's address.
  FrameWalker(const runtime::RunState& run, const runtime::VmContext* vm, uintptr_t fp,
              uintptr_t pc);
  // Stopped in host code called from the innermost compiled frame.
  explicit FrameWalker(const runtime::RunState& run);

  bool done() const { return done_; }
  void next();
  // Host functions have a frame, builtins none.
  runtime::RawFrame frame() const;
  uintptr_t fp() const { return fp_; }
  uintptr_t pc() const { return pc_; }
  bool in_host() const { return host_ != nullptr; }

 private:
  void enter_exit_frame(uintptr_t fp);
  void to_caller();

  const runtime::VmContext* vm_ = nullptr;
  const runtime::Func* host_ = nullptr;
  uintptr_t fp_ = 0, pc_ = 0;
  uintptr_t entry_ = 0;  // RunState::entry of the activation
  bool done_ = false;
};

// Called by the stubs: record a trap and return it. At `pc` in the frame `fp`, by a fault at
// `address` or (0) a cold stub; or `trap`, of the host function that is running.
uint32_t raise(runtime::VmContext* vm, uintptr_t fp, uintptr_t pc, uintptr_t address);
uint32_t raise_host(runtime::VmContext* vm, uint32_t trap);

}  // namespace nacre::codegen

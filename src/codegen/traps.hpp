// SPDX-License-Identifier: Apache-2.0
//
// Running compiled code: one NativeStack per store. It enters functions on the host's stack, keeps
// the limit of that stack, and knows the frames that are live.
//
//   NativeStack stack(store, stubs);
//   stack.attach(instance->vm);      // once per instance, before its code runs
//   Trap t = stack.call(func, slots);
//
// A trap fills the store's trap_info (operands, the innermost frames) and ends the innermost call.
//
// Interruption and deadlines work by raising the stack limit of every instance to the top of the
// address space: the next function that checks its frame finds it exceeded, and so does whoever
// polls. A deadline does that from a Watchdog's thread.
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <vector>

#include "base/platform.hpp"
#include "codegen/trampolines.hpp"
#include "codegen/watchdog.hpp"
#include "runtime/engine.hpp"
#include "runtime/instance.hpp"
#include "runtime/store.hpp"

namespace nacre::codegen {

// What is found out once per thread. Numbers tell threads apart, those included that got the
// identity or the stack of one that ended.
struct NativeThread {
  uint64_t number = 0;
  uintptr_t stack_end = 0;  // 0: unknown
};
extern constinit thread_local NativeThread this_native_thread;

class NativeStack final : public runtime::ExecStack {
 public:
  // Left of the host's stack for host functions, stubs and trap handling.
  static constexpr uintptr_t reserve = 64 * 1024;

  // Without a watchdog deadlines are noticed only by those who ask the store.
  NativeStack(runtime::Store& store, std::shared_ptr<Stubs> stubs,
              std::shared_ptr<Watchdog> watchdog = nullptr);
  ~NativeStack() override;
  NativeStack(const NativeStack&) = delete;
  NativeStack& operator=(const NativeStack&) = delete;

  // Sets the machine code's part of an instance's context.
  void attach(runtime::VmContext& vm);
  // Before an instance whose code depends on the floating-point mode may run.
  void use_floats();
  // Calls a function of compiled code: engine_code and engine_entry are set.
  Trap call(const runtime::Func& func, runtime::Slot* slots) {
    const auto here = reinterpret_cast<uintptr_t>(NACRE_FRAME_ADDRESS);
    if (run_.entry == 0 &&
        NACRE_UNLIKELY(thread_ != this_native_thread.number || here > top_ || here <= low_))
      prepare(here);
    if (NACRE_UNLIKELY(here < entry_limit_.load(std::memory_order_relaxed)))
      if (const Trap t = refuse(here); t != Trap::none) return t;
    store_.trap_info.trap = Trap::none;
    const auto entry = reinterpret_cast<EntryStub>(reinterpret_cast<uintptr_t>(func.engine_entry));
    return static_cast<Trap>(entry(&run_, &func, slots));
  }

  // Any thread: code stops at its next call, with Store::stop_trap()'s trap if it names one.
  void interrupt() override;
  void clear_interrupt() override;
  void set_deadline(std::chrono::steady_clock::time_point when) override;

  // Innermost first, while a host function or builtin runs; at most `max`. Returns how many there
  // are in all.
  uint64_t frames(std::vector<runtime::RawFrame>& out, size_t max) const;
  void visit_roots(runtime::RootVisitor& visitor) override;

  const runtime::RunState& state() const { return run_; }

 private:
  void prepare(uintptr_t here);
  Trap refuse(uintptr_t here);
  void set_limits();

  runtime::Store& store_;
  std::shared_ptr<Stubs> stubs_;
  std::shared_ptr<Watchdog> watchdog_;
  runtime::RunState run_;
  uint64_t thread_ = ~uint64_t{0};  // number of the thread that ran last
  uintptr_t top_ = 0;  // where its outermost call may start without a new limit, down to ...
  uintptr_t low_ = 0;  // ... here
  uintptr_t limit_ = 0;
  std::atomic<uintptr_t> entry_limit_{0};  // limit_, or the top of the address space to stop
  std::mutex mutex_;                       // of what follows, and of limit_'s changes
  bool interrupted_ = false;
  bool expired_ = false;  // the deadline has passed
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
  // False once the walk has come to the frames below the first entry frame, or to the end.
  bool in_first_activation() const { return !done_ && entry_ == first_entry_; }
  void next();
  // Host functions have a frame, builtins none.
  runtime::RawFrame frame() const;
  uintptr_t fp() const { return fp_; }
  uintptr_t pc() const { return pc_; }
  const runtime::VmContext* vm() const { return vm_; }
  bool in_host() const { return host_ != nullptr; }

 private:
  void enter_exit_frame(uintptr_t fp);
  void to_caller();

  const runtime::VmContext* vm_ = nullptr;
  const runtime::Func* host_ = nullptr;
  uintptr_t fp_ = 0, pc_ = 0;
  uintptr_t entry_ = 0;  // RunState::entry of the activation
  uintptr_t first_entry_ = 0;
  bool done_ = false;
};

// Called by the stubs: record a trap and return it. At `pc` in the frame `fp`, by a fault at
// `address` or (0) a cold stub; or `trap`, of the host function that is running. The latter is 0
// when it was an exception and code goes on at the handler in RunState::resume.
uint32_t raise(runtime::VmContext* vm, uintptr_t fp, uintptr_t pc, uintptr_t address);
uint32_t raise_host(runtime::VmContext* vm, uint32_t trap);
// The trap to raise when a host function returns to code that is being stopped; 0: none after all.
uint32_t stop_after_host(runtime::VmContext* vm);

}  // namespace nacre::codegen

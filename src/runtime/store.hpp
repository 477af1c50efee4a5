// SPDX-License-Identifier: Apache-2.0
//
// Store: owner of every run-time object. One thread at a time uses a store; only
// `interrupt()` may be called from another.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <thread>
#include <unordered_set>
#include <vector>

#include "nacre/function.hpp"
#include "nacre/growth.hpp"
#include "nacre/memory_allocator.hpp"
#include "nacre/result.hpp"
#include "os/float_env.hpp"
#include "runtime/engine.hpp"
#include "runtime/func_arena.hpp"
#include "runtime/gc/heap.hpp"
#include "runtime/instance.hpp"
#include "runtime/objects.hpp"

namespace nacre::runtime {

class MemoryImage;
struct Listening;

struct StoreLimits {
  uint64_t max_memory_bytes = ~uint64_t{0};  // per memory
  uint64_t max_table_entries = 10'000'000;   // per table
  uint32_t max_memories = 10'000, max_tables = 10'000, max_instances = 1'000'000;
  uint64_t max_stack_bytes = 1 << 20;  // of wasm frames, all nested calls together
  uint32_t max_host_depth = 200;       // nested host -> wasm re-entries (uses the host's stack)
  uint64_t max_gc_heap_bytes = uint64_t{1} << 30;
  bool gc_stress = false;               // collect at every allocation
  bool guarded_memories = false;        // where possible, for code without bounds checks
  bool segments_checked_first = false;  // WebAssembly 1.0: all segment bounds before any write
};

// What a trap was about; fields are meaningful by kind.
struct TrapInfo {
  Trap trap = Trap::none;
  uint64_t address = 0, size = 0,
           bound = 0;       // memory/table/array accesses: index or address, access size, length
  bool of_segment = false;  // it is a data or element segment whose length was exceeded
  std::vector<RawFrame> frames;  // innermost first, capped (the middle may be dropped)
  uint64_t frames_total = 0;
  GcRef exception = 0;        // Trap::uncaught_exception: the exception object (rooted here)
  uint64_t exception_id = 0;  // what its Error was given; 0 before there is one

  void set_exception(GcRef e) {
    exception = e;
    exception_id = 0;
  }
};

class Store {
 public:
  // Without an engine (null) only host functions can be called.
  Store(std::shared_ptr<ExecEngine> engine, std::shared_ptr<TypeRegistry> registry,
        const StoreLimits& limits = {});
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  // Creation of objects by host and instantiate. Types are in engine-wide ids; types named
  // here stay alive as long as the store. Exceeding StoreLimits is ErrorKind::limit, limits that
  // contradict themselves are ErrorKind::invalid_argument.
  Func* new_host_func(const RuntimeType* type, HostCallback fn, void* env,
                      std::shared_ptr<void> owner, std::string name);
  // With an image (of a module's memory of this type), see MemoryStorage::create.
  Result<Memory*> new_memory(const wasm::MemoryType& type,
                             std::shared_ptr<MemoryImage> image = nullptr);
  // Makes a memory of another store's shared storage visible here; both see the same bytes.
  Memory* adopt_shared_memory(const wasm::MemoryType& type, std::shared_ptr<MemoryStorage> storage);
  Result<Table*> new_table(wasm::ValType elem, const wasm::SizeLimits& limits, RefBits init);
  // Its value is kept at `place` if given: a slot that lives as long as the store; not for v128.
  Global* new_global(wasm::GlobalType type, const Slot value[2], Slot* place = nullptr);
  Tag* new_tag(const RuntimeType* type);

  // Whether the embedder lets a memory or table grow or be made; true without a callback, unless
  // code of the host in a CallbackScope asks.
  bool may_grow(const GrowthRequest& request);
  bool asks_growth() const { return growth_callback_ != nullptr; }
  // Whether a CallbackScope is open.
  bool in_callback() const { return in_callback_; }
  void set_growth_callback(Function<bool(const GrowthRequest&)> callback);

  // Keeps a type alive as long as the store.
  void keep_type(const RuntimeType* type);

  // Calls any function. `slots`: args in, results out, with room for the larger. On Trap,
  // `trap_info` says more. Refuses with Trap::stack_exhausted when host and wasm calls nest deeper
  // than max_host_depth or the host's own stack is nearly used up.
  Trap call(Func& func, Slot* slots);
  // Whether too little of the calling thread's stack is left to run code on it.
  bool host_stack_is_low();
  // The Error for the trap just returned by `call` (message, backtrace with names, exit code).
  Error trap_error();
  // The same for a trap that is on its way; nothing is forgotten.
  Error describe_trap(Trap trap);

  // Asks running wasm code (and waits) to stop with Trap::interrupted. Any thread. Needs
  // CodeOptions::interruptible for code in loops.
  void interrupt();
  void clear_interrupt();
  // Running code stops with Trap::deadline after this; time_point::max(): never.
  void set_deadline(std::chrono::steady_clock::time_point when);
  // Whether a long operation should stop: interrupted or past the deadline. Cheap enough to call
  // once per MiB.
  bool should_stop() const;
  // The trap for it: interrupted or deadline; Trap::none when nothing asked to stop.
  Trap stop_trap() const;
  // Fills trap_info's operands and returns `t`.
  Trap set_trap(Trap t, uint64_t address = 0, uint64_t size = 0, uint64_t bound = 0) {
    trap_info.trap = t;
    trap_info.address = address;
    trap_info.size = size;
    trap_info.bound = bound;
    trap_info.of_segment = false;
    return t;
  }
  // The same where the access was to a data or element segment.
  Trap set_segment_trap(Trap t, uint64_t at, uint64_t size, uint64_t length) {
    set_trap(t, at, size, length);
    trap_info.of_segment = true;
    return t;
  }

  ExecEngine& engine() { return *engine_; }
  TypeRegistry& registry() { return *registry_; }
  const StoreLimits& limits() const { return limits_; }
  gc::Heap& heap() { return *heap_; }
  std::span<const InstancePtr> instances() const { return instances_; }
  ExecStack& stack() { return *stack_; }

  // --- state shared with engines
  std::atomic<uint32_t> interrupt_requested{0};
  std::chrono::steady_clock::time_point deadline =
      std::chrono::steady_clock::time_point::max();  // written by set_deadline
  int64_t fuel = 0;
  TrapInfo trap_info;
  Error host_error;             // set with Trap::host / Trap::exit
  bool growth_refused = false;  // may_grow said no; for who reports it to clear
  std::shared_ptr<MemoryAllocator> memory_allocator;  // of the embedder, or null
  uint32_t host_depth = 0;
  std::unique_ptr<Listening> listening;  // null without listeners, see listener.hpp

  void set_host_error(Error e) { host_error = std::move(e); }

  // Handles: references held by the embedder, traced and updated by the collector.
  // Returns an index to be released.
  uint32_t new_handle(RefBits gc_ref);
  RefBits handle(uint32_t h) const { return handles_[h]; }
  void release_handle(uint32_t h);

  // Visits every root outside the stack (globals, tables, handles, trap_info.exception), then the
  // stack.
  void visit_roots(RootVisitor& v);

 private:
  friend struct Instance;
  friend void elem_entries(Instance&, uint32_t, uint64_t, size_t, RefBits*);
  friend class Instantiation;
  friend class CallbackScope;
  Trap refuse_call();
  bool appears_in(std::span<const Frame> frames) const;
  std::shared_ptr<ExecEngine> engine_;
  std::shared_ptr<TypeRegistry> registry_;
  StoreLimits limits_;
  std::unique_ptr<gc::Heap> heap_;
  std::unique_ptr<ExecStack> stack_;
  FuncArena funcs_;
  std::deque<HostInfo> host_infos_;
  std::deque<Memory> memories_;
  std::deque<Table> tables_;
  std::deque<Global> globals_;
  std::deque<Tag> tags_;
  std::vector<InstancePtr> instances_;
  std::vector<RefBits> handles_;
  std::vector<uint32_t> free_handles_;
  std::vector<Global*> gc_globals_;  // those the collector visits
  std::vector<Table*> gc_tables_;
  std::vector<Instance*> gc_instances_;  // those with references in element segments
  std::vector<const RuntimeType*> kept_types_;
  std::unordered_set<const RecGroup*> kept_groups_;  // theirs
  std::shared_ptr<Function<bool(const GrowthRequest&)>> growth_callback_;
  bool in_callback_ = false;
  std::thread::id stack_thread_;  // whose stack stack_low_ is the end of
  uintptr_t stack_low_ = 0;
};

// Around code of the host that runs in the middle of guest code and may happen at any allocation or
// growth: the callback that grants growth, destructors of host objects. The guest is in no state to
// be called, or to have its references moved; the store refuses both while one is open. The
// host's floating-point mode is the guest's again afterwards.
class CallbackScope {
 public:
  explicit CallbackScope(Store& store);
  ~CallbackScope();
  CallbackScope(const CallbackScope&) = delete;
  CallbackScope& operator=(const CallbackScope&) = delete;

 private:
  Store& store_;
  bool outer_;
  os::FloatMode mode_;
};

}  // namespace nacre::runtime

// SPDX-License-Identifier: Apache-2.0
#include "codegen/traps.hpp"

#include <algorithm>

#include "base/platform.hpp"
#include "codegen/image.hpp"
#include "os/fault_handler.hpp"
#include "os/threads.hpp"
#include "runtime/memory_storage.hpp"

namespace nacre::codegen {
namespace {

using runtime::Instance;
using runtime::RawFrame;
using runtime::VmContext;

constexpr size_t max_recorded_frames = 64;
// The outermost call's stack pointer is rounded to this, so that most calls find the limit as the
// last one left it.
constexpr uintptr_t granule = 64 * 1024;
constexpr uintptr_t everything = ~uintptr_t{0};

const StubFrames& layout() { return x64::stub_frames(); }

template <typename T = uintptr_t>
T read(uintptr_t fp, int32_t offset) {
  return *reinterpret_cast<const T*>(fp + static_cast<uintptr_t>(static_cast<intptr_t>(offset)));
}
constexpr int32_t word = sizeof(uintptr_t);

}  // namespace

// --- stack

NativeStack::NativeStack(runtime::Store& store, std::shared_ptr<Stubs> stubs)
    : store_(store), stubs_(std::move(stubs)) {}

NativeStack::~NativeStack() = default;

void NativeStack::attach(VmContext& vm) {
  vm.run = &run_;
  vm.raise_trap = stubs_->raise_trap();
  vm.call_builtin = stubs_->call_builtin();
  const std::lock_guard lock(mutex_);
  contexts_.push_back(&vm);
  vm.stack_limit.store(interrupted_ ? everything : limit_, std::memory_order_relaxed);
}

void NativeStack::set_limits(uintptr_t limit) {
  for (VmContext* vm : contexts_) vm->stack_limit.store(limit, std::memory_order_relaxed);
}

// Before an outermost call: `here` is about its stack pointer.
void NativeStack::prepare(uintptr_t here) {
  const std::thread::id self = std::this_thread::get_id();
  if (NACRE_LIKELY(self == thread_ && here <= top_ && here > low_)) return;
  if (self != thread_) {
    thread_ = self;
    end_ = os::stack_low_address();
    os::ensure_signal_stack();
  }
  top_ = (here + granule - 1) & ~(granule - 1);
  low_ = top_ - granule;
  const uint64_t most = store_.limits().max_stack_bytes;
  const std::lock_guard lock(mutex_);
  limit_ = std::max<uintptr_t>(end_ == 0 ? 0 : end_ + reserve,
                               most < top_ ? top_ - static_cast<uintptr_t>(most) : 0);
  if (!interrupted_) set_limits(limit_);
}

Trap NativeStack::call(EntryStub entry, VmContext& vm, const void* code, runtime::Slot* slots) {
  const uintptr_t here = os::stack_pointer();
  if (run_.entry == 0) prepare(here);
  if (NACRE_UNLIKELY(here < limit_)) {
    store_.trap_info.frames.clear();
    store_.trap_info.frames_total = 0;
    return store_.set_trap(Trap::stack_exhausted);
  }
  store_.trap_info.trap = Trap::none;
  return static_cast<Trap>(entry(&run_, &vm, code, slots));
}

void NativeStack::interrupt() {
  const std::lock_guard lock(mutex_);
  interrupted_ = true;
  set_limits(everything);
}

void NativeStack::clear_interrupt() {
  const std::lock_guard lock(mutex_);
  interrupted_ = false;
  set_limits(limit_);
}

uint64_t NativeStack::frames(std::vector<RawFrame>& out, size_t max) const {
  uint64_t total = 0;
  for (FrameWalker f(run_); !f.done(); f.next(), ++total)
    if (out.size() < max) out.push_back(f.frame());
  return total;
}

// --- frames

FrameWalker::FrameWalker(const runtime::RunState& run, const VmContext* vm, uintptr_t fp,
                         uintptr_t pc)
    : vm_(vm), fp_(fp), pc_(pc), entry_(run.entry) {}

FrameWalker::FrameWalker(const runtime::RunState& run) : entry_(run.entry) {
  if (entry_ == 0) done_ = true;
  else enter_exit_frame(run.exit_frame);
}

void FrameWalker::enter_exit_frame(uintptr_t fp) {
  fp_ = fp;
  vm_ = read<const VmContext*>(fp, layout().vm);
  host_ = read<const runtime::Func*>(fp, layout().exit_func);
  if (host_ == nullptr) to_caller();
}

void FrameWalker::to_caller() {
  host_ = nullptr;
  const uintptr_t from = fp_;
  fp_ = read(from, 0);
  pc_ = read(from, word) - 1;
  if (fp_ != entry_ + static_cast<uintptr_t>(layout().entry_size)) {
    vm_ = read<const VmContext*>(fp_, layout().vm);
    return;
  }
  entry_ = read(fp_, layout().entry_previous);
  if (entry_ == 0) done_ = true;
  else enter_exit_frame(read(fp_, layout().entry_previous_exit));
}

void FrameWalker::next() { to_caller(); }

RawFrame FrameWalker::frame() const {
  if (host_ != nullptr) return {nullptr, host_, 0, 0};
  const auto* instance = reinterpret_cast<const Instance*>(vm_);
  uint32_t offset = 0;
  const CodeImage* const image = CodeImage::find(pc_, offset);
  if (image == nullptr) return {instance, nullptr, 0, 0};
  Site site;
  image->sites().find(offset, site);
  return {instance, nullptr, image->first_defined() + image->functions().find(offset), site.wasm};
}

// --- traps

namespace {

// The operands of a memory fault: which memory the address belongs to follows from where it is. The
// width of the access is not known.
void describe_fault(runtime::Store& store, const Instance& instance, uintptr_t address) {
  for (runtime::Memory* m : instance.memories) {
    const auto base = reinterpret_cast<uintptr_t>(m->base);
    if (address < base || address - base >= m->storage->reserved()) continue;
    store.set_trap(Trap::memory_out_of_bounds, address - base, 0, m->current_length());
    return;
  }
  store.set_trap(Trap::memory_out_of_bounds);
}

uint32_t finish(runtime::Store& store, Trap trap, FrameWalker walker) {
  runtime::TrapInfo& info = store.trap_info;
  if (trap == Trap::stack_exhausted) {
    const Trap stop = store.stop_trap();  // an interruption looks like an exhausted stack
    if (stop != Trap::none) trap = stop;
  }
  if (info.trap != trap) store.set_trap(trap);
  info.frames.clear();
  info.frames_total = 0;
  for (; !walker.done(); walker.next(), ++info.frames_total)
    if (info.frames.size() < max_recorded_frames) info.frames.push_back(walker.frame());
  return static_cast<uint32_t>(trap);
}

}  // namespace

uint32_t raise(VmContext* vm, uintptr_t fp, uintptr_t pc, uintptr_t address) {
  runtime::Store& store = *vm->store;
  uint32_t offset = 0;
  Site site;
  site.trap = Trap::unreachable;
  if (const CodeImage* const image = CodeImage::find(pc, offset)) image->sites().find(offset, site);
  Trap trap = site.trap;
  if (site.kind == Site::Kind::dynamic) trap = store.trap_info.trap;
  if (site.kind == Site::Kind::memory && address != 0)
    describe_fault(store, *reinterpret_cast<const Instance*>(vm), address);
  return finish(store, trap, FrameWalker(*vm->run, vm, fp, pc));
}

uint32_t raise_host(VmContext* vm, uint32_t trap) {
  return finish(*vm->store, static_cast<Trap>(trap), FrameWalker(*vm->run));
}

}  // namespace nacre::codegen

// SPDX-License-Identifier: Apache-2.0
#include "codegen/traps.hpp"

#include <algorithm>
#include <atomic>
#include <utility>

#include "base/platform.hpp"
#include "base/reader.hpp"
#include "binary/op_reader.hpp"
#include "codegen/image.hpp"
#include "codegen/unwind.hpp"
#include "os/fault_handler.hpp"
#include "os/threads.hpp"
#include "runtime/memory_storage.hpp"
#include "wasm/op.hpp"

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
// VmContext::trap_operand when it is not set: an index that nobody uses.
constexpr uint64_t no_operand = 0xD6E8FEB86659FD93;

const StubFrames& layout() { return x64::stub_frames(); }

template <typename T>
T& slot(uintptr_t fp, int32_t offset) {
  // A frame is nowhere near null. NOLINTNEXTLINE(clang-analyzer-core.uninitialized.UndefReturn)
  return *reinterpret_cast<T*>(fp + static_cast<uintptr_t>(static_cast<intptr_t>(offset)));
}
template <typename T = uintptr_t>
T read(uintptr_t fp, int32_t offset) {
  return slot<const T>(fp, offset);
}
constexpr int32_t word = sizeof(uintptr_t);

}  // namespace

// --- stack

constinit thread_local NativeThread this_native_thread;

namespace {

NACRE_COLD void introduce(NativeThread& thread) {
  static std::atomic<uint64_t> last{0};
  thread.number = last.fetch_add(1, std::memory_order_relaxed) + 1;
  thread.stack_end = os::stack_low_address();
  os::ensure_signal_stack();
}

}  // namespace

NativeStack::NativeStack(runtime::Store& store, std::shared_ptr<Stubs> stubs,
                         std::shared_ptr<Watchdog> watchdog)
    : store_(store), stubs_(std::move(stubs)), watchdog_(std::move(watchdog)) {}

NativeStack::~NativeStack() {
  if (watchdog_ != nullptr) watchdog_->cancel(this);
}

void NativeStack::attach(VmContext& vm) {
  vm.run = &run_;
  vm.raise_trap = stubs_->raise_trap();
  vm.fuel = &store_.fuel;
  vm.call_builtin = stubs_->call_builtin();
  vm.resume = stubs_->resume();
  vm.type_chunks = store_.registry().chunks();
  vm.is_subtype = stubs_->is_subtype();
  vm.copy_bytes = stubs_->copy_bytes();
  vm.fill_bytes = stubs_->fill_bytes();
  vm.trap_operand = no_operand;
  vm.gc_base = store_.heap().base_address();
  vm.gc_bump = &store_.heap().bump();
  const std::lock_guard lock(mutex_);
  contexts_.push_back(&vm);
  vm.stack_limit.store(interrupted_ || expired_ ? everything : limit_, std::memory_order_relaxed);
}

void NativeStack::use_floats() {
  if (run_.uses_floats != 0) return;
  stubs_->remember_mode()(&run_);
  run_.uses_floats = 1;
}

void NativeStack::set_limits() {
  const uintptr_t limit = interrupted_ || expired_ ? everything : limit_;
  entry_limit_.store(limit, std::memory_order_relaxed);
  for (VmContext* vm : contexts_) vm->stack_limit.store(limit, std::memory_order_relaxed);
}

// Before an outermost call: `here` is about its stack pointer.
NACRE_NOINLINE void NativeStack::prepare(uintptr_t here) {
  NativeThread& thread = this_native_thread;
  if (thread.number == 0) introduce(thread);
  thread_ = thread.number;
  const uintptr_t end = thread.stack_end;
  top_ = (here + granule - 1) & ~(granule - 1);
  low_ = top_ - granule;
  const uint64_t most = store_.limits().max_stack_bytes;
  const uintptr_t limit = std::max<uintptr_t>(
      end == 0 ? 0 : end + reserve, most < low_ ? low_ - static_cast<uintptr_t>(most) : 0);
  const std::lock_guard lock(mutex_);
  if (limit == limit_) return;
  limit_ = limit;
  set_limits();
}

// Why a call may not begin, or Trap::none if it may.
NACRE_NOINLINE Trap NativeStack::refuse(uintptr_t here) {
  const Trap why = here < limit_ ? Trap::stack_exhausted : store_.stop_trap();
  if (why == Trap::none) return why;
  store_.trap_info.frames.clear();
  store_.trap_info.frames_total = 0;
  return store_.set_trap(why);
}

void NativeStack::interrupt() {
  const std::lock_guard lock(mutex_);
  interrupted_ = true;
  set_limits();
}

void NativeStack::clear_interrupt() {
  const std::lock_guard lock(mutex_);
  interrupted_ = false;
  set_limits();
}

// The watchdog is told without the lock, which its thread takes.
void NativeStack::set_deadline(std::chrono::steady_clock::time_point when) {
  if (watchdog_ == nullptr) return;
  watchdog_->cancel(this);
  {
    const std::lock_guard lock(mutex_);
    if (expired_) {
      expired_ = false;
      set_limits();
    }
  }
  if (when == std::chrono::steady_clock::time_point::max()) return;
  if (when <= std::chrono::steady_clock::now()) {  // before code runs on until the thread wakes
    const std::lock_guard lock(mutex_);
    expired_ = true;
    set_limits();
    return;
  }
  watchdog_->arm(this, when, [](void* env) {
    auto* const self = static_cast<NativeStack*>(env);
    const std::lock_guard lock(self->mutex_);
    self->expired_ = true;
    self->set_limits();
  });
}

uint64_t NativeStack::frames(std::vector<RawFrame>& out, size_t max) const {
  uint64_t total = 0;
  for (FrameWalker f(run_); !f.done(); f.next(), ++total)
    if (out.size() < max) out.push_back(f.frame());
  return total;
}

void NativeStack::visit_roots(runtime::RootVisitor& visitor) {
  const CodeImage* image = nullptr;
  for (FrameWalker f(run_); !f.done(); f.next()) {
    if (f.in_host()) continue;
    uint32_t offset = 0;
    image = CodeImage::find(f.pc(), offset, image);
    if (image == nullptr || image->refs().empty()) continue;
    const auto visit = [&](int32_t at) { visitor.visit(slot<runtime::Slot>(f.fp(), at)); };
    for (const int32_t at : image->refs().locals(image->functions().find(offset))) visit(at);
    image->refs().visit_at(offset, visit);
  }
}

// --- frames

FrameWalker::FrameWalker(const runtime::RunState& run, const VmContext* vm, uintptr_t fp,
                         uintptr_t pc)
    : vm_(vm), fp_(fp), pc_(pc), entry_(run.entry), first_entry_(run.entry) {}

FrameWalker::FrameWalker(const runtime::RunState& run)
    : entry_(run.entry), first_entry_(run.entry) {
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

// The instruction at `offset` of the module; false when the module is not at hand.
bool instruction_at(const Instance& instance, uint64_t offset, binary::Instr& in) {
  if (instance.module == nullptr) return false;
  const wasm::Module& module = instance.wasm_module();
  if (offset >= module.bytes.size()) return false;
  binary::OpReader reader(module, module.bytes.subspan(static_cast<size_t>(offset)), offset);
  return reader.next(in);
}

// How much memory the instruction at `offset` of the module accesses.
uint32_t access_bytes(const Instance& instance, uint64_t offset) {
  binary::Instr in;
  return instruction_at(instance, offset, in) ? wasm::access_bytes(in.op) : 0;
}

// The operands of a trap whose stub recorded the index; returns the trap. The code checks alignment
// before bounds, or leaves bounds to the guard: an access that breaks both rules is out of bounds.
Trap describe_index(VmContext& vm, const Site& site) {
  const uint64_t index = std::exchange(vm.trap_operand, no_operand);
  if (index == no_operand) return site.trap;
  runtime::Store& store = *vm.store;
  const auto& instance = reinterpret_cast<const Instance&>(vm);
  binary::Instr in;
  if (!instruction_at(instance, site.wasm, in)) return site.trap;
  if (site.trap == Trap::uninitialized_element) {
    store.set_trap(site.trap, index);
  } else if (site.trap == Trap::undefined_element && in.index2 < instance.tables.size()) {
    store.set_trap(site.trap, index, 0, instance.tables[in.index2]->size());
  } else if ((site.trap == Trap::memory_out_of_bounds || site.trap == Trap::unaligned_atomic) &&
             wasm::access_bytes(in.op) != 0 && in.index < instance.memories.size()) {
    const uint64_t sum = index + in.bits, address = sum < index ? ~uint64_t{0} : sum;
    const uint64_t length = instance.memories[in.index]->current_length();
    const uint32_t bytes = wasm::access_bytes(in.op);
    if (site.trap == Trap::unaligned_atomic && address <= length && bytes <= length - address)
      return site.trap;
    return store.set_trap(Trap::memory_out_of_bounds, address, bytes, length);
  } else if (site.trap == Trap::table_out_of_bounds && in.index < instance.tables.size()) {
    store.set_trap(site.trap, index, 1, instance.tables[in.index]->size());
  } else if (site.trap == Trap::array_out_of_bounds) {
    store.set_trap(site.trap, index, 1, vm.trap_bound);
  }
  return site.trap;
}

// The operands of a memory fault: which memory the address belongs to follows from where it is. Of
// an access that lies partly inside, the address is that of the first byte outside.
void describe_fault(runtime::Store& store, const Instance& instance, const Site& site,
                    uintptr_t address) {
  for (runtime::Memory* m : instance.memories) {
    const auto base = reinterpret_cast<uintptr_t>(m->base);
    if (address < base || address - base >= m->storage->reserved()) continue;
    store.set_trap(Trap::memory_out_of_bounds, address - base, access_bytes(instance, site.wasm),
                   m->current_length());
    return;
  }
  store.set_trap(Trap::memory_out_of_bounds);
}

uint32_t finish(VmContext* vm, Trap trap, FrameWalker walker) {
  runtime::Store& store = *vm->store;
  runtime::TrapInfo& info = store.trap_info;
  if (trap == Trap::stack_exhausted) {
    const Trap stop = store.stop_trap();  // an interruption looks like an exhausted stack
    if (stop != Trap::none) trap = stop;
  }
  if (info.trap != trap) store.set_trap(trap);
  if (store.listening != nullptr) collect_unwound(store, walker, 0, store.listening->unwound);
  info.frames.clear();
  info.frames_total = 0;
  vm->run->trap_recorded = 1;
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
  if (const CodeImage* const image = CodeImage::find(pc, offset);
      image != nullptr && !image->sites().find(offset, site) &&
      image->sites().find_access(offset, site))
    pc -= offset - site.offset;
  Trap trap = site.trap;
  if (site.kind == Site::Kind::dynamic) trap = store.trap_info.trap;
  if (site.kind == Site::Kind::memory && address != 0)
    describe_fault(store, *reinterpret_cast<const Instance*>(vm), site, address);
  if (site.kind == Site::Kind::trap) trap = describe_index(*vm, site);
  FrameWalker walker(*vm->run, vm, fp, pc);
  // A function without room for its frame was not entered.
  if (site.kind == Site::Kind::trap && site.trap == Trap::stack_exhausted) walker.next();
  return finish(vm, trap, walker);
}

uint32_t stop_after_host(VmContext* vm) { return static_cast<uint32_t>(vm->store->stop_trap()); }

uint32_t raise_host(VmContext* vm, uint32_t trap) {
  const runtime::TrapInfo& info = vm->store->trap_info;
  if (static_cast<Trap>(trap) == Trap::uncaught_exception && info.exception != 0 &&
      find_handler(vm, info.exception))
    return 0;
  // The trap of a call that the host function made has its frames already.
  FrameWalker caller(*vm->run);
  caller.next();
  if (vm->run->trap_recorded != 0 && static_cast<Trap>(trap) == info.trap) {
    runtime::Listening* const listening = vm->store->listening.get();
    if (listening != nullptr) collect_unwound(*vm->store, caller, 0, listening->unwound);
    return trap;
  }
  // The backtrace begins where the host function was called.
  return finish(vm, static_cast<Trap>(trap), caller);
}

}  // namespace nacre::codegen

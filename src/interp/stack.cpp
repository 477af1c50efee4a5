// SPDX-License-Identifier: Apache-2.0
//
// Walking the stack: for backtraces, for the collector's roots and for exceptions.
#include <algorithm>
#include <utility>

#include "interp/exec.hpp"
#include "os/float_env.hpp"
#include "runtime/listener.hpp"

namespace nacre::interp {
namespace {

// Code that return addresses outside any function point at: words of distance 0, then a handler.
class Landing {
 public:
  explicit Landing(Handler handler) { std::memcpy(words_ + before, &handler, sizeof handler); }
  const Word* code() const { return words_ + before; }

 private:
  static constexpr unsigned before = ptr_words + 1;
  Word words_[before + ptr_words] = {};
};

const Word* read_link(const Slot* fp, Word offset) {
  uint64_t v;
  std::memcpy(&v, reinterpret_cast<const char*>(fp) + offset, sizeof v);
  return reinterpret_cast<const Word*>(static_cast<uintptr_t>(v));
}

}  // namespace

const Word* exit_code() {
  static const Landing landing(exit_activation);
  return landing.code();
}

const Word* cross_return_code() {
  static const Landing landing(cross_return);
  return landing.code();
}

bool InterpStack::prepare() {
  if (exec.memory != nullptr) return true;
  // Vectors of results are read two slots at a time, so the end has room for a few more.
  constexpr size_t slack = 4;
  // A limit, not a wish: without the address space for it there is less.
  constexpr uint64_t most = std::min<uint64_t>(uint64_t{1} << 34, SIZE_MAX / 2);
  constexpr size_t least = 1024;
  auto slots =
      static_cast<size_t>(std::min(exec.store->limits().max_stack_bytes, most) / sizeof(Slot));
  exec.memory.reset(new (std::nothrow) Slot[slots + slack]);
  while (exec.memory == nullptr && slots > least) {
    slots /= 2;
    exec.memory.reset(new (std::nothrow) Slot[slots + slack]);
  }
  if (exec.memory == nullptr) return false;
  exec.limit = exec.memory.get() + slots;
  exec.top = exec.memory.get();
  exec.heap = &exec.store->heap();
  return true;
}

// --- frames

FrameWalker::FrameWalker(const Exec& ex, bool within_activation) : ex_(ex) {
  activation_ = ex.activations.size();
  if (activation_ == 0) {
    done_ = true;
    return;
  }
  host_ = ex.host;
  instance_ = ex.instance;
  crossings_ = ex.crossings.size();
  pc_ = ex.pc;
  fp_ = ex.fp;
  if (host_ != nullptr) return;
  if (ex.pending_overflow != nullptr) {
    arrive(ex.pending_overflow, within_activation);
    return;
  }
  function_ = image_of(*instance_).find(pc_);
  if (function_ == nullptr) done_ = true;
}

uint32_t FrameWalker::offset() const { return function_->body->offset_of(pc_); }

// Continues in the frame that `return_pc` returns to; fp_ is the frame that returns.
void FrameWalker::arrive(const Word* return_pc, bool within_activation) {
  if (return_pc == cross_return_code()) {
    const Crossing& c = ex_.crossings[--crossings_];
    instance_ = c.instance;
    return_pc = c.return_pc;
  }
  if (return_pc == exit_code()) {
    if (within_activation) done_ = true;
    else leave_activation();
    return;
  }
  function_ = load_ptr<const FunctionCode*>(return_pc + caller_word);
  fp_ = reinterpret_cast<Slot*>(reinterpret_cast<char*>(fp_) - return_pc[distance_word]);
  pc_ = return_pc - 1;
}

void FrameWalker::leave_activation() {
  const SavedState& s = ex_.activations[--activation_];
  if (activation_ == 0) {
    done_ = true;
    return;
  }
  host_ = s.host;
  instance_ = s.instance;
  crossings_ = s.crossings;
  pc_ = s.pc;
  fp_ = s.fp;
  function_ = nullptr;
  if (host_ == nullptr) function_ = image_of(*instance_).find(pc_);
}

void FrameWalker::next(bool within_activation) {
  if (host_ != nullptr) {
    // The frame that called the host function, at the instruction saved then.
    host_ = nullptr;
    function_ = image_of(*instance_).find(pc_);
    if (function_ == nullptr) done_ = true;
    return;
  }
  if (function_ == nullptr) {
    done_ = true;
    return;
  }
  arrive(read_link(fp_, function_->body->link_offset), within_activation);
}

// --- roots

void InterpStack::visit_roots(runtime::RootVisitor& visitor) {
  if (exec.memory == nullptr) return;
  for (FrameWalker f(exec); !f.done(); f.next()) {
    if (f.function() == nullptr) continue;
    const Body& body = *f.function()->body;
    char* frame = reinterpret_cast<char*>(f.fp());
    for (const RefRun& run : body.ref_locals)
      for (uint32_t i = 0; i < run.count; ++i)
        visitor.visit(reinterpret_cast<Slot*>(frame + run.slot)[i]);
    // The last safepoint at or before: an instruction's own, as pc may lie within it.
    const auto after =
        std::upper_bound(body.safepoints.begin(), body.safepoints.end(), f.offset(),
                         [](uint32_t at, const Safepoint& s) { return at < s.offset; });
    if (after == body.safepoints.begin()) continue;
    for (uint32_t n = after[-1].node; n != no_node; n = body.ref_nodes[n].parent)
      visitor.visit(*reinterpret_cast<Slot*>(frame + body.ref_nodes[n].slot));
  }
}

// --- traps

namespace {

constexpr size_t max_recorded_frames = 64;

runtime::RawFrame raw_frame(const FrameWalker& f) {
  if (f.function() == nullptr) return {nullptr, f.host(), 0, 0};
  const FunctionCode& code = *f.function();
  const uint32_t imported = code.image->module().module.num_imported_funcs;
  return {f.instance(), nullptr, imported + code.defined_index, code.body->position(f.offset())};
}

}  // namespace

uint64_t collect_frames(const Exec& ex, std::vector<runtime::RawFrame>& out, size_t max) {
  uint64_t total = 0;
  for (FrameWalker f(ex); !f.done(); f.next(), ++total)
    if (out.size() < max) out.push_back(raw_frame(f));
  return total;
}

namespace {

// Frames of functions that are listened to, from the innermost on within the activation, up to the
// frame pointer `end` (null: all).
void collect_unwound(const Exec& ex, const Slot* end, std::vector<runtime::UnwoundFrame>& out) {
  const size_t first = out.size();
  uint64_t inside = 0;
  bool innermost = true;
  for (FrameWalker f(ex, true); !f.done() && f.fp() != end; f.next(true), ++inside) {
    if (f.function() == nullptr) continue;
    const bool ended =
        innermost && reinterpret_cast<uintptr_t>(f.fp()) == ex.store->listening->ended_frame;
    innermost = false;
    if (ended || f.offset() < f.function()->body->listened_from) continue;
    const uint32_t imported = f.function()->image->module().module.num_imported_funcs;
    out.push_back({f.instance(), imported + f.function()->defined_index, inside});
  }
  if (out.size() == first) return;
  std::vector<runtime::RawFrame> none;
  const uint64_t frames = collect_frames(ex, none, 0);
  for (size_t i = first; i < out.size(); ++i) out[i].depth = frames - out[i].depth;
}

}  // namespace

void note_unwound(Exec& ex) {
  runtime::Listening* const listening = ex.store->listening.get();
  if (listening != nullptr) collect_unwound(ex, nullptr, listening->unwound);
}

void record_trap(Exec& ex, Trap trap) {
  note_unwound(ex);
  runtime::TrapInfo& info = ex.store->trap_info;
  if (info.trap != trap) ex.store->set_trap(trap);
  info.frames.clear();
  info.frames_total = collect_frames(ex, info.frames, max_recorded_frames);
  ex.pending_overflow = nullptr;
  ex.trap_recorded = true;
}

void raise_trap(NACRE_REGS) {
  NACRE_ENTER;
  ex->pc = pc;
  ex->fp = fp;
  record_trap(*ex, ex->trap);
  pc = exit_code();
  NACRE_NEXT;
}

void memory_fault(NACRE_REGS) {
  NACRE_ENTER;
  runtime::Memory* memory = ex->instance->vm.memories[0];
  if (memory->shared() && memory->current_length() >= ex->fault_end) {
    mem = memory->base;
    len = memory->length;
    NACRE_NEXT;
  }
  ex->trap = ex->store->set_trap(Trap::memory_out_of_bounds, ex->fault_end - ex->fault_size,
                                 ex->fault_size, len);
  NACRE_CHAIN(raise_trap);
}

void far_fault(NACRE_REGS) {
  NACRE_ENTER;
  const uint64_t length = ex->instance->vm.memories[ex->fault_memory]->length;
  ex->trap = ex->store->set_trap(Trap::memory_out_of_bounds, ex->fault_end - ex->fault_size,
                                 ex->fault_size, length);
  NACRE_CHAIN(raise_trap);
}

// --- exceptions

namespace {

bool catches(const CatchClause& c, const Instance& instance, const runtime::Tag* tag) {
  return c.tag == all_tags || instance.vm.tags[c.tag] == tag;
}

// The clause of `body` that catches `tag` thrown at `offset`, or null.
const CatchClause* find_clause(const Body& body, const Instance& instance, uint32_t offset,
                               const runtime::Tag* tag) {
  uint32_t depth_limit = no_delegate;
  for (const TryRange& r : body.tries) {
    if (offset < r.begin || offset >= r.end || r.depth > depth_limit) continue;
    if (r.delegate_depth != no_delegate) {
      depth_limit = r.delegate_depth;
      continue;
    }
    for (uint32_t i = 0; i < r.num_clauses; ++i) {
      const CatchClause& c = body.clauses[r.first_clause + i];
      if (catches(c, instance, tag)) return &c;
    }
  }
  return nullptr;
}

void enter_handler(Exec& ex, const FrameWalker& f, const CatchClause& clause,
                   runtime::GcRef exception) {
  Slot* to = reinterpret_cast<Slot*>(reinterpret_cast<char*>(f.fp()) + clause.slot);
  if (clause.ref == CatchClause::Ref::first) *to++ = exception;
  if (clause.tag != all_tags) {
    const uint32_t n = ex.heap->exception_tag(exception)->type->param_slots;
    std::copy_n(ex.heap->exception_slots(exception), n, to);
    to += n;
  }
  if (clause.ref == CatchClause::Ref::last) *to = exception;
  ex.crossings.resize(f.crossings());
  ex.enter_instance(f.instance());
  ex.pc = f.function()->body->words.get() + clause.offset;
  ex.fp = f.fp();
}

// Listeners hear of the frames between the throw and the handler's. They run as if the handler's
// function were still in its call.
runtime::GcRef tell_listeners(Exec& ex, const FrameWalker& f, runtime::GcRef exception) {
  if (ex.store->listening == nullptr) return exception;
  std::vector<runtime::UnwoundFrame> passed;
  collect_unwound(ex, f.fp(), passed);
  if (passed.empty()) return exception;
  ex.crossings.resize(f.crossings());
  ex.enter_instance(f.instance());
  ex.pc = f.pc();
  ex.fp = f.fp();
  ex.top = ex.fp + f.function()->body->words[0] / sizeof(Slot);
  exception = runtime::tell_passed(*ex.store, passed, exception);
  os::enter_float_mode();
  ex.trap = Trap::none;  // of calls they made
  return exception;
}

}  // namespace

bool unwind_exception(Exec& ex, runtime::GcRef exception, bool first_ended) {
  const runtime::Tag* tag = ex.heap->exception_tag(exception);
  for (FrameWalker f(ex); !f.done(); f.next(true)) {
    if (f.function() == nullptr) continue;
    if (std::exchange(first_ended, false)) continue;
    const CatchClause* clause = find_clause(*f.function()->body, *f.instance(), f.offset(), tag);
    if (clause == nullptr) continue;
    enter_handler(ex, f, *clause, tell_listeners(ex, f, exception));
    return true;
  }
  return false;
}

}  // namespace nacre::interp

// SPDX-License-Identifier: Apache-2.0
#include "codegen/unwind.hpp"

#include "codegen/image.hpp"
#include "codegen/traps.hpp"
#include "runtime/gc/heap.hpp"
#include "runtime/store.hpp"

namespace nacre::codegen {
namespace {

// The clause of the frame's function that catches `tag`, or null.
const Handler* find_clause(const CodeImage& image, uint32_t offset, const runtime::VmContext& vm,
                           const runtime::Tag* tag) {
  const Handler* h = image.handlers().find(offset);
  while (h != nullptr && h->tag != any_tag && vm.tags[h->tag] != tag) h = image.handlers().next(*h);
  return h;
}

// Listeners hear of the frames between the throw and the handler's before it runs.
runtime::GcRef tell_listeners(runtime::VmContext* vm, uintptr_t handler_frame,
                              runtime::GcRef exception) {
  runtime::Store& store = *vm->store;
  if (store.listening == nullptr) return exception;
  std::vector<runtime::UnwoundFrame> passed;
  collect_unwound(store, FrameWalker(*vm->run), handler_frame, passed);
  return passed.empty() ? exception : runtime::tell_passed(store, passed, exception);
}

}  // namespace

void collect_unwound(const runtime::Store& store, FrameWalker f, uintptr_t end,
                     std::vector<runtime::UnwoundFrame>& out) {
  const size_t first = out.size();
  const CodeImage* image = nullptr;
  uint64_t frames = 0;
  bool innermost = true;
  bool inside = true;
  for (; !f.done(); f.next(), ++frames) {
    inside = inside && f.in_first_activation() && (f.in_host() || f.fp() != end);
    if (!inside || f.in_host()) continue;
    const bool ended = innermost && f.fp() == store.listening->ended_frame;
    innermost = false;
    uint32_t offset = 0;
    image = CodeImage::find(f.pc(), offset, image);
    if (image == nullptr || ended) continue;
    const uint32_t function = image->functions().find(offset);
    if (!image->functions()[function].frame.listened) continue;
    auto* const instance =
        reinterpret_cast<runtime::Instance*>(const_cast<runtime::VmContext*>(f.vm()));
    out.push_back({instance, image->first_defined() + function, frames});
  }
  for (size_t i = first; i < out.size(); ++i) out[i].depth = frames - out[i].depth;
}

bool find_handler(runtime::VmContext* vm, runtime::GcRef exception) {
  const runtime::Tag* const tag = vm->store->heap().exception_tag(exception);
  const CodeImage* image = nullptr;
  for (FrameWalker f(*vm->run); f.in_first_activation(); f.next()) {
    if (f.in_host()) continue;
    uint32_t offset = 0;
    image = CodeImage::find(f.pc(), offset, image);
    if (image == nullptr) continue;
    const Handler* const clause = find_clause(*image, offset, *f.vm(), tag);
    if (clause == nullptr) continue;
    const FunctionEntry& function = image->functions()[image->functions().find(offset)];
    auto& to = vm->run->resume;
    exception = tell_listeners(vm, f.fp(), exception);
    to.fp = f.fp();
    to.sp = f.fp() - function.frame.bytes;
    to.pc = reinterpret_cast<uintptr_t>(image->code().data()) + clause->target;
    to.vm = const_cast<runtime::VmContext*>(f.vm());
    to.exception = exception;
    return true;
  }
  return false;
}

}  // namespace nacre::codegen

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

}  // namespace

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

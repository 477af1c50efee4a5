// SPDX-License-Identifier: Apache-2.0
//
// What compiled code of a function that is listened to tells its listener.
#include <vector>

#include "codegen/builtin_operands.hpp"
#include "codegen/traps.hpp"
#include "os/float_env.hpp"
#include "runtime/listener.hpp"

namespace nacre::codegen::builtin {
namespace {

using runtime::Slot;
using runtime::VmContext;

// The values of a call, as slots that ascend; few of them in place.
class Values {
 public:
  Values(const BuiltinOperands& s, std::span<const wasm::ValType> types, uint32_t slots) {
    if (slots > std::size(few_)) many_.resize(slots);
    s.copy_values(types, data());
  }
  Slot* data() { return many_.empty() ? few_ : many_.data(); }

 private:
  Slot few_[16];
  std::vector<Slot> many_;
};

const runtime::ModuleListeners& listeners(const BuiltinOperands& s) {
  return *s.instance().module->listeners;
}

// The frame pointer of the function that called the builtin.
uintptr_t calling_frame(const VmContext& vm) { return FrameWalker(*vm.run).fp(); }

// A listener that failed ends the call; its function has told all there is to tell.
uint64_t outcome(const BuiltinOperands& s, VmContext* vm, Trap t) {
  os::enter_float_mode();  // whatever the listener did to it
  if (t == Trap::none) return BuiltinOperands::done();
  s.store().listening->ended_frame = calling_frame(*vm);
  return s.fail(t);
}

}  // namespace

uint64_t listener_before(VmContext* vm, Slot* operands, uint64_t func, uint64_t) {
  const BuiltinOperands s(vm, operands);
  const runtime::RuntimeType& type = *s.instance().module->func_type(static_cast<uint32_t>(func));
  Values params(s, type.params, type.param_slots);
  const Trap t = listeners(s).before(s.instance(), static_cast<uint32_t>(func), params.data());
  s.store().listening->ended_frame = 0;
  return outcome(s, vm, t);
}

uint64_t listener_after(VmContext* vm, Slot* operands, uint64_t func, uint64_t) {
  const BuiltinOperands s(vm, operands);
  const runtime::RuntimeType& type = *s.instance().module->func_type(static_cast<uint32_t>(func));
  Values results(s, type.results, type.result_slots);
  return outcome(s, vm,
                 listeners(s).after(s.instance(), static_cast<uint32_t>(func), results.data()));
}

uint64_t listener_tail_call(VmContext* vm, Slot* operands, uint64_t func, uint64_t) {
  const BuiltinOperands s(vm, operands);
  const Trap t = listeners(s).tail_call(s.instance(), static_cast<uint32_t>(func));
  // What goes wrong from here on until the callee has the frame is no longer this function's.
  s.store().listening->ended_frame = calling_frame(*vm);
  return outcome(s, vm, t);
}

}  // namespace nacre::codegen::builtin

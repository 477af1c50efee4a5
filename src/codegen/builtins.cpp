// SPDX-License-Identifier: Apache-2.0
//
// The table of builtins, exceptions and interruption.
#include "codegen/builtins.hpp"

#include "codegen/builtin_operands.hpp"
#include "codegen/unwind.hpp"
#include "runtime/gc/heap.hpp"

namespace nacre::codegen {

const void* const* builtins() {
  static const void* const table[] = {
#define BUILTIN(name) reinterpret_cast<const void*>(static_cast<Builtin>(builtin::name)),
#include "codegen/builtins.def"
  };
  return table;
}

const char* builtin_name(BuiltinId id) {
  static constexpr const char* names[] = {
#define BUILTIN(name) #name,
#include "codegen/builtins.def"
  };
  return id < BuiltinId::count ? names[static_cast<uint32_t>(id)] : "?";
}

namespace builtin {
namespace {

using runtime::GcRef;
using runtime::Slot;
using runtime::VmContext;

// Compiled code goes on at the handler; without one the exception leaves the activation.
uint64_t raise_exception(VmContext* vm, const BuiltinOperands& s, GcRef exception) {
  if (find_handler(vm, exception)) return BuiltinOperands::done();
  s.store().trap_info.set_exception(exception);
  return s.fail(Trap::uncaught_exception);
}

}  // namespace

uint64_t throw_(VmContext* vm, Slot* operands, uint64_t tag_index, uint64_t) {
  const BuiltinOperands s(vm, operands);
  runtime::Tag* const tag = vm->tags[tag_index];
  const GcRef exception = s.heap().new_exception(tag, tag->type->param_slots);
  if (exception == 0) return s.fail(Trap::out_of_memory);
  s.copy_values(tag->type->params, s.heap().exception_slots(exception));
  return raise_exception(vm, s, exception);
}

uint64_t throw_ref(VmContext* vm, Slot* operands, uint64_t, uint64_t) {
  const BuiltinOperands s(vm, operands);
  return s.ref(0) == 0 ? s.fail(Trap::null_exception) : raise_exception(vm, s, s.ref(0));
}

uint64_t unpack_exception(VmContext* vm, Slot* operands, uint64_t tag_index, uint64_t) {
  const BuiltinOperands s(vm, operands);
  const Slot* from = s.heap().exception_slots(s.ref(0));
  uint32_t i = 0;
  for (const wasm::ValType t : vm->tags[tag_index]->type->params) {
    Slot* const to = s.value(i, t.is_vec());
    to[0] = from[i];
    if (t.is_vec()) to[1] = from[i + 1];
    i += runtime::slots_of(t);
  }
  return BuiltinOperands::done();
}

uint64_t poll(VmContext* vm, Slot*, uint64_t, uint64_t) {
  const Trap why = vm->store->stop_trap();
  return why == Trap::none ? BuiltinOperands::done()
                           : static_cast<uint64_t>(vm->store->set_trap(why));
}

}  // namespace builtin
}  // namespace nacre::codegen

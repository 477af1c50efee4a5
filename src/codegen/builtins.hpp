// SPDX-License-Identifier: Apache-2.0
//
// Builtins: what compiled code leaves to C++. The list is builtins.def; each row is a function in
// the namespace `builtin` and a BuiltinId, its place in the table that VmContext::builtins points
// to. Their meaning is the runtime's (runtime/ops.hpp), as in every engine.
//
// Operands are the frame's slots and descend: operand slot i is operands[-i]. A v128 that starts
// at slot i also has slot i + 1 and lies, in memory order, at &operands[-(i + 1)]. Results
// overwrite slot 0 (and 1). The upper half of an i32's slot is unspecified before and zero
// afterwards; indices into 32-bit memories and tables are i32. References are whole slots.
//
// A builtin returns a Trap (0: none) and has then described it in the store's trap_info. GcRef
// operands must be roots of the caller's frame (its stack map) until it returns: allocation moves
// objects.
#pragma once

#include <cstdint>

#include "runtime/objects.hpp"
#include "runtime/vm_context.hpp"

namespace nacre::codegen {

using Builtin = uint64_t (*)(runtime::VmContext* vm, runtime::Slot* operands, uint64_t a,
                             uint64_t b);

enum class BuiltinId : uint32_t {
#define BUILTIN(name) name,
#include "codegen/builtins.def"
  count
};

// Indexed by BuiltinId; what VmContext::builtins is set to.
const void* const* builtins();

// For listings of code.
const char* builtin_name(BuiltinId id);

namespace builtin {
#define BUILTIN(name) \
  uint64_t name(runtime::VmContext* vm, runtime::Slot* operands, uint64_t a, uint64_t b);
#include "codegen/builtins.def"
}  // namespace builtin

}  // namespace nacre::codegen

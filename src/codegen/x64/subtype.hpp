// SPDX-License-Identifier: Apache-2.0
//
// Whether an object's type is a subtype of another: a stub shared by all code of an engine.
#pragma once

#include "codegen/asm/x64/assembler.hpp"

namespace nacre::codegen::x64 {

// Called through VmContext::is_subtype with the type id of an object's header in r10d and the
// RuntimeType* of a struct or array type in r11. Afterwards the flags say "equal" if the object is
// of that type or a subtype. Destroys r10 and r11, nothing else. Objects without a RuntimeType
// (boxes of the host, exceptions) are of none.
void emit_is_subtype(Assembler& a);

// Where a RuntimeType has the pointer to its ancestors.
int32_t ancestors_offset();

}  // namespace nacre::codegen::x64

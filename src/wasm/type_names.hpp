// SPDX-License-Identifier: Apache-2.0
//
// Types as the text format writes them, for messages and for the printer. How a concrete type
// is called (an index, an identifier) is the caller's to say.
#pragma once

#include <span>
#include <string>

#include "wasm/types.hpp"

namespace nacre::wasm {

// "func", "noextern", ...
const char* heap_name(Heap h);
// "i32", "v128", "i8", ...; "ref" for references.
const char* kind_name(Kind k);
// "funcref", "nullref", ...: the short form of the nullable reference.
const char* short_ref_name(Heap h);

// Appends a type; `concrete(out, id)` appends the name of a type definition.
template <class Concrete>
void append_heap_type(std::string& out, HeapType h, Concrete concrete) {
  if (h.is_concrete()) concrete(out, h.type());
  else out += heap_name(h.abstract());
}

template <class Concrete>
void append_val_type(std::string& out, ValType t, Concrete concrete) {
  if (!t.is_ref()) {
    out += kind_name(t.kind());
    return;
  }
  if (t.nullable() && t.heap().is_abstract()) {
    out += short_ref_name(t.heap().abstract());
    return;
  }
  out += t.nullable() ? "(ref null " : "(ref ";
  append_heap_type(out, t.heap(), concrete);
  out += ')';
}

// The same with concrete types by their canonical number.
std::string type_text(HeapType h);
std::string type_text(ValType t);
// "[i32 i64]".
std::string types_text(std::span<const ValType> types);
// "[i32 i32] -> [i64]".
std::string func_type_text(std::span<const ValType> params, std::span<const ValType> results);

}  // namespace nacre::wasm

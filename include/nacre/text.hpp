// SPDX-License-Identifier: Apache-2.0
//
// The text format (.wat), for programs that write modules by hand: tests, examples, generators.
//
//   auto wasm = nacre::wat2wasm("(module (func (export \"f\") (result i32) (i32.const 42)))");
//   if (!wasm) return fail(wasm.error().message);                 // says line and column
//   nacre::Module module = nacre::Module::compile(engine, *wasm).value();
//
// A program linked statically carries the parser only if it calls this.
#pragma once

#include <cstdint>

#include "nacre/detail/public.hpp"
#include "nacre/list.hpp"
#include "nacre/result.hpp"
#include "nacre/string.hpp"

namespace NACRE_PUBLIC nacre {

// The binary of one module in the text format. Grammar and names are checked; whether the module
// is valid is found out by Module::compile. Identifiers become its name section, for backtraces.
// Error: malformed, with line and column in the message. Any thread.
Result<List<uint8_t>> wat2wasm(StringView text);

}  // namespace nacre

// SPDX-License-Identifier: Apache-2.0
//
// Validation of a decoded module.
//
//   Result<wasm::Module> module = binary::decode(bytes, ...);
//   Result<void> ok = validate::validate_module(*module);
//
// validate_module is validate_declarations (everything but bodies) followed by validate_functions
// over all of them. A caller with threads runs the latter on ranges, one call per thread, and keeps
// the error of the lowest range; then well_formed_first decides which error to report.
#pragma once

#include <cstdint>

#include <nacre/result.hpp>

#include "validate/declared_funcs.hpp"
#include "wasm/limits.hpp"
#include "wasm/module.hpp"

namespace nacre::validate {

// Everything, in order. An error that makes the module malformed wins over an earlier one that
// makes it only invalid, as if the whole module had been decoded first.
Result<void> validate_module(const wasm::Module& module, const wasm::Limits& limits = {});

// Types, imports, tables, memories, globals, tags, exports, start, segments. `declared` (may be
// null) receives the functions that bodies may name with ref.func.
Result<void> validate_declarations(const wasm::Module& module, const wasm::Limits& limits = {},
                                   DeclaredFuncs* declared = nullptr);

// The bodies [first, first + count) of defined functions. `declared` is computed when null.
Result<void> validate_functions(const wasm::Module& module, uint32_t first, uint32_t count,
                                const wasm::Limits& limits = {},
                                const DeclaredFuncs* declared = nullptr);

// `error`, or if that says "invalid" and some body is malformed, what is wrong with the body.
Error well_formed_first(const wasm::Module& module, Error error);

}  // namespace nacre::validate

// SPDX-License-Identifier: Apache-2.0
//
// From the public FunctionListener to what engines tell.
#pragma once

#include <memory>

#include "nacre/compile_options.hpp"
#include "runtime/compiled_module.hpp"
#include "runtime/listener.hpp"

namespace nacre::detail {

// Asks the options about every function of the module, whose types are set. Null when nobody
// listens.
std::unique_ptr<const runtime::ModuleListeners> choose_listeners(
    const runtime::CompiledModule& module, const CompileOptions& options);

// How messages call a function, as to_string(FunctionInfo) does: `function "fib"` by its name or
// that of its first export, or "func[3]".
std::string describe_function(const wasm::Module& module, uint32_t func);

}  // namespace nacre::detail

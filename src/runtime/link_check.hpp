// SPDX-License-Identifier: Apache-2.0
//
// Whether an external value fits an import (specification, "Import matching").
#pragma once

#include "runtime/compiled_module.hpp"
#include "runtime/objects.hpp"

namespace nacre::runtime {

// `value` must not be empty. Types of both sides belong to one registry.
bool import_matches(const CompiledModule& module, const wasm::Import& import, const Extern& value);

}  // namespace nacre::runtime

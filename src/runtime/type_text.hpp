// SPDX-License-Identifier: Apache-2.0
//
// Types of imports and exports in text form, for messages: "(func (param i32) (result i64))",
// "(memory 1 2 shared)", "(global (mut i32))". Long lists are cut short.
#pragma once

#include <string>

#include "runtime/compiled_module.hpp"
#include "runtime/objects.hpp"

namespace nacre::runtime {

// Concrete heap types are ids of the registry, written as the API does: "(ref $24)".
std::string func_text(const RuntimeType* type);
std::string memory_text(const wasm::MemoryType& type);
std::string table_text(const wasm::TableType& type);
std::string global_text(wasm::GlobalType type);
std::string tag_text(const RuntimeType* type);
// What the extern is now (memories and tables with their present size).
std::string extern_text(const Extern& external);
// What a module wants imported.
std::string import_text(const CompiledModule& module, const wasm::Import& import);
// "\"env\".\"add\"", with unprintable bytes escaped and long names cut short.
std::string quoted_import(const wasm::Import& import);

}  // namespace nacre::runtime

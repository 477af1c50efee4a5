// SPDX-License-Identifier: Apache-2.0
//
// What the API knows of a module's debug information, and the texts made from it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "debug/dwarf.hpp"
#include "nacre/trap.hpp"
#include "runtime/compiled_module.hpp"

namespace nacre::detail {

struct DebugInfo {
  explicit DebugInfo(const wasm::Module& module);
  debug::Dwarf dwarf;
  bool has_function_names = false;
  // Where the information is when it is not in the module; empty when nothing says so.
  std::string external_file, source_map;
};

// Of a module, made once. Any thread.
DebugInfo& debug_info(const runtime::CompiledModule& module);
// The module of a frame; null for host functions and frames somebody made up.
const runtime::CompiledModule* module_of(const Frame& frame);

// Guest-controlled text for a terminal: control characters escaped, cut to a bearable length.
std::string printable(std::string_view text);

// A line of a host file.
struct SourceLine {
  std::string text;  // printable, tabs expanded
  size_t caret = 0;  // where `column` falls in it, in characters
  bool has_caret = false;
};
// Reads line `line` of a regular file of at most 16 MiB; nothing when that cannot be done.
std::optional<SourceLine> read_source_line(const std::string& path, uint32_t line, uint32_t column);

}  // namespace nacre::detail

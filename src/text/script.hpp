// SPDX-License-Identifier: Apache-2.0
//
// `.wast` scripts as a flat list of commands.
//
// Modules in text form stay spans of the source: whoever runs the script calls wat_to_wasm on
// them, with the features under test, so a malformed one fails where the script expects it to.
// Commands inside `(thread ...)` and `(script ...)` follow their opening command, which says
// how many they are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "nacre/result.hpp"
#include "text/text_error.hpp"
#include "text/value.hpp"

namespace nacre::text {

enum class CommandKind : uint8_t {
  module,         // module: define, and instantiate unless it is a definition
  instance,       // (module instance id? module_id?): empty module_id means the latest module
  register_,      // text: the name, id: the instance (empty: the latest)
  action,         // a bare invoke or get
  assert_return,  // action, results
  assert_return_canonical_nan,
  assert_return_arithmetic_nan,
  assert_exception,   // action
  assert_exhaustion,  // action, text
  assert_trap,        // action, or module or instance when has_action is false; text
  assert_unlinkable,  // module or instance; text
  assert_invalid,     // module, text
  assert_malformed,
  assert_invalid_custom,
  assert_malformed_custom,
  thread,  // id, shared modules in `shared`, `size` commands that follow
  wait,    // id
  script,  // id, `size` commands that follow
  input,   // text
  output,  // text
};

struct ModuleSource {
  enum class Form : uint8_t { text, binary, quote };
  Form form = Form::text;
  bool is_definition = false;  // (module definition ...)
  bool is_instance = false;    // (module instance ...) inside an assertion: id and module_id apply
  std::string id, module_id;
  std::string_view text;  // Form::text: from `(module` to its parenthesis, or the bare fields
  std::string bytes;      // binary: the module; quote: its source
  size_t line = 0;        // of its first character
};

struct Action {
  bool is_get = false;
  std::string instance;  // empty: the latest
  std::string name;
  std::vector<ScriptValue> args;
};

struct Command {
  CommandKind kind = CommandKind::module;
  bool has_action = false;
  size_t line = 0;
  std::string id;
  std::string module_id;
  std::string text;  // expected message, registered name, file name
  ModuleSource module;
  Action action;
  std::vector<ScriptValue> results;
  std::vector<std::string> shared;
  size_t size = 0;
};

struct Script {
  std::vector<Command> commands;
};

// Reads a script. The result refers to `source`, which must outlive it.
Result<Script> parse_script(std::string_view source, std::string_view filename = {},
                            TextError* detail = nullptr);

}  // namespace nacre::text

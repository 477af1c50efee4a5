// SPDX-License-Identifier: Apache-2.0
//
// Types of imports and exports as a reader of the module names them. The API's to_string has only
// the engine's numbers for types a module defines; here they are `$name` or the type index.
#pragma once

#include <span>
#include <string>
#include <unordered_map>

#include "text/print_names.hpp"
#include "wasm/module.hpp"

namespace nacre::cli {

class ExternText {
 public:
  explicit ExternText(const wasm::Module& module);
  // "(func (param i32))", "(global (mut (ref null $list)))", ...: a member of an index space.
  std::string of(wasm::ExternKind kind, uint32_t index) const;

 private:
  std::string value(wasm::ValType type) const;
  std::string list(const char* keyword, std::span<const wasm::ValType> types) const;
  std::string signature(wasm::TypeId id) const;

  const wasm::Module& module_;
  text::Identifiers names_;
  std::unordered_map<wasm::TypeId, uint32_t> first_index_;  // equal types share an id
};

}  // namespace nacre::cli

// SPDX-License-Identifier: Apache-2.0
//
// Whether an external value fits an import (specification, "Import matching").
#pragma once

#include <string>

#include <nacre/result.hpp>

#include "runtime/compiled_module.hpp"
#include "runtime/objects.hpp"

namespace nacre::runtime {

// `value` must not be empty. Types of both sides belong to one registry.
bool import_matches(const CompiledModule& module, const wasm::Import& import, const Extern& value);

// What does not fit of a module's imports, in one error.
class LinkErrors {
 public:
  explicit LinkErrors(const CompiledModule& module) : module_(module) {}
  // Nothing is there for the import.
  void missing(const wasm::Import& import);
  // `value` is there, and does not match.
  void mismatch(const wasm::Import& import, const Extern& value);
  bool any() const { return missing_.count + mismatched_.count != 0; }
  // Precondition: any().
  Error error() const;

 private:
  static constexpr size_t most = 100;
  struct List {
    std::string text;
    size_t count = 0;
    void add(const char* separator, const std::string& item);
    std::string whole() const;
  };
  const CompiledModule& module_;
  List missing_, mismatched_;
  const char* mismatch_words_ = "";
};

}  // namespace nacre::runtime

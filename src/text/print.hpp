// SPDX-License-Identifier: Apache-2.0
//
// From a module to the text format.
#pragma once

#include <string>

#include "wasm/module.hpp"

namespace nacre::text {

struct PrintOptions {
  bool names = true;    // identifiers from the name section; else it is kept as a custom section
  bool bodies = true;   // instructions; else "..." stands for them, and the text does not parse
  unsigned indent = 2;  // columns per level of nesting
};

// The module in text form. Parsing it again gives a module of the same meaning, with the same
// indices. Bodies and expressions that do not decode end in a comment that says why.
std::string print_module(const wasm::Module& module, const PrintOptions& options = {});

// The type definitions alone, one per line, indented by two columns.
std::string print_types(const wasm::Module& module);

}  // namespace nacre::text

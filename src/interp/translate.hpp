// SPDX-License-Identifier: Apache-2.0
//
// From a function's body to its code. See translator.hpp for how.
#pragma once

#include <memory>

#include "interp/code.hpp"

namespace nacre::interp {

// Translates functions of one module, one at a time; keeps its buffers in between.
class Translation {
 public:
  Translation(ModuleImage& image, const runtime::CodeOptions& options,
              const validate::DeclaredFuncs& declared);
  ~Translation();
  // Null when memory for the code cannot be had.
  std::unique_ptr<Body> run(FunctionCode& function);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace nacre::interp

// SPDX-License-Identifier: Apache-2.0
//
// The single-pass compiler of one function after another. One per thread.
#pragma once

#include <memory>

#include "codegen/image.hpp"
#include "os/cpu.hpp"
#include "runtime/compiled_module.hpp"
#include "validate/declared_funcs.hpp"

namespace nacre::baseline {

struct CompileOptions {
  os::CpuFeatures features;
  bool guarded = true;  // memories that can be guarded are accessed without checks
  bool interruptible = false;
  bool fuel = false;
};

class FunctionCompiler {
 public:
  // The arguments outlive this.
  FunctionCompiler(const runtime::CompiledModule& module, const CompileOptions& options,
                   const validate::DeclaredFuncs& declared);
  ~FunctionCompiler();
  FunctionCompiler(const FunctionCompiler&) = delete;
  FunctionCompiler& operator=(const FunctionCompiler&) = delete;

  enum class Outcome : uint8_t {
    done,
    failed,  // out of memory, or the code would be too large
    invalid,
    stopped,  // only among those that compile many
  };
  // Appends the code of function num_imported_funcs + defined_index, which need not be valid.
  Outcome compile(uint32_t defined_index, codegen::FunctionBatch& out);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace nacre::baseline

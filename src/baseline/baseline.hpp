// SPDX-License-Identifier: Apache-2.0
//
// The baseline compiler as an engine: all machine code of a module is made when it is compiled, on
// several threads, in one pass over each function.
#pragma once

#include <memory>

#include "baseline/profiler.hpp"
#include "codegen/image.hpp"
#include "nacre/result.hpp"
#include "os/cpu.hpp"
#include "runtime/engine.hpp"

namespace nacre::baseline {

struct Options {
  bool guarded = true;         // accesses to guarded memories are not checked; needs fault handling
  bool interruptible = false;  // as in runtime::CodeOptions
  bool fuel = false;
  unsigned threads =
      0;  // that compile a module; 0: as many as the machine has. The code is the same.
  Profile profile = Profile::none;
  os::CpuFeatures features = os::cpu_features();
};

// Fails with ErrorKind::unsupported where there is no code for the processor or the host refuses
// executable memory. Without fault handling, or address space for a guarded memory, memories are
// checked, whatever `guarded` says.
Result<std::shared_ptr<runtime::ExecEngine>> make_baseline(const Options& options);

// The machine code of a module that such an engine compiled, for listings.
const codegen::CodeImage& code_image(const runtime::ModuleCode& code);
// On how many threads it was made: no more than there was work for.
unsigned compile_threads(const runtime::ModuleCode& code);

}  // namespace nacre::baseline

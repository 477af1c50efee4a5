// SPDX-License-Identifier: Apache-2.0
//
// Tells Linux's perf what machine code is called: a map of addresses (Profile::perf_map), or a
// dump with the code itself and, as line numbers, the byte offsets of instructions in the module
// (Profile::jitdump).
//
// Both files are the process's, whatever number of engines it has: they are opened by the first and
// stay open. A file that cannot be written means no profile and nothing else.
#pragma once

#include <cstdint>
#include <memory>

#include "codegen/image.hpp"
#include "wasm/module.hpp"

namespace nacre::baseline {

// As in the public Config.
enum class Profile : uint8_t { none, perf_map, jitdump };

class Profiler {
 public:
  // Null for Profile::none.
  static std::unique_ptr<Profiler> create(Profile profile);

  // The functions of a module, before they run; and stubs that were made meanwhile. Thread-safe.
  void add(const codegen::CodeImage& image, const wasm::Module& module);

 private:
  explicit Profiler(Profile profile) : profile_(profile) {}
  const Profile profile_;
  size_t stubs_told_ = 0;  // of the engine; guarded by the file's lock
};

}  // namespace nacre::baseline

// SPDX-License-Identifier: Apache-2.0
//
// The coredump format of WebAssembly's tool conventions (Coredump.md): a module that is never
// instantiated and holds
//
//   custom "core"            the executable's name
//   custom "coremodules"     the modules' names
//   custom "coreinstances"   of each instance its module, memories and globals
//   custom "corestack"       the thread's name and its frames, innermost first
//   memory, global, data     what memories and globals held: the bytes that are not zero
//
// Frames carry no locals or operands: an engine that trapped no longer has them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.hpp"
#include "wasm/module.hpp"
#include "wasm/types.hpp"

namespace nacre::debug {

struct CoreInstance {
  uint32_t module = 0;
  std::vector<uint32_t> memories, globals;  // indices in the coredump
};

struct CoreFrame {
  uint32_t instance = 0, func_index = 0;
  uint32_t code_offset = 0;  // of the instruction, from the start of the function's body
};

struct CoreMemory {
  wasm::MemoryType type;  // of the size it has
  Bytes bytes;
};

struct CoreGlobal {
  wasm::ValType type;          // number, vector or reference to an abstract type
  uint64_t value[2] = {0, 0};  // of references nothing is kept: they become null
};

struct Coredump {
  std::string executable, thread;
  std::vector<std::string> modules;
  std::vector<CoreInstance> instances;
  std::vector<CoreFrame> frames;
  std::vector<CoreMemory> memories;
  std::vector<CoreGlobal> globals;
};

// Takes bytes of the file in order; false ends the writing.
class CoredumpSink {
 public:
  virtual bool write(Bytes bytes) = 0;

 protected:
  ~CoredumpSink() = default;
};

enum class CoredumpResult : uint8_t {
  written,
  too_large,  // the data section would not fit its 32-bit size; nothing was written
  failed,     // the sink refused
};
CoredumpResult write_coredump(const Coredump& dump, CoredumpSink& sink);

// Reads back what the custom sections of a decoded coredump say; memories and globals stay in the
// module. Nothing when one of them is malformed.
std::optional<Coredump> read_coredump(const wasm::Module& module);

}  // namespace nacre::debug

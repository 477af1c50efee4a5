// SPDX-License-Identifier: Apache-2.0
//
// A validated module with an engine's code for it: immutable, shared by any number of stores and
// threads.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string_view>
#include <vector>

#include "runtime/runtime_type.hpp"
#include "wasm/limits.hpp"
#include "wasm/module.hpp"

namespace nacre::runtime {

class ExecEngine;
class MemoryImages;
class ModuleListeners;

// What an engine attaches to a module.
class ModuleCode {
 public:
  virtual ~ModuleCode() = default;
};

struct CompiledModule {
  CompiledModule();
  CompiledModule(const CompiledModule&) = delete;
  CompiledModule& operator=(const CompiledModule&) = delete;
  ~CompiledModule();

  wasm::Module module;
  Limits limits;  // it was or will be validated with
  std::shared_ptr<TypeRegistry> registry;
  std::vector<const RuntimeType*> types;  // by local TypeId of module.type_table
  std::shared_ptr<ExecEngine> engine;
  // Set before code is made; null when no function is listened to.
  std::unique_ptr<const ModuleListeners> listeners;
  std::unique_ptr<ModuleCode> code;

  // The export of this name, or null. Thread-safe; fast for modules with many exports.
  const wasm::Export* find_export(std::string_view name) const;
  // How its memories begin (memory_image.hpp). Asked once for each new instance: null the first
  // time, since a module that is instantiated once should not pay. Thread-safe.
  const MemoryImages* memory_images() const;
  // When it is complete: makes the images now if there is so much data that copying it would take
  // as long, and compiling the module takes much longer anyway.
  void prepare_images();
  wasm::ValType globalize(wasm::ValType t) const { return TypeRegistry::globalize(t, types); }
  const RuntimeType* func_type(uint32_t func_index) const {
    return types[module.funcs[func_index]];
  }

  // What the layer above has read of its debug information, made when first asked for.
  mutable std::once_flag debug_once;
  mutable std::shared_ptr<void> debug_info;

 private:
  mutable std::once_flag exports_sorted_;
  mutable std::vector<uint32_t> sorted_exports_;  // by name; only for many exports
  mutable std::atomic<bool> instantiated_{false};
  mutable std::once_flag images_made_;
  mutable std::unique_ptr<const MemoryImages> images_;
};

}  // namespace nacre::runtime

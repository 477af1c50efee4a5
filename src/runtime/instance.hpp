// SPDX-License-Identifier: Apache-2.0
//
// A module instance. Made by instantiate(); lives as long as its store.
#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "nacre/result.hpp"
#include "runtime/compiled_module.hpp"
#include "runtime/objects.hpp"
#include "runtime/vm_context.hpp"

namespace nacre::runtime {

struct Instance;
struct FreeInstance {
  void operator()(Instance* instance) const;
};
using InstancePtr = std::unique_ptr<Instance, FreeInstance>;

struct Instance {
  // With room before it for the values of `own_globals` globals.
  static InstancePtr make(uint32_t own_globals);

  VmContext vm{};  // first
  std::shared_ptr<const CompiledModule> module;
  std::vector<Memory*> memories;
  std::vector<Table*> tables;
  std::vector<Global*> globals;
  std::vector<Slot*> global_values;
  std::vector<Tag*> tags;
  std::vector<Func*> funcs;  // null until first needed (Instance::func)
  std::vector<bool> dropped_elems, dropped_datas;
  // Values of element segments written as expressions, by segment; entries written as function
  // indices stay in the module (elem_entry in segments.hpp). Empty without such segments.
  std::vector<std::vector<RefBits>> elem_values;

  uint32_t own_globals = 0;

  Store& store() { return *vm.store; }
  // The place for the value of the module's own global number `k`.
  Slot* own_global(uint32_t k) {
    return reinterpret_cast<Slot*>(reinterpret_cast<uintptr_t>(this) +
                                   static_cast<uintptr_t>(intptr_t{own_global_offset(k)}));
  }
  const wasm::Module& wasm_module() const { return module->module; }

  // The function object with this index, made on first use.
  Func* func(uint32_t index);
  // The export of this name, or nothing.
  bool find_export(std::string_view name, Extern& out);
  Extern get_extern(wasm::ExternKind kind, uint32_t index);
};

// Instantiates `module` in `store` with `imports` in the order of module->module.imports:
// checks import types (ErrorKind::unlinkable), allocates, runs active segments and then the start
// function (traps are ErrorKind::trap). On failure, what earlier segments wrote stays and the
// objects stay alive as long as the store (functions may have escaped into tables).
Result<Instance*> instantiate(Store& store, std::shared_ptr<const CompiledModule> module,
                              std::span<const Extern> imports);

}  // namespace nacre::runtime

// SPDX-License-Identifier: Apache-2.0
#include "wasi/define.hpp"

#include <algorithm>

#include "wasi/table.hpp"

namespace nacre::wasi {
namespace {

using runtime::Instance;
using runtime::Slot;
using runtime::Store;

constexpr size_t max_params = 9;

// What one defined function needs to know when it is called; owned by the linker.
struct Entry {
  std::shared_ptr<Context> context;
  const Function* function;
  const Layout* layout;
};

Guest memory_of(Instance* caller) {
  if (caller == nullptr || caller->memories.empty()) return Guest(nullptr, 0);
  runtime::Memory* memory = caller->memories[0];
  runtime::Extern found;
  if (caller->memories.size() > 1 && caller->find_export("memory", found) &&
      found.kind == wasm::ExternKind::memory)
    memory = found.memory;
  uint64_t length = memory->current_length();
  return Guest(memory->base, length);
}

Trap finish(const Call& c, Store& store) {
  if (c.exited) {
    Error e =
        make_error(ErrorKind::exit, "program exited with code " + std::to_string(c.exit_code));
    e.exit_code = static_cast<int>(c.exit_code);
    store.set_host_error(std::move(e));
    return Trap::exit;
  }
  if (c.failure != nullptr) {
    store.set_host_error(
        make_error(ErrorKind::trap, std::string("the program raised ") + c.failure));
    return Trap::host;
  }
  if (c.stopped) return store.interrupt_requested.load() != 0 ? Trap::interrupted : Trap::deadline;
  return Trap::none;
}

Trap call_function(void* env, Store& store, Instance* caller, Slot* slots) {
  const Entry& entry = *static_cast<Entry*>(env);
  const Function& f = *entry.function;
  auto stop = [](void* s) { return static_cast<Store*>(s)->should_stop(); };
  Call c{*entry.context, memory_of(caller), *entry.layout, stop, &store};
  const WasiConfig& config = entry.context->config();
  Errno result;
  if (config.trace == nullptr) {
    result = f.call(c, slots);
  } else {
    uint64_t args[max_params];
    std::copy_n(slots, f.params.size(), args);
    result = f.call(c, slots);
    config.trace(config.trace_env, trace_line(f, c, args, result));
  }
  if (f.returns_errno) slots[0] = static_cast<uint16_t>(result);
  return finish(c, store);
}

Result<void> define_one(runtime::Linker& linker, runtime::TypeRegistry& registry,
                        const char* module, const Function& f, const Layout& layout,
                        const std::shared_ptr<Context>& context) {
  std::vector<wasm::ValType> params, results;
  for (char p : f.params) params.push_back(p == 'I' ? wasm::i64_type : wasm::i32_type);
  if (f.returns_errno) results.push_back(wasm::i32_type);
  const runtime::RuntimeType* type = registry.intern_func(params, results);
  auto entry = std::make_shared<Entry>(Entry{context, &f, &layout});
  auto defined = linker.define_func(module, f.name, type, call_function, entry.get(), entry);
  registry.release({&type, 1});
  return defined;
}

}  // namespace

Result<void> define(runtime::Linker& linker, runtime::TypeRegistry& registry,
                    const std::shared_ptr<Context>& context) {
  for (const Function& f : functions()) {
    if (auto r =
            define_one(linker, registry, "wasi_snapshot_preview1", f, preview1_layout, context);
        !r)
      return r;
    if (!f.in_unstable) continue;
    if (auto r = define_one(linker, registry, "wasi_unstable", f, unstable_layout, context); !r)
      return r;
  }
  return {};
}

}  // namespace nacre::wasi

// SPDX-License-Identifier: Apache-2.0
//
// What the public handles point to.
//
// StoreData *is* the runtime's store with what the API adds, so a host function, which is given
// the runtime's store, finds the rest by a cast. Every store of the API is made as a StoreData.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "nacre/config.hpp"
#include "nacre/detail/handle.hpp"
#include "nacre/detail/host.hpp"
#include "nacre/engine.hpp"
#include "nacre/extern.hpp"
#include "nacre/memory.hpp"
#include "runtime/compiled_module.hpp"
#include "runtime/engine.hpp"
#include "runtime/memory_storage.hpp"
#include "runtime/store.hpp"

namespace nacre::detail {

struct EngineData {
  std::atomic<uint32_t> refs{1};
  Config config;
  std::shared_ptr<runtime::TypeRegistry> registry;
  std::shared_ptr<runtime::ExecEngine> exec;
  std::shared_ptr<MemoryAllocator> memory_allocator;  // borrowed, or owned by the C API's adaptor
  Result<void> usable;                                // or why exec is not what was asked for
};

struct ModuleData {
  std::atomic<uint32_t> refs{1};
  Engine engine;
  std::shared_ptr<const runtime::CompiledModule> compiled;

  ModuleData(Engine e, std::shared_ptr<const runtime::CompiledModule> c)
      : engine(std::move(e)), compiled(std::move(c)) {}
  const wasm::Module& module() const { return compiled->module; }
};

struct SharedMemoryData {
  std::atomic<uint32_t> refs{1};
  Engine engine;
  wasm::MemoryType type;
  std::shared_ptr<runtime::MemoryStorage> storage;
};

// A counted reference to a type of an engine's registry.
struct DefinedTypeData {
  std::atomic<uint32_t> refs{1};
  Engine engine;
  const runtime::RuntimeType* type;

  DefinedTypeData(Engine e, const runtime::RuntimeType* t) : engine(std::move(e)), type(t) {}
  ~DefinedTypeData() { engine.data()->registry->release({&type, 1}); }
  DefinedTypeData(const DefinedTypeData&) = delete;
  DefinedTypeData& operator=(const DefinedTypeData&) = delete;
};

// Outlives its store. `store` becomes null when the store is destroyed; the mutex is for
// interruption from other threads, the store's own thread reads without it.
struct StoreAnchor {
  std::atomic<uint32_t> refs{1};
  std::mutex mutex;
  StoreData* store = nullptr;
};

// A host function of a linker: what each store makes a runtime function from.
struct HostDefinition {
  HostDefinition(const Engine& engine, std::string name, HostFunction&& host);
  ~HostDefinition();
  HostDefinition(const HostDefinition&) = delete;
  HostDefinition& operator=(const HostDefinition&) = delete;

  Engine engine;
  std::string name;                            // "env.add", for backtraces
  const runtime::RuntimeType* type = nullptr;  // null: see `unusable`
  Error unusable;                              // why there can be no function of the type wanted
  HostEntryPoint entry;
  void* env;
  void (*drop)(void*);
};

struct StoreData : runtime::Store {
  StoreData(const Engine& engine, const runtime::StoreLimits& limits);
  ~StoreData();

  Engine engine;
  Handle<StoreAnchor> anchor;
  void* user_data = nullptr;
  PendingException pending;
  uint32_t depth = 0;   // calls in progress
  bool closed = false;  // the Store is gone; delete when depth returns to 0
  Memory no_memory;     // what Caller::memory() is without one
  std::unordered_map<const runtime::Memory*, Memory> memory_views;  // Caller::memory()
  runtime::Memory* last_memory = nullptr;
  const Memory* last_view = nullptr;
  // Keys stay alive: the functions own their definitions.
  std::unordered_map<const HostDefinition*, runtime::Func*> host_funcs;

  void drop_pending();
  // The store's function for a linker's definition, made on first use.
  runtime::Func* host_func(const std::shared_ptr<HostDefinition>& definition);
};

// Marks a call into the store, and ends a store that was destroyed meanwhile.
class CallScope {
 public:
  explicit CallScope(StoreData& store) : store_(store) { ++store.depth; }
  ~CallScope() {
    if (--store_.depth == 0 && store_.closed) delete &store_;
  }
  CallScope(const CallScope&) = delete;
  CallScope& operator=(const CallScope&) = delete;

 private:
  StoreData& store_;
};

// As Store::set_timeout_ms.
void set_timeout(runtime::Store& store, uint64_t ms);

// The store behind an anchor, or null when there is none any more.
inline StoreData* live(StoreAnchor* anchor) { return anchor ? anchor->store : nullptr; }
inline StoreData& data_of(runtime::Store& store) { return static_cast<StoreData&>(store); }

inline Error store_gone() { return make_error(ErrorKind::invalid_argument, "the store is gone"); }
inline Error empty_view() { return make_error(ErrorKind::invalid_argument, "an empty view"); }
inline Error wrong_store() {
  return make_error(ErrorKind::invalid_argument, "an object of another store");
}

// The store of a view that is to be used now.
template <class V>
Result<StoreData*> store_of(const V& view) {
  if (view.object() == nullptr) return empty_view();
  StoreData* store = live(view.anchor());
  if (store == nullptr) return store_gone();
  return store;
}

// Whether a reference is of a store that is gone.
inline bool store_ended(const Ref& ref) {
  return ref.anchor() != nullptr && live(ref.anchor()) == nullptr;
}

inline Handle<StoreAnchor> share(const StoreData& store) { return store.anchor; }

}  // namespace nacre::detail

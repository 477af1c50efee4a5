// SPDX-License-Identifier: Apache-2.0
//
// Linker: what modules may import, by name.
//
//   nacre::Linker linker{engine};
//   linker.func("env", "add", [](int32_t a, int32_t b) { return a + b; })
//         .func("env", "log", [&](nacre::Caller c, uint32_t p, uint32_t n) {
//           if (auto text = c.memory().string(p, n)) sink(*text); });
//   nacre::Instance instance = linker.instantiate(store, module).value();
//
// Host functions defined here belong to no store: the same linker serves any number of them.
// Memories, tables, globals, tags, functions and instances are views of one store, and modules
// using them can be instantiated there only.
#pragma once

#include <utility>

#include "nacre/detail/handle.hpp"
#include "nacre/detail/host.hpp"
#include "nacre/detail/public.hpp"
#include "nacre/engine.hpp"
#include "nacre/extern.hpp"
#include "nacre/instance.hpp"
#include "nacre/list.hpp"
#include "nacre/module.hpp"
#include "nacre/result.hpp"
#include "nacre/store.hpp"
#include "nacre/string.hpp"
#include "nacre/types.hpp"

namespace NACRE_PUBLIC nacre {

// Unique owner of its definitions; movable, and after that only to be assigned to. Defining is for
// one thread; `instantiate`, `has` and `missing` may be called from several at once (with different
// stores). A callable shared by several stores is called from each store's thread.
class Linker {
 public:
  // An empty one, for modules and stores of this engine.
  explicit Linker(const Engine& engine);
  Linker(Linker&& other) noexcept;
  Linker& operator=(Linker&& other) noexcept;
  Linker(const Linker&) = delete;
  Linker& operator=(const Linker&) = delete;
  ~Linker();

  // Defines a host function: see Func::create. A later definition of a name replaces an earlier
  // one, everywhere in this class.
  template <class F>
  Linker& func(StringView module, StringView name, F&& callable) {
    return add(module, name, detail::make_typed(std::forward<F>(callable)));
  }
  // A host function of any type, called with Values.
  template <class F>
  Linker& func(StringView module, StringView name, const FuncType& type, F&& callable) {
    return add(module, name, detail::make_raw(type, std::forward<F>(callable)));
  }
  // An object of a store. An empty view, one whose store is gone, and a function above of a type no
  // function can have are refused: they define nothing (see `has`), and whoever imports the name is
  // told why.
  Linker& define(StringView module, StringView name, const Extern& item);
  // All exports of an instance, as the module `module`. Of an empty one or one whose store is gone
  // nothing is defined, and whoever imports from the module what is not defined is told so.
  Linker& instance(StringView module, const Instance& instance);
  // Makes everything defined in `module` so far importable from `alias` too.
  Linker& alias(StringView module, StringView alias);
  // Forgets what is defined in `module`.
  Linker& remove(StringView module);
  // Forgets one name of it; nothing happens when it is not defined.
  Linker& remove(StringView module, StringView name);

  // Whether something of this name is defined.
  bool has(StringView module, StringView name) const;
  // The imports of `module` nothing is defined for.
  List<ImportType> missing(const Module& wanted) const;

  // Instantiates with the definitions here: see Instance::create. When imports are missing or of
  // another type, the error (unlinkable) lists each with its type, at most 100 of either sort. What
  // was refused or is of another store is an error (invalid_argument) that names the import.
  Result<Instance> instantiate(StoreContext store, const Module& module) const {
    Result<Instance> r = instantiate_unguarded(store, module);
    if (!r) detail::rethrow_pending(store.anchor());
    return r;
  }

  // The engine it was made for.
  Engine engine() const;

  // Internal.
  detail::LinkerData* data() const { return data_; }

 private:
  Linker& add(StringView module, StringView name, detail::HostFunction&& host);
  Result<Instance> instantiate_unguarded(StoreContext store, const Module& module) const;
  detail::LinkerData* data_;
};

}  // namespace nacre

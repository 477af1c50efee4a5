// SPDX-License-Identifier: Apache-2.0
//
// Instance: a module brought to life in a store.
//
//   nacre::Instance instance = linker.instantiate(store, module).value();
//   auto run = instance.func<void()>("run").value();
#pragma once

#include <initializer_list>
#include <optional>

#include "nacre/detail/handle.hpp"
#include "nacre/detail/public.hpp"
#include "nacre/extern.hpp"
#include "nacre/func.hpp"
#include "nacre/global.hpp"
#include "nacre/list.hpp"
#include "nacre/memory.hpp"
#include "nacre/module.hpp"
#include "nacre/result.hpp"
#include "nacre/span.hpp"
#include "nacre/store.hpp"
#include "nacre/string.hpp"
#include "nacre/table.hpp"
#include "nacre/tag.hpp"

namespace NACRE_PUBLIC nacre {

namespace wasi {
class Threads;
}

// An export of an instance.
struct NamedExtern {
  String name;  // what the module calls it
  Extern item;  // the object
};

// A view; see Store for threads and lifetime. An instance lives as long as its store.
class Instance : public detail::View<runtime::Instance> {
 public:
  using View::View;

  // Instantiates `module` with `imports` in the order of Module::imports(). Errors: unlinkable,
  // which lists every import that is of another type; limit; invalid_argument (another engine, or
  // an import that is empty or of another store: it is named); and what the start function fails
  // with.
  // After a failure what earlier segments wrote stays. The store keeps the module alive.
  static Result<Instance> create(StoreContext store, const Module& module,
                                 Span<const Extern> imports) {
    Result<Instance> r = create_unguarded(store, module, imports);
    if (!r) detail::rethrow_pending(store.anchor());
    return r;
  }
  // The same for imports in braces.
  static Result<Instance> create(StoreContext store, const Module& module,
                                 std::initializer_list<Extern> imports) {
    return create(store, module, Span<const Extern>(imports.begin(), imports.size()));
  }

  // An export by name. Error: invalid_argument when there is none of this name and kind:
  Result<Func> func(StringView name) const;
  Result<Memory> memory(StringView name = "memory") const;
  Result<Table> table(StringView name) const;
  Result<Global> global(StringView name) const;
  Result<Tag> tag(StringView name) const;
  // An exported function with its C++ type: see Func::typed. Error: invalid_argument.
  template <class Signature>
  Result<TypedFunc<Signature>> func(StringView name) const {
    Result<Func> f = func(name);
    if (!f) return std::move(f.error());
    return f->typed<Signature>();
  }
  // The export of this name, of whatever kind; nothing when there is none or the store is gone.
  std::optional<Extern> find(StringView name) const;
  // All exports, in the order of the module; none when the store is gone.
  List<NamedExtern> exports() const;

  // The module it was made from. Precondition: the view is not empty and its store is there.
  Module module() const;

 private:
  friend class Linker;
  friend class wasi::Threads;
  static Result<Instance> create_unguarded(StoreContext store, const Module& module,
                                           Span<const Extern> imports);
};

}  // namespace nacre

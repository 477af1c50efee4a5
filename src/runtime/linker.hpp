// SPDX-License-Identifier: Apache-2.0
//
// Linker: names of two levels, and what they stand for. It holds host functions that become
// function objects of whatever store asks (so one linker serves many stores), and externals and
// instances of particular stores.
//
// `resolve` is const: a linker that is no longer changed may be used by many threads at once.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "nacre/result.hpp"
#include "runtime/instance.hpp"
#include "runtime/store.hpp"

namespace nacre::runtime {

class Linker {
 public:
  explicit Linker(std::shared_ptr<TypeRegistry> registry);
  ~Linker();
  Linker(Linker&&) noexcept;
  Linker& operator=(Linker&&) noexcept;

  // Whether defining a name again replaces it (false, the default: ErrorKind::invalid_argument).
  void allow_overriding(bool allow) { allow_overriding_ = allow; }

  // A host function. `type` is an id-holding type of the registry (intern_func); the linker keeps
  // its own reference.
  Result<void> define_func(std::string_view module, std::string_view name, const RuntimeType* type,
                           HostCallback fn, void* env, std::shared_ptr<void> owner);
  // An external of a store, usable by modules instantiated in that store. The store must outlive
  // its use, not the definition.
  Result<void> define(std::string_view module, std::string_view name, const Extern& value);
  // Every export of an instance, under the module name `module`.
  Result<void> define_instance(std::string_view module, Instance& instance);
  // Makes all names of `from` available under `to` as well.
  void alias(std::string_view from, std::string_view to);
  // Forgets one name, or all names of a module.
  void remove(std::string_view module, std::string_view name);
  void remove_module(std::string_view module);

  bool has(std::string_view module, std::string_view name) const {
    return lookup(module, name) != nullptr;
  }
  // What a name stands for in this store (a host function is made for it); false when unknown.
  bool find(Store& store, std::string_view module, std::string_view name, Extern& out) const;
  // The imports of a module in order; empty ones where nothing is defined.
  std::vector<Extern> resolve(Store& store, const CompiledModule& module) const;
  // resolve and instantiate.
  Result<Instance*> instantiate(Store& store, std::shared_ptr<const CompiledModule> module) const;

 private:
  struct Definition {
    Extern value;                       // func null: a host function
    const RuntimeType* type = nullptr;  // host functions
    HostCallback host = nullptr;
    void* env = nullptr;
    std::shared_ptr<void> owner;
  };
  struct Hash {
    using is_transparent = void;
    size_t operator()(std::string_view s) const { return std::hash<std::string_view>()(s); }
  };
  struct Equal {
    using is_transparent = void;
    bool operator()(std::string_view a, std::string_view b) const { return a == b; }
  };
  using Names = std::unordered_map<std::string, Definition, Hash, Equal>;

  Result<void> add(std::string_view module, std::string_view name, Definition definition);
  void forget(const Definition& definition);
  const Definition* lookup(std::string_view module, std::string_view name) const;
  Extern make(Store& store, std::string_view module, std::string_view name,
              const Definition& d) const;

  std::shared_ptr<TypeRegistry> registry_;
  std::unordered_map<std::string, Names, Hash, Equal> modules_;
  bool allow_overriding_ = false;
};

}  // namespace nacre::runtime

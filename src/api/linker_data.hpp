// SPDX-License-Identifier: Apache-2.0
//
// What a Linker holds: definitions by module and name. Objects of stores are held as views, which
// notice when their store is gone. Host functions that layers below the API define (WASI) come
// as a runtime linker, which is asked for what is not found here.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "api/data.hpp"
#include "nacre/instance.hpp"
#include "nacre/module.hpp"
#include "runtime/linker.hpp"

namespace nacre::detail {

// A host function for any store, or an object of one. With `refusal` it is neither: what was
// given cannot be imported, and whoever imports it is told why.
struct Definition {
  std::shared_ptr<HostDefinition> host;
  Extern item;
  std::string refusal;  // "is an empty view"
};

struct LinkerData {
  using Names = std::map<std::string, Definition, std::less<>>;
  explicit LinkerData(const Engine& e) : engine(e), hosts(e.data()->registry) {
    hosts.allow_overriding(true);
  }

  Engine engine;
  std::map<std::string, Names, std::less<>> modules;
  // Modules that an instance was to define which is not there, and why it is not.
  std::map<std::string, std::string, std::less<>> refused_modules;
  runtime::Linker hosts;

  bool has(std::string_view module, std::string_view name) {
    const Definition* d = find(module, name);
    return d != nullptr ? d->refusal.empty() : hosts.has(module, name);
  }
  Definition* find(std::string_view module, std::string_view name);
  void forget_refusal(std::string_view module);
  void put(std::string_view module, std::string_view name, Definition definition);
};

// "import "a"."b" belongs to another store".
Error import_error(const wasm::Import& import, const std::string& why);
// What the import stands for in this store; false when nothing is defined for it. Error: what is
// defined cannot be imported.
Result<bool> resolve(StoreData& store, LinkerData& linker, const wasm::Import& import, Extern& out);
// Instantiates; the error lists the imports for which there is an empty extern as missing.
Result<Instance> instantiate(StoreData& store, const Module& module, Span<const Extern> imports);

// Defines a host function; replaces an earlier definition of the name.
void define_host(LinkerData& linker, std::string_view module, std::string_view name,
                 HostFunction&& host);

}  // namespace nacre::detail

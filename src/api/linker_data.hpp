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
#include "runtime/linker.hpp"

namespace nacre::detail {

// A host function for any store, or an object of one.
struct Definition {
  std::shared_ptr<HostDefinition> host;
  Extern item;
};

struct LinkerData {
  using Names = std::map<std::string, Definition, std::less<>>;
  explicit LinkerData(const Engine& e) : engine(e), hosts(e.data()->registry) {
    hosts.allow_overriding(true);
  }

  Engine engine;
  std::map<std::string, Names, std::less<>> modules;
  runtime::Linker hosts;

  bool has(std::string_view module, std::string_view name) {
    return find(module, name) != nullptr || hosts.has(module, name);
  }
  Definition* find(std::string_view module, std::string_view name);
  void put(std::string_view module, std::string_view name, Definition definition);
};

// What the import stands for in this store; false when nothing is defined for it.
bool resolve(StoreData& store, LinkerData& linker, const wasm::Import& import, Extern& out);

// Defines a host function; replaces an earlier definition of the name.
void define_host(LinkerData& linker, std::string_view module, std::string_view name,
                 HostFunction&& host);

}  // namespace nacre::detail

// SPDX-License-Identifier: Apache-2.0
//
// What a Linker holds: definitions by module and name.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "api/data.hpp"

namespace nacre::detail {

// A host function for any store, or an object of one.
struct Definition {
  std::shared_ptr<HostDefinition> host;
  Extern item;
};

struct LinkerData {
  using Names = std::map<std::string, Definition, std::less<>>;
  Engine engine;
  std::map<std::string, Names, std::less<>> modules;

  Definition* find(std::string_view module, std::string_view name);
  void put(std::string_view module, std::string_view name, Definition definition);
};

// Defines a host function; replaces an earlier definition of the name.
void define_host(LinkerData& linker, std::string_view module, std::string_view name, HostFunction&& host);

}  // namespace nacre::detail

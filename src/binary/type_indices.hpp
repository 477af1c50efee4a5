// SPDX-License-Identifier: Apache-2.0
//
// TypeIndices: the way back from canonical type ids to type indices of a module, for everything
// that writes a module out again.
//
// Several indices may share an id; outside definitions the first stands for all. Inside a
// definition, a reference to a member of the definition's own recursion group must be written
// as that group's index, or the group would become a different one.
#pragma once

#include <cstdint>
#include <vector>

#include "wasm/module.hpp"

namespace nacre::binary {

class TypeIndices {
 public:
  explicit TypeIndices(const wasm::Module& module) : module_(&module) {
    first_.assign(module.type_table.size(), wasm::no_index);
    for (size_t i = module.types.size(); i-- > 0;)
      first_[module.types[i]] = static_cast<uint32_t>(i);
  }

  // The first index of a type.
  uint32_t of(wasm::TypeId id) const { return first_[id]; }

  // The index to write for `id` in the definition of type index `within`.
  uint32_t of(wasm::TypeId id, uint32_t within) const {
    const wasm::TypeTable::Group group = module_->type_table.group(module_->types[within]);
    if (id - group.first >= group.size) return of(id);
    return within + id - module_->types[within];
  }

  // The number of types in the recursion group that starts at type index `start`. Groups lie
  // side by side, so the next one starts that many on.
  uint32_t group_size(uint32_t start) const {
    return module_->type_table.group(module_->types[start]).size;
  }

 private:
  const wasm::Module* module_;
  std::vector<uint32_t> first_;
};

}  // namespace nacre::binary

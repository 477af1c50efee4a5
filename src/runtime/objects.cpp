// SPDX-License-Identifier: Apache-2.0
#include "runtime/objects.hpp"

#include <algorithm>

#include "runtime/memory_storage.hpp"
#include "runtime/store.hpp"

namespace nacre::runtime {

void Memory::refresh() {
  base = storage->base();
  length = storage->length();
  for (Instance* i : users) {
    i->vm.memory0_base = base;
    i->vm.memory0_length = length;
  }
}

void Memory::add_user(Instance* instance) {
  users.push_back(instance);
  instance->vm.memory0_base = base;
  instance->vm.memory0_length = current_length();
}

uint64_t Memory::current_length() {
  if (shared() && storage->length() != length) refresh();
  return length;
}

uint64_t Memory::grow(uint64_t delta) {
  constexpr uint64_t refused = ~uint64_t{0};
  const uint64_t old = storage->grow(delta, store->limits().max_memory_bytes);
  if (old == refused) return refused;
  refresh();
  return old >> type.page_size_log2;
}

wasm::MemoryType Memory::current_type() {
  wasm::MemoryType t = type;
  t.limits.min = pages();
  return t;
}

uint64_t Table::grow(uint64_t delta, RefBits init) {
  constexpr uint64_t refused = ~uint64_t{0};
  const uint64_t old = entries.size();
  uint64_t most = limits.is64 ? refused : 0xffffffff;
  if (limits.has_max) most = std::min(most, limits.max);
  most = std::min(most, store->limits().max_table_entries);
  if (delta > most || old > most - delta) return refused;
  entries.resize(static_cast<size_t>(old + delta), init);
  return old;
}

wasm::TableType Table::current_type() const {
  wasm::TableType t{elem, limits};
  t.limits.min = entries.size();
  return t;
}

Store* Extern::store() const {
  if (func == nullptr) return nullptr;
  switch (kind) {
    case wasm::ExternKind::func:
      return func->store;
    case wasm::ExternKind::table:
      return table->store;
    case wasm::ExternKind::memory:
      return memory->store;
    case wasm::ExternKind::global:
      return global->store;
    case wasm::ExternKind::tag:
      return tag->store;
  }
  return nullptr;
}

}  // namespace nacre::runtime

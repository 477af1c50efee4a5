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
  uint64_t cap = store->limits().max_memory_bytes;
  for (uint64_t old = current_length();;) {
    const uint64_t desired = storage->length_after(old, delta, cap);
    if (desired == refused) return refused;
    const GrowthRequest request{GrowthKind::memory, false, old, desired,
                                std::min(storage->limit(), cap)};
    if (delta != 0 && !store->may_grow(request)) return refused;
    // Never further than was agreed to, whatever other threads do to a shared memory meanwhile.
    const uint64_t before = storage->grow(delta, store->asks_growth() ? desired : cap);
    if (before != refused) {
      refresh();
      return before >> type.page_size_log2;
    }
    if (storage->length() == old) return refused;
    old = current_length();
  }
}

wasm::MemoryType Memory::current_type() {
  wasm::MemoryType t = type;
  t.limits.min = pages();
  return t;
}

uint64_t Table::most(const wasm::SizeLimits& limits) {
  const uint64_t most = limits.is64 ? ~uint64_t{0} : 0xffffffff;
  return limits.has_max ? std::min(most, limits.max) : most;
}

uint64_t Table::grow(uint64_t delta, RefBits init) {
  constexpr uint64_t refused = ~uint64_t{0};
  const uint64_t old = entries.size();
  const uint64_t maximum = std::min(most(limits), store->limits().max_table_entries);
  if (delta > maximum || old > maximum - delta) return refused;
  if (delta == 0) return old;
  // No collection happens meanwhile, so `init` stays good.
  if (!store->may_grow({GrowthKind::table, false, old, old + delta, maximum})) return refused;
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

// SPDX-License-Identifier: Apache-2.0
//
// Recursion groups as the type registry interns them: one as it is brought (LocalGroup), one as it
// lives (RecGroup), whether the two are equal, and how the first becomes the second. What belongs
// to the registry (ids, the table of living groups, the lock, the end of a group) is not known
// here.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>

#include "runtime/runtime_type.hpp"

namespace nacre::runtime {

// One block of memory, which holds its members and all they point to.
struct RecGroup {
  std::atomic<uint32_t> refs{1};
  uint32_t size = 0;
  uint32_t num_uses = 0;  // other groups this one holds references to
  uint64_t hash = 0;
  RecGroup* next = nullptr;  // in the bucket, then in the list of dying groups
  RuntimeType* members = nullptr;
  RecGroup** uses = nullptr;
};

// A group to be interned: one of a module's table, whose types outside it are known already; or a
// lone function type, or a group of definitions, whose concrete types are ids of the registry.
struct LocalGroup {
  const wasm::TypeTable* table = nullptr;
  wasm::TypeId first = 0;
  uint32_t size = 1;
  const RuntimeType* const* known_types = nullptr;  // by local id, below `first`
  // Without a table:
  const TypeRegistry* registry = nullptr;
  std::span<const wasm::ValType> func_params, func_results;
  std::span<const wasm::SubTypeDef> defs;  // `first` is group_member(0)

  bool is_own(wasm::TypeId id) const {
    return (table != nullptr || !defs.empty()) && id - first < size;
  }
  const wasm::SubTypeDef& def(wasm::TypeId id) const { return defs[id - first]; }
  const RuntimeType* known(wasm::TypeId id) const {
    return table != nullptr ? known_types[id] : registry->by_id(id);
  }
  wasm::CompositeKind kind(wasm::TypeId id) const {
    if (!defs.empty()) return def(id).kind;
    return table != nullptr ? table->kind(id) : wasm::CompositeKind::func;
  }
  bool is_final(wasm::TypeId id) const {
    if (!defs.empty()) return def(id).is_final;
    return table == nullptr || table->is_final(id);
  }
  wasm::TypeId super(wasm::TypeId id) const {
    if (!defs.empty()) return def(id).super;
    return table != nullptr ? table->super(id) : wasm::no_type;
  }
  std::span<const wasm::ValType> params(wasm::TypeId id) const {
    if (!defs.empty()) return def(id).params;
    return table != nullptr ? table->params(id) : func_params;
  }
  std::span<const wasm::ValType> results(wasm::TypeId id) const {
    if (!defs.empty()) return def(id).results;
    return table != nullptr ? table->results(id) : func_results;
  }
  std::span<const wasm::FieldType> fields(wasm::TypeId id) const {
    if (!defs.empty()) return def(id).fields;
    return table->fields(id);
  }
};

// With references to its own members by position and references outside as ids of the registry.
uint64_t hash_of(const LocalGroup& group, uint64_t key);
bool same_group(const LocalGroup& group, const RecGroup& living);

// A bump allocator over a block whose size was computed with the same calls.
struct Carver {
  char* base;
  size_t used = 0;
  template <class T>
  T* take(size_t n) {
    used = (used + alignof(T) - 1) & ~(alignof(T) - 1);
    T* p = base == nullptr ? nullptr : reinterpret_cast<T*>(base + used);
    used += n * sizeof(T);  // NOLINT(bugprone-sizeof-expression): a T may be a pointer
    return p;
  }
};

// Makes the living group, in two steps: the members have their ids before anything mentions them.
class GroupBuilder {
 public:
  // The block, with the members' kinds; holds references to the groups it uses from now on.
  GroupBuilder(const LocalGroup& from, uint64_t hash);
  RecGroup& group() { return *group_; }
  // All the rest, once the members have ids.
  void fill();

 private:
  wasm::ValType globalize(wasm::ValType t) const;
  std::span<const wasm::ValType> copy_types(std::span<const wasm::ValType> types);
  void fill_fields(RuntimeType& t, wasm::TypeId id);
  void fill_member(uint32_t k);

  const LocalGroup& from_;
  Carver memory_;
  RecGroup* group_ = nullptr;
};

}  // namespace nacre::runtime

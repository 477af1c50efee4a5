// SPDX-License-Identifier: Apache-2.0
//
// Interning works group by group. A group of a module's table is hashed with references to its own
// members written by position and references outside as registry ids, then compared with the
// groups of its bucket. No key is stored: the comparison walks the candidate's RuntimeTypes.
//
// A group counts the references of modules and hosts; a group that mentions another one holds a
// reference too (its supertypes and the concrete types in its fields). Counting up is atomic and
// needs no lock while some reference is held; counting down to zero happens under the lock,
// where `intern` revives groups, so a group found in a bucket is never half dead.
#include <array>
#include <atomic>
#include <bit>
#include <memory>
#include <mutex>
#include <new>
#include <utility>

#include "base/hash.hpp"
#include "runtime/gc/heap.hpp"
#include "runtime/rec_group.hpp"

namespace nacre::runtime {

using wasm::CompositeKind;
using wasm::FieldType;
using wasm::Heap;
using wasm::HeapType;
using wasm::TypeId;
using wasm::TypeTable;
using wasm::ValType;

namespace {

// Ids are found through chunks of doubling size, which never move.
constexpr unsigned first_chunk_log2 = 8;
static_assert(TypeRegistry::first_chunk == 1u << first_chunk_log2);
constexpr unsigned num_chunks = 16;

struct ChunkPlace {
  unsigned chunk;
  uint32_t index;
};

ChunkPlace place_of(uint32_t id) {
  const uint32_t n = id + (uint32_t{1} << first_chunk_log2);
  const unsigned log2 = static_cast<unsigned>(std::bit_width(n | 1)) - 1;  // n > 1
  return {log2 - first_chunk_log2, n - (uint32_t{1} << log2)};
}

LocalGroup table_group(const TypeTable& table, TypeTable::Group group,
                       const RuntimeType* const* known) {
  LocalGroup g;
  g.table = &table;
  g.first = group.first;
  g.size = group.size;
  g.known_types = known;
  return g;
}

}  // namespace

uint32_t slots_of(std::span<const ValType> types) {
  uint32_t n = 0;
  for (ValType t : types) n += slots_of(t);
  return n;
}

struct TypeRegistry::Impl {
  using Entry = std::atomic<const RuntimeType*>;

  std::mutex mutex;
  std::array<std::atomic<Entry*>, num_chunks> chunks{};
  std::vector<uint32_t> free_ids;
  uint32_t next_id = gc::first_type_id;
  std::atomic<uint32_t> live{0};
  std::vector<RecGroup*> buckets;
  uint32_t num_groups = 0;
  uint64_t key = hash_key(this);

  Impl() : buckets(64, nullptr) {}
  ~Impl() {
    for (RecGroup* g : buckets)
      while (g != nullptr) ::operator delete(std::exchange(g, g->next));
    for (auto& chunk : chunks) delete[] chunk.load();
  }

  // --- ids
  bool has_ids(uint32_t n) const { return free_ids.size() + (max_live_types - next_id) >= n; }
  Entry& entry(uint32_t id) {
    const ChunkPlace at = place_of(id);
    Entry* chunk = chunks[at.chunk].load(std::memory_order_acquire);
    if (chunk == nullptr) {
      chunk = new Entry[size_t{1} << (first_chunk_log2 + at.chunk)]();
      chunks[at.chunk].store(chunk, std::memory_order_release);
    }
    return chunk[at.index];
  }
  uint32_t take_id(const RuntimeType* type) {
    uint32_t id = next_id;
    if (free_ids.empty()) {
      ++next_id;
    } else {
      id = free_ids.back();
      free_ids.pop_back();
    }
    entry(id).store(type, std::memory_order_release);
    live.fetch_add(1, std::memory_order_relaxed);
    return id;
  }

  // --- making and finding groups
  RecGroup* make(const LocalGroup& g, uint64_t h) {
    GroupBuilder builder(g, h);
    RecGroup& r = builder.group();
    for (uint32_t k = 0; k < r.size; ++k) r.members[k].id = take_id(&r.members[k]);
    builder.fill();
    insert(&r);
    return &r;
  }
  RecGroup*& bucket(uint64_t h) { return buckets[h & (buckets.size() - 1)]; }
  void insert(RecGroup* r) {
    if (++num_groups > buckets.size()) {
      std::vector<RecGroup*> old(buckets.size() * 2, nullptr);
      old.swap(buckets);
      for (RecGroup* g : old)
        while (g != nullptr) {
          RecGroup* next = g->next;
          g->next = std::exchange(bucket(g->hash), g);
          g = next;
        }
    }
    r->next = std::exchange(bucket(r->hash), r);
  }
  // The group equal to g, with one more reference; null when out of ids.
  RecGroup* find_or_make(const LocalGroup& g) {
    const uint64_t h = hash_of(g, key);
    for (RecGroup* r = bucket(h); r != nullptr; r = r->next)
      if (r->hash == h && same_group(g, *r)) {
        r->refs.fetch_add(1, std::memory_order_relaxed);
        return r;
      }
    return has_ids(g.size) ? make(g, h) : nullptr;
  }

  // --- freeing. Under the lock; without recursion, whatever the chain of uses.
  void drop(RecGroup* r, RecGroup*& dying) {
    if (r->refs.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
    RecGroup** link = &bucket(r->hash);
    while (*link != r) link = &(*link)->next;
    *link = r->next;
    --num_groups;
    r->next = std::exchange(dying, r);
  }
  void free_all(RecGroup* dying) {
    while (dying != nullptr) {
      RecGroup* r = std::exchange(dying, dying->next);
      for (uint32_t i = 0; i < r->num_uses; ++i) drop(r->uses[i], dying);
      for (uint32_t k = 0; k < r->size; ++k) {
        entry(r->members[k].id).store(nullptr, std::memory_order_release);
        free_ids.push_back(r->members[k].id);
      }
      live.fetch_sub(r->size, std::memory_order_relaxed);
      ::operator delete(r);
    }
  }
};

TypeRegistry::TypeRegistry() : impl_(std::make_unique<Impl>()) {}
TypeRegistry::~TypeRegistry() = default;

std::vector<const RuntimeType*> TypeRegistry::intern(const TypeTable& table) {
  std::vector<const RuntimeType*> result(table.size(), nullptr);
  const std::lock_guard lock(impl_->mutex);
  for (TypeId id = 0; id < table.size();) {
    const TypeTable::Group group = table.group(id);
    const RecGroup* r = impl_->find_or_make(table_group(table, group, result.data()));
    if (r == nullptr) {
      RecGroup* dying = nullptr;
      for (TypeId k = 0; k < id; k += result[k]->group->size) impl_->drop(result[k]->group, dying);
      impl_->free_all(dying);
      return {};
    }
    for (uint32_t k = 0; k < group.size; ++k) result[id + k] = &r->members[k];
    id += group.size;
  }
  return result;
}

const RuntimeType* TypeRegistry::intern_func(std::span<const ValType> params,
                                             std::span<const ValType> results) {
  LocalGroup g;
  g.registry = this;
  g.func_params = params;
  g.func_results = results;
  const std::lock_guard lock(impl_->mutex);
  const RecGroup* r = impl_->find_or_make(g);
  return r == nullptr ? nullptr : &r->members[0];
}

const RuntimeType* TypeRegistry::intern_group(std::span<const wasm::SubTypeDef> group) {
  LocalGroup g;
  g.registry = this;
  g.defs = group;
  g.first = group_member(0);
  g.size = static_cast<uint32_t>(group.size());
  const std::lock_guard lock(impl_->mutex);
  const RecGroup* r = impl_->find_or_make(g);
  return r == nullptr ? nullptr : &r->members[0];
}

bool TypeRegistry::supertype_fits(const RuntimeType& t) const {
  const RuntimeType* const super = t.super();
  if (super == nullptr) return true;
  if (super->is_final || super->kind != t.kind) return false;
  const auto match = [&](std::span<const ValType> a, std::span<const ValType> b) {
    if (a.size() != b.size()) return false;
    for (size_t i = 0; i < a.size(); ++i)
      if (!matches(a[i], b[i])) return false;
    return true;
  };
  if (t.kind == CompositeKind::func)
    return match(super->params, t.params) && match(t.results, super->results);
  if (t.fields.size() < super->fields.size()) return false;
  for (size_t i = 0; i < super->fields.size(); ++i) {
    const FieldType a = t.fields[i].type, b = super->fields[i].type;
    if (a.is_mutable() != b.is_mutable() || !matches(a.type(), b.type())) return false;
    if (a.is_mutable() && !matches(b.type(), a.type())) return false;
  }
  return true;
}

const RuntimeType* TypeRegistry::acquire(uint32_t id) {
  // Groups die under the lock, so one that is found in it lives.
  const std::lock_guard lock(impl_->mutex);
  const RuntimeType* const type = find(id);
  if (type != nullptr) retain(type);
  return type;
}

void TypeRegistry::release(std::span<const RuntimeType* const> types) {
  RecGroup* dying = nullptr;
  std::unique_lock<std::mutex> lock(impl_->mutex, std::defer_lock);
  for (size_t i = 0; i < types.size();) {
    RecGroup* r = types[i]->group;
    i += r->size;
    uint32_t refs = r->refs.load(std::memory_order_relaxed);
    while (refs > 1 && !r->refs.compare_exchange_weak(refs, refs - 1, std::memory_order_acq_rel)) {}
    if (refs > 1) continue;
    if (!lock.owns_lock()) lock.lock();
    impl_->drop(r, dying);
  }
  if (dying != nullptr) impl_->free_all(dying);
}

void TypeRegistry::retain(const RuntimeType* type) {
  type->group->refs.fetch_add(1, std::memory_order_relaxed);
}

const RuntimeType* TypeRegistry::by_id(uint32_t id) const {
  const ChunkPlace at = place_of(id);
  const Impl::Entry* chunk = impl_->chunks[at.chunk].load(std::memory_order_acquire);
  return chunk[at.index].load(std::memory_order_acquire);
}

const void* const* TypeRegistry::chunks() const {
  static_assert(sizeof impl_->chunks == num_chunks * sizeof(void*));
  return reinterpret_cast<const void* const*>(impl_->chunks.data());
}

const RuntimeType* TypeRegistry::find(uint32_t id) const {
  if (id >= max_live_types) return nullptr;
  const bool is_allocated =
      impl_->chunks[place_of(id).chunk].load(std::memory_order_acquire) != nullptr;
  return is_allocated ? by_id(id) : nullptr;
}

uint32_t TypeRegistry::live_types() const { return impl_->live.load(std::memory_order_relaxed); }

Heap TypeRegistry::top(HeapType h) const {
  if (h.is_concrete()) return by_id(h.type())->kind == CompositeKind::func ? Heap::func : Heap::any;
  switch (h.abstract()) {
    case Heap::func:
    case Heap::nofunc:
      return Heap::func;
    case Heap::extern_:
    case Heap::noextern:
      return Heap::extern_;
    case Heap::exn:
    case Heap::noexn:
      return Heap::exn;
    default:
      return Heap::any;
  }
}

bool TypeRegistry::matches(HeapType a, HeapType b) const {
  if (a == b || a == Heap::bot) return true;
  if (a.is_concrete() && b.is_concrete()) return by_id(a.type())->is_subtype_of(by_id(b.type()));
  if (b.is_concrete()) {
    const bool func = by_id(b.type())->kind == CompositeKind::func;
    return a == (func ? Heap::nofunc : Heap::none);
  }
  if (a.is_concrete()) {
    switch (by_id(a.type())->kind) {
      case CompositeKind::func:
        return b == Heap::func;
      case CompositeKind::struct_:
        return b == Heap::struct_ || b == Heap::eq || b == Heap::any;
      case CompositeKind::array:
        return b == Heap::array || b == Heap::eq || b == Heap::any;
    }
    return false;
  }
  switch (a.abstract()) {
    case Heap::nofunc:
      return b == Heap::func;
    case Heap::noextern:
      return b == Heap::extern_;
    case Heap::noexn:
      return b == Heap::exn;
    case Heap::none:
      return top(b) == Heap::any;
    case Heap::i31:
    case Heap::struct_:
    case Heap::array:
      return b == Heap::eq || b == Heap::any;
    case Heap::eq:
      return b == Heap::any;
    default:
      return false;
  }
}

bool TypeRegistry::matches(ValType a, ValType b) const {
  if (a == b || a.is_bot()) return true;
  if (!a.is_ref() || !b.is_ref()) return false;
  return (b.nullable() || !a.nullable()) && matches(a.heap(), b.heap());
}

ValType TypeRegistry::globalize(ValType t, std::span<const RuntimeType* const> types) {
  if (!t.is_ref() || !t.heap().is_concrete()) return t;
  return ValType::ref(HeapType::concrete(types[t.heap().type()]->id), t.nullable());
}

}  // namespace nacre::runtime

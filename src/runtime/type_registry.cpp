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
#include "runtime/runtime_type.hpp"

namespace nacre::runtime {

using wasm::CompositeKind;
using wasm::FieldType;
using wasm::Heap;
using wasm::HeapType;
using wasm::Kind;
using wasm::TypeId;
using wasm::TypeTable;
using wasm::ValType;

struct RecGroup {
  std::atomic<uint32_t> refs{1};
  uint32_t size = 0;
  uint32_t num_uses = 0;  // other groups this one holds references to
  uint64_t hash = 0;
  RecGroup* next = nullptr;  // in the bucket, then in the list of dying groups
  RuntimeType* members = nullptr;
  RecGroup** uses = nullptr;
};

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

constexpr uint32_t align_up(uint32_t n, uint32_t alignment) {
  return (n + alignment - 1) & ~(alignment - 1);
}

// Marks a reference to the group's own k-th member in the hash.
constexpr uint64_t own_member = uint64_t{1} << 40;

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

// A group to be interned: one of a module's table, whose types outside it are known already; or a
// lone function type, or a group of definitions, whose concrete types are ids of the registry.
struct LocalGroup {
  const TypeTable* table = nullptr;
  TypeId first = 0;
  uint32_t size = 1;
  const RuntimeType* const* known_types = nullptr;  // by local id, below `first`
  // Without a table:
  const TypeRegistry* registry = nullptr;
  std::span<const ValType> func_params, func_results;
  std::span<const wasm::SubTypeDef> defs;  // `first` is group_member(0)

  bool is_own(TypeId id) const { return (table != nullptr || !defs.empty()) && id - first < size; }
  const wasm::SubTypeDef& def(TypeId id) const { return defs[id - first]; }
  const RuntimeType* known(TypeId id) const {
    return table != nullptr ? known_types[id] : registry->by_id(id);
  }
  CompositeKind kind(TypeId id) const {
    if (!defs.empty()) return def(id).kind;
    return table != nullptr ? table->kind(id) : CompositeKind::func;
  }
  bool is_final(TypeId id) const {
    if (!defs.empty()) return def(id).is_final;
    return table == nullptr || table->is_final(id);
  }
  TypeId super(TypeId id) const {
    if (!defs.empty()) return def(id).super;
    return table != nullptr ? table->super(id) : wasm::no_type;
  }
  std::span<const ValType> params(TypeId id) const {
    if (!defs.empty()) return def(id).params;
    return table != nullptr ? table->params(id) : func_params;
  }
  std::span<const ValType> results(TypeId id) const {
    if (!defs.empty()) return def(id).results;
    return table != nullptr ? table->results(id) : func_results;
  }
  std::span<const FieldType> fields(TypeId id) const {
    if (!defs.empty()) return def(id).fields;
    return table->fields(id);
  }
};

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

  // --- hashing
  static uint64_t word(const LocalGroup& g, ValType t) {
    if (!t.is_ref() || !t.heap().is_concrete()) return t.bits();
    const TypeId id = t.heap().type();
    const uint64_t nullable = t.nullable() ? uint64_t{1} << 50 : 0;
    return nullable |
           (g.is_own(id) ? own_member + (id - g.first) : (uint64_t{1} << 41) + g.known(id)->id);
  }
  uint64_t hash(const LocalGroup& g) const {
    Hasher h(key);
    for (TypeId id = g.first; id < g.first + g.size; ++id) {
      const CompositeKind kind = g.kind(id);
      h.add(static_cast<uint64_t>(kind) << 1 | (g.is_final(id) ? 1 : 0));
      const TypeId super = g.super(id);
      h.add(super == wasm::no_type ? ~uint64_t{0}
                                   : word(g, ValType::ref(HeapType::concrete(super), false)));
      if (kind == CompositeKind::func) {
        h.add(g.params(id).size());
        for (ValType t : g.params(id)) h.add(word(g, t));
        h.add(g.results(id).size());
        for (ValType t : g.results(id)) h.add(word(g, t));
      } else {
        h.add(g.fields(id).size());
        for (FieldType f : g.fields(id)) h.add(word(g, f.type()) << 1 | (f.is_mutable() ? 1 : 0));
      }
    }
    return h.value();
  }

  // --- comparing a group of a table with a living one
  bool same_type(const LocalGroup& g, TypeId local, const RecGroup& r, uint32_t id) const {
    if (!g.is_own(local)) return g.known(local)->id == id;
    return local - g.first < r.size && r.members[local - g.first].id == id;
  }
  bool same(const LocalGroup& g, ValType a, const RecGroup& r, ValType b) const {
    if (!a.is_ref() || !a.heap().is_concrete()) return a == b;
    return b.is_ref() && b.heap().is_concrete() && a.nullable() == b.nullable() &&
           same_type(g, a.heap().type(), r, b.heap().type());
  }
  bool same(const LocalGroup& g, std::span<const ValType> a, const RecGroup& r,
            std::span<const ValType> b) const {
    if (a.size() != b.size()) return false;
    for (size_t i = 0; i < a.size(); ++i)
      if (!same(g, a[i], r, b[i])) return false;
    return true;
  }
  bool same(const LocalGroup& g, TypeId id, const RecGroup& r, const RuntimeType& t) const {
    if (t.kind != g.kind(id) || t.is_final != g.is_final(id)) return false;
    const TypeId super = g.super(id);
    if ((super == wasm::no_type) != (t.super() == nullptr)) return false;
    if (super != wasm::no_type && !same_type(g, super, r, t.super()->id)) return false;
    if (t.kind == CompositeKind::func)
      return same(g, g.params(id), r, t.params) && same(g, g.results(id), r, t.results);
    const std::span<const FieldType> fields = g.fields(id);
    if (fields.size() != t.fields.size()) return false;
    for (size_t i = 0; i < fields.size(); ++i) {
      const FieldType f = t.fields[i].type;
      if (fields[i].is_mutable() != f.is_mutable() || !same(g, fields[i].type(), r, f.type()))
        return false;
    }
    return true;
  }
  bool same(const LocalGroup& g, const RecGroup& r) const {
    if (g.size != r.size) return false;
    for (uint32_t k = 0; k < g.size; ++k)
      if (!same(g, g.first + k, r, r.members[k])) return false;
    return true;
  }

  // --- making groups
  ValType globalize_in(const LocalGroup& g, const RecGroup& r, ValType t) const {
    if (!t.is_ref() || !t.heap().is_concrete()) return t;
    const TypeId id = t.heap().type();
    const uint32_t global = g.is_own(id) ? r.members[id - g.first].id : g.known(id)->id;
    return ValType::ref(HeapType::concrete(global), t.nullable());
  }
  static bool is_func_heap(const LocalGroup& g, HeapType h) {
    if (h.is_concrete())
      return (g.is_own(h.type()) ? g.kind(h.type()) : g.known(h.type())->kind) ==
             CompositeKind::func;
    return h == Heap::func || h == Heap::nofunc;
  }
  static FieldLayout layout(const LocalGroup& g, FieldType f) {
    FieldLayout l;
    const ValType t = f.type();
    switch (t.kind()) {
      case Kind::i8:
        l.size = 1;
        break;
      case Kind::i16:
        l.size = 2;
        break;
      case Kind::i32:
      case Kind::f32:
        l.size = 4;
        break;
      case Kind::v128:
        l.size = 16;
        break;
      case Kind::ref:
        l.is_func_ref = is_func_heap(g, t.heap());
        l.is_gc_ref = !l.is_func_ref;
        l.size = l.is_func_ref ? 8 : 4;
        break;
      default:
        l.size = 8;
        break;
    }
    return l;
  }
  void fill_fields(const LocalGroup& g, RecGroup& r, RuntimeType& t, TypeId id, Carver& memory) {
    const std::span<const FieldType> fields = g.fields(id);
    auto* layouts = memory.take<FieldLayout>(fields.size());
    auto* gc_fields = memory.take<uint32_t>(fields.size());
    uint32_t offset = gc::header_bytes;
    for (size_t i = 0; i < fields.size(); ++i) {
      FieldLayout l = layout(g, fields[i]);
      // Objects are 8-byte aligned, so no field can rely on more.
      offset = align_up(offset, l.size < 8 ? l.size : 8);
      l.offset = offset;
      offset += l.size;
      l.type = FieldType(globalize_in(g, r, fields[i].type()), fields[i].is_mutable());
      if (l.is_gc_ref) gc_fields[t.num_gc_fields++] = l.offset;
      new (&layouts[i]) FieldLayout(l);
    }
    t.fields = {layouts, fields.size()};
    t.gc_fields = gc_fields;
    t.has_gc_refs = t.num_gc_fields != 0;
    if (t.kind == CompositeKind::struct_) t.struct_size = align_up(offset, 8);
  }
  std::span<const ValType> copy_types(const LocalGroup& g, const RecGroup& r,
                                      std::span<const ValType> types, Carver& memory) {
    auto* copy = memory.take<ValType>(types.size());
    for (size_t i = 0; i < types.size(); ++i) new (&copy[i]) ValType(globalize_in(g, r, types[i]));
    return {copy, types.size()};
  }
  void fill(const LocalGroup& g, RecGroup& r, uint32_t k, Carver& memory) {
    RuntimeType& t = r.members[k];
    const TypeId id = g.first + k;
    const TypeId super = g.super(id);
    const RuntimeType* parent = nullptr;
    if (super != wasm::no_type)
      parent = g.is_own(super) ? &r.members[super - g.first] : g.known(super);
    t.depth = parent == nullptr ? 0 : parent->depth + 1;
    auto* ancestors = memory.take<const RuntimeType*>(t.depth + 1);
    for (uint32_t i = 0; i < t.depth; ++i) ancestors[i] = parent->ancestors[i];
    ancestors[t.depth] = &t;
    t.ancestors = {ancestors, t.depth + 1};
    if (t.kind == CompositeKind::func) {
      t.params = copy_types(g, r, g.params(id), memory);
      t.results = copy_types(g, r, g.results(id), memory);
      t.param_slots = slots_of(t.params);
      t.result_slots = slots_of(t.results);
    } else {
      fill_fields(g, r, t, id, memory);
    }
  }
  // Every mention of a group outside, with repetitions: one reference each.
  template <class F>
  static void for_each_use(const LocalGroup& g, F use) {
    auto mention = [&](ValType t) {
      if (t.is_ref() && t.heap().is_concrete() && !g.is_own(t.heap().type()))
        use(g.known(t.heap().type())->group);
    };
    for (TypeId id = g.first; id < g.first + g.size; ++id) {
      const TypeId super = g.super(id);
      if (super != wasm::no_type && !g.is_own(super)) use(g.known(super)->group);
      if (g.kind(id) == CompositeKind::func) {
        for (ValType t : g.params(id)) mention(t);
        for (ValType t : g.results(id)) mention(t);
      } else {
        for (FieldType f : g.fields(id)) mention(f.type());
      }
    }
  }
  static uint32_t depth_of(const LocalGroup& g, TypeId id, const std::vector<uint32_t>& own) {
    const TypeId super = g.super(id);
    if (super == wasm::no_type) return 0;
    return 1 + (g.is_own(super) ? own[super - g.first] : g.known(super)->depth);
  }
  // Makes the same calls as `fill`, counting only.
  static size_t block_bytes(const LocalGroup& g, uint32_t num_uses) {
    Carver c{nullptr};
    c.take<RecGroup>(1);
    c.take<RuntimeType>(g.size);
    c.take<RecGroup*>(num_uses);
    std::vector<uint32_t> depths(g.size);
    for (uint32_t k = 0; k < g.size; ++k) {
      const TypeId id = g.first + k;
      depths[k] = depth_of(g, id, depths);
      c.take<const RuntimeType*>(depths[k] + 1);
      if (g.kind(id) == CompositeKind::func) {
        c.take<ValType>(g.params(id).size());
        c.take<ValType>(g.results(id).size());
      } else {
        c.take<FieldLayout>(g.fields(id).size());
        c.take<uint32_t>(g.fields(id).size());
      }
    }
    return c.used;
  }
  RecGroup* make(const LocalGroup& g, uint64_t h) {
    uint32_t num_uses = 0;
    for_each_use(g, [&](RecGroup*) { ++num_uses; });
    Carver memory{static_cast<char*>(::operator new(block_bytes(g, num_uses)))};
    RecGroup& r = *new (memory.take<RecGroup>(1)) RecGroup;
    r.size = g.size;
    r.hash = h;
    r.members = memory.take<RuntimeType>(g.size);
    r.uses = memory.take<RecGroup*>(num_uses);
    for_each_use(g, [&](RecGroup* used) {
      used->refs.fetch_add(1, std::memory_order_relaxed);
      r.uses[r.num_uses++] = used;
    });
    for (uint32_t k = 0; k < g.size; ++k) {
      RuntimeType& t = *new (&r.members[k]) RuntimeType;
      t.kind = g.kind(g.first + k);
      t.is_final = g.is_final(g.first + k);
      t.group = &r;
      t.id = take_id(&t);
    }
    for (uint32_t k = 0; k < g.size; ++k) fill(g, r, k, memory);
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
    const uint64_t h = hash(g);
    for (RecGroup* r = bucket(h); r != nullptr; r = r->next)
      if (r->hash == h && same(g, *r)) {
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

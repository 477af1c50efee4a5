// SPDX-License-Identifier: Apache-2.0
#include "runtime/rec_group.hpp"

#include <new>
#include <vector>

#include "base/hash.hpp"
#include "base/platform.hpp"
#include "runtime/gc/heap.hpp"

namespace nacre::runtime {

using wasm::CompositeKind;
using wasm::FieldType;
using wasm::Heap;
using wasm::HeapType;
using wasm::Kind;
using wasm::TypeId;
using wasm::ValType;

namespace {

constexpr uint32_t align_up(uint32_t n, uint32_t alignment) {
  return (n + alignment - 1) & ~(alignment - 1);
}

// Marks a reference to the group's own k-th member in the hash.
constexpr uint64_t own_member = uint64_t{1} << 40;

// --- hashing

NACRE_INLINE uint64_t word(const LocalGroup& g, ValType t) {
  if (!t.is_ref() || !t.heap().is_concrete()) return t.bits();
  const TypeId id = t.heap().type();
  const uint64_t nullable = t.nullable() ? uint64_t{1} << 50 : 0;
  return nullable |
         (g.is_own(id) ? own_member + (id - g.first) : (uint64_t{1} << 41) + g.known(id)->id);
}

// --- comparing a group of a table with a living one

NACRE_INLINE bool same_type(const LocalGroup& g, TypeId local, const RecGroup& r, uint32_t id) {
  if (!g.is_own(local)) return g.known(local)->id == id;
  return local - g.first < r.size && r.members[local - g.first].id == id;
}

NACRE_INLINE bool same(const LocalGroup& g, ValType a, const RecGroup& r, ValType b) {
  if (!a.is_ref() || !a.heap().is_concrete()) return a == b;
  return b.is_ref() && b.heap().is_concrete() && a.nullable() == b.nullable() &&
         same_type(g, a.heap().type(), r, b.heap().type());
}

NACRE_INLINE bool same(const LocalGroup& g, std::span<const ValType> a, const RecGroup& r,
                       std::span<const ValType> b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i)
    if (!same(g, a[i], r, b[i])) return false;
  return true;
}

NACRE_INLINE bool same(const LocalGroup& g, TypeId id, const RecGroup& r, const RuntimeType& t) {
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

// --- making groups

bool is_func_heap(const LocalGroup& g, HeapType h) {
  if (h.is_concrete())
    return (g.is_own(h.type()) ? g.kind(h.type()) : g.known(h.type())->kind) == CompositeKind::func;
  return h == Heap::func || h == Heap::nofunc;
}

FieldLayout layout(const LocalGroup& g, FieldType f) {
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

// Every mention of a group outside, with repetitions: one reference each.
template <class F>
void for_each_use(const LocalGroup& g, F use) {
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

uint32_t depth_of(const LocalGroup& g, TypeId id, const std::vector<uint32_t>& own) {
  const TypeId super = g.super(id);
  if (super == wasm::no_type) return 0;
  return 1 + (g.is_own(super) ? own[super - g.first] : g.known(super)->depth);
}

// Makes the same calls as GroupBuilder, counting only.
size_t block_bytes(const LocalGroup& g, uint32_t num_uses) {
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

}  // namespace

uint64_t hash_of(const LocalGroup& g, uint64_t key) {
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

bool same_group(const LocalGroup& g, const RecGroup& r) {
  if (g.size != r.size) return false;
  for (uint32_t k = 0; k < g.size; ++k)
    if (!same(g, g.first + k, r, r.members[k])) return false;
  return true;
}

GroupBuilder::GroupBuilder(const LocalGroup& from, uint64_t hash) : from_(from), memory_{nullptr} {
  uint32_t num_uses = 0;
  for_each_use(from, [&](RecGroup*) { ++num_uses; });
  memory_.base = static_cast<char*>(::operator new(block_bytes(from, num_uses)));
  RecGroup& r = *new (memory_.take<RecGroup>(1)) RecGroup;
  group_ = &r;
  r.size = from.size;
  r.hash = hash;
  r.members = memory_.take<RuntimeType>(from.size);
  r.uses = memory_.take<RecGroup*>(num_uses);
  for_each_use(from, [&](RecGroup* used) {
    used->refs.fetch_add(1, std::memory_order_relaxed);
    r.uses[r.num_uses++] = used;
  });
  for (uint32_t k = 0; k < from.size; ++k) {
    RuntimeType& t = *new (&r.members[k]) RuntimeType;
    t.kind = from.kind(from.first + k);
    t.is_final = from.is_final(from.first + k);
    t.group = &r;
  }
}

NACRE_INLINE ValType GroupBuilder::globalize(ValType t) const {
  if (!t.is_ref() || !t.heap().is_concrete()) return t;
  const TypeId id = t.heap().type();
  const uint32_t global =
      from_.is_own(id) ? group_->members[id - from_.first].id : from_.known(id)->id;
  return ValType::ref(HeapType::concrete(global), t.nullable());
}

std::span<const ValType> GroupBuilder::copy_types(std::span<const ValType> types) {
  auto* copy = memory_.take<ValType>(types.size());
  for (size_t i = 0; i < types.size(); ++i) new (&copy[i]) ValType(globalize(types[i]));
  return {copy, types.size()};
}

void GroupBuilder::fill_fields(RuntimeType& t, TypeId id) {
  const std::span<const FieldType> fields = from_.fields(id);
  auto* layouts = memory_.take<FieldLayout>(fields.size());
  auto* gc_fields = memory_.take<uint32_t>(fields.size());
  uint32_t offset = gc::header_bytes;
  for (size_t i = 0; i < fields.size(); ++i) {
    FieldLayout l = layout(from_, fields[i]);
    // Objects are 8-byte aligned, so no field can rely on more.
    offset = align_up(offset, l.size < 8 ? l.size : 8);
    l.offset = offset;
    offset += l.size;
    l.type = FieldType(globalize(fields[i].type()), fields[i].is_mutable());
    if (l.is_gc_ref) gc_fields[t.num_gc_fields++] = l.offset;
    new (&layouts[i]) FieldLayout(l);
  }
  t.fields = {layouts, fields.size()};
  t.gc_fields = gc_fields;
  t.has_gc_refs = t.num_gc_fields != 0;
  if (t.kind == CompositeKind::struct_) t.struct_size = align_up(offset, 8);
}

void GroupBuilder::fill_member(uint32_t k) {
  RuntimeType& t = group_->members[k];
  const TypeId id = from_.first + k;
  const TypeId super = from_.super(id);
  const RuntimeType* parent = nullptr;
  if (super != wasm::no_type)
    parent = from_.is_own(super) ? &group_->members[super - from_.first] : from_.known(super);
  t.depth = parent == nullptr ? 0 : parent->depth + 1;
  auto* ancestors = memory_.take<const RuntimeType*>(t.depth + 1);
  for (uint32_t i = 0; i < t.depth; ++i) ancestors[i] = parent->ancestors[i];
  ancestors[t.depth] = &t;
  t.ancestors = {ancestors, t.depth + 1};
  if (t.kind == CompositeKind::func) {
    t.params = copy_types(from_.params(id));
    t.results = copy_types(from_.results(id));
    t.param_slots = slots_of(t.params);
    t.result_slots = slots_of(t.results);
  } else {
    fill_fields(t, id);
  }
}

void GroupBuilder::fill() {
  for (uint32_t k = 0; k < from_.size; ++k) fill_member(k);
}

}  // namespace nacre::runtime

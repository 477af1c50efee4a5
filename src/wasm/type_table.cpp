// SPDX-License-Identifier: Apache-2.0
//
// Hash consing of recursion groups, and the matching relations.
//
// A group is built at the end of the pools with references to its own members in the form
// rec_type(k), which makes the group's words a key that does not depend on where it lies. When
// an equal group is found the pools are cut back; otherwise rec_type(k) becomes first + k.
#include "wasm/type_table.hpp"

#include "base/check.hpp"
#include "base/hash.hpp"

namespace nacre::wasm {
namespace {

// Maps the concrete type id inside `t`, if there is one.
template <class Map>
ValType map_type(ValType t, Map map) {
  if (!t.is_ref() || !t.heap().is_concrete()) return t;
  return ValType::ref(HeapType::concrete(map(t.heap().type())), t.nullable());
}

template <class Map>
FieldType map_type(FieldType f, Map map) {
  return FieldType(map_type(f.type(), map), f.is_mutable());
}

// The direct and indirect supertypes of each abstract heap type, as bits.
constexpr uint32_t bit(Heap h) { return 1u << static_cast<unsigned>(h); }

constexpr uint32_t supertypes(Heap h) {
  constexpr uint32_t any = bit(Heap::any), eq = any | bit(Heap::eq);
  switch (h) {
    case Heap::eq:
      return any;
    case Heap::i31:
    case Heap::struct_:
    case Heap::array:
      return eq;
    case Heap::none:
      return eq | bit(Heap::i31) | bit(Heap::struct_) | bit(Heap::array);
    case Heap::nofunc:
      return bit(Heap::func);
    case Heap::noextern:
      return bit(Heap::extern_);
    case Heap::noexn:
      return bit(Heap::exn);
    case Heap::bot:
      return ~0u;
    default:
      return 0;
  }
}

constexpr Heap abstract_of(CompositeKind kind) {
  switch (kind) {
    case CompositeKind::struct_:
      return Heap::struct_;
    case CompositeKind::array:
      return Heap::array;
    default:
      return Heap::func;
  }
}

// The numbers of params, results and fields are limited far below this.
uint16_t narrow(size_t n) {
  NACRE_CHECK(n <= 0xffff);
  return static_cast<uint16_t>(n);
}

bool abstract_matches(Heap a, Heap b) { return a == b || (supertypes(a) & bit(b)) != 0; }

}  // namespace

void TypeTable::begin_group(uint32_t expected_members) {
  if (key_ == 0) key_ = hash_key(this) | 1;
  new_first_ = size();
  new_values_ = static_cast<uint32_t>(values_.size());
  new_fields_ = static_cast<uint32_t>(fields_.size());
  const size_t needed = defs_.size() + expected_members;
  if (expected_members > 1 && needed > 2 * defs_.capacity()) defs_.reserve(needed);
}

void TypeTable::begin_type(CompositeKind kind, bool is_final, TypeId super) {
  close_type();
  Def d;
  d.kind = kind;
  d.is_final = is_final;
  d.super = super;
  if (super != no_type) {
    const Def& parent = defs_[is_rec_type(super) ? new_first_ + (super - rec_type_base) : super];
    d.depth = static_cast<uint8_t>(parent.depth + 1u < max_depth ? parent.depth + 1u : max_depth);
  }
  const size_t first = kind == CompositeKind::func ? values_.size() : fields_.size();
  d.first = static_cast<uint32_t>(first);
  defs_.push_back(d);
}

void TypeTable::end_params() {
  Def& d = defs_.back();
  d.num_first = narrow(values_.size() - d.first);
}

// Counts what was pushed for the member begun last.
void TypeTable::close_type() {
  if (size() == new_first_) return;
  Def& d = defs_.back();
  if (d.kind == CompositeKind::func) d.num_second = narrow(values_.size() - d.first - d.num_first);
  else d.num_first = narrow(fields_.size() - d.first);
}

TypeId TypeTable::end_group() {
  close_type();
  if (size() == new_first_) return new_first_;
  const auto hash = static_cast<uint32_t>(hash_new_group());
  const TypeId equal = find_group(hash);
  if (equal != no_type) {
    drop_new_group();
    return equal;
  }
  const TypeId first = new_first_;
  resolve_new_group();
  insert_bucket(first, hash);
  new_first_ = size();
  return first;
}

uint64_t TypeTable::hash_new_group() const {
  Hasher h(key_);
  for (TypeId id = new_first_; id < size(); ++id) {
    const Def& d = defs_[id];
    h.add(uint64_t{d.super} << 3 | static_cast<uint64_t>(d.kind) << 1 | d.is_final);
    h.add(uint64_t{d.num_first} << 32 | d.num_second);
  }
  for (size_t i = new_values_; i < values_.size(); ++i) h.add(values_[i].bits());
  for (size_t i = new_fields_; i < fields_.size(); ++i) h.add(fields_[i].bits());
  return h.value();
}

TypeId TypeTable::find_group(uint32_t hash) const {
  if (buckets_.empty()) return no_type;
  const size_t mask = buckets_.size() - 1;
  for (size_t at = hash & mask; buckets_[at] != no_type; at = (at + 1) & mask)
    if (hashes_[at] == hash && same_as_new_group(buckets_[at])) return buckets_[at];
  return no_type;
}

bool TypeTable::same_as_new_group(TypeId first) const {
  const uint32_t n = size() - new_first_;
  if (group(first).size != n) return false;
  const auto relative = [&](TypeId id) { return id - first < n ? rec_type(id - first) : id; };
  for (uint32_t k = 0; k < n; ++k) {
    const Def& a = defs_[first + k];
    const Def& b = defs_[new_first_ + k];
    if (a.kind != b.kind || a.is_final != b.is_final || a.num_first != b.num_first ||
        a.num_second != b.num_second || relative(a.super) != b.super)
      return false;
    if (a.kind == CompositeKind::func) {
      for (uint32_t i = 0; i < a.num_first + a.num_second; ++i)
        if (map_type(values_[a.first + i], relative) != values_[b.first + i]) return false;
    } else {
      for (uint32_t i = 0; i < a.num_first; ++i)
        if (map_type(fields_[a.first + i], relative) != fields_[b.first + i]) return false;
    }
  }
  return true;
}

void TypeTable::drop_new_group() {
  defs_.resize(new_first_);
  values_.resize(new_values_);
  fields_.resize(new_fields_);
}

void TypeTable::resolve_new_group() {
  const uint32_t n = size() - new_first_;
  const auto absolute = [&](TypeId id) {
    return id != no_type && is_rec_type(id) ? new_first_ + (id - rec_type_base) : id;
  };
  for (size_t i = new_values_; i < values_.size(); ++i) values_[i] = map_type(values_[i], absolute);
  for (size_t i = new_fields_; i < fields_.size(); ++i) fields_[i] = map_type(fields_[i], absolute);
  for (TypeId id = new_first_; id < new_first_ + n; ++id) {
    Def& d = defs_[id];
    d.super = absolute(d.super);
    if (n > 1) d.group = static_cast<uint32_t>(groups_.size());
    set_jump(id);
  }
  if (n > 1) groups_.push_back({new_first_, n});
}

// A jump is as long as the two jumps before it together when these are equally long, else one
// step: the positions of a skew-binary number, so any ancestor is a logarithm of steps away.
void TypeTable::set_jump(TypeId id) {
  Def& d = defs_[id];
  d.jump = id;
  if (d.super == no_type) return;
  const Def& parent = defs_[d.super];
  const Def& once = defs_[parent.jump];
  const Def& twice = defs_[once.jump];
  d.jump = parent.depth - once.depth == once.depth - twice.depth ? once.jump : d.super;
}

void TypeTable::insert_bucket(TypeId first, uint32_t hash) {
  if (4 * (uint64_t{num_groups_} + 1) > 3 * buckets_.size()) grow_buckets();
  const size_t mask = buckets_.size() - 1;
  size_t at = hash & mask;
  while (buckets_[at] != no_type) at = (at + 1) & mask;
  buckets_[at] = first;
  hashes_[at] = hash;
  ++num_groups_;
}

void TypeTable::grow_buckets() {
  const std::vector<TypeId> old_buckets = std::move(buckets_);
  const std::vector<uint32_t> old_hashes = std::move(hashes_);
  const size_t n = old_buckets.empty() ? 16 : old_buckets.size() * 2;
  buckets_.assign(n, no_type);
  hashes_.assign(n, 0);
  for (size_t i = 0; i < old_buckets.size(); ++i) {
    if (old_buckets[i] == no_type) continue;
    size_t at = old_hashes[i] & (n - 1);
    while (buckets_[at] != no_type) at = (at + 1) & (n - 1);
    buckets_[at] = old_buckets[i];
    hashes_[at] = old_hashes[i];
  }
}

TypeId TypeTable::add_group(std::span<const SubTypeDef> group) {
  begin_group(static_cast<uint32_t>(group.size()));
  for (const SubTypeDef& def : group) {
    begin_type(def.kind, def.is_final, def.super);
    if (def.kind == CompositeKind::func) {
      for (ValType t : def.params) push_value(t);
      end_params();
      for (ValType t : def.results) push_value(t);
    } else {
      for (FieldType f : def.fields) push_field(f);
    }
  }
  return end_group();
}

TypeId TypeTable::add_func(std::span<const ValType> params, std::span<const ValType> results) {
  begin_group();
  begin_type(CompositeKind::func, true, no_type);
  for (ValType t : params) push_value(t);
  end_params();
  for (ValType t : results) push_value(t);
  return end_group();
}

bool TypeTable::matches(HeapType a, HeapType b) const {
  if (a == b) return true;
  if (a.is_concrete()) {
    if (b.is_concrete()) return is_subtype(a.type(), b.type());
    return abstract_matches(abstract_of(kind(a.type())), b.abstract());
  }
  if (b.is_abstract()) return abstract_matches(a.abstract(), b.abstract());
  if (a.abstract() == Heap::bot) return true;
  return a.abstract() == (is_func(b.type()) ? Heap::nofunc : Heap::none);
}

bool TypeTable::matches(FieldType a, FieldType b) const {
  if (a.is_mutable() != b.is_mutable()) return false;
  return a == b || (!a.is_mutable() && matches(a.type(), b.type()));
}

Heap TypeTable::top(HeapType h) const {
  const Heap a = h.is_concrete() ? abstract_of(kind(h.type())) : h.abstract();
  switch (a) {
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

bool TypeTable::structure_matches(TypeId sub, TypeId super) const {
  if (kind(sub) != kind(super)) return false;
  if (is_func(sub)) {
    const auto sub_params = params(sub), super_params = params(super);
    const auto sub_results = results(sub), super_results = results(super);
    if (sub_params.size() != super_params.size() || sub_results.size() != super_results.size())
      return false;
    for (size_t i = 0; i < sub_params.size(); ++i)
      if (!matches(super_params[i], sub_params[i])) return false;
    for (size_t i = 0; i < sub_results.size(); ++i)
      if (!matches(sub_results[i], super_results[i])) return false;
    return true;
  }
  const auto sub_fields = fields(sub), super_fields = fields(super);
  if (sub_fields.size() < super_fields.size()) return false;
  for (size_t i = 0; i < super_fields.size(); ++i)
    if (!matches(sub_fields[i], super_fields[i])) return false;
  return true;
}

}  // namespace nacre::wasm

// SPDX-License-Identifier: Apache-2.0
//
// TypeTable: every type a module defines, hash-consed by recursion group.
//
// Two recursion groups are the same when they have the same shape, references to earlier
// types compared by canonical id and references inside the group by position
// (specification, "Types > Recursive types > rolling and unrolling"). add_group looks a group
// up by that key and gives back the ids of the equal earlier group when there is one, so type
// equality is equality of ids. Subtyping between concrete types takes a number of steps
// logarithmic in their depth: besides its supertype every type knows one ancestor further up
// (the jump pointers of Myers, "An applicative random-access stack", 1983). A list of all
// ancestors per type would test faster, but a small file of deep types could make it huge; the
// run-time representation of types, of which there are few, has one.
//
// Storage is flat, 24 bytes a distinct type and 4 bytes a parameter, result or field.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "wasm/types.hpp"

namespace nacre::wasm {

enum class CompositeKind : uint8_t { func, struct_, array };

// A type definition as read from a module, before canonicalisation. References to members of
// its own group use rec_type(k).
struct SubTypeDef {
  CompositeKind kind = CompositeKind::func;
  bool is_final = true;
  TypeId super = no_type;
  std::vector<ValType> params;    // func
  std::vector<ValType> results;   // func
  std::vector<FieldType> fields;  // struct: all fields; array: exactly one
};

class TypeTable {
 public:
  // Adds a recursion group, or finds the equal one, and returns the id of its first member;
  // the k-th member is that plus k. Precondition: every TypeId in `group` is an id of this
  // table or rec_type(k) with k < group.size(), and `super` of member i is not rec_type(k>=i).
  TypeId add_group(std::span<const SubTypeDef> group);
  // The same for one function type outside any group (block types, host functions, tags).
  TypeId add_func(std::span<const ValType> params, std::span<const ValType> results);

  // add_group in steps, without a copy of the group: begin_group, then for each member
  // begin_type and what it consists of (params, end_params, results; or fields), then
  // end_group. References to members are rec_type(k), as in add_group. A group begun must be
  // ended before anything else is asked, or the table be thrown away.
  void begin_group(uint32_t expected_members = 1);
  void begin_type(CompositeKind kind, bool is_final, TypeId super);
  void push_value(ValType t) { values_.push_back(t); }
  void push_field(FieldType f) { fields_.push_back(f); }
  void end_params();  // the values pushed so far are params, the rest results
  // Subtyping depth of the member begun last.
  uint32_t new_depth() const { return defs_.back().depth; }
  TypeId end_group();

  uint32_t size() const { return static_cast<uint32_t>(defs_.size()); }
  CompositeKind kind(TypeId id) const { return defs_[id].kind; }
  bool is_func(TypeId id) const { return kind(id) == CompositeKind::func; }
  bool is_struct(TypeId id) const { return kind(id) == CompositeKind::struct_; }
  bool is_array(TypeId id) const { return kind(id) == CompositeKind::array; }
  bool is_final(TypeId id) const { return defs_[id].is_final; }
  TypeId super(TypeId id) const { return defs_[id].super; }
  uint32_t depth(TypeId id) const { return defs_[id].depth; }  // 0: no supertype
  // The ancestor at `depth`, the type itself included. Precondition: depth <= depth(id).
  TypeId ancestor(TypeId id, uint32_t depth) const {
    while (defs_[id].depth > depth) {
      const TypeId jump = defs_[id].jump;
      id = defs_[jump].depth >= depth ? jump : defs_[id].super;
    }
    return id;
  }
  std::span<const ValType> params(TypeId id) const {
    return {values_.data() + defs_[id].first, defs_[id].num_first};
  }
  std::span<const ValType> results(TypeId id) const {
    return {values_.data() + defs_[id].first + defs_[id].num_first, defs_[id].num_second};
  }
  std::span<const FieldType> fields(TypeId id) const {
    return {fields_.data() + defs_[id].first, defs_[id].num_first};
  }
  FieldType array_elem(TypeId id) const { return fields_[defs_[id].first]; }

  // The recursion group of a type: ids [first, first + size).
  struct Group {
    TypeId first;
    uint32_t size;
  };
  Group group(TypeId id) const {
    return defs_[id].group == alone ? Group{id, 1} : groups_[defs_[id].group];
  }

  // `a` is `b` or a declared descendant of it.
  bool is_subtype(TypeId a, TypeId b) const {
    return a == b || (defs_[a].depth > defs_[b].depth && ancestor(a, defs_[b].depth) == b);
  }
  // The specification's matching relations (<=). bot matches everything.
  bool matches(HeapType a, HeapType b) const;
  bool matches(ValType a, ValType b) const {
    return a == b || (a.is_ref() && b.is_ref()
                          ? (b.nullable() || !a.nullable()) && matches(a.heap(), b.heap())
                          : a.is_bot());
  }
  bool matches(FieldType a, FieldType b) const;
  // The top of h's hierarchy: any, func, extern or exn (bot: any).
  Heap top(HeapType h) const;
  // Whether the composite structure of `sub` may declare `super` as its supertype
  // (specification, "Composite types matching").
  bool structure_matches(TypeId sub, TypeId super) const;

 private:
  static constexpr uint32_t alone = 0xffffffff;  // in a group of one
  struct Def {
    uint32_t first = 0;       // into values_ (func) or fields_ (struct, array)
    uint16_t num_first = 0;   // params or fields
    uint16_t num_second = 0;  // results
    TypeId super = no_type;
    TypeId jump = 0;         // an ancestor; itself when it has none
    uint32_t group = alone;  // into groups_
    CompositeKind kind = CompositeKind::func;
    bool is_final = true;
    uint8_t depth = 0;  // saturates at max_depth; the decoder refuses those
  };
  static constexpr uint32_t max_depth = 255;

  void close_type();
  uint64_t hash_new_group() const;
  TypeId find_group(uint32_t hash) const;
  bool same_as_new_group(TypeId first) const;
  void resolve_new_group();
  void set_jump(TypeId id);
  void drop_new_group();
  void insert_bucket(TypeId first, uint32_t hash);
  void grow_buckets();

  std::vector<Def> defs_;
  std::vector<ValType> values_;
  std::vector<FieldType> fields_;
  std::vector<Group> groups_;     // of more than one member
  std::vector<TypeId> buckets_;   // open addressing: first id of a group, or no_type
  std::vector<uint32_t> hashes_;  // by group's bucket
  uint32_t num_groups_ = 0;
  uint64_t key_ = 0;                          // of the hash
  TypeId new_first_ = 0;                      // the group being built: defs_[new_first_ ...]
  uint32_t new_values_ = 0, new_fields_ = 0;  // and where its values and fields start
};

}  // namespace nacre::wasm

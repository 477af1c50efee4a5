// SPDX-License-Identifier: Apache-2.0
//
// Engine-wide types. Every module brings its own TypeTable; when it is compiled its types are
// interned here, so that values of different modules can be compared: equal types of one engine
// are the same RuntimeType object. Subtype tests use the ancestor display.
//
// A recursion group is the unit of sharing and of life: it is one block of memory that holds its
// RuntimeTypes and everything they point to, counted by the modules, stores and other groups that
// use it, and freed (its ids reused) when the last one lets go.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "wasm/type_table.hpp"

namespace nacre::runtime {

struct RecGroup;

// Where a field lies in a struct object, or an element's shape in an array.
struct FieldLayout {
  uint32_t offset = 0;       // from the object's start (struct); gc::header_bytes for arrays
  uint8_t size = 0;          // 1, 2, 4, 8 or 16 bytes
  bool is_gc_ref = false;    // holds a 32-bit heap reference the collector must trace
  bool is_func_ref = false;  // holds a Func pointer (8 bytes)
  wasm::FieldType type;  // in the terms of the engine-wide table (concrete ids: RuntimeType::id)
};

// One canonical type. Immutable once published; readable from any thread without a lock while
// a module (or host function) that uses it is alive.
struct RuntimeType {
  uint32_t id = 0;  // engine-wide, > 0; stored in object headers
  wasm::CompositeKind kind = wasm::CompositeKind::func;
  bool is_final = true;
  bool has_gc_refs = false;  // struct, array: the collector has something to trace
  uint32_t depth = 0;
  uint32_t param_slots = 0, result_slots = 0;  // func: 64-bit slots; v128 takes two
  uint32_t struct_size = 0;  // bytes of a struct object, header included, multiple of 8
  uint32_t num_gc_fields = 0;
  std::span<const RuntimeType* const> ancestors;  // root ... this
  RecGroup* group = nullptr;

  // func
  std::span<const wasm::ValType> params, results;  // concrete heap types are RuntimeType ids
  // struct: fields in order; array: exactly one
  std::span<const FieldLayout> fields;
  const uint32_t* gc_fields = nullptr;  // struct: offsets of the references to trace

  bool is_subtype_of(const RuntimeType* t) const {
    return this == t || (depth > t->depth && ancestors[t->depth] == t);
  }
  const RuntimeType* super() const { return depth == 0 ? nullptr : ancestors[depth - 1]; }
};

// Slots of a value: 2 for v128, else 1.
constexpr uint32_t slots_of(wasm::ValType t) { return t.is_vec() ? 2 : 1; }
uint32_t slots_of(std::span<const wasm::ValType> types);

// Thread-safe. Owned by the engine; outlives every module and store.
class TypeRegistry {
 public:
  TypeRegistry();
  ~TypeRegistry();
  TypeRegistry(const TypeRegistry&) = delete;
  TypeRegistry& operator=(const TypeRegistry&) = delete;

  // Interns all types of `table`; result[i] is the type with local id i. Each group gains one
  // reference, given back by `release`. Empty for a non-empty table only when the engine has
  // run out of type ids (max_live_types): ErrorKind::limit.
  std::vector<const RuntimeType*> intern(const wasm::TypeTable& table);
  // One function type (host functions). ValTypes must not name concrete types unless they are
  // RuntimeType ids of this registry. Null only when out of ids.
  const RuntimeType* intern_func(std::span<const wasm::ValType> params,
                                 std::span<const wasm::ValType> results);
  // One recursion group whose concrete types are ids of this registry, or group_member(k). A
  // supertype is an id, or an earlier member. The first member; the k-th is that plus k. Null
  // only when out of ids. Whether members may declare their supertypes is not checked: see
  // supertype_fits.
  const RuntimeType* intern_group(std::span<const wasm::SubTypeDef> group);
  static constexpr uint32_t group_member(uint32_t k) { return (uint32_t{1} << 23) + k; }
  // Whether `type` may have the supertype it has.
  bool supertype_fits(const RuntimeType& type) const;
  // The type with this id, with one more reference; null when none that lives has it.
  const RuntimeType* acquire(uint32_t id);
  // Gives back what one call of intern, intern_func or intern_group returned.
  void release(std::span<const RuntimeType* const> types);
  // One more reference to the group of a living type, to be released like intern_func's.
  void retain(const RuntimeType* type);
  // The type with this id, which must be alive. Lock-free.
  const RuntimeType* by_id(uint32_t id) const;
  // The same for any number at all: null when no living type has it.
  const RuntimeType* find(uint32_t id) const;
  // For machine code, which does as by_id does: with n = id + first_chunk and k the position of n's
  // highest bit, chunks()[k - log2(first_chunk)] points to an array of RuntimeType*, and the type
  // is its element n - 2^k. Null pointers stand for ids below gc::first_type_id.
  const void* const* chunks() const;
  static constexpr uint32_t first_chunk = 256;
  // Matching of value types whose concrete heap types are ids of this registry.
  bool matches(wasm::ValType a, wasm::ValType b) const;
  bool matches(wasm::HeapType a, wasm::HeapType b) const;
  // The top of h's hierarchy: any, func, extern or exn (bot: any).
  wasm::Heap top(wasm::HeapType h) const;
  // Whether values of type t are 32-bit heap references (RefBits that the collector traces).
  bool is_gc_ref(wasm::ValType t) const { return t.is_ref() && top(t.heap()) != wasm::Heap::func; }
  // Replaces concrete ids of a module's table by ids of this registry.
  static wasm::ValType globalize(wasm::ValType t, std::span<const RuntimeType* const> types);
  // Types alive now.
  uint32_t live_types() const;

  static constexpr uint32_t max_live_types = (uint32_t{1} << 23) - 64;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace nacre::runtime

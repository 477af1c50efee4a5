// SPDX-License-Identifier: Apache-2.0
//
// Garbage-collected objects made and used by the host: types of structs and arrays, and objects of
// them.
//
//   nacre::DefinedType point = module.type(0).value();          // (struct (field f64) (field f64))
//   nacre::AnyRef p = nacre::new_struct(store, point, {1.5, 2.5}).value();
//   double x = p.get(0).value().f64();
//   instance.func<void(nacre::AnyRef)>("plot").value()(p).value();
//
//   auto bytes = nacre::DefinedType::array(engine, {nacre::ValKind::i8, true}).value();
//   nacre::AnyRef a = nacre::new_array(store, bytes, 16, nacre::Value(0)).value();
//
// Reading, writing and testing references is in value.hpp (Ref).
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>

#include "nacre/detail/handle.hpp"
#include "nacre/detail/public.hpp"
#include "nacre/engine.hpp"
#include "nacre/list.hpp"
#include "nacre/result.hpp"
#include "nacre/span.hpp"
#include "nacre/store.hpp"
#include "nacre/string.hpp"
#include "nacre/types.hpp"
#include "nacre/value.hpp"

namespace NACRE_PUBLIC nacre {

// A field of a struct, or the elements of an array.
struct FieldType {
  ValType type;             // or ValKind::i8, ValKind::i16
  bool is_mutable = false;  // else only its creation sets it
  friend bool operator==(const FieldType&, const FieldType&) = default;
};

// What a defined type is a type of.
enum class TypeKind : uint8_t { func, struct_, array };

// What a type is made of, for DefinedType::group.
struct TypeDefinition {
  static constexpr uint32_t no_supertype = ~uint32_t{0};  // as `supertype`: none

  TypeKind kind = TypeKind::struct_;  // which of the following count
  List<FieldType> fields;             // a struct's; of an array exactly one
  FuncType func;                      // with TypeKind::func
  bool is_final = true;               // no type may have it as its supertype
  // The id of a type, or DefinedType::member(k) of an earlier member of the group.
  uint32_t supertype = no_supertype;
};

// A type of functions, structs or arrays, which a module defined or the host made. Equal types are
// one, whoever made them: a struct type made here is the one a module of the same engine defines
// in the same way. A reference-counted handle that keeps the type alive, immutable, for any
// thread. Asking an empty one anything but empty() is a mistake.
class DefinedType {
 public:
  // Names no type.
  DefinedType() = default;
  // Whether it names none.
  bool empty() const { return !data_; }
  // Whether it names one.
  explicit operator bool() const { return !empty(); }

  // A final type without supertype, of structs with these fields, of arrays, or of functions.
  // Errors: invalid_argument, for types that are not alive or fit no field; limit, for too many
  // fields or types:
  static Result<DefinedType> structure(const Engine& engine, Span<const FieldType> fields);
  static Result<DefinedType> structure(const Engine& engine,
                                       std::initializer_list<FieldType> fields) {
    return structure(engine, Span<const FieldType>(fields.begin(), fields.size()));
  }
  static Result<DefinedType> array(const Engine& engine, FieldType element);
  static Result<DefinedType> func(const Engine& engine, const FuncType& type);

  // Types that may refer to one another: a recursion group. Inside it, member(k) is the id of the
  // k-th. Errors: as above; invalid_argument for a supertype that is final or does not fit.
  static Result<List<DefinedType>> group(const Engine& engine,
                                         Span<const TypeDefinition> definitions);
  // The id of the k-th type of a group, in its definitions.
  static constexpr uint32_t member(uint32_t k) { return 0x8000'0000u + k; }
  // The type a concrete reference type names. Error: invalid_argument, when it is no such
  // reference, or none that is alive in this engine.
  static Result<DefinedType> of(const Engine& engine, ValType type);
  // The type of a struct, array or function; empty for others, and when the store is gone.
  static DefinedType of(const Ref& ref);

  // What it is a type of.
  TypeKind kind() const;
  // Of a struct; one of an array; none of a function type.
  List<FieldType> fields() const;
  // Of a function type; otherwise without parameters and results.
  FuncType func() const;
  // Whether no type may have it as its supertype.
  bool is_final() const;
  // Empty without one.
  DefinedType supertype() const;
  // Whether it is `other` or declared below it. False for a type of another engine.
  bool is_subtype_of(const DefinedType& other) const;
  // Whether both are the same type.
  bool same(const DefinedType& other) const;
  // The type of references to it.
  ValType ref(bool nullable = true) const { return ValType::ref_to(id(), nullable); }
  // The engine's number of it, which ValType::ref_to takes, while it is alive.
  uint32_t id() const;
  // The engine it belongs to.
  Engine engine() const;

  // Internal.
  explicit DefinedType(detail::Handle<detail::DefinedTypeData> data)
      : data_(static_cast<detail::Handle<detail::DefinedTypeData>&&>(data)) {}
  detail::DefinedTypeData* data() const { return data_.get(); }

 private:
  detail::Handle<detail::DefinedTypeData> data_;
};

// The type in the text format: "(struct (field f64) (field (mut i8)))", "(array (mut i32))". As in
// ValType's, "$n" is the engine's number of a type.
String to_string(const DefinedType& type);

// Each makes an object in the store's heap, which may collect garbage first. Errors: limit, when
// the heap is full (Config::max_gc_heap); invalid_argument, for a type that is of another kind or
// engine, and for values that do not fit it. A field of a packed type takes an i32, whose upper
// bits are dropped.

// A struct of these fields, as many as the type has.
Result<AnyRef> new_struct(StoreContext store, const DefinedType& type, Span<const Value> fields);
// The same, with the fields as a list.
inline Result<AnyRef> new_struct(StoreContext store, const DefinedType& type,
                                 std::initializer_list<Value> fields) {
  return new_struct(store, type, Span<const Value>(fields.begin(), fields.size()));
}
// One of zeros and nulls; invalid_argument for a field whose type has no null.
Result<AnyRef> new_struct_default(StoreContext store, const DefinedType& type);
// An array of `length` times `init`.
Result<AnyRef> new_array(StoreContext store, const DefinedType& type, uint32_t length,
                         const Value& init);
// One of zeros or nulls; invalid_argument for elements whose type has no null.
Result<AnyRef> new_array_default(StoreContext store, const DefinedType& type, uint32_t length);
// One of these elements.
Result<AnyRef> new_array_of(StoreContext store, const DefinedType& type,
                            Span<const Value> elements);
// The same, with the elements as a list.
inline Result<AnyRef> new_array_of(StoreContext store, const DefinedType& type,
                                   std::initializer_list<Value> elements) {
  return new_array_of(store, type, Span<const Value>(elements.begin(), elements.size()));
}
// One of numbers or vectors, from their bytes, little-endian; as many as a multiple of an element's
// size.
Result<AnyRef> new_array_bytes(StoreContext store, const DefinedType& type,
                               Span<const uint8_t> bytes);

}  // namespace nacre

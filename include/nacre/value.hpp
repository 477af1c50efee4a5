// SPDX-License-Identifier: Apache-2.0
//
// Value: any WebAssembly value; Ref: a reference that keeps its object alive.
//
//   nacre::Value n = int32_t{42};
//   nacre::Value v = nacre::V128{{1, 2, 3}};
//   nacre::ExternRef r = nacre::ExternRef::host(store, 7).value();  // an opaque host number
//   nacre::ExternRef o = nacre::ExternRef::own(store, nacre::String("mine")).value();
//   auto results = func.call({n, v, nacre::Value(r), nacre::Value(o)});
//
// Floats are kept as bits, so signalling NaNs survive; f32_bits and f64_bits give and take them
// without passing through a register that could change them.
//
// A Ref to an object is a root of its store's garbage collector: the collector may move the
// object, the Ref follows. Like views, Refs belong to the thread that uses the store, and notice
// when the store is gone.
#pragma once

#include <bit>
#include <cstdint>
#include <optional>
#include <type_traits>

#include "nacre/detail/handle.hpp"
#include "nacre/detail/host_object.hpp"
#include "nacre/detail/public.hpp"
#include "nacre/result.hpp"
#include "nacre/span.hpp"
#include "nacre/store.hpp"
#include "nacre/string.hpp"
#include "nacre/types.hpp"
#include "nacre/v128.hpp"

namespace NACRE_PUBLIC nacre {

class Func;
class Tag;
class Value;

// The four disjoint hierarchies of references.
enum class RefKind : uint8_t { func, extern_, any, exn };

// What a reference points to.
enum class RefShape : uint8_t { null, func, i31, struct_, array, host, exn };

// A reference, or null.
class Ref {
 public:
  // The null of a hierarchy.
  explicit Ref(RefKind kind = RefKind::any) : kind_(kind) {}
  Ref(const Ref& other);
  Ref(Ref&& other) noexcept;
  Ref& operator=(Ref other) noexcept;
  ~Ref();

  // A reference to the host's number `value`, opaque to the guest, of hierarchy `any` or `extern_`.
  // Errors: limit, when the store's heap is full; invalid_argument.
  static Result<Ref> host(StoreContext store, uint64_t value, RefKind kind = RefKind::extern_);
  // A reference to an object of the host's, moved in and opaque to the guest, of hierarchy `any` or
  // `extern_`: a file, a socket, a widget that a guest is to hold. Its destructor runs once nothing
  // refers to it any more: in the collection that finds out (a guest's allocation or
  // Store::collect_garbage), or with the store; on the thread that does either, in the middle of
  // guest code perhaps. It must not throw; what of the store it calls or lets grow is refused.
  // Only the garbage-collected heap's own bytes (16 for each) make the collector run: for objects
  // that are large or scarce, ask it to. Errors: as `host`; `object` is destroyed then.
  template <class T>
  static Result<Ref> own(StoreContext store, T object, RefKind kind = RefKind::extern_) {
    return own_object(store, new detail::OwnedObject<T>(static_cast<T&&>(object)), kind);
  }
  // A 31-bit integer as reference of hierarchy `any`; the top bit of `value` is lost.
  static Ref i31(uint32_t value);

  // Its hierarchy.
  RefKind kind() const { return kind_; }
  // Whether it refers to nothing.
  bool is_null() const { return bits_ == 0; }
  // What it points to; null also when its store is gone.
  RefShape shape() const;
  // The same reference in the other of the hierarchies `any` and `extern_`
  // (any.convert_extern and extern.convert_any); others are returned unchanged.
  Ref converted(RefKind kind) const;
  // Whether both are null or refer to the same object (or i31 value): ref.eq.
  bool same(const Ref& other) const;
  // Whether it is a value of a reference type (ref.test): null of a nullable type of its hierarchy,
  // others by what they point to. False for types that are not alive in the store's engine, and
  // when the store is gone.
  bool matches(ValType type) const;
  // The same reference if it is one of that type (ref.cast). Error: invalid_argument.
  Result<Ref> cast(ValType type) const;

  // What `host` was given, or an i31's value. Nothing when the reference has another shape or its
  // store is gone:
  std::optional<uint64_t> host_value() const;
  std::optional<int32_t> i31_signed() const;
  std::optional<uint32_t> i31_unsigned() const;
  // The object `own` was given, or null when the reference is to something else, the object of
  // another type, or the store is gone. It stays as long as this Ref.
  template <class T>
  T* object() const {
    const detail::HostObject* const o = host_object();
    if (o == nullptr || o->type != &detail::type_of_object<T>) return nullptr;
    return const_cast<T*>(&static_cast<const detail::OwnedObject<T>*>(o)->object);
  }
  Func func() const;          // empty view when null or not a function
  Tag exception_tag() const;  // empty view when no exception
  uint32_t length() const;    // fields of a struct, elements of an array, payload of an exception
  std::optional<ValType> concrete_type() const;  // of a struct or array
  // Field of a struct, element of an array, payload value of an exception. Packed ones are
  // zero-extended. Error: invalid_argument.
  Result<Value> get(uint32_t index) const;
  // The same with packed ones sign-extended.
  Result<Value> get_signed(uint32_t index) const;
  // Sets a mutable field or element; packed ones are truncated. Error: invalid_argument, for an
  // immutable one (an exception's payload is), an index beyond the end, a value of another type or
  // store.
  Result<void> set(uint32_t index, const Value& value) const;
  // Elements of an array of numbers or vectors from `index` on, as their bytes, little-endian.
  // The size is a multiple of an element's. Error: invalid_argument, and nothing copied, when they
  // do not lie in the array, or (write_bytes) are immutable.
  Result<void> read_bytes(uint32_t index, Span<uint8_t> out) const;
  // The other way, for mutable elements.
  Result<void> write_bytes(uint32_t index, Span<const uint8_t> bytes) const;

  // Internal.
  static Ref from_bits(detail::StoreAnchor* anchor, RefKind kind, uint64_t bits);
  uint64_t raw_bits() const;  // as slots hold it; 0 when the store is gone
  detail::StoreAnchor* anchor() const { return anchor_.get(); }

 private:
  Result<Value> load(uint32_t index, bool sign_extend) const;
  static Result<Ref> own_object(StoreContext store, detail::HostObject* object, RefKind kind);
  const detail::HostObject* host_object() const;
  detail::Handle<detail::StoreAnchor> anchor_;
  uint64_t bits_ = 0;  // the reference, or with rooted_ the store's handle + 1
  RefKind kind_;
  bool rooted_ = false;
};

// References whose hierarchy is part of the C++ type: what typed functions take and return.
template <RefKind K>
class TypedRef : public Ref {
 public:
  // Null.
  TypedRef() : Ref(K) {}
  // Null when `ref` is of another hierarchy.
  explicit TypedRef(Ref ref) : Ref(ref.kind() == K ? static_cast<Ref&&>(ref) : Ref(K)) {}
  // See Ref::host.
  static Result<TypedRef> host(StoreContext store, uint64_t value) {
    Result<Ref> ref = Ref::host(store, value, K);
    if (!ref) return static_cast<Error&&>(ref.error());
    return TypedRef(static_cast<Ref&&>(*ref));
  }
  // See Ref::own.
  template <class T>
  static Result<TypedRef> own(StoreContext store, T object) {
    Result<Ref> ref = Ref::own(store, static_cast<T&&>(object), K);
    if (!ref) return static_cast<Error&&>(ref.error());
    return TypedRef(static_cast<Ref&&>(*ref));
  }
};
// externref; anyref and all below it; exnref:
using ExternRef = TypedRef<RefKind::extern_>;
using AnyRef = TypedRef<RefKind::any>;
using ExnRef = TypedRef<RefKind::exn>;

// What a Value holds.
enum class ValueKind : uint8_t { i32, i64, f32, f64, v128, ref };

// A value of any type. Copying copies; a reference inside is a root of its own.
class Value {
 public:
  // i32 zero.
  Value() = default;
  // Integers and enumerations of up to 32 bits are i32, of 64 bits i64.
  template <class T, class = std::enable_if_t<std::is_integral_v<T> || std::is_enum_v<T>>>
  Value(T v) : kind_(sizeof(T) <= 4 ? ValueKind::i32 : ValueKind::i64) {
    if constexpr (std::is_enum_v<T>) *this = Value(static_cast<std::underlying_type_t<T>>(v));
    else if constexpr (sizeof(T) > 4) words_[0] = static_cast<uint64_t>(v);
    else if constexpr (std::is_signed_v<T>)
      words_[0] = static_cast<uint32_t>(static_cast<int32_t>(v));
    else words_[0] = static_cast<uint32_t>(v);
  }
  // The value of an f32.
  Value(float v) : Value(f32_bits(std::bit_cast<uint32_t>(v))) {}
  // The value of an f64.
  Value(double v) : Value(f64_bits(std::bit_cast<uint64_t>(v))) {}
  // The value of a v128.
  Value(const V128& v);
  // A reference, of the hierarchy it says.
  Value(Ref ref) : kind_(ValueKind::ref), ref_(static_cast<Ref&&>(ref)) {}
  // A function reference; null for an empty view.
  Value(const Func& func);

  // Floats from their bits:
  static Value f32_bits(uint32_t bits) { return Value(ValueKind::f32, bits); }
  static Value f64_bits(uint64_t bits) { return Value(ValueKind::f64, bits); }

  // The null of a hierarchy.
  static Value null(RefKind kind) { return Value(Ref(kind)); }
  // Zero or null of a type.
  static Value zero(ValType type);

  // What it holds.
  ValueKind kind() const { return kind_; }
  // Whether that is a reference.
  bool is_ref() const { return kind_ == ValueKind::ref; }

  // The value, reinterpreted without a check, so ask kind() first:
  int32_t i32() const { return static_cast<int32_t>(words_[0]); }
  uint32_t u32() const { return static_cast<uint32_t>(words_[0]); }
  int64_t i64() const { return static_cast<int64_t>(words_[0]); }
  uint64_t u64() const { return words_[0]; }
  float f32() const { return std::bit_cast<float>(u32()); }
  double f64() const { return std::bit_cast<double>(words_[0]); }
  uint32_t f32_bits() const { return u32(); }
  uint64_t f64_bits() const { return words_[0]; }
  V128 v128() const;

  // Null of hierarchy `any` when it is no reference.
  const Ref& ref() const { return ref_; }
  // Empty when it is no function reference.
  Func func() const;

  // Whether both are the same value: of one kind, with the same bits, so a NaN equals itself and
  // 0.0 is not -0.0; references as Ref::same says.
  friend bool operator==(const Value& a, const Value& b) {
    return a.kind_ == b.kind_ && a.words_[0] == b.words_[0] && a.words_[1] == b.words_[1] &&
           a.ref_.same(b.ref_);
  }

 private:
  Value(ValueKind kind, uint64_t word) : kind_(kind) { words_[0] = word; }
  ValueKind kind_ = ValueKind::i32;
  uint64_t words_[2] = {0, 0};  // v128: its bytes in memory order
  Ref ref_;
};

// The value as the command prints it: "-7", "0.5", "nan:0x400000", "i32x4:0x00000001,...", "null",
// "(func)", "(array 3)". Without its type, except for a vector. The thread that uses its store.
String to_string(const Value& value);

}  // namespace nacre

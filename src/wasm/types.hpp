// SPDX-License-Identifier: Apache-2.0
//
// WebAssembly's types as small values.
//
// A ValType is 32 bits: kind, nullability and heap type. A heap type is one of the abstract
// ones or a *canonical* type id of the TypeTable of the module it belongs to (type_table.hpp):
// type indices are replaced by canonical ids when the type section is read, so two types of
// one module are equal exactly when their bits are.
#pragma once

#include <cstdint>

namespace nacre::wasm {

// A canonical type id: an index into a TypeTable.
using TypeId = uint32_t;
inline constexpr TypeId no_type = 0xffffffff;

// While a recursion group is being read, a reference to its k-th member is written
// `rec_type(k)`; TypeTable::add_group replaces these by canonical ids.
inline constexpr TypeId rec_type_base = uint32_t{1} << 22;
constexpr TypeId rec_type(uint32_t k) { return rec_type_base + k; }
constexpr bool is_rec_type(TypeId id) { return id >= rec_type_base; }

enum class Heap : uint8_t {
  func,
  nofunc,
  extern_,
  noextern,
  any,
  eq,
  i31,
  struct_,
  array,
  none,
  exn,
  noexn,
  bot,  // below every heap type; only the validator makes it (an unknown reference)
  count
};

// An abstract heap type or a concrete one.
class HeapType {
 public:
  constexpr HeapType() = default;
  constexpr HeapType(Heap h) : code_(static_cast<uint32_t>(h)) {}
  static constexpr HeapType concrete(TypeId id) { return from_code(id + first_concrete); }
  static constexpr HeapType from_code(uint32_t code) {
    HeapType h;
    h.code_ = code;
    return h;
  }
  constexpr bool is_concrete() const { return code_ >= first_concrete; }
  constexpr bool is_abstract() const { return !is_concrete(); }
  constexpr Heap abstract() const { return static_cast<Heap>(code_); }
  constexpr TypeId type() const { return code_ - first_concrete; }
  constexpr uint32_t code() const { return code_; }
  friend constexpr bool operator==(HeapType, HeapType) = default;

 private:
  static constexpr uint32_t first_concrete = 16;
  uint32_t code_ = 0;
};

enum class Kind : uint8_t {
  bot,  // unknown operand of unreachable code; only the validator makes it
  i32,
  i64,
  f32,
  f64,
  v128,
  ref,
  i8,
  i16,  // packed storage types of struct fields and array elements
};

class ValType {
 public:
  constexpr ValType() = default;
  constexpr ValType(Kind k) : bits_(static_cast<uint32_t>(k)) {}
  static constexpr ValType ref(HeapType h, bool nullable) {
    return from_bits(static_cast<uint32_t>(Kind::ref) | (nullable ? nullable_bit : 0) |
                     (h.code() << 8));
  }
  static constexpr ValType from_bits(uint32_t bits) {
    ValType t;
    t.bits_ = bits;
    return t;
  }
  constexpr uint32_t bits() const { return bits_; }
  constexpr Kind kind() const { return static_cast<Kind>(bits_ & 15); }
  constexpr bool is_ref() const { return kind() == Kind::ref; }
  constexpr bool is_num() const { return kind() >= Kind::i32 && kind() <= Kind::f64; }
  constexpr bool is_vec() const { return kind() == Kind::v128; }
  constexpr bool is_bot() const { return kind() == Kind::bot; }
  constexpr bool is_packed() const { return kind() >= Kind::i8; }
  constexpr bool nullable() const { return (bits_ & nullable_bit) != 0; }
  constexpr HeapType heap() const { return HeapType::from_code(bits_ >> 8); }
  constexpr ValType with_nullable(bool n) const { return ref(heap(), n); }
  // A value of this type can be made from nothing: numbers, vectors, nullable references.
  constexpr bool defaultable() const { return !is_ref() || nullable(); }
  // Packed types widen to i32; all others are themselves.
  constexpr ValType unpacked() const { return is_packed() ? ValType(Kind::i32) : *this; }
  friend constexpr bool operator==(ValType, ValType) = default;

 private:
  friend class FieldType;
  static constexpr uint32_t nullable_bit = 1u << 4;
  uint32_t bits_ = 0;
};

inline constexpr ValType i32_type{Kind::i32}, i64_type{Kind::i64}, f32_type{Kind::f32},
    f64_type{Kind::f64}, v128_type{Kind::v128};
inline constexpr ValType funcref_type = ValType::ref(Heap::func, true);
inline constexpr ValType externref_type = ValType::ref(Heap::extern_, true);
inline constexpr ValType exnref_type = ValType::ref(Heap::exn, true);
inline constexpr ValType anyref_type = ValType::ref(Heap::any, true);

// Storage type and mutability of a struct field or of an array's elements.
class FieldType {
 public:
  constexpr FieldType() = default;
  constexpr FieldType(ValType t, bool is_mutable)
      : bits_(t.bits() | (is_mutable ? mutable_bit : 0)) {}
  static constexpr FieldType from_bits(uint32_t bits) {
    FieldType f;
    f.bits_ = bits;
    return f;
  }
  constexpr uint32_t bits() const { return bits_; }
  constexpr ValType type() const { return ValType::from_bits(bits_ & ~mutable_bit); }
  constexpr bool is_mutable() const { return (bits_ & mutable_bit) != 0; }
  friend constexpr bool operator==(FieldType, FieldType) = default;

 private:
  static constexpr uint32_t mutable_bit = 1u << 5;
  uint32_t bits_ = 0;
};

struct SizeLimits {
  uint64_t min = 0;
  uint64_t max = 0;  // meaningful when has_max
  bool has_max = false;
  bool is64 = false;    // index type i64 (memory64 / table64)
  bool shared = false;  // memories only
  constexpr ValType index_type() const { return is64 ? i64_type : i32_type; }
  friend constexpr bool operator==(const SizeLimits&, const SizeLimits&) = default;
};

struct MemoryType {
  SizeLimits limits;            // in pages
  uint8_t page_size_log2 = 16;  // 16, or 0 with custom page sizes
  constexpr uint64_t page_bytes() const { return uint64_t{1} << page_size_log2; }
  friend constexpr bool operator==(const MemoryType&, const MemoryType&) = default;
};

struct TableType {
  ValType elem;
  SizeLimits limits;  // in entries
  friend constexpr bool operator==(const TableType&, const TableType&) = default;
};

struct GlobalType {
  ValType type;
  bool is_mutable = false;
  friend constexpr bool operator==(GlobalType, GlobalType) = default;
};

struct TagType {
  TypeId type = no_type;  // a function type; results empty unless stack switching
};

}  // namespace nacre::wasm

// SPDX-License-Identifier: Apache-2.0
//
// Types as the embedder sees them: of values, functions, memories, tables, globals and tags.
//
//   nacre::FuncType type{{nacre::ValKind::i32, nacre::ValKind::i32}, {nacre::ValKind::i64}};
//   std::puts(nacre::to_string(type).c_str());   // (func (param i32 i32) (result i64))
//
// All are plain values: copy, compare and keep them as you like. Concrete reference types carry an
// engine-wide number, which means something only to the engine it came from and only while a
// module that defines the type is alive.
#pragma once

#include <cstdint>

#include "nacre/detail/public.hpp"
#include "nacre/list.hpp"
#include "nacre/string.hpp"

namespace NACRE_PUBLIC nacre {

// What a value is, and with `ref` see ValType::heap.
enum class ValKind : uint8_t {
  i32 = 1,
  i64,
  f32,
  f64,
  v128,
  ref,
  i8,
  i16,  // storage types of fields and elements
};

// The abstract heap types, and `concrete` for a type a module defined.
enum class HeapKind : uint8_t {
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
  concrete,
};

// A value type. 8 bytes.
class ValType {
 public:
  // i32.
  constexpr ValType() = default;
  // A number or vector type; ValKind::ref means anyref.
  constexpr ValType(ValKind kind)
      : kind_(kind), heap_(HeapKind::any), nullable_(kind == ValKind::ref) {}
  // A reference to one of the abstract heap types.
  static constexpr ValType ref(HeapKind heap, bool nullable) {
    ValType t(ValKind::ref);
    t.heap_ = heap;
    t.nullable_ = nullable;
    return t;
  }
  // A reference to the engine's type number `id`, as introspection gave it.
  static constexpr ValType ref_to(uint32_t id, bool nullable) {
    ValType t = ref(HeapKind::concrete, nullable);
    t.type_id_ = id;
    return t;
  }
  // The nullable references of the four hierarchies:
  static constexpr ValType funcref() { return ref(HeapKind::func, true); }
  static constexpr ValType externref() { return ref(HeapKind::extern_, true); }
  static constexpr ValType anyref() { return ref(HeapKind::any, true); }
  static constexpr ValType exnref() { return ref(HeapKind::exn, true); }

  // Number, vector, storage type or reference.
  constexpr ValKind kind() const { return kind_; }
  // Whether it is a reference type.
  constexpr bool is_ref() const { return kind_ == ValKind::ref; }
  // Of a reference type: whether null is among its values.
  constexpr bool nullable() const { return nullable_; }
  // Of a reference type: what it refers to.
  constexpr HeapKind heap() const { return heap_; }
  // With heap() == HeapKind::concrete: the engine's number of the type.
  constexpr uint32_t type_id() const { return type_id_; }
  friend constexpr bool operator==(ValType, ValType) = default;

 private:
  ValKind kind_ = ValKind::i32;
  HeapKind heap_ = HeapKind::any;
  bool nullable_ = false;
  uint32_t type_id_ = 0;
};

// A function's type.
struct FuncType {
  List<ValType> params;   // in order
  List<ValType> results;  // in order
  friend bool operator==(const FuncType&, const FuncType&) = default;
};

// A memory's type. Sizes are in pages of `page_size` bytes.
struct MemoryType {
  uint64_t min = 0;            // pages at the start
  uint64_t max = 0;            // pages it may grow to; meaningful when has_max
  bool has_max = false;        // whether its type bounds it
  bool is64 = false;           // 64-bit addresses
  bool shared = false;         // between threads; then has_max too
  uint32_t page_size = 65536;  // bytes; or 1
  friend bool operator==(const MemoryType&, const MemoryType&) = default;
};

// A table's type. Sizes are in entries.
struct TableType {
  ValType elem = ValType::funcref();  // of every entry: a reference type
  uint64_t min = 0;                   // entries at the start
  uint64_t max = 0;                   // entries it may grow to; meaningful when has_max
  bool has_max = false;               // whether its type bounds it
  bool is64 = false;                  // 64-bit indices
  friend bool operator==(const TableType&, const TableType&) = default;
};

// A global's type.
struct GlobalType {
  ValType type;             // of its value
  bool is_mutable = false;  // whether it can be set
  friend bool operator==(const GlobalType&, const GlobalType&) = default;
};

// What can be imported and exported.
enum class ExternKind : uint8_t { func, table, memory, global, tag };

// The type of an import or export; the member named by `kind` is meaningful.
struct ExternType {
  ExternKind kind = ExternKind::func;  // which of the following
  FuncType func;                       // functions; tags (params are the exception's payload)
  TableType table;                     // tables
  MemoryType memory;                   // memories
  GlobalType global;                   // globals
  friend bool operator==(const ExternType&, const ExternType&) = default;
};

// What a module imports.
struct ImportType {
  String module;    // the first of its two names
  String name;      // the second
  ExternType type;  // what fits
};

// What a module exports.
struct ExportType {
  String name;      // under which it is found
  ExternType type;  // what it is
};

// A type in WebAssembly's text format: "i32", "(ref null func)",
// "(func (param i32) (result i64))", "(memory 1 2 shared)". A concrete type is "(ref $n)" with the
// engine's number. Any thread:
String to_string(ValType type);
String to_string(const FuncType& type);
String to_string(const MemoryType& type);
String to_string(const TableType& type);
String to_string(const GlobalType& type);
String to_string(const ExternType& type);

// "func", "table", "memory", "global", "tag". Valid for ever.
const char* to_string(ExternKind kind);

}  // namespace nacre

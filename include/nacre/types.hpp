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
  static constexpr ValType funcref() { return ref(HeapKind::func, true); }
  static constexpr ValType externref() { return ref(HeapKind::extern_, true); }
  static constexpr ValType anyref() { return ref(HeapKind::any, true); }
  static constexpr ValType exnref() { return ref(HeapKind::exn, true); }

  constexpr ValKind kind() const { return kind_; }
  constexpr bool is_ref() const { return kind_ == ValKind::ref; }
  constexpr bool nullable() const { return nullable_; }
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

struct FuncType {
  List<ValType> params;
  List<ValType> results;
  friend bool operator==(const FuncType&, const FuncType&) = default;
};

// In pages of `page_size` bytes.
struct MemoryType {
  uint64_t min = 0;
  uint64_t max = 0;  // meaningful when has_max
  bool has_max = false;
  bool is64 = false;  // 64-bit addresses
  bool shared = false;
  uint32_t page_size = 65536;  // or 1
  friend bool operator==(const MemoryType&, const MemoryType&) = default;
};

// In entries.
struct TableType {
  ValType elem = ValType::funcref();
  uint64_t min = 0;
  uint64_t max = 0;  // meaningful when has_max
  bool has_max = false;
  bool is64 = false;
  friend bool operator==(const TableType&, const TableType&) = default;
};

struct GlobalType {
  ValType type;
  bool is_mutable = false;
  friend bool operator==(const GlobalType&, const GlobalType&) = default;
};

enum class ExternKind : uint8_t { func, table, memory, global, tag };

// The type of an import or export; the member named by `kind` is meaningful.
struct ExternType {
  ExternKind kind = ExternKind::func;
  FuncType func;  // functions; tags (params are the exception's payload)
  TableType table;
  MemoryType memory;
  GlobalType global;
  friend bool operator==(const ExternType&, const ExternType&) = default;
};

struct ImportType {
  String module;
  String name;
  ExternType type;
};

struct ExportType {
  String name;
  ExternType type;
};

// The types in WebAssembly's text format: "i32", "(ref null func)",
// "(func (param i32) (result i64))", "(memory 1 2 shared)". A concrete type is "(ref $n)" with the
// engine's number.
String to_string(ValType type);
String to_string(const FuncType& type);
String to_string(const MemoryType& type);
String to_string(const TableType& type);
String to_string(const GlobalType& type);
String to_string(const ExternType& type);
// "func", "table", "memory", "global", "tag".
const char* to_string(ExternKind kind);

}  // namespace nacre

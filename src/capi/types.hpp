// SPDX-License-Identifier: Apache-2.0
//
// The type objects of wasm.h, and how they come from and go to the C++ API's.
#pragma once

#include "nacre/list.hpp"
#include "nacre/span.hpp"
#include "nacre/types.hpp"
#include "nacre/value.hpp"

#include "capi/headers.hpp"

struct wasm_valtype_t {
  nacre::ValType type;
};

struct wasm_externtype_t {
  const wasm_externkind_t kind;

  explicit wasm_externtype_t(wasm_externkind_t k) : kind(k) {}
  wasm_externtype_t(const wasm_externtype_t&) = default;
  wasm_externtype_t& operator=(const wasm_externtype_t&) = delete;
  virtual ~wasm_externtype_t() = default;
  virtual wasm_externtype_t* clone() const = 0;
  virtual nacre::ExternType type() const = 0;
};

struct wasm_functype_t : wasm_externtype_t {
  static constexpr wasm_externkind_t extern_kind = WASM_EXTERN_FUNC;
  wasm_valtype_vec_t params, results;  // owned

  explicit wasm_functype_t(const nacre::FuncType& type);
  wasm_functype_t(wasm_valtype_vec_t* p, wasm_valtype_vec_t* r);  // takes both over
  wasm_functype_t(const wasm_functype_t&) = delete;
  ~wasm_functype_t() override;
  nacre::FuncType func() const;
  wasm_externtype_t* clone() const override { return new wasm_functype_t(func()); }
  nacre::ExternType type() const override;
};

struct wasm_globaltype_t : wasm_externtype_t {
  static constexpr wasm_externkind_t extern_kind = WASM_EXTERN_GLOBAL;
  wasm_valtype_t content;
  bool is_mutable;

  explicit wasm_globaltype_t(const nacre::GlobalType& t)
      : wasm_externtype_t(extern_kind), content{t.type}, is_mutable(t.is_mutable) {}
  nacre::GlobalType global() const { return {content.type, is_mutable}; }
  wasm_externtype_t* clone() const override { return new wasm_globaltype_t(*this); }
  nacre::ExternType type() const override;
};

struct wasm_tabletype_t : wasm_externtype_t {
  static constexpr wasm_externkind_t extern_kind = WASM_EXTERN_TABLE;
  nacre::TableType table;
  wasm_valtype_t element;
  wasm_limits_t limits;

  explicit wasm_tabletype_t(const nacre::TableType& t);
  wasm_externtype_t* clone() const override { return new wasm_tabletype_t(*this); }
  nacre::ExternType type() const override;
};

struct wasm_memorytype_t : wasm_externtype_t {
  static constexpr wasm_externkind_t extern_kind = WASM_EXTERN_MEMORY;
  nacre::MemoryType memory;
  wasm_limits_t limits;

  explicit wasm_memorytype_t(const nacre::MemoryType& t);
  wasm_externtype_t* clone() const override { return new wasm_memorytype_t(*this); }
  nacre::ExternType type() const override;
};

struct nacre_tagtype_t : wasm_externtype_t {
  static constexpr wasm_externkind_t extern_kind = NACRE_EXTERN_TAG;
  wasm_functype_t func;  // no results

  explicit nacre_tagtype_t(const nacre::FuncType& t) : wasm_externtype_t(extern_kind), func(t) {}
  wasm_externtype_t* clone() const override { return new nacre_tagtype_t(func.func()); }
  nacre::ExternType type() const override;
};

struct wasm_importtype_t {
  wasm_name_t module, name;  // owned
  wasm_externtype_t* type;   // owned
};

struct wasm_exporttype_t {
  wasm_name_t name;         // owned
  wasm_externtype_t* type;  // owned
};

namespace nacre::capi {

wasm_valkind_t kind_of(ValType type);
// Never null.
wasm_externtype_t* make_externtype(const ExternType& type);
wasm_importtype_t* make_importtype(const ImportType& type);
wasm_exporttype_t* make_exporttype(const ExportType& type);
void make_importtypes(Span<const ImportType> types, wasm_importtype_vec_t* out);
List<ValType> to_types(const wasm_valtype_vec_t* types);

}  // namespace nacre::capi

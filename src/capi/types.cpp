// SPDX-License-Identifier: Apache-2.0
#include "capi/types.hpp"

#include "capi/vec.hpp"

namespace nacre::capi {
namespace {

uint32_t clamp32(uint64_t n) { return n > 0xffffffffu ? 0xffffffffu : static_cast<uint32_t>(n); }

template <class T>
wasm_limits_t limits_of(const T& type) {
  return {clamp32(type.min), type.has_max ? clamp32(type.max) : wasm_limits_max_default};
}

template <class T>
void set_limits(T& type, const wasm_limits_t& limits) {
  type.min = limits.min;
  type.has_max = limits.max != wasm_limits_max_default;
  type.max = type.has_max ? limits.max : 0;
}

void make_valtypes(Span<const ValType> types, wasm_valtype_vec_t* out) {
  vec_allocate(out, types.size());
  for (size_t i = 0; i < out->size; ++i) out->data[i] = new wasm_valtype_t{types[i]};
}

// The vector's contents; it is empty afterwards.
template <class Vec>
Vec take(Vec* from) {
  if (from == nullptr) return {0, nullptr};
  const Vec taken = *from;
  *from = {0, nullptr};
  return taken;
}

bool all_there(const wasm_valtype_vec_t* types) {
  for (size_t i = 0; types != nullptr && i < types->size; ++i)
    if (types->data[i] == nullptr) return false;
  return true;
}

template <class T>
T* as_type(wasm_externtype_t* t) {
  return t && t->kind == T::extern_kind ? static_cast<T*>(t) : nullptr;
}
template <class T>
const T* as_type(const wasm_externtype_t* t) {
  return t && t->kind == T::extern_kind ? static_cast<const T*>(t) : nullptr;
}

}  // namespace

wasm_valkind_t kind_of(ValType type) {
  switch (type.kind()) {
    case ValKind::i64:
      return WASM_I64;
    case ValKind::f32:
      return WASM_F32;
    case ValKind::f64:
      return WASM_F64;
    case ValKind::v128:
      return NACRE_V128;
    case ValKind::ref:
      break;
    default:
      return WASM_I32;
  }
  switch (Value::zero(type).ref().kind()) {
    case RefKind::func:
      return WASM_FUNCREF;
    case RefKind::extern_:
      return WASM_EXTERNREF;
    case RefKind::exn:
      return NACRE_EXNREF;
    default:
      return NACRE_ANYREF;
  }
}

List<ValType> to_types(const wasm_valtype_vec_t* types) {
  List<ValType> out;
  if (types == nullptr) return out;
  out.reserve(types->size);
  for (size_t i = 0; i < types->size; ++i)
    out.push_back(types->data[i] ? types->data[i]->type : ValType());
  return out;
}

wasm_externtype_t* make_externtype(const ExternType& type) {
  switch (type.kind) {
    case ExternKind::func:
      return new wasm_functype_t(type.func);
    case ExternKind::table:
      return new wasm_tabletype_t(type.table);
    case ExternKind::memory:
      return new wasm_memorytype_t(type.memory);
    case ExternKind::global:
      return new wasm_globaltype_t(type.global);
    case ExternKind::tag:
      break;
  }
  return new nacre_tagtype_t(type.func);
}

wasm_importtype_t* make_importtype(const ImportType& type) {
  auto* t = new wasm_importtype_t{};
  bytes_assign(&t->module, type.module);
  bytes_assign(&t->name, type.name);
  t->type = make_externtype(type.type);
  return t;
}

wasm_exporttype_t* make_exporttype(const ExportType& type) {
  auto* t = new wasm_exporttype_t{};
  bytes_assign(&t->name, type.name);
  t->type = make_externtype(type.type);
  return t;
}

void make_importtypes(Span<const ImportType> types, wasm_importtype_vec_t* out) {
  vec_allocate(out, types.size());
  for (size_t i = 0; i < out->size; ++i) out->data[i] = make_importtype(types[i]);
}

}  // namespace nacre::capi

using namespace nacre::capi;

wasm_functype_t::wasm_functype_t(const nacre::FuncType& type) : wasm_externtype_t(extern_kind) {
  make_valtypes(type.params, &params);
  make_valtypes(type.results, &results);
}

wasm_functype_t::wasm_functype_t(wasm_valtype_vec_t* p, wasm_valtype_vec_t* r)
    : wasm_externtype_t(extern_kind), params(take(p)), results(take(r)) {}

wasm_functype_t::~wasm_functype_t() {
  wasm_valtype_vec_delete(&params);
  wasm_valtype_vec_delete(&results);
}

nacre::FuncType wasm_functype_t::func() const { return {to_types(&params), to_types(&results)}; }

nacre::ExternType wasm_functype_t::type() const {
  nacre::ExternType t;
  t.kind = nacre::ExternKind::func;
  t.func = func();
  return t;
}

nacre::ExternType wasm_globaltype_t::type() const {
  nacre::ExternType t;
  t.kind = nacre::ExternKind::global;
  t.global = global();
  return t;
}

wasm_tabletype_t::wasm_tabletype_t(const nacre::TableType& t)
    : wasm_externtype_t(extern_kind), table(t), element{t.elem}, limits(limits_of(t)) {}

nacre::ExternType wasm_tabletype_t::type() const {
  nacre::ExternType t;
  t.kind = nacre::ExternKind::table;
  t.table = table;
  return t;
}

wasm_memorytype_t::wasm_memorytype_t(const nacre::MemoryType& t)
    : wasm_externtype_t(extern_kind), memory(t), limits(limits_of(t)) {}

nacre::ExternType wasm_memorytype_t::type() const {
  nacre::ExternType t;
  t.kind = nacre::ExternKind::memory;
  t.memory = memory;
  return t;
}

nacre::ExternType nacre_tagtype_t::type() const {
  nacre::ExternType t;
  t.kind = nacre::ExternKind::tag;
  t.func = func.func();
  return t;
}

extern "C" {

// --- value types

wasm_valtype_t* wasm_valtype_new(wasm_valkind_t kind) {
  using nacre::ValKind;
  using nacre::ValType;
  switch (kind) {
    case WASM_I32:
      return new wasm_valtype_t{ValKind::i32};
    case WASM_I64:
      return new wasm_valtype_t{ValKind::i64};
    case WASM_F32:
      return new wasm_valtype_t{ValKind::f32};
    case WASM_F64:
      return new wasm_valtype_t{ValKind::f64};
    case NACRE_V128:
      return new wasm_valtype_t{ValKind::v128};
    case WASM_EXTERNREF:
      return new wasm_valtype_t{ValType::externref()};
    case WASM_FUNCREF:
      return new wasm_valtype_t{ValType::funcref()};
    case NACRE_ANYREF:
      return new wasm_valtype_t{ValType::anyref()};
    case NACRE_EXNREF:
      return new wasm_valtype_t{ValType::exnref()};
    default:
      return nullptr;
  }
}

wasm_valkind_t wasm_valtype_kind(const wasm_valtype_t* t) { return kind_of(t->type); }
void wasm_valtype_delete(wasm_valtype_t* t) { delete t; }
wasm_valtype_t* wasm_valtype_copy(const wasm_valtype_t* t) {
  return t ? new wasm_valtype_t(*t) : nullptr;
}

wasm_valtype_t* nacre_valtype_new_ref(nacre_heap_t heap, bool nullable) {
  if (heap >= NACRE_HEAP_CONCRETE) return nullptr;
  return new wasm_valtype_t{nacre::ValType::ref(static_cast<nacre::HeapKind>(heap), nullable)};
}
nacre_heap_t nacre_valtype_heap(const wasm_valtype_t* t) {
  return static_cast<nacre_heap_t>(t->type.heap());
}
bool nacre_valtype_nullable(const wasm_valtype_t* t) { return t->type.nullable(); }
uint32_t nacre_valtype_type_id(const wasm_valtype_t* t) { return t->type.type_id(); }
bool nacre_valtype_same(const wasm_valtype_t* a, const wasm_valtype_t* b) {
  return a->type == b->type;
}
void nacre_valtype_text(const wasm_valtype_t* t, wasm_message_t* out) {
  const nacre::String text = to_string(t->type);
  vec_assign(out, text.size() + 1, text.c_str());
}
void nacre_externtype_text(const wasm_externtype_t* t, wasm_message_t* out) {
  const nacre::String text = to_string(t->type());
  vec_assign(out, text.size() + 1, text.c_str());
}

// --- function types

wasm_functype_t* wasm_functype_new(wasm_valtype_vec_t* params, wasm_valtype_vec_t* results) {
  if (!all_there(params) || !all_there(results)) {
    if (params) wasm_valtype_vec_delete(params);
    if (results) wasm_valtype_vec_delete(results);
    return nullptr;
  }
  return new wasm_functype_t(params, results);
}
const wasm_valtype_vec_t* wasm_functype_params(const wasm_functype_t* t) { return &t->params; }
const wasm_valtype_vec_t* wasm_functype_results(const wasm_functype_t* t) { return &t->results; }

// --- global types

wasm_globaltype_t* wasm_globaltype_new(wasm_valtype_t* content, wasm_mutability_t mutability) {
  if (content == nullptr) return nullptr;
  auto* t = new wasm_globaltype_t({content->type, mutability == WASM_VAR});
  delete content;
  return t;
}
const wasm_valtype_t* wasm_globaltype_content(const wasm_globaltype_t* t) { return &t->content; }
wasm_mutability_t wasm_globaltype_mutability(const wasm_globaltype_t* t) {
  return t->is_mutable ? WASM_VAR : WASM_CONST;
}

// --- table types

wasm_tabletype_t* wasm_tabletype_new(wasm_valtype_t* element, const wasm_limits_t* limits) {
  if (element == nullptr) return nullptr;
  nacre::TableType table;
  table.elem = element->type;
  set_limits(table, *limits);
  delete element;
  return new wasm_tabletype_t(table);
}
const wasm_valtype_t* wasm_tabletype_element(const wasm_tabletype_t* t) { return &t->element; }
const wasm_limits_t* wasm_tabletype_limits(const wasm_tabletype_t* t) { return &t->limits; }

wasm_tabletype_t* nacre_tabletype_new(wasm_valtype_t* element, uint64_t min, uint64_t max,
                                      uint32_t flags) {
  if (element == nullptr) return nullptr;
  if ((flags & ~NACRE_TYPE_64) != 0) {
    delete element;
    return nullptr;
  }
  nacre::TableType table;
  table.elem = element->type;
  table.min = min;
  table.has_max = max != NACRE_NO_MAX;
  table.max = table.has_max ? max : 0;
  table.is64 = (flags & NACRE_TYPE_64) != 0;
  delete element;
  return new wasm_tabletype_t(table);
}
uint64_t nacre_tabletype_min(const wasm_tabletype_t* t) { return t->table.min; }
uint64_t nacre_tabletype_max(const wasm_tabletype_t* t) {
  return t->table.has_max ? t->table.max : NACRE_NO_MAX;
}
uint32_t nacre_tabletype_flags(const wasm_tabletype_t* t) {
  return t->table.is64 ? NACRE_TYPE_64 : 0u;
}

// --- memory types

wasm_memorytype_t* wasm_memorytype_new(const wasm_limits_t* limits) {
  nacre::MemoryType memory;
  set_limits(memory, *limits);
  return new wasm_memorytype_t(memory);
}
const wasm_limits_t* wasm_memorytype_limits(const wasm_memorytype_t* t) { return &t->limits; }

wasm_memorytype_t* nacre_memorytype_new(uint64_t min, uint64_t max, uint32_t flags,
                                        uint32_t page_size) {
  if ((flags & ~(NACRE_TYPE_64 | NACRE_TYPE_SHARED)) != 0) return nullptr;
  nacre::MemoryType memory;
  memory.min = min;
  memory.has_max = max != NACRE_NO_MAX;
  memory.max = memory.has_max ? max : 0;
  memory.is64 = (flags & NACRE_TYPE_64) != 0;
  memory.shared = (flags & NACRE_TYPE_SHARED) != 0;
  memory.page_size = page_size;
  return new wasm_memorytype_t(memory);
}
uint64_t nacre_memorytype_min(const wasm_memorytype_t* t) { return t->memory.min; }
uint64_t nacre_memorytype_max(const wasm_memorytype_t* t) {
  return t->memory.has_max ? t->memory.max : NACRE_NO_MAX;
}
uint32_t nacre_memorytype_flags(const wasm_memorytype_t* t) {
  return (t->memory.is64 ? NACRE_TYPE_64 : 0u) | (t->memory.shared ? NACRE_TYPE_SHARED : 0u);
}
uint32_t nacre_memorytype_page_size(const wasm_memorytype_t* t) { return t->memory.page_size; }

// --- tag types

nacre_tagtype_t* nacre_tagtype_new(wasm_valtype_vec_t* params) {
  const bool whole = all_there(params);
  const nacre::FuncType func{to_types(params), {}};
  if (params) wasm_valtype_vec_delete(params);
  if (!whole) return nullptr;
  return new nacre_tagtype_t(func);
}
const wasm_valtype_vec_t* nacre_tagtype_params(const nacre_tagtype_t* t) { return &t->func.params; }
void nacre_tagtype_delete(nacre_tagtype_t* t) { delete t; }
nacre_tagtype_t* nacre_tagtype_copy(const nacre_tagtype_t* t) {
  return t ? new nacre_tagtype_t(t->func.func()) : nullptr;
}
wasm_externtype_t* nacre_tagtype_as_externtype(nacre_tagtype_t* t) { return t; }
const wasm_externtype_t* nacre_tagtype_as_externtype_const(const nacre_tagtype_t* t) { return t; }
nacre_tagtype_t* nacre_externtype_as_tagtype(wasm_externtype_t* t) {
  return as_type<nacre_tagtype_t>(t);
}
const nacre_tagtype_t* nacre_externtype_as_tagtype_const(const wasm_externtype_t* t) {
  return as_type<nacre_tagtype_t>(t);
}

// --- external types: casts, copies, deletion

wasm_externkind_t wasm_externtype_kind(const wasm_externtype_t* t) { return t->kind; }
void wasm_externtype_delete(wasm_externtype_t* t) { delete t; }
wasm_externtype_t* wasm_externtype_copy(const wasm_externtype_t* t) {
  return t ? t->clone() : nullptr;
}

#define NACRE_EXTERN_TYPE(name)                                                          \
  void wasm_##name##_delete(wasm_##name##_t* t) { delete t; }                            \
  wasm_##name##_t* wasm_##name##_copy(const wasm_##name##_t* t) {                        \
    return t ? static_cast<wasm_##name##_t*>(t->clone()) : nullptr;                      \
  }                                                                                      \
  wasm_externtype_t* wasm_##name##_as_externtype(wasm_##name##_t* t) { return t; }       \
  const wasm_externtype_t* wasm_##name##_as_externtype_const(const wasm_##name##_t* t) { \
    return t;                                                                            \
  }                                                                                      \
  wasm_##name##_t* wasm_externtype_as_##name(wasm_externtype_t* t) {                     \
    return as_type<wasm_##name##_t>(t);                                                  \
  }                                                                                      \
  const wasm_##name##_t* wasm_externtype_as_##name##_const(const wasm_externtype_t* t) { \
    return as_type<wasm_##name##_t>(t);                                                  \
  }
NACRE_EXTERN_TYPE(functype)
NACRE_EXTERN_TYPE(globaltype)
NACRE_EXTERN_TYPE(tabletype)
NACRE_EXTERN_TYPE(memorytype)
#undef NACRE_EXTERN_TYPE

// --- import and export types

wasm_importtype_t* wasm_importtype_new(wasm_name_t* module, wasm_name_t* name,
                                       wasm_externtype_t* type) {
  return new wasm_importtype_t{take(module), take(name), type};
}
const wasm_name_t* wasm_importtype_module(const wasm_importtype_t* t) { return &t->module; }
const wasm_name_t* wasm_importtype_name(const wasm_importtype_t* t) { return &t->name; }
const wasm_externtype_t* wasm_importtype_type(const wasm_importtype_t* t) { return t->type; }
void wasm_importtype_delete(wasm_importtype_t* t) {
  if (t == nullptr) return;
  wasm_name_delete(&t->module);
  wasm_name_delete(&t->name);
  delete t->type;
  delete t;
}
wasm_importtype_t* wasm_importtype_copy(const wasm_importtype_t* t) {
  if (t == nullptr) return nullptr;
  auto* c = new wasm_importtype_t{};
  wasm_name_copy(&c->module, &t->module);
  wasm_name_copy(&c->name, &t->name);
  c->type = wasm_externtype_copy(t->type);
  return c;
}

wasm_exporttype_t* wasm_exporttype_new(wasm_name_t* name, wasm_externtype_t* type) {
  return new wasm_exporttype_t{take(name), type};
}
const wasm_name_t* wasm_exporttype_name(const wasm_exporttype_t* t) { return &t->name; }
const wasm_externtype_t* wasm_exporttype_type(const wasm_exporttype_t* t) { return t->type; }
void wasm_exporttype_delete(wasm_exporttype_t* t) {
  if (t == nullptr) return;
  wasm_name_delete(&t->name);
  delete t->type;
  delete t;
}
wasm_exporttype_t* wasm_exporttype_copy(const wasm_exporttype_t* t) {
  if (t == nullptr) return nullptr;
  auto* c = new wasm_exporttype_t{};
  wasm_name_copy(&c->name, &t->name);
  c->type = wasm_externtype_copy(t->type);
  return c;
}

// --- vectors

void wasm_byte_vec_new_empty(wasm_byte_vec_t* out) { vec_allocate(out, 0); }
void wasm_byte_vec_new_uninitialized(wasm_byte_vec_t* out, size_t size) { vec_allocate(out, size); }
void wasm_byte_vec_new(wasm_byte_vec_t* out, size_t size, const wasm_byte_t data[]) {
  vec_assign(out, size, data);
}
void wasm_byte_vec_copy(wasm_byte_vec_t* out, const wasm_byte_vec_t* from) {
  vec_assign(out, from->size, from->data);
}
void wasm_byte_vec_delete(wasm_byte_vec_t* vec) {
  vec_destroy(vec, [](wasm_byte_t) {});
}

NACRE_POINTER_VEC(valtype)
NACRE_POINTER_VEC(functype)
NACRE_POINTER_VEC(globaltype)
NACRE_POINTER_VEC(tabletype)
NACRE_POINTER_VEC(memorytype)
NACRE_POINTER_VEC(externtype)
NACRE_POINTER_VEC(importtype)
NACRE_POINTER_VEC(exporttype)

}  // extern "C"

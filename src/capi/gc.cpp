// SPDX-License-Identifier: Apache-2.0
//
// Types of structs and arrays, and objects of them.
#include "nacre/gc.hpp"

#include "capi/error.hpp"
#include "capi/types.hpp"
#include "capi/values.hpp"
#include "capi/vec.hpp"

struct nacre_deftype_t {
  nacre::DefinedType type;
  std::vector<nacre::FieldType> fields;
  std::vector<wasm_valtype_t> types;  // of the fields

  explicit nacre_deftype_t(const nacre::DefinedType& t) : type(t) {
    for (const nacre::FieldType& f : t.fields()) {
      fields.push_back(f);
      types.push_back({f.type});
    }
  }
};

namespace nacre::capi {
namespace {

bool is_packed(ValType t) { return t.kind() == ValKind::i8 || t.kind() == ValKind::i16; }

// Of what is no field's type one whose type is not a field's either.
FieldType to_field(const nacre_field_t& f) {
  FieldType out;
  out.is_mutable = f.is_mutable;
  if (f.packed_bits == 8) out.type = ValKind::i8;
  else if (f.packed_bits == 16) out.type = ValKind::i16;
  else if (f.type != nullptr && f.packed_bits == 0) out.type = f.type->type;
  else out.type = ValType::ref_to(~uint32_t{0}, true);
  return out;
}

nacre_error_t* made_type(Result<DefinedType>&& type, nacre_deftype_t** out) {
  *out = type ? new nacre_deftype_t(*type) : nullptr;
  return error_of(std::move(type));
}

nacre_deftype_t* wrap_type(const DefinedType& type) {
  return type ? new nacre_deftype_t(type) : nullptr;
}

nacre_error_t* made_object(wasm_store_t* store, Result<AnyRef>&& ref, wasm_ref_t** out) {
  *out = ref ? new ObjectHandle(store, *ref) : nullptr;
  return error_of(std::move(ref));
}

Result<Value> field_value(wasm_store_t& store, const FieldType& field, const wasm_val_t& value) {
  return to_value(store, is_packed(field.type) ? ValType(ValKind::i32) : field.type, value);
}

nacre_error_t* refused(Error&& error, wasm_ref_t** out) {
  *out = nullptr;
  return make_error_object(std::move(error));
}

// The object behind a handle; null for other handles.
const Ref* object_of(const wasm_ref_t* r) {
  return r && r->ref_class == RefClass::object ? &static_cast<const ObjectHandle*>(r)->ref
                                               : nullptr;
}

nacre_error_t* no_array() {
  return make_error_object(make_error(ErrorKind::invalid_argument, "the reference is no array"));
}

nacre_error_t* gone(wasm_ref_t** out) {
  *out = nullptr;
  return make_error_object(detail::store_gone());
}

}  // namespace
}  // namespace nacre::capi

using namespace nacre::capi;

extern "C" {

nacre_error_t* nacre_deftype_new_struct(wasm_engine_t* engine, const nacre_field_t fields[],
                                        size_t count, nacre_deftype_t** out) {
  std::vector<nacre::FieldType> list;
  for (size_t i = 0; i < count; ++i) list.push_back(to_field(fields[i]));
  return made_type(nacre::DefinedType::structure(engine->engine, list), out);
}

nacre_error_t* nacre_deftype_new_array(wasm_engine_t* engine, const nacre_field_t* element,
                                       nacre_deftype_t** out) {
  return made_type(nacre::DefinedType::array(engine->engine, to_field(*element)), out);
}

nacre_error_t* nacre_deftype_new_group(wasm_engine_t* engine, const nacre_typedef_t types[],
                                       size_t count, nacre_deftype_t* out[]) {
  std::vector<nacre::TypeDefinition> group(count);
  for (size_t i = 0; i < count; ++i) {
    const nacre_typedef_t& from = types[i];
    nacre::TypeDefinition& to = group[i];
    out[i] = nullptr;
    to.kind = static_cast<nacre::TypeKind>(from.kind);
    to.is_final = from.is_final;
    for (size_t k = 0; k < from.field_count; ++k) to.fields.push_back(to_field(from.fields[k]));
    if (from.func != nullptr) to.func = from.func->func();
    if (from.supertype != nullptr) to.supertype = from.supertype->type.id();
    else if (from.supertype_member != 0)
      to.supertype = nacre::DefinedType::member(from.supertype_member - 1);
  }
  nacre::Result<nacre::List<nacre::DefinedType>> made =
      nacre::DefinedType::group(engine->engine, group);
  for (size_t i = 0; made && i < count; ++i) out[i] = new nacre_deftype_t((*made)[i]);
  return error_of(std::move(made));
}

wasm_valtype_t* nacre_valtype_new_member(uint32_t member, bool nullable) {
  return new wasm_valtype_t{nacre::ValType::ref_to(nacre::DefinedType::member(member), nullable)};
}

nacre_deftype_t* nacre_module_type(const wasm_module_t* m, uint32_t index) {
  const std::optional<nacre::DefinedType> type = m->module.type(index);
  return type ? new nacre_deftype_t(*type) : nullptr;
}

nacre_deftype_t* nacre_ref_deftype(const wasm_ref_t* r) {
  if (r == nullptr) return nullptr;
  if (const auto* func = as<wasm_func_t>(r))
    return wrap_type(nacre::DefinedType::of(nacre::Value(func->item.func()).ref()));
  const nacre::Ref* const ref = object_of(r);
  return ref ? wrap_type(nacre::DefinedType::of(*ref)) : nullptr;
}

nacre_deftype_t* nacre_valtype_deftype(wasm_engine_t* engine, const wasm_valtype_t* type) {
  nacre::Result<nacre::DefinedType> t = nacre::DefinedType::of(engine->engine, type->type);
  return t ? new nacre_deftype_t(*t) : nullptr;
}

void nacre_deftype_delete(nacre_deftype_t* t) { delete t; }
nacre_deftype_t* nacre_deftype_copy(const nacre_deftype_t* t) {
  return t ? new nacre_deftype_t(*t) : nullptr;
}
bool nacre_deftype_same(const nacre_deftype_t* a, const nacre_deftype_t* b) {
  return a->type.same(b->type);
}
bool nacre_deftype_is_subtype(const nacre_deftype_t* a, const nacre_deftype_t* b) {
  return a->type.is_subtype_of(b->type);
}
nacre_deftype_t* nacre_deftype_supertype(const nacre_deftype_t* t) {
  return wrap_type(t->type.supertype());
}
nacre_typekind_t nacre_deftype_kind(const nacre_deftype_t* t) {
  return static_cast<nacre_typekind_t>(t->type.kind());
}
size_t nacre_deftype_field_count(const nacre_deftype_t* t) { return t->fields.size(); }

bool nacre_deftype_field(const nacre_deftype_t* t, size_t index, nacre_field_t* out) {
  *out = nacre_field_t{};
  if (index >= t->fields.size()) return false;
  const nacre::FieldType& f = t->fields[index];
  out->is_mutable = f.is_mutable;
  if (!is_packed(f.type)) out->type = &t->types[index];
  else out->packed_bits = f.type.kind() == nacre::ValKind::i8 ? 8 : 16;
  return true;
}

wasm_valtype_t* nacre_deftype_valtype(const nacre_deftype_t* t, bool nullable) {
  return new wasm_valtype_t{t->type.ref(nullable)};
}

void nacre_deftype_text(const nacre_deftype_t* t, wasm_message_t* out) {
  const nacre::String text = to_string(t->type);
  vec_assign(out, text.size() + 1, text.c_str());
}

// --- objects

nacre_error_t* nacre_ref_new_struct(wasm_store_t* store, const nacre_deftype_t* type,
                                    const wasm_val_vec_t* fields, wasm_ref_t** out) {
  if (store->live() == nullptr) return gone(out);
  if (fields == nullptr)
    return made_object(store, nacre::new_struct_default(context(*store), type->type), out);
  std::vector<nacre::Value> values;
  for (size_t i = 0; i < fields->size && i < type->fields.size(); ++i) {
    nacre::Result<nacre::Value> v = field_value(*store, type->fields[i], fields->data[i]);
    if (!v) return refused(std::move(v.error()), out);
    values.push_back(std::move(*v));
  }
  values.resize(fields->size);
  return made_object(store, nacre::new_struct(context(*store), type->type, values), out);
}

nacre_error_t* nacre_ref_new_array(wasm_store_t* store, const nacre_deftype_t* type,
                                   uint32_t length, const wasm_val_t* init, wasm_ref_t** out) {
  if (store->live() == nullptr) return gone(out);
  if (init == nullptr)
    return made_object(store, nacre::new_array_default(context(*store), type->type, length), out);
  nacre::Result<nacre::Value> value = nacre::Value();
  if (!type->fields.empty()) value = field_value(*store, type->fields[0], *init);
  if (!value) return refused(std::move(value.error()), out);
  return made_object(store, nacre::new_array(context(*store), type->type, length, *value), out);
}

nacre_error_t* nacre_ref_new_array_of(wasm_store_t* store, const nacre_deftype_t* type,
                                      const wasm_val_vec_t* elements, wasm_ref_t** out) {
  if (store->live() == nullptr) return gone(out);
  std::vector<nacre::Value> values(elements->size);
  for (size_t i = 0; i < elements->size && !type->fields.empty(); ++i) {
    nacre::Result<nacre::Value> v = field_value(*store, type->fields[0], elements->data[i]);
    if (!v) return refused(std::move(v.error()), out);
    values[i] = std::move(*v);
  }
  return made_object(store, nacre::new_array_of(context(*store), type->type, values), out);
}

nacre_error_t* nacre_ref_new_array_bytes(wasm_store_t* store, const nacre_deftype_t* type,
                                         const void* bytes, size_t size, wasm_ref_t** out) {
  if (store->live() == nullptr) return gone(out);
  return made_object(store,
                     nacre::new_array_bytes(context(*store), type->type,
                                            {static_cast<const uint8_t*>(bytes), size}),
                     out);
}

nacre_error_t* nacre_ref_get_signed(const wasm_ref_t* r, uint32_t index, wasm_val_t* out) {
  const nacre::Ref* const ref = object_of(r);
  if (ref == nullptr) return nacre_ref_get(r, index, out);  // which says why not
  nacre::Result<nacre::Value> v = ref->get_signed(index);
  *out = v ? from_value(r->store.get(), *v) : wasm_val_t{};
  return error_of(std::move(v));
}

nacre_error_t* nacre_ref_read_bytes(const wasm_ref_t* r, uint32_t index, void* to, size_t size) {
  const nacre::Ref* const ref = object_of(r);
  if (ref == nullptr) return no_array();
  return error_of(ref->read_bytes(index, {static_cast<uint8_t*>(to), size}));
}

nacre_error_t* nacre_ref_write_bytes(wasm_ref_t* r, uint32_t index, const void* from, size_t size) {
  const nacre::Ref* const ref = object_of(r);
  if (ref == nullptr) return no_array();
  return error_of(ref->write_bytes(index, {static_cast<const uint8_t*>(from), size}));
}

bool nacre_ref_matches(const wasm_ref_t* r, const wasm_valtype_t* type) {
  using nacre::RefKind;
  const nacre::ValType t = type->type;
  if (!t.is_ref()) return false;
  if (r == nullptr) return t.nullable();
  if (const auto* func = as<wasm_func_t>(r)) {
    if (nacre::Value(func->item.func()).ref().matches(t)) return true;
  } else if (const nacre::Ref* const ref = object_of(r)) {
    return ref->matches(t);
  }
  return t.heap() == nacre::HeapKind::extern_ && r->store->live() != nullptr;
}

}  // extern "C"

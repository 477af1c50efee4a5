// SPDX-License-Identifier: Apache-2.0
//
// Modules and instances.
#include "capi/error.hpp"
#include "capi/types.hpp"
#include "capi/vec.hpp"

namespace nacre::capi {
namespace {

Span<const uint8_t> bytes_of(const wasm_byte_vec_t& v) {
  return {reinterpret_cast<const uint8_t*>(v.data), v.size};
}

nacre_error_t* made(Result<Module>&& module, wasm_module_t** out) {
  *out = module ? new wasm_module_t(nullptr, *module) : nullptr;
  return error_of(std::move(module));
}

wasm_module_t* make_module(wasm_store_t* store, Span<const uint8_t> bytes) {
  detail::StoreData* s = store->live();
  if (s == nullptr) return nullptr;
  Result<Module> module = Module::compile(s->engine, bytes);
  if (module) return new wasm_module_t(store, *module);
  remember(*store, std::move(module.error()));
  return nullptr;
}

template <class T>
T* export_as(const wasm_instance_t* i, const char* name) {
  const auto item = i->instance.find(name);
  if (!item) return nullptr;
  wasm_extern_t* handle = wrap(i->store.get(), *item);
  T* const wanted = as<T>(handle);
  if (wanted == nullptr) delete handle;
  return wanted;
}

}  // namespace
}  // namespace nacre::capi

using namespace nacre::capi;

extern "C" {

wasm_module_t* wasm_module_new(wasm_store_t* store, const wasm_byte_vec_t* binary) {
  return make_module(store, bytes_of(*binary));
}

bool wasm_module_validate(wasm_store_t* store, const wasm_byte_vec_t* binary) {
  nacre::detail::StoreData* s = store->live();
  if (s == nullptr) return false;
  nacre::Result<void> valid = nacre::Module::validate(s->engine, bytes_of(*binary));
  if (!valid) remember(*store, std::move(valid.error()));
  return valid.has_value();
}

void wasm_module_imports(const wasm_module_t* m, wasm_importtype_vec_t* out) {
  make_importtypes(m->module.imports(), out);
}

void wasm_module_exports(const wasm_module_t* m, wasm_exporttype_vec_t* out) {
  const auto exports = m->module.exports();
  vec_allocate(out, exports.size());
  for (size_t i = 0; i < out->size; ++i) out->data[i] = make_exporttype(exports[i]);
}

void wasm_module_serialize(const wasm_module_t* m, wasm_byte_vec_t* out) {
  bytes_assign(out, m->module.bytes());
}
wasm_module_t* wasm_module_deserialize(wasm_store_t* store, const wasm_byte_vec_t* bytes) {
  return make_module(store, bytes_of(*bytes));
}

wasm_shared_module_t* wasm_module_share(const wasm_module_t* m) {
  return new wasm_shared_module_t{m->module};
}
void wasm_shared_module_delete(wasm_shared_module_t* m) { delete m; }
wasm_module_t* wasm_module_obtain(wasm_store_t* store, const wasm_shared_module_t* shared) {
  nacre::detail::StoreData* s = store->live();
  if (s == nullptr || !shared->module.engine().same(s->engine)) return nullptr;
  return new wasm_module_t(store, shared->module);
}

nacre_error_t* nacre_module_new(wasm_engine_t* engine, const void* bytes, size_t size,
                                wasm_module_t** out) {
  return made(nacre::Module::compile(engine->engine, {static_cast<const uint8_t*>(bytes), size}),
              out);
}
nacre_error_t* nacre_module_new_from_file(wasm_engine_t* engine, const char* path,
                                          wasm_module_t** out) {
  return made(nacre::Module::from_file(engine->engine, path), out);
}
nacre_error_t* nacre_module_validate(wasm_engine_t* engine, const void* bytes, size_t size) {
  return error_of(
      nacre::Module::validate(engine->engine, {static_cast<const uint8_t*>(bytes), size}));
}

// --- introspection

void nacre_module_name(const wasm_module_t* m, wasm_name_t* out) {
  bytes_assign(out, m->module.name());
}
void nacre_module_func_name(const wasm_module_t* m, uint32_t func_index, wasm_name_t* out) {
  bytes_assign(out, m->module.func_name(func_index));
}

void nacre_module_item_name(const wasm_module_t* m, nacre_name_kind_t kind, uint32_t index,
                            wasm_name_t* out) {
  static_assert(NACRE_NAME_TAG == static_cast<int>(nacre::NameKind::tag));
  bytes_assign(out, kind > NACRE_NAME_TAG
                        ? nacre::String()
                        : m->module.name(static_cast<nacre::NameKind>(kind), index));
}
void nacre_module_local_name(const wasm_module_t* m, uint32_t func_index, uint32_t local_index,
                             wasm_name_t* out) {
  bytes_assign(out, m->module.local_name(func_index, local_index));
}
void nacre_module_field_name(const wasm_module_t* m, uint32_t type_index, uint32_t field_index,
                             wasm_name_t* out) {
  bytes_assign(out, m->module.field_name(type_index, field_index));
}

size_t nacre_module_count(const wasm_module_t* m, nacre_module_part_t part) {
  switch (part) {
    case NACRE_PART_TYPES:
      return m->module.num_types();
    case NACRE_PART_FUNCTIONS:
      return m->module.num_functions();
    case NACRE_PART_TABLES:
      return m->module.num_tables();
    case NACRE_PART_MEMORIES:
      return m->module.num_memories();
    case NACRE_PART_GLOBALS:
      return m->module.num_globals();
    case NACRE_PART_TAGS:
      return m->module.num_tags();
    case NACRE_PART_CUSTOM_SECTIONS:
      return m->module.data()->module().customs.size();
    default:
      return 0;
  }
}

bool nacre_module_has_start(const wasm_module_t* m) { return m->module.has_start(); }
uint32_t nacre_module_features(const wasm_module_t* m) { return m->module.features_needed().bits; }

const uint8_t* nacre_module_bytes(const wasm_module_t* m, size_t* size) {
  const auto bytes = m->module.bytes();
  *size = bytes.size();
  return bytes.data();
}

bool nacre_module_custom_section(const wasm_module_t* m, size_t index, const char** name,
                                 size_t* name_size, const uint8_t** bytes, size_t* size) {
  const auto& customs = m->module.data()->module().customs;
  const bool there = index < customs.size();
  *name = there ? customs[index].name.data() : nullptr;
  *name_size = there ? customs[index].name.size() : 0;
  *bytes = there ? customs[index].bytes.data() : nullptr;
  *size = there ? customs[index].bytes.size() : 0;
  return there;
}

// --- instances

wasm_instance_t* wasm_instance_new(wasm_store_t* store, const wasm_module_t* module,
                                   const wasm_extern_vec_t* imports, wasm_trap_t** trap) {
  if (trap) *trap = nullptr;
  if (store->live() == nullptr) return nullptr;
  const CallGuard guard(*store);
  std::vector<nacre::Extern> items;
  for (size_t i = 0; imports != nullptr && i < imports->size; ++i)
    items.push_back(imports->data[i] ? imports->data[i]->item : nacre::Extern());
  nacre::Result<nacre::Instance> made =
      nacre::Instance::create(context(*store), module->module, items);
  if (made) return new wasm_instance_t(store, *made);
  nacre_error_t error = failed_instantiation(module->module, std::move(made.error()));
  remember(*store, nacre::Error(error.error));
  if (trap) *trap = make_trap(*store, std::move(error));
  return nullptr;
}

void wasm_instance_exports(const wasm_instance_t* i, wasm_extern_vec_t* out) {
  const auto exports = i->instance.exports();
  vec_allocate(out, exports.size());
  for (size_t n = 0; n < out->size; ++n) out->data[n] = wrap(i->store.get(), exports[n].item);
}

wasm_extern_t* nacre_instance_export(const wasm_instance_t* i, const char* name) {
  const auto item = i->instance.find(name);
  return item ? wrap(i->store.get(), *item) : nullptr;
}
wasm_func_t* nacre_instance_func(const wasm_instance_t* i, const char* name) {
  return export_as<wasm_func_t>(i, name);
}
wasm_memory_t* nacre_instance_memory(const wasm_instance_t* i, const char* name) {
  return export_as<wasm_memory_t>(i, name);
}
wasm_table_t* nacre_instance_table(const wasm_instance_t* i, const char* name) {
  return export_as<wasm_table_t>(i, name);
}
wasm_global_t* nacre_instance_global(const wasm_instance_t* i, const char* name) {
  return export_as<wasm_global_t>(i, name);
}
wasm_module_t* nacre_instance_module(const wasm_instance_t* i) {
  return i->store->live() ? new wasm_module_t(i->store.get(), i->instance.module()) : nullptr;
}

}  // extern "C"

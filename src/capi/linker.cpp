// SPDX-License-Identifier: Apache-2.0
#include "capi/linker.hpp"

#include "api/linker_data.hpp"
#include "capi/error.hpp"
#include "capi/host_func.hpp"
#include "capi/types.hpp"

namespace nacre::capi {
namespace {

nacre_error_t* define(nacre_linker_t& l, const char* module, const char* name,
                      const wasm_functype_t& type, std::unique_ptr<HostFunc> func) {
  const FuncType public_type = type.func();
  detail::LinkerData& data = *l.linker.data();
  detail::define_host(data, module, name, host_function(public_type, std::move(func)));
  detail::HostDefinition& definition = *data.find(module, name)->host;
  if (complete(definition)) return nullptr;
  return make_error_object(Error(definition.unusable));
}

}  // namespace
}  // namespace nacre::capi

using namespace nacre::capi;

extern "C" {

nacre_linker_t* nacre_linker_new(wasm_engine_t* engine) {
  return new nacre_linker_t{nacre::Linker(engine->engine)};
}
void nacre_linker_delete(nacre_linker_t* l) { delete l; }

nacre_error_t* nacre_linker_define_func(nacre_linker_t* l, const char* module, const char* name,
                                        const wasm_functype_t* type, nacre_callback_t callback,
                                        void* env, void (*finalizer)(void*)) {
  auto f = std::make_unique<HostFunc>(env, finalizer);
  f->with_caller = callback;
  return define(*l, module, name, *type, std::move(f));
}

nacre_error_t* nacre_linker_define_func_unchecked(nacre_linker_t* l, const char* module,
                                                  const char* name, const wasm_functype_t* type,
                                                  nacre_unchecked_callback_t callback, void* env,
                                                  void (*finalizer)(void*)) {
  auto f = std::make_unique<HostFunc>(env, finalizer);
  f->unchecked = callback;
  return define(*l, module, name, *type, std::move(f));
}

void nacre_linker_define(nacre_linker_t* l, const char* module, const char* name,
                         const wasm_extern_t* item) {
  l->linker.define(module, name, item->item);
}
void nacre_linker_define_instance(nacre_linker_t* l, const char* module,
                                  const wasm_instance_t* instance) {
  l->linker.instance(module, instance->instance);
}
void nacre_linker_alias(nacre_linker_t* l, const char* module, const char* alias) {
  l->linker.alias(module, alias);
}
void nacre_linker_remove_name(nacre_linker_t* l, const char* module, const char* name) {
  l->linker.remove(module, name);
}
void nacre_linker_remove(nacre_linker_t* l, const char* module) { l->linker.remove(module); }
bool nacre_linker_has(const nacre_linker_t* l, const char* module, const char* name) {
  return l->linker.has(module, name);
}
void nacre_linker_missing(const nacre_linker_t* l, const wasm_module_t* module,
                          wasm_importtype_vec_t* out) {
  make_importtypes(l->linker.missing(module->module), out);
}

nacre_error_t* nacre_linker_instantiate(const nacre_linker_t* l, wasm_store_t* store,
                                        const wasm_module_t* module, wasm_instance_t** out) {
  *out = nullptr;
  if (store->live() == nullptr) return make_error_object(nacre::detail::store_gone());
  const CallGuard guard(*store);
  nacre::Result<nacre::Instance> made = l->linker.instantiate(context(*store), module->module);
  if (!made)
    return new nacre_error_t(failed_instantiation(module->module, std::move(made.error())));
  *out = new wasm_instance_t(store, *made);
  return nullptr;
}

}  // extern "C"

// SPDX-License-Identifier: Apache-2.0
//
// The steps that make things: engines, stores, modules, host functions, linkers, instances.
#include "api_c_world.hpp"

namespace nacre::fuzz::c {

void World::new_engine() {
  wasm_config_t* const c = wasm_config_new();
  const uint8_t b = in_.byte();
  nacre_config_set_engine(c, b & 1 ? NACRE_ENGINE_BASELINE : NACRE_ENGINE_INTERPRETER);
  nacre_config_set_signals(c, b & 2);
  nacre_config_set_fuel(c, (b & 12) == 4);
  nacre_config_set_interruptible(c, (b & 12) == 8);
  nacre_config_set_eager(c, b & 64);
  nacre_config_set_compile_threads(c, 1);
  nacre_config_set_limit(c, NACRE_LIMIT_MEMORY, 1 << 20);
  nacre_config_set_limit(c, NACRE_LIMIT_TABLE_ENTRIES, 100);
  nacre_config_set_limit(c, NACRE_LIMIT_MEMORIES, 12);
  nacre_config_set_limit(c, NACRE_LIMIT_TABLES, 12);
  nacre_config_set_limit(c, NACRE_LIMIT_INSTANCES, 12);
  nacre_config_set_limit(c, NACRE_LIMIT_STACK, 64 << 10);
  nacre_config_set_limit(c, NACRE_LIMIT_HOST_DEPTH, 12);
  nacre_config_set_limit(c, NACRE_LIMIT_GC_HEAP, 1 << 20);
  wasm_engine_t* const e = wasm_engine_new_with_config(c);
  engines_.put(nacre_engine_copy(e), in_);
  (void)good(nacre_engine_check(e));
  wasm_engine_delete(e);
}

void World::new_store() {
  Owned<wasm_store_t> made = new_owned_store();
  if (in_.rarely()) {
    const nacre_store_limit_t limits[] = {{static_cast<nacre_limit_t>(in_.below(10)), in_.number()},
                                          {static_cast<nacre_limit_t>(in_.below(8)), in_.number()}};
    const Owned<wasm_engine_t> e = engines_.pick(in_);
    if (wasm_store_t* const s = nacre_store_new(e.get(), limits, in_.below(3)))
      made.reset(s, wasm_store_delete);
  }
  nacre_store_set_fuel(made.get(), in_.number());
  std::swap(stores_[in_.below(4)], made);
}

void World::end_store() {
  const Owned<wasm_store_t> end = std::move(stores_[in_.below(4)]);
  stores_[0].swap(stores_[in_.below(4)]);
}

void World::new_module() {
  std::vector<uint8_t> bytes = module_bytes();
  wasm_byte_vec_t vec{bytes.size(), reinterpret_cast<char*>(bytes.data())};
  wasm_module_t* made = nullptr;
  switch (in_.below(5)) {
    case 0:
      made = wasm_module_new(store(), &vec);
      break;
    case 1:
      (void)wasm_module_validate(store(), &vec);
      break;
    case 2:
      if (const auto shared = shared_modules_.pick(in_))
        made = wasm_module_obtain(store(), shared.get());
      break;
    default:
      (void)good(nacre_module_new(engines_.pick(in_).get(), bytes.data(), bytes.size(), &made));
  }
  modules_.put(made, in_);
}

void World::use_module() {
  const Owned<wasm_module_t> m = modules_.pick(in_);
  if (!m) return;
  switch (in_.below(6)) {
    case 0:
      return shared_modules_.put(wasm_module_share(m.get()), in_);
    case 1: {
      wasm_exporttype_vec_t exports;
      wasm_module_exports(m.get(), &exports);
      wasm_exporttype_vec_t copy;
      wasm_exporttype_vec_copy(&copy, &exports);
      wasm_exporttype_vec_delete(&exports);
      wasm_exporttype_vec_delete(&copy);
      return;
    }
    case 2: {
      wasm_importtype_vec_t imports;
      wasm_module_imports(m.get(), &imports);
      wasm_importtype_vec_delete(&imports);
      return;
    }
    case 3: {
      wasm_byte_vec_t bytes;
      wasm_module_serialize(m.get(), &bytes);
      modules_.put(wasm_module_deserialize(store(), &bytes), in_);
      wasm_byte_vec_delete(&bytes);
      return;
    }
    case 4:
      if (wasm_module_get_host_info(m.get()) == nullptr)  // one that is replaced is not finalized
        wasm_module_set_host_info_with_finalizer(m.get(), new_env(), end_env);
      return;
    default:
      (void)nacre_module_count(m.get(), in_.below(8));
      modules_.put(wasm_module_copy(m.get()), in_);
  }
}

void World::new_func() {
  wasm_functype_t* t = func_type();
  wasm_store_t* const s = store();
  switch (in_.below(4)) {
    case 0:
      funcs_.put(wasm_func_new(s, t, plain), in_);
      break;
    case 1: {
      void* const env = new_env();
      wasm_func_t* const f = wasm_func_new_with_env(s, t, with_env, env, end_env);
      funcs_.put(f, in_);
      break;
    }
    case 2:
      funcs_.put(nacre_func_new(s, t, with_caller, nullptr, nullptr), in_);
      break;
    default:
      wasm_functype_delete(t);
      t = wasm_functype_new_1_1(wasm_valtype_new_i32(), wasm_valtype_new_i32());
      funcs_.put(nacre_func_new_unchecked(s, t, with_slots, new_env(), end_env), in_);
  }
  wasm_functype_delete(t);
}

void World::use_linker() {
  const Owned<nacre_linker_t> l = linkers_.pick(in_);
  if (!l || in_.rarely()) {
    const Owned<wasm_engine_t> e = engines_.pick(in_);
    return linkers_.put(nacre_linker_new(e.get()), in_);
  }
  const char* const module = in_.rarely() ? "other" : "env";
  const Owned<wasm_extern_t> item = externs_.pick(in_);
  const Owned<wasm_instance_t> instance = instances_.pick(in_);
  wasm_functype_t* t = func_type();
  switch (in_.below(8)) {
    case 0:
      (void)good(
          nacre_linker_define_func(l.get(), module, name(), t, with_caller, new_env(), end_env));
      break;
    case 1:
    case 2:
      wasm_functype_delete(t);
      t = wasm_functype_new_1_1(wasm_valtype_new_i32(), wasm_valtype_new_i32());
      (void)good(nacre_linker_define_func_unchecked(l.get(), module, "call", t, with_slots, nullptr,
                                                    nullptr));
      break;
    case 3:
      if (item) nacre_linker_define(l.get(), module, name(), item.get());
      break;
    case 4:
      if (instance) nacre_linker_define_instance(l.get(), module, instance.get());
      break;
    case 5:
      nacre_linker_alias(l.get(), module, in_.flip() ? "other" : "env");
      break;
    case 6:
      if (in_.rarely()) nacre_linker_remove(l.get(), module);
      break;
    default:
      (void)nacre_linker_has(l.get(), module, name());
      if (const Owned<wasm_module_t> m = modules_.pick(in_)) {
        wasm_importtype_vec_t missing;
        nacre_linker_missing(l.get(), m.get(), &missing);
        wasm_importtype_vec_delete(&missing);
      }
  }
  wasm_functype_delete(t);
}

void World::instantiate() {
  const Owned<wasm_module_t> m = modules_.pick(in_);
  if (!m) return new_module();
  wasm_store_t* const s = store();
  wasm_instance_t* made = nullptr;
  if (const Owned<nacre_linker_t> l = linkers_.pick(in_); l && in_.below(4) != 0) {
    (void)good(nacre_linker_instantiate(l.get(), s, m.get(), &made));
  } else {
    wasm_importtype_vec_t wanted;
    wasm_module_imports(m.get(), &wanted);
    std::vector<Owned<wasm_extern_t>> held;
    std::vector<wasm_extern_t*> given;
    for (size_t i = 0; i < wanted.size; ++i) {
      Owned<wasm_extern_t> e = externs_.pick(in_);
      const Owned<wasm_func_t> f = funcs_.pick(in_);
      if (f && in_.flip())
        e.reset(wasm_func_as_extern(wasm_func_copy(f.get())), wasm_extern_delete);
      given.push_back(e.get());
      held.push_back(std::move(e));
    }
    wasm_importtype_vec_delete(&wanted);
    if (in_.rarely()) given.push_back(nullptr);
    wasm_extern_vec_t imports{given.size(), given.data()};
    wasm_trap_t* trap = nullptr;
    const bool ask = in_.flip();
    made = wasm_instance_new(s, m.get(), &imports, ask ? &trap : nullptr);
    if (made != nullptr && trap != nullptr) std::abort();
    (void)good(trap);
  }
  if (made == nullptr) return;
  wasm_extern_vec_t exports;
  wasm_instance_exports(made, &exports);
  for (size_t i = 0; i < exports.size; ++i) keep(wasm_extern_copy(exports.data[i]));
  wasm_extern_vec_delete(&exports);
  instances_.put(made, in_);
}

}  // namespace nacre::fuzz::c

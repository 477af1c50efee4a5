// SPDX-License-Identifier: Apache-2.0
//
// The bytes are a program over the C API, as in fuzz_api: handles of every kind are made, copied,
// cast, used with this and that store, and deleted in any order, before and after their store,
// also inside callbacks. Ownership is kept as wasm.h says, everything else is anyone's guess.
#include <array>
#include <memory>
#include <utility>
#include <vector>

#include <nacre.h>

#include "api_modules.hpp"

namespace {

using nacre::fuzz::Choices;

// An owned object, deleted with its last owner here: a callback may drop what its caller uses.
template <class T>
using Owned = std::shared_ptr<T>;

template <class T>
class Pool {
 public:
  explicit Pool(void (*destroy)(T*)) : destroy_(destroy) {}
  void put(T* item, Choices& in) {
    if (item == nullptr) return;
    Owned<T> owned(item, destroy_);
    if (items_.size() < 12) items_.push_back(std::move(owned));
    else std::swap(items_[in.below(12)], owned);
  }
  // Null without any.
  Owned<T> pick(Choices& in) const {
    return items_.empty() ? nullptr : items_[in.below(static_cast<uint32_t>(items_.size()))];
  }
  void drop(Choices& in) {
    if (items_.empty()) return;
    const size_t i = in.below(static_cast<uint32_t>(items_.size()));
    const Owned<T> old = std::move(items_[i]);
    items_.erase(items_.begin() + static_cast<ptrdiff_t>(i));
  }
  void clear() {
    const auto old = std::move(items_);
    items_.clear();
  }

 private:
  void (*destroy_)(T*);
  std::vector<Owned<T>> items_;
};

class World;
World* world = nullptr;  // what callbacks go on with

class World {
 public:
  explicit World(Choices in) : in_(in) { world = this; }
  ~World() {
    stores_ = {};
    world = nullptr;
  }
  void run() {
    new_engine();
    new_store();
    for (int n = 0; n < 300 && !in_.over(); ++n) step();
  }

  wasm_trap_t* callback(wasm_store_t* store, const wasm_val_vec_t* args, wasm_val_vec_t* results);
  wasm_trap_t* slots_callback(nacre_caller_t* caller, uint64_t slots[]);
  void look(nacre_caller_t* caller);

 private:
  void step();
  void nested() {
    if (depth_ >= 4) return;
    ++depth_;
    for (uint32_t n = in_.below(4); n > 0; --n) step();
    --depth_;
  }

  void new_engine();
  void new_store();
  void end_store();
  void new_module();
  void use_module();
  void instantiate();
  void use_instance();
  void new_func();
  void call();
  void call_unchecked();
  void use_memory();
  void use_table();
  void use_global();
  void use_tag();
  void use_ref();
  void use_trap();
  void use_store();
  void use_linker();
  void drop();

  // --- choices
  // The store lives as long as it is in its place; callbacks may end it.
  wasm_store_t* store() {
    Owned<wasm_store_t>& s = stores_[in_.below(4)];
    if (!s) s = new_owned_store();
    return s.get();
  }
  Owned<wasm_store_t> new_owned_store() {
    const Owned<wasm_engine_t> e = engines_.pick(in_);
    return Owned<wasm_store_t>(wasm_store_new(e.get()), wasm_store_delete);
  }
  const char* name() {
    constexpr const char* names[] = {"call", "ref",     "raw",    "memory", "table", "counter",
                                     "tag",  "objects", "object", "add",    "wide",  "nothing"};
    return names[in_.below(std::size(names))];
  }
  wasm_valtype_t* type();
  wasm_functype_t* func_type();
  wasm_val_t value(const wasm_valtype_t* type);
  void values(const wasm_valtype_vec_t* types, wasm_val_vec_t* out);
  // Takes the value over.
  void keep(wasm_val_t v) {
    if (wasm_valkind_is_ref(v.kind)) refs_.put(v.of.ref, in_);
    else wasm_val_delete(&v);
  }
  void keep(wasm_extern_t* e);
  bool good(nacre_error_t* e);
  bool good(wasm_trap_t* t) {
    if (t == nullptr) return true;
    traps_.put(t, in_);
    return false;
  }

  Choices in_;
  int depth_ = 0;
  Pool<wasm_engine_t> engines_{wasm_engine_delete};
  std::array<Owned<wasm_store_t>, 4> stores_;
  Pool<wasm_module_t> modules_{wasm_module_delete};
  Pool<wasm_shared_module_t> shared_modules_{wasm_shared_module_delete};
  Pool<wasm_instance_t> instances_{wasm_instance_delete};
  Pool<wasm_func_t> funcs_{wasm_func_delete};
  Pool<wasm_memory_t> memories_{wasm_memory_delete};
  Pool<wasm_table_t> tables_{wasm_table_delete};
  Pool<wasm_global_t> globals_{wasm_global_delete};
  Pool<nacre_tag_t> tags_{nacre_tag_delete};
  Pool<wasm_extern_t> externs_{wasm_extern_delete};
  Pool<wasm_ref_t> refs_{wasm_ref_delete};
  Pool<wasm_trap_t> traps_{wasm_trap_delete};
  Pool<wasm_frame_t> frames_{wasm_frame_delete};
  Pool<nacre_error_t> errors_{nacre_error_delete};
  Pool<nacre_linker_t> linkers_{nacre_linker_delete};
  Pool<nacre_shared_memory_t> shared_{nacre_shared_memory_delete};
  Pool<nacre_interrupt_t> interrupts_{nacre_interrupt_delete};
};

// ----------------------------------------------------------------------------------- callbacks

wasm_trap_t* plain(const wasm_val_vec_t* args, wasm_val_vec_t* results) {
  return world->callback(nullptr, args, results);
}
wasm_trap_t* with_env(void* env, const wasm_val_vec_t* args, wasm_val_vec_t* results) {
  if (env == nullptr) std::abort();
  return world->callback(nullptr, args, results);
}
wasm_trap_t* with_caller(void*, nacre_caller_t* caller, const wasm_val_vec_t* args,
                         wasm_val_vec_t* results) {
  world->look(caller);
  return world->callback(nacre_caller_store(caller), args, results);
}
wasm_trap_t* with_slots(void*, nacre_caller_t* caller, uint64_t slots[]) {
  return world->slots_callback(caller, slots);
}

// Finalizers run exactly once: the block is theirs.
void* new_env() { return new int(7); }
void end_env(void* env) {
  if (*static_cast<int*>(env) != 7) std::abort();
  delete static_cast<int*>(env);
}

wasm_trap_t* World::callback(wasm_store_t* store, const wasm_val_vec_t* args,
                             wasm_val_vec_t* results) {
  for (size_t i = 0; i < args->size; ++i) {
    wasm_val_t copy;
    wasm_val_copy(&copy, &args->data[i]);
    keep(copy);
  }
  nested();
  for (size_t i = 0; i < results->size; ++i) {
    if (i < args->size && in_.flip()) {
      wasm_val_copy(&results->data[i], &args->data[i]);
    } else {
      wasm_valtype_t* const t = type();
      results->data[i] = value(t);
      wasm_valtype_delete(t);
    }
  }
  if (!in_.rarely()) return nullptr;
  const Owned<wasm_trap_t> old = traps_.pick(in_);
  if (old && in_.flip()) return wasm_trap_copy(old.get());
  if (store == nullptr) return nullptr;
  const Owned<nacre_tag_t> tag = tags_.pick(in_);
  if (tag && in_.flip()) {
    nacre_tagtype_t* const t = nacre_tag_type(tag.get());
    wasm_val_vec_t payload;
    values(nacre_tagtype_params(t), &payload);
    wasm_trap_t* const thrown = nacre_exception_new(store, tag.get(), &payload);
    wasm_val_vec_delete(&payload);
    nacre_tagtype_delete(t);
    return thrown;
  }
  return in_.flip() ? nacre_trap_new(store, "callback") : nacre_trap_new_exit(store, 3);
}

// Of type i32 -> i32.
wasm_trap_t* World::slots_callback(nacre_caller_t* caller, uint64_t slots[]) {
  look(caller);
  nested();
  slots[0] = static_cast<uint32_t>(slots[0] + 1);
  return in_.rarely() ? nacre_trap_new(nacre_caller_store(caller), "slots") : nullptr;
}

void World::look(nacre_caller_t* caller) {
  size_t size = 0;
  switch (in_.below(7)) {
    case 0:
      if (uint8_t* const all = nacre_caller_memory(caller, &size); size > 0) all[size - 1] = 1;
      return;
    case 1:
      if (uint8_t* const some = nacre_caller_bytes(caller, in_.number(), 4)) some[3] = 1;
      return;
    case 2:
      return keep(nacre_caller_export(caller, name()));
    case 3:
      return instances_.put(nacre_caller_instance(caller), in_);
    case 4: {
      wasm_frame_vec_t frames;
      nacre_caller_trace(caller, in_.below(4), &frames);
      for (size_t i = 0; i < frames.size; ++i) frames_.put(wasm_frame_copy(frames.data[i]), in_);
      wasm_frame_vec_delete(&frames);
      return;
    }
    default:
      (void)nacre_caller_should_stop(caller);
  }
}

// ------------------------------------------------------------------------------------- choices

wasm_valtype_t* World::type() {
  constexpr wasm_valkind_t kinds[] = {WASM_I32,     WASM_I64,       WASM_F32,
                                      WASM_F64,     WASM_EXTERNREF, WASM_FUNCREF,
                                      NACRE_ANYREF, NACRE_EXNREF,   NACRE_V128};
  const uint8_t b = in_.byte();
  if (b < 200) return wasm_valtype_new(kinds[b % std::size(kinds)]);
  return nacre_valtype_new_ref(static_cast<nacre_heap_t>(b % NACRE_HEAP_CONCRETE), b & 1);
}

wasm_functype_t* World::func_type() {
  wasm_valtype_vec_t params, results;
  switch (in_.below(5)) {
    case 0:
    case 1:
      return wasm_functype_new_1_1(wasm_valtype_new_i32(), wasm_valtype_new_i32());
    case 2:
      return wasm_functype_new_2_1(wasm_valtype_new_externref(), wasm_valtype_new_funcref(),
                                   nacre_valtype_new_ref(NACRE_HEAP_ANY, true));
    case 3:
      return wasm_functype_new_3_2(
          wasm_valtype_new_i64(), nacre_valtype_new_ref(NACRE_HEAP_ANY, true),
          wasm_valtype_new(NACRE_V128), wasm_valtype_new_f64(), wasm_valtype_new_externref());
    default:
      wasm_valtype_vec_new_uninitialized(&params, in_.below(4));
      for (size_t i = 0; i < params.size; ++i) params.data[i] = type();
      wasm_valtype_vec_new_uninitialized(&results, in_.below(3));
      for (size_t i = 0; i < results.size; ++i) results.data[i] = type();
      return wasm_functype_new(&params, &results);
  }
}

// Mostly of the type. Owned by the caller.
wasm_val_t World::value(const wasm_valtype_t* type) {
  wasm_val_t v{};
  v.kind = in_.rarely() ? WASM_I64 : wasm_valtype_kind(type);
  const uint64_t n = in_.number();
  if (v.kind == NACRE_V128) {
    uint8_t bytes[16] = {1, 2, in_.byte()};
    if (in_.flip()) nacre_val_new_v128(&v, bytes);
  } else if (wasm_valkind_is_num(v.kind)) {
    v.of.i64 = static_cast<int64_t>(n);
  } else if (n % 4 != 0) {
    const Owned<wasm_ref_t> ref = refs_.pick(in_);
    const Owned<wasm_func_t> func = funcs_.pick(in_);
    const Owned<wasm_module_t> module = modules_.pick(in_);
    if (v.kind == WASM_FUNCREF && func && n % 4 != 1)
      v.of.ref = wasm_func_as_ref(wasm_func_copy(func.get()));
    else if (module && in_.rarely()) v.of.ref = wasm_module_as_ref(wasm_module_copy(module.get()));
    else if (ref) v.of.ref = wasm_ref_copy(ref.get());
  }
  return v;
}

void World::values(const wasm_valtype_vec_t* types, wasm_val_vec_t* out) {
  wasm_val_vec_new_uninitialized(out, types->size);
  for (size_t i = 0; i < out->size; ++i) out->data[i] = value(types->data[i]);
}

void World::keep(wasm_extern_t* e) {
  if (e == nullptr) return;
  const Owned<wasm_extern_t> owned(e, wasm_extern_delete);
  wasm_externtype_t* const t = wasm_extern_type(e);
  wasm_message_t text;
  nacre_externtype_text(t, &text);
  wasm_byte_vec_delete(&text);
  wasm_externtype_delete(t);
  externs_.put(wasm_extern_copy(e), in_);
  if (wasm_func_t* const f = wasm_extern_as_func(e)) funcs_.put(wasm_func_copy(f), in_);
  if (wasm_memory_t* const m = wasm_extern_as_memory(e)) memories_.put(wasm_memory_copy(m), in_);
  if (wasm_table_t* const t2 = wasm_extern_as_table(e)) tables_.put(wasm_table_copy(t2), in_);
  if (wasm_global_t* const g = wasm_extern_as_global(e)) globals_.put(wasm_global_copy(g), in_);
  if (nacre_tag_t* const t2 = nacre_extern_as_tag(e)) tags_.put(nacre_tag_copy(t2), in_);
}

bool World::good(nacre_error_t* e) {
  if (e == nullptr) return true;
  if (nacre_error_message(e)[0] == 0) std::abort();
  errors_.put(e, in_);
  return false;
}

// -------------------------------------------------------------------------------------- making

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
  std::vector<uint8_t> bytes = nacre::fuzz::module_binaries()[in_.below(nacre::fuzz::num_modules)];
  if (in_.rarely()) bytes[in_.number() % bytes.size()] = in_.byte();
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

// --------------------------------------------------------------------------------------- using

void World::use_instance() {
  const Owned<wasm_instance_t> i = instances_.pick(in_);
  if (!i) return;
  switch (in_.below(7)) {
    case 0:
      return keep(nacre_instance_export(i.get(), name()));
    case 1:
      return funcs_.put(nacre_instance_func(i.get(), name()), in_);
    case 2:
      return memories_.put(nacre_instance_memory(i.get(), name()), in_);
    case 3:
      return tables_.put(nacre_instance_table(i.get(), name()), in_);
    case 4:
      return globals_.put(nacre_instance_global(i.get(), name()), in_);
    case 5:
      return modules_.put(nacre_instance_module(i.get()), in_);
    default:
      refs_.put(wasm_instance_as_ref(wasm_instance_copy(i.get())), in_);
  }
}

void World::call() {
  const Owned<wasm_func_t> f = funcs_.pick(in_);
  if (!f) return;
  wasm_functype_t* const t = wasm_func_type(f.get());
  wasm_val_vec_t args, results;
  values(wasm_functype_params(t), &args);
  wasm_val_vec_new_uninitialized(&results, wasm_func_result_arity(f.get()));
  wasm_functype_delete(t);
  if (good(wasm_func_call(f.get(), &args, &results)))
    for (size_t i = 0; i < results.size; ++i) keep(std::exchange(results.data[i], wasm_val_t{}));
  wasm_val_vec_delete(&args);
  wasm_val_vec_delete(&results);
}

// Only numbers: references must be right.
void World::call_unchecked() {
  const Owned<wasm_func_t> f = funcs_.pick(in_);
  if (!f) return;
  wasm_functype_t* const t = wasm_func_type(f.get());
  bool plain_numbers = true;
  const wasm_valtype_vec_t* const params = wasm_functype_params(t);
  for (size_t i = 0; i < params->size; ++i)
    plain_numbers &= wasm_valtype_kind(params->data[i]) < NACRE_V128;
  const size_t n = nacre_func_slots(f.get());
  if (plain_numbers) {
    std::vector<uint64_t> slots(n + 1);
    for (size_t i = 0; i < params->size; ++i)
      slots[i] = wasm_valtype_kind(params->data[i]) % 2 == 0 ? static_cast<uint32_t>(in_.number())
                                                             : in_.number();
    (void)good(nacre_func_call_unchecked(f.get(), slots.data()));
  }
  wasm_functype_delete(t);
}

void World::use_memory() {
  const Owned<wasm_memory_t> m = memories_.pick(in_);
  const uint64_t at = in_.number();
  uint64_t word = 5;
  if (!m || in_.rarely()) {
    wasm_memorytype_t* const t =
        nacre_memorytype_new(in_.number(), in_.flip() ? NACRE_NO_MAX : in_.number(), in_.below(4),
                             in_.flip() ? 65536 : 1);
    memories_.put(wasm_memory_new(store(), t), in_);
    wasm_memorytype_delete(t);
    return;
  }
  switch (in_.below(8)) {
    case 0:
      (void)nacre_memory_read(m.get(), at, &word, sizeof word);
      return;
    case 1:
      (void)nacre_memory_write(m.get(), at, &word, sizeof word);
      return;
    case 2:
      (void)good(nacre_memory_grow(m.get(), in_.number(), in_.flip() ? &word : nullptr));
      return;
    case 3:
      (void)wasm_memory_grow(m.get(), static_cast<uint32_t>(in_.number()));
      (void)wasm_memory_size(m.get());
      return;
    case 4:
      if (const size_t n = wasm_memory_data_size(m.get())) wasm_memory_data(m.get())[n - 1] = 1;
      return;
    case 5:
      return shared_.put(nacre_memory_share(m.get()), in_);
    case 6:
      if (const auto shared = shared_.pick(in_))
        memories_.put(nacre_memory_attach(store(), shared.get()), in_);
      return;
    default:
      keep(wasm_memory_as_extern(wasm_memory_copy(m.get())));
  }
}

void World::use_table() {
  const Owned<wasm_table_t> t = tables_.pick(in_);
  const Owned<wasm_ref_t> ref = refs_.pick(in_);
  const auto at = static_cast<uint32_t>(in_.number());
  if (!t || in_.rarely()) {
    wasm_tabletype_t* const wanted = nacre_tabletype_new(
        type(), in_.byte(), in_.flip() ? NACRE_NO_MAX : in_.number(), in_.below(2));
    tables_.put(wasm_table_new(store(), wanted, ref.get()), in_);
    wasm_tabletype_delete(wanted);
    return;
  }
  wasm_tabletype_t* const type = wasm_table_type(t.get());
  wasm_val_t v = value(wasm_tabletype_element(type));
  wasm_tabletype_delete(type);
  switch (in_.below(7)) {
    case 0:
      refs_.put(wasm_table_get(t.get(), at), in_);
      break;
    case 1:
      (void)wasm_table_set(t.get(), at, ref.get());
      break;
    case 2:
      (void)wasm_table_grow(t.get(), at, ref.get());
      break;
    case 3: {
      wasm_val_t got;
      if (good(nacre_table_get(t.get(), at, &got))) keep(got);
      break;
    }
    case 4:
      (void)good(nacre_table_set(t.get(), at, &v));
      break;
    case 5:
      (void)good(nacre_table_grow(t.get(), at, &v, nullptr));
      break;
    default:
      (void)wasm_table_size(t.get());
      keep(wasm_table_as_extern(wasm_table_copy(t.get())));
  }
  wasm_val_delete(&v);
}

void World::use_global() {
  const Owned<wasm_global_t> g = globals_.pick(in_);
  if (!g || in_.rarely()) {
    wasm_globaltype_t* const t = wasm_globaltype_new(type(), in_.below(2));
    wasm_val_t v = value(wasm_globaltype_content(t));
    globals_.put(wasm_global_new(store(), t, &v), in_);
    wasm_val_delete(&v);
    wasm_globaltype_delete(t);
    return;
  }
  wasm_val_t v;
  wasm_global_get(g.get(), &v);
  keep(v);
  wasm_globaltype_t* const t = wasm_global_type(g.get());
  v = value(wasm_globaltype_content(t));
  wasm_globaltype_delete(t);
  if (in_.flip()) wasm_global_set(g.get(), &v);
  else (void)good(nacre_global_set(g.get(), &v));
  wasm_val_delete(&v);
}

void World::use_tag() {
  const Owned<nacre_tag_t> old = tags_.pick(in_);
  if (old && in_.flip()) {
    nacre_tagtype_delete(nacre_tag_type(old.get()));
    return keep(nacre_tag_as_extern(nacre_tag_copy(old.get())));
  }
  wasm_valtype_vec_t params;
  wasm_valtype_vec_new_uninitialized(&params, in_.below(4));
  for (size_t i = 0; i < params.size; ++i) params.data[i] = type();
  nacre_tagtype_t* const t = nacre_tagtype_new(&params);
  tags_.put(nacre_tag_new(store(), t), in_);
  nacre_tagtype_delete(t);
}

void World::use_ref() {
  const Owned<wasm_ref_t> r = refs_.pick(in_);
  wasm_store_t* const s = store();
  switch (in_.below(11)) {
    case 0:
      if (wasm_foreign_t* const f = wasm_foreign_new(s)) {
        if (in_.flip()) wasm_foreign_set_host_info_with_finalizer(f, new_env(), end_env);
        refs_.put(wasm_foreign_as_ref(f), in_);
      }
      return;
    case 1:
      return refs_.put(nacre_ref_new_i31(s, in_.byte()), in_);
    case 2:
      (void)nacre_ref_shape(r.get());
      return;
    case 3: {
      int32_t n = 0;
      (void)nacre_ref_i31(r.get(), &n);
      return;
    }
    case 4: {
      wasm_val_t v;
      if (good(nacre_ref_get(r.get(), in_.byte(), &v))) keep(v);
      return;
    }
    case 5: {
      wasm_valtype_t* const t = type();
      wasm_val_t v = value(t);
      wasm_valtype_delete(t);
      if (r) (void)good(nacre_ref_set(r.get(), in_.byte(), &v));
      wasm_val_delete(&v);
      return;
    }
    case 6: {
      const uint64_t raw = nacre_ref_to_raw(s, r.get());
      if (!r || raw == 0) return;
      if (wasm_func_t* const f = wasm_ref_as_func(r.get()))
        return refs_.put(nacre_ref_from_raw(s, f ? WASM_FUNCREF : WASM_EXTERNREF, raw), in_);
      return;
    }
    case 7:
      if (r) tags_.put(nacre_exception_tag(r.get()), in_);
      return;
    case 8:
      if (const auto other = refs_.pick(in_); r && other) (void)wasm_ref_same(r.get(), other.get());
      return;
    case 9:
      if (!r) return;
      if (const wasm_func_t* const f = wasm_ref_as_func_const(r.get()))
        funcs_.put(wasm_func_copy(f), in_);
      if (const wasm_extern_t* const e = wasm_ref_as_extern_const(r.get()))
        externs_.put(wasm_extern_copy(e), in_);
      if (const wasm_trap_t* const t = wasm_ref_as_trap_const(r.get()))
        traps_.put(wasm_trap_copy(t), in_);
      if (const wasm_instance_t* const i = wasm_ref_as_instance_const(r.get()))
        instances_.put(wasm_instance_copy(i), in_);
      return;
    default:
      if (!r) return;
      (void)wasm_ref_get_host_info(r.get());
      (void)nacre_ref_length(r.get());
      refs_.put(wasm_ref_copy(r.get()), in_);
  }
}

void World::use_trap() {
  const Owned<wasm_trap_t> t = traps_.pick(in_);
  const Owned<nacre_error_t> e = errors_.pick(in_);
  wasm_message_t text;
  switch (in_.below(9)) {
    case 0: {
      wasm_name_new_from_string_nt(&text, "made");
      traps_.put(wasm_trap_new(store(), &text), in_);
      wasm_byte_vec_delete(&text);
      return;
    }
    case 1:
      if (!t) return;
      wasm_trap_message(t.get(), &text);
      wasm_byte_vec_delete(&text);
      return;
    case 2:
      if (t) frames_.put(wasm_trap_origin(t.get()), in_);
      return;
    case 3: {
      if (!t) return;
      wasm_frame_vec_t frames;
      wasm_trap_trace(t.get(), &frames);
      for (size_t i = 0; i < frames.size && i < 4; ++i)
        frames_.put(wasm_frame_copy(frames.data[i]), in_);
      wasm_frame_vec_delete(&frames);
      return;
    }
    case 4:
      if (!t) return;
      refs_.put(nacre_trap_exception(t.get()), in_);
      refs_.put(wasm_trap_as_ref(wasm_trap_copy(t.get())), in_);
      return;
    case 5:
      if (!e) return;
      nacre_error_text(e.get(), in_.below(4), &text);
      wasm_byte_vec_delete(&text);
      return;
    case 6:
      if (!t) return;
      nacre_error_text(nacre_trap_error(t.get()), in_.below(4), &text);
      wasm_byte_vec_delete(&text);
      return;
    case 7:
      traps_.put(
          nacre_trap_new_error(store(), nacre_module_validate(engines_.pick(in_).get(), "", 0)),
          in_);
      return;
    default:
      if (const Owned<wasm_frame_t> f = frames_.pick(in_)) {
        if (wasm_instance_t* const i = wasm_frame_instance(f.get()))
          instances_.put(wasm_instance_copy(i), in_);
        (void)nacre_frame_func_name(f.get());
        (void)nacre_frame_source_count(f.get());
        (void)wasm_frame_func_offset(f.get());
      }
  }
}

void World::use_store() {
  wasm_store_t* const s = store();
  const Owned<nacre_interrupt_t> i = interrupts_.pick(in_);
  switch (in_.below(7)) {
    case 0:
      return nacre_store_gc(s);
    case 1:
      return nacre_store_set_fuel(s, in_.number());
    case 2:
      return nacre_store_set_timeout(s, 1'000'000 + in_.number());
    case 3:
      return interrupts_.put(nacre_interrupt_new(s), in_);
    case 4:
      if (i) nacre_interrupt_request(i.get());
      return;
    case 5:
      if (i) nacre_interrupt_clear(i.get());
      return;
    default:
      if (const nacre_error_t* const e = nacre_store_last_error(s))
        if (nacre_error_message(e)[0] == 0) std::abort();
      (void)nacre_store_gc_used(s);
  }
}

void World::drop() {
  switch (in_.below(15)) {
    case 0:
      return modules_.drop(in_);
    case 1:
      return shared_modules_.drop(in_);
    case 2:
      return instances_.drop(in_);
    case 3:
      return funcs_.drop(in_);
    case 4:
      return memories_.drop(in_);
    case 5:
      return tables_.drop(in_);
    case 6:
      return globals_.drop(in_);
    case 7:
      return tags_.drop(in_);
    case 8:
      return externs_.drop(in_);
    case 9:
      return refs_.drop(in_);
    case 10:
      return traps_.drop(in_);
    case 11:
      return frames_.drop(in_);
    case 12:
      return linkers_.drop(in_);
    case 13:
      return shared_.drop(in_);
    default:
      return errors_.drop(in_);
  }
}

void World::step() {
  static constexpr void (World::*steps[])() = {
      &World::new_engine,     &World::new_store,    &World::end_store,   &World::new_module,
      &World::new_module,     &World::use_module,   &World::instantiate, &World::instantiate,
      &World::instantiate,    &World::use_instance, &World::new_func,    &World::new_func,
      &World::call,           &World::call,         &World::call,        &World::call,
      &World::call_unchecked, &World::use_memory,   &World::use_table,   &World::use_global,
      &World::use_tag,        &World::use_ref,      &World::use_ref,     &World::use_trap,
      &World::use_store,      &World::use_linker,   &World::use_linker,  &World::use_linker,
      &World::drop,           &World::drop};
  (this->*steps[in_.below(std::size(steps))])();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  World(Choices(data, size)).run();
  return 0;
}

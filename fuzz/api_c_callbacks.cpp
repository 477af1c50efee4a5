// SPDX-License-Identifier: Apache-2.0
//
// What host functions do, and choices of types and values.
#include "api_c_world.hpp"

namespace nacre::fuzz::c {

namespace {

World* world = nullptr;  // what callbacks go on with

}  // namespace

World::World(Choices in) : Program(in) { world = this; }
World::~World() {
  stores_ = {};
  world = nullptr;
}

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

}  // namespace nacre::fuzz::c

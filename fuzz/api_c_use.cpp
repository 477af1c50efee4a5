// SPDX-License-Identifier: Apache-2.0
//
// The steps that use what there is: calls, and every function of memories, tables, globals, tags,
// references, traps and stores.
#include "api_c_world.hpp"

namespace nacre::fuzz::c {

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

}  // namespace nacre::fuzz::c

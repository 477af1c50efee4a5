// SPDX-License-Identifier: Apache-2.0
//
// The host's objects as externref, through every place a guest can keep one.
#include "check.h"

static wasm_trap_t* identity(const wasm_val_vec_t* args, wasm_val_vec_t* results) {
  const wasm_ref_t* ref = args->data[0].of.ref;
  printf("callback %d\n", ref ? (int)(intptr_t)wasm_ref_get_host_info(ref) : 0);
  wasm_val_copy(&results->data[0], &args->data[0]);
  return NULL;
}

static void check_same(wasm_val_t value, const wasm_ref_t* expected) {
  CHECK(wasm_ref_same(value.of.ref, expected));
  wasm_val_delete(&value);
}

int main(void) {
  wasm_engine_t* engine = wasm_engine_new();
  wasm_store_t* store = wasm_store_new(engine);
  wasm_functype_t* type =
      wasm_functype_new_1_1(wasm_valtype_new_externref(), wasm_valtype_new_externref());
  wasm_func_t* func = wasm_func_new(store, type, identity);
  wasm_functype_delete(type);
  wasm_extern_t* imports[] = {wasm_func_as_extern(func)};
  wasm_instance_t* instance =
      instance_of(store,
                  "(module (func $fun (import \"\" \"f\") (param externref) (result externref))"
                  "  (global $glob (export \"global\") (mut externref) (ref.null extern))"
                  "  (table $tab (export \"table\") 10 externref)"
                  "  (type $s (struct (field externref)))"
                  "  (func (export \"set\") (param externref) (global.set $glob (local.get 0)))"
                  "  (func (export \"get\") (result externref) (global.get $glob))"
                  "  (func (export \"table.set\") (param i32 externref)"
                  "    (table.set $tab (local.get 0) (local.get 1)))"
                  "  (func (export \"table.get\") (param i32) (result externref)"
                  "    (table.get $tab (local.get 0)))"
                  "  (func (export \"struct\") (param externref) (result externref)"
                  "    (struct.get $s 0 (struct.new $s (local.get 0))))"
                  "  (func (export \"any\") (param externref) (result anyref)"
                  "    (any.convert_extern (local.get 0)))"
                  "  (func (export \"call\") (param externref) (result externref)"
                  "    (call $fun (local.get 0))))",
                  imports, 1);
  wasm_func_t* set = func_of(instance, "set");
  wasm_func_t* get = func_of(instance, "get");
  wasm_func_t* call_func = func_of(instance, "call");
  wasm_ref_t* host1 = wasm_foreign_as_ref(wasm_foreign_new(store));
  wasm_ref_t* host2 = wasm_foreign_as_ref(wasm_foreign_new(store));
  wasm_ref_set_host_info(host1, (void*)1);
  wasm_ref_set_host_info(host2, (void*)2);
  CHECK(!wasm_ref_same(host1, host2) && nacre_ref_shape(host1) == NACRE_SHAPE_HOST);
  wasm_ref_t* copy = wasm_ref_copy(host1);
  CHECK(wasm_ref_same(copy, host1) && wasm_ref_get_host_info(copy) == (void*)1);
  wasm_ref_delete(copy);

  wasm_val_t arg = ref_val(host1);
  wasm_val_vec_t args = WASM_EMPTY_VEC, none = WASM_EMPTY_VEC;
  args.size = 1, args.data = &arg;
  check_same(call(get, 0, NULL), NULL);
  CHECK(!wasm_func_call(set, &args, &none));
  check_same(call(get, 0, NULL), host1);
  nacre_store_gc(store);  // objects move, handles follow
  check_same(call(get, 0, NULL), host1);
  wasm_global_t* global = nacre_instance_global(instance, "global");
  wasm_val_t value;
  wasm_global_get(global, &value);
  CHECK(value.kind == WASM_EXTERNREF);
  check_same(value, host1);
  value = ref_val(host2);
  wasm_global_set(global, &value);
  check_same(call(get, 0, NULL), host2);
  wasm_global_delete(global);

  wasm_table_t* table = nacre_instance_table(instance, "table");
  CHECK(wasm_table_set(table, 2, host1) && !wasm_table_get(table, 3));
  wasm_func_t* table_get = func_of(instance, "table.get");
  wasm_val_t index = i32_val(2);
  check_same(call(table_get, 1, &index), host1);
  wasm_func_delete(table_get);
  wasm_table_delete(table);

  check_same(call(call_func, 1, &arg), host1);
  arg = ref_val(NULL);
  check_same(call(call_func, 1, &arg), NULL);
  arg = ref_val(host2);
  wasm_func_t* through = func_of(instance, "struct");
  check_same(call(through, 1, &arg), host2);
  wasm_func_delete(through);
  through = func_of(instance, "any");
  value = call(through, 1, &arg);
  CHECK(value.kind == NACRE_ANYREF);
  check_same(value, host2);
  wasm_func_delete(through);

  // Any handle can be an externref, and comes back as itself.
  wasm_instance_set_host_info(instance, (void*)3);
  arg = ref_val(wasm_instance_as_ref(instance));
  for (int i = 0; i < 2; ++i) {
    value = call(call_func, 1, &arg);
    CHECK(wasm_instance_same(wasm_ref_as_instance(value.of.ref), instance));
    wasm_val_delete(&value);
  }
  arg = ref_val(wasm_func_as_ref(set));
  value = call(call_func, 1, &arg);
  CHECK(wasm_func_same(wasm_ref_as_func(value.of.ref), set));
  wasm_val_delete(&value);

  // References belong to their store.
  wasm_store_t* other = wasm_store_new(engine);
  wasm_ref_t* foreigner = wasm_foreign_as_ref(wasm_foreign_new(other));
  arg = ref_val(foreigner);
  print_trap(call_trap(call_func, 1, &arg));
  CHECK(nacre_ref_to_raw(store, foreigner) == 0 && nacre_ref_to_raw(store, host1) != 0);
  wasm_store_delete(other);
  print_trap(call_trap(call_func, 1, &arg));
  wasm_ref_delete(foreigner);

  wasm_ref_delete(host1);
  wasm_func_delete(set);
  wasm_func_delete(get);
  wasm_func_delete(call_func);
  wasm_func_delete(func);
  wasm_instance_delete(instance);
  wasm_store_delete(store);
  wasm_ref_delete(host2);
  wasm_engine_delete(engine);
  printf("done\n");
  return 0;
}
// clang-format off
/* output:
callback 1
callback 0
callback 3
callback 3
callback 0
argument 0: an object of another store
argument 0: expected externref, found a null that does not fit
done
*/

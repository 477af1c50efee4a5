// SPDX-License-Identifier: Apache-2.0
#include "check.h"

static wasm_trap_t* negate(const wasm_val_vec_t* args, wasm_val_vec_t* results) {
  results->data[0] = i32_val(-args->data[0].of.i32);
  return NULL;
}

static bool is_set(const wasm_table_t* table, uint32_t index) {
  wasm_ref_t* ref = wasm_table_get(table, index);
  wasm_ref_delete(ref);
  return ref != NULL;
}

static int32_t call_at(const wasm_func_t* f, int32_t arg, int32_t index) {
  wasm_val_t args[2];
  args[0] = i32_val(arg), args[1] = i32_val(index);
  return call_i32(f, 2, args);
}

int main(void) {
  wasm_engine_t* engine = wasm_engine_new();
  wasm_store_t* store = wasm_store_new(engine);
  wasm_instance_t* instance =
      instance_of(store,
                  "(module (table (export \"table\") 2 10 funcref)"
                  "  (func (export \"call\") (param i32 i32) (result i32)"
                  "    (call_indirect (param i32) (result i32) (local.get 0) (local.get 1)))"
                  "  (func $f (export \"f\") (param i32) (result i32) (local.get 0))"
                  "  (func (export \"g\") (param i32) (result i32) (i32.const 666))"
                  "  (elem (i32.const 1) $f))",
                  NULL, 0);
  wasm_table_t* table = nacre_instance_table(instance, "table");
  wasm_func_t* call_indirect = func_of(instance, "call");
  wasm_func_t* g = func_of(instance, "g");
  wasm_functype_t* type = wasm_functype_new_1_1(wasm_valtype_new_i32(), wasm_valtype_new_i32());
  wasm_func_t* h = wasm_func_new(store, type, negate);
  wasm_functype_delete(type);

  wasm_table_t* copy = wasm_table_copy(table);
  CHECK(copy != table && wasm_table_same(table, copy));
  wasm_table_delete(copy);
  CHECK(wasm_table_size(table) == 2 && !is_set(table, 0) && is_set(table, 1) && !is_set(table, 2));
  CHECK(call_at(call_indirect, 7, 1) == 7);
  wasm_val_t args[2];
  args[0] = i32_val(0), args[1] = i32_val(0);
  print_trap(call_trap(call_indirect, 2, args));
  args[1] = i32_val(2);
  print_trap(call_trap(call_indirect, 2, args));

  CHECK(wasm_table_set(table, 0, wasm_func_as_ref(g)));
  CHECK(wasm_table_set(table, 1, NULL));
  CHECK(!wasm_table_set(table, 2, NULL));
  printf("%s\n", nacre_error_message(nacre_store_last_error(store)));
  CHECK(!wasm_table_set(table, 0, wasm_table_as_ref(table)));
  printf("%s\n", nacre_error_message(nacre_store_last_error(store)));
  CHECK(call_at(call_indirect, 7, 0) == 666 && !is_set(table, 1));

  CHECK(wasm_table_grow(table, 3, wasm_func_as_ref(h)) && wasm_table_size(table) == 5);
  CHECK(call_at(call_indirect, 6, 4) == -6);
  CHECK(!wasm_table_grow(table, 6, NULL) && wasm_table_grow(table, 5, NULL));
  wasm_tabletype_t* now = wasm_table_type(table);
  CHECK(wasm_tabletype_limits(now)->min == 10 && wasm_tabletype_limits(now)->max == 10);
  CHECK(wasm_valtype_kind(wasm_tabletype_element(now)) == WASM_FUNCREF);
  wasm_tabletype_delete(now);

  // The host's own, of foreign objects.
  wasm_limits_t limits = {3, 4};
  wasm_tabletype_t* own_type = wasm_tabletype_new(wasm_valtype_new_externref(), &limits);
  wasm_foreign_t* thing = wasm_foreign_new(store);
  wasm_foreign_set_host_info(thing, engine);
  wasm_table_t* mine = wasm_table_new(store, own_type, wasm_foreign_as_ref(thing));
  wasm_tabletype_delete(own_type);
  wasm_ref_t* ref = wasm_table_get(mine, 2);
  CHECK(wasm_ref_same(ref, wasm_foreign_as_ref(thing)) && wasm_ref_get_host_info(ref) == engine);
  CHECK(wasm_ref_as_foreign(ref) && !wasm_ref_as_func(ref));
  wasm_ref_delete(ref);
  wasm_foreign_delete(thing);
  CHECK(wasm_table_grow(mine, 1, NULL) && !wasm_table_grow(mine, 1, NULL));
  CHECK(!is_set(mine, 3));

  // 64-bit indices and errors, through nacre.h.
  wasm_tabletype_t* wide =
      nacre_tabletype_new(wasm_valtype_new_funcref(), 1, NACRE_NO_MAX, NACRE_TYPE_64);
  CHECK(nacre_tabletype_flags(wide) == NACRE_TYPE_64 && nacre_tabletype_max(wide) == NACRE_NO_MAX);
  wasm_table_t* wide_table = wasm_table_new(store, wide, NULL);
  wasm_tabletype_delete(wide);
  wasm_val_t value = WASM_REF_VAL(NULL);
  uint64_t old = 0;
  value.of.ref = wasm_func_as_ref(g);
  CHECK_OK(nacre_table_grow(wide_table, 2, &value, &old));
  CHECK(old == 1 && nacre_table_size(wide_table) == 3);
  CHECK_OK(nacre_table_get(wide_table, 2, &value));
  CHECK(value.kind == WASM_FUNCREF && wasm_ref_same(value.of.ref, wasm_func_as_ref(g)));
  CHECK_OK(nacre_table_set(wide_table, 0, &value));
  PRINT_ERROR(nacre_table_set(wide_table, UINT64_C(1) << 40, &value));
  wasm_val_delete(&value);
  PRINT_ERROR(nacre_table_grow(wide_table, UINT64_C(1) << 40, &value, NULL));

  wasm_table_delete(wide_table);
  wasm_table_delete(mine);
  wasm_table_delete(table);
  wasm_func_delete(call_indirect);
  wasm_func_delete(g);
  wasm_func_delete(h);
  wasm_instance_delete(instance);
  wasm_store_delete(store);
  wasm_engine_delete(engine);
  printf("done\n");
  return 0;
}
// clang-format off
/* output:
uninitialized element 0
undefined element 2: table size 2
outside the table
expected funcref, found a host reference
outside the table
the table cannot grow that far
done
*/

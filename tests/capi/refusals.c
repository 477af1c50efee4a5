// SPDX-License-Identifier: Apache-2.0
//
// What does not fit is refused and named: references of the wrong kind, kinds there are not, types
// that are not whole. NULL where it may be.
#include "check.h"

static wasm_trap_t* nothing(const wasm_val_vec_t* args, wasm_val_vec_t* results) {
  (void)args, (void)results;
  return NULL;
}

static void try_call(const char* what, const wasm_func_t* func, wasm_valkind_t kind,
                     wasm_ref_t* ref) {
  wasm_val_t arg = WASM_INIT_VAL;
  arg.kind = kind;
  arg.of.ref = ref;
  wasm_val_vec_t args = {1, NULL}, none = WASM_EMPTY_VEC;
  args.data = &arg;
  wasm_trap_t* trap = wasm_func_call(func, &args, &none);
  printf("%s: %s\n", what, trap ? nacre_error_message(nacre_trap_error(trap)) : "taken");
  wasm_trap_delete(trap);
}

static void references(wasm_store_t* store) {
  wasm_instance_t* instance = instance_of(
      store,
      "(module (memory (export \"m\") 1)"
      "  (func (export \"func\") (param funcref)) (func (export \"extern\") (param externref))"
      "  (func (export \"any\") (param anyref)) (func (export \"exn\") (param exnref))"
      "  (func (export \"i32\") (param i32)))",
      NULL, 0);
  wasm_func_t *f = func_of(instance, "func"), *e = func_of(instance, "extern"),
              *a = func_of(instance, "any"), *x = func_of(instance, "exn"),
              *n = func_of(instance, "i32");
  wasm_memory_t* memory = nacre_instance_memory(instance, "m");
  wasm_foreign_t* foreign = wasm_foreign_new(store);
  wasm_ref_t* i31 = nacre_ref_new_i31(store, 5);
  wasm_ref_t *func = wasm_func_as_ref(f), *host = wasm_foreign_as_ref(foreign);

  try_call("foreign as funcref", f, WASM_FUNCREF, host);
  try_call("memory as funcref", f, WASM_FUNCREF, wasm_memory_as_ref(memory));
  try_call("i31 as funcref", f, WASM_FUNCREF, i31);
  try_call("func as exnref", x, NACRE_EXNREF, func);
  try_call("foreign as exnref", x, NACRE_EXNREF, host);
  // Which kind of reference the value says does not matter, what it refers to does.
  try_call("func as externref", e, WASM_FUNCREF, func);
  try_call("memory as externref", e, NACRE_ANYREF, wasm_memory_as_ref(memory));
  try_call("foreign as anyref", a, WASM_EXTERNREF, host);
  try_call("null", f, WASM_EXTERNREF, NULL);
  try_call("kind 211", e, 211, host);
  try_call("kind 77", e, 77, host);
  try_call("kind 78 for a number", n, 78, (wasm_ref_t*)NULL);
  try_call("a reference for a number", n, WASM_EXTERNREF, host);

  // The same everywhere else.
  wasm_val_t unknown = WASM_INIT_VAL;
  unknown.kind = 211;
  unknown.of.ref = host;
  wasm_globaltype_t* global_type = wasm_globaltype_new(wasm_valtype_new_externref(), WASM_VAR);
  CHECK(!wasm_global_new(store, global_type, &unknown));
  printf("global: %s\n", nacre_error_message(nacre_store_last_error(store)));
  wasm_val_t null = ref_val(NULL);
  wasm_global_t* global = wasm_global_new(store, global_type, &null);
  PRINT_ERROR(nacre_global_set(global, &unknown));
  wasm_globaltype_delete(global_type);

  wasm_limits_t limits = {1, 10};
  wasm_tabletype_t* table_type = wasm_tabletype_new(wasm_valtype_new_externref(), &limits);
  wasm_table_t* table = wasm_table_new(store, table_type, func);
  CHECK(table);
  wasm_ref_t* back = wasm_table_get(table, 0);
  CHECK(back && wasm_ref_as_func(back) && wasm_ref_same(back, func));
  wasm_ref_delete(back);
  PRINT_ERROR(nacre_table_set(table, 0, &unknown));
  uint64_t old = 0;
  CHECK_OK(nacre_table_grow(table, 3, NULL, &old));
  CHECK(old == 1 && nacre_table_size(table) == 4 && !wasm_table_get(table, 3));
  PRINT_ERROR(nacre_table_grow(table, 1, &unknown, NULL));
  wasm_tabletype_delete(table_type);

  wasm_table_delete(table);
  wasm_global_delete(global);
  wasm_ref_delete(i31);
  wasm_foreign_delete(foreign);
  wasm_memory_delete(memory);
  wasm_func_delete(f), wasm_func_delete(e), wasm_func_delete(a), wasm_func_delete(x);
  wasm_func_delete(n);
  wasm_instance_delete(instance);
}

static void types(wasm_store_t* store) {
  wasm_valtype_vec_t params, results;
  wasm_valtype_t* list[2];
  list[0] = wasm_valtype_new_i32(), list[1] = NULL;
  wasm_valtype_vec_new(&params, 2, list);
  list[0] = wasm_valtype_new_i64();
  wasm_valtype_vec_new(&results, 1, list);
  CHECK(!wasm_functype_new(&params, &results));
  CHECK(params.size == 0 && results.size == 0);
  list[0] = wasm_valtype_new_i32();
  wasm_valtype_vec_new(&params, 2, list);
  CHECK(!nacre_tagtype_new(&params));
  wasm_functype_t* type = wasm_functype_new(NULL, NULL);
  wasm_func_t* func = wasm_func_new(store, type, nothing);
  CHECK(func);
  wasm_func_delete(func);
  wasm_functype_delete(type);
  nacre_tagtype_t* tag = nacre_tagtype_new(NULL);
  CHECK(tag);
  nacre_tagtype_delete(tag);

  CHECK(!nacre_memorytype_new(1, 2, 0xf0, 65536));
  wasm_memorytype_t* memory = nacre_memorytype_new(1, 2, NACRE_TYPE_64 | NACRE_TYPE_SHARED, 65536);
  CHECK(memory);
  wasm_memorytype_delete(memory);
  CHECK(!nacre_tabletype_new(wasm_valtype_new_funcref(), 1, 2, NACRE_TYPE_SHARED));
  CHECK(!nacre_deftype_copy(NULL));

  nacre_wasi_config_t* config = nacre_wasi_config_new();
  CHECK(!nacre_wasi_config_env(config, "", "x") && !nacre_wasi_config_env(config, "A=B", "x"));
  CHECK(nacre_wasi_config_env(config, "A", "B=C"));
  nacre_wasi_config_delete(config);
}

int main(void) {
  wasm_engine_t* engine = wasm_engine_new();
  wasm_store_t* store = wasm_store_new(engine);
  references(store);
  types(store);
  wasm_store_delete(store);
  wasm_engine_delete(engine);
  return 0;
}
// clang-format off
/* output:
foreign as funcref: argument 0: expected funcref, found a host reference
memory as funcref: argument 0: expected funcref, found a host reference
i31 as funcref: argument 0: expected funcref, found an i31
func as exnref: argument 0: expected exnref, found a function
foreign as exnref: argument 0: expected exnref, found a host reference
func as externref: taken
memory as externref: taken
foreign as anyref: taken
null: taken
kind 211: argument 0: there is no kind of values 211
kind 77: argument 0: there is no kind of values 77
kind 78 for a number: argument 0: there is no kind of values 78
a reference for a number: argument 0: expected i32, found a host reference
global: there is no kind of values 211
there is no kind of values 211
there is no kind of values 211
there is no kind of values 211
*/

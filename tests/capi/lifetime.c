// SPDX-License-Identifier: Apache-2.0
//
// A store deleted inside one of its own host functions ends with the outermost call.
#include "check.h"

static void finalize(void* data) { printf("finalize %s\n", (const char*)data); }

static wasm_trap_t* end(void* env, nacre_caller_t* caller, const wasm_val_vec_t* args,
                        wasm_val_vec_t* results) {
  (void)args, (void)results;
  wasm_func_t** handle = (wasm_func_t**)env;
  wasm_func_delete(*handle);  // of the function being called
  *handle = NULL;
  wasm_store_delete(nacre_caller_store(caller));
  wasm_store_delete(nacre_caller_store(caller));
  printf("deleted\n");
  return NULL;
}

static wasm_trap_t* print(void* env, const wasm_val_vec_t* args, wasm_val_vec_t* results) {
  (void)results;
  printf("%s %d\n", (const char*)env, (int)args->data[0].of.i32);
  return NULL;
}

int main(void) {
  static char say[] = "say", info[] = "instance";
  wasm_engine_t* engine = wasm_engine_new();
  wasm_store_t* store = wasm_store_new(engine);
  wasm_func_t* run = NULL;
  wasm_functype_t* type = wasm_functype_new_0_0();
  wasm_func_t* end_func = nacre_func_new(store, type, end, &run, NULL);
  wasm_functype_delete(type);
  type = wasm_functype_new_1_0(wasm_valtype_new_i32());
  wasm_func_t* print_func = wasm_func_new_with_env(store, type, print, say, finalize);
  wasm_functype_delete(type);
  wasm_extern_t* imports[] = {wasm_func_as_extern(end_func), wasm_func_as_extern(print_func)};
  wasm_instance_t* instance = instance_of(
      store,
      "(module (func $end (import \"\" \"end\")) (func $print (import \"\" \"print\") (param i32))"
      "  (func (export \"run\") (result i32) (call $print (i32.const 1)) (call $end)"
      "    (call $print (i32.const 2)) (i32.const 3)))",
      imports, 2);
  wasm_instance_set_host_info_with_finalizer(instance, info, finalize);
  wasm_func_delete(end_func);
  wasm_func_delete(print_func);
  run = func_of(instance, "run");
  printf("result %d\n", (int)call_i32(run, 0, NULL));
  CHECK(!nacre_instance_func(instance, "run"));
  wasm_instance_delete(instance);
  wasm_engine_delete(engine);
  return 0;
}
// clang-format off
/* output:
say 1
deleted
say 2
finalize say
finalize instance
result 3
*/

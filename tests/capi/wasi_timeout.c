// SPDX-License-Identifier: Apache-2.0
//
// A thread of a WASI program whose store gets a timeout of its own, and a growth callback.
#include "check.h"

static const char* const program =
    "(module (import \"env\" \"memory\" (memory 1 3 shared))"
    "  (import \"wasi\" \"thread-spawn\" (func $spawn (param i32) (result i32)))"
    "  (import \"host\" \"hurry\" (func $hurry (param i32)))"
    "  (func (export \"wasi_thread_start\") (param i32 i32)"
    "    (call $hurry (memory.grow (i32.const 1)))"
    "    (loop (br 0)))"
    "  (func (export \"_start\")"
    "    (drop (call $spawn (i32.const 10)))"
    "    (drop (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const -1)))))";

static wasm_trap_t* hurry(void* env, nacre_caller_t* caller, const wasm_val_vec_t* args,
                          wasm_val_vec_t* results) {
  (void)results;
  *(int*)env = args->data[0].of.i32;
  nacre_store_set_timeout(nacre_caller_store(caller), 1000000);
  nacre_store_clear_timeout(nacre_caller_store(caller));
  nacre_store_set_timeout(nacre_caller_store(caller), 10);
  return NULL;
}

static bool refuse(void* env, const nacre_growth_t* growth) {
  ++*(int*)env;
  return growth->kind == NACRE_GROWTH_TABLE;
}

int main(void) {
  wasm_config_t* config = wasm_config_new();
  nacre_config_set_interruptible(config, true);
  wasm_engine_t* engine = wasm_engine_new_with_config(config);
  wasm_byte_vec_t binary = from_text(program);
  wasm_module_t* module = NULL;
  CHECK_OK(nacre_module_new(engine, binary.data, binary.size, &module));
  wasm_byte_vec_delete(&binary);
  nacre_linker_t* linker = nacre_linker_new(engine);
  wasm_functype_t* type = wasm_functype_new_1_0(wasm_valtype_new_i32());
  int grown = 0, asked = 0, status = 0;
  CHECK_OK(nacre_linker_define_func(linker, "host", "hurry", type, hurry, &grown, NULL));
  wasm_functype_delete(type);
  nacre_wasi_threads_t* threads = nacre_wasi_threads_new(linker, module, 4);
  nacre_wasi_threads_set_growth_callback(threads, refuse, &asked);
  wasm_store_t* store = wasm_store_new(engine);
  wasm_instance_t* instance = NULL;
  CHECK_OK(nacre_wasi_threads_instantiate(threads, store, &instance));
  PRINT_ERROR(nacre_wasi_threads_run(threads, instance, &status));
  printf("%d %d\n", grown, asked);
  nacre_wasi_threads_delete(threads);
  wasm_instance_delete(instance);
  wasm_store_delete(store);
  nacre_linker_delete(linker);
  wasm_module_delete(module);
  wasm_engine_delete(engine);
  return 0;
}
// clang-format off
/* output:
thread 1: deadline exceeded
-1 1
*/

// SPDX-License-Identifier: Apache-2.0
//
// A WASI program with threads, which call a host function each from its own store.
#include "check.h"

#include <pthread.h>

static const char* const program =
    "(module (import \"env\" \"memory\" (memory 1 1 shared))"
    "  (import \"wasi\" \"thread-spawn\" (func $spawn (param i32) (result i32)))"
    "  (import \"wasi_snapshot_preview1\" \"proc_exit\" (func $exit (param i32)))"
    "  (import \"host\" \"add\" (func $add (param i32)))"
    "  (func (export \"wasi_thread_start\") (param i32 i32)"
    "    (call $add (local.get 1))"
    "    (drop (i32.atomic.rmw.add (i32.const 0) (i32.const 1)))"
    "    (drop (memory.atomic.notify (i32.const 0) (i32.const 1))))"
    "  (func (export \"_start\") (local $n i32)"
    "    (drop (call $spawn (i32.const 10)))"
    "    (drop (call $spawn (i32.const 20)))"
    "    (drop (call $spawn (i32.const 30)))"
    "    (loop $wait"
    "      (local.set $n (i32.atomic.load (i32.const 0)))"
    "      (if (i32.lt_u (local.get $n) (i32.const 3))"
    "        (then (drop (memory.atomic.wait32 (i32.const 0) (local.get $n) (i64.const -1)))"
    "              (br $wait))))"
    "    (call $exit (local.get $n))))";

typedef struct {
  pthread_mutex_t mutex;
  int sum, stores;
  wasm_store_t* seen[4];
} shared_state;

static wasm_trap_t* add(void* env, nacre_caller_t* caller, const wasm_val_vec_t* args,
                        wasm_val_vec_t* results) {
  (void)results;
  shared_state* s = (shared_state*)env;
  pthread_mutex_lock(&s->mutex);
  s->sum += args->data[0].of.i32;
  s->seen[s->stores++] = nacre_caller_store(caller);
  pthread_mutex_unlock(&s->mutex);
  return NULL;
}

int main(void) {
  shared_state state = {PTHREAD_MUTEX_INITIALIZER, 0, 0, {NULL, NULL, NULL, NULL}};
  wasm_config_t* config = wasm_config_new();
  nacre_config_set_interruptible(config, true);
  nacre_config_set_fuel(config, true);
  wasm_engine_t* engine = wasm_engine_new_with_config(config);
  wasm_byte_vec_t binary = from_text(program);
  wasm_module_t* module = NULL;
  CHECK_OK(nacre_module_new(engine, binary.data, binary.size, &module));
  wasm_byte_vec_delete(&binary);
  CHECK(nacre_wasi_uses_threads(module));

  nacre_linker_t* linker = nacre_linker_new(engine);
  wasm_functype_t* type = wasm_functype_new_1_0(wasm_valtype_new_i32());
  CHECK_OK(nacre_linker_define_func(linker, "host", "add", type, add, &state, NULL));
  wasm_functype_delete(type);
  nacre_wasi_config_t* wasi = nacre_wasi_config_new();
  nacre_wasi_config_set_threads(wasi, true);
  CHECK_OK(nacre_linker_define_wasi(linker, wasi));
  wasm_store_t* store = wasm_store_new(engine);
  nacre_store_set_fuel(store, 1000000);
  nacre_wasi_threads_t* threads = nacre_wasi_threads_new(linker, module, 8);
  nacre_wasi_threads_set_fuel(threads, 1000000);
  nacre_wasi_threads_set_timeout(threads, 60000);
  wasm_instance_t* instance = NULL;
  CHECK_OK(nacre_wasi_threads_instantiate(threads, store, &instance));
  int status = 0;
  CHECK_OK(nacre_wasi_threads_run(threads, instance, &status));
  printf("status %d, sum %d\n", status, state.sum);
  CHECK(state.stores == 3 && state.seen[0] != state.seen[1] && state.seen[1] != state.seen[2]);
  CHECK(state.seen[0] != store && state.seen[0] != NULL);

  wasm_instance_delete(instance);
  wasm_store_delete(store);
  nacre_wasi_threads_delete(threads);
  nacre_linker_delete(linker);
  wasm_module_delete(module);
  wasm_engine_delete(engine);
  return 0;
}
// clang-format off
/* output:
status 3, sum 60
*/

// SPDX-License-Identifier: Apache-2.0
//
// One module in many threads, each with a store of its own; and a thread that stops another.
#include "check.h"

#include <pthread.h>

enum { thread_count = 8, rounds = 20 };

typedef struct {
  wasm_engine_t* engine;
  const wasm_shared_module_t* module;
  int id;
  int sum;
} job;

static wasm_trap_t* report(void* env, const wasm_val_vec_t* args, wasm_val_vec_t* results) {
  (void)results;
  ((job*)env)->sum += args->data[0].of.i32;
  return NULL;
}

static void* run(void* env) {
  job* j = (job*)env;
  wasm_store_t* store = wasm_store_new(j->engine);
  wasm_module_t* module = wasm_module_obtain(store, j->module);
  CHECK(module);
  for (int i = 0; i < rounds; ++i) {
    wasm_functype_t* type = wasm_functype_new_1_0(wasm_valtype_new_i32());
    wasm_func_t* func = wasm_func_new_with_env(store, type, report, j, NULL);
    wasm_functype_delete(type);
    wasm_val_t id = i32_val(j->id);
    wasm_globaltype_t* global_type = wasm_globaltype_new(wasm_valtype_new_i32(), WASM_CONST);
    wasm_global_t* global = wasm_global_new(store, global_type, &id);
    wasm_globaltype_delete(global_type);
    wasm_extern_t* items[] = {wasm_func_as_extern(func), wasm_global_as_extern(global)};
    wasm_extern_vec_t imports = WASM_ARRAY_VEC(items);
    wasm_instance_t* instance = wasm_instance_new(store, module, &imports, NULL);
    CHECK(instance);
    wasm_func_t* entry = func_of(instance, "run");
    CHECK(!wasm_func_call(entry, NULL, NULL));
    wasm_func_delete(entry);
    wasm_instance_delete(instance);
    wasm_func_delete(func);
    wasm_global_delete(global);
  }
  wasm_module_delete(module);
  wasm_store_delete(store);
  return NULL;
}

static void* stop(void* interrupt) {
  nacre_interrupt_request((const nacre_interrupt_t*)interrupt);
  return NULL;
}

int main(void) {
  wasm_config_t* config = wasm_config_new();
  nacre_config_set_interruptible(config, true);
  wasm_engine_t* engine = wasm_engine_new_with_config(config);
  wasm_store_t* store = wasm_store_new(engine);
  wasm_module_t* module =
      module_of(store,
                "(module (func $f (import \"\" \"f\") (param i32)) (global (import \"\" \"g\") i32)"
                "  (func (export \"run\") (call $f (global.get 0))))");
  wasm_shared_module_t* shared = wasm_module_share(module);
  wasm_module_delete(module);

  pthread_t threads[thread_count];
  job jobs[thread_count];
  for (int i = 0; i < thread_count; ++i) {
    jobs[i].engine = engine;
    jobs[i].module = shared;
    jobs[i].id = i;
    jobs[i].sum = 0;
    CHECK(pthread_create(&threads[i], NULL, run, &jobs[i]) == 0);
  }
  for (int i = 0; i < thread_count; ++i) {
    CHECK(pthread_join(threads[i], NULL) == 0);
    printf("%d\n", jobs[i].sum);
  }
  wasm_shared_module_delete(shared);

  wasm_instance_t* instance =
      instance_of(store, "(module (func (export \"f\") (loop (br 0))))", NULL, 0);
  wasm_func_t* f = func_of(instance, "f");
  nacre_interrupt_t* interrupt = nacre_interrupt_new(store);
  CHECK(pthread_create(&threads[0], NULL, stop, interrupt) == 0);
  wasm_trap_t* trap = call_trap(f, 0, NULL);
  CHECK(pthread_join(threads[0], NULL) == 0);
  CHECK(nacre_trap_code(trap) == NACRE_TRAP_INTERRUPTED);
  print_trap(trap);
  print_trap(call_trap(f, 0, NULL));  // still
  nacre_interrupt_clear(interrupt);
  nacre_store_set_timeout(store, 20);
  print_trap(call_trap(f, 0, NULL));
  wasm_func_delete(f);
  wasm_instance_delete(instance);
  wasm_store_delete(store);
  nacre_interrupt_request(interrupt);  // nobody there
  nacre_interrupt_delete(interrupt);
  wasm_engine_delete(engine);
  return 0;
}
// clang-format off
/* output:
0
20
40
60
80
100
120
140
interrupted
interrupted
deadline exceeded
*/

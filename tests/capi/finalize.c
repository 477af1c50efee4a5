// SPDX-License-Identifier: Apache-2.0
//
// Host information: shared by all handles of an object, finalized with the store, or for modules
// and traps with the last handle.
#include "check.h"

static int live = 0;
static void finalize(void* data) {
  (void)data;
  --live;
}

static void finalize_loudly(void* data) { printf("finalize %s\n", (const char*)data); }

static void run_in(wasm_store_t* store, int count) {
  wasm_module_t* module = module_of(store, "(module (func (export \"f\")))");
  wasm_extern_vec_t imports = WASM_EMPTY_VEC;
  for (int i = 0; i < count; ++i) {
    wasm_instance_t* instance = wasm_instance_new(store, module, &imports, NULL);
    CHECK(instance);
    CHECK(wasm_instance_get_host_info(instance) == NULL);
    wasm_instance_set_host_info_with_finalizer(instance, &live, finalize);
    CHECK(wasm_instance_get_host_info(instance) == &live);
    wasm_instance_delete(instance);
    ++live;
  }
  wasm_module_delete(module);
}

int main(void) {
  wasm_engine_t* engine = wasm_engine_new();
  wasm_store_t* store1 = wasm_store_new(engine);
  run_in(store1, 1000);
  wasm_store_t* store2 = wasm_store_new(engine);
  run_in(store2, 500);
  printf("live %d\n", live);
  wasm_store_delete(store2);
  printf("live %d\n", live);
  run_in(store1, 1);
  wasm_store_delete(store1);
  printf("live %d\n", live);

  static char of_func[] = "func", of_foreign[] = "foreign", of_module[] = "module";
  static char of_dropped[] = "dropped", of_trap[] = "trap", replaced[] = "replaced";
  wasm_store_t* store = wasm_store_new(engine);
  wasm_module_t* module = module_of(store, "(module (func (export \"f\")))");
  wasm_extern_vec_t imports = WASM_EMPTY_VEC;
  wasm_instance_t* instance = wasm_instance_new(store, module, &imports, NULL);
  wasm_func_t* f = func_of(instance, "f");
  wasm_func_t* same = func_of(instance, "f");
  wasm_func_set_host_info_with_finalizer(f, of_func, finalize_loudly);
  CHECK(wasm_func_get_host_info(same) == of_func);
  CHECK(wasm_ref_get_host_info(wasm_func_as_ref(same)) == of_func);
  CHECK(wasm_extern_get_host_info(wasm_func_as_extern(same)) == of_func);
  wasm_func_delete(f);
  wasm_func_delete(same);

  wasm_foreign_t* foreign = wasm_foreign_new(store);
  wasm_foreign_set_host_info_with_finalizer(foreign, replaced, finalize_loudly);
  wasm_foreign_set_host_info_with_finalizer(foreign, of_foreign, finalize_loudly);

  wasm_module_t* module_copy = wasm_module_copy(module);
  wasm_module_set_host_info_with_finalizer(module, of_module, finalize_loudly);
  wasm_module_delete(module);
  CHECK(wasm_module_get_host_info(module_copy) == of_module);
  wasm_module_delete(module_copy);

  wasm_trap_t* trap = nacre_trap_new(store, "x");
  wasm_trap_set_host_info_with_finalizer(trap, of_trap, finalize_loudly);
  wasm_trap_delete(trap);

  // What nobody refers to any more is found by the collector.
  wasm_foreign_t* dropped = wasm_foreign_new(store);
  wasm_foreign_set_host_info_with_finalizer(dropped, of_dropped, finalize_loudly);
  wasm_foreign_t* copy = wasm_foreign_copy(dropped);
  wasm_foreign_delete(dropped);
  nacre_store_gc(store);
  CHECK(wasm_foreign_get_host_info(copy) == of_dropped);
  wasm_foreign_delete(copy);
  nacre_store_gc(store);

  printf("store\n");
  wasm_store_delete(store);
  CHECK(wasm_foreign_get_host_info(foreign) == NULL);
  wasm_foreign_set_host_info_with_finalizer(foreign, replaced, finalize_loudly);  // at once
  wasm_foreign_delete(foreign);
  wasm_instance_delete(instance);
  wasm_engine_delete(engine);
  return 0;
}
// clang-format off
/* unordered: func and foreign are finalized in any order
 * output:
live 1500
live 1000
live 0
finalize module
finalize trap
finalize dropped
store
finalize foreign
finalize func
finalize replaced
*/

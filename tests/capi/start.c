// SPDX-License-Identifier: Apache-2.0
//
// Instantiation that fails: start functions that trap, imports that do not fit.
#include "check.h"

static void fail(wasm_store_t* store, const char* wat, wasm_extern_t** items, size_t count) {
  wasm_module_t* module = module_of(store, wat);
  wasm_extern_vec_t imports;
  imports.size = count;
  imports.data = items;
  wasm_trap_t* trap = NULL;
  CHECK(!wasm_instance_new(store, module, &imports, NULL));
  CHECK(!wasm_instance_new(store, module, &imports, &trap) && trap);
  const nacre_error_t* error = nacre_trap_error(trap);
  printf("%d %s\n", nacre_error_kind(error), nacre_error_message(error));
  wasm_frame_t* origin = wasm_trap_origin(trap);
  if (origin)
    printf("  at %u+%d\n", (unsigned)wasm_frame_func_index(origin),
           (int)wasm_frame_func_offset(origin));
  wasm_frame_delete(origin);
  wasm_trap_delete(trap);
  wasm_module_delete(module);
}

int main(void) {
  wasm_engine_t* engine = wasm_engine_new();
  wasm_store_t* store = wasm_store_new(engine);
  fail(store, "(module (func $start (unreachable)) (start $start))", NULL, 0);
  fail(store, "(module (memory 1) (data (i32.const 65536) \"x\"))", NULL, 0);
  fail(store, "(module (import \"a\" \"b\" (func)))", NULL, 0);

  wasm_limits_t limits = {1, 1};
  wasm_memorytype_t* type = wasm_memorytype_new(&limits);
  wasm_memory_t* memory = wasm_memory_new(store, type);
  wasm_memorytype_delete(type);
  wasm_extern_t* items[] = {wasm_memory_as_extern(memory), NULL};
  fail(store, "(module (import \"a\" \"b\" (func)))", items, 1);
  fail(store, "(module (import \"a\" \"b\" (memory 2)))", items, 1);
  fail(store, "(module (import \"a\" \"b\" (memory 1)) (import \"a\" \"c\" (func)))", items, 2);

  wasm_store_t* other = wasm_store_new(engine);
  fail(other, "(module (import \"a\" \"b\" (memory 1)))", items, 1);
  wasm_memory_delete(memory);
  wasm_store_delete(other);
  wasm_store_delete(store);
  wasm_engine_delete(engine);
  return 0;
}
// clang-format off
/* output:
5 unreachable
  at 0+1
5 out of bounds memory access: 1 byte at 0x10000, memory size 65536 (data segment 0)
2 the module has 1 imports, not 0
2 incompatible import type: "a"."b" is (memory 1 1), expected (func)
2 incompatible import type: "a"."b" is (memory 1 1), expected (memory 2)
8 import "a"."c" is an empty view
8 import "a"."b" belongs to another store
*/

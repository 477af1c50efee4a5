// SPDX-License-Identifier: Apache-2.0
#include "check.h"

int main(void) {
  wasm_engine_t* engine = wasm_engine_new();
  wasm_store_t* store = wasm_store_new(engine);
  wasm_instance_t* instance =
      instance_of(store,
                  "(module (memory (export \"memory\") 2 3)"
                  "  (func (export \"size\") (result i32) (memory.size))"
                  "  (func (export \"load\") (param i32) (result i32) (i32.load8_s (local.get 0)))"
                  "  (data (i32.const 0x1000) \"\\01\\02\\03\\04\"))",
                  NULL, 0);
  wasm_memory_t* memory = nacre_instance_memory(instance, "memory");
  wasm_func_t* size = func_of(instance, "size");
  wasm_func_t* load = func_of(instance, "load");
  wasm_memory_t* copy = wasm_memory_copy(memory);
  CHECK(wasm_memory_same(memory, copy));
  wasm_memory_delete(copy);

  CHECK(wasm_memory_size(memory) == 2 && wasm_memory_data_size(memory) == 2 * MEMORY_PAGE_SIZE);
  CHECK(wasm_memory_data(memory)[0] == 0 && wasm_memory_data(memory)[0x1003] == 4);
  wasm_memory_data(memory)[0x1003] = 5;
  wasm_val_t at = i32_val(0x1003);
  CHECK(call_i32(load, 1, &at) == 5);
  at = i32_val(0x20000);
  print_trap(call_trap(load, 1, &at));
  CHECK(wasm_memory_grow(memory, 1) && wasm_memory_size(memory) == 3);
  CHECK(call_i32(size, 0, NULL) == 3 && call_i32(load, 1, &at) == 0);
  CHECK(!wasm_memory_grow(memory, 1) && wasm_memory_grow(memory, 0));
  printf("%s\n", nacre_error_message(nacre_store_last_error(store)));

  // Checked copies.
  char text[6] = "12345";
  CHECK(nacre_memory_write(memory, 0x2fffb, text, 5));
  CHECK(!nacre_memory_write(memory, 0x2fffc, text, 5));
  CHECK(!nacre_memory_write(memory, UINT64_MAX, text, 5));
  memset(text, 0, sizeof text);
  CHECK(nacre_memory_read(memory, 0x2fffb, text, 5) && strcmp(text, "12345") == 0);
  CHECK(!nacre_memory_read(memory, 0x30000, text, 1) &&
        nacre_memory_read(memory, 0x30000, text, 0));

  // The host's own.
  wasm_limits_t limits = {5, 5};
  wasm_memorytype_t* type = wasm_memorytype_new(&limits);
  wasm_memory_t* mine = wasm_memory_new(store, type);
  wasm_memorytype_delete(type);
  CHECK(wasm_memory_size(mine) == 5 && !wasm_memory_grow(mine, 1));
  wasm_memory_delete(mine);

  type = nacre_memorytype_new(1, 1000, NACRE_TYPE_64, 1);  // pages of one byte
  CHECK(nacre_memorytype_page_size(type) == 1 && nacre_memorytype_flags(type) == NACRE_TYPE_64);
  mine = wasm_memory_new(store, type);
  wasm_memorytype_delete(type);
  CHECK(wasm_memory_data_size(mine) == 1 && wasm_memory_size(mine) == 0);
  uint64_t old = 9;
  CHECK_OK(nacre_memory_grow(mine, 9, &old));
  CHECK(old == 1 && wasm_memory_data_size(mine) == 10);
  PRINT_ERROR(nacre_memory_grow(mine, 991, NULL));
  type = wasm_memory_type(mine);
  CHECK(nacre_memorytype_min(type) == 10 && nacre_memorytype_max(type) == 1000);
  wasm_memorytype_delete(type);
  CHECK(!nacre_memory_share(mine));
  wasm_memory_delete(mine);

  // A shared one, in two stores.
  type = nacre_memorytype_new(1, 2, NACRE_TYPE_SHARED, 65536);
  mine = wasm_memory_new(store, type);
  wasm_memorytype_delete(type);
  nacre_shared_memory_t* shared = nacre_memory_share(mine);
  CHECK(shared);
  wasm_store_t* other = wasm_store_new(engine);
  wasm_memory_t* theirs = nacre_memory_attach(other, shared);
  nacre_shared_memory_delete(shared);
  wasm_memory_data(mine)[100] = 42;
  CHECK(wasm_memory_data(theirs)[100] == 42);
  CHECK(!wasm_memory_same(mine, theirs));
  wasm_store_delete(store);
  CHECK(wasm_memory_data_size(mine) == 0 && wasm_memory_data(theirs)[100] == 42);

  // 32-bit memories have at most 65536 pages.
  type = nacre_memorytype_new(65537, NACRE_NO_MAX, 0, 65536);
  CHECK(!wasm_memory_new(other, type));
  printf("%s\n", nacre_error_message(nacre_store_last_error(other)));
  wasm_memorytype_delete(type);

  wasm_memory_delete(mine);
  wasm_memory_delete(theirs);
  wasm_memory_delete(memory);
  wasm_func_delete(size);
  wasm_func_delete(load);
  wasm_instance_delete(instance);
  wasm_store_delete(other);
  wasm_engine_delete(engine);
  printf("done\n");
  return 0;
}
// clang-format off
/* output:
out of bounds memory access: 1 byte at 0x20000, memory size 131072
the memory cannot grow that far
the memory cannot grow that far
memory size exceeds its address space
done
*/

// SPDX-License-Identifier: Apache-2.0
//
// Untrusted code from C: little memory, a budget of fuel, a time limit, output captured; and what
// it did wrong, in words.
#include <nacre.h>

#include <stdio.h>
#include <string.h>

// One program, three entry points.
static const char program[] =
    "(module $guest"
    "  (import \"wasi_snapshot_preview1\" \"fd_write\""
    "    (func $write (param i32 i32 i32 i32) (result i32)))"
    "  (memory (export \"memory\") 1)"
    "  (data (i32.const 0) \"\\08\\00\\00\\00\\06\\00\\00\\00hello\\n\")"
    "  (func (export \"greet\")"
    "    (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 100))))"
    "  (func (export \"spin\") (loop (br 0)))"
    "  (func $overrun (export \"overrun\") (drop (i32.load (i32.const 65536))))"
    "  (func (export \"hoard\") (result i32) (memory.grow (i32.const 100))))";

static void fail(nacre_error_t* error) {
  printf("error: %s\n", nacre_error_message(error));
  nacre_error_delete(error);
}

static void run(wasm_store_t* store, const wasm_instance_t* instance, const char* name) {
  wasm_func_t* f = nacre_instance_func(instance, name);
  uint64_t slots[1] = {0};
  nacre_store_set_fuel(store, 1000000);
  nacre_store_set_timeout(store, 1000);
  wasm_trap_t* trap = nacre_func_call_unchecked(f, slots);
  wasm_func_delete(f);
  if (!trap) {
    printf("%s: fine, %d\n", name, (int)nacre_slot_to_i32(slots[0]));
    return;
  }
  printf("%s: %s\n", name, nacre_error_message(nacre_trap_error(trap)));
  wasm_trap_delete(trap);
}

int main(void) {
  wasm_config_t* config = wasm_config_new();
  nacre_config_set_fuel(config, true);
  nacre_config_set_interruptible(config, true);
  nacre_config_set_limit(config, NACRE_LIMIT_MEMORY, 1 << 20);
  wasm_engine_t* engine = wasm_engine_new_with_config(config);
  wasm_store_t* store = wasm_store_new(engine);

  nacre_wasi_output_t* output = nacre_wasi_output_new(4096);
  nacre_wasi_config_t* wasi = nacre_wasi_config_new();  // nothing but what is said here
  nacre_wasi_config_capture(wasi, 1, output);
  nacre_linker_t* linker = nacre_linker_new(engine);
  nacre_error_t* error = nacre_linker_define_wasi(linker, wasi);

  wasm_byte_vec_t binary = WASM_EMPTY_VEC;
  wasm_module_t* module = NULL;
  wasm_instance_t* instance = NULL;
  if (!error) error = nacre_wat2wasm(program, strlen(program), &binary);
  if (!error) error = nacre_module_new(engine, binary.data, binary.size, &module);
  if (!error) error = nacre_linker_instantiate(linker, store, module, &instance);
  if (error) {
    fail(error);
  } else {
    size_t size = 0;
    run(store, instance, "greet");
    const char* text = nacre_wasi_output_data(output, &size);
    printf("captured: %.*s", (int)size, text);
    run(store, instance, "spin");
    run(store, instance, "overrun");
    run(store, instance, "hoard");
  }

  wasm_byte_vec_delete(&binary);
  wasm_instance_delete(instance);
  wasm_module_delete(module);
  nacre_linker_delete(linker);
  nacre_wasi_output_delete(output);
  wasm_store_delete(store);
  wasm_engine_delete(engine);
  return 0;
}
// clang-format off
/* output:
greet: fine, 0
captured: hello
spin: out of fuel
overrun: out of bounds memory access: 4 bytes at 0x10000, memory size 65536
hoard: fine, -1
*/

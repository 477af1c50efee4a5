// SPDX-License-Identifier: Apache-2.0
//
// A guest and a host function, through the standard C API alone.
#include <wasm.h>

#include <stdio.h>

// (module (import "host" "log" (func (param i32)))
//   (func (export "add") (param i32 i32) (result i32)
//     (call 0 (local.get 0)) (i32.add (local.get 0) (local.get 1))))
static const unsigned char program[] = {
    0,   'a',  's',  'm', 1,    0,    0,  0,    1, 11,   2,   0x60, 1,   0x7f, 0,   0x60,
    2,   0x7f, 0x7f, 1,   0x7f, 2,    12, 1,    4, 'h',  'o', 's',  't', 3,    'l', 'o',
    'g', 0,    0,    3,   2,    1,    1,  7,    7, 1,    3,   'a',  'd', 'd',  0,   1,
    10,  13,   1,    11,  0,    0x20, 0,  0x10, 0, 0x20, 0,   0x20, 1,   0x6a, 0x0b};

static wasm_trap_t* log_number(const wasm_val_vec_t* args, wasm_val_vec_t* results) {
  (void)results;
  printf("the guest says %d\n", (int)args->data[0].of.i32);
  return NULL;
}

int main(void) {
  wasm_engine_t* engine = wasm_engine_new();
  wasm_store_t* store = wasm_store_new(engine);

  wasm_byte_vec_t binary;
  wasm_byte_vec_new(&binary, sizeof program, (const char*)program);
  wasm_module_t* module = wasm_module_new(store, &binary);
  wasm_byte_vec_delete(&binary);
  if (!module) return 1;

  wasm_functype_t* type = wasm_functype_new_1_0(wasm_valtype_new_i32());
  wasm_func_t* log = wasm_func_new(store, type, log_number);
  wasm_functype_delete(type);

  wasm_extern_t* items[] = {wasm_func_as_extern(log)};
  wasm_extern_vec_t imports = WASM_ARRAY_VEC(items);
  wasm_instance_t* instance = wasm_instance_new(store, module, &imports, NULL);
  if (!instance) return 1;

  wasm_extern_vec_t exports;
  wasm_instance_exports(instance, &exports);
  wasm_val_t arguments[2] = {WASM_I32_VAL(40), WASM_I32_VAL(2)}, sum[1] = {WASM_INIT_VAL};
  wasm_val_vec_t args = WASM_ARRAY_VEC(arguments), results = WASM_ARRAY_VEC(sum);
  wasm_trap_t* trap = wasm_func_call(wasm_extern_as_func(exports.data[0]), &args, &results);
  if (trap) return 1;
  printf("%d\n", (int)sum[0].of.i32);

  wasm_extern_vec_delete(&exports);
  wasm_instance_delete(instance);
  wasm_func_delete(log);
  wasm_module_delete(module);
  wasm_store_delete(store);
  wasm_engine_delete(engine);
  return 0;
}
// clang-format off
/* output:
the guest says 40
42
*/

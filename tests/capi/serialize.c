// SPDX-License-Identifier: Apache-2.0
//
// Modules to bytes and back; validation; modules of an engine rather than a store.
#include "check.h"

int main(void) {
  wasm_engine_t* engine = wasm_engine_new();
  wasm_store_t* store = wasm_store_new(engine);
  wasm_byte_vec_t binary =
      from_text("(module (func (export \"answer\") (result i32) (i32.const 42)))");
  CHECK(wasm_module_validate(store, &binary));
  wasm_module_t* module = wasm_module_new(store, &binary);
  wasm_byte_vec_t bytes;
  wasm_module_serialize(module, &bytes);
  wasm_module_delete(module);
  CHECK(bytes.size != 0);
  module = wasm_module_deserialize(store, &bytes);
  wasm_byte_vec_delete(&bytes);
  CHECK(module);
  wasm_extern_vec_t imports = WASM_EMPTY_VEC;
  wasm_instance_t* instance = wasm_instance_new(store, module, &imports, NULL);
  wasm_func_t* answer = func_of(instance, "answer");
  printf("%d\n", (int)call_i32(answer, 0, NULL));
  wasm_func_delete(answer);

  wasm_module_t* again = nacre_instance_module(instance);
  CHECK(wasm_module_same(again, module));
  wasm_shared_module_t* shared = wasm_module_share(again);
  wasm_engine_t* other_engine = wasm_engine_new();
  wasm_store_t* other = wasm_store_new(other_engine);
  CHECK(!wasm_module_obtain(other, shared));
  wasm_shared_module_delete(shared);
  CHECK(!wasm_instance_new(other, again, &imports, NULL));
  printf("%s\n", nacre_error_message(nacre_store_last_error(other)));
  wasm_module_delete(again);
  wasm_store_delete(other);
  wasm_engine_delete(other_engine);

  // What is no module.
  binary.data[binary.size - 1] = 0;
  CHECK(!wasm_module_validate(store, &binary) && !wasm_module_new(store, &binary));
  CHECK(!wasm_module_deserialize(store, &binary));
  const nacre_error_t* error = nacre_store_last_error(store);
  printf("%d %s\n", nacre_error_kind(error), nacre_error_message(error));
  CHECK(nacre_error_offset(error) != NACRE_NO_OFFSET);
  wasm_module_t* none = module;
  PRINT_ERROR(nacre_module_new(engine, binary.data, 3, &none));
  CHECK(!none);
  PRINT_ERROR(nacre_module_new_from_file(engine, "/nowhere/x.wasm", &none));
  wasm_byte_vec_delete(&binary);
  binary = from_text("(module (func (result i32)))");
  PRINT_ERROR(nacre_module_validate(engine, binary.data, binary.size));
  wasm_byte_vec_delete(&binary);
  PRINT_ERROR(nacre_wat2wasm("(module\n  (func $f\n", 19, &binary));
  CHECK(binary.size == 0 && binary.data == NULL);

  wasm_module_delete(module);
  wasm_instance_delete(instance);
  wasm_store_delete(store);
  wasm_engine_delete(engine);
  return 0;
}
// clang-format off
/* output:
42
a module of another engine
0 unexpected end of section or function (in function "answer")
unexpected end of section or function
/nowhere/x.wasm: No such file or directory
type mismatch: instruction requires [i32] but stack has [], in end (in func[0])
unexpected token: end of input (at 3:1)
*/

// SPDX-License-Identifier: Apache-2.0
//
// Structs, arrays and i31 references from the outside.
#include "check.h"

int main(void) {
  wasm_engine_t* engine = wasm_engine_new();
  wasm_store_t* store = wasm_store_new(engine);
  wasm_instance_t* instance = instance_of(
      store,
      "(module"
      "  (type $node (struct (field (mut i32)) (field (mut (ref null $node))) (field i8)"
      "                      (field (mut funcref)) (field (mut externref))))"
      "  (type $bytes (array (mut i8)))"
      "  (func (export \"node\") (param i32) (result (ref $node))"
      "    (struct.new $node (local.get 0) (ref.null $node) (i32.const -1) (ref.null func)"
      "                      (ref.null extern)))"
      "  (func (export \"value\") (param (ref $node)) (result i32)"
      "    (struct.get $node 0 (local.get 0)))"
      "  (func (export \"bytes\") (result anyref) (array.new $bytes (i32.const 7) (i32.const 9)))"
      "  (func (export \"i31\") (param i31ref) (result i32) (i31.get_s (local.get 0))))",
      NULL, 0);
  wasm_func_t* node_func = func_of(instance, "node");
  wasm_func_t* value_func = func_of(instance, "value");
  wasm_func_t* bytes_func = func_of(instance, "bytes");
  wasm_func_t* i31_func = func_of(instance, "i31");

  wasm_val_t arg = i32_val(11);
  wasm_val_t node = call(node_func, 1, &arg);
  CHECK(node.kind == NACRE_ANYREF && nacre_ref_shape(node.of.ref) == NACRE_SHAPE_STRUCT);
  CHECK(nacre_ref_length(node.of.ref) == 5);
  arg = i32_val(12);
  wasm_val_t next = call(node_func, 1, &arg);
  CHECK_OK(nacre_ref_set(node.of.ref, 1, &next));
  nacre_store_gc(store);
  CHECK(nacre_store_gc_used(store) > 0 && nacre_store_gc_collections(store) > 0);
  wasm_val_t value;
  CHECK_OK(nacre_ref_get(node.of.ref, 0, &value));
  CHECK(value.kind == WASM_I32 && value.of.i32 == 11);
  CHECK_OK(nacre_ref_get(node.of.ref, 2, &value));
  CHECK(value.of.i32 == 255);
  CHECK_OK(nacre_ref_get(node.of.ref, 1, &value));
  CHECK(wasm_ref_same(value.of.ref, next.of.ref));
  CHECK(!wasm_ref_same(value.of.ref, node.of.ref));
  wasm_val_delete(&value);
  value = i32_val(13);
  CHECK_OK(nacre_ref_set(node.of.ref, 0, &value));
  printf("%d\n", (int)call_i32(value_func, 1, &node));
  value = ref_val(wasm_func_as_ref(value_func));
  CHECK_OK(nacre_ref_set(node.of.ref, 3, &value));
  value = ref_val(wasm_instance_as_ref(instance));
  CHECK_OK(nacre_ref_set(node.of.ref, 4, &value));
  CHECK_OK(nacre_ref_get(node.of.ref, 4, &value));
  CHECK(wasm_ref_as_instance(value.of.ref));
  wasm_val_delete(&value);
  value = ref_val(NULL);
  CHECK_OK(nacre_ref_set(node.of.ref, 1, &value));
  value = i32_val(1);
  PRINT_ERROR(nacre_ref_set(node.of.ref, 2, &value));
  nacre_error_t* error = nacre_ref_set(node.of.ref, 1, &value);  // no reference
  CHECK(error && nacre_error_kind(error) == NACRE_ERROR_INVALID_ARGUMENT);
  nacre_error_delete(error);
  PRINT_ERROR(nacre_ref_set(node.of.ref, 9, &value));
  PRINT_ERROR(nacre_ref_get(wasm_instance_as_ref(instance), 0, &value));

  wasm_val_t bytes = call(bytes_func, 0, NULL);
  CHECK(nacre_ref_shape(bytes.of.ref) == NACRE_SHAPE_ARRAY && nacre_ref_length(bytes.of.ref) == 9);
  CHECK_OK(nacre_ref_get(bytes.of.ref, 8, &value));
  CHECK(value.of.i32 == 7);
  wasm_trap_t* trap = call_trap(value_func, 1, &bytes);  // no node
  CHECK(nacre_error_kind(nacre_trap_error(trap)) == NACRE_ERROR_INVALID_ARGUMENT);
  wasm_trap_delete(trap);

  arg = ref_val(nacre_ref_new_i31(store, 0xffffffffu));
  int32_t number = 0;
  CHECK(nacre_ref_i31(arg.of.ref, &number) && number == -1 &&
        !nacre_ref_i31(bytes.of.ref, &number));
  printf("%d\n", (int)call_i32(i31_func, 1, &arg));
  wasm_val_delete(&arg);
  arg = ref_val(NULL);
  print_trap(call_trap(i31_func, 1, &arg));
  CHECK(nacre_ref_shape(NULL) == NACRE_SHAPE_NULL);

  // Slots.
  uint64_t slots[2] = {nacre_ref_to_raw(store, node.of.ref), 0};
  CHECK(!nacre_func_call_unchecked(value_func, slots));
  printf("%d\n", (int)nacre_slot_to_i32(slots[0]));
  CHECK(!nacre_func_call_unchecked(bytes_func, slots));
  wasm_ref_t* ref = nacre_ref_from_raw(store, NACRE_ANYREF, slots[0]);
  CHECK(nacre_ref_length(ref) == 9 && !nacre_ref_from_raw(store, WASM_FUNCREF, 0));

  wasm_store_delete(store);
  CHECK(nacre_ref_length(ref) == 0);
  wasm_ref_delete(ref);
  wasm_val_delete(&bytes);
  wasm_val_delete(&node);
  wasm_val_delete(&next);
  wasm_func_delete(node_func);
  wasm_func_delete(value_func);
  wasm_func_delete(bytes_func);
  wasm_func_delete(i31_func);
  wasm_instance_delete(instance);
  wasm_engine_delete(engine);
  return 0;
}
// clang-format off
/* output:
13
an immutable field
no field or element of this index
the reference has no fields
-1
null i31 reference
13
*/

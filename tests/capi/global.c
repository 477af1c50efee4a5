// SPDX-License-Identifier: Apache-2.0
//
// Globals of both sides, mutable and not, of every kind of value.
#include "check.h"

static wasm_global_t* new_global(wasm_store_t* store, wasm_valkind_t kind, bool mutable_,
                                 const wasm_val_t* value) {
  wasm_globaltype_t* type =
      wasm_globaltype_new(wasm_valtype_new(kind), mutable_ ? WASM_VAR : WASM_CONST);
  wasm_global_t* global = wasm_global_new(store, type, value);
  wasm_globaltype_delete(type);
  return global;
}

int main(void) {
  wasm_engine_t* engine = wasm_engine_new();
  wasm_store_t* store = wasm_store_new(engine);
  wasm_val_t f32 = WASM_F32_VAL(1.5f), i64 = WASM_I64_VAL(INT64_C(-7000000000));
  wasm_val_t f64 = WASM_F64_VAL(2.25);
  wasm_global_t* const_f32 = new_global(store, WASM_F32, false, &f32);
  wasm_global_t* var_i64 = new_global(store, WASM_I64, true, &i64);
  CHECK(const_f32 && var_i64);
  CHECK(!new_global(store, WASM_I32, true, &i64));  // a value of another type
  printf("%s\n", nacre_error_message(nacre_store_last_error(store)));

  wasm_extern_t* imports[] = {wasm_global_as_extern(const_f32), wasm_global_as_extern(var_i64)};
  wasm_instance_t* instance = instance_of(
      store,
      "(module (global (import \"\" \"c\") f32) (global $v (import \"\" \"v\") (mut i64))"
      "  (global (export \"f64\") (mut f64) (f64.const 6.5))"
      "  (global (export \"const\") i32 (i32.const 5))"
      "  (global (export \"vec\") (mut v128) (v128.const i32x4 1 2 3 4))"
      "  (global (export \"func\") (mut funcref) (ref.null func))"
      "  (func (export \"c\") (result f32) (global.get 0))"
      "  (func (export \"v\") (result i64) (global.get $v))"
      "  (func $set (export \"set\") (param i64) (global.set $v (local.get 0)))"
      "  (func (export \"call\") (result i32) (i32.trunc_f64_s (global.get 2))))",
      imports, 2);
  wasm_func_t* c = func_of(instance, "c");
  wasm_func_t* v = func_of(instance, "v");
  wasm_func_t* set = func_of(instance, "set");
  printf("%g %lld\n", (double)call(c, 0, NULL).of.f32, (long long)call(v, 0, NULL).of.i64);

  wasm_val_t value = WASM_I64_VAL(8);
  wasm_global_set(var_i64, &value);
  CHECK(call(v, 0, NULL).of.i64 == 8);
  value.of.i64 = 9;
  wasm_val_t none = WASM_INIT_VAL;
  wasm_val_vec_t args = WASM_EMPTY_VEC, results = WASM_EMPTY_VEC;
  (void)none;
  args.size = 1, args.data = &value;
  CHECK(!wasm_func_call(set, &args, &results));
  wasm_global_get(var_i64, &value);
  CHECK(value.kind == WASM_I64 && value.of.i64 == 9);

  wasm_global_set(const_f32, &f32);
  printf("%s\n", nacre_error_message(nacre_store_last_error(store)));
  PRINT_ERROR(nacre_global_set(var_i64, &f32));

  wasm_global_t* g = nacre_instance_global(instance, "f64");
  wasm_global_get(g, &value);
  CHECK(value.kind == WASM_F64 && value.of.f64 == 6.5);
  wasm_global_set(g, &f64);
  wasm_func_t* read = func_of(instance, "call");
  CHECK(call_i32(read, 0, NULL) == 2);
  wasm_globaltype_t* type = wasm_global_type(g);
  CHECK(wasm_valtype_kind(wasm_globaltype_content(type)) == WASM_F64);
  CHECK(wasm_globaltype_mutability(type) == WASM_VAR);
  wasm_globaltype_delete(type);
  wasm_global_delete(g);

  // A vector, and a function.
  uint8_t bytes[16];
  g = nacre_instance_global(instance, "vec");
  wasm_global_get(g, &value);
  CHECK(nacre_val_v128(&value, bytes) && bytes[0] == 1 && bytes[4] == 2 && bytes[12] == 4);
  wasm_val_delete(&value);
  memset(bytes, 0x11, 16);
  nacre_val_new_v128(&value, bytes);
  CHECK_OK(nacre_global_set(g, &value));
  wasm_val_delete(&value);
  wasm_global_get(g, &value);
  memset(bytes, 0, 16);
  CHECK(nacre_val_v128(&value, bytes) && bytes[15] == 0x11);
  wasm_val_delete(&value);
  wasm_global_delete(g);

  g = nacre_instance_global(instance, "func");
  wasm_global_get(g, &value);
  CHECK(value.kind == WASM_FUNCREF && value.of.ref == NULL);
  value.of.ref = wasm_func_as_ref(read);
  wasm_global_set(g, &value);
  wasm_global_get(g, &value);
  CHECK(value.kind == WASM_FUNCREF && wasm_ref_same(value.of.ref, wasm_func_as_ref(read)));
  CHECK(call_i32(wasm_ref_as_func(value.of.ref), 0, NULL) == 2);
  wasm_val_delete(&value);
  wasm_global_delete(g);

  CHECK(!nacre_instance_global(instance, "c"));  // a function
  wasm_func_delete(read);
  wasm_func_delete(c);
  wasm_func_delete(v);
  wasm_func_delete(set);
  wasm_global_delete(const_f32);
  wasm_global_delete(var_i64);
  wasm_instance_delete(instance);
  wasm_store_delete(store);
  wasm_engine_delete(engine);
  printf("done\n");
  return 0;
}
// clang-format off
/* output:
expected i32, found i64
1.5 -7000000000
the global is immutable
expected i64, found f32
done
*/

// SPDX-License-Identifier: Apache-2.0
//
// Several results in both directions, of every kind.
#include "check.h"

static wasm_trap_t* reverse(const wasm_val_vec_t* args, wasm_val_vec_t* results) {
  for (size_t i = 0; i < args->size; ++i)
    wasm_val_copy(&results->data[args->size - 1 - i], &args->data[i]);
  return NULL;
}

int main(void) {
  wasm_engine_t* engine = wasm_engine_new();
  wasm_store_t* store = wasm_store_new(engine);
  static const wasm_valkind_t kinds[] = {WASM_I32,   WASM_I64,     WASM_F32,       WASM_F64,
                                         NACRE_V128, WASM_FUNCREF, WASM_EXTERNREF, NACRE_ANYREF};
  enum { n = sizeof kinds / sizeof *kinds };
  wasm_valtype_vec_t params, results;
  wasm_valtype_vec_new_uninitialized(&params, n);
  for (size_t i = 0; i < n; ++i) params.data[i] = wasm_valtype_new(kinds[i]);
  wasm_valtype_vec_new_uninitialized(&results, n);
  for (size_t i = 0; i < n; ++i) results.data[i] = wasm_valtype_new(kinds[n - 1 - i]);
  wasm_functype_t* type = wasm_functype_new(&params, &results);
  CHECK(params.size == 0 && results.size == 0);
  wasm_func_t* func = wasm_func_new(store, type, reverse);
  CHECK(wasm_func_param_arity(func) == n && wasm_func_result_arity(func) == n);
  CHECK(nacre_func_slots(func) == n + 1);
  wasm_message_t text;
  nacre_externtype_text(wasm_functype_as_externtype_const(type), &text);
  printf("%s\n", text.data);
  wasm_name_delete(&text);
  wasm_functype_delete(type);

  wasm_extern_t* imports[] = {wasm_func_as_extern(func)};
  wasm_instance_t* instance = instance_of(
      store,
      "(module (type $t (func (param i32 i64 f32 f64 v128 funcref externref anyref)"
      "                       (result anyref externref funcref v128 f64 f32 i64 i32)))"
      "  (func $f (import \"\" \"f\") (type $t))"
      "  (func (export \"g\") (type $t) (call $f (local.get 0) (local.get 1) (local.get 2)"
      "    (local.get 3) (local.get 4) (local.get 5) (local.get 6) (local.get 7))))",
      imports, 1);
  wasm_func_t* g = func_of(instance, "g");
  wasm_foreign_t* foreign = wasm_foreign_new(store);
  uint8_t vector[16] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
  wasm_val_t args[n] = {WASM_I32_VAL(-1), WASM_I64_VAL(2), WASM_F32_VAL(3.5f), WASM_F64_VAL(4.5),
                        WASM_INIT_VAL,    WASM_INIT_VAL,   WASM_INIT_VAL,      WASM_INIT_VAL};
  nacre_val_new_v128(&args[4], vector);
  args[5].of.ref = wasm_func_as_ref(g);  // of a reference's kind only the reference counts
  args[6].of.ref = wasm_foreign_as_ref(foreign);
  args[7].of.ref = nacre_ref_new_i31(store, 77);
  args[7].kind = NACRE_ANYREF;
  wasm_val_vec_t arg_vec = WASM_ARRAY_VEC(args), result_vec;
  wasm_val_vec_new_uninitialized(&result_vec, n);
  wasm_trap_t* trap = wasm_func_call(g, &arg_vec, &result_vec);
  if (trap) print_trap(trap);
  CHECK(!trap);
  const wasm_val_t* r = result_vec.data;
  CHECK(r[7].kind == WASM_I32 && r[7].of.i32 == -1);
  CHECK(r[6].kind == WASM_I64 && r[6].of.i64 == 2);
  CHECK(r[5].kind == WASM_F32 && r[5].of.f32 == 3.5f);
  CHECK(r[4].kind == WASM_F64 && r[4].of.f64 == 4.5);
  uint8_t back[16];
  CHECK(nacre_val_v128(&r[3], back) && memcmp(back, vector, 16) == 0);
  CHECK(r[2].kind == WASM_FUNCREF && wasm_ref_same(r[2].of.ref, wasm_func_as_ref(g)));
  CHECK(r[1].kind == WASM_EXTERNREF && wasm_ref_as_foreign(r[1].of.ref));
  int32_t i31 = 0;
  CHECK(r[0].kind == NACRE_ANYREF && nacre_ref_i31(r[0].of.ref, &i31) && i31 == 77);

  wasm_val_vec_t copy;
  wasm_val_vec_copy(&copy, &result_vec);
  CHECK(copy.size == n && copy.data[2].of.ref != r[2].of.ref);
  CHECK(wasm_ref_same(copy.data[2].of.ref, r[2].of.ref));
  wasm_val_vec_delete(&copy);
  wasm_val_vec_delete(&result_vec);
  wasm_val_delete(&args[4]);
  wasm_val_delete(&args[7]);
  wasm_foreign_delete(foreign);
  wasm_func_delete(g);
  wasm_func_delete(func);
  wasm_instance_delete(instance);
  wasm_store_delete(store);
  wasm_engine_delete(engine);
  printf("done\n");
  return 0;
}
// clang-format off
/* output:
(func (param i32 i64 f32 f64 v128 funcref externref anyref) (result anyref externref funcref v128 f64 f32 i64 i32))
done
*/

// SPDX-License-Identifier: Apache-2.0
//
// Host functions with and without environment, called by guests and directly; finalizers.
#include "check.h"

static wasm_trap_t* print(const wasm_val_vec_t* args, wasm_val_vec_t* results) {
  CHECK(args->size == 1 && args->data[0].kind == WASM_I32);
  CHECK(results->size == 1 && results->data[0].kind == WASM_I32 && results->data[0].of.i32 == 0);
  printf("print %d\n", (int)args->data[0].of.i32);
  wasm_val_copy(&results->data[0], &args->data[0]);
  return NULL;
}

static wasm_trap_t* closure(void* env, const wasm_val_vec_t* args, wasm_val_vec_t* results) {
  CHECK(args->size == 0);
  results->data[0] = i32_val(++*(int*)env);
  return NULL;
}

static void finalize(void* env) { printf("finalize at %d\n", *(int*)env); }

// Gives a result of the wrong type.
static wasm_trap_t* wrong(const wasm_val_vec_t* args, wasm_val_vec_t* results) {
  (void)args;
  results->data[0].kind = WASM_F32;
  results->data[0].of.f32 = 1;
  return NULL;
}

// Calls back into the guest.
static wasm_trap_t* again(void* env, nacre_caller_t* caller, const wasm_val_vec_t* args,
                          wasm_val_vec_t* results) {
  (void)env;
  wasm_extern_t* run = nacre_caller_export(caller, "fac");
  wasm_trap_t* trap = wasm_func_call(wasm_extern_as_func(run), args, results);
  wasm_extern_delete(run);
  return trap;
}

int main(void) {
  int counter = 41;
  wasm_engine_t* engine = wasm_engine_new();
  wasm_store_t* store = wasm_store_new(engine);
  wasm_functype_t* i_i = wasm_functype_new_1_1(wasm_valtype_new_i32(), wasm_valtype_new_i32());
  wasm_functype_t* v_i = wasm_functype_new_0_1(wasm_valtype_new_i32());
  wasm_func_t* print_func = wasm_func_new(store, i_i, print);
  wasm_func_t* closure_func = wasm_func_new_with_env(store, v_i, closure, &counter, finalize);
  wasm_func_t* again_func = nacre_func_new(store, i_i, again, NULL, NULL);
  wasm_func_t* wrong_func = wasm_func_new(store, v_i, wrong);
  wasm_extern_t* imports[] = {wasm_func_as_extern(print_func), wasm_func_as_extern(closure_func),
                              wasm_func_as_extern(again_func), wasm_func_as_extern(wrong_func)};
  wasm_instance_t* instance = instance_of(
      store,
      "(module"
      "  (func $print (import \"\" \"print\") (param i32) (result i32))"
      "  (func $closure (import \"\" \"closure\") (result i32))"
      "  (func $again (import \"\" \"again\") (param i32) (result i32))"
      "  (func $wrong (import \"\" \"wrong\") (result i32))"
      "  (func (export \"run\") (param i32 i32) (result i32)"
      "    (i32.add (call $print (i32.add (local.get 0) (local.get 1))) (call $closure)))"
      "  (func (export \"fac\") (param i32) (result i32)"
      "    (if (result i32) (i32.eqz (local.get 0)) (then (i32.const 1))"
      "      (else (i32.mul (local.get 0)"
      "                     (call $again (i32.sub (local.get 0) (i32.const 1)))))))"
      "  (func (export \"wrong\") (result i32) (call $wrong)))",
      imports, 4);

  wasm_func_t* run = func_of(instance, "run");
  wasm_val_t args[2];
  args[0] = i32_val(3), args[1] = i32_val(4);
  printf("run %d\n", (int)call_i32(run, 2, args));

  wasm_func_t* fac = func_of(instance, "fac");
  args[0] = i32_val(10);
  printf("fac %d\n", (int)call_i32(fac, 1, args));
  args[0] = i32_val(1000);
  print_trap(call_trap(fac, 1, args));

  wasm_func_t* bad = func_of(instance, "wrong");
  print_trap(call_trap(bad, 0, NULL));

  // Without a guest in between; arguments that do not fit.
  args[0] = i32_val(7);
  printf("direct %d\n", (int)call_i32(print_func, 1, args));
  print_trap(call_trap(run, 1, args));
  args[1].kind = WASM_I64;
  print_trap(call_trap(run, 2, args));

  wasm_functype_delete(i_i);
  wasm_functype_delete(v_i);
  wasm_func_delete(run);
  wasm_func_delete(fac);
  wasm_func_delete(bad);
  wasm_func_delete(print_func);
  wasm_func_delete(closure_func);
  wasm_func_delete(again_func);
  wasm_func_delete(wrong_func);
  wasm_instance_delete(instance);
  printf("store\n");
  wasm_store_delete(store);
  wasm_engine_delete(engine);
  return 0;
}
// clang-format off
/* output:
print 7
run 49
fac 3628800
call stack exhausted
result 0: expected i32, found f32
print 7
direct 7
the function has 2 parameters and 1 results; the call, 1 and 1
argument 1: expected i32, found i64
store
finalize at 42
*/

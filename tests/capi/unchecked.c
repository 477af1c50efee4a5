// SPDX-License-Identifier: Apache-2.0
//
// Calls with slots in both directions. With an argument, measures them: nanoseconds a call.
#include "check.h"

#include <time.h>

static wasm_trap_t* mix(void* env, nacre_caller_t* caller, uint64_t slots[]) {
  const double sum = nacre_slot_to_i32(slots[0]) + (double)nacre_slot_to_i64(slots[1]) +
                     (double)nacre_slot_to_f32(slots[2]) + nacre_slot_to_f64(slots[3]);
  uint8_t lanes[16];
  memcpy(lanes, &slots[4], 16);
  if (lanes[0] != *(int*)env) return nacre_trap_new(nacre_caller_store(caller), "wrong lanes");
  slots[0] = nacre_slot_f64(sum + lanes[15]);
  return NULL;
}

static wasm_trap_t* nothing(void* env, nacre_caller_t* caller, uint64_t slots[]) {
  (void)env, (void)caller, (void)slots;
  return NULL;
}

static wasm_trap_t* nothing_checked(const wasm_val_vec_t* args, wasm_val_vec_t* results) {
  (void)args, (void)results;
  return NULL;
}

static double now(void) { return (double)clock() / CLOCKS_PER_SEC * 1e9; }

static void measure(wasm_store_t* store) {
  wasm_functype_t* type = wasm_functype_new_0_0();
  wasm_func_t* fast = nacre_func_new_unchecked(store, type, nothing, NULL, NULL);
  wasm_func_t* slow = wasm_func_new(store, type, nothing_checked);
  wasm_functype_delete(type);
  wasm_extern_t* imports[] = {wasm_func_as_extern(fast), wasm_func_as_extern(slow)};
  wasm_instance_t* instance = instance_of(
      store,
      "(module (func $fast (import \"\" \"f\")) (func $slow (import \"\" \"g\"))"
      "  (func (export \"add\") (param i32 i32) (result i32)"
      "    (i32.add (local.get 0) (local.get 1)))"
      "  (func (export \"none\") (param i32)"
      "    (loop (local.set 0 (i32.sub (local.get 0) (i32.const 1))) (br_if 0 (local.get 0))))"
      "  (func (export \"fast\") (param i32) (loop (call $fast)"
      "    (local.set 0 (i32.sub (local.get 0) (i32.const 1))) (br_if 0 (local.get 0))))"
      "  (func (export \"slow\") (param i32) (loop (call $slow)"
      "    (local.set 0 (i32.sub (local.get 0) (i32.const 1))) (br_if 0 (local.get 0)))))",
      imports, 2);
  enum { rounds = 2000000 };
  wasm_func_t* add = func_of(instance, "add");
  double start = now();
  uint64_t slots[2] = {1, 0};
  for (int i = 0; i < rounds; ++i) {
    slots[1] = 1;
    nacre_func_call_unchecked(add, slots);
  }
  printf("call unchecked %.1f ns (%u)\n", (now() - start) / rounds, (unsigned)slots[0]);
  start = now();
  wasm_val_t args[2];
  args[0] = i32_val(1), args[1] = i32_val(1);
  for (int i = 0; i < rounds; ++i) args[0] = call(add, 2, args);
  printf("call checked %.1f ns (%d)\n", (now() - start) / rounds, (int)args[0].of.i32);
  static const char* const names[] = {"none", "fast", "slow"};
  double loop = 0;
  for (int i = 0; i < 3; ++i) {
    wasm_func_t* f = func_of(instance, names[i]);
    slots[0] = rounds;
    start = now();
    nacre_func_call_unchecked(f, slots);
    const double ns = (now() - start) / rounds;
    if (i == 0) loop = ns;
    else printf("host call %s %.1f ns\n", i == 1 ? "unchecked" : "checked", ns - loop);
    wasm_func_delete(f);
  }
  wasm_func_delete(add);
  wasm_func_delete(fast);
  wasm_func_delete(slow);
  wasm_instance_delete(instance);
}

int main(int argc, char** argv) {
  (void)argv;
  wasm_engine_t* engine = wasm_engine_new();
  wasm_store_t* store = wasm_store_new(engine);
  static const wasm_valkind_t kinds[] = {WASM_I32, WASM_I64, WASM_F32, WASM_F64, NACRE_V128};
  wasm_valtype_vec_t params, results;
  wasm_valtype_vec_new_uninitialized(&params, 5);
  for (size_t i = 0; i < 5; ++i) params.data[i] = wasm_valtype_new(kinds[i]);
  wasm_valtype_t* f64 = wasm_valtype_new_f64();
  wasm_valtype_vec_new(&results, 1, &f64);
  wasm_functype_t* type = wasm_functype_new(&params, &results);
  int first_lane = 1;
  wasm_func_t* func = nacre_func_new_unchecked(store, type, mix, &first_lane, NULL);
  wasm_functype_delete(type);
  wasm_extern_t* imports[] = {wasm_func_as_extern(func)};
  wasm_instance_t* instance = instance_of(
      store,
      "(module (type $t (func (param i32 i64 f32 f64 v128) (result f64)))"
      "  (func $f (import \"\" \"f\") (type $t))"
      "  (func (export \"g\") (type $t) (call $f (local.get 0) (local.get 1) (local.get 2)"
      "                                        (local.get 3) (local.get 4))))",
      imports, 1);
  wasm_func_t* g = func_of(instance, "g");
  CHECK(nacre_func_slots(g) == 6);
  uint64_t slots[6];
  for (int round = 0; round < 2; ++round) {
    slots[0] = nacre_slot_i32(-1);
    slots[1] = nacre_slot_i64(INT64_C(1) << 40);
    slots[2] = nacre_slot_f32(0.5f);
    slots[3] = nacre_slot_f64(0.25);
    uint8_t lanes[16] = {1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 16};
    memcpy(&slots[4], lanes, 16);
    wasm_trap_t* trap = nacre_func_call_unchecked(g, slots);
    if (trap) print_trap(trap);
    else printf("%.2f\n", nacre_slot_to_f64(slots[0]));
    first_lane = 2;
  }
  if (argc > 1) measure(store);
  wasm_func_delete(g);
  wasm_func_delete(func);
  wasm_instance_delete(instance);
  wasm_store_delete(store);
  wasm_trap_t* gone = NULL;
  (void)gone;
  wasm_engine_delete(engine);
  return 0;
}
// clang-format off
/* output:
1099511627791.75
wrong lanes
*/

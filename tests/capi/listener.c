// SPDX-License-Identifier: Apache-2.0
//
// Function listeners: chosen per function, told of calls, returns, tail calls and traps; one that
// ends the call.
#include "check.h"

typedef struct recorder_t {
  int calls, limit;
} recorder_t;

static void print_values(const wasm_val_vec_t* v) {
  for (size_t i = 0; i < v->size; ++i) {
    if (v->data[i].kind == WASM_I32) printf(" %d", (int)v->data[i].of.i32);
    else if (v->data[i].kind == WASM_F64) printf(" %gd", v->data[i].of.f64);
    else printf(" ?");
  }
}

static const char* label(const nacre_listener_call_t* call) {
  return nacre_function_info_label(nacre_listener_call_function(call));
}

static wasm_trap_t* before(void* env, nacre_listener_call_t* call, const wasm_val_vec_t* params) {
  recorder_t* r = env;
  printf("%d before %s", (int)nacre_listener_call_depth(call), label(call));
  print_values(params);
  printf("\n");
  if (++r->calls != r->limit) return NULL;
  return nacre_trap_new(nacre_caller_store(nacre_listener_call_caller(call)), "enough calls");
}

static wasm_trap_t* after(void* env, nacre_listener_call_t* call, const wasm_val_vec_t* results) {
  (void)env;
  printf("%d after %s%s", (int)nacre_listener_call_depth(call), label(call),
         nacre_listener_call_is_tail_call(call) ? " (tail call)" : "");
  print_values(results);
  printf("\n");
  return NULL;
}

static void trap(void* env, nacre_listener_call_t* call, const nacre_error_t* error) {
  size_t size = 0;
  (void)env;
  CHECK(nacre_caller_memory(nacre_listener_call_caller(call), &size) != NULL);
  printf("%d trap %s: %s (code %d, %d bytes of memory)\n", (int)nacre_listener_call_depth(call),
         label(call), nacre_error_message(error), (int)nacre_error_trap_code(error), (int)size);
}

static bool choose(void* env, const nacre_function_info_t* f, nacre_listener_t* out) {
  const char *module = NULL, *name = NULL;
  wasm_functype_t* type = nacre_function_info_type(f);
  printf("choose %d '%s' %s, %d params", (int)nacre_function_info_index(f),
         nacre_function_info_name(f), nacre_function_info_label(f),
         (int)wasm_functype_params(type)->size);
  wasm_functype_delete(type);
  if (nacre_function_info_import(f, &module, &name)) printf(", import %s.%s", module, name);
  if (nacre_function_info_export(f, 0)) printf(", export %s", nacre_function_info_export(f, 0));
  CHECK(nacre_function_info_export(f, 1) == NULL);
  printf("\n");
  out->env = env;
  out->before = before;
  out->after = after;
  out->trap = trap;
  return strcmp(nacre_function_info_name(f), "unheard") != 0;
}

static void finalize(void* env) { printf("finalize at %d\n", ((recorder_t*)env)->calls); }

static wasm_trap_t* host(void* env, nacre_caller_t* caller, const wasm_val_vec_t* args,
                         wasm_val_vec_t* results) {
  (void)env, (void)caller;
  results->data[0] = i32_val(args->data[0].of.i32 * 2);
  return NULL;
}

static void run(nacre_engine_kind_t kind) {
  recorder_t recorder = {0, 0};
  wasm_config_t* config = wasm_config_new();
  CHECK(nacre_config_set_engine(config, kind));
  wasm_engine_t* engine = wasm_engine_new_with_config(config);
  nacre_error_t* unusable = nacre_engine_check(engine);
  if (unusable != NULL) {  // say what it would
    nacre_error_delete(unusable);
    wasm_engine_delete(engine);
    run(NACRE_ENGINE_INTERPRETER);
    return;
  }
  nacre_compile_options_t* options = nacre_compile_options_new();
  nacre_compile_options_set_listeners(options, choose, &recorder, finalize);
  wasm_byte_vec_t binary;
  const char* wat =
      "(module (import \"env\" \"twice\" (func $twice (param i32) (result i32)))"
      "  (memory (export \"m\") 1)"
      "  (func $half (param i32 i32) (result i32) (i32.div_s (local.get 0) (local.get 1)))"
      "  (func $unheard (param i32) (result i32)"
      "    (call $half (call $twice (i32.const 21)) (local.get 0)))"
      "  (func (param i32) (result i32) (return_call $unheard (local.get 0)))"
      "  (func (export \"run\") (param i32 f64) (result i32 f64)"
      "    (call 3 (local.get 0)) (local.get 1)))";
  CHECK_OK(nacre_wat2wasm(wat, strlen(wat), &binary));
  wasm_module_t* module = NULL;
  CHECK_OK(nacre_module_new_with_options(engine, binary.data, binary.size, options, &module));
  nacre_compile_options_delete(options);
  wasm_byte_vec_delete(&binary);

  nacre_linker_t* linker = nacre_linker_new(engine);
  wasm_functype_t* i_i = wasm_functype_new_1_1(wasm_valtype_new_i32(), wasm_valtype_new_i32());
  CHECK_OK(nacre_linker_define_func(linker, "env", "twice", i_i, host, NULL, NULL));
  wasm_functype_delete(i_i);
  wasm_store_t* store = wasm_store_new(engine);
  wasm_instance_t* instance = NULL;
  CHECK_OK(nacre_linker_instantiate(linker, store, module, &instance));
  wasm_module_delete(module);

  wasm_func_t* f = func_of(instance, "run");
  for (int i = 0; i < 3; ++i) {
    wasm_val_t args[2], got[2];
    wasm_val_vec_t arg_list = {2, args}, result_list = {2, got};
    args[0] = i32_val(i == 1 ? 0 : 7);
    args[1].kind = WASM_F64, args[1].of.f64 = 0.5;
    if (i == 2) recorder.limit = recorder.calls + 3;
    wasm_trap_t* failed = wasm_func_call(f, &arg_list, &result_list);
    if (failed != NULL) print_trap(failed);
    else printf("%d %g\n", (int)got[0].of.i32, got[1].of.f64);
  }
  wasm_func_delete(f);
  wasm_instance_delete(instance);
  nacre_linker_delete(linker);
  wasm_store_delete(store);
  wasm_engine_delete(engine);
}

int main(void) {
  run(NACRE_ENGINE_INTERPRETER);
  run(NACRE_ENGINE_BASELINE);
  return 0;
}
// clang-format off
/* output, 2 times:
choose 0 'twice' env.twice, 1 params, import env.twice
choose 1 'half' half, 2 params
choose 2 'unheard' unheard, 1 params
choose 3 '' func[3], 1 params
choose 4 '' run, 2 params, export run
1 before run 7 0.5d
2 before func[3] 7
2 after func[3] (tail call)
3 before env.twice 21
3 after env.twice 42
3 before half 42 7
3 after half 6
1 after run 6 0.5d
6 0.5
1 before run 0 0.5d
2 before func[3] 0
2 after func[3] (tail call)
3 before env.twice 21
3 after env.twice 42
3 before half 42 0
3 trap half: integer divide by zero (code 2, 65536 bytes of memory)
1 trap run: integer divide by zero (code 2, 65536 bytes of memory)
integer divide by zero
1 before run 7 0.5d
2 before func[3] 7
2 after func[3] (tail call)
3 before env.twice 21
1 trap run: enough calls (code 26, 65536 bytes of memory)
enough calls
finalize at 11
*/

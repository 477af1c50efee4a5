// SPDX-License-Identifier: Apache-2.0
//
// Configuration: features, limits of modules and stores, fuel, timeouts.
#include "check.h"

static const char* const program =
    "(module (memory (export \"memory\") 1)"
    "  (func (export \"spin\") (loop (br 0)))"
    "  (func (export \"deep\") (call 1))"
    "  (func (export \"grow\") (param i32) (result i32) (memory.grow (local.get 0))))";

int main(void) {
  printf("%s %s %s\n", nacre_version()[0] ? "version" : "", nacre_feature_name(NACRE_FEATURE_SIMD),
         nacre_feature_name(200) ? "?" : "none");
  nacre_feature_t feature = 0;
  CHECK(nacre_feature_parse("memory64", &feature) && feature == NACRE_FEATURE_MEMORY64);
  CHECK(!nacre_feature_parse("wasm3", &feature));
  CHECK(nacre_features_wasm1() < nacre_features_wasm2());

  // Features.
  wasm_config_t* config = wasm_config_new();
  nacre_config_set_features(config, nacre_features_wasm2());
  nacre_config_set_feature(config, NACRE_FEATURE_SIMD, false);
  wasm_engine_t* engine = wasm_engine_new_with_config(config);
  CHECK_OK(nacre_engine_check(engine));
  wasm_byte_vec_t binary = from_text("(module (func (param v128)))");
  nacre_error_t* error = nacre_module_validate(engine, binary.data, binary.size);
  CHECK(error && nacre_error_kind(error) == NACRE_ERROR_UNSUPPORTED);
  CHECK(nacre_error_offset(error) == 13);
  CHECK(strstr(nacre_error_message(error), "the type v128 needs the feature 'simd'"));
  nacre_error_delete(error);
  wasm_byte_vec_delete(&binary);
  wasm_engine_delete(engine);

  // Limits of modules.
  config = wasm_config_new();
  CHECK(nacre_config_set_limit(config, NACRE_LIMIT_MODULE_FUNCTIONS, 2));
  CHECK(nacre_config_set_limit(config, NACRE_LIMIT_MODULE_LOCALS, UINT64_MAX));
  CHECK(!nacre_config_set_limit(config, 250, 2));
  engine = wasm_engine_new_with_config(config);
  binary = from_text("(module (func) (func) (func))");
  error = nacre_module_validate(engine, binary.data, binary.size);
  printf("%d\n", nacre_error_kind(error));
  nacre_error_delete(error);
  wasm_byte_vec_delete(&binary);
  wasm_engine_delete(engine);

  // Fuel and time; limits of stores.
  config = wasm_config_new();
  nacre_config_set_fuel(config, true);
  nacre_config_set_interruptible(config, true);
  CHECK(nacre_config_set_engine(config, NACRE_ENGINE_INTERPRETER));
  CHECK(!nacre_config_set_engine(config, 99));
  nacre_config_set_signals(config, false);
  nacre_config_set_eager(config, true);
  nacre_config_set_compile_threads(config, 1);
  CHECK(nacre_config_set_profile(config, NACRE_PROFILE_NONE));
  CHECK(!nacre_config_set_profile(config, 99));
  CHECK(nacre_config_set_limit(config, NACRE_LIMIT_MEMORY, 4 << 16));
  engine = wasm_engine_new_with_config(config);
  wasm_engine_t* copy = nacre_engine_copy(engine);
  wasm_engine_delete(engine);
  engine = copy;
  printf("%s\n", nacre_engine_name(engine));
  nacre_store_limit_t limits[] = {{NACRE_LIMIT_MEMORY, 2 << 16}, {NACRE_LIMIT_STACK, 1 << 16}};
  nacre_store_limit_t bad[] = {{NACRE_LIMIT_MODULE_TYPES, 1}};
  CHECK(!nacre_store_new(engine, bad, 1));
  wasm_store_t* store = nacre_store_new(engine, limits, 2);
  nacre_store_set_user_data(store, &engine);
  CHECK(nacre_store_user_data(store) == &engine);
  wasm_instance_t* instance = instance_of(store, program, NULL, 0);
  wasm_func_t* spin = func_of(instance, "spin");
  wasm_func_t* deep = func_of(instance, "deep");
  wasm_func_t* grow = func_of(instance, "grow");
  print_trap(call_trap(spin, 0, NULL));  // a store starts without fuel
  nacre_store_set_fuel(store, 100000);
  wasm_trap_t* trap = call_trap(spin, 0, NULL);
  CHECK(nacre_trap_code(trap) == NACRE_TRAP_OUT_OF_FUEL && nacre_store_fuel(store) == 0);
  print_trap(trap);
  nacre_store_set_fuel(store, UINT64_MAX);
  print_trap(call_trap(deep, 0, NULL));
  CHECK(nacre_store_fuel(store) < UINT64_MAX);
  wasm_val_t one = i32_val(1);
  printf("%d", (int)call_i32(grow, 1, &one));
  printf(" %d\n", (int)call_i32(grow, 1, &one));
  nacre_store_set_timeout(store, 10);
  trap = call_trap(spin, 0, NULL);
  CHECK(nacre_trap_code(trap) == NACRE_TRAP_DEADLINE);
  print_trap(trap);
  nacre_store_clear_timeout(store);
  CHECK(call_i32(grow, 1, &one) == -1);

  // Everything fails softly once the store is gone.
  wasm_store_delete(store);
  print_trap(call_trap(grow, 1, &one));
  CHECK(wasm_func_param_arity(grow) == 0 && !nacre_instance_export(instance, "grow"));
  wasm_functype_t* type = wasm_func_type(grow);
  CHECK(wasm_functype_params(type)->size == 0);
  wasm_functype_delete(type);
  wasm_extern_vec_t exports;
  wasm_instance_exports(instance, &exports);
  CHECK(exports.size == 0);
  wasm_func_delete(spin);
  wasm_func_delete(deep);
  wasm_func_delete(grow);
  wasm_instance_delete(instance);
  wasm_engine_delete(engine);

  // Deleting nothing.
  wasm_config_delete(wasm_config_new());
  wasm_config_delete(NULL);
  wasm_engine_delete(NULL);
  wasm_store_delete(NULL);
  wasm_func_delete(NULL);
  wasm_trap_delete(NULL);
  nacre_error_delete(NULL);
  wasm_engine_delete(wasm_engine_new_with_config(NULL));
  return 0;
}
// clang-format off
/* output:
version simd none
4
interpreter
out of fuel
out of fuel
call stack exhausted
1 -1
deadline exceeded
the store is gone
*/

// SPDX-License-Identifier: Apache-2.0
//
// What the C programs here share: a check that ends the program, and modules from text.
#ifndef NACRE_TESTS_CAPI_CHECK_H
#define NACRE_TESTS_CAPI_CHECK_H

#include <nacre.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition)                                                      \
  do {                                                                        \
    if (!(condition)) {                                                       \
      fprintf(stderr, "%s:%d: failed: %s\n", __FILE__, __LINE__, #condition); \
      exit(1);                                                                \
    }                                                                         \
  } while (0)

// Ends the program when there is an error.
#define CHECK_OK(expression)                                              \
  do {                                                                    \
    nacre_error_t* check_error = (expression);                            \
    if (check_error) {                                                    \
      fprintf(stderr, "%s:%d: %s: %s\n", __FILE__, __LINE__, #expression, \
              nacre_error_message(check_error));                          \
      exit(1);                                                            \
    }                                                                     \
  } while (0)

// Prints the error and deletes it.
#define PRINT_ERROR(expression)                                                 \
  do {                                                                          \
    nacre_error_t* print_error = (expression);                                  \
    printf("%s\n", print_error ? nacre_error_message(print_error) : "success"); \
    nacre_error_delete(print_error);                                            \
  } while (0)

static inline wasm_byte_vec_t from_text(const char* wat) {
  wasm_byte_vec_t binary;
  CHECK_OK(nacre_wat2wasm(wat, strlen(wat), &binary));
  return binary;
}

static inline wasm_module_t* module_of(wasm_store_t* store, const char* wat) {
  wasm_byte_vec_t binary = from_text(wat);
  wasm_module_t* module = wasm_module_new(store, &binary);
  wasm_byte_vec_delete(&binary);
  if (!module) fprintf(stderr, "%s\n", nacre_error_message(nacre_store_last_error(store)));
  CHECK(module);
  return module;
}

// An instance of a module with these imports, which it does not own.
static inline wasm_instance_t* instance_of(wasm_store_t* store, const char* wat,
                                           wasm_extern_t** imports, size_t count) {
  wasm_module_t* module = module_of(store, wat);
  wasm_extern_vec_t vec;
  vec.size = count;
  vec.data = imports;
  wasm_trap_t* trap = NULL;
  wasm_instance_t* instance = wasm_instance_new(store, module, &vec, &trap);
  if (trap) fprintf(stderr, "%s\n", nacre_error_message(nacre_trap_error(trap)));
  CHECK(instance && !trap);
  wasm_module_delete(module);
  return instance;
}

static inline wasm_func_t* func_of(const wasm_instance_t* instance, const char* name) {
  wasm_func_t* func = nacre_instance_func(instance, name);
  CHECK(func);
  return func;
}

static inline wasm_val_t i32_val(int32_t i) {
  wasm_val_t v = WASM_INIT_VAL;
  v.kind = WASM_I32;
  v.of.i32 = i;
  return v;
}

static inline wasm_val_t ref_val(wasm_ref_t* ref) {
  wasm_val_t v = WASM_REF_VAL(NULL);
  v.of.ref = ref;
  return v;
}

// Calls a function with up to one result; the program ends when it traps.
static inline wasm_val_t call(const wasm_func_t* func, size_t count, wasm_val_t args[]) {
  wasm_val_t result = WASM_INIT_VAL;
  wasm_val_vec_t arg_vec, result_vec;
  arg_vec.size = count;
  arg_vec.data = args;
  result_vec.size = 1;
  result_vec.data = &result;
  wasm_trap_t* trap = wasm_func_call(func, &arg_vec, &result_vec);
  if (trap) fprintf(stderr, "%s\n", nacre_error_message(nacre_trap_error(trap)));
  CHECK(!trap);
  return result;
}

static inline int32_t call_i32(const wasm_func_t* func, size_t count, wasm_val_t args[]) {
  const wasm_val_t result = call(func, count, args);
  CHECK(result.kind == WASM_I32);
  return result.of.i32;
}

// Calls a function that must trap.
static inline wasm_trap_t* call_trap(const wasm_func_t* func, size_t count, wasm_val_t args[]) {
  wasm_val_t result = WASM_INIT_VAL;
  wasm_val_vec_t arg_vec, result_vec;
  arg_vec.size = count;
  arg_vec.data = args;
  result_vec.size = 1;
  result_vec.data = &result;
  wasm_trap_t* trap = wasm_func_call(func, &arg_vec, &result_vec);
  CHECK(trap);
  return trap;
}

static inline void print_trap(wasm_trap_t* trap) {
  printf("%s\n", nacre_error_message(nacre_trap_error(trap)));
  wasm_trap_delete(trap);
}

#endif

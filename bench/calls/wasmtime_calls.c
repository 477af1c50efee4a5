// SPDX-License-Identifier: Apache-2.0
//
// wasmtime-calls LIBRARY MODULE: what nacre_calls.cpp measures, through the C API of Wasmtime's
// shared library, which is loaded at run time. The declarations below are the few that are used of
// its published interface, as of the version that run.py fetches; every result is checked.
#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { calls = 10000, batches = 60 };

typedef struct engine engine;
typedef struct store store;
typedef struct context context;
typedef struct module module;
typedef struct linker linker;
typedef struct error error;
typedef struct trap trap;
typedef struct caller caller;
typedef struct valtype valtype;
typedef struct functype functype;
typedef struct {
  size_t size;
  valtype** data;
} valtype_vec;
typedef struct {
  uint64_t store_id;
  void* private_;
} func;
typedef struct {
  uint64_t store_id;
  size_t private_;
} instance;
typedef struct {
  uint8_t kind;
  union {
    func func;
    uint64_t words[3];
  } of;
} external;
typedef struct {
  uint8_t kind;
  union {
    int32_t i32;
    uint64_t words[3];
  } of;
} val;
typedef union {
  int32_t i32;
  uint64_t words[2];
} val_raw;
typedef trap* (*callback)(void*, caller*, const val*, size_t, val*, size_t);
typedef trap* (*unchecked_callback)(void*, caller*, val_raw*, size_t);
enum { kind_i32 = 0 };

#define FUNCTIONS(X)                                                                               \
  X(engine*, wasm_engine_new, (void))                                                              \
  X(valtype*, wasm_valtype_new, (uint8_t))                                                         \
  X(void, wasm_valtype_vec_new, (valtype_vec*, size_t, valtype* const[]))                          \
  X(functype*, wasm_functype_new, (valtype_vec*, valtype_vec*))                                    \
  X(store*, wasmtime_store_new, (engine*, void*, void (*)(void*)))                                 \
  X(context*, wasmtime_store_context, (store*))                                                    \
  X(void, wasmtime_store_delete, (store*))                                                         \
  X(error*, wasmtime_module_new, (engine*, const uint8_t*, size_t, module**))                      \
  X(linker*, wasmtime_linker_new, (engine*))                                                       \
  X(error*, wasmtime_linker_define_func,                                                           \
    (linker*, const char*, size_t, const char*, size_t, const functype*, callback, void*,          \
     void (*)(void*)))                                                                             \
  X(error*, wasmtime_linker_define_func_unchecked,                                                 \
    (linker*, const char*, size_t, const char*, size_t, const functype*, unchecked_callback,       \
     void*, void (*)(void*)))                                                                      \
  X(error*, wasmtime_linker_instantiate, (linker*, context*, const module*, instance*, trap**))    \
  X(bool, wasmtime_instance_export_get,                                                            \
    (context*, const instance*, const char*, size_t, external*))                                   \
  X(error*, wasmtime_func_call, (context*, const func*, const val*, size_t, val*, size_t, trap**)) \
  X(error*, wasmtime_func_call_unchecked, (context*, const func*, val_raw*, size_t, trap**))
#define DECLARE(result, name, parameters) static result(*name) parameters;
FUNCTIONS(DECLARE)

static void check(bool right, const char* what) {
  if (right) return;
  fprintf(stderr, "wasmtime-calls: %s\n", what);
  exit(1);
}

static void load(const char* path) {
  void* const library = dlopen(path, RTLD_NOW);
  check(library != NULL, "cannot load the library");
  void* at;
#define LOAD(result, name, parameters)      \
  at = dlsym(library, #name);               \
  check(at != NULL, #name " is not there"); \
  memcpy(&name, &at, sizeof at);
  FUNCTIONS(LOAD)
}

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static trap* add_values(void* env, caller* c, const val* args, size_t n, val* results, size_t m) {
  (void)env, (void)c, (void)n, (void)m;
  results[0].kind = kind_i32;
  results[0].of.i32 = args[0].of.i32 + args[1].of.i32;
  return NULL;
}

static trap* add_slots(void* env, caller* c, val_raw* slots, size_t n) {
  (void)env, (void)c, (void)n;
  slots[0].i32 = slots[0].i32 + slots[1].i32;
  return NULL;
}

static context* ctx;

static func find(const instance* i, const char* name) {
  external e;
  check(wasmtime_instance_export_get(ctx, i, name, strlen(name), &e), "an export is missing");
  return e.of.func;
}

static void call_unchecked(const func* f) {
  val_raw slots[2];
  memset(slots, 0, sizeof slots);
  for (int i = 0; i < calls; ++i) {
    trap* t = NULL;
    slots[1].i32 = 1;
    check(!wasmtime_func_call_unchecked(ctx, f, slots, 2, &t) && !t, "a call failed");
  }
  check(slots[0].i32 == calls, "a wrong result");
}

static void call_checked(const func* f) {
  val args[2], result;
  memset(args, 0, sizeof args);
  args[0].kind = args[1].kind = kind_i32;
  args[1].of.i32 = 1;
  for (int i = 0; i < calls; ++i) {
    trap* t = NULL;
    check(!wasmtime_func_call(ctx, f, args, 2, &result, 1, &t) && !t, "a call failed");
    args[0] = result;
  }
  check(result.of.i32 == calls, "a wrong result");
}

static void call_loop(const func* f) {
  val_raw slot;
  memset(&slot, 0, sizeof slot);
  slot.i32 = calls;
  trap* t = NULL;
  check(!wasmtime_func_call_unchecked(ctx, f, &slot, 1, &t) && !t, "a call failed");
}

static int compare(const void* a, const void* b) {
  const double x = *(const double*)a, y = *(const double*)b;
  return (x > y) - (x < y);
}

// The median of all batches but the first few.
static double measure(void (*run)(const func*), func f) {
  double took[batches];
  for (int batch = -5; batch < batches; ++batch) {
    const double begin = now();
    run(&f);
    if (batch >= 0) took[batch] = (now() - begin) / calls;
  }
  qsort(took, batches, sizeof *took, compare);
  return took[batches / 2];
}

int main(int argc, char** argv) {
  static uint8_t bytes[4096];
  check(argc == 3, "usage: wasmtime-calls LIBRARY MODULE");
  load(argv[1]);
  FILE* const file = fopen(argv[2], "rb");
  check(file != NULL, "cannot open the module");
  const size_t size = fread(bytes, 1, sizeof bytes, file);
  fclose(file);
  engine* const e = wasm_engine_new();
  module* m = NULL;
  check(!wasmtime_module_new(e, bytes, size, &m), "the module does not compile");
  for (int unchecked = 1; unchecked >= 0; --unchecked) {
    valtype* const ps[2] = {wasm_valtype_new(kind_i32), wasm_valtype_new(kind_i32)};
    valtype* const rs[1] = {wasm_valtype_new(kind_i32)};
    valtype_vec params, results;
    wasm_valtype_vec_new(&params, 2, ps);
    wasm_valtype_vec_new(&results, 1, rs);
    functype* const type = wasm_functype_new(&params, &results);
    linker* const l = wasmtime_linker_new(e);
    check(!(unchecked
                ? wasmtime_linker_define_func_unchecked(l, "env", 3, "add", 3, type, add_slots,
                                                        NULL, NULL)
                : wasmtime_linker_define_func(l, "env", 3, "add", 3, type, add_values, NULL, NULL)),
          "the host function is refused");
    store* const s = wasmtime_store_new(e, NULL, NULL);
    ctx = wasmtime_store_context(s);
    instance i;
    trap* t = NULL;
    check(!wasmtime_linker_instantiate(l, ctx, m, &i, &t) && !t, "instantiation failed");
    const func add = find(&i, "add");
    const double call = unchecked ? measure(call_unchecked, add) : measure(call_checked, add);
    const double host =
        measure(call_loop, find(&i, "host")) - measure(call_loop, find(&i, "empty"));
    printf("wasmtime, C API\tcall, C %s\t%.2f\n", unchecked ? "unchecked" : "checked", call);
    printf("wasmtime, C API\thost call, C %s\t%.2f\n", unchecked ? "unchecked" : "checked", host);
    wasmtime_store_delete(s);
  }
  return 0;
}

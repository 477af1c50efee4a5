// SPDX-License-Identifier: Apache-2.0
//
// wasmtime-compile LIBRARY cranelift|winch MODULE OUT: compiles a module on one thread through the
// C API of Wasmtime's shared library and writes the result, for compare.py --compile to measure.
// The declarations below are the few that are used of its published interface, as of the version
// that calls/run.py fetches.
//
//   cc -O2 bench/wasmtime_compile.c -ldl -o wasmtime-compile
#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct config config;
typedef struct engine engine;
typedef struct module module;
typedef struct error error;
typedef struct {
  size_t size;
  char* data;
} bytes;
enum { strategy_cranelift = 1, strategy_winch = 2 };

static void* library;
static void* find(const char* name) {
  void* const found = dlsym(library, name);
  if (found) return found;
  fprintf(stderr, "the library has no %s\n", name);
  exit(1);
}
#define FUNCTION(result, name, ...) result (*const name)(__VA_ARGS__) = (result(*)(__VA_ARGS__))find(#name)

static bytes read_file(const char* path) {
  bytes b = {0, NULL};
  FILE* const f = fopen(path, "rb");
  if (!f || fseek(f, 0, SEEK_END) != 0) return b;
  b.size = (size_t)ftell(f);
  b.data = malloc(b.size);
  rewind(f);
  if (!b.data || fread(b.data, 1, b.size, f) != b.size) b.size = 0;
  fclose(f);
  return b;
}

int main(int argc, char** argv) {
  if (argc != 5 || !(library = dlopen(argv[1], RTLD_NOW))) {
    fprintf(stderr, "wasmtime-compile LIBRARY cranelift|winch MODULE OUT\n");
    return 2;
  }
  FUNCTION(config*, wasm_config_new, void);
  FUNCTION(void, wasmtime_config_strategy_set, config*, uint8_t);
  FUNCTION(void, wasmtime_config_parallel_compilation_set, config*, bool);
  FUNCTION(engine*, wasm_engine_new_with_config, config*);
  FUNCTION(error*, wasmtime_module_new, engine*, const uint8_t*, size_t, module**);
  FUNCTION(error*, wasmtime_module_serialize, module*, bytes*);
  FUNCTION(void, wasmtime_error_message, const error*, bytes*);

  config* const c = wasm_config_new();
  wasmtime_config_strategy_set(c, strcmp(argv[2], "winch") == 0 ? strategy_winch : strategy_cranelift);
  wasmtime_config_parallel_compilation_set(c, false);
  engine* const e = wasm_engine_new_with_config(c);
  const bytes wasm = read_file(argv[3]);
  module* m = NULL;
  bytes out = {0, NULL};
  error* failed = wasmtime_module_new(e, (const uint8_t*)wasm.data, wasm.size, &m);
  if (!failed) failed = wasmtime_module_serialize(m, &out);
  if (failed) {
    bytes message;
    wasmtime_error_message(failed, &message);
    fprintf(stderr, "%.*s\n", (int)message.size, message.data);
    return 1;
  }
  FILE* const f = fopen(argv[4], "wb");
  if (!f || fwrite(out.data, 1, out.size, f) != out.size || fclose(f) != 0) return 1;
  return 0;
}

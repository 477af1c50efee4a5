// SPDX-License-Identifier: Apache-2.0
//
// A WASI program: arguments, environment, files, output, exit status; sealed by default.
#include "check.h"

// Prints its second argument, the variable NAME=..., the file /data/note.txt and two random bytes,
// and exits with 3.
static const char* const program =
    "(module"
    "  (import \"wasi_snapshot_preview1\" \"args_get\" (func $args (param i32 i32) (result i32)))"
    "  (import \"wasi_snapshot_preview1\" \"environ_get\""
    "    (func $environ (param i32 i32) (result i32)))"
    "  (import \"wasi_snapshot_preview1\" \"fd_write\""
    "    (func $write (param i32 i32 i32 i32) (result i32)))"
    "  (import \"wasi_snapshot_preview1\" \"fd_read\""
    "    (func $read (param i32 i32 i32 i32) (result i32)))"
    "  (import \"wasi_snapshot_preview1\" \"path_open\""
    "    (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))"
    "  (import \"wasi_snapshot_preview1\" \"proc_exit\" (func $exit (param i32)))"
    "  (memory (export \"memory\") 1)"
    "  (data (i32.const 512) \"note.txt\")"
    "  (func $print (param $at i32) (param $size i32)"
    "    (i32.store (i32.const 0) (local.get $at))"
    "    (i32.store (i32.const 4) (local.get $size))"
    "    (if (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8))"
    "      (then (call $exit (i32.const 99)))))"
    "  (func (export \"_start\")"
    "    (drop (call $args (i32.const 16) (i32.const 64)))"
    "    (call $print (i32.load (i32.const 20)) (i32.const 3))"
    "    (drop (call $environ (i32.const 16) (i32.const 64)))"
    "    (call $print (i32.load (i32.const 16)) (i32.const 8))"
    "    (i32.store (i32.const 0) (i32.const 1024))"
    "    (i32.store (i32.const 4) (i32.const 100))"
    "    (drop (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))"
    "    (call $print (i32.const 1024) (i32.load (i32.const 8)))"
    "    (if (call $open (i32.const 3) (i32.const 0) (i32.const 512) (i32.const 8) (i32.const 0)"
    "          (i64.const 2) (i64.const 0) (i32.const 0) (i32.const 12))"
    "      (then (call $exit (i32.const 98))))"
    "    (i32.store (i32.const 0) (i32.const 1024))"
    "    (i32.store (i32.const 4) (i32.const 100))"
    "    (drop (call $read (i32.load (i32.const 12)) (i32.const 0) (i32.const 1) (i32.const 8)))"
    "    (call $print (i32.const 1024) (i32.load (i32.const 8)))"
    "    (call $exit (i32.const 3))))";

static size_t read_line(void* env, uint8_t* data, size_t size) {
  int* calls = (int*)env;
  if ((*calls)++ > 0 || size < 6) return 0;
  memcpy(data, "input\n", 6);
  return 6;
}

static bool write_out(void* env, const uint8_t* data, size_t size) {
  printf("<%.*s>", (int)size, (const char*)data);
  ++*(int*)env;
  return true;
}

static void trace(void* env, const char* line, size_t size) {
  (void)line;
  *(size_t*)env += size != 0;
}

static nacre_error_t* run(wasm_engine_t* engine, const wasm_module_t* module,
                          nacre_wasi_config_t* config, int* status) {
  nacre_linker_t* linker = nacre_linker_new(engine);
  nacre_error_t* error = nacre_linker_define_wasi(linker, config);
  wasm_store_t* store = wasm_store_new(engine);
  wasm_instance_t* instance = NULL;
  if (!error) error = nacre_linker_instantiate(linker, store, module, &instance);
  if (!error) error = nacre_wasi_run(instance, status);
  wasm_instance_delete(instance);
  wasm_store_delete(store);
  nacre_linker_delete(linker);
  return error;
}

int main(void) {
  wasm_engine_t* engine = wasm_engine_new();
  wasm_byte_vec_t binary = from_text(program);
  wasm_module_t* module = NULL;
  CHECK_OK(nacre_module_new(engine, binary.data, binary.size, &module));
  wasm_byte_vec_delete(&binary);

  size_t traced = 0, size = 0;
  int calls = 0, status = -1;
  nacre_wasi_output_t* output = nacre_wasi_output_new(1000);
  nacre_wasi_config_t* config = nacre_wasi_config_new();
  nacre_wasi_config_arg(config, "app");
  nacre_wasi_config_arg(config, "one");
  nacre_wasi_config_env(config, "NAME", "xyz");
  nacre_wasi_config_env(config, "NAME", "abc");
  nacre_wasi_config_reader(config, read_line, &calls);
  nacre_wasi_config_preopen_memory(config, "/data", 1 << 20);
  CHECK_OK(nacre_wasi_config_add_file(config, "/data", "note.txt", "noted\n", 6));
  PRINT_ERROR(nacre_wasi_config_add_file(config, "/other", "note.txt", "noted\n", 6));
  nacre_wasi_config_capture(config, 1, output);
  nacre_wasi_config_trace(config, trace, &traced);
  CHECK_OK(run(engine, module, config, &status));
  const char* text = nacre_wasi_output_data(output, &size);
  printf("%.*sstatus %d, %s\n", (int)size, text, status, traced == 10 ? "traced" : "?");
  nacre_wasi_output_clear(output);

  // Other streams; too much output.
  config = nacre_wasi_config_new();
  nacre_wasi_config_arg(config, "app");
  nacre_wasi_config_arg(config, "two");
  nacre_wasi_config_env(config, "A", "123456");
  nacre_wasi_config_input(config, "INPUT\n", 6);
  nacre_wasi_config_writer(config, 1, write_out, &calls);
  nacre_wasi_config_preopen_memory(config, "/", 1 << 20);
  CHECK_OK(run(engine, module, config, &status));
  printf("\nstatus %d\n", status);

  nacre_wasi_output_t* small = nacre_wasi_output_new(4);
  config = nacre_wasi_config_new();
  nacre_wasi_config_arg(config, "app");
  nacre_wasi_config_arg(config, "two");
  nacre_wasi_config_env(config, "A", "123456");
  nacre_wasi_config_capture(config, 1, small);
  CHECK_OK(run(engine, module, config, &status));
  nacre_wasi_output_data(small, &size);
  printf("status %d, %d bytes\n", status, (int)size);
  nacre_wasi_output_delete(small);

  // A directory that is not there; a module that is no program; a real environment.
  config = nacre_wasi_config_new();
  nacre_wasi_config_preopen(config, "/nowhere/at/all", "/", true);
  nacre_error_t* error = run(engine, module, config, &status);
  CHECK(error && nacre_error_kind(error) == NACRE_ERROR_IO);
  nacre_error_delete(error);

  wasm_module_delete(module);
  binary = from_text("(module)");
  CHECK_OK(nacre_module_new(engine, binary.data, binary.size, &module));
  wasm_byte_vec_delete(&binary);
  config = nacre_wasi_config_new();
  nacre_wasi_config_inherit(config);
  nacre_wasi_config_set_random_seed(config, 7);
  nacre_wasi_config_set_clock(config, 0, 1);
  nacre_wasi_config_set_max_descriptors(config, 10);
  nacre_wasi_config_set_max_random_bytes(config, 10);
  PRINT_ERROR(run(engine, module, config, &status));
  nacre_wasi_config_delete(nacre_wasi_config_new());
  nacre_wasi_output_delete(output);
  wasm_module_delete(module);
  wasm_engine_delete(engine);
  return 0;
}
// clang-format off
/* output:
no directory in memory is named '/other'
oneNAME=abcinput
noted
status 3, traced
<two><A=123456><INPUT
>
status 98
status 99, 3 bytes
no export named "_start"
*/

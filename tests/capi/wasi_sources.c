// SPDX-License-Identifier: Apache-2.0
//
// Where a WASI program's times, random numbers and files come from: callbacks, directories in
// memory and host directories whose changes stay in memory.
#include "check.h"

// time: the monotonic clock. cpu: the error of the CPU clock. random: four bytes. sleep: polls for
// a million nanoseconds. read: a byte of the file "note". write: makes "note" of "!".
static const char* const program =
    "(module"
    "  (import \"wasi_snapshot_preview1\" \"clock_time_get\""
    "    (func $time (param i32 i64 i32) (result i32)))"
    "  (import \"wasi_snapshot_preview1\" \"random_get\""
    "    (func $random (param i32 i32) (result i32)))"
    "  (import \"wasi_snapshot_preview1\" \"poll_oneoff\""
    "    (func $poll (param i32 i32 i32 i32) (result i32)))"
    "  (import \"wasi_snapshot_preview1\" \"path_open\""
    "    (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))"
    "  (import \"wasi_snapshot_preview1\" \"fd_read\""
    "    (func $read (param i32 i32 i32 i32) (result i32)))"
    "  (import \"wasi_snapshot_preview1\" \"fd_write\""
    "    (func $write (param i32 i32 i32 i32) (result i32)))"
    "  (import \"wasi_snapshot_preview1\" \"fd_close\" (func $close (param i32) (result i32)))"
    "  (memory (export \"memory\") 1) (data (i32.const 0) \"note!\")"
    "  (func (export \"time\") (result i64)"
    "    (drop (call $time (i32.const 1) (i64.const 0) (i32.const 64))) (i64.load (i32.const 64)))"
    "  (func (export \"cpu\") (result i32)"
    "    (call $time (i32.const 3) (i64.const 0) (i32.const 64)))"
    "  (func (export \"random\") (result i32)"
    "    (if (call $random (i32.const 64) (i32.const 4)) (then (return (i32.const -1))))"
    "    (i32.load (i32.const 64)))"
    "  (func (export \"sleep\") (result i32)"
    "    (i32.store8 (i32.const 136) (i32.const 0)) (i32.store (i32.const 144) (i32.const 1))"
    "    (i64.store (i32.const 152) (i64.const 1000000))"
    "    (call $poll (i32.const 128) (i32.const 192) (i32.const 1) (i32.const 64)))"
    "  (func $at (param $flags i32) (param $rights i64) (result i32)"
    "    (if (call $open (i32.const 3) (i32.const 0) (i32.const 0) (i32.const 4)"
    "          (local.get $flags) (local.get $rights) (i64.const 0) (i32.const 0) (i32.const 32))"
    "      (then (return (i32.const -1))))"
    "    (i32.load (i32.const 32)))"
    "  (func (export \"read\") (result i32) (local $fd i32)"
    "    (local.set $fd (call $at (i32.const 0) (i64.const 2)))"
    "    (i32.store (i32.const 40) (i32.const 64)) (i32.store (i32.const 44) (i32.const 1))"
    "    (i32.store8 (i32.const 64) (i32.const 63))"
    "    (drop (call $read (local.get $fd) (i32.const 40) (i32.const 1) (i32.const 48)))"
    "    (drop (call $close (local.get $fd)))"
    "    (i32.load8_u (i32.const 64)))"
    "  (func (export \"write\") (result i32) (local $fd i32) (local $e i32)"
    "    (local.set $fd (call $at (i32.const 9) (i64.const 64)))"
    "    (i32.store (i32.const 40) (i32.const 4)) (i32.store (i32.const 44) (i32.const 1))"
    "    (local.set $e (call $write (local.get $fd) (i32.const 40) (i32.const 1) (i32.const 48)))"
    "    (drop (call $close (local.get $fd)))"
    "    (local.get $e)))";

static wasm_val_t result_of(const wasm_instance_t* instance, const char* name) {
  wasm_func_t* func = func_of(instance, name);
  const wasm_val_t value = call(func, 0, NULL);
  wasm_func_delete(func);
  return value;
}

typedef struct {
  uint64_t time, slept;
} clock_state;

static bool now(void* env, nacre_wasi_clock_t clock, uint64_t* ns) {
  clock_state* state = (clock_state*)env;
  if (clock == NACRE_WASI_CLOCK_THREAD_CPUTIME) return false;
  *ns = state->time += 10;
  return true;
}

static bool advance(void* env, uint64_t ns) {
  clock_state* state = (clock_state*)env;
  state->time += ns;
  state->slept += ns;
  return true;
}

static bool fill(void* env, uint8_t* data, size_t size) {
  int* left = (int*)env;
  if ((*left)-- <= 0) return false;
  memset(data, 0x11, size);
  return true;
}

static wasm_instance_t* start(wasm_engine_t* engine, wasm_store_t* store,
                              nacre_wasi_config_t* config) {
  nacre_linker_t* linker = nacre_linker_new(engine);
  wasm_instance_t* instance = NULL;
  wasm_module_t* module = module_of(store, program);
  CHECK_OK(nacre_linker_define_wasi(linker, config));
  CHECK_OK(nacre_linker_instantiate(linker, store, module, &instance));
  wasm_module_delete(module);
  nacre_linker_delete(linker);
  return instance;
}

int main(void) {
  wasm_engine_t* engine = wasm_engine_new();
  wasm_store_t* store = wasm_store_new(engine);
  clock_state clock = {990, 0};
  int left = 1;
  nacre_wasi_config_t* config = nacre_wasi_config_new();
  nacre_wasi_config_inherit(config);
  nacre_wasi_config_set_neutral_terminal(config, false);
  nacre_wasi_config_clock(config, now, advance, &clock);
  nacre_wasi_config_random(config, fill, &left);
  wasm_instance_t* instance = start(engine, store, config);
  CHECK(result_of(instance, "time").of.i64 == 1000);
  CHECK(result_of(instance, "cpu").of.i32 == 58);  // notsup
  CHECK(result_of(instance, "random").of.i32 == 0x11111111);
  CHECK(result_of(instance, "random").of.i32 == -1);
  CHECK(result_of(instance, "sleep").of.i32 == 0 && clock.slept > 900000);
  wasm_instance_delete(instance);

  // A directory of the host, here the current one, whose changes stay in memory.
  FILE* note = fopen("note", "wb");
  CHECK(note && fputs("x", note) >= 0 && fclose(note) == 0);
  config = nacre_wasi_config_new();
  nacre_wasi_config_preopen_overlay(config, ".", "/", 10000);
  CHECK_OK(nacre_wasi_config_add_file(config, "/", "deep/inside", "1", 1));
  instance = start(engine, store, config);
  CHECK(result_of(instance, "read").of.i32 == 'x');
  CHECK(result_of(instance, "write").of.i32 == 0);
  CHECK(result_of(instance, "read").of.i32 == '!');
  note = fopen("note", "rb");
  CHECK(note && fgetc(note) == 'x');
  CHECK(fclose(note) == 0 && remove("note") == 0);
  note = fopen("deep/inside", "rb");
  CHECK(!note);
  wasm_instance_delete(instance);
  config = nacre_wasi_config_new();
  nacre_wasi_config_preopen_overlay(config, "nowhere/at/all", "/", 10000);
  nacre_linker_t* linker = nacre_linker_new(engine);
  nacre_error_t* error = nacre_linker_define_wasi(linker, config);
  CHECK(error && nacre_error_kind(error) == NACRE_ERROR_IO);
  nacre_error_delete(error);
  nacre_linker_delete(linker);

  // What a directory in memory has room for: the bytes of names and contents, and 256 a file.
  config = nacre_wasi_config_new();
  nacre_wasi_config_preopen_memory(config, "/m", 3 * (256 + 1 + 6));
  CHECK_OK(nacre_wasi_config_add_file(config, "/m", "a", "123456", 6));
  CHECK_OK(nacre_wasi_config_add_file(config, "/m", "b", "123456", 6));
  CHECK_OK(nacre_wasi_config_add_file(config, "/m", "c", "123456", 6));
  PRINT_ERROR(nacre_wasi_config_add_file(config, "/m", "d", "", 0));
  PRINT_ERROR(nacre_wasi_config_add_file(config, "/m", "a/b", "", 0));
  nacre_wasi_config_preopen_memory(config, "/n", 10000);
  CHECK_OK(nacre_wasi_config_add_file(config, "/n", "folder/file", "", 0));
  PRINT_ERROR(nacre_wasi_config_add_file(config, "/n", "folder", "", 0));
  PRINT_ERROR(nacre_wasi_config_add_file(config, "/n", "../file", "", 0));
  PRINT_ERROR(nacre_wasi_config_add_file(config, "/n", "/file", "", 0));
  PRINT_ERROR(nacre_wasi_config_add_file(config, "/n", "", "", 0));
  PRINT_ERROR(nacre_wasi_config_add_file(config, "/x", "file", "", 0));
  nacre_wasi_config_delete(config);
  wasm_store_delete(store);
  wasm_engine_delete(engine);
  return 0;
}
// clang-format off
/* output:
'd' cannot be added to '/m': the directory has no room for it
'a/b' cannot be added to '/m': a file is in the way of one of its directories
'folder' cannot be added to '/n': there is a directory of this name
'../file' cannot be added to '/n': that is no path of a file below it
'/file' cannot be added to '/n': that is no path of a file below it
'' cannot be added to '/n': that is no path of a file below it
no directory in memory is named '/x'
*/

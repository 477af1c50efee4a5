// SPDX-License-Identifier: Apache-2.0
//
// Traps of guests and hosts: messages, codes, frames, identity.
#include "check.h"

static wasm_trap_t* fail(void* env, const wasm_val_vec_t* args, wasm_val_vec_t* results) {
  (void)args, (void)results;
  wasm_name_t message;
  wasm_name_new_from_string_nt(&message, "the host refuses");
  wasm_trap_t* trap = wasm_trap_new((wasm_store_t*)env, &message);
  wasm_name_delete(&message);
  wasm_trap_set_host_info(trap, env);
  return trap;
}

static wasm_trap_t* leave(void* env, const wasm_val_vec_t* args, wasm_val_vec_t* results) {
  (void)args, (void)results;
  return nacre_trap_new_exit((wasm_store_t*)env, 42);
}

static void print_frames(const wasm_trap_t* trap, const wasm_instance_t* instance) {
  wasm_frame_vec_t trace;
  wasm_trap_trace(trap, &trace);
  for (size_t i = 0; i < trace.size; ++i) {
    const wasm_frame_t* f = trace.data[i];
    if (!wasm_frame_instance(f)) continue;  // a host function's, where the engine tells
    CHECK(wasm_instance_same(wasm_frame_instance(f), instance));
    CHECK(wasm_frame_func_offset(f) != 0);
    CHECK(wasm_frame_func_offset(f) < wasm_frame_module_offset(f));
    printf("  %s#%u\n", nacre_frame_func_name(f), (unsigned)wasm_frame_func_index(f));
  }
  wasm_frame_vec_t copy;
  wasm_frame_vec_copy(&copy, &trace);
  CHECK(copy.size == trace.size);
  wasm_frame_vec_delete(&copy);
  wasm_frame_vec_delete(&trace);
}

int main(void) {
  wasm_engine_t* engine = wasm_engine_new();
  wasm_store_t* store = wasm_store_new(engine);
  wasm_functype_t* type = wasm_functype_new_0_0();
  wasm_func_t* fail_func = wasm_func_new_with_env(store, type, fail, store, NULL);
  wasm_func_t* exit_func = wasm_func_new_with_env(store, type, leave, store, NULL);
  wasm_functype_delete(type);
  wasm_extern_t* imports[] = {wasm_func_as_extern(fail_func), wasm_func_as_extern(exit_func)};
  wasm_instance_t* instance = instance_of(
      store,
      "(module $m (func $fail (import \"\" \"fail\")) (func $exit (import \"\" \"exit\"))"
      "  (memory 1)"
      "  (func $inner (param i32) (drop (i32.div_s (i32.const 1) (local.get 0))))"
      "  (func $outer (export \"div\") (param i32) (call $inner (local.get 0)))"
      "  (func (export \"load\") (drop (i32.load (i32.const -4))))"
      "  (func (export \"unreachable\") unreachable)"
      "  (func $f (export \"fail\") (call $fail))"
      "  (func (export \"exit\") (call $exit))"
      "  (func $deep (export \"deep\") (call $deep) (call $deep)))",
      imports, 2);
  static const char* const names[] = {"unreachable", "load", "deep", "fail", "exit"};
  for (size_t i = 0; i < sizeof names / sizeof *names; ++i) {
    wasm_func_t* f = func_of(instance, names[i]);
    wasm_trap_t* trap = call_trap(f, 0, NULL);
    wasm_message_t message;
    wasm_trap_message(trap, &message);
    CHECK(message.size == strlen(message.data) + 1);
    printf("%s: %s; code %s\n", names[i], message.data,
           nacre_trap_code_message(nacre_trap_code(trap)));
    wasm_name_delete(&message);
    CHECK((wasm_trap_get_host_info(trap) == store) == (strcmp(names[i], "fail") == 0));
    int status = 0;
    if (nacre_trap_exit_status(trap, &status)) printf("  status %d\n", status);
    if (i != 2) print_frames(trap, instance);
    wasm_trap_t* copy = wasm_trap_copy(trap);
    CHECK(wasm_trap_same(trap, copy));
    CHECK(wasm_ref_as_trap(wasm_trap_as_ref(copy)) == copy);
    CHECK(!wasm_ref_as_func(wasm_trap_as_ref(copy)));
    wasm_trap_delete(copy);
    wasm_trap_delete(trap);
    wasm_func_delete(f);
  }
  wasm_func_t* div = func_of(instance, "div");
  wasm_val_t zero = i32_val(0);
  wasm_trap_t* trap = call_trap(div, 1, &zero);
  wasm_message_t text;
  wasm_frame_t* origin = wasm_trap_origin(trap);
  printf("origin %s\n", nacre_frame_func_name(origin));
  nacre_source_location_t location;
  CHECK(nacre_frame_source_count(origin) == 0 && !nacre_frame_source(origin, 0, &location));
  CHECK(location.line == 0 && location.file[0] == 0);
  wasm_frame_delete(origin);
  nacre_error_text(nacre_trap_error(trap), 0, &text);
  CHECK(text.size == strlen(text.data) + 1 && strstr(text.data, "integer divide by zero\n"));
  const char* inner = strstr(text.data, "inner");
  CHECK(inner && strstr(inner, "outer"));
  wasm_name_delete(&text);
  nacre_demangle("_ZN3foo3barEv", &text);
  printf("%s\n", text.data);
  wasm_name_delete(&text);
  nacre_error_t* error =
      nacre_write_coredump(store, nacre_trap_error(trap), "/nowhere/at/all/core", NULL);
  CHECK(nacre_error_kind(error) == NACRE_ERROR_IO);
  nacre_error_delete(error);
  // A trap outlives everything.
  wasm_func_delete(div);
  wasm_instance_delete(instance);
  wasm_func_delete(fail_func);
  wasm_func_delete(exit_func);
  wasm_store_delete(store);
  wasm_engine_delete(engine);
  origin = wasm_trap_origin(trap);
  CHECK(wasm_frame_instance(origin) == NULL);
  wasm_frame_delete(origin);
  print_trap(trap);
  return 0;
}
// clang-format off
/* output:
unreachable: unreachable; code unreachable
  #5
load: out of bounds memory access: 4 bytes at 0xfffffffc, memory size 65536; code out of bounds memory access
  #4
deep: call stack exhausted; code call stack exhausted
fail: the host refuses; code host function failed
  f#6
exit: program exited; code program exited
  status 42
  #7
origin inner
foo::bar()
integer divide by zero
*/

// SPDX-License-Identifier: Apache-2.0
//
// The linker: host functions for any store, plug-ins, what is missing; and who calls.
#include "check.h"

static wasm_trap_t* log_text(void* env, nacre_caller_t* caller, const wasm_val_vec_t* args,
                             wasm_val_vec_t* results) {
  (void)results;
  wasm_store_t* store = nacre_caller_store(caller);
  const uint32_t address = (uint32_t)args->data[0].of.i32, size = (uint32_t)args->data[1].of.i32;
  const uint8_t* text = nacre_caller_bytes(caller, address, size);
  if (!text) return nacre_trap_new(store, "text outside the memory");
  printf("%s %.*s (%s)\n", (const char*)env, (int)size, (const char*)text,
         (const char*)nacre_store_user_data(store));
  size_t memory_size = 0;
  CHECK(nacre_caller_memory(caller, &memory_size) == text - address && memory_size == 65536);
  CHECK(!nacre_caller_should_stop(caller));

  wasm_instance_t* instance = nacre_caller_instance(caller);
  wasm_extern_t* exported = nacre_caller_export(caller, "memory");
  CHECK(instance && wasm_extern_as_memory(exported) && !nacre_caller_export(caller, "nothing"));
  wasm_extern_delete(exported);
  wasm_frame_vec_t trace;
  nacre_caller_trace(caller, 10, &trace);
  CHECK(trace.size >= 1);
  const wasm_frame_t* frame = trace.data[trace.size - 1];
  printf("  from %s\n", nacre_frame_func_name(frame));
  CHECK(wasm_instance_same(wasm_frame_instance(frame), instance));
  wasm_frame_vec_delete(&trace);
  wasm_instance_delete(instance);
  return NULL;
}

static wasm_trap_t* add(void* env, nacre_caller_t* caller, uint64_t slots[]) {
  (void)env, (void)caller;
  slots[0] = nacre_slot_i32(nacre_slot_to_i32(slots[0]) + nacre_slot_to_i32(slots[1]));
  return NULL;
}

static void finalize(void* env) { printf("finalize %s\n", (const char*)env); }

static const char* const app =
    "(module $app (import \"env\" \"log\" (func $log (param i32 i32)))"
    "  (import \"math\" \"add\" (func $add (param i32 i32) (result i32)))"
    "  (import \"plugin\" \"twice\" (func $twice (param i32) (result i32)))"
    "  (memory (export \"memory\") 1) (data (i32.const 8) \"hello\")"
    "  (func $run (export \"run\") (param i32) (result i32)"
    "    (call $log (local.get 0) (i32.const 5))"
    "    (call $twice (call $add (local.get 0) (i32.const 1)))))";
static const char* const plugin =
    "(module (func (export \"twice\") (param i32) (result i32)"
    "  (i32.mul (local.get 0) (i32.const 2))))";

int main(void) {
  static char log_name[] = "log:", add_name[] = "add", gone_name[] = "gone";
  wasm_engine_t* engine = wasm_engine_new();
  nacre_linker_t* linker = nacre_linker_new(engine);
  wasm_functype_t* type = wasm_functype_new_2_0(wasm_valtype_new_i32(), wasm_valtype_new_i32());
  CHECK_OK(nacre_linker_define_func(linker, "env", "log", type, log_text, gone_name, finalize));
  CHECK_OK(nacre_linker_define_func(linker, "env", "log", type, log_text, log_name, finalize));
  wasm_functype_delete(type);

  wasm_byte_vec_t binary = from_text(app);
  wasm_module_t* module = NULL;
  CHECK_OK(nacre_module_new(engine, binary.data, binary.size, &module));
  wasm_byte_vec_delete(&binary);
  wasm_importtype_vec_t missing;
  nacre_linker_missing(linker, module, &missing);
  printf("missing %d\n", (int)missing.size);
  wasm_importtype_vec_delete(&missing);
  wasm_store_t* store = wasm_store_new(engine);
  wasm_instance_t* instance = NULL;
  PRINT_ERROR(nacre_linker_instantiate(linker, store, module, &instance));
  CHECK(!instance);
  wasm_store_delete(store);

  type =
      wasm_functype_new_2_1(wasm_valtype_new_i32(), wasm_valtype_new_i32(), wasm_valtype_new_i32());
  CHECK_OK(
      nacre_linker_define_func_unchecked(linker, "mathx", "add", type, add, add_name, finalize));
  wasm_functype_delete(type);
  nacre_linker_alias(linker, "mathx", "math");
  nacre_linker_alias(linker, "mathx", "forgotten");
  nacre_linker_remove_name(linker, "forgotten", "add");
  CHECK(!nacre_linker_has(linker, "forgotten", "add"));
  nacre_linker_remove(linker, "mathx");
  CHECK(nacre_linker_has(linker, "math", "add") && !nacre_linker_has(linker, "mathx", "add"));

  static char first[] = "first", second[] = "second";
  char* const names[] = {first, second};
  for (int i = 0; i < 2; ++i) {
    store = wasm_store_new(engine);
    nacre_store_set_user_data(store, names[i]);
    wasm_instance_t* plug = instance_of(store, plugin, NULL, 0);
    if (i == 0) {
      nacre_linker_define_instance(linker, "plugin", plug);
    } else {
      wasm_func_t* twice = func_of(plug, "twice");
      nacre_linker_define(linker, "plugin", "twice", wasm_func_as_extern(twice));
      wasm_func_delete(twice);
    }
    CHECK_OK(nacre_linker_instantiate(linker, store, module, &instance));
    wasm_func_t* run = func_of(instance, "run");
    wasm_val_t at = i32_val(8);
    printf("%d\n", (int)call_i32(run, 1, &at));
    at = i32_val(65532);
    print_trap(call_trap(run, 1, &at));
    wasm_func_delete(run);
    wasm_instance_delete(instance);
    wasm_instance_delete(plug);
    wasm_store_delete(store);
  }
  wasm_module_delete(module);
  nacre_linker_delete(linker);
  wasm_engine_delete(engine);
  return 0;
}
// clang-format off
/* output:
finalize gone
missing 2
unknown import "math"."add" (func (param i32 i32) (result i32)), "plugin"."twice" (func (param i32) (result i32))
log: hello (first)
  from run
18
text outside the memory
log: hello (second)
  from run
18
text outside the memory
finalize add
finalize log:
*/

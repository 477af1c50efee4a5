// SPDX-License-Identifier: Apache-2.0
//
// Exceptions thrown and caught on both sides.
#include "check.h"

typedef struct {
  nacre_tag_t* tag;
  wasm_trap_t* caught;
} state;

static wasm_trap_t* throw_it(void* env, nacre_caller_t* caller, const wasm_val_vec_t* args,
                             wasm_val_vec_t* results) {
  (void)results;
  wasm_val_vec_t payload = WASM_EMPTY_VEC;
  payload.size = args->data[0].of.i32 < 0 ? 0 : 1;
  payload.data = args->data;
  return nacre_exception_new(nacre_caller_store(caller), ((state*)env)->tag, &payload);
}

// Calls the guest's function, which throws, and throws the same again.
static wasm_trap_t* rethrow(void* env, nacre_caller_t* caller, const wasm_val_vec_t* args,
                            wasm_val_vec_t* results) {
  (void)env;
  wasm_extern_t* thrower = nacre_caller_export(caller, "throw");
  wasm_trap_t* trap = wasm_func_call(wasm_extern_as_func(thrower), args, results);
  wasm_extern_delete(thrower);
  CHECK(trap && nacre_trap_code(trap) == NACRE_TRAP_UNCAUGHT_EXCEPTION);
  return trap;
}

int main(void) {
  wasm_engine_t* engine = wasm_engine_new();
  wasm_store_t* store = wasm_store_new(engine);
  state s = {NULL, NULL};
  wasm_valtype_t* param = wasm_valtype_new_i32();
  wasm_valtype_vec_t params;
  wasm_valtype_vec_new(&params, 1, &param);
  nacre_tagtype_t* tag_type = nacre_tagtype_new(&params);
  CHECK(nacre_tagtype_params(tag_type)->size == 1);
  s.tag = nacre_tag_new(store, tag_type);
  nacre_tagtype_delete(tag_type);
  nacre_tag_t* copy = nacre_tag_copy(s.tag);
  CHECK(nacre_tag_same(copy, s.tag));
  tag_type = nacre_tag_type(copy);
  wasm_message_t text;
  nacre_externtype_text(nacre_tagtype_as_externtype_const(tag_type), &text);
  printf("%s\n", text.data);
  wasm_name_delete(&text);
  nacre_tagtype_delete(tag_type);
  nacre_tag_delete(copy);

  wasm_functype_t* type = wasm_functype_new_1_0(wasm_valtype_new_i32());
  wasm_func_t* throw_func = nacre_func_new(store, type, throw_it, &s, NULL);
  wasm_func_t* rethrow_func = nacre_func_new(store, type, rethrow, &s, NULL);
  wasm_functype_delete(type);
  wasm_extern_t* imports[] = {nacre_tag_as_extern(s.tag), wasm_func_as_extern(throw_func),
                              wasm_func_as_extern(rethrow_func)};
  wasm_instance_t* instance = instance_of(
      store,
      "(module (tag $t (import \"\" \"t\") (param i32))"
      "  (func $host_throw (import \"\" \"throw\") (param i32))"
      "  (func $rethrow (import \"\" \"rethrow\") (param i32))"
      "  (tag $own (export \"own\"))"
      "  (func (export \"throw\") (param i32)"
      "    (if (local.get 0) (then (throw $t (local.get 0))) (else (throw $own))))"
      "  (func (export \"pass\") (param i32) (call $host_throw (local.get 0)))"
      "  (func (export \"catch\") (param i32) (result i32)"
      "    (block $h (result i32) (try_table (catch $t $h) (call $host_throw (local.get 0)))"
      "      (i32.const -1)))"
      "  (func (export \"again\") (param i32) (result i32)"
      "    (block $h (result i32) (try_table (catch $t $h) (call $rethrow (local.get 0)))"
      "      (i32.const -1))))",
      imports, 3);
  wasm_val_t arg = i32_val(5);
  wasm_func_t* f = func_of(instance, "catch");
  printf("caught %d\n", (int)call_i32(f, 1, &arg));
  arg = i32_val(-5);
  print_trap(call_trap(f, 1, &arg));  // the payload does not fit
  wasm_func_delete(f);
  f = func_of(instance, "again");
  arg = i32_val(6);
  printf("caught %d\n", (int)call_i32(f, 1, &arg));
  wasm_func_delete(f);

  f = func_of(instance, "pass");
  arg = i32_val(7);
  wasm_trap_t* trap = call_trap(f, 1, &arg);
  wasm_func_delete(f);
  const nacre_error_t* error = nacre_trap_error(trap);
  printf("%d %s\n", nacre_error_kind(error), nacre_error_message(error));
  wasm_ref_t* exception = nacre_trap_exception(trap);
  nacre_store_gc(store);
  CHECK(nacre_ref_shape(exception) == NACRE_SHAPE_EXN && nacre_ref_length(exception) == 1);
  wasm_val_t value;
  CHECK_OK(nacre_ref_get(exception, 0, &value));
  printf("payload %d\n", (int)value.of.i32);
  PRINT_ERROR(nacre_ref_get(exception, 1, &value));
  nacre_tag_t* tag = nacre_exception_tag(exception);
  CHECK(nacre_tag_same(tag, s.tag));
  nacre_tag_delete(tag);
  wasm_ref_delete(exception);
  wasm_trap_delete(trap);

  f = func_of(instance, "throw");
  arg = i32_val(0);
  trap = call_trap(f, 1, &arg);
  wasm_func_delete(f);
  exception = nacre_trap_exception(trap);
  tag = nacre_exception_tag(exception);
  wasm_extern_t* own_tag = nacre_instance_export(instance, "own");
  CHECK(nacre_tag_same(tag, nacre_extern_as_tag(own_tag)));
  CHECK(!nacre_exception_tag(wasm_instance_as_ref(instance)));
  wasm_extern_delete(own_tag);
  nacre_tag_delete(tag);
  wasm_ref_delete(exception);
  wasm_trap_delete(trap);

  nacre_tag_delete(s.tag);
  wasm_func_delete(throw_func);
  wasm_func_delete(rethrow_func);
  wasm_instance_delete(instance);
  wasm_store_delete(store);
  wasm_engine_delete(engine);
  return 0;
}
// clang-format off
/* output:
(tag (param i32))
caught 5
the payload does not fit the tag
caught 6
6 unhandled exception: (tag (param i32)) 7
payload 7
no field or element of this index
*/

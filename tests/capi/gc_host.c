// SPDX-License-Identifier: Apache-2.0
//
// Garbage-collected objects made by the host.
#include "check.h"

static const char* const program =
    "(module"
    "  (type $point (struct (field f64) (field (mut i16))))"
    "  (type $bytes (array (mut i8)))"
    "  (type $f (func (param i32) (result i32)))"
    "  (type $holder (struct (field (mut (ref null $f))) (field externref)))"
    "  (func (export \"x\") (param (ref $point)) (result i32)"
    "    (i32.trunc_f64_s (struct.get $point 0 (local.get 0))))"
    "  (func (export \"twice\") (type $f) (i32.mul (local.get 0) (i32.const 2)))"
    "  (func (export \"call\") (param (ref $holder) i32) (result i32)"
    "    (call_ref $f (local.get 1) (struct.get $holder 0 (local.get 0))))"
    "  (func (export \"first\") (param (ref $bytes)) (result i32)"
    "    (array.get_u $bytes (local.get 0) (i32.const 0))))";

static void print_type(const nacre_deftype_t* type) {
  wasm_message_t text;
  nacre_deftype_text(type, &text);
  printf("%s\n", text.data);
  wasm_byte_vec_delete(&text);
}

static wasm_val_t f64_val(double d) {
  wasm_val_t v = WASM_INIT_VAL;
  v.kind = WASM_F64;
  v.of.f64 = d;
  return v;
}

int main(void) {
  wasm_engine_t* engine = wasm_engine_new();
  wasm_store_t* store = wasm_store_new(engine);
  wasm_module_t* module = module_of(store, program);
  wasm_extern_vec_t none = WASM_EMPTY_VEC;
  wasm_instance_t* instance = wasm_instance_new(store, module, &none, NULL);
  CHECK(instance);
  wasm_func_t* x = func_of(instance, "x");
  wasm_func_t* first = func_of(instance, "first");
  wasm_func_t* twice = func_of(instance, "twice");
  wasm_func_t* call_held = func_of(instance, "call");

  // Types.
  nacre_deftype_t* point = nacre_module_type(module, 0);
  nacre_deftype_t* bytes = nacre_module_type(module, 1);
  nacre_deftype_t* func = nacre_module_type(module, 2);
  nacre_deftype_t* holder = nacre_module_type(module, 3);
  CHECK(point && bytes && func && holder && !nacre_module_type(module, 99));
  print_type(point);
  print_type(bytes);
  print_type(func);
  CHECK(nacre_deftype_kind(point) == NACRE_TYPEKIND_STRUCT &&
        nacre_deftype_kind(bytes) == NACRE_TYPEKIND_ARRAY &&
        nacre_deftype_kind(func) == NACRE_TYPEKIND_FUNC);
  CHECK(nacre_deftype_field_count(point) == 2 && nacre_deftype_field_count(func) == 0);
  nacre_field_t field;
  CHECK(nacre_deftype_field(point, 1, &field) && !field.type && field.packed_bits == 16 &&
        field.is_mutable && !nacre_deftype_field(point, 2, &field));
  wasm_valtype_t* f64 = wasm_valtype_new_f64();
  const nacre_field_t fields[] = {{f64, 0, false}, {NULL, 16, true}};
  nacre_deftype_t* made = NULL;
  CHECK_OK(nacre_deftype_new_struct(engine, fields, 2, &made));
  CHECK(nacre_deftype_same(made, point) && nacre_deftype_is_subtype(made, point));
  CHECK(!nacre_deftype_supertype(point) && !nacre_deftype_is_subtype(bytes, point));
  nacre_deftype_delete(made);
  CHECK_OK(nacre_deftype_new_array(engine, &(nacre_field_t){NULL, 8, true}, &made));
  CHECK(nacre_deftype_same(made, bytes));
  nacre_deftype_delete(made);
  PRINT_ERROR(nacre_deftype_new_array(engine, &(nacre_field_t){NULL, 7, true}, &made));
  CHECK(!made);

  // A group: a list whose nodes are points that go on.
  wasm_valtype_t* to_next = nacre_valtype_new_member(1, true);
  const nacre_field_t open[] = {{f64, 0, false}};
  const nacre_field_t more[] = {{f64, 0, false}, {to_next, 0, true}};
  nacre_typedef_t defs[2] = {{NACRE_TYPEKIND_STRUCT, false, open, 1, NULL, NULL, 0},
                             {NACRE_TYPEKIND_STRUCT, true, more, 2, NULL, NULL, 1}};
  nacre_deftype_t* group[2];
  CHECK_OK(nacre_deftype_new_group(engine, defs, 2, group));
  CHECK(nacre_deftype_is_subtype(group[1], group[0]) &&
        !nacre_deftype_is_subtype(group[0], group[1]));
  made = nacre_deftype_supertype(group[1]);
  CHECK(nacre_deftype_same(made, group[0]));
  nacre_deftype_delete(made);
  wasm_functype_t* functype = wasm_functype_new_1_1(wasm_valtype_new_i32(), wasm_valtype_new_i32());
  nacre_typedef_t more_defs[1] = {{NACRE_TYPEKIND_FUNC, true, NULL, 0, functype, NULL, 0}};
  CHECK_OK(nacre_deftype_new_group(engine, more_defs, 1, &made));
  CHECK(nacre_deftype_same(made, func));
  nacre_deftype_delete(made);
  wasm_functype_delete(functype);
  defs[0].supertype = group[1];  // which is final
  PRINT_ERROR(nacre_deftype_new_group(engine, defs, 1, &made));
  CHECK(!made);
  nacre_deftype_delete(group[0]);
  nacre_deftype_delete(group[1]);
  wasm_valtype_delete(to_next);

  // A struct.
  wasm_val_t values[] = {f64_val(7.5), i32_val(-2)};
  const wasm_val_vec_t vec = WASM_ARRAY_VEC(values);
  wasm_ref_t* p = NULL;
  CHECK_OK(nacre_ref_new_struct(store, point, &vec, &p));
  wasm_val_t arg = ref_val(p);
  arg.kind = NACRE_ANYREF;
  printf("%d\n", (int)call_i32(x, 1, &arg));
  wasm_val_t value;
  CHECK_OK(nacre_ref_get(p, 1, &value));
  CHECK(value.of.i32 == 0xfffe);
  CHECK_OK(nacre_ref_get_signed(p, 1, &value));
  CHECK(value.of.i32 == -2);
  wasm_valtype_t* type = nacre_deftype_valtype(point, false);
  CHECK(nacre_ref_matches(p, type) && !nacre_ref_matches(NULL, type));
  nacre_deftype_t* found = nacre_ref_deftype(p);
  CHECK(nacre_deftype_same(found, point));
  nacre_deftype_delete(found);
  found = nacre_valtype_deftype(engine, type);
  CHECK(nacre_deftype_same(found, point) && !nacre_valtype_deftype(engine, f64));
  nacre_deftype_delete(found);
  wasm_valtype_delete(type);
  type = nacre_deftype_valtype(bytes, true);
  CHECK(!nacre_ref_matches(p, type) && nacre_ref_matches(NULL, type));
  wasm_valtype_delete(type);
  wasm_ref_t* failed = NULL;
  PRINT_ERROR(nacre_ref_new_struct(store, bytes, &vec, &failed));
  values[0] = i32_val(1);
  PRINT_ERROR(nacre_ref_new_struct(store, point, &vec, &failed));
  CHECK(!failed);

  // Arrays.
  wasm_ref_t* a = NULL;
  CHECK_OK(nacre_ref_new_array_bytes(store, bytes, "hello", 5, &a));
  arg = ref_val(a);
  arg.kind = NACRE_ANYREF;
  printf("%c\n", (int)call_i32(first, 1, &arg));
  char text[4] = "";
  CHECK_OK(nacre_ref_write_bytes(a, 1, "E", 1));
  CHECK_OK(nacre_ref_read_bytes(a, 0, text, 3));
  printf("%s\n", text);
  PRINT_ERROR(nacre_ref_read_bytes(a, 3, text, 3));
  PRINT_ERROR(nacre_ref_read_bytes(p, 0, text, 3));
  wasm_ref_delete(a);
  value = i32_val(9);
  CHECK_OK(nacre_ref_new_array(store, bytes, 3, &value, &a));
  CHECK(nacre_ref_length(a) == 3);
  wasm_ref_delete(a);
  CHECK_OK(nacre_ref_new_array(store, bytes, 4, NULL, &a));
  wasm_ref_delete(a);
  values[0] = i32_val(1);
  values[1] = i32_val(2);
  CHECK_OK(nacre_ref_new_array_of(store, bytes, &vec, &a));
  CHECK_OK(nacre_ref_get(a, 1, &value));
  CHECK(value.of.i32 == 2);

  // Functions and foreign objects in fields.
  wasm_foreign_t* foreign = wasm_foreign_new(store);
  values[0] = ref_val(wasm_func_as_ref(twice));
  values[1] = ref_val(wasm_foreign_as_ref(foreign));
  wasm_ref_t* h = NULL;
  CHECK_OK(nacre_ref_new_struct(store, holder, &vec, &h));
  nacre_store_gc(store);
  wasm_val_t args[] = {ref_val(h), i32_val(21)};
  args[0].kind = NACRE_ANYREF;
  printf("%d\n", (int)call_i32(call_held, 2, args));
  CHECK_OK(nacre_ref_get(h, 1, &value));
  CHECK(wasm_ref_same(value.of.ref, wasm_foreign_as_ref(foreign)));
  wasm_val_delete(&value);
  wasm_ref_delete(h);
  CHECK_OK(nacre_ref_new_struct(store, holder, NULL, &h));
  args[0].of.ref = h;
  print_trap(call_trap(call_held, 2, args));
  type = nacre_valtype_new_ref(NACRE_HEAP_EXTERN, false);
  CHECK(nacre_ref_matches(wasm_foreign_as_ref(foreign), type));
  wasm_valtype_delete(type);
  type = nacre_deftype_valtype(func, false);
  CHECK(nacre_ref_matches(wasm_func_as_ref(twice), type) &&
        !nacre_ref_matches(wasm_func_as_ref(x), type) && !nacre_ref_matches(h, type));
  wasm_valtype_delete(type);
  found = nacre_ref_deftype(wasm_func_as_ref(twice));
  CHECK(nacre_deftype_same(found, func));
  nacre_deftype_t* copy = nacre_deftype_copy(found);
  nacre_deftype_delete(found);
  nacre_deftype_delete(copy);

  wasm_valtype_delete(f64);
  wasm_foreign_delete(foreign);
  wasm_ref_delete(h);
  wasm_ref_delete(a);
  wasm_ref_delete(p);
  wasm_func_delete(x);
  wasm_func_delete(first);
  wasm_func_delete(twice);
  wasm_func_delete(call_held);
  wasm_instance_delete(instance);
  wasm_module_delete(module);
  wasm_store_delete(store);
  PRINT_ERROR(nacre_ref_new_struct(store = wasm_store_new(engine), holder, NULL, &h));
  wasm_store_delete(store);
  wasm_ref_delete(h);
  nacre_deftype_delete(point);
  nacre_deftype_delete(bytes);
  nacre_deftype_delete(func);
  nacre_deftype_delete(holder);
  nacre_deftype_delete(NULL);
  wasm_engine_delete(engine);
  return 0;
}
// clang-format off
/* output:
(struct (field f64) (field (mut i16)))
(array (mut i8))
(func (param i32) (result i32))
a type that no living module defines
a supertype that is final or does not fit
7
not a type of structs
field 0: expected f64, found i32
h
hEl
elements beyond the array's end
the reference is no array
42
null function reference
success
*/

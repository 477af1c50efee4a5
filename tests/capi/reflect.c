// SPDX-License-Identifier: Apache-2.0
//
// Types of imports and exports, of modules and of instances; and types by themselves.
#include "check.h"

static void print_type(const wasm_externtype_t* type) {
  wasm_message_t text;
  nacre_externtype_text(type, &text);
  printf("%d %s", wasm_externtype_kind(type), text.data);
  wasm_name_delete(&text);
}

static void print_name(const wasm_name_t* name) {
  printf("\"%.*s\" ", (int)name->size, name->data ? name->data : "");
}

static wasm_trap_t* call_trap_i64(const wasm_func_t* func) {
  wasm_val_t arg = WASM_I64_VAL(0), out[2] = {WASM_INIT_VAL, WASM_INIT_VAL};
  wasm_val_vec_t args = WASM_EMPTY_VEC, results = WASM_ARRAY_VEC(out);
  args.size = 1, args.data = &arg;
  return wasm_func_call(func, &args, &results);
}

int main(void) {
  wasm_engine_t* engine = wasm_engine_new();
  wasm_store_t* store = wasm_store_new(engine);
  wasm_module_t* module =
      module_of(store,
                "(module $reflect"
                "  (import \"a\" \"\" (func (param i64) (result f32 f64)))"
                "  (import \"\" \"b\" (memory 1))"
                "  (func $named (export \"func\") (param i32 f64 f32) (result i32) (unreachable))"
                "  (global (export \"global\") (mut f64) (f64.const 0))"
                "  (table (export \"table\") 0 50 funcref)"
                "  (table (export \"table64\") i64 1 externref)"
                "  (memory (export \"memory\") 1 5000)"
                "  (memory (export \"big\") i64 1 0x100000000)"
                "  (tag (export \"tag\") (param i32))"
                "  (@custom \"note\" \"text\"))");

  wasm_importtype_vec_t imports;
  wasm_module_imports(module, &imports);
  for (size_t i = 0; i < imports.size; ++i) {
    printf("import ");
    print_name(wasm_importtype_module(imports.data[i]));
    print_name(wasm_importtype_name(imports.data[i]));
    print_type(wasm_importtype_type(imports.data[i]));
    printf("\n");
  }
  wasm_importtype_vec_t imports_copy;
  wasm_importtype_vec_copy(&imports_copy, &imports);
  CHECK(imports_copy.size == 2 && wasm_importtype_name(imports_copy.data[1])->size == 1);
  wasm_importtype_vec_delete(&imports_copy);
  wasm_importtype_vec_delete(&imports);

  wasm_limits_t limits = {1, wasm_limits_max_default};
  wasm_memorytype_t* memory_type = wasm_memorytype_new(&limits);
  wasm_memory_t* memory = wasm_memory_new(store, memory_type);
  wasm_memorytype_delete(memory_type);
  wasm_functype_t* func_type =
      wasm_functype_new_1_2(wasm_valtype_new_i64(), wasm_valtype_new_f32(), wasm_valtype_new_f64());
  wasm_func_t* func = wasm_func_new(store, func_type, NULL);
  wasm_functype_delete(func_type);
  wasm_extern_t* items[] = {wasm_func_as_extern(func), wasm_memory_as_extern(memory)};
  wasm_extern_vec_t item_vec = WASM_ARRAY_VEC(items);
  wasm_instance_t* instance = wasm_instance_new(store, module, &item_vec, NULL);
  CHECK(instance);

  wasm_exporttype_vec_t types;
  wasm_extern_vec_t exports;
  wasm_module_exports(module, &types);
  wasm_instance_exports(instance, &exports);
  CHECK(types.size == exports.size);
  for (size_t i = 0; i < types.size; ++i) {
    wasm_externtype_t* now = wasm_extern_type(exports.data[i]);
    CHECK(wasm_externtype_kind(now) == wasm_extern_kind(exports.data[i]));
    CHECK(wasm_externtype_kind(now) == wasm_externtype_kind(wasm_exporttype_type(types.data[i])));
    printf("export ");
    print_name(wasm_exporttype_name(types.data[i]));
    print_type(now);
    printf("\n");
    wasm_externtype_delete(now);
  }
  CHECK(wasm_extern_as_func(exports.data[0]) && !wasm_extern_as_func(exports.data[1]));
  CHECK(nacre_extern_as_tag(exports.data[6]));
  const wasm_externtype_t* big = wasm_exporttype_type(types.data[5]);
  CHECK(nacre_memorytype_max(wasm_externtype_as_memorytype_const(big)) == UINT64_C(1) << 32);
  CHECK(wasm_memorytype_limits(wasm_externtype_as_memorytype_const(big))->max == 0xffffffff);
  wasm_exporttype_vec_delete(&types);
  wasm_extern_vec_delete(&exports);

  print_trap(call_trap_i64(func));

  // What nacre.h adds.
  wasm_name_t name;
  nacre_module_name(module, &name);
  print_name(&name);
  wasm_name_delete(&name);
  nacre_module_func_name(module, 1, &name);
  print_name(&name);
  wasm_name_delete(&name);
  wasm_module_t* named = module_of(
      store,
      "(module (type $t (struct (field $f i32))) (memory $m 1) (func (param $p i32)))");
  nacre_module_item_name(named, NACRE_NAME_MEMORY, 0, &name);
  print_name(&name);
  wasm_name_delete(&name);
  nacre_module_item_name(named, 99, 0, &name);
  CHECK(name.size == 0);
  nacre_module_local_name(named, 0, 0, &name);
  print_name(&name);
  wasm_name_delete(&name);
  nacre_module_field_name(named, 0, 0, &name);
  print_name(&name);
  wasm_name_delete(&name);
  wasm_module_delete(named);
  printf("types %d functions %d tables %d memories %d globals %d tags %d start %d\n",
         (int)nacre_module_count(module, NACRE_PART_TYPES),
         (int)nacre_module_count(module, NACRE_PART_FUNCTIONS),
         (int)nacre_module_count(module, NACRE_PART_TABLES),
         (int)nacre_module_count(module, NACRE_PART_MEMORIES),
         (int)nacre_module_count(module, NACRE_PART_GLOBALS),
         (int)nacre_module_count(module, NACRE_PART_TAGS), nacre_module_has_start(module));
  for (size_t i = 0; i < nacre_module_count(module, NACRE_PART_CUSTOM_SECTIONS); ++i) {
    const char* section;
    const uint8_t* bytes;
    size_t section_size, size;
    CHECK(nacre_module_custom_section(module, i, &section, &section_size, &bytes, &size));
    printf("section %.*s\n", (int)section_size, section);
  }
  const uint32_t features = nacre_module_features(module);
  for (nacre_feature_t f = 1; f < NACRE_FEATURE_COUNT; ++f)
    if (features & NACRE_FEATURE_BIT(f)) printf("needs %s\n", nacre_feature_name(f));

  // Types made by hand.
  wasm_valtype_t* struct_type = nacre_valtype_new_ref(NACRE_HEAP_STRUCT, false);
  CHECK(wasm_valtype_kind(struct_type) == NACRE_ANYREF && !nacre_valtype_nullable(struct_type));
  CHECK(nacre_valtype_heap(struct_type) == NACRE_HEAP_STRUCT);
  wasm_valtype_t* copy = wasm_valtype_copy(struct_type);
  CHECK(nacre_valtype_same(copy, struct_type));
  nacre_valtype_text(copy, &name);
  printf("%s\n", name.data);
  wasm_name_delete(&name);
  wasm_valtype_delete(copy);
  CHECK(!nacre_valtype_new_ref(NACRE_HEAP_CONCRETE, true) && !wasm_valtype_new(99));
  wasm_globaltype_t* global_type = wasm_globaltype_new(struct_type, WASM_CONST);
  wasm_name_new_from_string(&name, "x");
  wasm_exporttype_t* export_type =
      wasm_exporttype_new(&name, wasm_globaltype_as_externtype(global_type));
  CHECK(name.size == 0);
  wasm_exporttype_t* export_copy = wasm_exporttype_copy(export_type);
  wasm_exporttype_delete(export_type);
  CHECK(wasm_externtype_as_globaltype_const(wasm_exporttype_type(export_copy)));
  CHECK(!wasm_externtype_as_functype_const(wasm_exporttype_type(export_copy)));
  wasm_exporttype_delete(export_copy);

  wasm_func_delete(func);
  wasm_memory_delete(memory);
  wasm_instance_delete(instance);
  wasm_module_delete(module);
  wasm_store_delete(store);
  wasm_engine_delete(engine);
  return 0;
}
// clang-format off
/* output:
import "a" "" 0 (func (param i64) (result f32 f64))
import "" "b" 3 (memory 1)
export "func" 0 (func (param i32 f64 f32) (result i32))
export "global" 1 (global (mut f64))
export "table" 2 (table 0 50 funcref)
export "table64" 2 (table i64 1 externref)
export "memory" 3 (memory 1 5000)
export "big" 3 (memory i64 1 4294967296)
export "tag" 4 (tag (param i32))
a host function without a callback
"reflect" "named" "m" "p" "f" types 3 functions 2 tables 2 memories 3 globals 1 tags 1 start 0
section name
section note
needs mutable-globals
needs multi-value
needs reference-types
needs exceptions
needs memory64
needs multi-memory
(ref struct)
*/

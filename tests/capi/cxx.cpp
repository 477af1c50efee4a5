// SPDX-License-Identifier: Apache-2.0
//
// The C headers in a C++ program; a C++ exception of a callback becomes a trap.
#include <nacre.h>
#include <wasm.h>

#include <cstdio>
#include <stdexcept>

namespace {

wasm_trap_t* fail(const wasm_val_vec_t*, wasm_val_vec_t*) {
#if defined(__cpp_exceptions) && NACRE_TEST_EXCEPTIONS
  throw std::runtime_error("not for C");
#else
  return nullptr;
#endif
}

}  // namespace

int main() {
  wasm_engine_t* engine = wasm_engine_new();
  wasm_store_t* store = wasm_store_new(engine);
  wasm_functype_t* type = wasm_functype_new_0_0();
  wasm_func_t* func = wasm_func_new(store, type, fail);
  wasm_functype_delete(type);
  const char text[] = "(module (import \"\" \"f\" (func)) (func (export \"g\") (call 0)))";
  wasm_byte_vec_t binary;
  if (nacre_wat2wasm(text, sizeof text - 1, &binary)) return 1;
  wasm_module_t* module = wasm_module_new(store, &binary);
  wasm_byte_vec_delete(&binary);
  wasm_extern_t* items[] = {wasm_func_as_extern(func)};
  wasm_extern_vec_t imports = WASM_ARRAY_VEC(items);
  wasm_instance_t* instance = wasm_instance_new(store, module, &imports, nullptr);
  wasm_func_t* g = nacre_instance_func(instance, "g");
  wasm_val_vec_t none = WASM_EMPTY_VEC;
  for (int i = 0; i < 2; ++i) {
    wasm_trap_t* trap = wasm_func_call(i == 0 ? g : func, &none, &none);
#if NACRE_TEST_EXCEPTIONS
    if (trap == nullptr) return 1;
    std::printf("%s\n", nacre_error_message(nacre_trap_error(trap)));
#else
    if (trap != nullptr) return 1;
    std::printf("C++ exception in a host function\n");
#endif
    wasm_trap_delete(trap);
  }
  wasm_func_delete(g);
  wasm_func_delete(func);
  wasm_instance_delete(instance);
  wasm_module_delete(module);
  wasm_store_delete(store);
  wasm_engine_delete(engine);
}
// clang-format off
/* output:
C++ exception in a host function
C++ exception in a host function
*/

#include <cstdio>
#include <nacre/nacre.hpp>
int main() {
  nacre::Engine engine;
  nacre::Store store{engine};
  nacre::Linker linker{engine};
  linker.func("env", "print", [](int32_t n) { std::printf("%d\n", n); });
  auto wasm = nacre::wat2wasm(R"((import "env" "print" (func $print (param i32)))
      (func (export "run") (param i32) (call $print (i32.mul (local.get 0) (i32.const 2)))))").value();
  auto module = nacre::Module::compile(engine, wasm).value();
  linker.instantiate(store, module).value().func<void(int32_t)>("run").value()(21).value();
}

#include <nacre/nacre.hpp>

#include <cstdio>

int main() {
  // (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
  const unsigned char wasm[] = {0, 'a', 's', 'm', 1, 0, 0, 0, 1, 7, 1, 0x60, 2, 0x7f, 0x7f, 1, 0x7f, 3, 2, 1, 0,
                                7, 7, 1, 3, 'a', 'd', 'd', 0, 0, 10, 9, 1, 7, 0, 0x20, 0, 0x20, 1, 0x6a, 0x0b};
  nacre::Engine engine;
  nacre::Module module = nacre::Module::compile(engine, wasm).value();
  nacre::Store store{engine};
  nacre::Instance instance = nacre::Linker{engine}.instantiate(store, module).value();
  auto add = instance.func<int32_t(int32_t, int32_t)>("add").value();
  std::printf("%d\n", add(40, 2).value());  // 42
}

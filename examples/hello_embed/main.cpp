#include <nacre/nacre.hpp>
#include <cstdio>

int main() {
  const unsigned char wasm[] =
      "\0asm\1\0\0\0\1\6\1`\1\177\1\177\2\15\1\3env\5twice\0\0\3\2\1\0\7\7\1\3run\0\1\12\13\1\11\0 \0\20\0A\2j\13";
  nacre::Engine engine;
  nacre::Linker linker{engine};
  linker.func("env", "twice", [](int32_t x) { return 2 * x; });
  nacre::Module module = nacre::Module::compile(engine, {wasm, sizeof wasm - 1}).value();
  nacre::Store store{engine};
  auto run = linker.instantiate(store, module).value().func<int32_t(int32_t)>("run").value();
  std::printf("%d\n", run(20).value());
}

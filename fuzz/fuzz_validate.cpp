// SPDX-License-Identifier: Apache-2.0
//
// Compiles arbitrary bytes with all code made at once, instantiates and runs what links, on
// little fuel.
#include <cstddef>
#include <cstdint>
#include <nacre/nacre.hpp>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace nacre;
  static const Engine engine{[] {
    Config c;
    c.eager = c.fuel = c.interruptible = true;
    c.max_memory = 1 << 20;
    c.max_table_entries = 10'000;
    c.max_stack = 64 << 10;
    c.max_gc_heap = 1 << 20;
    return c;
  }()};
  auto module = Module::compile(engine, {data, size});
  if (!module) return 0;
  Store store{engine};
  store.set_fuel(5000);
  store.set_timeout_ms(1000);
  Linker linker{engine};
  auto instance = linker.instantiate(store, *module);
  if (!instance) return 0;
  for (const NamedExtern& e : instance->exports()) {
    Func f = e.item.func();
    if (!f) continue;
    store.set_fuel(5000);
    std::vector<Value> args;
    for (ValType t : f.type().params) args.push_back(Value::zero(t));
    (void)f.call(args);
  }
  return 0;
}

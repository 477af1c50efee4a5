// SPDX-License-Identifier: Apache-2.0
#include "script/spectest.hpp"

namespace nacre::script {

namespace {

constexpr const char* name = "spectest";

void define_functions(Linker& linker) {
  linker.func(name, "print", [] {})
      .func(name, "print_i32", [](int32_t) {})
      .func(name, "print_i64", [](int64_t) {})
      .func(name, "print_f32", [](float) {})
      .func(name, "print_f64", [](double) {})
      .func(name, "print_i32_f32", [](int32_t, float) {})
      .func(name, "print_f64_f64", [](double, double) {});
}

Result<void> define_global(Linker& linker, Store& store, const char* global, ValType type,
                           const Value& value) {
  Result<Global> g = Global::create(store, {type, false}, value);
  if (!g) return std::move(g.error());
  linker.define(name, global, *g);
  return {};
}

Result<void> define_globals(Linker& linker, Store& store) {
  struct Row {
    const char* name;
    ValType type;
    Value value;
  };
  const Row rows[] = {
      {"global_i32", ValKind::i32, Value(uint32_t{666})},
      {"global_i64", ValKind::i64, Value(uint64_t{666})},
      {"global_f32", ValKind::f32, Value::f32_bits(0x4426a666)},
      {"global_f64", ValKind::f64, Value::f64_bits(0x4084d4cccccccccd)},
  };
  for (const Row& r : rows)
    if (Result<void> ok = define_global(linker, store, r.name, r.type, r.value); !ok) return ok;
  return {};
}

Result<void> define_table(Linker& linker, Store& store, const char* table, bool is64) {
  Result<Table> t = Table::create(store, {.min = 10, .max = 20, .has_max = true, .is64 = is64});
  if (!t) return std::move(t.error());
  linker.define(name, table, *t);
  return {};
}

Result<void> define_memory(Linker& linker, Store& store, const char* memory, bool shared) {
  Result<Memory> m = Memory::create(store, {.min = 1, .max = 2, .has_max = true, .shared = shared});
  if (!m) return std::move(m.error());
  linker.define(name, memory, *m);
  return {};
}

}  // namespace

Result<void> define_spectest(Linker& linker, Store& store, const Features& features) {
  define_functions(linker);
  Result<void> ok = define_globals(linker, store);
  if (ok) ok = define_table(linker, store, "table", false);
  if (ok && features.has(Feature::memory64)) ok = define_table(linker, store, "table64", true);
  if (ok) ok = define_memory(linker, store, "memory", false);
  if (ok && features.has(Feature::threads))
    ok = define_memory(linker, store, "shared_memory", true);
  return ok;
}

}  // namespace nacre::script

// SPDX-License-Identifier: Apache-2.0
//
// nacre-calls MODULE: nanoseconds of a call into calls.wat's module and of its calls of the host,
// on every engine and through every interface. Prints lines "HOST<tab>what<tab>nanoseconds".
#include <nacre.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include <nacre/nacre.hpp>

namespace {

constexpr int calls = 10'000;  // in a batch: short beside what a scheduler gives at a time
constexpr size_t batches = 60;

// Nanoseconds of one of `calls` steps: the median of all batches but the first few.
template <class F>
double measure(F&& run) {
  std::vector<double> took;
  for (size_t batch = 0; batch < batches + 5; ++batch) {
    const auto begin = std::chrono::steady_clock::now();
    run();
    const std::chrono::duration<double, std::nano> ns = std::chrono::steady_clock::now() - begin;
    if (batch >= 5) took.push_back(ns.count() / calls);
  }
  std::sort(took.begin(), took.end());
  return took[batches / 2];
}

void check(bool right) {
  if (right) return;
  std::fputs("nacre-calls: a wrong result\n", stderr);
  std::exit(1);
}

std::string host;  // of the lines being printed

void print(const char* what, double ns) { std::printf("%s\t%s\t%.2f\n", host.c_str(), what, ns); }

using nacre::Span;
using nacre::Value;

// What the guest's loop costs around a call of the host: `loop` of "host" less that of "empty".
template <class Loop>
double host_call(Loop&& loop) {
  return measure([&] { loop("host"); }) - measure([&] { loop("empty"); });
}

template <class Define>
double cpp_host_call(const nacre::Engine& engine, const nacre::Module& module, Define&& define) {
  nacre::Linker linker(engine);
  define(linker);
  nacre::Store store(engine);
  const nacre::Instance instance = linker.instantiate(store, module).value();
  return host_call([&](const char* name) {
    check(instance.func<int32_t(int32_t)>(name).value()(calls).has_value());
  });
}

void cpp(const nacre::Engine& engine, const std::vector<uint8_t>& bytes) {
  const nacre::Module module = nacre::Module::compile(engine, bytes).value();
  const auto typed = [](nacre::Linker& l) {
    l.func("env", "add", [](int32_t a, int32_t b) { return a + b; });
  };
  nacre::Linker linker(engine);
  typed(linker);
  nacre::Store store(engine);
  const nacre::Instance instance = linker.instantiate(store, module).value();
  const auto add = instance.func<int32_t(int32_t, int32_t)>("add").value();
  print("call, C++ typed", measure([&] {
          int32_t sum = 0;
          for (int i = 0; i < calls; ++i) sum = *add(sum, 1);
          check(sum == calls);
        }));
  const nacre::Func dynamic = add.func();
  print("call, C++ dynamic", measure([&] {
          int32_t sum = 0;
          for (int i = 0; i < calls; ++i) sum = (*dynamic.call({Value(sum), Value(1)}))[0].i32();
          check(sum == calls);
        }));
  print("host call, C++ typed", cpp_host_call(engine, module, typed));
  print("host call, C++ dynamic", cpp_host_call(engine, module, [](nacre::Linker& l) {
          const nacre::FuncType type{{nacre::ValKind::i32, nacre::ValKind::i32},
                                     {nacre::ValKind::i32}};
          l.func("env", "add", type,
                 [](nacre::Caller, Span<const Value> args,
                    Span<Value> results) -> nacre::Result<void> {
                   results[0] = Value(args[0].i32() + args[1].i32());
                   return {};
                 });
        }));
}

// ------------------------------------------------------------------------------------- C's API

wasm_trap_t* add_slots(void*, nacre_caller_t*, uint64_t slots[]) {
  slots[0] = nacre_slot_i32(nacre_slot_to_i32(slots[0]) + nacre_slot_to_i32(slots[1]));
  return nullptr;
}

wasm_trap_t* add_values(const wasm_val_vec_t* args, wasm_val_vec_t* results) {
  results->data[0].kind = WASM_I32;
  results->data[0].of.i32 = args->data[0].of.i32 + args->data[1].of.i32;
  return nullptr;
}

void c(const nacre::Config& config, const std::vector<uint8_t>& bytes) {
  wasm_config_t* const options = wasm_config_new();
  nacre_config_set_engine(options, static_cast<nacre_engine_kind_t>(config.engine));
  nacre_config_set_signals(options, config.signals);
  wasm_engine_t* const engine = wasm_engine_new_with_config(options);
  wasm_module_t* module = nullptr;
  check(nacre_module_new(engine, bytes.data(), bytes.size(), &module) == nullptr);
  wasm_functype_t* const type =
      wasm_functype_new_2_1(wasm_valtype_new_i32(), wasm_valtype_new_i32(), wasm_valtype_new_i32());
  for (const bool unchecked : {true, false}) {
    wasm_store_t* const store = wasm_store_new(engine);
    wasm_func_t* const import =
        unchecked ? nacre_func_new_unchecked(store, type, add_slots, nullptr, nullptr)
                  : wasm_func_new(store, type, add_values);
    wasm_extern_t* imports[] = {wasm_func_as_extern(import)};
    const wasm_extern_vec_t vector = WASM_ARRAY_VEC(imports);
    wasm_instance_t* const instance = wasm_instance_new(store, module, &vector, nullptr);
    wasm_func_t* const add = nacre_instance_func(instance, "add");
    if (unchecked) {
      print("call, C unchecked", measure([&] {
              uint64_t slots[2] = {0, 0};
              for (int i = 0; i < calls; ++i) {
                slots[1] = 1;
                check(nacre_func_call_unchecked(add, slots) == nullptr);
              }
              check(nacre_slot_to_i32(slots[0]) == calls);
            }));
    } else {
      print("call, C checked", measure([&] {
              wasm_val_t args[2] = {WASM_I32_VAL(0), WASM_I32_VAL(1)}, result[1] = {};
              const wasm_val_vec_t in = WASM_ARRAY_VEC(args);
              wasm_val_vec_t out = WASM_ARRAY_VEC(result);
              for (int i = 0; i < calls; ++i) {
                check(wasm_func_call(add, &in, &out) == nullptr);
                args[0] = result[0];
              }
              check(result[0].of.i32 == calls);
            }));
    }
    print(unchecked ? "host call, C unchecked" : "host call, C checked",
          host_call([&](const char* name) {
            wasm_func_t* const loop = nacre_instance_func(instance, name);
            uint64_t slots[1] = {calls};
            check(nacre_func_call_unchecked(loop, slots) == nullptr);
            wasm_func_delete(loop);
          }));
    wasm_func_delete(add);
    wasm_func_delete(import);
    wasm_instance_delete(instance);
    wasm_store_delete(store);
  }
  wasm_functype_delete(type);
  wasm_module_delete(module);
  wasm_engine_delete(engine);
}

std::vector<uint8_t> read(const char* path) {
  std::vector<uint8_t> bytes;
  std::FILE* const file = std::fopen(path, "rb");
  if (file == nullptr) return bytes;
  for (int byte = 0; (byte = std::fgetc(file)) != EOF;) bytes.push_back(static_cast<uint8_t>(byte));
  std::fclose(file);
  return bytes;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) return std::fputs("usage: nacre-calls MODULE\n", stderr), 2;
  const std::vector<uint8_t> bytes = read(argv[1]);
  const struct {
    const char* name;
    nacre::Config config;
  } ways[] = {
      {"nacre interpreter", {.engine = nacre::EngineKind::interpreter}},
      {"nacre baseline, guarded", {.engine = nacre::EngineKind::baseline}},
      {"nacre baseline, checked", {.engine = nacre::EngineKind::baseline, .signals = false}}};
  for (const auto& way : ways) {
    const nacre::Engine engine(way.config);
    if (!engine.check()) continue;
    host = way.name;
    cpp(engine, bytes);
    c(way.config, bytes);
  }
  std::printf("version\tnacre\t%s\n", nacre_version());
  return 0;
}

// SPDX-License-Identifier: Apache-2.0
//
// Which functions have a listener: what the choice is made from, how long a listener lives, threads
// that share it; and that a function without one does not pay.
#include <atomic>
#include <cstring>
#include <memory>
#include <thread>

#include "api/data.hpp"
#include "baseline/baseline.hpp"
#include "codegen/image.hpp"
#include "interp/code.hpp"
#include "listener_fixture.hpp"

namespace nacre::test {
namespace {

// --- choosing

TEST_P(Listeners, InfoDescribesEveryFunction) {
  const Engine engine(config());
  std::string seen;
  const auto module =
      Module::compile(engine, wasm(R"((module $lib
        (import "env" "log" (func $log (param i32)))
        (func (export "b") (export "a") (param i32 f64) (result v128) unreachable)
        (func $named) (func) (export "again" (func $log))))"),
                      {.listeners = [&](const FunctionInfo& f) -> FunctionListener* {
                        seen += std::to_string(f.index) + " '" + std::string(f.name) + "' of " +
                                std::string(f.module_name) + " " + std::string(to_string(f.type)) +
                                " " + std::string(to_string(f)) + (f.imported ? " imported" : "");
                        for (const StringView e : f.exports) seen += " " + std::string(e);
                        seen += "\n";
                        return nullptr;
                      }});
  ASSERT_TRUE(module);
  EXPECT_EQ(seen,
            "0 'log' of lib (func (param i32)) env.log imported again\n"
            "1 '' of lib (func (param i32 f64) (result v128)) b b a\n"
            "2 'named' of lib (func) named\n"
            "3 '' of lib (func) func[3]\n");
  EXPECT_EQ(module->data()->compiled->listeners, nullptr);
}

TEST_P(Listeners, LiveAsLongAsTheModuleIsUsed) {
  std::weak_ptr<Recorder> watched;
  {
    const Engine engine(config());
    Store store(engine);
    Instance instance;
    {
      auto recorder = std::make_shared<Recorder>();
      watched = recorder;
      const Module module =
          Module::compile(engine, wasm(R"((module (func (export "f"))))"),
                          {.listeners = [recorder](const FunctionInfo&) { return recorder.get(); }})
              .value();
      instance = Linker(engine).instantiate(store, module).value();
    }
    ASSERT_TRUE(instance.func<void()>("f").value()());
    ASSERT_FALSE(watched.expired());
    EXPECT_EQ(watched.lock()->lines.size(), 2u);
  }
  EXPECT_TRUE(watched.expired());
}

TEST_P(Listeners, AreCalledByManyThreads) {
  struct Atomic : FunctionListener {
    void before(ListenerCall&, Span<const Value> v) override { sum += v[0].i32(); }
    void after(ListenerCall&, Span<const Value> v) override { sum -= v[0].i32(); }
    std::atomic<int64_t> sum = 0;
  } listener;
  const Engine engine(config());
  const Module module = Module::compile(engine, wasm(R"((module
      (func $f (export "f") (param i32) (result i32)
        (if (result i32) (i32.eqz (local.get 0)) (then (i32.const 1))
          (else (call $f (i32.sub (local.get 0) (i32.const 1))))))))"),
                                        all(listener))
                            .value();
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      Store store(engine);
      const Instance i = Linker(engine).instantiate(store, module).value();
      for (int k = 0; k < 50; ++k) EXPECT_EQ(i.func<int32_t(int32_t)>("f").value()(10).value(), 1);
    });
  for (std::thread& t : threads) t.join();
  EXPECT_EQ(listener.sum.load(), 4 * 50 * (55 - 11));
}

// --- who has none does not pay

// The last function is long and has a large frame, with a listener and without: so it begins in the
// same place, and the distances of calls to it are the same.
std::string some_code() {
  std::string uses;
  for (int i = 1; i <= 20; ++i) {
    const std::string n = std::to_string(i);
    uses +=
        "(local.set " + n + " (i64.extend_i32_u (call $sum (local.get 0) (i32.const " + n + "))))";
    uses += "(local.set 0 (i32.wrap_i64 (i64.add (local.get " + n + ") (local.get 20))))";
  }
  return R"((module (memory 1) (table 1 funcref)
  (func $sum (export "sum") (param i32 i32) (result i32) (local i32)
    (loop $l
      (local.set 2 (i32.add (local.get 2) (i32.load (local.get 0))))
      (drop (br_if 1 (local.get 2) (i32.gt_u (local.get 2) (i32.const 1000))))
      (br_if $l (i32.lt_u (local.tee 0 (i32.add (local.get 0) (i32.const 4))) (local.get 1))))
    (local.get 2))
  (func $vector (param v128 f64) (result f64)
    (f64.add (local.get 1) (f64x2.extract_lane 0 (local.get 0))))
  (func $many (param i32) (result i32 i64 f32)
    (br_table 0 0 (i32.const 1) (i64.const 2) (f32.const 3) (local.get 0)))
  (func $calls (param i32) (result i32)
    (i32.add (call $sum (local.get 0) (i32.const 8)) (call $listened (local.get 0))))
  (func $tail (param i32) (result i32) (return_call $listened (local.get 0)))
  (func $listened (param i32) (result i32)
    (local i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64))" +
         uses + "(local.get 0)))";
}

// Without what lies between functions.
std::vector<std::vector<uint8_t>> machine_code(const Module& module) {
  const codegen::CodeImage& image = baseline::code_image(*module.data()->compiled->code);
  std::vector<std::vector<uint8_t>> out;
  const codegen::FunctionTable& functions = image.functions();
  for (uint32_t i = 0; i < functions.size(); ++i) {
    const auto end = i + 1 < functions.size() ? functions[i + 1].offset
                                              : static_cast<uint32_t>(image.code().size());
    std::vector<uint8_t>& code =
        out.emplace_back(image.code().begin() + functions[i].offset, image.code().begin() + end);
    while (code.back() == 0xCC) code.pop_back();
  }
  return out;
}

// The code words; addresses of functions, which differ from module to module, as their indices.
std::vector<std::vector<uint32_t>> threaded_code(const Module& module) {
  auto& image = static_cast<interp::ModuleImage&>(*module.data()->compiled->code);
  const uint32_t n = module.data()->compiled->module.num_defined_funcs();
  std::vector<std::vector<uint32_t>> out;
  for (uint32_t i = 0; i < n; ++i) {
    const interp::Body& body = *image.translate(image.function(i));
    std::vector<uint32_t> words(body.words.get(), body.words.get() + body.num_words);
    for (size_t at = 0; at + interp::ptr_words <= words.size(); ++at)
      for (uint32_t f = 0; f < n; ++f) {
        const interp::FunctionCode* const code = &image.function(f);
        if (std::memcmp(&words[at], &code, sizeof code) != 0) continue;
        std::memset(&words[at], 0xff, sizeof code);
        words[at] = f;
      }
    out.push_back(std::move(words));
  }
  return out;
}

TEST_P(Listeners, FunctionsWithoutOneHaveTheSameCode) {
  const Engine engine(config());
  const std::vector<uint8_t> bytes = wasm(some_code());
  Recorder recorder;
  const Module plain = Module::compile(engine, bytes).value();
  const Module none =
      Module::compile(
          engine, bytes,
          {.listeners =
               [](const FunctionInfo&) { return static_cast<FunctionListener*>(nullptr); }})
          .value();
  const Module one =
      Module::compile(
          engine, bytes,
          {.listeners =
               [&](const FunctionInfo& f) { return f.name == "listened" ? &recorder : nullptr; }})
          .value();
  const auto check = [](const auto& a, const auto& b, const auto& c) {
    ASSERT_EQ(a.size(), 6u);
    EXPECT_EQ(a, b);
    for (size_t i = 0; i < 5; ++i) EXPECT_EQ(a[i], c[i]) << i;
    EXPECT_NE(a[5], c[5]);
  };
  if (GetParam() == EngineKind::baseline)
    check(machine_code(plain), machine_code(none), machine_code(one));
  else check(threaded_code(plain), threaded_code(none), threaded_code(one));
  EXPECT_EQ(plain.data()->compiled->listeners, nullptr);
  EXPECT_EQ(none.data()->compiled->listeners, nullptr);
}

}  // namespace
}  // namespace nacre::test

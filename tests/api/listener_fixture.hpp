// SPDX-License-Identifier: Apache-2.0
//
// What the tests of function listeners share: listeners that write down, count or disturb what they
// hear, values as text, and a world in which a module runs with a listener, once on every engine.
#pragma once

#include "nacre/listener.hpp"

#include <cstdio>
#include <string>

#include "api_test.hpp"

namespace nacre::test {

inline std::string text(const Value& v) {
  char buffer[64] = "";
  switch (v.kind()) {
    case ValueKind::i32:
      return std::to_string(v.i32());
    case ValueKind::i64:
      return std::to_string(v.i64()) + "L";
    case ValueKind::f32:
      std::snprintf(buffer, sizeof buffer, "%gf", static_cast<double>(v.f32()));
      return buffer;
    case ValueKind::f64:
      std::snprintf(buffer, sizeof buffer, "%gd", v.f64());
      return buffer;
    case ValueKind::v128:
      for (unsigned i = 0; i < 16; ++i) std::snprintf(buffer + 2 * i, 3, "%02x", v.v128().bytes[i]);
      return buffer;
    case ValueKind::ref:
      break;
  }
  const Ref& r = v.ref();
  if (r.is_null()) return "null";
  if (r.i31_signed()) return "i31:" + std::to_string(*r.i31_signed());
  if (r.host_value()) return "host:" + std::to_string(*r.host_value());
  if (r.shape() == RefShape::func) return "func:" + std::to_string(r.func().index());
  if (r.shape() == RefShape::exn) return "exn:" + text(*r.get(0));
  return "object:" + text(*r.get(0));
}

inline std::string text(Span<const Value> values) {
  std::string out;
  for (const Value& v : values) out += (out.empty() ? "" : " ") + text(v);
  return "(" + out + ")";
}

// Writes down what it hears.
struct Recorder : FunctionListener {
  void before(ListenerCall& call, Span<const Value> params) override {
    add("before", call, text(params));
  }
  void after(ListenerCall& call, Span<const Value> results) override {
    if (call.is_tail_call()) add("tail", call, text(results));
    else add("after", call, text(results));
  }
  void trap(ListenerCall& call, const Error& error) override {
    add("trap", call, ": " + std::string(error.message));
  }
  void add(const char* what, ListenerCall& call, const std::string& more) {
    lines.push_back(std::to_string(call.depth()) + " " + what + " " +
                    std::string(to_string(call.function())) + more);
  }
  // All lines so far, which are forgotten.
  std::string take() {
    std::string out;
    for (const std::string& l : lines) out += l + "\n";
    lines.clear();
    return out;
  }
  std::vector<std::string> lines;
};

// Counts, and checks that ends follow beginnings.
struct Counter : FunctionListener {
  void before(ListenerCall& call, Span<const Value>) override {
    open.push_back(call.function().index);
    ++calls;
  }
  void after(ListenerCall& call, Span<const Value>) override { end(call), ++returns; }
  void trap(ListenerCall& call, const Error& e) override {
    end(call), ++traps;
    last = trap_code(e);
  }
  void end(ListenerCall& call) {
    ASSERT_FALSE(open.empty());
    EXPECT_EQ(open.back(), call.function().index);
    open.pop_back();
  }
  std::vector<uint32_t> open;
  uint64_t calls = 0, returns = 0, traps = 0;
  TrapCode last = TrapCode::none;
};

// Instantiated in listener_test.cpp.
class Listeners : public ::testing::TestWithParam<EngineKind> {
 protected:
  void SetUp() override {
    if (const Result<void> usable = Engine(config()).check(); !usable)
      GTEST_SKIP() << usable.error().message;
  }
  static Config config(Config c = {}) {
    c.engine = GetParam();
    return c;
  }
};

// Everybody listens to everything, but for functions whose name begins with "quiet".
inline CompileOptions all(FunctionListener& listener) {
  return {.listeners = [&listener](const FunctionInfo& f) {
    return std::string_view(f.name).substr(0, 5) == "quiet" ? nullptr : &listener;
  }};
}

struct World : Fixture {
  explicit World(const Config& config) : Fixture(config) {}
  Instance run(std::string_view wat) { return run(wat, recorder); }
  Instance run(std::string_view wat, FunctionListener& listener) {
    return linker.instantiate(store, Module::compile(engine, wasm(wat), all(listener)).value())
        .value();
  }
  Recorder recorder;
};

// Collects garbage and allocates whenever it hears something.
struct Disturber : Recorder {
  explicit Disturber(Store& s) : store(s) {}
  void disturb() {
    for (uint64_t k = 0; k < 4; ++k) EXPECT_TRUE(Ref::host(store, 1000 + k));
    store.collect_garbage();
  }
  void before(ListenerCall& call, Span<const Value> params) override {
    disturb();
    Recorder::before(call, params);
  }
  void after(ListenerCall& call, Span<const Value> results) override {
    disturb();
    Recorder::after(call, results);
  }
  void trap(ListenerCall& call, const Error& e) override {
    disturb();
    Recorder::trap(call, e);
  }
  Store& store;
};

}  // namespace nacre::test

// SPDX-License-Identifier: Apache-2.0
//
// The bytes are the choices of the differential tests' generator. The interpreter and the
// single-pass compiler must run its program alike: results, traps, memories, globals.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <nacre/nacre.hpp>
#include <string>
#include <vector>

#include "../tests/diff/evaluate.hpp"

namespace {

using namespace nacre;

struct Outcome {
  std::string text;  // results or the trap, then the globals
  std::vector<uint8_t> memories;
};

void note(std::string& out, const Value& v) {
  switch (v.kind()) {
    case ValueKind::i32:
    case ValueKind::f32:
      out += std::to_string(v.u32());
      break;
    case ValueKind::i64:
    case ValueKind::f64:
      out += std::to_string(v.u64());
      break;
    case ValueKind::ref:
      out += v.ref().is_null() ? "null" : "ref";
      break;
    case ValueKind::v128:
      for (const uint8_t byte : v.v128().bytes) out += static_cast<char>(byte);
      break;
  }
  out += ' ';
}

Value to_api(char letter, const diff::Value& v) {
  switch (letter) {
    case 'i':
      return Value(static_cast<uint32_t>(v.lo));
    case 'l':
      return Value(v.lo);
    case 'f':
      return Value::f32_bits(static_cast<uint32_t>(v.lo));
    case 'd':
      return Value::f64_bits(v.lo);
    default: {
      V128 r;
      for (unsigned i = 0; i < 16; ++i)
        r.bytes[i] = static_cast<uint8_t>((i < 8 ? v.lo : v.hi) >> (8 * (i & 7)));
      return Value(r);
    }
  }
}

Outcome run(const std::vector<uint8_t>& bytes, const std::vector<Value>& args,
            const Config& config) {
  const Engine engine(config);
  Result<Module> module = Module::compile(engine, bytes);
  if (!module) std::abort();  // the generator makes valid programs
  Store store(engine);
  Result<Instance> instance = Instance::create(store, *module, {});
  if (!instance) std::abort();
  Outcome out;
  const Result<std::vector<Value>> got = instance->func("run")->call(args);
  if (!got) out.text = got.error().message;
  else
    for (const Value& v : *got) note(out.text, v);
  for (const auto& [name, item] : instance->exports()) {
    if (const auto global = item.global()) note(out.text, global.get());
    if (const auto memory = item.memory()) {
      const auto view = memory.bytes();
      out.memories.insert(out.memories.end(), view.begin(), view.end());
    }
  }
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  diff::Random random(data, size);
  const diff::Program program = diff::generate(random);
  const std::vector<uint8_t> bytes = diff::encode(program);
  std::vector<diff::Value> values;
  std::vector<Value> args;
  for (const char c : program.functions.back().params) {
    values.push_back(diff::interesting(random, c));
    args.push_back(to_api(c, values.back()));
  }
  // Programs that run long or whose NaNs are anyone's choice tell nothing.
  diff::Evaluator evaluator(program);
  evaluator.run(values);
  if (evaluator.abandoned || evaluator.ambiguous) return 0;
  if (!Engine({.engine = EngineKind::baseline}).check()) return 0;
  const Outcome expected = run(bytes, args, {.engine = EngineKind::interpreter});
  for (const bool signals : {true, false}) {
    const Outcome got = run(bytes, args, {.engine = EngineKind::baseline, .signals = signals});
    if (got.text != expected.text || got.memories != expected.memories) std::abort();
  }
  return 0;
}

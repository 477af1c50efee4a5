// SPDX-License-Identifier: Apache-2.0
#include "probe.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "api/data.hpp"
#include "base/writer.hpp"
#include "baseline/baseline.hpp"
#include "interp/interp.hpp"

namespace nacre::diff {

namespace {

constexpr uint32_t window = 1024;  // bytes at each end of a memory where writes are looked for

uint8_t type_byte(char letter) { return static_cast<uint8_t>(0x7f - letter_index(letter)); }

void section(Writer& out, uint8_t id, const Writer& contents) {
  out.u8(id);
  out.sized(contents.view());
}

void func_type(Writer& w, const std::string& params, const std::string& results) {
  w.u8(0x60);
  for (const std::string* s : {&params, &results}) {
    w.leb_u64(s->size());
    for (const char c : *s) w.u8(type_byte(c));
  }
}

void body(Writer& out, const std::string& locals, const Code& code) {
  Writer w;
  w.leb_u64(locals.size());
  for (const char c : locals) {
    w.u8(1);
    w.u8(type_byte(c));
  }
  w.bytes(code.bytes);
  w.u8(0x0b);
  out.sized(w.view());
}

Code count_effect() {
  Code c;
  return c.op(Op::global_get)
      .index(global_effects)
      .constant('i', 1)
      .op(Op::i32_add)
      .op(Op::global_set)
      .index(global_effects);
}

}  // namespace

uint32_t letter_index(char letter) {
  return static_cast<uint32_t>(std::strchr(letters, letter) - letters);
}

Value source_value(char letter) {
  switch (letter) {
    case 'i':
    case 'l':
      return {64, 0};
    case 'f':
      return {std::bit_cast<uint32_t>(2.5f), 0};
    case 'd':
      return {std::bit_cast<uint64_t>(2.5), 0};
    default:
      return {0x0102030405060708, 0x1112131415161718};
  }
}

uint8_t pattern(uint32_t address) { return static_cast<uint8_t>(0x3c + address % 7); }

// --- code

Code& Code::op(Op o) {
  const uint32_t code = wasm::op_info(o).code;
  if (code < 0x100) return byte(static_cast<uint8_t>(code));
  byte(static_cast<uint8_t>(code >> 16));
  return index(code & 0xffff);
}

Code& Code::byte(uint8_t b) {
  bytes.push_back(b);
  return *this;
}

Code& Code::index(uint64_t i) {
  Writer w;
  w.leb_u64(i);
  bytes.insert(bytes.end(), w.data().begin(), w.data().end());
  return *this;
}

Code& Code::constant(char letter, Value v) {
  static constexpr Op ops[] = {Op::i32_const, Op::i64_const, Op::f32_const, Op::f64_const,
                               Op::v128_const};
  op(ops[letter_index(letter)]);
  Writer w;
  switch (letter) {
    case 'i':
      w.leb_s32(static_cast<int32_t>(v.lo));
      break;
    case 'l':
      w.leb_s64(static_cast<int64_t>(v.lo));
      break;
    case 'f':
      w.fixed(static_cast<uint32_t>(v.lo));
      break;
    case 'v':
      w.fixed(v.lo);
      w.fixed(v.hi);
      break;
    default:
      w.fixed(v.lo);
  }
  bytes.insert(bytes.end(), w.data().begin(), w.data().end());
  return *this;
}

Code& Code::access(Op o, uint32_t memory, uint64_t offset, uint8_t lane) {
  op(o);
  index(wasm::natural_align_log2(o) | (memory != 0 ? 0x40u : 0u));
  if (memory != 0) index(memory);
  index(offset);
  return wasm::op_info(o).imm == wasm::Imm::memarg_lane ? byte(lane) : *this;
}

Code& Code::append(const Code& other) {
  bytes.insert(bytes.end(), other.bytes.begin(), other.bytes.end());
  return *this;
}

// --- modules

uint32_t ProbeModule::add(const std::string& params, const std::string& results,
                          const std::string& locals, const Code& code) {
  functions_.push_back({params, results, locals, code});
  return size() - 1;
}

std::vector<uint8_t> ProbeModule::encode() const {
  Writer out, types, funcs, exports, bodies, s;
  out.bytes(std::vector<uint8_t>{0, 'a', 's', 'm', 1, 0, 0, 0});
  std::vector<std::string> known;
  Writer type_list;
  const auto type_of = [&](const std::string& params, const std::string& results) {
    const std::string key = params + ":" + results;
    for (uint32_t i = 0; i < known.size(); ++i)
      if (known[i] == key) return i;
    known.push_back(key);
    func_type(type_list, params, results);
    return static_cast<uint32_t>(known.size() - 1);
  };
  const uint32_t count = first_function + size();
  funcs.leb_u32(count);
  bodies.leb_u32(count);
  for (const char* l = letters; *l != 0; ++l) {
    funcs.leb_u32(type_of("", std::string(1, *l)));
    body(bodies, "", count_effect().constant(*l, source_value(*l)));
  }
  for (const char* l = letters; *l != 0; ++l) {
    funcs.leb_u32(type_of(std::string(1, *l), ""));
    body(bodies, "", count_effect());
  }
  exports.leb_u32(size() + num_memories + 3);
  const auto add_export = [&](const std::string& name, uint8_t kind, uint32_t i) {
    exports.name(name);
    exports.u8(kind);
    exports.leb_u32(i);
  };
  for (uint32_t i = 0; i < size(); ++i) {
    const Item& f = functions_[i];
    funcs.leb_u32(type_of(f.params, f.results));
    body(bodies, f.locals, f.code);
    add_export("f" + std::to_string(i), 0, first_function + i);
  }
  for (uint32_t m = 0; m < num_memories; ++m) add_export("m" + std::to_string(m), 2, m);
  for (uint32_t g = 0; g < 3; ++g) add_export("g" + std::to_string(g), 3, g);
  types.leb_u64(known.size());
  types.bytes(type_list.view());
  section(out, 1, types);
  section(out, 3, funcs);
  s.bytes(std::vector<uint8_t>{1, 0x70, 0, 4});
  section(out, 4, s);
  s.clear();
  s.bytes(std::vector<uint8_t>{num_memories, 1, 1, 1, 5, 1, 1, 1, 1, 1, 3, 1, 1});
  section(out, 5, s);
  s.clear();
  s.bytes(std::vector<uint8_t>{3, 0x7f, 1, 0x41, 0, 0x0b, 0x7e, 1, 0x42, 0, 0x0b, 0x7f, 1, 0x41, 0,
                               0x0b});
  section(out, 6, s);
  section(out, 7, exports);
  section(out, 10, bodies);
  return out.take();
}

// --- engines

std::vector<ProbeSetup> probe_setups() {
  namespace cpu = os::cpu;
  static constexpr uint32_t integers =
      cpu::popcnt | cpu::lzcnt | cpu::bmi1 | cpu::bmi2 | cpu::movbe;
  static constexpr ProbeSetup all[] = {
      {"interpreter", false, false, 0},
      {"guarded", true, true, 0},
      {"checked", true, false, 0},
      {"guarded, no AVX2", true, true, cpu::avx2 | cpu::fma},
      {"guarded, no AVX", true, true, cpu::avx2 | cpu::avx | cpu::fma},
      {"guarded, floor", true, true, ~cpu::sse41},
      {"checked, floor", true, false, ~cpu::sse41},
      {"guarded, no BMI", true, true, integers},
  };
  std::vector<ProbeSetup> usable;
  for (const ProbeSetup& s : all) {
    const bool differs = s.without == 0 || (os::cpu_features().bits & s.without) != 0;
    if (!s.compiled || (differs && make_engine(s))) usable.push_back(s);
  }
  return usable;
}

Result<Engine> make_engine(const ProbeSetup& setup) {
  auto data = std::make_unique<detail::EngineData>();
  data->config.engine = setup.compiled ? EngineKind::baseline : EngineKind::interpreter;
  data->config.signals = setup.guarded;
  data->registry = std::make_shared<runtime::TypeRegistry>();
  if (setup.compiled) {
    baseline::Options options;
    options.guarded = setup.guarded;
    options.threads = 1;
    options.features = os::cpu_features().without(setup.without);
    Result<std::shared_ptr<runtime::ExecEngine>> exec = baseline::make_baseline(options);
    if (!exec) return std::move(exec.error());
    data->exec = std::move(*exec);
  } else {
    data->exec = interp::make_interpreter({});
  }
  return Engine(detail::Handle<detail::EngineData>::adopt(data.release()));
}

Probe::Probe(const ProbeSetup& setup, const std::vector<uint8_t>& bytes)
    : engine_(make_engine(setup).value()), store_(std::make_unique<Store>(engine_)) {
  Result<Module> module = Module::compile(engine_, bytes);
  if (!module) {
    ADD_FAILURE() << setup.name << ": " << module.error().message << " at "
                  << module.error().offset;
    return;
  }
  Result<Instance> instance = Instance::create(*store_, *module, {});
  if (!instance) {
    ADD_FAILURE() << setup.name << ": " << instance.error().message;
    return;
  }
  instance_ = std::move(*instance);
  for (uint32_t m = 0; m < num_memories; ++m)
    for (uint32_t i = 0; i < page; ++i) memory(m)[i] = pattern(i);
}

std::span<uint8_t> Probe::memory(uint32_t number) {
  const auto bytes = instance_->memory("m" + std::to_string(number))->bytes();
  return {bytes.data(), bytes.size()};
}

namespace {

const std::vector<uint8_t>& pattern_page() {
  static const std::vector<uint8_t> made = [] {
    std::vector<uint8_t> p(page);
    for (uint32_t i = 0; i < page; ++i) p[i] = pattern(i);
    return p;
  }();
  return made;
}

}  // namespace

void Probe::collect_writes(Outcome& o) {
  const std::vector<uint8_t>& expected = pattern_page();
  for (uint32_t m = 0; m < num_memories; ++m) {
    const std::span<uint8_t> own = memory(m);
    for (const uint32_t begin : {0u, page - window}) {
      if (std::memcmp(own.data() + begin, expected.data() + begin, window) == 0) continue;
      for (uint32_t i = begin; i < begin + window; ++i)
        if (own[i] != expected[i]) o.writes.insert(o.writes.end(), {m, i, own[i]});
      std::memcpy(own.data() + begin, expected.data() + begin, window);
    }
  }
}

uint64_t Probe::memories() {
  uint64_t hash = 0xcbf29ce484222325;
  for (uint32_t m = 0; m < num_memories; ++m)
    for (const uint8_t byte : memory(m)) hash = (hash ^ byte) * 0x100000001b3;
  return hash;
}

Outcome Probe::call(uint32_t function, const std::string& params, const std::vector<Value>& args) {
  std::vector<nacre::Value> api;
  for (size_t i = 0; i < args.size(); ++i) api.push_back(to_api(params[i], args[i]));
  const auto got = instance_->func("f" + std::to_string(function))->call(api);
  Outcome o;
  if (got) {
    for (const nacre::Value& v : *got) o.results.push_back(from_api(v));
  } else {
    o.trap = trap_code(got.error());
    o.message = std::string(got.error().message);
    for (const Frame& f : got.error().backtrace) {
      o.frames.push_back(f.func_index);
      o.frames.push_back(f.offset);
    }
  }
  for (uint32_t g = 0; g < 3; ++g) {
    Global global = *instance_->global("g" + std::to_string(g));
    o.globals.push_back(from_api(global.get()).lo);
    if (o.globals.back() != 0)
      static_cast<void>(global.set(g == global_i64 ? nacre::Value(int64_t{0}) : nacre::Value(0)));
  }
  collect_writes(o);
  return o;
}

std::string describe(const Outcome& o) {
  std::string s = o.trap == TrapCode::none ? "no trap" : o.message;
  const auto list = [&](const char* name, const auto& numbers) {
    s += std::string("; ") + name;
    for (const auto n : numbers) s += " " + std::to_string(n);
  };
  list("frames", o.frames);
  list("globals", o.globals);
  list("writes", o.writes);
  char text[64];
  for (const Value& v : o.results) {
    std::snprintf(text, sizeof text, "; result %llx:%llx", static_cast<unsigned long long>(v.hi),
                  static_cast<unsigned long long>(v.lo));
    s += text;
  }
  return s;
}

// --- values

nacre::Value to_api(char letter, const Value& v) {
  switch (letter) {
    case 'i':
      return nacre::Value(static_cast<uint32_t>(v.lo));
    case 'l':
      return nacre::Value(v.lo);
    case 'f':
      return nacre::Value::f32_bits(static_cast<uint32_t>(v.lo));
    case 'd':
      return nacre::Value::f64_bits(v.lo);
    default: {
      V128 r;
      store_le(r.bytes, v.lo);
      store_le(r.bytes + 8, v.hi);
      return nacre::Value(r);
    }
  }
}

// References are told apart only by being null.
Value from_api(const nacre::Value& v) {
  switch (v.kind()) {
    case ValueKind::i32:
    case ValueKind::f32:
      return {v.u32(), 0};
    case ValueKind::i64:
    case ValueKind::f64:
      return {v.u64(), 0};
    case ValueKind::ref:
      return {v.ref().is_null() ? 0u : 1u, 0};
    case ValueKind::v128:
      break;
  }
  const V128 bytes = v.v128();
  return {load_le<uint64_t>(bytes.bytes), load_le<uint64_t>(bytes.bytes + 8)};
}

namespace {

bool same_lane(uint64_t x, uint64_t y, unsigned width, bool canonical) {
  if (x == y) return true;
  const uint64_t quiet = width == 4 ? 0x7fc00000 : 0x7ff8000000000000;
  const uint64_t magnitude = width == 4 ? 0x7fffffff : ~uint64_t{0} >> 1;
  for (const uint64_t lane : {x, y}) {
    if (canonical && (lane & magnitude) != quiet) return false;
    if ((lane & quiet) != quiet) return false;
  }
  return true;
}

}  // namespace

bool same_value(char letter, const Value& x, const Value& y, unsigned width, bool canonical) {
  if (x == y) return true;
  if (width == 0) return false;
  if (letter != 'v') return same_lane(x.lo, y.lo, width, canonical);
  for (unsigned half = 0; half < 2; ++half) {
    const uint64_t a = half == 0 ? x.lo : x.hi, b = half == 0 ? y.lo : y.hi;
    if (width == 8) {
      if (!same_lane(a, b, 8, canonical)) return false;
    } else if (!same_lane(a & 0xffffffff, b & 0xffffffff, 4, canonical) ||
               !same_lane(a >> 32, b >> 32, 4, canonical)) {
      return false;
    }
  }
  return true;
}

bool full_sweep() {
  const char* text = std::getenv("NACRE_FULL_SWEEP");
  return text != nullptr && *text != 0 && *text != '0';
}

}  // namespace nacre::diff

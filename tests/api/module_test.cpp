// SPDX-License-Identifier: Apache-2.0
//
// Modules and linkers: errors, introspection, missing imports.
#include "api_test.hpp"

#include <nacre/text.hpp>

#include <cstdio>

namespace nacre::test {
namespace {

TEST(Module, ErrorsSayWhatAndWhere) {
  Engine engine;
  const uint8_t junk[] = {1, 2, 3, 4};
  const auto bad = Module::compile(engine, junk);
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().kind, ErrorKind::malformed);
  EXPECT_EQ(bad.error().offset, 0u);
  const auto invalid = Module::compile(engine, wasm("(module (func (result i32)))"));
  ASSERT_FALSE(invalid);
  EXPECT_EQ(invalid.error().kind, ErrorKind::invalid);
  EXPECT_EQ(Module::validate(engine, wasm("(module (func (result i32)))")).error().kind,
            ErrorKind::invalid);
  EXPECT_TRUE(Module::validate(engine, wasm("(module)")));
  EXPECT_EQ(Module::compile(engine, {}).error().kind, ErrorKind::malformed);
}

TEST(Module, FromText) {
  Engine engine;
  const auto binary = wat2wasm("(module (func $f (export \"f\")))");
  ASSERT_TRUE(binary);
  EXPECT_EQ(Module::compile(engine, *binary).value().func_name(0), "f");
  const auto bad = wat2wasm("(module\n  (func (i32.nonsense)))");
  ASSERT_FALSE(bad);
  EXPECT_EQ(bad.error().kind, ErrorKind::malformed);
  EXPECT_EQ(bad.error().message, "unknown operator i32.nonsense (at 2:10)");
}

TEST(Module, FromFile) {
  Engine engine;
  EXPECT_EQ(Module::from_file(engine, "there/is/no/such.wasm").error().kind, ErrorKind::io);
  const std::string path = ::testing::TempDir() + "nacre_module_test.wasm";
  const std::vector<uint8_t> bytes = wasm(R"((module (func (export "f"))))");
  std::FILE* file = std::fopen(path.c_str(), "wb");
  ASSERT_NE(file, nullptr);
  ASSERT_EQ(std::fwrite(bytes.data(), 1, bytes.size(), file), bytes.size());
  std::fclose(file);
  const auto m = Module::from_file(engine, path);
  ASSERT_TRUE(m);
  EXPECT_EQ(m->exports().size(), 1u);
  std::remove(path.c_str());
}

TEST(Module, Introspection) {
  Engine engine;
  const Module m = compile(engine, R"((module $demo
    (import "env" "f" (func $imported (param i32 externref) (result v128)))
    (import "env" "t" (table 1 2 funcref))
    (memory (export "mem") 1 2)
    (global (export "g") (mut f64) (f64.const 0))
    (tag (export "e") (param i32))
    (func $inner (export "run"))
    (@custom "note" "some text")))");
  EXPECT_EQ(m.name(), "demo");
  EXPECT_EQ(m.func_name(0), "imported");
  EXPECT_EQ(m.func_name(1), "inner");
  EXPECT_EQ(m.func_name(2), "");
  const auto imports = m.imports();
  ASSERT_EQ(imports.size(), 2u);
  EXPECT_EQ(imports[0].module + "." + imports[0].name, "env.f");
  EXPECT_EQ(to_string(imports[0].type), "(func (param i32 externref) (result v128))");
  EXPECT_EQ(to_string(imports[1].type), "(table 1 2 funcref)");
  const auto exports = m.exports();
  ASSERT_EQ(exports.size(), 4u);
  EXPECT_EQ(to_string(exports[0].type), "(memory 1 2)");
  EXPECT_EQ(to_string(exports[1].type), "(global (mut f64))");
  EXPECT_EQ(to_string(exports[2].type), "(tag (param i32))");
  EXPECT_EQ(to_string(m.export_type("run").value()), "(func)");
  EXPECT_FALSE(m.export_type("none"));
  bool found = false;
  for (const CustomSection& c : m.custom_sections())
    found |= c.name == "note" && std::string_view(reinterpret_cast<const char*>(c.bytes.data()),
                                                  c.bytes.size()) == "some text";
  EXPECT_TRUE(found);
  EXPECT_EQ(m.num_functions(), 2u);
  EXPECT_FALSE(m.has_start());
}

TEST(Module, FeaturesNeeded) {
  Engine engine;
  EXPECT_EQ(compile(engine, "(module)").features_needed(), Features{}.with(Feature::mvp));
  const Features f = compile(engine, R"((module (memory i64 1)
    (func (param v128) (result v128) (i8x16.relaxed_swizzle (local.get 0) (local.get 0)))))")
                         .features_needed();
  EXPECT_TRUE(f.has(Feature::simd));
  EXPECT_TRUE(f.has(Feature::relaxed_simd));
  EXPECT_TRUE(f.has(Feature::memory64));
  EXPECT_FALSE(f.has(Feature::gc));
  EXPECT_FALSE(f.has(Feature::threads));
}

TEST(Module, FeaturesAreGated) {
  Engine engine{{.features = Features::wasm1()}};
  EXPECT_FALSE(Module::compile(engine, wasm("(module (func (param v128)))")));
  EXPECT_TRUE(Module::compile(engine, wasm("(module (func (param i32)))")));
  Feature f{};
  EXPECT_TRUE(Features::parse("simd", f));
  EXPECT_EQ(f, Feature::simd);
  EXPECT_FALSE(Features::parse("nonsense", f));
  EXPECT_STREQ(Features::name(Feature::gc), "gc");
}

TEST(Linker, ListsEverythingThatIsMissing) {
  Fixture f;
  f.linker.func("env", "have", [] {});
  const Module m = compile(
      f.engine, R"((module (import "env" "have" (func)) (import "env" "a" (func (param i32)))
    (import "other" "m" (memory 1 2)) (import "env" "g" (global i64))))");
  const auto missing = f.linker.missing(m);
  ASSERT_EQ(missing.size(), 3u);
  EXPECT_EQ(missing[1].name, "m");
  const auto r = f.linker.instantiate(f.store, m);
  ASSERT_FALSE(r);
  EXPECT_EQ(r.error().kind, ErrorKind::unlinkable);
  EXPECT_EQ(r.error().message,
            "unknown import \"env\".\"a\" (func (param i32)), \"other\".\"m\" (memory 1 2), "
            "\"env\".\"g\" (global i64)");
}

TEST(Linker, LaterDefinitionsReplaceEarlierOnes) {
  Fixture f;
  f.linker.func("env", "f", [] { return 1; }).func("env", "f", [] { return 2; });
  const Instance a =
      f.run(R"((module (import "env" "f" (func $f (result i32))) (export "f" (func $f))))");
  EXPECT_EQ(a.func<int32_t()>("f").value()().value(), 2);
  f.linker.instance("lib", a).alias("lib", "again").remove("lib");
  EXPECT_FALSE(f.linker.has("lib", "f"));
  EXPECT_TRUE(f.linker.has("again", "f"));
  const Instance b = f.run(R"((module (import "again" "f" (func $f (result i32)))
    (func (export "g") (result i32) (i32.add (call $f) (i32.const 1)))))");
  EXPECT_EQ(b.func<int32_t()>("g").value()().value(), 3);
}

TEST(Linker, WrongTypeIsUnlinkable) {
  Fixture f;
  f.linker.func("env", "f", [](int32_t) {});
  const auto r = f.linker.instantiate(
      f.store, compile(f.engine, R"((module (import "env" "f" (func (param i64)))))"));
  ASSERT_FALSE(r);
  EXPECT_EQ(r.error().kind, ErrorKind::unlinkable);
}

TEST(Linker, OneLinkerServesManyStores) {
  Fixture f;
  f.linker.func("env", "f", [n = 0]() mutable { return ++n; });
  const Module m = compile(
      f.engine, R"((module (import "env" "f" (func $f (result i32))) (export "f" (func $f))))");
  for (int n = 1; n <= 3; ++n) {
    Store store{f.engine};
    EXPECT_EQ(f.linker.instantiate(store, m).value().func<int32_t()>("f").value()().value(), n);
  }
}

TEST(Instance, TakesImportsInBraces) {
  Engine engine;
  Store store{engine};
  const Module module = compile(engine, R"((module
    (import "a" "f" (func $f (param i32) (result i32)))
    (import "a" "g" (global i32))
    (func (export "run") (result i32) (call $f (global.get 0)))))");
  const Func twice = Func::create(store, [](int32_t x) { return 2 * x; });
  const Global global = Global::create(store, {ValKind::i32}, int32_t{21}).value();
  const Instance instance = Instance::create(store, module, {twice, global}).value();
  EXPECT_EQ(instance.func<int32_t()>("run").value()().value(), 42);
  EXPECT_EQ(Instance::create(store, module, {twice}).error().kind, ErrorKind::unlinkable);
}

TEST(Instance, FindsExportsByNameAndKind) {
  Fixture f;
  const Instance i = f.run(
      R"((module (memory (export "m") 1) (func (export "f")) (table (export "t") 1 funcref)))");
  EXPECT_TRUE(i.memory("m"));
  EXPECT_EQ(i.memory("f").error().message, "the export \"f\" is a func, not a memory");
  EXPECT_EQ(i.exports().size(), 3u);
  EXPECT_EQ(i.find("t")->kind(), ExternKind::table);
  EXPECT_FALSE(i.find("x"));
  EXPECT_EQ(i.module().exports().size(), 3u);
}

TEST(Module, CompilingCanBeStopped) {
  std::string wat = "(module (memory 1)";
  for (int f = 0; f < 3000; ++f)
    wat += "(func (param i32) (result i32) (i32.load (i32.add (local.get 0) (i32.const " +
           std::to_string(f) + "))))";
  const std::vector<uint8_t> bytes = wasm(wat + ")");
  for (const EngineKind kind : {EngineKind::interpreter, EngineKind::baseline})
    for (const unsigned threads : {1u, 3u}) {
      const Engine engine({.engine = kind, .eager = true, .compile_threads = threads});
      if (!engine.check()) continue;
      std::atomic<int> asked = 0;
      const auto compile = [&](int until) {
        asked = 0;
        return Module::compile(engine, bytes,
                               {.stop = [&asked, until] { return ++asked > until; }});
      };
      ASSERT_TRUE(compile(1 << 30));
      const int whole = asked;
      EXPECT_GE(whole, 3);
      for (const int until : {0, 1, whole - 1}) {
        const Result<Module> m = compile(until);
        ASSERT_FALSE(m) << until;
        EXPECT_EQ(m.error().kind, ErrorKind::interrupted);
        EXPECT_EQ(m.error().message, "compiling was stopped");
        EXPECT_LE(asked, until + static_cast<int>(threads));
      }
#if defined(__cpp_exceptions)
      const Result<Module> m = Module::compile(
          engine, bytes, {.stop = []() -> bool { throw std::runtime_error("stop"); }});
      ASSERT_FALSE(m);
      EXPECT_EQ(m.error().kind, ErrorKind::interrupted);
#endif
      EXPECT_TRUE(Module::compile(engine, bytes, {.stop = Function<bool()>()}));
    }
}

// What is wrong with a module does not depend on who finds out.
TEST(Module, EnginesSayTheSameOfInvalidBodies) {
  const std::vector<uint8_t> good = wasm(R"((module (memory 1)
    (func (param i32) (result i32) (local i64) (local.get 0))
    (func (loop (br 0)) (drop (i32.const 1)))
    (func (param i32) (drop (i32.load (local.get 0))))))");
  const Engine interp({.engine = EngineKind::interpreter});
  const Engine compiler({.engine = EngineKind::baseline});
  if (!compiler.check()) GTEST_SKIP() << compiler.check().error().message;
  int invalid = 0;
  for (size_t i = 8; i < good.size(); ++i)
    for (const int byte :
         {0x00, 0x01, 0x05, 0x0b, 0x0c, 0x10, 0x1a, 0x20, 0x41, 0x6a, 0xfc, 0xff}) {
      std::vector<uint8_t> bytes = good;
      bytes[i] = static_cast<uint8_t>(byte);
      const Result<Module> a = Module::compile(interp, bytes), b = Module::compile(compiler, bytes);
      ASSERT_EQ(a.has_value(), b.has_value()) << i << " " << byte;
      if (a) continue;
      ++invalid;
      EXPECT_EQ(a.error().message, b.error().message);
      EXPECT_EQ(a.error().kind, b.error().kind);
      EXPECT_EQ(a.error().offset, b.error().offset);
    }
  EXPECT_GE(invalid, 100);
}

}  // namespace
}  // namespace nacre::test

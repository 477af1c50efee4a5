// SPDX-License-Identifier: Apache-2.0
//
// What errors say: one harmless line, and which import, argument or function it is about.
#include "api_test.hpp"

#include <optional>
#include <span>
#include <stdexcept>
#include <string>

namespace nacre::test {
namespace {

bool one_line(const Error& e) {
  for (const char c : std::string(e.message))
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return false;
  return !e.message.empty();
}

Error link_error(const Fixture& f, Store& store, std::string_view wat) {
  return f.linker.instantiate(store, compile(f.engine, wat)).error();
}

TEST(Messages, GuestsNamesAreQuoted) {
  Fixture f;
  const Error missing = link_error(
      f, f.store, R"((module (import "a\n\1b[31m" "b\00" (func)) (import "" "" (func))))");
  EXPECT_EQ(missing.message, R"(unknown import "a\0a\1b[31m"."b\00" (func), ""."" (func))");
  const Instance i = f.run(R"((module (memory (export "x\n") 1)))");
  EXPECT_EQ(i.func("x\n").error().message, R"(the export "x\0a" is a memory, not a func)");
  EXPECT_EQ(i.func("q\n").error().message, R"(no export named "q\0a")");
  const auto invalid = [&](std::string_view wat) {
    return Module::compile(f.engine, wasm(wat)).error();
  };
  EXPECT_TRUE(one_line(invalid(R"((module (func) (export "a\1b" (func 7))))")));
  EXPECT_TRUE(one_line(invalid(R"((module (func (export "a\n")) (func (export "a\n"))))")));
  EXPECT_TRUE(one_line(invalid(R"((module (func (export "a\n") (result i32))))")));
}

TEST(Messages, EverythingThatDoesNotLinkIsInOneError) {
  Fixture f;
  f.linker.func("env", "f", [](int32_t) {}).func("env", "g", [] { return 1.0; });
  const Error e = link_error(f, f.store, R"((module (import "env" "f" (func))
    (import "env" "a" (func)) (import "env" "g" (global i32)) (import "env" "b" (memory 1))))");
  EXPECT_EQ(e.kind, ErrorKind::unlinkable);
  EXPECT_EQ(e.message,
            R"(unknown import "env"."a" (func), "env"."b" (memory 1); incompatible import type: )"
            R"("env"."f" is (func (param i32)), expected (func); )"
            R"("env"."g" is (func (result f64)), expected (global i32))");
  std::string many = "(module ";
  for (int i = 0; i < 150; ++i) many += "(import \"env\" \"f\" (func (param f32)))";
  const std::string text(link_error(f, f.store, many + ")").message);
  EXPECT_TRUE(text.starts_with("incompatible import type: \"env\".\"f\" is "));
  EXPECT_TRUE(text.ends_with("(func (param f32)) and 50 more"));
}

constexpr const char* wants_f = R"((module (import "env" "f" (func (param i32)))))";

TEST(Messages, ImportsThatCannotBeAreNamed) {
  Fixture f;
  Store other{f.engine};
  const Func foreign = Func::create(other, [](int32_t) {});
  const auto message = [&](Linker& l) {
    const auto r = l.instantiate(f.store, compile(f.engine, wants_f));
    EXPECT_FALSE(r);
    EXPECT_EQ(r.error().kind, ErrorKind::invalid_argument);
    return std::string(r.error().message);
  };
  f.linker.define("env", "f", foreign);
  EXPECT_EQ(message(f.linker), "import \"env\".\"f\" belongs to another store");
  f.linker.define("env", "f", Extern{});
  EXPECT_FALSE(f.linker.has("env", "f"));
  EXPECT_EQ(f.linker.missing(compile(f.engine, wants_f)).size(), 1u);
  EXPECT_EQ(message(f.linker), "import \"env\".\"f\" is an empty view");
  const auto nothing = [](Caller, Span<const Value>, Span<Value>) -> Result<void> { return {}; };
  f.linker.func("env", "f", FuncType{{ValKind::i8}, {}}, nothing);
  EXPECT_FALSE(f.linker.has("env", "f"));
  EXPECT_EQ(message(f.linker),
            "import \"env\".\"f\" has no usable type: a storage type where a value type is needed");
  f.linker.func("env", "f", FuncType{{ValType::ref_to(123456, true)}, {}}, nothing);
  EXPECT_EQ(message(f.linker),
            "import \"env\".\"f\" has no usable type: a type that no living module defines");
  f.linker.func("env", "f", FuncType{List<ValType>(1001), {}}, nothing);
  EXPECT_EQ(message(f.linker),
            "import \"env\".\"f\" has no usable type: too many parameters: 1001");
  f.linker.func("env", "f", [](int32_t) {});
  EXPECT_TRUE(f.linker.instantiate(f.store, compile(f.engine, wants_f)));
  // Without a linker.
  const Module m = compile(f.engine, wants_f);
  EXPECT_EQ(Instance::create(f.store, m, {foreign}).error().message,
            "import \"env\".\"f\" belongs to another store");
  EXPECT_EQ(Instance::create(f.store, m, {Func{}}).error().message,
            "import \"env\".\"f\" is an empty view");
}

TEST(Messages, ObjectsOfDeadStoresAreRefusedWhenDefined) {
  Fixture f;
  Instance instance;
  Func func;
  {
    Store store{f.engine};
    instance =
        f.linker.instantiate(store, compile(f.engine, "(module (func (export \"f\")))")).value();
    func = instance.func("f").value();
  }
  f.linker.define("env", "f", func);
  EXPECT_FALSE(f.linker.has("env", "f"));
  EXPECT_EQ(link_error(f, f.store, wants_f).message,
            "import \"env\".\"f\" belongs to a store that is gone");
  f.linker.remove("env");
  f.linker.instance("env", instance);
  EXPECT_EQ(link_error(f, f.store, wants_f).message,
            "import \"env\".\"f\" is of an instance whose store is gone");
  f.linker.alias("env", "again");
  EXPECT_EQ(link_error(f, f.store, R"((module (import "again" "g" (func))))").message,
            "import \"again\".\"g\" is of an instance whose store is gone");
  f.linker.instance("env", Instance{});
  EXPECT_EQ(link_error(f, f.store, wants_f).message,
            "import \"env\".\"f\" is of an empty instance");
  f.linker.func("env", "f", [](int32_t) {});
  EXPECT_TRUE(f.linker.instantiate(f.store, compile(f.engine, wants_f)));
  f.linker.remove("env");
  EXPECT_EQ(link_error(f, f.store, wants_f).message,
            "unknown import \"env\".\"f\" (func (param i32))");
}

TEST(Messages, InvalidCodeNamesItsFunction) {
  for (const EngineKind kind : {EngineKind::interpreter, EngineKind::automatic}) {
    const Engine engine{{.engine = kind}};
    const auto ends = [&](std::string_view wat, std::string_view with) {
      const auto r = Module::compile(engine, wasm(wat));
      ASSERT_FALSE(r);
      EXPECT_NE(r.error().offset, Error::no_offset);
      EXPECT_TRUE(r.error().message.ends_with(with)) << r.error().message;
    };
    ends("(module (func $ok) (func $bad (result i32)))", ", in end (in function \"bad\")");
    ends("(module (import \"e\" \"f\" (func)) (func (export \"out\") (local.set 3 (i32.const 1))))",
         " (in function \"out\")");
    ends("(module (func) (func) (func (br 5)) (func))", " (in func[2])");
    ends("(module (func $\"a\\0a\" (call 7)))", " (in function \"a\\0a\")");
    ends("(module (global i32 (i64.const 1)) (func))", ", in end");
    const Result<void> valid = Module::validate(engine, wasm("(module (func $v drop))"));
    ASSERT_FALSE(valid);
    EXPECT_TRUE(valid.error().message.ends_with("(in function \"v\")"));
  }
}

TEST(Messages, WhatIsWrongWithDeclarationsHasItsPlace) {
  const Engine engine;
  const auto at = [&](std::string_view wat, std::string_view begins, uint64_t offset) {
    const auto r = Module::compile(engine, wasm(wat));
    ASSERT_FALSE(r);
    EXPECT_TRUE(r.error().message.starts_with(begins)) << r.error().message;
    EXPECT_EQ(r.error().offset, offset) << r.error().message;
  };
  at("(module (memory 70000))", "memory size must be at most 65536 pages", 11);
  at("(module (memory 1) (memory 2 1))", "size minimum must not be greater", 13);
  at("(module (import \"a\" \"b\" (memory 2 1)))", "size minimum must not be greater", 16);
  at("(module (memory 1 shared))", "shared memory must have maximum", 11);
  at("(module (table 2 1 funcref))", "size minimum must not be greater", 11);
  at("(module (start 0) (func (param i32)))", "start function 0 must take", 21);
  at("(module (type (func (result i32))) (tag (type 0)))", "non-empty tag result type", 18);
  at("(module (export \"x\" (func 3)))", "unknown function 3, exported as \"x\"", 11);
  at("(module (type (sub final (func))) (type (sub 0 (func))))", "sub type 1 does not match", 14);
  at("(module (func (export \"a\")) (func (export \"b\") (export \"a\")))",
     "duplicate export name \"a\"", 31);
}

TEST(Messages, AnEmptyModuleIsCalledEmpty) {
  const Error e = Module::compile(Engine{}, Span<const uint8_t>{}).error();
  EXPECT_EQ(e.message, "unexpected end: the module is empty");
  EXPECT_EQ(e.offset, 0u);
}

constexpr const char* references = R"((module
  (type $s (struct (field (mut i32)))) (tag $t (export "t") (param i32 externref))
  (func (export "make") (result anyref) (struct.new $s (i32.const 3)))
  (func (export "take") (param i32 anyref funcref) (result i32) (local.get 0))
  (type $unary (func (param i32) (result i32)))
  (func (export "call") (param i32 (ref $unary)) (result i32)
    (call_ref $unary (local.get 0) (local.get 1)))
  (func (export "throw") (throw $t (i32.const 9) (ref.null extern)))))";

TEST(Messages, ReferencesOfDeadStores) {
  Fixture f;
  const Instance live = f.run(references);
  AnyRef object;
  Func func;
  {
    Store store{f.engine};
    const Instance i = f.linker.instantiate(store, compile(f.engine, references)).value();
    object = i.func<AnyRef()>("make").value()().value();
    func = i.func("make").value();
  }
  EXPECT_EQ(object.get(0).error().message, "the store is gone");
  EXPECT_EQ(object.set(0, 1).error().message, "the store is gone");
  EXPECT_EQ(object.cast(ValType::anyref()).error().message, "the store is gone");
  uint8_t byte = 0;
  EXPECT_EQ(object.read_bytes(0, {&byte, 1}).error().message, "the store is gone");
  const Func take = live.func("take").value();
  EXPECT_EQ(take.call({1, Value(object), Value(Func{})}).error().message,
            "argument 1: the store is gone");
  EXPECT_EQ(take.call({1, Value::null(RefKind::any), func}).error().message,
            "argument 2: the store is gone");
  EXPECT_EQ(throw_exception(f.store, ExnRef{}).message, "a null exception");
}

TEST(Messages, TypedCallsSayWhichArgument) {
  Fixture f;
  const Instance i = f.run(references);
  const auto call = i.func<int32_t(int32_t, Func)>("call").value();
  const Func twice = Func::create(f.store, [](int32_t x) { return 2 * x; });
  EXPECT_EQ(call(4, twice).value(), 8);
  EXPECT_EQ(call(4, Func{}).error().message.find("argument 1: expected (ref $"), 0u);
  EXPECT_EQ(call(4, Func::create(f.store, [] {})).error().message.find("argument 1: expected "),
            0u);
  Store other{f.engine};
  EXPECT_EQ(call(4, Func::create(other, [](int32_t x) { return x; })).error().message,
            "argument 1: an object of another store");
  const auto take = i.func<int32_t(int32_t, AnyRef, Func)>("take").value();
  EXPECT_EQ(take(1, AnyRef(Ref::host(other, 1, RefKind::any).value()), {}).error().message,
            "argument 1: an object of another store");
  EXPECT_EQ((TypedFunc<int32_t(int32_t, Func)>()(1, twice).error().message), "an empty view");
}

TEST(Messages, Exceptions) {
  Fixture f;
  const Instance i = f.run(references);
  EXPECT_FALSE(i.func<void()>("throw").value()());
  const ExnRef e = caught_exception(f.store);
  EXPECT_EQ(e.get(0).value().i32(), 9);
  EXPECT_EQ(e.set(0, 1).error().message, "an exception's payload is immutable");
  const Tag tag = i.tag("t").value();
  EXPECT_EQ(throw_exception(f.store, tag, {}).message,
            "the payload does not fit the tag: 0 values, not 2");
  const Value wrong[] = {1, 2};
  EXPECT_EQ(throw_exception(f.store, tag, wrong).message,
            "payload value 1: expected externref, found i32");
  EXPECT_EQ(Tag::create(f.store, List<ValType>(2000)).error().message, "too many parameters: 2000");
}

TEST(Messages, HostFunctionsAreNoLargerThanLimitsAllow) {
  Fixture f{{.limits = {.max_params = 3, .max_results = 2}}};
  const auto nothing = [](Caller, Span<const Value>, Span<Value>) -> Result<void> { return {}; };
  const List<ValType> two(2), three(3), four(4);
  EXPECT_TRUE(Func::create(f.store, FuncType{three, two}, nothing));
  EXPECT_FALSE(Func::create(f.store, FuncType{four, two}, nothing));
  EXPECT_FALSE(Func::create(f.store, FuncType{three, three}, nothing));
}

TEST(Messages, TablesOfDeadTypes) {
  Fixture f;
  EXPECT_EQ(Table::create(f.store, {.elem = ValType::ref_to(5555, true)}).error().message,
            "a type that no living module defines");
  EXPECT_EQ(Table::create(f.store, {.elem = ValKind::i32}).error().message,
            "a table's elements are references");
}

TEST(Messages, OneWayOfNamingTypes) {
  Fixture f;
  const Module m = compile(f.engine, R"((module (type $s (struct (field i32)))
    (import "h" "f" (func (param (ref $s))))))");
  f.linker.func("h", "f", [] {});
  const Error e = f.linker.instantiate(f.store, m).error();
  EXPECT_TRUE(e.message.ends_with("expected " + to_string(*m.func_type(0)))) << e.message;
}

struct Thrower : FunctionListener {
  std::string heard;
  bool throwing = true;
  void before(ListenerCall& call, Span<const Value>) override {
    if (throwing && call.function().name == "inner") throw std::runtime_error("L");
  }
  void trap(ListenerCall&, const Error& e) override { heard = std::string(e.message); }
};

TEST(Messages, WhatAListenerThrowsIsNotCalledAHostFunctions) {
  Engine engine;
  Store store{engine};
  Thrower listener;
  CompileOptions options;
  options.listeners = [&](const FunctionInfo&) -> FunctionListener* { return &listener; };
  const Module m = Module::compile(engine, wasm(R"((module (func $inner)
    (func (export "f") (call $inner))))"),
                                   options)
                       .value();
  const auto f = Linker{engine}.instantiate(store, m).value().func<void()>("f").value();
  EXPECT_THROW((void)f(), std::runtime_error);
  EXPECT_EQ(listener.heard, "C++ exception in a function listener");
}

TEST(Value, EnumerationsAreWhatUnderliesThem) {
  enum class Small : int8_t { minus = -2 };
  enum class Unsigned : uint32_t { all = 0xffffffff };
  enum class Large : int64_t { minus = -3 };
  EXPECT_EQ(Value(Small::minus), Value(int32_t{-2}));
  EXPECT_EQ(Value(Unsigned::all), Value(int32_t{-1}));
  EXPECT_EQ(Value(Large::minus), Value(int64_t{-3}));
}

}  // namespace
}  // namespace nacre::test

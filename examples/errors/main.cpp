// SPDX-License-Identifier: Apache-2.0
//
// Errors are values: this program is built with -fno-exceptions -fno-rtti. Everything that can
// fail returns nacre::Result<T>: test it, use error() or *result. (value() on an error ends the
// program with a message: for tests and for what cannot fail.)
//
//   example_errors guest.wat
#include <nacre/nacre.hpp>
#include <nacre/text.hpp>
#include <nacre/wasi.hpp>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>

namespace {

// By class: what a program may want to do about it (nacre::to_string names them too). `message` is
// for people.
const char* class_of(const nacre::Error& error) {
  switch (error.kind) {
    case nacre::ErrorKind::malformed:
      return "malformed";  // not WebAssembly
    case nacre::ErrorKind::invalid:
      return "invalid";  // breaks its rules
    case nacre::ErrorKind::unlinkable:
      return "unlinkable";  // imports missing, or of another type
    case nacre::ErrorKind::unsupported:
      return "unsupported";  // uses a feature that is off
    case nacre::ErrorKind::limit:
      return "limit";  // a limit was hit
    case nacre::ErrorKind::trap:
      return "trap";  // running code failed: trap_code()
    case nacre::ErrorKind::exception:
      return "exception";  // threw, and nobody caught it
    case nacre::ErrorKind::exit:
      return "exit";  // WASI's exit: exit_code
    case nacre::ErrorKind::invalid_argument:
      return "invalid argument";  // this program's mistake
    case nacre::ErrorKind::io:
      return "io";
    case nacre::ErrorKind::interrupted:
      return "interrupted";  // CompileOptions::stop said so
  }
  return "?";
}

template <class T>
void show(const char* what, const nacre::Result<T>& result) {
  if (result) std::printf("%s: fine\n", what);
  else std::printf("%s: %s: %s\n", what, class_of(result.error()), result.error().message.c_str());
}

nacre::Result<nacre::Module> compile(const nacre::Engine& engine, nacre::StringView wat) {
  nacre::Result<nacre::List<uint8_t>> binary = nacre::wat2wasm(wat);
  if (!binary) return binary.error();  // an Error becomes any Result
  return nacre::Module::compile(engine, *binary);
}

void loading(const nacre::Engine& engine) {
  const uint8_t junk[] = {'j', 'u', 'n', 'k'};
  const auto module = nacre::Module::compile(engine, junk);
  show("junk", module);
  if (!module) std::printf("  at byte %d\n", static_cast<int>(module.error().offset));
  show("typing error", compile(engine, "(module (func (result i32) (f64.const 1)))"));
  show("no file", nacre::Module::from_file(engine, "no/such.wasm"));
  show("text", compile(engine, "(module\n  (func (i32.nonsense)))"));  // line:column
  const uint8_t component[] = {0, 'a', 's', 'm', 13, 0, 1, 0};
  show("component", nacre::Module::compile(engine, component));
}

void running(const nacre::Engine& engine, const nacre::Module& module) {
  nacre::Linker linker{engine};
  nacre::Store store{engine};
  show("linking", linker.instantiate(store, module));

  // How a host function fails: a trap with a message, which no guest can catch, or an exception of
  // a tag the guest knows.
  const nacre::Tag oops = nacre::Tag::create(store, {nacre::ValKind::i32}).value();
  linker.define("host", "oops", oops);
  linker.func("host", "check", [oops](nacre::Caller caller, int32_t x) -> nacre::Result<int32_t> {
    if (x == 0) return nacre::trap("zero is not allowed");
    if (x < 0) return nacre::throw_exception(caller, oops, {{nacre::Value(x)}});
    return x;
  });
  if (auto added = nacre::wasi::add_to(linker, {}); !added) return show("wasi", added);
  auto instance = linker.instantiate(store, module);
  if (!instance) return show("instance", instance);

  // Looking up what is not there, or is of another type.
  show("no such function", instance->func("absent"));
  show("another type", instance->func<double(double)>("average"));

  auto average = instance->func<int32_t(int32_t, int32_t)>("average");
  if (!average) return show("average", average);
  auto result = (*average)(84, 2);
  show("84 / 2", result);
  result = (*average)(84, 0);
  show("84 / 0", result);
  if (result) return;
  if (nacre::trap_code(result.error()) == nacre::TrapCode::integer_divide_by_zero)
    std::printf("  the divisor was zero\n");
  for (const nacre::Frame& frame : result.error().backtrace)  // innermost first
    std::printf("  in %s\n", frame.func_name.c_str());
  std::printf("%s\n", nacre::describe(result.error()).c_str());  // everything, for people

  auto check = instance->func<int32_t(int32_t)>("check");
  auto careful = instance->func<int32_t(int32_t)>("careful");
  if (!check || !careful) return;
  show("check(0)", (*check)(0));
  show("check(-5)", (*check)(-5));
  if (auto payload = nacre::caught_exception(store).get(0))
    std::printf("  it carries %d\n", payload->i32());
  std::printf("careful(-5): %d\n", (*careful)(-5).value_or(0));

  auto quit = instance->func<void(int32_t)>("quit");
  if (!quit) return;
  const auto ended = (*quit)(3);
  show("quit(3)", ended);
  if (!ended && ended.error().kind == nacre::ErrorKind::exit)
    std::printf("  with status %d\n", ended.error().exit_code);
}

}  // namespace

int main(int, char** argv) {
  std::ifstream file{argv[1]};
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  nacre::Engine engine;
  if (auto usable = engine.check(); !usable) return show("engine", usable), 1;
  loading(engine);
  auto module = compile(engine, text);
  if (!module) return show("guest.wat", module), 1;
  running(engine, *module);
}

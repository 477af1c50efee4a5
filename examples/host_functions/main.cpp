// SPDX-License-Identifier: Apache-2.0
//
// Giving a guest functions of the host: anything callable in C++. A guest chooses the arguments, so
// a host function takes none of them on trust: addresses, divisors, how much it may collect.
//
//   example_host_functions guest.wat
#include <nacre/nacre.hpp>
#include <nacre/text.hpp>

#include <cmath>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <tuple>
#include <vector>

namespace {

uint32_t add(uint32_t a, uint32_t b) { return a + b; }  // unsigned: may wrap around

void define(nacre::Linker& linker, int64_t& counter, std::vector<std::vector<double>>& lists) {
  // A function, or a lambda. Its WebAssembly type is read off its C++ type: integers up to 32 bits
  // are i32, of 64 bits i64, float f32, double f64; enumerations as their integer.
  linker.func("host", "add", add);

  // With state. What is captured by reference has to outlive the linker and the stores.
  linker.func("host", "next", [&counter] { return ++counter; });

  // Who calls, and its memory: a first parameter of type Caller is not part of the type. A guest's
  // addresses are just numbers: memory() checks them.
  linker.func("host", "log", [](nacre::Caller caller, uint32_t address, uint32_t length) {
    if (auto text = caller.memory().string(address, length))
      std::printf("log: %.*s\n", static_cast<int>(text->size()), text->data());
  });

  // One that can fail: the guest traps with the message, which the embedder's call returns.
  linker.func("host", "sqrt", [](double x) -> nacre::Result<double> {
    if (x < 0) return nacre::trap("square root of a negative number");
    return std::sqrt(x);
  });

  // Several results.
  linker.func("host", "divide",
              [](uint32_t a, uint32_t b) -> nacre::Result<std::tuple<uint32_t, uint32_t>> {
                if (b == 0) return nacre::trap("division by zero");
                return std::tuple{a / b, a % b};
              });

  // Back into the guest: host and guest may call each other as deep as max_host_depth.
  linker.func("host", "repeat", [](nacre::Caller caller, int32_t times) -> nacre::Result<void> {
    auto callback = caller.func("callback").typed<int32_t(int32_t)>();
    if (!callback) return callback.error();
    for (int32_t i = 0; i < times; ++i) {
      const nacre::Result<int32_t> square = (*callback)(i);
      if (!square) return square.error();  // the guest's trap goes on through the host's function
      std::printf("callback(%d) = %d\n", i, *square);
    }
    return {};
  });

  // Objects of the host: the guest holds an externref, which it cannot look into or make up.
  linker.func("host", "new_list",
              [&lists](nacre::Caller caller) -> nacre::Result<nacre::ExternRef> {
                if (lists.size() == 100) return nacre::trap("too many lists");
                lists.emplace_back();
                return nacre::ExternRef::host(caller, lists.size() - 1);
              });
  linker.func("host", "append", [&lists](nacre::ExternRef list, double x) -> nacre::Result<void> {
    const auto index = list.host_value();
    if (!index || *index >= lists.size()) return nacre::trap("not a list");
    if (lists[*index].size() == 1000) return nacre::trap("the list is full");
    lists[*index].push_back(x);
    return {};
  });

  // A type known only at run time: arguments and results as Values.
  const nacre::FuncType type{{nacre::ValKind::i32, nacre::ValKind::f32, nacre::ValKind::i64}, {}};
  linker.func("host", "show", type,
              [](nacre::Caller, nacre::Span<const nacre::Value> arguments,
                 nacre::Span<nacre::Value>) -> nacre::Result<void> {
                std::printf("show: %d %g %lld\n", arguments[0].i32(), arguments[1].f32(),
                            static_cast<long long>(arguments[2].i64()));
                return {};
              });
}

// For imports nobody defined: a stub that traps when it is called, so that a guest which wants more
// than there is runs until it needs it. Without this, instantiating it is an error that lists them.
void define_missing(nacre::Linker& linker, const nacre::Module& module) {
  for (const nacre::ImportType& import : linker.missing(module)) {
    if (import.type.kind != nacre::ExternKind::func) continue;
    linker.func(import.module, import.name, import.type.func,
                [name = import.module + "." + import.name](
                    nacre::Caller, nacre::Span<const nacre::Value>, nacre::Span<nacre::Value>)
                    -> nacre::Result<void> { return nacre::trap("this host has no " + name); });
  }
}

}  // namespace

int main(int, char** argv) {
  std::ifstream file{argv[1]};
  const std::string text{std::istreambuf_iterator<char>{file}, {}};

  nacre::Engine engine;
  nacre::Module module = nacre::Module::compile(engine, nacre::wat2wasm(text).value()).value();

  int64_t counter = 40;
  std::vector<std::vector<double>> lists;
  nacre::Linker linker{engine};
  define(linker, counter, lists);
  define_missing(linker, module);

  nacre::Store store{engine};
  nacre::Instance guest = linker.instantiate(store, module).value();
  std::printf("run() = %d\n", guest.func<int32_t()>("run").value()().value());
  std::printf("counter: %lld\n", static_cast<long long>(counter));
  for (double x : lists.at(0)) std::printf("list: %.3f\n", x);

  const nacre::Result<double> root = guest.func<double()>("fail").value()();
  std::printf("fail(): %s\n", root.error().message.c_str());
  const nacre::Result<int32_t> modern = guest.func<int32_t()>("modern").value()();
  std::printf("modern(): %s\n", modern.error().message.c_str());
}

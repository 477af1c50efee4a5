// SPDX-License-Identifier: Apache-2.0
//
// Running a program as a function: arguments, environment and input go in, output and exit status
// come out as values. Nothing reaches this process's own streams.
//
//   clang-19 --target=wasm32-wasi -O2 guest.c -o guest.wasm
//   example_capture_stdout guest.wasm
#include <nacre/nacre.hpp>
#include <nacre/wasi.hpp>

#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

namespace {

struct Outcome {
  int status = 0;
  std::string out;
  std::vector<std::string> errors{1};  // a line each, the last one not ended yet
};

// Standard error piece by piece, as the guest writes it: here split into lines.
bool add_lines(void* env, const uint8_t* data, size_t size) {
  auto& lines = *static_cast<std::vector<std::string>*>(env);
  for (const char c : std::string_view{reinterpret_cast<const char*>(data), size})
    if (c == '\n') lines.emplace_back();
    else lines.back() += c;
  return lines.size() <= 1000;  // false: an I/O error for the guest
}

nacre::Result<Outcome> run(const nacre::Module& module, std::string_view input) {
  Outcome outcome;
  nacre::wasi::WasiConfig config;  // starts with nothing: no arguments, no files, a made-up clock
  config.args = {"guest", "total"};
  config.env = {"UNIT=EUR"};
  config.in = nacre::wasi::Stream::input(input);
  config.out = {&outcome.out, 64 << 10};  // at most 64 KiB, or a guest could fill our memory
  config.err = nacre::wasi::Stream::writer(add_lines, &outcome.errors);

  // The configuration is the linker's; a linker and a store for every run keep runs apart.
  nacre::Linker linker{module.engine()};
  if (auto added = nacre::wasi::add_to(linker, config); !added) return added.error();
  nacre::Store store{module.engine()};
  nacre::Result<nacre::Instance> instance = linker.instantiate(store, module);
  if (!instance) return instance.error();
  auto start = instance->func<void()>("_start");  // main and what comes before and after
  if (!start) return start.error();

  // exit() and returning something else than 0 from main arrive as an error of their own kind.
  if (auto done = (*start)(); !done) {
    if (done.error().kind != nacre::ErrorKind::exit) return done.error();
    outcome.status = done.error().exit_code;
  }
  return outcome;
}

}  // namespace

int main(int, char** argv) {
  nacre::Engine engine;
  nacre::Module program = nacre::Module::from_file(engine, argv[1]).value();  // compiled once
  for (std::string_view input : {"1.5\n2\n38.5\n", "7\nseven\n8\n"}) {
    const Outcome outcome = run(program, input).value();
    std::printf("status %d, output \"%.*s\"\n", outcome.status,
                static_cast<int>(outcome.out.find('\n')), outcome.out.c_str());
    for (const std::string& line : outcome.errors)
      if (!line.empty()) std::printf("  complaint: %s\n", line.c_str());
  }
}

// SPDX-License-Identifier: Apache-2.0
//
// A WASI program that starts threads itself (wasi-threads): each becomes a thread of this process
// with a store and an instance of its own, on the program's one memory. wasi-sdk makes such
// programs from C with --target=wasm32-wasi-threads -pthread; the one here is written by hand.
//
//   example_wasi_threads program.wat
#include <nacre/nacre.hpp>
#include <nacre/text.hpp>
#include <nacre/wasi_threads.hpp>

#include <atomic>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>

namespace wasi = nacre::wasi;

int main(int, char** argv) {
  std::ifstream file{argv[1]};
  const std::string text{std::istreambuf_iterator<char>{file}, {}};

  nacre::Engine engine{{.interruptible = true}};  // or threads could not be stopped
  nacre::Module program = nacre::Module::compile(engine, nacre::wat2wasm(text).value()).value();
  std::printf("uses threads: %s\n", wasi::uses_threads(program) ? "yes" : "no");

  std::string out;
  wasi::WasiConfig config;
  config.threads = true;  // streams and directories are used by several threads
  config.out = &out;
  nacre::Linker linker{engine};
  wasi::add_to(linker, config).value();

  // How many at a time, and what each thread's store is given.
  std::atomic<int> started{0};
  wasi::ThreadOptions options;
  options.max_threads = 8;
  options.limits.max_stack = 256 << 10;
  options.prepare = [&](nacre::Store& store) {
    store.set_timeout_ms(60'000);
    ++started;
  };
  wasi::Threads threads{linker, program, options};

  nacre::Store store{engine};
  nacre::Instance instance = threads.instantiate(store).value();
  // finish() ends threads that still run. The outcome is the program's: a trap or exit of any.
  const nacre::Result<void> outcome = threads.finish(instance.func<void()>("_start").value()());
  std::printf("outcome: %s\n", outcome ? "fine" : outcome.error().message.c_str());
  std::printf("it wrote: %s", out.c_str());
  std::printf("threads started: %d\n", started.load());
}

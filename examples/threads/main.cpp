// SPDX-License-Identifier: Apache-2.0
//
// Several threads: an engine and a module serve all of them, a store belongs to one thread at a
// time. What instances of different stores can share is a shared memory.
//
//   example_threads worker.wat
#include <nacre/nacre.hpp>
#include <nacre/text.hpp>

#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

namespace {

constexpr int32_t workers = 4, limit = 100'000;

// An instance of its own for the calling thread, with `memory` in it.
nacre::Result<nacre::Instance> instantiate(nacre::Store& store, const nacre::Module& module,
                                           const nacre::SharedMemory& memory) {
  nacre::Linker linker{module.engine()};
  nacre::Result<nacre::Memory> attached = nacre::Memory::attach(store, memory);
  if (!attached) return attached.error();
  linker.define("host", "memory", *attached);
  return linker.instantiate(store, module);
}

}  // namespace

int main(int, char** argv) {
  std::ifstream file{argv[1]};
  const std::string text{std::istreambuf_iterator<char>{file}, {}};

  // Interruptible, so that threads that wait or loop for ever could be stopped.
  nacre::Engine engine{{.interruptible = true}};
  nacre::Module module = nacre::Module::compile(engine, nacre::wat2wasm(text).value()).value();

  nacre::Store store{engine};
  nacre::Memory memory =
      nacre::Memory::create(store, {.min = 1, .max = 1, .has_max = true, .shared = true}).value();
  const nacre::SharedMemory shared = memory.share();  // what may travel between threads

  std::vector<std::thread> threads;
  std::vector<int32_t> taken(workers);
  for (int32_t i = 0; i < workers; ++i)
    threads.emplace_back([&, i] {
      nacre::Store mine{engine};
      nacre::Instance worker = instantiate(mine, module, shared).value();
      taken[i] = worker.func<int32_t(int32_t)>("work").value()(limit).value();
    });

  // Meanwhile this thread sleeps in the guest (memory.atomic.wait32) until the last one is done.
  store.set_timeout_ms(60'000);
  nacre::Instance waiting = instantiate(store, module, shared).value();
  const int32_t primes = waiting.func<int32_t(int32_t)>("wait").value()(workers).value();
  for (std::thread& t : threads) t.join();

  int32_t sum = 0;
  for (int32_t n : taken) sum += n;
  std::printf("%d primes below %d, found by %d workers\n", primes, limit, workers);
  std::printf("numbers looked at: %d\n", sum);
  std::printf("primes in the shared memory: %u\n", *memory.read<uint32_t>(4));
}

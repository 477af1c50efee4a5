// SPDX-License-Identifier: Apache-2.0
//
// Untrusted code: limits for what it takes, fuel or a timeout for how long, and a way to stop it
// from another thread. Whatever it does, it ends as an error the host can read.
//
//   example_sandbox guest.wat
//
// A guest sees nothing but its imports. Without WASI, as here, that is no file, no clock and no
// environment; a bare wasi::WasiConfig gives no more than that either.
#include <nacre/nacre.hpp>
#include <nacre/text.hpp>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>

namespace {

template <class T>
void report(const char* what, const nacre::Result<T>& result) {
  std::printf("%s: %s\n", what, result ? "fine" : result.error().message.c_str());
}

template <class... A>
void call(const nacre::Instance& guest, const char* name, A... arguments) {
  auto function = guest.func<int32_t(A...)>(name).value();
  const nacre::Result<int32_t> result = function(arguments...);
  if (result) std::printf("%s: %d\n", name, *result);
  else report(name, result);
}

}  // namespace

int main(int, char** argv) {
  std::ifstream file{argv[1]};
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  const nacre::List<uint8_t> binary = nacre::wat2wasm(text).value();

  // Bounds are the engine's, for all its stores. Interruption and fuel are off unless asked for,
  // because code that can be stopped is compiled a little differently.
  nacre::Engine engine{{.max_memory = 1 << 20,   // bytes of one linear memory
                        .max_memories = 4,       // per store
                        .max_stack = 256 << 10,  // bytes of the guest's frames
                        .max_gc_heap = 1 << 20,
                        .interruptible = true,
                        .fuel = true}};

  // --- Loading. Damaged, invalid and oversized modules are errors, found before anything runs.
  const uint8_t junk[] = {0, 'a', 's', 'm', 1, 0, 0, 0, 10, 0xff, 0xff, 0xff, 0xff, 0x0f};
  report("junk", nacre::Module::compile(engine, junk));
  const auto greedy = nacre::wat2wasm("(module (memory 1000))").value();
  nacre::Linker linker{engine};
  {
    nacre::Store store{engine};
    const auto module = nacre::Module::compile(engine, greedy).value();
    report("64 MB", linker.instantiate(store, module));
  }
  nacre::Engine strict{{.features = nacre::Features::wasm1(), .limits = {.max_functions = 3}}};
  report("functions", nacre::Module::compile(strict, binary));

  // --- Running. A host function that takes long asks now and then whether it should return.
  linker.func("host", "slow", [](nacre::Caller caller) {
    while (!caller.should_stop()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  });
  const nacre::Module module = nacre::Module::compile(engine, binary).value();
  nacre::Store store{engine, {.max_memory = 512 << 10}};  // a store may be given less
  store.set_fuel(100'000'000);
  nacre::Instance guest = linker.instantiate(store, module).value();

  call(guest, "fine");
  call(guest, "hoard");  // memory.grow says no at the limit: 8 pages of 64 KiB
  call(guest, "dig");
  call(guest, "pry", 0x7fff'ffff);

  auto spin = guest.func<void()>("spin").value();
  // Fuel: every call and loop iteration takes some. The same program always gets equally far.
  store.set_fuel(1'000'000);
  report("fuel", spin());
  std::printf("fuel left: %llu\n", static_cast<unsigned long long>(store.fuel()));

  // A timeout: wall-clock time from now on.
  store.set_fuel(~uint64_t{0});
  store.set_timeout_ms(20);
  report("timeout", spin());
  store.set_timeout_ms(20);
  report("timeout in the host", guest.func<void()>("nap").value()());
  store.clear_timeout();

  // From another thread: the handle may be used by any, and outlives the store.
  const nacre::InterruptHandle stop = store.interrupt_handle();
  std::thread supervisor([stop] {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    stop.interrupt();
  });
  const nacre::Result<void> interrupted = spin();
  supervisor.join();
  report("interrupted", interrupted);
  const bool by_us =
      !interrupted && nacre::trap_code(interrupted.error()) == nacre::TrapCode::interrupted;
  std::printf("by us: %s\n", by_us ? "yes" : "no");
  stop.clear();  // until then nothing runs in this store

  call(guest, "fine");  // none of this harmed the instance
}

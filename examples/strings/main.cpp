// SPDX-License-Identifier: Apache-2.0
//
// Strings, arrays and structures: WebAssembly passes numbers, everything else goes through the
// guest's memory, and the numbers are addresses in it.
//
//   clang-19 --target=wasm32-wasi -mexec-model=reactor -O2 guest.c -o guest.wasm
//   example_strings guest.wasm
#include <nacre/nacre.hpp>
#include <nacre/wasi.hpp>

#include <cstdio>
#include <string>

int main(int, char** argv) {
  nacre::Engine engine;
  nacre::Module module = nacre::Module::from_file(engine, argv[1]).value();
  nacre::Linker linker{engine};
  nacre::wasi::add_to(linker, {}).value();  // the C library imports it
  nacre::Store store{engine};
  nacre::Instance guest = linker.instantiate(store, module).value();
  guest.func<void()>("_initialize").value()().value();

  nacre::Memory memory = guest.memory().value();
  auto allocate = guest.func<uint32_t(uint32_t)>("allocate").value();
  auto release = guest.func<void(uint32_t)>("release").value();

  // A string into the guest: make room, copy, pass address and length.
  const std::string word = "stressed";
  const uint32_t text = allocate(static_cast<uint32_t>(word.size())).value();
  if (!memory.write_string(text, word)) return 1;  // false: not inside the memory
  auto reverse = guest.func<void(uint32_t, uint32_t)>("reverse").value();
  reverse(text, static_cast<uint32_t>(word.size())).value();
  const std::string reversed = memory.string(text, word.size()).value();
  release(text).value();
  std::printf("reverse: %s\n", reversed.c_str());

  // A C string in (write its terminating zero too) and one out, which is ours to free.
  const char name[] = "WebAssembly";
  const uint32_t in = allocate(sizeof name).value();
  if (!memory.write_string(in, {name, sizeof name})) return 1;
  const uint32_t out = guest.func<uint32_t(uint32_t)>("greet").value()(in).value();
  // Copy before calling the guest again: what string() and bytes() give is the guest's memory
  // itself, which changes under your hands, and moves when it grows.
  const std::string greeting = memory.c_string(out).value();
  release(in).value();
  release(out).value();
  std::printf("greet: %s\n", greeting.c_str());

  // An array and a structure, as the guest's compiler laid them out: little-endian, also here if
  // this machine is not.
  const double values[] = {2, 4, 4, 4, 5, 5, 7, 9};
  const uint32_t array = allocate(sizeof values).value();
  for (uint32_t i = 0; i < 8; ++i) memory.write<double>(array + 8 * i, values[i]);
  const uint32_t summary = allocate(24).value();  // sizeof(struct summary)
  auto summarize = guest.func<void(uint32_t, uint32_t, uint32_t)>("summarize").value();
  summarize(array, 8, summary).value();
  std::printf("summary: %u values, mean %.2f, deviation %.2f\n", *memory.read<uint32_t>(summary),
              *memory.read<double>(summary + 8), *memory.read<double>(summary + 16));

  // Addresses come from the guest, and a guest may lie: every access is checked, none can read or
  // write anything outside this memory.
  std::printf("outside: %s, %s, %s\n", memory.string(0xffff'fff0, 100) ? "read" : "refused",
              memory.read<uint64_t>(memory.size() - 7) ? "read" : "refused",
              memory.write<uint8_t>(memory.size(), 1) ? "written" : "refused");

  // The host may let it grow; the guest's own malloc does so by itself.
  const uint64_t before = memory.grow(16).value();
  std::printf("grown: by %u pages, to %s\n", static_cast<unsigned>(memory.pages() - before),
              memory.size() == (before + 16) * 65536 ? "the size expected" : "another size");
}

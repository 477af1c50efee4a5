// SPDX-License-Identifier: Apache-2.0
#include "runtime/compiled_module.hpp"

#include <algorithm>
#include <numeric>

#include "runtime/engine.hpp"

namespace nacre::runtime {

CompiledModule::~CompiledModule() {
  code.reset();
  if (registry != nullptr) registry->release(types);
}

const wasm::Export* CompiledModule::find_export(std::string_view name) const {
  constexpr size_t few = 16;
  const std::vector<wasm::Export>& exports = module.exports;
  if (exports.size() <= few) {
    for (const wasm::Export& e : exports)
      if (e.name == name) return &e;
    return nullptr;
  }
  std::call_once(exports_sorted_, [&] {
    sorted_exports_.resize(exports.size());
    std::iota(sorted_exports_.begin(), sorted_exports_.end(), 0u);
    std::sort(sorted_exports_.begin(), sorted_exports_.end(),
              [&](uint32_t a, uint32_t b) { return exports[a].name < exports[b].name; });
  });
  const auto at =
      std::lower_bound(sorted_exports_.begin(), sorted_exports_.end(), name,
                       [&](uint32_t i, std::string_view n) { return exports[i].name < n; });
  return at != sorted_exports_.end() && exports[*at].name == name ? &exports[*at] : nullptr;
}

}  // namespace nacre::runtime

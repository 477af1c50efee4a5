// SPDX-License-Identifier: Apache-2.0
#include "runtime/compiled_module.hpp"

#include <algorithm>
#include <numeric>

#include "runtime/engine.hpp"
#include "runtime/listener.hpp"
#include "runtime/memory_image.hpp"

namespace nacre::runtime {

CompiledModule::CompiledModule() = default;

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

void CompiledModule::prepare_images() {
  constexpr uint64_t least = 256 * 1024, most = 64 * 1024 * 1024;
  uint64_t bytes = 0;
  for (const wasm::Data& d : module.datas)
    if (d.mode == wasm::SegmentMode::active) bytes += d.bytes.size();
  if (bytes < least || bytes > most) return;
  instantiated_.store(true, std::memory_order_relaxed);
  memory_images();
}

const MemoryImages* CompiledModule::memory_images() const {
  if (module.memories.size() == module.num_imported_memories) return nullptr;
  if (!instantiated_.load(std::memory_order_relaxed) && !instantiated_.exchange(true))
    return nullptr;
  std::call_once(images_made_, [&] { images_ = std::make_unique<MemoryImages>(module); });
  return images_.get();
}

}  // namespace nacre::runtime

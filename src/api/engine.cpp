// SPDX-License-Identifier: Apache-2.0
#include "nacre/engine.hpp"

#include "api/data.hpp"
#include "baseline/baseline.hpp"
#include "interp/interp.hpp"

namespace nacre {

namespace {

runtime::CodeOptions code_options(const Config& config) {
  runtime::CodeOptions o;
  o.interruptible = config.interruptible;
  o.fuel = config.fuel;
  o.eager = config.eager;
  return o;
}

Result<std::shared_ptr<runtime::ExecEngine>> make_compiler(const Config& config) {
  baseline::Options o;
  o.guarded =
      config.signals && (config.memory_allocator == nullptr || config.memory_allocator->guards());
  o.interruptible = config.interruptible;
  o.fuel = config.fuel;
  o.threads = config.compile_threads;
  static_assert(static_cast<int>(Profile::jitdump) == static_cast<int>(baseline::Profile::jitdump));
  o.profile = static_cast<baseline::Profile>(config.profile);
  return baseline::make_baseline(o);
}

detail::EngineData* make_engine(const Config& config) {
  auto* data = new detail::EngineData;
  data->config = config;
  data->memory_allocator =
      std::shared_ptr<MemoryAllocator>(config.memory_allocator, [](MemoryAllocator*) {});
  data->registry = std::make_shared<runtime::TypeRegistry>();
  if (config.engine != EngineKind::interpreter) {
    Result<std::shared_ptr<runtime::ExecEngine>> compiler = make_compiler(config);
    if (compiler) data->exec = std::move(*compiler);
    else if (config.engine != EngineKind::automatic) data->usable = std::move(compiler.error());
  }
  if (data->exec == nullptr) data->exec = interp::make_interpreter(code_options(config));
  return data;
}

}  // namespace

Engine::Engine(const Config& config)
    : data_(detail::Handle<detail::EngineData>::adopt(make_engine(config))) {}

const Config& Engine::config() const { return data_.get()->config; }
Result<void> Engine::check() const { return data_.get()->usable; }
const char* Engine::name() const { return data_.get()->exec->name(); }

namespace detail {

namespace {

template <class T>
void retain_one(T* p) noexcept {
  p->refs.fetch_add(1, std::memory_order_relaxed);
}
template <class T>
void release_one(T* p) noexcept {
  if (p->refs.fetch_sub(1, std::memory_order_acq_rel) == 1) delete p;
}

}  // namespace

void retain(EngineData* p) noexcept { retain_one(p); }
void release(EngineData* p) noexcept { release_one(p); }
void retain(ModuleData* p) noexcept { retain_one(p); }
void release(ModuleData* p) noexcept { release_one(p); }
void retain(StoreAnchor* p) noexcept { retain_one(p); }
void release(StoreAnchor* p) noexcept { release_one(p); }
void retain(SharedMemoryData* p) noexcept { retain_one(p); }
void release(SharedMemoryData* p) noexcept { release_one(p); }
void retain(DefinedTypeData* p) noexcept { retain_one(p); }
void release(DefinedTypeData* p) noexcept { release_one(p); }

}  // namespace detail
}  // namespace nacre

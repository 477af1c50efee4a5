// SPDX-License-Identifier: Apache-2.0
//
// Configuration and the library's own facts.
#include <algorithm>

#include "capi/handles.hpp"

namespace {

using nacre::Config;
using nacre::Features;
using nacre::Limits;

// The numbers of the C headers are the C++ API's.
static_assert(NACRE_FEATURE_COUNT == static_cast<int>(nacre::Feature::count));
static_assert(NACRE_FEATURE_CUSTOM_PAGE_SIZES ==
              static_cast<int>(nacre::Feature::custom_page_sizes));
static_assert(NACRE_FEATURE_SIMD == static_cast<int>(nacre::Feature::simd));
static_assert(NACRE_ERROR_IO == static_cast<int>(nacre::ErrorKind::io));
static_assert(NACRE_ERROR_EXIT == static_cast<int>(nacre::ErrorKind::exit));
static_assert(NACRE_TRAP_EXIT == static_cast<int>(nacre::TrapCode::exit));
static_assert(NACRE_TRAP_OUT_OF_FUEL == static_cast<int>(nacre::TrapCode::out_of_fuel));
static_assert(NACRE_HEAP_CONCRETE == static_cast<int>(nacre::HeapKind::concrete));
static_assert(NACRE_SHAPE_EXN == static_cast<int>(nacre::RefShape::exn));
static_assert(NACRE_ENGINE_INTERPRETER == static_cast<int>(nacre::EngineKind::interpreter));
static_assert(NACRE_ENGINE_BASELINE == static_cast<int>(nacre::EngineKind::baseline));
static_assert(NACRE_PROFILE_JITDUMP == static_cast<int>(nacre::Profile::jitdump));

// In the order of NACRE_LIMIT_MODULE_..., from TYPES on.
constexpr uint32_t Limits::*module_limits[] = {
    &Limits::max_types,         &Limits::max_functions,       &Limits::max_imports,
    &Limits::max_exports,       &Limits::max_globals,         &Limits::max_tags,
    &Limits::max_data_segments, &Limits::max_elem_segments,   &Limits::max_tables,
    &Limits::max_memories,      &Limits::max_table_entries,   &Limits::max_params,
    &Limits::max_results,       &Limits::max_body_bytes,      &Limits::max_locals,
    &Limits::max_struct_fields, &Limits::max_array_new_fixed, &Limits::max_subtype_depth,
};
static_assert(std::size(module_limits) ==
              NACRE_LIMIT_MODULE_SUBTYPE_DEPTH - NACRE_LIMIT_MODULE_TYPES + 1);

uint32_t clamp32(uint64_t n) { return n > 0xffffffffu ? 0xffffffffu : static_cast<uint32_t>(n); }

// Only ever lowers.
bool set_module_limit(Limits& limits, nacre_limit_t limit, uint64_t value) {
  if (limit == NACRE_LIMIT_MODULE_BYTES) {
    limits.max_module_bytes = std::min(Limits().max_module_bytes, value);
    return true;
  }
  if (limit < NACRE_LIMIT_MODULE_TYPES || limit > NACRE_LIMIT_MODULE_SUBTYPE_DEPTH) return false;
  uint32_t Limits::*const field = module_limits[limit - NACRE_LIMIT_MODULE_TYPES];
  limits.*field = std::min(Limits().*field, clamp32(value));
  return true;
}

// Functions of C as an allocator.
class CAllocator final : public nacre::MemoryAllocator {
 public:
  explicit CAllocator(const nacre_memory_allocator_t& a) : a_(a) {}
  ~CAllocator() override {
    if (a_.finalizer) a_.finalizer(a_.env);
  }
  CAllocator(const CAllocator&) = delete;
  CAllocator& operator=(const CAllocator&) = delete;

  bool allocate(const nacre::MemoryRequest& r, nacre::MemoryBlock& block) noexcept override {
    if (!a_.allocate) return false;
    const nacre_memory_request_t request{r.bytes, r.maximum, r.reserve, r.guarded, r.shared};
    nacre_memory_block_t b{};
    if (!a_.allocate(a_.env, &request, &b)) return false;
    block.base = b.base;
    block.usable = b.usable;
    block.reserved = b.reserved;
    block.zeroed = b.zeroed;
    block.user = b.user;
    return true;
  }
  uint64_t extend(const nacre::MemoryBlock& block, uint64_t bytes) noexcept override {
    const nacre_memory_block_t b = to_c(block);
    return a_.extend ? a_.extend(a_.env, &b, bytes) : 0;
  }
  void release(const nacre::MemoryBlock& block) noexcept override {
    const nacre_memory_block_t b = to_c(block);
    if (a_.release) a_.release(a_.env, &b);
  }
  bool guards() const noexcept override { return a_.guards; }

 private:
  static nacre_memory_block_t to_c(const nacre::MemoryBlock& b) {
    return {b.base, b.usable, b.reserved, b.zeroed, b.user};
  }
  nacre_memory_allocator_t a_;
};

static_assert(NACRE_GROWTH_TABLE == static_cast<int>(nacre::GrowthKind::table));
static_assert(NACRE_TYPEKIND_ARRAY == static_cast<int>(nacre::TypeKind::array));

}  // namespace

extern "C" {

const char* nacre_version(void) { return NACRE_VERSION; }

uint32_t nacre_features_wasm1(void) { return Features::wasm1().bits; }
uint32_t nacre_features_wasm2(void) { return Features::wasm2().bits; }
uint32_t nacre_features_wasm3(void) { return Features::wasm3().bits; }
uint32_t nacre_features_all(void) { return Features::all().bits; }

const char* nacre_feature_name(nacre_feature_t f) {
  return f < NACRE_FEATURE_COUNT ? Features::name(static_cast<nacre::Feature>(f)) : nullptr;
}
bool nacre_feature_parse(const char* name, nacre_feature_t* out) {
  nacre::Feature f{};
  if (!Features::parse(name, f)) return false;
  *out = static_cast<nacre_feature_t>(f);
  return true;
}

wasm_config_t* wasm_config_new(void) { return new wasm_config_t; }
void wasm_config_delete(wasm_config_t* c) { delete c; }

void nacre_config_set_features(wasm_config_t* c, uint32_t bits) {
  c->config.features.bits = bits & Features::all().bits;
}
void nacre_config_set_feature(wasm_config_t* c, nacre_feature_t f, bool on) {
  if (f >= NACRE_FEATURE_COUNT) return;
  const auto feature = static_cast<nacre::Feature>(f);
  c->config.features = on ? c->config.features.with(feature) : c->config.features.without(feature);
}

bool nacre_config_set_engine(wasm_config_t* c, nacre_engine_kind_t kind) {
  if (kind > NACRE_ENGINE_BASELINE) return false;
  c->config.engine = static_cast<nacre::EngineKind>(kind);
  return true;
}
void nacre_config_set_signals(wasm_config_t* c, bool on) { c->config.signals = on; }
void nacre_config_set_eager(wasm_config_t* c, bool on) { c->config.eager = on; }
void nacre_config_set_compile_threads(wasm_config_t* c, uint32_t n) {
  c->config.compile_threads = n;
}
bool nacre_config_set_profile(wasm_config_t* c, nacre_profile_t profile) {
  if (profile > NACRE_PROFILE_JITDUMP) return false;
  c->config.profile = static_cast<nacre::Profile>(profile);
  return true;
}
void nacre_config_set_interruptible(wasm_config_t* c, bool on) { c->config.interruptible = on; }
void nacre_config_set_fuel(wasm_config_t* c, bool on) { c->config.fuel = on; }

void nacre_config_set_memory_allocator(wasm_config_t* c,
                                       const nacre_memory_allocator_t* allocator) {
  c->allocator = allocator ? std::make_shared<CAllocator>(*allocator) : nullptr;
  c->config.memory_allocator = c->allocator.get();
}

bool nacre_config_set_limit(wasm_config_t* c, nacre_limit_t limit, uint64_t value) {
  Config& config = c->config;
  switch (limit) {
    case NACRE_LIMIT_MEMORY:
      config.max_memory = value;
      return true;
    case NACRE_LIMIT_TABLE_ENTRIES:
      config.max_table_entries = value;
      return true;
    case NACRE_LIMIT_MEMORIES:
      config.max_memories = clamp32(value);
      return true;
    case NACRE_LIMIT_TABLES:
      config.max_tables = clamp32(value);
      return true;
    case NACRE_LIMIT_INSTANCES:
      config.max_instances = clamp32(value);
      return true;
    case NACRE_LIMIT_STACK:
      config.max_stack = value;
      return true;
    case NACRE_LIMIT_HOST_DEPTH:
      config.max_host_depth = clamp32(value);
      return true;
    case NACRE_LIMIT_GC_HEAP:
      config.max_gc_heap = value;
      return true;
    default:
      return set_module_limit(config.limits, limit, value);
  }
}

}  // extern "C"

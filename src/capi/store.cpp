// SPDX-License-Identifier: Apache-2.0
//
// Engines and stores.
#include "capi/error.hpp"

namespace nacre::capi {

StoreRef::StoreRef(wasm_store_t* s) : store_(s) {
  if (store_) store_->refs.fetch_add(1, std::memory_order_relaxed);
}

StoreRef::~StoreRef() {
  if (store_ && store_->refs.fetch_sub(1, std::memory_order_acq_rel) == 1) delete store_;
}

wasm_store_t* adopt_store(detail::StoreAnchor* anchor) {
  auto* s = new wasm_store_t;
  s->anchor = detail::Handle<detail::StoreAnchor>::share(anchor);
  anchor->store->user_data = s;
  return s;
}

CallGuard::~CallGuard() {
  if (--store_.depth != 0 || !store_.deleted || store_.ended) return;
  store_.ended = true;
  store_.finish();
  if (store_.refs.fetch_sub(1, std::memory_order_acq_rel) == 1) delete &store_;
}

namespace {

wasm_store_t* new_store(const Engine& engine, const StoreLimits& limits) {
  Store store(engine, limits);
  wasm_store_t* s = adopt_store(store.anchor());
  s->owned.emplace(std::move(store));
  return s;
}

// False for a limit that is not a store's.
bool set_limit(StoreLimits& limits, nacre_limit_t limit, uint64_t value) {
  const auto small = value > 0xffffffffu ? uint32_t{0xffffffffu} : static_cast<uint32_t>(value);
  switch (limit) {
    case NACRE_LIMIT_MEMORY:
      limits.max_memory = value;
      return true;
    case NACRE_LIMIT_TABLE_ENTRIES:
      limits.max_table_entries = value;
      return true;
    case NACRE_LIMIT_MEMORIES:
      limits.max_memories = small;
      return true;
    case NACRE_LIMIT_TABLES:
      limits.max_tables = small;
      return true;
    case NACRE_LIMIT_INSTANCES:
      limits.max_instances = small;
      return true;
    case NACRE_LIMIT_STACK:
      limits.max_stack = value;
      return true;
    case NACRE_LIMIT_HOST_DEPTH:
      limits.max_host_depth = small;
      return true;
    case NACRE_LIMIT_GC_HEAP:
      limits.max_gc_heap = value;
      return true;
    default:
      return false;
  }
}

// What a callback is called with, until the last copy of it is gone.
struct GrowthEnv {
  void* env;
  void (*finalizer)(void*);
  GrowthEnv(void* e, void (*f)(void*)) : env(e), finalizer(f) {}
  ~GrowthEnv() {
    if (finalizer) finalizer(env);
  }
  GrowthEnv(const GrowthEnv&) = delete;
  GrowthEnv& operator=(const GrowthEnv&) = delete;
};

}  // namespace

Function<bool(const GrowthRequest&)> growth_callback(nacre_growth_callback_t callback, void* env,
                                                     void (*finalizer)(void*)) {
  const auto held = std::make_shared<GrowthEnv>(env, finalizer);
  if (callback == nullptr) return {};
  return detail::guard<false>([callback, held](const GrowthRequest& r) {
    const nacre_growth_t growth{static_cast<nacre_growth_kind_t>(r.kind), r.creation, r.current,
                                r.desired, r.maximum};
    return callback(held->env, &growth);
  });
}

}  // namespace nacre::capi

void wasm_store_t::finish() {
  // Finalizers may look at handles, which find the store gone.
  owned.reset();
  auto finished_infos = std::move(infos);
  auto finished_boxed = std::move(boxed);
  infos.clear();
  boxed.clear();
  boxes.clear();
  passing = nullptr;
}

struct nacre_interrupt_t {
  nacre::InterruptHandle handle;
};

using namespace nacre::capi;

extern "C" {

wasm_engine_t* wasm_engine_new(void) { return new wasm_engine_t{nacre::Engine()}; }

wasm_engine_t* wasm_engine_new_with_config(wasm_config_t* config) {
  if (config == nullptr) return wasm_engine_new();
  auto* engine = new wasm_engine_t{nacre::Engine(config->config)};
  if (config->allocator) engine->engine.data()->memory_allocator = config->allocator;
  delete config;
  return engine;
}

void wasm_engine_delete(wasm_engine_t* e) { delete e; }
wasm_engine_t* nacre_engine_copy(const wasm_engine_t* e) { return new wasm_engine_t(*e); }
nacre_error_t* nacre_engine_check(const wasm_engine_t* e) { return error_of(e->engine.check()); }
const char* nacre_engine_name(const wasm_engine_t* e) { return e->engine.name(); }

wasm_store_t* wasm_store_new(wasm_engine_t* engine) { return new_store(engine->engine, {}); }

wasm_store_t* nacre_store_new(wasm_engine_t* engine, const nacre_store_limit_t limits[],
                              size_t count) {
  nacre::StoreLimits l;
  for (size_t i = 0; i < count; ++i)
    if (!set_limit(l, limits[i].limit, limits[i].value)) return nullptr;
  return new_store(engine->engine, l);
}

void wasm_store_delete(wasm_store_t* s) {
  if (s == nullptr || s->deleted) return;
  s->deleted = true;
  const CallGuard guard(*s);  // whose end it is, if this is not inside a call
}

void nacre_store_set_user_data(wasm_store_t* s, void* data) { s->user_data = data; }
void* nacre_store_user_data(const wasm_store_t* s) { return s->user_data; }

void nacre_store_set_fuel(wasm_store_t* s, uint64_t fuel) {
  if (s->live()) nacre::Caller(*s->live(), nullptr).set_fuel(fuel);
}
uint64_t nacre_store_fuel(const wasm_store_t* s) {
  return s->live() ? nacre::Caller(*s->live(), nullptr).fuel() : 0;
}

void nacre_store_set_timeout(wasm_store_t* s, uint64_t ms) {
  if (s->live()) nacre::detail::set_timeout(*s->live(), ms);
}
void nacre_store_clear_timeout(wasm_store_t* s) {
  if (s->live()) s->live()->set_deadline(std::chrono::steady_clock::time_point::max());
}

void nacre_store_set_growth_callback(wasm_store_t* s, nacre_growth_callback_t callback, void* env,
                                     void (*finalizer)(void*)) {
  auto function = growth_callback(callback, env, finalizer);
  if (s->live()) s->live()->set_growth_callback(std::move(function));
}

nacre_interrupt_t* nacre_interrupt_new(wasm_store_t* s) {
  return new nacre_interrupt_t{nacre::InterruptHandle(s->anchor)};
}
void nacre_interrupt_delete(nacre_interrupt_t* i) { delete i; }
void nacre_interrupt_request(const nacre_interrupt_t* i) { i->handle.interrupt(); }
void nacre_interrupt_clear(const nacre_interrupt_t* i) { i->handle.clear(); }

void nacre_store_gc(wasm_store_t* s) {
  if (s->live() == nullptr) return;
  const nacre::detail::CallScope scope(*s->live());
  s->live()->heap().collect();
}
uint64_t nacre_store_gc_used(const wasm_store_t* s) {
  return s->live() ? s->live()->heap().used_bytes() : 0;
}
uint64_t nacre_store_gc_collections(const wasm_store_t* s) {
  return s->live() ? s->live()->heap().collections() : 0;
}

}  // extern "C"

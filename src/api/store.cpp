// SPDX-License-Identifier: Apache-2.0
#include "nacre/store.hpp"

#include <algorithm>
#include <chrono>

#include "api/data.hpp"
#include "nacre/caller.hpp"

namespace nacre {

namespace {

runtime::StoreLimits store_limits(const Config& c, const StoreLimits& l) {
  runtime::StoreLimits r;
  r.max_memory_bytes = std::min(c.max_memory, l.max_memory);
  r.max_table_entries = std::min(c.max_table_entries, l.max_table_entries);
  r.max_memories = std::min(c.max_memories, l.max_memories);
  r.max_tables = std::min(c.max_tables, l.max_tables);
  r.max_instances = std::min(c.max_instances, l.max_instances);
  r.max_stack_bytes = std::min(c.max_stack, l.max_stack);
  r.max_host_depth = std::min(c.max_host_depth, l.max_host_depth);
  r.max_gc_heap_bytes = std::min(c.max_gc_heap, l.max_gc_heap);
  r.gc_stress = c.gc_stress;
  r.segments_checked_first = c.segments_checked_first;
  return r;
}

}  // namespace

Store::Store(const Engine& engine, const StoreLimits& limits) {
  auto* data = new detail::StoreData(engine, store_limits(engine.config(), limits));
  anchor_ = data->anchor;
}

Store::Store(Store&& other) noexcept = default;

Store& Store::operator=(Store&& other) noexcept {
  if (this == &other) return *this;
  close();
  anchor_ = std::move(other.anchor_);
  return *this;
}

Store::~Store() { close(); }

void Store::close() noexcept {
  detail::StoreData* data = detail::live(anchor_.get());
  if (data == nullptr) return;
  {
    const std::lock_guard lock(anchor_.get()->mutex);
    anchor_.get()->store = nullptr;
  }
  if (data->depth != 0) data->closed = true;
  else delete data;
}

Engine Store::engine() const {
  detail::StoreData* data = detail::live(anchor());
  return data ? data->engine : Engine(detail::Handle<detail::EngineData>());
}

InterruptHandle Store::interrupt_handle() const { return InterruptHandle(anchor_); }

void InterruptHandle::interrupt() const {
  if (!anchor_) return;
  const std::lock_guard lock(anchor_.get()->mutex);
  if (detail::StoreData* s = anchor_.get()->store) s->interrupt();
}

void InterruptHandle::clear() const {
  if (!anchor_) return;
  const std::lock_guard lock(anchor_.get()->mutex);
  if (detail::StoreData* s = anchor_.get()->store) s->clear_interrupt();
}

void Store::set_timeout_ms(uint64_t ms) {
  if (detail::StoreData* s = detail::live(anchor())) detail::set_timeout(*s, ms);
}

void detail::set_timeout(runtime::Store& store, uint64_t ms) {
  using Clock = std::chrono::steady_clock;
  // A century is as good as for ever, and does not overflow.
  constexpr uint64_t most = uint64_t{100} * 365 * 24 * 3600 * 1000;
  store.set_deadline(ms >= most ? Clock::time_point::max()
                                : Clock::now() + std::chrono::milliseconds(ms));
}

void Store::clear_timeout() {
  if (detail::StoreData* s = detail::live(anchor()))
    s->set_deadline(std::chrono::steady_clock::time_point::max());
}

void Store::set_growth(Function<bool(const GrowthRequest&)> callback) {
  if (detail::StoreData* s = detail::live(anchor())) s->set_growth_callback(std::move(callback));
}

void Store::set_fuel(uint64_t fuel) {
  constexpr uint64_t most = ~uint64_t{0} >> 1;
  if (detail::StoreData* s = detail::live(anchor()))
    s->fuel = static_cast<int64_t>(std::min(fuel, most));
}

uint64_t Store::fuel() const {
  detail::StoreData* s = detail::live(anchor());
  return s && s->fuel > 0 ? static_cast<uint64_t>(s->fuel) : 0;
}

void Store::collect_garbage() {
  detail::StoreData* s = detail::live(anchor());
  if (s == nullptr) return;
  const detail::CallScope scope(*s);
  s->heap().collect();
}

uint64_t Store::gc_heap_used() const {
  detail::StoreData* s = detail::live(anchor());
  return s ? s->heap().used_bytes() : 0;
}

uint64_t Store::gc_collections() const {
  detail::StoreData* s = detail::live(anchor());
  return s ? s->heap().collections() : 0;
}

void Store::set_user_data(void* data) {
  if (detail::StoreData* s = detail::live(anchor())) s->user_data = data;
}

void* Store::user_data() const {
  detail::StoreData* s = detail::live(anchor());
  return s ? s->user_data : nullptr;
}

StoreContext::StoreContext(Store& store) : anchor_(store.anchor()) {}
StoreContext::StoreContext(const Caller& caller) : anchor_(detail::anchor_of(caller.store())) {}

namespace detail {

StoreData::StoreData(const Engine& e, const runtime::StoreLimits& limits)
    : runtime::Store(e.data()->exec, e.data()->registry, limits), engine(e) {
  auto* a = new StoreAnchor;
  a->store = this;
  anchor = Handle<StoreAnchor>::adopt(a);
  if (e.data()->memory_allocator != nullptr) memory_allocator = e.data()->memory_allocator;
}

StoreData::~StoreData() { drop_pending(); }

void StoreData::drop_pending() {
  if (pending.drop) pending.drop(pending.object);
  pending = {};
}

StoreAnchor* anchor_of(runtime::Store& store) { return data_of(store).anchor.get(); }

void set_pending_exception(runtime::Store& store, PendingException pending) {
  StoreData& s = data_of(store);
  s.drop_pending();
  s.pending = pending;
  s.set_host_error(trap("C++ exception in a host function"));
}

PendingException take_pending_exception(StoreAnchor* anchor) {
  StoreData* s = live(anchor);
  if (s == nullptr) return {};
  const PendingException p = s->pending;
  s->pending = {};
  return p;
}

}  // namespace detail
}  // namespace nacre

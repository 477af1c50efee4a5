// SPDX-License-Identifier: Apache-2.0
//
// Bulk memory operations, growth, wait and notify. Bounds are checked once; long operations then
// run in chunks and ask between chunks whether the store wants to stop.
#include <algorithm>
#include <cstring>

#include "runtime/chunks.hpp"
#include "runtime/memory_storage.hpp"
#include "runtime/ops.hpp"
#include "runtime/segments.hpp"

namespace nacre::runtime::ops {
namespace {

bool fits(uint64_t at, uint64_t n, uint64_t length) { return n <= length && at <= length - n; }

Trap out_of_bounds(Instance& instance, uint64_t at, uint64_t n, uint64_t length) {
  return instance.store().set_trap(Trap::memory_out_of_bounds, at, n, length);
}

Trap check_atomic(Instance& instance, Memory& memory, uint64_t addr, uint32_t bytes) {
  const uint64_t length = memory.current_length();
  if (!fits(addr, bytes, length)) return out_of_bounds(instance, addr, bytes, length);
  if (addr % bytes != 0)
    return instance.store().set_trap(Trap::unaligned_atomic, addr, bytes, length);
  return Trap::none;
}

bool store_should_stop(void* store) { return static_cast<Store*>(store)->should_stop(); }

Trap atomic_wait(Instance& instance, uint32_t mem, uint64_t addr, uint32_t bytes, uint64_t expected,
                 int64_t timeout_ns, uint32_t& out) {
  Memory& memory = *instance.memories[mem];
  if (const Trap t = check_atomic(instance, memory, addr, bytes); t != Trap::none) return t;
  if (!memory.shared()) return instance.store().set_trap(Trap::expected_shared_memory);
  Store& store = instance.store();
  using Wait = MemoryStorage::Wait;
  const Wait result =
      memory.storage->wait(addr, bytes, expected, timeout_ns, store_should_stop, &store);
  if (result == Wait::stopped) {
    const Trap why = store.stop_trap();
    return store.set_trap(why == Trap::none ? Trap::interrupted : why);
  }
  out = static_cast<uint32_t>(result);
  return Trap::none;
}

}  // namespace

Trap memory_fill(Instance& instance, uint32_t mem, uint64_t dst, uint32_t byte, uint64_t n) {
  Memory& m = *instance.memories[mem];
  const uint64_t length = m.current_length();
  if (!fits(dst, n, length)) return out_of_bounds(instance, dst, n, length);
  return in_chunks(instance.store(), n, [&](uint64_t at, size_t k) {
    std::memset(m.base + dst + at, static_cast<int>(byte & 0xff), k);
  });
}

Trap memory_copy(Instance& instance, uint32_t dst_mem, uint32_t src_mem, uint64_t dst, uint64_t src,
                 uint64_t n) {
  Memory& to = *instance.memories[dst_mem];
  Memory& from = *instance.memories[src_mem];
  const uint64_t to_length = to.current_length(), from_length = from.current_length();
  if (!fits(src, n, from_length)) return out_of_bounds(instance, src, n, from_length);
  if (!fits(dst, n, to_length)) return out_of_bounds(instance, dst, n, to_length);
  if (n == 0) return Trap::none;
  return move_in_chunks(instance.store(), to.base + dst, from.base + src, n);
}

Trap memory_init(Instance& instance, uint32_t data, uint32_t mem, uint64_t dst, uint32_t src,
                 uint32_t n) {
  Memory& m = *instance.memories[mem];
  const Bytes bytes = data_bytes(instance, data);
  const uint64_t length = m.current_length();
  if (!fits(dst, n, length)) return out_of_bounds(instance, dst, n, length);
  if (!fits(src, n, bytes.size()))
    return instance.store().set_segment_trap(Trap::memory_out_of_bounds, src, n, bytes.size());
  return in_chunks(instance.store(), n, [&](uint64_t at, size_t k) {
    std::memcpy(m.base + dst + at, bytes.data() + src + at, k);
  });
}

void data_drop(Instance& instance, uint32_t data) { drop_data(instance, data); }

uint64_t memory_grow(Instance& instance, uint32_t mem, uint64_t pages) {
  return instance.memories[mem]->grow(pages);
}

Trap atomic_wait32(Instance& instance, uint32_t mem, uint64_t addr, uint32_t expected,
                   int64_t timeout_ns, uint32_t& out) {
  return atomic_wait(instance, mem, addr, 4, expected, timeout_ns, out);
}

Trap atomic_wait64(Instance& instance, uint32_t mem, uint64_t addr, uint64_t expected,
                   int64_t timeout_ns, uint32_t& out) {
  return atomic_wait(instance, mem, addr, 8, expected, timeout_ns, out);
}

Trap atomic_notify(Instance& instance, uint32_t mem, uint64_t addr, uint32_t count, uint32_t& out) {
  Memory& memory = *instance.memories[mem];
  if (const Trap t = check_atomic(instance, memory, addr, 4); t != Trap::none) return t;
  out = memory.shared() ? memory.storage->notify(addr, count) : 0;
  return Trap::none;
}

}  // namespace nacre::runtime::ops

// SPDX-License-Identifier: Apache-2.0
//
// Table instructions.
#include <algorithm>

#include "runtime/chunks.hpp"
#include "runtime/ops.hpp"
#include "runtime/segments.hpp"

namespace nacre::runtime::ops {
namespace {

constexpr uint64_t chunk_entries = chunk_bytes / sizeof(RefBits);

bool fits(uint64_t at, uint64_t n, uint64_t size) { return n <= size && at <= size - n; }

Trap out_of_bounds(Instance& instance, uint64_t at, uint64_t n, uint64_t size) {
  return instance.store().set_trap(Trap::table_out_of_bounds, at, n, size);
}

uint8_t* bytes_at(Table& t, uint64_t i) { return reinterpret_cast<uint8_t*>(t.entries.data() + i); }

}  // namespace

Trap table_get(Instance& instance, uint32_t table, uint64_t i, RefBits& out) {
  const Table& t = *instance.tables[table];
  if (i >= t.size()) return out_of_bounds(instance, i, 1, t.size());
  out = t.entries[static_cast<size_t>(i)];
  return Trap::none;
}

Trap table_set(Instance& instance, uint32_t table, uint64_t i, RefBits v) {
  Table& t = *instance.tables[table];
  if (i >= t.size()) return out_of_bounds(instance, i, 1, t.size());
  t.entries[static_cast<size_t>(i)] = v;
  return Trap::none;
}

Trap table_fill(Instance& instance, uint32_t table, uint64_t i, RefBits v, uint64_t n) {
  Table& t = *instance.tables[table];
  if (!fits(i, n, t.size())) return out_of_bounds(instance, i, n, t.size());
  return in_chunks(
      instance.store(), n,
      [&](uint64_t at, size_t k) { std::fill_n(t.entries.data() + i + at, k, v); }, chunk_entries);
}

Trap table_copy(Instance& instance, uint32_t dst_table, uint32_t src_table, uint64_t dst,
                uint64_t src, uint64_t n) {
  Table& to = *instance.tables[dst_table];
  Table& from = *instance.tables[src_table];
  if (!fits(src, n, from.size())) return out_of_bounds(instance, src, n, from.size());
  if (!fits(dst, n, to.size())) return out_of_bounds(instance, dst, n, to.size());
  if (n == 0) return Trap::none;
  return move_in_chunks(instance.store(), bytes_at(to, dst), bytes_at(from, src),
                        n * sizeof(RefBits));
}

Trap table_init(Instance& instance, uint32_t elem, uint32_t table, uint64_t dst, uint32_t src,
                uint32_t n) {
  Table& t = *instance.tables[table];
  const uint64_t size = elem_size(instance, elem);
  if (!fits(dst, n, t.size())) return out_of_bounds(instance, dst, n, t.size());
  if (!fits(src, n, size))
    return instance.store().set_segment_trap(Trap::table_out_of_bounds, src, n, size);
  return in_chunks(
      instance.store(), n,
      [&](uint64_t at, size_t k) {
        elem_entries(instance, elem, src + at, k, t.entries.data() + dst + at);
      },
      chunk_entries);
}

uint64_t table_grow(Instance& instance, uint32_t table, RefBits init, uint64_t n) {
  return instance.tables[table]->grow(n, init);
}

void elem_drop(Instance& instance, uint32_t elem) { drop_elem(instance, elem); }

}  // namespace nacre::runtime::ops

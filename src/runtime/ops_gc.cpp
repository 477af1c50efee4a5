// SPDX-License-Identifier: Apache-2.0
//
// Casts and the array instructions that move many elements. Elements are stored in the
// host's byte order; data segments are little-endian.
#include <algorithm>
#include <cstring>

#include "runtime/chunks.hpp"
#include "runtime/gc/heap.hpp"
#include "runtime/ops.hpp"
#include "runtime/segments.hpp"

namespace nacre::runtime::ops {
namespace {

using wasm::CompositeKind;
using wasm::Heap;

bool fits(uint64_t at, uint64_t n, uint64_t length) { return n <= length && at <= length - n; }

const RuntimeType* type_of(Instance& instance, wasm::TypeId type) {
  return instance.vm.types[type];
}

Trap check_array(Instance& instance, GcRef array, uint32_t at, uint32_t n) {
  Store& store = instance.store();
  if (array == 0) return store.set_trap(Trap::null_array);
  const uint32_t length = store.heap().array_length(array);
  if (!fits(at, n, length)) return store.set_trap(Trap::array_out_of_bounds, at, n, length);
  return Trap::none;
}

Trap check_data(Instance& instance, uint32_t data, uint64_t offset, uint64_t bytes) {
  const uint64_t length = data_bytes(instance, data).size();
  if (fits(offset, bytes, length)) return Trap::none;
  return instance.store().set_segment_trap(Trap::memory_out_of_bounds, offset, bytes, length);
}

Trap check_elem(Instance& instance, uint32_t elem, uint64_t offset, uint64_t n) {
  const uint64_t length = elem_size(instance, elem);
  if (fits(offset, n, length)) return Trap::none;
  return instance.store().set_segment_trap(Trap::table_out_of_bounds, offset, n, length);
}

template <class T>
void copy_from_le(uint8_t* to, const uint8_t* from, size_t bytes) {
  for (size_t i = 0; i + sizeof(T) <= bytes; i += sizeof(T)) {
    const T v = load_le<T>(from + i);
    std::memcpy(to + i, &v, sizeof v);
  }
}

// Vectors are in memory order on every host.
void copy_elements(uint8_t* to, const uint8_t* from, size_t bytes, uint32_t size) {
  if (host_is_little_endian || size == 1 || size == 16) std::memcpy(to, from, bytes);
  else if (size == 2) copy_from_le<uint16_t>(to, from, bytes);
  else if (size == 4) copy_from_le<uint32_t>(to, from, bytes);
  else copy_from_le<uint64_t>(to, from, bytes);
}

Trap copy_data(Instance& instance, const RuntimeType* t, uint32_t data, GcRef array, uint32_t at,
               uint32_t offset, uint32_t n) {
  const uint32_t size = t->fields[0].size;
  uint8_t* to = instance.store().heap().array_data(array) + uint64_t{at} * size;
  const uint8_t* from = data_bytes(instance, data).data() + offset;
  return in_chunks(instance.store(), uint64_t{n} * size,
                   [&](uint64_t i, size_t k) { copy_elements(to + i, from + i, k, size); });
}

Trap copy_elems(Instance& instance, const RuntimeType* t, uint32_t elem, GcRef array, uint32_t at,
                uint32_t offset, uint32_t n) {
  gc::Heap& heap = instance.store().heap();
  const FieldLayout& f = t->fields[0];
  return in_chunks(
      instance.store(), n,
      [&](uint64_t i, size_t k) {
        for (size_t j = 0; j < k; ++j) {
          const Slot v[2] = {elem_entry(instance, elem, offset + i + j), 0};
          heap.store_field(array, static_cast<uint32_t>(gc::header_bytes + (at + i + j) * f.size),
                           f, v);
        }
      },
      chunk_bytes / sizeof(Slot));
}

Trap new_array(Instance& instance, const RuntimeType* t, uint32_t n, GcRef& out) {
  out = instance.store().heap().new_array(t, n);
  return out != 0 ? Trap::none : instance.store().set_trap(Trap::out_of_memory);
}

bool struct_or_array_matches(Store& store, GcRef r, const RuntimeType* target) {
  const gc::Header& h = store.heap().header(r);
  if (h.type_id < gc::first_type_id) return false;
  return h.type_id == target->id || store.heap().type(r)->is_subtype_of(target);
}

bool any_matches(Store& store, GcRef r, Heap target) {
  if (target == Heap::any) return true;
  if (gc::is_i31(r)) return target == Heap::i31 || target == Heap::eq;
  if (store.heap().is_host(r)) return false;
  switch (target) {
    case Heap::eq:
      return true;
    case Heap::struct_:
      return store.heap().type(r)->kind == CompositeKind::struct_;
    case Heap::array:
      return store.heap().type(r)->kind == CompositeKind::array;
    default:
      return false;
  }
}

}  // namespace

bool ref_matches(Instance& instance, RefBits ref, wasm::HeapType target) {
  Store& store = instance.store();
  if (target.is_concrete()) {
    const RuntimeType* t = type_of(instance, target.type());
    if (t->kind == CompositeKind::func)
      return reinterpret_cast<const Func*>(static_cast<uintptr_t>(ref))->type->is_subtype_of(t);
    const auto r = static_cast<GcRef>(ref);
    return !gc::is_i31(r) && struct_or_array_matches(store, r, t);
  }
  switch (target.abstract()) {
    case Heap::func:
    case Heap::extern_:
    case Heap::exn:
      return true;
    case Heap::nofunc:
    case Heap::noextern:
    case Heap::noexn:
    case Heap::none:
      return false;
    default:
      return any_matches(store, static_cast<GcRef>(ref), target.abstract());
  }
}

Trap array_new_data(Instance& instance, wasm::TypeId type, uint32_t data, uint32_t offset,
                    uint32_t n, GcRef& out) {
  const RuntimeType* t = type_of(instance, type);
  if (const Trap e = check_data(instance, data, offset, uint64_t{n} * t->fields[0].size);
      e != Trap::none)
    return e;
  if (const Trap e = new_array(instance, t, n, out); e != Trap::none) return e;
  return copy_data(instance, t, data, out, 0, offset, n);
}

Trap array_new_elem(Instance& instance, wasm::TypeId type, uint32_t elem, uint32_t offset,
                    uint32_t n, GcRef& out) {
  const RuntimeType* t = type_of(instance, type);
  if (const Trap e = check_elem(instance, elem, offset, n); e != Trap::none) return e;
  if (const Trap e = new_array(instance, t, n, out); e != Trap::none) return e;
  return copy_elems(instance, t, elem, out, 0, offset, n);
}

Trap array_init_data(Instance& instance, wasm::TypeId type, uint32_t data, GcRef array, uint32_t at,
                     uint32_t offset, uint32_t n) {
  const RuntimeType* t = type_of(instance, type);
  if (const Trap e = check_array(instance, array, at, n); e != Trap::none) return e;
  if (const Trap e = check_data(instance, data, offset, uint64_t{n} * t->fields[0].size);
      e != Trap::none)
    return e;
  return copy_data(instance, t, data, array, at, offset, n);
}

Trap array_init_elem(Instance& instance, wasm::TypeId type, uint32_t elem, GcRef array, uint32_t at,
                     uint32_t offset, uint32_t n) {
  if (const Trap e = check_array(instance, array, at, n); e != Trap::none) return e;
  if (const Trap e = check_elem(instance, elem, offset, n); e != Trap::none) return e;
  return copy_elems(instance, type_of(instance, type), elem, array, at, offset, n);
}

Trap array_fill(Instance& instance, wasm::TypeId type, GcRef array, uint32_t at, const Slot* value,
                uint32_t n) {
  if (const Trap e = check_array(instance, array, at, n); e != Trap::none) return e;
  gc::Heap& heap = instance.store().heap();
  const FieldLayout& f = type_of(instance, type)->fields[0];
  return in_chunks(
      instance.store(), n,
      [&](uint64_t i, size_t k) {
        for (size_t j = 0; j < k; ++j)
          heap.store_field(array, static_cast<uint32_t>(gc::header_bytes + (at + i + j) * f.size),
                           f, value);
      },
      chunk_bytes / f.size);
}

Trap array_copy(Instance& instance, wasm::TypeId dst_type, GcRef dst, uint32_t dst_at, GcRef src,
                uint32_t src_at, uint32_t n) {
  if (const Trap e = check_array(instance, dst, dst_at, n); e != Trap::none) return e;
  if (const Trap e = check_array(instance, src, src_at, n); e != Trap::none) return e;
  gc::Heap& heap = instance.store().heap();
  const uint64_t size = type_of(instance, dst_type)->fields[0].size;
  return move_in_chunks(instance.store(), heap.array_data(dst) + dst_at * size,
                        heap.array_data(src) + src_at * size, n * size);
}

}  // namespace nacre::runtime::ops

// SPDX-License-Identifier: Apache-2.0
//
// What is left of an instance's segments at run time. A dropped segment has length zero.
#pragma once

#include "runtime/instance.hpp"

namespace nacre::runtime {

inline Bytes data_bytes(const Instance& instance, uint32_t data) {
  return instance.dropped_datas[data] ? Bytes() : instance.wasm_module().datas[data].bytes;
}

inline uint64_t elem_size(const Instance& instance, uint32_t elem) {
  return instance.dropped_elems[elem] ? 0 : instance.wasm_module().elems[elem].size();
}

// Entry i of a segment; i < elem_size. Entries written as function indices become function
// objects only now.
inline RefBits elem_entry(Instance& instance, uint32_t elem, uint64_t i) {
  const wasm::Elem& segment = instance.wasm_module().elems[elem];
  if (segment.exprs.empty())
    return reinterpret_cast<uintptr_t>(instance.func(segment.funcs[static_cast<size_t>(i)]));
  return instance.elem_values[elem][static_cast<size_t>(i)];
}

// Entries [from, from + n) of a segment, likewise.
void elem_entries(Instance& instance, uint32_t elem, uint64_t from, size_t n, RefBits* out);

void drop_elem(Instance& instance, uint32_t elem);
void drop_data(Instance& instance, uint32_t data);

}  // namespace nacre::runtime

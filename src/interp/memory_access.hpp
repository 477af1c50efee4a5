// SPDX-License-Identifier: Apache-2.0
//
// Bounds checks of loads and stores, shared by scalar, vector and atomic handlers.
#pragma once

#include "base/bytes.hpp"
#include "interp/handler_tables.hpp"

namespace nacre::interp {

// Declares `where`, the host address of the access, or goes to the fault handler.
#define NACRE_NEAR_ACCESS(M, address, end_offset)                     \
  const uint64_t end = static_cast<uint64_t>(address) + (end_offset); \
  if (NACRE_UNLIKELY(end > len)) {                                    \
    ex->fault_end = end;                                              \
    ex->fault_size = sizeof(M);                                       \
    NACRE_CHAIN(memory_fault);                                        \
  }                                                                   \
  uint8_t* const where = mem + static_cast<size_t>(end - sizeof(M))

// The same for any memory: `at` points at the offset (two words) and the memory's index.
struct FarPlace {
  uint8_t* where;
  uint64_t end;
};
NACRE_INLINE FarPlace far_place(const Exec* ex, uint64_t address, const Word* at, unsigned size) {
  runtime::Memory* memory = ex->instance->vm.memories[at[2]];
  const uint64_t start = address + load_u64(at);
  const uint64_t end = start + size;
  // A start beyond 64 bits is told as the last address there is.
  if (NACRE_UNLIKELY(start < address)) return {nullptr, ~uint64_t{0} + size};
  if (NACRE_UNLIKELY(end < start)) return {nullptr, end};
  if (NACRE_UNLIKELY(end > memory->length) && (!memory->shared() || end > memory->current_length()))
    return {nullptr, end};
  return {memory->base + static_cast<size_t>(start), end};
}

#define NACRE_FAR_ACCESS(M, address, at)                        \
  const FarPlace place = far_place(ex, address, at, sizeof(M)); \
  if (NACRE_UNLIKELY(place.where == nullptr)) {                 \
    ex->fault_end = place.end;                                  \
    ex->fault_size = sizeof(M);                                 \
    ex->fault_memory = (at)[2];                                 \
    NACRE_CHAIN(far_fault);                                     \
  }                                                             \
  uint8_t* const where = place.where

// The wrapping sum of two i32 operands that start at `at`.
template <Shape A>
NACRE_INLINE uint32_t sum_address(const Word* at, const Slot* fp, uint64_t acc) {
  constexpr Cls x = first_class(A), y = second_class(A);
  const uint32_t a = fetch<uint32_t, 'i', x>(at, fp, acc, 0, 0, Vec{});
  return a + fetch<uint32_t, 'i', y>(at + operand_words<x, uint32_t>(), fp, acc, 0, 0, Vec{});
}
template <Shape A>
constexpr unsigned sum_words() {
  return operand_words<first_class(A), uint32_t>() + operand_words<second_class(A), uint32_t>();
}

Pair simd_load_sum(Op op, Shape address);
Handler simd_store_sum(Op op, Shape address, Cls value);
Pair simd_load(Op op, Cls address);
Handler simd_store(Op op, Cls address, Cls value);
Pair simd_far_load(Op op);
Handler simd_far_store(Op op);

}  // namespace nacre::interp

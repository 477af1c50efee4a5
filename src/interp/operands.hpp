// SPDX-License-Identifier: Apache-2.0
//
// How a handler finds its operands and leaves its result. A handler is a template over operand
// classes: S (a slot), A (the accumulator of the operand's type), K (a constant in the code).
// Letters are those of opcodes.def's signatures: i l f d v, and r for a reference.
//
// Every handler with a result puts it into the accumulator; one with ToSlot also stores it.
// The translator first assumes the former and patches when it turns out to need the latter.
#pragma once

#include <tuple>
#include <type_traits>

#include "base/num.hpp"
#include "interp/dispatch.hpp"
#include "interp/exec.hpp"

namespace nacre::interp {

enum class Cls : uint8_t { S, A, K };

NACRE_INLINE void* slot_ptr(const Slot* fp, Word offset) {
  return const_cast<char*>(reinterpret_cast<const char*>(fp) + offset);
}

NACRE_INLINE uint64_t read_slot(const Slot* fp, Word offset) {
  uint64_t v;
  std::memcpy(&v, slot_ptr(fp, offset), 8);
  return v;
}

NACRE_INLINE void write_slot(Slot* fp, Word offset, uint64_t v) {
  std::memcpy(slot_ptr(fp, offset), &v, 8);
}

// The slot as a T: four-byte values are the low half.
template <class T>
NACRE_INLINE T read_slot_as(const Slot* fp, Word offset) {
  T v;
  const size_t skip = sizeof(T) == 4 && !host_is_little_endian ? 4 : 0;
  std::memcpy(&v, static_cast<char*>(slot_ptr(fp, offset)) + skip, sizeof v);
  return v;
}

template <class T>
NACRE_INLINE uint64_t to_slot_bits(T v) {
  if constexpr (sizeof(T) == 4) return std::bit_cast<uint32_t>(v);
  else return std::bit_cast<uint64_t>(v);
}

template <class T>
constexpr unsigned const_words() {
  return sizeof(T) / sizeof(Word);  // NOLINT(bugprone-sizeof-expression): a T may be one Word
}

template <Cls C, class T>
constexpr unsigned operand_words() {
  return C == Cls::S ? 1 : C == Cls::A ? 0 : const_words<T>();
}

template <class T>
NACRE_INLINE T read_const(const Word* at) {
  T v;
  if constexpr (sizeof(T) == 4) v = std::bit_cast<T>(at[0]);
  else if constexpr (sizeof(T) == 8) v = std::bit_cast<T>(load_u64(at));
  else std::memcpy(&v, at, sizeof v);
  return v;
}

template <class T, char L>
NACRE_INLINE T read_acc(uint64_t acc, float facc, double dacc, Vec vacc) {
  if constexpr (L == 'i' || L == 'l' || L == 'r') return static_cast<T>(acc);
  else if constexpr (L == 'f') return std::bit_cast<T>(facc);
  else if constexpr (L == 'd') return std::bit_cast<T>(dacc);
  else return std::bit_cast<T>(vacc);
}

template <class T, char L, Cls C>
NACRE_INLINE T fetch(const Word* at, const Slot* fp, uint64_t acc, float facc, double dacc,
                     Vec vacc) {
  if constexpr (C == Cls::S) return read_slot_as<T>(fp, at[0]);
  else if constexpr (C == Cls::K) return read_const<T>(at);
  else return read_acc<T, L>(acc, facc, dacc, vacc);
}

template <char L, bool ToSlot, class T>
NACRE_INLINE void deliver(const Word* dst, Slot* fp, T v, uint64_t& acc, float& facc, double& dacc,
                          Vec& vacc) {
  if constexpr (L == 'v') {
    vacc = std::bit_cast<Vec>(v);
    if constexpr (ToSlot) std::memcpy(slot_ptr(fp, dst[0]), &v, sizeof v);
  } else {
    if constexpr (L == 'f') facc = std::bit_cast<float>(v);
    else if constexpr (L == 'd') dacc = std::bit_cast<double>(v);
    else acc = to_slot_bits(v);
    if constexpr (ToSlot && L == 'd') std::memcpy(slot_ptr(fp, dst[0]), &v, sizeof v);
    else if constexpr (ToSlot) write_slot(fp, dst[0], to_slot_bits(v));
  }
}

#define NACRE_FETCH(T, L, C, at) fetch<T, L, C>(at, fp, acc, facc, dacc, vacc)
#define NACRE_DELIVER(L, ToSlot, dst, v) deliver<L, ToSlot>(dst, fp, v, acc, facc, dacc, vacc)
#define NACRE_RAISE(t)       \
  do {                       \
    ex->trap = (t);          \
    NACRE_CHAIN(raise_trap); \
  } while (false)

// The same, with what the trap's report says: an index or address, a size, a length.
#define NACRE_RAISE_WITH(t, address, size, bound)                    \
  do {                                                               \
    ex->trap = ex->store->set_trap((t), (address), (size), (bound)); \
    NACRE_CHAIN(raise_trap);                                         \
  } while (false)

// Result and operands of a meaning function.
template <class F>
struct Meaning;
template <class R, class... A>
struct Meaning<R (*)(A...)> {
  using Result = R;
  static constexpr size_t arity = sizeof...(A);
  template <size_t I>
  using Arg = std::decay_t<std::tuple_element_t<I, std::tuple<A..., void*>>>;
};
template <class R, class... A>
struct Meaning<R (*)(A...) noexcept> : Meaning<R (*)(A...)> {};

}  // namespace nacre::interp

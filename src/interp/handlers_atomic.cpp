// SPDX-License-Identifier: Apache-2.0
//
// Atomic accesses. Memory is little-endian: on a big-endian host values are reversed around an
// exchange, and additions become compare-and-exchange loops.
#include "interp/memory_access.hpp"

namespace nacre::interp {
namespace {

enum class Rmw { add, sub, and_, or_, xor_, xchg };

// Between memory order and number.
template <class T>
NACRE_INLINE T in_memory(T v) {
  if constexpr (host_is_little_endian || sizeof(T) == 1) return v;
  else return byte_swap(v);
}

template <class T>
NACRE_INLINE T* cell(uint8_t* where) {
  return reinterpret_cast<T*>(where);
}

template <class T>
T atomic_load(uint8_t* where) {
  return in_memory(__atomic_load_n(cell<T>(where), __ATOMIC_SEQ_CST));
}

template <class T>
void atomic_store(uint8_t* where, T v) {
  __atomic_store_n(cell<T>(where), in_memory(v), __ATOMIC_SEQ_CST);
}

template <class T>
T compare_exchange(uint8_t* where, T expected, T replacement) {
  // Through memory: GCC for riscv64 before 14 compares a truncated value with its upper half
  // still in the register (GCC bug 114130).
  volatile T hidden = in_memory(expected);
  T e = hidden;
  __atomic_compare_exchange_n(cell<T>(where), &e, in_memory(replacement), false, __ATOMIC_SEQ_CST,
                              __ATOMIC_SEQ_CST);
  return in_memory(e);
}

template <Rmw R, class T>
T apply(T old, T v) {
  if constexpr (R == Rmw::add) return static_cast<T>(old + v);
  else if constexpr (R == Rmw::sub) return static_cast<T>(old - v);
  else if constexpr (R == Rmw::and_) return static_cast<T>(old & v);
  else if constexpr (R == Rmw::or_) return static_cast<T>(old | v);
  else if constexpr (R == Rmw::xor_) return static_cast<T>(old ^ v);
  else return v;
}

template <Rmw R, class T>
T read_modify_write(uint8_t* where, T v) {
  T old = atomic_load<T>(where);
  for (;;) {
    const T seen = compare_exchange<T>(where, old, apply<R>(old, v));
    if (seen == old) return old;
    old = seen;
  }
}

#define NACRE_ATOMIC_ACCESS(T, address, at)                                   \
  if (NACRE_UNLIKELY((((address) + load_u64(at)) & (sizeof(T) - 1)) != 0 &&   \
                     far_place(ex, address, at, sizeof(T)).where != nullptr)) \
    NACRE_RAISE(Trap::unaligned_atomic);                                      \
  NACRE_FAR_ACCESS(T, address, at)

// Layout: handler, dst, address, offset (2), memory.
template <class T>
void load(NACRE_REGS) {
  NACRE_ENTER;
  NACRE_ATOMIC_ACCESS(T, read_slot(fp, pc[ptr_words + 1]), pc + ptr_words + 2);
  write_slot(fp, pc[ptr_words], atomic_load<T>(where));
  pc += ptr_words + 5;
  NACRE_NEXT;
}

// Layout: handler, address, value, offset (2), memory.
template <class T>
void store(NACRE_REGS) {
  NACRE_ENTER;
  NACRE_ATOMIC_ACCESS(T, read_slot(fp, pc[ptr_words]), pc + ptr_words + 2);
  atomic_store<T>(where, static_cast<T>(read_slot(fp, pc[ptr_words + 1])));
  pc += ptr_words + 5;
  NACRE_NEXT;
}

// Layout: handler, dst, address, value, offset (2), memory.
template <Rmw R, class T>
void rmw(NACRE_REGS) {
  NACRE_ENTER;
  NACRE_ATOMIC_ACCESS(T, read_slot(fp, pc[ptr_words + 1]), pc + ptr_words + 3);
  write_slot(fp, pc[ptr_words],
             read_modify_write<R, T>(where, static_cast<T>(read_slot(fp, pc[ptr_words + 2]))));
  pc += ptr_words + 6;
  NACRE_NEXT;
}

// Layout: handler, dst, address, expected, replacement, offset (2), memory. A narrow access
// compares with the low part of the expected value.
template <class T>
void cmpxchg(NACRE_REGS) {
  NACRE_ENTER;
  NACRE_ATOMIC_ACCESS(T, read_slot(fp, pc[ptr_words + 1]), pc + ptr_words + 4);
  const T expected = static_cast<T>(read_slot(fp, pc[ptr_words + 2]));
  const T replacement = static_cast<T>(read_slot(fp, pc[ptr_words + 3]));
  write_slot(fp, pc[ptr_words], compare_exchange<T>(where, expected, replacement));
  pc += ptr_words + 7;
  NACRE_NEXT;
}

}  // namespace

Handler atomic_handler(Op op) {
  switch (op) {
    case Op::i32_atomic_load:
    case Op::i64_atomic_load32_u:
      return load<uint32_t>;
    case Op::i64_atomic_load:
      return load<uint64_t>;
    case Op::i32_atomic_load8_u:
    case Op::i64_atomic_load8_u:
      return load<uint8_t>;
    case Op::i32_atomic_load16_u:
    case Op::i64_atomic_load16_u:
      return load<uint16_t>;
    case Op::i32_atomic_store:
    case Op::i64_atomic_store32:
      return store<uint32_t>;
    case Op::i64_atomic_store:
      return store<uint64_t>;
    case Op::i32_atomic_store8:
    case Op::i64_atomic_store8:
      return store<uint8_t>;
    case Op::i32_atomic_store16:
    case Op::i64_atomic_store16:
      return store<uint16_t>;
    case Op::i32_atomic_rmw_cmpxchg:
    case Op::i64_atomic_rmw32_cmpxchg_u:
      return cmpxchg<uint32_t>;
    case Op::i64_atomic_rmw_cmpxchg:
      return cmpxchg<uint64_t>;
    case Op::i32_atomic_rmw8_cmpxchg_u:
    case Op::i64_atomic_rmw8_cmpxchg_u:
      return cmpxchg<uint8_t>;
    case Op::i32_atomic_rmw16_cmpxchg_u:
    case Op::i64_atomic_rmw16_cmpxchg_u:
      return cmpxchg<uint16_t>;
#define NACRE_RMW(name, kind)           \
  case Op::i32_atomic_rmw_##name:       \
  case Op::i64_atomic_rmw32_##name##_u: \
    return rmw<kind, uint32_t>;         \
  case Op::i64_atomic_rmw_##name:       \
    return rmw<kind, uint64_t>;         \
  case Op::i32_atomic_rmw8_##name##_u:  \
  case Op::i64_atomic_rmw8_##name##_u:  \
    return rmw<kind, uint8_t>;          \
  case Op::i32_atomic_rmw16_##name##_u: \
  case Op::i64_atomic_rmw16_##name##_u: \
    return rmw<kind, uint16_t>;
      NACRE_RMW(add, Rmw::add)
      NACRE_RMW(sub, Rmw::sub)
      NACRE_RMW(and, Rmw::and_)
      NACRE_RMW(or, Rmw::or_)
      NACRE_RMW(xor, Rmw::xor_)
      NACRE_RMW(xchg, Rmw::xchg)
#undef NACRE_RMW
    default:
      return nullptr;
  }
}

}  // namespace nacre::interp

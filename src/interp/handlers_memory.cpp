// SPDX-License-Identifier: Apache-2.0
//
// Loads and stores. The usual ones access memory 0 by a 32-bit address; `offset + size` is one
// 32-bit constant in the code, so the check is one addition and one comparison that cannot
// wrap. All others (several memories, 64-bit addresses, huge offsets) are "far".
#include "interp/memory_access.hpp"

namespace nacre::interp {
namespace {

// One row per access: what lies in memory, and what it becomes.
template <Op op>
struct Access;
#define NACRE_ACCESS(op, letter, Stored, Value) \
  template <>                                   \
  struct Access<Op::op> {                       \
    using M = Stored;                           \
    using V = Value;                            \
    static constexpr char l = letter;           \
  }
NACRE_ACCESS(i32_load, 'i', uint32_t, uint32_t);
NACRE_ACCESS(i64_load, 'l', uint64_t, uint64_t);
NACRE_ACCESS(f32_load, 'f', float, float);
NACRE_ACCESS(f64_load, 'd', double, double);
NACRE_ACCESS(i32_load8_s, 'i', int8_t, uint32_t);
NACRE_ACCESS(i32_load8_u, 'i', uint8_t, uint32_t);
NACRE_ACCESS(i32_load16_s, 'i', int16_t, uint32_t);
NACRE_ACCESS(i32_load16_u, 'i', uint16_t, uint32_t);
NACRE_ACCESS(i64_load8_s, 'l', int8_t, uint64_t);
NACRE_ACCESS(i64_load8_u, 'l', uint8_t, uint64_t);
NACRE_ACCESS(i64_load16_s, 'l', int16_t, uint64_t);
NACRE_ACCESS(i64_load16_u, 'l', uint16_t, uint64_t);
NACRE_ACCESS(i64_load32_s, 'l', int32_t, uint64_t);
NACRE_ACCESS(i64_load32_u, 'l', uint32_t, uint64_t);
NACRE_ACCESS(i32_store, 'i', uint32_t, uint32_t);
NACRE_ACCESS(i64_store, 'l', uint64_t, uint64_t);
NACRE_ACCESS(f32_store, 'f', float, float);
NACRE_ACCESS(f64_store, 'd', double, double);
NACRE_ACCESS(i32_store8, 'i', uint8_t, uint32_t);
NACRE_ACCESS(i32_store16, 'i', uint16_t, uint32_t);
NACRE_ACCESS(i64_store8, 'l', uint8_t, uint64_t);
NACRE_ACCESS(i64_store16, 'l', uint16_t, uint64_t);
NACRE_ACCESS(i64_store32, 'l', uint32_t, uint64_t);
#undef NACRE_ACCESS

// clang-format off
#define NACRE_LOADS(X) \
  X(i32_load) X(i64_load) X(f32_load) X(f64_load) X(i32_load8_s) X(i32_load8_u) \
  X(i32_load16_s) X(i32_load16_u) X(i64_load8_s) X(i64_load8_u) X(i64_load16_s) \
  X(i64_load16_u) X(i64_load32_s) X(i64_load32_u)
// clang-format on
// clang-format off
#define NACRE_STORES(X) \
  X(i32_store) X(i64_store) X(f32_store) X(f64_store) X(i32_store8) X(i32_store16) \
  X(i64_store8) X(i64_store16) X(i64_store32)
// clang-format on

template <Op op, Cls Address, bool ToSlot>
void load(NACRE_REGS) {
  NACRE_ENTER;
  using M = typename Access<op>::M;
  using V = typename Access<op>::V;
  constexpr unsigned at = ptr_words + 1 + operand_words<Address, uint32_t>();
  const uint32_t address = NACRE_FETCH(uint32_t, 'i', Address, pc + ptr_words + 1);
  NACRE_NEAR_ACCESS(M, address, pc[at]);
  NACRE_DELIVER(Access<op>::l, ToSlot, pc + ptr_words, static_cast<V>(load_le<M>(where)));
  pc += at + 1;
  NACRE_NEXT;
}

template <Op op, Cls Address, Cls Value>
void store(NACRE_REGS) {
  NACRE_ENTER;
  using M = typename Access<op>::M;
  using V = typename Access<op>::V;
  constexpr unsigned at_value = ptr_words + operand_words<Address, uint32_t>();
  constexpr unsigned at = at_value + operand_words<Value, V>();
  const uint32_t address = NACRE_FETCH(uint32_t, 'i', Address, pc + ptr_words);
  const V value = NACRE_FETCH(V, Access<op>::l, Value, pc + at_value);
  NACRE_NEAR_ACCESS(M, address, pc[at]);
  store_le<M>(where, static_cast<M>(value));
  pc += at + 1;
  NACRE_NEXT;
}

template <Op op, Shape A, bool ToSlot>
void load_sum(NACRE_REGS) {
  NACRE_ENTER;
  using M = typename Access<op>::M;
  using V = typename Access<op>::V;
  constexpr unsigned at = ptr_words + 1 + sum_words<A>();
  const uint32_t address = sum_address<A>(pc + ptr_words + 1, fp, acc);
  NACRE_NEAR_ACCESS(M, address, pc[at]);
  NACRE_DELIVER(Access<op>::l, ToSlot, pc + ptr_words, static_cast<V>(load_le<M>(where)));
  pc += at + 1;
  NACRE_NEXT;
}

template <Op op, Shape A, Cls Value>
void store_sum(NACRE_REGS) {
  NACRE_ENTER;
  using M = typename Access<op>::M;
  using V = typename Access<op>::V;
  constexpr unsigned at_value = ptr_words + sum_words<A>();
  constexpr unsigned at = at_value + operand_words<Value, V>();
  const uint32_t address = sum_address<A>(pc + ptr_words, fp, acc);
  const V value = NACRE_FETCH(V, Access<op>::l, Value, pc + at_value);
  NACRE_NEAR_ACCESS(M, address, pc[at]);
  store_le<M>(where, static_cast<M>(value));
  pc += at + 1;
  NACRE_NEXT;
}

template <Op op, bool ToSlot>
void load_far(NACRE_REGS) {
  NACRE_ENTER;
  using M = typename Access<op>::M;
  using V = typename Access<op>::V;
  NACRE_FAR_ACCESS(M, read_slot(fp, pc[ptr_words + 1]), pc + ptr_words + 2);
  NACRE_DELIVER(Access<op>::l, ToSlot, pc + ptr_words, static_cast<V>(load_le<M>(where)));
  pc += ptr_words + 5;
  NACRE_NEXT;
}

template <Op op>
void store_far(NACRE_REGS) {
  NACRE_ENTER;
  using M = typename Access<op>::M;
  using V = typename Access<op>::V;
  NACRE_FAR_ACCESS(M, read_slot(fp, pc[ptr_words]), pc + ptr_words + 2);
  store_le<M>(where, static_cast<M>(read_slot_as<V>(fp, pc[ptr_words + 1])));
  pc += ptr_words + 5;
  NACRE_NEXT;
}

template <Op op>
Pair load_by_class(Cls address) {
  switch (address) {
    case Cls::S:
      return {load<op, Cls::S, false>, load<op, Cls::S, true>};
    case Cls::A:
      return {load<op, Cls::A, false>, load<op, Cls::A, true>};
    case Cls::K:
      return {load<op, Cls::K, false>, load<op, Cls::K, true>};
  }
  return {};
}

template <Op op, Cls Address>
Handler store_by_value(Cls value) {
  switch (value) {
    case Cls::S:
      return store<op, Address, Cls::S>;
    case Cls::A:
      return store<op, Address, Cls::A>;
    case Cls::K:
      return store<op, Address, Cls::K>;
  }
  return nullptr;
}

template <Op op>
Handler store_by_class(Cls address, Cls value) {
  switch (address) {
    case Cls::S:
      return store_by_value<op, Cls::S>(value);
    case Cls::A:
      return store_by_value<op, Cls::A>(value);
    case Cls::K:
      return store_by_value<op, Cls::K>(value);
  }
  return nullptr;
}

template <Op op, Shape A>
Pair load_sum_pair() {
  return {load_sum<op, A, false>, load_sum<op, A, true>};
}

template <Op op>
Pair load_sum_by_shape(Shape address) {
  switch (address) {
    case Shape::SS:
      return load_sum_pair<op, Shape::SS>();
    case Shape::SA:
      return load_sum_pair<op, Shape::SA>();
    case Shape::SK:
      return load_sum_pair<op, Shape::SK>();
    case Shape::AK:
      return load_sum_pair<op, Shape::AK>();
    default:
      return {};
  }
}

template <Op op, Shape A>
Handler store_sum_by_value(Cls value) {
  if (value == Cls::S) return store_sum<op, A, Cls::S>;
  if (value == Cls::K) return store_sum<op, A, Cls::K>;
  if constexpr (Access<op>::l == 'f' || Access<op>::l == 'd') return store_sum<op, A, Cls::A>;
  return nullptr;
}

template <Op op>
Handler store_sum_by_shape(Shape address, Cls value) {
  switch (address) {
    case Shape::SS:
      return store_sum_by_value<op, Shape::SS>(value);
    case Shape::SA:
      return store_sum_by_value<op, Shape::SA>(value);
    case Shape::SK:
      return store_sum_by_value<op, Shape::SK>(value);
    case Shape::AK:
      return store_sum_by_value<op, Shape::AK>(value);
    default:
      return nullptr;
  }
}

}  // namespace

Pair load_sum_handler(Op op, Shape address) {
  switch (op) {
#define X(name)  \
  case Op::name: \
    return load_sum_by_shape<Op::name>(address);
    NACRE_LOADS(X)
#undef X
    default:
      return simd_load_sum(op, address);
  }
}

Handler store_sum_handler(Op op, Shape address, Cls value) {
  switch (op) {
#define X(name)  \
  case Op::name: \
    return store_sum_by_shape<Op::name>(address, value);
    NACRE_STORES(X)
#undef X
    default:
      return simd_store_sum(op, address, value);
  }
}

Pair scalar_load(Op op, Cls address) {
  switch (op) {
#define X(name)  \
  case Op::name: \
    return load_by_class<Op::name>(address);
    NACRE_LOADS(X)
#undef X
    default:
      return {};
  }
}

Handler scalar_store(Op op, Cls address, Cls value) {
  switch (op) {
#define X(name)  \
  case Op::name: \
    return store_by_class<Op::name>(address, value);
    NACRE_STORES(X)
#undef X
    default:
      return nullptr;
  }
}

Pair scalar_far_load(Op op) {
  switch (op) {
#define X(name)  \
  case Op::name: \
    return {load_far<Op::name, false>, load_far<Op::name, true>};
    NACRE_LOADS(X)
#undef X
    default:
      return {};
  }
}

Handler scalar_far_store(Op op) {
  switch (op) {
#define X(name)  \
  case Op::name: \
    return store_far<Op::name>;
    NACRE_STORES(X)
#undef X
    default:
      return nullptr;
  }
}

Pair load_handler(Op op, Cls address) {
  const Pair p = scalar_load(op, address);
  return p.acc != nullptr ? p : simd_load(op, address);
}
Handler store_handler(Op op, Cls address, Cls value) {
  const Handler h = scalar_store(op, address, value);
  return h != nullptr ? h : simd_store(op, address, value);
}
Pair far_load(Op op) {
  const Pair p = scalar_far_load(op);
  return p.acc != nullptr ? p : simd_far_load(op);
}
Handler far_store(Op op) {
  const Handler h = scalar_far_store(op);
  return h != nullptr ? h : simd_far_store(op);
}

}  // namespace nacre::interp

// SPDX-License-Identifier: Apache-2.0
//
// Handlers that move values: copies, constants, globals, select.
#include "interp/handler_tables.hpp"

namespace nacre::interp {
namespace {

template <char L>
using TypeOf = std::conditional_t<
    L == 'i', uint32_t,
    std::conditional_t<
        L == 'f', float,
        std::conditional_t<L == 'd', double, std::conditional_t<L == 'v', V128, uint64_t>>>>;

// Copies leave the accumulators alone.
void copy_64(NACRE_REGS) {
  NACRE_ENTER;
  write_slot(fp, pc[ptr_words], read_slot(fp, pc[ptr_words + 1]));
  pc += ptr_words + 2;
  NACRE_NEXT;
}

void copy_128(NACRE_REGS) {
  NACRE_ENTER;
  const V128 v = read_slot_as<V128>(fp, pc[ptr_words + 1]);
  std::memcpy(slot_ptr(fp, pc[ptr_words]), &v, sizeof v);
  pc += ptr_words + 2;
  NACRE_NEXT;
}

template <char L>
void copy_from_acc(NACRE_REGS) {
  NACRE_ENTER;
  const auto v = read_acc<TypeOf<L>, L>(acc, facc, dacc, vacc);
  if constexpr (L == 'v' || L == 'd') std::memcpy(slot_ptr(fp, pc[ptr_words]), &v, sizeof v);
  else write_slot(fp, pc[ptr_words], to_slot_bits(v));
  pc += ptr_words + 1;
  NACRE_NEXT;
}

void copy_const_64(NACRE_REGS) {
  NACRE_ENTER;
  write_slot(fp, pc[ptr_words], load_u64(pc + ptr_words + 1));
  pc += ptr_words + 3;
  NACRE_NEXT;
}

void copy_const_128(NACRE_REGS) {
  NACRE_ENTER;
  std::memcpy(slot_ptr(fp, pc[ptr_words]), pc + ptr_words + 1, 16);
  pc += ptr_words + 5;
  NACRE_NEXT;
}

// Constants in code are words of the host's order, except that a v128 is its bytes.
template <char L, bool ToSlot>
void constant(NACRE_REGS) {
  NACRE_ENTER;
  const auto v = read_const<TypeOf<L>>(pc + ptr_words + 1);
  NACRE_DELIVER(L, ToSlot, pc + ptr_words, v);
  pc += ptr_words + 1 + const_words<TypeOf<L>>();
  NACRE_NEXT;
}

void copy_slots(NACRE_REGS) {
  NACRE_ENTER;
  Slot* to = static_cast<Slot*>(slot_ptr(fp, pc[ptr_words]));
  const Slot* from = static_cast<const Slot*>(slot_ptr(fp, pc[ptr_words + 1]));
  // Downwards in memory; the two may overlap.
  for (uint32_t n = pc[ptr_words + 2]; n != 0; --n) {
    *to++ = *from++;
    keep_loop();
  }
  pc += ptr_words + 3;
  NACRE_NEXT;
}

template <char L, bool ToSlot>
void get_global(NACRE_REGS) {
  NACRE_ENTER;
  const Slot* value = ex->globals[pc[ptr_words + 1]];
  // A reference only goes to its slot: the translator counts on the accumulator being as it was.
  if constexpr (L == 'r') write_slot(fp, pc[ptr_words], value[0]);
  else NACRE_DELIVER(L, ToSlot, pc + ptr_words, (read_slot_as<TypeOf<L>>(value, 0)));
  pc += ptr_words + 2;
  NACRE_NEXT;
}

template <char L, Cls C>
void set_global(NACRE_REGS) {
  NACRE_ENTER;
  using T = TypeOf<L>;
  const T v = NACRE_FETCH(T, L, C, pc + ptr_words + 1);
  Slot* value = ex->globals[pc[ptr_words]];
  if constexpr (L == 'v') std::memcpy(value, &v, sizeof v);
  else value[0] = to_slot_bits(v);
  pc += ptr_words + 1 + operand_words<C, T>();
  NACRE_NEXT;
}

template <char L, Cls C, Cls A, Cls B, bool ToSlot>
void select(NACRE_REGS) {
  NACRE_ENTER;
  using T = TypeOf<L>;
  constexpr unsigned at_c = ptr_words + 1, at_a = at_c + operand_words<C, uint32_t>();
  constexpr unsigned at_b = at_a + operand_words<A, T>();
  const uint32_t condition = NACRE_FETCH(uint32_t, 'i', C, pc + at_c);
  const T a = NACRE_FETCH(T, L, A, pc + at_a);
  const T b = NACRE_FETCH(T, L, B, pc + at_b);
  if constexpr (L == 'v') {
    // By masks, so that nothing has to live in memory.
    const uint64_t mask = condition != 0 ? ~uint64_t{0} : 0;
    const auto x = std::bit_cast<std::array<uint64_t, 2>>(a),
               y = std::bit_cast<std::array<uint64_t, 2>>(b);
    const std::array<uint64_t, 2> r{(x[0] & mask) | (y[0] & ~mask), (x[1] & mask) | (y[1] & ~mask)};
    NACRE_DELIVER(L, ToSlot, pc + ptr_words, std::bit_cast<V128>(r));
  } else {
    const T r = condition != 0 ? a : b;
    NACRE_DELIVER(L, ToSlot, pc + ptr_words, r);
  }
  pc += at_b + operand_words<B, T>();
  NACRE_NEXT;
}

template <char L, Cls C>
Pair select_by_values(Cls a, Cls b) {
  if (a == Cls::S && b == Cls::S)
    return {select<L, C, Cls::S, Cls::S, false>, select<L, C, Cls::S, Cls::S, true>};
  if constexpr (L != 'v') {
    if (a == Cls::S && b == Cls::K)
      return {select<L, C, Cls::S, Cls::K, false>, select<L, C, Cls::S, Cls::K, true>};
    if (a == Cls::K && b == Cls::S)
      return {select<L, C, Cls::K, Cls::S, false>, select<L, C, Cls::K, Cls::S, true>};
    if (a == Cls::K && b == Cls::K)
      return {select<L, C, Cls::K, Cls::K, false>, select<L, C, Cls::K, Cls::K, true>};
  }
  return {};
}

template <char L>
Pair select_by_condition(Cls condition, Cls a, Cls b) {
  if (condition == Cls::S) return select_by_values<L, Cls::S>(a, b);
  if (condition == Cls::A) return select_by_values<L, Cls::A>(a, b);
  return {};
}

}  // namespace

Handler copy_slot(char letter) { return letter == 'v' ? copy_128 : copy_64; }

Handler copy_acc(char letter) {
  switch (letter) {
    case 'l':
      return copy_from_acc<'l'>;
    case 'f':
      return copy_from_acc<'f'>;
    case 'd':
      return copy_from_acc<'d'>;
    case 'v':
      return copy_from_acc<'v'>;
    default:
      return nullptr;
  }
}

Handler copy_const(char letter) { return letter == 'v' ? copy_const_128 : copy_const_64; }

Pair load_const(char letter) {
  switch (letter) {
    case 'i':
      return {constant<'i', false>, constant<'i', true>};
    case 'l':
      return {constant<'l', false>, constant<'l', true>};
    case 'f':
      return {constant<'f', false>, constant<'f', true>};
    case 'd':
      return {constant<'d', false>, constant<'d', true>};
    case 'v':
      return {constant<'v', false>, constant<'v', true>};
    default:
      return {};
  }
}

Handler copy_block() { return copy_slots; }

Pair select_plain(char letter, Cls condition, Cls a, Cls b) {
  switch (letter) {
    case 'l':
      return select_by_condition<'l'>(condition, a, b);
    case 'f':
      return select_by_condition<'f'>(condition, a, b);
    case 'd':
      return select_by_condition<'d'>(condition, a, b);
    case 'v':
      return select_by_condition<'v'>(condition, a, b);
    default:
      return {};
  }
}

Pair global_get(char letter) {
  switch (letter) {
    case 'l':
      return {get_global<'l', false>, get_global<'l', true>};
    case 'f':
      return {get_global<'f', false>, get_global<'f', true>};
    case 'd':
      return {get_global<'d', false>, get_global<'d', true>};
    case 'v':
      return {get_global<'v', false>, get_global<'v', true>};
    default:
      return {nullptr, get_global<'r', true>};
  }
}

Handler global_set(char letter, Cls value) {
  if (value == Cls::K) return nullptr;
  const bool from_acc = value == Cls::A;
  switch (letter) {
    case 'l':
      return from_acc ? set_global<'l', Cls::A> : set_global<'l', Cls::S>;
    case 'f':
      return from_acc ? set_global<'f', Cls::A> : set_global<'f', Cls::S>;
    case 'd':
      return from_acc ? set_global<'d', Cls::A> : set_global<'d', Cls::S>;
    case 'v':
      return from_acc ? set_global<'v', Cls::A> : set_global<'v', Cls::S>;
    default:
      return from_acc ? nullptr : set_global<'r', Cls::S>;
  }
}

}  // namespace nacre::interp

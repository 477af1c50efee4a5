// SPDX-License-Identifier: Apache-2.0
//
// Part of function_validator.hpp: the instructions whose type opcodes.def gives. Each arm of
// the driver's switch instantiates regular<op>, which reads the row at compile time and
// chooses the consumer's handler by immediate, traits and signature; nothing is listed by name
// but where rows of one shape mean different things (atomic.notify).
#pragma once

#include "validate/function_validator.hpp"

namespace nacre::validate {

namespace detail {

constexpr ValType letter_type(char letter) {
  switch (letter) {
    case 'i':
      return wasm::i32_type;
    case 'l':
      return wasm::i64_type;
    case 'f':
      return wasm::f32_type;
    case 'd':
      return wasm::f64_type;
    case 'v':
      return wasm::v128_type;
    default:
      return ValType();
  }
}

// The n-th operand's type; `a` stands for itself elsewhere.
template <Op op, size_t n>
inline constexpr ValType operand = letter_type(wasm::operand_letters(op)[n]);
template <Op op>
constexpr ValType result_type() {
  return letter_type(wasm::result_letters(op)[0]);
}

// The number of lanes in a shape, from the row's text: "i8x16.replace_lane" has 16.
template <Op op>
constexpr unsigned shape_lanes() {
  unsigned lanes = 0;
  const char* text = wasm::op_info(op).text;
  while (*text != 'x') ++text;
  for (++text; *text != '.'; ++text) lanes = lanes * 10 + static_cast<unsigned>(*text - '0');
  return lanes;
}

}  // namespace detail

template <class C>
template <Op op>
NACRE_INLINE void FunctionValidator<C>::regular() {
  using wasm::Imm;
  constexpr Imm imm = wasm::op_info(op).imm;
  if constexpr (imm == Imm::none) {
    if constexpr (wasm::result_letters(op).size() == 2) wide<op>();
    else numeric<op>();
  } else if constexpr (imm == Imm::i32 || imm == Imm::i64 || imm == Imm::f32 || imm == Imm::f64) {
    constexpr ValType type = detail::result_type<op>();
    push(type, live_ ? consumer_.constant(type, in_.bits) : Value{});
  } else if constexpr (imm == Imm::v128) {
    V128 bits;
    std::copy(in_.bytes, in_.bytes + 16, bits.bytes);
    push(wasm::v128_type, live_ ? consumer_.constant_v128(bits) : Value{});
  } else if constexpr (imm == Imm::lane) {
    lane_access<op>();
  } else if constexpr (imm == Imm::shuffle) {
    shuffle();
  } else if constexpr (imm == Imm::memarg) {
    memory_access<op>();
  } else if constexpr (imm == Imm::memarg_lane) {
    memory_lane<op>();
  } else {
    static_assert(imm == Imm::memory);
    whole_memory<op>();
  }
}

template <class C>
template <Op op>
NACRE_INLINE void FunctionValidator<C>::numeric() {
  using detail::operand;
  constexpr size_t n = wasm::operand_letters(op).size();
  constexpr ValType result = detail::result_type<op>();
  if constexpr (n == 1) {
    const Value a = pop(operand<op, 0>);
    push(result, live_ ? consumer_.unary(op, a) : Value{});
  } else if constexpr (n == 2) {
    const Value b = pop(operand<op, 1>);
    const Value a = pop(operand<op, 0>);
    push(result, live_ ? consumer_.binary(op, a, b) : Value{});
  } else {
    static_assert(n == 3);
    const Value c = pop(operand<op, 2>);
    const Value b = pop(operand<op, 1>);
    const Value a = pop(operand<op, 0>);
    push(result, live_ ? consumer_.ternary(op, a, b, c) : Value{});
  }
}

// Two or four i64 in, two out.
template <class C>
template <Op op>
NACRE_INLINE void FunctionValidator<C>::wide() {
  constexpr size_t n = wasm::operand_letters(op).size();
  Value in[n], out[2]{};
  for (size_t i = n; i-- > 0;) in[i] = pop(wasm::i64_type);
  if (live_) consumer_.wide(op, std::span<const Value>(in, n), std::span<Value, 2>(out));
  push(wasm::i64_type, out[0]);
  push(wasm::i64_type, out[1]);
}

template <class C>
template <Op op>
NACRE_INLINE void FunctionValidator<C>::lane_access() {
  if (!check_lane(detail::shape_lanes<op>())) return;
  constexpr ValType result = detail::result_type<op>();
  if constexpr (wasm::operand_letters(op).size() == 1) {
    const Value vector = pop(wasm::v128_type);
    push(result, live_ ? consumer_.extract_lane(op, in_.lane, vector) : Value{});
  } else {
    const Value scalar = pop(detail::operand<op, 1>);
    const Value vector = pop(wasm::v128_type);
    push(result, live_ ? consumer_.replace_lane(op, in_.lane, vector, scalar) : Value{});
  }
}

template <class C>
void FunctionValidator<C>::shuffle() {
  V128 lanes;
  std::copy(in_.bytes, in_.bytes + 16, lanes.bytes);
  for (uint8_t lane : lanes.bytes)
    if (lane >= 32) return fail(Fault::lane_index);
  const Value b = pop(wasm::v128_type);
  const Value a = pop(wasm::v128_type);
  push(wasm::v128_type, live_ ? consumer_.shuffle(lanes, a, b) : Value{});
}

template <class C>
template <Op op>
NACRE_INLINE void FunctionValidator<C>::memory_access() {
  constexpr bool atomic = wasm::op_info(op).is(wasm::trait::atomic);
  MemArg m;
  if (!check_memarg(m, wasm::natural_align_log2(op), atomic)) return;
  const ValType address_type = m.is64 ? wasm::i64_type : wasm::i32_type;
  if constexpr (atomic) {
    atomic_access<op>(m, address_type);
  } else if constexpr (wasm::operand_letters(op).size() == 1) {
    const Value address = pop(address_type);
    push(detail::result_type<op>(), live_ ? consumer_.load(op, m, address) : Value{});
  } else {
    const Value value = pop(detail::operand<op, 1>);
    const Value address = pop(address_type);
    if (live_) consumer_.store(op, m, address, value);
  }
}

template <class C>
template <Op op>
NACRE_INLINE void FunctionValidator<C>::memory_lane() {
  MemArg m;
  if (!check_lane(16 / wasm::access_bytes(op)) ||
      !check_memarg(m, wasm::natural_align_log2(op), false))
    return;
  const Value vector = pop(wasm::v128_type);
  const Value address = pop(m.is64 ? wasm::i64_type : wasm::i32_type);
  if constexpr (wasm::result_letters(op).empty()) {
    if (live_) consumer_.store_lane(op, m, in_.lane, address, vector);
  } else {
    push(wasm::v128_type, live_ ? consumer_.load_lane(op, m, in_.lane, address, vector) : Value{});
  }
}

template <class C>
template <Op op>
NACRE_INLINE void FunctionValidator<C>::atomic_access(const MemArg& m, ValType address_type) {
  using detail::operand;
  constexpr size_t n = wasm::operand_letters(op).size();
  constexpr bool writes = wasm::op_info(op).bytes_written() != 0;
  constexpr ValType result =
      wasm::result_letters(op).empty() ? ValType() : detail::result_type<op>();
  if constexpr (n == 1) {
    const Value address = pop(address_type);
    push(result, live_ ? consumer_.atomic_load(op, m, address) : Value{});
  } else if constexpr (n == 2) {
    const Value value = pop(operand<op, 1>);
    const Value address = pop(address_type);
    if constexpr (wasm::result_letters(op).empty()) {
      if (live_) consumer_.atomic_store(op, m, address, value);
    } else if constexpr (op == Op::memory_atomic_notify) {
      push(result, live_ ? consumer_.atomic_notify(m, address, value) : Value{});
    } else {
      push(result, live_ ? consumer_.atomic_rmw(op, m, address, value) : Value{});
    }
  } else {
    const Value last = pop(operand<op, 2>);
    const Value expected = pop(operand<op, 1>);
    const Value address = pop(address_type);
    if constexpr (writes)
      push(result, live_ ? consumer_.atomic_cmpxchg(op, m, address, expected, last) : Value{});
    else push(result, live_ ? consumer_.atomic_wait(op, m, address, expected, last) : Value{});
  }
}

// memory.size, memory.grow, memory.fill.
template <class C>
template <Op op>
NACRE_INLINE void FunctionValidator<C>::whole_memory() {
  const uint32_t memory = in_.index;
  if (!check_memory(memory)) return;
  const ValType index_type = memory_index_type(memory);
  if constexpr (op == Op::memory_size) {
    push(index_type, live_ ? consumer_.memory_size(memory) : Value{});
  } else if constexpr (op == Op::memory_grow) {
    const Value pages = pop(index_type);
    push(index_type, live_ ? consumer_.memory_grow(memory, pages) : Value{});
  } else {
    static_assert(op == Op::memory_fill);
    const Value n = pop(index_type);
    const Value byte = pop(wasm::i32_type);
    const Value dst = pop(index_type);
    if (live_) consumer_.memory_fill(memory, dst, byte, n);
  }
}

}  // namespace nacre::validate

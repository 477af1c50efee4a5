// SPDX-License-Identifier: Apache-2.0
//
// Handlers of the vector instructions.
#include "interp/memory_access.hpp"
#include "interp/numeric.hpp"

namespace nacre::interp {
namespace {

constexpr bool is_simd(Op op) {
  return wasm::has_signature(op) && !only_letters(wasm::op_info(op).sig, "ilfda");
}
constexpr bool is_unary(Op op) { return has_operands(op, 1) && is_simd(op); }
constexpr bool is_binary(Op op) { return has_operands(op, 2) && is_simd(op); }
constexpr bool is_ternary(Op op) { return has_operands(op, 3) && is_simd(op); }
constexpr bool is_lane(Op op) { return wasm::op_info(op).imm == wasm::Imm::lane; }
constexpr bool is_extract(Op op) { return is_lane(op) && wasm::operand_letters(op).size() == 1; }
constexpr bool is_replace(Op op) { return is_lane(op) && wasm::operand_letters(op).size() == 2; }

template <Op op, auto Fn, bool ToSlot>
void extract(NACRE_REGS) {
  NACRE_ENTER;
  const V128 v = read_slot_as<V128>(fp, pc[ptr_words + 1]);
  NACRE_DELIVER(result_letter<op>, ToSlot, pc + ptr_words, Fn(v, pc[ptr_words + 2]));
  pc += ptr_words + 3;
  NACRE_NEXT;
}

template <Op op, auto Fn, bool ToSlot>
void replace(NACRE_REGS) {
  NACRE_ENTER;
  using T = typename Meaning<decltype(Fn)>::template Arg<2>;
  const V128 v = read_slot_as<V128>(fp, pc[ptr_words + 1]);
  const T x = read_slot_as<T>(fp, pc[ptr_words + 2]);
  NACRE_DELIVER('v', ToSlot, pc + ptr_words, Fn(v, pc[ptr_words + 3], x));
  pc += ptr_words + 4;
  NACRE_NEXT;
}

template <bool ToSlot>
void shuffle(NACRE_REGS) {
  NACRE_ENTER;
  V128 lanes;
  std::memcpy(&lanes, pc + ptr_words + 3, sizeof lanes);
  const V128 a = read_slot_as<V128>(fp, pc[ptr_words + 1]);
  const V128 b = read_slot_as<V128>(fp, pc[ptr_words + 2]);
  NACRE_DELIVER('v', ToSlot, pc + ptr_words, num::i8x16_shuffle(a, b, lanes));
  pc += ptr_words + 7;
  NACRE_NEXT;
}

struct Tables {
  Table<UnaryRow, count_rows(is_unary)> unaries;
  Table<BinaryRow, count_rows(is_binary)> binaries;
  Table<Pair, count_rows(is_ternary)> ternaries;
  Table<Pair, count_rows(is_extract)> extracts;
  Table<Pair, count_rows(is_replace)> replaces;
};

template <Op op, auto Fn>
constexpr void add(Tables& t) {
  if constexpr (has_meaning<Fn>) {
    if constexpr (is_unary(op)) t.unaries.add(op, unary_row<op, Fn>());
    if constexpr (is_binary(op)) t.binaries.add(op, binary_row<op, Fn>());
    if constexpr (is_ternary(op))
      t.ternaries.add(op, {ternary<op, Fn, false>, ternary<op, Fn, true>});
    if constexpr (is_extract(op))
      t.extracts.add(op, {extract<op, Fn, false>, extract<op, Fn, true>});
    if constexpr (is_replace(op))
      t.replaces.add(op, {replace<op, Fn, false>, replace<op, Fn, true>});
  }
}

constexpr Tables make() {
  Tables t{};
#define OP(name, code, text, imm, sig, feature, traits) add<Op::name, num::name>(t);
#include "wasm/opcodes.def"
  return t;
}

constexpr Tables tables = make();

// --- memory

// What v128.load does to what it reads: nothing.
constexpr V128 whole(V128 v) { return v; }
constexpr V128 zero32(uint32_t x) { return num::i32x4_replace_lane(V128{}, 0, x); }
constexpr V128 zero64(uint64_t x) { return num::i64x2_replace_lane(V128{}, 0, x); }

template <class T>
NACRE_INLINE T load_any(const uint8_t* p) {
  if constexpr (std::is_same_v<T, V128>) {
    V128 v;
    std::memcpy(&v, p, sizeof v);
    return v;
  } else {
    return load_le<T>(p);
  }
}

template <auto Fn, Cls Address, bool ToSlot>
void load(NACRE_REGS) {
  NACRE_ENTER;
  using M = typename Meaning<decltype(Fn)>::template Arg<0>;
  constexpr unsigned at = ptr_words + 1 + operand_words<Address, uint32_t>();
  const uint32_t address = NACRE_FETCH(uint32_t, 'i', Address, pc + ptr_words + 1);
  NACRE_NEAR_ACCESS(M, address, pc[at]);
  NACRE_DELIVER('v', ToSlot, pc + ptr_words, Fn(load_any<M>(where)));
  pc += at + 1;
  NACRE_NEXT;
}

template <Shape A, bool ToSlot>
void load_sum(NACRE_REGS) {
  NACRE_ENTER;
  constexpr unsigned at = ptr_words + 1 + sum_words<A>();
  const uint32_t address = sum_address<A>(pc + ptr_words + 1, fp, acc);
  NACRE_NEAR_ACCESS(V128, address, pc[at]);
  NACRE_DELIVER('v', ToSlot, pc + ptr_words, load_any<V128>(where));
  pc += at + 1;
  NACRE_NEXT;
}

template <Shape A, Cls Value>
void store_sum(NACRE_REGS) {
  NACRE_ENTER;
  constexpr unsigned at_value = ptr_words + sum_words<A>();
  constexpr unsigned at = at_value + operand_words<Value, V128>();
  const uint32_t address = sum_address<A>(pc + ptr_words, fp, acc);
  const V128 value = NACRE_FETCH(V128, 'v', Value, pc + at_value);
  NACRE_NEAR_ACCESS(V128, address, pc[at]);
  std::memcpy(where, &value, sizeof value);
  pc += at + 1;
  NACRE_NEXT;
}

template <Shape A>
Handler store_sum_by_value(Cls value) {
  return value == Cls::S ? store_sum<A, Cls::S> : value == Cls::A ? store_sum<A, Cls::A> : nullptr;
}

template <auto Fn, bool ToSlot>
void load_far(NACRE_REGS) {
  NACRE_ENTER;
  using M = typename Meaning<decltype(Fn)>::template Arg<0>;
  NACRE_FAR_ACCESS(M, read_slot(fp, pc[ptr_words + 1]), pc + ptr_words + 2);
  NACRE_DELIVER('v', ToSlot, pc + ptr_words, Fn(load_any<M>(where)));
  pc += ptr_words + 5;
  NACRE_NEXT;
}

template <Cls Address, Cls Value>
void store(NACRE_REGS) {
  NACRE_ENTER;
  constexpr unsigned at_value = ptr_words + operand_words<Address, uint32_t>();
  constexpr unsigned at = at_value + operand_words<Value, V128>();
  const uint32_t address = NACRE_FETCH(uint32_t, 'i', Address, pc + ptr_words);
  const V128 value = NACRE_FETCH(V128, 'v', Value, pc + at_value);
  NACRE_NEAR_ACCESS(V128, address, pc[at]);
  std::memcpy(where, &value, sizeof value);
  pc += at + 1;
  NACRE_NEXT;
}

void store_far(NACRE_REGS) {
  NACRE_ENTER;
  NACRE_FAR_ACCESS(V128, read_slot(fp, pc[ptr_words]), pc + ptr_words + 2);
  const V128 value = read_slot_as<V128>(fp, pc[ptr_words + 1]);
  std::memcpy(where, &value, sizeof value);
  pc += ptr_words + 5;
  NACRE_NEXT;
}

template <class T>
void load_lane_of(NACRE_REGS) {
  NACRE_ENTER;
  NACRE_FAR_ACCESS(T, read_slot(fp, pc[ptr_words + 1]), pc + ptr_words + 3);
  const V128 v = read_slot_as<V128>(fp, pc[ptr_words + 2]);
  const V128 r = with_lane<T>(v, pc[ptr_words + 6], load_le<T>(where));
  std::memcpy(slot_ptr(fp, pc[ptr_words]), &r, sizeof r);
  pc += ptr_words + 7;
  NACRE_NEXT;
}

template <class T>
void store_lane_of(NACRE_REGS) {
  NACRE_ENTER;
  NACRE_FAR_ACCESS(T, read_slot(fp, pc[ptr_words]), pc + ptr_words + 2);
  const V128 v = read_slot_as<V128>(fp, pc[ptr_words + 1]);
  store_le<T>(where, lane<T>(v, pc[ptr_words + 5]));
  pc += ptr_words + 6;
  NACRE_NEXT;
}

template <auto Fn>
Pair load_by_class(Cls address) {
  switch (address) {
    case Cls::S:
      return {load<Fn, Cls::S, false>, load<Fn, Cls::S, true>};
    case Cls::A:
      return {load<Fn, Cls::A, false>, load<Fn, Cls::A, true>};
    case Cls::K:
      return {load<Fn, Cls::K, false>, load<Fn, Cls::K, true>};
  }
  return {};
}

template <Cls Address>
Handler store_by_value(Cls value) {
  switch (value) {
    case Cls::S:
      return store<Address, Cls::S>;
    case Cls::A:
      return store<Address, Cls::A>;
    case Cls::K:
      return nullptr;
  }
  return nullptr;
}

// clang-format off
#define NACRE_VECTOR_LOADS(X) \
  X(v128_load8x8_s) X(v128_load8x8_u) X(v128_load16x4_s) X(v128_load16x4_u) \
  X(v128_load32x2_s) X(v128_load32x2_u) X(v128_load8_splat) X(v128_load16_splat) \
  X(v128_load32_splat) X(v128_load64_splat)
// clang-format on

}  // namespace

UnaryRow simd_unary(Op op) { return tables.unaries.find(op); }
BinaryRow simd_binary(Op op) { return tables.binaries.find(op); }
Pair simd_ternary(Op op) { return tables.ternaries.find(op); }
Pair extract_lane(Op op) { return tables.extracts.find(op); }
Pair replace_lane(Op op) { return tables.replaces.find(op); }
Pair shuffle_handler() { return {shuffle<false>, shuffle<true>}; }

Pair simd_load(Op op, Cls address) {
  switch (op) {
#define X(name)  \
  case Op::name: \
    return load_by_class<num::name>(address);
    NACRE_VECTOR_LOADS(X)
#undef X
    case Op::v128_load:
      return load_by_class<whole>(address);
    case Op::v128_load32_zero:
      return load_by_class<zero32>(address);
    case Op::v128_load64_zero:
      return load_by_class<zero64>(address);
    default:
      return {};
  }
}

Pair simd_load_sum(Op op, Shape address) {
  if (op != Op::v128_load) return {};
  switch (address) {
    case Shape::SS:
      return {load_sum<Shape::SS, false>, load_sum<Shape::SS, true>};
    case Shape::SA:
      return {load_sum<Shape::SA, false>, load_sum<Shape::SA, true>};
    case Shape::SK:
      return {load_sum<Shape::SK, false>, load_sum<Shape::SK, true>};
    case Shape::AK:
      return {load_sum<Shape::AK, false>, load_sum<Shape::AK, true>};
    default:
      return {};
  }
}

Handler simd_store_sum(Op op, Shape address, Cls value) {
  if (op != Op::v128_store) return nullptr;
  switch (address) {
    case Shape::SS:
      return store_sum_by_value<Shape::SS>(value);
    case Shape::SA:
      return store_sum_by_value<Shape::SA>(value);
    case Shape::SK:
      return store_sum_by_value<Shape::SK>(value);
    case Shape::AK:
      return store_sum_by_value<Shape::AK>(value);
    default:
      return nullptr;
  }
}

Handler simd_store(Op op, Cls address, Cls value) {
  if (op != Op::v128_store) return nullptr;
  switch (address) {
    case Cls::S:
      return store_by_value<Cls::S>(value);
    case Cls::A:
      return store_by_value<Cls::A>(value);
    case Cls::K:
      return store_by_value<Cls::K>(value);
  }
  return nullptr;
}

Pair simd_far_load(Op op) {
  switch (op) {
#define X(name)  \
  case Op::name: \
    return {load_far<num::name, false>, load_far<num::name, true>};
    NACRE_VECTOR_LOADS(X)
#undef X
    case Op::v128_load:
      return {load_far<whole, false>, load_far<whole, true>};
    case Op::v128_load32_zero:
      return {load_far<zero32, false>, load_far<zero32, true>};
    case Op::v128_load64_zero:
      return {load_far<zero64, false>, load_far<zero64, true>};
    default:
      return {};
  }
}

Handler simd_far_store(Op op) { return op == Op::v128_store ? store_far : nullptr; }

Handler load_lane(Op op) {
  switch (op) {
    case Op::v128_load8_lane:
      return load_lane_of<uint8_t>;
    case Op::v128_load16_lane:
      return load_lane_of<uint16_t>;
    case Op::v128_load32_lane:
      return load_lane_of<uint32_t>;
    case Op::v128_load64_lane:
      return load_lane_of<uint64_t>;
    default:
      return nullptr;
  }
}

Handler store_lane(Op op) {
  switch (op) {
    case Op::v128_store8_lane:
      return store_lane_of<uint8_t>;
    case Op::v128_store16_lane:
      return store_lane_of<uint16_t>;
    case Op::v128_store32_lane:
      return store_lane_of<uint32_t>;
    case Op::v128_store64_lane:
      return store_lane_of<uint64_t>;
    default:
      return nullptr;
  }
}

}  // namespace nacre::interp

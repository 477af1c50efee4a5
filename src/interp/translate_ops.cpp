// SPDX-License-Identifier: Apache-2.0
//
// Translation of everything that is not control: numbers, memory, tables, references.
#include <algorithm>

#include "interp/translator.hpp"

namespace nacre::interp {
namespace {

char move_letter(char letter) { return letter == 'i' ? 'l' : letter; }

bool traps(Op op) { return wasm::op_info(op).is(wasm::trait::traps); }
char result_letter_of(Op op) { return wasm::result_letters(op)[0]; }

UnaryRow unary_row_of(Op op) {
  UnaryRow row = int_unary(op);
  if (row.s.acc == nullptr) row = float_unary(op);
  if (row.s.acc == nullptr) row = simd_unary(op);
  return row;
}

BinaryRow binary_row_of(Op op) {
  BinaryRow row = int_binary(op);
  if (row.by_shape[0].acc == nullptr) row = float_binary(op);
  if (row.by_shape[0].acc == nullptr) row = simd_binary(op);
  return row;
}

// The comparison that gives the same with operands exchanged; Op::count if there is none.
Op exchanged(Op op) {
  switch (op) {
#define NACRE_PAIR(a, b) \
  case Op::a:            \
    return Op::b;        \
  case Op::b:            \
    return Op::a;
    // clang-format off
    NACRE_PAIR(i32_lt_s, i32_gt_s)
    NACRE_PAIR(i32_lt_u, i32_gt_u)
    NACRE_PAIR(i32_le_s, i32_ge_s)
    NACRE_PAIR(i32_le_u, i32_ge_u)
    NACRE_PAIR(i64_lt_s, i64_gt_s)
    NACRE_PAIR(i64_lt_u, i64_gt_u)
    NACRE_PAIR(i64_le_s, i64_ge_s)
    NACRE_PAIR(i64_le_u, i64_ge_u)
    NACRE_PAIR(f32_lt, f32_gt)
    NACRE_PAIR(f32_le, f32_ge)
    NACRE_PAIR(f64_lt, f64_gt)
    NACRE_PAIR(f64_le, f64_ge)
    // clang-format on
#undef NACRE_PAIR
    default:
      return wasm::op_info(op).is(wasm::trait::commutes) ? op : Op::count;
  }
}

// The integer comparison that gives the opposite.
Op opposite(Op op) {
  switch (op) {
#define NACRE_PAIR(a, b) \
  case Op::a:            \
    return Op::b;        \
  case Op::b:            \
    return Op::a;
    // clang-format off
    NACRE_PAIR(i32_eq, i32_ne)
    NACRE_PAIR(i32_lt_s, i32_ge_s)
    NACRE_PAIR(i32_lt_u, i32_ge_u)
    NACRE_PAIR(i32_gt_s, i32_le_s)
    NACRE_PAIR(i32_gt_u, i32_le_u)
    NACRE_PAIR(i64_eq, i64_ne)
    NACRE_PAIR(i64_lt_s, i64_ge_s)
    NACRE_PAIR(i64_lt_u, i64_ge_u)
    NACRE_PAIR(i64_gt_s, i64_le_s)
    NACRE_PAIR(i64_gt_u, i64_le_u)
    // clang-format on
#undef NACRE_PAIR
    default:
      return Op::count;
  }
}

bool decides(Op op) { return wasm::op_info(op).is(wasm::trait::compares) || op == Op::i32_and; }
// What a following instruction may do itself: a comparison before a jump, a sum before an access.
bool swallowed(Op op) { return decides(op) || op == Op::i32_add; }

}  // namespace

// --- constants, globals, select

Translator::Value Translator::constant(ValType t, uint64_t bits) {
  push(Where::constant, letter_of(t)).bits = bits;
  return {};
}

Translator::Value Translator::constant_v128(const V128& v) {
  result(interp::load_const('v'), 'v');
  Word words[4];
  std::memcpy(words, &v, sizeof words);
  for (Word w : words) word(w);
  return {};
}

Translator::Value Translator::ref_null(HeapType h) {
  push(Where::constant, 'r', is_gc(ValType::ref(h, true))).bits = 0;
  return {};
}

Translator::Value Translator::global_get(uint32_t g, ValType t) {
  const char letter = letter_of(t);
  const Pair p = interp::global_get(move_letter(letter));
  if (letter == 'r') slot_result(p.slot, 'r', is_gc(t), false);
  else result(p, letter);
  word(g);
  return {};
}

void Translator::global_set(uint32_t g, ValType t, Value) {
  const uint32_t i = size() - 1;
  Operand o = operand(i);
  if (o.cls == Cls::K) o = slot_operand(i);
  pop();
  instruction(interp::global_set(move_letter(letter_of(t)), o.cls));
  word(g);
  operand_words(o);
}

Translator::Value Translator::select(ValType t, Value, Value, Value) {
  const char letter = move_letter(letter_of(t) == 'r' ? 'l' : letter_of(t));
  const bool ref = letter_of(t) == 'r', gc = is_gc(t);
  const uint32_t a = size() - 3, b = size() - 2;
  const bool constants = stack_[a].where == Where::constant || stack_[b].where == Where::constant;
  if (!constants && comparison_on_top() && last_.operands == 2) {
    const SelectRow row = int_select(last_.op, letter);
    const Pair pair = row.by_shape[static_cast<unsigned>(shape_of(last_.x.cls, last_.y.cls))];
    if (pair.acc != nullptr && !ref) {
      const Last comparison = last_;
      code_.resize(last_.begin);
      pop();
      accs_[0] = comparison.before;
      forget_last();
      const uint32_t x = operand_offset(a), y = operand_offset(b);
      pop(2);
      result(pair, letter_of(t));
      operand_words(comparison.x);
      operand_words(comparison.y);
      word(x);
      word(y);
      return {};
    }
  }
  Operand c = operand(size() - 1);
  if (c.cls == Cls::K) c = slot_operand(size() - 1);
  const auto value = [&](uint32_t i) {
    if (stack_[i].where != Where::constant || ref) return slot_operand(i);
    Operand o = operand(i);
    o.letter = letter;
    return o;
  };
  const Operand x = value(a), y = value(b);
  pop(3);
  const Pair pair = select_plain(letter, c.cls, x.cls, y.cls);
  if (ref) {
    store_acc(0);
    accs_[0] = {};
    slot_result(pair.slot, 'r', gc, false);
  } else {
    result(pair, letter_of(t));
  }
  operand_words(c);
  operand_words(x);
  operand_words(y);
  return {};
}

// --- regular instructions

void Translator::note_comparison(Op op, const Acc& before, unsigned operands, const Operand& x,
                                 const Operand& y) {
  last_ = {last_begin_, here(), op, operands, x, y, before.held == Held::local ? before : Acc{}};
}

Translator::Value Translator::unary(Op op, Value) {
  const uint32_t i = size() - 1;
  // An i32 is kept zero-extended: it already is this i64.
  if (op == Op::i64_extend_i32_u) {
    stack_[i].letter = 'l';
    return {};
  }
  if (op == Op::i32_eqz && comparison_on_top() && last_.operands == 2 &&
      opposite(last_.op) != Op::count) {
    const Last comparison = last_;
    code_.resize(last_.begin);
    pop();
    accs_[0] = comparison.before;
    const Op other = opposite(comparison.op);
    result(binary_row_of(other)
               .by_shape[static_cast<unsigned>(shape_of(comparison.x.cls, comparison.y.cls))],
           'i');
    operand_words(comparison.x);
    operand_words(comparison.y);
    note_comparison(other, comparison.before, 2, comparison.x, comparison.y);
    return {};
  }
  Operand x = operand(i);
  if (x.cls == Cls::K) x = slot_operand(i);
  pop();
  const UnaryRow row = unary_row_of(op);
  const Acc before = accs_[0];
  result(x.cls == Cls::A ? row.a : row.s, result_letter_of(op), traps(op));
  operand_words(x);
  if (decides(op) && x.letter != 'v') note_comparison(op, before, 1, x, {});
  return {};
}

Translator::Value Translator::binary(Op op, Value, Value) {
  const uint32_t i = size() - 2;
  if (stack_[i].where == Where::constant && stack_[i + 1].where == Where::constant) settle(i);
  Operand x = operand(i), y = operand(i + 1);
  if (x.cls == Cls::K && exchanged(op) != Op::count) {
    op = exchanged(op);
    std::swap(x, y);
  }
  const BinaryRow row = binary_row_of(op);
  Pair pair = row.by_shape[static_cast<unsigned>(shape_of(x.cls, y.cls))];
  if (pair.acc == nullptr) {
    if (x.cls == Cls::K) x = slot_operand(i);
    if (y.cls == Cls::K) y = slot_operand(i + 1);
    pair = row.by_shape[static_cast<unsigned>(shape_of(x.cls, y.cls))];
  }
  pop(2);
  const Acc before = accs_[0];
  result(pair, result_letter_of(op), traps(op));
  operand_words(x);
  operand_words(y);
  if (swallowed(op) && x.letter != 'v') note_comparison(op, before, 2, x, y);
  return {};
}

Translator::Value Translator::ternary(Op op, Value, Value, Value) {
  const uint32_t i = size() - 3;
  const uint32_t x = operand_offset(i), y = operand_offset(i + 1), z = operand_offset(i + 2);
  pop(3);
  result(simd_ternary(op), 'v');
  word(x);
  word(y);
  word(z);
  return {};
}

void Translator::wide(Op op, std::span<const Value> operands, std::span<Value, 2>) {
  const auto n = static_cast<uint32_t>(operands.size());
  uint32_t offsets[4];
  for (uint32_t k = 0; k < n; ++k) offsets[k] = operand_offset(size() - n + k);
  pop(n);
  instruction(wide_handler(op));
  for (int k = 0; k < 2; ++k) word(bytes(push(Where::place, 'l').slot));
  for (uint32_t k = 0; k < n; ++k) word(offsets[k]);
}

Translator::Value Translator::extract_lane(Op op, uint8_t lane, Value) {
  const uint32_t v = operand_offset(size() - 1);
  pop();
  result(interp::extract_lane(op), result_letter_of(op));
  word(v);
  word(lane);
  return {};
}

Translator::Value Translator::replace_lane(Op op, uint8_t lane, Value, Value) {
  const uint32_t v = operand_offset(size() - 2), x = operand_offset(size() - 1);
  pop(2);
  result(interp::replace_lane(op), 'v');
  word(v);
  word(x);
  word(lane);
  return {};
}

Translator::Value Translator::shuffle(const V128& lanes, Value, Value) {
  const uint32_t a = operand_offset(size() - 2), b = operand_offset(size() - 1);
  pop(2);
  result(shuffle_handler(), 'v');
  word(a);
  word(b);
  Word words[4];
  std::memcpy(words, &lanes, sizeof words);
  for (Word w : words) word(w);
  return {};
}

// --- memory

namespace {

// Whether the usual handlers do: memory 0, 32-bit addresses, the end's offset a word.
bool is_near(Op op, const MemArg& m) {
  return m.memory == 0 && !m.is64 && m.offset + wasm::access_bytes(op) <= 0xffffffff;
}

uint32_t end_offset(Op op, const MemArg& m) {
  return static_cast<uint32_t>(m.offset + wasm::access_bytes(op));
}

}  // namespace

// Whether the last instruction computed entry i as a sum; its operands are then in last_, in the
// order of `shape`.
bool Translator::sum_at(uint32_t i, Shape& shape) {
  if (last_.end != here() || last_.end == 0 || last_.op != Op::i32_add ||
      stack_[i].where != Where::acc || accs_[0].held != Held::entry || accs_[0].id != i ||
      accs_[0].at != last_.begin)
    return false;
  if (shape_of(last_.x.cls, last_.y.cls) == Shape::AS) std::swap(last_.x, last_.y);
  shape = shape_of(last_.x.cls, last_.y.cls);
  return true;
}

// Removes the last instruction, which made entry i; what the accumulator held before is there
// again.
void Translator::take_back(uint32_t i) {
  const Acc before = last_.before;
  code_.resize(last_.begin);
  stack_[i].where = Where::place;
  accs_[0] = before;
  forget_last();
}

Translator::Value Translator::load(Op op, const MemArg& m, Value) {
  const uint32_t i = size() - 1;
  const char letter = result_letter_of(op);
  if (!is_near(op, m)) {
    const uint32_t address = operand_offset(i);
    pop();
    result(far_load(op), letter, true);
    word(address);
    far_words(m);
    return {};
  }
  Shape shape{};
  if (sum_at(i, shape)) {
    const Last sum = last_;
    const Pair pair = load_sum_handler(op, shape);
    if (pair.acc != nullptr) {
      take_back(i);
      pop();
      result(pair, letter, true);
      operand_words(sum.x);
      operand_words(sum.y);
      word(end_offset(op, m));
      return {};
    }
  }
  const Operand address = operand(i);
  pop();
  result(load_handler(op, address.cls), letter, true);
  operand_words(address);
  word(end_offset(op, m));
  return {};
}

void Translator::store(Op op, const MemArg& m, Value, Value) {
  const uint32_t i = size() - 2;
  if (!is_near(op, m)) {
    const uint32_t address = operand_offset(i), value = operand_offset(i + 1);
    pop(2);
    trapping(far_store(op));
    word(address);
    word(value);
    far_words(m);
    return;
  }
  Shape shape{};
  if (sum_at(i, shape)) {
    const Last sum = last_;
    const Operand v = operand(i + 1);
    const Handler h = store_sum_handler(op, shape, v.cls);
    if (h != nullptr) {
      take_back(i);
      pop(2);
      trapping(h);
      operand_words(sum.x);
      operand_words(sum.y);
      operand_words(v);
      word(end_offset(op, m));
      return;
    }
  }
  const Operand address = operand(i), value = operand(i + 1);
  pop(2);
  trapping(store_handler(op, address.cls, value.cls));
  operand_words(address);
  operand_words(value);
  word(end_offset(op, m));
}

Translator::Value Translator::load_lane(Op op, const MemArg& m, uint8_t lane, Value, Value) {
  const uint32_t address = operand_offset(size() - 2), v = operand_offset(size() - 1);
  pop(2);
  slot_result(interp::load_lane(op), 'v', false, true);
  word(address);
  word(v);
  far_words(m);
  word(lane);
  return {};
}

void Translator::store_lane(Op op, const MemArg& m, uint8_t lane, Value, Value) {
  const uint32_t address = operand_offset(size() - 2), v = operand_offset(size() - 1);
  pop(2);
  trapping(interp::store_lane(op));
  word(address);
  word(v);
  far_words(m);
  word(lane);
}

Translator::Value Translator::atomic(Op op, const MemArg& m, uint32_t n) {
  uint32_t offsets[3];
  for (uint32_t k = 0; k < n; ++k) offsets[k] = operand_offset(size() - n + k);
  pop(n);
  const Handler h = atomic_handler(op);
  if (wasm::result_letters(op).empty()) trapping(h);
  else slot_result(h, result_letter_of(op), false, true);
  for (uint32_t k = 0; k < n; ++k) word(offsets[k]);
  far_words(m);
  return {};
}

Translator::Value Translator::atomic_wait(Op op, const MemArg& m, Value, Value, Value) {
  slow(op == Op::memory_atomic_wait32 ? Slow::atomic_wait32 : Slow::atomic_wait64, 3, 'i', {});
  far_words(m);
  return {};
}

Translator::Value Translator::atomic_notify(const MemArg& m, Value, Value) {
  slow(Slow::atomic_notify, 2, 'i', {});
  far_words(m);
  return {};
}

// --- slow instructions: everything in slots, accumulators lost

void Translator::slow_any(Slow what, uint32_t operands, char letter, bool gc,
                          std::initializer_list<uint32_t> words) {
  uint32_t offsets[5];
  for (uint32_t k = 0; k < operands; ++k) offsets[k] = operand_offset(size() - operands + k);
  pop(operands);
  release_accs();
  const Handler h = slow_handler(what);
  if (letter == 0) trapping(h);
  else slot_result(h, letter, gc, true);
  for (uint32_t k = 0; k < operands; ++k) word(offsets[k]);
  for (uint32_t w : words) word(w);
}

Translator::Value Translator::slow(Slow what, uint32_t operands, char result,
                                   std::initializer_list<uint32_t> words) {
  slow_any(what, operands, result, false, words);
  return {};
}

Translator::Value Translator::slow_ref(Slow what, uint32_t operands, ValType result,
                                       std::initializer_list<uint32_t> words) {
  slow_any(what, operands, 'r', is_gc(result), words);
  return {};
}

Translator::Value Translator::ref_test(ValType, ValType target, Value) {
  return slow(Slow::ref_test, 1, 'i', {target.heap().code(), target.nullable() ? 1u : 0u});
}

Translator::Value Translator::ref_cast(ValType, ValType target, Value) {
  return slow_ref(Slow::ref_cast, 1, target, {target.heap().code(), target.nullable() ? 1u : 0u});
}

// Allocations: the operands stay roots until the object is there.
Translator::Value Translator::struct_new_default(TypeId t) {
  release_accs();
  safepoint();
  return slow_ref(Slow::struct_new_default, 0, wasm::anyref_type, {t});
}

Translator::Value Translator::struct_new(TypeId t, Ops fields) {
  const auto n = static_cast<uint32_t>(fields.size());
  settle_top(n);
  release_accs();
  safepoint();
  const uint32_t first = slot_of_top(n);
  pop(n);
  slot_result(slow_handler(Slow::struct_new), 'r', true, true);
  word(bytes(first));
  word(t);
  return {};
}

Translator::Value Translator::array_new_fixed(TypeId t, Ops elements) {
  const auto n = static_cast<uint32_t>(elements.size());
  settle_top(n);
  release_accs();
  safepoint();
  const uint32_t first = slot_of_top(n);
  pop(n);
  slot_result(slow_handler(Slow::array_new_fixed), 'r', true, true);
  word(bytes(first));
  word(t);
  word(n);
  return {};
}

Translator::Value Translator::array_new(TypeId t, Value, Value) {
  settle_top(2);
  release_accs();
  safepoint();
  return slow_ref(Slow::array_new, 2, wasm::anyref_type, {t});
}

Translator::Value Translator::array_new_default(TypeId t, Value) {
  settle_top(1);
  release_accs();
  safepoint();
  return slow_ref(Slow::array_new_default, 1, wasm::anyref_type, {t});
}

Translator::Value Translator::array_new_data(TypeId t, uint32_t d, Value, Value) {
  settle_top(2);
  release_accs();
  safepoint();
  return slow_ref(Slow::array_new_data, 2, wasm::anyref_type, {t, d});
}

Translator::Value Translator::array_new_elem(TypeId t, uint32_t e, Value, Value) {
  settle_top(2);
  release_accs();
  safepoint();
  return slow_ref(Slow::array_new_elem, 2, wasm::anyref_type, {t, e});
}

// --- fields and elements

Storage Translator::storage_of(const runtime::FieldLayout& f, bool sign_extend) {
  switch (f.size) {
    case 1:
      return sign_extend ? Storage::s8 : Storage::u8;
    case 2:
      return sign_extend ? Storage::s16 : Storage::u16;
    case 4:
      return Storage::w32;
    case 8:
      return Storage::w64;
    default:
      return Storage::v128;
  }
}

Translator::Value Translator::struct_get(Op op, TypeId t, uint32_t field, Value) {
  const runtime::FieldLayout& f = module_.types[t]->fields[field];
  const uint32_t object = operand_offset(size() - 1);
  pop();
  slot_result(interp::struct_get(storage_of(f, op == Op::struct_get_s)),
              letter_of(f.type.type().unpacked()), f.is_gc_ref, true);
  word(object);
  word(f.offset);
  return {};
}

void Translator::struct_set(TypeId t, uint32_t field, Value, Value) {
  const runtime::FieldLayout& f = module_.types[t]->fields[field];
  const uint32_t object = operand_offset(size() - 2), value = operand_offset(size() - 1);
  pop(2);
  trapping(interp::struct_set(storage_of(f, false)));
  word(object);
  word(value);
  word(f.offset);
}

Translator::Value Translator::array_get(Op op, TypeId t, Value, Value) {
  const runtime::FieldLayout& f = module_.types[t]->fields[0];
  const uint32_t array = operand_offset(size() - 2), index = operand_offset(size() - 1);
  pop(2);
  slot_result(interp::array_get(storage_of(f, op == Op::array_get_s)),
              letter_of(f.type.type().unpacked()), f.is_gc_ref, true);
  word(array);
  word(index);
  return {};
}

void Translator::array_set(TypeId t, Value, Value, Value) {
  const runtime::FieldLayout& f = module_.types[t]->fields[0];
  const uint32_t array = operand_offset(size() - 3), index = operand_offset(size() - 2),
                 value = operand_offset(size() - 1);
  pop(3);
  trapping(interp::array_set(storage_of(f, false)));
  word(array);
  word(index);
  word(value);
}

}  // namespace nacre::interp

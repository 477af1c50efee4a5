// SPDX-License-Identifier: Apache-2.0
//
// Instructions that do more than move numbers: bulk memory and tables, waiting, references and
// garbage-collected objects. Operands are slots; each handler is a plain function wrapped by
// `slow`, which saves the registers a collector or a backtrace needs. They leave nothing in
// the accumulators.
#include "interp/handler_tables.hpp"
#include "runtime/ops.hpp"

namespace nacre::interp {
namespace {

namespace ops = runtime::ops;
namespace gc = runtime::gc;
using runtime::GcRef;

// What a slow instruction sees: its operand words and the frame.
struct Site {
  Exec* ex;
  const Word* at;
  Slot* fp;
  Instance& instance() const { return *ex->instance; }
  gc::Heap& heap() const { return *ex->heap; }
  uint64_t u64(unsigned i) const { return read_slot(fp, at[i]); }
  uint32_t u32(unsigned i) const { return static_cast<uint32_t>(u64(i)); }
  GcRef ref(unsigned i) const { return static_cast<GcRef>(u64(i)); }
  Slot* slot(unsigned i) const { return static_cast<Slot*>(slot_ptr(fp, at[i])); }
  Trap result(uint64_t v) const {
    write_slot(fp, at[0], v);
    return Trap::none;
  }
  Trap object(GcRef r) const { return r == 0 ? Trap::out_of_memory : result(r); }
};

template <Trap (*Run)(const Site&), unsigned Operands>
void slow(NACRE_REGS) {
  NACRE_ENTER;
  ex->pc = pc;
  ex->fp = fp;
  const Trap t = Run({ex, pc + ptr_words, fp});
  if (NACRE_UNLIKELY(t != Trap::none)) NACRE_RAISE(t);
  mem = ex->instance->vm.memory0_base;
  len = ex->instance->vm.memory0_length;
  acc = 0;
  facc = 0;
  dacc = 0;
  vacc = Vec{};
  pc += ptr_words + Operands;
  NACRE_NEXT;
}

// --- memory and tables

Trap memory_size(const Site& s) { return s.result(s.instance().vm.memories[s.at[1]]->pages()); }
Trap memory_grow(const Site& s) {
  const uint64_t old = ops::memory_grow(s.instance(), s.at[2], s.u64(1));
  const bool is64 = s.instance().vm.memories[s.at[2]]->type.limits.is64;
  return s.result(is64 ? old : static_cast<uint32_t>(old));
}
Trap memory_fill(const Site& s) {
  return ops::memory_fill(s.instance(), s.at[3], s.u64(0), s.u32(1), s.u64(2));
}
Trap memory_copy(const Site& s) {
  return ops::memory_copy(s.instance(), s.at[3], s.at[4], s.u64(0), s.u64(1), s.u64(2));
}
Trap memory_init(const Site& s) {
  return ops::memory_init(s.instance(), s.at[3], s.at[4], s.u64(0), s.u32(1), s.u32(2));
}
Trap data_drop(const Site& s) {
  ops::data_drop(s.instance(), s.at[0]);
  return Trap::none;
}

Trap table_get(const Site& s) {
  runtime::RefBits r = 0;
  const Trap t = ops::table_get(s.instance(), s.at[2], s.u64(1), r);
  return t != Trap::none ? t : s.result(r);
}
Trap table_set(const Site& s) { return ops::table_set(s.instance(), s.at[2], s.u64(0), s.u64(1)); }
Trap table_size(const Site& s) { return s.result(s.ex->tables[s.at[1]]->size()); }
Trap table_grow(const Site& s) {
  const uint64_t old = ops::table_grow(s.instance(), s.at[3], s.u64(1), s.u64(2));
  return s.result(s.ex->tables[s.at[3]]->limits.is64 ? old : static_cast<uint32_t>(old));
}
Trap table_fill(const Site& s) {
  return ops::table_fill(s.instance(), s.at[3], s.u64(0), s.u64(1), s.u64(2));
}
Trap table_copy(const Site& s) {
  return ops::table_copy(s.instance(), s.at[3], s.at[4], s.u64(0), s.u64(1), s.u64(2));
}
Trap table_init(const Site& s) {
  return ops::table_init(s.instance(), s.at[3], s.at[4], s.u64(0), s.u32(1), s.u32(2));
}
Trap elem_drop(const Site& s) {
  ops::elem_drop(s.instance(), s.at[0]);
  return Trap::none;
}

// --- threads. An address that overflows lies beyond any memory; its alignment is kept.
uint64_t atomic_address(uint64_t address, uint64_t offset) {
  const uint64_t sum = address + offset;
  return sum >= address ? sum : ~uint64_t{0} << 3;
}
Trap atomic_wait32(const Site& s) {
  uint32_t out = 0;
  const Trap t =
      ops::atomic_wait32(s.instance(), s.at[6], atomic_address(s.u64(1), load_u64(s.at + 4)),
                         s.u32(2), static_cast<int64_t>(s.u64(3)), out);
  return t != Trap::none ? t : s.result(out);
}
Trap atomic_wait64(const Site& s) {
  uint32_t out = 0;
  const Trap t =
      ops::atomic_wait64(s.instance(), s.at[6], atomic_address(s.u64(1), load_u64(s.at + 4)),
                         s.u64(2), static_cast<int64_t>(s.u64(3)), out);
  return t != Trap::none ? t : s.result(out);
}
Trap atomic_notify(const Site& s) {
  uint32_t out = 0;
  const Trap t = ops::atomic_notify(s.instance(), s.at[5],
                                    atomic_address(s.u64(1), load_u64(s.at + 3)), s.u32(2), out);
  return t != Trap::none ? t : s.result(out);
}
Trap atomic_fence(const Site&) {
  std::atomic_thread_fence(std::memory_order_seq_cst);
  return Trap::none;
}

// --- references
Trap ref_func(const Site& s) {
  return s.result(reinterpret_cast<uintptr_t>(s.instance().func(s.at[1])));
}
Trap ref_is_null(const Site& s) { return s.result(s.u64(1) == 0); }
Trap ref_eq(const Site& s) { return s.result(s.u64(1) == s.u64(2)); }
Trap ref_as_non_null(const Site& s) {
  return s.u64(1) == 0 ? Trap::null_reference : s.result(s.u64(1));
}

bool matches(const Site& s, uint64_t ref, Word heap_code, Word nullable) {
  if (ref == 0) return nullable != 0;
  return ops::ref_matches(s.instance(), ref, wasm::HeapType::from_code(heap_code));
}
Trap ref_test(const Site& s) { return s.result(matches(s, s.u64(1), s.at[2], s.at[3])); }
Trap ref_cast(const Site& s) {
  return matches(s, s.u64(1), s.at[2], s.at[3]) ? s.result(s.u64(1)) : Trap::cast_failure;
}

template <bool OnFailure>
void br_on_cast(NACRE_REGS) {
  NACRE_ENTER;
  const Site s{ex, pc + ptr_words, fp};
  const bool jump = matches(s, s.u64(1), s.at[2], s.at[3]) != OnFailure;
  mem = ex->instance->vm.memory0_base;
  len = ex->instance->vm.memory0_length;
  acc = 0;
  facc = 0;
  dacc = 0;
  vacc = Vec{};
  pc = jump ? jump_target(pc) : pc + ptr_words + 4;
  NACRE_NEXT;
}

// --- structs
Trap struct_new_default(const Site& s) {
  return s.object(s.heap().new_struct(s.ex->types[s.at[1]]));
}
Trap struct_new(const Site& s) {
  const runtime::RuntimeType* type = s.ex->types[s.at[2]];
  const GcRef object = s.heap().new_struct(type);
  if (object == 0) return Trap::out_of_memory;
  const Slot* value = s.slot(1);
  for (const runtime::FieldLayout& f : type->fields) {
    s.heap().store_field(object, f.offset, f, value);
    value += f.size == 16 ? 2 : 1;
  }
  return s.result(object);
}

// --- arrays
Trap array_new_default(const Site& s) {
  return s.object(s.heap().new_array(s.ex->types[s.at[2]], s.u32(1)));
}
Trap array_new(const Site& s) {
  const uint32_t n = s.u32(2);
  const GcRef object = s.heap().new_array(s.ex->types[s.at[3]], n);
  if (object == 0) return Trap::out_of_memory;
  const Trap t = ops::array_fill(s.instance(), s.at[3], object, 0, s.slot(1), n);
  return t != Trap::none ? t : s.result(object);
}
Trap array_new_fixed(const Site& s) {
  const runtime::RuntimeType* type = s.ex->types[s.at[2]];
  const uint32_t n = s.at[3];
  const GcRef object = s.heap().new_array(type, n);
  if (object == 0) return Trap::out_of_memory;
  const runtime::FieldLayout& f = type->fields[0];
  const Slot* value = s.slot(1);
  for (uint32_t i = 0; i < n; ++i, value += f.size == 16 ? 2 : 1)
    s.heap().store_field(object, gc::header_bytes + i * f.size, f, value);
  return s.result(object);
}
Trap array_new_data(const Site& s) {
  GcRef out = 0;
  const Trap t = ops::array_new_data(s.instance(), s.at[3], s.at[4], s.u32(1), s.u32(2), out);
  return t != Trap::none ? t : s.result(out);
}
Trap array_new_elem(const Site& s) {
  GcRef out = 0;
  const Trap t = ops::array_new_elem(s.instance(), s.at[3], s.at[4], s.u32(1), s.u32(2), out);
  return t != Trap::none ? t : s.result(out);
}
Trap array_len(const Site& s) {
  return s.ref(1) == 0 ? Trap::null_array : s.result(s.heap().array_length(s.ref(1)));
}
Trap array_fill(const Site& s) {
  return ops::array_fill(s.instance(), s.at[4], s.ref(0), s.u32(1), s.slot(2), s.u32(3));
}
Trap array_copy(const Site& s) {
  return ops::array_copy(s.instance(), s.at[5], s.ref(0), s.u32(1), s.ref(2), s.u32(3), s.u32(4));
}
Trap array_init_data(const Site& s) {
  return ops::array_init_data(s.instance(), s.at[4], s.at[5], s.ref(0), s.u32(1), s.u32(2),
                              s.u32(3));
}
Trap array_init_elem(const Site& s) {
  return ops::array_init_elem(s.instance(), s.at[4], s.at[5], s.ref(0), s.u32(1), s.u32(2),
                              s.u32(3));
}

// --- i31
Trap ref_i31(const Site& s) { return s.result(gc::make_i31(s.u32(1))); }
Trap i31_get_s(const Site& s) {
  return s.ref(1) == 0 ? Trap::null_i31 : s.result(static_cast<uint32_t>(gc::i31_signed(s.ref(1))));
}
Trap i31_get_u(const Site& s) {
  return s.ref(1) == 0 ? Trap::null_i31 : s.result(gc::i31_unsigned(s.ref(1)));
}

// --- fields and elements

template <class M, class V>
struct Kept {
  using Memory = M;
  using Value = V;
};
template <Storage S>
struct Layout;
template <>
struct Layout<Storage::s8> : Kept<int8_t, uint32_t> {};
template <>
struct Layout<Storage::u8> : Kept<uint8_t, uint32_t> {};
template <>
struct Layout<Storage::s16> : Kept<int16_t, uint32_t> {};
template <>
struct Layout<Storage::u16> : Kept<uint16_t, uint32_t> {};
template <>
struct Layout<Storage::w32> : Kept<uint32_t, uint32_t> {};
template <>
struct Layout<Storage::w64> : Kept<uint64_t, uint64_t> {};
template <>
struct Layout<Storage::v128> : Kept<V128, V128> {};

template <Storage S>
NACRE_INLINE void get_stored(const uint8_t* from, Slot* fp, Word dst) {
  using L = Layout<S>;
  typename L::Memory m;
  std::memcpy(&m, from, sizeof m);
  if constexpr (S == Storage::v128) std::memcpy(slot_ptr(fp, dst), &m, sizeof m);
  else write_slot(fp, dst, static_cast<typename L::Value>(m));
}

template <Storage S>
NACRE_INLINE void put_stored(uint8_t* to, const Slot* fp, Word source) {
  using M = typename Layout<S>::Memory;
  M m;
  if constexpr (S == Storage::v128) m = read_slot_as<V128>(fp, source);
  else m = static_cast<M>(read_slot(fp, source));
  std::memcpy(to, &m, sizeof m);
}

template <Storage S>
void get_field(NACRE_REGS) {
  NACRE_ENTER;
  const auto object = static_cast<GcRef>(read_slot(fp, pc[ptr_words + 1]));
  if (NACRE_UNLIKELY(object == 0)) NACRE_RAISE(Trap::null_structure);
  get_stored<S>(ex->heap->at(object) + pc[ptr_words + 2], fp, pc[ptr_words]);
  pc += ptr_words + 3;
  NACRE_NEXT;
}

template <Storage S>
void set_field(NACRE_REGS) {
  NACRE_ENTER;
  const auto object = static_cast<GcRef>(read_slot(fp, pc[ptr_words]));
  if (NACRE_UNLIKELY(object == 0)) NACRE_RAISE(Trap::null_structure);
  put_stored<S>(ex->heap->at(object) + pc[ptr_words + 2], fp, pc[ptr_words + 1]);
  pc += ptr_words + 3;
  NACRE_NEXT;
}

// Declares `element`, or traps.
#define NACRE_FIND_ELEMENT(S, array_word, index_word)                                     \
  const auto array = static_cast<GcRef>(read_slot(fp, pc[array_word]));                   \
  if (NACRE_UNLIKELY(array == 0)) NACRE_RAISE(Trap::null_array);                          \
  const auto index = static_cast<uint32_t>(read_slot(fp, pc[index_word]));                \
  if (NACRE_UNLIKELY(index >= ex->heap->array_length(array)))                             \
    NACRE_RAISE_WITH(Trap::array_out_of_bounds, index, 1, ex->heap->array_length(array)); \
  uint8_t* const element = ex->heap->array_data(array) +                                  \
                           static_cast<size_t>(index) * sizeof(typename Layout<S>::Memory)

template <Storage S>
void get_element(NACRE_REGS) {
  NACRE_ENTER;
  NACRE_FIND_ELEMENT(S, ptr_words + 1, ptr_words + 2);
  get_stored<S>(element, fp, pc[ptr_words]);
  pc += ptr_words + 3;
  NACRE_NEXT;
}

template <Storage S>
void set_element(NACRE_REGS) {
  NACRE_ENTER;
  NACRE_FIND_ELEMENT(S, ptr_words, ptr_words + 1);
  put_stored<S>(element, fp, pc[ptr_words + 2]);
  pc += ptr_words + 3;
  NACRE_NEXT;
}

#define NACRE_BY_STORAGE(handler)                                                                 \
  constexpr Handler table[] = {                                                                   \
      handler<Storage::s8>,  handler<Storage::u8>,  handler<Storage::s16>, handler<Storage::u16>, \
      handler<Storage::w32>, handler<Storage::w64>, handler<Storage::v128>};                      \
  return table[static_cast<unsigned>(s)]

}  // namespace

Handler struct_get(Storage s) { NACRE_BY_STORAGE(get_field); }
Handler struct_set(Storage s) { NACRE_BY_STORAGE(set_field); }
Handler array_get(Storage s) { NACRE_BY_STORAGE(get_element); }
Handler array_set(Storage s) { NACRE_BY_STORAGE(set_element); }

Handler slow_handler(Slow what) {
  switch (what) {
#define NACRE_SLOW(name, operands) \
  case Slow::name:                 \
    return slow<name, operands>;
    NACRE_SLOW(memory_size, 2)
    NACRE_SLOW(memory_grow, 3)
    NACRE_SLOW(memory_fill, 4)
    NACRE_SLOW(memory_copy, 5)
    NACRE_SLOW(memory_init, 5)
    NACRE_SLOW(data_drop, 1)
    NACRE_SLOW(table_get, 3)
    NACRE_SLOW(table_set, 3)
    NACRE_SLOW(table_size, 2)
    NACRE_SLOW(table_grow, 4)
    NACRE_SLOW(table_fill, 4)
    NACRE_SLOW(table_copy, 5)
    NACRE_SLOW(table_init, 5)
    NACRE_SLOW(elem_drop, 1)
    NACRE_SLOW(atomic_wait32, 7)
    NACRE_SLOW(atomic_wait64, 7)
    NACRE_SLOW(atomic_notify, 6)
    NACRE_SLOW(atomic_fence, 0)
    NACRE_SLOW(ref_func, 2)
    NACRE_SLOW(ref_is_null, 2)
    NACRE_SLOW(ref_eq, 3)
    NACRE_SLOW(ref_as_non_null, 2)
    NACRE_SLOW(ref_test, 4)
    NACRE_SLOW(ref_cast, 4)
    NACRE_SLOW(struct_new, 3)
    NACRE_SLOW(struct_new_default, 2)
    NACRE_SLOW(array_new, 4)
    NACRE_SLOW(array_new_default, 3)
    NACRE_SLOW(array_new_fixed, 4)
    NACRE_SLOW(array_new_data, 5)
    NACRE_SLOW(array_new_elem, 5)
    NACRE_SLOW(array_len, 2)
    NACRE_SLOW(array_fill, 5)
    NACRE_SLOW(array_copy, 7)
    NACRE_SLOW(array_init_data, 6)
    NACRE_SLOW(array_init_elem, 6)
    NACRE_SLOW(ref_i31, 2)
    NACRE_SLOW(i31_get_s, 2)
    NACRE_SLOW(i31_get_u, 2)
#undef NACRE_SLOW
    case Slow::br_on_cast:
      return br_on_cast<false>;
    case Slow::br_on_cast_fail:
      return br_on_cast<true>;
    case Slow::count:
      break;
  }
  return nullptr;
}

}  // namespace nacre::interp

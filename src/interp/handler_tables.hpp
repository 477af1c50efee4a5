// SPDX-License-Identifier: Apache-2.0
//
// Where the translator finds handlers. Every function returns null handlers for what does not
// exist; the translator then uses another shape.
#pragma once

#include "interp/dispatch.hpp"
#include "interp/operands.hpp"
#include "wasm/op.hpp"

namespace nacre::interp {

using wasm::Op;

// A handler with a result: leaving it in the accumulator, or storing it in a slot as well.
// Layout: handler, destination, operands in order, further immediates.
struct Pair {
  Handler acc = nullptr;
  Handler slot = nullptr;
};

// Operand classes of two operands.
enum class Shape : uint8_t { SS, SA, AS, AA, SK, AK, KS, KA, count, none = count };
inline constexpr unsigned shape_count = static_cast<unsigned>(Shape::count);

constexpr Shape shape_of(Cls x, Cls y) {
  using enum Shape;
  constexpr Shape table[3][3] = {{SS, SA, SK}, {AS, AA, AK}, {KS, KA, none}};
  return table[static_cast<unsigned>(x)][static_cast<unsigned>(y)];
}
constexpr Cls first_class(Shape s) {
  using enum Shape;
  return s == SS || s == SA || s == SK ? Cls::S : s == KS || s == KA ? Cls::K : Cls::A;
}
constexpr Cls second_class(Shape s) {
  using enum Shape;
  return s == SS || s == AS || s == KS ? Cls::S : s == SK || s == AK ? Cls::K : Cls::A;
}

struct UnaryRow {
  Pair s, a;
};
struct BinaryRow {
  Pair by_shape[shape_count];
};
// Jumps if the comparison gives `!inverted`. Layout: handler, distance, operands.
struct BranchRow {
  Handler by_shape[shape_count][2];
};
// Layout: handler, destination, comparison's operands, slot if true, slot if false.
struct SelectRow {
  Pair by_shape[shape_count];
};

// --- regular instructions, from opcodes.def
UnaryRow int_unary(Op op);
BinaryRow int_binary(Op op);
UnaryRow float_unary(Op op);
BinaryRow float_binary(Op op);
UnaryRow simd_unary(Op op);
BinaryRow simd_binary(Op op);
Pair simd_ternary(Op op);  // slots only
BranchRow int_branch(Op op);
BranchRow float_branch(Op op);
BranchRow int_unary_branch(Op op);  // eqz: shapes SS and AS stand for operand S and A
SelectRow int_select(Op op, char value_letter);
Handler wide_handler(Op op);  // handler, lo, hi, operand slots

// --- moves. `letter` is l f d v r.
Handler copy_slot(char letter);   // handler, destination, source
Handler copy_acc(char letter);    // handler, destination
Handler copy_const(char letter);  // handler, destination, two words (four for v)
Pair load_const(char letter);     // handler, destination, constant (one word for i f)
Handler copy_block();             // handler, destination, source, slots
Pair select_plain(char letter, Cls condition, Cls a, Cls b);  // handler, dst, condition, a, b
Pair global_get(char letter);                                 // handler, destination, index
Handler global_set(char letter, Cls value);                   // handler, index, value

// --- memory 0 with 32-bit addresses: handler, destination, address, offset + size
Pair load_handler(Op op, Cls address);
// handler, address, value, offset + size
Handler store_handler(Op op, Cls address, Cls value);
// The address is a sum of two operands (shapes SS, SA, SK, AK), which wraps like i32.add:
// handler, [destination], both operands, [value], offset + size
Pair load_sum_handler(Op op, Shape address);
Handler store_sum_handler(Op op, Shape address, Cls value);
// Any memory: handler, destination, address slot, offset (two words), memory
Pair far_load(Op op);
Handler far_store(Op op);       // handler, address slot, value slot, offset, memory
Handler load_lane(Op op);       // handler, dst, address, vector, offset, memory, lane
Handler store_lane(Op op);      // handler, address, vector, offset, memory, lane
Pair extract_lane(Op op);       // handler, dst, vector slot, lane
Pair replace_lane(Op op);       // handler, dst, vector slot, scalar slot, lane
Pair shuffle_handler();         // handler, dst, a, b, four words of lanes
Handler atomic_handler(Op op);  // handler, dst, slots ..., offset, memory

// --- control
struct ControlHandlers {
  Handler br;                         // handler, distance
  Handler br_zero[2], br_nonzero[2];  // handler, distance, condition; by Cls S, A
  Handler br_table[2];                // handler, index, count, distances; by Cls S, A
  Handler return_void;                // handler, link
  Handler zero_locals;                // handler, first, count
  // handler, callee or index, ..., own FunctionCode, frame distance; handlers_call.cpp
  Handler call, call_import, call_indirect[2], call_ref;
  Handler return_call, return_call_import, return_call_indirect, return_call_ref;
  Handler unreachable, poll, fuel;
  Handler throw_, throw_ref, rethrow;
  Handler br_null[2];  // handler, distance, slot; [0] if null, [1] if not
  // Of a function that is listened to: handler, own FunctionCode*, first slot of params or results
  // (handlers_listener.cpp).
  Handler tell_before, tell_after, tell_tail_call;
};
const ControlHandlers& control_handlers();
Handler return_value(char letter, Cls value);  // handler, link, value

// --- everything else takes slots: handler, [destination], operand slots, immediates
enum class Slow : uint8_t {
  memory_size,
  memory_grow,
  memory_fill,
  memory_copy,
  memory_init,
  data_drop,
  table_get,
  table_set,
  table_size,
  table_grow,
  table_fill,
  table_copy,
  table_init,
  elem_drop,
  atomic_wait32,
  atomic_wait64,
  atomic_notify,
  atomic_fence,
  ref_func,
  ref_is_null,
  ref_eq,
  ref_as_non_null,
  ref_test,
  ref_cast,
  br_on_cast,
  br_on_cast_fail,
  struct_new,
  struct_new_default,
  array_new,
  array_new_default,
  array_new_fixed,
  array_new_data,
  array_new_elem,
  array_len,
  array_fill,
  array_copy,
  array_init_data,
  array_init_elem,
  ref_i31,
  i31_get_s,
  i31_get_u,
  count
};
Handler slow_handler(Slow what);

// Field and element accesses by storage. Numbers 0.. in this order.
enum class Storage : uint8_t { s8, u8, s16, u16, w32, w64, v128, count };
Handler struct_get(Storage s);  // handler, dst, ref, offset
Handler struct_set(Storage s);  // handler, ref, value, offset
Handler array_get(Storage s);   // handler, dst, ref, index
Handler array_set(Storage s);   // handler, ref, index, value

}  // namespace nacre::interp

// SPDX-License-Identifier: Apache-2.0
//
// A row: one machine-level operation of an instruction set, with everything a compiler must know
// to place its operands, and the function that writes its code. The single-pass compiler asks
// which row serves a wasm instruction and chooses registers on the fly; the optimizing
// compiler's machine instruction is the row. Instruction-set neutral.
//
// The constraints are written as a small text, the shape:
//
//   outputs < inputs ; extras            "i@0 < i@0 i#/m4 ; ~2"
//
//   i l f d v     value classes: i32, i64 (general registers), f32, f64, v128 (vector registers)
//   a             the address of a memory access, as input; its width follows as /mN
//   F             an output that is a condition in the flags: see Row::condition
//   outputs       =n   in the same register as input n (the caller has moved it there)
//                 ~n   best in the register of input n: saves a move, no obligation
//                 @r   in register number r
//   inputs        @r   in register number r (lives on unless an output or extra names r)
//                 !    not in an output's register, unless that output is in input 0's
//                 ^    the same, but only where three-operand vector instructions are missing
//                 #    not in an output's register at all
//                 %    the same, but only where three-operand vector instructions are missing
//                 /mN  may be N bytes of memory (vectors: only with three-operand instructions,
//                      which need no alignment); an address counts as an input register
//                 /i   may be a constant that fits a sign-extended 32-bit immediate
//                 /u   may be any constant: the row masks it
//                 /k   must be a constant
//   extras        g x  a scratch register, general or vector: differs from all inputs and outputs
//                 ~r   general register r is destroyed; only an input fixed to it may be there
//
// At most one input may be memory. i32 values are zero-extended in their registers, on the way in
// and on the way out.
#pragma once

#include <array>
#include <cstdint>

#include "base/trap.hpp"
#include "codegen/rows/operands.hpp"
#include "wasm/op.hpp"

namespace nacre::codegen {

enum class ValueClass : uint8_t { none, i32, i64, f32, f64, v128, address, flags };

constexpr bool is_gpr(ValueClass c) { return c == ValueClass::i32 || c == ValueClass::i64; }
constexpr bool is_vec(ValueClass c) { return c >= ValueClass::f32 && c <= ValueClass::v128; }

// Operations beside the wasm instructions, numbered after them.
enum class Extra : uint16_t {
  select_i32 = wasm::op_count,  // a, b, condition (i32): a if the condition is not zero
  select_i64,
  select_f32,
  select_f64,
  select_v128,
  move_i32,  // one value of each class, register or memory (a spill slot) to register
  move_i64,
  move_f32,
  move_f64,
  move_v128,
  add_to_mem_i32,  // address, value: read, compute, write back
  add_to_mem_i64,
  sub_to_mem_i32,
  sub_to_mem_i64,
  and_to_mem_i32,
  and_to_mem_i64,
  or_to_mem_i32,
  or_to_mem_i64,
  xor_to_mem_i32,
  xor_to_mem_i64,
  count,
};
inline constexpr unsigned row_op_count = static_cast<unsigned>(Extra::count);

// A wasm instruction or an Extra.
struct RowOp {
  uint16_t number;
  constexpr RowOp(wasm::Op op) : number(static_cast<uint16_t>(op)) {}
  constexpr RowOp(Extra op) : number(static_cast<uint16_t>(op)) {}
  friend constexpr bool operator==(RowOp a, RowOp b) { return a.number == b.number; }
};

// A condition in the flags: an instruction set's code, and for floats whether the unordered case
// (parity on x86-64) must be excluded or included besides.
enum class Unordered : uint8_t { ignore, excluded, included };
struct Condition {
  uint8_t code = 0;
  Unordered unordered = Unordered::ignore;
};
// Conditions are negated alike on both instruction sets.
constexpr Condition negate(Condition c) {
  const Unordered u = c.unordered == Unordered::excluded   ? Unordered::included
                      : c.unordered == Unordered::included ? Unordered::excluded
                                                           : Unordered::ignore;
  return {static_cast<uint8_t>(c.code ^ 1), u};
}

// Bits of Row::effects.
namespace effect {
inline constexpr uint8_t commutes = 1;  // inputs 0 and 1 may be swapped
inline constexpr uint8_t reads = 2;     // memory, at the address input
inline constexpr uint8_t writes = 4;
inline constexpr uint8_t atomic = 8;
inline constexpr uint8_t keeps_flags = 16;  // all others destroy the flags
inline constexpr uint8_t zero_flag = 32;    // the flags say whether the (first) output is zero
}  // namespace effect

enum class Apart : uint8_t { no, unless_tied, without_avx, always_without_avx, always };

struct Input {
  static constexpr uint8_t mem = 1, imm32 = 2, imm_any = 4, imm_only = 8;

  ValueClass cls = ValueClass::none;
  uint8_t accepts = 0;    // besides a register
  uint8_t mem_bytes = 0;  // exactly so many are read or written
  uint8_t fixed = no_reg;
  Apart apart = Apart::no;
};

struct Output {
  ValueClass cls = ValueClass::none;
  uint8_t tied = no_reg;  // input number
  uint8_t hint = no_reg;  // input number
  uint8_t fixed = no_reg;
};

struct Row;
using Emit = void (*)(Assembler&, const Row&, const Operands&);

struct Row {
  const char* name = "";
  RowOp op{wasm::Op::unreachable};
  uint8_t out_count = 0;
  uint8_t in_count = 0;
  uint8_t scratch_gprs = 0;
  uint8_t scratch_vecs = 0;
  uint8_t effects = 0;
  uint16_t destroys = 0;  // general registers, by number
  uint32_t features = 0;  // os::cpu bits it needs
  std::array<Output, 2> out{};
  std::array<Input, 4> in{};
  std::array<Trap, 2> traps{Trap::none, Trap::none};
  Condition condition{};
  uint32_t code = 0;  // for emit: opcode, immediate
  Emit emit = nullptr;
  bool (*serves)(int64_t) = nullptr;  // of rows for constant second inputs: which ones

  constexpr bool gives_flags() const { return out_count != 0 && out[0].cls == ValueClass::flags; }
  constexpr bool has(uint8_t bits) const { return (effects & bits) == bits; }
};

namespace detail {

constexpr ValueClass class_of(char c) {
  switch (c) {
    case 'i':
      return ValueClass::i32;
    case 'l':
      return ValueClass::i64;
    case 'f':
      return ValueClass::f32;
    case 'd':
      return ValueClass::f64;
    case 'v':
      return ValueClass::v128;
    case 'a':
      return ValueClass::address;
    case 'F':
      return ValueClass::flags;
    default:
      return ValueClass::none;
  }
}

// Up to two decimal digits.
constexpr uint8_t number(const char*& s) {
  uint8_t n = 0;
  for (; *s >= '0' && *s <= '9'; ++s) n = static_cast<uint8_t>(n * 10 + (*s - '0'));
  return n;
}

constexpr Output parse_output(const char*& s) {
  Output out;
  out.cls = class_of(*s++);
  while (*s != ' ' && *s != 0) {
    const char mark = *s++;
    uint8_t& field = mark == '=' ? out.tied : mark == '~' ? out.hint : out.fixed;
    field = number(s);
  }
  return out;
}

constexpr Input parse_input(const char*& s) {
  Input in;
  in.cls = class_of(*s++);
  while (*s != ' ' && *s != 0) {
    const char mark = *s++;
    if (mark == '@') in.fixed = number(s);
    if (mark == '!') in.apart = Apart::unless_tied;
    if (mark == '^') in.apart = Apart::without_avx;
    if (mark == '%') in.apart = Apart::always_without_avx;
    if (mark == '#') in.apart = Apart::always;
    if (mark != '/') continue;
    const char what = *s++;
    if (what == 'm') in.accepts |= Input::mem, in.mem_bytes = number(s);
    if (what == 'i') in.accepts |= Input::imm32;
    if (what == 'u') in.accepts |= Input::imm_any;
    if (what == 'k') in.accepts |= Input::imm_any | Input::imm_only;
  }
  return in;
}

constexpr void parse_extra(const char*& s, Row& row) {
  const char what = *s++;
  if (what == 'g') ++row.scratch_gprs;
  if (what == 'x') ++row.scratch_vecs;
  if (what == '~') row.destroys = static_cast<uint16_t>(row.destroys | 1u << number(s));
}

}  // namespace detail

constexpr Row parse_shape(const char* s) {
  Row row;
  int part = 0;
  while (*s != 0) {
    if (*s == ' ') ++s;
    else if (*s == '<' || *s == ';') part = *s++ == '<' ? 1 : 2;
    else if (part == 0) row.out[row.out_count++] = detail::parse_output(s);
    else if (part == 1) row.in[row.in_count++] = detail::parse_input(s);
    else detail::parse_extra(s, row);
  }
  return row;
}

}  // namespace nacre::codegen

// SPDX-License-Identifier: Apache-2.0
//
// What the row files of this folder share: how rows are written down, and reading operands.
#pragma once

#include <span>

#include "codegen/rows/row.hpp"
#include "codegen/rows/x64/rows.hpp"
#include "codegen/rows/x64/simd.hpp"

namespace nacre::codegen::x64 {

using EmitX64 = void (*)(Assembler&, const Row&, const Operands&);

template <EmitX64 F>
void emit_as(codegen::Assembler& a, const Row& row, const Operands& o) {
  F(static_cast<Assembler&>(a), row, o);
}

constexpr Row make_row(const char* name, RowOp operation, const char* shape, Emit emit,
                       uint32_t code = 0, uint8_t effects = 0, uint32_t features = 0) {
  Row row = parse_shape(shape);
  row.name = name;
  row.op = operation;
  row.emit = emit;
  row.code = code;
  row.effects = effects;
  row.features = features;
  return row;
}

constexpr Row with_traps(Row row, Trap first, Trap second = Trap::none) {
  row.traps = {first, second};
  return row;
}

constexpr Row with_condition(Row row, Cond c, Unordered u = Unordered::ignore) {
  row.condition = {static_cast<uint8_t>(c), u};
  return row;
}

// Row::code of rows that are one vector instruction: its opcode, and an immediate.
constexpr uint32_t pack(Opcode o, uint8_t imm = 0) {
  return static_cast<uint32_t>(o.prefix) | static_cast<uint32_t>(o.map) << 4 |
         static_cast<uint32_t>(o.op) << 8 | static_cast<uint32_t>(imm) << 16;
}
constexpr Opcode opcode(const Row& row) {
  return {static_cast<Prefix>(row.code & 15), static_cast<Map>(row.code >> 4 & 15),
          static_cast<uint8_t>(row.code >> 8)};
}
constexpr uint8_t immediate(const Row& row) { return static_cast<uint8_t>(row.code >> 16); }

constexpr Size size_of(ValueClass c) { return c == ValueClass::i64 ? Size::q : Size::d; }
constexpr Gpr in_gpr(const Row& row, const Operands& o, unsigned i) {
  return {o.in[i].reg, size_of(row.in[i].cls)};
}
constexpr Gpr out_gpr(const Row& row, const Operands& o, unsigned i = 0) {
  return {o.out[i], size_of(row.out[i].cls)};
}
constexpr Xmm in_xmm(const Operands& o, unsigned i) { return {o.in[i].reg}; }
constexpr Xmm out_xmm(const Operands& o) { return {o.out[0]}; }
constexpr Xmm row_scratch_xmm(const Row& row, const Operands& o, unsigned i = 0) {
  return {o.scratch[row.scratch_gprs + i]};
}
constexpr int32_t imm32(const Operand& x) { return static_cast<int32_t>(x.imm); }

inline void move(Assembler& a, Gpr d, Gpr s) {
  if (!d.same(s)) a.mov(d, s);
}
// Register, memory or constant into a register.
void load(Assembler& a, Gpr d, const Operand& x);

// Each file's rows.
std::span<const Row> integer_rows();
std::span<const Row> division_rows();
std::span<const Row> float_rows();
std::span<const Row> conversion_rows();
std::span<const Row> memory_rows();
std::span<const Row> atomic_rows();
std::span<const Row> vector_rows();
std::span<const Row> lane_rows();
std::span<const Row> vector_conversion_rows();

}  // namespace nacre::codegen::x64

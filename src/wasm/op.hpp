// SPDX-License-Identifier: Apache-2.0
//
// The instructions as an enumeration, and what opcodes.def says about each.
// `Op` counts the rows from zero, so it indexes tables directly; the binary code is
// a property (`op_info(op).code`) and the way back is `op_from_byte` for one-byte
// codes and `op_from_prefixed` for the rest, both a bounds check and a load.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <optional>
#include <string_view>

#include "wasm/features.hpp"

namespace nacre::wasm {

// What follows an instruction's code, in the order of the binary format. Indices are LEB128 u32.
enum class Imm : uint8_t {
  none,
  block,   // block type: empty, one value type, or a type index (s33)
  labels,  // vector of labels, then the default label
  label,
  func,
  call_indirect,  // type, table
  type,
  local,
  global,
  table,
  table_copy,  // destination table, source table
  table_init,  // element segment, table
  elem,
  data,
  memory,
  memory_copy,   // destination memory, source memory
  memory_init,   // data segment, memory
  memarg,        // alignment and flags, [memory], offset
  memarg_lane,   // memarg, lane
  lane,          // one byte
  shuffle,       // sixteen bytes, each a lane of 32
  i32,           // signed LEB128
  i64,           // signed LEB128
  f32,           // four bytes
  f64,           // eight bytes
  v128,          // sixteen bytes
  heap_type,     // heap type (s33); nullness is in the code
  select_types,  // vector of value types
  struct_field,  // type, field
  array_fixed,   // type, length
  array_data,    // type, data segment
  array_elem,    // type, element segment
  array_copy,    // destination type, source type
  cast_label,    // flags, label, source heap type, target heap type
  try_table,     // block type, vector of catch clauses
  tag,
  fence,  // one byte, zero
};

// Bits of OpInfo::traits.
namespace trait {
inline constexpr uint32_t pure = 1 << 0;     // no effect, no trap, result depends on operands only
inline constexpr uint32_t traps = 1 << 1;    // may trap (accesses by reads/writes may as well)
inline constexpr uint32_t control = 1 << 2;  // ends or opens a block, or moves control elsewhere
inline constexpr uint32_t call = 1 << 3;
inline constexpr uint32_t atomic = 1 << 4;
inline constexpr uint32_t commutes = 1 << 5;  // the first two operands may be swapped
inline constexpr uint32_t compares = 1 << 6;  // the result is an i32 that is 0 or 1
constexpr uint32_t reads(uint32_t bytes) { return bytes << 8; }
constexpr uint32_t writes(uint32_t bytes) { return bytes << 16; }
}  // namespace trait

enum class Op : uint16_t {
#define OP(name, code, text, imm, sig, feature, traits) name,
#include "wasm/opcodes.def"
  count
};

inline constexpr unsigned op_count = static_cast<unsigned>(Op::count);

struct OpInfo {
  const char* text;
  uint32_t code;  // one byte, or prefix << 16 | sub-opcode
  Imm imm;
  const char* sig;
  Feature feature;
  uint32_t traits;

  constexpr bool is(uint32_t trait_bit) const { return (traits & trait_bit) != 0; }
  constexpr unsigned bytes_read() const { return (traits >> 8) & 0xff; }
  constexpr unsigned bytes_written() const { return (traits >> 16) & 0xff; }
};

namespace detail {

constexpr std::array<OpInfo, op_count> make_op_table() {
  using namespace trait;
  return {{
#define OP(name, code, text, imm, sig, feature, traits) \
  {text, code, Imm::imm, sig, Feature::feature, traits},
#include "wasm/opcodes.def"
  }};
}

inline constexpr std::array<OpInfo, op_count> op_table = make_op_table();

// Sub-opcodes of one prefix (or one-byte codes, prefix 0) to Op; Op::count where there is none.
template <unsigned Size>
constexpr std::array<Op, Size> make_code_table(uint32_t prefix) {
  std::array<Op, Size> table{};
  for (Op& entry : table) entry = Op::count;
  for (unsigned i = 0; i < op_count; ++i) {
    const uint32_t code = op_table[i].code;
    if (code >> 16 == prefix) table[code & 0xffff] = static_cast<Op>(i);
  }
  return table;
}

inline constexpr auto one_byte_ops = make_code_table<0x100>(0);
inline constexpr auto fb_ops = make_code_table<0x20>(0xfb);
inline constexpr auto fc_ops = make_code_table<0x20>(0xfc);
inline constexpr auto fd_ops = make_code_table<0x120>(0xfd);
inline constexpr auto fe_ops = make_code_table<0x50>(0xfe);

template <class Table>
constexpr Op entry_or_none(const Table& table, uint32_t index) {
  return index < table.size() ? table[index] : Op::count;
}

}  // namespace detail

constexpr const OpInfo& op_info(Op op) { return detail::op_table[static_cast<unsigned>(op)]; }

// True for the bytes that start a two-part code (the sub-opcode follows as LEB128 u32).
constexpr bool is_prefix_byte(uint8_t byte) { return byte >= 0xfb && byte <= 0xfe; }

// The instruction of a one-byte code; Op::count when there is none (prefix bytes included).
constexpr Op op_from_byte(uint8_t byte) { return detail::one_byte_ops[byte]; }

// The instruction of a prefixed code, for any sub-opcode; Op::count when there is none.
constexpr Op op_from_prefixed(uint8_t prefix, uint32_t sub) {
  switch (prefix) {
    case 0xfb:
      return detail::entry_or_none(detail::fb_ops, sub);
    case 0xfc:
      return detail::entry_or_none(detail::fc_ops, sub);
    case 0xfd:
      return detail::entry_or_none(detail::fd_ops, sub);
    case 0xfe:
      return detail::entry_or_none(detail::fe_ops, sub);
    default:
      return Op::count;
  }
}

// The instruction of a code as OpInfo::code writes it.
constexpr std::optional<Op> op_from_code(uint32_t code) {
  Op op = Op::count;
  if (code < 0x100) op = op_from_byte(static_cast<uint8_t>(code));
  else if (code >> 24 == 0) op = op_from_prefixed(static_cast<uint8_t>(code >> 16), code & 0xffff);
  if (op == Op::count) return std::nullopt;
  return op;
}

// The first row with this spelling. Several rows share one where the text format tells them
// apart by what follows: `select` / `select_t`, `ref_test` / `ref_test_null`,
// `ref_cast` / `ref_cast_null`.
std::optional<Op> op_from_text(std::string_view text);

// Bytes of memory one execution touches; 0 for instructions without a memarg.
constexpr unsigned access_bytes(Op op) {
  const OpInfo& info = op_info(op);
  const unsigned read = info.bytes_read();
  return read != 0 ? read : info.bytes_written();
}

// The natural alignment of a memory access as an exponent of two. Only for accesses.
constexpr unsigned natural_align_log2(Op op) {
  return static_cast<unsigned>(std::countr_zero(access_bytes(op)));
}

// False for rows typed by hand ("*").
constexpr bool has_signature(Op op) { return op_info(op).sig[0] != '*'; }

// The two halves of a signature, a letter per value. Only where has_signature.
constexpr std::string_view operand_letters(Op op) {
  const std::string_view sig = op_info(op).sig;
  return sig.substr(0, sig.find(':'));
}
constexpr std::string_view result_letters(Op op) {
  const std::string_view sig = op_info(op).sig;
  return sig.substr(sig.find(':') + 1);
}

}  // namespace nacre::wasm

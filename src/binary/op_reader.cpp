// SPDX-License-Identifier: Apache-2.0
//
// The immediates that are not worth inlining.
#include "binary/op_reader.hpp"

namespace nacre::binary {

using wasm::Feature;
using wasm::Imm;
using wasm::Op;
using wasm::OpInfo;

// Prefixed instructions, and everything that is not one.
bool OpReader::prefixed_code(Instr& in, uint8_t byte, uint64_t at) {
  if (failed()) return false;
  uint64_t code = byte;
  Op op = one_byte_rows[byte].op;
  if (wasm::is_prefix_byte(byte)) {
    const uint32_t sub = leb_u32();
    if (failed()) return false;
    code = uint64_t{byte} << 32 | sub;
    op = wasm::op_from_prefixed(byte, sub);
  }
  if (op == Op::count) return fault(Fault::illegal_opcode, at, code), false;
  const OpInfo& info = wasm::op_info(op);
  const bool legacy_throw = op == Op::throw_ && has(Feature::legacy_exceptions);
  in.op = op;
  if (!has(info.feature) && !legacy_throw)
    return feature_off(info.feature, Part::instruction, at, static_cast<uint32_t>(op)), false;
  return true;
}

bool OpReader::next_prefixed(Instr& in, uint8_t byte, uint64_t at) {
  if (!prefixed_code(in, byte, at)) return false;
  const Imm imm = wasm::op_info(in.op).imm;
  return imm == Imm::none || immediates(in, imm);
}

// Where a later feature turned a reserved zero byte into an index.
uint32_t OpReader::index_or_zero_byte(Feature f, Part part, wasm::Op op) {
  if (has(f)) return leb_u32();
  const uint64_t at = offset();
  if (u8() != 0) feature_off(f, part, at, static_cast<uint32_t>(op));
  return 0;
}

uint32_t OpReader::memory_index(const Instr& in) {
  return index_or_zero_byte(Feature::multi_memory, Part::memory_operand, in.op);
}

bool OpReader::zero_byte() {
  const uint64_t at = offset();
  const uint8_t byte = u8();
  if (byte != 0) fault(Fault::zero_byte_expected, at, byte);
  return !failed();
}

bool OpReader::memarg_slow(Instr& in) {
  const uint64_t at = offset();
  const uint32_t flags = leb_u32();
  const bool with_index = (flags & 0x40) != 0;
  const uint32_t exponent = flags & ~0x40u;
  if (!failed() && exponent >= (has(Feature::memory64) ? 64u : 32u))
    return fault(Fault::malformed_memop_flags, at, flags), false;
  if (with_index && !has(Feature::multi_memory))
    return feature_off(Feature::multi_memory, Part::memory_operand, at,
                       static_cast<uint32_t>(in.op)),
           false;
  in.align_log2 = static_cast<uint8_t>(exponent);
  in.index = with_index ? leb_u32() : 0;
  in.bits = has(Feature::memory64) ? leb_u64() : leb_u32();
  return !failed();
}

bool OpReader::block_type_slow(BlockType& block) {
  const uint64_t at = offset();
  const uint8_t byte = peek();
  const bool negative = byte >= 0x40 && byte < 0x80;
  if (at_end() || negative) {
    block.form = BlockType::Form::value;
    block.value = val_type();
    return !failed();
  }
  const int64_t code = leb_s33();
  if (failed()) return false;
  if (code < 0) return fault(Fault::malformed_block_type, at, byte), false;
  const auto& types = module().types;
  const bool known = static_cast<uint64_t>(code) < types.size();
  if (!has(Feature::multi_value)) {
    if (known) feature_off(Feature::multi_value, Part::block_type, at);
    else fault(Fault::malformed_value_type, at, byte);
    return false;
  }
  block.form = BlockType::Form::type;
  block.type_index = static_cast<uint32_t>(code);
  if (ignores_unknown_types()) return true;
  if (!known) return fault(Fault::unknown_type, at, block.type_index), false;
  block.type = types[block.type_index];
  if (!module().type_table.is_func(block.type))
    return fault(Fault::not_a_function_type, at, block.type_index), false;
  return true;
}

bool OpReader::sixteen_bytes(Instr& in) {
  in.bytes = bytes(16).data();
  in.bytes_end = cursor();
  return !failed();
}

bool OpReader::labels(Instr& in) {
  in.count = count(1);
  in.bytes = cursor();
  for (uint32_t i = 0; i < in.count && !failed(); ++i) leb_u32();
  leb_u32();  // the default
  in.bytes_end = cursor();
  return !failed();
}

bool OpReader::select_types(Instr& in) {
  in.count = count(1);
  in.bytes = cursor();
  for (uint32_t i = 0; i < in.count && !failed(); ++i) {
    const wasm::ValType t = val_type();
    if (i == 0) in.value = t;
  }
  in.bytes_end = cursor();
  return !failed();
}

bool OpReader::cast_label(Instr& in) {
  const uint64_t at = offset();
  const uint8_t flags = u8();
  if (flags > 3) return fault(Fault::malformed_cast_flags, at, flags), false;
  in.index = leb_u32();
  in.value = wasm::ValType::ref(heap_type(in.heap_index), (flags & 1) != 0);
  in.value2 = wasm::ValType::ref(heap_type(in.heap_index2), (flags & 2) != 0);
  return !failed();
}

bool OpReader::try_table(Instr& in) {
  block_type(in.block);
  in.count = count(2);
  in.bytes = cursor();
  for (uint32_t i = 0; i < in.count && !failed(); ++i) {
    const uint64_t at = offset();
    const uint8_t kind = u8();
    if (kind > 3) return fault(Fault::malformed_catch_kind, at, kind), false;
    if (kind < 2) leb_u32();
    leb_u32();
  }
  in.bytes_end = cursor();
  return !failed();
}

// Immediates that name types.
bool OpReader::reference_immediates(Instr& in, Imm imm) {
  switch (imm) {
    case Imm::call_indirect:
      in.type = func_type_index(in.index);
      in.index2 = index_or_zero_byte(Feature::ref_types, Part::table_operand, in.op);
      break;
    case Imm::type:
      in.type = type_index(in.index);
      break;
    case Imm::struct_field:
    case Imm::array_fixed:
    case Imm::array_data:
    case Imm::array_elem:
      in.type = type_index(in.index);
      in.index2 = leb_u32();
      break;
    case Imm::array_copy:
      in.type = type_index(in.index);
      in.type2 = type_index(in.index2);
      break;
    case Imm::heap_type:
      in.heap = heap_type(in.heap_index);
      break;
    default:
      return false;
  }
  return !failed();
}

bool OpReader::rare_immediates(Instr& in, Imm imm) {
  switch (imm) {
    case Imm::labels:
      return labels(in);
    case Imm::memory:
      in.index = memory_index(in);
      return !failed();
    case Imm::memory_copy:
      in.index = memory_index(in);
      in.index2 = memory_index(in);
      return !failed();
    case Imm::memory_init:
      in.index = leb_u32();
      in.index2 = memory_index(in);
      return !failed();
    case Imm::table_copy:
    case Imm::table_init:
      in.index = leb_u32();
      in.index2 = leb_u32();
      return !failed();
    case Imm::memarg_lane:
      if (!memarg(in)) return false;
      in.lane = u8();
      return !failed();
    case Imm::lane:
      in.lane = u8();
      return !failed();
    case Imm::f32:
      in.bits = fixed<uint32_t>();
      return !failed();
    case Imm::f64:
      in.bits = fixed<uint64_t>();
      return !failed();
    case Imm::v128:
    case Imm::shuffle:
      return sixteen_bytes(in);
    case Imm::select_types:
      return select_types(in);
    case Imm::cast_label:
      return cast_label(in);
    case Imm::try_table:
      return try_table(in);
    case Imm::fence:
      return zero_byte();
    default:
      return reference_immediates(in, imm);
  }
}

}  // namespace nacre::binary

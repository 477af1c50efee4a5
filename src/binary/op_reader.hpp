// SPDX-License-Identifier: Apache-2.0
//
// OpReader: decodes one instruction after another: code, then immediates, each checked for its
// form and features but not for its meaning. It is the only decoder of instructions; the
// validator, the printer and the section decoder (for the end of constant expressions) drive it.
//
//   OpReader r(module, code, offset);
//   Instr in;
//   while (!r.at_end() && r.next(in)) ...
//   if (r.failed()) return r.error();
//
// One-byte instructions without immediates cost a table load and a feature test. Vectors
// (labels, catch clauses, select types) are skipped over once and left in place: Instr points at
// them, LabelCursor and CatchCursor walk them.
#pragma once

#include <array>

#include "binary/input.hpp"
#include "wasm/op.hpp"

namespace nacre::binary {

// The type of a block as written.
struct BlockType {
  enum class Form : uint8_t { empty, value, type };
  Form form = Form::empty;
  wasm::ValType value;                   // value
  wasm::TypeId type = wasm::no_type;     // type: a function type
  uint32_t type_index = wasm::no_index;  // the index as written
};

// An instruction. Which members mean something depends on op_info(op).imm; the others hold
// leftovers of earlier instructions.
struct Instr {
  wasm::Op op{};
  uint8_t lane = 0;        // lane, memarg_lane
  uint8_t align_log2 = 0;  // memarg, memarg_lane
  // label, func, local, global, table, elem, data, memory, tag: the index.
  // type, struct_field, array_*, call_indirect: the type index as written; `type` its id.
  // table_copy, memory_copy: destination. table_init, memory_init: segment. array_copy:
  // destination type. memarg: memory. cast_label: label.
  uint32_t index = 0;
  // call_indirect: table. table_copy, memory_copy: source. table_init: table. memory_init:
  // memory. struct_field: field. array_fixed: length. array_data, array_elem: segment.
  // array_copy: source type, `type2` its id.
  uint32_t index2 = 0;
  wasm::TypeId type = 0, type2 = 0;
  // i32 (zero-extended), i64, f32 and f64 (as bits), memarg (offset).
  uint64_t bits = 0;
  // v128, shuffle: sixteen bytes. labels, select_types, try_table: `count` items (plus the
  // default label) in encoded form.
  const uint8_t* bytes = nullptr;
  const uint8_t* bytes_end = nullptr;
  uint32_t count = 0;
  BlockType block;                           // block, try_table
  wasm::HeapType heap;                       // heap_type
  wasm::ValType value, value2;               // select_types: the first. cast_label: source, target
  uint32_t heap_index = 0, heap_index2 = 0;  // heap_type, cast_label: type index or no_index
};

class OpReader : public Input {
 public:
  // Reads `code`, whose first byte is at `offset` of the module's binary.
  OpReader(const wasm::Module& module, Bytes code, uint64_t offset)
      : Input(module, code, offset), gate_(gate_of(module.features)) {}
  explicit OpReader(const Input& input) : Input(input), gate_(gate_of(input.module().features)) {}

  // Decodes the next instruction into `in`. False when it is malformed: see error().
  NACRE_INLINE bool next(Instr& in) {
    const uint64_t at = offset();
    const uint8_t byte = u8();
    const Row row = one_byte_rows[byte];
    if (NACRE_UNLIKELY((gate_ >> row.feature & 1) == 0)) return next_prefixed(in, byte, at);
    in.op = row.op;
    if (NACRE_LIKELY(row.imm == wasm::Imm::none)) return !at_end() || ok();
    return immediates(in, row.imm);
  }

  // The two halves of `next`, for a driver whose switch over instructions knows the kind of
  // immediates at compile time: the code alone, into in.op; then what follows it (not for none).
  NACRE_INLINE bool next_code(Instr& in) {
    const uint64_t at = offset();
    const uint8_t byte = u8();
    const Row row = one_byte_rows[byte];
    if (NACRE_UNLIKELY((gate_ >> row.feature & 1) == 0)) return prefixed_code(in, byte, at);
    in.op = row.op;
    return !at_end() || ok();
  }
  template <wasm::Imm imm>
  NACRE_INLINE bool next_immediates(Instr& in) {
    return immediates(in, imm);
  }

 private:
  struct Row {
    wasm::Op op;
    wasm::Imm imm;
    uint8_t feature;
  };
  static constexpr uint8_t never = 31;  // a feature that is never on
  static_assert(static_cast<unsigned>(wasm::Feature::count) < never);

  static constexpr std::array<Row, 256> make_rows() {
    std::array<Row, 256> rows{};
    for (unsigned i = 0; i < 256; ++i) {
      const wasm::Op op = wasm::op_from_byte(static_cast<uint8_t>(i));
      if (op == wasm::Op::count) {
        rows[i] = {op, wasm::Imm::none, never};
      } else {
        const wasm::OpInfo& info = wasm::op_info(op);
        rows[i] = {op, info.imm, static_cast<uint8_t>(info.feature)};
      }
    }
    return rows;
  }
  static const std::array<Row, 256> one_byte_rows;

  static constexpr uint32_t gate_of(wasm::Features f) { return f.bits & ~(1u << never); }

  NACRE_INLINE bool immediates(Instr& in, wasm::Imm imm) {
    switch (imm) {
      case wasm::Imm::label:
      case wasm::Imm::func:
      case wasm::Imm::local:
      case wasm::Imm::global:
      case wasm::Imm::table:
      case wasm::Imm::elem:
      case wasm::Imm::data:
      case wasm::Imm::tag:
        in.index = leb_u32();
        return ok();
      case wasm::Imm::i32:
        in.bits = static_cast<uint32_t>(leb_s32());
        return ok();
      case wasm::Imm::i64:
        in.bits = static_cast<uint64_t>(leb_s64());
        return ok();
      case wasm::Imm::memarg:
        return memarg(in);
      case wasm::Imm::block:
        return block_type(in.block);
      default:
        return rare_immediates(in, imm);
    }
  }
  NACRE_INLINE bool memarg(Instr& in) {
    // The usual case in two loads: no memory index, offset below 128.
    const uint8_t* p = cursor();
    if (NACRE_LIKELY(remaining() >= 2 && p[0] < 0x20 && p[1] < 0x80)) {
      in.align_log2 = p[0];
      in.index = 0;
      in.bits = p[1];
      u8();
      u8();
      return true;
    }
    return memarg_slow(in);
  }
  NACRE_INLINE bool block_type(BlockType& block) {
    if (NACRE_LIKELY(peek() == 0x40)) {
      u8();
      block.form = BlockType::Form::empty;
      return true;
    }
    return block_type_slow(block);
  }

  NACRE_NOINLINE bool prefixed_code(Instr& in, uint8_t byte, uint64_t at);
  NACRE_NOINLINE bool next_prefixed(Instr& in, uint8_t byte, uint64_t at);
  NACRE_NOINLINE bool rare_immediates(Instr& in, wasm::Imm imm);
  NACRE_NOINLINE bool memarg_slow(Instr& in);
  NACRE_NOINLINE bool block_type_slow(BlockType& block);
  bool reference_immediates(Instr& in, wasm::Imm imm);
  bool sixteen_bytes(Instr& in);
  bool labels(Instr& in);
  bool select_types(Instr& in);
  bool cast_label(Instr& in);
  bool try_table(Instr& in);
  uint32_t memory_index(const Instr& in);
  uint32_t index_or_zero_byte(wasm::Feature f, Part part, wasm::Op op);
  bool zero_byte();

  uint32_t gate_;
};

inline constexpr std::array<OpReader::Row, 256> OpReader::one_byte_rows = OpReader::make_rows();

// The labels of a br_table: `in.count` of them, then the default.
class LabelCursor {
 public:
  explicit LabelCursor(const Instr& in)
      : reader_(Bytes(in.bytes, static_cast<size_t>(in.bytes_end - in.bytes))) {}
  bool done() const { return reader_.at_end(); }
  uint32_t next() { return reader_.leb_u32(); }

 private:
  Reader reader_;
};

// A catch clause of a try_table as written; `kind` is its byte (0 catch, 1 catch_ref,
// 2 catch_all, 3 catch_all_ref).
struct CatchClause {
  uint8_t kind;
  uint32_t tag;
  uint32_t label;
};

class CatchCursor {
 public:
  explicit CatchCursor(const Instr& in)
      : reader_(Bytes(in.bytes, static_cast<size_t>(in.bytes_end - in.bytes))) {}
  bool done() const { return reader_.at_end(); }
  CatchClause next() {
    CatchClause c{};
    c.kind = reader_.u8();
    if (c.kind < 2) c.tag = reader_.leb_u32();
    c.label = reader_.leb_u32();
    return c;
  }

 private:
  Reader reader_;
};

// Whether an instruction opens a block that an `end` (or, for try_, a delegate) closes.
constexpr bool opens_block(wasm::Op op) {
  using wasm::Op;
  return op == Op::block || op == Op::loop || op == Op::if_ || op == Op::try_ ||
         op == Op::try_table;
}

}  // namespace nacre::binary

// SPDX-License-Identifier: Apache-2.0
//
// The operand stack at compile time. A value is a tree of nodes in postfix order at the end of one
// array, so that popping values pops nodes, and memory is bounded by what is on the stack. A tree
// is deferred work: constants, locals, pure operations and loads whose code is written when their
// consumer is known. A value that has been computed is a single `reg` or `slot` node (nodes below
// it that belonged to its tree are `dead`).
#pragma once

#include <cstdint>

#include "codegen/rows/row.hpp"

namespace nacre::baseline {

using codegen::ValueClass;

// The driver's handle of a value: the root of its tree.
struct Value {
  uint32_t node = UINT32_MAX;
};

enum class NodeKind : uint8_t {
  dead,
  constant,  // bits; v128: number of a constant of the function in `a`
  local,     // local `a`, as it is now
  reg,       // in `reg`, which this node owns
  slot,      // in its own operand slot
  op,        // the pure operation `op` of the 1 to 3 trees before it
  load,      // the load `op` from memory `a` at offset `bits` + the tree before it
};

struct Node {
  NodeKind kind = NodeKind::dead;
  ValueClass cls = ValueClass::none;
  uint8_t reg = 0;
  uint8_t arity = 0;      // op
  uint16_t op = 0;        // RowOp number
  bool is_ref = false;    // holds a heap reference
  bool linked = false;    // on the list of a local
  bool swapped = false;   // op: the operands are in reverse order
  bool is64 = false;      // load: the memory's address type
  uint32_t start = 0;     // first node of the tree
  uint32_t slot = 0;      // operand slot of the value
  uint32_t slot_end = 0;  // after the slots of the whole tree: operands may have been spilled
  uint32_t a = 0;
  uint32_t next = 0;  // next older node on the list of the local
  uint32_t wasm = 0;  // offset of the instruction, relative to the function's code
  uint64_t bits = 0;
};

constexpr uint32_t slots_of(ValueClass c) { return c == ValueClass::v128 ? 2 : 1; }
constexpr unsigned bytes_of(ValueClass c) {
  return c == ValueClass::v128 ? 16 : c == ValueClass::i32 || c == ValueClass::f32 ? 4 : 8;
}
// A constant as an immediate operand: i32 with its sign.
constexpr int64_t immediate_of(ValueClass c, uint64_t bits) {
  return c == ValueClass::i32 ? static_cast<int32_t>(bits) : static_cast<int64_t>(bits);
}
// Which register file: 0 general, 1 vector.
constexpr unsigned file_of(ValueClass c) { return codegen::is_vec(c) ? 1 : 0; }

}  // namespace nacre::baseline

// SPDX-License-Identifier: Apache-2.0
//
// What the compiler writes down about the function at hand: where values are, and the code that is
// still owed (cold stubs are written at a function's end).
#pragma once

#include <cstdint>

#include "codegen/builtins.hpp"
#include "codegen/code_buffer.hpp"
#include "codegen/rows/row.hpp"
#include "codegen/tables.hpp"
#include "codegen/x64/abi.hpp"

namespace nacre::baseline {

using codegen::no_reg;
using codegen::ValueClass;
using codegen::x64::Mem;

// --- locals, pins, labels

// Where the pins of a region hold their values, a bit for each.
struct State {
  uint32_t in_reg = 0, in_mem = 0;
};

struct Pin {
  uint32_t local = 0;  // or memory_base_local
  ValueClass cls = ValueClass::none;
  uint8_t reg = no_reg;
};

struct Local {
  uint32_t epoch = 0;
  int32_t home = 0;
  uint32_t head = UINT32_MAX;  // newest node on its list
  uint8_t pin = no_reg;        // number in pins_
  ValueClass cls = ValueClass::none;
};

// A label of the module: what the driver keeps beside a control frame.
struct FrameLabel {
  codegen::Label code{};
  codegen::Label other{};  // if: where the condition's failure leads
  State state{}, other_state{};
  bool bound = false;              // a loop's
  bool outer_region = false;       // this loop began a region
  uint32_t region = 0;             // pins by which `state` is meant
  uint32_t base = 0;               // nodes below the frame's params
  uint32_t slot = 0;               // operand slot of the first param or result
  uint32_t handlers = UINT32_MAX;  // exception clauses in force outside (try frames)
  uint32_t clause = UINT32_MAX;    // try: the first clause (legacy: the last so far)
  uint32_t exception_slot = 0;     // catch parts: where the exception is kept
  uint32_t table_serial = 0;       // the br_table that last asked ...
  codegen::Label table_stub{};     // ... and what it got
};

// --- references in frames

// A part of the compiler's list of slots with references.
struct RefRange {
  uint32_t begin, end;
};

// A list in refs_ of the first `count` of ref_slots_.
struct RefMark {
  uint32_t count;
  RefRange range;
};

// --- moves

// Between a pin and its home, at an edge.
struct FixMove {
  ValueClass cls;
  uint8_t reg;
  bool is_load;
  Mem home;
};

// Of a parallel move.
struct RegMove {
  ValueClass cls;
  uint8_t to, from;
};

// --- cold stubs

// The moves of an edge that is seldom taken.
struct ColdEdge {
  codegen::Label label, target;
  uint32_t begin, end;  // in fix_moves_
};

// Interruptible code found the stack limit raised at a loop: stores, then loads, in fix_moves_.
struct ColdPoll {
  codegen::Label label, back;
  uint32_t wasm;
  uint32_t begin, loads, end;
  RefRange refs;
  uint32_t handlers;
};

// What a trap's message says besides.
struct TrapIndex {
  uint8_t reg;  // holds the index, if one does
  bool is_constant, of_array;
  uint64_t constant;
  friend bool operator==(const TrapIndex&, const TrapIndex&) = default;
};
inline constexpr TrapIndex no_index{no_reg, false, false, 0};

struct ColdTrap {
  codegen::Label label;
  uint32_t wasm;
  Trap trap;
  codegen::Site::Kind kind;
  TrapIndex index;
};

// Around a cold call.
struct ColdMove {
  ValueClass cls;
  uint8_t reg;
  bool store;    // before the call; all are loaded after it
  bool in_slot;  // the memory is a slot that emit_cold_calls chooses
  bool is_ref;
  Mem memory;
};

struct ColdCall {
  codegen::Label label, back;
  codegen::BuiltinId id;
  uint8_t dest;
  uint32_t a, b, operand;
  uint32_t wasm;
  uint32_t moves, moves_end;  // in cold_moves_
  RefRange refs;              // the last `saved_refs` are those among the moves
  uint32_t saved_refs;
  bool is_bulk;
};

}  // namespace nacre::baseline

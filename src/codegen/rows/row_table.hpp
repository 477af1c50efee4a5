// SPDX-License-Identifier: Apache-2.0
//
// Finding rows. A RowTable is all rows of an instruction set, indexed by operation; a RowChoice is
// the part of it that a processor can execute, with the preferred row of each operation at hand.
// Both are immutable after construction and may be shared by threads.
//
//   const RowChoice rows(x64::rows(), features);
//   const Row* row = rows.value(Op::i32_add);       // computes into registers or memory
//   const Row* test = rows.flags(Op::i32_lt_s);     // leaves row->condition in the flags, or null
//   for (const Row& r : rows.all(Op::i32_shl)) ...  // in order of preference
#pragma once

#include <array>
#include <span>
#include <vector>

#include "codegen/rows/row.hpp"

namespace nacre::codegen {

// Why `operands` break the constraints of `row`; null when they keep them. For assertions and the
// checkers of register allocations.
const char* violation(const Row& row, const Operands& operands, os::CpuFeatures features);

class RowChoice {
 public:
  // `rows` are in order of preference for each operation and outlive this.
  RowChoice(std::span<const Row> rows, os::CpuFeatures features);

  // The preferred row, or null when the operation has none of that form.
  const Row* value(RowOp op) const { return value_[op.number]; }
  const Row* flags(RowOp op) const { return flags_[op.number]; }
  // The row made for this constant as second input, or null: then value()'s serves it, as a
  // constant if it accepts one.
  const Row* constant(RowOp op, int64_t value) const;
  // Every usable row of the operation, both forms.
  std::span<const Row* const> all(RowOp op) const {
    return {rows_.data() + first_[op.number], rows_.data() + first_[op.number + 1u]};
  }
  os::CpuFeatures features() const { return features_; }

 private:
  os::CpuFeatures features_;
  std::array<const Row*, row_op_count> value_{};
  std::array<const Row*, row_op_count> flags_{};
  std::array<uint16_t, row_op_count + 1> first_{};
  std::vector<const Row*> rows_;  // grouped by operation
};

}  // namespace nacre::codegen

// SPDX-License-Identifier: Apache-2.0
//
// What validation can find wrong, as an enumeration, and the prose for each. The
// wording starts with that of the specification's test suite; details follow it. The
// validator itself only names a Fault: text is made here, off the main line. What is wrong
// with an instruction's form is found and worded by binary/.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include <nacre/result.hpp>

#include "wasm/module.hpp"
#include "wasm/op.hpp"

namespace nacre::validate {

enum class Fault : uint8_t {
  // malformed
  too_many_locals,  // more than 2^32 - 1
  data_count_required,
  // limits
  local_limit,
  operand_limit,
  array_limit,
  // invalid
  alignment,
  atomic_alignment,
  offset_range,
  lane_index,
  result_arity,
  immutable_global,
  immutable_field,
  immutable_array,
  array_types,
  array_not_numeric,
  packed_access,  // plain get of a packed field, or signed get of another
  not_defaultable,
  not_a_reference,
  not_a_number,  // untyped select on references
  if_needs_else,
  label_needs_reference,
  label_arity,
  cast_types,
  table_elem_type,
  elem_segment_type,
  callee_results,
  uninitialized_local,
  undeclared_reference,
  constant_required,
  rethrow_label,
};

// The index spaces an instruction may name.
enum class Space : uint8_t {
  type,
  func,
  table,
  memory,
  global,
  tag,
  elem,
  data,
  local,
  label,
  field,
};

// Where an error is: the module, the instruction's offset in the binary, and its first byte.
struct Place {
  const wasm::Module& module;
  uint64_t offset;
  Bytes code;  // from the instruction on; empty when the error belongs to none
};

Error describe(Fault, const Place&);
Error describe_unknown(Space, uint64_t index, const Place&);
// A type index that names another kind of type than the instruction works on.
Error describe_wrong_kind(uint32_t type_index, wasm::CompositeKind wanted, const Place&);
// Operands that do not fit: what was wanted and what the stack had on top, deepest first.
// `leftover`: the block ended with more than its results.
Error describe_mismatch(std::span<const wasm::ValType> wanted, std::span<const wasm::ValType> found,
                        bool leftover, const Place&);

// A type as the text format writes it; concrete types by their first type index.
std::string type_text(wasm::ValType, const wasm::Module&);

}  // namespace nacre::validate

// SPDX-License-Identifier: Apache-2.0
//
// Looks for malformed bodies in a module that has turned out to be invalid. Validation stops at
// the first error of any kind, but a module with a malformed body is malformed, wherever else
// it is invalid. This pass only follows the structure of code; it runs for bad modules alone.
#include <utility>
#include <vector>

#include "binary/errors.hpp"
#include "binary/op_reader.hpp"
#include "validate/errors.hpp"
#include "validate/module_validator.hpp"

namespace nacre::validate {
namespace {

using binary::OpReader;
using wasm::Module;
using wasm::Op;

// Type indices are not a question of form: in this module, all that occur are of functions.
Module forgiving(const Module& module) {
  constexpr size_t enough = 1'000'000;
  Module m;
  m.bytes = module.bytes;
  m.features = module.features;
  m.data_count = module.data_count;
  m.types.assign(enough, m.type_table.add_func({}, {}));
  return m;
}

// Where an `else` or a catch clause may stand: the innermost block's opening instruction, or
// the latest part of it.
bool follow(OpReader& reader, Op op, uint64_t at, std::vector<Op>& open) {
  const auto misplaced = [&] {
    reader.fault(binary::Fault::end_expected, at, wasm::op_info(op).code);
    return false;
  };
  const Op block = open.back();
  switch (op) {
    case Op::else_:
      if (block != Op::if_) return misplaced();
      open.back() = Op::else_;
      return true;
    case Op::catch_:
    case Op::catch_all:
      if (block != Op::try_ && block != Op::catch_) return misplaced();
      open.back() = op;
      return true;
    case Op::delegate:
      if (block != Op::try_) return misplaced();
      open.pop_back();
      return true;
    case Op::end:
      open.pop_back();
      return true;
    default:
      if (binary::opens_block(op)) open.push_back(op);
      return true;
  }
}

bool names_data(Op op) {
  return op == Op::memory_init || op == Op::data_drop || op == Op::array_new_data ||
         op == Op::array_init_data;
}

// Reads a body's locals and instructions; false with `error` set when its form is wrong.
bool well_formed(const Module& module, const wasm::Body& body, std::vector<Op>& open,
                 Error& error) {
  OpReader reader(module, module.bytes.subspan(body.offset, body.size), body.offset);
  for (uint32_t n = reader.count(2); n > 0 && !reader.failed(); --n) {
    reader.leb_u32();
    reader.val_type();
  }
  open.assign(1, Op::block);
  binary::Instr instr;
  while (!open.empty() && !reader.at_end()) {
    const uint64_t at = reader.offset();
    if (!reader.next(instr) || !follow(reader, instr.op, at, open)) break;
    if (names_data(instr.op) && module.data_count == wasm::no_index) {
      error = describe(validate::Fault::data_count_required, {module, at, {}});
      return false;
    }
  }
  const uint64_t end = body.offset + body.size;
  if (reader.failed()) error = reader.error();
  else if (!open.empty()) error = binary::missing_end_error(module, end);
  else if (!reader.at_end())
    error = binary::fault_error(binary::Fault::section_size_mismatch, reader.offset(), end,
                                module.features);
  else return true;
  return error.kind != ErrorKind::malformed;
}

}  // namespace

Error well_formed_first(const Module& module, Error error) {
  if (error.kind != ErrorKind::invalid) return error;
  const Module forms = forgiving(module);
  std::vector<Op> open;
  Error found;
  for (const wasm::Body& body : module.bodies)
    if (!well_formed(forms, body, open, found)) return found;
  return error;
}

}  // namespace nacre::validate

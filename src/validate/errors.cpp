// SPDX-License-Identifier: Apache-2.0
#include "validate/errors.hpp"

#include <algorithm>

#include "base/reader.hpp"
#include "wasm/type_names.hpp"

namespace nacre::validate {
namespace {

using wasm::Module;
using wasm::ValType;

struct Prose {
  ErrorKind kind;
  const char* text;
};

Prose prose_of(Fault fault) {
  constexpr ErrorKind malformed = ErrorKind::malformed, limit = ErrorKind::limit,
                      invalid = ErrorKind::invalid;
  switch (fault) {
    case Fault::too_many_locals:
      return {malformed, "too many locals"};
    case Fault::data_count_required:
      return {malformed, "data count section required"};
    case Fault::local_limit:
      return {limit, "too many locals: at most 50000 are supported"};
    case Fault::operand_limit:
      return {limit, "too many operands on the stack"};
    case Fault::array_limit:
      return {limit, "too many elements: array.new_fixed takes at most 10000"};
    case Fault::alignment:
      return {invalid, "alignment must not be larger than natural"};
    case Fault::atomic_alignment:
      return {invalid, "atomic alignment must be natural"};
    case Fault::offset_range:
      return {invalid, "offset out of range"};
    case Fault::lane_index:
      return {invalid, "invalid lane index"};
    case Fault::result_arity:
      return {invalid, "invalid result arity"};
    case Fault::immutable_global:
      return {invalid, "immutable global"};
    case Fault::immutable_field:
      return {invalid, "field is immutable"};
    case Fault::immutable_array:
      return {invalid, "array is immutable"};
    case Fault::array_types:
      return {invalid, "array types do not match"};
    case Fault::array_not_numeric:
      return {invalid, "array type is not numeric or vector"};
    case Fault::packed_access:
      return {invalid,
              "type mismatch: packed storage needs a _s or _u access, and only it has one"};
    case Fault::not_defaultable:
      return {invalid, "type mismatch: the type has no default value"};
    case Fault::not_a_reference:
      return {invalid, "type mismatch: instruction requires a reference"};
    case Fault::not_a_number:
      return {invalid, "type mismatch: select without a type requires numbers or vectors"};
    case Fault::if_needs_else:
      return {invalid, "type mismatch: if without else must have the same parameters and results"};
    case Fault::label_needs_reference:
      return {invalid, "type mismatch: the label takes no reference"};
    case Fault::label_arity:
      return {invalid, "type mismatch: the labels take different values"};
    case Fault::cast_types:
      return {invalid, "type mismatch: the target type is not a subtype of the source type"};
    case Fault::table_elem_type:
      return {invalid, "type mismatch: element types do not match"};
    case Fault::elem_segment_type:
      return {invalid, "type mismatch: the segment's type does not match"};
    case Fault::callee_results:
      return {invalid, "type mismatch: the callee's results do not match the caller's"};
    case Fault::uninitialized_local:
      return {invalid, "uninitialized local"};
    case Fault::undeclared_reference:
      return {invalid, "undeclared function reference"};
    case Fault::constant_required:
      return {invalid, "constant expression required"};
    case Fault::rethrow_label:
      return {invalid, "invalid rethrow label"};
  }
  return {invalid, "invalid"};
}

const char* space_text(Space space) {
  switch (space) {
    case Space::type:
      return "type";
    case Space::func:
      return "function";
    case Space::table:
      return "table";
    case Space::memory:
      return "memory";
    case Space::global:
      return "global";
    case Space::tag:
      return "tag";
    case Space::elem:
      return "elem segment";
    case Space::data:
      return "data segment";
    case Space::local:
      return "local";
    case Space::label:
      return "label";
    case Space::field:
      return "field";
  }
  return "index";
}

wasm::Op op_at(Bytes code) {
  Reader reader(code);
  const uint8_t byte = reader.u8();
  if (!reader.ok()) return wasm::Op::count;
  if (!wasm::is_prefix_byte(byte)) return wasm::op_from_byte(byte);
  const uint32_t sub = reader.leb_u32();
  return reader.ok() ? wasm::op_from_prefixed(byte, sub) : wasm::Op::count;
}

// ", in i32.add"
std::string where(const Place& place) {
  const wasm::Op op = op_at(place.code);
  if (op == wasm::Op::count) return {};
  return std::string(", in ") + wasm::op_info(op).text;
}

std::string list_text(std::span<const ValType> types, const Module& module) {
  constexpr size_t shown = 12;
  std::string text = "[";
  const size_t first = types.size() > shown ? types.size() - shown : 0;
  if (first > 0) text += "...";
  for (size_t i = first; i < types.size(); ++i) {
    if (text.size() > 1) text += " ";
    text += type_text(types[i], module);
  }
  return text + "]";
}

}  // namespace

std::string type_text(ValType type, const Module& module) {
  std::string text;
  wasm::append_val_type(text, type, [&](std::string& out, wasm::TypeId id) {
    const auto at = std::find(module.types.begin(), module.types.end(), id);
    out += at == module.types.end() ? "?" : std::to_string(at - module.types.begin());
  });
  return text;
}

Error describe(Fault fault, const Place& place) {
  const Prose prose = prose_of(fault);
  std::string text = prose.text;
  if (fault == Fault::immutable_global && !place.module.features.has(wasm::Feature::gc)) {
    text = "global is immutable";
  }
  text += where(place);
  return make_error(prose.kind, text, place.offset);
}

Error describe_unknown(Space space, uint64_t index, const Place& place) {
  return make_error(
      ErrorKind::invalid,
      std::string("unknown ") + space_text(space) + " " + std::to_string(index) + where(place),
      place.offset);
}

Error describe_wrong_kind(uint32_t type_index, wasm::CompositeKind wanted, const Place& place) {
  const char* kind = wanted == wasm::CompositeKind::func      ? "a function"
                     : wanted == wasm::CompositeKind::struct_ ? "a structure"
                                                              : "an array";
  return make_error(ErrorKind::invalid,
                    "type mismatch: type " + std::to_string(type_index) + " is not " + kind +
                        " type" + where(place),
                    place.offset);
}

Error describe_mismatch(std::span<const ValType> wanted, std::span<const ValType> found,
                        bool leftover, const Place& place) {
  std::string text = std::string("type mismatch: ") + (leftover ? "block" : "instruction") +
                     " requires " + list_text(wanted, place.module) + " but stack has " +
                     list_text(found, place.module) + where(place);
  return make_error(ErrorKind::invalid, text, place.offset);
}

}  // namespace nacre::validate

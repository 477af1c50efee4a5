// SPDX-License-Identifier: Apache-2.0
#include "binary/errors.hpp"

#include <string>

#include "base/quote.hpp"
#include "wasm/op.hpp"
#include "wasm/type_names.hpp"

namespace nacre::binary {

using wasm::Feature;
using wasm::Features;

namespace {

// The suite of 1.0 says "invalid" where later ones say "malformed".
bool level1(Features f) { return !f.has(Feature::ref_types) && !f.has(Feature::bulk); }

std::string hex(uint64_t v) {
  const char* digits = "0123456789abcdef";
  std::string s;
  do {
    s.insert(s.begin(), digits[v & 15]);
    v >>= 4;
  } while (v != 0);
  return s.size() < 2 ? "0" + s : s;
}

std::string opcode_text(uint64_t code) {
  return code < 0x100 ? hex(code) : hex(code >> 32) + " " + hex(code & 0xffffffff);
}

std::string by_level(Features f, const char* rest) {
  return std::string(level1(f) ? "invalid " : "malformed ") + rest;
}

std::string found_byte(std::string what, uint64_t byte) {
  return std::move(what) + ": 0x" + hex(byte);
}

std::string counts(const char* what, const char* a, const char* b, uint64_t packed) {
  return std::string(what) + ": " + std::to_string(packed >> 32) + " " + a + ", " +
         std::to_string(packed & 0xffffffff) + " " + b;
}

const char* section_name(uint64_t id) {
  static constexpr const char* names[] = {"custom", "type",   "import",     "function", "table",
                                          "memory", "global", "export",     "start",    "element",
                                          "code",   "data",   "data count", "tag"};
  return id < 14 ? names[id] : "unknown";
}

const char* limited_thing(Fault f) {
  switch (f) {
    case Fault::limit_module_size:
      return "bytes in the module";
    case Fault::limit_types:
      return "types";
    case Fault::limit_functions:
      return "functions";
    case Fault::limit_imports:
      return "imports";
    case Fault::limit_exports:
      return "exports";
    case Fault::limit_globals:
      return "globals";
    case Fault::limit_tags:
      return "tags";
    case Fault::limit_data_segments:
      return "data segments";
    case Fault::limit_elem_segments:
      return "element segments";
    case Fault::limit_tables:
      return "tables";
    case Fault::limit_memories:
      return "memories";
    case Fault::limit_segment_entries:
      return "entries in an element segment";
    case Fault::limit_params:
      return "parameters";
    case Fault::limit_results:
      return "results";
    case Fault::limit_body_size:
      return "bytes in a function body";
    case Fault::limit_fields:
      return "fields";
    case Fault::limit_subtype_depth:
      return "levels of subtyping";
    case Fault::limit_custom_sections:
      return "custom sections";
    default:
      return "items";
  }
}

std::string malformed_text(Fault fault, uint64_t detail, Features f) {
  switch (fault) {
    case Fault::illegal_opcode:
      return "illegal opcode " + opcode_text(detail);
    case Fault::zero_byte_expected:
      return found_byte("zero byte expected", detail);
    case Fault::malformed_memop_flags:
      return "malformed memop flags: " + std::to_string(detail);
    case Fault::malformed_value_type:
      return found_byte(by_level(f, "value type"), detail);
    case Fault::malformed_reference_type:
      return found_byte("malformed reference type", detail);
    case Fault::malformed_heap_type:
      return "malformed heap type: " + std::to_string(static_cast<int64_t>(detail));
    case Fault::malformed_block_type:
      return found_byte("malformed block type", detail);
    case Fault::malformed_type_form:
      return found_byte("malformed definition type", detail);
    case Fault::malformed_mutability:
      return found_byte(by_level(f, "mutability"), detail);
    case Fault::malformed_limits_flags:
      return found_byte("malformed limits flags", detail);
    case Fault::malformed_page_size:
      return "invalid custom page size: 2 to the power of " + std::to_string(detail);
    case Fault::malformed_import_kind:
      return found_byte("malformed import kind", detail);
    case Fault::malformed_export_kind:
      return found_byte("malformed export kind", detail);
    case Fault::malformed_tag_attribute:
      return found_byte("malformed tag attribute", detail);
    case Fault::malformed_elem_kind:
      return found_byte("malformed element kind", detail);
    case Fault::malformed_segment_flags:
      return "malformed segment kind: " + std::to_string(detail);
    case Fault::malformed_cast_flags:
      return found_byte("malformed cast flags", detail);
    case Fault::malformed_catch_kind:
      return found_byte("malformed catch clause", detail);
    case Fault::malformed_section_id:
      return found_byte(by_level(f, "section id"), detail);
    case Fault::section_out_of_order:
      return std::string("unexpected content after last section: a ") + section_name(detail) +
             " section, out of order or repeated";
    case Fault::section_size_mismatch:
      return "section size mismatch: the contents should end at offset 0x" + hex(detail);
    case Fault::empty_module:
      return "unexpected end: the module is empty";
    case Fault::magic_not_detected:
      return "magic header not detected: a WebAssembly binary starts with 00 61 73 6d";
    case Fault::unknown_version:
      return "unknown binary version: " + std::to_string(detail);
    case Fault::func_code_mismatch:
      return counts("function and code section have inconsistent lengths", "functions", "bodies",
                    detail);
    case Fault::data_count_mismatch:
      return counts("data count and data section have inconsistent lengths", "announced",
                    "segments", detail);
    case Fault::too_many_locals:
      return "too many locals: " + std::to_string(detail);
    case Fault::end_expected:
      return found_byte("END opcode expected", detail);
    default:
      return "malformed";
  }
}

std::string invalid_text(Fault fault, uint64_t detail) {
  switch (fault) {
    case Fault::unknown_type:
      return "unknown type " + std::to_string(detail);
    case Fault::not_a_function_type:
      return "type mismatch: type " + std::to_string(detail) + " is not a function type";
    case Fault::invalid_page_size:
      return "invalid custom page size: 2 to the power of " + std::to_string(detail) +
             ", only 1 and 65536 bytes are allowed";
    case Fault::duplicate_export:
      return "duplicate export name";
    case Fault::several_supertypes:
      return "sub type has " + std::to_string(detail) + " super types, at most one is allowed";
    default:
      return "invalid";
  }
}

std::string type_name(uint8_t byte) {
  constexpr uint8_t v128 = 0x7b, ref_null = 0x63, ref = 0x64;
  if (byte == v128) return wasm::kind_name(wasm::Kind::v128);
  if (byte == ref_null) return "(ref null ...)";
  return byte == ref ? "(ref ...)" : wasm::short_ref_name(heap_from_byte(byte));
}

const char* composite_name(uint32_t form) {
  switch (form) {
    case 0x4e:
      return "a recursion group";
    case 0x5e:
      return "an array type";
    case 0x5f:
      return "a structure type";
    default:
      return "a type with supertypes";
  }
}

std::string part_name(Part part, uint32_t what) {
  const auto op = [&] { return wasm::op_info(static_cast<wasm::Op>(what)).text; };
  switch (part) {
    case Part::instruction:
      return op();
    case Part::constant:
      return std::string(op()) + " in a constant expression";
    case Part::memory_operand:
      return std::string(op()) + " with a memory index";
    case Part::table_operand:
      return std::string(op()) + " with a table index";
    case Part::value_type:
      return "the type " + type_name(static_cast<uint8_t>(what));
    case Part::heap_type:
      return std::string("the heap type ") +
             wasm::heap_name(heap_from_byte(static_cast<uint8_t>(what)));
    case Part::concrete_type:
      return "a reference to a defined type";
    case Part::block_type:
      return "a block of a function type";
    case Part::composite_type:
      return composite_name(what);
    case Part::several_results:
      return "a function type of " + std::to_string(what) + " results";
    case Part::several_tables:
      return "a second table";
    case Part::several_memories:
      return "a second memory";
    case Part::shared_memory:
      return "a shared memory";
    case Part::memory64:
      return "a 64-bit memory";
    case Part::table64:
      return "a 64-bit table";
    case Part::page_size:
      return "a memory with a page size";
    case Part::table_init:
      return "a table with an initial value";
    case Part::mutable_import:
      return "an imported mutable global";
    case Part::mutable_export:
      return "an exported mutable global";
    case Part::earlier_global:
      return "global.get of global " + std::to_string(what) +
             ", which is not imported, in a constant expression";
    case Part::tag:
      return "a tag";
    case Part::data_count_section:
      return "a data count section";
    case Part::element_kind:
      return "an element segment of kind " + std::to_string(what);
    case Part::data_kind:
      return "a data segment of kind " + std::to_string(what);
    case Part::label_types:
      return "br_table to labels of different types";
  }
  return "the module";
}

std::string feature_text(uint64_t detail) {
  const std::string part =
      part_name(static_cast<Part>(detail >> 8 & 0xff), static_cast<uint32_t>(detail >> 32));
  return switched_off(part, static_cast<Feature>(detail & 0xff));
}

}  // namespace

std::string switched_off(const std::string& what, Feature f) {
  return what + " needs the feature '" + wasm::feature_name(f) + "', which is switched off";
}

Error read_error(ReadFault fault, uint64_t offset, Features features) {
  const auto malformed = [&](const std::string& text) {
    return make_error(ErrorKind::malformed, text, offset);
  };
  switch (fault) {
    case ReadFault::leb_too_long:
      return malformed("integer representation too long");
    case ReadFault::leb_too_large:
      return malformed("integer too large");
    case ReadFault::bad_utf8:
      return malformed(std::string(level1(features) ? "invalid" : "malformed") + " UTF-8 encoding");
    case ReadFault::count_too_large:
      return malformed("length out of bounds");
    default:
      return malformed("unexpected end of section or function");
  }
}

Error fault_error(Fault fault, uint64_t offset, uint64_t detail, Features features) {
  if (fault == Fault::component)
    return make_error(ErrorKind::unsupported,
                      "this is a WebAssembly component, not a core module; components are not "
                      "supported yet",
                      offset);
  if (fault == Fault::feature_off)
    return make_error(ErrorKind::unsupported, feature_text(detail), offset);
  if (fault >= Fault::limit_module_size)
    return make_error(
        ErrorKind::limit,
        std::string("too many ") + limited_thing(fault) + ": " + std::to_string(detail), offset);
  if (fault >= Fault::unknown_type)
    return make_error(ErrorKind::invalid, invalid_text(fault, detail), offset);
  return make_error(ErrorKind::malformed, malformed_text(fault, detail, features), offset);
}

Error Input::error() const {
  if (fault_ != Fault::none) {
    Error e = fault_error(fault_, fault_at_, detail_, features_);
    if (fault_ == Fault::duplicate_export)
      e.message += " " + quoted_name(module_->exports[static_cast<size_t>(detail_)].name);
    return e;
  }
  ReadFault f = fault();
  // 1.0 measured lengths against the whole file.
  if (f == ReadFault::count_too_large && level1(features_)) {
    Reader length(module_->bytes.subspan(static_cast<size_t>(fault_offset())));
    if (length.leb_u32() <= module_->bytes.size()) f = ReadFault::unexpected_end;
  }
  return read_error(f, fault_offset(), features_);
}

Error missing_end_error(const wasm::Module& module, uint64_t end) {
  if (end >= module.bytes.size())
    return read_error(ReadFault::unexpected_end, end, module.features);
  const uint8_t byte = module.bytes[static_cast<size_t>(end)];
  constexpr uint8_t end_opcode = 0x0b;
  if (byte == end_opcode)
    return fault_error(Fault::section_size_mismatch, end, end, module.features);
  return fault_error(Fault::end_expected, end, byte, module.features);
}

}  // namespace nacre::binary

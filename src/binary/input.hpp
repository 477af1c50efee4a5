// SPDX-License-Identifier: Apache-2.0
//
// Input: a Reader that also knows what the binary format's types look like, which features are
// on, and which types the module has. The decoder and OpReader both read through one.
//
// Errors stay sticky: `fault` keeps the first thing found wrong and jumps to the end. Faults
// are small codes; errors.cpp turns them into words.
#pragma once

#include <cstdint>
#include <string>

#include <nacre/result.hpp>

#include "base/reader.hpp"
#include "wasm/module.hpp"

namespace nacre::binary {

// What can be wrong besides ReadFault. `detail` is named in the comment.
enum class Fault : uint8_t {
  none,
  // malformed
  illegal_opcode,            // the code: byte, or prefix << 32 | sub-opcode
  zero_byte_expected,        // the byte
  malformed_memop_flags,     // the flags
  malformed_value_type,      // the byte
  malformed_reference_type,  // the byte
  malformed_heap_type,       // the signed code
  malformed_block_type,      // the byte
  malformed_type_form,       // the byte
  malformed_mutability,      // the byte
  malformed_limits_flags,    // the byte
  malformed_page_size,       // the exponent
  malformed_import_kind,     // the byte
  malformed_export_kind,     // the byte
  malformed_tag_attribute,   // the byte
  malformed_elem_kind,       // the byte
  malformed_segment_flags,   // the number
  malformed_cast_flags,      // the byte
  malformed_catch_kind,      // the byte
  malformed_section_id,      // the byte
  section_out_of_order,      // the section's id
  section_size_mismatch,     // the section's end
  empty_module,              //
  magic_not_detected,        //
  unknown_version,           // the version
  func_code_mismatch,        // functions << 32 | bodies
  data_count_mismatch,       // data count << 32 | segments
  too_many_locals,           // how many
  end_expected,              // the byte found
  // invalid
  unknown_type,         // the type index
  not_a_function_type,  // the type index
  invalid_page_size,    // the exponent
  duplicate_export,     // the export's index
  several_supertypes,   // how many
  // limit: `detail` is how many there are
  limit_module_size,
  limit_types,
  limit_functions,
  limit_imports,
  limit_exports,
  limit_globals,
  limit_tags,
  limit_data_segments,
  limit_elem_segments,
  limit_tables,
  limit_memories,
  limit_segment_entries,
  limit_params,
  limit_results,
  limit_body_size,
  limit_fields,
  limit_subtype_depth,
  limit_custom_sections,
  // unsupported
  component,
  feature_off,  // feature_detail(...)
};

// What of a module can belong to a feature that is switched off. `what` is named in the comment.
enum class Part : uint8_t {
  instruction,         // the Op
  constant,            // the Op, in a constant expression
  memory_operand,      // the Op
  table_operand,       //
  value_type,          // the byte
  heap_type,           // the byte
  concrete_type,       //
  block_type,          //
  composite_type,      // the byte
  several_results,     // how many
  several_tables,      //
  several_memories,    //
  shared_memory,       //
  memory64,            //
  table64,             //
  page_size,           //
  table_init,          //
  mutable_import,      //
  mutable_export,      //
  earlier_global,      // its index
  tag,                 //
  data_count_section,  //
  element_kind,        // the segment's flags
  data_kind,           // the segment's flags
  label_types,         //
};

constexpr uint64_t feature_detail(wasm::Feature feature, Part part, uint32_t what) {
  return uint64_t{what} << 32 | static_cast<uint64_t>(part) << 8 | static_cast<uint64_t>(feature);
}

class Input : public Reader {
 public:
  Input(const wasm::Module& module, Bytes bytes, uint64_t base_offset)
      : Reader(bytes, base_offset), module_(&module), features_(module.features) {}

  const wasm::Module& module() const { return *module_; }
  bool has(wasm::Feature f) const { return features_.has(f); }
  bool failed() const { return fault_ != Fault::none || !ok(); }
  Fault fault_code() const { return fault_; }
  // What went wrong. Precondition: failed().
  Error error() const;

  // Keeps the first failure and jumps to the end.
  using Reader::fault;
  NACRE_COLD void fault(Fault f, uint64_t at, uint64_t detail = 0) {
    if (!failed()) {
      fault_ = f;
      fault_at_ = at;
      detail_ = detail;
    }
    stop();
  }

  // The same for something that needs a feature which is switched off.
  NACRE_COLD void feature_off(wasm::Feature f, Part part, uint64_t at, uint32_t what = 0) {
    fault(Fault::feature_off, at, feature_detail(f, part, what));
  }

  // A type index that must name a type of the module. `index` becomes the index as written.
  wasm::TypeId type_index(uint32_t& index);
  // The same, and the type must be a function type.
  wasm::TypeId func_type_index(uint32_t& index);
  wasm::ValType val_type();
  // A value type where the specification wants a reference type.
  wasm::ValType ref_type();
  // `index` becomes the type index as written, or no_index.
  wasm::HeapType heap_type(uint32_t& index);
  wasm::HeapType heap_type() {
    uint32_t ignored;
    return heap_type(ignored);
  }

  // While a recursion group is read: its members, numbered from `first`, are types too.
  void enter_group(uint32_t first, uint32_t size) {
    group_first_ = first;
    group_size_ = size;
  }
  void leave_group() { group_size_ = 0; }
  // Lets unknown type indices pass, for looking ahead: whoever reads the same bytes in earnest
  // finds them. Ids read meanwhile mean nothing.
  void ignore_unknown_types(bool on) { ignore_unknown_types_ = on; }
  bool ignores_unknown_types() const { return ignore_unknown_types_; }

 private:
  wasm::TypeId resolve(uint32_t index, uint64_t at);
  // References to types of the module, and to others than the short forms name.
  bool has_concrete_refs() const { return has(wasm::Feature::fref) || has(wasm::Feature::gc); }
  wasm::ValType short_ref_type(uint8_t byte, uint64_t at);
  wasm::HeapType concrete_heap(int64_t code, uint64_t at, uint32_t& index);

  const wasm::Module* module_;
  wasm::Features features_;
  Fault fault_ = Fault::none;
  uint64_t fault_at_ = 0;
  uint64_t detail_ = 0;
  uint32_t group_first_ = 0, group_size_ = 0;
  bool ignore_unknown_types_ = false;
};

// The bytes of abstract heap types, which are also the short forms of nullable references.
// Heap::count when there is none.
wasm::Heap heap_from_byte(uint8_t byte);
uint8_t heap_to_byte(wasm::Heap h);

}  // namespace nacre::binary

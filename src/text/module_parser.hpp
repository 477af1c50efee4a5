// SPDX-License-Identifier: Apache-2.0
//
// ModuleParser: one module from text to binary, without a syntax tree.
//
// Identifiers may be used before they are bound, and types written inline go after all
// declared ones, so the source is read twice: the first pass (parse_scan.cpp) only notes which
// identifiers the module binds and reads the type definitions; the second (parse_fields.cpp,
// parse_instr.cpp, parse_imm.cpp) writes every field straight into the buffer of its
// section; parse_emit.cpp joins the sections. Nothing recurses, and memory is the output plus
// the identifiers.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/writer.hpp"
#include "text/cursor.hpp"
#include "text/name_map.hpp"
#include "text/parse.hpp"
#include "wasm/op.hpp"
#include "wasm/type_table.hpp"

namespace nacre::text {

// Index spaces with module scope.
enum class Space : uint8_t { type, func, table, memory, global, tag, elem, data, count };
inline constexpr size_t space_count = static_cast<size_t>(Space::count);

// Sections in the order of the binary format.
enum class SectionSlot : uint8_t {
  type,
  import,
  func,
  table,
  memory,
  tag,
  global,
  export_,
  start,
  elem,
  data_count,
  code,
  data,
  count
};
inline constexpr size_t section_count = static_cast<size_t>(SectionSlot::count);

class ModuleParser : public Cursor {
 public:
  ModuleParser(std::string_view source, const ParseOptions& options)
      : Cursor(source, options.features), emit_names_(options.emit_names) {}

  // Parses everything; empty when not ok().
  std::vector<uint8_t> parse();

 private:
  struct Section {
    Writer body;
    uint32_t count = 0;
  };
  struct NameEntry {
    uint32_t index;
    std::string_view name;
  };
  // What the parser must know about a type.
  struct TypeInfo {
    wasm::CompositeKind kind = wasm::CompositeKind::func;
    uint32_t params = 0;        // functions
    size_t begin = 0, end = 0;  // of the composite type in the type section's body
  };
  // Where a type or rec field stands in the source.
  struct TypeField {
    size_t offset;
    bool is_group;
    uint32_t size;  // number of types in the group
  };
  // A function signature as it is being read.
  struct Signature {
    Writer params, results;
    uint32_t num_params = 0, num_results = 0;
    void clear();
  };
  struct TypeUse {
    uint32_t index = 0;
    bool inline_only = false;  // no (type x)
  };
  struct Custom {
    unsigned slot;
    std::string name;
    std::string bytes;
  };
  // A name map for each function that has names of some kind.
  struct IndirectNames {
    Writer body;
    uint32_t count = 0;
    void add(uint32_t func, std::vector<NameEntry>& names);
  };
  struct Hint {
    uint32_t offset;
    uint8_t value;
  };

  // --- first pass
  void scan_module_head();
  void scan_fields();
  void scan_field();
  void scan_import();
  uint32_t scan_rec();
  void scan_definition(Space space);
  void scan_inline_segment();
  void bind(Space space);
  std::string_view take_name_annotation();
  bool take_binding(NameMap* map, uint32_t value, uint32_t scope, const char* what,
                    std::string_view& shown);
  void parse_types();

  // --- types
  void parse_type_definition(bool alone);
  void parse_composite(Writer& w, TypeInfo& info);
  void parse_struct_fields(Writer& w);
  void parse_field_type(Writer& w);
  void parse_storage_type(Writer& w);
  void parse_val_type(Writer& w);
  bool try_val_type(Writer& w);
  void parse_ref_type(Writer& w);
  bool parse_ref_parts(Writer& heap);
  void parse_heap_type(Writer& w);
  bool at_ref_type();
  void parse_signature(Signature& s, bool bind_params, bool allow_names);
  void read_params(Signature& s, bool bind_params, bool allow_names);
  void read_results(Signature& s);
  TypeUse parse_type_use(Signature& s, bool bind_params, bool allow_names);
  uint32_t implicit_type(const Signature& s);
  void check_inline_type(uint32_t index, const Signature& s, const Token& where);
  void parse_block_type(Writer& w);
  static void write_func_type(Writer& w, const Signature& s);

  // --- fields
  void parse_module_head();
  void parse_field();
  void parse_import();
  void parse_import_desc();
  void parse_export();
  void parse_start();
  void parse_func();
  void parse_func_body(uint32_t params);
  void parse_locals(Writer& out);
  void parse_table();
  void parse_inline_elem(uint32_t table, bool is64);
  void parse_memory();
  void parse_inline_data(uint32_t memory, bool is64);
  void parse_global();
  void parse_tag();
  void parse_elem();
  void parse_elem_list(uint8_t mode, uint32_t table, const Writer& offset, bool allow_bare);
  void parse_data();
  void parse_offset(Writer& w);
  void parse_table_type(Writer& w);
  void parse_memory_type(Writer& w);
  void parse_global_type(Writer& w);
  void skip_binding();
  void parse_inline_exports(uint8_t kind, uint32_t index);
  bool parse_inline_import();
  void begin_import(std::string_view module, std::string_view name);
  void begin_definition(const char* what) { last_definition_ = what; }
  void check_import_order(const Token& where);
  bool take_address_type();
  bool take_page_size(uint32_t& log2);
  void write_limits(Writer& w, bool is64, bool for_memory);
  std::string take_strings();
  void parse_custom();
  void parse_element_expr(Writer& w);
  uint32_t parse_func_indices(Writer& w);
  uint32_t parse_element_exprs(Writer& w);

  // --- instructions
  enum class Block : uint8_t {
    root,
    plain,
    folded,  // (block ...), (loop ...), (try_table ...)
    if_condition,
    if_arms,
    then,
    else_,
    try_start,
    try_done,
    try_catches,
    try_arm,
    complete,  // only the closing parenthesis may follow
    flat,
    flat_if,
    flat_else,
    flat_try,
    flat_catch,
    flat_catch_all,
  };
  struct Nest {
    Block block;
    int16_t hint;    // value of a branch hint for the pending instruction; -1: none
    size_t pending;  // where its bytes begin in pending_
  };
  struct Label {
    std::string_view name;
    uint32_t shadowed;
  };
  void parse_expr(Writer& out);         // instructions up to the closing parenthesis, and `end`
  void parse_folded_expr(Writer& out);  // one folded instruction, and `end`
  void parse_instrs(Writer& out, bool one_folded);
  bool one_instr(Writer& out, bool flat_allowed);
  void open_folded(Writer& out);
  void close_folded(Writer& out);
  void flat_instr(Writer& out);
  void open_arm(Writer& out);
  void open_handler(Writer& out);
  void flat_end(Writer& out);
  void flat_else(Writer& out);
  void flat_handler(Writer& out, wasm::Op op);
  void flat_delegate(Writer& out);
  std::string_view block_head(wasm::Op op, Writer& w);
  void push(Block block, size_t pending = 0, int16_t hint = -1) {
    nest_.push_back({block, hint, pending});
  }
  void open_block(wasm::Op op, Block block, Writer& out);
  void push_label(std::string_view name);
  void pop_label();
  void check_end_label();
  void parse_hint();
  int16_t take_hint(wasm::Op op, const Token& where);
  void record_hint(int16_t hint, size_t at);
  void flush_pending(Writer& out, const Nest& nest);
  wasm::Op take_op();
  static bool is_structural(wasm::Op op);
  static bool allows_flat(Block block);

  // --- immediates
  void write_op(wasm::Op op, Writer& w);
  void parse_instr(wasm::Op op, Writer& w);
  void parse_select(Writer& w);
  void parse_cast(wasm::Op op, Writer& w);
  void parse_branch_cast(Writer& w);
  void parse_labels(Writer& w);
  void parse_call_indirect(Writer& w);
  void parse_optional_pair(Space space, Writer& w);
  void parse_init(Space segment, Space target, Writer& w);
  void parse_memarg(wasm::Op op, Writer& w);
  void parse_lane(Writer& w);
  const char* bad_lane() const;
  unsigned take_literals(Token* kept, unsigned max);
  void parse_shuffle(Writer& w);
  void parse_v128(Writer& w);
  void parse_catches(Writer& w);
  void parse_struct_field(Writer& w);
  void parse_int_const(unsigned bits, Writer& w);
  void parse_float_const(unsigned bits, Writer& w);
  void append_lane(const Token& t, unsigned bits, bool is_float, Writer& w);
  bool take_memarg_word(std::string_view key, Token& word, uint64_t& value);

  uint32_t index(Space space);
  uint32_t optional_index(Space space) { return at_index() ? index(space) : 0; }
  uint32_t local_index();
  uint32_t label_index();

  // --- output
  std::vector<uint8_t> emit();
  void emit_section(Writer& out, SectionSlot slot);
  void emit_hints(Writer& out);
  void emit_names(Writer& out);
  bool take_local_binding(uint32_t local);
  void finish_function_names(uint32_t func);

  Section& section(SectionSlot s) { return sections_[static_cast<size_t>(s)]; }
  Writer& begin_entry(SectionSlot s) {
    Section& sec = section(s);
    ++sec.count;
    return sec.body;
  }
  uint32_t& next(Space s) { return next_index_[static_cast<size_t>(s)]; }

  bool emit_names_;
  bool bare_ = false;  // no (module ...) around the fields
  const char* scan_lexical_error_ = nullptr;
  size_t scan_lexical_offset_ = 0;

  // Bound by the first pass.
  std::array<NameMap, space_count> names_;
  std::array<std::vector<NameEntry>, space_count> bound_;
  std::array<uint32_t, space_count> bound_count_{};
  std::vector<TypeField> type_fields_;
  std::string_view module_name_;
  bool has_module_name_annotation_ = false;
  NameMap field_names_;
  std::vector<std::pair<uint32_t, NameEntry>> bound_fields_;  // type, field

  std::array<Section, section_count> sections_;
  std::array<uint32_t, space_count> next_index_{};  // of the next definition or import
  std::vector<TypeInfo> types_;
  std::unordered_map<std::string, uint32_t> func_types_;  // composite bytes -> first plain type
  const char* last_definition_ = nullptr;
  bool has_start_ = false;
  bool needs_data_count_ = false;
  std::vector<Custom> customs_;

  // Of the function being read.
  bool in_function_ = false;
  NameMap locals_;
  uint32_t num_locals_ = 0;
  uint32_t num_blocks_ = 0;  // opened so far; labels are named by the number of their block
  std::vector<NameEntry> local_names_, block_names_;
  IndirectNames local_names_out_, block_names_out_;
  Writer body_;
  std::vector<Hint> hints_;
  Writer hints_out_;
  uint32_t hints_count_ = 0;

  // Instruction nesting.
  std::vector<Nest> nest_;
  std::vector<Label> labels_;
  std::vector<std::string_view> if_labels_;  // of folded ifs whose condition is being read
  NameMap label_names_;
  Writer pending_;
  int16_t next_hint_ = -1;
  Token hint_token_;

  Signature signature_;
};

}  // namespace nacre::text

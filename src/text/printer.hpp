// SPDX-License-Identifier: Apache-2.0
//
// Printer: the state of one print_module, private to src/text. print.cpp prints the module's
// fields, print_types.cpp types, print_instr.cpp instructions.
//
// Types are always named by index, `(type 3)`, and every type is printed, so that no type is added
// when the text is read. Nothing recurses: blocks are a stack of labels.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "binary/branch_hints.hpp"
#include "binary/op_reader.hpp"
#include "binary/type_indices.hpp"
#include "text/print.hpp"
#include "text/print_names.hpp"

namespace nacre::text {

class Printer {
 public:
  Printer(const wasm::Module& module, const PrintOptions& options);
  std::string run();
  std::string run_types() {
    types();
    if (!out_.empty()) out_ += '\n';
    return std::move(out_);
  }

 private:
  using Kind = binary::NameKind;

  // print.cpp
  void imports();
  void import_item(const wasm::Import& import);
  void functions();
  void tables();
  void memories();
  void tags();
  void globals();
  void exports();
  void elems();
  void elem(uint32_t index);
  void datas();
  void data(uint32_t index);
  void customs(uint8_t after);
  void custom(const wasm::CustomSection& c);
  void table_type(const wasm::TableType& t);
  void memory_type(const wasm::MemoryType& m);
  void global_type(const wasm::GlobalType& g);
  void size_limits(const wasm::SizeLimits& l);

  // print_types.cpp
  void types();
  void type_definition(uint32_t index, unsigned level);
  void composite_type(uint32_t index);
  void struct_fields(uint32_t index);
  void field_type(wasm::FieldType f);
  void val_type(wasm::ValType t);
  void heap_type(wasm::HeapType h);
  void type_index(wasm::TypeId id);
  void type_use(uint32_t index);
  // Params and results of a function type; params with identifiers from `locals` if not null.
  void signature(uint32_t index, const Identifiers* locals);
  void val_types(const char* keyword, std::span<const wasm::ValType> types,
                 const Identifiers* names, uint32_t first_local);

  // print_instr.cpp
  void function(uint32_t func);
  void body(uint32_t func);
  bool locals(binary::OpReader& r, uint32_t first_local, std::vector<wasm::ValType>& types);
  void instructions(binary::OpReader& r, uint32_t func);
  void instruction(const binary::Instr& in);
  void open_label(const binary::NameMap& names);
  void immediates(const binary::Instr& in, wasm::Imm imm);
  void index_immediates(const binary::Instr& in, wasm::Imm imm);
  void type_immediates(const binary::Instr& in, wasm::Imm imm);
  void block_type(const binary::BlockType& block);
  void select_types(const binary::Instr& in);
  void catches(const binary::Instr& in);
  void label(uint32_t depth);
  void field_index(const binary::Instr& in);
  void memarg(const binary::Instr& in);
  void v128(const uint8_t* bytes);
  void concrete(uint32_t type_index, wasm::HeapType h);
  void ref_type(uint32_t type_index, wasm::ValType t);
  void local(uint32_t index);
  void hint(uint32_t func, uint64_t offset);
  // A constant expression: one instruction in parentheses, several side by side after `keyword`.
  void const_expr(const wasm::ConstExpr& e, const char* keyword);
  void failure(const Error& error);

  void put(std::string_view s) { out_ += s; }
  void put(char c) { out_ += c; }
  void number(uint64_t v) { out_ += std::to_string(v); }
  void line(unsigned level);
  // An index as its identifier, or in digits.
  void index(Kind kind, uint32_t i);
  // " $name" or " (;12;)" behind a definition's keyword.
  void define(Kind kind, uint32_t i);

  const wasm::Module& m_;
  PrintOptions options_;
  binary::TypeIndices indices_;
  PrintNames names_;
  std::vector<binary::BranchHint> hints_;
  bool use_names_ = false;
  bool use_hints_ = false;
  size_t next_custom_ = 0;
  size_t next_hint_ = 0;
  std::string out_;

  // Of the function being printed.
  Identifiers locals_;
  uint32_t within_ = wasm::no_index;  // the type index being defined
  std::vector<uint32_t> labels_;      // open blocks by ordinal
  uint32_t next_label_ = 0;
};

}  // namespace nacre::text

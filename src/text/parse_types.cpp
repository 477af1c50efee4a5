// SPDX-License-Identifier: Apache-2.0
//
// Types and type uses.
//
// A function type written inline means the first declared type that equals it: its own
// recursion group, final, no supertype. Equality is that of the encoded bytes, which name types
// by index as the text does. Types nobody declared follow the declared ones, in the order
// in which they are met.
#include <algorithm>

#include "text/module_parser.hpp"
#include "text/type_words.hpp"

namespace nacre::text {
namespace {

using wasm::CompositeKind;
using wasm::Feature;

constexpr uint8_t ref_null_code = 0x63, ref_code = 0x64;

template <size_t N>
uint8_t find_word(const TypeWord (&words)[N], const Token& t, wasm::Features features) {
  if (t.kind != TokenKind::keyword) return 0;
  for (const TypeWord& w : words)
    if (w.word == t.text) return features.has(w.feature) ? w.code : uint8_t{0};
  return 0;
}

}  // namespace

void ModuleParser::Signature::clear() {
  params.clear();
  results.clear();
  num_params = num_results = 0;
}

// Appends an encoded heap type.
void ModuleParser::parse_heap_type(Writer& w) {
  if (const uint8_t code = find_word(heap_words, peek(), features())) {
    take();
    w.u8(code);
  } else if (at_index()) {
    w.leb_s64(index(Space::type));
  } else {
    unexpected();
  }
}

bool ModuleParser::at_ref_type() {
  return find_word(ref_words, peek(), features()) != 0 || at_list("ref");
}

// Reads a reference type: appends its encoded heap type, gives its nullness.
bool ModuleParser::parse_ref_parts(Writer& heap) {
  if (const uint8_t code = find_word(ref_words, peek(), features())) {
    take();
    heap.u8(code);
    return true;
  }
  if (!take_list("ref")) return unexpected(), false;
  const bool nullable = take_keyword("null");
  parse_heap_type(heap);
  expect_close();
  return nullable;
}

void ModuleParser::parse_ref_type(Writer& w) {
  Writer heap;
  const bool nullable = parse_ref_parts(heap);
  const bool is_abstract =
      heap.size() == 1 && heap.data()[0] >= 0x40;  // an index would be positive
  if (!nullable || !is_abstract) w.u8(nullable ? ref_null_code : ref_code);
  w.bytes(heap.view());
}

// Appends an encoded value type when one is next.
bool ModuleParser::try_val_type(Writer& w) {
  if (const uint8_t code = find_word(value_words, peek(), features())) {
    take();
    w.u8(code);
    return true;
  }
  if (!at_ref_type()) return false;
  parse_ref_type(w);
  return true;
}

void ModuleParser::parse_val_type(Writer& w) {
  if (!try_val_type(w)) unexpected();
}

void ModuleParser::parse_storage_type(Writer& w) {
  if (const uint8_t code = find_word(packed_words, peek(), features())) {
    take();
    w.u8(code);
  } else {
    parse_val_type(w);
  }
}

void ModuleParser::parse_field_type(Writer& w) {
  const bool is_mutable = take_list("mut");
  parse_storage_type(w);
  if (is_mutable) expect_close();
  w.u8(is_mutable ? 1 : 0);
}

void ModuleParser::parse_struct_fields(Writer& w) {
  const auto type = static_cast<uint32_t>(types_.size());
  Writer fields;
  uint32_t count = 0;
  while (take_list("field")) {
    std::string_view shown;
    if (take_binding(&field_names_, count, type, "field", shown)) {
      if (!shown.empty()) bound_fields_.push_back({type, {count, shown}});
      parse_field_type(fields);
      ++count;
    } else {
      for (; ok() && !at(TokenKind::rparen); ++count) parse_field_type(fields);
    }
    expect_close();
  }
  w.leb_u32(count);
  w.bytes(fields.view());
}

// `(param ...)*`. With bind_params their identifiers become locals.
void ModuleParser::read_params(Signature& s, bool bind_params, bool allow_names) {
  while (take_list("param")) {
    std::string_view unused;
    const bool one = bind_params ? take_local_binding(s.num_params)
                                 : allow_names && take_binding(nullptr, 0, 0, "", unused);
    if (one) {
      parse_val_type(s.params);
      ++s.num_params;
    } else {
      while (try_val_type(s.params)) ++s.num_params;
    }
    expect_close();
  }
}

void ModuleParser::read_results(Signature& s) {
  while (take_list("result")) {
    while (try_val_type(s.results)) ++s.num_results;
    expect_close();
  }
}

void ModuleParser::parse_signature(Signature& s, bool bind_params, bool allow_names) {
  s.clear();
  read_params(s, bind_params, allow_names);
  read_results(s);
}

void ModuleParser::write_func_type(Writer& w, const Signature& s) {
  w.u8(0x60);
  w.leb_u32(s.num_params);
  w.bytes(s.params.view());
  w.leb_u32(s.num_results);
  w.bytes(s.results.view());
}

// The function type equal to `s`, declared or added.
uint32_t ModuleParser::implicit_type(const Signature& s) {
  Writer bytes;
  write_func_type(bytes, s);
  std::string key(bytes.data().begin(), bytes.data().end());
  const auto [it, is_new] =
      func_types_.try_emplace(std::move(key), static_cast<uint32_t>(types_.size()));
  if (is_new) {
    Writer& w = begin_entry(SectionSlot::type);
    const size_t begin = w.size();
    w.bytes(bytes.view());
    types_.push_back({CompositeKind::func, s.num_params, begin, w.size()});
  }
  return it->second;
}

void ModuleParser::check_inline_type(uint32_t type, const Signature& s, const Token& where) {
  if (type >= types_.size()) return fail("unknown type " + std::to_string(type), where);
  Writer bytes;
  write_func_type(bytes, s);
  const TypeInfo& info = types_[type];
  const Bytes declared =
      section(SectionSlot::type).body.view().subspan(info.begin, info.end - info.begin);
  const Bytes written = bytes.view();
  if (!std::equal(declared.begin(), declared.end(), written.begin(), written.end()))
    fail("inline function type does not match the declared one", where);
}

// `(type x)? (param ...)* (result ...)*`
ModuleParser::TypeUse ModuleParser::parse_type_use(Signature& s, bool bind_params,
                                                   bool allow_names) {
  const Token where = peek();
  TypeUse use;
  use.inline_only = !take_list("type");
  if (!use.inline_only) {
    use.index = index(Space::type);
    expect_close();
  }
  parse_signature(s, bind_params, allow_names);
  if (!ok()) return use;
  if (use.inline_only) return use;
  if (at_list("param"))
    unexpected(peek(1));  // after a result: a matter of syntax, so it goes first
  else if (s.num_params + s.num_results != 0) check_inline_type(use.index, s, where);
  return use;
}

void ModuleParser::parse_block_type(Writer& w) {
  const TypeUse use = parse_type_use(signature_, false, false);
  if (!ok()) return;
  if (!use.inline_only) w.leb_s64(use.index);
  else if (signature_.num_params == 0 && signature_.num_results == 0) w.u8(0x40);
  else if (signature_.num_params == 0 && signature_.num_results == 1)
    w.bytes(signature_.results.view());
  else w.leb_s64(implicit_type(signature_));
}

void ModuleParser::parse_composite(Writer& w, TypeInfo& info) {
  info.begin = w.size();
  if (take_list("func")) {
    info.kind = CompositeKind::func;
    parse_signature(signature_, false, true);
    // The first edition of the test suite has its own words for this.
    if (!has(Feature::multi_value) && at_list("param"))
      return fail("result before parameter", peek());
    info.params = signature_.num_params;
    write_func_type(w, signature_);
  } else if (has(Feature::gc) && take_list("struct")) {
    info.kind = CompositeKind::struct_;
    w.u8(0x5f);
    parse_struct_fields(w);
  } else if (has(Feature::gc) && take_list("array")) {
    info.kind = CompositeKind::array;
    w.u8(0x5e);
    parse_field_type(w);
  } else {
    return unexpected(at(TokenKind::lparen) ? peek(1) : peek());
  }
  expect_close();
  info.end = w.size();
}

// `(type $id? ...)` with the identifier already bound by the first pass.
void ModuleParser::parse_type_definition(bool alone) {
  take_optional_id();
  take_name_annotation();
  Writer& w = section(SectionSlot::type).body;
  TypeInfo info;
  bool plain = alone;
  if (take_list("sub")) {
    const bool is_final = take_keyword("final");
    Writer supers;
    uint32_t count = 0;
    for (; at_index(); ++count) supers.leb_u32(index(Space::type));
    plain = plain && is_final && count == 0;
    if (!is_final || count != 0) {
      w.u8(is_final ? 0x4f : 0x50);
      w.leb_u32(count);
      w.bytes(supers.view());
    }
    parse_composite(w, info);
    expect_close();
  } else {
    parse_composite(w, info);
  }
  expect_close();
  if (!ok()) return;
  if (plain && info.kind == CompositeKind::func) {
    const auto& bytes = w.data();
    func_types_.try_emplace(std::string(bytes.begin() + static_cast<ptrdiff_t>(info.begin),
                                        bytes.begin() + static_cast<ptrdiff_t>(info.end)),
                            static_cast<uint32_t>(types_.size()));
  }
  types_.push_back(info);
}

// Reads the type definitions the scan found, in order.
void ModuleParser::parse_types() {
  for (const TypeField& field : type_fields_) {
    if (!ok()) return;
    seek(field.offset);
    take();
    take();
    Writer& w = begin_entry(SectionSlot::type);
    if (!field.is_group) {
      parse_type_definition(true);
      continue;
    }
    w.u8(0x4e);
    w.leb_u32(field.size);
    while (take_list("type")) parse_type_definition(field.size == 1);
    expect_close();
  }
}

}  // namespace nacre::text

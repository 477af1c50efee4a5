// SPDX-License-Identifier: Apache-2.0
//
// The sections that fill index spaces, exports, start and code.
#include <algorithm>

#include "base/hash.hpp"
#include "binary/decoder.hpp"

namespace nacre::binary {

using wasm::ExternKind;
using wasm::Feature;
using wasm::Op;

void Decoder::import_section() {
  const uint32_t n = items(0, limits_.max_imports, Fault::limit_imports);
  reserve(module_.imports, n, 4);
  for (uint32_t i = 0; i < n && !in_.failed(); ++i) import_item();
  module_.num_imported_funcs = static_cast<uint32_t>(module_.funcs.size());
  module_.num_imported_tables = static_cast<uint32_t>(module_.tables.size());
  module_.num_imported_memories = static_cast<uint32_t>(module_.memories.size());
  module_.num_imported_globals = static_cast<uint32_t>(module_.globals.size());
  module_.num_imported_tags = static_cast<uint32_t>(module_.tags.size());
}

void Decoder::import_item() {
  wasm::Import import{in_.name(), {}, ExternKind::func, 0};
  import.name = in_.name();
  const uint64_t at = in_.offset();
  const uint8_t kind = in_.u8();
  size_t index = 0, limit = 0;
  Fault too_many = Fault::none;
  switch (kind) {
    case 0:
      index = module_.funcs.size();
      limit = limits_.max_functions, too_many = Fault::limit_functions;
      add_func();
      break;
    case 1:
      index = module_.tables.size();
      limit = limits_.max_tables, too_many = Fault::limit_tables;
      add_table({table_type(), {}}, at);
      break;
    case 2:
      index = module_.memories.size();
      limit = limits_.max_memories, too_many = Fault::limit_memories;
      add_memory();
      break;
    case 3:
      index = module_.globals.size();
      limit = limits_.max_globals, too_many = Fault::limit_globals;
      module_.globals.push_back({global_type(), {}});
      if (module_.globals.back().type.is_mutable && !in_.has(Feature::mutable_globals))
        in_.feature_off(Feature::mutable_globals, Part::mutable_import, at);
      break;
    case 4:
      if (!section_enabled(section_id::tag)) return section_off(section_id::tag, at);
      index = module_.tags.size();
      place(Item::tag, index);
      limit = limits_.max_tags, too_many = Fault::limit_tags;
      module_.tags.push_back(tag_type());
      break;
    default:
      return in_.fault(Fault::malformed_import_kind, at, kind);
  }
  if (index >= limit) return in_.fault(too_many, at, index + 1);
  import.kind = static_cast<ExternKind>(kind);
  import.index = static_cast<uint32_t>(index);
  module_.imports.push_back(import);
}

void Decoder::add_func() {
  place(Item::func, module_.funcs.size());
  uint32_t index = 0;
  const wasm::TypeId type = in_.func_type_index(index);
  if (in_.failed()) return;
  module_.funcs.push_back(type);
  module_.func_type_indices.push_back(index);
}

void Decoder::function_section() {
  const size_t have = module_.funcs.size();
  const uint32_t n = items(have, limits_.max_functions, Fault::limit_functions);
  reserve(module_.funcs, n, 1);
  reserve(module_.func_type_indices, n, 1);
  for (uint32_t i = 0; i < n && !in_.failed(); ++i) add_func();
}

void Decoder::table_section() {
  constexpr uint8_t with_init = 0x40;
  const size_t have = module_.tables.size();
  const uint32_t n = items(have, limits_.max_tables, Fault::limit_tables);
  reserve(module_.tables, n, 3);
  for (uint32_t i = 0; i < n && !in_.failed(); ++i) {
    wasm::Table table;
    const uint64_t table_at = in_.offset();
    const bool has_init = in_.peek() == with_init;
    if (has_init) {
      if (!in_.has(Feature::fref))
        return in_.feature_off(Feature::fref, Part::table_init, table_at);
      in_.u8();
      const uint64_t at = in_.offset();
      const uint8_t zero = in_.u8();
      if (zero != 0) return in_.fault(Fault::zero_byte_expected, at, zero);
    }
    table.type = table_type();
    if (has_init) table.init = const_expr();
    add_table(table, table_at);
  }
}

void Decoder::add_table(const wasm::Table& table, uint64_t at) {
  place(Item::table, module_.tables.size(), at);
  module_.tables.push_back(table);
  if (!in_.has(Feature::ref_types) && module_.tables.size() > 1)
    in_.feature_off(Feature::ref_types, Part::several_tables, at);
}

void Decoder::memory_section() {
  const size_t have = module_.memories.size();
  const uint32_t n = items(have, limits_.max_memories, Fault::limit_memories);
  for (uint32_t i = 0; i < n && !in_.failed(); ++i) add_memory();
}

void Decoder::add_memory() {
  const uint64_t at = in_.offset();
  place(Item::memory, module_.memories.size());
  module_.memories.push_back(memory_type());
  if (!in_.has(Feature::multi_memory) && module_.memories.size() > 1)
    in_.feature_off(Feature::multi_memory, Part::several_memories, at);
}

void Decoder::tag_section() {
  const size_t have = module_.tags.size();
  const uint32_t n = items(have, limits_.max_tags, Fault::limit_tags);
  reserve(module_.tags, n, 2);
  for (uint32_t i = 0; i < n && !in_.failed(); ++i) {
    place(Item::tag, module_.tags.size());
    module_.tags.push_back(tag_type());
  }
}

void Decoder::global_section() {
  const size_t have = module_.globals.size();
  const uint32_t n = items(have, limits_.max_globals, Fault::limit_globals);
  reserve(module_.globals, n, 3);
  for (uint32_t i = 0; i < n && !in_.failed(); ++i) {
    const wasm::GlobalType type = global_type();
    module_.globals.push_back({type, const_expr()});
  }
}

void Decoder::export_section() {
  const uint32_t n = items(0, limits_.max_exports, Fault::limit_exports);
  reserve(module_.exports, n, 3);
  for (uint32_t i = 0; i < n && !in_.failed(); ++i) {
    place(Item::export_, module_.exports.size());
    const std::string_view name = in_.name();
    const uint64_t at = in_.offset();
    const uint8_t kind = in_.u8();
    if (kind > 4) return in_.fault(Fault::malformed_export_kind, at, kind);
    if (kind == 4 && !section_enabled(section_id::tag)) return section_off(section_id::tag, at);
    module_.exports.push_back({name, static_cast<ExternKind>(kind), in_.leb_u32()});
    check_export_kind(module_.exports.back(), at);
  }
  if (!in_.failed()) check_export_names();
}

void Decoder::check_export_kind(const wasm::Export& e, uint64_t at) {
  if (e.kind == ExternKind::global && !in_.has(Feature::mutable_globals) &&
      e.index < module_.globals.size() && module_.globals[e.index].type.is_mutable)
    in_.feature_off(Feature::mutable_globals, Part::mutable_export, at);
}

// The upper half of a slot is that of its name's hash, so that a name is only looked at again when
// it is very likely the same. There may be more slots than a cache holds: those of a few names are
// asked for before the first of them is needed.
void Decoder::check_export_names() {
  const auto& exports = module_.exports;
  size_t slots = 16;
  while (slots < 2 * exports.size()) slots *= 2;
  constexpr uint64_t empty = ~uint64_t{0};  // its index is no export's
  constexpr uint64_t tag_bits = uint64_t{0xffffffff} << 32;
  std::vector<uint64_t> table(slots, empty);
  const uint64_t key = hash_key(table.data());
  constexpr size_t at_once = 16;
  uint64_t hashes[at_once];
  for (size_t first = 0; first < exports.size(); first += at_once) {
    const size_t n = std::min(at_once, exports.size() - first);
    for (size_t k = 0; k < n; ++k) {
      const std::string_view name = exports[first + k].name;
      Hasher h(key);
      h.add_bytes(Bytes(reinterpret_cast<const uint8_t*>(name.data()), name.size()));
      hashes[k] = h.value();
      NACRE_PREFETCH(&table[static_cast<size_t>(hashes[k]) & (slots - 1)]);
    }
    for (size_t k = 0; k < n; ++k) {
      const std::string_view name = exports[first + k].name;
      size_t at = static_cast<size_t>(hashes[k]) & (slots - 1);
      for (; table[at] != empty; at = (at + 1) & (slots - 1))
        if (((table[at] ^ hashes[k]) & tag_bits) == 0 &&
            exports[static_cast<uint32_t>(table[at])].name == name)
          return in_.fault(Fault::duplicate_export,
                           static_cast<uint64_t>(reinterpret_cast<const uint8_t*>(name.data()) -
                                                 module_.bytes.data()),
                           static_cast<uint32_t>(first + k));
      table[at] = (hashes[k] & tag_bits) | (first + k);
    }
  }
}

void Decoder::start_section() {
  place(Item::start, 0);
  module_.start = in_.leb_u32();
}

void Decoder::code_section() {
  const uint32_t n = items(0, limits_.max_functions, Fault::limit_functions);
  module_.bodies.reserve(std::min<size_t>(n, module_.funcs.size()));
  for (uint32_t i = 0; i < n && !in_.failed(); ++i) {
    const uint64_t at = in_.offset();
    const Bytes body = in_.sized_bytes();
    if (body.size() > limits_.max_body_bytes)
      return in_.fault(Fault::limit_body_size, at, body.size());
    module_.bodies.push_back({in_.offset() - body.size(), static_cast<uint32_t>(body.size())});
  }
}

// Constant expressions are instruction sequences of any length; their end is where the nesting
// closes.
wasm::ConstExpr Decoder::const_expr() {
  in_.ignore_unknown_types(true);
  const wasm::ConstExpr expr = skip_expr();
  in_.ignore_unknown_types(false);
  return expr;
}

// The expression found its end in a later section: it has none. What is wrong depends on what comes
// next, as with function bodies.
void Decoder::missing_end() {
  const uint8_t byte = module_.bytes[static_cast<size_t>(section_end_)];
  constexpr uint8_t end_opcode = 0x0b;
  if (byte == end_opcode) in_.fault(Fault::section_size_mismatch, section_end_, section_end_);
  else in_.fault(Fault::end_expected, section_end_, byte);
}

wasm::ConstExpr Decoder::skip_expr() {
  wasm::ConstExpr expr;
  expr.offset = in_.offset();
  const uint8_t* start = in_.cursor();
  Instr instr;
  for (uint64_t depth = 1; depth != 0;) {
    if (!in_.next(instr)) return {};
    if (opens_block(instr.op)) ++depth;
    else if (instr.op == Op::end || instr.op == Op::delegate) --depth;
  }
  if (in_.offset() > section_end_) missing_end();
  else expr.code = Bytes(start, in_.cursor());
  return expr;
}

}  // namespace nacre::binary

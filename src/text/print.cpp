// SPDX-License-Identifier: Apache-2.0
#include "text/print.hpp"

#include <algorithm>

#include "text/printer.hpp"

namespace nacre::text {

using wasm::ExternKind;
using wasm::SegmentMode;

namespace {

// Section names as (@custom) placements write them, by section id.
constexpr std::string_view section_keywords[] = {"first",  "type",   "import",    "func",  "table",
                                                 "memory", "global", "export",    "start", "elem",
                                                 "code",   "data",   "datacount", "tag"};

std::string_view as_text(Bytes b) { return {reinterpret_cast<const char*>(b.data()), b.size()}; }

constexpr std::string_view kind_keyword(ExternKind kind) {
  constexpr std::string_view keywords[] = {"func", "table", "memory", "global", "tag"};
  return keywords[static_cast<unsigned>(kind)];
}

constexpr binary::NameKind name_kind(ExternKind kind) {
  using binary::NameKind;
  constexpr NameKind kinds[] = {NameKind::function, NameKind::table, NameKind::memory,
                                NameKind::global, NameKind::tag};
  return kinds[static_cast<unsigned>(kind)];
}

// The name section is printed as identifiers when nothing would be lost by it.
bool names_usable(const wasm::Module& module) {
  const wasm::CustomSection* section = module.custom("name");
  return section && binary::check_name_section(section->bytes, section->offset).has_value();
}

bool hints_usable(const wasm::Module& module) {
  return module.custom(binary::branch_hint_section) &&
         binary::check_branch_hints(module).has_value();
}

}  // namespace

Printer::Printer(const wasm::Module& module, const PrintOptions& options)
    : m_(module), options_(options), indices_(module) {
  use_names_ = options.names && names_usable(module);
  use_hints_ = options.bodies && hints_usable(module);
  if (use_names_) names_ = PrintNames(module);
  if (use_hints_) hints_ = binary::read_branch_hints(module);
}

void Printer::line(unsigned level) {
  constexpr size_t max_columns = 48;  // so that deep nesting stays linear
  if (!out_.empty()) put('\n');
  out_.append(std::min(size_t{level} * options_.indent, max_columns), ' ');
}

void Printer::index(Kind kind, uint32_t i) {
  const std::string_view id = names_.of(kind).of(i);
  if (id.empty()) number(i);
  else put(id);
}

void Printer::define(Kind kind, uint32_t i) {
  const std::string_view id = names_.of(kind).of(i);
  if (id.empty()) {
    put(" (;");
    number(i);
    put(";)");
    return;
  }
  put(' ');
  put(id);
  if (!names_.of(kind).altered(i)) return;
  put(" (@name ");
  append_string(out_, names_.names(kind).find(i), true);
  put(')');
}

std::string Printer::run() {
  line(0);
  put("(module");
  if (use_names_ && !names_.module_name().empty()) {
    put(" (@name ");
    append_string(out_, names_.module_name(), true);
    put(')');
  }
  customs(0);
  types(), customs(1);
  imports(), customs(2);
  customs(3);
  tables(), customs(4);
  memories(), customs(5);
  tags(), customs(13);
  globals(), customs(6);
  exports(), customs(7);
  if (m_.start != wasm::no_index) {
    line(1);
    put("(start ");
    index(Kind::function, m_.start);
    put(')');
  }
  customs(8);
  elems(), customs(9);
  customs(12);
  functions(), customs(10);
  datas(), customs(11);
  put(")\n");
  return std::move(out_);
}

void Printer::customs(uint8_t after) {
  for (; next_custom_ < m_.customs.size() && m_.customs[next_custom_].after == after;
       ++next_custom_)
    custom(m_.customs[next_custom_]);
}

void Printer::custom(const wasm::CustomSection& c) {
  if ((use_names_ && c.name == "name") || (use_hints_ && c.name == binary::branch_hint_section))
    return;
  line(1);
  put("(@custom ");
  append_string(out_, c.name, true);
  put(c.after == 0 ? " (before " : " (after ");
  put(section_keywords[c.after]);
  put(") ");
  append_string(out_, as_text(c.bytes), false);
  put(')');
}

void Printer::size_limits(const wasm::SizeLimits& l) {
  if (l.is64) put(" i64");
  put(' ');
  number(l.min);
  if (l.has_max) {
    put(' ');
    number(l.max);
  }
  if (l.shared) put(" shared");
}

void Printer::table_type(const wasm::TableType& t) {
  size_limits(t.limits);
  put(' ');
  val_type(t.elem);
}

void Printer::memory_type(const wasm::MemoryType& m) {
  size_limits(m.limits);
  if (m.page_size_log2 == 16) return;
  put(" (pagesize ");
  number(m.page_bytes());
  put(')');
}

void Printer::global_type(const wasm::GlobalType& g) {
  put(g.is_mutable ? " (mut " : " ");
  val_type(g.type);
  if (g.is_mutable) put(')');
}

void Printer::imports() {
  for (const wasm::Import& import : m_.imports) import_item(import);
}

void Printer::import_item(const wasm::Import& import) {
  line(1);
  put("(import ");
  append_string(out_, import.module, true);
  put(' ');
  append_string(out_, import.name, true);
  put(" (");
  put(kind_keyword(import.kind));
  define(name_kind(import.kind), import.index);
  switch (import.kind) {
    case ExternKind::func:
      type_use(m_.func_type_indices[import.index]);
      signature(m_.func_type_indices[import.index], nullptr);
      break;
    case ExternKind::table:
      table_type(m_.tables[import.index].type);
      break;
    case ExternKind::memory:
      memory_type(m_.memories[import.index]);
      break;
    case ExternKind::global:
      global_type(m_.globals[import.index].type);
      break;
    case ExternKind::tag:
      type_use(indices_.of(m_.tags[import.index].type));
      break;
  }
  put("))");
}

void Printer::functions() {
  for (auto i = m_.num_imported_funcs; i < m_.funcs.size(); ++i) function(i);
}

void Printer::tables() {
  for (auto i = m_.num_imported_tables; i < m_.tables.size(); ++i) {
    line(1);
    put("(table");
    define(Kind::table, i);
    table_type(m_.tables[i].type);
    if (!m_.tables[i].init.code.empty()) {
      put(' ');
      const_expr(m_.tables[i].init, "");
    }
    put(')');
  }
}

void Printer::memories() {
  for (auto i = m_.num_imported_memories; i < m_.memories.size(); ++i) {
    line(1);
    put("(memory");
    define(Kind::memory, i);
    memory_type(m_.memories[i]);
    put(')');
  }
}

void Printer::tags() {
  for (auto i = m_.num_imported_tags; i < m_.tags.size(); ++i) {
    line(1);
    put("(tag");
    define(Kind::tag, i);
    const uint32_t type = indices_.of(m_.tags[i].type);
    type_use(type);
    signature(type, nullptr);
    put(')');
  }
}

void Printer::globals() {
  for (auto i = m_.num_imported_globals; i < m_.globals.size(); ++i) {
    line(1);
    put("(global");
    define(Kind::global, i);
    global_type(m_.globals[i].type);
    put(' ');
    const_expr(m_.globals[i].init, "");
    put(')');
  }
}

void Printer::exports() {
  for (const wasm::Export& e : m_.exports) {
    line(1);
    put("(export ");
    append_string(out_, e.name, true);
    put(" (");
    put(kind_keyword(e.kind));
    put(' ');
    index(name_kind(e.kind), e.index);
    put("))");
  }
}

void Printer::elems() {
  for (uint32_t i = 0; i < m_.elems.size(); ++i) elem(i);
}

void Printer::elem(uint32_t i) {
  const wasm::Elem& e = m_.elems[i];
  const bool by_index = e.exprs.empty() &&
                        (!e.funcs.empty() || e.type == wasm::ValType::ref(wasm::Heap::func, false));
  line(1);
  put("(elem");
  define(Kind::elem, i);
  if (e.mode == SegmentMode::declarative) put(" declare");
  if (e.mode == SegmentMode::active) {
    if (e.table != 0) {
      put(" (table ");
      index(Kind::table, e.table);
      put(')');
    }
    put(' ');
    const_expr(e.offset, "offset");
  }
  put(' ');
  if (by_index) {
    put("func");
    for (uint32_t f : e.funcs) {
      put(' ');
      index(Kind::function, f);
    }
  } else {
    val_type(e.type);
    for (const wasm::ConstExpr& x : e.exprs) {
      put(' ');
      const_expr(x, "item");
    }
  }
  put(')');
}

void Printer::datas() {
  for (uint32_t i = 0; i < m_.datas.size(); ++i) data(i);
}

void Printer::data(uint32_t i) {
  const wasm::Data& d = m_.datas[i];
  line(1);
  put("(data");
  define(Kind::data, i);
  if (d.mode == SegmentMode::active) {
    if (d.memory != 0) {
      put(" (memory ");
      index(Kind::memory, d.memory);
      put(')');
    }
    put(' ');
    const_expr(d.offset, "offset");
  }
  put(' ');
  append_string(out_, as_text(d.bytes), false);
  put(')');
}

std::string print_module(const wasm::Module& module, const PrintOptions& options) {
  return Printer(module, options).run();
}

std::string print_types(const wasm::Module& module) { return Printer(module, {}).run_types(); }

}  // namespace nacre::text

// SPDX-License-Identifier: Apache-2.0
#include "text/printer.hpp"
#include "wasm/type_names.hpp"

namespace nacre::text {

using wasm::CompositeKind;
using wasm::ValType;

void Printer::type_index(wasm::TypeId id) {
  index(Kind::type, within_ == wasm::no_index ? indices_.of(id) : indices_.of(id, within_));
}

void Printer::heap_type(wasm::HeapType h) {
  wasm::append_heap_type(out_, h, [&](std::string&, wasm::TypeId id) { type_index(id); });
}

void Printer::val_type(ValType t) {
  wasm::append_val_type(out_, t, [&](std::string&, wasm::TypeId id) { type_index(id); });
}

void Printer::field_type(wasm::FieldType f) {
  if (f.is_mutable()) put("(mut ");
  val_type(f.type());
  if (f.is_mutable()) put(')');
}

void Printer::types() {
  const auto n = static_cast<uint32_t>(m_.types.size());
  for (uint32_t i = 0; i < n;) {
    const uint32_t size = indices_.group_size(i);
    if (size != 1) {
      line(1);
      put("(rec");
    }
    for (uint32_t k = i; k < i + size; ++k) type_definition(k, size != 1 ? 2 : 1);
    if (size != 1) put(')');
    i += size;
  }
}

void Printer::type_definition(uint32_t i, unsigned level) {
  const wasm::TypeTable& table = m_.type_table;
  const wasm::TypeId id = m_.types[i];
  const bool has_super = table.super(id) != wasm::no_type;
  const bool is_sub = has_super || !table.is_final(id);
  line(level);
  put("(type");
  define(Kind::type, i);
  within_ = i;
  if (is_sub) {
    put(" (sub");
    if (table.is_final(id)) put(" final");
    if (has_super) {
      put(' ');
      type_index(table.super(id));
    }
  }
  put(' ');
  composite_type(i);
  if (is_sub) put(')');
  put(')');
  within_ = wasm::no_index;
}

void Printer::composite_type(uint32_t i) {
  const wasm::TypeId id = m_.types[i];
  switch (m_.type_table.kind(id)) {
    case CompositeKind::func:
      put("(func");
      signature(i, nullptr);
      break;
    case CompositeKind::array:
      put("(array ");
      field_type(m_.type_table.array_elem(id));
      break;
    case CompositeKind::struct_:
      put("(struct");
      struct_fields(i);
      break;
  }
  put(')');
}

void Printer::struct_fields(uint32_t i) {
  const auto fields = m_.type_table.fields(m_.types[i]);
  Identifiers ids;
  if (use_names_) ids.assign(names_.fields(i), static_cast<uint32_t>(fields.size()));
  for (uint32_t k = 0; k < fields.size(); ++k) {
    put(" (field ");
    const std::string_view id = ids.of(k);
    if (!id.empty()) {
      put(id);
      put(' ');
    }
    field_type(fields[k]);
    put(')');
  }
}

void Printer::type_use(uint32_t i) {
  put(" (type ");
  index(Kind::type, i);
  put(')');
}

void Printer::signature(uint32_t i, const Identifiers* locals) {
  const wasm::TypeId id = m_.types[i];
  const uint32_t outer = within_;
  within_ = i;
  val_types("param", m_.type_table.params(id), locals, 0);
  val_types("result", m_.type_table.results(id), nullptr, 0);
  within_ = outer;
}

// Runs without names share a pair of parentheses.
void Printer::val_types(const char* keyword, std::span<const ValType> types,
                        const Identifiers* names, uint32_t first_local) {
  bool open = false;
  for (uint32_t k = 0; k < types.size(); ++k) {
    const std::string_view id = names ? names->of(first_local + k) : std::string_view();
    if (open && !id.empty()) {
      put(')');
      open = false;
    }
    if (!open) {
      put(" (");
      put(keyword);
      open = true;
    }
    put(' ');
    if (!id.empty()) {
      put(id);
      put(' ');
    }
    val_type(types[k]);
    if (!id.empty()) {
      put(')');
      open = false;
    }
  }
  if (open) put(')');
}

}  // namespace nacre::text

// SPDX-License-Identifier: Apache-2.0
#include "runtime/type_text.hpp"

#include "base/quote.hpp"
#include "wasm/type_names.hpp"

namespace nacre::runtime {
namespace {

using wasm::ValType;

constexpr size_t max_listed = 16;  // values of one parameter or result list

// Concrete types by their number, so that text stays short whatever they refer to.
std::string val_text(ValType t) {
  std::string text;
  wasm::append_val_type(text, t,
                        [](std::string& out, wasm::TypeId id) { out += "$" + std::to_string(id); });
  return text;
}

void append_list(std::string& out, const char* what, std::span<const ValType> types) {
  if (types.empty()) return;
  out += std::string(" (") + what;
  for (size_t i = 0; i < types.size() && i < max_listed; ++i) out += " " + val_text(types[i]);
  if (types.size() > max_listed) out += " ... " + std::to_string(types.size()) + " in all";
  out += ")";
}

std::string signature(const RuntimeType* type) {
  std::string out;
  append_list(out, "param", type->params);
  append_list(out, "result", type->results);
  return out;
}

std::string limits_text(const wasm::SizeLimits& l) {
  std::string out = l.is64 ? "i64 " : "";
  out += std::to_string(l.min);
  if (l.has_max) out += " " + std::to_string(l.max);
  if (l.shared) out += " shared";
  return out;
}

}  // namespace

std::string func_text(const RuntimeType* type) { return "(func" + signature(type) + ")"; }

std::string memory_text(const wasm::MemoryType& type) {
  std::string out = "(memory " + limits_text(type.limits);
  if (type.page_size_log2 != 16) out += " (pagesize " + std::to_string(type.page_bytes()) + ")";
  return out + ")";
}

std::string table_text(const wasm::TableType& type) {
  return "(table " + limits_text(type.limits) + " " + val_text(type.elem) + ")";
}

std::string global_text(wasm::GlobalType type) {
  const std::string value = val_text(type.type);
  return type.is_mutable ? "(global (mut " + value + "))" : "(global " + value + ")";
}

std::string tag_text(const RuntimeType* type) { return "(tag" + signature(type) + ")"; }

std::string extern_text(const Extern& e) {
  switch (e.kind) {
    case wasm::ExternKind::func:
      return func_text(e.func->type);
    case wasm::ExternKind::table:
      return table_text(e.table->current_type());
    case wasm::ExternKind::memory:
      return memory_text(e.memory->current_type());
    case wasm::ExternKind::global:
      return global_text(e.global->type);
    case wasm::ExternKind::tag:
      return tag_text(e.tag->type);
  }
  return {};
}

std::string import_text(const CompiledModule& m, const wasm::Import& import) {
  switch (import.kind) {
    case wasm::ExternKind::func:
      return func_text(m.func_type(import.index));
    case wasm::ExternKind::table: {
      wasm::TableType t = m.module.tables[import.index].type;
      t.elem = m.globalize(t.elem);
      return table_text(t);
    }
    case wasm::ExternKind::memory:
      return memory_text(m.module.memories[import.index]);
    case wasm::ExternKind::global: {
      wasm::GlobalType t = m.module.globals[import.index].type;
      t.type = m.globalize(t.type);
      return global_text(t);
    }
    case wasm::ExternKind::tag:
      return tag_text(m.types[m.module.tags[import.index].type]);
  }
  return {};
}

std::string quoted_import(const wasm::Import& import) {
  return quoted_name(import.module) + "." + quoted_name(import.name);
}

}  // namespace nacre::runtime

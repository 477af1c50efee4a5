// SPDX-License-Identifier: Apache-2.0
#include "runtime/type_text.hpp"

#include "wasm/type_names.hpp"

namespace nacre::runtime {
namespace {

using wasm::ValType;

constexpr size_t max_listed = 16;  // values of one parameter or result list
constexpr size_t max_name = 200;   // bytes of a name

// Concrete types are named by kind and number, so that text stays short whatever they refer to.
const char* kind_text(wasm::CompositeKind kind) {
  switch (kind) {
    case wasm::CompositeKind::func:
      break;
    case wasm::CompositeKind::struct_:
      return "$struct";
    case wasm::CompositeKind::array:
      return "$array";
  }
  return "$func";
}

void append_list(std::string& out, const TypeRegistry& registry, const char* what,
                 std::span<const ValType> types) {
  if (types.empty()) return;
  out += std::string(" (") + what;
  for (size_t i = 0; i < types.size() && i < max_listed; ++i)
    out += " " + type_text(registry, types[i]);
  if (types.size() > max_listed) out += " ... " + std::to_string(types.size()) + " in all";
  out += ")";
}

std::string signature(const TypeRegistry& registry, const RuntimeType* type) {
  std::string out;
  append_list(out, registry, "param", type->params);
  append_list(out, registry, "result", type->results);
  return out;
}

std::string limits_text(const wasm::SizeLimits& l) {
  std::string out = l.is64 ? "i64 " : "";
  out += std::to_string(l.min);
  if (l.has_max) out += " " + std::to_string(l.max);
  if (l.shared) out += " shared";
  return out;
}

std::string quoted(std::string_view name) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string out = "\"";
  for (size_t i = 0; i < name.size() && i < max_name; ++i) {
    const auto c = static_cast<unsigned char>(name[i]);
    if (c == '"' || c == '\\') out += '\\';
    if (c >= 0x20 && c != 0x7f) {
      out += static_cast<char>(c);
    } else {
      out += '\\';
      out += digits[c >> 4];
      out += digits[c & 15];
    }
  }
  return out + (name.size() > max_name ? "...\"" : "\"");
}

}  // namespace

std::string type_text(const TypeRegistry& registry, ValType t) {
  std::string text;
  wasm::append_val_type(text, t, [&](std::string& out, wasm::TypeId id) {
    out += kind_text(registry.by_id(id)->kind) + std::to_string(id);
  });
  return text;
}

std::string func_text(const TypeRegistry& registry, const RuntimeType* type) {
  return "(func" + signature(registry, type) + ")";
}

std::string memory_text(const wasm::MemoryType& type) {
  std::string out = "(memory " + limits_text(type.limits);
  if (type.page_size_log2 != 16) out += " (pagesize " + std::to_string(type.page_bytes()) + ")";
  return out + ")";
}

std::string table_text(const TypeRegistry& registry, const wasm::TableType& type) {
  return "(table " + limits_text(type.limits) + " " + type_text(registry, type.elem) + ")";
}

std::string global_text(const TypeRegistry& registry, wasm::GlobalType type) {
  const std::string value = type_text(registry, type.type);
  return type.is_mutable ? "(global (mut " + value + "))" : "(global " + value + ")";
}

std::string tag_text(const TypeRegistry& registry, const RuntimeType* type) {
  return "(tag" + signature(registry, type) + ")";
}

std::string extern_text(const TypeRegistry& registry, const Extern& e) {
  switch (e.kind) {
    case wasm::ExternKind::func:
      return func_text(registry, e.func->type);
    case wasm::ExternKind::table:
      return table_text(registry, e.table->current_type());
    case wasm::ExternKind::memory:
      return memory_text(e.memory->current_type());
    case wasm::ExternKind::global:
      return global_text(registry, e.global->type);
    case wasm::ExternKind::tag:
      return tag_text(registry, e.tag->type);
  }
  return {};
}

std::string import_text(const CompiledModule& m, const wasm::Import& import) {
  const TypeRegistry& registry = *m.registry;
  switch (import.kind) {
    case wasm::ExternKind::func:
      return func_text(registry, m.func_type(import.index));
    case wasm::ExternKind::table: {
      wasm::TableType t = m.module.tables[import.index].type;
      t.elem = m.globalize(t.elem);
      return table_text(registry, t);
    }
    case wasm::ExternKind::memory:
      return memory_text(m.module.memories[import.index]);
    case wasm::ExternKind::global: {
      wasm::GlobalType t = m.module.globals[import.index].type;
      t.type = m.globalize(t.type);
      return global_text(registry, t);
    }
    case wasm::ExternKind::tag:
      return tag_text(registry, m.types[m.module.tags[import.index].type]);
  }
  return {};
}

std::string quoted_import(const wasm::Import& import) {
  return quoted(import.module) + "." + quoted(import.name);
}

}  // namespace nacre::runtime

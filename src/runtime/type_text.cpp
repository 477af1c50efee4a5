// SPDX-License-Identifier: Apache-2.0
#include "runtime/type_text.hpp"

namespace nacre::runtime {
namespace {

using wasm::Heap;
using wasm::HeapType;
using wasm::Kind;
using wasm::ValType;

constexpr size_t max_listed = 16;  // values of one parameter or result list
constexpr size_t max_name = 200;   // bytes of a name

const char* heap_name(Heap h) {
  switch (h) {
    case Heap::func:
      return "func";
    case Heap::nofunc:
      return "nofunc";
    case Heap::extern_:
      return "extern";
    case Heap::noextern:
      return "noextern";
    case Heap::any:
      return "any";
    case Heap::eq:
      return "eq";
    case Heap::i31:
      return "i31";
    case Heap::struct_:
      return "struct";
    case Heap::array:
      return "array";
    case Heap::none:
      return "none";
    case Heap::exn:
      return "exn";
    case Heap::noexn:
      return "noexn";
    default:
      return "bot";
  }
}

const char* kind_name(Kind k) {
  switch (k) {
    case Kind::i32:
      return "i32";
    case Kind::i64:
      return "i64";
    case Kind::f32:
      return "f32";
    case Kind::f64:
      return "f64";
    case Kind::v128:
      return "v128";
    case Kind::i8:
      return "i8";
    case Kind::i16:
      return "i16";
    default:
      return "bot";
  }
}

// Concrete types are named by kind and number, so that text stays short whatever they refer to.
std::string heap_text(const TypeRegistry& registry, HeapType h) {
  if (h.is_abstract()) return heap_name(h.abstract());
  const char* kind = "func";
  switch (registry.by_id(h.type())->kind) {
    case wasm::CompositeKind::func:
      break;
    case wasm::CompositeKind::struct_:
      kind = "struct";
      break;
    case wasm::CompositeKind::array:
      kind = "array";
      break;
  }
  return std::string("$") + kind + std::to_string(h.type());
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
  if (!t.is_ref()) return kind_name(t.kind());
  if (t.nullable() && t.heap().is_abstract()) {
    switch (t.heap().abstract()) {
      case Heap::none:
        return "nullref";
      case Heap::nofunc:
        return "nullfuncref";
      case Heap::noextern:
        return "nullexternref";
      case Heap::noexn:
        return "nullexnref";
      default:
        return std::string(heap_name(t.heap().abstract())) + "ref";
    }
  }
  return std::string("(ref ") + (t.nullable() ? "null " : "") + heap_text(registry, t.heap()) + ")";
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

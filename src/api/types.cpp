// SPDX-License-Identifier: Apache-2.0
//
// Types in the text format's notation; feature names.
#include "nacre/types.hpp"

#include <string>

#include "api/convert.hpp"
#include "base/trap.hpp"
#include "nacre/features.hpp"
#include "wasm/features.hpp"
#include "wasm/type_names.hpp"

namespace nacre {

namespace {

std::string list(const char* keyword, const List<ValType>& types) {
  if (types.empty()) return {};
  std::string s = std::string(" (") + keyword;
  for (const ValType t : types) s += " " + to_string(t);
  return s + ")";
}

std::string limits(bool is64, uint64_t min, bool has_max, uint64_t max) {
  std::string s = is64 ? " i64" : "";
  s += " " + std::to_string(min);
  if (has_max) s += " " + std::to_string(max);
  return s;
}

}  // namespace

// Types of a module by their number in the engine.
String to_string(ValType type) {
  std::string text;
  wasm::append_val_type(text, detail::to_wasm_unchecked(type), [&](std::string& out, wasm::TypeId) {
    out += "$" + std::to_string(type.type_id());
  });
  return text;
}

String to_string(const FuncType& type) {
  return "(func" + list("param", type.params) + list("result", type.results) + ")";
}

String to_string(const MemoryType& type) {
  std::string s = "(memory" + limits(type.is64, type.min, type.has_max, type.max);
  if (type.shared) s += " shared";
  if (type.page_size != 65536) s += " (pagesize " + std::to_string(type.page_size) + ")";
  return s + ")";
}

String to_string(const TableType& type) {
  return "(table" + limits(type.is64, type.min, type.has_max, type.max) + " " +
         to_string(type.elem) + ")";
}

String to_string(const GlobalType& type) {
  const std::string t = to_string(type.type);
  return "(global " + (type.is_mutable ? "(mut " + t + ")" : t) + ")";
}

String to_string(const ExternType& type) {
  switch (type.kind) {
    case ExternKind::func:
      return to_string(type.func);
    case ExternKind::table:
      return to_string(type.table);
    case ExternKind::memory:
      return to_string(type.memory);
    case ExternKind::global:
      return to_string(type.global);
    case ExternKind::tag:
      break;
  }
  return "(tag" + list("param", type.func.params) + ")";
}

const char* to_string(ExternKind kind) {
  static constexpr const char* names[] = {"func", "table", "memory", "global", "tag"};
  return names[static_cast<size_t>(kind)];
}

const char* to_string(TrapCode code) { return trap_message(code); }

const char* Features::name(Feature f) { return wasm::feature_name(f); }

bool Features::parse(StringView name, Feature& out) {
  for (unsigned i = 0; i < static_cast<unsigned>(Feature::count); ++i)
    if (name == wasm::feature_name(static_cast<Feature>(i))) {
      out = static_cast<Feature>(i);
      return true;
    }
  return false;
}

}  // namespace nacre

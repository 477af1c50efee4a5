// SPDX-License-Identifier: Apache-2.0
#include "extern_text.hpp"

#include "binary/names.hpp"
#include "wasm/type_names.hpp"

namespace nacre::cli {

namespace {

std::string limits(const wasm::SizeLimits& l) {
  std::string out = l.is64 ? " i64 " : " ";
  out += std::to_string(l.min);
  if (l.has_max) out += " " + std::to_string(l.max);
  return l.shared ? out + " shared" : out;
}

}  // namespace

ExternText::ExternText(const wasm::Module& module) : module_(module) {
  names_.assign(binary::NameSection::of(module).names(binary::NameKind::type),
                static_cast<uint32_t>(module.types.size()));
  for (uint32_t i = 0; i < module.types.size(); i++) first_index_.emplace(module.types[i], i);
}

std::string ExternText::value(wasm::ValType type) const {
  std::string out;
  wasm::append_val_type(out, type, [this](std::string& to, wasm::TypeId id) {
    const auto found = first_index_.find(id);
    if (found == first_index_.end()) return;
    const std::string_view name = names_.of(found->second);
    to += name.empty() ? std::to_string(found->second) : std::string(name);
  });
  return out;
}

std::string ExternText::list(const char* keyword, std::span<const wasm::ValType> types) const {
  if (types.empty()) return {};
  std::string out = std::string(" (") + keyword;
  for (const wasm::ValType t : types) out += " " + value(t);
  return out + ")";
}

std::string ExternText::signature(wasm::TypeId id) const {
  return list("param", module_.type_table.params(id)) +
         list("result", module_.type_table.results(id));
}

std::string ExternText::of(wasm::ExternKind kind, uint32_t index) const {
  switch (kind) {
    case wasm::ExternKind::func:
      return "(func" + signature(module_.funcs[index]) + ")";
    case wasm::ExternKind::table: {
      const wasm::TableType& t = module_.tables[index].type;
      return "(table" + limits(t.limits) + " " + value(t.elem) + ")";
    }
    case wasm::ExternKind::memory: {
      const wasm::MemoryType& t = module_.memories[index];
      std::string out = "(memory" + limits(t.limits);
      if (t.page_size_log2 != 16) out += " (pagesize " + std::to_string(t.page_bytes()) + ")";
      return out + ")";
    }
    case wasm::ExternKind::global: {
      const wasm::GlobalType& t = module_.globals[index].type;
      const std::string type = value(t.type);
      return "(global " + (t.is_mutable ? "(mut " + type + ")" : type) + ")";
    }
    case wasm::ExternKind::tag:
      break;
  }
  return "(tag" + signature(module_.tags[index].type) + ")";
}

}  // namespace nacre::cli

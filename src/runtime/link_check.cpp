// SPDX-License-Identifier: Apache-2.0
#include "runtime/link_check.hpp"

namespace nacre::runtime {
namespace {

// The present size counts as the minimum of what is there.
bool limits_match(uint64_t size, const wasm::SizeLimits& found, const wasm::SizeLimits& wanted) {
  if (found.is64 != wanted.is64 || found.shared != wanted.shared || size < wanted.min) return false;
  return !wanted.has_max || (found.has_max && found.max <= wanted.max);
}

bool memory_matches(Memory& found, const wasm::MemoryType& wanted) {
  return found.type.page_size_log2 == wanted.page_size_log2 &&
         limits_match(found.pages(), found.type.limits, wanted.limits);
}

bool global_matches(const TypeRegistry& registry, wasm::GlobalType found, wasm::GlobalType wanted) {
  if (found.is_mutable != wanted.is_mutable) return false;
  return wanted.is_mutable ? found.type == wanted.type : registry.matches(found.type, wanted.type);
}

}  // namespace

bool import_matches(const CompiledModule& m, const wasm::Import& import, const Extern& value) {
  if (import.kind != value.kind) return false;
  switch (import.kind) {
    case wasm::ExternKind::func:
      return value.func->type->is_subtype_of(m.func_type(import.index));
    case wasm::ExternKind::table: {
      const wasm::TableType& wanted = m.module.tables[import.index].type;
      const Table& t = *value.table;
      return t.elem == m.globalize(wanted.elem) && limits_match(t.size(), t.limits, wanted.limits);
    }
    case wasm::ExternKind::memory:
      return memory_matches(*value.memory, m.module.memories[import.index]);
    case wasm::ExternKind::global: {
      wasm::GlobalType wanted = m.module.globals[import.index].type;
      wanted.type = m.globalize(wanted.type);
      return global_matches(*m.registry, value.global->type, wanted);
    }
    case wasm::ExternKind::tag:
      return value.tag->type == m.types[m.module.tags[import.index].type];
  }
  return false;
}

}  // namespace nacre::runtime

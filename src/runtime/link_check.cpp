// SPDX-License-Identifier: Apache-2.0
#include "runtime/link_check.hpp"

#include "runtime/type_text.hpp"

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

namespace {

// The specification's tests have words of their own for memories that differ in page size alone.
const char* mismatch_words(const CompiledModule& m, const wasm::Import& import,
                           const Extern& value) {
  constexpr const char* usual = "incompatible import type: ";
  if (import.kind != wasm::ExternKind::memory || value.kind != wasm::ExternKind::memory)
    return usual;
  const wasm::MemoryType& wanted = m.module.memories[import.index];
  const bool only_page_size = wanted.page_size_log2 != value.memory->type.page_size_log2 &&
                              value.memory->pages() >= wanted.limits.min;
  return only_page_size ? "memory types incompatible: " : usual;
}

}  // namespace

void LinkErrors::List::add(const char* separator, const std::string& item) {
  if (++count <= most) (text += text.empty() ? "" : separator) += item;
}

std::string LinkErrors::List::whole() const {
  return count <= most ? text : text + " and " + std::to_string(count - most) + " more";
}

void LinkErrors::missing(const wasm::Import& import) {
  // What is not listed need not be worded.
  missing_.add(", ", missing_.count >= most
                         ? std::string()
                         : quoted_import(import) + " " + import_text(module_, import));
}

void LinkErrors::mismatch(const wasm::Import& import, const Extern& value) {
  if (mismatched_.count == 0) mismatch_words_ = mismatch_words(module_, import, value);
  mismatched_.add("; ", mismatched_.count >= most
                            ? std::string()
                            : quoted_import(import) + " is " + extern_text(value) + ", expected " +
                                  import_text(module_, import));
}

Error LinkErrors::error() const {
  std::string text;
  if (missing_.count != 0) text = "unknown import " + missing_.whole();
  if (missing_.count != 0 && mismatched_.count != 0) text += "; ";
  if (mismatched_.count != 0) text += mismatch_words_ + mismatched_.whole();
  return make_error(ErrorKind::unlinkable, text);
}

}  // namespace nacre::runtime

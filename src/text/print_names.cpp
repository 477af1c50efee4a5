// SPDX-License-Identifier: Apache-2.0
#include "text/print_names.hpp"

#include <algorithm>

#include "base/utf8.hpp"

namespace nacre::text {
namespace {

bool is_id_char(char c) {
  constexpr std::string_view symbols = "!#$%&'*+-./:<=>?@\\^_`|~";
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         symbols.find(c) != std::string_view::npos;
}

std::string make_id(std::string_view name) {
  std::string id = "$";
  if (std::all_of(name.begin(), name.end(), is_id_char)) id += name;
  else append_string(id, name, true);
  return id;
}

void append_escape(std::string& out, uint8_t byte) {
  constexpr char digits[] = "0123456789abcdef";
  out += '\\';
  out += digits[byte >> 4];
  out += digits[byte & 15];
}

}  // namespace

void append_string(std::string& out, std::string_view s, bool keep_unicode) {
  out += '"';
  for (size_t at = 0; at < s.size();) {
    const auto byte = static_cast<uint8_t>(s[at]);
    if (byte < 0x80 || !keep_unicode) {
      if (byte < 0x20 || byte >= 0x7f || byte == '"' || byte == '\\') append_escape(out, byte);
      else out += static_cast<char>(byte);
      ++at;
      continue;
    }
    const size_t start = at;
    const bool deceptive = is_deceptive(utf8_next(s, at));
    for (size_t i = start; i < at; ++i) {
      if (deceptive) append_escape(out, static_cast<uint8_t>(s[i]));
      else out += s[i];
    }
  }
  out += '"';
}

void Identifiers::clear() {
  entries_.clear();
  used_.clear();
}

void Identifiers::assign(const binary::NameMap& map, uint32_t limit) {
  clear();
  entries_.reserve(map.entries().size());
  for (const auto& entry : map.entries()) {
    if (entry.index >= limit) break;
    const std::string_view name = map.name(entry);
    std::string id = make_id(name);
    unsigned tries = 0;
    while (!used_.insert(id).second)
      id = make_id(std::string(name) + "#" + std::to_string(entry.index) +
                   std::string(tries++, '\''));
    const bool altered = id != make_id(name);
    entries_.push_back({entry.index, altered, std::move(id)});
  }
}

const Identifiers::Entry* Identifiers::find(uint32_t index) const {
  const auto it = std::lower_bound(entries_.begin(), entries_.end(), index,
                                   [](const Entry& e, uint32_t i) { return e.index < i; });
  return it != entries_.end() && it->index == index ? &*it : nullptr;
}

std::string_view Identifiers::of(uint32_t index) const {
  const Entry* e = find(index);
  return e ? std::string_view(e->id) : std::string_view();
}

bool Identifiers::altered(uint32_t index) const {
  const Entry* e = find(index);
  return e && e->altered;
}

void PrintNames::load(Kind kind, size_t limit) {
  const auto k = static_cast<unsigned>(kind);
  maps_[k] = section_.names(kind);
  spaces_[k].assign(maps_[k], static_cast<uint32_t>(limit));
}

PrintNames::PrintNames(const wasm::Module& module) : section_(binary::NameSection::of(module)) {
  load(Kind::function, module.funcs.size());
  load(Kind::type, module.types.size());
  load(Kind::table, module.tables.size());
  load(Kind::memory, module.memories.size());
  load(Kind::global, module.globals.size());
  load(Kind::elem, module.elems.size());
  load(Kind::data, module.datas.size());
  load(Kind::tag, module.tags.size());
  locals_ = section_.indirect_names(Kind::local);
  labels_ = section_.indirect_names(Kind::label);
  fields_ = section_.indirect_names(Kind::field);
}

}  // namespace nacre::text

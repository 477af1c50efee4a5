// SPDX-License-Identifier: Apache-2.0
#include "binary/names.hpp"

#include <algorithm>
#include <string>

#include "base/reader.hpp"
#include "base/utf8.hpp"

namespace nacre::binary {
namespace {

constexpr auto known_kinds = static_cast<uint8_t>(NameKind::count);

bool is_indirect(uint8_t kind) {
  return kind == static_cast<uint8_t>(NameKind::local) ||
         kind == static_cast<uint8_t>(NameKind::label) ||
         kind == static_cast<uint8_t>(NameKind::field);
}

std::string_view as_text(Bytes b) { return {reinterpret_cast<const char*>(b.data()), b.size()}; }

// Reads the associations at r, as many as there are. Unusable names are left out.
std::vector<NameMap::Entry> read_map(Reader& r) {
  std::vector<NameMap::Entry> entries;
  const uint32_t n = r.count(2);
  entries.reserve(n);
  bool sorted = true;
  for (uint32_t i = 0; i < n; ++i) {
    const uint32_t index = r.leb_u32();
    const Bytes name = r.sized_bytes();
    if (!r.ok()) break;
    if (name.empty() || !is_utf8(as_text(name))) continue;
    if (!entries.empty() && entries.back().index >= index) sorted = false;
    const auto end = static_cast<uint32_t>(r.offset());
    const auto length = static_cast<uint32_t>(name.size());
    entries.push_back({index, end - length, length});
  }
  if (!sorted) {
    std::stable_sort(entries.begin(), entries.end(),
                     [](const auto& a, const auto& b) { return a.index < b.index; });
    const auto same = [](const auto& a, const auto& b) { return a.index == b.index; };
    entries.erase(std::unique(entries.begin(), entries.end(), same), entries.end());
  }
  return entries;
}

void skip_map(Reader& r) {
  const uint32_t n = r.count(2);
  for (uint32_t i = 0; i < n && r.ok(); ++i) {
    r.leb_u32();
    r.sized_bytes();
  }
}

template <class Entry>
const Entry* find_entry(const std::vector<Entry>& entries, uint32_t index) {
  const auto it = std::lower_bound(entries.begin(), entries.end(), index,
                                   [](const Entry& e, uint32_t i) { return e.index < i; });
  return it != entries.end() && it->index == index ? &*it : nullptr;
}

// Checks the associations at r; false and `why` when indices do not ascend.
bool check_map(Reader& r, uint64_t& bad) {
  const uint32_t n = r.count(2);
  uint64_t next = 0;
  for (uint32_t i = 0; i < n && r.ok(); ++i) {
    bad = r.offset();
    const uint32_t index = r.leb_u32();
    if (r.ok() && index < next) return false;
    next = uint64_t{index} + 1;
    r.name();
  }
  return true;
}

bool check_indirect_map(Reader& r, uint64_t& bad) {
  const uint32_t n = r.count(2);
  uint64_t next = 0;
  for (uint32_t i = 0; i < n && r.ok(); ++i) {
    bad = r.offset();
    const uint32_t index = r.leb_u32();
    if (r.ok() && index < next) return false;
    next = uint64_t{index} + 1;
    if (!check_map(r, bad)) return false;
  }
  return true;
}

Error name_error(const char* what, uint64_t offset) {
  return make_error(ErrorKind::malformed, std::string("malformed name section: ") + what, offset);
}

Result<void> check_part(uint8_t kind, Bytes part, uint64_t offset) {
  Reader r(part, offset);
  uint64_t bad = offset;
  bool ordered = true;
  if (kind == 0) r.name();
  else if (is_indirect(kind)) ordered = check_indirect_map(r, bad);
  else if (kind < known_kinds) ordered = check_map(r, bad);
  else return {};
  if (!ordered) return name_error("indices out of order", bad);
  if (!r.ok())
    return name_error(
        r.fault() == ReadFault::bad_utf8 ? "malformed UTF-8 encoding" : "unexpected end",
        r.fault_offset());
  if (!r.at_end()) return name_error("subsection size mismatch", r.offset());
  return {};
}

}  // namespace

std::string_view NameMap::find(uint32_t index) const {
  const Entry* e = find_entry(entries_, index);
  return e ? name(*e) : std::string_view();
}

NameMap IndirectNameMap::find(uint32_t index) const {
  const Entry* e = find_entry(entries_, index);
  if (!e) return {};
  const Bytes inner = bytes_.subspan(e->offset, e->length);
  Reader r(inner);
  return NameMap(inner, read_map(r));
}

NameSection NameSection::parse(Bytes contents) {
  NameSection section;
  Reader r(contents);
  while (!r.at_end()) {
    const uint8_t kind = r.u8();
    const Bytes part = r.sized_bytes();
    if (!r.ok()) break;
    if (kind < known_kinds && section.parts_[kind].empty()) section.parts_[kind] = part;
  }
  return section;
}

NameSection NameSection::of(const wasm::Module& module) {
  for (size_t i = module.customs.size(); i-- > 0;)
    if (module.customs[i].name == "name") return parse(module.customs[i].bytes);
  return {};
}

std::string_view NameSection::module_name() const {
  Reader r(parts_[0]);
  const std::string_view name = r.name();
  return r.ok() ? name : std::string_view();
}

NameMap NameSection::names(NameKind kind) const {
  const Bytes part = parts_[static_cast<unsigned>(kind)];
  if (part.empty()) return {};
  Reader r(part);
  return NameMap(part, read_map(r));
}

IndirectNameMap NameSection::indirect_names(NameKind kind) const {
  const Bytes part = parts_[static_cast<unsigned>(kind)];
  if (part.empty()) return {};
  Reader r(part);
  const uint32_t n = r.count(2);
  std::vector<IndirectNameMap::Entry> entries;
  entries.reserve(n);
  bool sorted = true;
  for (uint32_t i = 0; i < n; ++i) {
    const uint32_t index = r.leb_u32();
    const auto start = static_cast<uint32_t>(r.offset());
    skip_map(r);
    if (!r.ok()) break;
    if (!entries.empty() && entries.back().index >= index) sorted = false;
    entries.push_back({index, start, static_cast<uint32_t>(r.offset()) - start});
  }
  if (!sorted)
    std::stable_sort(entries.begin(), entries.end(),
                     [](const auto& a, const auto& b) { return a.index < b.index; });
  return IndirectNameMap(part, std::move(entries));
}

Result<void> check_name_section(Bytes contents, uint64_t offset) {
  Reader r(contents, offset);
  unsigned next = 0;
  while (!r.at_end()) {
    const uint64_t at = r.offset();
    const uint8_t kind = r.u8();
    if (kind < next) return name_error("subsections out of order", at);
    next = kind + 1u;
    const Bytes part = r.sized_bytes();
    if (!r.ok()) return name_error("unexpected end", r.fault_offset());
    Result<void> result = check_part(kind, part, r.offset() - part.size());
    if (!result) return result;
  }
  return {};
}

}  // namespace nacre::binary

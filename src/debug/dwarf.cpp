// SPDX-License-Identifier: Apache-2.0
#include "debug/dwarf.hpp"

#include <algorithm>

namespace nacre::debug {
namespace {

constexpr size_t max_units_kept = 64;
constexpr size_t max_inlined = 256;
constexpr uint64_t max_lookup_steps = 1 << 20;
constexpr int max_name_hops = 8;  // abstract origin, specification ...
constexpr int max_overlaps = 8;   // ranges looked at that begin before an address

// The range that begins last among those which hold `address`, or null.
template <class Range>
const Range* find_range(const std::vector<Range>& ranges, uint32_t address) {
  auto at = std::upper_bound(ranges.begin(), ranges.end(), address,
                             [](uint32_t a, const Range& r) { return a < r.begin; });
  for (int i = 0; i < max_overlaps && at != ranges.begin(); ++i)
    if (address < (--at)->end) return &*at;
  return nullptr;
}

uint32_t narrow(uint64_t n) { return n <= 0xffffffffu ? static_cast<uint32_t>(n) : 0; }

}  // namespace

bool Dwarf::is_split() {
  const std::lock_guard lock(mutex_);
  build_index();
  return split_;
}

std::vector<Location> Dwarf::find(uint64_t offset) {
  if (sections_.info.empty() || code_offset_ == 0 || offset < code_offset_) return {};
  const uint64_t address = offset - code_offset_;
  if (address > 0xffffffffu) return {};
  const std::lock_guard lock(mutex_);
  build_index();
  const UnitRange* range = find_range(ranges_, static_cast<uint32_t>(address));
  if (range == nullptr) return {};
  const std::shared_ptr<Unit> u = unit(range->unit);
  return u ? locations(*u, static_cast<uint32_t>(address)) : std::vector<Location>();
}

void Dwarf::build_index() {
  if (indexed_) return;
  indexed_ = true;
  Budget budget(max_lookup_steps + 4 * sections_.total_size());
  Reader r(sections_.info);
  UnitHeader header;
  while (UnitHeader::read(r, header) && !budget.spent()) {
    unit_offsets_.push_back(header.offset);
    add_unit(header, budget);
  }
  std::sort(ranges_.begin(), ranges_.end(), [](const UnitRange& a, const UnitRange& b) {
    return a.begin != b.begin ? a.begin < b.begin : a.unit < b.unit;
  });
}

void Dwarf::add_unit(const UnitHeader& header, Budget& budget) {
  if (header.type == DW_UT_type || header.type == DW_UT_split_type) return;
  Unit u(sections_, header, true, budget);
  if (u.is_split()) split_ = true;
  const auto index = static_cast<uint32_t>(unit_offsets_.size() - 1);
  const auto add = [&](uint64_t begin, uint64_t end) {
    ranges_.push_back({static_cast<uint32_t>(begin), static_cast<uint32_t>(end), index});
  };
  u.for_each_range(u.root(), budget, add);
  // Some producers do not say which code is a unit's; its lines do.
  const bool silent = !u.root().ranges && !u.root().high_pc;
  if (!silent) return;
  if (const LineTable* lines = u.lines(budget)) lines->for_each_range(add);
}

std::shared_ptr<Unit> Dwarf::unit(size_t index) {
  const auto known = units_.find(index);
  if (known != units_.end()) return known->second;
  Reader r(tail(sections_.info, unit_offsets_[index]), unit_offsets_[index]);
  UnitHeader header;
  if (!UnitHeader::read(r, header)) return nullptr;
  if (units_.size() >= max_units_kept) units_.clear();
  Budget budget(max_lookup_steps + 4 * sections_.abbrev.size());
  auto made = std::make_shared<Unit>(sections_, header, false, budget);
  units_.emplace(index, made);
  return made;
}

std::shared_ptr<Unit> Dwarf::unit_around(uint64_t offset) {
  const auto at = std::upper_bound(unit_offsets_.begin(), unit_offsets_.end(), offset);
  if (at == unit_offsets_.begin()) return nullptr;
  return unit(static_cast<size_t>(at - unit_offsets_.begin()) - 1);
}

std::vector<Location> Dwarf::locations(Unit& u, uint32_t address) {
  Budget load(max_lookup_steps + 4 * sections_.total_size());
  const LineTable* lines = u.lines(load);
  LineRow row;
  const bool has_row = lines != nullptr && lines->find(address, row);
  const FunctionRange* function = find_range(u.functions(load), address);

  std::vector<Location> out;
  Budget budget(max_lookup_steps);
  std::vector<Die> dies;
  if (function != nullptr) dies = chain(u, function->die, address, budget);
  if (dies.empty() && !has_row) return out;
  if (dies.empty()) dies.emplace_back();
  // What is inlined says where it was called, which is where its caller stands.
  for (size_t i = dies.size(); i-- > 0;) {
    Location& l = out.emplace_back();
    if (dies[i].tag != 0) l.function = name(unit_around(u.header().offset), dies[i], budget);
    if (i + 1 == dies.size()) {
      if (!has_row || row.line == 0) continue;
      l.file = lines->file(row.file);
      l.line = row.line;
      l.column = row.column;
    } else if (lines != nullptr) {
      l.file = lines->file(dies[i + 1].call_file);
      l.line = narrow(dies[i + 1].call_line);
      l.column = narrow(dies[i + 1].call_column);
    }
  }
  return out;
}

std::vector<Die> Dwarf::chain(const Unit& u, uint64_t function, uint32_t address, Budget& budget) {
  std::vector<Die> out;
  Reader r = u.dies_from(function);
  Die d;
  if (!u.read_die(r, d, budget)) return out;
  out.push_back(d);
  if (!d.has_children) return out;
  uint64_t depth = 1, inside = 1;  // `inside`: the depth that the last one's children have
  while (depth >= inside && !r.at_end() && !budget.spent()) {
    const bool read = u.read_die(r, d, budget);
    if (!read) {
      --depth;  // a null entry ends the children; a failure also ends the loop
      continue;
    }
    const bool code = d.tag == DW_TAG_inlined_subroutine;
    const uint64_t at = depth;
    if (d.has_children) ++depth;
    if (!code) continue;
    bool holds = false;
    u.for_each_range(d, budget, [&](uint64_t begin, uint64_t end) {
      holds |= begin <= address && address < end;
    });
    if (!holds) continue;
    out.push_back(d);
    if (!d.has_children || out.size() >= max_inlined) break;
    inside = at + 1;
  }
  return out;
}

std::string Dwarf::name(const std::shared_ptr<Unit>& start, const Die& first, Budget& budget) {
  std::shared_ptr<Unit> u = start;
  Die d = first;
  std::string_view plain;
  for (int hop = 0; u != nullptr && hop < max_name_hops; ++hop) {
    if (const std::string_view linkage = u->string(d.linkage_name); !linkage.empty())
      return std::string(linkage);
    if (plain.empty()) plain = u->string(d.name);
    const AttrValue& next = d.origin ? d.origin : d.specification;
    if (!next) break;
    const std::optional<uint64_t> at = u->reference(next);
    if (!at) break;
    if (next.form == DW_FORM_ref_addr) u = unit_around(*at);
    if (u == nullptr) break;
    Reader r = u->dies_from(*at);
    Die target;
    if (!u->read_die(r, target, budget)) break;
    d = target;
  }
  return std::string(plain);
}

}  // namespace nacre::debug

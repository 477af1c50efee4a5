// SPDX-License-Identifier: Apache-2.0
//
// NameMap: names to indices, for one index space of the text format.
//
// Open addressing with linear probing. `clear` costs what was inserted, not the capacity, so one
// map can serve the locals of a million functions. A key may carry a scope number (the fields
// of struct types share one map, their scope is the type). Names are not copied; they must
// outlive the map.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace nacre::text {

class NameMap {
 public:
  static constexpr uint32_t none = 0xffffffff;

  // False, and no change, when the name is there already.
  bool insert(std::string_view name, uint32_t value, uint32_t scope = 0) {
    uint32_t& slot_value = entry(name, scope);
    if (slot_value != none) return false;
    slot_value = value;
    return true;
  }
  // Sets the value of a name and returns the old one (none when there was none). Setting none
  // keeps the entry.
  uint32_t exchange(std::string_view name, uint32_t value) {
    uint32_t& slot_value = entry(name, 0);
    const uint32_t old = slot_value;
    slot_value = value;
    return old;
  }
  uint32_t find(std::string_view name, uint32_t scope = 0) const {
    if (slots_.empty()) return none;
    for (size_t at = hash(name, scope) & mask();; at = (at + 1) & mask()) {
      const uint32_t e = slots_[at];
      if (e == 0) return none;
      if (entries_[e - 1].is(name, scope)) return entries_[e - 1].value;
    }
  }
  void clear() {
    for (const Entry& e : entries_) slots_[e.slot] = 0;
    entries_.clear();
  }

 private:
  struct Entry {
    std::string_view name;
    uint32_t scope;
    uint32_t value;
    size_t slot;
    bool is(std::string_view n, uint32_t s) const { return scope == s && name == n; }
  };

  static size_t hash(std::string_view name, uint32_t scope) {
    uint64_t h = 0x9e3779b97f4a7c15u ^ scope;
    for (char c : name) {
      h = (h ^ static_cast<uint8_t>(c)) * 0xff51afd7ed558ccdu;
      h ^= h >> 29;
    }
    return static_cast<size_t>(h ^ (h >> 32));
  }
  size_t mask() const { return slots_.size() - 1; }

  // The value of a name, entered with `none` when new.
  uint32_t& entry(std::string_view name, uint32_t scope) {
    if ((entries_.size() + 1) * 2 > slots_.size()) grow();
    size_t at = hash(name, scope) & mask();
    for (; slots_[at] != 0; at = (at + 1) & mask()) {
      Entry& e = entries_[slots_[at] - 1];
      if (e.is(name, scope)) return e.value;
    }
    entries_.push_back({name, scope, none, at});
    slots_[at] = static_cast<uint32_t>(entries_.size());
    return entries_.back().value;
  }
  void grow() {
    slots_.assign(slots_.empty() ? 16 : slots_.size() * 2, 0);
    for (size_t i = 0; i < entries_.size(); ++i) {
      size_t at = hash(entries_[i].name, entries_[i].scope) & mask();
      while (slots_[at] != 0) at = (at + 1) & mask();
      slots_[at] = static_cast<uint32_t>(i + 1);
      entries_[i].slot = at;
    }
  }

  std::vector<uint32_t> slots_;  // entry number plus one; 0: free
  std::vector<Entry> entries_;
};

}  // namespace nacre::text

// SPDX-License-Identifier: Apache-2.0
//
// From spelling to instruction: an open-addressing hash table built by the compiler.
// Rows that share a spelling are entered once, the first wins.
#include "wasm/op.hpp"

namespace nacre::wasm {
namespace {

constexpr unsigned slot_count = 2048;
static_assert(op_count * 3 < slot_count, "grow the table: probes must stay short");

constexpr uint32_t hash(std::string_view text) {
  uint32_t h = 2166136261u;
  for (char c : text) h = (h ^ static_cast<uint8_t>(c)) * 16777619u;
  return h ^ (h >> 15);
}

constexpr std::array<Op, slot_count> make_slots() {
  std::array<Op, slot_count> slots{};
  for (Op& slot : slots) slot = Op::count;
  for (unsigned i = 0; i < op_count; ++i) {
    const std::string_view text = detail::op_table[i].text;
    unsigned at = hash(text) % slot_count;
    while (slots[at] != Op::count && op_info(slots[at]).text != text) at = (at + 1) % slot_count;
    if (slots[at] == Op::count) slots[at] = static_cast<Op>(i);
  }
  return slots;
}

constexpr std::array<Op, slot_count> slots = make_slots();

}  // namespace

std::optional<Op> op_from_text(std::string_view text) {
  for (unsigned at = hash(text) % slot_count; slots[at] != Op::count; at = (at + 1) % slot_count) {
    if (op_info(slots[at]).text == text) return slots[at];
  }
  return std::nullopt;
}

}  // namespace nacre::wasm

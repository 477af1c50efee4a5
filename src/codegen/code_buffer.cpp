// SPDX-License-Identifier: Apache-2.0
#include "codegen/code_buffer.hpp"

#include <cassert>
#include <cstdlib>
#include <cstring>

#include "base/bytes.hpp"

namespace nacre::codegen {
namespace {

uint64_t hash_bytes(const uint8_t* p, size_t n) {
  uint64_t h = n;
  for (size_t i = 0; i < n; i += 4) h = (h ^ load_le<uint32_t>(p + i)) * 0x9e3779b97f4a7c15;
  return h ^ h >> 29;
}

}  // namespace

CodeBuffer::~CodeBuffer() {
  if (begin_ != spare_) std::free(begin_);
}

// When it cannot grow any more, writing starts over at the beginning: the code is lost anyway,
// and writers need no check of their own.
void CodeBuffer::grow() {
  const size_t used = static_cast<size_t>(at_ - begin_);
  const size_t capacity = static_cast<size_t>(end_ - begin_);
  const size_t wanted = capacity == 0 ? 4096 : capacity * 2;
  uint8_t* p = nullptr;
  if (begin_ != spare_ && used <= limit_) p = static_cast<uint8_t*>(std::realloc(begin_, wanted));
  if (p == nullptr) {
    failed_ = true;
    if (begin_ == nullptr) begin_ = spare_, end_ = spare_ + sizeof spare_;
    at_ = begin_;
    return;
  }
  begin_ = p;
  at_ = p + used;
  end_ = p + wanted;
}

void CodeBuffer::put8(uint8_t x) {
  uint8_t* p = reserve();
  *p = x;
  commit(p + 1);
}

void CodeBuffer::put32(uint32_t x) {
  uint8_t* p = reserve();
  store_le(p, x);
  commit(p + 4);
}

void CodeBuffer::put64(uint64_t x) {
  uint8_t* p = reserve();
  store_le(p, x);
  commit(p + 8);
}

void CodeBuffer::put(std::span<const uint8_t> bytes) {
  while (!bytes.empty()) {
    const size_t n = bytes.size() < slack ? bytes.size() : slack;
    uint8_t* p = reserve();
    std::memcpy(p, bytes.data(), n);
    commit(p + n);
    bytes = bytes.subspan(n);
  }
}

void CodeBuffer::align(uint32_t alignment, uint8_t fill) {
  if (alignment > alignment_) alignment_ = alignment;
  for (uint32_t n = (0u - size()) & (alignment - 1); n != 0; --n) put8(fill);
}

void CodeBuffer::clear() {
  at_ = begin_;
  failed_ = false;
  alignment_ = 1;
  last_bound_ = 0;
  open_uses_ = 0;
  labels_.clear();
  uses_.clear();
  literals_.clear();
  literal_index_.clear();
}

Label CodeBuffer::label() {
  labels_.push_back({});
  return Label{static_cast<uint32_t>(labels_.size() - 1)};
}

void CodeBuffer::bind_at(Label label, uint32_t offset) {
  State& state = labels_[label.id];
  assert(state.offset == unbound);
  state.offset = offset;
  if (offset > last_bound_) last_bound_ = offset;
  for (uint32_t i = state.uses; i != none; i = uses_[i].next, --open_uses_) patch(uses_[i], offset);
  state.uses = none;
}

void CodeBuffer::patch(const Use& use, uint32_t target) {
  const int64_t distance = int64_t{target} - use.base;
  const bool short_form = use.kind == Fixup::rel8;
  const bool fits = short_form ? distance == static_cast<int8_t>(distance)
                               : distance == static_cast<int32_t>(distance);
  if (!fits || use.at + (short_form ? 1 : 4) > size()) failed_ = true;
  if (failed_) return;
  if (short_form) begin_[use.at] = static_cast<uint8_t>(distance);
  else store_le(begin_ + use.at, static_cast<uint32_t>(distance));
}

void CodeBuffer::fixup(Label label, Fixup kind, uint32_t following, int32_t addend) {
  if (failed_) return;
  const uint32_t width = kind == Fixup::rel8 ? 1 : 4;
  Use use{int64_t{size()} + following - addend, size() - width, none, kind};
  State& state = labels_[label.id];
  if (state.offset != unbound) return patch(use, state.offset);
  use.next = state.uses;
  state.uses = static_cast<uint32_t>(uses_.size());
  uses_.push_back(use);
  ++open_uses_;
}

void CodeBuffer::jump_table(Label start, std::span<const Label> targets) {
  bind(start);
  const uint32_t base = offset(start);
  for (const Label target : targets) {
    put32(0);
    if (failed_) return;
    const Use use{base, size() - 4, labels_[target.id].uses, Fixup::table32};
    if (is_bound(target)) {
      patch(use, offset(target));
    } else {
      labels_[target.id].uses = static_cast<uint32_t>(uses_.size());
      uses_.push_back(use);
      ++open_uses_;
    }
  }
}

uint32_t CodeBuffer::literal_slot(const Literal& wanted) const {
  const size_t mask = literal_index_.size() - 1;
  for (size_t i = hash_bytes(wanted.bytes, wanted.size) & mask;; i = (i + 1) & mask) {
    const uint32_t entry = literal_index_[i];
    if (entry == 0) return static_cast<uint32_t>(i);
    const Literal& found = literals_[entry - 1];
    if (found.size == wanted.size && std::memcmp(found.bytes, wanted.bytes, wanted.size) == 0)
      return static_cast<uint32_t>(i);
  }
}

void CodeBuffer::rehash_literals() {
  literal_index_.assign(literal_index_.empty() ? 16 : literal_index_.size() * 2, 0);
  for (size_t i = 0; i < literals_.size(); ++i)
    literal_index_[literal_slot(literals_[i])] = static_cast<uint32_t>(i + 1);
}

Label CodeBuffer::literal(std::span<const uint8_t> bytes) {
  Literal wanted{};
  wanted.size = static_cast<uint8_t>(bytes.size());
  std::memcpy(wanted.bytes, bytes.data(), bytes.size());
  if ((literals_.size() + 1) * 2 > literal_index_.size()) rehash_literals();
  const uint32_t slot = literal_slot(wanted);
  if (literal_index_[slot] == 0) {
    wanted.label = label();
    literals_.push_back(wanted);
    literal_index_[slot] = static_cast<uint32_t>(literals_.size());
  }
  return literals_[literal_index_[slot] - 1].label;
}

void CodeBuffer::place_literals(uint8_t size, uint8_t fill) {
  bool first = true;
  for (const Literal& l : literals_) {
    if (l.size != size) continue;
    if (first) align(size, fill);
    first = false;
    bind(l.label);
    put({l.bytes, l.size});
  }
}

void CodeBuffer::flush_literals(uint8_t fill) {
  for (const uint8_t size : {uint8_t{16}, uint8_t{8}, uint8_t{4}}) place_literals(size, fill);
  literals_.clear();
  literal_index_.clear();
}

bool CodeBuffer::finish(uint8_t fill) {
  flush_literals(fill);
  if (size() > limit_ || open_uses_ != 0) failed_ = true;
  return !failed_;
}

}  // namespace nacre::codegen

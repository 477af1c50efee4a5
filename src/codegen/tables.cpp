// SPDX-License-Identifier: Apache-2.0
#include "codegen/tables.hpp"

#include <algorithm>

namespace nacre::codegen {

// A site is the distance of its offset times four plus its kind, the distance of its wasm offset
// (zigzag: cold stubs jump back) and for Kind::trap one byte. Numbers are LEB128.
void SiteTable::put(uint64_t x) {
  for (; x >= 0x80; x >>= 7) stream_.push_back(static_cast<uint8_t>(x | 0x80));
  stream_.push_back(static_cast<uint8_t>(x));
}

void SiteTable::append(const Site& site) {
  if (count_++ % marked == 0)
    marks_.push_back({last_.offset, last_.wasm, static_cast<uint32_t>(stream_.size())});
  put(uint64_t{site.offset - last_.offset} << 2 | static_cast<uint8_t>(site.kind));
  const int64_t d = int64_t{site.wasm} - int64_t{last_.wasm};
  put(static_cast<uint64_t>(d) << 1 ^ static_cast<uint64_t>(d >> 63));
  if (site.kind == Site::Kind::trap) stream_.push_back(static_cast<uint8_t>(site.trap));
  last_ = site;
}

bool SiteTable::find(uint32_t offset, Site& out) const {
  // Sites of one offset may repeat (the first counts), so the search starts below.
  auto mark = std::lower_bound(marks_.begin(), marks_.end(), offset,
                               [](const Mark& m, uint32_t at) { return m.offset < at; });
  if (mark == marks_.begin()) {
    if (mark == marks_.end() || mark->offset > offset) return false;
  } else {
    --mark;
  }
  size_t i = mark->position;
  const auto get = [&] {
    uint64_t v = 0;
    for (unsigned shift = 0;; shift += 7) {
      const uint8_t b = stream_[i++];
      v |= static_cast<uint64_t>(b & 0x7f) << shift;
      if (b < 0x80) return v;
    }
  };
  Site s;
  s.offset = mark->offset;
  s.wasm = mark->wasm;
  while (i < stream_.size()) {
    const uint64_t head = get(), zigzag = get();
    s.offset += static_cast<uint32_t>(head >> 2);
    s.wasm += static_cast<uint32_t>(zigzag >> 1 ^ (~(zigzag & 1) + 1));
    s.kind = static_cast<Site::Kind>(head & 3);
    s.trap = s.kind == Site::Kind::memory ? Trap::memory_out_of_bounds
             : s.kind == Site::Kind::trap ? static_cast<Trap>(stream_[i++])
                                          : Trap::none;
    if (s.offset < offset) continue;
    if (s.offset > offset) return false;
    out = s;
    return true;
  }
  return false;
}

void SiteTable::shrink() {
  stream_.shrink_to_fit();
  marks_.shrink_to_fit();
}

uint32_t FunctionTable::find(uint32_t offset) const {
  const auto after =
      std::upper_bound(entries_.begin(), entries_.end(), offset,
                       [](uint32_t at, const FunctionEntry& e) { return at < e.offset; });
  if (after == entries_.begin()) return size();
  return static_cast<uint32_t>(after - entries_.begin()) - 1;
}

}  // namespace nacre::codegen

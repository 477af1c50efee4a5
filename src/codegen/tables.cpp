// SPDX-License-Identifier: Apache-2.0
#include "codegen/tables.hpp"

#include <algorithm>

namespace nacre::codegen {

// A site is the distance of its offset times four plus its kind, the distance of its wasm offset
// (zigzag: cold stubs jump back) and for Kind::trap one byte. Numbers are LEB128.
void SiteStream::put(uint64_t x) {
  for (; x >= 0x80; x >>= 7) bytes_.push_back(static_cast<uint8_t>(x | 0x80));
  bytes_.push_back(static_cast<uint8_t>(x));
}

void SiteStream::append(const Site& site) {
  put(uint64_t{site.offset - last_.offset} << 2 | static_cast<uint8_t>(site.kind));
  const int64_t d = int64_t{site.wasm} - int64_t{last_.wasm};
  put(static_cast<uint64_t>(d) << 1 ^ static_cast<uint64_t>(d >> 63));
  if (site.kind == Site::Kind::trap) bytes_.push_back(static_cast<uint8_t>(site.trap));
  last_ = site;
}

uint64_t SiteStream::Reader::get() {
  uint64_t v = 0;
  for (unsigned shift = 0;; shift += 7) {
    const uint8_t b = bytes_[at_++];
    v |= static_cast<uint64_t>(b & 0x7f) << shift;
    if (b < 0x80) return v;
  }
}

const Site& SiteStream::Reader::next() {
  const uint64_t head = get(), zigzag = get();
  site_.offset += static_cast<uint32_t>(head >> 2);
  site_.wasm += static_cast<uint32_t>(zigzag >> 1 ^ (~(zigzag & 1) + 1));
  site_.kind = static_cast<Site::Kind>(head & 3);
  site_.trap = site_.kind == Site::Kind::memory ? Trap::memory_out_of_bounds
               : site_.kind == Site::Kind::trap ? static_cast<Trap>(bytes_[at_++])
                                                : Trap::none;
  return site_;
}

void SiteTable::append(const Site& site) {
  if (count_++ % marked == 0)
    marks_.push_back(
        {stream_.last().offset, stream_.last().wasm, static_cast<uint32_t>(stream_.size())});
  stream_.append(site);
}

// From somewhere before the first site at `offset` or after it. There are sites.
SiteStream::Reader SiteTable::before(uint32_t offset) const {
  // Sites of one offset may repeat (the first counts), so the search starts below.
  auto mark = std::lower_bound(marks_.begin(), marks_.end(), offset,
                               [](const Mark& m, uint32_t at) { return m.offset < at; });
  if (mark != marks_.begin()) --mark;
  Site before;
  before.offset = mark->offset;
  before.wasm = mark->wasm;
  return {stream_, mark->position, before};
}

bool SiteTable::find(uint32_t offset, Site& out) const {
  if (marks_.empty()) return false;
  for (SiteStream::Reader r = before(offset); !r.done();) {
    const Site& s = r.next();
    if (s.offset < offset) continue;
    if (s.offset > offset) return false;
    out = s;
    return true;
  }
  return false;
}

bool SiteTable::find_access(uint32_t offset, Site& out) const {
  if (marks_.empty()) return false;
  const uint32_t from = offset < max_access_bytes ? 0 : offset - max_access_bytes + 1;
  bool found = false;
  for (SiteStream::Reader r = before(from); !r.done();) {
    const Site& s = r.next();
    if (s.offset > offset) break;
    if (s.offset < from) continue;
    out = s;
    found = true;
  }
  return found && out.kind == Site::Kind::memory;
}

std::vector<Site> SiteTable::between(uint32_t begin, uint32_t end) const {
  std::vector<Site> out;
  if (marks_.empty()) return out;
  for (SiteStream::Reader r = before(begin); !r.done();) {
    const Site& s = r.next();
    if (s.offset >= end) break;
    if (s.offset >= begin) out.push_back(s);
  }
  return out;
}

void SiteTable::shrink() {
  stream_.shrink();
  marks_.shrink_to_fit();
}

namespace {

// The element with this offset in a list sorted by offset, or null.
template <typename T>
const T* find_offset(const std::vector<T>& list, uint32_t offset) {
  const auto at = std::lower_bound(list.begin(), list.end(), offset,
                                   [](const T& x, uint32_t o) { return x.offset < o; });
  return at != list.end() && at->offset == offset ? &*at : nullptr;
}

// Appends `from` with offsets counted from `base`, in order.
template <typename T, typename Move>
void append_sorted(std::vector<T>& list, std::span<const T> from, uint32_t base, Move move) {
  const size_t first = list.size();
  for (T x : from) {
    x.offset += base;
    move(x);
    list.push_back(x);
  }
  const auto less = [](const T& a, const T& b) { return a.offset < b.offset; };
  const auto begin = list.begin() + static_cast<ptrdiff_t>(first);
  if (!std::is_sorted(begin, list.end(), less)) std::stable_sort(begin, list.end(), less);
}

}  // namespace

void HandlerTable::append(uint32_t base, std::span<const Handler> handlers,
                          std::span<const HandlerSite> sites) {
  const auto first = static_cast<uint32_t>(handlers_.size());
  for (Handler h : handlers) {
    h.target += base;
    if (h.next != no_handler) h.next += first;
    handlers_.push_back(h);
  }
  append_sorted(sites_, sites, base, [first](HandlerSite& s) {
    if (s.first != no_handler) s.first += first;
  });
}

const Handler* HandlerTable::find(uint32_t offset) const {
  const HandlerSite* const s = find_offset(sites_, offset);
  return s == nullptr || s->first == no_handler ? nullptr : &handlers_[s->first];
}

void HandlerTable::shrink() {
  handlers_.shrink_to_fit();
  sites_.shrink_to_fit();
}

void RefTable::append(uint32_t index, uint32_t base, std::span<const int32_t> locals,
                      std::span<const RefSite> sites, std::span<const int32_t> refs) {
  const auto first = static_cast<uint32_t>(refs_.size());
  refs_.insert(refs_.end(), refs.begin(), refs.end());
  append_sorted(sites_, sites, base, [first](RefSite& s) { s.begin += first, s.end += first; });
  if (locals.empty()) return;
  const auto begin = static_cast<uint32_t>(refs_.size());
  refs_.insert(refs_.end(), locals.begin(), locals.end());
  locals_.push_back({index, begin, static_cast<uint32_t>(refs_.size())});
}

std::span<const int32_t> RefTable::locals(uint32_t function) const {
  const auto at = std::lower_bound(locals_.begin(), locals_.end(), function,
                                   [](const Locals& l, uint32_t f) { return l.function < f; });
  if (at == locals_.end() || at->function != function) return {};
  return {refs_.data() + at->begin, refs_.data() + at->end};
}

std::span<const int32_t> RefTable::at(uint32_t offset) const {
  const RefSite* const s = find_offset(sites_, offset);
  if (s == nullptr) return {};
  return {refs_.data() + s->begin, refs_.data() + s->end};
}

void RefTable::shrink() {
  refs_.shrink_to_fit();
  locals_.shrink_to_fit();
  sites_.shrink_to_fit();
}

uint32_t FunctionTable::find(uint32_t offset) const {
  const auto after =
      std::upper_bound(entries_.begin(), entries_.end(), offset,
                       [](uint32_t at, const FunctionEntry& e) { return at < e.offset; });
  if (after == entries_.begin()) return size();
  return static_cast<uint32_t>(after - entries_.begin()) - 1;
}

}  // namespace nacre::codegen

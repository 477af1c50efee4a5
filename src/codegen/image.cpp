// SPDX-License-Identifier: Apache-2.0
#include "codegen/image.hpp"

#include <algorithm>
#include <cstring>

#include "base/bytes.hpp"
#include "os/fault_handler.hpp"

namespace nacre::codegen {
namespace {

constexpr uint8_t padding = 0xCC;

uint32_t size32(size_t n) { return static_cast<uint32_t>(n); }

// Appends and gives where it is.
template <typename T>
void put(std::vector<T>& list, std::span<const T> more, uint32_t& begin, uint32_t& end) {
  begin = size32(list.size());
  list.insert(list.end(), more.begin(), more.end());
  end = size32(list.size());
}

template <typename T>
std::span<const T> part(const std::vector<T>& list, uint32_t begin, uint32_t end) {
  return {list.data() + begin, list.data() + end};
}

}  // namespace

void FunctionBatch::reserve(size_t functions, size_t code_bytes) {
  entries_.reserve(functions);
  code_.reserve(code_bytes);
}

void FunctionBatch::add(const FunctionCode& f) {
  uses_floats_ |= f.uses_floats;
  Entry e{};
  e.index = f.index;
  e.begin = size32(code_.size());
  e.size = size32(f.bytes.size());
  e.direct = f.direct;
  e.skip = static_cast<uint16_t>(f.skip);
  e.alignment = static_cast<uint16_t>(f.alignment);
  e.frame = f.frame;
  code_.insert(code_.end(), f.bytes.begin(), f.bytes.end());
  put(relocations_, f.relocations, e.relocations_begin, e.relocations_end);
  sorted_.assign(f.sites.begin(), f.sites.end());
  const auto before = [](const Site& a, const Site& b) { return a.offset < b.offset; };
  if (!std::is_sorted(sorted_.begin(), sorted_.end(), before))
    std::stable_sort(sorted_.begin(), sorted_.end(), before);
  e.sites_position = size32(sites_.size());
  e.sites = size32(sorted_.size());
  sites_.restart();
  for (const Site& s : sorted_) sites_.append(s);
  e.maps = none;
  if (!f.handler_sites.empty() || !f.local_refs.empty() || !f.ref_sites.empty()) {
    e.maps = size32(maps_.size());
    add_maps(f);
  }
  entries_.push_back(e);
}

void FunctionBatch::add_maps(const FunctionCode& f) {
  Maps m{};
  put(handlers_, f.handlers, m.handlers, m.handlers_end);
  put(handler_sites_, f.handler_sites, m.handler_sites, m.handler_sites_end);
  put(refs_, f.local_refs, m.locals, m.locals_end);
  put(ref_sites_, f.ref_sites, m.ref_sites, m.ref_sites_end);
  put(refs_, f.refs, m.refs, m.refs_end);
  maps_.push_back(m);
}

std::unique_ptr<CodeImage> CodeImage::link(std::span<FunctionBatch> batches, uint32_t count,
                                           uint32_t first_defined, std::shared_ptr<Stubs> stubs,
                                           bool signals) {
  if (stubs == nullptr || (signals && !os::faults_supported())) return nullptr;
  std::unique_ptr<CodeImage> image(new CodeImage);
  image->first_defined_ = first_defined;
  for (const FunctionBatch& batch : batches) image->uses_floats_ |= batch.uses_floats();
  image->stubs_ = std::move(stubs);
  if (!image->place(batches, count) || !image->memory_.allocate(image->bytes_)) return nullptr;
  image->fill(batches);
  if (!image->memory_.seal()) return nullptr;
  const auto begin = reinterpret_cast<uintptr_t>(image->memory_.data());
  image->registered_ =
      os::register_code({begin, begin + image->bytes_, image.get(), signals ? claim : nullptr});
  return image->registered_ ? std::move(image) : nullptr;
}

CodeImage::~CodeImage() {
  if (registered_) os::unregister_code(reinterpret_cast<uintptr_t>(memory_.data()));
}

// Where each function goes, whatever batch it comes from.
bool CodeImage::place(std::span<const FunctionBatch> batches, uint32_t count) {
  sources_.resize(count);
  for (uint32_t b = 0; b < batches.size(); ++b)
    for (uint32_t e = 0; e < batches[b].entries_.size(); ++e) {
      const uint32_t index = batches[b].entries_[e].index;
      if (index >= count || sources_[index].batch != UINT32_MAX) return false;
      sources_[index] = {b, e};
    }
  uint64_t at = 0;
  functions_.reserve(count);
  for (const Source& s : sources_) {
    if (s.batch == UINT32_MAX) return false;
    const FunctionBatch::Entry& e = batches[s.batch].entries_[s.entry];
    at += (e.skip - at) & (e.alignment - 1u);
    functions_.append(
        {static_cast<uint32_t>(at), static_cast<uint32_t>(at + e.direct - e.skip), e.frame});
    at += e.size - e.skip;
    if (at > max_bytes) return false;
  }
  bytes_ = static_cast<uint32_t>(at);
  return true;
}

void CodeImage::fill(std::span<FunctionBatch> batches) {
  uint8_t* const base = memory_.data();
  uint32_t end = 0;
  std::vector<uint32_t> left(batches.size());  // functions of each batch
  for (const Source& source : sources_) ++left[source.batch];
  for (uint32_t i = 0; i < size32(sources_.size()); ++i) {
    FunctionBatch& batch = batches[sources_[i].batch];
    const FunctionBatch::Entry& e = batch.entries_[sources_[i].entry];
    const uint32_t begin = functions_[i].offset;
    std::memset(base + end, padding, begin - end);
    end = begin + e.size - e.skip;
    add_function(i, batch, e);
    if (--left[sources_[i].batch] == 0) batch = FunctionBatch();
  }
  sites_.shrink();
  handlers_.shrink();
  refs_.shrink();
  sources_ = {};
}

void CodeImage::add_function(uint32_t index, const FunctionBatch& batch,
                             const FunctionBatch::Entry& e) {
  // Where the bytes would begin with those that are left out: modulo 2^32.
  const uint32_t begin = functions_[index].offset - e.skip;
  uint8_t* const base = memory_.data();
  if (e.size != e.skip)
    std::memcpy(base + functions_[index].offset, batch.code_.data() + e.begin + e.skip,
                e.size - e.skip);
  for (uint32_t r = e.relocations_begin; r < e.relocations_end; ++r) {
    const Relocation& x = batch.relocations_[r];
    const FunctionEntry& target = functions_[x.function];
    store_le<uint32_t>(base + (begin + x.offset),
                       (x.func_entry ? target.offset : target.direct) - (begin + x.offset + 4));
  }
  SiteStream::Reader sites(batch.sites_, e.sites_position);
  for (uint32_t s = 0; s < e.sites; ++s) {
    Site site = sites.next();
    site.offset += begin;
    sites_.append(site);
  }
  if (e.maps == FunctionBatch::none) return;
  const FunctionBatch::Maps& m = batch.maps_[e.maps];
  handlers_.append(begin, part(batch.handlers_, m.handlers, m.handlers_end),
                   part(batch.handler_sites_, m.handler_sites, m.handler_sites_end));
  refs_.append(index, begin, part(batch.refs_, m.locals, m.locals_end),
               part(batch.ref_sites_, m.ref_sites, m.ref_sites_end),
               part(batch.refs_, m.refs, m.refs_end));
}

// In a signal handler. Instructions made to fault are sites of their own.
uintptr_t CodeImage::claim(const void* owner, uintptr_t pc) {
  const auto* image = static_cast<const CodeImage*>(owner);
  Site site;
  const auto offset =
      static_cast<uint32_t>(pc - reinterpret_cast<uintptr_t>(image->memory_.data()));
  const bool ours = (image->sites_.find(offset, site) && site.kind != Site::Kind::call) ||
                    image->sites_.find_access(offset, site);
  return ours ? reinterpret_cast<uintptr_t>(image->stubs_->raise_fault()) : 0;
}

const CodeImage* CodeImage::find(uintptr_t pc, uint32_t& offset, const CodeImage* near) {
  if (near != nullptr) {
    const uintptr_t at = pc - reinterpret_cast<uintptr_t>(near->memory_.data());
    if (at < near->bytes_) {
      offset = static_cast<uint32_t>(at);
      return near;
    }
  }
  os::CodeRange range;
  if (!os::find_code(pc, range)) return nullptr;
  offset = static_cast<uint32_t>(pc - range.begin);
  return static_cast<const CodeImage*>(range.owner);
}

}  // namespace nacre::codegen

// SPDX-License-Identifier: Apache-2.0
#include "codegen/image.hpp"

#include <algorithm>
#include <cstring>

#include "base/bytes.hpp"
#include "os/fault_handler.hpp"

namespace nacre::codegen {
namespace {

constexpr uint8_t padding = 0xCC;

}  // namespace

void FunctionBatch::add(const FunctionCode& f) {
  Entry e{};
  e.index = f.index;
  e.begin = static_cast<uint32_t>(code_.size());
  e.size = static_cast<uint32_t>(f.bytes.size());
  e.direct = f.direct;
  e.frame = f.frame;
  e.sites_begin = static_cast<uint32_t>(sites_.size());
  e.relocations_begin = static_cast<uint32_t>(relocations_.size());
  code_.insert(code_.end(), f.bytes.begin(), f.bytes.end());
  sites_.insert(sites_.end(), f.sites.begin(), f.sites.end());
  std::stable_sort(sites_.begin() + e.sites_begin, sites_.end(),
                   [](const Site& a, const Site& b) { return a.offset < b.offset; });
  relocations_.insert(relocations_.end(), f.relocations.begin(), f.relocations.end());
  e.sites_end = static_cast<uint32_t>(sites_.size());
  e.relocations_end = static_cast<uint32_t>(relocations_.size());
  entries_.push_back(e);
}

std::unique_ptr<CodeImage> CodeImage::link(std::span<const FunctionBatch> batches, uint32_t count,
                                           uint32_t first_defined, std::shared_ptr<Stubs> stubs,
                                           bool signals) {
  if (stubs == nullptr || (signals && !os::faults_supported())) return nullptr;
  std::unique_ptr<CodeImage> image(new CodeImage);
  image->first_defined_ = first_defined;
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
    at = (at + alignment - 1) & ~uint64_t{alignment - 1};
    functions_.append({static_cast<uint32_t>(at), static_cast<uint32_t>(at + e.direct), e.frame});
    at += e.size;
    if (at > max_bytes) return false;
  }
  bytes_ = static_cast<uint32_t>(at);
  return true;
}

void CodeImage::fill(std::span<const FunctionBatch> batches) {
  uint8_t* const base = memory_.data();
  uint32_t end = 0;
  for (uint32_t i = 0; i < sources_.size(); ++i) {
    const FunctionBatch& batch = batches[sources_[i].batch];
    const FunctionBatch::Entry& e = batch.entries_[sources_[i].entry];
    const uint32_t begin = functions_[i].offset;
    std::memset(base + end, padding, begin - end);
    if (e.size != 0) std::memcpy(base + begin, batch.code_.data() + e.begin, e.size);
    end = begin + e.size;
    for (uint32_t r = e.relocations_begin; r < e.relocations_end; ++r) {
      const Relocation& x = batch.relocations_[r];
      const FunctionEntry& target = functions_[x.function];
      const uint32_t from = begin + x.offset + 4;
      store_le<uint32_t>(base + from - 4, (x.func_entry ? target.offset : target.direct) - from);
    }
    for (uint32_t s = e.sites_begin; s < e.sites_end; ++s) {
      Site site = batch.sites_[s];
      site.offset += begin;
      sites_.append(site);
    }
  }
  sites_.shrink();
  sources_ = {};
}

// In a signal handler. Calls are no faults, whatever is found at their addresses.
uintptr_t CodeImage::claim(const void* owner, uintptr_t pc) {
  const auto* image = static_cast<const CodeImage*>(owner);
  Site site;
  const auto offset =
      static_cast<uint32_t>(pc - reinterpret_cast<uintptr_t>(image->memory_.data()));
  if (!image->sites_.find(offset, site) || site.kind == Site::Kind::call) return 0;
  return reinterpret_cast<uintptr_t>(image->stubs_->raise_fault());
}

const CodeImage* CodeImage::find(uintptr_t pc, uint32_t& offset) {
  os::CodeRange range;
  if (!os::find_code(pc, range)) return nullptr;
  offset = static_cast<uint32_t>(pc - range.begin);
  return static_cast<const CodeImage*>(range.owner);
}

}  // namespace nacre::codegen

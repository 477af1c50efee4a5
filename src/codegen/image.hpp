// SPDX-License-Identifier: Apache-2.0
//
// The machine code of a module in one piece: all functions in the order of their indices, calls
// between them relative, so it does not matter where it is mapped. Compilers work in parallel, each
// thread with its own FunctionBatch; the image does not depend on how functions were divided.
//
//   FunctionBatch batch;                       // per thread or per chunk of functions
//   batch.add({.index = 7, .bytes = ..., ...});
//   auto image = CodeImage::link(batches, count, stubs, signals);
//
// Immutable once linked; any thread may run it. It must outlive every activation of its code.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "codegen/tables.hpp"
#include "codegen/trampolines.hpp"
#include "os/code_memory.hpp"

namespace nacre::codegen {

// A 32-bit distance, from its own end, to where another function is entered directly (or, for
// references, entered through a Func).
struct Relocation {
  uint32_t offset = 0;    // of the field in the function
  uint32_t function = 0;  // by defined index
  bool func_entry = false;
};

struct FunctionCode {
  uint32_t index = 0;  // among the module's defined functions
  std::span<const uint8_t> bytes;
  uint32_t skip = 0;         // bytes at the start to leave out: the function begins after them
  uint32_t alignment = 16;   // of bytes[0], though it may be left out; at most 16
  uint32_t direct = 0;       // offset of the direct entry
  bool uses_floats = false;  // depends on the floating-point mode
  FrameInfo frame;
  std::span<const Site> sites;  // any order; offsets in the function
  std::span<const Relocation> relocations;
  // Of functions with exception handlers. Clauses are entered with the frame's own registers and
  // the exnref in the first result register.
  std::span<const Handler> handlers;
  std::span<const HandlerSite> handler_sites;  // any order
  // Of functions that hold references across calls: byte offsets from the frame pointer.
  std::span<const int32_t> local_refs;  // slots alive at every site, set from the start
  std::span<const RefSite> ref_sites;   // any order; their operands are in `refs`
  std::span<const int32_t> refs;
};

class FunctionBatch {
 public:
  // Copies.
  void add(const FunctionCode& function);
  size_t code_bytes() const { return code_.size(); }
  bool uses_floats() const { return uses_floats_; }
  // How much is coming, to avoid copying later.
  void reserve(size_t functions, size_t code_bytes);

 private:
  friend class CodeImage;
  static constexpr uint32_t none = UINT32_MAX;
  struct Entry {
    uint32_t index, begin, size, direct;
    uint16_t skip, alignment;
    FrameInfo frame;
    uint32_t sites_position, sites, relocations_begin, relocations_end;
    uint32_t maps;  // in maps_, or none
  };
  // What few functions have.
  struct Maps {
    uint32_t handlers, handlers_end, handler_sites, handler_sites_end;
    uint32_t locals, locals_end, ref_sites, ref_sites_end, refs, refs_end;
  };
  void add_maps(const FunctionCode& function);

  bool uses_floats_ = false;
  std::vector<Entry> entries_;
  std::vector<uint8_t> code_;
  SiteStream sites_;
  std::vector<Site> sorted_;  // while adding
  std::vector<Relocation> relocations_;
  std::vector<Maps> maps_;
  std::vector<Handler> handlers_;
  std::vector<HandlerSite> handler_sites_;
  std::vector<RefSite> ref_sites_;
  std::vector<int32_t> refs_;  // local_refs and refs
};

class CodeImage {
 public:
  static constexpr uint32_t alignment = 16;       // of functions, at most
  static constexpr uint64_t max_bytes = 1 << 30;  // distances fit easily

  // Null when a function is missing or given twice, the code is too large, or the host refuses
  // executable memory. `signals`: faults at sites become traps. `first_defined` is the function
  // index of defined function 0, for backtraces. The batches are emptied as they are used, so that
  // memory never holds all of the code twice when functions were given in order.
  static std::unique_ptr<CodeImage> link(std::span<FunctionBatch> batches, uint32_t count,
                                         uint32_t first_defined, std::shared_ptr<Stubs> stubs,
                                         bool signals);
  ~CodeImage();
  CodeImage(const CodeImage&) = delete;
  CodeImage& operator=(const CodeImage&) = delete;

  // What Func::engine_code of a defined function is.
  const void* func_entry(uint32_t defined) const {
    return memory_.data() + functions_[defined].offset;
  }
  const void* direct_entry(uint32_t defined) const {
    return memory_.data() + functions_[defined].direct;
  }
  std::span<const uint8_t> code() const { return {memory_.data(), bytes_}; }
  const FunctionTable& functions() const { return functions_; }
  const SiteTable& sites() const { return sites_; }
  const HandlerTable& handlers() const { return handlers_; }
  const RefTable& refs() const { return refs_; }
  uint32_t first_defined() const { return first_defined_; }
  // Whether any function depends on the floating-point mode.
  bool uses_floats() const { return uses_floats_; }
  Stubs& stubs() const { return *stubs_; }

  // The image `pc` lies in, or null; `offset` in it. Any thread, no lock. `near` is looked at
  // first: frames of a stack are mostly of one image.
  static const CodeImage* find(uintptr_t pc, uint32_t& offset, const CodeImage* near = nullptr);

 private:
  CodeImage() = default;
  bool place(std::span<const FunctionBatch> batches, uint32_t count);
  void fill(std::span<FunctionBatch> batches);
  void add_function(uint32_t index, const FunctionBatch& batch, const FunctionBatch::Entry& e);
  static uintptr_t claim(const void* image, uintptr_t pc);

  struct Source {
    uint32_t batch = UINT32_MAX, entry = 0;
  };
  std::vector<Source> sources_;  // while linking
  os::CodeMemory memory_;
  uint32_t bytes_ = 0;
  uint32_t first_defined_ = 0;
  bool uses_floats_ = false;
  bool registered_ = false;
  FunctionTable functions_;
  SiteTable sites_;
  HandlerTable handlers_;
  RefTable refs_;
  std::shared_ptr<Stubs> stubs_;
};

}  // namespace nacre::codegen

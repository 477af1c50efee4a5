// SPDX-License-Identifier: Apache-2.0
//
// MemoryAllocator: an embedder's own storage for linear memories.
//
//   struct Arena : nacre::MemoryAllocator {
//     bool allocate(const nacre::MemoryRequest& r, nacre::MemoryBlock& block) noexcept override {
//       block.base = std::calloc(r.reserve, 1);
//       block.usable = block.reserved = r.reserve;
//       block.zeroed = true;
//       return block.base != nullptr || r.reserve == 0;
//     }
//     void release(const nacre::MemoryBlock& block) noexcept override { std::free(block.base); }
//   };
//   Arena arena;
//   nacre::Engine engine{{.memory_allocator = &arena}};
//
// A memory is one block at a time. It grows in place as far as the block reaches (`usable`, then
// `reserved`, by `extend`); beyond, nacre asks for a new block, copies, and releases the old one.
// Shared memories never move: their blocks have room for their maximum from the start.
//
// Code reaches the bytes with explicit bounds checks, on every engine, unless the allocator
// promises guard regions (`guards`).
#pragma once

#include <cstdint>

#include "nacre/detail/public.hpp"

namespace NACRE_PUBLIC nacre {

// What a linear memory needs of a block. All in bytes.
struct MemoryRequest {
  uint64_t bytes = 0;    // that must be usable at once
  uint64_t maximum = 0;  // the memory will never be longer
  // That must lie at the block's base, usable or not: `bytes`; the maximum of a shared memory;
  // 8 GiB + 64 KiB with `guarded`.
  uint64_t reserve = 0;
  bool guarded = false;  // everything from `usable` to `reserved` must fault: see guards()
  bool shared = false;   // other threads will use it
};

// A piece of address space.
struct MemoryBlock {
  void* base = nullptr;   // aligned to 8 bytes, to a page with `guarded`; null only for no bytes
  uint64_t usable = 0;    // bytes at `base` that may be read and written; at least what was wanted
  uint64_t reserved = 0;  // bytes at `base` that are the block's; at least `usable`
  bool zeroed = false;   // the usable bytes the guest has not seen are zero; else nacre clears them
  void* user = nullptr;  // the allocator's own
};

// What Config::memory_allocator points to. It must outlive the engine and everything made with it.
// Its functions are called by any thread that uses a store of the engine, also by several at
// once. They must not use nacre: growing happens in the middle of running code.
class MemoryAllocator {
 public:
  virtual ~MemoryAllocator() = default;

  // Fills in `block` for a new memory, or one that moves. False when there is none to be had: then
  // the memory is not made, or does not grow. A block that is not what was asked for is
  // released at once, and is an ErrorKind::invalid_argument where a memory was to be made.
  virtual bool allocate(const MemoryRequest& request, MemoryBlock& block) noexcept = 0;
  // Makes at least the first `bytes` of a block usable, in place; `bytes` is at most `reserved`.
  // How many are usable now: at most `reserved`, with `guarded` exactly `bytes` rounded up
  // to pages. 0 when it cannot be.
  virtual uint64_t extend(const MemoryBlock& block, uint64_t bytes) noexcept {
    (void)block, (void)bytes;
    return 0;
  }
  // Takes a block back; `usable` is what `extend` made it.
  virtual void release(const MemoryBlock& block) noexcept = 0;

  // Whether it makes blocks with guard regions, asked when an engine is made. Memories with
  // 32-bit addresses and pages of 64 KiB are then accessed without bounds checks: an access
  // outside `usable` must be a fault of the processor that nothing but nacre's handler answers, or
  // the guest reads and writes the host's memory. Requests for such memories have `guarded` set;
  // their blocks are aligned to pages, `usable` is exactly the bytes wanted, and `zeroed` is set.
  // Has no effect with Config::signals off, or where an engine has no such code.
  virtual bool guards() const noexcept { return false; }
};

}  // namespace nacre

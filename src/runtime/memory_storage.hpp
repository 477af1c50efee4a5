// SPDX-License-Identifier: Apache-2.0
//
// The bytes of one linear memory.
//
// Small memories start as blocks of their own size without address space around them, so a process
// can hold hundreds of thousands of them: neighbouring blocks of pages are one mapping to the
// kernel, and pages nobody touched cost nothing. The first growth past `small_bytes` moves the
// contents (once, and they are small) into a reservation of address space in which later growth
// commits pages and copies nothing: the declared maximum is reserved, or 4 GiB without one, less
// when the host has no room. Only a memory that outgrows its reservation is copied again, into one
// twice as large.
//
// A guarded memory is for code without bounds checks: everything that a 32-bit index plus a 32-bit
// offset can reach is reserved at once, so the base never moves, and precisely the bytes below the
// length are accessible.
//
// A memory may begin with a module's data mapped copy-on-write, see memory_image.hpp; it gives its
// reservation back to the image, for the next one.
//
// An embedder's allocator may own the bytes instead ("hosted"): one block at a time, extended in
// place as far as it reaches and then replaced by a larger one. What the allocator gives is
// checked before it is used. Such a memory has no image.
//
// A shared memory has a maximum, is reserved in full at once and never moves; its length only
// grows. Threads that wait on its addresses queue here, so they all see one table whatever store
// they run in, and nothing is global. A storage lives as long as any memory refers to it.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>

#include "nacre/memory_allocator.hpp"
#include "nacre/result.hpp"

#include "base/platform.hpp"
#include "wasm/types.hpp"

namespace nacre::runtime {

class MemoryImage;

class MemoryStorage {
 public:
  static constexpr uint64_t small_bytes = 256 * 1024;
  // No memory is longer than this, whatever its type says.
  static constexpr uint64_t max_bytes = host_is_64_bit ? uint64_t{1} << 46 : uint64_t{1} << 31;

  // Address space of a guarded memory: 4 GiB of index, 4 GiB of offset, the width of an access.
  static constexpr uint64_t guarded_bytes =
      host_is_64_bit ? (uint64_t{1} << 33) + (uint64_t{64} << 10) : 0;

  // Storage of the type's minimum, zero but for the image (of a module's memory of this type)
  // where has_image says so; null when the host refuses.
  static std::shared_ptr<MemoryStorage> create(const wasm::MemoryType& type,
                                               std::shared_ptr<MemoryImage> image = nullptr);
  // The same, guarded: null also when the host has no address space for it or can_guard is false.
  static std::shared_ptr<MemoryStorage> create_guarded(
      const wasm::MemoryType& type, std::shared_ptr<MemoryImage> image = nullptr);
  // Storage in a block of the allocator's, of at most `maximum` bytes ever; with `guarded` (and
  // can_guard) one with a guard region. Errors: limit, when it has none; invalid_argument, when
  // what it gave is not what it was asked for.
  static Result<std::shared_ptr<MemoryStorage>> create_hosted(
      const wasm::MemoryType& type, std::shared_ptr<MemoryAllocator> allocator, uint64_t maximum,
      bool guarded);
  // Whether guards can stand for bounds checks: 32-bit indices and pages the host can protect.
  static bool can_guard(const wasm::MemoryType& type);
  ~MemoryStorage();
  MemoryStorage(const MemoryStorage&) = delete;
  MemoryStorage& operator=(const MemoryStorage&) = delete;

  uint8_t* base() const { return base_; }
  // Bytes. Atomic because other threads may grow a shared memory.
  uint64_t length() const { return length_.load(std::memory_order_acquire); }
  const std::atomic<uint64_t>& length_word() const { return length_; }  // for machine code
  bool shared() const { return shared_; }
  const wasm::MemoryType& type() const { return type_; }
  // The largest length the type allows, in bytes, clamped to max_bytes.
  uint64_t limit() const { return limit_; }
  static uint64_t limit_of(const wasm::MemoryType& type);
  // The length `delta_pages` more than `length` would be; ~0 beyond the limit or `cap`.
  uint64_t length_after(uint64_t length, uint64_t delta_pages, uint64_t cap) const;
  uint64_t reserved() const { return reserved_; }
  bool guarded() const { return guarded_; }

  // Whether the image's data is there: asked and meaningful right after creation.
  bool has_image() const { return image_mapped_; }
  // Makes a memory with its image, not written to yet, zero after all.
  void erase_image();

  // Adds `delta` pages if the length stays within the type's maximum and `cap` bytes. Returns
  // the old length in bytes, or ~0. Thread-safe for shared storage; otherwise base() may change.
  uint64_t grow(uint64_t delta_pages, uint64_t cap);

  // --- memory.atomic.wait / notify
  enum class Wait : uint32_t { notified = 0, not_equal = 1, timed_out = 2, stopped = 3 };
  // Blocks while the value at `address` (of `bytes` 4 or 8, aligned, in bounds) equals `expected`,
  // until notified or `timeout_ns` has passed (negative: never). `should_stop(context)` is polled
  // at least every 20 ms and ends the wait with `stopped`.
  Wait wait(uint64_t address, uint32_t bytes, uint64_t expected, int64_t timeout_ns,
            bool (*should_stop)(void*), void* context);
  // Wakes at most `count` waiters of `address`, the longest waiting first; how many it woke.
  uint32_t notify(uint64_t address, uint32_t count);

 private:
  struct Waiter {
    uint64_t address;
    bool notified = false;
    std::condition_variable wake;
    Waiter* next = nullptr;
    Waiter* previous = nullptr;
  };
  struct Queue {
    Waiter* first = nullptr;
    Waiter* last = nullptr;
    void push(Waiter& w);
    void remove(Waiter& w);
  };
  static constexpr unsigned num_queues = 32;
  struct Waiters {
    std::mutex mutex;
    Queue queues[num_queues];
  };

  MemoryStorage(const wasm::MemoryType& type, std::shared_ptr<MemoryImage> image);
  bool begin(uint64_t bytes, bool guarded);
  bool take_waiting(bool guarded);
  bool reserve_guarded(uint64_t bytes);
  void map_image();
  void left_image();
  bool allocate(uint64_t bytes);
  bool reserve(uint64_t at_least);
  bool commit(uint64_t length);
  bool grow_block(uint64_t length);
  bool allocate_hosted(uint64_t bytes, MemoryBlock& block, Error& error);
  bool grow_hosted(uint64_t length);
  bool move_hosted(uint64_t length);
  void free_base();
  bool move_to_reservation(uint64_t new_length);
  bool value_equals(uint64_t address, uint32_t bytes, uint64_t expected) const;
  Queue& queue(uint64_t address) const { return waiters_->queues[(address >> 2) % num_queues]; }

  uint8_t* base_ = nullptr;
  std::atomic<uint64_t> length_{0};
  uint64_t limit_ = 0;
  uint64_t reserved_ = 0;   // bytes of address space; 0: a block
  uint64_t committed_ = 0;  // usable (and zeroed when new) bytes at base_
  bool shared_;
  bool guarded_ = false;
  bool image_mapped_ = false;
  wasm::MemoryType type_;
  std::shared_ptr<MemoryImage> image_;
  uint64_t first_committed_ = 0;  // of pages that may go back to image_; 0: they may not
  std::shared_ptr<MemoryAllocator> allocator_;  // hosted only
  MemoryBlock block_;                           // likewise
  std::mutex grow_mutex_;                       // shared only
  std::unique_ptr<Waiters> waiters_;            // shared only
};

}  // namespace nacre::runtime

// SPDX-License-Identifier: Apache-2.0
#include "runtime/memory_storage.hpp"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <cstring>

#include "base/bytes.hpp"
#include "os/pages.hpp"
#include "runtime/memory_image.hpp"

namespace nacre::runtime {
namespace {

// Address space is reserved generously on 64-bit hosts and sparingly on 32-bit ones.
constexpr uint64_t default_reservation = host_is_64_bit ? uint64_t{1} << 32 : uint64_t{16} << 20;
constexpr uint64_t largest_reservation = host_is_64_bit ? uint64_t{1} << 34 : uint64_t{1} << 28;
// Pages are committed this much ahead, so that growing page by page makes few system calls.
constexpr uint64_t commit_step = uint64_t{1} << 20;

// Most pages a type allows: its maximum, or what its index type can count.
uint64_t max_pages(const wasm::MemoryType& type) {
  const uint64_t index_pages =
      type.limits.is64
          ? (type.page_size_log2 == 0 ? ~uint64_t{0} : uint64_t{1} << (64 - type.page_size_log2))
          : std::min<uint64_t>(uint64_t{1} << (32 - type.page_size_log2), 0xffffffff);
  return type.limits.has_max ? std::min(type.limits.max, index_pages) : index_pages;
}

// Saturates.
uint64_t bytes_of(uint64_t pages, uint8_t page_size_log2) {
  return pages > (~uint64_t{0} >> page_size_log2) ? ~uint64_t{0} : pages << page_size_log2;
}

// Blocks come from the heap when they are small, else from the host's pages: a heap would clear
// (and so touch) every page of a block it reuses.
constexpr uint64_t page_block = 32 * 1024;

uint8_t* new_block(uint64_t bytes) {
  void* p = bytes < page_block ? std::calloc(static_cast<size_t>(bytes), 1)
                               : os::allocate_pages(static_cast<size_t>(bytes));
  return static_cast<uint8_t*>(p);
}

void free_block(uint8_t* block, uint64_t bytes) {
  if (bytes < page_block) std::free(block);
  else os::release_pages(block, static_cast<size_t>(bytes));
}

}  // namespace

MemoryStorage::MemoryStorage(const wasm::MemoryType& type, std::shared_ptr<MemoryImage> image)
    : limit_(limit_of(type)), shared_(type.limits.shared), type_(type), image_(std::move(image)) {
  if (shared_) waiters_ = std::make_unique<Waiters>();
}

uint64_t MemoryStorage::limit_of(const wasm::MemoryType& type) {
  return std::min(bytes_of(max_pages(type), type.page_size_log2), max_bytes);
}

MemoryStorage::~MemoryStorage() {
  if (allocator_ != nullptr) {
    if (base_ != nullptr) allocator_->release(block_);
    return;
  }
  if (image_mapped_) {
    if (first_committed_ != 0 &&
        image_->keep({base_, reserved_, committed_, guarded_}, first_committed_))
      return;
    image_->unmapped();
  }
  free_base();
}

void MemoryStorage::free_base() {
  if (reserved_ != 0) os::release_pages(base_, static_cast<size_t>(reserved_));
  else free_block(base_, committed_);
}

std::shared_ptr<MemoryStorage> MemoryStorage::create(const wasm::MemoryType& type,
                                                     std::shared_ptr<MemoryImage> image) {
  const uint64_t bytes = bytes_of(type.limits.min, type.page_size_log2);
  std::shared_ptr<MemoryStorage> storage(new MemoryStorage(type, std::move(image)));
  return storage->begin(bytes, false) ? storage : nullptr;
}

namespace {

// What is wrong with a block; null when nothing is.
const char* why_unusable(const MemoryRequest& wanted, const MemoryBlock& block) {
  const auto address = reinterpret_cast<uintptr_t>(block.base);
  if (block.base == nullptr) return wanted.reserve == 0 ? nullptr : "no address";
  if (address % (wanted.guarded ? os::page_size() : 8) != 0) return "a misaligned address";
  if (block.reserved > ~uintptr_t{0} - address) return "a block beyond the address space";
  if (block.usable > block.reserved) return "more usable than reserved bytes";
  if (block.usable < wanted.bytes || block.reserved < wanted.reserve) return "too few bytes";
  if (!wanted.guarded) return nullptr;
  if (block.usable != os::round_up_to_page(static_cast<size_t>(wanted.bytes)))
    return "usable bytes in a guard region";
  return block.zeroed ? nullptr : "guarded bytes that are not zero";
}

}  // namespace

bool MemoryStorage::allocate_hosted(uint64_t bytes, MemoryBlock& block, Error& error) {
  MemoryRequest wanted;
  wanted.bytes = bytes;
  wanted.maximum = limit_;
  wanted.reserve = guarded_ ? guarded_bytes : shared_ ? limit_ : bytes;
  wanted.guarded = guarded_;
  wanted.shared = shared_;
  if (!allocator_->allocate(wanted, block)) {
    error = make_error(ErrorKind::limit, "the memory allocator has no memory");
    return false;
  }
  const char* const problem = why_unusable(wanted, block);
  if (problem == nullptr) {
    if (block.base == nullptr) block.usable = block.reserved = 0;
    return true;
  }
  error = make_error(ErrorKind::invalid_argument, String("the memory allocator gave ") + problem);
  if (block.base != nullptr) allocator_->release(block);
  return false;
}

Result<std::shared_ptr<MemoryStorage>> MemoryStorage::create_hosted(
    const wasm::MemoryType& type, std::shared_ptr<MemoryAllocator> allocator, uint64_t maximum,
    bool guarded) {
  const uint64_t bytes = bytes_of(type.limits.min, type.page_size_log2);
  std::shared_ptr<MemoryStorage> storage(new MemoryStorage(type, nullptr));
  MemoryStorage& s = *storage;
  s.limit_ = std::min(s.limit_, maximum);
  if (bytes > s.limit_) return make_error(ErrorKind::limit, "out of memory for a linear memory");
  s.allocator_ = std::move(allocator);
  s.guarded_ = guarded;
  MemoryBlock block;
  Error error;
  if (!s.allocate_hosted(bytes, block, error)) return error;
  s.block_ = block;
  s.base_ = static_cast<uint8_t*>(block.base);
  s.reserved_ = block.reserved;
  if (!block.zeroed && bytes != 0) std::memset(s.base_, 0, static_cast<size_t>(bytes));
  s.length_.store(bytes, std::memory_order_release);
  return storage;
}

bool MemoryStorage::grow_hosted(uint64_t length) {
  const uint64_t old = length_.load(std::memory_order_relaxed);
  if (length > block_.reserved) return move_hosted(length);
  if (length > block_.usable) {
    const uint64_t usable = allocator_->extend(block_, length);
    const bool good = usable >= length && usable <= block_.reserved &&
                      (!guarded_ || usable == os::round_up_to_page(static_cast<size_t>(length)));
    if (!good) return move_hosted(length);
    block_.usable = usable;
  }
  if (!block_.zeroed) std::memset(base_ + old, 0, static_cast<size_t>(length - old));
  return true;
}

bool MemoryStorage::move_hosted(uint64_t length) {
  if (shared_ || guarded_) return false;
  MemoryBlock block;
  Error error;
  if (!allocate_hosted(length, block, error)) return false;
  const uint64_t old = length_.load(std::memory_order_relaxed);
  auto* const to = static_cast<uint8_t*>(block.base);
  if (old != 0) std::memmove(to, base_, static_cast<size_t>(old));
  if (!block.zeroed) std::memset(to + old, 0, static_cast<size_t>(length - old));
  if (base_ != nullptr) allocator_->release(block_);
  block_ = block;
  base_ = to;
  reserved_ = block.reserved;
  return true;
}

bool MemoryStorage::can_guard(const wasm::MemoryType& type) {
  return guarded_bytes != 0 && !type.limits.is64 && type.page_size_log2 < 32 &&
         (uint64_t{1} << type.page_size_log2) % os::page_size() == 0;
}

std::shared_ptr<MemoryStorage> MemoryStorage::create_guarded(const wasm::MemoryType& type,
                                                             std::shared_ptr<MemoryImage> image) {
  if (!can_guard(type)) return nullptr;
  const uint64_t bytes = bytes_of(type.limits.min, type.page_size_log2);
  std::shared_ptr<MemoryStorage> storage(new MemoryStorage(type, std::move(image)));
  return storage->begin(bytes, true) ? storage : nullptr;
}

bool MemoryStorage::begin(uint64_t bytes, bool guarded) {
  if (bytes > limit_) return false;
  if (!take_waiting(guarded)) {
    if (!(guarded ? reserve_guarded(bytes) : allocate(bytes))) return false;
    map_image();
    if (image_mapped_) first_committed_ = committed_;
  }
  length_.store(bytes, std::memory_order_release);
  return true;
}

bool MemoryStorage::take_waiting(bool guarded) {
  Reservation r;
  if (image_ == nullptr || !image_->take(guarded, r)) return false;
  base_ = r.base;
  reserved_ = r.reserved;
  committed_ = first_committed_ = r.committed;
  guarded_ = guarded;
  image_mapped_ = true;
  return true;
}

void MemoryStorage::map_image() {
  const bool own_pages = reserved_ != 0 || committed_ >= page_block;
  image_mapped_ = image_ != nullptr && own_pages && image_->map(base_);
}

void MemoryStorage::erase_image() {
  if (image_mapped_) image_->erase(base_);
  left_image();
}

bool MemoryStorage::reserve_guarded(uint64_t bytes) {
  base_ = static_cast<uint8_t*>(os::reserve_pages(static_cast<size_t>(guarded_bytes)));
  if (base_ == nullptr) return false;
  reserved_ = guarded_bytes;
  guarded_ = true;
  return commit(bytes);
}

bool MemoryStorage::allocate(uint64_t bytes) {
  if (!shared_ && bytes <= small_bytes) {
    base_ = bytes == 0 ? nullptr : new_block(bytes);
    committed_ = bytes;
    return bytes == 0 || base_ != nullptr;
  }
  return reserve(bytes) && commit(bytes);
}

// Reserves at least that much: as much as the memory may ever need, halving while the host refuses.
bool MemoryStorage::reserve(uint64_t at_least) {
  const bool bounded = type_.limits.has_max;
  uint64_t wish = bounded ? std::min(limit_, largest_reservation)
                          : std::min(limit_, std::max(default_reservation, at_least * 2));
  wish = std::max(wish, std::max<uint64_t>(at_least, 1));
  at_least = os::round_up_to_page(static_cast<size_t>(std::max<uint64_t>(at_least, 1)));
  for (wish = os::round_up_to_page(static_cast<size_t>(wish));;) {
    if (void* p = os::reserve_pages(static_cast<size_t>(wish))) {
      base_ = static_cast<uint8_t*>(p);
      reserved_ = wish;
      committed_ = 0;
      return true;
    }
    if (wish <= at_least) return false;
    wish = std::max<uint64_t>(at_least, os::round_up_to_page(static_cast<size_t>(wish / 2)));
  }
}

bool MemoryStorage::commit(uint64_t length) {
  if (length <= committed_) return true;
  const uint64_t exact = os::round_up_to_page(static_cast<size_t>(length));
  // A guarded memory has no byte too many: its accesses must fault right after the length.
  const uint64_t ahead =
      guarded_ ? exact : std::min(reserved_, (length + commit_step - 1) & ~(commit_step - 1));
  for (const uint64_t target : {std::max(exact, ahead), exact}) {
    if (!os::commit_pages(base_ + committed_, static_cast<size_t>(target - committed_))) continue;
    committed_ = target;
    return true;
  }
  return false;
}

bool MemoryStorage::move_to_reservation(uint64_t new_length) {
  uint8_t* const old_base = base_;
  const uint64_t old_reserved = reserved_, old_committed = committed_;
  const auto restore = [&] {
    base_ = old_base;
    reserved_ = old_reserved;
    committed_ = old_committed;
  };
  if (!reserve(new_length)) return false;
  if (!commit(new_length)) {
    os::release_pages(base_, static_cast<size_t>(reserved_));
    restore();
    return false;
  }
  const uint64_t length = length_.load(std::memory_order_relaxed);
  if (length != 0) std::memcpy(base_, old_base, static_cast<size_t>(length));
  if (old_reserved != 0) os::release_pages(old_base, static_cast<size_t>(old_reserved));
  else free_block(old_base, old_committed);
  left_image();
  return true;
}

// The contents are in other pages now.
void MemoryStorage::left_image() {
  if (image_mapped_) image_->unmapped();
  image_mapped_ = false;
  first_committed_ = 0;
}

// Doubles, so that memories of one-byte pages may grow byte by byte.
bool MemoryStorage::grow_block(uint64_t length) {
  const uint64_t capacity = std::bit_ceil(std::max<uint64_t>(length, 4096));
  uint8_t* const block = new_block(capacity);
  if (block == nullptr) return false;
  const uint64_t old = length_.load(std::memory_order_relaxed);
  if (old != 0) std::memcpy(block, base_, static_cast<size_t>(old));
  free_block(base_, committed_);
  base_ = block;
  committed_ = capacity;
  left_image();
  return true;
}

uint64_t MemoryStorage::length_after(uint64_t length, uint64_t delta_pages, uint64_t cap) const {
  const uint64_t delta = bytes_of(delta_pages, type_.page_size_log2);
  if (delta == 0) return length;
  const uint64_t most = std::min(limit_, cap);
  return length > most || delta > most - length ? ~uint64_t{0} : length + delta;
}

uint64_t MemoryStorage::grow(uint64_t delta_pages, uint64_t cap) {
  constexpr uint64_t refused = ~uint64_t{0};
  std::unique_lock<std::mutex> lock(grow_mutex_, std::defer_lock);
  if (shared_) lock.lock();
  const uint64_t old = length_.load(std::memory_order_relaxed);
  const uint64_t length = length_after(old, delta_pages, cap);
  if (length == old || length == refused) return length;
  if (allocator_ != nullptr) {
    if (!grow_hosted(length)) return refused;
  } else if (reserved_ == 0 && length <= small_bytes) {
    if (length > committed_ && !grow_block(length)) return refused;
  } else if (length > reserved_) {
    if (shared_ || !move_to_reservation(length)) return refused;
  } else if (!commit(length)) {
    return refused;
  }
  length_.store(length, std::memory_order_release);
  return old;
}

void MemoryStorage::Queue::push(Waiter& w) {
  w.previous = last;
  (last != nullptr ? last->next : first) = &w;
  last = &w;
}

void MemoryStorage::Queue::remove(Waiter& w) {
  (w.previous != nullptr ? w.previous->next : first) = w.next;
  (w.next != nullptr ? w.next->previous : last) = w.previous;
}

bool MemoryStorage::value_equals(uint64_t address, uint32_t bytes, uint64_t expected) const {
  const auto little = [](auto v) { return host_is_little_endian ? v : byte_swap(v); };
  if (bytes == 4) {
    auto* p = reinterpret_cast<uint32_t*>(base_ + address);
    return little(std::atomic_ref<uint32_t>(*p).load()) == static_cast<uint32_t>(expected);
  }
  auto* p = reinterpret_cast<uint64_t*>(base_ + address);
  return little(std::atomic_ref<uint64_t>(*p).load()) == expected;
}

MemoryStorage::Wait MemoryStorage::wait(uint64_t address, uint32_t bytes, uint64_t expected,
                                        int64_t timeout_ns, bool (*should_stop)(void*),
                                        void* context) {
  using Time = std::chrono::steady_clock;
  constexpr auto poll = std::chrono::milliseconds(20);
  // Later than this is as good as never, and does not overflow the clock.
  constexpr int64_t longest_ns = int64_t{1} << 61;
  const bool forever = timeout_ns < 0 || timeout_ns > longest_ns;
  const Time::time_point end = forever ? Time::time_point::max()
                                       : Time::now() + std::chrono::duration_cast<Time::duration>(
                                                           std::chrono::nanoseconds(timeout_ns));

  std::unique_lock<std::mutex> lock(waiters_->mutex);
  if (!value_equals(address, bytes, expected)) return Wait::not_equal;
  Waiter self;
  self.address = address;
  Queue& q = queue(address);
  q.push(self);
  Wait outcome = Wait::notified;
  while (!self.notified) {
    const Time::time_point now = Time::now();
    if (now >= end) {
      outcome = Wait::timed_out;
      break;
    }
    if (should_stop != nullptr && should_stop(context)) {
      outcome = Wait::stopped;
      break;
    }
    const Time::duration left = forever ? Time::duration(poll) : end - now;
    self.wake.wait_for(lock, std::min<Time::duration>(left, poll));
  }
  if (!self.notified) q.remove(self);
  return outcome;
}

uint32_t MemoryStorage::notify(uint64_t address, uint32_t count) {
  uint32_t woken = 0;
  const std::lock_guard lock(waiters_->mutex);
  Queue& q = queue(address);
  for (Waiter* w = q.first; w != nullptr && woken < count;) {
    Waiter* const next = w->next;
    if (w->address == address) {
      q.remove(*w);
      w->notified = true;
      w->wake.notify_one();
      ++woken;
    }
    w = next;
  }
  return woken;
}

}  // namespace nacre::runtime

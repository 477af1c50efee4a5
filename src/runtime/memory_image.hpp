// SPDX-License-Identifier: Apache-2.0
//
// How a module's memories begin, kept so that later instances need not copy it.
//
// A module that is instantiated again writes the same bytes to the same places. So the second
// time (a program that runs once should not pay), or with much data at once, the contents that its
// active data segments give to its own memories are put into a file in memory, once, and from then
// on a new memory maps the file's pages copy-on-write over its zero pages: a page costs time and
// memory when it is touched. Pages of zeros are not in the file.
//
// Only data whose place is known beforehand is in an image: the active segments before the first
// one with an offset that is computed, that does not fit the declared minimum, or that goes to an
// imported or shared memory. What the specification says about order and traps then holds, because
// nothing before that segment can fail.
//
// Reservations of address space that are given back wait here for the next instance, wiped, with
// the image in place: a loop over short-lived instances makes two system calls an instance.
//
// Everything here may be called from any thread. Where the host has no such files (os/pages.hpp)
// there are no images, and data is copied.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "wasm/module.hpp"

namespace nacre::runtime {

// A memory's pages: a reservation of address space of which the beginning is usable, or (`reserved`
// is 0) a block that is.
struct Reservation {
  uint8_t* base = nullptr;
  uint64_t reserved = 0, committed = 0;
  bool guarded = false;
};

class ImageFile;

class MemoryImage {
 public:
  // Mapped contents, in bytes and multiples of the host's page.
  struct Run {
    uint64_t at, bytes, file_offset;
  };
  // Fewer bytes than these are copied faster than mapped.
  static constexpr uint64_t min_bytes = 16 * 1024;

  MemoryImage(std::shared_ptr<const ImageFile> file, std::vector<Run> runs);
  ~MemoryImage();
  MemoryImage(const MemoryImage&) = delete;
  MemoryImage& operator=(const MemoryImage&) = delete;

  // Whether data is in it; without, it only keeps reservations.
  bool has_data() const { return !runs_.empty(); }

  // Maps the data over the zero pages of a memory of the module's type. False: nothing is mapped,
  // copy instead.
  bool map(uint8_t* base);
  // Says that a mapped memory is gone or was replaced.
  void unmapped();
  // Makes a mapped memory that nobody wrote to zero again.
  void erase(uint8_t* base) { erase(base, runs_.size()); }

  // A reservation with the data mapped, if one waits.
  bool take(bool guarded, Reservation& out);
  // Keeps a mapped reservation for later; its first `first_committed` bytes are the initial
  // ones. False when it is the caller's to release.
  bool keep(Reservation r, uint64_t first_committed);

 private:
  void erase(uint8_t* base, size_t num_runs);

  const std::shared_ptr<const ImageFile> file_;  // null without data
  const std::vector<Run> runs_;
  std::atomic<uint32_t> live_{0};
  std::mutex mutex_;
  std::vector<Reservation> waiting_;
};

// The images of one module.
class MemoryImages {
 public:
  explicit MemoryImages(const wasm::Module& module);

  // Null for a memory without one: imported or shared.
  const std::shared_ptr<MemoryImage>& of(uint32_t memory) const { return images_[memory]; }
  // Whether an active segment's bytes are in its memory's image.
  bool covers(uint32_t segment) const { return covered_[segment]; }
  // Segments before this one are passive or covered, and those that are covered (as
  // Instance::dropped_datas): so that they need not be looked at one by one.
  uint32_t num_leading() const { return num_leading_; }
  const std::vector<bool>& leading() const { return leading_; }
  // Whether `present(memory)` of all memories with data in their image.
  template <class Present>
  bool all_of(Present present) const {
    for (uint32_t k = 0; k < images_.size(); ++k)
      if (images_[k] != nullptr && images_[k]->has_data() && !present(k)) return false;
    return true;
  }

 private:
  std::vector<std::shared_ptr<MemoryImage>> images_;  // by memory index
  std::vector<bool> covered_, leading_;               // by data segment
  uint32_t num_leading_ = 0;
};

}  // namespace nacre::runtime

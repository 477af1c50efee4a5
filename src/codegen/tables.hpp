// SPDX-License-Identifier: Apache-2.0
//
// What the runtime must know about machine code, beside it: where functions are, and which
// instruction of the module each call and each possible trap belongs to.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/trap.hpp"

namespace nacre::codegen {

struct FrameInfo {
  uint32_t bytes = 0;      // below the saved frame pointer; without outgoing areas
  bool leaf = false;       // makes no calls: keeps no vm context in its frame, unchecked when small
  bool listened = false;   // tells a listener when it begins and ends
  uint16_t constants = 0;  // bytes at the function's end that are no instructions; for listings
};

// A place in the code that a program counter may be looked up at. The emit functions of abi.hpp
// return the offsets: of calls within the call, of trapping instructions their first byte.
struct Site {
  enum class Kind : uint8_t {
    call,     // a frame may be suspended here
    memory,   // memory_out_of_bounds, by fault or stub
    trap,     // `trap`
    dynamic,  // a builtin failed: the trap is in the store's trap_info
  };
  uint32_t offset = 0;  // in the image (while a function is compiled: in the function)
  uint32_t wasm = 0;    // byte offset of the instruction in the module
  Kind kind = Kind::call;
  Trap trap = Trap::none;
};

// Sites written one after another, in ascending order of offset: two to four bytes each.
class SiteStream {
 public:
  void append(const Site& site);
  // Forgets the site before: the next one is written in full.
  void restart() { last_ = {}; }
  const Site& last() const { return last_; }
  size_t size() const { return bytes_.size(); }
  void shrink() { bytes_.shrink_to_fit(); }

  // From `position` on, where the site before was `before`.
  class Reader {
   public:
    Reader(const SiteStream& stream, size_t position, const Site& before = {})
        : bytes_(stream.bytes_), at_(position), site_(before) {}
    bool done() const { return at_ >= bytes_.size(); }
    size_t position() const { return at_; }
    const Site& next();

   private:
    uint64_t get();
    std::span<const uint8_t> bytes_;
    size_t at_;
    Site site_;
  };

 private:
  void put(uint64_t x);
  std::vector<uint8_t> bytes_;
  Site last_{};
};

// Sites by offset, found in constant time.
class SiteTable {
 public:
  // In ascending order of offset.
  void append(const Site& site);
  bool find(uint32_t offset, Site& out) const;
  // The memory access that the instruction at `offset` belongs to: an access may be a sequence of
  // instructions, up to max_access_bytes long, whose Site is its start. There must be none between.
  bool find_access(uint32_t offset, Site& out) const;
  static constexpr uint32_t max_access_bytes = 64;
  // Those in [begin, end), in order.
  std::vector<Site> between(uint32_t begin, uint32_t end) const;
  size_t bytes() const { return stream_.size() + marks_.size() * sizeof(Mark); }
  void shrink();

 private:
  static constexpr uint32_t marked = 64;  // sites from one mark to the next
  SiteStream::Reader before(uint32_t offset) const;
  struct Mark {
    uint32_t offset, wasm, position;  // the site before, and where the next one is in the stream
  };

  SiteStream stream_;
  std::vector<Mark> marks_;
  uint32_t count_ = 0;
};

// --- exceptions: for each call inside a try, the clauses that may catch what passes it

inline constexpr uint32_t any_tag = UINT32_MAX;
inline constexpr uint32_t no_handler = UINT32_MAX;

struct Handler {
  uint32_t tag = any_tag;      // index of the module's, or any_tag
  uint32_t target = 0;         // where the code goes on
  uint32_t next = no_handler;  // index of the clause to look at next, outward
};
struct HandlerSite {
  uint32_t offset = 0;  // of a Site::Kind::call
  uint32_t first = no_handler;
};

class HandlerTable {
 public:
  // Those of the function that begins at `base`; offsets and indices are the function's.
  void append(uint32_t base, std::span<const Handler> handlers, std::span<const HandlerSite> sites);
  // The first clause for an exception that passes the site at `offset`, or null.
  const Handler* find(uint32_t offset) const;
  const Handler* next(const Handler& h) const {
    return h.next == no_handler ? nullptr : &handlers_[h.next];
  }
  void shrink();

 private:
  std::vector<Handler> handlers_;
  std::vector<HandlerSite> sites_;
};

// --- references: which slots of a frame hold a GcRef while the frame is suspended

// The operands' slots of a site are a list in `refs`. Sites that have the same ones deep in the
// stack share them: a list may begin with a link to a shorter one, two odd numbers (offsets are
// even), link_back(distance) and link_size(size): how far back from itself that list begins, and
// how many elements it has.
struct RefSite {
  uint32_t offset = 0;          // of a Site::Kind::call
  uint32_t begin = 0, end = 0;  // the operands' slots, in `refs`
};
constexpr int32_t link_back(uint32_t distance) { return static_cast<int32_t>(distance * 2 + 1); }
constexpr int32_t link_size(uint32_t size) { return static_cast<int32_t>(size * 2 + 1); }

class RefTable {
 public:
  // Those of the function `index` that begins at `base`; functions come in order.
  void append(uint32_t index, uint32_t base, std::span<const int32_t> locals,
              std::span<const RefSite> sites, std::span<const int32_t> refs);
  // Byte offsets from the frame pointer: of those alive throughout a function ...
  std::span<const int32_t> locals(uint32_t function) const;
  // ... and of those alive at one site, visit(offset) for each.
  template <class Visit>
  void visit_at(uint32_t offset, Visit visit) const {
    std::span<const int32_t> list = at(offset);
    while (!list.empty()) {
      const bool linked = (list[0] & 1) != 0;
      for (const int32_t slot : list.subspan(linked ? 2 : 0)) visit(slot);
      if (!linked) return;
      list = {list.data() - (list[0] >> 1), static_cast<size_t>(list[1] >> 1)};
    }
  }
  // The list of a site, as it was written.
  std::span<const int32_t> at(uint32_t offset) const;
  bool empty() const { return refs_.empty(); }
  void shrink();

 private:
  struct Locals {
    uint32_t function, begin, end;
  };
  std::vector<int32_t> refs_;
  std::vector<Locals> locals_;
  std::vector<RefSite> sites_;
};

struct FunctionEntry {
  uint32_t offset = 0;  // of its first byte, where calls through a Func enter
  uint32_t direct = 0;  // where calls from its own instance enter
  FrameInfo frame;
};

// Functions of an image by index; their code is in the same order.
class FunctionTable {
 public:
  void reserve(size_t n) { entries_.reserve(n); }
  void append(const FunctionEntry& entry) { entries_.push_back(entry); }
  uint32_t size() const { return static_cast<uint32_t>(entries_.size()); }
  const FunctionEntry& operator[](uint32_t index) const { return entries_[index]; }
  // The function that `offset` lies in (or after); size() when before the first.
  uint32_t find(uint32_t offset) const;

 private:
  std::vector<FunctionEntry> entries_;
};

}  // namespace nacre::codegen

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
  uint32_t bytes = 0;  // below the saved frame pointer; without outgoing areas
  bool leaf = false;   // makes no calls: keeps no vm context in its frame, unchecked when small
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

// Sites by offset: about two bytes each, found in constant time.
class SiteTable {
 public:
  // In ascending order of offset.
  void append(const Site& site);
  bool find(uint32_t offset, Site& out) const;
  size_t bytes() const { return stream_.size() + marks_.size() * sizeof(Mark); }
  void shrink();

 private:
  static constexpr uint32_t marked = 64;  // sites from one mark to the next
  struct Mark {
    uint32_t offset, wasm, position;  // the site before, and where the next one is in the stream
  };
  void put(uint64_t x);

  std::vector<uint8_t> stream_;
  std::vector<Mark> marks_;
  Site last_{};
  uint32_t count_ = 0;
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

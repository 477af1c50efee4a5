// SPDX-License-Identifier: Apache-2.0
//
// What the API fuzzers share: the bytes as a stream of choices, a pool of things to choose from,
// and the program that the choices make, which each of them fills with the calls of its API.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <utility>
#include <vector>

#include "api_modules.hpp"

namespace nacre::fuzz {

// The input. When it ends every choice is 0 and `over` says so.
class Choices {
 public:
  Choices(const uint8_t* data, size_t size) : at_(data), end_(data + size) {}
  bool over() const { return at_ == end_; }
  uint8_t byte() { return over() ? uint8_t{0} : *at_++; }
  // Less than n.
  uint32_t below(uint32_t n) { return n <= 1 ? 0 : byte() % n; }
  bool flip() { return byte() & 1; }
  bool rarely() { return byte() > 240; }
  uint64_t word() {
    uint64_t v = 0;
    for (int i = 0; i < 8; ++i) v = v << 8 | byte();
    return v;
  }
  // Small, at an edge, or anything.
  uint64_t number() {
    const uint8_t b = byte();
    if (b < 128) return b;
    constexpr uint64_t edges[] = {0xffff,     0x10000,     0x7fffffff,         0x80000000,
                                  0xffffffff, 0x100000000, 0x7fffffffffffffff, ~uint64_t{0}};
    if (b < 200) return edges[b % 8] - (b >> 6 & 1);
    return word();
  }

 private:
  const uint8_t *at_, *end_;
};

// At most `capacity` things; a new one replaces any.
template <class T, size_t capacity>
class Pool {
 public:
  void put(T item, Choices& in) {
    if (items_.size() < capacity) {
      items_.push_back(std::move(item));
    } else {
      const T old = std::exchange(items_[in.below(capacity)], std::move(item));
      (void)old;  // ends here, when the pool is whole again
    }
  }
  // A copy of one; default-constructed without any.
  T pick(Choices& in) const {
    return items_.empty() ? T() : items_[in.below(static_cast<uint32_t>(items_.size()))];
  }
  void drop(Choices& in) {
    if (items_.empty()) return;
    const size_t i = in.below(static_cast<uint32_t>(items_.size()));
    const T old = std::move(items_[i]);
    items_.erase(items_.begin() + static_cast<ptrdiff_t>(i));
  }

 private:
  std::vector<T> items_;
};

// A program runs until the input ends, or long enough.
class Program {
 public:
  explicit Program(Choices in) : in_(in) {}
  virtual ~Program() = default;
  void run() {
    new_engine();
    new_store();
    for (int n = 0; n < 300 && !in_.over(); ++n) step();
  }

 protected:
  virtual void new_engine() = 0;
  virtual void new_store() = 0;
  virtual void step() = 0;
  // Some steps while the host is called.
  void nested() {
    if (depth_ >= 4) return;
    ++depth_;
    for (uint32_t n = in_.below(4); n > 0; --n) step();
    --depth_;
  }
  template <class World, size_t n>
  void one_of(World& world, void (World::*const (&steps)[n])()) {
    (world.*steps[in_.below(n)])();
  }

  // Of an export, or of a field to import.
  const char* name() {
    constexpr const char* names[] = {"call", "ref",     "raw",    "memory", "table", "counter",
                                     "tag",  "objects", "object", "add",    "wide",  "nothing"};
    return names[in_.below(std::size(names))];
  }
  // A module, seldom with one byte changed.
  std::vector<uint8_t> module_bytes() {
    std::vector<uint8_t> bytes = module_binaries()[in_.below(num_modules)];
    if (in_.rarely()) bytes[in_.number() % bytes.size()] = in_.byte();
    return bytes;
  }

  Choices in_;

 private:
  int depth_ = 0;
};

}  // namespace nacre::fuzz

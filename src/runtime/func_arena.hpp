// SPDX-License-Identifier: Apache-2.0
//
// Where a store's functions live: in blocks that grow and never move, because tables of ten
// thousand functions are filled at instantiation, and an allocation for each would be most of it.
// Hundreds of thousands come in one block of the host's pages.
#pragma once

#include <algorithm>
#include <memory>
#include <new>
#include <type_traits>
#include <vector>

#include "os/pages.hpp"
#include "runtime/objects.hpp"

namespace nacre::runtime {

class FuncArena {
 public:
  FuncArena() = default;
  ~FuncArena() {
    for (const Pages& p : pages_) os::release_pages(p.at, p.bytes);
  }
  FuncArena(const FuncArena&) = delete;
  FuncArena& operator=(const FuncArena&) = delete;

  Func& add() {
    if (next_ == end_) new_block();
    return *new (next_++) Func();
  }
  // The next `n` functions are about to be added.
  void expect(size_t n) {
    const size_t bytes = n * sizeof(Func);
    if (bytes < many_bytes || static_cast<size_t>(end_ - next_) >= n) return;
    void* const at = os::allocate_pages(bytes);
    if (at == nullptr) return;
    os::expect_writes(at, bytes);
    pages_.push_back({at, bytes});
    next_ = static_cast<Space*>(at);
    end_ = next_ + n;
  }

 private:
  static_assert(std::is_trivially_destructible_v<Func>);
  static constexpr size_t many_bytes = size_t{4} << 20;
  static constexpr size_t first_block = 8, largest_block = 1024;
  struct alignas(Func) Space {
    unsigned char bytes[sizeof(Func)];
  };

  void new_block() {
    const size_t n = std::min(first_block << std::min<size_t>(blocks_.size(), 16), largest_block);
    blocks_.push_back(std::unique_ptr<Space[]>(new Space[n]));
    next_ = blocks_.back().get();
    end_ = next_ + n;
  }

  struct Pages {
    void* at;
    size_t bytes;
  };
  std::vector<std::unique_ptr<Space[]>> blocks_;
  std::vector<Pages> pages_;
  Space* next_ = nullptr;
  Space* end_ = nullptr;
};

}  // namespace nacre::runtime

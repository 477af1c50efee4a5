// SPDX-License-Identifier: Apache-2.0
//
// The functions a module's bodies may name with `ref.func`: those that occur in it outside of
// bodies (exports, element segments, constant expressions). The specification calls them
// "refs" (Validation > Conventions > Contexts).
#pragma once

#include <cstdint>
#include <vector>

#include "wasm/module.hpp"

namespace nacre::validate {

class DeclaredFuncs {
 public:
  bool has(uint32_t func) const {
    return func / 64 < words_.size() && (words_[func / 64] >> (func % 64) & 1) != 0;
  }
  void add(uint32_t func) {
    if (func / 64 >= words_.size()) words_.resize(func / 64 + 1);
    words_[func / 64] |= uint64_t{1} << (func % 64);
  }

 private:
  std::vector<uint64_t> words_;
};

// Collects them from a decoded module. Indices out of range are left out.
DeclaredFuncs declared_funcs(const wasm::Module& module);

}  // namespace nacre::validate

// SPDX-License-Identifier: Apache-2.0
//
// Operands and values for a row, at random: registers, memory or constants within its constraints,
// and numbers at the edges of its types.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <random>

#include "base/v128.hpp"
#include "codegen/rows/x64/rows.hpp"

namespace nacre::codegen::x64::row_test {

// Of the row's access to memory; 0 without one.
inline unsigned access_bytes(const Row& row) {
  for (unsigned i = 0; i < row.in_count; ++i)
    if (row.in[i].cls == ValueClass::address) return row.in[i].mem_bytes;
  return 0;
}

class RowChooser {
 public:
  explicit RowChooser(os::CpuFeatures features) : features_(features) {}

  uint64_t random() { return rng_(); }
  unsigned below(unsigned n) { return static_cast<unsigned>(random() % n); }
  // False when nothing was found that the row allows.
  bool place(const Row& row, Operands& o);
  V128 random_value(ValueClass c);
  // Where a quotient by a constant goes wrong first: next to multiples of it, the largest ones too.
  V128 around_multiple(const V128& value, ValueClass c, int64_t divisor);

 private:
  uint8_t random_gpr() {
    const uint8_t r = static_cast<uint8_t>(below(15));
    return r >= 4 ? r + 1 : r;
  }
  uint8_t random_reg(ValueClass c) {
    return is_vec(c) ? static_cast<uint8_t>(below(16)) : random_gpr();
  }

  // Addresses: base + disp or base + index. The State's memory is at base + disp (+ index).
  Address random_address();
  Operand random_operand(const Row& row, unsigned i);
  Operand random_constant(const Row& row, const Input& in);
  V128 random_pattern();
  template <class T>
  T pick(std::initializer_list<T> edges) {
    return *(edges.begin() + below(static_cast<unsigned>(edges.size())));
  }
  uint32_t random_f32();
  uint64_t random_f64();
  uint64_t random_int();

  std::mt19937_64 rng_{12345};

 protected:
  const os::CpuFeatures features_;
};

}  // namespace nacre::codegen::x64::row_test

// SPDX-License-Identifier: Apache-2.0
// Calls: Takeuchi's function, nothing but direct recursion.
#include "bench.h"

NOINLINE static int32_t tak(int32_t x, int32_t y, int32_t z) {
  if (y >= x) return z;
  return tak(tak(x - 1, y, z), tak(y - 1, z, x), tak(z - 1, x, y));
}

static uint64_t kernel(uint32_t rounds) {
  uint64_t sum = 0;
  for (uint32_t i = 0; i < rounds; i++) sum = mix(sum, (uint64_t)tak(18, 12, 6 + (int32_t)(i & 1)));
  return sum;
}

WORKLOAD("recursion", 1750)

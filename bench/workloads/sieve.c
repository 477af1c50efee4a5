// SPDX-License-Identifier: Apache-2.0
// Integers: primes in an array of bits, then counted by population count.
#include "bench.h"

#define LIMIT 2000000
#define WORDS (LIMIT / 32)

static uint32_t composite[WORDS];

static uint32_t primes(uint32_t limit) {
  memset(composite, 0, sizeof composite);
  for (uint32_t i = 2; i * i < limit; i++) {
    if (composite[i >> 5] >> (i & 31) & 1) continue;
    for (uint32_t k = i * i; k < limit; k += i) composite[k >> 5] |= 1u << (k & 31);
  }
  uint32_t count = 0;
  for (uint32_t w = 0; w < limit / 32; w++) count += (uint32_t)__builtin_popcount(~composite[w]);
  return count - 2;
}

static uint64_t kernel(uint32_t rounds) {
  uint64_t sum = 0;
  for (uint32_t r = 0; r < rounds; r++) sum = mix(sum, primes(LIMIT - 32 * (r & 7)));
  return sum;
}

WORKLOAD("sieve", 36)

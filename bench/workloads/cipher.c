// SPDX-License-Identifier: Apache-2.0
// Integers: XTEA in a chain: 32-bit shifts, additions and exclusive ors that wait for one another.
#include "bench.h"

#define BLOCKS 1024

static void encrypt(uint32_t v[2], const uint32_t key[4]) {
  uint32_t a = v[0], b = v[1], sum = 0;
  for (int i = 0; i < 32; i++) {
    a += ((b << 4 ^ b >> 5) + b) ^ (sum + key[sum & 3]);
    sum += 0x9e3779b9u;
    b += ((a << 4 ^ a >> 5) + a) ^ (sum + key[sum >> 11 & 3]);
  }
  v[0] = a;
  v[1] = b;
}

static uint64_t kernel(uint32_t rounds) {
  static uint32_t data[BLOCKS][2];
  const uint32_t key[4] = {0x01234567, 0x89abcdef, 0xfedcba98, 0x76543210};
  uint64_t state = 5;
  for (int i = 0; i < BLOCKS; i++) data[i][0] = (uint32_t)next_random(&state);
  uint32_t chain[2] = {0, 0};
  for (uint32_t r = 0; r < rounds; r++)
    for (int i = 0; i < BLOCKS; i++) {
      data[i][0] ^= chain[0];
      data[i][1] ^= chain[1];
      encrypt(data[i], key);
      memcpy(chain, data[i], sizeof chain);
    }
  return (uint64_t)chain[0] << 32 | chain[1];
}

WORKLOAD("cipher", 900)

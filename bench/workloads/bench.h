// SPDX-License-Identifier: Apache-2.0
//
// What every workload shares. Each is one source with a function kernel(rounds), which returns a
// checksum, and WORKLOAD(name, rounds) at its end. The program takes the number of rounds as its
// argument, times the kernel itself and prints
//
//   name 6f0c2a19d3e4b587
//   kernel 71234567 ns
//
// Checksums must not depend on the target: types of fixed size, no addresses, no contraction of
// floating-point operations.
#pragma once

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define NOINLINE __attribute__((noinline))

// A reproducible sequence (xorshift64*).
static inline uint64_t next_random(uint64_t* state) {
  uint64_t x = *state;
  x ^= x >> 12;
  x ^= x << 25;
  x ^= x >> 27;
  *state = x;
  return x * 0x2545f4914f6cdd1dull;
}

static inline uint64_t mix(uint64_t checksum, uint64_t value) {
  return (checksum ^ value) * 0x100000001b3ull + (checksum >> 29);
}

static inline uint64_t mix_double(uint64_t checksum, double value) {
  uint64_t bits;
  memcpy(&bits, &value, sizeof bits);
  return mix(checksum, bits);
}

static inline int64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

#define WORKLOAD(name, rounds)                                                         \
  int main(int argc, char** argv) {                                                    \
    const uint32_t n = argc > 1 ? (uint32_t)strtoul(argv[1], NULL, 10) : (rounds);     \
    const int64_t begin = now_ns();                                                    \
    const uint64_t checksum = kernel(n);                                               \
    const int64_t end = now_ns();                                                      \
    printf("%s %016" PRIx64 "\nkernel %" PRId64 " ns\n", name, checksum, end - begin); \
    return 0;                                                                          \
  }

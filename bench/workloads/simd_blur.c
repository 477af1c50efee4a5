// SPDX-License-Identifier: Apache-2.0
// SIMD: a picture blurred by the mean of neighbours, sixteen bytes at a time, by vector extensions.
#include "bench.h"

#define WIDTH 1024
#define HEIGHT 256

typedef uint8_t Bytes __attribute__((vector_size(16)));

static uint8_t picture[2][HEIGHT][WIDTH + 32];

static Bytes load(const uint8_t* p) {
  Bytes v;
  memcpy(&v, p, sizeof v);
  return v;
}

static Bytes mean(Bytes a, Bytes b) { return (a & b) + ((a ^ b) >> 1); }

NOINLINE static void blur(int from, int to) {
  for (int y = 1; y + 1 < HEIGHT; y++)
    for (int x = 16; x < WIDTH + 16; x += 16) {
      const uint8_t* p = &picture[from][y][x];
      const Bytes sides = mean(load(p - 1), load(p + 1));
      const Bytes ends = mean(load(p - (WIDTH + 32)), load(p + (WIDTH + 32)));
      const Bytes v = mean(load(p), mean(sides, ends));
      memcpy(&picture[to][y][x], &v, sizeof v);
    }
}

static uint64_t kernel(uint32_t rounds) {
  uint64_t state = 31, sum = 0;
  for (int y = 0; y < HEIGHT; y++)
    for (int x = 0; x < WIDTH + 32; x++)
      picture[0][y][x] = picture[1][y][x] = (uint8_t)(next_random(&state) >> 56);
  for (uint32_t r = 0; r < rounds; r++) {
    blur(r & 1, ~r & 1);
    sum = mix(sum, picture[~r & 1][HEIGHT / 2][16 + r % WIDTH]);
  }
  return sum;
}

WORKLOAD("simd_blur", 3000)

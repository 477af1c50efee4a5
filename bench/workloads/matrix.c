// SPDX-License-Identifier: Apache-2.0
// Floating point: a product of matrices of doubles, row by row.
#include "bench.h"

#define N 160

static double a[N][N], b[N][N], c[N][N];

NOINLINE static void multiply(void) {
  for (int i = 0; i < N; i++) {
    for (int j = 0; j < N; j++) c[i][j] = 0;
    for (int k = 0; k < N; k++)
      for (int j = 0; j < N; j++) c[i][j] += a[i][k] * b[k][j];
  }
}

static uint64_t kernel(uint32_t rounds) {
  uint64_t state = 3, sum = 0;
  for (int i = 0; i < N; i++)
    for (int j = 0; j < N; j++) {
      a[i][j] = (double)(next_random(&state) >> 44) / 1024 - 512;
      b[i][j] = (double)(next_random(&state) >> 44) / 1024 - 512;
    }
  for (uint32_t r = 0; r < rounds; r++) {
    multiply();
    a[r % N][3] += 1;
    sum = mix_double(sum, c[r % N][(r * 7) % N]);
  }
  return sum;
}

WORKLOAD("matrix", 100)

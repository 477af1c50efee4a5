// SPDX-License-Identifier: Apache-2.0
// SIMD: the Mandelbrot set, four points at a time in single precision, by vector extensions.
#include "bench.h"

#define WIDTH 256
#define HEIGHT 192
#define DEPTH 200

typedef float Floats __attribute__((vector_size(16)));
typedef int32_t Ints __attribute__((vector_size(16)));

static Ints escape(Floats cx, Floats cy) {
  Floats x = cx, y = cy;
  Ints count = {0};
  for (int i = 0; i < DEPTH; i++) {
    const Floats xx = x * x, yy = y * y;
    const Ints inside = xx + yy < 4.0f;  // -1 where it is
    if (!(inside[0] | inside[1] | inside[2] | inside[3])) break;
    count -= inside;
    y = 2.0f * x * y + cy;
    x = xx - yy + cx;
  }
  return count;
}

static uint64_t kernel(uint32_t rounds) {
  uint64_t sum = 0;
  for (uint32_t r = 0; r < rounds; r++)
    for (int j = 0; j < HEIGHT; j++)
      for (int i = 0; i < WIDTH; i += 4) {
        const float step = 3.0f / WIDTH, left = -2.25f + 0.01f * (float)r;
        const Floats cx = {left + step * (float)i, left + step * (float)(i + 1),
                           left + step * (float)(i + 2), left + step * (float)(i + 3)};
        const float row = -1.2f + 2.4f / HEIGHT * (float)j;
        const Ints n = escape(cx, (Floats){row, row, row, row});
        sum = mix(sum, (uint64_t)(n[0] + 3 * n[1] + 5 * n[2] + 7 * n[3]));
      }
  return sum;
}

WORKLOAD("simd_fractal", 45)

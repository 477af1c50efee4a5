// SPDX-License-Identifier: Apache-2.0
// Memory: heap sort of 32-bit numbers, whose comparisons no one can predict.
#include "bench.h"

#define COUNT 150000

static uint32_t item[COUNT];

static void sift(uint32_t from, uint32_t count) {
  const uint32_t value = item[from];
  for (uint32_t child; (child = 2 * from + 1) < count; from = child) {
    if (child + 1 < count && item[child + 1] > item[child]) child++;
    if (item[child] <= value) break;
    item[from] = item[child];
  }
  item[from] = value;
}

static void sort(uint32_t count) {
  for (uint32_t i = count / 2; i-- > 0;) sift(i, count);
  for (uint32_t last = count - 1; last > 0; last--) {
    const uint32_t top = item[0];
    item[0] = item[last];
    item[last] = top;
    sift(0, last);
  }
}

static uint64_t kernel(uint32_t rounds) {
  uint64_t state = 19, sum = 0;
  for (uint32_t r = 0; r < rounds; r++) {
    for (uint32_t i = 0; i < COUNT; i++) item[i] = (uint32_t)next_random(&state);
    sort(COUNT);
    for (uint32_t i = 1; i < COUNT; i++) sum += item[i] < item[i - 1];
    sum = mix(sum, item[COUNT / 2]);
  }
  return sum;
}

WORKLOAD("heapsort", 6)

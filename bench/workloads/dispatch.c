// SPDX-License-Identifier: Apache-2.0
// Calls: function pointers in a table, as an interpreter or a virtual method makes them.
#include "bench.h"

#define OPS 8
#define LENGTH 4096

typedef uint64_t (*Op)(uint64_t, uint64_t);

static uint64_t add(uint64_t a, uint64_t b) { return a + b; }
static uint64_t subtract(uint64_t a, uint64_t b) { return a - b; }
static uint64_t exclusive_or(uint64_t a, uint64_t b) { return a ^ b; }
static uint64_t multiply(uint64_t a, uint64_t b) { return a * (b | 1); }
static uint64_t rotate(uint64_t a, uint64_t b) { return a << (b & 31) | a >> (63 - (b & 31)); }
static uint64_t smaller(uint64_t a, uint64_t b) { return a < b ? a + 7 : b; }
static uint64_t negate(uint64_t a, uint64_t b) { return ~a + (b >> 3); }
static uint64_t average(uint64_t a, uint64_t b) { return (a & b) + ((a ^ b) >> 1); }

static Op table[OPS] = {add, subtract, exclusive_or, multiply, rotate, smaller, negate, average};

static uint64_t kernel(uint32_t rounds) {
  static uint8_t program[LENGTH];
  static uint64_t operand[LENGTH];
  uint64_t state = 11, value = 1;
  for (int i = 0; i < LENGTH; i++) {
    operand[i] = next_random(&state);
    program[i] = operand[i] >> 32 & (OPS - 1);
  }
  for (uint32_t r = 0; r < rounds; r++)
    for (int i = 0; i < LENGTH; i++) value = table[program[i]](value, operand[i] + r);
  return value;
}

WORKLOAD("dispatch", 3000)

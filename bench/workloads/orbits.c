// SPDX-License-Identifier: Apache-2.0
// Floating point: a few bodies that attract one another: square roots, divisions, conversions.
#include <math.h>
#include "bench.h"

#define BODIES 7

typedef struct {
  double x, y, z, vx, vy, vz, mass;
} Body;

static Body body[BODIES];

NOINLINE static void advance(double dt) {
  for (int i = 0; i < BODIES; i++)
    for (int j = i + 1; j < BODIES; j++) {
      Body *p = &body[i], *q = &body[j];
      const double dx = p->x - q->x, dy = p->y - q->y, dz = p->z - q->z;
      const double square = dx * dx + dy * dy + dz * dz + 0.05;
      const double pull = dt / (square * sqrt(square));
      p->vx -= dx * q->mass * pull, p->vy -= dy * q->mass * pull, p->vz -= dz * q->mass * pull;
      q->vx += dx * p->mass * pull, q->vy += dy * p->mass * pull, q->vz += dz * p->mass * pull;
    }
  for (int i = 0; i < BODIES; i++) {
    body[i].x += dt * body[i].vx;
    body[i].y += dt * body[i].vy;
    body[i].z += dt * body[i].vz;
  }
}

static double some(uint64_t* state) {
  return (double)(int64_t)(next_random(state) >> 40) / (1 << 23) - 1;
}

static uint64_t kernel(uint32_t rounds) {
  uint64_t state = 77, sum = 0;
  for (int i = 0; i < BODIES; i++) {
    Body* const p = &body[i];
    p->x = 8 * some(&state);
    p->y = 8 * some(&state);
    p->z = 8 * some(&state);
    p->vx = some(&state);
    p->vy = some(&state);
    p->vz = some(&state);
    p->mass = 1.5 + some(&state);
  }
  for (uint32_t r = 0; r < rounds; r++) {
    for (int i = 0; i < 1000; i++) advance(0.001);
    sum = mix(sum, (uint64_t)(int64_t)(body[r % BODIES].x * 1e6));
  }
  return sum;
}

WORKLOAD("orbits", 750)

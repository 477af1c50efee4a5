// SPDX-License-Identifier: Apache-2.0
// Memory: search trees on the heap of the C library, filled, searched and freed.
#include "bench.h"

typedef struct Node {
  uint32_t key, count;
  struct Node* child[2];
} Node;

static void insert(Node** at, uint32_t key) {
  while (*at && (*at)->key != key) at = &(*at)->child[key > (*at)->key];
  if (!*at) {
    *at = calloc(1, sizeof **at);
    if (!*at) abort();
    (*at)->key = key;
  }
  (*at)->count++;
}

static uint64_t take_down(Node* node) {
  if (!node) return 1;
  const uint64_t below = 3 * take_down(node->child[0]) + 5 * take_down(node->child[1]);
  const uint64_t all = mix(below, node->key + node->count);
  free(node);
  return all;
}

static uint64_t kernel(uint32_t rounds) {
  uint64_t state = 23, sum = 0;
  for (uint32_t r = 0; r < rounds; r++) {
    Node* root = NULL;
    for (int i = 0; i < 20000; i++) insert(&root, (uint32_t)(next_random(&state) >> 49));
    sum = mix(sum, take_down(root));
  }
  return sum;
}

WORKLOAD("trees", 40)

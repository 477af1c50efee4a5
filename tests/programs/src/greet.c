// SPDX-License-Identifier: Apache-2.0
// Compiled, linked and run inside WebAssembly.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int by_name(const void* a, const void* b) { return strcmp(*(char* const*)a, *(char* const*)b); }

int main(int argc, char** argv) {
  qsort(argv + 1, (size_t)argc - 1, sizeof *argv, by_name);
  for (int i = 1; i < argc; i++) printf("%d %s\n", i, argv[i]);
  double* roots = malloc(100 * sizeof *roots);
  double sum = 0;
  for (int i = 0; i < 100; i++) sum += roots[i] = sqrt(i);
  printf("%.6f %s\n", sum, __VERSION__);
  free(roots);
  return argc;
}

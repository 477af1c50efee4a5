// SPDX-License-Identifier: Apache-2.0
// Functions over text, arrays and structures.
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPORT(name) __attribute__((export_name(name)))

// For the host, to make room in this memory.
EXPORT("allocate") void *allocate(size_t size) { return malloc(size); }
EXPORT("release") void release(void *memory) { free(memory); }

// Text of known length, turned around in place.
EXPORT("reverse") void reverse(char *text, size_t length) {
  for (size_t i = 0, j = length; i + 1 < j; i++) {
    char c = text[i];
    text[i] = text[--j];
    text[j] = c;
  }
}

// New text, ended by a zero; the caller frees it.
EXPORT("greet") char *greet(const char *name) {
  size_t size = strlen(name) + sizeof "Hello, !";
  char *text = malloc(size);
  if (text) snprintf(text, size, "Hello, %s!", name);
  return text;
}

struct summary {
  uint32_t count;
  double mean, deviation;  // at 8 and 16: doubles are aligned in WebAssembly's C, too
};

EXPORT("summarize") void summarize(const double *values, uint32_t count, struct summary *to) {
  double sum = 0, squares = 0;
  for (uint32_t i = 0; i < count; i++) sum += values[i];
  to->count = count;
  to->mean = sum / count;
  for (uint32_t i = 0; i < count; i++) squares += (values[i] - to->mean) * (values[i] - to->mean);
  to->deviation = sqrt(squares / count);
}

// SPDX-License-Identifier: Apache-2.0
// setjmp and longjmp, which clang turns into WebAssembly exceptions.
#include <stdio.h>
#include <stdlib.h>

#include "sjlj.h"

static jmp_buf outer, inner;

static int depth(int n) {
  if (n == 0) longjmp(inner, 7);
  return depth(n - 1) + 1;
}

int main(void) {
  volatile int tries = 0;
  int r = setjmp(outer);
  if (r == 0) {
    int q = setjmp(inner);
    tries = tries + 1;
    if (q == 0) depth(100);
    printf("inner %d after %d\n", q, tries);
    longjmp(outer, 0);
  }
  printf("outer %d\n", r);
  volatile long sum = 0;
  for (volatile int i = 0; i < 1000; i++) {
    int v = setjmp(inner);
    if (v == 0) longjmp(inner, i + 1);
    sum = sum + v;
  }
  printf("sum %ld\n", sum);
  return 0;
}

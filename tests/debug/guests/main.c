// SPDX-License-Identifier: Apache-2.0
//
// A program of WASI: its frames are followed by those of the C library.
#include <stdlib.h>

static void check(int argc) {
  if (argc == 1) abort();
}

int main(int argc, char **argv) {
  (void)argv;
  check(argc);
  return 0;
}

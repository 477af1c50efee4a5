// SPDX-License-Identifier: Apache-2.0
// A command-line program like any other: adds the numbers of standard input.
#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv) {
  const char *unit = getenv("UNIT");
  int bad = 0;
  double sum = 0;
  char line[100];
  for (int n = 1; fgets(line, sizeof line, stdin); n++) {
    char *end;
    double x = strtod(line, &end);
    if (end == line || *end != '\n') {
      fprintf(stderr, "line %d: not a number\n", n);
      bad++;
    } else {
      sum += x;
    }
  }
  printf("%s: %g %s\n", argc > 1 ? argv[1] : "sum", sum, unit ? unit : "");
  return bad ? 3 : 0;
}

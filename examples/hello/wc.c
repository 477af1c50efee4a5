// SPDX-License-Identifier: Apache-2.0
// Counts lines, words and bytes of the files named on the command line, or of standard input.
#include <ctype.h>
#include <stdio.h>
#include <string.h>

struct counts { unsigned long lines, words, bytes; };

static struct counts count(FILE *f) {
  struct counts n = {0, 0, 0};
  int in_word = 0;
  for (int c; (c = getc(f)) != EOF;) {
    n.bytes++;
    n.lines += c == '\n';
    n.words += !isspace(c) && !in_word;
    in_word = !isspace(c);
  }
  return n;
}

static void print(struct counts n, const char *name) {
  printf("%7lu %7lu %7lu%s%s\n", n.lines, n.words, n.bytes, *name ? " " : "", name);
}

int main(int argc, char **argv) {
  int status = 0;
  if (argc == 1) print(count(stdin), "");
  for (int i = 1; i < argc; i++) {
    FILE *f = fopen(argv[i], "rb");
    if (!f) {
      perror(argv[i]);
      status = 1;
      continue;
    }
    print(count(f), argv[i]);
    fclose(f);
  }
  return status;
}

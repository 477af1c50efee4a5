// SPDX-License-Identifier: Apache-2.0
// The word counter in C. What is static stays between calls: an instance is an object with state.
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define IMPORT(name) __attribute__((import_module("host"), import_name(name)))
#define EXPORT(name) __attribute__((export_name(name)))

IMPORT("read") int host_read(char *buffer, int capacity);
IMPORT("report") void host_report(const char *word, int length, int count);

struct word { char *text; int count; };
static struct word *words;
static int used, room;

static void count(const char *text) {
  for (int i = 0; i < used; i++)
    if (strcmp(words[i].text, text) == 0) {
      words[i].count++;
      return;
    }
  if (used == room) words = realloc(words, (room = 2 * room + 16) * sizeof *words);
  words[used++] = (struct word){strdup(text), 1};
}

EXPORT("add") void add(void) {
  char piece[64], word[64];
  size_t length = 0;
  for (int n; (n = host_read(piece, sizeof piece)) > 0;)
    for (int i = 0; i < n; i++) {
      if (isalpha((unsigned char)piece[i])) {
        if (length < sizeof word - 1) word[length++] = (char)tolower((unsigned char)piece[i]);
      } else if (length) {
        word[length] = 0;
        count(word);
        length = 0;
      }
    }
  word[length] = 0;
  if (length) count(word);
}

static int by_count(const void *a, const void *b) {
  const struct word *x = a, *y = b;
  return x->count != y->count ? y->count - x->count : strcmp(x->text, y->text);
}

EXPORT("top") int top(int n) {
  qsort(words, (size_t)used, sizeof *words, by_count);
  for (int i = 0; i < n && i < used; i++)
    host_report(words[i].text, (int)strlen(words[i].text), words[i].count);
  return used;
}

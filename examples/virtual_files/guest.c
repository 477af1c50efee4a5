// SPDX-License-Identifier: Apache-2.0
// Looks around in the directories it was given, and tries to get out of them.
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int by_name(const void *a, const void *b) { return strcmp(*(char **)a, *(char **)b); }

static void list(const char *path) {
  DIR *directory = opendir(path);
  if (!directory) {
    printf("%s: %s\n", path, strerror(errno));
    return;
  }
  char *names[20];
  size_t n = 0;
  for (struct dirent *e; n < 20 && (e = readdir(directory));)
    if (e->d_name[0] != '.') names[n++] = strdup(e->d_name);
  closedir(directory);
  qsort(names, n, sizeof *names, by_name);
  printf("%s:", path);
  for (size_t i = 0; i < n; i++) printf(" %s", names[i]);
  printf("\n");
}

static void show(const char *path) {
  char line[200];
  FILE *f = fopen(path, "r");
  if (!f || !fgets(line, sizeof line, f)) printf("read %s: %s\n", path, strerror(errno));
  else printf("read %s: %s", path, line);
  if (f) fclose(f);
}

static void store(const char *path, const char *text) {
  FILE *f = fopen(path, "w");
  int ok = f && fputs(text, f) >= 0;
  if (f && fclose(f) != 0) ok = 0;
  printf("write %s: %s\n", path, ok ? "ok" : strerror(errno));
}

int main(void) {
  list("/project");
  show("/project/hello.txt");
  store("/project/hello.txt", "changed by the guest\n");
  store("/project/result.txt", "made by the guest\n");
  show("/project/hello.txt");
  list("/project");

  store("/docs/new.txt", "?");
  show("/docs/manual/intro.txt");

  list("/settings");
  show("/settings/colour");
  show("/settings/shape");
  store("/settings/colour", "?");

  char *big = malloc(5000);
  memset(big, 'x', 4999);
  big[4999] = 0;
  store("/tmp/big.txt", big);

  show("/project/../../etc/passwd");
  show("/etc/passwd");
  return 0;
}

// SPDX-License-Identifier: Apache-2.0
// Files and directories under a preopen: create, append, seek, rename, list, remove; and two ways out that must fail.
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void check(int ok, const char *what) {
  if (!ok) {
    printf("FAILED %s: %s\n", what, strerror(errno));
    exit(1);
  }
  printf("ok %s\n", what);
}

int main(void) {
  check(mkdir("/work/d", 0777) == 0, "mkdir");
  FILE *f = fopen("/work/d/a.txt", "w");
  check(f && fputs("first\n", f) >= 0 && fclose(f) == 0, "write");
  f = fopen("/work/d/a.txt", "a+");
  check(f && fputs("second\n", f) >= 0, "append");
  char buf[64] = {0};
  check(fseek(f, 6, SEEK_SET) == 0 && fread(buf, 1, 63, f) == 7 && !strcmp(buf, "second\n"), "seek and read");
  fclose(f);
  struct stat st;
  check(stat("/work/d/a.txt", &st) == 0 && st.st_size == 13 && S_ISREG(st.st_mode), "stat");
  check(rename("/work/d/a.txt", "/work/d/b.txt") == 0, "rename");
  DIR *d = opendir("/work/d");
  int found = 0;
  for (struct dirent *e; d && (e = readdir(d));) found += !strcmp(e->d_name, "b.txt");
  check(d && found == 1 && closedir(d) == 0, "readdir");
  check(rmdir("/work/d") != 0 && errno == ENOTEMPTY, "rmdir of a full directory fails");
  check(fopen("/work/../etc/passwd", "r") == NULL, "no way out by ..");
  check(fopen("/etc/passwd", "r") == NULL, "no way out by an absolute path");
  check(unlink("/work/d/b.txt") == 0 && rmdir("/work/d") == 0, "remove");
  return 0;
}

// SPDX-License-Identifier: Apache-2.0
//
// Standard streams that are closed, broken or slow, by argument:
//   status     exits with the errno of writing to 1
//   until      writes to 1 until that fails, exits with the errno
//   closed     exits with 10 * errno of reading 0 + errno of writing 1
//   read       reads 0 once
//   sleep      sleeps an hour
//   raise      raises SIGABRT
//   exit N     exits with N
//   cat        copies 0 to 1
//   bytes HEX  writes bytes to 1, one call each
#include <stdlib.h>

#include "raw.h"

static uint8_t buf[65536], out[8];

static int write_n(u n) {
  struct iovec32 v = iov(buf, n);
  return fd_write(1, ADDR(&v), 1, ADDR(out));
}
static int read_n(u n) {
  struct iovec32 v = iov(buf, n);
  return fd_read(0, ADDR(&v), 1, ADDR(out));
}

int main(int argc, char **argv) {
  const char *what = argc > 1 ? argv[1] : "";
  int e = 0;
  if (strcmp(what, "status") == 0) return write_n(1);
  if (strcmp(what, "until") == 0) {
    for (int i = 0; i < 10000 && e == 0; ++i) e = write_n(sizeof buf);
    return e;
  }
  if (strcmp(what, "closed") == 0) {
    e = 10 * read_n(1);
    return e + write_n(1);
  }
  if (strcmp(what, "raise") == 0) return proc_raise(6);
  if (strcmp(what, "exit") == 0) return atoi(argv[2]);
  if (strcmp(what, "read") == 0) return read_n(1);
  if (strcmp(what, "sleep") == 0) {
    uint8_t sub[sub_size] = {0}, event[32];
    U hour = 3600000000000u;
    memcpy(sub + sub_clock + 8, &hour, 8);
    return poll_oneoff(ADDR(sub), ADDR(event), 1, ADDR(out));
  }
  if (strcmp(what, "cat") == 0) {
    while ((e = read_n(sizeof buf)) == 0 && load32(out) != 0)
      for (u n = load32(out), at = 0; at < n; at += load32(out)) {
        struct iovec32 v = iov(buf + at, n - at);
        if ((e = fd_write(1, ADDR(&v), 1, ADDR(out)))) return e;
      }
    return e;
  }
  if (strcmp(what, "bytes") == 0 && argc > 2) {
    for (const char *p = argv[2]; p[0] && p[1]; p += 2) {
      char digits[3] = {p[0], p[1], 0};
      buf[0] = (uint8_t)strtoul(digits, 0, 16);
      if ((e = write_n(1))) return e;
    }
    return 0;
  }
  return 99;
}

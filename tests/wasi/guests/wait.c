// SPDX-License-Identifier: Apache-2.0
//
// Waits for standard input, a connection (descriptor 4), a file in the directory 3, and a timer
// together, once for each argument, and says what came and when. The arguments:
//   pipe, socket, both   the timer is an hour away
//   timer                the timer is 30 ms away
//   file                 as pipe, with the file
#include <stdio.h>
#include <stdlib.h>

#include "raw.h"

static U now(void) {
  U t = 0;
  clock_time_get(0, 0, ADDR(&t));
  return t;
}

int main(int argc, char **argv) {
  uint8_t buf[100], out[8];
  u socket = 0, file = 0;
  if (sock_accept(4, 0, ADDR(&socket)) || path_open(3, 0, S("file"), 0, READ | 1 << 27, 0, 0, ADDR(&file))) return 2;
  puts("ready");
  for (int i = 1; i < argc; ++i) {
    uint8_t subs[4 * sub_size] = {0}, events[4 * 32];
    u fds[] = {0, socket, file};
    int timer = strcmp(argv[i], "timer") == 0, count = strcmp(argv[i], "file") == 0 ? 4 : 3;
    U wait = timer ? 30000000 : 3600000000000u, due = now() + wait;
    subs[sub_clock] = 1;
    memcpy(subs + sub_clock + 8, &wait, 8);
    for (int k = 1; k < 4; ++k) {
      subs[k * sub_size] = (uint8_t)k;
      subs[k * sub_size + 8] = 1;
      memcpy(subs + k * sub_size + 16, &fds[k - 1], 4);
    }
    puts("waiting");
    fflush(stdout);
    if (poll_oneoff(ADDR(subs), ADDR(events), (u)count, ADDR(out))) return 3;
    U came = now();
    printf("%llu %llu:", (unsigned long long)came, (unsigned long long)(timer ? due : 0));
    for (u k = 0; k < load32(out); ++k) {
      printf(" %d=%llu/%d", events[32 * k], (unsigned long long)load64(events + 32 * k + 16), events[32 * k + 8]);
      struct iovec32 v = iov(buf, sizeof buf);
      u fd = events[32 * k] ? fds[events[32 * k] - 1] : 0;
      if (events[32 * k] == 1 || events[32 * k] == 2) fd_read(fd, ADDR(&v), 1, ADDR(out + 4));
    }
    puts("");
    fflush(stdout);
  }
  return 0;
}

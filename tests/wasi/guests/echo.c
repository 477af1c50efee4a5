// SPDX-License-Identifier: Apache-2.0
//
// A server on descriptor 3: accepts one connection, looks at its first bytes before taking them,
// then sends back what comes until the end, in capitals.
#include "raw.h"

int main(void) {
  uint8_t buf[100], out[8];
  u socket = 0;
  struct iovec32 v = iov(buf, 4);
  IS(fd_fdstat_get(3, ADDR(buf)), OK);
  IS(buf[0], 6);
  IS(sock_accept(3, 1, ADDR(&socket)), INVAL);
  IS(sock_accept(3, 0, ~0u), FAULT);
  IS(sock_accept(3, 0, ADDR(&socket)), OK);
  IS(sock_accept(socket, 0, ADDR(out)) != OK, 1);
  IS(sock_recv(socket, ADDR(&v), 1, 4, ADDR(out), ADDR(out + 4)), INVAL);
  IS(sock_recv(socket, ADDR(&v), 1, 0, ~0u, ADDR(out + 4)), FAULT);
  IS(sock_recv(socket, ADDR(&v), 1, 1, ADDR(out), ADDR(out + 4)), OK);  // peek
  IS(memcmp(buf, "abcd", load32(out)), 0);
  v.size = 8;
  IS(sock_recv(socket, ADDR(&v), 1, 2, ADDR(out), ADDR(out + 4)), OK);  // wait for all
  IS(load32(out), 8);
  IS(memcmp(buf, "abcdefgh", 8), 0);
  IS(sock_send(socket, ADDR(&v), 1, 1, ADDR(out)), INVAL);
  IS(sock_send(socket, ADDR(&v), 1, 0, ADDR(out)), OK);
  IS(load32(out), 8);
  IS(fd_seek(socket, 0, whence_set, ADDR(out)), SPIPE);
  for (;;) {
    v.size = sizeof buf;
    IS(fd_read(socket, ADDR(&v), 1, ADDR(out)), OK);
    u n = load32(out);
    if (n == 0) break;
    for (u i = 0; i < n; ++i)
      if (buf[i] >= 'a' && buf[i] <= 'z') buf[i] -= 32;
    v.size = n;
    IS(fd_write(socket, ADDR(&v), 1, ADDR(out)), OK);
    IS(load32(out), n);
  }
  IS(sock_shutdown(socket, 0), INVAL);
  IS(sock_shutdown(socket, 4), INVAL);
  IS(sock_shutdown(socket, 2), OK);
  IS(sock_send(socket, ADDR(&v), 1, 0, ADDR(out)), PIPE);
  IS(fd_close(socket), OK);
  return done();
}

// SPDX-License-Identifier: Apache-2.0
//
// Every function with hostile numbers for every argument: it must come back with an errno, soon.
// Descriptors 0 to 3 stay open; memory is filled with patterns that are hostile as iovecs and
// paths, too. What the calls write must not hit this program's own data: it is linked above
// `low_size`, and `area` lies behind all of it.
#include "raw.h"

static u state = 12345, pointers[16];
static u next(void) {
  state ^= state << 13;
  state ^= state >> 17;
  return state ^= state << 5;
}
enum { low_size = 524288, area_size = 65536, area_pages = 16 };
static uint8_t *area;

static u pointer(void) { return pointers[next() % 16]; }
static u count(void) {
  static const u some[] = {0, 1, 2, 7, 1023, 1024, 1025, 8191, 8192, 65536, 0x1fffffff, 0x7fffffff, 0x80000000, ~0u - 1, ~0u};
  return some[next() % (sizeof some / sizeof *some)];
}
static u descriptor(void) {
  static const u some[] = {0, 1, 2, 3, 4, 5, 6, 1023, 1024, 0x7fffffff, 0x80000000, ~0u};
  return some[next() % (sizeof some / sizeof *some)];
}
// Above the standard streams and the directory.
static u spare(void) {
  u fd = descriptor();
  return fd < 4 ? fd + 4 : fd;
}
static u flags(void) { return next() % 4 ? next() % 40 : next(); }
// Sizes and offsets that allocate nothing on the host's disk.
static U big(void) {
  static const U some[] = {0, 1, 9, INT64_MAX - 1, INT64_MAX, (U)1 << 63, ~(U)0 - 1, ~(U)0};
  return some[next() % (sizeof some / sizeof *some)];
}

// An address that the compiler does not know to be null.
static uint8_t *next_to_zero(void) {
  volatile uintptr_t eight = 8;
  return (uint8_t *)eight;
}

static int call(u which) {
  u p = pointer(), q = pointer(), n = count(), m = count(), fd = descriptor();
  U base = next() % 2 ? 0x1fffffff : next();
  switch (which) {
    case 0: return args_get(p, q);
    case 1: return args_sizes_get(p, q);
    case 2: return environ_get(p, q);
    case 3: return environ_sizes_get(p, q);
    case 4: return clock_res_get(count(), p);
    case 5: return clock_time_get(count(), big(), p);
    case 6: return fd_advise(fd, big(), big(), flags());
    case 7: return fd_allocate(fd, big(), big() % 10);
    case 8: return fd_close(spare());
    case 9: return fd_datasync(fd);
    case 10: return fd_fdstat_get(fd, p);
    case 11: return fd_fdstat_set_flags(spare(), flags());
    case 12: return fd_fdstat_set_rights(spare(), big(), big());
    case 13: return fd_filestat_get(fd, p);
    case 14: return fd_filestat_set_size(fd, big());
    case 15: return fd_filestat_set_times(fd, big(), big(), flags());
    case 16: return fd_pread(fd, p, n, big(), q);
    case 17: return fd_prestat_get(fd, p);
    case 18: return fd_prestat_dir_name(fd, p, n);
    case 19: return fd_pwrite(fd, p, n, big(), q);
    case 20: return fd_read(fd, p, n, q);
    case 21: return fd_readdir(fd, p, n, big(), q);
    case 22: return fd_renumber(spare(), spare());
    case 23: return fd_seek(fd, big(), flags(), p);
    case 24: return fd_sync(fd);
    case 25: return fd_tell(fd, p);
    case 26: return fd_write(spare(), p, n, q);
    case 27: return path_create_directory(fd, p, n);
    case 28: return path_filestat_get(fd, flags() % 3, p, n, q);
    case 29: return path_filestat_set_times(fd, flags() % 3, p, n, big(), big(), flags());
    case 30: return path_link(fd, flags() % 3, p, n, descriptor(), q, m);
    case 31: return path_open(fd, flags() % 3, p, n, flags(), base, base, flags() % 40, q);
    case 32: return path_readlink(fd, p, n, q, m, pointer());
    case 33: return path_remove_directory(fd, p, n);
    case 34: return path_rename(fd, p, n, descriptor(), q, m);
    case 35: return path_symlink(p, n, fd, q, m);
    case 36: return path_unlink_file(fd, p, n);
    case 37:  // Subscriptions that would not wait for ever: zeros, a clock that has run out.
      memset((void *)next_to_zero(), 0, low_size - 8);
      if (p >= ADDR(area) && p < ADDR(area) + area_size) p = ADDR(area) + area_size;
      return poll_oneoff(p, q, n, pointer());
    case 38: return proc_raise(next() % 2 ? 0 : 31 + count() % 0x80000000);
    case 39: return sched_yield();
    case 40: return random_get(p, n);
#ifndef UNSTABLE
    case 41: return sock_accept(fd, flags(), p);
#endif
    case 42: return sock_recv(fd, p, n, flags(), q, pointer());
    case 43: return sock_send(fd, p, n, flags(), q);
    case 44: return sock_shutdown(fd, flags());
    default: return OK;
  }
}

static void fill(void) {
  memset(area, 0, area_pages << 16);
  for (u i = 0; i + 8 <= area_size; i += 8) {
    u words[2] = {pointer(), count()};
    memcpy(area + i, words, 8);
  }
  memcpy(area + 49152, "file/../x\0\xff\xc0/..//./", 20);
}

int main(void) {
  area = (uint8_t *)((uintptr_t)__builtin_wasm_memory_grow(0, area_pages) << 16);
  u end = memory_end();
  u some[16] = {0, 1, 8, ADDR(area), ADDR(area) + 1, ADDR(area) + 4096, ADDR(area) + 32768, ADDR(area) + 49152,
                end - 1, end - 4, end - 8, end - 64, end, end + 1, 0x80000000, ~0u};
  memcpy(pointers, some, sizeof some);
  for (u which = 0; which < 45; ++which) {
    for (u i = 0; i < 400; ++i) {
      if (i % 16 == 0) fill();
      int e = call(which);
      check_at((int)which, "an errno", e >= 0 && e <= 76, 1);
    }
  }
  return done();
}

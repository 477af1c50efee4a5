// SPDX-License-Identifier: Apache-2.0
//
// Every WASI function as the module imports it: pointers are plain numbers, so that tests can pass
// any. MODULE chooses which of the two modules; the layouts that differ are below.
#pragma once
#include <stdint.h>
#include <stdio.h>
#include <string.h>

typedef uint32_t u;
typedef uint64_t U;

#ifdef UNSTABLE
#define MODULE "wasi_unstable"
enum { whence_cur, whence_end, whence_set };
enum { filestat_size = 56, stat_nlink = 20, stat_size = 24, sub_size = 56, sub_clock = 24 };
#else
#define MODULE "wasi_snapshot_preview1"
enum { whence_set, whence_cur, whence_end };
enum { filestat_size = 64, stat_nlink = 24, stat_size = 32, sub_size = 48, sub_clock = 16 };
#endif

#define W(name, ...)                                                     \
  __attribute__((import_module(MODULE), import_name(#name))) int name(__VA_ARGS__)
W(args_get, u, u);
W(args_sizes_get, u, u);
W(environ_get, u, u);
W(environ_sizes_get, u, u);
W(clock_res_get, u, u);
W(clock_time_get, u, U, u);
W(fd_advise, u, U, U, u);
W(fd_allocate, u, U, U);
W(fd_close, u);
W(fd_datasync, u);
W(fd_fdstat_get, u, u);
W(fd_fdstat_set_flags, u, u);
W(fd_fdstat_set_rights, u, U, U);
W(fd_filestat_get, u, u);
W(fd_filestat_set_size, u, U);
W(fd_filestat_set_times, u, U, U, u);
W(fd_pread, u, u, u, U, u);
W(fd_prestat_get, u, u);
W(fd_prestat_dir_name, u, u, u);
W(fd_pwrite, u, u, u, U, u);
W(fd_read, u, u, u, u);
W(fd_readdir, u, u, u, U, u);
W(fd_renumber, u, u);
W(fd_seek, u, U, u, u);
W(fd_sync, u);
W(fd_tell, u, u);
W(fd_write, u, u, u, u);
W(path_create_directory, u, u, u);
W(path_filestat_get, u, u, u, u, u);
W(path_filestat_set_times, u, u, u, u, U, U, u);
W(path_link, u, u, u, u, u, u, u);
W(path_open, u, u, u, u, u, U, U, u, u);
W(path_readlink, u, u, u, u, u, u);
W(path_remove_directory, u, u, u);
W(path_rename, u, u, u, u, u, u);
W(path_symlink, u, u, u, u, u);
W(path_unlink_file, u, u, u);
W(poll_oneoff, u, u, u, u);
W(proc_raise, u);
W(sched_yield, void);
W(random_get, u, u);
W(sock_recv, u, u, u, u, u, u);
W(sock_send, u, u, u, u, u);
W(sock_shutdown, u, u);
#ifndef UNSTABLE
W(sock_accept, u, u, u);
#endif
#undef W

#define ADDR(p) ((u)(uintptr_t)(p))
#define S(text) ADDR(text), (u)strlen(text)

enum {
  OK, TOOBIG, ACCES, AGAIN = 6, BADF = 8, EXIST = 20, FAULT = 21, FBIG = 22, ILSEQ = 25, INVAL = 28,
  ISDIR = 31, LOOP = 32, MFILE = 33, NAMETOOLONG = 37, NOENT = 44, NOTDIR = 54, NOTEMPTY = 55,
  NOTSOCK = 57, NOTSUP = 58, PERM = 63, PIPE = 64, ROFS = 69, SPIPE = 70, XDEV = 75, NOTCAPABLE = 76
};

enum { CREAT = 1, DIRECTORY = 2, EXCL = 4, TRUNC = 8 };
#define READ ((U)1 << 1)
#define SEEK ((U)1 << 2)
#define TELL ((U)1 << 5)
#define WRITE ((U)1 << 6)
#define READDIR ((U)1 << 14)
// What a file and a directory can have.
#define FILE_RIGHTS ((U)0x8e001ff)
#define DIR_RIGHTS ((U)0xfbffe19)

static int checks, failures;
static inline void check_at(int line, const char *what, long long got, long long want) {
  ++checks;
  if (got == want) return;
  ++failures;
  printf("line %d: %s is %lld, expected %lld\n", line, what, got, want);
}
// The value of an expression.
#define IS(expression, want) check_at(__LINE__, #expression, (long long)(expression), (long long)(want))

static inline int done(void) {
  printf("%d checks\n", checks);
  return failures != 0;
}

struct iovec32 {
  u at, size;
};
static inline struct iovec32 iov(const void *p, u n) { return (struct iovec32){ADDR(p), n}; }

static inline U load64(const void *p) {
  U v;
  memcpy(&v, p, 8);
  return v;
}
static inline u load32(const void *p) {
  u v;
  memcpy(&v, p, 4);
  return v;
}
// 1 + an address beyond which memory ends.
static inline u memory_end(void) { return (u)__builtin_wasm_memory_size(0) << 16; }

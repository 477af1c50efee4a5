// SPDX-License-Identifier: Apache-2.0
//
// Every function with its results: success, errors, edges. Descriptor 3 is a directory for
// reading and writing with "file" ("0123456789") and "link" (to file) in it, 4 the same for
// reading only. Arguments "x" "yy", environment A=1 BB=two.
#include "raw.h"

static uint8_t buf[4096], out[64];
static u made;
static const char *no_utf8 = "a\xff";

static int open_at(u dir, const char *path, u oflags, U base) {
  return path_open(dir, 1, S(path), oflags, base, 0, 0, ADDR(&made));
}
static int read_n(u fd, u n) {
  struct iovec32 v = iov(buf, n);
  int e = fd_read(fd, ADDR(&v), 1, ADDR(out));
  return e ? -e : (int)load32(out);
}
static int write_text(u fd, const char *text) {
  struct iovec32 v = iov(text, (u)strlen(text));
  int e = fd_write(fd, ADDR(&v), 1, ADDR(out));
  return e ? -e : (int)load32(out);
}
static int size_of(u fd) {
  int e = fd_filestat_get(fd, ADDR(buf));
  return e ? -e : (int)load64(buf + stat_size);
}

static void arguments(void) {
  u table[8];
  IS(args_sizes_get(ADDR(out), ADDR(out + 4)), OK);
  IS(load32(out), 3);
  IS(load32(out + 4), 6 + 2 + 3);
  IS(args_get(ADDR(table), ADDR(buf)), OK);
  IS(table[0], ADDR(buf));
  IS(memcmp(buf, "guest\0x\0yy", 10), 0);
  IS(strcmp((char *)(uintptr_t)table[2], "yy"), 0);
  IS(environ_sizes_get(ADDR(out), ADDR(out + 4)), OK);
  IS(load32(out), 2);
  IS(load32(out + 4), 4 + 7);
  IS(environ_get(ADDR(table), ADDR(buf)), OK);
  IS(memcmp(buf, "A=1\0BB=two", 11), 0);
  IS(args_sizes_get(~0u, ADDR(out)), FAULT);
  IS(args_sizes_get(ADDR(out), memory_end() - 3), FAULT);
  IS(args_get(~0u - 3, ADDR(buf)), FAULT);
  IS(args_get(ADDR(table), memory_end() - 4), FAULT);
  IS(environ_sizes_get(memory_end(), ADDR(out)), FAULT);
  IS(environ_get(ADDR(table), ~0u), FAULT);
}

static void clocks_and_random(void) {
  U now[4] = {0}, again = 0, resolution;
  for (u id = 0; id < 4; ++id) {
    IS(clock_time_get(id, 0, ADDR(&now[id])), OK);
    IS(clock_res_get(id, ADDR(&resolution)), OK);
    IS(resolution > 0 && resolution <= 100000000, 1);
  }
  IS(now[0] > 1600000000000000000u, 1);
  IS(clock_time_get(1, 1, ADDR(&again)), OK);
  IS(again >= now[1], 1);
  IS(clock_time_get(4, 0, ADDR(&again)), INVAL);
  IS(clock_res_get(~0u, ADDR(&again)), INVAL);
  IS(clock_time_get(0, 0, memory_end() - 7), FAULT);
  IS(clock_res_get(0, ~0u), FAULT);

  memset(buf, 0, sizeof buf);
  IS(random_get(ADDR(buf), 64), OK);
  IS(random_get(ADDR(buf + 64), 64), OK);
  IS(memcmp(buf, buf + 64, 64) != 0, 1);
  IS(buf[128], 0);
  IS(random_get(ADDR(buf), 0), OK);
  IS(random_get(ADDR(buf), ~0u), FAULT);
  IS(random_get(memory_end(), 1), FAULT);
  IS(random_get(memory_end(), 0), OK);
  IS(sched_yield(), OK);
  IS(proc_raise(0), OK);
  IS(proc_raise(16), OK);  // SIGCHLD does nothing
  IS(proc_raise(31), INVAL);
  IS(proc_raise(~0u), INVAL);
}

static void preopens(void) {
  IS(fd_prestat_get(3, ADDR(out)), OK);
  IS(out[0], 0);
  IS(load32(out + 4), 2);
  memset(buf, '#', 8);
  IS(fd_prestat_dir_name(3, ADDR(buf), 2), OK);
  IS(memcmp(buf, "rw#", 3), 0);
  IS(fd_prestat_dir_name(3, ADDR(buf), 1), NAMETOOLONG);
  IS(fd_prestat_dir_name(3, memory_end() - 1, 2), FAULT);
  IS(fd_prestat_get(3, memory_end() - 4), FAULT);
  IS(fd_prestat_get(5, ADDR(out)), BADF);
  IS(fd_prestat_get(0, ADDR(out)), BADF);
  IS(fd_prestat_dir_name(0, ADDR(buf), 8), BADF);
  IS(fd_prestat_get(~0u, ADDR(out)), BADF);
}

static void reading_and_writing(void) {
  IS(open_at(3, "io", CREAT | EXCL, FILE_RIGHTS), OK);
  u fd = made;
  IS(write_text(fd, "hello world"), 11);
  struct iovec32 two[2] = {iov(buf, 3), iov(buf + 100, 100)};
  U at;
  IS(fd_seek(fd, 0, whence_set, ADDR(&at)), OK);
  IS(at, 0);
  IS(fd_read(fd, ADDR(two), 2, ADDR(out)), OK);
  IS(load32(out), 11);
  IS(memcmp(buf, "hel", 3) || memcmp(buf + 100, "lo world", 8), 0);
  IS(read_n(fd, 10), 0);  // the end
  IS(fd_tell(fd, ADDR(&at)), OK);
  IS(at, 11);
  IS(fd_seek(fd, (U)-5, whence_end, ADDR(&at)), OK);
  IS(at, 6);
  IS(fd_seek(fd, (U)-2, whence_cur, ADDR(&at)), OK);
  IS(at, 4);
  IS(fd_seek(fd, (U)-5, whence_cur, ADDR(&at)), INVAL);
  IS(fd_seek(fd, 0, 3, ADDR(&at)), INVAL);
  IS(fd_seek(fd, 0, whence_set, memory_end() - 7), FAULT);
  IS(fd_tell(fd, ~0u), FAULT);
  IS(fd_tell(fd, ADDR(&at)), OK);
  IS(at, 4);  // a failed call moved nothing
  IS(fd_pread(fd, ADDR(two), 1, 6, ADDR(out)), OK);
  IS(memcmp(buf, "wor", 3), 0);
  IS(fd_pread(fd, ADDR(two), 1, 100, ADDR(out)), OK);
  IS(load32(out), 0);
  struct iovec32 w[3] = {iov("XY", 2), iov("", 0), iov("Z", 1)};
  IS(fd_pwrite(fd, ADDR(w), 3, 20, ADDR(out)), OK);
  IS(load32(out), 3);
  IS(size_of(fd), 23);  // the hole between is zeros
  IS(fd_pread(fd, ADDR(two), 1, 18, ADDR(out)), OK);
  IS(memcmp(buf, "\0\0X", 3), 0);
  IS(fd_tell(fd, ADDR(&at)), OK);
  IS(at, 4);
  IS(fd_pread(fd, ADDR(two), 1, ~(U)0, ADDR(out)), INVAL);
  IS(fd_pwrite(fd, ADDR(w), 1, ~(U)0, ADDR(out)), INVAL);
  IS(fd_read(fd, ADDR(two), 0, ADDR(out)), OK);
  IS(load32(out), 0);
  IS(fd_read(fd, ADDR(two), 1025, ADDR(out)), INVAL);
  IS(fd_read(fd, memory_end() - 4, 1, ADDR(out)), FAULT);
  IS(fd_read(fd, ADDR(two), 1, memory_end() - 2), FAULT);
  struct iovec32 bad = {memory_end() - 1, 2};
  IS(fd_read(fd, ADDR(&bad), 1, ADDR(out)), FAULT);
  IS(fd_write(fd, ADDR(&bad), 1, ADDR(out)), FAULT);
  IS(fd_pread(fd, ADDR(&bad), 1, 0, ADDR(out)), FAULT);
  IS(fd_pwrite(fd, ADDR(&bad), 1, 0, ADDR(out)), FAULT);
  IS(fd_tell(fd, ADDR(&at)), OK);
  IS(at, 4);
  IS(fd_sync(fd), OK);
  IS(fd_datasync(fd), OK);
  IS(fd_advise(fd, 0, 10, 0), OK);
  IS(fd_advise(fd, 0, 10, 5), OK);
  IS(fd_advise(fd, 0, 10, 6), INVAL);
  IS(fd_advise(fd, ~(U)0, 10, 0), INVAL);
  IS(fd_allocate(fd, 0, 10), OK);
  IS(size_of(fd), 23);
  IS(fd_allocate(fd, 20, 10), OK);
  IS(size_of(fd), 30);
  IS(fd_allocate(fd, 0, 0), INVAL);
  IS(fd_allocate(fd, 0, ~(U)0), INVAL);
  IS(fd_allocate(fd, INT64_MAX, INT64_MAX), FBIG);
  IS(fd_filestat_set_size(fd, 5), OK);
  IS(size_of(fd), 5);
  IS(fd_filestat_set_size(fd, ~(U)0), INVAL);
  IS(fd_close(fd), OK);
  IS(fd_close(fd), BADF);
  IS(read_n(fd, 1), -BADF);
  IS(write_text(fd, "x"), -BADF);
  IS(fd_sync(fd), BADF);
  IS(fd_datasync(fd), BADF);
  IS(fd_seek(fd, 0, whence_set, ADDR(&at)), BADF);
  IS(fd_tell(fd, ADDR(&at)), BADF);
  IS(fd_advise(fd, 0, 0, 0), BADF);
  IS(fd_allocate(fd, 0, 1), BADF);
  IS(fd_filestat_set_size(fd, 0), BADF);
  // Not on directories.
  IS(read_n(3, 1), -ISDIR);
  IS(write_text(3, "x"), -ISDIR);
  IS(fd_pread(3, ADDR(two), 1, 0, ADDR(out)), ISDIR);
  IS(fd_pwrite(3, ADDR(w), 1, 0, ADDR(out)), ISDIR);
  IS(fd_seek(3, 0, whence_set, ADDR(&at)), BADF);
  IS(fd_tell(3, ADDR(&at)), BADF);
  IS(fd_filestat_set_size(3, 0), BADF);
  IS(fd_allocate(3, 0, 1), BADF);
  // Truncating, appending, exclusive.
  IS(open_at(3, "io", CREAT | EXCL, WRITE), EXIST);
  IS(path_open(3, 0, S("io"), 0, WRITE | READ | TELL, 0, 1, ADDR(&made)), OK);  // append
  IS(write_text(made, "!"), 1);
  IS(size_of(made), -NOTCAPABLE);
  IS(fd_tell(made, ADDR(&at)), OK);
  IS(at, 6);
  IS(fd_close(made), OK);
  IS(open_at(3, "io", TRUNC, FILE_RIGHTS), OK);
  IS(size_of(made), 0);
  IS(fd_close(made), OK);
  IS(path_unlink_file(3, S("io")), OK);
}

static void descriptors(void) {
  IS(open_at(3, "file", 0, READ | SEEK), OK);
  u fd = made;
  IS(fd_fdstat_get(fd, ADDR(buf)), OK);
  IS(buf[0], 4);
  IS(load64(buf + 8), READ | SEEK);
  IS(load64(buf + 16), 0);
  IS(fd_fdstat_get(fd, memory_end() - 23), FAULT);
  IS(fd_fdstat_get(77, ADDR(buf)), BADF);
  IS(fd_fdstat_get(3, ADDR(buf)), OK);
  IS(buf[0], 3);
  IS(write_text(fd, "x"), -NOTCAPABLE);
  IS(fd_filestat_get(fd, ADDR(buf)), NOTCAPABLE);
  IS(fd_sync(fd), NOTCAPABLE);
  IS(fd_filestat_set_size(fd, 0), NOTCAPABLE);
  IS(fd_fdstat_set_flags(fd, 1), NOTCAPABLE);
  IS(fd_fdstat_set_rights(fd, READ | WRITE, 0), NOTCAPABLE);  // never more
  IS(fd_fdstat_set_rights(fd, SEEK, 0), OK);
  IS(read_n(fd, 1), -NOTCAPABLE);
  IS(fd_fdstat_set_rights(fd, READ | SEEK, 0), NOTCAPABLE);
  IS(fd_fdstat_set_rights(77, 0, 0), BADF);
  IS(fd_close(fd), OK);

  IS(open_at(3, "flags", CREAT, FILE_RIGHTS), OK);
  fd = made;
  IS(fd_fdstat_set_flags(fd, 1), OK);
  IS(fd_fdstat_get(fd, ADDR(buf)), OK);
  IS(buf[2], 1);
  IS(fd_fdstat_set_flags(fd, 32), INVAL);
  IS(fd_fdstat_set_flags(77, 0), BADF);
  IS(write_text(fd, "ab"), 2);
  U at;
  IS(fd_seek(fd, 0, whence_set, ADDR(&at)), OK);
  IS(write_text(fd, "cd"), 2);
  IS(size_of(fd), 4);  // appended
  IS(fd_fdstat_set_flags(fd, 0), OK);
  IS(fd_filestat_set_times(fd, 1000000000, 2000000000, 5), OK);
  IS(fd_filestat_get(fd, ADDR(buf)), OK);
  IS(load64(buf + stat_size + 8), 1000000000);
  IS(load64(buf + stat_size + 16), 2000000000);
  IS(buf[16], 4);
  IS(buf[stat_nlink], 1);
  IS(fd_filestat_set_times(fd, 0, 0, 10), OK);  // both now
  IS(fd_filestat_get(fd, ADDR(buf)), OK);
  IS(load64(buf + stat_size + 8) > 1600000000000000000u, 1);
  IS(fd_filestat_set_times(fd, 0, 0, 3), INVAL);
  IS(fd_filestat_set_times(fd, 0, 0, 16), INVAL);
  IS(fd_filestat_set_times(77, 0, 0, 0), BADF);
  IS(fd_filestat_get(fd, memory_end() - filestat_size + 1), FAULT);
  memset(buf, '#', 80);
  IS(fd_filestat_get(fd, ADDR(buf)), OK);
  IS(buf[filestat_size], '#');  // exactly that many bytes

  // Renumbering.
  IS(open_at(3, "file", 0, FILE_RIGHTS & ~(WRITE | 1 << 8 | 1 << 22)), OK);
  u other = made;
  IS(fd_renumber(other, fd), OK);
  IS(fd_close(other), BADF);
  IS(size_of(fd), 10);
  IS(fd_renumber(fd, fd), OK);
  IS(fd_renumber(fd, 77), BADF);
  IS(fd_renumber(77, fd), BADF);
  IS(read_n(fd, 20), 10);
  IS(fd_close(fd), OK);
  IS(path_unlink_file(3, S("flags")), OK);
  // The lowest free number is used.
  IS(open_at(3, "file", 0, READ), OK);
  u low = made;
  IS(open_at(3, "file", 0, READ), OK);
  IS(made, low + 1);
  IS(fd_close(low), OK);
  IS(fd_close(made), OK);
  IS(open_at(3, "file", 0, READ), OK);
  IS(made, low);
  IS(fd_close(low), OK);
  // There is a limit.
  int e, n = 0;
  while ((e = open_at(3, "file", 0, READ)) == OK && n < 5000) ++n;
  IS(e, MFILE);
  IS(n < 5000 && n > 500, 1);
  for (u i = low; i < low + (u)n; ++i) e = fd_close(i);
  IS(e, OK);
}

static void listing(void) {
  char name[] = "dir/e00";
  IS(path_create_directory(3, S("dir")), OK);
  for (int i = 0; i < 50; ++i) {
    name[5] = (char)('0' + i / 10);
    name[6] = (char)('0' + i % 10);
    IS(open_at(3, name, CREAT, WRITE), OK);
    fd_close(made);
  }
  IS(path_open(3, 0, S("dir"), DIRECTORY, READDIR, 0, 0, ADDR(&made)), OK);
  u dir = made;
  for (u size = 24 + 8; size <= sizeof buf; size *= 3) {
    U cookie = 0, seen = 0;
    int dots = 0;
    for (;;) {
      IS(fd_readdir(dir, ADDR(buf), size, cookie, ADDR(out)), OK);
      u used = load32(out), p = 0;
      while (p + 24 <= used) {
        u n = load32(buf + p + 16);
        if (p + 24 + n > used) break;
        if (buf[p + 24] == '.') ++dots;
        else seen |= (U)1 << ((buf[p + 25] - '0') * 10 + buf[p + 26] - '0');
        cookie = load64(buf + p);
        p += 24 + n;
      }
      if (used < size) break;
    }
    IS(dots, 2);
    IS(seen, ((U)1 << 50) - 1);
  }
  IS(fd_readdir(dir, ADDR(buf), 0, 0, ADDR(out)), OK);
  IS(load32(out), 0);
  IS(fd_readdir(dir, ADDR(buf), 100, ~(U)0, ADDR(out)), INVAL);  // no cookie
  IS(fd_readdir(dir, memory_end() - 10, 11, 0, ADDR(out)), FAULT);
  IS(fd_readdir(dir, ADDR(buf), 10, 0, ~0u), FAULT);
  IS(fd_readdir(77, ADDR(buf), 10, 0, ADDR(out)), BADF);
  IS(fd_readdir(0, ADDR(buf), 10, 0, ADDR(out)), NOTDIR);
  IS(fd_close(dir), OK);
  IS(path_open(3, 0, S("dir"), DIRECTORY, 0, 0, 0, ADDR(&made)), OK);
  IS(fd_readdir(made, ADDR(buf), 10, 0, ADDR(out)), NOTCAPABLE);
  IS(fd_close(made), OK);
  IS(path_remove_directory(3, S("dir")), NOTEMPTY);
  for (int i = 0; i < 50; ++i) {
    name[5] = (char)('0' + i / 10);
    name[6] = (char)('0' + i % 10);
    IS(path_unlink_file(3, S(name)), OK);
  }
  IS(path_remove_directory(3, S("dir")), OK);
}

static void opening(void) {
  IS(open_at(3, "absent", 0, READ), NOENT);
  IS(open_at(3, "", 0, READ), NOENT);
  IS(open_at(3, "/file", 0, READ), NOTCAPABLE);
  IS(open_at(3, "../rw/file", 0, READ), NOTCAPABLE);
  IS(open_at(3, "..", 0, READ), NOTCAPABLE);
  IS(open_at(3, "file/", 0, READ), NOTDIR);
  IS(open_at(3, "file/x", 0, READ), NOTDIR);
  IS(open_at(3, no_utf8, 0, READ), ILSEQ);
  IS(path_open(3, 0, ADDR("a\0b"), 3, 0, READ, 0, 0, ADDR(&made)), INVAL);
  IS(path_open(3, 0, memory_end() - 1, 2, 0, READ, 0, 0, ADDR(&made)), FAULT);
  IS(path_open(3, 0, ADDR(buf), ~0u, 0, READ, 0, 0, ADDR(&made)), FAULT);
  IS(path_open(3, 2, S("file"), 0, READ, 0, 0, ADDR(&made)), INVAL);
  IS(path_open(3, 0, S("file"), 16, READ, 0, 0, ADDR(&made)), INVAL);
  IS(path_open(3, 0, S("file"), 0, READ, 0, 32, ADDR(&made)), INVAL);
  IS(path_open(3, 0, S("file"), 0, READ, 0, 0, memory_end() - 3), FAULT);
  IS(path_open(3, 0, S("file"), 0, ~(U)0, 0, 0, ADDR(&made)), NOTCAPABLE);
  IS(path_open(77, 0, S("file"), 0, READ, 0, 0, ADDR(&made)), BADF);
  IS(path_open(0, 0, S("file"), 0, READ, 0, 0, ADDR(&made)), NOTDIR);
  memset(buf, 'n', 4096);
  buf[256] = 0;
  IS(open_at(3, (char *)buf, 0, READ), NAMETOOLONG);
  buf[256] = 'n';
  IS(path_open(3, 0, ADDR(buf), 4096, CREAT, READ, 0, 0, ADDR(&made)), NAMETOOLONG);
  IS(open_at(3, "file", DIRECTORY, READ), NOTDIR);
  IS(open_at(3, ".", 0, WRITE), ISDIR);
  IS(open_at(3, ".", DIRECTORY, READDIR), OK);
  IS(fd_close(made), OK);
  IS(path_open(3, 0, S("link"), 0, READ, 0, 0, ADDR(&made)), LOOP);
  IS(open_at(3, "link", 0, READ), OK);
  IS(read_n(made, 100), 10);
  IS(fd_close(made), OK);
  // Rights are inherited, no others come up again.
  IS(path_open(3, 0, S("."), DIRECTORY, 1 << 13 | READDIR, READ, 0, ADDR(&made)), OK);
  u dir = made;
  IS(open_at(dir, "file", 0, READ), OK);
  IS(fd_close(made), OK);
  IS(open_at(dir, "file", 0, WRITE), NOTCAPABLE);
  IS(open_at(dir, "new", CREAT, READ), NOTCAPABLE);
  IS(open_at(dir, "file", TRUNC, READ), NOTCAPABLE);
  IS(path_create_directory(dir, S("new")), NOTCAPABLE);
  IS(path_unlink_file(dir, S("file")), NOTCAPABLE);
  IS(path_remove_directory(dir, S("x")), NOTCAPABLE);
  IS(path_symlink(S("a"), dir, S("x")), NOTCAPABLE);
  IS(path_readlink(dir, S("link"), ADDR(buf), 10, ADDR(out)), NOTCAPABLE);
  IS(path_filestat_get(dir, 0, S("file"), ADDR(buf)), NOTCAPABLE);
  IS(path_filestat_set_times(dir, 0, S("file"), 0, 0, 0), NOTCAPABLE);
  IS(path_link(dir, 0, S("file"), 3, S("x")), NOTCAPABLE);
  IS(path_link(3, 0, S("file"), dir, S("x")), NOTCAPABLE);
  IS(path_rename(dir, S("file"), 3, S("x")), NOTCAPABLE);
  IS(path_rename(3, S("file"), dir, S("x")), NOTCAPABLE);
  IS(fd_prestat_get(dir, ADDR(out)), BADF);
  IS(fd_close(dir), OK);
}

static void paths(void) {
  IS(path_create_directory(3, S("d")), OK);
  IS(path_create_directory(3, S("d")), EXIST);
  IS(path_create_directory(3, S("d/e/")), OK);
  IS(path_create_directory(3, S("no/e")), NOENT);
  IS(path_create_directory(3, S("file/e")), NOTDIR);
  IS(path_create_directory(3, S("../x")), NOTCAPABLE);
  IS(path_create_directory(3, S("/x")), NOTCAPABLE);
  IS(path_create_directory(3, S("")), NOENT);
  IS(path_create_directory(3, ~0u, 1), FAULT);
  IS(path_create_directory(77, S("x")), BADF);
  IS(path_create_directory(1, S("x")), NOTDIR);

  IS(path_filestat_get(3, 0, S("d"), ADDR(buf)), OK);
  IS(buf[16], 3);
  IS(path_filestat_get(3, 0, S("link"), ADDR(buf)), OK);
  IS(buf[16], 7);
  IS(load64(buf + stat_size), 4);
  IS(path_filestat_get(3, 1, S("link"), ADDR(buf)), OK);
  IS(buf[16], 4);
  IS(load64(buf + stat_size), 10);
  IS(path_filestat_get(3, 2, S("link"), ADDR(buf)), INVAL);
  IS(path_filestat_get(3, 0, S("absent"), ADDR(buf)), NOENT);
  IS(path_filestat_get(3, 0, S("d/../.."), ADDR(buf)), NOTCAPABLE);
  IS(path_filestat_get(3, 0, S("d/e/../../file"), ADDR(buf)), OK);
  IS(path_filestat_get(3, 0, S("file"), memory_end() - 8), FAULT);
  IS(path_filestat_get(77, 0, S("file"), ADDR(buf)), BADF);

  IS(path_filestat_set_times(3, 0, S("link"), 3000000000, 4000000000, 5), OK);
  IS(path_filestat_get(3, 0, S("link"), ADDR(buf)), OK);
  IS(load64(buf + stat_size + 16), 4000000000);
  IS(path_filestat_get(3, 1, S("link"), ADDR(buf)), OK);
  IS(load64(buf + stat_size + 16) != 4000000000, 1);  // the file kept its own
  IS(path_filestat_set_times(3, 1, S("link"), 0, 5000000000, 4), OK);
  IS(path_filestat_get(3, 0, S("file"), ADDR(buf)), OK);
  IS(load64(buf + stat_size + 16), 5000000000);
  IS(path_filestat_set_times(3, 0, S("absent"), 0, 0, 5), NOENT);
  IS(path_filestat_set_times(3, 0, S("file"), 0, 0, 12), INVAL);
  IS(path_filestat_set_times(3, 4, S("file"), 0, 0, 0), INVAL);
  IS(path_filestat_set_times(3, 0, S("../rw"), 0, 0, 5), NOTCAPABLE);

  IS(path_link(3, 0, S("file"), 3, S("d/hard")), OK);
  IS(path_filestat_get(3, 0, S("file"), ADDR(buf)), OK);
  IS(buf[stat_nlink], 2);
  IS(path_link(3, 0, S("file"), 3, S("d/hard")), EXIST);
  IS(path_link(3, 0, S("absent"), 3, S("x")), NOENT);
  IS(path_link(3, 0, S("d"), 3, S("x")), PERM);
  IS(path_link(3, 0, S("file"), 3, S("../x")), NOTCAPABLE);
  IS(path_link(3, 0, S("../rw/file"), 3, S("x")), NOTCAPABLE);
  IS(path_link(3, 2, S("file"), 3, S("x")), INVAL);
  IS(path_link(3, 0, S("file"), 77, S("x")), BADF);
  IS(path_link(3, 0, S("file"), 3, memory_end(), 1), FAULT);
  IS(path_unlink_file(3, S("d/hard")), OK);
  IS(path_unlink_file(3, S("d/hard")), NOENT);
  IS(path_unlink_file(3, S("d")), ISDIR);
  IS(path_unlink_file(3, S("file/")), NOTDIR);
  IS(path_unlink_file(3, S("..")), NOTCAPABLE);
  IS(path_unlink_file(3, ~0u, ~0u), FAULT);

  IS(path_symlink(S("../file"), 3, S("d/s")), OK);
  IS(path_symlink(S("../file"), 3, S("d/s")), EXIST);
  IS(path_symlink(S("/etc/passwd"), 3, S("abs")), NOTCAPABLE);
  IS(path_symlink(S(""), 3, S("empty")), NOENT);
  IS(path_symlink(S("x"), 3, S("")), NOENT);
  IS(path_symlink(S("x"), 3, S("no/s")), NOENT);
  IS(path_symlink(memory_end() - 1, 2, 3, S("s")), FAULT);
  IS(open_at(3, "d/s", 0, READ), OK);
  IS(fd_close(made), OK);
  memset(buf, '#', 20);
  IS(path_readlink(3, S("d/s"), ADDR(buf), 20, ADDR(out)), OK);
  IS(load32(out), 7);
  IS(memcmp(buf, "../file#", 8), 0);
  IS(path_readlink(3, S("d/s"), ADDR(buf), 2, ADDR(out)), OK);
  IS(load32(out), 2);
  IS(path_readlink(3, S("d/s"), ADDR(buf), 0, ADDR(out)), OK);
  IS(path_readlink(3, S("file"), ADDR(buf), 20, ADDR(out)), INVAL);
  IS(path_readlink(3, S("absent"), ADDR(buf), 20, ADDR(out)), NOENT);
  IS(path_readlink(3, S("d/s"), memory_end() - 1, 20, ADDR(out)), FAULT);
  IS(path_readlink(3, S("d/s"), ADDR(buf), 20, ~0u), FAULT);
  // Links out and in circles.
  IS(path_symlink(S("../../outside"), 3, S("d/out")), OK);
  IS(open_at(3, "d/out", 0, READ), NOTCAPABLE);
  IS(open_at(3, "d/out", CREAT, WRITE), NOTCAPABLE);
  IS(path_symlink(S("circle"), 3, S("circle")), OK);
  IS(open_at(3, "circle", 0, READ), LOOP);
  IS(path_unlink_file(3, S("circle")), OK);
  IS(path_unlink_file(3, S("d/out")), OK);
  IS(path_unlink_file(3, S("d/s")), OK);

  IS(open_at(3, "a", CREAT, WRITE), OK);
  IS(fd_close(made), OK);
  IS(path_rename(3, S("a"), 3, S("d/b")), OK);
  IS(path_rename(3, S("a"), 3, S("d/b")), NOENT);
  IS(path_rename(3, S("file"), 3, S("d")), ISDIR);
  IS(path_rename(3, S("d/e"), 3, S("d/b")), NOTDIR);
  IS(path_rename(3, S("d"), 3, S("d/e/inner")), INVAL);
  IS(path_create_directory(3, S("f")), OK);
  IS(path_rename(3, S("f"), 3, S("d")), NOTEMPTY);
  IS(path_rename(3, S("f"), 3, S("d/e")), OK);  // over an empty one
  IS(path_rename(3, S("d/b"), 3, S("../b")), NOTCAPABLE);
  IS(path_rename(3, S("../b"), 3, S("b")), NOTCAPABLE);
  IS(path_rename(3, S("d/b"), 3, S("d/b")), OK);
  IS(path_rename(3, S("d/b"), 77, S("x")), BADF);
  IS(path_rename(3, S("d/b"), 0, S("x")), NOTDIR);
  IS(path_rename(3, memory_end(), 1, 3, S("x")), FAULT);
  IS(path_rename(3, S("d/b"), 3, S("c/")), NOTDIR);
  IS(path_unlink_file(3, S("d/b")), OK);

  IS(path_remove_directory(3, S("d")), NOTEMPTY);
  IS(path_remove_directory(3, S("file")), NOTDIR);
  IS(path_remove_directory(3, S("absent")), NOENT);
  IS(path_remove_directory(3, S("..")) != OK, 1);
  IS(path_remove_directory(3, S(".")), INVAL);
  IS(path_remove_directory(3, ~0u, 4), FAULT);
  IS(path_remove_directory(3, S("d/e/")), OK);
  IS(path_remove_directory(3, S("d")), OK);
}

static void read_only(void) {
  IS(open_at(4, "file", 0, READ | SEEK | FILE_RIGHTS), ROFS);
  IS(open_at(4, "file", TRUNC, READ), ROFS);
  IS(open_at(4, "new", CREAT, READ), ROFS);
  IS(open_at(4, "file", CREAT, READ), OK);
  IS(read_n(made, 100), 10);
  IS(fd_filestat_set_times(made, 0, 0, 0) != OK, 1);
  IS(fd_close(made), OK);
  IS(open_at(4, "file", CREAT | EXCL, READ), EXIST);
  IS(open_at(4, "file", 0, READ | 1 << 23), OK);
  IS(fd_filestat_set_times(made, 0, 0, 5), ROFS);
  IS(fd_close(made), OK);
  IS(path_create_directory(4, S("new")), ROFS);
  IS(path_unlink_file(4, S("file")), ROFS);
  IS(path_remove_directory(4, S("sub")), ROFS);
  IS(path_symlink(S("a"), 4, S("b")), ROFS);
  IS(path_link(4, 0, S("file"), 4, S("b")), ROFS);
  IS(path_link(3, 0, S("file"), 4, S("b")), ROFS);
  IS(path_link(4, 0, S("file"), 3, S("b")) != OK, 1);
  IS(path_rename(4, S("file"), 4, S("b")), ROFS);
  IS(path_rename(3, S("file"), 4, S("b")), ROFS);
  IS(path_rename(4, S("file"), 3, S("b")) != OK, 1);
  IS(path_filestat_set_times(4, 0, S("file"), 0, 0, 5), ROFS);
  IS(fd_filestat_set_times(4, 0, 0, 5), ROFS);
  IS(path_filestat_get(4, 0, S("file"), ADDR(buf)), OK);
  IS(path_readlink(4, S("link"), ADDR(buf), 20, ADDR(out)), OK);
  IS(fd_readdir(4, ADDR(buf), 1000, 0, ADDR(out)), OK);
  IS(path_filestat_get(3, 0, S("b"), ADDR(buf)), NOENT);
}

static void sockets_and_streams(void) {
  struct iovec32 v = iov(buf, 4);
  U at;
  IS(sock_recv(3, ADDR(&v), 1, 0, ADDR(out), ADDR(out + 4)), NOTSOCK);
  IS(sock_send(3, ADDR(&v), 1, 0, ADDR(out)), NOTSOCK);
  IS(sock_shutdown(3, 3), NOTSOCK);
  IS(sock_recv(77, ADDR(&v), 1, 0, ADDR(out), ADDR(out + 4)), BADF);
  IS(sock_send(77, ADDR(&v), 1, 0, ADDR(out)), BADF);
  IS(sock_shutdown(77, 3), BADF);
#ifndef UNSTABLE
  IS(sock_accept(3, 0, ADDR(out)), NOTSOCK);
  IS(sock_accept(77, 0, ADDR(out)), BADF);
#endif
  // Standard output is a pipe here.
  IS(fd_seek(1, 0, whence_set, ADDR(&at)), SPIPE);
  IS(fd_tell(1, ADDR(&at)), SPIPE);
  IS(read_n(1, 1), -NOTCAPABLE);
  IS(write_text(0, "x"), -NOTCAPABLE);
  IS(write_text(1, ""), 0);
  IS(fd_fdstat_get(1, ADDR(buf)), OK);
  IS(path_open(1, 0, S("x"), 0, READ, 0, 0, ADDR(&made)), NOTDIR);
}

static void polling(void) {
  uint8_t subs[3 * 56], events[3 * 32];
  memset(subs, 0, sizeof subs);
  IS(open_at(3, "file", 0, FILE_RIGHTS & ~(WRITE | 1 << 8 | 1 << 22)), OK);
  u file = made;
  U hour = 3600000000000u;
  subs[0] = 7;  // the clock, an hour from now
  subs[sub_clock] = 1;
  memcpy(subs + sub_clock + 8, &hour, 8);
  subs[sub_size] = 8;  // the file, to be read
  subs[sub_size + 8] = 1;
  memcpy(subs + sub_size + 16, &file, 4);
  subs[2 * sub_size] = 9;  // nothing open
  subs[2 * sub_size + 8] = 2;
  subs[2 * sub_size + 16] = 77;
  IS(poll_oneoff(ADDR(subs), ADDR(events), 3, ADDR(out)), OK);
  IS(load32(out), 2);
  IS(events[0], 8);
  IS(events[8], OK);
  IS(events[10], 1);
  IS(load64(events + 16), 10);
  IS(events[32], 9);
  IS(events[40], BADF);
  U soon = 5000000, before, after;
  memcpy(subs + sub_clock + 8, &soon, 8);
  IS(clock_time_get(1, 0, ADDR(&before)), OK);
  IS(poll_oneoff(ADDR(subs), ADDR(events), 1, ADDR(out)), OK);
  IS(clock_time_get(1, 0, ADDR(&after)), OK);
  IS(load32(out), 1);
  IS(events[0], 7);
  IS(events[10], 0);
  IS(after - before >= soon, 1);
  IS(poll_oneoff(ADDR(subs), ADDR(events), 0, ADDR(out)), INVAL);
  IS(poll_oneoff(ADDR(subs), ADDR(events), ~0u, ADDR(out)), INVAL);
  IS(poll_oneoff(memory_end() - 10, ADDR(events), 1, ADDR(out)), FAULT);
  IS(poll_oneoff(ADDR(subs), memory_end() - 31, 1, ADDR(out)), FAULT);
  IS(poll_oneoff(ADDR(subs), ADDR(events), 1, memory_end() - 3), FAULT);
  subs[8] = 3;
  IS(poll_oneoff(ADDR(subs), ADDR(events), 1, ADDR(out)), INVAL);
  subs[8] = 0;
  subs[sub_clock] = 9;
  IS(poll_oneoff(ADDR(subs), ADDR(events), 1, ADDR(out)), OK);
  IS(events[8], INVAL);
  IS(fd_close(file), OK);
}

int main(void) {
  arguments();
  clocks_and_random();
  preopens();
  reading_and_writing();
  descriptors();
  listing();
  opening();
  paths();
  read_only();
  sockets_and_streams();
  polling();
  return done();
}

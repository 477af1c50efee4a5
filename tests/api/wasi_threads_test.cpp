// SPDX-License-Identifier: Apache-2.0
//
// Threads of WASI programs through the API: shared directories in memory, shared streams, ends.
#include <nacre/wasi_threads.hpp>

#include "api_test.hpp"

namespace nacre::test {
namespace {

// Eight threads write files of their own in one directory and a byte each to standard output.
constexpr const char* writers = R"((module
  (import "env" "memory" (memory 2 2 shared))
  (import "wasi" "thread-spawn" (func $spawn (param i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_open"
    (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_readdir"
    (func $list (param i32 i32 i32 i64 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_close" (func $close (param i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_unlink_file"
    (func $unlink (param i32 i32 i32) (result i32)))
  (func $must (param i32) (if (local.get 0) (then unreachable)))
  (func (export "wasi_thread_start") (param $id i32) (param $arg i32)
    (local $at i32) (local $n i32)
    (local.set $at (i32.add (i32.const 8192) (i32.shl (local.get $id) (i32.const 12))))
    (i32.store8 (local.get $at) (i32.add (i32.const 96) (local.get $id)))
    (i32.store offset=16 (local.get $at) (local.get $at))
    (i32.store offset=20 (local.get $at) (i32.const 1))
    (loop $more
      (call $must (call $open (i32.const 3) (i32.const 0) (local.get $at) (i32.const 1)
        (i32.const 9) (i64.const 64) (i64.const 0) (i32.const 0)
        (i32.add (local.get $at) (i32.const 32))))
      (call $must (call $write (i32.load offset=32 (local.get $at))
        (i32.add (local.get $at) (i32.const 16)) (i32.const 1)
        (i32.add (local.get $at) (i32.const 36))))
      (call $must (call $list (i32.const 3) (i32.add (local.get $at) (i32.const 64))
        (i32.const 1000) (i64.const 0) (i32.add (local.get $at) (i32.const 36))))
      (call $must (call $close (i32.load offset=32 (local.get $at))))
      (call $must (call $write (i32.const 1) (i32.add (local.get $at) (i32.const 16))
        (i32.const 1) (i32.add (local.get $at) (i32.const 36))))
      (if (i32.and (local.get $n) (i32.const 1))
        (then (call $must (call $unlink (i32.const 3) (local.get $at) (i32.const 1)))))
      (local.set $n (i32.add (local.get $n) (i32.const 1)))
      (br_if $more (i32.lt_u (local.get $n) (i32.const 201))))
    (drop (i32.atomic.rmw.add (i32.const 0) (i32.const 1)))
    (drop (memory.atomic.notify (i32.const 0) (i32.const 1))))
  (func (export "_start") (local $n i32) (local $seen i32)
    (loop $more
      (if (i32.le_s (call $spawn (i32.const 0)) (i32.const 0)) (then unreachable))
      (local.set $n (i32.add (local.get $n) (i32.const 1)))
      (br_if $more (i32.lt_u (local.get $n) (i32.const 8))))
    (loop $wait
      (local.set $seen (i32.atomic.load (i32.const 0)))
      (if (i32.lt_u (local.get $seen) (i32.const 8))
        (then
          (drop (memory.atomic.wait32 (i32.const 0) (local.get $seen) (i64.const -1)))
          (br $wait))))))
)";

constexpr const char* ends = R"((module
  (import "env" "memory" (memory 1 1 shared))
  (import "wasi" "thread-spawn" (func $spawn (param i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (func (export "wasi_thread_start") (param $id i32) (param $arg i32)
    (if (i32.eqz (local.get $arg)) (then unreachable))
    (call $exit (local.get $arg)))
  (func (export "run") (param i32)
    (drop (call $spawn (local.get 0)))
    (loop $l (br $l)))
  (func (export "spawn") (result i32) (call $spawn (i32.const 0)))))";

const Config stoppable{.interruptible = true};

struct Names final : wasi::DirSink {
  std::string names;
  bool add(const wasi::DirEntry& e) override {
    if (e.name != "." && e.name != "..") names += e.name;
    return true;
  }
};

TEST(WasiThreads, ShareDirectoriesInMemoryAndStreams) {
  Fixture f(stoppable);
  Module module = compile(f.engine, writers);
  EXPECT_TRUE(wasi::uses_threads(module));
  std::string out;
  wasi::Ref<wasi::Handle> lower = wasi::memory_directory(), upper = wasi::memory_directory();
  wasi::Ref<wasi::Handle> both = wasi::overlay_directory(lower, upper);
  for (const auto& directory : {upper, both}) {
    Linker linker(f.engine);
    Store store(f.engine);
    out.clear();
    wasi::WasiConfig config;
    config.preopens = {{"", "/", wasi::read_write, directory}};
    config.out = &out;
    config.threads = true;
    ASSERT_TRUE(wasi::add_to(linker, config));
    wasi::Threads threads(linker, module);
    Instance instance = threads.instantiate(store).value();
    Result<void> done = threads.finish(instance.func<void()>("_start").value()());
    EXPECT_TRUE(done) << done.error().message;
    EXPECT_EQ(out.size(), 8u * 201);
    Names listed;
    EXPECT_EQ(directory->read_directory(0, listed), wasi::Errno::success);
    EXPECT_EQ(listed.names.size(), 8u);
  }
}

TEST(WasiThreads, AnyThreadEndsTheProgram) {
  Fixture f(stoppable);
  Module module = compile(f.engine, ends);
  wasi::WasiConfig config;
  config.threads = true;
  ASSERT_TRUE(wasi::add_to(f.linker, config));
  int prepared = 0;
  for (int argument : {0, 7}) {
    Store store(f.engine);
    wasi::ThreadOptions options;
    options.prepare = [&](Store&) { ++prepared; };
    wasi::Threads threads(f.linker, module, options);
    Instance instance = threads.instantiate(store).value();
    Result<void> done = threads.finish(instance.func<void(int32_t)>("run").value()(argument));
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().kind, argument == 0 ? ErrorKind::trap : ErrorKind::exit);
    EXPECT_EQ(done.error().exit_code, argument);
    // The store is usable again, the program is not.
    EXPECT_LT(instance.func<int32_t()>("spawn").value()().value(), 0);
  }
  EXPECT_EQ(prepared, 2);
}

TEST(WasiThreads, NeedAnInterruptibleEngineAndOneInstance) {
  Fixture plain;
  wasi::Threads refused(plain.linker, compile(plain.engine, ends));
  EXPECT_EQ(refused.instantiate(plain.store).error().kind, ErrorKind::invalid_argument);
  Fixture f(stoppable);
  wasi::Threads threads(f.linker, compile(f.engine, ends));
  EXPECT_EQ(threads.instantiate(f.store).error().kind, ErrorKind::unlinkable);  // proc_exit
  EXPECT_EQ(threads.instantiate(f.store).error().kind, ErrorKind::invalid_argument);
  EXPECT_FALSE(wasi::uses_threads(compile(f.engine, "(module (memory 1))")));
}

}  // namespace
}  // namespace nacre::test

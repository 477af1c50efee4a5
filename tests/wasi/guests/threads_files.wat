;; Eight threads open, write, list and close in one directory at once; each keeps to its own file.
(module
  (import "env" "memory" (memory 2 2 shared))
  (import "wasi" "thread-spawn" (func $spawn (param i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_open"
    (func $open (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_readdir" (func $list (param i32 i32 i32 i64 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_close" (func $close (param i32) (result i32)))
  (import "wasi_snapshot_preview1" "path_unlink_file" (func $unlink (param i32 i32 i32) (result i32)))
  (func $must (param i32) (if (local.get 0) (then unreachable)))
  (func (export "wasi_thread_start") (param $id i32) (param $arg i32)
    (local $at i32) (local $n i32)
    (local.set $at (i32.add (i32.const 8192) (i32.shl (local.get $id) (i32.const 12))))
    (i32.store8 (local.get $at) (i32.add (i32.const 96) (local.get $id)))
    (i32.store offset=16 (local.get $at) (local.get $at))
    (i32.store offset=20 (local.get $at) (i32.const 1))
    (loop $more
      (call $must (call $open (i32.const 3) (i32.const 0) (local.get $at) (i32.const 1) (i32.const 9)
        (i64.const 64) (i64.const 0) (i32.const 0) (i32.add (local.get $at) (i32.const 32))))
      (call $must (call $write (i32.load offset=32 (local.get $at)) (i32.add (local.get $at) (i32.const 16))
        (i32.const 1) (i32.add (local.get $at) (i32.const 36))))
      (call $must (call $list (i32.const 3) (i32.add (local.get $at) (i32.const 64)) (i32.const 1000)
        (i64.const 0) (i32.add (local.get $at) (i32.const 36))))
      (call $must (call $close (i32.load offset=32 (local.get $at))))
      (if (i32.and (local.get $n) (i32.const 1))
        (then (call $must (call $unlink (i32.const 3) (local.get $at) (i32.const 1)))))
      (br_if $more (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const 101))))
    (drop (i32.atomic.rmw.add (i32.const 0) (i32.const 1)))
    (drop (memory.atomic.notify (i32.const 0) (i32.const 1))))
  (func (export "_start") (local $n i32) (local $seen i32)
    (loop $more
      (if (i32.le_s (call $spawn (i32.const 0)) (i32.const 0)) (then unreachable))
      (br_if $more (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const 8))))
    (loop $wait
      (if (i32.lt_u (local.tee $seen (i32.atomic.load (i32.const 0))) (i32.const 8))
        (then
          (drop (memory.atomic.wait32 (i32.const 0) (local.get $seen) (i64.const -1)))
          (br $wait))))))

;; Eight threads count together, write a line each to a shared descriptor, and are joined by
;; wait and notify.
(module
  (import "env" "memory" (memory 1 4 shared))
  (import "wasi" "thread-spawn" (func $spawn (param i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (data (i32.const 1024) "line\n")
  ;; 0: counter  4: threads done  8: sum of ids  12: sum of arguments
  (func (export "wasi_thread_start") (param $id i32) (param $arg i32)
    (local $i i32) (local $iov i32)
    (loop $more
      (drop (i32.atomic.rmw.add (i32.const 0) (i32.const 1)))
      (br_if $more (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 1000))))
    (local.set $iov (i32.add (i32.const 2048) (i32.shl (local.get $id) (i32.const 4))))
    (i32.store (local.get $iov) (i32.const 1024))
    (i32.store offset=4 (local.get $iov) (i32.const 5))
    (if (call $write (i32.const 1) (local.get $iov) (i32.const 1) (i32.add (local.get $iov) (i32.const 8)))
      (then unreachable))
    (drop (i32.atomic.rmw.add (i32.const 8) (local.get $id)))
    (drop (i32.atomic.rmw.add (i32.const 12) (local.get $arg)))
    (drop (i32.atomic.rmw.add (i32.const 4) (i32.const 1)))
    (drop (memory.atomic.notify (i32.const 4) (i32.const 1))))
  (func (export "_start")
    (local $n i32) (local $seen i32)
    (loop $more
      (if (i32.le_s (call $spawn (i32.mul (local.get $n) (i32.const 10))) (i32.const 0)) (then unreachable))
      (br_if $more (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const 8))))
    (loop $wait
      (if (i32.lt_u (local.tee $seen (i32.atomic.load (i32.const 4))) (i32.const 8))
        (then
          (drop (memory.atomic.wait32 (i32.const 4) (local.get $seen) (i64.const -1)))
          (br $wait))))
    (if (i32.ne (i32.atomic.load (i32.const 0)) (i32.const 8000)) (then (call $exit (i32.const 1))))
    (if (i32.ne (i32.atomic.load (i32.const 8)) (i32.const 36)) (then (call $exit (i32.const 2))))
    (if (i32.ne (i32.atomic.load (i32.const 12)) (i32.const 280)) (then (call $exit (i32.const 3))))
    (call $exit (i32.const 9))))

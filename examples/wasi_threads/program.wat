;; A program with threads, as wasi-threads has them: what a compiler makes of pthread_create.
;; Four threads add to a counter 1000 times each; the first waits for them and prints the result.
(module $program
  (import "env" "memory" (memory 1 1 shared))
  (import "wasi" "thread-spawn" (func $spawn (param i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (export "memory" (memory 0))

  ;; 0: the counter   4: threads that are done   16: an iovec   32: text
  (data (i32.const 16) "\20\00\00\00\05\00\00\00")
  (data (i32.const 36) "\0a")

  ;; Where a new thread begins.
  (func (export "wasi_thread_start") (param $id i32) (param $times i32)
    (loop $more
      (drop (i32.atomic.rmw.add (i32.const 0) (i32.const 1)))
      (local.set $times (i32.sub (local.get $times) (i32.const 1)))
      (br_if $more (local.get $times)))
    (drop (i32.atomic.rmw.add (i32.const 4) (i32.const 1)))
    (drop (memory.atomic.notify (i32.const 4) (i32.const 1))))

  (func (export "_start") (local $i i32) (local $n i32)
    (loop $start  ;; a number of at most 0 means there is no thread to be had
      (if (i32.le_s (call $spawn (i32.const 1000)) (i32.const 0)) (then (call $exit (i32.const 1))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $start (i32.lt_u (local.get $i) (i32.const 4))))
    (loop $wait
      (local.set $i (i32.atomic.load (i32.const 4)))
      (if (i32.lt_u (local.get $i) (i32.const 4))
        (then
          (drop (memory.atomic.wait32 (i32.const 4) (local.get $i) (i64.const -1)))
          (br $wait))))
    ;; Four digits.
    (local.set $n (i32.atomic.load (i32.const 0)))
    (local.set $i (i32.const 4))
    (loop $digit
      (local.set $i (i32.sub (local.get $i) (i32.const 1)))
      (i32.store8 offset=32 (local.get $i)
        (i32.add (i32.const 48) (i32.rem_u (local.get $n) (i32.const 10))))
      (local.set $n (i32.div_u (local.get $n) (i32.const 10)))
      (br_if $digit (local.get $i)))
    (drop (call $write (i32.const 1) (i32.const 16) (i32.const 1) (i32.const 8)))))

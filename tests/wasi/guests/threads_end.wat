;; Ways a program of several threads ends, one exported function each.
(module
  (import "env" "memory" (memory 1 1 shared))
  (import "wasi" "thread-spawn" (func $spawn (param i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  ;; What thread `what` does: 0 exits, 1 traps, 2 spins, 3 waits, 4 reads standard input,
  ;; 5 sleeps, 6 returns.
  (func (export "wasi_thread_start") (param $id i32) (param $what i32)
    (drop (i32.atomic.rmw.add (i32.const 8) (i32.const 1)))
    (drop (memory.atomic.notify (i32.const 8) (i32.const 100)))
    (if (i32.eqz (local.get $what)) (then (call $exit (i32.const 42))))
    (if (i32.eq (local.get $what) (i32.const 1)) (then unreachable))
    (if (i32.eq (local.get $what) (i32.const 2)) (then (loop $l (br $l))))
    (if (i32.eq (local.get $what) (i32.const 3)) (then (call $wait)))
    (if (i32.eq (local.get $what) (i32.const 4)) (then (call $read_input)))
    (if (i32.eq (local.get $what) (i32.const 5)) (then (call $sleep))))
  (func $wait (drop (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const -1))))
  (func $read_input
    (i32.store (i32.const 256) (i32.const 512))
    (i32.store (i32.const 260) (i32.const 10))
    (drop (call $read (i32.const 0) (i32.const 256) (i32.const 1) (i32.const 264))))
  (func $sleep
    (i64.store (i32.const 1048) (i64.const 3600000000000)) ;; a clock, relative: an hour
    (drop (call $poll (i32.const 1024) (i32.const 2048) (i32.const 1) (i32.const 2100))))
  (func $start (param $what i32)
    (if (i32.le_s (call $spawn (local.get $what)) (i32.const 0)) (then unreachable)))
  (func $started (param $n i32) (local $seen i32)
    (loop $more
      (if (i32.lt_u (local.tee $seen (i32.atomic.load (i32.const 8))) (local.get $n))
        (then
          (drop (memory.atomic.wait32 (i32.const 8) (local.get $seen) (i64.const -1)))
          (br $more)))))
  (func (export "exit_while_waiting") (call $start (i32.const 0)) (call $wait))
  (func (export "exit_while_spinning") (call $start (i32.const 0)) (loop $l (br $l)))
  (func (export "exit_while_reading") (call $start (i32.const 0)) (call $read_input))
  (func (export "exit_while_sleeping") (call $start (i32.const 0)) (call $sleep))
  (func (export "trap_while_waiting") (call $start (i32.const 1)) (call $wait))
  (func (export "trap_while_spinning") (call $start (i32.const 1)) (loop $l (br $l)))
  (func $all
    (call $start (i32.const 2)) (call $start (i32.const 3)) (call $start (i32.const 4))
    (call $start (i32.const 5)) (call $start (i32.const 6)) (call $started (i32.const 5)))
  (func (export "first_returns") (call $all))
  (func (export "first_exits") (call $all) (call $exit (i32.const 3)))
  (func (export "first_traps") (call $all) unreachable)
  ;; How many of 100 that stay could be started.
  (func (export "many") (result i32) (local $i i32) (local $n i32)
    (loop $more
      (local.set $n (i32.add (local.get $n) (i32.gt_s (call $spawn (i32.const 3)) (i32.const 0))))
      (br_if $more (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 100))))
    (local.get $n))
  ;; Starts 300 that end, one after the other.
  (func (export "one_by_one") (result i32) (local $n i32)
    (loop $more
      (if (i32.gt_s (call $spawn (i32.const 6)) (i32.const 0))
        (then
          (local.set $n (i32.add (local.get $n) (i32.const 1)))
          (call $started (local.get $n))))
      (br_if $more (i32.lt_u (local.get $n) (i32.const 300))))
    (i32.atomic.load (i32.const 8)))
  (func (export "spawn") (param i32) (result i32) (call $spawn (local.get 0))))

;; Counts primes below a limit, together with other instances on the same memory.
;;   0: the next number nobody has looked at   4: primes found so far   8: workers that are done
(module $worker
  (import "host" "memory" (memory 1 1 shared))

  (func $prime (param $n i32) (result i32) (local $d i32)
    (if (i32.lt_u (local.get $n) (i32.const 2)) (then (return (i32.const 0))))
    (local.set $d (i32.const 2))
    (loop $next
      (if (i32.gt_u (i32.mul (local.get $d) (local.get $d)) (local.get $n))
        (then (return (i32.const 1))))
      (if (i32.eqz (i32.rem_u (local.get $n) (local.get $d))) (then (return (i32.const 0))))
      (local.set $d (i32.add (local.get $d) (i32.const 1)))
      (br $next))
    (unreachable))

  ;; Takes 100 numbers at a time until all are taken; returns how many it took.
  (func (export "work") (param $limit i32) (result i32)
    (local $n i32) (local $end i32) (local $taken i32) (local $found i32)
    (block $all
      (loop $batch
        (local.set $n (i32.atomic.rmw.add (i32.const 0) (i32.const 100)))
        (br_if $all (i32.ge_u (local.get $n) (local.get $limit)))
        (local.set $end (i32.add (local.get $n) (i32.const 100)))
        (local.set $taken (i32.add (local.get $taken) (i32.const 100)))
        (loop $number
          (local.set $found (i32.add (local.get $found) (call $prime (local.get $n))))
          (local.set $n (i32.add (local.get $n) (i32.const 1)))
          (br_if $number (i32.lt_u (local.get $n) (local.get $end))))
        (br $batch)))
    (drop (i32.atomic.rmw.add (i32.const 4) (local.get $found)))
    (drop (i32.atomic.rmw.add (i32.const 8) (i32.const 1)))
    (drop (memory.atomic.notify (i32.const 8) (i32.const 1)))
    (local.get $taken))

  ;; Sleeps until `workers` are done; returns the primes found.
  (func (export "wait") (param $workers i32) (result i32) (local $done i32)
    (loop $again
      (local.set $done (i32.atomic.load (i32.const 8)))
      (if (i32.lt_u (local.get $done) (local.get $workers))
        (then
          (drop (memory.atomic.wait32 (i32.const 8) (local.get $done) (i64.const -1)))
          (br $again))))
    (i32.atomic.load (i32.const 4))))

;;! run --invoke load {} 2
;;! run --invoke wait {} 0
;;! run --invoke notify {} 0
(module
  (memory 1)
  (func $load (export "load") (param i32) (result i32) (i32.atomic.load (local.get 0)))
  (func $wait (export "wait") (param i32) (result i32)
    (memory.atomic.wait32 (local.get 0) (i32.const 0) (i64.const 0)))
  (func $notify (export "notify") (param i32) (result i32)
    (memory.atomic.notify (local.get 0) (i32.const 1))))
;;= nacre: trap: unaligned atomic
;;=     0: load @ 0x3c
;;= note: no debug information: compile and link with -g to see files and lines
;;= exit 134
;;= nacre: trap: expected shared memory
;;=     0: wait @ 0x49
;;= note: no debug information: compile and link with -g to see files and lines
;;= exit 134
;;= 0

;;! run --invoke f {}
;; A start function that traps is an instantiation that traps.
(module $m
  (func $boom unreachable)
  (func $start (call $boom))
  (start $start)
  (func (export "f")))
;;= nacre: trap: unreachable
;;=     0: m: boom @ 0x23
;;=     1: m: start @ 0x27
;;= note: no debug information: compile and link with -g to see files and lines
;;= exit 134

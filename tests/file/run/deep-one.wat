;;! run --invoke f {} 40
;;! run --invoke f {} 2
;; One function that calls itself, then traps.
(module $m
  (func $down (param i32)
    (if (i32.eqz (local.get 0)) (then unreachable))
    (call $down (i32.sub (local.get 0) (i32.const 1))))
  (func (export "f") (param i32) (call $down (local.get 0))))
;;= nacre: trap: unreachable
;;=     0: m: down @ 0x25
;;=     1: m: down @ 0x2c
;;=        ... 39 more times the same frame
;;=    41: m: func[1] @ 0x33
;;= note: no debug information: compile and link with -g to see files and lines
;;= exit 134
;;= nacre: trap: unreachable
;;=     0: m: down @ 0x25
;;=     1: m: down @ 0x2c
;;=     2: m: down @ 0x2c
;;=     3: m: func[1] @ 0x33
;;= note: no debug information: compile and link with -g to see files and lines
;;= exit 134

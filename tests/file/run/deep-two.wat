;;! run --invoke f {} 20
;; Frames that repeat in turn are folded.
(module
  (func $ping (param i32) (call $pong (local.get 0)))
  (func $pong (param i32)
    (if (i32.eqz (local.get 0)) (then unreachable))
    (call $ping (i32.sub (local.get 0) (i32.const 1))))
  (func (export "f") (param i32) (call $ping (local.get 0))))
;;= nacre: trap: unreachable
;;=     0: pong @ 0x2d
;;=     1: ping @ 0x23
;;=     2: pong @ 0x34
;;=        ... 19 more times the same 2 frames
;;=    41: ping @ 0x23
;;=    42: func[2] @ 0x3b
;;= note: no debug information: compile and link with -g to see files and lines
;;= exit 134

;;! run --invoke f {} 30
;; A recursion that ends: three functions in turn below the trap, two above.
(module
  (func $a (param i32) (if (i32.eqz (local.get 0)) (then unreachable)) (call $b (i32.sub (local.get 0) (i32.const 1))))
  (func $b (param i32) (call $c (local.get 0)))
  (func $c (param i32) (call $a (local.get 0)))
  (func $enter (param i32) (call $a (local.get 0)))
  (func (export "f") (param i32) (call $enter (local.get 0))))
;;= nacre: trap: unreachable
;;=     0: a @ 0x28
;;=     1: c @ 0x3d
;;=     2: b @ 0x36
;;=     3: a @ 0x2f
;;=        ... 20 more times the same 3 frames
;;=        ... and 29 frames further out
;;= note: no debug information: compile and link with -g to see files and lines
;;= exit 134

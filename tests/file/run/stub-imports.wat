;;! run --stub-imports --invoke f {}
;;! run --stub-imports=zero --invoke f {}
(module
  (import "env" "g" (func $g (result i32 f64)))
  (func $f (export "f") (result i32 f64) (call $g)))
;;= nacre: trap: call of the stubbed import env.g
;;=     0: f @ 0x2b
;;= note: no debug information: compile and link with -g to see files and lines
;;= exit 134
;;= 0
;;= 0

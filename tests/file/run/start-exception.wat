;;! run --invoke f {}
(module
  (tag $e (param i32))
  (func $start (throw $e (i32.const 7)))
  (start $start)
  (func (export "f")))
;;= nacre: exception: unhandled exception: (tag (param i32)) 7
;;=     0: start @ 0x2d
;;= note: no debug information: compile and link with -g to see files and lines
;;= exit 134

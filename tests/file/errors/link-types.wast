;;! wast -v {}
(module $m
  (func (export "f") (param i32))
  (memory (export "mem") 1 2)
  (global (export "g") i32 (i32.const 1))
  (table (export "t") 1 funcref)
  (tag (export "e") (param i32)))
(register "m")
(assert_unlinkable (module (import "m" "f" (func (param i64)))) "incompatible import type")
(assert_unlinkable (module (import "m" "mem" (memory 2))) "incompatible import type")
(assert_unlinkable (module (import "m" "g" (global (mut i32)))) "incompatible import type")
(assert_unlinkable (module (import "m" "t" (table 1 externref))) "incompatible import type")
(assert_unlinkable (module (import "m" "e" (tag))) "incompatible import type")
(assert_unlinkable (module (import "m" "f" (memory 1))) "incompatible import type")
(assert_unlinkable (module (import "m" "none" (func))) "unknown import")
;;=   assert_unlinkable        7 of 7
;;=   module                   1 of 1
;;=   action                   1 of 1
;;= 9 passed, 0 failed

;;! wast -v {}
;; What the runner counts, and what it says of a failure.
(module
  (tag $e (param i32))
  (func (export "id") (param i32) (result i32) (local.get 0))
  (func (export "nan") (result f32) (f32.const nan:0x200000))
  (func (export "trap") unreachable)
  (func (export "throw") (throw $e (i32.const 1)))
  (func $deep (export "deep") (call $deep)))
(assert_return (invoke "id" (i32.const 7)) (i32.const 7))
(assert_return (invoke "id" (i32.const 7)) (i32.const 8))
(assert_return (invoke "nan") (f32.const nan:arithmetic))
(assert_return (invoke "id" (i32.const 1)) (either (i32.const 0) (i32.const 1)))
(assert_trap (invoke "trap") "unreachable")
(assert_trap (invoke "trap") "integer overflow")
(assert_exception (invoke "throw"))
(assert_exhaustion (invoke "deep") "call stack exhausted")
(invoke "id" (i32.const 3))
;;= script.wast:11: assert_return: id gave (i32 7), expected (i32.const 8)
;;= script.wast:12: assert_return: nan gave (f32 nan 0x7fa00000), expected (f32.const nan:arithmetic)
;;= script.wast:15: assert_trap: trap: unreachable, expected the trap "integer overflow"
;;=   assert_return            2 of 4
;;=   assert_trap              1 of 2
;;=   assert_exhaustion        1 of 1
;;=   assert_exception         1 of 1
;;=   module                   1 of 1
;;=   action                   1 of 1
;;= 7 passed, 3 failed
;;= exit 1

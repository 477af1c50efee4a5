;;! run --invoke f {}
;; A reactor: _initialize runs first.
(module
  (global $g (mut i32) (i32.const 0))
  (func (export "_initialize") (global.set $g (i32.const 5)))
  (func (export "f") (result i32) (global.get $g)))
;;= 5

;; Imports nobody defines.
(module
  (import "elsewhere" "number" (func $number (param f64) (result i32 i64)))
  (func (export "sum") (result i64) (local i64) (call $number (f64.const 1)) (local.set 0) (i64.extend_i32_u) (i64.add (local.get 0)))
  (func (export "one") (result i32) (i32.const 1)))

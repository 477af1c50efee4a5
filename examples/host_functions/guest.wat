;; Uses every kind of host function main.cpp defines, from module "host".
(module $guest
  (import "host" "add" (func $add (param i32 i32) (result i32)))
  (import "host" "next" (func $next (result i64)))
  (import "host" "log" (func $log (param i32 i32)))
  (import "host" "sqrt" (func $sqrt (param f64) (result f64)))
  (import "host" "divide" (func $divide (param i32 i32) (result i32 i32)))
  (import "host" "repeat" (func $repeat (param i32)))
  (import "host" "new_list" (func $new_list (result externref)))
  (import "host" "append" (func $append (param externref f64)))
  (import "host" "show" (func $show (param i32 f32 i64)))
  (import "future" "feature" (func $feature (param i32) (result i32)))

  (memory (export "memory") 1)
  (data (i32.const 16) "the guest is running")

  (func (export "run") (result i32)
    (local $quotient i32) (local $remainder i32) (local $list externref)
    (call $log (i32.const 16) (i32.const 20))
    (drop (call $next))
    (drop (call $next))

    (call $divide (i32.const 47) (i32.const 5))
    (local.set $remainder)
    (local.set $quotient)

    (call $repeat (i32.const 3))

    (local.set $list (call $new_list))
    (call $append (local.get $list) (f64.const 2.5))
    (call $append (local.get $list) (call $sqrt (f64.const 2)))

    (call $show (i32.const -1) (f32.const 1.5) (i64.const 0x7fffffffffffffff))
    (call $add (local.get $quotient) (local.get $remainder)))

  ;; Called by host.repeat.
  (func (export "callback") (param $i i32) (result i32)
    (i32.mul (local.get $i) (local.get $i)))

  (func (export "fail") (result f64) (call $sqrt (f64.const -1)))
  (func (export "modern") (result i32) (call $feature (i32.const 7))))

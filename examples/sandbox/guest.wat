;; One thing after another that untrusted code may try.
(module $untrusted
  (import "host" "slow" (func $slow))
  (memory (export "memory") 1)

  (func (export "fine") (result i32) (i32.const 42))
  (func (export "spin") (loop $forever (br $forever)))
  (func $dig (export "dig") (result i32) (i32.add (call $dig) (i32.const 1)))

  ;; As many pages as it gets.
  (func (export "hoard") (result i32)
    (loop $more (br_if $more (i32.ne (memory.grow (i32.const 1)) (i32.const -1))))
    (memory.size))

  (func $read (export "pry") (param $address i32) (result i32)
    (i32.load offset=8 (local.get $address)))
  (func (export "nap") (loop $again (call $slow) (br $again))))

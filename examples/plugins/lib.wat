;; Functions plug-ins share: a module they import like any other.
(module $lib
  (func (export "upper") (param $c i32) (result i32)
    (if (i32.lt_u (i32.sub (local.get $c) (i32.const 97)) (i32.const 26))
      (then (return (i32.sub (local.get $c) (i32.const 32)))))
    (local.get $c)))

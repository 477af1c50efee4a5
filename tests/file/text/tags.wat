;;! wasm2wat {}
;;! wast --roundtrip {}
(module
  (type $t (func (param i32 f64)))
  (tag)
  (tag $a (type $t))
  (tag $b (export "b") (param i32) (param f64))
  (func (throw $a (i32.const 1) (f64.const 2)))
  (func (throw 0)))
;;= (module
;;=   (type $t (func (param i32 f64)))
;;=   (type (;1;) (func))
;;=   (tag (;0;) (type 1))
;;=   (tag $a (type $t) (param i32 f64))
;;=   (tag $b (type $t) (param i32 f64))
;;=   (export "b" (tag $b))
;;=   (func (;0;) (type 1)
;;=     i32.const 1
;;=     f64.const 2
;;=     throw $a)
;;=   (func (;1;) (type 1)
;;=     throw 0))
;;= 1 passed, 0 failed

;;! wasm2wat {}
;;! wast --roundtrip {}
(module
  (func $f (param $x i32) (param i64) (param $y f32) (result i32)
    (local $z i32) (local i32 i64 i64) (local $w (ref null func)) (local v128)
    (local.set $z (local.get $x))
    (local.set 4 (local.tee 3 (i32.const 1)))
    (drop (local.get $w))
    (i32.eqz (local.get $z)))
  (func (type 0) (drop (local.get 2)) (local.get 0)))
;;= (module
;;=   (type (;0;) (func (param i32 i64 f32) (result i32)))
;;=   (func $f (type 0) (param $x i32) (param i64) (param $y f32) (result i32)
;;=     (local $z i32) (local i32 i64 i64) (local $w funcref) (local v128)
;;=     local.get $x
;;=     local.set $z
;;=     i32.const 1
;;=     local.tee $z
;;=     local.set 4
;;=     local.get $w
;;=     drop
;;=     local.get $z
;;=     i32.eqz)
;;=   (func (;1;) (type 0) (param i32 i64 f32) (result i32)
;;=     local.get 2
;;=     drop
;;=     local.get 0))
;;= 1 passed, 0 failed

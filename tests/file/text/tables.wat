;;! wasm2wat {}
;;! wast --roundtrip {}
;; Tables with limits, index types, initializers, inline elements.
(module
  (type $t (func))
  (table $a 0 funcref)
  (table $b 1 10 externref)
  (table $c i64 2 (ref null $t))
  (table $d 3 (ref $t) (ref.func $f))
  (table $e funcref (elem $f $f))
  (table $f64 i64 funcref (elem (ref.func $f) (ref.null func)))
  (func $f (type $t))
  (func (result funcref) (table.get (i32.const 0)))
  (func (table.set $b (i32.const 0) (ref.null extern)))
  (func (result i64) (table.size $c))
  (func (result i64) (table.grow $c (ref.null $t) (i64.const 1)))
  (func (table.fill $e (i32.const 0) (ref.null func) (i32.const 1)))
  (func (table.copy $a $e (i32.const 0) (i32.const 0) (i32.const 1)))
  (func (table.copy (i32.const 0) (i32.const 0) (i32.const 1)))
  (func (call_indirect (i32.const 0)))
  (func (call_indirect $c (type $t) (i64.const 0))))
;;= (module
;;=   (type $t (func))
;;=   (type (;1;) (func (result funcref)))
;;=   (type (;2;) (func (result i64)))
;;=   (table $a 0 funcref)
;;=   (table $b 1 10 externref)
;;=   (table $c i64 2 (ref null $t))
;;=   (table $d 3 (ref $t) (ref.func $f))
;;=   (table $e 2 2 funcref)
;;=   (table $f64 i64 2 2 funcref)
;;=   (elem (;0;) (table $e) (i32.const 0) func $f $f)
;;=   (elem (;1;) (table $f64) (i64.const 0) funcref (ref.func $f) (ref.null func))
;;=   (func $f (type $t))
;;=   (func (;1;) (type 1) (result funcref)
;;=     i32.const 0
;;=     table.get $a)
;;=   (func (;2;) (type $t)
;;=     i32.const 0
;;=     ref.null extern
;;=     table.set $b)
;;=   (func (;3;) (type 2) (result i64)
;;=     table.size $c)
;;=   (func (;4;) (type 2) (result i64)
;;=     ref.null $t
;;=     i64.const 1
;;=     table.grow $c)
;;=   (func (;5;) (type $t)
;;=     i32.const 0
;;=     ref.null func
;;=     i32.const 1
;;=     table.fill $e)
;;=   (func (;6;) (type $t)
;;=     i32.const 0
;;=     i32.const 0
;;=     i32.const 1
;;=     table.copy $a $e)
;;=   (func (;7;) (type $t)
;;=     i32.const 0
;;=     i32.const 0
;;=     i32.const 1
;;=     table.copy)
;;=   (func (;8;) (type $t)
;;=     i32.const 0
;;=     call_indirect (type $t))
;;=   (func (;9;) (type $t)
;;=     i64.const 0
;;=     call_indirect $c (type $t)))
;;= 1 passed, 0 failed

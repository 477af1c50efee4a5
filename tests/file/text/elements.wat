;;! wasm2wat {}
;;! wast --roundtrip {}
;; Element segments in all eight encodings, and the abbreviations that lead to them.
(module
  (table $t 10 funcref)
  (table $u 10 externref)
  (table $v 10 (ref null $sig))
  (type $sig (func))
  (func $f)
  (elem (i32.const 0) $f $f)
  (elem func $f)
  (elem (table $t) (offset (i32.const 1)) func $f)
  (elem declare func $f)
  (elem (i32.const 2) funcref (ref.func $f) (item (ref.null func)))
  (elem funcref (ref.null func) (item ref.func $f))
  (elem $named (table $u) (i32.const 3) externref (ref.null extern))
  (elem declare funcref (ref.func $f))
  (elem (table $v) (i32.const 0) (ref null $sig) (ref.func $f))
  (elem (ref $sig) (item (ref.func $f)))
  (elem (table 0) (i32.add (i32.const 1) (i32.const 2)) (ref func) (ref.func $f))
  (elem (offset i32.const 4))
  (func (table.init $t 1 (i32.const 0) (i32.const 0) (i32.const 0)) (elem.drop $named))
  (func (table.init $u $named (i32.const 0) (i32.const 0) (i32.const 0))))
;;= (module
;;=   (type $sig (func))
;;=   (table $t 10 funcref)
;;=   (table $u 10 externref)
;;=   (table $v 10 (ref null $sig))
;;=   (elem (;0;) (i32.const 0) func $f $f)
;;=   (elem (;1;) func $f)
;;=   (elem (;2;) (i32.const 1) func $f)
;;=   (elem (;3;) declare func $f)
;;=   (elem (;4;) (i32.const 2) funcref (ref.func $f) (ref.null func))
;;=   (elem (;5;) funcref (ref.null func) (ref.func $f))
;;=   (elem $named (table $u) (i32.const 3) externref (ref.null extern))
;;=   (elem (;7;) declare funcref (ref.func $f))
;;=   (elem (;8;) (table $v) (i32.const 0) (ref null $sig) (ref.func $f))
;;=   (elem (;9;) (ref $sig) (ref.func $f))
;;=   (elem (;10;) (offset i32.const 1 i32.const 2 i32.add) (ref func) (ref.func $f))
;;=   (elem (;11;) (i32.const 4) func)
;;=   (func $f (type $sig))
;;=   (func (;1;) (type $sig)
;;=     i32.const 0
;;=     i32.const 0
;;=     i32.const 0
;;=     table.init 1
;;=     elem.drop $named)
;;=   (func (;2;) (type $sig)
;;=     i32.const 0
;;=     i32.const 0
;;=     i32.const 0
;;=     table.init $u $named))
;;= 1 passed, 0 failed

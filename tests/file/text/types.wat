;;! wasm2wat {}
;;! wast --roundtrip {}
;; Composite types: every storage type, mutability, names of fields, several at once.
(module
  (type (func))
  (type $f (func (param $a i32) (param f32 f64) (result i64 v128)))
  (type $s (struct))
  (type $fields (struct (field $b i8) (field i16 (mut i32)) (field $last (mut v128))))
  (type $bytes (array (mut i8)))
  (type (array f64))
  (type $nullable (array (ref null $s)))
  (type (array (mut (ref $s)))))
;;= (module
;;=   (type (;0;) (func))
;;=   (type $f (func (param i32 f32 f64) (result i64 v128)))
;;=   (type $s (struct))
;;=   (type $fields (struct (field $b i8) (field i16) (field (mut i32)) (field $last (mut v128))))
;;=   (type $bytes (array (mut i8)))
;;=   (type (;5;) (array f64))
;;=   (type $nullable (array (ref null $s)))
;;=   (type (;7;) (array (mut (ref $s)))))
;;= 1 passed, 0 failed

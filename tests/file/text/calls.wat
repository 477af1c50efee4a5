;;! wasm2wat {}
;;! wast --roundtrip {}
(module
  (type $t (func (param i32) (result i32)))
  (table $tab 1 funcref)
  (table $tab2 1 funcref)
  (elem declare func $f)
  (func $f (type $t)
    (call $f (i32.const 1))
    drop
    (call_indirect (param i32) (result i32) (i32.const 1) (i32.const 0))
    drop
    (call_indirect $tab2 (type $t) (i32.const 1) (i32.const 0))
    drop
    (call_ref $t (i32.const 1) (ref.func $f))
    drop
    (block (result (ref $t))
      (br_on_non_null 0 (ref.null $t))
      (ref.as_non_null (ref.null $t)))
    drop
    (return_call_ref $t (br_on_null 0 (i32.const 3) (ref.null $t))))
  (func (type $t) (return_call $f (local.get 0)))
  (func (type $t) (return_call_indirect $tab2 (type $t) (local.get 0) (i32.const 0))))
;;= (module
;;=   (type $t (func (param i32) (result i32)))
;;=   (table $tab 1 funcref)
;;=   (table $tab2 1 funcref)
;;=   (elem (;0;) declare func $f)
;;=   (func $f (type $t) (param i32) (result i32)
;;=     i32.const 1
;;=     call $f
;;=     drop
;;=     i32.const 1
;;=     i32.const 0
;;=     call_indirect (type $t)
;;=     drop
;;=     i32.const 1
;;=     i32.const 0
;;=     call_indirect $tab2 (type $t)
;;=     drop
;;=     i32.const 1
;;=     ref.func $f
;;=     call_ref $t
;;=     drop
;;=     block (;@1;) (result (ref $t))
;;=       ref.null $t
;;=       br_on_non_null 0 (;@1;)
;;=       ref.null $t
;;=       ref.as_non_null
;;=     end
;;=     drop
;;=     i32.const 3
;;=     ref.null $t
;;=     br_on_null 0 (;@0;)
;;=     return_call_ref $t)
;;=   (func (;1;) (type $t) (param i32) (result i32)
;;=     local.get 0
;;=     return_call $f)
;;=   (func (;2;) (type $t) (param i32) (result i32)
;;=     local.get 0
;;=     i32.const 0
;;=     return_call_indirect $tab2 (type $t)))
;;= 1 passed, 0 failed
